package workers_test

import (
	"slices"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/pipeline"
)

func TestTheSameDocumentAgainIsMarkedAndKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.start()
	first := b.settled(b.upload("Vertrag.pdf", corpus.Letter(1)))
	again := b.settled(b.upload("Vertrag noch einmal.pdf", append(corpus.Letter(1), '\n')))
	another := b.settled(b.upload("Anderer Vertrag.pdf", corpus.Letter(2)))
	b.file = testenv.Case(t, b.records, b.office)
	elsewhere := b.settled(b.upload("Vertrag.pdf", append(corpus.Letter(1), '\n', '\n')))

	marked := func(d efile.Document) bool { return slices.Contains(d.Notes, string(pipeline.NoteSimilar)) }
	if again.SimilarTo != first.ID || !marked(again) || again.Status != efile.Filed {
		t.Errorf("the same again: similar to %s, notes %v, %s; want %s, marked and filed", again.SimilarTo, again.Notes, again.Status, first.ID)
	}
	for what, d := range map[string]efile.Document{"the first": first, "another contract": another, "the same in another case": elsewhere} {
		if !d.SimilarTo.IsZero() || marked(d) {
			t.Errorf("%s: similar to %s, notes %v; want neither", what, d.SimilarTo, d.Notes)
		}
	}
}
