package pdfa_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/pdfa"
)

// tally counts verdicts on the files of one clause.
type tally struct{ files, falseAccepts, falseRejects, clause int }

var clauseInName = regexp.MustCompile(`\A2[bu]-((?:\d+-)+)t\d+`)

// TestConformanceFiles holds the files of the veraPDF corpus against their expected verdicts. `go test -v` prints the
// table of docs/quality.md.
func TestConformanceFiles(t *testing.T) {
	t.Parallel()
	dir := corpus.Extern(t, "corpus/pdfa")
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]*tally{}
	all := &tally{}
	for line := range strings.Lines(string(manifest)) {
		column := strings.Split(line, "\t")
		m := clauseInName.FindStringSubmatch(column[0])
		if m == nil || len(column) < 3 {
			continue
		}
		clause := strings.TrimSuffix(strings.ReplaceAll(m[1], "-", "."), ".")
		if clause == "6.2.8.1" {
			clause = "6.2.8" // as the rules are numbered
		}
		if table[clause] == nil {
			table[clause] = &tally{}
		}
		data, err := os.ReadFile(filepath.Join(dir, column[0]))
		if err != nil {
			t.Fatal(err)
		}
		level := pdfa.Level2B
		if strings.HasSuffix(column[1], "2u") {
			level = pdfa.Level2U
		}
		report := pdfa.Validate(data, level)
		if again := pdfa.Validate(data, level); !reflect.DeepEqual(report, again) {
			t.Errorf("%s: first %v, then %v", column[0], report, again)
		}
		for _, to := range []*tally{table[clause], all} {
			to.count(report, column[2] == "pass", clause)
		}
		if report.Conforms != (column[2] == "pass") {
			t.Logf("%s: conforms %t, broken %v", column[0], report.Conforms, report.Broken)
		}
	}
	t.Logf("%-14s %5s %7s %7s %7s", "clause", "files", "accepts", "rejects", "clause")
	for _, clause := range slices.Sorted(maps.Keys(table)) {
		t.Log(table[clause].line(clause))
	}
	t.Log(all.line("all"))
	if wrong := all.falseAccepts + all.falseRejects; all.files == 0 || wrong*100 > all.files {
		t.Errorf("%d of %d verdicts are wrong", wrong, all.files)
	}
}

func (c *tally) count(r pipeline.Conformity, pass bool, clause string) {
	c.files++
	switch {
	case pass && !r.Conforms:
		c.falseRejects++
	case !pass && r.Conforms:
		c.falseAccepts++
	case !pass && slices.ContainsFunc(r.Broken, func(b pipeline.BrokenRule) bool { return strings.HasPrefix(b.Clause, clause+"-") }):
		c.clause++
	}
}

func (c *tally) line(clause string) string {
	return fmt.Sprintf("%-14s %5d %7d %7d %7d", clause, c.files, c.falseAccepts, c.falseRejects, c.clause)
}

// hostileFiles are PDFs that want to crash, hang or fill the memory.
func hostileFiles(t testing.TB) []string {
	var out []string
	for _, pattern := range []string{"pdf/*", "polyglot/*", "misc/*"} {
		found, err := filepath.Glob(filepath.Join(corpus.Own(t, "hostile"), pattern))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	if len(out) == 0 {
		t.Fatal("no hostile files")
	}
	return out
}

func TestHostileFilesCostLittle(t *testing.T) {
	exhausted := 0
	for _, file := range hostileFiles(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		report := pdfa.Validate(data, pdfa.Level2U)
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		if report.Conforms {
			t.Errorf("%s conforms", filepath.Base(file))
		}
		if slices.ContainsFunc(report.Broken, func(b pipeline.BrokenRule) bool { return b.Clause == "read-2" }) {
			exhausted++
		}
		if made := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 20*time.Second || made > 1024 {
			t.Errorf("%s took %v and %d MB", filepath.Base(file), took, made)
		}
	}
	if exhausted == 0 {
		t.Error("no file wanted too much work")
	}
}

// FuzzValidate looks for bytes that make the validator panic, hang or eat memory.
func FuzzValidate(f *testing.F) {
	for _, file := range hostileFiles(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 20_000 && !strings.Contains(file, "bomb") {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, b := range pdfa.Validate(data, pdfa.Level2U).Broken {
			if b.What == "" {
				t.Errorf("no words for %s", b.Clause)
			}
		}
	})
}
