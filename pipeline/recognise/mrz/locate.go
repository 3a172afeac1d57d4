package mrz

import (
	"cmp"
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

const (
	// SearchEdge is the long edge, in pixels, of the picture that is searched. The zone of a card on a sheet of A4 has a
	// pitch of 14 pixels then.
	SearchEdge = 1600
	nearby     = 12   // pixels around one that say what is paper
	darker     = 0.92 // of what is around is ink
	leastInk   = 5    // grey levels

	leastTall, mostTall = 5, 90 // pixels of a glyph
	leastChain          = 8     // components
	leastLength         = 14    // of a line, in heights of its glyphs
	fixedPitch          = 0.22  // correlation of the line with itself, one pitch further: running text has less
)

// candidate is a line of print that may be of a zone, on a picture whose long edge is one pixel per pixel of the search.
type candidate struct {
	line  glyph.Line // cell 0 at the left end, if the print is upright
	cells float64    // from one end to the other
	score float64
}

// locate finds lines of print in fixed pitch, in both directions, the most likely ones first.
func locate(g glyph.Gray) []candidate {
	ink := binarise(g)
	parts := components(ink, g.W, g.H)
	var out []candidate
	for _, across := range []bool{false, true} {
		for _, c := range chains(parts, across) {
			if found, ok := measure(c, ink, g.W, g.H, across); ok {
				out = append(out, found)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	return out
}

// binarise marks pixels that are darker than what is around them.
func binarise(g glyph.Gray) []bool {
	sums := make([]uint32, (g.W+1)*(g.H+1)) // of all pixels above and to the left
	for y := range g.H {
		row := uint32(0)
		above, here := sums[y*(g.W+1):(y+1)*(g.W+1)], sums[(y+1)*(g.W+1):(y+2)*(g.W+1)]
		for x, v := range g.Pix[y*g.W : (y+1)*g.W] {
			row += uint32(v)
			here[x+1] = above[x+1] + row
		}
	}
	ink := make([]bool, g.W*g.H)
	for y := range g.H {
		top, bottom := max(0, y-nearby), min(g.H, y+nearby+1)
		above, below := sums[top*(g.W+1):(top+1)*(g.W+1)], sums[bottom*(g.W+1):(bottom+1)*(g.W+1)]
		row := ink[y*g.W : (y+1)*g.W]
		for x, v := range g.Pix[y*g.W : (y+1)*g.W] {
			left, right := max(0, x-nearby), min(g.W, x+nearby+1)
			mean := float32(below[right]-below[left]-above[right]+above[left]) / float32((right-left)*(bottom-top))
			row[x] = float32(v) < min(mean*darker, mean-leastInk)
		}
	}
	return ink
}

// part is a connected component: left, top, right, bottom (exclusive).
type part struct{ x0, y0, x1, y1 int32 }

// components returns the boxes of 8-connected ink that may be glyphs, or a few that touch.
func components(ink []bool, w, h int) []part {
	var boxes []part
	var parent []int32
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	type run struct{ x0, x1, id int32 }
	var above, here []run
	for y := range int32(h) { //nolint:gosec // a picture's height
		row := ink[int(y)*w : (int(y)+1)*w]
		here = here[:0]
		next := 0
		for x := 0; x < w; x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < w && row[x] {
				x++
			}
			r := run{int32(from), int32(x), -1} //nolint:gosec // within the picture
			for next > 0 && above[next-1].x1 >= r.x0 {
				next--
			}
			for next < len(above) && above[next].x1 < r.x0 {
				next++
			}
			for k := next; k < len(above) && above[k].x0 <= r.x1; k++ {
				id := find(above[k].id)
				if r.id < 0 {
					r.id = id
				} else if id != r.id {
					a, b := min(id, r.id), max(id, r.id)
					parent[b] = a
					boxes[a] = around(boxes[a], boxes[b])
					r.id = a
				}
			}
			box := part{r.x0, y, r.x1, y + 1}
			if r.id < 0 {
				r.id = int32(len(boxes)) //nolint:gosec // fewer than pixels
				boxes, parent = append(boxes, box), append(parent, r.id)
			} else {
				boxes[r.id] = around(boxes[r.id], box)
			}
			here = append(here, r)
		}
		above, here = here, above
	}
	out := boxes[:0]
	for i, b := range boxes {
		if parent[i] == int32(i) && b.small() { //nolint:gosec // fewer than pixels
			out = append(out, b)
		}
	}
	return out
}

func around(a, b part) part {
	return part{min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1)}
}

// small reports whether the part may be of a line of glyphs, lying or standing.
func (p part) small() bool {
	w, h := p.x1-p.x0, p.y1-p.y0
	return min(w, h) <= mostTall && max(w, h) >= leastTall && max(w, h) <= 12*mostTall
}

// turned swaps the axes.
func (p part) turned() part { return part{p.y0, p.x0, p.y1, p.x1} }

// chains links parts of like height that follow each other closely, from left to right; from top to bottom if across.
func chains(parts []part, across bool) [][]part {
	boxes := make([]part, 0, len(parts))
	for _, p := range parts {
		if across {
			p = p.turned()
		}
		if h := p.y1 - p.y0; h >= leastTall && h <= mostTall && p.x1-p.x0 <= 10*h {
			boxes = append(boxes, p)
		}
	}
	slices.SortFunc(boxes, func(a, b part) int { return cmp.Or(cmp.Compare(a.x0, b.x0), cmp.Compare(a.y0, b.y0)) })
	next, before := follow(boxes)
	var out [][]part
	for i := range boxes {
		if before[i] >= 0 || next[i] < 0 {
			continue
		}
		var chain []part
		for k := i; k >= 0; k = next[k] {
			chain = append(chain, boxes[k])
		}
		if len(chain) >= leastChain {
			out = append(out, chain)
		}
	}
	return out
}

// follow says for each box which one follows it, and which one is before it; -1 if none.
func follow(boxes []part) (next, before []int) {
	const band = 16 // rows
	rows := map[int32][]int{}
	for i, b := range boxes {
		for y := b.y0 / band; y <= (b.y1-1)/band; y++ {
			rows[y] = append(rows[y], i)
		}
	}
	next, before = make([]int, len(boxes)), make([]int, len(boxes))
	for i := range boxes {
		next[i], before[i] = -1, -1
	}
	for i, b := range boxes {
		best, gap := -1, int32(math.MaxInt32)
		row := rows[(b.y0+b.y1)/2/band]
		at, _ := slices.BinarySearchFunc(row, i, func(k, i int) int { return cmp.Compare(k, i) })
		for _, k := range row[min(len(row), at):] {
			o := boxes[k]
			if k == i {
				continue
			}
			if o.x0 > b.x1+(b.y1-b.y0)*5/4 {
				break
			}
			if b.like(o) && o.x0-b.x1 < gap {
				best, gap = k, o.x0-b.x1
			}
		}
		if best >= 0 && (before[best] < 0 || boxes[best].x0-boxes[before[best]].x1 > gap) {
			if old := before[best]; old >= 0 {
				next[old] = -1
			}
			next[i], before[best] = best, i
		}
	}
	return next, before
}

// like reports whether o may be the neighbour of p to the right.
func (p part) like(o part) bool {
	h, other := p.y1-p.y0, o.y1-o.y0
	shift := (o.y0 + o.y1) - (p.y0 + p.y1) // twice the way from middle to middle
	return o.x0 >= p.x1-h/2 && o.x0+o.x1 > p.x0+p.x1 && 5*other >= 3*h && 3*other <= 5*h && 10*max(shift, -shift) <= 7*h
}

// measure fits a line through the chain and finds its pitch; false if it has none.
func measure(chain []part, ink []bool, w, h int, across bool) (candidate, bool) {
	first, last := chain[0], chain[len(chain)-1]
	tall := median(chain, func(p part) float64 { return float64(p.y1 - p.y0) })
	length := float64(last.x1 - first.x0)
	if length < leastLength*tall {
		return candidate{}, false
	}
	a, b, ok := through(chain, tall)
	if !ok {
		return candidate{}, false
	}
	at := func(x, y int) bool {
		if across {
			x, y = y, x
		}
		return x >= 0 && y >= 0 && x < w && y < h && ink[y*w+x]
	}
	profile := make([]float64, int(length)+1)
	for i := range profile {
		x := int(first.x0) + i
		y := a + b*float64(x)
		for d := -tall / 2; d <= tall/2; d++ {
			if at(x, int(math.Round(y+d))) {
				profile[i]++
			}
		}
	}
	pitch, corr := repeat(profile, 0.7*tall, 1.5*tall)
	if corr < fixedPitch {
		return candidate{}, false
	}
	// Along the line, not along the picture's edge.
	stretch := math.Hypot(1, b)
	line := glyph.Line{Tall: min(1.25, max(0.8, tall/(pitch*stretch)))}
	x := float64(first.x0) + pitch/2
	line.X, line.Y = [3]float64{x, pitch, 0}, [3]float64{a + b*x, b * pitch, 0}
	if across {
		line.X, line.Y = line.Y, line.X
	}
	return candidate{line: line, cells: length / pitch, score: corr * math.Sqrt(length/pitch)}, true
}

// through fits y = a + b·x through the middles of most parts; false if they lie about or too far tilted.
func through(chain []part, tall float64) (a, b float64, ok bool) {
	weight := make([]bool, len(chain))
	for i := range weight {
		weight[i] = true
	}
	for range 3 {
		var n, sx, sy, sxx, sxy float64
		for i, p := range chain {
			if weight[i] {
				x, y := float64(p.x0+p.x1)/2, float64(p.y0+p.y1)/2
				n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
			}
		}
		if n < leastChain/2 || n*sxx-sx*sx == 0 {
			return 0, 0, false
		}
		b = (n*sxy - sx*sy) / (n*sxx - sx*sx)
		a = (sy - b*sx) / n
		for i, p := range chain {
			x, y := float64(p.x0+p.x1)/2, float64(p.y0+p.y1)/2
			weight[i] = math.Abs(y-a-b*x) < 0.25*tall
		}
	}
	return a, b, math.Abs(b) < 0.3
}

// repeat returns the shift, between two bounds, at which the profile is most like itself, and how like: 1 is the same.
func repeat(profile []float64, low, high float64) (shift, like float64) {
	mean := 0.0
	for _, v := range profile {
		mean += v
	}
	mean /= float64(len(profile))
	known := make([]float64, int(5*high)+2) // by shift; -2 is not worked out yet
	for i := range known {
		known[i] = -2
	}
	corr := func(lag int) float64 {
		if known[lag] == -2 {
			known[lag] = correlate(profile, mean, lag)
		}
		return known[lag]
	}
	// The fifth repetition tells the pitch five times as well; the first ones tell which it is.
	best := 0.0
	for p := low; p <= high; p += 0.1 {
		sum := 0.0
		for k := 1; k <= 5; k++ {
			sum += corr(int(math.Round(p * float64(k))))
		}
		if sum > best {
			best, shift = sum, p
		}
	}
	return shift, best / 5
}

// correlate returns how like the profile is to itself, shifted.
func correlate(profile []float64, mean float64, lag int) float64 {
	n := len(profile) - lag
	if n < 8 || lag < 2 {
		return 0
	}
	var ab, aa, bb float64
	for i := range n {
		a, b := profile[i]-mean, profile[i+lag]-mean
		ab, aa, bb = ab+a*b, aa+a*a, bb+b*b
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

func median(parts []part, of func(part) float64) float64 {
	v := make([]float64, len(parts))
	for i, p := range parts {
		v[i] = of(p)
	}
	slices.Sort(v)
	return v[len(v)/2]
}
