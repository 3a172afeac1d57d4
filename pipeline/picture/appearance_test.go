package picture

import (
	"math"
	"testing"
)

func TestAPageIsBlankOnlyIfNothingIsPrinted(t *testing.T) {
	t.Parallel()
	const w, h = 400, 600
	for _, c := range []struct {
		name  string
		paper byte
		draw  func(pixels []byte)
		want  bool
	}{
		{"white paper", 250, func([]byte) {}, true},
		{"a page photographed in the dark", 12, func(p []byte) {
			for i := range p {
				p[i] += byte(i * i % 13)
			}
		}, false},
		{"a black page", 0, func([]byte) {}, false},
		{"paper with a scanner's noise", 240, func(p []byte) {
			for i := range p {
				p[i] -= byte(i * i % 13)
			}
		}, true},
		{"print that is hardly darker than its paper", 195, func(p []byte) {
			for y := 100; y < 500; y += 20 {
				for x := 100; x < 300; x += 3 {
					p[y*w+x] = 150
				}
			}
		}, false},
		{"two specks of dust", 250, func(p []byte) { p[200*w+200], p[300*w+100] = 0, 0 }, true},
		{"a shadow at the edge", 250, func(p []byte) {
			for y := range h {
				p[y*w], p[y*w+3] = 0, 0
			}
		}, true},
		{"a line of print", 250, func(p []byte) {
			for x := 100; x < 300; x += 3 {
				p[300*w+x], p[301*w+x] = 20, 20
			}
		}, false},
		{"white print on black", 5, func(p []byte) {
			for x := 100; x < 300; x += 3 {
				p[300*w+x], p[301*w+x] = 250, 250
			}
		}, false},
		{"faint grey print all over", 250, func(p []byte) {
			for i := 0; i < len(p); i += 9 {
				p[i] = 180
			}
		}, false},
	} {
		pixels := make([]byte, w*h)
		for i := range pixels {
			pixels[i] = c.paper
		}
		c.draw(pixels)
		if got := Look(pixels, w, h).Blank(); got != c.want {
			t.Errorf("%s: got blank %v, want %v (%+v)", c.name, got, c.want, Look(pixels, w, h))
		}
	}
}

func TestABlurredEdgeMeasuresLessThanASharpOne(t *testing.T) {
	t.Parallel()
	const w, h = 200, 200
	page := func(edge float64) []byte {
		pixels := make([]byte, w*h)
		for i := range pixels {
			fromBar := math.Abs(float64(i%w%40)-20) - 10
			pixels[i] = byte(20 + 220*min(1, max(0, 0.5+fromBar/edge)))
		}
		return pixels
	}
	sharp, blurred := Look(page(1), w, h), Look(page(12), w, h)
	if sharp.Blur <= 2*blurred.Blur {
		t.Errorf("got %.2f sharp and %.2f blurred, want sharp at least twice", sharp.Blur, blurred.Blur)
	}
}

func TestLit(t *testing.T) {
	t.Parallel()
	light := make([]byte, 1000)
	for _, c := range []struct {
		name         string
		at           func(i int) byte
		evenly, dark bool
	}{
		{"white paper", func(int) byte { return 250 }, true, false},
		{"a little darker towards one side", func(i int) byte { return byte(250 - i/30) }, true, false},
		{"a few dark places", func(i int) byte { return byte(250 - 200*(i/980)) }, true, false},
		{"half in the shadow", func(i int) byte { return byte(230 - 100*(i/500)) }, false, false},
		{"in the dark", func(i int) byte { return byte(10 + i/100) }, false, true},
	} {
		for i := range light {
			light[i] = c.at(i)
		}
		if evenly, dark := Lit(light); evenly != c.evenly || dark != c.dark {
			t.Errorf("%s: got evenly %v and dark %v, want %v and %v", c.name, evenly, dark, c.evenly, c.dark)
		}
	}
}

func TestGlareIsWhatIsBurntOutOnAPageThatIsNot(t *testing.T) {
	t.Parallel()
	lamp := func(u, v float64) [3]float64 {
		if math.Hypot(u-0.5, v-0.4) < 0.2 {
			return [3]float64{260, 260, 260}
		}
		return [3]float64{180, 178, 170}
	}
	whole := [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}
	for _, c := range []struct {
		name        string
		paper       shade
		least, most float64
	}{
		{"a lamp's reflection", lamp, 0.11, 0.14}, // π · 0.2²
		{"an ordinary page", plain(228, 227, 220), 0, 0},
		{"a page that is white all over", plain(262, 262, 262), 0, 0},
	} {
		picture := scene(plain(0, 0, 0), c.paper, whole)
		if got := Glare(picture, Light(picture)); got < c.least || got > c.most {
			t.Errorf("%s: got %.3f, want %.2f to %.2f", c.name, got, c.least, c.most)
		}
	}
}

func TestDPI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		width, height float64 // share of a picture of 3,000 × 4,000
		want          int
	}{
		{"a letter that fills it", 2480.0 / 3000, 3508.0 / 4000, 300},
		{"a letter lying", 2480.0 / 3000, 1754.0 / 4000, 212},
		{"a card", 2022.0 / 3000, 1275.0 / 4000, 600},
	} {
		s := Sheet{Corners: [4][2]float64{{0, 0}, {c.width, 0}, {c.width, c.height}, {0, c.height}}}
		if got := s.DPI(3000, 4000); got != c.want {
			t.Errorf("%s: got %d dpi, want %d", c.name, got, c.want)
		}
	}
}
