package extract

import (
	"testing"

	"github.com/eakte/eakte/catalogue"
)

// A wording among the types is read without a complaint, and asks for nothing.
func TestLabelsAndSentencesAreOfTypesThatExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, typ := range catalogue.Default().Types() {
		known[typ.Key] = true
	}
	words, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	check := func(of string, types []string) {
		for _, typ := range types {
			if !known[typ] {
				t.Errorf("%s: there is no type %q", of, typ)
			}
		}
	}
	for _, list := range words.byWord {
		for _, l := range list {
			check("a label of "+l.slot, l.types)
		}
	}
	for _, s := range words.stems {
		check(s.text, s.types)
	}
	for _, w := range wordings() {
		check(w.Pattern, w.Types)
	}
}
