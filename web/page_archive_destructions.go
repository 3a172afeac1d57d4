package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// gracePeriod is how long a confirmed destruction can be taken back.
const gracePeriod = 30 * 24 * time.Hour

// doomedView is the part of a disposal's page that is about destruction.
type doomedView struct {
	Rows       []doomedRow
	Propose    int // how many may be proposed
	Confirm    int // how many of those shown this person may confirm
	Withdraw   int
	Days       int // of the grace period
	ProposeAll string
	ConfirmAll string
	OwnOnly    bool // all that wait were proposed by this person
}

// doomedRow is a case file and how far its destruction is.
type doomedRow struct {
	ID, Reference, State, Who           string
	Destruction                         string // the one that this person may confirm
	Badge                               badge
	MayPropose, MayConfirm, MayWithdraw bool
}

// doomedViewOf shows what may be destroyed of a disposal. Before everything that was delivered is confirmed there is nothing.
func doomedViewOf(r *Request, f disposalFound, now time.Time) doomedView {
	v := doomedView{Days: int(gracePeriod / (24 * time.Hour))}
	if f.d.State != efile.DisposalArchived && f.d.State != efile.DisposalClosed {
		return v
	}
	newest := map[efile.ID]efile.Destruction{} // of each case file the one that counts
	for _, x := range slices.Backward(f.destructions) {
		newest[x.CaseID] = x
	}
	own, confirm := 0, 0
	for _, k := range f.records {
		if k.Level != efile.LevelCase || !k.Recalled.IsZero() {
			continue
		}
		x, some := newest[k.CaseID]
		row := doomedRowOf(r, f, k, x, some && x.Withdrawn.IsZero(), now)
		v.Propose += boolToInt(row.MayPropose)
		confirm += boolToInt(row.MayConfirm)
		v.Withdraw += boolToInt(row.MayWithdraw)
		own += boolToInt(some && x.Withdrawn.IsZero() && x.Confirmed.IsZero() && x.ProposedBy == r.Actor.ID)
		if slices.ContainsFunc(f.shown, func(at efile.DisposalRecord) bool { return at.ID == k.ID }) {
			v.Rows, v.Confirm = append(v.Rows, row), v.Confirm+boolToInt(row.MayConfirm)
		}
	}
	v.OwnOnly = own > 0 && confirm == 0
	v.ProposeAll, v.ConfirmAll = r.Text.Plural("archive.propose_all", v.Propose), r.Text.Plural("archive.confirm_all", v.Confirm)
	return v
}

func doomedRowOf(r *Request, f disposalFound, k efile.DisposalRecord, x efile.Destruction, under bool, now time.Time) doomedRow {
	t := r.Text
	row := doomedRow{ID: k.CaseID.Public(efile.PrefixCase), Reference: k.Reference}
	switch {
	case !k.Destroyed.IsZero():
		row.Badge = badge{t.T("archive.doomed.done"), "success", "success"}
		row.State = t.T("archive.doomed_done", "when", t.Time(local(k.Destroyed)), "documents", len(x.Documents))
	case !under:
		row.Badge, row.MayPropose = badge{t.T("archive.doomed.none"), "info", "info"}, true
	default:
		row.Badge, row.State = underWay(r, x, now)
		row.MayWithdraw = x.Begun.IsZero()
		if x.Confirmed.IsZero() {
			row.MayConfirm, row.Destruction = x.ProposedBy != r.Actor.ID, x.ID.Public(efile.PrefixDestruction)
		}
	}
	if under {
		row.Who = eyes(r, f.names, x)
	}
	return row
}

// eyes names who proposed and who confirmed.
func eyes(r *Request, names map[efile.ID]string, x efile.Destruction) string {
	t := r.Text
	who := t.T("archive.proposed_by", "name", cmp.Or(names[x.ProposedBy], t.T("archive.somebody")), "when", t.Time(local(x.Proposed)))
	if !x.Confirmed.IsZero() {
		who += " · " + t.T("archive.confirmed_by", "name", cmp.Or(names[x.ConfirmedBy], t.T("archive.somebody")), "when", t.Time(local(x.Confirmed)))
	}
	return who
}

// settleDestructions proposes, confirms or takes back: for one case file of a disposal, or for all of which it is possible.
func (s *Server) settleDestructions(w http.ResponseWriter, r *Request) error {
	id, err := disposalIn(r)
	if err != nil {
		return err
	}
	act, one, _ := strings.Cut(r.PostFormValue("do"), " ")
	var only efile.ID
	if one != "" {
		if only, err = efile.ParsePublic(efile.PrefixCase, one); err != nil {
			return wrong("/do", "no case file is named")
		}
	}
	settle := map[string]func(*Request, *records.Tx, efile.Disposal, efile.ID) error{"propose": s.propose, "confirm": s.confirm, "withdraw": s.withdraw}[act]
	if settle == nil {
		return wrong("/do", "propose, confirm or withdraw")
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		d, err := tx.Disposal(r.Context(), id)
		if err != nil {
			return err
		}
		return settle(r, tx, d, only)
	})
	if err != nil {
		return fmt.Errorf("%s destruction in disposal %s: %w", act, id, err)
	}
	return redirect(w, r, disposalPath(r, id)+"?saved=1"+pageQuery(r)+"#destruction")
}

// propose proposes all case files of a disposal that are not under way, by id, so that two people never wait for each other.
func (s *Server) propose(r *Request, tx *records.Tx, d efile.Disposal, only efile.ID) error {
	all, err := tx.DisposalRecords(r.Context(), d.ID)
	if err != nil {
		return err
	}
	under, err := openDestructions(r, tx, d.ID)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b efile.DisposalRecord) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	for _, k := range all {
		busy := slices.ContainsFunc(under, func(x efile.Destruction) bool { return x.CaseID == k.CaseID })
		if k.Level != efile.LevelCase || !live(k) || busy || !only.IsZero() && only != k.CaseID {
			continue
		}
		basis := cut(strings.TrimSpace(r.PostFormValue("basis")), 200)
		if basis == "" {
			if basis, err = s.basisOf(r, tx, d, k); err != nil {
				return err
			}
		}
		if err := tx.ProposeDestruction(r.Context(), &efile.Destruction{CaseID: k.CaseID, Disposal: d.ID, Basis: basis}); err != nil {
			return err
		}
	}
	return nil
}

// basisOf is what is put on record when nobody names a basis: that of the retention rule, else the process.
func (s *Server) basisOf(r *Request, tx *records.Tx, d efile.Disposal, k efile.DisposalRecord) (string, error) {
	t, err := tx.Retention(r.Context(), k.CaseID)
	return cmp.Or(t.Basis, "ProzessID "+d.ID.String()), err
}

// openDestructions are those of a disposal that are under way, by case file.
func openDestructions(r *Request, tx *records.Tx, disposal efile.ID) ([]efile.Destruction, error) {
	all, err := allDestructions(r, tx, records.DestructionFilter{Disposal: disposal, Open: true})
	slices.SortFunc(all, func(a, b efile.Destruction) int { return strings.Compare(a.CaseID.String(), b.CaseID.String()) })
	return all, err
}

// allDestructions pages to the end, the newest first.
func allDestructions(r *Request, tx *records.Tx, filter records.DestructionFilter) (all []efile.Destruction, err error) {
	filter.Limit = 500
	for {
		some, err := tx.Destructions(r.Context(), filter)
		all = append(all, some...)
		if err != nil || len(some) < filter.Limit {
			return all, err
		}
		filter.After = some[len(some)-1].ID
	}
}

// confirm confirms what another person proposed: one case file, or all that the form shows.
func (s *Server) confirm(r *Request, tx *records.Tx, d efile.Disposal, only efile.ID) error {
	if only.IsZero() {
		return s.confirmShown(r, tx, d)
	}
	return eachOpen(r, tx, d, only, func(x efile.Destruction) error {
		if !x.Confirmed.IsZero() {
			return nil
		}
		_, err := tx.ConfirmDestruction(r.Context(), x.ID, gracePeriod)
		return err
	})
}

// confirmShown confirms the destructions that the form names. What was proposed after the page was made nobody has looked at:
// it waits. One's own proposals are left for somebody else, and what is no longer open is passed over.
func (s *Server) confirmShown(r *Request, tx *records.Tx, d efile.Disposal) error {
	seen, met := map[efile.ID]bool{}, false
	for _, v := range r.PostForm["destruction"] {
		id, err := efile.ParsePublic(efile.PrefixDestruction, v)
		if err != nil {
			return wrong("/destruction", "no destruction is named")
		}
		seen[id] = true
	}
	err := eachOpen(r, tx, d, efile.ID{}, func(x efile.Destruction) error {
		others := !x.Confirmed.IsZero() && x.ConfirmedBy != r.Actor.ID
		if !seen[x.ID] || others || x.ProposedBy == r.Actor.ID {
			return nil
		}
		met = true // confirmed by this person before, it stays as it is
		_, err := tx.ConfirmDestruction(r.Context(), x.ID, gracePeriod)
		return err
	})
	if err == nil && !met {
		err = fault.New(fault.Reject, fault.Conflict, errors.New("nothing of what was shown is open"))
	}
	return err
}

// withdraw takes back what has not begun.
func (s *Server) withdraw(r *Request, tx *records.Tx, d efile.Disposal, only efile.ID) error {
	return eachOpen(r, tx, d, only, func(x efile.Destruction) error {
		if !x.Begun.IsZero() && only.IsZero() {
			return nil
		}
		return tx.WithdrawDestruction(r.Context(), x.ID)
	})
}

func eachOpen(r *Request, tx *records.Tx, d efile.Disposal, only efile.ID, do func(efile.Destruction) error) error {
	all, err := openDestructions(r, tx, d.ID)
	if err != nil {
		return err
	}
	met := only.IsZero()
	for _, x := range all {
		if !only.IsZero() && x.CaseID != only {
			continue
		}
		met = true
		if err := do(x); err != nil {
			return err
		}
	}
	if !met {
		return missing("destruction of this case file")
	}
	return nil
}

// destructionsPage is the Data of archive_destructions.html.
type destructionsPage struct {
	Rows   []proofRow
	Open   []proofRow
	Next   string
	Crumbs []crumb
}

// proofRow is a destruction as it is proved.
type proofRow struct {
	Reference, Decision, ArchiveRef, Who, Done, Documents, Basis, Number, Disposal string
	Path                                                                           string // where it is settled
	Digests                                                                        []string
	Badge                                                                          badge
}

// showDestructions lists what was destroyed, as proof, and what is under way.
func (s *Server) showDestructions(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	filter := records.DestructionFilter{Done: true, Limit: filesPerPage}
	if after, err := efile.ParsePublic(efile.PrefixDestruction, r.URL.Query().Get("after")); err == nil {
		filter.After = after
	}
	var done, open []efile.Destruction
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		var errs [2]error
		done, errs[0] = tx.Destructions(r.Context(), filter)
		open, errs[1] = tx.Destructions(r.Context(), records.DestructionFilter{Open: true, Limit: 200})
		return errors.Join(errs[:]...)
	})
	if err != nil {
		return fmt.Errorf("show destructions: %w", err)
	}
	names, err := s.staffNames(r)
	if err != nil {
		return err
	}
	data := destructionsPage{Crumbs: []crumb{{r.Text.T("archive.title"), archivePath(r, "")}, {r.Text.T("archive.destructions"), ""}}}
	for _, x := range done {
		data.Rows = append(data.Rows, proofRowOf(r, names, x, s.now()))
	}
	for _, x := range open {
		data.Open = append(data.Open, proofRowOf(r, names, x, s.now()))
	}
	if len(done) == filter.Limit {
		data.Next = archivePath(r, "/destructions?after="+done[len(done)-1].ID.Public(efile.PrefixDestruction))
	}
	return s.render(w, r, http.StatusOK, "archive_destructions.html", data)
}

func proofRowOf(r *Request, names map[efile.ID]string, x efile.Destruction, now time.Time) proofRow {
	t := r.Text
	row := proofRow{Reference: x.Reference, Decision: t.T("archive.decision." + string(x.Decision)), ArchiveRef: x.ArchiveRef, Who: eyes(r, names, x),
		Done: t.Time(local(x.Done)), Documents: t.Plural("staff.documents_count", len(x.Documents)), Basis: x.Basis,
		Number: x.ID.Public(efile.PrefixDestruction), Digests: x.Digests}
	if x.Whole {
		row.Disposal = disposalPath(r, x.Disposal)
		row.Path = row.Disposal + "#destruction"
	} else {
		row.Documents, row.Path = t.Plural("archive.alone_part", len(x.Documents)), alonePath(r)
	}
	if x.Done.IsZero() {
		row.Badge, row.Done = underWay(r, x, now)
	}
	return row
}
