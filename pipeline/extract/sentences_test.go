package extract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
)

// What is left out because its trail is missing must not fit.
func TestEveryWordingCompilesAndFitsOnlyWhereItsTrailIs(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(corpus.Own(t, "synthetic/truth"), "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d texts: %v", len(files), err)
	}
	var texts []string
	for _, file := range files[:min(len(files), 40)] {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), `\n`, "\n")
		if len(texts)%4 == 3 {
			text = strings.ToUpper(text)
		}
		texts = append(texts, text)
	}
	known, skipped, fits := 0, 0, 0
	for _, w := range wordings() {
		if w.re().NumSubexp() == 0 {
			t.Errorf("%s: there is nothing to be read", w.Pattern)
		}
		if len(w.trail()) > 0 {
			known++
		}
		for _, text := range texts {
			fit := w.trail().in(trace(text))
			if !fit {
				skipped++
			}
			if w.re().MatchString(text) {
				if fits++; !fit {
					t.Errorf("%s fits, but its trail %v is not there", w.Pattern, w.trail())
				}
			}
		}
	}
	if t.Logf("%d wordings with words, %d times none was there, %d times they fit", known, skipped, fits); known*3 < len(wordings())*2 || fits == 0 {
		t.Errorf("words of %d wordings of %d are known, %d fit", known, len(wordings()), fits)
	}
}
