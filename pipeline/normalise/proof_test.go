package normalise

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
)

// What is proven without being looked at must look the same: over our own documents and the public's, sound and damaged.
func TestWhatIsProvenLooksTheSame(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(corpus.Own(t, "synthetic/files"), "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		files = files[:10]
	}
	own := len(files)
	if public, err := filepath.Glob(filepath.Join(os.Getenv("EAKTE_TEST_DATA"), "corpus/real/pdf/*.pdf")); err == nil && !testing.Short() {
		files = append(files, public...)
	}
	proven := 0
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := &chain{dir: t.TempDir(), in: "original", limits: pipeline.Limits{}.Or()}
		if err := os.WriteFile(filepath.Join(c.dir, c.in), data, 0o600); err != nil {
			t.Fatal(err)
		}
		exact := c.openExact()
		if exact == nil {
			continue
		}
		facts, err := c.sound(t.Context(), c.in, false)
		result := c.proven(t.Context(), exact, facts, err)
		exact.close()
		if result == nil {
			continue
		}
		if i < own {
			proven++
		}
		source, err := look(t.Context(), c.dir, c.in, len(facts.Pages))
		if err != nil {
			t.Errorf("%s: proven, but nobody can look at it: %v", filepath.Base(file), err)
			continue
		}
		sound, err := look(t.Context(), c.dir, soundFile, len(facts.Pages))
		if err != nil || !source.sameAs(sound) {
			t.Errorf("%s: proven, but does not look the same: %v", filepath.Base(file), err)
		}
	}
	if proven*10 < own*8 {
		t.Errorf("%d of our own %d documents are proven, want most", proven, own)
	}
}
