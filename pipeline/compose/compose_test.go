package compose_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise"
)

// composed reads a file of the synthetic corpus and composes it in dir.
func composed(t *testing.T, dir, file string) (pipeline.Recognised, pipeline.ComposeRequest, pipeline.Composed) {
	t.Helper()
	sound := steptest.Sound(t, dir, file)
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	read, err := engine.Run(t.Context(), dir, sound)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(read.Pages)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "words.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	in := pipeline.ComposeRequest{
		File: sound.File, Source: sound.Source, Pages: sound.Pages, Words: []string{"words.json"},
		Title: "0197a3f2", Lang: "de", Made: "2026-05-01T10:00:00Z",
	}
	began := time.Now()
	out, err := compose.Run(t.Context(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d pages composed in %v", file, out.Pages, time.Since(began).Round(time.Millisecond))
	return read, in, out
}

func TestTry(t *testing.T) {
	dir := os.Getenv("EAKTE_TRY")
	if dir == "" {
		t.Skip()
	}
	_ = os.MkdirAll(dir, 0o700)
	read, _, out := composed(t, dir, os.Getenv("EAKTE_TRY_FILE"))
	text, err := exec.Command("pdftotext", "-raw", filepath.Join(dir, out.File), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("format %q\n%s\n-----\n%s", out.Format, read.Pages[0].Text, text)
}
