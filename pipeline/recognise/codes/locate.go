package codes

import (
	"cmp"
	"slices"
)

// Where to look. A page of A4 is searched at some 150, 75 and 38 dots per inch: modules of 0.3 to 2 mm are a few pixels
// wide in one of them.
const (
	fineEdge   = 1760 // long edge of the largest picture that is searched
	levels     = 3    // each half as large as the one before
	cell       = 8    // pixels; a code is at least three cells wide
	step       = 36   // grey values between neighbours that make an edge
	dense      = 11   // edges of a cell in either direction, in percent of its pixels: text has either fewer or gaps between lines
	leastInk   = 25   // percent of a cell
	mostInk    = 80
	mostPlaces = 6 // of one reduced picture that are tried, the densest first
	widest     = 3 // times its height, or the other way round
)

// area is a part of a picture: left and top inside, right and bottom outside.
type area struct{ x0, y0, x1, y1 int }

// share returns the area in shares of a picture of w × h pixels.
func (a area) share(w, h int) [4]float64 {
	return [4]float64{float64(a.x0) / float64(w), float64(a.y0) / float64(h), float64(a.x1) / float64(w), float64(a.y1) / float64(h)}
}

// widen adds a margin: the outer modules of a code are less dense than the inner ones, and readers want some paper around.
func (a area) widen(w, h int) area {
	margin := max(a.x1-a.x0, a.y1-a.y0) / 6
	return area{max(0, a.x0-margin), max(0, a.y0-margin), min(w, a.x1+margin), min(h, a.y1+margin)}
}

// grid holds, for each cell of a reduced picture, how many edges it has in both directions; zero for cells that are not
// dense.
type grid struct {
	w, h    int
	density []int
}

// locate returns the parts of a picture that may be codes, for each level the densest first: nothing else has edges so
// close together, in both directions and over a compact area.
func locate(pix []byte, w, h int) []area {
	factor := max(1, (max(w, h)+fineEdge/2)/fineEdge)
	small, sw, sh := reduce(pix, w, h, factor)
	var places []area
	for range levels {
		found := newGrid(small, sw, sh).blocks()
		slices.SortStableFunc(found, func(a, b block) int { return cmp.Compare(b.density, a.density) })
		for _, b := range found[:min(len(found), mostPlaces)] {
			scale := cell * factor
			places = append(places, area{b.x0 * scale, b.y0 * scale, min(w, b.x1*scale), min(h, b.y1*scale)})
		}
		small, sw, sh = reduce(small, sw, sh, 2)
		factor *= 2
	}
	return places
}

// reduce averages squares of factor × factor pixels.
func reduce(pix []byte, w, h, factor int) (small []byte, sw, sh int) {
	if factor == 1 {
		return pix, w, h
	}
	sw, sh = w/factor, h/factor
	small = make([]byte, sw*sh)
	sums := make([]int, sw)
	for y := range sh {
		clear(sums)
		for row := y * factor; row < (y+1)*factor; row++ {
			line := pix[row*w : row*w+sw*factor]
			for x := range sums {
				for _, v := range line[x*factor : (x+1)*factor] {
					sums[x] += int(v)
				}
			}
		}
		for x, sum := range sums {
			small[y*sw+x] = byte(sum / (factor * factor))
		}
	}
	return small, sw, sh
}

func newGrid(pix []byte, w, h int) grid {
	g := grid{w: w / cell, h: h / cell, density: make([]int, (w/cell)*(h/cell))}
	if len(g.density) == 0 {
		return grid{}
	}
	cells := make([]tally, len(g.density))
	for y := range min(g.h*cell, h-1) {
		row, below := pix[y*w:(y+1)*w], pix[(y+1)*w:(y+2)*w]
		line := cells[y/cell*g.w : (y/cell+1)*g.w]
		for cx := range line {
			x, last := cx*cell, min((cx+1)*cell+1, w)
			line[cx].add(row[x:last], below[x:last])
		}
	}
	for i := range cells {
		around := g.around(cells, i)
		if weaker := min(around.across, around.down); weaker*100 >= dense*around.pixels && around.inked() {
			g.density[i] = weaker * 1000 / around.pixels
		}
	}
	return g
}

// around sums a cell up with its neighbours: a single cell may hold hardly an edge of a code of large modules.
func (g grid) around(cells []tally, i int) tally {
	var all tally
	x, y := i%g.w, i/g.w
	for cy := max(0, y-1); cy <= min(g.h-1, y+1); cy++ {
		for cx := max(0, x-1); cx <= min(g.w-1, x+1); cx++ {
			c := &cells[cy*g.w+cx]
			all.across, all.down, all.sum, all.pixels = all.across+c.across, all.down+c.down, all.sum+c.sum, all.pixels+c.pixels
			all.dark, all.light = max(all.dark, c.dark), max(all.light, c.light)
		}
	}
	return all
}

// tally counts a cell's pixels.
type tally struct {
	pixels       int
	across, down int // edges
	sum          int
	dark         int // least and greatest grey value, the former from 255 downwards so that zero means none
	light        int
}

// add counts a row of a cell, with one pixel more to the right, against the row below it.
func (t *tally) add(row, below []byte) {
	across, down, sum, dark, light := 0, 0, 0, byte(255), byte(0)
	for x := range len(row) - 1 {
		v := row[x]
		if d := int(v) - int(row[x+1]); d > step || d < -step {
			across++
		}
		if d := int(v) - int(below[x]); d > step || d < -step {
			down++
		}
		sum += int(v)
		dark, light = min(dark, v), max(light, v)
	}
	t.pixels, t.across, t.down, t.sum = t.pixels+len(row)-1, t.across+across, t.down+down, t.sum+sum
	t.dark, t.light = max(t.dark, 255-int(dark)), max(t.light, int(light))
}

// inked reports whether about half is dark and half light: so it is in a code, text has more paper.
func (t *tally) inked() bool {
	missing, whole := t.light*t.pixels-t.sum, (t.light+t.dark-255)*t.pixels
	return missing*100 > leastInk*whole && missing*100 < mostInk*whole
}

// block is a compact run of dense cells; its area counts cells.
type block struct {
	area
	density float64 // mean
}

// blocks joins squares of two by two dense cells that touch: a single line of text, a cell high, is none.
func (g grid) blocks() []block {
	core := make([]bool, len(g.density))
	for y := range g.h - 1 {
		for x := range g.w - 1 {
			i := y*g.w + x
			core[i] = g.density[i] > 0 && g.density[i+1] > 0 && g.density[i+g.w] > 0 && g.density[i+g.w+1] > 0
		}
	}
	var all []block
	var queue []int
	for start := range core {
		if !core[start] {
			continue
		}
		core[start] = false
		queue = append(queue[:0], start)
		b := area{g.w, g.h, 0, 0}
		sum, n := 0, 0
		for len(queue) > 0 {
			i := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			x, y := i%g.w, i/g.w
			b = area{min(b.x0, x), min(b.y0, y), max(b.x1, x+2), max(b.y1, y+2)}
			sum, n = sum+g.density[i], n+1
			for _, next := range [4]int{i - 1, i + 1, i - g.w, i + g.w} {
				if next >= 0 && next < len(core) && core[next] {
					core[next] = false
					queue = append(queue, next)
				}
			}
		}
		if b.compact(n) {
			all = append(all, block{b, float64(sum) / float64(n)})
		}
	}
	return all
}

// compact reports whether an area with n corner cells in it is as wide and as full as a code in any direction.
func (a area) compact(n int) bool {
	w, h := a.x1-a.x0, a.y1-a.y0
	return min(w, h) >= 3 && max(w, h) <= widest*min(w, h) && n*5 >= (w-1)*(h-1)*2
}
