package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// reconcileWorker takes up documents in a passing status without a job, as a crash can leave them behind.
type reconcileWorker struct {
	river.WorkerDefaults[job.Reconcile]
	w *Workers
}

// Timeout bounds one round; what is left is done in the next.
func (*reconcileWorker) Timeout(*river.Job[job.Reconcile]) time.Duration { return 10 * time.Minute }

// Work makes one round over all offices.
func (r *reconcileWorker) Work(ctx context.Context, _ *river.Job[job.Reconcile]) error {
	offices, err := r.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, office := range offices {
		failed = append(failed, r.takeUp(ctx, office.ID))
	}
	return errors.Join(failed...)
}

// takeUp gives a stalled document a job again, or to a person when its job has ended for good.
func (r *reconcileWorker) takeUp(ctx context.Context, office efile.ID) error {
	var stalled []efile.Document
	err := r.w.Records.View(ctx, system(office), func(tx *records.Tx) error {
		var err error
		stalled, err = tx.Stuck(ctx, time.Now().Add(-r.w.Stalled), 200)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, doc := range stalled {
		if err := r.takeUpOne(ctx, office, doc); err != nil {
			failed = append(failed, fmt.Errorf("take up document %s: %w", doc.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (r *reconcileWorker) takeUpOne(ctx context.Context, office efile.ID, doc efile.Document) error {
	ref := job.Document{Office: office, Document: doc.ID, Generation: doc.Generation}
	return r.w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		now, err := tx.LockDocument(ctx, doc.ID)
		if err != nil || outdated(now, doc.Station, ref) {
			return err
		}
		if live, err := tx.LiveJobs(ctx, doc.ID); err != nil || live > 0 {
			return err
		}
		ended, err := tx.EndedJobs(ctx, doc.ID, string(doc.Station), doc.Generation)
		if err != nil {
			return err
		}
		log := slog.String("document", doc.ID.String())
		if ended > 0 {
			r.w.Log.LogAttrs(ctx, slog.LevelError, "job ended for good, document goes to a person", log)
			return park(ctx, tx, now, fault.New(fault.Review, fault.GaveUp, nil))
		}
		r.w.Log.LogAttrs(ctx, slog.LevelWarn, "stalled document taken up again", log)
		for _, args := range route(now.Station, ref, now.Pages) {
			if _, err := r.w.client.InsertTx(ctx, tx.Pgx(), args, nil); err != nil {
				return err
			}
		}
		return nil
	})
}
