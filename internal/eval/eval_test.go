package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
)

func TestCER(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want, got string
		rate            float64
	}{
		{"the same text has no errors", "Aufenthaltstitel", "Aufenthaltstitel", 0},
		{"white space does not matter", "a b\nc", "a  b c", 0},
		{"one letter of four", "Pass", "Paß", 0.5},
		{"a missing mark is an error", "Müller", "Muller", 1.0 / 6},
		{"nothing read is all wrong", "Pass", "", 1},
		{"never more than all", "a", "something else", 1},
		{"nothing wanted, nothing read", "", " ", 0},
		{"nothing wanted, something read", "", "x", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := CER(c.want, c.got); got != c.rate {
				t.Errorf("CER(%q, %q): got %v, want %v", c.want, c.got, got, c.rate)
			}
		})
	}
}

// few are files of the project's own corpus that must be read well: easy ones.
const few = 6

// easy reports whether nothing is wrong with a file: one page, digital or cleanly scanned, in German alone.
func easy(t Truth) bool {
	clean := t.Profile == "born_digital_pdf" || strings.HasPrefix(t.Profile, "scan_gray")
	return clean && len(t.Pages) == 1 && slices.Equal(t.Languages, []string{"de"})
}

// TestEval runs `eakte process` on the corpus, as an operator would, and prints how well it did: a few good files in
// every run of the tests; with EAKTE_EVAL=full all of the largest corpus there is.
func TestEval(t *testing.T) {
	t.Parallel()
	full := os.Getenv("EAKTE_EVAL") == "full"
	if testing.Short() && !full {
		t.Skip("left out with -short")
	}
	truths := known(t, full)
	outcomes := process(t, truths)
	tallies := map[string]*Tally{All: {}}
	for path, want := range truths {
		if tallies[want.Profile] == nil {
			tallies[want.Profile] = &Tally{}
		}
		tallies[want.Profile].Add(want, outcomes[path])
		tallies[All].Add(want, outcomes[path])
	}
	var table bytes.Buffer
	if err := Print(&table, tallies); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", table.String())

	all := tallies[All]
	if all.Finished != all.Files {
		t.Errorf("finished: got %d of %d files", all.Finished, all.Files)
	}
	if all.Quantile(0.5) > 0.05 {
		t.Errorf("errors per character, median of the pages: got %.3f, want at most 0.05", all.Quantile(0.5))
	}
	if all.TypeWrong > all.TypeRight {
		t.Errorf("types: got %d wrong and %d right", all.TypeWrong, all.TypeRight)
	}
}

// known returns the ground truth by the file's absolute path.
func known(t *testing.T, full bool) map[string]Truth {
	t.Helper()
	dir := corpus.Own(t, "synthetic")
	if base := os.Getenv("EAKTE_TEST_DATA"); full && base != "" {
		dir = corpus.Extern(t, "corpus/synthetic")
	}
	files, err := filepath.Glob(filepath.Join(dir, "truth", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find ground truth below %s: %v, %d files", dir, err, len(files))
	}
	truths := map[string]Truth{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var truth Truth
		if err := json.Unmarshal(content, &truth); err != nil {
			t.Fatalf("read %s: %v", file, err)
		}
		if full || easy(truth) && len(truths) < few {
			truths[filepath.Join(dir, filepath.FromSlash(truth.File))] = truth
		}
	}
	return truths
}

// process builds the operator's program and the reader, and runs them on the files.
func process(t *testing.T, truths map[string]Truth) map[string]Outcome {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", dir, "./cmd/eakte", "./cmd/eakte-reader")
	build.Dir = corpus.Root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	args := []string{"process", "--jsonl"}
	for path := range truths {
		args = append(args, path)
	}
	run := exec.CommandContext(t.Context(), filepath.Join(dir, "eakte"), args...)
	run.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	var stderr bytes.Buffer
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		t.Fatalf("eakte process: %v\n%s", err, stderr.String())
	}
	outcomes := map[string]Outcome{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var o Outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("read outcome: %v", err)
		}
		outcomes[o.File] = o
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return outcomes
}
