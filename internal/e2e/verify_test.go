package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/testenv"
)

// TestVerifyPDFA composes a scan's rendition, which conforms, and asks about it and about files that don't.
func TestVerifyPDFA(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out with -short")
	}
	scan := filepath.Join(corpus.Own(t, "synthetic"), "files", "c0009-01.tif")
	plain := filepath.Join(corpus.Own(t, "hostile"), "pdf", "active-js-openaction.pdf")
	kept := t.TempDir()
	testenv.Program(t, "eakte-reader")
	program := testenv.Program(t, "eakte")
	run := exec.CommandContext(t.Context(), program, "process", scan, "--out", kept) //nolint:gosec // our own program
	run.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("eakte process: %v\n%s", err, out)
	}
	rendition := filepath.Join(kept, "c0009-01.tif.archival.pdf")

	out, err := exec.CommandContext(t.Context(), program, "verify", "--pdfa", rendition).Output() //nolint:gosec // our own program
	if want := rendition + ": conforms to PDF/A-2u, claims PDF/A-2u\n"; err != nil || string(out) != want {
		t.Errorf("got %q, %v; want %q", out, err, want)
	}

	out, err = exec.CommandContext(t.Context(), program, "verify", "--pdfa", "--json", plain, "nowhere.pdf", rendition, "--level", "2b").Output() //nolint:gosec // our own program
	if err == nil {
		t.Error("files that don't conform end with success")
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		var o struct {
			File, Code, Level, Claim string
			Conforms                 bool
			Broken                   []struct{ Clause string }
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		verdict := "no"
		if o.Conforms {
			verdict = "yes"
		}
		script := slices.ContainsFunc(o.Broken, func(b struct{ Clause string }) bool { return b.Clause == "6.5.1-1" })
		got = append(got, strings.Join([]string{filepath.Base(o.File), verdict, o.Code, o.Level, o.Claim}, " "))
		if script != (o.File == plain) {
			t.Errorf("%s: broken %v", o.File, o.Broken)
		}
	}
	want := []string{"active-js-openaction.pdf no  2b ", "nowhere.pdf no not_found  ", "c0009-01.tif.archival.pdf yes  2b 2u"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
