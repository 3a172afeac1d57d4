package workers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// station is what the five station workers share.
type station struct{ w *Workers }

// documentJob is a job of a station.
type documentJob interface {
	river.JobArgs
	Ref() job.Document
}

// found is what a station found out. record writes it, in the transaction that also completes the job, and reports
// whether the document may go on to the next station; the last page range of a document does, the others do not.
// afterwards runs once that transaction is committed; what it does must be repeatable by reconcile.
type found struct {
	record     func(ctx context.Context, tx *records.Tx, doc *efile.Document) (onward bool, err error)
	afterwards func(ctx context.Context)
}

// errOutdated ends a job whose document has moved on without it.
var errOutdated = errors.New("the document has moved on")

// run is one job: begin, work, settle.
func run[T documentJob](ctx context.Context, s station, at efile.Station, j *river.Job[T],
	work func(ctx context.Context, doc efile.Document) (found, error),
) error {
	ref := j.Args.Ref()
	doc, err := s.begin(ctx, at, ref)
	if errors.Is(err, errOutdated) {
		return nil
	}
	if err != nil {
		return treat(ctx, j.JobRow, err, nil)
	}
	result, err := work(ctx, doc)
	return treat(ctx, j.JobRow, err, func(f *fault.Error) error {
		// A job over its time must still be able to say so.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer cancel()
		return settle(ctx, s, at, j, result, f)
	})
}

// settleTime bounds the one transaction at the end of a job.
const settleTime = 30 * time.Second

// begin reads the document and checks that the job is still wanted.
func (s station) begin(ctx context.Context, at efile.Station, ref job.Document) (efile.Document, error) {
	var doc efile.Document
	err := s.w.Records.View(ctx, system(ref.Office), func(tx *records.Tx) error {
		var err error
		doc, err = tx.Document(ctx, ref.Document)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return doc, errOutdated
	case err != nil:
		return doc, err
	case outdated(doc, at, ref):
		return doc, errOutdated
	}
	return doc, nil
}

func outdated(doc efile.Document, at efile.Station, ref job.Document) bool {
	return doc.Generation != ref.Generation || doc.Station != at || !doc.Status.Passing()
}

// treat decides what becomes of err: wait without using up an attempt, try again, or settle it as the document's fate.
// settle is nil while there is nothing to settle yet.
func treat(ctx context.Context, j *rivertype.JobRow, err error, settle func(*fault.Error) error) error {
	f := fault.Of(err)
	switch {
	case f == nil:
	case errors.Is(ctx.Err(), context.Canceled):
		return river.JobSnooze(0) // this process stops; not the document's doing
	case f.Treatment == fault.Wait:
		return river.JobSnooze(waitFor(time.Since(j.CreatedAt)))
	case f.Treatment == fault.Retry && (j.Attempt < j.MaxAttempts || settle == nil):
		return err
	case f.Treatment == fault.Retry:
		f = fault.New(fault.Review, fault.GaveUp, err)
	}
	if settle == nil {
		return err
	}
	if err := settle(f); err != nil {
		if fault.Of(err).Treatment == fault.Wait {
			return river.JobSnooze(waitFor(time.Since(j.CreatedAt)))
		}
		return err
	}
	return nil
}

// settle is the heart: success, what was found and the next jobs; or the reason why not; and that this job is done. All
// of it commits together or not at all, so a job that runs twice finds its document moved on.
func settle[T documentJob](ctx context.Context, s station, at efile.Station, j *river.Job[T], result found, f *fault.Error) error {
	ref := j.Args.Ref()
	err := s.w.Records.In(ctx, system(ref.Office), func(tx *records.Tx) error {
		doc, err := tx.LockDocument(ctx, ref.Document)
		if err != nil {
			return err
		}
		if outdated(doc, at, ref) {
			return complete(ctx, tx, j)
		}
		if f != nil {
			err = park(ctx, tx, doc, f)
		} else {
			err = s.advance(ctx, tx, doc, at, ref, result)
		}
		if err != nil {
			return err
		}
		return complete(ctx, tx, j)
	})
	if err != nil {
		return fmt.Errorf("settle %s of document %s: %w", at, ref.Document, err)
	}
	s.w.meters.outcome(at, f)
	if f != nil {
		s.w.Log.LogAttrs(ctx, levelOf(f), "document parked", documentAttrs(ref, at, f)...)
	} else if result.afterwards != nil {
		result.afterwards(ctx)
	}
	return nil
}

// advance records what was found and puts the document on its way to the next station.
func (s station) advance(ctx context.Context, tx *records.Tx, doc efile.Document, at efile.Station, ref job.Document, result found) error {
	doc.Version++ // what saving makes of it, so that the events name the version others will find
	onward, err := result.record(ctx, tx, &doc)
	if err != nil {
		return err
	}
	if !onward {
		return tx.SaveDocument(ctx, doc)
	}
	doc.Station = after(at)
	for _, args := range route(doc.Station, ref, doc.Pages) {
		if _, err := s.w.client.InsertTx(ctx, tx.Pgx(), args, nil); err != nil {
			return fmt.Errorf("insert %s: %w", args.Kind(), err)
		}
	}
	return tx.SaveDocument(ctx, doc)
}

// park gives the document its lasting state and says so in the event log.
func park(ctx context.Context, tx *records.Tx, doc efile.Document, f *fault.Error) error {
	doc.Version++ // as in advance
	doc.Code = string(f.Code)
	var told efile.EventType
	switch f.Treatment {
	case fault.Reject:
		doc.Status, told = efile.Rejected, efile.DocumentRejected
	case fault.Cancel:
		doc.Status, told = efile.Withdrawn, efile.DocumentWithdrawn
	default:
		doc.Status, told = efile.Review, efile.DocumentProcessed
	}
	if err := notify.AppendDocument(ctx, tx, told, doc, nil); err != nil {
		return err
	}
	if f.Code == fault.DigestMismatch { // which of its objects it was, the next reading tells
		if err := tx.CheckSoon(ctx, doc.ID); err != nil {
			return err
		}
	}
	return tx.SaveDocument(ctx, doc)
}

func complete[T river.JobArgs](ctx context.Context, tx *records.Tx, j *river.Job[T]) error {
	if _, err := river.JobCompleteTx[*riverpgxv5.Driver, pgx.Tx](ctx, tx.Pgx(), j); err != nil {
		return fmt.Errorf("complete job %d: %w", j.ID, err)
	}
	return nil
}

// waitFor is how long to wait for a neighbour that is away: a quarter of the time waited so far, 5 s to 5 min. The spread
// keeps a thousand documents from coming back at once.
func waitFor(waited time.Duration) time.Duration {
	return spread(max(5*time.Second, min(waited/4, 5*time.Minute)))
}

// addNotes adds remarks once.
func addNotes(doc *efile.Document, notes []pipeline.Note) {
	for _, n := range notes {
		if !slices.Contains(doc.Notes, string(n)) {
			doc.Notes = append(doc.Notes, string(n))
		}
	}
}
