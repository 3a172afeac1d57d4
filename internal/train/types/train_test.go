package types

import (
	"slices"
	"testing"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/internal/train/texts"
	"github.com/eakte/eakte/pipeline/classify"
)

// small makes a small training set.
func small(t *testing.T, perType int) []page {
	t.Helper()
	eyes, err := classify.NewExtractor()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := documents(3, perType, 1)
	if err != nil {
		t.Fatal(err)
	}
	return pagesOf(eyes, docs)
}

// TestTemplatesNotTrainedOn trains on few pages and measures on a third of the generator's templates, which were held out.
// The committed model is trained on more and is better; this floor falls when wordings, features or training break.
func TestTemplatesNotTrainedOn(t *testing.T) {
	t.Parallel()
	const floor = 0.88
	kept, held := divide(small(t, 12))
	got := accuracy(fit(kept, 2), held)
	t.Logf("%d pages of templates not trained on: %.3f right", len(held), got)
	if len(held) < 300 || got < floor {
		t.Errorf("got %.3f of %d pages right, want at least %.2f", got, len(held), floor)
	}
}

func TestTrainingIsDeterministic(t *testing.T) {
	t.Parallel()
	eyes, err := classify.NewExtractor()
	if err != nil {
		t.Fatal(err)
	}
	voices, err := texts.Voices()
	if err != nil {
		t.Fatal(err)
	}
	composer := texts.NewComposer(voices)
	var docs []texts.Document
	for _, v := range voices[:40] {
		docs = append(docs, composer.Document(source(5, v.ID), v))
	}
	o := classify.Fitting{Classes: len(keys()), Rounds: 2, Rate: 0.3, Drop: 0.4, DropAll: 0.1, Seed: 1}
	one, two := o.Fit(samples(pagesOf(eyes, docs))), o.Fit(samples(pagesOf(eyes, docs)))
	if !slices.Equal(one, two) {
		t.Error("the same pages gave different weights")
	}
}

// TestScansAreSplit composes scans of several documents, some of the same type one after the other, and counts the
// boundaries that the committed model finds. It knows the wordings, not these pages.
func TestScansAreSplit(t *testing.T) {
	t.Parallel()
	c, err := classify.New(catalogue.Default().Types())
	if err != nil {
		t.Fatal(err)
	}
	voices, err := texts.Voices()
	if err != nil {
		t.Fatal(err)
	}
	composer := texts.NewComposer(voices)
	var found, missed, wrong int
	for i := range 60 {
		r := source(99, string(rune('a'+i)))
		var chosen []texts.Voice
		for range 2 + r.IntN(3) {
			chosen = append(chosen, voices[r.IntN(len(voices))])
		}
		pages, first := scan(r, composer.Bundle(r, chosen))
		begins := map[int]bool{}
		n := 0
		for _, p := range pages {
			if !p.Blank {
				begins[p.Number] = first[n] && n > 0
				n++
			}
		}
		for j, s := range c.Classify(pages, nil).Segments {
			switch {
			case j == 0:
			case begins[s.First]:
				found++
				begins[s.First] = false
			default:
				wrong++
			}
		}
		for _, left := range begins {
			if left {
				missed++
			}
		}
	}
	f1 := 2 * float64(found) / float64(2*found+missed+wrong)
	t.Logf("boundaries: %d found, %d missed, %d wrong, F1 %.3f", found, missed, wrong, f1)
	if f1 < 0.93 {
		t.Errorf("got F1 %.3f, want at least 0.93", f1)
	}
}
