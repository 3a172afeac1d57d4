package web

import (
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

// alonePage is the Data of archive_alone.html.
type alonePage struct {
	Files       []aloneFile
	Days        int // of the grace period
	Propose     string
	Confirm     string // what all that the page shows can be confirmed with; empty: not more than one
	Here        string // where the form goes
	After       string
	Next, First string
	Saved       bool
	Unchosen    bool // the form was refused, for it chose nothing
	Crumbs      []crumb
}

// aloneFile is a case file with documents whose own period is over, and how far their destruction is.
type aloneFile struct {
	ID, Path, Reference, Title, Due, State, Who string
	Destruction                                 string // that is under way
	Badge                                       badge
	Documents                                   []aloneRow
	MayPropose, MayConfirm, MayWithdraw, Own    bool
}

// aloneRow is a document that may go before its case file.
type aloneRow struct {
	Value, Path, Name, FileName, Received, Due, Basis string
	Ticked                                            bool
}

func alonePath(r *Request) string { return archivePath(r, "/documents") }

// showAlone lists the documents whose own period is over before that of their case file.
func (s *Server) showAlone(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	return s.alone(w, r, http.StatusOK)
}

// alone answers with that list. With a status that refuses a form that chose nothing, only what it ticked is ticked.
func (s *Server) alone(w http.ResponseWriter, r *Request, status int) error {
	filter := records.AloneFilter{Limit: filesPerPage + 1}
	if after, err := efile.ParsePublic(efile.PrefixCase, afterIn(r)); err == nil {
		filter.After = after
	}
	var files []records.AloneFile
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) (err error) {
		files, err = tx.DueAlone(r.Context(), filter)
		return err
	})
	if err != nil {
		return fmt.Errorf("show documents due alone: %w", err)
	}
	names, err := s.staffNames(r)
	if err != nil {
		return err
	}
	t := r.Text
	data := alonePage{Days: int(gracePeriod / (24 * time.Hour)), Here: alonePath(r), Saved: r.URL.Query().Get("saved") != "",
		Unchosen: status != http.StatusOK, Crumbs: []crumb{{t.T("archive.title"), archivePath(r, "")}, {t.T("archive.alone"), ""}}}
	if !filter.After.IsZero() {
		data.First, data.After = data.Here, filter.After.Public(efile.PrefixCase)
	}
	if len(files) == filter.Limit {
		files = files[:filesPerPage]
		data.Next = data.Here + "?after=" + files[filesPerPage-1].CaseID.Public(efile.PrefixCase)
	}
	propose, confirm := 0, 0
	for _, f := range files {
		row := s.aloneFileOf(r, names, f)
		for i := range row.Documents {
			row.Documents[i].Ticked = !data.Unchosen || slices.Contains(r.PostForm["document"], row.Documents[i].Value)
		}
		data.Files = append(data.Files, row)
		propose, confirm = propose+boolToInt(row.MayPropose), confirm+boolToInt(row.MayConfirm)
	}
	if propose > 1 {
		data.Propose = t.Plural("archive.alone_propose", propose)
	}
	if confirm > 1 {
		data.Confirm = t.Plural("archive.alone_confirm", confirm)
	}
	return s.render(w, r, status, "archive_alone.html", data)
}

func (s *Server) aloneFileOf(r *Request, names map[efile.ID]string, f records.AloneFile) aloneFile {
	t, x := r.Text, f.Destruction
	row := aloneFile{ID: f.CaseID.Public(efile.PrefixCase), Path: casePath(r, f.CaseID), Reference: f.Reference, Title: f.Title,
		Due: t.T("archive.due_never")}
	if !f.Due.IsZero() {
		row.Due = t.Date(f.Due)
	}
	for _, d := range f.Documents {
		name := s.typeName(r, d.Type)
		row.Documents = append(row.Documents, aloneRow{Value: row.ID + " " + d.ID.Public(efile.PrefixDocument),
			Path: documentPath(r, f.CaseID, d.ID), Name: name, FileName: d.FileName, Received: t.Date(local(d.Received)),
			Due: t.Date(d.Due), Basis: d.Basis})
	}
	switch {
	case !x.ID.IsZero():
		row.Destruction, row.Who = x.ID.Public(efile.PrefixDestruction), eyes(r, names, x)
		row.Badge, row.State = underWay(r, x, s.now())
		row.MayWithdraw = x.Begun.IsZero()
		row.MayConfirm = x.Confirmed.IsZero() && x.ProposedBy != r.Actor.ID
		row.Own = x.Confirmed.IsZero() && !row.MayConfirm
	case f.Held:
		row.Badge = badge{t.T("archive.held"), "warning", "warning"}
	default:
		row.Badge, row.MayPropose = badge{t.T("archive.doomed.none"), "info", "info"}, true
	}
	return row
}

// underWay says how far a destruction is that is neither done nor taken back.
func underWay(r *Request, x efile.Destruction, now time.Time) (b badge, state string) {
	t := r.Text
	switch {
	case !x.Begun.IsZero():
		return badge{t.T("archive.doomed.begun"), "warning", "autorenew"}, ""
	case x.Confirmed.IsZero():
		return badge{t.T("archive.doomed.proposed"), "warning", "visibility"}, ""
	case now.Before(x.After):
		state = t.T("archive.doomed_after", "when", t.Time(local(x.After)))
	default:
		state = t.T("archive.doomed_soon")
	}
	return badge{t.T("archive.doomed.confirmed"), "warning", "check"}, state
}

// settleAlone proposes the destruction of chosen documents, confirms what another person proposed, or takes one back: for one
// case file or, proposing and confirming, for all that the form names.
func (s *Server) settleAlone(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	act, one, _ := strings.Cut(r.PostFormValue("do"), " ")
	settle := map[string]func(*Request, *records.Tx, string) error{"propose": proposeAlone, "confirm": confirmAlone, "withdraw": withdrawAlone}[act]
	if settle == nil {
		return wrong("/do", "propose, confirm or withdraw")
	}
	err := s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error { return settle(r, tx, one) })
	if errors.Is(err, errUnchosen) {
		return s.alone(w, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return fmt.Errorf("%s destruction of documents: %w", act, err)
	}
	return redirect(w, r, alonePath(r)+"?saved=1"+pageQuery(r))
}

// proposeAlone proposes what is ticked. Of many case files those that may not go are passed over: they stand there unchanged.
func proposeAlone(r *Request, tx *records.Tx, one string) error {
	chosen, err := ticked(r, one)
	if err != nil {
		return err
	}
	var refused error
	proposed := 0
	for _, x := range chosen {
		err := tx.ProposeDestruction(r.Context(), &x)
		switch {
		case err == nil:
			proposed++
		case fault.Of(err).Treatment != fault.Reject:
			return err
		default:
			refused = err
		}
	}
	if proposed == 0 {
		return refused
	}
	return nil
}

// errUnchosen is a form that proposes nothing.
var errUnchosen = errors.New("no document is chosen")

// ticked are the documents that a form names, by case file, in the order of their ids, so that two people never wait for each
// other.
func ticked(r *Request, one string) ([]efile.Destruction, error) {
	var all []efile.Destruction
	for _, v := range r.PostForm["document"] {
		file, document, _ := strings.Cut(v, " ")
		if one != "" && file != one {
			continue
		}
		caseID, caseErr := efile.ParsePublic(efile.PrefixCase, file)
		id, err := efile.ParsePublic(efile.PrefixDocument, document)
		if err := errors.Join(caseErr, err); err != nil {
			return nil, wrong("/document", "no document is named")
		}
		i := slices.IndexFunc(all, func(x efile.Destruction) bool { return x.CaseID == caseID })
		if i < 0 {
			i, all = len(all), append(all, efile.Destruction{CaseID: caseID})
		}
		if !slices.Contains(all[i].Documents, id) {
			all[i].Documents = append(all[i].Documents, id)
		}
	}
	if len(all) == 0 {
		return nil, errUnchosen
	}
	slices.SortFunc(all, byCase)
	return all, nil
}

func byCase(a, b efile.Destruction) int { return strings.Compare(a.CaseID.String(), b.CaseID.String()) }

// confirmAlone confirms one destruction, or those that the form shows. What was proposed after the page was made nobody has
// looked at: it waits. Of many, one's own are left for somebody else.
func confirmAlone(r *Request, tx *records.Tx, one string) error {
	shown := r.PostForm["destruction"]
	if one != "" {
		shown = []string{one}
	}
	return eachAlone(r, tx, shown, func(x efile.Destruction) (bool, error) {
		if one == "" && (x.ProposedBy == r.Actor.ID || !x.Confirmed.IsZero() && x.ConfirmedBy != r.Actor.ID) {
			return false, nil
		}
		_, err := tx.ConfirmDestruction(r.Context(), x.ID, gracePeriod)
		return true, err
	})
}

func withdrawAlone(r *Request, tx *records.Tx, one string) error {
	return eachAlone(r, tx, []string{one}, func(x efile.Destruction) (bool, error) {
		return true, tx.WithdrawDestruction(r.Context(), x.ID)
	})
}

// eachAlone calls do for the destructions of documents that are named and still under way, by case file. If it met none, that
// is fault.Conflict.
func eachAlone(r *Request, tx *records.Tx, named []string, do func(efile.Destruction) (met bool, err error)) error {
	all, err := allDestructions(r, tx, records.DestructionFilter{Alone: true, Open: true})
	if err != nil {
		return err
	}
	slices.SortFunc(all, byCase)
	any := false
	for _, x := range all {
		if !slices.Contains(named, x.ID.Public(efile.PrefixDestruction)) {
			continue
		}
		met, err := do(x)
		if err != nil {
			return err
		}
		any = any || met
	}
	if !any {
		return fault.New(fault.Reject, fault.Conflict, errors.New("nothing of what was named is under way"))
	}
	return nil
}
