package picture

import (
	"cmp"
	"math"
	"slices"
)

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
