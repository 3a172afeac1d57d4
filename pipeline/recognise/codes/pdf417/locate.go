package pdf417

import (
	"encoding/binary"
	"math"
)

// How bars are looked for. A symbol has three rows of three modules at least, so it is crossed by a line in twelve if its
// modules are two pixels wide or more.
const (
	lineStep    = 12 // pixels between the lines and columns that are searched
	leastSwing  = 28 // grey values that make an edge, where there is little grain
	mostSwing   = 100
	mostSeeds   = 400 // of a picture that are looked at; pages without symbols have a handful
	leastModule = 1.5 // pixels
	leastBar    = 5.5 // modules high: three rows are nine, less what a tear or tilt takes
	tolerance   = 0.8 // modules by which a bar and a space together may be wrong
)

// kind says which end of a symbol a pattern is.
type kind int

const (
	start kind = iota
	stop
)

// solid is how many modules wide the bar is that a start or stop pattern begins with.
func (k kind) solid() float64 { return [2]float64{8, 7}[k] }

// pairs are the sums of neighbouring elements, in modules: they do not change when ink spreads or is thin.
var (
	startPairs = []float32{9, 2, 2, 2, 2, 2, 4}    // 8 1 1 1 1 1 1 3
	stopPairs  = []float32{8, 2, 4, 4, 2, 2, 3, 3} // 7 1 1 3 1 1 1 2 1
)

// seed is a place where a line crosses what may be a solid bar.
type seed struct {
	side   int // index of the view
	kind   kind
	middle point // of the bar, in the view
	module float64
}

// seeds looks along some lines and columns of the picture, both ways.
func seeds(pix []byte, w, h int) []seed {
	s := search{swing: swing(pix, w, h)}
	for y := lineStep / 2; y < h; y += lineStep {
		s.line(pix[y*w:(y+1)*w], y, h, 0)
	}
	columns := w / lineStep
	down := make([]byte, columns*h)
	for y := range h {
		row := pix[y*w : (y+1)*w]
		for c := range columns {
			down[c*h+y] = row[c*lineStep+lineStep/2]
		}
	}
	for c := range columns {
		s.line(down[c*h:(c+1)*h], w-1-(c*lineStep+lineStep/2), w, 2)
	}
	return s.found
}

// search collects seeds.
type search struct {
	swing int
	found []seed
	edges []int32
}

// line looks along line y of so many of the view side, and of the next view, which sees it the other way round.
func (s *search) line(line []byte, y, lines, side int) {
	s.edges = edges(line, s.swing, s.edges[:0])
	e, width := s.edges, int32(len(line))
	for i := 0; i+8 < len(e); i++ {
		first := e[i+1] - e[i]
		if i%2 == 0 && first > 4*(e[i+2]-e[i+1]) { // a bar, and a large one: most lines of most pages end here
			if m, ok := fits(e[i:], 1, startPairs, 17); ok {
				s.add(start, side, e[i], e[i+1], y, m)
			}
			if m, ok := fits(e[i:], 1, stopPairs, 18); ok {
				s.add(stop, side, e[i], e[i+1], y, m)
			}
		}
		last := e[i+8] - e[i+7]
		if i%2 == 1 && last > 4*(e[i+7]-e[i+6]) {
			if m, ok := fits(e[:i+9], -1, startPairs, 17); ok {
				s.add(start, side+1, width-e[i+8], width-e[i+7], lines-1-y, m)
			}
			if m, ok := fits(e[:i+9], -1, stopPairs, 18); ok {
				s.add(stop, side+1, width-e[i+8], width-e[i+7], lines-1-y, m)
			}
		}
	}
}

// add keeps a seed in the middle of the bar between two edges.
func (s *search) add(k kind, side int, from, to int32, y int, module float32) {
	if len(s.found) < mostSeeds {
		s.found = append(s.found, seed{side, k, point{float64(from+to-1) / 2, float64(y)}, float64(module)})
	}
}

// fits compares edges, from the first onwards or from the last backwards, with the pairs of a pattern of so many modules.
func fits(edges []int32, direction int, pairs []float32, total float32) (module float32, ok bool) {
	n, from := len(pairs)+1, 0
	if len(edges) <= n {
		return 0, false
	}
	if direction < 0 {
		from = len(edges) - 1
	}
	distance := func(i, j int) float32 {
		d := edges[from+j*direction] - edges[from+i*direction]
		return float32(int(d) * direction)
	}
	module = distance(0, n) / total
	if module < leastModule {
		return 0, false
	}
	for i, want := range pairs {
		if d := distance(i, i+2) - want*module; d > tolerance*module || d < -tolerance*module {
			return 0, false
		}
	}
	return module, true
}

// swing returns how far grey values must go up or down to make an edge: farther than they do on grainy paper. It looks at
// how much pixels differ from the mean of their neighbours; most lie on paper.
func swing(pix []byte, w, h int) int {
	var counts [2 * 256]int
	total := 0
	for y := lineStep / 2; y < h; y += 8 * lineStep {
		row := pix[y*w : (y+1)*w]
		for x := 1; x+1 < w; x += 3 {
			d := 2*int(row[x]) - int(row[x-1]) - int(row[x+1])
			counts[max(d, -d)]++
			total++
		}
	}
	median := 0
	for seen := counts[0]; 2*seen < total; seen += counts[median] {
		median++
	}
	return min(max(leastSwing, median*9/4), mostSwing)
}

// edges returns where a line turns dark, light, dark and so on: where it has gone so far from its last turning point that
// this is no grain. Both kinds of edges are noticed late by the same, so that widths are right where they are blurred, too.
func edges(line []byte, swing int, out []int32) []int32 {
	extreme, dark := int(line[0]), false
	for x := 0; x < len(line); x++ {
		v := int(line[x])
		if dark {
			if v < extreme {
				extreme = v
			} else if v > extreme+swing {
				out, extreme, dark = append(out, int32(x)), v, false
			}
			continue
		}
		for x+8 <= len(line) && white(binary.LittleEndian.Uint64(line[x:])) {
			extreme, x = max(extreme, leastWhite), x+8
		}
		if x == len(line) {
			break
		}
		v = int(line[x])
		if v > extreme {
			extreme = v
		} else if v < extreme-swing {
			out, extreme, dark = append(out, int32(x)), v, true
		}
	}
	return out
}

// leastWhite is the least grey value of paper that is passed over quickly.
const leastWhite = 0xe0

// white reports whether eight pixels are.
func white(eight uint64) bool {
	return eight&(eight<<1)&(eight<<2)&0x8080808080808080 == 0x8080808080808080
}

// bar is the solid bar of a start or stop pattern: the ends of its left edge and of its middle, and the width of a module.
type bar struct {
	kind        kind
	top, bottom point
	core        [2]point // upper and lower end of the middle
	module      float64
}

func (b bar) middle() point   { return b.top.middle(b.bottom) }
func (b bar) height() float64 { return b.bottom.minus(b.top).length() }

// down and across are the directions along the bar and to its right.
func (b bar) down() point {
	d := b.bottom.minus(b.top)
	return point{d.x / b.height(), d.y / b.height()}
}

func (b bar) across() point {
	d := b.down()
	return point{d.y, -d.x}
}

// covers reports whether a seed lies on the bar.
func (b bar) covers(s seed) bool {
	d := s.middle.minus(b.top)
	along, right := d.dot(b.down()), d.dot(b.across())
	return s.kind == b.kind && along > -b.module && along < b.height()+b.module && right > 0 && right < b.kind.solid()*b.module
}

// trace follows the bar under a seed up and down as far as it goes.
func (v view) trace(s seed) (bar, bool) {
	b := bar{kind: s.kind, module: s.module}
	half := s.kind.solid() / 2 * s.module
	var fit line
	var bounds float32
	for _, direction := range [2]int{1, -1} {
		x, missed, slope := s.middle.x, 0.0, 0.0
		for y := int(s.middle.y); y >= 0 && y < v.h && missed < 3*s.module; y += direction {
			if left, right, bound, ok := v.across(x, y, half); ok {
				off := (left+right)/2 - x
				x, slope, missed = x+off/2, min(max(slope+off/10, -mostSlope), mostSlope), 0
				fit.add(float64(y), left)
				bounds += bound
			} else {
				missed++
			}
			x += slope
		}
	}
	if !fit.straight(0.3*s.module + 0.5) {
		return bar{}, false
	}
	norm := math.Hypot(1, fit.slope)
	down := point{fit.slope / norm, 1 / norm}
	across := point{down.y, -down.x}
	y := fit.middle()
	foot := point{fit.at(y), y}
	b.module = s.module * down.y // it was measured along the line, and the bar may lean
	core := foot.plus(across, s.kind.solid()/2*b.module)
	threshold := bounds / float32(len(fit.xs))
	lower := v.reach(core, down, threshold, b.module)
	upper := v.reach(core, point{-down.x, -down.y}, threshold, b.module)
	b.top, b.bottom = foot.plus(down, -upper), foot.plus(down, lower)
	b.core = [2]point{core.plus(down, -upper), core.plus(down, lower)}
	return b, b.height() > leastBar*b.module
}

// mostSlope is how far the lines of a symbol may lean, as a tangent: some 20°, with room for error.
const mostSlope = 0.4

// across measures a dark run around x whose half width is known. bound is the grey value at its edges.
func (v view) across(x float64, y int, half float64) (left, right float64, bound float32, ok bool) {
	left, one, ok := v.edge(x, y, -1, half)
	if !ok {
		return 0, 0, 0, false
	}
	right, other, ok := v.edge(x, y, 1, half)
	width := right - left
	return left, right, (one + other) / 2, ok && width > 1.5*half && width < 2.6*half
}

// edge returns where, left or right of x, a dark run ends: where it is half as light as it gets just beyond.
func (v view) edge(x float64, y, direction int, half float64) (at float64, bound float32, ok bool) {
	from := int(math.Round(x))
	grey := func(i int) float32 { // less of the grain
		x := from + i*direction
		return (float32(v.at(x, y-1)) + float32(v.at(x, y)) + float32(v.at(x, y+1))) / 3
	}
	first, last := int(0.55*half), int(1.45*half+1)
	dark := (grey(0) + grey(first/2) + grey(first)) / 3
	most := dark
	for i := first; i <= last; i++ {
		most = max(most, grey(i))
	}
	if most < dark+leastSwing {
		return 0, 0, false
	}
	bound = (dark + most) / 2
	before := grey(first - 1)
	for i := first; i <= last; i++ {
		now := grey(i)
		if now >= bound {
			part := 0.5
			if now > before {
				part = min(1, float64((now-bound)/(now-before)))
			}
			return float64(from) + (float64(i)-part)*float64(direction), bound, true
		}
		before = now
	}
	return 0, 0, false
}

// reach returns how far a bar stays dark from a place in its middle; lighter gaps of up to three modules are passed over.
func (v view) reach(from, direction point, threshold float32, module float64) float64 {
	const stride = 0.5
	last := 0.0
	aside := point{direction.y * module, -direction.x * module}
	for t := stride; t-last <= 3*module; t += stride {
		p := from.plus(direction, t)
		if p.x < 0 || p.y < 0 || p.x > float64(v.w-1) || p.y > float64(v.h-1) {
			break
		}
		if (v.grey(p)+v.grey(p.plus(aside, 1.5))+v.grey(p.plus(aside, -1.5)))/3 < threshold {
			last = t
		}
	}
	return last + stride/2
}

// line is the straight line x = offset + slope × y through points.
type line struct {
	ys, xs        []float64
	offset, slope float64
}

func (l *line) add(y, x float64)     { l.ys, l.xs = append(l.ys, y), append(l.xs, x) }
func (l *line) at(y float64) float64 { return l.offset + l.slope*y }

// middle is the mean of all y.
func (l *line) middle() float64 {
	var sum float64
	for _, y := range l.ys {
		sum += y
	}
	return sum / float64(len(l.ys))
}

// straight fits the line, then once more to the points that lie near it; false if too few do or it leans too much.
func (l *line) straight(near float64) bool {
	l.fit(math.Inf(1))
	for _, bound := range [2]float64{3 * near, near} {
		if n := l.fit(bound); n < 4 || n*2 < len(l.xs) {
			return false
		}
	}
	return math.Abs(l.slope) < mostSlope
}

// fit is by least squares over the points at most bound from the line as it is.
func (l *line) fit(bound float64) (used int) {
	var n, sy, sx, syy, sxy float64
	for i, y := range l.ys {
		if x := l.xs[i]; math.Abs(x-l.at(y)) <= bound {
			n, sy, sx, syy, sxy = n+1, sy+y, sx+x, syy+y*y, sxy+x*y
		}
	}
	if spread := n*syy - sy*sy; spread > 0 {
		l.slope = (n*sxy - sy*sx) / spread
		l.offset = (sx - l.slope*sy) / n
	}
	return int(n)
}
