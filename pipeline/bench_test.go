package pipeline_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/inspect"
	"github.com/eakte/eakte/pipeline/normalise"
)

// BenchmarkDigitalPage is the time of both steps for one born-digital page: what an ordinary letter costs before anything
// is read.
func BenchmarkDigitalPage(b *testing.B) {
	data, err := os.ReadFile(corpus.Own(b, "hostile/pdf/ok-control.pdf"))
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "original"), data, 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := inspect.Run(b.Context(), dir, pipeline.InspectRequest{File: "original"}); err != nil {
			b.Fatal(err)
		}
		if _, err := normalise.Run(b.Context(), dir, pipeline.NormaliseRequest{File: "original", MediaType: pipeline.MediaPDF}); err != nil {
			b.Fatal(err)
		}
	}
}
