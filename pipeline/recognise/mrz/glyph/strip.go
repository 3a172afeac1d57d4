package glyph

import "math"

// Gray is a grey picture: W × H bytes in rows from the top, 0 black.
type Gray struct {
	Pix  []byte
	W, H int
}

// At samples the picture at a point between pixels, whose centres lie at halves; beyond the edge the edge goes on.
func (g Gray) At(x, y float64) float32 {
	x = min(max(x-0.5, 0), float64(g.W-1))
	y = min(max(y-0.5, 0), float64(g.H-1))
	ix, iy := int(x), int(y)
	fx, fy := float32(x-float64(ix)), float32(y-float64(iy))
	right, below := 1, g.W
	if ix == g.W-1 {
		right = 0
	}
	if iy == g.H-1 {
		below = 0
	}
	at := iy*g.W + ix
	a, b := float32(g.Pix[at]), float32(g.Pix[at+right])
	c, d := float32(g.Pix[at+below]), float32(g.Pix[at+below+right])
	return (a+(b-a)*fx)*(1-fy) + (c+(d-c)*fx)*fy
}

// Line says where a line of print lies on a picture. The middle of the glyph in cell t is at
//
//	x = X[0] + X[1]·t + X[2]·t², y = Y[0] + Y[1]·t + Y[2]·t²
//
// in pixels; the curved part is for perspective and paper that is not flat. Tall is how much taller than usual the print is
// for its pitch, 1 as the font has it.
type Line struct {
	X, Y [3]float64
	Tall float64
}

// At returns the point in the middle of cell t.
func (l Line) At(t float64) (x, y float64) {
	return l.X[0] + t*(l.X[1]+t*l.X[2]), l.Y[0] + t*(l.Y[1]+t*l.Y[2])
}

// Along returns the way from cell t to the next, in pixels. Its length is the pitch there.
func (l Line) Along(t float64) (dx, dy float64) {
	return l.X[1] + 2*t*l.X[2], l.Y[1] + 2*t*l.Y[2]
}

// Point returns the point that lies down pitches below the middle of cell t.
func (l Line) Point(t, down float64) (x, y float64) {
	x, y = l.At(t)
	dx, dy := l.Along(t)
	return x - dy*down*l.Tall, y + dx*down*l.Tall
}

// Where is the inverse of Point.
func (l Line) Where(x, y float64) (t, down float64) {
	for range 6 {
		px, py := l.At(t)
		dx, dy := l.Along(t)
		t += ((x-px)*dx + (y-py)*dy) / max(1e-9, dx*dx+dy*dy)
	}
	px, py := l.At(t)
	dx, dy := l.Along(t)
	return t, ((y-py)*dx - (x-px)*dy) / max(1e-9, dx*dx+dy*dy) / l.Tall
}

// Strip is a line cut out of its picture, straightened and evened out: Height rows of W columns, paper 0 and ink 1. The
// first column begins at cell From, counted in cells from the middle of cell 0; Pitch columns make a cell.
type Strip struct {
	Pix  []float32
	W    int
	From float64
}

// Cut takes the cells from one to another out of the picture.
func Cut(g Gray, l Line, from, to float64) Strip {
	s := Strip{W: max(Window, int(math.Round((to-from)*Pitch))), From: from}
	s.Pix = make([]float32, s.W*Height)
	for i := range s.W {
		t := from + (float64(i)+0.5)/Pitch
		dx, dy := l.Along(t)
		x, y := l.At(t)
		// Print larger than the strip is averaged over what falls into one pixel, lest fine strokes get lost.
		n := min(4, max(1, int(math.Ceil(math.Hypot(dx, dy)/Pitch))))
		for j := range Height {
			s.Pix[j*s.W+i] = average(g, x, y, dx, dy, (float64(j)+0.5-Height/2)/Pitch, l.Tall, n)
		}
	}
	s.even()
	return s
}

// average samples n × n points of one pixel of the strip.
func average(g Gray, x, y, dx, dy, down, tall float64, n int) float32 {
	if n == 1 {
		return g.At(x-dy*down*tall, y+dx*down*tall)
	}
	var sum float32
	step := 1 / float64(n*Pitch)
	first := -0.5/Pitch + step/2
	for a := range n {
		along := first + float64(a)*step
		for b := range n {
			d := (down + first + float64(b)*step) * tall
			sum += g.At(x+dx*along-dy*d, y+dy*along+dx*d)
		}
	}
	return sum / float32(n*n)
}

const (
	around  = 3  // cells on either side that settle what is paper and what is ink
	faint   = 10 // grey levels between paper and ink that are at least assumed: less is noise
	paperAt = 0.8
	inkAt   = 0.06
)

// even takes light and contrast out of the strip: what is paper and what is ink is judged from the neighbouring cells.
func (s Strip) even() {
	blocks := (s.W + Pitch - 1) / Pitch
	count := make([][256]int32, blocks)
	for j := range Height {
		for i, v := range s.Pix[j*s.W : (j+1)*s.W] {
			count[i/Pitch][min(255, max(0, int(v)))]++
		}
	}
	paper, ink := make([]float32, blocks), make([]float32, blocks)
	for b := range blocks {
		var sum [256]int32
		total := int32(0)
		for n := max(0, b-around); n <= min(blocks-1, b+around); n++ {
			for v, c := range count[n] {
				sum[v] += c
				total += c
			}
		}
		paper[b], ink[b] = quantile(sum, total, paperAt), quantile(sum, total, inkAt)
	}
	for i := range s.W {
		// Between the middles of two blocks the levels go over smoothly.
		at := min(max((float32(i)+0.5)/Pitch-0.5, 0), float32(blocks-1))
		b := min(int(at), max(0, blocks-2))
		f, next := at-float32(b), min(b+1, blocks-1)
		p := paper[b] + (paper[next]-paper[b])*f
		scale := 1 / max(faint, p-(ink[b]+(ink[next]-ink[b])*f))
		for j := range Height {
			s.Pix[j*s.W+i] = min(1.3, max(-0.3, (p-s.Pix[j*s.W+i])*scale))
		}
	}
}

// quantile returns the level below which a share of the pixels lie.
func quantile(count [256]int32, total int32, share float32) float32 {
	rest := int32(share * float32(total))
	for v, c := range count {
		if rest -= c; rest < 0 {
			return float32(v)
		}
	}
	return 255
}

// Ink returns how far below the strip's middle the ink of cell t lies on the average, and how tall it stands, in pitches;
// zeros if there is none.
func (s Strip) Ink(t float64) (middle, tall float64) {
	first := int(math.Round((t - 0.5 - s.From) * Pitch))
	var sum, moment float64
	top, bottom := Height, 0
	for j := range Height {
		row := 0.0
		for i := max(0, first); i < min(s.W, first+Pitch); i++ {
			if v := float64(s.Pix[j*s.W+i]); v > 0.4 {
				row += v
			}
		}
		sum += row
		moment += row * (float64(j) + 0.5 - Height/2)
		if row > 0 {
			top, bottom = min(top, j), j+1
		}
	}
	if sum == 0 {
		return 0, 0
	}
	return moment / sum / Pitch, float64(bottom-top) / Pitch
}

// Tall returns how tall the font's glyphs of a class are, in pitches.
func Tall(class int) float64 {
	switch {
	case class == 0:
		return 0.93
	case class <= 10:
		return 1.09
	}
	return 0.98
}
