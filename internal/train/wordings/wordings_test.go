package wordings

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestTheReaderCarriesTheListsAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, list := range lists {
		source, err := os.ReadFile(filepath.Join("../../..", list))
		if err != nil {
			t.Fatal(err)
		}
		want, err := compiled(source)
		if err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		if got, err := os.ReadFile(filepath.Join("../../..", carried(list))); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what %s says (%v): run `make train MODEL=wordings`", carried(list), list, err)
		}
	}
}

func TestAListIsWrittenEntryByEntry(t *testing.T) {
	t.Parallel()
	got, err := compiled([]byte("- &a {slot: x, labels: ['b: <c>', \"d\\te\"]}\n- *a\n"))
	want := "[\n" + `{"labels":["b: <c>","d\te"],"slot":"x"},` + "\n" + `{"labels":["b: <c>","d\te"],"slot":"x"}` + "\n]\n"
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := compiled([]byte("- [")); err == nil {
		t.Error("broken YAML was turned into JSON")
	}
}
