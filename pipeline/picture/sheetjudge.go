package picture

import "math"

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
