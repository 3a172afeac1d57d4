package picture

import (
	"cmp"
	"math"
	"slices"
)

// Colours is a small colour picture: packed rows of red, green and blue.
type Colours struct {
	Pix           []byte
	Width, Height int
}

// Sheet is the outline of a sheet of paper or a card on a photograph: its corners clockwise from the top left one, in
// shares of the picture. A corner can lie outside.
type Sheet struct {
	Corners [4][2]float64
	// Cut says that a side of the sheet is not on the picture.
	Cut bool
	// Support is the share of the outline along which an edge shows, 0…1.
	Support float64
}

// DPI returns the resolution of the sheet on a picture of width × height pixels: of a sheet of A4, or of a card (ISO/IEC
// 7810 ID-1) if it has the shape of one. A passport's page, which has the shape of A4, has twice as much.
func (s Sheet) DPI(width, height int) int {
	a, b := s.Size(width, height)
	long, short := max(a, b), max(1, min(a, b))
	inches := 11.69
	if shape := float64(long) / float64(short); shape > 1.5 && shape < 1.68 {
		inches = 3.37
	}
	return int(math.Round(float64(long) / inches))
}

// Size returns how large the sheet is on a picture of width × height pixels, by its longer sides.
func (s Sheet) Size(width, height int) (w, h int) {
	side := func(a, b int) float64 {
		return math.Hypot((s.Corners[a][0]-s.Corners[b][0])*float64(width), (s.Corners[a][1]-s.Corners[b][1])*float64(height))
	}
	return max(1, int(max(side(0, 1), side(3, 2)))), max(1, int(max(side(0, 3), side(1, 2))))
}

// Part returns the part of a small picture that the sheet covers, straightened.
func (s Sheet) Part(p Colours) Colours {
	w, h := s.Size(p.Width, p.Height)
	out := Colours{Pix: make([]byte, 3*w*h), Width: w, Height: h}
	onto := Onto(s.Corners).Scaled(float64(w), float64(h), float64(p.Width), float64(p.Height))
	for y := range h {
		for x := range w {
			u, v := onto.Point(float64(x)+0.5, float64(y)+0.5)
			at := min(p.Height-1, max(0, int(v)))*p.Width + min(p.Width-1, max(0, int(u)))
			copy(out.Pix[3*(y*w+x):][:3], p.Pix[3*at:])
		}
	}
	return out
}

// What an outline must be like.
const (
	sheetEdge    = 10   // difference in colour across an edge that counts, of 255
	leastArea    = 0.10 // of the picture
	leastSupport = 0.55 // of each side
	meanSupport  = 0.72 // of all four
	borderWorth  = 0.62 // what the picture's own border counts where the sheet may be cut off
	mostSeen     = 0.5  // share of a side that must be on the picture
	leanest      = 0.45 // cosine of the greatest angle by which a corner may differ from a right one
	linesSeen    = 32   // lines looked at in each direction
	linesEach    = 12   // of these, tried
	strip        = 4    // pixels on either side of a line that are compared
	insideLight  = 0.9  // what an outline counts that is darker than its surroundings
)

// FindSheet looks for the outline of one sheet that lies on something else: four straight edges of one picture, that are
// lighter on the inside all around, or darker all around. Text is no edge of a sheet, and neither is a box printed on
// it: the print is wiped out first, and across a printed line the paper is the same. ok is false where there is none, as on
// a scan. The picture should be about 500 pixels long: fewer blur the corners, more let print look like edges.
func FindSheet(p Colours) (s Sheet, ok bool) {
	if p.Width < 64 || p.Height < 64 || len(p.Pix) != 3*p.Width*p.Height {
		return Sheet{}, false
	}
	wiped := wipe(p)
	upright, level := findLines(wiped)
	f := finder{picture: wiped}
	f.upright, f.level = f.sides(upright), f.sides(level)
	w, h := float64(p.Width), float64(p.Height)
	f.upright = append(f.upright, side{line: line{1, 0, 0}, border: true}, side{line: line{1, 0, w}, border: true})
	f.level = append(f.level, side{line: line{0, 1, 0}, border: true}, side{line: line{0, 1, h}, border: true})
	return f.best()
}

// line is the set of points with x·nx + y·ny = d.
type line struct{ nx, ny, d float64 }

// meet returns where two lines cross.
func (l line) meet(m line) (x, y float64, ok bool) {
	det := l.nx*m.ny - l.ny*m.nx
	if math.Abs(det) < 1e-6 {
		return 0, 0, false
	}
	return (l.d*m.ny - l.ny*m.d) / det, (l.nx*m.d - l.d*m.nx) / det, true
}

// side is a line with what the picture shows along it.
type side struct {
	line
	border bool
	// lighter[i] and darker[i] count, among the first i pixels along the line, those where the side to which the normal
	// points is lighter or darker than the other; seen[i] those that are on the picture.
	lighter, darker, seen []int
}

// finder looks for the best four lines.
type finder struct {
	picture        Colours
	upright, level []side
}

// sides measures lines and keeps those along which one side is lighter for longest: along the pattern of a cloth, now the one
// side is and now the other.
func (f *finder) sides(lines []line) []side {
	out := make([]side, 0, len(lines)+2)
	for _, l := range lines {
		out = append(out, f.measure(l))
	}
	long := func(s side) int { return max(s.lighter[len(s.lighter)-1], s.darker[len(s.darker)-1]) }
	slices.SortStableFunc(out, func(a, b side) int { return cmp.Compare(long(b), long(a)) })
	return out[:min(len(out), linesEach)]
}

// measure compares both sides of a line all along it.
func (f *finder) measure(l line) side {
	s := side{line: l}
	steps := f.steps(l)
	s.lighter, s.darker, s.seen = make([]int, steps+1), make([]int, steps+1), make([]int, steps+1)
	for i := range steps {
		s.lighter[i+1], s.darker[i+1], s.seen[i+1] = s.lighter[i], s.darker[i], s.seen[i]
		x, y := f.at(l, float64(i)+0.5)
		if f.pixel(x, y) >= 0 {
			s.seen[i+1]++
		}
		switch difference := f.across(l, x, y); {
		case difference > sheetEdge:
			s.lighter[i+1]++
		case difference < -sheetEdge:
			s.darker[i+1]++
		}
	}
	return s
}

// steps is how many pixels a line runs along: rows for upright lines, columns for level ones.
func (f *finder) steps(l line) int {
	if math.Abs(l.nx) > math.Abs(l.ny) {
		return f.picture.Height
	}
	return f.picture.Width
}

// at returns the point of a line at row or column t.
func (f *finder) at(l line, t float64) (x, y float64) {
	if math.Abs(l.nx) > math.Abs(l.ny) {
		return (l.d - l.ny*t) / l.nx, t
	}
	return t, (l.d - l.nx*t) / l.ny
}

// across returns by how much the picture differs across a line at x, y, in the colour that differs most: positive where
// the side of the normal has more of it.
func (f *finder) across(l line, x, y float64) float64 {
	var difference [3]float64
	for i := 1; i <= strip; i++ {
		t := float64(i) + 0.5
		a, b := f.pixel(x+l.nx*t, y+l.ny*t), f.pixel(x-l.nx*t, y-l.ny*t)
		if a < 0 || b < 0 {
			return 0
		}
		for c := range 3 {
			difference[c] += float64(f.picture.Pix[a+c]) - float64(f.picture.Pix[b+c])
		}
	}
	most := 0.0
	for _, d := range difference {
		if math.Abs(d) > math.Abs(most) {
			most = d
		}
	}
	return most / strip
}

// pixel returns the index of a pixel, -1 outside.
func (f *finder) pixel(x, y float64) int {
	if x < 0 || y < 0 || int(x) >= f.picture.Width || int(y) >= f.picture.Height {
		return -1
	}
	return 3 * (int(y)*f.picture.Width + int(x))
}

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

// judge says what an outline is worth; 0 if it cannot be a sheet. The sides are top, right, bottom and left.
func (f *finder) judge(sides [4]side) float64 {
	corners, ok := f.corners(sides)
	if !ok || !regular(corners) {
		return 0
	}
	borders := 0
	for _, s := range sides {
		if s.border {
			borders++
		}
	}
	area := area(corners) / float64(f.picture.Width*f.picture.Height)
	if borders > 2 || area < leastArea {
		return 0
	}
	light, lightest := f.support(sides, corners, true)
	dark, darkest := f.support(sides, corners, false)
	if dark *= insideLight; dark > light {
		light, lightest = dark, darkest
	}
	if light < meanSupport || lightest < leastSupport {
		return 0
	}
	return light * light * math.Sqrt(area)
}

// completed replaces sides that the picture's border took the place of: the sheet's own runs along the side opposite, so far
// outside that nothing that shows is lost. The border would make a tilted sheet's text run askew.
func (f *finder) completed(sides [4]side) [4]side {
	corners, ok := f.corners(sides)
	if !ok {
		return sides
	}
	out := sides
	for i, s := range sides {
		opposite := sides[(i+2)%4]
		if !s.border || opposite.border {
			continue
		}
		at := func(c [2]float64) float64 { return c[0]*opposite.nx + c[1]*opposite.ny }
		a, b := at(corners[i]), at(corners[(i+1)%4])
		if i == 0 || i == 3 {
			a = min(a, b)
		} else {
			a = max(a, b)
		}
		out[i].line = line{opposite.nx, opposite.ny, a}
	}
	return out
}

// off reports whether a corner is not on the picture.
func (f *finder) off(c [2]float64) bool {
	const slack = 0.01
	w, h := float64(f.picture.Width), float64(f.picture.Height)
	return c[0] < -slack*w || c[0] > (1+slack)*w || c[1] < -slack*h || c[1] > (1+slack)*h
}

// near reports whether a corner is on the picture or not far from it.
func (f *finder) near(x, y float64) bool {
	const beyond = 0.3
	w, h := float64(f.picture.Width), float64(f.picture.Height)
	return x > -beyond*w && x < (1+beyond)*w && y > -beyond*h && y < (1+beyond)*h
}

// support returns the share of the outline along which the inside is lighter (or darker) than the outside, over all sides
// and of the worst.
func (f *finder) support(sides [4]side, corners [4][2]float64, light bool) (mean, least float64) {
	least = 1
	sum, length := 0.0, 0.0
	for i, s := range sides {
		from, to := corners[i], corners[(i+1)%4]
		long := math.Hypot(to[0]-from[0], to[1]-from[1])
		share := borderWorth
		if !s.border {
			// The normal of a line points right or down: into the sheet from its top and left side.
			inward := i == 0 || i == 3
			share = f.along(s, from, to, light == inward)
		}
		sum, length, least = sum+share*long, length+long, math.Min(least, share)
	}
	return sum / length, least
}

// along returns the share of a side between two corners, as far as it is on the picture, where the side of the normal is
// lighter, or darker; 0 if most of it is not.
func (f *finder) along(s side, from, to [2]float64, lighter bool) float64 {
	axis := 0
	if math.Abs(s.nx) > math.Abs(s.ny) {
		axis = 1
	}
	counts := s.darker
	if lighter {
		counts = s.lighter
	}
	low, high := min(from[axis], to[axis]), max(from[axis], to[axis])
	a, b := max(0, int(low)), min(len(counts)-1, int(high))
	if b <= a {
		return 0
	}
	seen := float64(s.seen[b] - s.seen[a])
	if seen < mostSeen*(high-low) {
		return 0
	}
	return float64(counts[b]-counts[a]) / seen
}

// regular reports whether corners can be those of a rectangle seen at an angle: convex, no corner too sharp, opposite sides
// not too different.
func regular(c [4][2]float64) bool {
	var length [4]float64
	for i := range 4 {
		a, b, d := c[i], c[(i+1)%4], c[(i+2)%4]
		ux, uy, vx, vy := b[0]-a[0], b[1]-a[1], d[0]-b[0], d[1]-b[1]
		length[i] = math.Hypot(ux, uy)
		if ux*vy-uy*vx <= 0 {
			return false
		}
		if math.Abs(ux*vx+uy*vy) > leanest*math.Hypot(ux, uy)*math.Hypot(vx, vy) {
			return false
		}
	}
	const most = 1.7
	return max(length[0], length[2]) < most*min(length[0], length[2]) && max(length[1], length[3]) < most*min(length[1], length[3])
}

// area is that of a polygon, positive for corners clockwise on a picture.
func area(c [4][2]float64) float64 {
	sum := 0.0
	for i := range 4 {
		j := (i + 1) % 4
		sum += c[i][0]*c[j][1] - c[j][0]*c[i][1]
	}
	return sum / 2
}

// Hough space: normals over half a turn in steps of a degree, distances in steps of a pixel.
const (
	angles = 180
	slack  = 8 // by which the direction of a slope may be off: on a few pixels it is measured no better
)

// findLines returns the strongest straight edges, those nearer to upright and those nearer to level.
func findLines(p Colours) (upright, level []line) {
	reach := int(math.Hypot(float64(p.Width), float64(p.Height))) + 1
	votes := make([]float32, angles*2*reach)
	var sin, cos [angles]float64
	for a := range angles {
		sin[a], cos[a] = math.Sincos(float64(a) * math.Pi / angles)
	}
	slopes(p, func(x, y int, gx, gy, strength float64) {
		about := int(math.Round(math.Atan2(gy, gx) * angles / math.Pi))
		for step := -slack; step <= slack; step++ {
			a := (about + step + 2*angles) % angles
			d := float64(x)*cos[a] + float64(y)*sin[a]
			votes[a*2*reach+int(math.Round(d))+reach] += float32(strength)
		}
	})
	peaks := peaks(votes, reach)
	for _, k := range peaks {
		l := line{cos[k.angle], sin[k.angle], float64(k.distance)}
		switch {
		case math.Abs(l.nx) > math.Abs(l.ny):
			if l.nx < 0 {
				l = line{-l.nx, -l.ny, -l.d}
			}
			if len(upright) < linesSeen {
				upright = append(upright, l)
			}
		case len(level) < linesSeen:
			level = append(level, l)
		}
	}
	return upright, level
}

// peak is a place in Hough space.
type peak struct {
	angle, distance int
	votes           float32
}

// peaks returns the strongest places that are not next to a stronger one, the strongest first.
func peaks(votes []float32, reach int) []peak {
	const tilt, apart = 4, 6
	at := func(a, d int) float32 {
		if a < 0 || a >= angles { // half a turn further on, the normal points the other way
			a, d = (a+angles)%angles, -d
		}
		if d < -reach || d >= reach {
			return 0
		}
		return votes[a*2*reach+d+reach]
	}
	var strongest float32
	for _, v := range votes {
		strongest = max(strongest, v)
	}
	var out []peak
	for a := range angles {
		for d := -reach; d < reach; d++ {
			v := at(a, d)
			if v < strongest/20 {
				continue
			}
			top := true
			for da := -tilt; da <= tilt && top; da++ {
				for dd := -apart; dd <= apart && top; dd++ {
					other := at(a+da, d+dd)
					top = other < v || other == v && (da > 0 || da == 0 && dd >= 0)
				}
			}
			if top {
				out = append(out, peak{a, d, v})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b peak) int { return cmp.Compare(b.votes, a.votes) })
	return out
}

// slopes calls each for every pixel on an edge, with the direction in which the colour that changes most rises. Strength is
// capped: a long faint edge is worth more than a short hard one.
func slopes(p Colours, each func(x, y int, gx, gy, strength float64)) {
	const least, most = 16, 64 // Sobel: four times the difference of neighbours
	row := 3 * p.Width
	for y := 1; y < p.Height-1; y++ {
		for x := 1; x < p.Width-1; x++ {
			i := y*row + 3*x
			bestX, bestY, best := 0, 0, 0
			for c := i; c < i+3; c++ {
				v := p.Pix[c-row-3 : c+row+4]
				nw, n, ne := int(v[0]), int(v[3]), int(v[6])
				w, e := int(v[row]), int(v[row+6])
				sw, s, se := int(v[2*row]), int(v[2*row+3]), int(v[2*row+6])
				gx, gy := ne+2*e+se-nw-2*w-sw, sw+2*s+se-nw-2*n-ne
				if m := gx*gx + gy*gy; m > best {
					bestX, bestY, best = gx, gy, m
				}
			}
			if best >= least*least {
				each(x, y, float64(bestX), float64(bestY), math.Min(most, math.Sqrt(float64(best))))
			}
		}
	}
}

// wipe removes print: whatever is darker than its surroundings and narrower than about a line of text gets their colour.
func wipe(p Colours) Colours {
	out := Colours{Pix: slices.Clone(p.Pix), Width: p.Width, Height: p.Height}
	closeDark(out.Pix, 3*p.Width, 3, max(2, max(p.Width, p.Height)/110))
	return out
}

// closeDark fills what is darker than its surroundings and at most 2·radius wide, by a morphological closing. Rows are
// stride bytes long, pixels size bytes.
func closeDark(pix []byte, stride, size, radius int) {
	scratch := make([]byte, len(pix)+2*radius*stride)
	for _, greatest := range []bool{true, false} {
		for row := 0; row < len(pix); row += stride {
			extreme(pix[row:row+stride], size, radius, greatest, scratch)
		}
		extreme(pix, stride, radius, greatest, scratch)
	}
}

// extreme replaces each group of bytes by the greatest or the least among those within radius groups of it, each byte by
// itself. A row of pixels is a line of groups, and so is a picture whose groups are rows.
func extreme(line []byte, group, radius int, greatest bool, scratch []byte) {
	edge, wide := radius*group, 2*radius+1
	padded := scratch[:len(line)+2*edge]
	copy(padded[edge:], line)
	for i := range radius {
		copy(padded[i*group:], line[:group])
		copy(padded[edge+len(line)+i*group:], line[len(line)-group:])
	}
	for seen := 1; seen < wide; { // after each pass a group stands for so many, from itself on
		step := min(seen, wide-seen)
		from, to := padded[step*group:], padded[:len(padded)-step*group]
		if greatest {
			for i, v := range from {
				to[i] = max(to[i], v)
			}
		} else {
			for i, v := range from {
				to[i] = min(to[i], v)
			}
		}
		seen += step
	}
	copy(line, padded)
}
