package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// enqueue puts a job into the transaction.
func (s *Server) enqueue(r *Request, tx *records.Tx, args river.JobArgs) error {
	_, err := s.cfg.Queue.InsertTx(r.Context(), tx.Pgx(), args, nil)
	if err != nil {
		return fmt.Errorf("queue %s: %w", args.Kind(), err)
	}
	return nil
}

// takeStep takes the step that a button names. What is handed over by a job changes its state there; a person's word changes
// it here.
func (s *Server) takeStep(w http.ResponseWriter, r *Request) error {
	step, query := archive.Step(r.PostFormValue("step")), ""
	id, err := s.changeDisposal(r, "step "+shorten(string(step))+" of", func(tx *records.Tx, d efile.Disposal, a efile.ReceivingArchive) (err error) {
		if step == again {
			query, err = s.sendAgain(r, tx, disposalFound{d: d, a: a})
			return err
		}
		query, err = s.step(r, tx, d, a, step)
		return err
	})
	if err != nil {
		return err
	}
	return redirect(w, r, disposalPath(r, id)+query)
}

// changeDisposal runs a change of the disposal that the address names, which it holds until the change is made.
func (s *Server) changeDisposal(r *Request, doing string, change func(*records.Tx, efile.Disposal, efile.ReceivingArchive) error) (efile.ID, error) {
	id, err := disposalIn(r)
	if err != nil {
		return id, err
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		d, err := tx.LockDisposal(r.Context(), id)
		if err != nil {
			return err
		}
		a, err := tx.Archive(r.Context(), d.Archive)
		if err != nil {
			return err
		}
		return change(tx, d, a)
	})
	if err != nil {
		return id, fmt.Errorf("%s disposal %s: %w", doing, id, err)
	}
	return id, nil
}

// step is takeStep inside the transaction. The query makes the page wait for the job.
func (s *Server) step(r *Request, tx *records.Tx, d efile.Disposal, a efile.ReceivingArchive, step archive.Step) (query string, err error) {
	next, err := archive.Next(archive.PositionOf(d), step)
	if err != nil {
		return "", err
	}
	kept, err := keepsAny(r, tx, d.ID)
	if err != nil {
		return "", err
	}
	message := map[archive.Step]efile.MessageType{archive.Offer: efile.MessageOffer, archive.Deliver: efile.MessageDelivery}[step]
	switch {
	case step == archive.Deliver && !kept, step == archive.Nothing && kept,
		step == archive.Appraise && d.Decided < d.Records,
		!slices.Contains([]archive.Step{archive.Offer, archive.Appraise, archive.Deliver, archive.Nothing, archive.Unblock, archive.Cancel}, step):
		return "", fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("%s does not fit what was decided", shorten(string(step))))
	case message != "" && sends(a):
		d.Code = "" // it is tried again
		if err := tx.SaveDisposal(r.Context(), d); err != nil {
			return "", err
		}
		return "?since=" + string(d.State), s.enqueue(r, tx, job.Send{Office: r.Actor.Office, Disposal: d.ID, Type: message})
	case step == archive.Deliver:
		if err := handedOver(r, tx, d.ID, s.now()); err != nil {
			return "", err
		}
	}
	d.State, d.Blocked = next.State, next.Blocked
	return "", tx.SaveDisposal(r.Context(), d)
}

// sendAgain has a checked message handed over once more.
func (s *Server) sendAgain(r *Request, tx *records.Tx, f disposalFound) (query string, err error) {
	if f.messages, err = tx.Messages(r.Context(), f.d.ID); err != nil {
		return "", err
	}
	if !unsent(f) {
		return "", fault.New(fault.Reject, fault.WrongStage, errors.New("nothing waits for being handed over"))
	}
	f.d.Code = ""
	if err := tx.SaveDisposal(r.Context(), f.d); err != nil {
		return "", err
	}
	return "?since=" + string(f.d.State), s.enqueue(r, tx, job.Send{Office: r.Actor.Office, Disposal: f.d.ID, Type: messageOf(f)})
}

// handedOver notes a delivery that people made to an archive without messages: a message without a file. The archivist's
// word stands for the check of the container, for there is none.
func handedOver(r *Request, tx *records.Tx, disposal efile.ID, now time.Time) error {
	m := efile.Message{Disposal: disposal, Type: efile.MessageDelivery}
	if err := tx.AddMessage(r.Context(), &m); err != nil {
		return err
	}
	m.Checked, m.Sent = now, now
	return tx.SaveMessage(r.Context(), m)
}

// keepsAny reports whether anything in a disposal is to be delivered.
func keepsAny(r *Request, tx *records.Tx, disposal efile.ID) (bool, error) {
	all, err := tx.DisposalRecords(r.Context(), disposal)
	return slices.ContainsFunc(all, func(k efile.DisposalRecord) bool { return live(k) && k.Decision == efile.Keep }), err
}

// live reports whether a record is still on its way.
func live(k efile.DisposalRecord) bool { return k.Recalled.IsZero() && k.Destroyed.IsZero() }

func disposalIn(r *Request) (efile.ID, error) {
	if err := ownOffice(r); err != nil {
		return efile.ID{}, err
	}
	return idIn(r, "disposal", efile.PrefixDisposal)
}

func shorten(s string) string { return s[:min(len(s), 32)] }

// decide writes the appraisal: what the form says of each record, or for all undecided ones what the office proposes. When
// nothing is undecided, the disposal is appraised.
func (s *Server) decide(w http.ResponseWriter, r *Request) error {
	unexplained := false
	id, err := s.changeDisposal(r, "appraise", func(tx *records.Tx, d efile.Disposal, a efile.ReceivingArchive) error {
		all, err := tx.DisposalRecords(r.Context(), d.ID)
		if err != nil {
			return err
		}
		decisions := decisionsIn(r, all)
		if r.PostFormValue("proposals") != "" {
			decisions = proposalsOf(all)
		}
		if err := leavesToArchive(a, all, decisions); err != nil {
			return err
		}
		if sends(a) && !d.TwoStep && d.State != efile.DisposalOpen {
			err := explained(r, d, all, decisions)
			if unexplained = err != nil; unexplained {
				return err
			}
		}
		if err := tx.SaveDecisions(r.Context(), d.ID, decisions); err != nil {
			return err
		}
		now, err := tx.Disposal(r.Context(), d.ID)
		if err != nil || now.Decided < now.Records || now.Records == 0 {
			return err
		}
		next, err := archive.Next(archive.PositionOf(d), archive.Appraise)
		if err != nil { // appraised already, or not offered yet: the decisions stand
			return ignoreStage(err)
		}
		d.State, d.Blocked = next.State, next.Blocked
		return tx.SaveDisposal(r.Context(), d)
	})
	if err != nil && unexplained {
		return s.disposal(w, r, id, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, disposalPath(r, id)+"?saved=1"+pageQuery(r)+"#records")
}

// keptByArchive reports whether an archive's message said that it wants a record.
func keptByArchive(a efile.ReceivingArchive, k efile.DisposalRecord) bool {
	return sends(a) && k.Decision == efile.Keep && k.DecidedBy.IsZero()
}

// leavesToArchive refuses decisions on what the archive said that it wants: what it claims must not be destroyed on the word
// of the office. Not even a reason may be entered, for the record would count as decided by that person from then on.
func leavesToArchive(a efile.ReceivingArchive, all, decisions []efile.DisposalRecord) error {
	for _, said := range decisions {
		if slices.ContainsFunc(all, func(k efile.DisposalRecord) bool { return k.ID == said.ID && keptByArchive(a, k) }) {
			return fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("record %s: the archive decided to keep it", said.ID))
		}
	}
	return nil
}

// explained fills in the reason that the form gives for all decisions without one of their own, and refuses what has none: a
// disposal that waits for the archive's appraisal is decided by hand only for a reason. So is what was decided like that, when
// somebody decides otherwise.
func explained(r *Request, d efile.Disposal, all, decisions []efile.DisposalRecord) error {
	reason := cut(strings.TrimSpace(r.PostFormValue("reason")), 500)
	for i := range decisions {
		instead := func(k efile.DisposalRecord) bool { return k.ID == decisions[i].ID && !k.DecidedBy.IsZero() }
		if d.State != efile.DisposalOffered && !slices.ContainsFunc(all, instead) {
			continue
		}
		if decisions[i].Reason = cmp.Or(decisions[i].Reason, reason); decisions[i].Reason == "" {
			return wrong("/reason", "a reason is needed: the archive's appraisal is still awaited")
		}
	}
	return nil
}

func ignoreStage(err error) error {
	if fault.Is(err, fault.WrongStage) {
		return nil
	}
	return err
}

func pageQuery(r *Request) string {
	if after, err := efile.ParsePublic(efile.PrefixCase, r.PostFormValue("after")); err == nil {
		return "&after=" + after.Public(efile.PrefixCase)
	}
	return ""
}

// recordKey names a record in a form.
func recordKey(id efile.ID) string { return strings.ReplaceAll(id.String(), "-", "") }

// decisionsIn reads the form. Records that it does not name, or leaves open, stay as they are.
func decisionsIn(r *Request, all []efile.DisposalRecord) []efile.DisposalRecord {
	var said []efile.DisposalRecord
	for _, k := range all {
		letter := efile.Decision(r.PostFormValue("d_" + recordKey(k.ID)))
		reason := strings.TrimSpace(r.PostFormValue("r_" + recordKey(k.ID)))
		if letter != efile.Keep && letter != efile.Destroy || letter == k.Decision && reason == k.Reason {
			continue
		}
		said = append(said, efile.DisposalRecord{ID: k.ID, Decision: letter, Reason: cut(reason, 500)})
	}
	return said
}

// proposalsOf turns what the office proposes into decisions, where nothing is decided.
func proposalsOf(all []efile.DisposalRecord) []efile.DisposalRecord {
	var said []efile.DisposalRecord
	for _, k := range all {
		if live(k) && k.Decision == efile.Undecided && (k.Proposal == efile.Keep || k.Proposal == efile.Destroy) {
			said = append(said, efile.DisposalRecord{ID: k.ID, Decision: k.Proposal})
		}
	}
	return said
}

// cut shortens a text to n letters.
func cut(s string, n int) string {
	if all := []rune(s); len(all) > n {
		return string(all[:n])
	}
	return s
}

// confirmArchived notes by hand what an archive has taken over. One with messages confirms by itself, unless its confirmation
// came as a letter: then a person gives the reason and stands for it by name.
func (s *Server) confirmArchived(w http.ResponseWriter, r *Request) error {
	on := "" // to the rest of the records, of a letter in the same form
	id, err := s.changeDisposal(r, "confirm", func(tx *records.Tx, d efile.Disposal, a efile.ReceivingArchive) error {
		all, err := tx.DisposalRecords(r.Context(), d.ID)
		if err != nil {
			return err
		}
		confirmed, left := confirmationsIn(r, all)
		switch {
		case !left:
			on = ""
		case sends(a):
			on = "&by_hand=1#records"
		default:
			on = "#records"
		}
		if sends(a) {
			err = confirmInstead(r, tx, d.ID, confirmed)
		} else {
			err = tx.SaveConfirmations(r.Context(), d.ID, confirmed)
		}
		if err != nil || left {
			return err
		}
		next, err := archive.Next(archive.PositionOf(d), archive.Confirm)
		if err != nil {
			return ignoreStage(err)
		}
		d.State, d.Blocked = next.State, next.Blocked
		return tx.SaveDisposal(r.Context(), d)
	})
	if err != nil {
		return err
	}
	return redirect(w, r, disposalPath(r, id)+"?saved=1"+pageQuery(r)+on)
}

// confirmInstead confirms in the place of an archive that exchanges messages.
func confirmInstead(r *Request, tx *records.Tx, disposal efile.ID, confirmed []efile.DisposalRecord) error {
	err := tx.ConfirmByHand(r.Context(), disposal, confirmed, cut(strings.TrimSpace(r.PostFormValue("reason")), 500))
	if fault.Is(err, fault.Validation) {
		return wrong("/reason", "a reason is needed, and only what was delivered can be confirmed")
	}
	return err
}

// confirmationsIn reads the form; left says that something kept is still unconfirmed.
func confirmationsIn(r *Request, all []efile.DisposalRecord) (confirmed []efile.DisposalRecord, left bool) {
	every := r.PostFormValue("all") != ""
	for _, k := range all {
		if !live(k) || k.Decision != efile.Keep || k.Archived {
			continue
		}
		if every || r.PostFormValue("c_"+recordKey(k.ID)) != "" {
			ref := cut(strings.TrimSpace(r.PostFormValue("ref_"+recordKey(k.ID))), 200)
			confirmed = append(confirmed, efile.DisposalRecord{ID: k.ID, ArchiveRef: ref})
		} else {
			left = true
		}
	}
	return confirmed, left
}
