package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/pipeline"
)

func TestSeparate(t *testing.T) {
	t.Parallel()
	segment := func(typ string, first, last int) pipeline.Segment {
		return pipeline.Segment{Type: typ, First: first, Last: last, Confidence: 0.5}
	}
	cases := []struct {
		name     string
		segments []pipeline.Segment
		pages    string // p: a page; s: a separator sheet; q: a page with another code
		want     []pipeline.Segment
	}{
		{"no sheets", []pipeline.Segment{segment("passport", 1, 2), segment("payslip", 3, 3)}, "pqp",
			[]pipeline.Segment{segment("passport", 1, 2), segment("payslip", 3, 3)}},
		{"two of one type", []pipeline.Segment{segment("payslip", 1, 5)}, "ppspp",
			[]pipeline.Segment{segment("payslip", 1, 2), segment("payslip", 4, 5)}},
		{"two sheets in a row", []pipeline.Segment{segment("payslip", 1, 4)}, "pssp",
			[]pipeline.Segment{segment("payslip", 1, 1), segment("payslip", 4, 4)}},
		{"at the edges", []pipeline.Segment{segment("", 1, 1), segment("payslip", 2, 3)}, "sps", []pipeline.Segment{segment("payslip", 2, 2)}},
		{"nothing but sheets", []pipeline.Segment{segment("other", 1, 2)}, "ss", nil},
	}
	for _, c := range cases {
		var pages []pipeline.Page
		for i, kind := range c.pages {
			page := pipeline.Page{Number: i + 1}
			switch kind {
			case 's':
				page.Codes = []pipeline.Code{{Format: "qr", Text: "EAKTE:separator batch 7"}}
			case 'q':
				page.Codes = []pipeline.Code{{Format: "qr", Text: "https://example.org/eakte:separator"}}
			}
			pages = append(pages, page)
		}
		if diff := cmp.Diff(c.want, pipeline.Separate(c.segments, pages)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}
