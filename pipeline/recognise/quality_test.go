package recognise

import (
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	clear := picture.Appearance{Ink: 0.03, Contrast: 0.8, Blur: 1, Paper: 240}
	dark, blurred := picture.Appearance{Contrast: 0.05, Blur: 2, Paper: 12}, picture.Appearance{Ink: 0.2, Contrast: 0.5, Blur: 0.05, Paper: 180}
	for _, c := range []struct {
		name       string
		look       picture.Appearance
		letters    int
		confidence float64
		dpi        int
		apart      float64 // by which half of the words are surer than the mean, and the others less sure
		want       pipeline.Verdict
	}{
		{"a page read surely is good", clear, 800, 0.95, 300, 0.2, "good"},
		{"one with some doubt is readable", clear, 800, 0.8, 300, 0.2, "readable"},
		{"one with much doubt should be taken again", clear, 800, 0.55, 300, 0.2, "retake"},
		{"one in which no word is sure is unreadable", clear, 800, 0.55, 300, 0, "unreadable"},
		{"one read hardly at all is unreadable", clear, 800, 0.3, 300, 0.2, "unreadable"},
		{"a few doubtful letters are none", clear, 9, 0.55, 300, 0.2, "unreadable"},
		{"a few sure letters are enough", clear, 9, 0.95, 300, 0.2, "good"},
		{"a page of a few pixels is unreadable", clear, 60, 0.6, 25, 0.2, "unreadable"},
		{"a small one read in part should be taken again", clear, 600, 0.55, 60, 0.2, "retake"},
		{"a blurred one is unreadable", blurred, 60, 0.6, 220, 0.2, "unreadable"},
		{"a blurred one without letters too", blurred, 0, 0, 220, 0.2, "unreadable"},
		{"a dark one too", dark, 0, 0, 220, 0.2, "unreadable"},
		{"one burnt out but for a trace too", picture.Appearance{Ink: 0.002, Contrast: 0.05, Blur: 1, Paper: 255}, 0, 0, 300, 0, "unreadable"},
		{"a sharp portrait is not judged", clear, 0, 0, 300, 0.2, ""},
	} {
		page := pipeline.Page{DPI: c.dpi, Confidence: c.confidence, Text: strings.Repeat("a", c.letters)}
		if c.letters > 0 {
			half := page.Text[:len(page.Text)/2]
			page.Words = []pipeline.Word{{Text: half, Confidence: c.confidence + c.apart}, {Text: half, Confidence: c.confidence - c.apart}}
		}
		if got := (&sheet{page: &page}).judge(c.look).Verdict; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
