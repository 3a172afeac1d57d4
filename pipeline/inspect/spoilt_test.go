package inspect

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/internal/steptest"
)

// One photograph, made worse by degrees: where nothing can be read, its sender is told at once; where everything can,
// nobody is asked for another one.
func TestASpoiltPhotoIsRecognisedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	photo := steptest.Photo(t, "files/c0035-03.jpg")
	for _, grade := range steptest.Grades() {
		t.Run(grade.Name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "photo.jpg")
			if err := os.WriteFile(path, steptest.JPEG(t, grade.Picture(photo)), 0o600); err != nil {
				t.Fatal(err)
			}
			got := inspected(t, path)
			if got == nil {
				t.Fatal("got no quality")
			}
			want := pipeline.Unreadable
			if grade.Legible {
				want = ""
			}
			if got.Verdict != want {
				t.Errorf("got %q, want %q: %+v", got.Verdict, want, *got)
			}
		})
	}
}
