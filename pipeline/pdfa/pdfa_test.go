package pdfa

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
)

// clauses returns what a report says is broken.
func clauses(r pipeline.Conformity) string {
	var out []string
	for _, b := range r.Broken {
		out = append(out, b.Clause)
	}
	return strings.Join(out, " ")
}

func TestOwnDocumentConforms(t *testing.T) {
	t.Parallel()
	data := newDocument(t).bytes()
	for _, level := range []Level{Level2B, Level2U} {
		if r := Validate(data, level); !r.Conforms || r.Claim != "2u" {
			t.Errorf("level %s: broken %s, claim %q", level, clauses(r), r.Claim)
		}
	}
	if got := Claim(data); got != "2u" {
		t.Errorf("claim %q", got)
	}
}

func TestReportNamesWhereAndHowOften(t *testing.T) {
	t.Parallel()
	d := newDocument(t)
	d.content("frob frob frob BX frob EX")
	r := Validate(d.bytes(), Level2B)
	if len(r.Broken) != 1 {
		t.Fatalf("broken: %s", clauses(r))
	}
	b := r.Broken[0]
	if b.Clause != "6.2.2-1" || b.Count != 4 || len(b.Places) != 1 || b.Places[0] != (pipeline.Place{Object: contentNum, Page: 1}) || b.What == "" {
		t.Errorf("got %+v", b)
	}
	line, err := json.Marshal(r)
	if err != nil || strings.Contains(string(line), "frob") {
		t.Errorf("the report quotes the file: %s, %v", line, err)
	}
}

func TestClausesAreInTheOrderOfTheStandard(t *testing.T) {
	t.Parallel()
	order := []string{"read-1", "6.1.2-1", "6.1.9-1", "6.1.13-1", "6.1.13-10", "6.2.2-1", "6.10-1"}
	for i, a := range order {
		for j, b := range order {
			if got := compareClauses(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("compare %s with %s: %d", a, b, got)
			}
		}
	}
}

func TestRunHoldsAFileAgainstWhatItClaims(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := newDocument(t)
	b.change(metadataNum, `conformance="U"`, `conformance="B"`)
	for name, data := range map[string][]byte{"u.pdf": newDocument(t).bytes(), "b.pdf": b.bytes(), "none.pdf": []byte("Hello")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		file, level, want string
		conforms, fails   bool
	}{
		{file: "u.pdf", want: "2u", conforms: true},
		{file: "b.pdf", want: "2b", conforms: true},
		{file: "b.pdf", level: "2u", want: "2u"},
		{file: "none.pdf", want: "2b"},
		{file: "u.pdf", level: "3b", fails: true},
		{file: "missing.pdf", fails: true},
		{file: "../u.pdf", fails: true},
	} {
		got, err := Run(t.Context(), dir, pipeline.ConformRequest{File: c.file, Level: c.level})
		if err != nil != c.fails || got.Level != c.want || got.Conforms != c.conforms {
			t.Errorf("%+v: got %+v, %v", c, got, err)
		}
	}
}

// BenchmarkValidate is a page of text with an embedded font of 130 kB.
func BenchmarkValidate(b *testing.B) {
	data := newDocument(b).bytes()
	for b.Loop() {
		if r := Validate(data, Level2U); !r.Conforms {
			b.Fatal(clauses(r))
		}
	}
}
