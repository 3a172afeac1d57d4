package pdf417

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/eakte/eakte/pipeline/internal/steptest"
)

// What tests draw. Encoding is done here once more, so that modes which no library writes can be tested.

// latin writes text in text mode, each character with the latches that it needs.
func latin(s string) []int {
	var values []int
	mode := upper
	latch := func(to int) { // by way of upper or mixed
		for mode != to {
			switch {
			case mode == upper && to == lower, mode == mixed && to == lower:
				values, mode = append(values, 27), lower
			case mode == mixed && to == marks:
				values, mode = append(values, 25), marks
			case mode == mixed:
				values, mode = append(values, 28), upper
			case mode == marks:
				values, mode = append(values, 29), upper
			default: // upper or lower
				values, mode = append(values, 28), mixed
			}
		}
	}
	for i := range len(s) {
		for _, to := range []int{mode, upper, lower, mixed, marks} {
			if at := strings.IndexByte(submodes[to], s[i]); at >= 0 {
				latch(to)
				values = append(values, at)
				break
			}
		}
	}
	if len(values)%2 == 1 {
		values = append(values, 29)
	}
	var words []int
	for i := 0; i < len(values); i += 2 {
		words = append(words, values[i]*30+values[i+1])
	}
	return words
}

// checked puts the length before data, pads and appends check words, by long division.
func checked(data []int, columns, level int) []int {
	k := 2 << level
	words := append([]int{0}, data...)
	for (len(words)+k)%columns != 0 || len(words)+k < 3*columns {
		words = append(words, latchText)
	}
	words[0] = len(words)
	generator := []int{1} // highest first
	for i := 1; i <= k; i++ {
		root := power(primitive, i)
		next := append(slices.Clone(generator), 0)
		for j, g := range generator {
			next[j+1] = (next[j+1] + (prime-root)*g) % prime
		}
		generator = next
	}
	rest := append(slices.Clone(words), make([]int, k)...)
	for i := range words {
		for j := len(generator) - 1; j >= 0; j-- {
			rest[i+j] = (rest[i+j] + (prime-rest[i])*generator[j]) % prime
		}
	}
	for _, r := range rest[len(words):] {
		words = append(words, (prime-r)%prime)
	}
	return words
}

// art is a symbol as modules.
type art struct {
	width int
	rows  [][]bool // by module, of each row once
}

// draw lays checked words out. A compact symbol has neither right indicators nor a stop pattern.
func layout(words []int, columns, level int, compact bool) art {
	rows := len(words) / columns
	a := art{width: modules*(columns+4) + 1}
	if compact {
		a.width = modules*(columns+2) + 1
	}
	third, rest := (rows-1)/3, level*3+(rows-1)%3
	for r := range rows {
		var row []bool
		bits := func(pattern, n int) {
			for i := n - 1; i >= 0; i-- {
				row = append(row, pattern>>i&1 == 1)
			}
		}
		cluster := r % clusters
		add := func(word int) { bits(patterns().patterns[cluster*prime+word], modules) }
		bits(startPattern, modules)
		add(r/3*indicator + [3]int{third, rest, columns - 1}[cluster])
		for _, w := range words[r*columns : (r+1)*columns] {
			add(w)
		}
		if compact {
			bits(1, 1)
		} else {
			add(r/3*indicator + [3]int{columns - 1, third, rest}[cluster])
			bits(0b111111101000101001, modules+1)
		}
		a.rows = append(a.rows, row)
	}
	return a
}

// canvas is a sheet of paper, grey, with something like print on it.
type canvas struct {
	pix  []byte
	w, h int
}

func paper(seed uint64, w, h int, print bool) canvas {
	r := rand.New(rand.NewPCG(seed, 2))
	c := canvas{make([]byte, w*h), w, h}
	for i := range c.pix {
		c.pix[i] = byte(232 + r.IntN(9))
	}
	for y := h / 20; print && y < h*19/20; y += 52 { // lines of words of letters of strokes
		for x := w / 12; x < w*11/12; x += 24 {
			for end := x + 40 + r.IntN(160); x < end; x += 24 {
				c.letter(r, x, y)
			}
		}
	}
	return c
}

// letter draws strokes in a field of 18 × 28 pixels, as large as a letter of 10 points at 300 dpi.
func (c canvas) letter(r *rand.Rand, x0, y0 int) {
	for range 3 {
		x, y, w, h := x0+r.IntN(14), y0, 4, 28
		if r.IntN(2) == 0 {
			x, y, w, h = x0, y0+r.IntN(24), 18, 4
		}
		c.fill(x, y, x+w, y+h, 40)
	}
}

func (c canvas) fill(x0, y0, x1, y1 int, v byte) {
	for y := max(0, y0); y < min(c.h, y1); y++ {
		for x := max(0, x0); x < min(c.w, x1); x++ {
			c.pix[y*c.w+x] = v
		}
	}
}

// placed is how a symbol is drawn: modules of so many pixels, rows of so many modules, turned clockwise by degrees, and
// narrowing upwards by twice a share over the longer side.
type placed struct {
	x, y, module, row, degrees, narrow float64
}

func (a art) size(p placed) (w, h float64) {
	return float64(a.width) * p.module, float64(len(a.rows)) * p.row * p.module
}

// draw puts a symbol around a place, with two modules of paper around it.
func (c canvas) draw(a art, p placed) {
	w, h := a.size(p)
	sin, cos := math.Sincos(p.degrees * math.Pi / 180)
	reach := math.Hypot(w, h)*0.6 + 8*p.module
	for y := max(0, int(p.y-reach)); y < min(c.h, int(p.y+reach)); y++ {
		for x := max(0, int(p.x-reach)); x < min(c.w, int(p.x+reach)); x++ {
			dark, inside := 0, false
			for s := range 9 { // smooth edges
				dx, dy := float64(x)-p.x+float64(s%3-1)/3, float64(y)-p.y+float64(s/3-1)/3
				u, v := dx*cos+dy*sin, dy*cos-dx*sin
				z := 1 + p.narrow*v/(max(w, h)/2)
				u, v = u/z, v/z
				inside = inside || math.Abs(u) < w/2+2*p.module && math.Abs(v) < h/2+2*p.module
				m, r := math.Floor((u+w/2)/p.module), math.Floor((v+h/2)/p.module/p.row)
				if m >= 0 && r >= 0 && int(m) < a.width && int(r) < len(a.rows) && a.rows[int(r)][int(m)] {
					dark++
				}
			}
			if inside {
				c.pix[y*c.w+x] = byte(238 - dark*205/9)
			}
		}
	}
}

// blur averages with the neighbours, so many times.
func (c canvas) blur(times int) canvas {
	c.pix = steptest.Blurred(c.pix, c.w, c.h, times)
	return c
}

// noise adds grain, takes contrast and darkens towards one side.
func (c canvas) noise(seed uint64, grain int, contrast float64) canvas {
	steptest.Roughen(c.pix, c.w, seed, grain, contrast)
	return c
}

// bilevel makes what is darker than a bound black and the rest white.
func (c canvas) bilevel(bound byte) canvas {
	for i, v := range c.pix {
		c.pix[i] = 255
		if v < bound {
			c.pix[i] = 0
		}
	}
	return c
}

// jpeg saves and loads again.
func (c canvas) jpeg(quality int) canvas {
	var b bytes.Buffer
	img := image.Gray{Pix: c.pix, Stride: c.w, Rect: image.Rect(0, 0, c.w, c.h)}
	if err := jpeg.Encode(&b, &img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	grey := image.NewGray(out.Bounds())
	draw.Draw(grey, grey.Rect, out, image.Point{}, draw.Src)
	c.pix = grey.Pix
	return c
}
