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

// TestProcess runs `eakte process` on good and bad files, one of them twice: each has its line, in order, and what comes of
// the good ones is kept.
func TestProcess(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out with -short")
	}
	good := filepath.Join(corpus.Own(t, "synthetic"), "files", "c0000-02.pdf")
	locked := filepath.Join(corpus.Own(t, "hostile"), "pdf", "encrypted-user-aes256.pdf")
	kept := t.TempDir()
	testenv.Program(t, "eakte-reader")
	run := exec.CommandContext(t.Context(), testenv.Program(t, "eakte"), "process", good, "nowhere.pdf", locked, good, "--jsonl", "--out", kept) //nolint:gosec // our own program
	run.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := run.Output()
	if err != nil {
		t.Fatalf("eakte process: %v", err)
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		var o struct {
			File, Status, Code, Type string
			Fields                   map[string]struct{ Value string }
			Pages                    []struct{ Text string }
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join([]string{filepath.Base(o.File), o.Status, o.Code, o.Type}, " "))
		if o.Status == "done" && (len(o.Pages) != 1 || !strings.Contains(o.Pages[0].Text, "Arbeitsvertrag")) {
			t.Errorf("%s: got pages %v, want the contract's", o.File, o.Pages)
		}
	}
	want := []string{
		"c0000-02.pdf done  employment_contract", "nowhere.pdf failed not_found ",
		"encrypted-user-aes256.pdf rejected encrypted ", "c0000-02.pdf done  employment_contract",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, name := range []string{"c0000-02.pdf.archival.pdf", "c0000-02.pdf~2.archival.pdf", "c0000-02.pdf.txt", "c0000-02.pdf~2.words.json"} {
		if _, err := os.Stat(filepath.Join(kept, name)); err != nil {
			t.Errorf("kept: %v", err)
		}
	}
}
