package archive_test

import (
	"os"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

func TestTheExamplesOfTheGuideAreRead(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("../docs/user/retention.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := archive.ReadTable(table, catalogue.Default())
	if err != nil || len(rules) < 4 || rules[0].Number != 1 || rules[3].Proposal != efile.Keep || !rules[3].Unlimited {
		t.Errorf("got %+v, %v", rules, err)
	}
	profile, err := os.ReadFile("../docs/user/archive.yaml")
	if err != nil {
		t.Fatal(err)
	}
	to, err := archive.ReadArchive(profile)
	if err != nil || to.Version != "3.1.0" || to.SizeLimit != 2_000_000_000 || to.Sender.Short == "" || to.Transport.Directory == "" {
		t.Errorf("got %+v, %v", to, err)
	}
}

func TestMistakesInATableAreNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, yaml, says string }{
		{"an unknown field", "- {unit: a, title: b, basis: c, year: 10}", "year"},
		{"an unknown procedure", "- {unit: a, title: b, basis: c, years: 1, procedures: [nope]}", `no procedure "nope"`},
		{"an unknown document type", "- {unit: a, title: b, basis: c, years: 1, document_types: [nope]}", `no document type "nope"`},
		{"no reason", "- {unit: a, title: b, years: 1}", "basis"},
		{"for ever and ten years", "- {unit: a, title: b, basis: c, years: 10, unlimited: true}", "unlimited"},
		{"a period below zero", "- {unit: a, title: b, basis: c, years: -1}", "years from"},
		{"a proposal of another alphabet", "- {unit: a, title: b, basis: c, proposal: X}", "A, V or B"},
		{"nothing", "", "no lines"},
		{"no list", "a: b", "retention table"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := archive.ReadTable([]byte(test.yaml), catalogue.Default())
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want it to say %q", err, test.says)
			}
		})
	}
}

func TestAnArchiveMayWantBags(t *testing.T) {
	t.Parallel()
	names := "name: a\nshort: b\nsender: {name: c, short: d}\n"
	for yaml, bag := range map[string]bool{"": false, "wrapping: none": false, "wrapping: bagit": true} {
		if to, err := archive.ReadArchive([]byte(names + yaml)); err != nil || to.Bag != bag {
			t.Errorf("%q: got %v, %v", yaml, to.Bag, err)
		}
	}
	for _, yaml := range []string{"wrapping: zip", "wrapping: bagit\nxdomea: none"} {
		if _, err := archive.ReadArchive([]byte(names + yaml)); err == nil || !strings.Contains(err.Error(), "wrapping") {
			t.Errorf("%q: got %v", yaml, err)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("- {unit: a, title: b, basis: c, years: 1}"))
	names := catalogue.Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := archive.ReadTable(data, names)
		if err == nil && len(rules) == 0 {
			t.Error("neither lines nor a mistake")
		}
		_, _ = archive.ReadArchive(data)
	})
}
