package efile_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/efile"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestTheDueDateOfACaseFile(t *testing.T) {
	t.Parallel()
	unit := efile.RetentionRule{Unit: "33.20", Procedures: []string{"employment"}, Years: 10, Basis: "unit", Proposal: efile.Destroy}
	with := func(change func(*efile.RetentionRule)) []efile.RetentionRule {
		r := unit
		change(&r)
		return []efile.RetentionRule{r}
	}
	visa := func(years int) efile.RetentionRule {
		return efile.RetentionRule{DocumentTypes: []string{"visa"}, Years: years, Basis: "visa", Proposal: efile.Keep}
	}
	for _, c := range []struct {
		name  string
		rules []efile.RetentionRule
		file  efile.ClosedFile
		due   string // empty: none
		basis string
	}{
		{"is the day after the last day", []efile.RetentionRule{unit}, efile.ClosedFile{Closed: day("2026-03-15")}, "2036-03-16", "unit"},
		{"counts from the end of the year", with(func(r *efile.RetentionRule) { r.EndOfYear = true }), efile.ClosedFile{Closed: day("2026-03-15")}, "2037-01-01", "unit"},
		{"counts months", with(func(r *efile.RetentionRule) { r.Years, r.Months = 1, 14 }), efile.ClosedFile{Closed: day("2026-03-15")}, "2028-05-16", "unit"},
		{"of a leap day ends with February", with(func(r *efile.RetentionRule) { r.Years = 1 }), efile.ClosedFile{Closed: day("2024-02-29")}, "2025-03-01", "unit"},
		{"of a leap day ends on one where there is one", with(func(r *efile.RetentionRule) { r.Years = 4 }), efile.ClosedFile{Closed: day("2024-02-29")}, "2028-03-01", "unit"},
		{"in a leap year is the leap day", with(func(r *efile.RetentionRule) { r.Years = 2 }), efile.ClosedFile{Closed: day("2026-02-28")}, "2028-02-29", "unit"},
		{"of a 31st ends with a shorter month", with(func(r *efile.RetentionRule) { r.Years, r.Months = 0, 1 }), efile.ClosedFile{Closed: day("2026-01-31")}, "2026-03-01", "unit"},
		{"without a period is at once", with(func(r *efile.RetentionRule) { r.Years = 0 }), efile.ClosedFile{Closed: day("2026-03-15")}, "2026-03-15", "unit"},
		{"without a period but to the end of the year is the new year", with(func(r *efile.RetentionRule) { r.Years, r.EndOfYear = 0, true }), efile.ClosedFile{Closed: day("2026-03-15")}, "2027-01-01", "unit"},
		{"counts from a date that a person named", []efile.RetentionRule{unit}, efile.ClosedFile{Closed: day("2026-03-15"), From: day("2030-06-30")}, "2040-07-01", "unit"},
		{"is that of a document kept longer", []efile.RetentionRule{unit, visa(12)}, efile.ClosedFile{Closed: day("2026-03-15"), Documents: []efile.FiledSubject{{Type: "visa"}}}, "2038-03-16", "visa"},
		{"is not that of a document kept shorter", []efile.RetentionRule{unit, visa(2)}, efile.ClosedFile{Closed: day("2026-03-15"), Documents: []efile.FiledSubject{{Type: "visa"}}}, "2036-03-16", "unit"},
		{"is not that of a document it does not have", []efile.RetentionRule{unit, visa(12)}, efile.ClosedFile{Closed: day("2026-03-15"), Documents: []efile.FiledSubject{{}}}, "2036-03-16", "unit"},
		{"is of the unit that a person named", []efile.RetentionRule{unit, {Unit: "33.9", Years: 3, Basis: "other"}}, efile.ClosedFile{Closed: day("2026-03-15"), Unit: "33.9"}, "2029-03-16", "other"},
		{"is none for a unit that the table does not know", []efile.RetentionRule{unit}, efile.ClosedFile{Closed: day("2026-03-15"), Unit: "34"}, "", ""},
		{"is none without any rule", nil, efile.ClosedFile{Closed: day("2026-03-15"), Documents: []efile.FiledSubject{{Type: "visa"}}}, "", ""},
		{"is none for ever", with(func(r *efile.RetentionRule) { r.Years, r.Unlimited = 0, true }), efile.ClosedFile{Closed: day("2026-03-15")}, "", "unit"},
		{"is none if one document is kept for ever", []efile.RetentionRule{unit, {DocumentTypes: []string{"visa"}, Unlimited: true, Basis: "visa"}}, efile.ClosedFile{Closed: day("2026-03-15"), Documents: []efile.FiledSubject{{Type: "visa"}}}, "", "visa"},
	} {
		c.file.Procedures = []string{"study", "employment"}
		got, err := efile.Due(c.rules, c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		due := ""
		if !got.Due.IsZero() {
			due = got.Due.Format(time.DateOnly)
		}
		if due != c.due || got.Basis != c.basis {
			t.Errorf("the due date %s: got %q by %q, want %q by %q", c.name, due, got.Basis, c.due, c.basis)
		}
	}
}

func TestTheDateIsThatOfTheOfficesPlace(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC) // already 2027 there
	for _, zone := range []*time.Location{time.UTC, efile.Location(), time.FixedZone("far", -10*3600)} {
		got, err := efile.Due([]efile.RetentionRule{{Unit: "1", Years: 1, EndOfYear: true}}, efile.ClosedFile{Unit: "1", Closed: late.In(zone)})
		if err != nil || !got.Due.Equal(day("2029-01-01")) {
			t.Errorf("a moment told in %s: got %v, %v; want 2029-01-01", zone, got.Due, err)
		}
	}
	for moment, want := range map[string]string{
		"2026-12-31T22:59:59Z": "2026-12-31", "2026-12-31T23:00:00Z": "2027-01-01", // an hour ahead in winter
		"2026-06-30T21:59:59Z": "2026-06-30", "2026-06-30T22:00:00Z": "2026-07-01", // two in summer
	} {
		at, err := time.Parse(time.RFC3339, moment)
		if got := efile.DateOf(at).Format(time.DateOnly); err != nil || got != want {
			t.Errorf("the date of %s: got %s, %v; want %s", moment, got, err, want)
		}
	}
}

func TestDocumentsThatMayGoAlone(t *testing.T) {
	t.Parallel()
	short, long, plain, kept := efile.NewID(), efile.NewID(), efile.NewID(), efile.NewID()
	f := efile.ClosedFile{Closed: day("2026-03-15"), Procedures: []string{"employment"},
		Documents: []efile.FiledSubject{{ID: plain, Type: "passport"}, {ID: short, Type: "notice"}, {ID: long, Type: "ban"}, {ID: kept, Type: "letter"}}}
	rules := []efile.RetentionRule{
		{Procedures: []string{"employment"}, Years: 5},
		{DocumentTypes: []string{"notice"}, Basis: "§ 91 Abs. 2"},
		{DocumentTypes: []string{"ban"}, Years: 10},
		{DocumentTypes: []string{"letter"}, Proposal: efile.Keep}, // for the archive
	}
	got, err := efile.Due(rules, f)
	want := []efile.Alone{{Document: short, Due: day("2026-03-15"), Basis: "§ 91 Abs. 2"}}
	if diff := cmp.Diff(want, got.Alone); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := efile.Due(rules[1:], f); err != nil || len(got.Alone) != 0 {
		t.Errorf("in a file that no rule fits: got %v, %v; want none", got, err)
	}
}

func TestATableThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]efile.RetentionRule{
		"a period before the beginning": {Unit: "1", Years: -1},
		"a period of ages":              {Unit: "1", Years: 5000},
		"for ever and a year":           {Unit: "1", Years: 1, Unlimited: true},
		"a rule for nobody":             {Years: 1},
	} {
		if _, err := efile.Due([]efile.RetentionRule{r}, efile.ClosedFile{Closed: day("2026-03-15")}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := efile.Due(nil, efile.ClosedFile{}); err == nil {
		t.Error("an open file: no error")
	}
}

// TestDueDatesKeepTheirOrder makes up tables: closing later is never due earlier, nor is a longer period or one more document;
// what may go alone goes before its file.
func TestDueDatesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		rule := efile.RetentionRule{Unit: "1", Years: r.IntN(30), Months: r.IntN(24), EndOfYear: r.IntN(2) == 0}
		own := efile.RetentionRule{DocumentTypes: []string{"x"}, Years: r.IntN(30), Months: r.IntN(24), EndOfYear: r.IntN(2) == 0}
		f := efile.ClosedFile{Unit: "1", Closed: day("1996-01-01").AddDate(0, 0, r.IntN(12000))}
		due := func(rules []efile.RetentionRule, f efile.ClosedFile) time.Time {
			t.Helper()
			got, err := efile.Due(rules, f)
			if err != nil || got.Due.IsZero() {
				t.Fatalf("%+v: %v", f, err)
			}
			return got.Due
		}
		base := due([]efile.RetentionRule{rule}, f)
		later, longer, more := f, rule, f
		later.Closed = f.Closed.AddDate(0, 0, 1+r.IntN(60))
		longer.Months++
		more.Documents = []efile.FiledSubject{{Type: "x"}}
		both := due([]efile.RetentionRule{rule, own}, more)
		if due([]efile.RetentionRule{rule}, later).Before(base) || !due([]efile.RetentionRule{longer}, f).After(base) || both.Before(base) || base.Before(f.Closed) {
			t.Fatalf("rule %+v, own %+v, closed %s: due %s", rule, own, f.Closed.Format(time.DateOnly), base.Format(time.DateOnly))
		}
		got, err := efile.Due([]efile.RetentionRule{rule, own}, more)
		alone := got.Alone
		if err != nil || len(alone) > 0 && !alone[0].Due.Before(both) || len(alone) == 0 && both.After(base) == false && due([]efile.RetentionRule{{Unit: "1", Years: own.Years, Months: own.Months, EndOfYear: own.EndOfYear}}, f).Before(base) {
			t.Fatalf("alone: %v, %v", alone, err)
		}
	}
}
