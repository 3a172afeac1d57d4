package workers

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

var (
	reconcileArgs = job.Reconcile{}
	fixityArgs    = job.Fixity{}
)

// reconcileWorker looks after what a crash can leave behind: documents in a passing status without a job, objects without
// a row, uploads that ended, multiparts nobody completes. Everything it does may be done twice.
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
		failed = append(failed, r.takeUp(ctx, office.ID), r.sweepUploads(ctx, office.ID), r.sweepObjects(ctx, office.ID))
	}
	failed = append(failed, r.sweepMultiparts(ctx))
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
	for _, doc := range stalled {
		if err := r.takeUpOne(ctx, office, doc); err != nil {
			return err
		}
	}
	return nil
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
			now.Version++
			station{r.w}.park(tx, &now, fault.New(fault.Review, fault.GaveUp, nil))
			return tx.SaveDocument(ctx, now)
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

// sweepObjects removes objects of the office without a row, once they are old enough not to belong to a running upload.
func (r *reconcileWorker) sweepObjects(ctx context.Context, office efile.ID) error {
	for _, area := range storage.Areas() {
		var batch []string
		for listed, err := range r.w.Store.List(ctx, storage.Prefix(area, office)) {
			if err != nil {
				return err
			}
			if time.Since(listed.Changed) > r.w.Grace {
				batch = append(batch, listed.Key)
			}
			if len(batch) == 500 {
				if err := r.removeOrphans(ctx, office, batch); err != nil {
					return err
				}
				batch = batch[:0]
			}
		}
		if err := r.removeOrphans(ctx, office, batch); err != nil {
			return err
		}
	}
	return nil
}

// sweepUploads removes uploads nobody continued.
func (r *reconcileWorker) sweepUploads(ctx context.Context, office efile.ID) error {
	_, err := r.w.Intake.SweepExpired(ctx, office)
	return err
}

func (r *reconcileWorker) removeOrphans(ctx context.Context, office efile.ID, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	var known []string
	err := r.w.Records.View(ctx, system(office), func(tx *records.Tx) error {
		var err error
		known, err = tx.KnownKeys(ctx, keys)
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(known)
	for _, key := range keys {
		if _, is := slices.BinarySearchFunc(known, key, strings.Compare); is {
			continue
		}
		if err := r.w.Store.Delete(ctx, key); err != nil {
			return err
		}
		r.w.Log.LogAttrs(ctx, slog.LevelInfo, "orphaned object removed", slog.String("key", key))
	}
	return nil
}

func (r *reconcileWorker) sweepMultiparts(ctx context.Context) error {
	stale, err := r.w.Store.StaleMultiparts(ctx, time.Now().Add(-r.w.Grace))
	if err != nil {
		return err
	}
	for _, m := range stale {
		if err := r.w.Store.AbortMultipart(ctx, m.Key, m.Upload); err != nil {
			return err
		}
	}
	return nil
}

// fixityWorker reads every stored object back. A difference is recorded as a finding and logged as an error; the document
// stays as it is, because only a person can decide what to restore.
type fixityWorker struct {
	river.WorkerDefaults[job.Fixity]
	w *Workers
}

// Timeout is a day's worth; a round that takes longer needs another schedule.
func (*fixityWorker) Timeout(*river.Job[job.Fixity]) time.Duration { return 12 * time.Hour }

// Work makes one round over all offices.
func (f *fixityWorker) Work(ctx context.Context, _ *river.Job[job.Fixity]) error {
	offices, err := f.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	for _, office := range offices {
		if _, err := Fixity(ctx, f.w.Records, f.w.Store, office.ID, func(bad efile.Rendition, why error) error {
			return f.report(ctx, office.ID, bad, why)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (f *fixityWorker) report(ctx context.Context, office efile.ID, bad efile.Rendition, why error) error {
	f.w.Log.LogAttrs(ctx, slog.LevelError, "stored object is not what was received",
		slog.String("document", bad.DocumentID.String()), slog.String("rendition", string(bad.Kind)), slog.String("error", why.Error()))
	return f.w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		return tx.AddFinding(ctx, records.Finding{
			Kind: "fixity", Subject: bad.Key, DocumentID: bad.DocumentID, Detail: string(fault.Of(why).Code),
		})
	})
}
