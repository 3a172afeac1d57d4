package workers

import (
	"slices"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
)

func TestAdviceLastsUntilThePagesAreRead(t *testing.T) {
	t.Parallel()
	blurred := &pipeline.Quality{Verdict: pipeline.Retake, Blur: 0.1}
	cases := []struct {
		name    string
		before  *pipeline.Quality
		pages   []string
		quality string
		flaws   []string
	}{
		{"read well all the same", blurred, []string{"good"}, "", nil},
		{"read badly, as was to be feared", blurred, []string{"retake"}, "retake", []string{"blurred"}},
		{"worse than was to be feared", blurred, []string{"good", "retake", "unreadable"}, "unreadable", []string{"blurred"}},
		{"worse than it looked", nil, []string{"unreadable"}, "unreadable", []string{"unclear"}},
		{"as good as it looked", &pipeline.Quality{Verdict: pipeline.Good}, []string{"readable"}, "", nil},
	}
	for _, c := range cases {
		doc := efile.Document{Source: string(pipeline.SourceImage)}
		advise(&doc, c.before)
		var pages []efile.Page
		for _, q := range c.pages {
			pages = append(pages, efile.Page{Quality: q})
		}
		settleAdvice(&doc, pages)
		if doc.Quality != c.quality || !slices.Equal(doc.Flaws, c.flaws) {
			t.Errorf("%s: got %q %v, want %q %v", c.name, doc.Quality, doc.Flaws, c.quality, c.flaws)
		}
		doc.Source = string(pipeline.SourcePDF)
		if settleAdvice(&doc, pages); doc.Quality != "" {
			t.Errorf("%s, but a PDF: got %q, want no advice", c.name, doc.Quality)
		}
	}
}
