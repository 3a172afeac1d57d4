package extract_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/extract"
)

func TestParsers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		parse func(string) (string, bool)
		in    string
		want  string // empty: refused
	}{
		{"a German date", extract.Date, "26.01.1988", "1988-01-26"},
		{"a date with a month's name", extract.Date, "26 January 1988", "1988-01-26"},
		{"a Turkish month", extract.Date, "30 Kasım 1997", "1997-11-30"},
		{"a French month", extract.Date, "22 octobre 2022", "2022-10-22"},
		{"a Ukrainian month", extract.Date, "30 грудня 2022", "2022-12-30"},
		{"a day that does not exist", extract.Date, "31.02.2020", ""},
		{"a year of two digits", extract.Date, "01.02.20", ""},
		{"an account number", extract.IBAN, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"},
		{"an account number with a wrong digit", extract.IBAN, "DE89 3704 0044 0532 0130 01", ""},
		{"an amount", extract.Amount, "3.160,00 EUR", "3160.00"},
		{"an English amount", extract.Amount, "11,904.50", "11904.50"},
		{"an amount without cents", extract.Amount, "1.500 €", "1500.00"},
		{"no amount", extract.Amount, "12.34.56", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := test.parse(test.in)
			if ok != (test.want != "") || ok && got != test.want {
				t.Errorf("%q: got %q, %v, want %q", test.in, got, ok, test.want)
			}
		})
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	page := pipeline.Page{Number: 2, Text: "Mietvertrag\nWohnfläche: ca. 60 m²\nKaltmiete 745,00 EUR\nIBAN DE89 3704 0044 0532 0130 00"}
	page.Words = []pipeline.Word{{Text: "Kaltmiete", Confidence: 1}, {Text: "745,00", Box: [4]float64{.1, .2, .3, .4}, Confidence: 0.9}, {Text: "EUR", Box: [4]float64{.4, .2, .5, .4}, Confidence: 1}}
	got := extract.Fields("rental_contract", []pipeline.Page{page})
	want := map[string]string{"living_space_sqm": "60", "rent_cold": "745.00", "iban": "DE89370400440532013000"}
	values := map[string]string{}
	for key, f := range got {
		values[key] = f.Value
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("got other values (-want +got):\n%s", diff)
	}
	if f := got["rent_cold"]; f.Page != 2 || f.Box != [4]float64{.1, .2, .5, .4} || f.Confidence > 0.8 {
		t.Errorf("got %+v, want page 2, the box of both words and their doubt", f)
	}
}

func TestTwoDifferentValuesAreNone(t *testing.T) {
	t.Parallel()
	got := extract.Fields("rental_contract", []pipeline.Page{{Number: 1, Text: "Kaltmiete 745,00\nKaltmiete 800,00"}})
	if f, ok := got["rent_cold"]; ok {
		t.Errorf("got %+v, want no value", f)
	}
}

func TestAValidZoneCountsMoreThanALabel(t *testing.T) {
	t.Parallel()
	page := pipeline.Page{Number: 1, Text: "Date of birth 26.01.1989", Zones: []pipeline.MRZ{{Valid: true, Fields: map[string]string{"birth_date": "1988-01-26"}}}}
	if got := extract.Fields("passport", []pipeline.Page{page})["birth_date"]; got.Value != "1988-01-26" || got.By != "mrz" {
		t.Errorf("got %+v, want the zone's value", got)
	}
	page.Zones[0].Valid = false
	if got := extract.Fields("passport", []pipeline.Page{page})["birth_date"]; got.By != "rule" {
		t.Errorf("got %+v, want the label's value beside a zone that does not add up", got)
	}
}

func FuzzParsers(f *testing.F) {
	f.Add("26.01.1988")
	f.Add("DE89 3704 0044 0532 0130 00")
	f.Add("1.234,50 EUR")
	f.Add("1000000000000")
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := extract.Date(s); ok && len(d) != len("2006-01-02") {
			t.Errorf("got date %q", d)
		}
		if a, ok := extract.Amount(s); ok {
			if again, ok := extract.Amount(a); !ok || again != a {
				t.Errorf("got amount %q, read again as %q", a, again)
			}
		}
		if i, ok := extract.IBAN(s); ok && (len(i) < 15 || len(i) > 34) {
			t.Errorf("got account number %q", i)
		}
	})
}

func FuzzFields(f *testing.F) {
	f.Add("rental_contract", "Kaltmiete 745,00 EUR\nWohnfläche\n60 m²")
	f.Fuzz(func(t *testing.T, typ, text string) {
		for key, field := range extract.Fields(typ, []pipeline.Page{{Number: 1, Text: text}}) {
			if field.Value == "" || field.Page != 1 {
				t.Errorf("%s: got %+v, want a value on page 1", key, field)
			}
		}
	})
}

// How often a value read from the synthetic corpus's true texts is the true one. Wrong values are worse than none.
func TestCorpus(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EAKTE_TEST_DATA")
	if root == "" {
		t.Skip("EAKTE_TEST_DATA is not set: the figures on the synthetic corpus are left out")
	}
	files, err := filepath.Glob(filepath.Join(root, "corpus/synthetic/truth/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	right, wrong := map[string]int{}, map[string]int{}
	rights, wrongs := 0, 0
	for _, name := range files {
		var truth struct {
			Type     string
			Segments []struct {
				Fields map[string]struct{ Value any }
			}
			Pages []struct {
				Page int
				Text string
			}
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &truth); err != nil {
			t.Fatal(err)
		}
		if truth.Type == "" {
			continue
		}
		var pages []pipeline.Page
		for _, p := range truth.Pages {
			pages = append(pages, pipeline.Page{Number: p.Page, Text: p.Text})
		}
		for key, field := range extract.Fields(truth.Type, pages) {
			want, ok := truth.Segments[0].Fields[key]
			if !ok {
				continue // the truth lists only key fields
			}
			wanted := fmt.Sprint(want.Value)
			if number, ok := want.Value.(float64); ok && strings.Contains(field.Value, ".") {
				wanted = strconv.FormatFloat(number, 'f', 2, 64)
			}
			if strings.EqualFold(field.Value, wanted) {
				right[key]++
				rights++
				continue
			}
			wrong[key]++
			wrongs++
			t.Logf("%s: %s: got %q, want %q", filepath.Base(name), key, field.Value, wanted)
		}
	}
	t.Logf("right %d %v, wrong %d %v", rights, right, wrongs, wrong)
	if rights < 120 || wrongs*50 > rights {
		t.Errorf("got %d right and %d wrong values, want at least 120 right and at most 2 %% wrong", rights, wrongs)
	}
}
