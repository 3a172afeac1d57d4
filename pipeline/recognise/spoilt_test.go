package recognise_test

import (
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise"
)

// One photograph, made worse by degrees. What nothing can be read of is unreadable, also where the engine makes something
// of it; what can be read is not, and lies the right way up.
func TestASpoiltPhotoIsJudgedByWhatCanBeReadOfIt(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	photo := steptest.Photo(t, "files/c0035-03.jpg")
	for _, grade := range steptest.Grades() {
		dir := t.TempDir()
		got, err := engine.Run(t.Context(), dir, steptest.SoundJPEG(t, dir, steptest.JPEG(t, grade.Picture(photo))))
		if err != nil {
			t.Fatal(err)
		}
		page := got.Pages[0]
		readable := page.Quality.Verdict == pipeline.Good || page.Quality.Verdict == pipeline.Readable
		if grade.Legible && !readable || !grade.Legible && page.Quality.Verdict != pipeline.Unreadable {
			t.Errorf("%s: got %q, want it legible: %v (confidence %.2f, %d words, %+v)",
				grade.Name, page.Quality.Verdict, grade.Legible, page.Confidence, len(page.Words), page.Quality)
		}
		if page.Code != "" || page.Blank {
			t.Errorf("%s: got code %q and blank %v, want a page that was looked at", grade.Name, page.Code, page.Blank)
		}
	}
}
