package workers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// retainWorker computes when closed case files are due, by the office's table as it is now. A table that changed changes the
// due dates of everything that was closed before, too.
type retainWorker struct {
	river.WorkerDefaults[job.Retain]
	w *Workers
}

// Timeout bounds one round.
func (*retainWorker) Timeout(*river.Job[job.Retain]) time.Duration { return time.Hour }

// Work makes one round over all offices; what fails in one keeps nothing from the others.
func (r *retainWorker) Work(ctx context.Context, _ *river.Job[job.Retain]) error {
	offices, err := r.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, office := range offices {
		if err := Retain(ctx, r.w.Records, office.ID); err != nil {
			failed = append(failed, fmt.Errorf("retention of office %s: %w", office.Key, err))
		}
	}
	return errors.Join(failed...)
}

// Retain applies an office's retention table to all its closed case files. One of them that cannot be computed keeps nothing
// from the others.
func Retain(ctx context.Context, rec *records.Store, office efile.ID) error {
	var (
		after  efile.ID
		failed []error
	)
	for {
		var some []efile.ClosedFile
		err := rec.In(ctx, system(office), func(tx *records.Tx) error {
			rules, err := tx.RetentionRules(ctx)
			if err != nil {
				return err
			}
			if some, err = tx.ClosedFiles(ctx, after, 200); err != nil {
				return err
			}
			failed, err = retain(ctx, tx, rules, some)
			return err
		})
		if err != nil || len(some) == 0 {
			return errors.Join(append(failed, err)...)
		}
		after = some[len(some)-1].CaseID
	}
}

func retain(ctx context.Context, tx *records.Tx, rules []efile.RetentionRule, some []efile.ClosedFile) (failed []error, err error) {
	for _, f := range some {
		due, err := efile.Due(rules, f)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if err := tx.SaveRetention(ctx, due); err != nil {
			return failed, err
		}
	}
	return failed, nil
}
