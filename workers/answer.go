package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// believeAnswer has a reader read an answer, holds what it says against the disposal that it names and, if that waited for
// it, does what it says: notes receipts, decisions, confirmations. Everything else is kept for a person to look at. It
// destroys nothing, whatever it says.
func (w *Workers) believeAnswer(ctx context.Context, office efile.ID, answer efile.Answer, path string) error {
	var said pipeline.ArchiveAnswer
	err := w.Readers.Do(ctx, pipeline.StepAnswer, func(dir string) (any, error) {
		request := pipeline.AnswerRequest{File: "answer"}
		if w.Archives.Schemas != "" {
			request.Schemas = schemasDir
			if err := copySchemas(w.Archives.Schemas, dir, xdomea.V300, xdomea.V310, xdomea.V400); err != nil {
				return nil, err
			}
		}
		from, err := os.Open(path) //nolint:gosec // our own copy
		if err != nil {
			return nil, err
		}
		defer func() { _ = from.Close() }() // only read
		return request, spill(from, filepath.Join(dir, request.File))
	}, &said, nil)
	if err != nil {
		return fmt.Errorf("read answer %s: %w", answer.ID, err)
	}
	return w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		a := answer // the transaction may run again
		return w.act(ctx, tx, office, &a, said)
	})
}

// act settles an answer in one transaction.
func (w *Workers) act(ctx context.Context, tx *records.Tx, office efile.ID, a *efile.Answer, said pipeline.ArchiveAnswer) error {
	a.Type, a.State, a.Code = messageType(said.Type), efile.AnswerUnexpected, said.Code
	reply, err := replyOf(a.Archive, said)
	if err != nil {
		a.Code = string(fault.AnswerUnexpected)
	}
	d, err := tx.LockDisposal(ctx, reply.Process)
	if fault.Is(err, fault.NotFound) {
		d = efile.Disposal{}
	} else if err != nil {
		return err
	}
	all, err := tx.DisposalRecords(ctx, d.ID)
	if err != nil {
		return err
	}
	if d.Archive == a.Archive {
		a.Disposal = d.ID
	}
	if a.Code == "" {
		a.State = efile.AnswerTaken
		refused := accept(d, all, reply, said)
		if refused == nil {
			refused = once(ctx, tx, d, a.Type)
		}
		if refused != nil {
			a.State, a.Code = efile.AnswerUnexpected, string(fault.Of(refused).Code)
		} else if failed(said) {
			a.Code = string(fault.ImportFailed)
		}
	}
	added, err := tx.AddArchiveAnswer(ctx, a)
	if err != nil || !added || a.State != efile.AnswerTaken {
		if added {
			w.Log.LogAttrs(ctx, slog.LevelWarn, "answer of an archive not acted on", slog.String("answer", a.ID.String()), slog.String("code", a.Code))
		}
		return err
	}
	switch a.Type {
	case efile.MessageAppraisal:
		return w.appraise(ctx, tx, office, d, said)
	case efile.MessageImport:
		return w.confirm(ctx, tx, d, all, said)
	}
	return nil // a receipt: that it is there is all that it says
}

// messageType believes only the types that there are.
func messageType(s string) efile.MessageType {
	for _, t := range []efile.MessageType{efile.MessageOffer, efile.MessageAppraisal, efile.MessageDelivery, efile.MessageOfferReceipt,
		efile.MessageAppraisalReceipt, efile.MessageImport, efile.MessageDeliveryReceipt} {
		if s == string(t) {
			return t
		}
	}
	return ""
}

// replyOf believes only ids.
func replyOf(from efile.ID, said pipeline.ArchiveAnswer) (archive.Reply, error) {
	reply := archive.Reply{Archive: from, Type: messageType(said.Type)}
	var err error
	if said.Process != "" {
		reply.Process, err = efile.ParseID(said.Process)
	}
	add := func(s string) {
		id, bad := efile.ParseID(s)
		reply.Records, err = append(reply.Records, id), errors.Join(err, bad)
	}
	for _, d := range said.Decisions {
		add(d.Record)
	}
	for _, r := range said.Results {
		add(r.Record)
	}
	return reply, err
}

// accept is archive.Accept, and refuses an import of what was never delivered, an import that contradicts what a person has
// confirmed, and an appraisal that contradicts what is decided.
func accept(d efile.Disposal, all []efile.DisposalRecord, reply archive.Reply, said pipeline.ArchiveAnswer) error {
	if err := archive.Accept(d, all, reply); err != nil {
		return err
	}
	if reply.Type == efile.MessageAppraisal && contradicts(all, said) {
		return fault.New(fault.Reject, fault.AnswerUnexpected, errors.New("another decision than the one that was entered"))
	}
	if reply.Type != efile.MessageImport {
		return nil
	}
	if disowns(all, said) {
		return fault.New(fault.Reject, fault.AnswerUnexpected, errors.New("no success for a record that is confirmed already"))
	}
	for _, r := range said.Results {
		at := slices.IndexFunc(all, func(k efile.DisposalRecord) bool { return k.ID.String() == r.Record })
		if at < 0 || r.Success && !delivered(all, all[at]) {
			return fault.New(fault.Reject, fault.AnswerUnexpected, errors.New("success for a record that was not delivered"))
		}
	}
	return nil
}

// contradicts reports whether an appraisal decides otherwise what is decided already, be it by a person who did not wait for it.
// Which of the two counts, people have to find out.
func contradicts(all []efile.DisposalRecord, said pipeline.ArchiveAnswer) bool {
	return slices.ContainsFunc(said.Decisions, func(s pipeline.AnswerDecision) bool {
		return slices.ContainsFunc(all, func(k efile.DisposalRecord) bool {
			return k.ID.String() == s.Record && k.Recalled.IsZero() && k.Decision != efile.Undecided && string(k.Decision) != s.Decision
		})
	})
}

// disowns reports whether an import denies a record that is confirmed already, which only a person can have done. Which of the
// two counts, people have to find out.
func disowns(all []efile.DisposalRecord, said pipeline.ArchiveAnswer) bool {
	results := resultsOf(said)
	return slices.ContainsFunc(all, func(k efile.DisposalRecord) bool {
		r, told := results.of(k)
		return k.Archived && k.Recalled.IsZero() && (said.Failed || told && !r.Success)
	})
}

// results are what an import says, by record.
type results map[string]pipeline.AnswerResult

func resultsOf(said pipeline.ArchiveAnswer) results {
	all := results{}
	for _, r := range said.Results {
		all[r.Record] = r
	}
	return all
}

// of is what is said of a record. A case file's result counts for its matters of which nothing else is said.
func (s results) of(k efile.DisposalRecord) (r pipeline.AnswerResult, told bool) {
	if r, told = s[k.ID.String()]; !told {
		r, told = s[k.CaseID.String()]
		r.Reference = ""
	}
	return r, told
}

// once refuses a second import: an archive reports once, and two reports that each praise what the other one misses are not a
// whole one.
func once(ctx context.Context, tx *records.Tx, d efile.Disposal, t efile.MessageType) error {
	if t != efile.MessageImport {
		return nil
	}
	taken, err := tx.ArchiveAnswers(ctx, records.AnswerFilter{State: efile.AnswerTaken, Disposal: d.ID, Limit: 500})
	if err == nil && slices.ContainsFunc(taken, func(a efile.Answer) bool { return a.Type == t }) {
		err = fault.New(fault.Reject, fault.AnswerUnexpected, errors.New("a second report of the import"))
	}
	return err
}

// delivered reports whether a record was in the delivery, be it as the frame of a matter.
func delivered(all []efile.DisposalRecord, r efile.DisposalRecord) bool {
	return r.Decision == efile.Keep || r.Level == efile.LevelCase && slices.ContainsFunc(all, func(k efile.DisposalRecord) bool {
		return k.CaseID == r.CaseID && k.Decision == efile.Keep
	})
}

// failed reports whether an import did not succeed, as a whole or in part.
func failed(said pipeline.ArchiveAnswer) bool {
	return said.Failed || slices.ContainsFunc(said.Results, func(r pipeline.AnswerResult) bool { return !r.Success })
}

// appraise notes the archive's decisions. Records without one stay undecided, and the disposal with them.
func (w *Workers) appraise(ctx context.Context, tx *records.Tx, office efile.ID, d efile.Disposal, said pipeline.ArchiveAnswer) error {
	var decided []efile.DisposalRecord
	for _, s := range said.Decisions {
		id, err := efile.ParseID(s.Record)
		if decision := efile.Decision(s.Decision); err == nil && (decision == efile.Keep || decision == efile.Destroy) {
			decided = append(decided, efile.DisposalRecord{ID: id, Decision: decision})
		}
	}
	if err := tx.SaveDecisions(ctx, d.ID, decided); err != nil {
		return err
	}
	if said.AsksReceipt {
		args := job.Send{Office: office, Disposal: d.ID, Type: efile.MessageAppraisalReceipt}
		if _, err := w.client.InsertTx(ctx, tx.Pgx(), args, nil); err != nil {
			return fmt.Errorf("insert %s: %w", args.Kind(), err)
		}
	}
	return Appraised(ctx, tx, d)
}

// Appraised takes a disposal that this transaction holds on, once every record in it is decided: appraised, and if nothing is
// to be delivered and nobody has to look first, done with. Undecided records keep it where it is.
func Appraised(ctx context.Context, tx *records.Tx, d efile.Disposal) error {
	now, err := live(ctx, tx, d.ID)
	if err != nil || slices.ContainsFunc(now, func(r efile.DisposalRecord) bool { return r.Decision == efile.Undecided }) {
		return err
	}
	keep := slices.ContainsFunc(now, func(r efile.DisposalRecord) bool { return r.Decision == efile.Keep })
	for _, step := range []archive.Step{archive.Appraise, archive.Nothing} {
		if step == archive.Nothing && keep {
			break
		}
		next, err := archive.Next(archive.PositionOf(d), step)
		if fault.Is(err, fault.Blocked) {
			break // a person looks first
		}
		if err != nil {
			return err
		}
		d.State, d.Blocked = next.State, next.Blocked
	}
	return tx.SaveDisposal(ctx, d)
}

// confirm notes what the archive has taken over.
func (w *Workers) confirm(ctx context.Context, tx *records.Tx, d efile.Disposal, all []efile.DisposalRecord, said pipeline.ArchiveAnswer) error {
	if said.Failed {
		return nil
	}
	results := resultsOf(said)
	var taken []efile.DisposalRecord
	for _, r := range all {
		if result, _ := results.of(r); result.Success && delivered(all, r) {
			taken = append(taken, efile.DisposalRecord{ID: r.ID, ArchiveRef: result.Reference})
		}
	}
	if err := tx.SaveConfirmations(ctx, d.ID, taken); err != nil {
		return err
	}
	return Confirmed(ctx, tx, d)
}

// Confirmed takes a disposal that this transaction holds on, once the archive has confirmed everything that was delivered.
func Confirmed(ctx context.Context, tx *records.Tx, d efile.Disposal) error {
	now, err := live(ctx, tx, d.ID)
	if err != nil || slices.ContainsFunc(now, func(r efile.DisposalRecord) bool { return r.Decision == efile.Keep && !r.Archived }) {
		return err
	}
	next, err := archive.Next(archive.PositionOf(d), archive.Confirm)
	if err != nil {
		return err
	}
	d.State, d.Code = next.State, ""
	return tx.SaveDisposal(ctx, d)
}
