package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// findingsPage is the Data of findings.html.
type findingsPage struct {
	Facts  []pair
	Open   []findingRow
	Closed []findingRow
	Right  bool // the object just looked at was right
	Wrong  bool // it is still wrong
}

// findingRow is a line of the list.
type findingRow struct {
	Kind, Detail string
	Key          string
	Document     string // its public id; empty: it is about none
	Found        string
	Resolved     string
	Recheck      string // where to ask for another look; empty: not possible
}

// findingDetails are those that have a text of their own.
var findingDetails = []string{records.DetailMissing, records.DetailDiffers, records.DetailUnreadable, records.DetailAll}

// showFindings lists what periodic care found wrong with the office's stored objects. It names ids and keys only: an
// administrator may see it without being allowed to see any case.
func (s *Server) showFindings(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	var report records.FixityReport
	var all []records.Finding
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		if all, err = tx.Findings(r.Context(), false); err != nil {
			return err
		}
		report, err = tx.FixityReport(r.Context())
		return err
	})
	if err != nil {
		return fmt.Errorf("show findings: %w", err)
	}
	came := r.URL.Query().Get("checked")
	data := findingsPage{Facts: fixityFacts(r, report), Right: came == "right", Wrong: came == "wrong"}
	for _, f := range all {
		row := s.findingRow(r, f)
		if f.Resolved.IsZero() {
			data.Open = append(data.Open, row)
		} else {
			data.Closed = append(data.Closed, row)
		}
	}
	return s.render(w, r, http.StatusOK, "findings.html", data)
}

func (s *Server) findingRow(r *Request, f records.Finding) findingRow {
	row := findingRow{Kind: r.Text.T("finding.kind_other"), Key: f.Subject, Found: r.Text.Time(local(f.Found))}
	if slices.Contains(fault.Codes(), fault.Code(f.Kind)) {
		row.Kind = r.Text.T("desk_reason." + f.Kind)
	}
	if slices.Contains(findingDetails, f.Detail) {
		row.Detail = r.Text.T("finding.detail_" + f.Detail)
	}
	if !f.DocumentID.IsZero() {
		row.Document = f.DocumentID.Public(efile.PrefixDocument)
	}
	switch {
	case !f.Resolved.IsZero():
		row.Resolved = r.Text.Time(local(f.Resolved))
	case s.cfg.Recheck != nil:
		row.Recheck = officePath(r.Office.Key, "findings/"+f.ID.String()+"/recheck")
	}
	return row
}

// fixityFacts is the report in short.
func fixityFacts(r *Request, report records.FixityReport) []pair {
	t, round := r.Text, report.Round
	facts := []pair{
		{t.T("finding.objects"), strconv.FormatInt(report.Objects, 10) + " · " + t.Bytes(report.Bytes)},
		{t.T("finding.quarantined"), strconv.FormatInt(report.Quarantined, 10)},
	}
	if !report.Oldest.IsZero() {
		facts = append(facts, pair{t.T("finding.oldest"), t.Time(local(report.Oldest))})
	}
	if round.Number == 0 {
		return facts
	}
	ended := t.T("finding.goes_on")
	if !round.Ended.IsZero() {
		ended = t.Time(local(round.Ended))
	}
	return append(facts, pair{t.T("finding.round"), t.Time(local(round.Started)) + " – " + ended},
		pair{t.T("finding.round_objects"), strconv.FormatInt(round.Objects, 10) + " · " + t.Bytes(round.Bytes)},
		pair{t.T("finding.round_wrong"), strconv.FormatInt(round.Differing+round.Missing, 10)}, pair{t.T("finding.algorithms"), round.Algorithms})
}

// recheckFinding reads the object of a finding again. One that is right is released, and the finding is closed.
func (s *Server) recheckFinding(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	if !r.Actor.May(efile.Archive) && !r.Actor.May(efile.ManageEndpoints) {
		return fault.New(fault.Reject, fault.Forbidden, errors.New("check a finding"))
	}
	id, err := efile.ParseID(r.PathValue("finding"))
	if err != nil || s.cfg.Recheck == nil {
		return missing("finding")
	}
	checked := "right"
	err = s.cfg.Recheck(r.Context(), r.Actor, id)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Code == fault.DigestMismatch {
		checked, err = "wrong", nil
	}
	if err != nil {
		return fmt.Errorf("check finding %s: %w", id, err)
	}
	return redirect(w, r, officePath(r.Office.Key, "findings?checked="+checked))
}
