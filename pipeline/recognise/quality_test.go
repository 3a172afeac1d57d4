package recognise

import (
	"math"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
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

func TestVerdicts(t *testing.T) {
	t.Parallel()
	clear := appearance{ink: 0.03, contrast: 0.8, blur: 1, paper: 240}
	dark, blurred := appearance{contrast: 0.05, blur: 2, paper: 12}, appearance{ink: 0.2, contrast: 0.5, blur: 0.05, paper: 180}
	for _, c := range []struct {
		name       string
		look       appearance
		letters    int
		confidence float64
		dpi        int
		want       pipeline.Verdict
	}{
		{"a page read surely is good", clear, 800, 0.95, 300, "good"},
		{"one with some doubt is readable", clear, 800, 0.8, 300, "readable"},
		{"one with much doubt should be taken again", clear, 800, 0.55, 300, "retake"},
		{"one read hardly at all is unreadable", clear, 800, 0.3, 300, "unreadable"},
		{"a few doubtful letters are none", clear, 9, 0.55, 300, "unreadable"},
		{"a few sure letters are enough", clear, 9, 0.95, 300, "good"},
		{"a page of a few pixels is unreadable", clear, 60, 0.6, 25, "unreadable"},
		{"a blurred one is unreadable", blurred, 60, 0.6, 220, "unreadable"},
		{"a blurred one without letters too", blurred, 0, 0, 220, "unreadable"},
		{"a dark one too", dark, 0, 0, 220, "unreadable"},
		{"a sharp portrait is not judged", clear, 0, 0, 300, ""},
	} {
		page := pipeline.Page{DPI: c.dpi, Confidence: c.confidence, Text: strings.Repeat("a", c.letters)}
		if c.letters > 0 {
			page.Words = []pipeline.Word{{Text: page.Text}}
		}
		if got := c.look.verdict(&page).Verdict; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
