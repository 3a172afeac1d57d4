package recognise

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
		{"a black page", 0, func([]byte) {}, true},
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
		if got := measure(pixels, w, h).blank(); got != c.want {
			t.Errorf("%s: got blank %v, want %v (%+v)", c.name, got, c.want, measure(pixels, w, h))
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
	sharp, blurred := measure(page(1), w, h), measure(page(12), w, h)
	if sharp.blur <= 2*blurred.blur {
		t.Errorf("got %.2f sharp and %.2f blurred, want sharp at least twice", sharp.blur, blurred.blur)
	}
}
