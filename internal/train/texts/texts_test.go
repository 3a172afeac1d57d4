package texts_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/internal/train/texts"
)

func TestEveryTypeHasVoices(t *testing.T) {
	t.Parallel()
	voices, err := texts.Voices()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]int{}
	for _, v := range voices {
		have[v.Type]++
	}
	for _, typ := range catalogue.Default().Types() {
		if have[typ.Key] < 3 {
			t.Errorf("%s has %d voices, want at least 3", typ.Key, have[typ.Key])
		}
		delete(have, typ.Key)
	}
	for typ := range have {
		t.Errorf("there are voices for %s, which is no type of the catalogue", typ)
	}
}

func TestDocumentsAreFilledAndTheSameEveryTime(t *testing.T) {
	t.Parallel()
	voices, err := texts.Voices()
	if err != nil {
		t.Fatal(err)
	}
	composer := texts.NewComposer(voices)
	for i, v := range voices {
		one := composer.Document(rand.New(rand.NewPCG(1, uint64(i))), v)
		two := composer.Document(rand.New(rand.NewPCG(1, uint64(i))), v)
		if !reflect.DeepEqual(one, two) {
			t.Errorf("%s: the same chance gave two documents", v.ID)
		}
		for _, p := range one.Pages {
			if strings.Contains(p.Text, "{") && strings.Contains(p.Text, "}") {
				t.Errorf("%s: a placeholder is left: %q", v.ID, p.Text)
			}
		}
	}
}

func TestGeneratedDocumentsAreOfTheCatalogue(t *testing.T) {
	t.Parallel()
	all, err := texts.ReadGenerated()
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for _, typ := range catalogue.Default().Types() {
		types[typ.Key] = true
	}
	for _, g := range all {
		if !types[g.Type] || len(g.Pages) == 0 {
			t.Fatalf("%s: type %q, %d pages", g.Template, g.Type, len(g.Pages))
		}
	}
	if len(all) < 1000 {
		t.Errorf("got %d documents, want at least 1,000", len(all))
	}
}
