package codes_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/boombuler/barcode/pdf417"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise/codes"
)

// canvas is a sheet of paper, grey, with something like print on it.
type canvas struct {
	pix  []byte
	w, h int
}

func paper(seed uint64, w, h int) canvas {
	r := rand.New(rand.NewPCG(seed, 2))
	c := canvas{make([]byte, w*h), w, h}
	for i := range c.pix {
		c.pix[i] = byte(232 + r.IntN(9))
	}
	for y := h / 20; y < h*19/20; y += 52 { // lines of words of letters of strokes
		for x := w / 12; x < w*11/12; {
			for end := x + 40 + r.IntN(160); x < end; x += 24 {
				c.letter(r, x, y)
			}
			x += 24
		}
	}
	return c
}

// letter draws strokes in a field of 18 × 28 pixels, as large as a letter of 10 points at 300 dpi.
func (c canvas) letter(r *rand.Rand, x, y int) {
	for range 3 {
		if x0 := x + r.IntN(14); r.IntN(2) == 0 {
			c.fill(x0, y, x0+4, y+28, 40)
		} else {
			y0 := y + r.IntN(24)
			c.fill(x, y0, x+18, y0+4, 40)
		}
	}
}

func (c canvas) fill(x0, y0, x1, y1 int, v byte) {
	for y := max(0, y0); y < min(c.h, y1); y++ {
		for x := max(0, x0); x < min(c.w, x1); x++ {
			c.pix[y*c.w+x] = v
		}
	}
}

// draw puts a code with modules of so many pixels around a place, turned by degrees and narrowing upwards by so large a
// share.
func (c canvas) draw(code *gozxing.BitMatrix, cx, cy int, module, degrees, narrow float64) {
	n := float64(code.GetWidth())
	half := module * (n/2 + 3) // with a margin of paper
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	reach := int(half * 1.5)
	for y := cy - reach; y < cy+reach; y++ {
		for x := cx - reach; x < cx+reach; x++ {
			if x < 0 || y < 0 || x >= c.w || y >= c.h {
				continue
			}
			dark, inside := 0, false
			for s := range 9 { // smooth edges
				dx, dy := float64(x-cx)+float64(s%3-1)/3, float64(y-cy)+float64(s/3-1)/3
				u, v := dx*cos+dy*sin, dy*cos-dx*sin
				u /= 1 + narrow*v/half
				inside = inside || math.Abs(u) < half && math.Abs(v) < half
				if mx, my := math.Floor(u/module+n/2), math.Floor(v/module+n/2); mx >= 0 && my >= 0 && mx < n && my < n && code.Get(int(mx), int(my)) {
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

// spoil adds noise, takes contrast and darkens towards one side.
func (c canvas) spoil(seed uint64, noise int, contrast float64) canvas {
	steptest.Roughen(c.pix, c.w, seed, noise, contrast)
	return c
}

func matrix(t testing.TB, format, text string) *gozxing.BitMatrix {
	t.Helper()
	var writer gozxing.Writer = qrcode.NewQRCodeWriter()
	kind := gozxing.BarcodeFormat_QR_CODE
	if format == "data_matrix" {
		writer, kind = datamatrix.NewDataMatrixWriter(), gozxing.BarcodeFormat_DATA_MATRIX
	}
	m, err := writer.Encode(text, kind, 1, 1, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_MARGIN: 0})
	if err != nil {
		t.Fatalf("make a %s: %v", format, err)
	}
	return m
}

const sheetText = "https://lichtbild.example/sheet/7F3A-22C1-9D04"

func TestFind(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"qr", "data_matrix"} {
		code := matrix(t, format, sheetText)
		for _, module := range []float64{4, 6, 12} { // 0.34, 0.5 and 1 mm at 300 dpi
			for _, degrees := range []float64{0, 33, 187, 266} {
				t.Run(fmt.Sprintf("%s of modules of %v pixels, turned by %v", format, module, degrees), func(t *testing.T) {
					t.Parallel()
					c := paper(uint64(module*1000+degrees), 1700, 2200)
					c.draw(code, 1100, 700, module, degrees, 0)
					want(t, c.blur(1).spoil(9, 12, 0.8), format, sheetText, 1100./1700, 700./2200)
				})
			}
		}
	}
}

func want(t *testing.T, c canvas, format, text string, x, y float64) {
	t.Helper()
	found := codes.Find(c.pix, c.w, c.h)
	if len(found) != 1 || found[0].Format != format || found[0].Text != text {
		t.Fatalf("found %+v, want one %s with %q", found, format, text)
	}
	if b := found[0].Box; x < b[0] || x > b[2] || y < b[1] || y > b[3] || b[2]-b[0] > 0.7 {
		t.Errorf("box %v, want one around %.2f, %.2f", b, x, y)
	}
}

func BenchmarkPageWithoutCodes(b *testing.B) {
	c := paper(1, 2480, 3508)
	b.ReportAllocs()
	for b.Loop() {
		if found := codes.Find(c.pix, c.w, c.h); len(found) > 0 {
			b.Fatal("found a code where there is none")
		}
	}
}

func TestFindInPerspective(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"qr", "data_matrix"} {
		for _, narrow := range []float64{-0.05, 0.03, 0.05} {
			c := paper(5, 1700, 2200)
			c.draw(matrix(t, format, sheetText), 600, 1500, 9, 12, narrow)
			t.Run(fmt.Sprintf("%s narrowing by %v", format, narrow), func(t *testing.T) {
				t.Parallel()
				want(t, c.blur(2).spoil(4, 10, 0.7), format, sheetText, 600./1700, 1500./2200)
			})
		}
	}
}

func TestFindSeveral(t *testing.T) {
	t.Parallel()
	c := paper(6, 1700, 2200)
	c.draw(matrix(t, "qr", "first"), 300, 300, 8, 0, 0)
	c.draw(matrix(t, "data_matrix", "second"), 900, 330, 6, 3, 0)
	c.draw(matrix(t, "qr", "third: Ülkü Ağaoğlu, Київ"), 1200, 1900, 5, 90, 0)
	c.fill(180, 1380, 1100, 1700, 238)
	c.stack(t, "fourth", 200, 1400, 4, false)
	var texts []string
	for _, code := range codes.Find(c.pix, c.w, c.h) {
		texts = append(texts, code.Text)
	}
	slices.Sort(texts)
	if want := []string{"first", "fourth", "second", "third: Ülkü Ağaoğlu, Київ"}; !slices.Equal(texts, want) {
		t.Errorf("found %q, want %q", texts, want)
	}
}

// stack draws a PDF417 symbol with its upper left corner at a place, upright or running downwards.
func (c canvas) stack(t testing.TB, text string, x0, y0, module int, down bool) {
	t.Helper()
	code, err := pdf417.Encode(text, 3)
	if err != nil {
		t.Fatalf("make a PDF417: %v", err)
	}
	size := code.Bounds()
	for y := range size.Dy() {
		for x := range size.Dx() {
			v := byte(238)
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				v = 35
			}
			left, top := x0+x*module, y0+y*2*module // the library draws rows of two modules
			w, h := module, 2*module
			if down {
				left, top, w, h = x0+(size.Dy()-1-y)*2*module, y0+x*module, h, w
			}
			c.fill(left, top, left+w, top+h, v)
		}
	}
}

func TestFindStacked(t *testing.T) {
	t.Parallel()
	const text = "eakte:separator batch 7"
	for _, down := range []bool{false, true} {
		c := paper(11, 2480, 3508)
		c.fill(400, 500, 2000, 2000, 238)
		c.stack(t, text, 700, 800, 4, down)
		c = c.blur(1).spoil(3, 8, 0.8)
		for name, find := range map[string]func([]byte, int, int) []pipeline.Code{"Find": codes.Find, "FindStacked": codes.FindStacked} {
			found := find(c.pix, c.w, c.h)
			if len(found) != 1 || found[0].Format != "pdf417" || found[0].Text != text {
				t.Fatalf("%s: found %+v, want one pdf417 with %q", name, found, text)
			}
			if b := found[0].Box; math.Abs(b[0]-700./2480) > 0.004 || math.Abs(b[1]-800./3508) > 0.004 {
				t.Errorf("%s: box %v, want one from %.3f, %.3f", name, b, 700./2480, 800./3508)
			}
			if page := (pipeline.Page{Codes: found}); !page.Separates() {
				t.Errorf("%s: the page is no separator sheet", name)
			}
		}
	}
}

func TestFindNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	noise := canvas{make([]byte, 600*400), 600, 400}
	for i := range noise.pix {
		noise.pix[i] = byte(r.IntN(256))
	}
	for name, c := range map[string]canvas{"text": paper(9, 1700, 2200), "noise": noise, "one pixel": {[]byte{7}, 1, 1}, "one row": {make([]byte, 3000), 3000, 1}} {
		if found := codes.Find(c.pix, c.w, c.h); len(found) > 0 {
			t.Errorf("%s: found %+v", name, found)
		}
	}
	if found := codes.Find(make([]byte, 10), 5, 5); found != nil {
		t.Errorf("fewer bytes than pixels: found %+v", found)
	}
}

func TestLikely(t *testing.T) {
	t.Parallel()
	c := paper(8, 1240, 1754)
	c.draw(matrix(t, "qr", "x"), 700, 700, 4, 10, 0)
	if !codes.Likely(c.pix, c.w, c.h) {
		t.Error("a page with a code is not searched")
	}
	white := canvas{slices.Repeat([]byte{240}, 1240*1754), 1240, 1754}
	if codes.Likely(white.pix, white.w, white.h) || codes.Likely(nil, 5, 5) {
		t.Error("a page without anything is searched")
	}
}

func FuzzFind(f *testing.F) {
	c := paper(3, 200, 200)
	c.draw(matrix(f, "qr", "seed"), 100, 100, 5, 0, 0)
	f.Add(c.pix, 200)
	c.draw(matrix(f, "data_matrix", "seed"), 100, 100, 5, 20, 0.1)
	f.Add(c.pix, 200)
	f.Fuzz(func(t *testing.T, pix []byte, w int) {
		if w < 1 || w > 2000 || len(pix) > 1<<20 {
			return
		}
		for _, code := range codes.Find(pix, w, len(pix)/w) {
			for i, edge := range code.Box {
				if edge < 0 || edge > 1 || i > 1 && edge < code.Box[i-2] {
					t.Errorf("box %v", code.Box)
				}
			}
		}
	})
}
