package pdf417

import (
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
)

const separator = "eakte:separator Stapel 7, 22.11.2026"

func sampleArt(level int) art { return layout(checked(latin(separator), 4, level), 4, level, false) }

func (c canvas) want(t *testing.T, text string) {
	t.Helper()
	found := Find(c.pix, c.w, c.h)
	if len(found) != 1 || found[0].Text != text {
		t.Errorf("found %+v, want one with %q", found, text)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	a := sampleArt(2)
	for _, module := range []float64{2, 2.5, 3, 4, 5, 6} {
		for _, row := range []float64{3, 4, 5} {
			for _, degrees := range []float64{0, 90, 180, 270} {
				t.Run(fmt.Sprintf("modules of %v pixels, rows of %v, turned by %v", module, row, degrees), func(t *testing.T) {
					t.Parallel()
					c := paper(1, 1240, 1240, false)
					c.draw(a, placed{620.3, 600.7, module, row, degrees, 0})
					c.want(t, separator)
				})
			}
		}
	}
}

// around reports whether a box is a close one around a symbol.
func around(t *testing.T, s Symbol, c canvas, a art, p placed) {
	t.Helper()
	w, h := a.size(p)
	if int(p.degrees)%180 != 0 {
		w, h = h, w
	}
	want := [4]float64{(p.x - w/2) / float64(c.w), (p.y - h/2) / float64(c.h), (p.x + w/2) / float64(c.w), (p.y + h/2) / float64(c.h)}
	for i := range want {
		if math.Abs(want[i]-s.Box[i]) > 2*p.module/float64(min(c.w, c.h)) {
			t.Errorf("box %.3f, want %.3f", s.Box, want)
			return
		}
	}
}

func TestBox(t *testing.T) {
	t.Parallel()
	a := sampleArt(3)
	for _, degrees := range []float64{0, 90, 180, 270} {
		c := paper(2, 1300, 1000, false)
		p := placed{600, 520, 4, 3, degrees, 0}
		c.draw(a, p)
		found := Find(c.pix, c.w, c.h)
		if len(found) != 1 {
			t.Fatalf("found %+v, want one", found)
		}
		around(t, found[0], c, a, p)
		if s := found[0]; s.Columns != 4 || s.Rows != len(a.rows) || s.Level != 3 || s.Corrected != 0 {
			t.Errorf("it is %+v", s)
		}
	}
}

// TestDamaged covers parts of a symbol: what covers many codewords, but not more than half of the check words, is mended.
func TestDamaged(t *testing.T) {
	t.Parallel()
	a := sampleArt(4) // 32 check words, 16 rows
	p := placed{500, 400, 3, 4, 0, 0}
	w, h := a.size(p)
	left, top := int(p.x-w/2), int(p.y-h/2)
	word, row := 3*modules, 12
	for name, spoil := range map[string]func(c canvas){
		"a blot":                        func(c canvas) { c.fill(left+2*word, top+3*row, left+5*word, top+7*row, 30) },
		"a hole":                        func(c canvas) { c.fill(left+2*word+9, top+2*row, left+4*word, top+7*row, 240) },
		"a pen across":                  func(c canvas) { c.fill(left-20, top+5*row, left+int(w)+20, top+5*row+7, 60) },
		"a fold across":                 func(c canvas) { c.fill(left-20, top+5*row, left+int(w)+20, top+6*row+3, 240) },
		"a pen down":                    func(c canvas) { c.fill(left+3*word, top-20, left+3*word+20, top+int(h)+20, 60) },
		"half the left indicators gone": func(c canvas) { c.fill(left+word, top, left+2*word, top+int(h)/2, 240) },
		"the right indicators are gone": func(c canvas) { c.fill(left+6*word, top, left+7*word, top+int(h), 30) },
		"the stop pattern is gone":      func(c canvas) { c.fill(left+7*word, top-9, left+9*word, top+int(h)+9, 240) },
		"an upper left corner is torn":  func(c canvas) { c.fill(left-9, top-9, left+3*word, top+2*row, 240) },
		"a lower right corner is torn":  func(c canvas) { c.fill(left+5*word, top+13*row, left+9*word, top+20*row, 240) },
		"the last row is gone":          func(c canvas) { c.fill(left-9, top+int(h)-row, left+9*word, top+int(h)+9, 240) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := paper(3, 1000, 800, false)
			c.draw(a, p)
			spoil(c)
			c.blur(1).noise(1, 5, 0.9).want(t, separator)
		})
	}
}

func TestTooDamaged(t *testing.T) {
	t.Parallel()
	c := paper(3, 1000, 800, false)
	a := sampleArt(1)
	p := placed{500, 400, 3, 4, 0, 0}
	c.draw(a, p)
	w, _ := a.size(p)
	c.fill(int(p.x-w/4), int(p.y-20), int(p.x+w/4), int(p.y+20), 30)
	if found := Find(c.pix, c.w, c.h); len(found) > 0 {
		t.Errorf("found %+v where too much is covered", found)
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	a := layout(checked(latin(separator), 5, 2), 5, 2, true)
	for _, degrees := range []float64{0, 94, 177, 272} {
		c := paper(4, 1000, 1000, false)
		c.draw(a, placed{500, 500, 3, 4, degrees, 0})
		c.blur(1).want(t, separator)
	}
}

func TestSeveralAmongText(t *testing.T) {
	t.Parallel()
	c := paper(5, 2480, 3508, true)
	draw := func(text string, columns, level int, p placed) {
		c.draw(layout(checked(latin(text), columns, level), columns, level, false), p)
	}
	draw("one", 2, 2, placed{500, 600, 4, 3, 4, 0})
	draw("two, as tall and to the right of it", 4, 2, placed{1500, 600, 4, 3, -3, 0})
	draw("three, below", 3, 3, placed{500, 1100, 3, 4, 0, 0})
	draw("four, on its side", 5, 3, placed{1900, 2000, 3, 3, 88, 0})
	draw("five, on its head", 6, 2, placed{900, 2800, 3, 5, 184, 0.03})
	c = c.blur(1).noise(2, 8, 0.8)
	var texts []string
	for _, s := range Find(c.pix, c.w, c.h) {
		texts = append(texts, s.Text)
	}
	slices.Sort(texts)
	want := []string{"five, on its head", "four, on its side", "one", "three, below", "two, as tall and to the right of it"}
	if !slices.Equal(texts, want) {
		t.Errorf("found %q, want %q", texts, want)
	}
}

func TestModes(t *testing.T) {
	t.Parallel()
	const digits = "000123456789012345678901234567890123456789012345678"
	// After the byte shifted in, text goes on in lower case: h r, then by way of mixed ": 100 ".
	fee := slices.Concat([]int{eciSet, 17}, latin("Geb"), []int{shiftByte, 0xfc, 7*30 + 17, 28*30 + 14, 26*30 + 1, 0, 26*30 + 29, shiftByte, 0xa4})
	for text, words := range map[string][]int{
		digits:              digitsOf(digits),
		"Čeština, Київ, 北京": append([]int{eciSet, 26}, bytesOf("Čeština, Київ, 北京")...),
		"Gebühr: 100 €":     fee,
	} {
		c := paper(8, 900, 600, false)
		c.draw(layout(checked(words, 4, 2), 4, 2, false), placed{450, 300, 3, 3, 2, 0})
		c.want(t, text)
	}
}

func TestSegmentOfAMessage(t *testing.T) {
	t.Parallel()
	words := slices.Concat(latin("part"), []int{macroBegin}, digitsOf("00002")[1:], []int{7, macroEnd})
	c := paper(6, 800, 500, false)
	// Pads would stand between the data and the control block, so there must be none.
	c.draw(layout(checked(words, 1, 2), 1, 2, false), placed{400, 250, 3, 4, 0, 0})
	found := Find(c.pix, c.w, c.h)
	if len(found) != 1 || found[0].Text != "part" || found[0].Segment == nil || *found[0].Segment != (Segment{File: "007", Index: 2, Last: true}) {
		t.Errorf("found %+v", found)
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	noise := canvas{make([]byte, 600*400), 600, 400}
	for i := range noise.pix {
		noise.pix[i] = byte(r.IntN(256))
	}
	for name, c := range map[string]canvas{
		"text": paper(9, 1700, 2200, true), "noise": noise, "black": {make([]byte, 300*300), 300, 300},
		"one pixel": {[]byte{7}, 1, 1}, "one row": {make([]byte, 3000), 3000, 1}, "one column": {make([]byte, 3000), 1, 3000},
	} {
		if found := Find(c.pix, c.w, c.h); len(found) > 0 {
			t.Errorf("%s: found %+v", name, found)
		}
	}
	if found := Find(make([]byte, 10), 5, 5); found != nil {
		t.Errorf("fewer bytes than pixels: found %+v", found)
	}
}

// TestNothingOnPages looks at every picture of the corpora: none has a symbol.
func TestNothingOnPages(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(corpus.Own(t, "synthetic/files"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jpg" && filepath.Ext(path) != ".png" {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		img, _, err := image.Decode(f)
		if err != nil {
			return nil // some are broken on purpose
		}
		grey := image.NewGray(img.Bounds())
		draw.Draw(grey, grey.Rect, img, img.Bounds().Min, draw.Src)
		if found := Find(grey.Pix, grey.Stride, grey.Rect.Dy()); len(found) > 0 {
			t.Errorf("%s: found %+v", filepath.Base(path), found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzFind(f *testing.F) {
	for i, degrees := range []float64{0, 93} {
		c := paper(7, 320, 320, false)
		a := layout(checked(latin("seed"), 2, 1), 2, 1, i == 1)
		c.draw(a, placed{160, 160, 2.5, 3, degrees, 0})
		f.Add(c.pix, c.w)
	}
	f.Fuzz(func(t *testing.T, pix []byte, w int) {
		if w < 1 || w > 2000 || len(pix) > 1<<20 {
			return
		}
		for _, s := range Find(pix, w, len(pix)/w) {
			for i, edge := range s.Box {
				if !(edge >= 0 && edge <= 1) || i > 1 && edge < s.Box[i-2] {
					t.Errorf("box %v", s.Box)
				}
			}
		}
	})
}

func BenchmarkPageWithoutSymbols(b *testing.B) {
	c := paper(1, 2480, 3508, true)
	b.ReportAllocs()
	for b.Loop() {
		Find(c.pix, c.w, c.h)
	}
}

func BenchmarkPageWithSymbol(b *testing.B) {
	c := paper(1, 2480, 3508, true)
	c.draw(sampleArt(4), placed{1200, 1200, 4, 3, 3, 0})
	c = c.blur(1)
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(c.pix, c.w, c.h)) != 1 {
			b.Fatal("not found")
		}
	}
}
