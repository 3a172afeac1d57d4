package workers

import (
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

func TestWhyACaseworkerMustLook(t *testing.T) {
	t.Parallel()
	s := &fileWorker{station: station{w: &Workers{Deps: Deps{Sure: 0.75}}}}
	good, bad, unread := efile.Page{Quality: "good"}, efile.Page{Quality: "unreadable"}, efile.Page{Code: "page_timeout"}
	for _, test := range []struct {
		name     string
		doc      efile.Document
		pages    []efile.Page
		combined bool
		want     fault.Code
	}{
		{"a sure type needs nobody", efile.Document{Type: "passport", TypeConfidence: 0.9}, []efile.Page{good}, false, ""},
		{"an unsure one does", efile.Document{Type: "passport", TypeConfidence: 0.6}, []efile.Page{good}, false, fault.UnsureType},
		{"no type", efile.Document{}, []efile.Page{good}, false, fault.UnknownType},
		{"several documents in one file", efile.Document{}, []efile.Page{good, good}, true, fault.Combined},
		{"nothing can be read", efile.Document{}, []efile.Page{bad, unread}, false, fault.PoorImage},
		{"one page of two can be read", efile.Document{}, []efile.Page{bad, good}, false, fault.UnknownType},
	} {
		if got := s.doubt(test.doc, test.pages, test.combined); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
