package mrz

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

//go:embed glyph/model.bin
var model []byte

const (
	mostLines  = 14  // candidates that are looked at closely
	margin     = 3.5 // cells that are read beyond both ends of a candidate
	leastCells = 18  // of a line that may be of a zone
	leastGain  = 1.2 // of its cells on the average
	peekCells  = 14  // looked at to see whether a line is one, and which way up
	mostGain   = 4.0 // logarithm of how much likelier a glyph is than none; more counts no more
	offStep    = 1.0 // cost of a cell that is a quarter wider or narrower than the one before
	leastSpace = 1.6 // pitches between two lines of a zone
	mostSpace  = 3.7
)

// Reader reads zones from pictures. It is not safe for concurrent use.
type Reader struct {
	net  *glyph.Net
	now  func() time.Time // settles the century of birth dates
	pass glyph.Pass
}

// NewReader returns a Reader.
func NewReader(now func() time.Time) (*Reader, error) {
	net, err := glyph.Load(model)
	if err != nil {
		return nil, fmt.Errorf("network for machine-readable zones: %w", err)
	}
	return &Reader{net: net, now: now}, nil
}

// Found is a zone and how it lies.
type Found struct {
	pipeline.MRZ     // Box in shares of the picture as it was given; Page is left to the caller
	Turn         int // clockwise degrees by which the picture must be turned so that the zone is upright: 0, 90, 180, 270
}

// Candidates are the lines of a picture that may be of a zone.
type Candidates struct {
	lines []candidate
	w, h  int
}

// None reports whether there is nothing to read.
func (c Candidates) None() bool { return len(c.lines) == 0 }

// Search looks for lines in fixed pitch. It is quick and takes more than there is: Read tells.
func Search(g glyph.Gray) Candidates {
	if g.W == 0 || g.H == 0 {
		return Candidates{}
	}
	small := reduce(g, SearchEdge)
	return Candidates{locate(small), small.W, small.H}
}

// Read reads the zones among the candidates, which Search found on this picture or on a smaller copy of it. From top to
// bottom of the picture as it is given.
func (r *Reader) Read(g glyph.Gray, c Candidates) []Found {
	if c.None() || g.W < glyph.Window || g.H < glyph.Window {
		return nil
	}
	scale := float64(g.W) / float64(c.w)
	var rows []row
	for i, cand := range c.lines {
		if i == mostLines {
			break
		}
		if row, ok := r.either(g, cand.scaled(scale), cand.cells); ok {
			rows = append(rows, row)
		}
	}
	var out []Found
	for _, zone := range r.zones(g, rows) {
		if found, ok := r.decode(g, zone); ok {
			out = append(out, found)
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int { return cmpFloat(a.Box[1], b.Box[1]) })
	return out
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// scaled returns the line on a picture that is larger by factor.
func (c candidate) scaled(factor float64) glyph.Line {
	l := c.line
	for i := range l.X {
		l.X[i] *= factor
		l.Y[i] *= factor
	}
	return l
}

// row is a line that was read: cells 0 to cells-1 of line hold glyphs.
type row struct {
	line  glyph.Line
	cells int
	gain  float64 // mean of the cells
	sure  float64 // the same of the logarithm of the likeliest glyph's probability, for each cell
}

// either reads a line as it lies or upside down: as it is read with more certainty.
func (r *Reader) either(g glyph.Gray, l glyph.Line, cells float64) (row, bool) {
	over := upsideDown(l, cells)
	up, down := r.peek(g, l, cells), r.peek(g, over, cells)
	if max(up, down) < leastGain/2 {
		return row{}, false
	}
	var best row
	for i, try := range [2]glyph.Line{l, over} {
		if [2]float64{up, down}[i] < max(up, down)/2 {
			continue
		}
		if found, ok := r.row(g, try, -margin, cells+margin); ok && found.cells >= leastCells && found.gain >= leastGain && found.better(best) {
			best = found
		}
	}
	if best.cells == 0 {
		return row{}, false
	}
	return r.again(g, best), true
}

// better reports whether the same line is read better as a than as b.
func (a row) better(b row) bool { return b.cells == 0 || a.sure > b.sure }

// peek returns the gain of a cell in the middle of a line.
func (r *Reader) peek(g glyph.Gray, l glyph.Line, cells float64) float64 {
	r.net.Read(glyph.Cut(g, l, cells/2-peekCells/2, cells/2+peekCells/2), 1, &r.pass)
	path, gain := r.path()
	if len(path) == 0 {
		return 0
	}
	return gain / peekCells
}

// again reads a row once more where it was found to lie: that is what the network reads best.
func (r *Reader) again(g glyph.Gray, best row) row {
	for range 2 {
		next, ok := r.row(g, best.line, -margin, float64(best.cells)+margin)
		if !ok || next.gain*float64(next.cells) < best.gain*float64(best.cells) {
			break
		}
		best = next
	}
	return best
}

// upsideDown returns the line as it is read from the other side; cell 0 is what was the last.
func upsideDown(l glyph.Line, cells float64) glyph.Line {
	end := math.Round(cells) - 1
	out := l
	for i, v := range []*[3]float64{&out.X, &out.Y} {
		old := [2][3]float64{l.X, l.Y}[i]
		*v = [3]float64{old[0] + end*(old[1]+end*old[2]), -old[1] - 2*end*old[2], old[2]}
	}
	return out
}

// row reads one line between two cells and says where its glyphs really are.
func (r *Reader) row(g glyph.Gray, l glyph.Line, from, to float64) (row, bool) {
	r.net.Read(glyph.Cut(g, l, from, to), 1, &r.pass)
	path, gain := r.path()
	if len(path) < leastCells/2 {
		return row{}, false
	}
	at := make([]float64, len(path))
	for i, p := range path {
		at[i] = r.pass.Strip.Cell(p) + r.lean(p)*float64(glyph.Step)/glyph.Pitch
	}
	sure := 0.0
	for _, p := range path {
		log := r.pass.Log[p*glyph.Classes : (p+1)*glyph.Classes]
		sure += float64(slices.Max(log[:glyph.None]))
	}
	n := float64(len(path))
	return row{line: r.fitted(l, path, at), cells: len(path), gain: gain / n, sure: sure / n}, true
}

// gain returns how much likelier some glyph is at a place than none.
func (r *Reader) gain(place int) float64 {
	log := r.pass.Log[place*glyph.Classes : (place+1)*glyph.Classes]
	return min(mostGain, max(-mostGain, float64(slices.Max(log[:glyph.None])-log[glyph.None])))
}

// class returns the likeliest glyph at a place.
func (r *Reader) class(place int) int {
	log := r.pass.Log[place*glyph.Classes : place*glyph.Classes+glyph.None]
	best := 0
	for c, v := range log {
		if v > log[best] {
			best = c
		}
	}
	return best
}

// path finds the run of cells, four places apart or nearly so, that gains most.
func (r *Reader) path() (places []int, total float64) {
	n := r.pass.Places
	sum, from := make([]float64, n), make([]int, n)
	end, best := -1, 0.0
	for p := range n {
		from[p] = -1
		for _, step := range [3]int{4, 3, 5} {
			if p < step {
				continue
			}
			v := sum[p-step]
			if step != 4 {
				v -= offStep
			}
			if v > sum[p] {
				sum[p], from[p] = v, p-step
			}
		}
		sum[p] += r.gain(p)
		if sum[p] > best {
			end, best = p, sum[p]
		}
	}
	for p := end; p >= 0; p = from[p] {
		places = append(places, p)
	}
	slices.Reverse(places)
	return places, best
}

// lean says where between its neighbours the middle of the glyph at a place is: -0.5 to 0.5 steps.
func (r *Reader) lean(p int) float64 {
	if p == 0 || p == r.pass.Places-1 {
		return 0
	}
	some := func(p int) float64 { return 1 - math.Exp(float64(r.pass.Log[p*glyph.Classes+glyph.None])) }
	before, here, after := some(p-1), some(p), some(p+1)
	if all := before + here + after; all > 0 {
		return min(0.5, max(-0.5, (after-before)/all))
	}
	return 0
}

// fitted returns the line whose cells 0, 1, … lie where at says, in cells of l, and whose glyphs' middles lie in the
// middle of the strip that was read.
func (r *Reader) fitted(l glyph.Line, path []int, at []float64) glyph.Line {
	t := parabola(at)
	s := r.pass.Strip
	down, tall := make([]float64, len(at)), make([]float64, len(at))
	for k, v := range at {
		down[k], tall[k] = s.Ink(v)
		tall[k] /= glyph.Tall(r.class(path[k]))
	}
	d := parabola(down)
	slices.Sort(tall)
	n := float64(len(at) - 1)
	// Three points of the new line settle its curves.
	var x, y [3]float64
	for i, k := range [3]float64{0, n / 2, n} {
		x[i], y[i] = l.Point(t[0]+k*(t[1]+k*t[2]), d[0]+k*(d[1]+k*d[2]))
	}
	out := glyph.Line{Tall: l.Tall * min(1.1, max(0.9, tall[len(tall)/2]))}
	out.Tall = min(1.3, max(0.75, out.Tall))
	out.X, out.Y = three(x, n), three(y, n)
	return out
}

// three returns the parabola through values at 0, n/2 and n.
func three(v [3]float64, n float64) [3]float64 {
	c := 2 * (v[0] - 2*v[1] + v[2]) / (n * n)
	return [3]float64{v[0], (v[2]-v[0])/n - c*n, c}
}

// parabola fits v[k] = a + b·k + c·k², leaving out what lies off.
func parabola(v []float64) [3]float64 {
	use := make([]bool, len(v))
	for i := range use {
		use[i] = true
	}
	var out [3]float64
	for range 3 {
		fit, ok := squares(v, use)
		if !ok {
			return out
		}
		out = fit
		off := make([]float64, 0, len(v))
		rest := func(i int) float64 {
			k := float64(i)
			return math.Abs(v[i] - fit[0] - k*(fit[1]+k*fit[2]))
		}
		for i := range v {
			off = append(off, rest(i))
		}
		slices.Sort(off)
		limit := max(0.02, 2.5*off[len(off)/2])
		for i := range v {
			use[i] = rest(i) <= limit
		}
	}
	return out
}

// squares solves the normal equations of the parabola through the points in use; false if there are too few.
func squares(v []float64, use []bool) ([3]float64, bool) {
	var s [5]float64
	var m [3]float64
	scale := 1 / float64(max(1, len(v)-1)) // between 0 and 1 the equations are well-behaved
	for i, u := range use {
		if !u {
			continue
		}
		k := float64(i) * scale
		powers := [5]float64{1, k, k * k, k * k * k, k * k * k * k}
		for j, p := range powers {
			s[j] += p
		}
		for j, p := range powers[:3] {
			m[j] += p * v[i]
		}
	}
	det := s[0]*(s[2]*s[4]-s[3]*s[3]) - s[1]*(s[1]*s[4]-s[2]*s[3]) + s[2]*(s[1]*s[3]-s[2]*s[2])
	if s[0] < 6 || math.Abs(det) < 1e-9 {
		return [3]float64{}, false
	}
	a := (m[0]*(s[2]*s[4]-s[3]*s[3]) - s[1]*(m[1]*s[4]-s[3]*m[2]) + s[2]*(m[1]*s[3]-s[2]*m[2])) / det
	b := (s[0]*(m[1]*s[4]-s[3]*m[2]) - m[0]*(s[1]*s[4]-s[2]*s[3]) + s[2]*(s[1]*m[2]-m[1]*s[2])) / det
	c := (s[0]*(s[2]*m[2]-m[1]*s[3]) - s[1]*(s[1]*m[2]-m[1]*s[2]) + m[0]*(s[1]*s[3]-s[2]*s[2])) / det
	return [3]float64{a, b * scale, c * scale * scale}, true
}
