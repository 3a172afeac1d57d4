package picture

import "slices"

// What a second sheet must be like: two cards, or both sides of one, laid on a table for one photograph.
const (
	besideArea    = 0.3  // of the first
	besideSupport = 0.85 // surer than the first: most photographs show one
)

// Beside returns the outline around s and another sheet that lies beside it, as large as the first or at least not much
// smaller; s itself if there is none. The outline lies in the plane of s, in its directions.
func (s Sheet) Beside(p Colours) Sheet {
	other, ok := FindSheet(s.covered(p))
	if !ok || other.Cut || other.Support < besideSupport || area(other.Corners) < besideArea*area(s.Corners) {
		return s
	}
	onto := Onto(s.Corners)
	back := onto.Inverse()
	low, high := [2]float64{0, 0}, [2]float64{1, 1}
	for _, c := range other.Corners {
		u, v := back.Point(c[0], c[1])
		low = [2]float64{min(low[0], u), min(low[1], v)}
		high = [2]float64{max(high[0], u), max(high[1], v)}
	}
	around := s
	for i, c := range [4][2]float64{low, {high[0], low[1]}, high, {low[0], high[1]}} {
		x, y := onto.Point(c[0], c[1])
		const beyond = 0.2
		if x < -beyond || x > 1+beyond || y < -beyond || y > 1+beyond { // not on one table
			return s
		}
		around.Corners[i] = [2]float64{x, y}
	}
	if !regular(around.Corners) {
		return s
	}
	return around
}

// covered returns the picture with the sheet covered by what lies around it.
func (s Sheet) covered(p Colours) Colours {
	const margin = 0.03
	out := Colours{Pix: slices.Clone(p.Pix), Width: p.Width, Height: p.Height}
	back := Onto(s.Corners).Inverse().Scaled(float64(p.Width), float64(p.Height), 1, 1)
	var around [3]int
	n := 0
	inside := make([]int, 0, p.Width*p.Height)
	for y := range p.Height {
		for x := range p.Width {
			u, v := back.Point(float64(x)+0.5, float64(y)+0.5)
			at := 3 * (y*p.Width + x)
			switch {
			case within(u, v, margin):
				inside = append(inside, at)
			case within(u, v, 2*margin):
				for c := range 3 {
					around[c] += int(p.Pix[at+c])
				}
				n++
			}
		}
	}
	for _, at := range inside {
		for c := range 3 {
			out.Pix[at+c] = byte(around[c] / max(1, n))
		}
	}
	return out
}

// within reports whether a point lies in the unit square with a margin around it.
func within(u, v, margin float64) bool {
	return u > -margin && u < 1+margin && v > -margin && v < 1+margin
}
