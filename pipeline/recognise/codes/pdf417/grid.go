package pdf417

import "math"

// frame is where a symbol lies in a view: the left edges of its start and stop bars, or the first only.
type frame struct {
	start, stop bar
	open        bool // the right side was not found, or there is none (compact PDF417): no right row indicator is read
}

// columns is how many columns of data would fit between the bars.
func (f frame) columns() int {
	if f.open {
		return 1
	}
	width := f.stop.middle().minus(f.start.middle()).length()
	return int(math.Round(width*2/(f.start.module+f.stop.module)/modules)) - 3
}

// words is how many codewords lie between the edges, start pattern and row indicators included.
func (f frame) words(columns int) int {
	if f.open {
		return columns + 2
	}
	return columns + 3
}

// corners go round from the upper left. Where one bar was found shorter than the other, it is drawn out; where the right
// one is missing, lines are taken to be square to the left one.
func (f frame) corners(words int) [4]point {
	s, e := f.start, f.stop
	if f.open {
		width := float64(words*modules) * s.module
		return [4]point{s.top, s.top.plus(s.across(), width), s.bottom.plus(s.across(), width), s.bottom}
	}
	if s.height() < shorter*e.height() {
		s = drawnOut(s, e)
	} else if e.height() < shorter*s.height() {
		e = drawnOut(e, s)
	}
	upper, lower := s.core[0].to(e.core[0]), s.core[1].to(e.core[1])
	left, right := s.top.to(s.bottom), e.top.to(e.bottom)
	return [4]point{upper.meets(left), upper.meets(right), lower.meets(right), lower.meets(left)}
}

// shorter is how much shorter a bar is at least that has lost a part: perspective takes less.
const shorter = 0.8

// drawnOut makes a bar as long as another, towards the side where it is short.
func drawnOut(short, long bar) bar {
	down := long.down()
	above := max(0, short.core[0].minus(long.core[0]).dot(down))
	below := max(0, long.core[1].minus(short.core[1]).dot(down))
	scale := (long.height() - short.height()) / max(above+below, 1e-9)
	short.core[0] = short.core[0].plus(short.down(), -above*scale)
	short.core[1] = short.core[1].plus(short.down(), below*scale)
	return short
}

// plane maps the unit square onto four corners as perspective does.
type plane struct{ a, b, c, d, e, f, g, h float64 }

func newPlane(q [4]point) plane {
	u, v := q[1].minus(q[2]), q[3].minus(q[2])
	s := q[0].minus(q[1]).plus(q[2].minus(q[3]), 1)
	det := u.x*v.y - v.x*u.y
	if math.Abs(det) < 1e-9 {
		det = 1e-9
	}
	g, h := (s.x*v.y-v.x*s.y)/det, (u.x*s.y-s.x*u.y)/det
	return plane{q[1].x - q[0].x + g*q[1].x, q[3].x - q[0].x + h*q[3].x, q[0].x,
		q[1].y - q[0].y + g*q[1].y, q[3].y - q[0].y + h*q[3].y, q[0].y, g, h}
}

func (p plane) at(u, v float64) point {
	w := p.g*u + p.h*v + 1
	return point{(p.a*u + p.b*v + p.c) / w, (p.d*u + p.e*v + p.f) / w}
}

// grid is what lines across a symbol see of each codeword.
type grid [][]vector

const (
	fine      = 4   // samples to a module along a line
	mostLines = 450 // 90 rows of five modules
	leastLine = 3   // lines to a row of the smallest height
)

// sample takes lines across a symbol, a little less than a module apart. It also says by how much its words are longer
// than thought.
func (v view) sample(f frame, columns int) (seen grid, stretch float64) {
	height := max(f.start.height(), f.stop.height())
	return v.lines(f, columns, min(mostLines, max(3*leastLine, int(height/f.start.module*1.2))))
}

// likely returns the number of columns with which the left end looks most like a start pattern. The width of a module is
// known to some percent only, and a wide symbol has hundreds.
func (v view) likely(f frame) int {
	const few = 12
	columns, most := f.columns(), float32(0)
	if f.open {
		return columns
	}
	for _, c := range [3]int{columns, columns - 1, columns + 1} {
		seen, _ := v.lines(f, max(1, c), few)
		if begin := seen.begin(); begin.normalise() {
			if _, a := startBlur(begin); a > most {
				columns, most = max(1, c), a
			}
		}
	}
	return columns
}

// lines takes so many lines across a symbol.
func (v view) lines(f frame, columns, lines int) (seen grid, stretch float64) {
	words := f.words(columns)
	p := newPlane(f.corners(words))
	seen = make(grid, lines)
	total := float64(words * modules)
	profile := make([]float32, (words*modules+2)*fine)
	for i := range seen {
		y := (float64(i) + 0.5) / float64(lines)
		for j := range profile {
			profile[j] = 255 - v.grey(p.at((float64(j)/fine-1)/total, y))
		}
		var length float64
		seen[i], length = codewords(profile, words)
		stretch += length / (total * fine * float64(lines))
	}
	return seen, stretch
}

// begin adds up what lines see of the start pattern.
func (g grid) begin() (sum vector) {
	for _, line := range g {
		for m := range sum {
			sum[m] += line[0][m]
		}
	}
	return sum
}

// codewords cuts a line into codewords, at the left edge of the first bar of each: they all move alike when ink spreads.
// A profile begins a module before the first and ends one after the last.
func codewords(profile []float32, words int) (out []vector, length float64) {
	out = make([]vector, words)
	width := float64(modules * fine)
	first := leftEdge(profile, fine)
	left := first
	for k := range out {
		right := leftEdge(profile, left+width)
		for m := range out[k] {
			middle := left + (float64(m)+0.5)*(right-left)/modules
			out[k][m] = (between(profile, middle-0.8) + between(profile, middle+0.8)) / 2
		}
		if !out[k].normalise() {
			out[k] = vector{}
		}
		left = right
	}
	return out, left - first
}

// leftEdge returns where, less than a module from a place, it becomes dark; the place itself if it does not.
func leftEdge(profile []float32, near float64) float64 {
	const reach = fine * 0.95
	var sum, moment float64
	for j := max(0, int(math.Ceil(near-reach-0.5))); j+1 < len(profile) && float64(j)+0.5 < near+reach; j++ {
		if rise := float64(profile[j+1] - profile[j]); rise > 0 {
			sum, moment = sum+rise, moment+rise*(float64(j)+0.5)
		}
	}
	if sum < leastSwing {
		return near
	}
	return moment / sum
}

func between(profile []float32, x float64) float32 {
	j := min(max(int(x), 0), len(profile)-2)
	part := float32(x - float64(j))
	return profile[j] + (profile[j+1]-profile[j])*part
}
