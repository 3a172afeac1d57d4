package picture

import "math"

// best tries every two upright with every two level lines.
func (f *finder) best() (Sheet, bool) {
	var found [4]side
	most := 0.0
	for i, left := range f.upright {
		for j, right := range f.upright {
			if i == j || !before(left, right, float64(f.picture.Height)/2, float64(f.picture.Width)/5, f.at) {
				continue
			}
			for k, top := range f.level {
				for m, bottom := range f.level {
					if k == m || !before(top, bottom, float64(f.picture.Width)/2, float64(f.picture.Height)/5, f.at) {
						continue
					}
					sides := [4]side{top, right, bottom, left}
					if worth := f.judge(sides); worth > most {
						found, most = sides, worth
					}
				}
			}
		}
	}
	if most == 0 {
		return Sheet{}, false
	}
	return f.sheet(f.refine(f.grow(found))), true
}

// refine moves the ends of each side by up to three pixels to where the picture changes most: Hough space is coarse.
func (f *finder) refine(sides [4]side) [4]side {
	corners, _ := f.corners(sides)
	out := sides
	for i, s := range sides {
		if s.border {
			continue
		}
		best := f.change(s.line, corners[i], corners[(i+1)%4])
		for from := -3.0; from <= 3; from++ {
			for to := -3.0; to <= 3; to++ {
				a, b := corners[i], corners[(i+1)%4]
				a[0], a[1], b[0], b[1] = a[0]+from*s.nx, a[1]+from*s.ny, b[0]+to*s.nx, b[1]+to*s.ny
				l := through(a, b, s.line)
				if change := f.change(l, a, b); change > best {
					best, out[i].line = change, l
				}
			}
		}
	}
	return out
}

// through returns the line through two points whose normal points the way that of l does.
func through(a, b [2]float64, l line) line {
	long := distance(a, b)
	nx, ny := (a[1]-b[1])/long, (b[0]-a[0])/long
	if nx*l.nx+ny*l.ny < 0 {
		nx, ny = -nx, -ny
	}
	return line{nx, ny, a[0]*nx + a[1]*ny}
}

// change is by how much the picture changes across a line between two points, on average and right at it.
func (f *finder) change(l line, from, to [2]float64) float64 {
	const samples = 64
	sum, n := 0.0, 0
	for i := range samples {
		t := (float64(i) + 0.5) / samples
		x, y := from[0]+(to[0]-from[0])*t, from[1]+(to[1]-from[1])*t
		a, b := f.pixel(x+l.nx, y+l.ny), f.pixel(x-l.nx, y-l.ny)
		if a < 0 || b < 0 {
			continue
		}
		for c := range 3 {
			sum += float64(f.picture.Pix[a+c]) - float64(f.picture.Pix[b+c])
		}
		n++
	}
	return math.Abs(sum) / float64(max(1, n))
}

// grow moves sides outwards where the sides next to them go on beyond: a sheet with a dark band along its edge looks
// smaller than it is.
func (f *finder) grow(sides [4]side) [4]side {
	for i := range 4 {
		lines := f.level
		if i%2 == 1 {
			lines = f.upright
		}
		for _, l := range lines {
			if grown := f.moved(sides, i, l); !l.border && f.goesOn(sides, grown, i) {
				sides = grown
			}
		}
	}
	return sides
}

func (f *finder) moved(sides [4]side, i int, l side) [4]side {
	sides[i] = l
	return sides
}

// goesOn reports whether an outline with side i moved outwards is still that of a sheet: its neighbours show an edge in the
// part that is new, and so does the new side.
func (f *finder) goesOn(old, grown [4]side, i int) bool {
	const least = 0.02
	a, okA := f.corners(old)
	b, okB := f.corners(grown)
	if !okA || !okB || area(b) <= area(a) || !regular(b) {
		return false
	}
	next := (i + 1) % 4
	if distance(a[i], b[i]) < least*float64(f.picture.Height) || distance(a[next], b[next]) < least*float64(f.picture.Height) {
		return false
	}
	return f.shows(grown[i], b[i], b[next]) && f.shows(grown[(i+3)%4], a[i], b[i]) && f.shows(grown[next], a[next], b[next])
}

func distance(a, b [2]float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

// shows reports whether the picture differs along a side between two corners, and mostly the same way: a chequered cloth
// does not. The picture's border shows nothing.
func (f *finder) shows(s side, from, to [2]float64) bool {
	if s.border {
		return false
	}
	lighter, darker := f.along(s, from, to, true), f.along(s, from, to, false)
	return lighter+darker >= 0.8 && max(lighter, darker) >= 0.6
}

// corners returns where the sides meet, each at its beginning, clockwise.
func (f *finder) corners(sides [4]side) (corners [4][2]float64, ok bool) {
	for i := range 4 {
		x, y, ok := sides[i].meet(sides[(i+3)%4].line)
		if !ok || !f.near(x, y) {
			return corners, false
		}
		corners[i] = [2]float64{x, y}
	}
	return corners, true
}

// sheet puts the outline into shares of the picture.
func (f *finder) sheet(sides [4]side) Sheet {
	corners, ok := f.corners(f.completed(sides))
	if !ok {
		corners, _ = f.corners(sides)
	}
	light, _ := f.support(sides, corners, true)
	dark, _ := f.support(sides, corners, false)
	s := Sheet{Corners: corners, Support: max(light, dark)}
	for i := range s.Corners {
		s.Cut = s.Cut || sides[i].border
		s.Corners[i][0] /= float64(f.picture.Width)
		s.Corners[i][1] /= float64(f.picture.Height)
		s.Cut = s.Cut || f.off(corners[i])
	}
	return s
}

// before reports whether line a lies before line b by at least gap in the middle of the picture.
func before(a, b side, middle, gap float64, at func(line, float64) (float64, float64)) bool {
	ax, ay := at(a.line, middle)
	bx, by := at(b.line, middle)
	if math.Abs(a.nx) > math.Abs(a.ny) {
		return bx-ax >= gap
	}
	return by-ay >= gap
}
