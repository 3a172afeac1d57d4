package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// destroyWorker carries out what two people have decided, when nobody took it back in time: the objects first, with all their
// versions, then the rows. Each step may be repeated, so a killed worker leaves nothing half done for ever.
type destroyWorker struct {
	river.WorkerDefaults[job.Destroy]
	w *Workers
}

// Timeout bounds one round; what is left is done in the next.
func (*destroyWorker) Timeout(*river.Job[job.Destroy]) time.Duration { return 6 * time.Hour }

// Work makes one round over all offices; what fails in one case file keeps nothing from the others.
func (s *destroyWorker) Work(ctx context.Context, _ *river.Job[job.Destroy]) error {
	offices, err := s.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, office := range offices {
		var due []efile.Destruction
		err := s.w.Records.View(ctx, system(office.ID), func(tx *records.Tx) error {
			var err error
			due, err = tx.DueDestructions(ctx, time.Now(), 1000)
			return err
		})
		failed = append(failed, err)
		for _, x := range due {
			if err := s.w.destroy(ctx, office.ID, x); err != nil {
				failed = append(failed, fmt.Errorf("destruction %s: %w", x.ID, err))
			}
		}
	}
	return errors.Join(failed...)
}

// destroy carries out one destruction.
func (w *Workers) destroy(ctx context.Context, office efile.ID, x efile.Destruction) error {
	var objects []efile.Rendition
	err := w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		var err error
		if x, err = tx.BeginDestruction(ctx, x.ID); err != nil {
			return err
		}
		var only []efile.ID
		if !x.Whole {
			only = x.Documents
		}
		objects, err = tx.CaseObjects(ctx, x.CaseID, only...)
		return err
	})
	if err != nil {
		return w.notBegun(ctx, office, x.ID, err)
	}
	if err := w.deleteObjects(ctx, office, x, objects); err != nil {
		return err
	}
	err = w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		if err := tx.Destroy(ctx, x.ID); err != nil || x.Disposal.IsZero() {
			return err
		}
		return finish(ctx, tx, x.Disposal)
	})
	if err == nil {
		w.Log.LogAttrs(ctx, slog.LevelInfo, "destroyed", slog.String("destruction", x.ID.String()), slog.Int("objects", len(objects)))
	}
	return err
}

// notBegun settles a destruction that was confirmed and may not begin. What two people agreed to does not hold any more when
// the period is not over or one of them is no archivist now: it is taken back. Whatever else stands in the way people see
// and settle; it waits.
func (w *Workers) notBegun(ctx context.Context, office, id efile.ID, err error) error {
	f := fault.Of(err)
	if f.Treatment != fault.Reject {
		return err
	}
	outcome := "waits"
	switch f.Code {
	case fault.Recalled, fault.Gone:
		return nil // somebody was faster
	case fault.NotDue, fault.FourEyes:
		outcome = "taken back"
		err := w.Records.In(ctx, system(office), func(tx *records.Tx) error { return tx.WithdrawDestruction(ctx, id) })
		if err != nil && !fault.Is(err, fault.Gone) && !fault.Is(err, fault.BeingDestroyed) {
			return err
		}
	}
	w.Log.LogAttrs(ctx, slog.LevelWarn, "destruction not begun", slog.String("destruction", id.String()),
		slog.String("outcome", outcome), slog.String("code", string(f.Code)), slog.String("error", f.Error()))
	return nil
}

// deleteObjects deletes what is on record, and whatever else lies in the folders of the documents.
func (w *Workers) deleteObjects(ctx context.Context, office efile.ID, x efile.Destruction, objects []efile.Rendition) error {
	for _, o := range objects {
		if err := w.Store.Delete(ctx, o.Key); err != nil {
			return err
		}
	}
	for _, doc := range x.Documents {
		for _, area := range storage.Areas() {
			if err := w.deleteFolder(ctx, storage.Folder(area, office, doc)); err != nil {
				return err
			}
		}
	}
	return w.deleteContainers(ctx, office, x.CaseID)
}

// deleteFolder deletes everything whose key begins with prefix.
func (w *Workers) deleteFolder(ctx context.Context, prefix string) error {
	for found, err := range w.Store.Versions(ctx, prefix) {
		if err != nil {
			return err
		}
		if err := w.Store.Delete(ctx, found.Key); err != nil {
			return err
		}
	}
	return nil
}

// deleteContainers deletes what lay in the store for people to carry, of every disposal whose messages may hold the case file,
// also of those it was recalled from. None of them still waits to be carried: then nothing would have begun. So do the findings of a schema, which quote it, and what a
// worker was building here.
func (w *Workers) deleteContainers(ctx context.Context, office, caseID efile.ID) error {
	var disposals []efile.ID
	err := w.Records.View(ctx, system(office), func(tx *records.Tx) error {
		var err error
		disposals, err = tx.DisposalsOf(ctx, caseID)
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range disposals {
		if err := w.deleteFolder(ctx, storage.Folder(storage.Transfers, office, d)); err != nil {
			return err
		}
		if err := os.RemoveAll(filepath.Join(w.Archives.Dir, d.String())); err != nil {
			return fmt.Errorf("delete what was built: %w", err)
		}
		if err := w.Records.In(ctx, system(office), func(tx *records.Tx) error { return forgetContainers(ctx, tx, d) }); err != nil {
			return err
		}
	}
	return nil
}

func forgetContainers(ctx context.Context, tx *records.Tx, disposal efile.ID) error {
	sent, err := tx.Messages(ctx, disposal)
	for _, m := range sent {
		if err == nil && (m.Key != "" || len(m.Findings) > 0) {
			m.Key, m.Findings = "", nil
			err = tx.SaveMessage(ctx, m)
		}
	}
	return err
}

// finish closes a disposal of which nothing is left.
func finish(ctx context.Context, tx *records.Tx, disposal efile.ID) error {
	d, err := tx.LockDisposal(ctx, disposal)
	if err != nil {
		return err
	}
	left, err := live(ctx, tx, disposal)
	if err != nil || len(left) > 0 {
		return err
	}
	next, err := archive.Next(archive.PositionOf(d), archive.Finish)
	if err != nil {
		return err
	}
	d.State = next.State
	return tx.SaveDisposal(ctx, d)
}
