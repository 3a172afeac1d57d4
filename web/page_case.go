package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// casePage is the Data of case.html.
type casePage struct {
	Reference, Title, Status string
	Facts                    []pair
	Reviews                  string // how many documents wait for a person; empty: none
	Matters                  []matterView
	Unplaced                 []documentRow // documents of no matter
	Retention                *caseRetention
	Crumbs                   []crumb
}

// matterView is a matter with its checklist and its documents.
type matterView struct {
	Name, Opened string
	Closed       string // zdA; empty: open
	Close        string // where the forms go; empty: not now, or not for this caller
	Reopen       string
	Sum          string // "3 of 5 done"; empty without a checklist
	Items        []itemView
	Documents    []documentRow
}

// itemView is a line of a checklist.
type itemView struct {
	Name    string
	Badge   badge
	Details []string // why it is asked for, and what it must satisfy
	Doubts  []string // what speaks against the documents that are there
}

// documentRow is a line of the documents' list.
type documentRow struct {
	Path, Type, FileName, Pages, Received string
	Confidence                            string // empty: set by a person, or unknown
	Badge                                 badge
	Why                                   string // what is the matter; empty: nothing
	Similar                               string // that another one shows the same; empty: none does
}

// showCase is the e-file: what each matter asks for, and its documents.
func (s *Server) showCase(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	id, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	var f caseFound
	if err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error { return f.read(r, tx, id) }); err != nil {
		return fmt.Errorf("show case %s: %w", id, err)
	}
	if len(f.holds) > 0 {
		if f.names, err = s.staffNames(r); err != nil {
			return err
		}
	}
	data := s.caseView(r, f.c, f.matters, f.docs, f.fields)
	data.Retention = s.retentionView(r, f)
	return s.render(w, r, http.StatusOK, "case.html", data)
}

// caseFound is what is read for the page, in one transaction.
type caseFound struct {
	c         efile.Case
	matters   []efile.Matter
	docs      []efile.Document
	fields    map[efile.ID][]efile.Field
	retention efile.Retention
	holds     []efile.Hold
	names     map[efile.ID]string // of people
}

func (f *caseFound) read(r *Request, tx *records.Tx, id efile.ID) (err error) {
	if f.c, err = tx.Case(r.Context(), id); err != nil {
		return err
	}
	if f.fields, err = tx.CaseFields(r.Context(), id); err != nil {
		return err
	}
	if f.matters, err = tx.Matters(r.Context(), id); err != nil {
		return err
	}
	if f.docs, err = tx.Documents(r.Context(), id); err != nil {
		return err
	}
	return f.readRetention(r, tx, id)
}

func (s *Server) caseView(r *Request, c efile.Case, matters []efile.Matter, docs []efile.Document, fields map[efile.ID][]efile.Field) casePage {
	t := r.Text
	data := casePage{
		Reference: c.Reference, Title: c.Title, Status: t.T("case_status." + string(c.Status)),
		Facts: pairs(pair{t.T("staff.status"), t.T("case_status." + string(c.Status))}, pair{t.T("staff.opened"), t.Date(local(c.Opened))},
			pair{t.T("staff.changed"), t.Time(local(c.Changed))}, pair{t.T("staff.documents"), fmt.Sprint(c.Documents)}),
		Crumbs: []crumb{{t.T("staff.cases"), officePath(r.Office.Key, "cases")}, {c.Reference, ""}},
	}
	if c.Reviews > 0 {
		data.Reviews = t.Plural("staff.waiting_count", c.Reviews)
	}
	placed := map[efile.ID]bool{}
	for _, m := range matters {
		placed[m.ID] = true
	}
	for _, m := range matters {
		own := documentsWhere(docs, func(d efile.Document) bool { return d.MatterID == m.ID })
		data.Matters = append(data.Matters, s.matterView(r, c, m, own, fields))
	}
	for _, d := range documentsWhere(docs, func(d efile.Document) bool { return !placed[d.MatterID] }) {
		data.Unplaced = append(data.Unplaced, s.documentRow(r, c, d))
	}
	return data
}

func documentsWhere(docs []efile.Document, is func(efile.Document) bool) []efile.Document {
	var kept []efile.Document
	for _, d := range docs {
		if is(d) {
			kept = append(kept, d)
		}
	}
	return kept
}

func (s *Server) matterView(r *Request, c efile.Case, m efile.Matter, docs []efile.Document, fields map[efile.ID][]efile.Field) matterView {
	v := matterView{Name: m.Procedure, Opened: r.Text.Date(local(m.Opened)), Closed: r.Text.Date(local(m.Closed))}
	if path := casePath(r, c.ID) + "/matters/" + m.ID.Public(efile.PrefixMatter); c.Closed.IsZero() && r.Actor.May(efile.WriteCases) {
		if m.Closed.IsZero() {
			v.Close = path + "/close"
		} else {
			v.Reopen = path + "/reopen"
		}
	}
	if p, ok := s.cfg.Catalogue.Procedure(m.Procedure); ok {
		v.Name = p.Names.In(r.Text.Lang())
	}
	present, doubts := map[string]int{}, map[string][]string{}
	for _, d := range docs {
		v.Documents = append(v.Documents, s.documentRow(r, c, d))
		if d.Status != efile.Filed {
			continue
		}
		present[d.Type]++
		for _, said := range s.judged(r, m, d.Type, fields[d.ID]) {
			if !said.Holds && !slices.Contains(doubts[d.Type], said.Text) {
				doubts[d.Type] = append(doubts[d.Type], said.Text)
			}
		}
	}
	due, done := 0, 0
	for _, item := range s.cfg.Catalogue.Checklist(m.Procedure, m.Facts, present) {
		view := s.itemView(r, item)
		for _, typ := range item.Types {
			view.Doubts = append(view.Doubts, doubts[typ]...)
		}
		v.Items = append(v.Items, view)
		if item.Need == catalogue.Optional {
			continue
		}
		due++
		if !item.Open() {
			done++
		}
	}
	if due > 0 {
		v.Sum = r.Text.T("staff.checklist_sum", "present", done, "total", due)
	}
	return v
}

func (s *Server) itemView(r *Request, item catalogue.Item) itemView {
	t := r.Text
	var v itemView
	var all []string
	for _, key := range item.Types {
		all = append(all, s.typeName(r, key))
	}
	v.Name = strings.Join(all, " · ")
	if len(item.Types) > 1 {
		v.Details = append(v.Details, t.T("staff.checklist_one_of"))
	}
	if item.Party != efile.PartyApplicant {
		v.Details = append(v.Details, t.T("party."+string(item.Party)))
	}
	for _, key := range item.Because {
		if condition, ok := s.cfg.Catalogue.Condition(key); ok {
			v.Details = append(v.Details, condition.Names.In(t.Lang()))
		}
	}
	switch {
	case item.Present >= item.Wanted:
		v.Badge = badge{t.T("staff.checklist_done"), "success", "success"}
	case item.Need == catalogue.Optional:
		v.Badge = badge{t.T("staff.checklist_optional"), "info", "info"}
	case item.Wanted > 1:
		v.Badge = badge{t.T("staff.checklist_some", "present", item.Present, "wanted", item.Wanted), "warning", "warning"}
	default:
		v.Badge = badge{t.T("staff.checklist_open"), "warning", "warning"}
	}
	return v
}

func (s *Server) documentRow(r *Request, c efile.Case, d efile.Document) documentRow {
	row := documentRow{
		Path: documentPath(r, c.ID, d.ID), Type: s.typeName(r, d.Type), FileName: d.FileName, Badge: staffBadge(r, d.Status),
		Received: r.Text.Time(local(d.Received)),
	}
	if row.Type == "" {
		row.Type = r.Text.T("staff.type_unknown")
	} else if d.TypeBy != "caseworker" {
		row.Confidence = sureness(r, d.TypeConfidence)
	}
	if d.Pages > 0 {
		row.Pages = r.Text.Plural("upload.pages", d.Pages)
	}
	if d.Code != "" {
		row.Why = r.Text.T("desk." + d.Code)
	}
	if !d.SimilarTo.IsZero() {
		row.Similar = r.Text.T("staff.similar_short")
	}
	return row
}

func documentPath(r *Request, caseID, id efile.ID) string {
	return casePath(r, caseID) + "/documents/" + id.Public(efile.PrefixDocument)
}
