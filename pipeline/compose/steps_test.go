package compose_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/normalise"
	"github.com/eakte/eakte/pipeline/recognise"
)

// What normalise makes of pictures is read and composed, whatever format they came in.
func TestPicturesOfEveryFormatGoThroughAllSteps(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	for _, c := range []struct {
		id, mediaType string
		worst         float64 // error rate of the first page
	}{
		{"c0009-01", "image/tiff", 0.1},
		{"c0004-02", "image/png", 0.2},
		{"c0003-02", "image/heic", 0.3},
		{"c0001-01", "image/jpeg", 0.2},
	} {
		known := steptest.TruthOf(t, c.id)
		dir := t.TempDir()
		data, err := os.ReadFile(steptest.File(t, known.File))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "original"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		sound, err := normalise.Run(t.Context(), dir, pipeline.NormaliseRequest{File: "original", MediaType: c.mediaType})
		if err != nil {
			t.Fatalf("%s: normalise: %v", c.id, err)
		}
		in := pipeline.RecogniseRequest{File: sound.File, Source: sound.Source, First: 1, Last: len(sound.Pages), Pages: sound.Pages}
		began := time.Now()
		read, err := engine.Run(t.Context(), dir, in)
		if err != nil {
			t.Fatalf("%s: recognise: %v", c.id, err)
		}
		middle := time.Now()
		out, err := compose.Run(t.Context(), dir, request(t, dir, in, read.Pages))
		if err != nil {
			t.Fatalf("%s: compose: %v", c.id, err)
		}
		t.Logf("%s: %d pages, first %s turned by %d, %.1f %% wrong, %+v, read in %v, composed in %v", c.id, len(read.Pages), sound.Pages[0].Kind, read.Pages[0].Rotation,
			100*steptest.ErrorRate(read.Pages[0].Text, known.Pages[0].Text), read.Pages[0].Quality, middle.Sub(began).Round(time.Millisecond), time.Since(middle).Round(time.Millisecond))
		if out.Format != "PDF/A-2u" || out.Pages != len(known.Pages) || len(read.Pages) != len(known.Pages) {
			t.Errorf("%s: got %+v and %d pages read, want PDF/A-2u of %d pages", c.id, out, len(read.Pages), len(known.Pages))
		}
		if rate := steptest.ErrorRate(read.Pages[0].Text, known.Pages[0].Text); rate > c.worst || read.Pages[0].Rotation != known.Pages[0].Rotation {
			t.Errorf("%s: %.1f %% wrong, turned by %d; want at most %.1f %%, %d", c.id, 100*rate, read.Pages[0].Rotation, 100*c.worst, known.Pages[0].Rotation)
		}
	}
}
