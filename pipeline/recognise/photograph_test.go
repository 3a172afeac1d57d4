package recognise_test

import (
	"os"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise"
)

// A photograph is read the same whether it was sent as it is or in a PDF, down to where each word is on it.
func TestAPhotoInAPDFIsReadAsThePhoto(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	jpg, err := os.ReadFile(steptest.File(t, "files/c0048-02.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	request := steptest.SoundJPEG(t, dir, jpg)
	read := func(from pipeline.Source) pipeline.Page {
		request.Source = from
		got, err := engine.Run(t.Context(), dir, request)
		if err != nil {
			t.Fatal(err)
		}
		return got.Pages[0]
	}
	photo, page := read(pipeline.SourceImage), read(pipeline.SourcePDF)
	if page.Text != photo.Text || page.Quality != photo.Quality || page.Skew != photo.Skew {
		t.Errorf("got quality %+v, skew %v, text:\n%s\nwant %+v, %v:\n%s", page.Quality, page.Skew, page.Text, photo.Quality, photo.Skew, photo.Text)
	}
	if len(page.Words) < 50 || len(page.Words) != len(photo.Words) {
		t.Fatalf("got %d words, want %d, at least 50", len(page.Words), len(photo.Words))
	}
	for i, w := range page.Words {
		if w.Box != photo.Words[i].Box {
			t.Errorf("word %d: got box %v, want %v", i, w.Box, photo.Words[i].Box)
		}
	}
}

// A passport's page on the glass of a scanner is a sheet with edges, too: what is written beside it stays on the page.
func TestAScanOfASheetInAPDFIsReadWhole(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	dir := t.TempDir()
	request := steptest.Sound(t, dir, "files/c0037-03.pdf")
	got, err := engine.Run(t.Context(), dir, request)
	if err != nil {
		t.Fatal(err)
	}
	quality := got.Pages[0].Quality
	if want := got.Pages[0].DPI; quality.DPI != want || quality.Cut {
		t.Errorf("got %d dpi of what was found on the page (cut: %v), want the page's %d", quality.DPI, quality.Cut, want)
	}
	if !strings.Contains(got.Pages[0].Text, "<<") {
		t.Errorf("got no zone in:\n%s", got.Pages[0].Text)
	}
}
