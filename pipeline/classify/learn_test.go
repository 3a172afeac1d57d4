package classify_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/classify"
)

// corrections are letters of one invented authority that the model has never seen, all settled as the same type.
func corrections(n int) []classify.Known {
	var all []classify.Known
	for i := range n {
		text := fmt.Sprintf("Zweckverband Quellental\nQuellbrief Nummer %d\nDas Quellblatt bescheinigt den Bezug von Quellwasser.\nQuellmeister %d", i, 7*i)
		all = append(all, classify.Known{Type: "training_contract", Pages: []pipeline.Page{{Number: 1, Text: text}}})
	}
	return all
}

func TestCorrectionsAreLearnt(t *testing.T) {
	t.Parallel()
	c := classifier(t)
	examples := corrections(24)
	file, learned, err := c.Learn(examples, nil)
	if err != nil {
		t.Fatal(err)
	}
	if learned.Examples != 24 || learned.HeldBack != 6 || !learned.Better || learned.After != 1 {
		t.Fatalf("got %+v, want 6 of 24 held back and all of them right", learned)
	}
	taught, err := c.Taught(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := taught.Classify(corrections(30)[29].Pages, nil); len(got.Candidates) == 0 || got.Candidates[0].Type != "training_contract" {
		t.Errorf("after learning: got %+v, want training_contract first", got.Candidates)
	}
	lease := []pipeline.Page{{Number: 1, Text: "Mietvertrag\nzwischen Vermieter und Mieter\nWohnfläche 60 qm, Kaltmiete"}}
	if got := taught.Classify(lease, nil); got.Type != "rental_contract" {
		t.Errorf("after learning: got %q for a lease, want rental_contract as before", got.Type)
	}
	if _, again, err := c.Learn(examples, file); err != nil || again.Better || again.Before != 1 {
		t.Errorf("with these lessons in use: got %+v, %v; want all right before and no better after", again, err)
	}
}

func TestLearningIsDeterministic(t *testing.T) {
	t.Parallel()
	c := classifier(t)
	one, _, err := c.Learn(corrections(12), nil)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := c.Learn(corrections(12), nil)
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("the same examples gave different lessons (%v)", err)
	}
}

func TestContradictoryCorrectionsAreNotBetter(t *testing.T) {
	t.Parallel()
	c := classifier(t)
	lease := "Mietvertrag\nzwischen Vermieter und Mieter\nWohnfläche 60 qm, Kaltmiete"
	var examples []classify.Known
	for i := range 24 {
		typ := "rental_contract"
		if i%4 != 3 && i%2 == 0 { // some clicked wrongly; those held back are right
			typ = "passport"
		}
		examples = append(examples, classify.Known{Type: typ, Pages: []pipeline.Page{{Number: 1, Text: lease}}})
	}
	_, learned, err := c.Learn(examples, nil)
	if err != nil || learned.Better || learned.Before != 1 {
		t.Errorf("got %+v, %v; want no better than all right", learned, err)
	}
}

func TestLessonsOfAnotherModelAreLeftOut(t *testing.T) {
	t.Parallel()
	c := classifier(t)
	taught, err := c.Taught([]byte(`{"model":"another","weights":{"passport":{"1":5}}}`))
	if err != nil || taught != c {
		t.Errorf("got %p, %v; want the classifier as it was", taught, err)
	}
	if _, err := c.Taught([]byte(`{`)); err == nil {
		t.Error("broken lessons were read without an error")
	}
}

func FuzzTaught(f *testing.F) {
	f.Add([]byte(`{"model":"types-1","weights":{"passport":{"1":5}}}`))
	f.Add([]byte(`{"weights":{"":{"4294967295":-1e30}}}`))
	c := classifier(f)
	page := []pipeline.Page{{Number: 1, Text: "Mietvertrag"}}
	f.Fuzz(func(t *testing.T, file []byte) {
		taught, err := c.Taught(file)
		if err != nil {
			return
		}
		if got := taught.Classify(page, nil); got.Confidence < 0 || got.Confidence > 1 {
			t.Errorf("got confidence %v, want 0 to 1", got.Confidence)
		}
	})
}
