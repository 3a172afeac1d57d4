package inspect

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
)

func TestAPictureIsJudgedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		want       pipeline.Verdict
	}{
		{"a card on a table", "c0001-01.jpg", ""},
		{"a passport on a table", "c0002-01.jpg", ""},
		{"a letter, as HEIC", "c0003-02.heic", ""},
		{"a screen shot", "c0004-02.png", ""},
		{"a scan", "c0018-02.jpg", ""},
		{"a stamp-sized picture", "c0006-03.jpg", pipeline.Unreadable},
		{"another one", "c0011-01.jpg", pipeline.Unreadable},
		{"a blurred photo", "c0008-03.jpg", pipeline.Unreadable},
		{"another one", "c0020-02.jpg", pipeline.Unreadable},
		{"a photo taken in the dark", "c0012-03.jpg", pipeline.Unreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := inspected(t, corpus.Own(t, "synthetic/files/"+c.file))
			if got == nil {
				t.Fatal("got no quality")
			}
			if got.Verdict != c.want {
				t.Errorf("got %q, want %q: %+v", got.Verdict, c.want, *got)
			}
			t.Logf("%+v", *got)
		})
	}
}

func TestScansAndDocumentsAreNotJudged(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"c0009-01.tif", "c0008-01.pdf"} {
		if got := inspected(t, corpus.Own(t, "synthetic/files/"+file)); got != nil {
			t.Errorf("%s: got %+v, want none", file, *got)
		}
	}
}

// inspected inspects a copy of a file.
func inspected(t *testing.T, path string) *pipeline.Quality {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "original"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Run(t.Context(), dir, pipeline.InspectRequest{File: "original"})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("files left: got %d, %v, want only the original", len(left), err)
	}
	return got.Quality
}
