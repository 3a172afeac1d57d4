package pipeline_test

import (
	"slices"
	"testing"

	"github.com/eakte/eakte/pipeline"
)

func TestFlaws(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		q    pipeline.Quality
		want []pipeline.Flaw
	}{
		{"a good picture with figures like bad ones", pipeline.Quality{Verdict: pipeline.Good, Blur: 0.1, Cut: true}, nil},
		{"not judged", pipeline.Quality{Blur: 0.1}, nil},
		{"blurred and cut off", pipeline.Quality{Verdict: pipeline.Retake, Blur: 0.1, Contrast: 0.8, Cut: true}, []pipeline.Flaw{pipeline.FlawCut, pipeline.FlawBlurred}},
		{"dark", pipeline.Quality{Verdict: pipeline.Unreadable, Contrast: 0.05}, []pipeline.Flaw{pipeline.FlawDark}},
		{"a reflection on a small picture", pipeline.Quality{Verdict: pipeline.Retake, Glare: 0.2, DPI: 72}, []pipeline.Flaw{pipeline.FlawGlare, pipeline.FlawSmall}},
		{"for no measured reason", pipeline.Quality{Verdict: pipeline.Unreadable, Blur: 0.6, Contrast: 0.9, DPI: 300}, []pipeline.Flaw{pipeline.FlawUnclear}},
	}
	for _, c := range cases {
		if got := c.q.Flaws(); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
