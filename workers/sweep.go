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
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// keepAnswers is how long an order sent again under the same idempotency key gets the same answer.
const keepAnswers = 7 * 24 * time.Hour

// sweepWorker removes what nobody will ask for again: uploads that ended, objects without a row, parts nobody completes,
// sessions that are over, answers kept for a repeated order. It lists the whole store, so it runs far less often than
// reconcile. Everything it does may be done twice.
type sweepWorker struct {
	river.WorkerDefaults[job.Sweep]
	w *Workers
}

// Timeout bounds one round; what is left is done in the next.
func (*sweepWorker) Timeout(*river.Job[job.Sweep]) time.Duration { return time.Hour }

// Work makes one round over all offices; what fails in one keeps nothing from the others.
func (s *sweepWorker) Work(ctx context.Context, _ *river.Job[job.Sweep]) error {
	offices, err := s.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, office := range offices {
		_, err := s.w.Intake.SweepExpired(ctx, office.ID)
		failed = append(failed, err, s.forget(ctx, office.ID), s.objects(ctx, office.ID))
	}
	_, err = s.w.Intake.SweepStale(ctx)
	return errors.Join(append(failed, err)...)
}

// forget removes sessions that are over and answers kept long enough.
func (s *sweepWorker) forget(ctx context.Context, office efile.ID) error {
	return s.w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		now := time.Now()
		if _, err := tx.EndExpiredSessions(ctx, now); err != nil {
			return err
		}
		_, err := tx.ForgetAnswers(ctx, now.Add(-keepAnswers))
		return err
	})
}

// objects removes objects of the office without a row, once they are old enough not to belong to a running upload.
func (s *sweepWorker) objects(ctx context.Context, office efile.ID) error {
	for _, area := range storage.Areas() {
		var batch []string
		for listed, err := range s.w.Store.List(ctx, storage.Prefix(area, office)) {
			if err != nil {
				return err
			}
			if time.Since(listed.Changed) > s.w.Grace {
				batch = append(batch, listed.Key)
			}
			if len(batch) == 500 {
				if err := s.removeOrphans(ctx, office, batch); err != nil {
					return err
				}
				batch = batch[:0]
			}
		}
		if err := s.removeOrphans(ctx, office, batch); err != nil {
			return err
		}
	}
	return nil
}

func (s *sweepWorker) removeOrphans(ctx context.Context, office efile.ID, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	var known []string
	err := s.w.Records.View(ctx, system(office), func(tx *records.Tx) error {
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
		if err := s.w.Store.Delete(ctx, key); err != nil {
			return err
		}
		s.w.Log.LogAttrs(ctx, slog.LevelInfo, "orphaned object removed", slog.String("key", key))
	}
	return nil
}
