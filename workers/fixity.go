package workers

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

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
			Kind: string(fault.DigestMismatch), Subject: bad.Key, DocumentID: bad.DocumentID, Detail: string(fault.Of(why).Code),
		})
	})
}

// Fixity reads every stored object of an office and calls bad for each that is missing or differs from its record. It
// returns how many it read. A store that is away ends the round with an error: that is no finding.
func Fixity(ctx context.Context, rec *records.Store, store *storage.Store, office efile.ID, bad func(efile.Rendition, error) error) (int, error) {
	var (
		seen  int
		after efile.ID
	)
	for {
		var some []efile.Rendition
		err := rec.View(ctx, system(office), func(tx *records.Tx) error {
			var err error
			some, err = tx.AllObjects(ctx, after, 500)
			return err
		})
		if err != nil || len(some) == 0 {
			return seen, err
		}
		for _, r := range some {
			err := readBack(ctx, store, r)
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !fault.Is(err, fault.DigestMismatch) {
				return seen, err
			}
			if err != nil {
				if err := bad(r, err); err != nil {
					return seen, err
				}
			}
			seen++
		}
		after = some[len(some)-1].ID
	}
}

func readBack(ctx context.Context, store *storage.Store, r efile.Rendition) error {
	body, err := store.Get(ctx, object(r))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, body)
	return errors.Join(err, body.Close())
}
