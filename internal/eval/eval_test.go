package eval_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/eval"
)

func TestCER(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want, got string
		rate            float64
	}{
		{"the same text has no errors", "Aufenthaltstitel", "Aufenthaltstitel", 0},
		{"white space does not matter", "a b\nc", "a  b c", 0},
		{"nor does how an accent is composed", "Müller", "Mu\u0308ller", 0},
		{"nor do marks of direction", "جواز", "\u200fجواز", 0},
		{"one letter of four", "Pass", "Paß", 0.5},
		{"a missing accent is an error", "Müller", "Muller", 1.0 / 6},
		{"nothing read is all wrong", "Pass", "", 1},
		{"never more than all", "a", "something else", 1},
		{"nothing wanted, nothing read", "", " ", 0},
		{"nothing wanted, something read", "", "x", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := eval.CER(c.want, c.got); got != c.rate {
				t.Errorf("CER(%q, %q): got %v, want %v", c.want, c.got, got, c.rate)
			}
		})
	}
}

// TestCERKnowsHowManyLettersWereChanged changes a known number of letters to ones that the text does not have: the rate
// must be exactly that, whatever the width of the band the distance is looked for in.
func TestCERKnowsHowManyLettersWereChanged(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same on every run
	for _, length := range []int{1, 10, 300, 1500} {
		for _, changes := range []int{0, 1, 9, 40, 200, 700} {
			if changes > length {
				continue
			}
			want := make([]rune, length)
			for i := range want {
				want[i] = 'a' + chance.Int32N(26)
			}
			got := slices.Clone(want)
			for _, i := range chance.Perm(length)[:changes] {
				got[i] = 'A'
			}
			if rate := eval.CER(string(want), string(got)); rate != float64(changes)/float64(length) {
				t.Errorf("%d of %d letters changed: got %v", changes, length, rate)
			}
			if rate := eval.CER(string(want), string(want[changes:])); rate != float64(changes)/float64(length) {
				t.Errorf("%d of %d letters left out: got %v", changes, length, rate)
			}
		}
	}
}

const (
	truth = `{"file": "files/a.pdf", "type": "payslip", "profile": "scan_skew", "readable": true, "languages": ["de"],
	"segments": [{"first_page": 1, "type": "payslip", "languages": ["de"], "fields": {
		"surname": {"value": "Ćirić", "text": "ĆIRIĆ"}, "birth_date": {"value": "1993-07-28", "text": "28.07.1993"},
		"gross_salary_month": {"value": 2460.0, "text": "2.460,00"}, "period": {"value": "2026-05-01", "text": "Mai 2026"},
		"iban": {"value": "DE1"}, "employer": {"value": "Nordwind – Logistik"}}}],
	"pages": [{"text": "eins zwei", "text_flow": "zwei eins", "rotation": 90}, {"blank": true}]}`
	combined = `{"file": "files/b.pdf", "profile": "combined_scan", "readable": true, "combined": true, "segments": [
		{"first_page": 1, "type": "passport", "mrz": {"format": "TD3", "lines": ["P<A", "1"], "surname": "ROE", "birth_date": "930728", "issuing_state": "D"}},
		{"first_page": 3, "type": "payslip"}], "pages": [{"text": "a"}, {"text": "b"}, {"text": "c"}]}`
	dark = `{"file": "files/c.jpg", "type": "payslip", "profile": "unreadable_dark", "readable": false, "segments": [{"first_page": 1}], "pages": [{"text": "a"}]}`

	outcomes = `{"file": "/in/a.pdf", "status": "done", "type": "", "candidates": [{"type": "payslip", "confidence": 0.6}], "readable": true,
	"pages": [{"text": "zwei einz", "rotation": 90}, {"text": "", "blank": true}], "segments": [{"first": 1, "type": "payslip"}, {"first": 2, "type": ""}],
	"fields": {"surname": {"value": "ćirić"}, "birth_date": {"value": "1993-07-23"}, "gross_salary": {"value": "2460.00"}, "period": {"value": "2026-05"}, "employer": {"value": "Nordwind - Logistik"}, "city": {"value": "x"}}, "seconds": {"total": 2}}
{"file": "b.pdf", "status": "done", "readable": true, "pages": [{"text": "a"}, {"text": "b"}, {"text": "x"}], "segments": [{"first": 1, "type": "passport"}, {"first": 3, "type": "cv"}],
	"mrz": {"lines": ["P<A", "2"], "valid": true, "fields": {"surname": "Roe", "birth_date": "1993-07-28", "issuing_state": "DEU"}}}
{"file": "c.jpg", "status": "review", "readable": true, "pages": []}
{"file": "cut o`
)

func TestScore(t *testing.T) {
	t.Parallel()
	compact := new(bytes.Buffer)
	for line := range strings.SplitSeq(strings.ReplaceAll(outcomes, "\n\t", " "), "\n") {
		compact.WriteString(line + "\n")
	}
	compact.Truncate(compact.Len() - 1)
	read, err := eval.ReadOutcomes(compact)
	if err != nil {
		t.Fatal(err)
	}
	score := eval.NewScore()
	for _, text := range []string{truth, combined, dark} {
		var want eval.Truth
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		var copied [][]string
		if want.Type != "" {
			copied = [][]string{{"eins"}, {"eins zwei"}, {}}
		}
		score.Add(want, read[want.Name()], copied)
	}
	answered, right := score.Answered()
	got := map[string]any{
		"finished": score.Finished, "time": score.Time, "turned": score.Turned, "blank": score.Blank, "unread": score.Unread,
		"splits": score.Splits, "parts": score.Parts, "fields": score.AllFields(), "more": score.More, "zones": *score.Zones["scans"], "passports": *score.Zones["TD3"],
		"values": score.ZoneValues, "accepts": score.ZoneAccepts, "answered": answered, "right": right, "best": score.At(1),
		"text": score.Text(func(s eval.Sheet) bool { return s.Language == "de" }),
	}
	want := map[string]any{
		"finished": 3, "time": eval.Time{Seconds: 2, Pages: 6}, "turned": eval.Share{Part: 4, Of: 4}, "blank": eval.Found{Right: 1}, "unread": eval.Found{Missed: 1},
		"splits": eval.Found{Right: 1, Wrong: 1}, "parts": eval.Share{Part: 1, Of: 2},
		"fields": eval.Found{Right: 4, Wrong: 1, Missed: 2}, "more": 1, // the date is wrong and missed, the IBAN missed
		"zones": eval.Share{Of: 1}, "passports": eval.Share{Of: 1}, "values": eval.Share{Part: 3, Of: 3}, "accepts": eval.Share{Part: 1, Of: 1},
		"answered": eval.Share{Of: 1}, "right": eval.Share{}, "best": eval.Share{Part: 1, Of: 1},
		"text": eval.Errors{Pages: 1, Mean: 1.0 / 9, Median: 1.0 / 9, P90: 1.0 / 9, Total: 1.0 / 9},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("score (-want +got):\n%s", diff)
	}
	var tables bytes.Buffer
	if err := eval.Report(&tables, []eval.Named{{Name: "dev", Score: score}, {Name: "none", Score: eval.NewScore()}}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"| fields, P / R / F1 | 0.80 / 0.67 / 0.727 | – |", "| de | 1 | 11.11 / 11.11 / 11.11 % | 0.00 % | 0 | – | – |"} {
		if !strings.Contains(tables.String(), line) {
			t.Errorf("tables lack %q:\n%s", line, tables.String())
		}
	}
}

func TestReplaceKeepsWhatStandsAround(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "quality.md")
	if err := os.WriteFile(file, []byte("before\n"+eval.Begin+"\nold\n"+eval.End+"\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // twice gives the same
		if err := eval.Replace(file, []byte("new\n")); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(file) //nolint:gosec // of this test
	if err != nil {
		t.Fatal(err)
	}
	if want := "before\n" + eval.Begin + "\nnew\n\n" + eval.End + "\nafter\n"; string(content) != want {
		t.Errorf("got %q, want %q", content, want)
	}
	if err := os.WriteFile(file, []byte("no markers"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := eval.Replace(file, nil); err == nil {
		t.Error("a document without markers: got no error")
	}
}

// few are files of the project's own corpus that must be read well: easy ones.
const few = 6

// easy reports whether nothing is wrong with a file: one page, digital or cleanly scanned, in German alone.
func easy(t eval.Truth) bool {
	clean := t.Profile == "born_digital_pdf" || strings.HasPrefix(t.Profile, "scan_gray")
	return clean && len(t.Pages) == 1 && slices.Equal(t.Languages, []string{"de"})
}

// TestEval runs `eakte process` on a few files, as an operator would. With EAKTE_EVAL_JSONL it scores the lines there
// instead, against the ground truth in EAKTE_EVAL_DIR, and only prints.
func TestEval(t *testing.T) {
	t.Parallel()
	dir, lines := os.Getenv("EAKTE_EVAL_DIR"), os.Getenv("EAKTE_EVAL_JSONL")
	if lines != "" {
		report(t, scoreLines(t, dir, lines))
		return
	}
	if testing.Short() {
		t.Skip("left out with -short")
	}
	dir = corpus.Own(t, "synthetic")
	truths, err := eval.ReadTruths(dir)
	if err != nil {
		t.Fatal(err)
	}
	truths = slices.DeleteFunc(truths, func(t eval.Truth) bool { return !easy(t) })[:few]
	keep := t.TempDir()
	read, err := eval.Process(t.Context(), program(t), keep, dir, truths)
	if err != nil {
		t.Fatal(err)
	}
	score, err := eval.Scored(t.Context(), truths, read, keep, true)
	if err != nil {
		t.Fatal(err)
	}
	report(t, score)

	all := score.Text(func(eval.Sheet) bool { return true })
	answered, right := score.Answered()
	switch {
	case score.Finished != few:
		t.Errorf("finished: got %d of %d files", score.Finished, few)
	case all.Median > 0.05:
		t.Errorf("errors per character, median of the pages: got %.3f, want at most 0.05", all.Median)
	case all.Copied < 0:
		t.Error("the text layer of no rendition was looked at")
	case answered.Part == 0 || right.Rate() < 0.5:
		t.Errorf("types: %d of %d given, of these %d right", answered.Part, answered.Of, right.Part)
	}
}

func scoreLines(t *testing.T, dir, lines string) *eval.Score {
	t.Helper()
	file, err := os.Open(lines) //nolint:gosec // whoever runs the test names it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // only read
	read, err := eval.ReadOutcomes(file)
	if err != nil {
		t.Fatal(err)
	}
	truths, err := eval.ReadTruths(dir)
	if err != nil {
		t.Fatal(err)
	}
	score, err := eval.Scored(t.Context(), truths, read, "", false)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

func report(t *testing.T, score *eval.Score) {
	t.Helper()
	var tables bytes.Buffer
	if err := eval.Report(&tables, []eval.Named{{Score: score}}); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", tables.String())
}

// program builds the operator's program and the reader beside it.
func program(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", dir, "./cmd/eakte", "./cmd/eakte-reader")
	build.Dir = corpus.Root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return filepath.Join(dir, "eakte")
}
