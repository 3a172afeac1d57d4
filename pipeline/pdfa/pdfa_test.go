package pdfa

import (
	"encoding/json"
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
