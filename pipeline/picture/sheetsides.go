package picture

import (
	"cmp"
	"math"
	"slices"
)

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
