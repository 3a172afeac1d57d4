package corpus_test

import (
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
)

func TestExternResolvesAgainstTheProject(t *testing.T) {
	root := corpus.Root(t)
	t.Setenv("EAKTE_TEST_DATA", "internal")
	if got, want := corpus.Extern(t, "corpus"), filepath.Join(root, "internal", "corpus"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
