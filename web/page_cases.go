package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// casesPerPage is how many case files a list shows at once.
const casesPerPage = 25

// caseStatuses are the states a list can be narrowed to.
var caseStatuses = []efile.CaseStatus{efile.CaseInitiated, efile.CaseSubmitted, efile.CaseReceived, efile.CaseProcessing,
	efile.CaseActionRequired, efile.CaseCompleted}

// casesPage is the Data of cases.html.
type casesPage struct {
	Action   string
	Query    string
	Statuses []choice
	Review   bool
	Narrowed bool // by search or filter
	Cases    []caseRow
	Next     string // address of the next page; empty: this is the last
	First    string // address of the first page; empty: this is it
}

// choice is one option of a list.
type choice struct {
	Value, Name string
	Chosen      bool
}

// caseRow is a line of the list.
type caseRow struct {
	Path, Reference, Title, Status, Changed string
	Documents                               string
	Reviews                                 string // empty: none waits
}

// showCases lists the office's case files, the newest first, a page at a time.
func (s *Server) showCases(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	filter, err := caseFilter(r)
	if err != nil {
		return err
	}
	var found []efile.Case
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		found, err = tx.Cases(r.Context(), filter)
		return err
	})
	if err != nil {
		return fmt.Errorf("show cases: %w", err)
	}
	data := casesPage{Action: officePath(r.Office.Key, "cases"), Query: filter.Query, Review: filter.Review,
		Narrowed: filter.Query != "" || filter.Review || filter.Status != ""}
	for _, status := range caseStatuses {
		data.Statuses = append(data.Statuses, choice{string(status), r.Text.T("case_status." + string(status)), status == filter.Status})
	}
	if len(found) == filter.Limit { // one more than is shown: there is a next page
		found = found[:casesPerPage]
		data.Next = casesAddress(r, found[casesPerPage-1].ID)
	}
	if !filter.After.IsZero() {
		data.First = casesAddress(r, efile.ID{})
	}
	for _, c := range found {
		data.Cases = append(data.Cases, rowOf(r, c))
	}
	return s.render(w, r, http.StatusOK, "cases.html", data)
}

// caseFilter reads the search form. An unknown status or place in the list is ignored like an empty one.
func caseFilter(r *Request) (records.CaseFilter, error) {
	q := r.URL.Query()
	f := records.CaseFilter{Query: strings.TrimSpace(q.Get("q")), Review: q.Get("review") != "", Limit: casesPerPage + 1}
	if len(f.Query) > 200 {
		return f, wrong("/q", "longer than 200 bytes")
	}
	if status := efile.CaseStatus(q.Get("status")); slices.Contains(caseStatuses, status) {
		f.Status = status
	}
	if after, err := efile.ParsePublic(efile.PrefixCase, q.Get("after")); err == nil {
		f.After = after
	}
	return f, nil
}

// casesAddress is this list's address from another place on.
func casesAddress(r *Request, after efile.ID) string {
	q := url.Values{}
	for _, name := range []string{"q", "status", "review"} {
		if v := r.URL.Query().Get(name); v != "" {
			q.Set(name, v)
		}
	}
	if !after.IsZero() {
		q.Set("after", after.Public(efile.PrefixCase))
	}
	return officePath(r.Office.Key, "cases?"+q.Encode())
}

func rowOf(r *Request, c efile.Case) caseRow {
	row := caseRow{
		Path: casePath(r, c.ID), Reference: c.Reference, Title: c.Title, Status: r.Text.T("case_status." + string(c.Status)),
		Changed: r.Text.Time(local(c.Changed)), Documents: r.Text.Plural("staff.documents_count", c.Documents),
	}
	if c.Reviews > 0 {
		row.Reviews = r.Text.Plural("staff.waiting_count", c.Reviews)
	}
	return row
}

func casePath(r *Request, id efile.ID) string {
	return officePath(r.Office.Key, "cases/"+id.Public(efile.PrefixCase))
}
