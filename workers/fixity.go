package workers

import (
	"context"
	"errors"
	"fmt"
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

// Fixity reads stored objects back and holds them against their digests. What is missing or differs goes into quarantine:
// nobody gets it until a person has it read again and it is right (Recheck).
type Fixity struct {
	Records *records.Store
	Store   *storage.Store
	Log     *slog.Logger

	Every  time.Duration // every object is read at least so often; zero: 30 days
	Second bool          // take a SHA-512 of objects that have none
	Now    func() time.Time
	pace   *pace // nil: as fast as the store gives
	count  func(bytes int64)
}

// How a round is cut. A slice is what a killed process may have read in vain.
const (
	sliceObjects = 100
	sliceBytes   = 64 << 20
	// mistaken is from how many objects on a slice in which everything is missing is taken for a mistake of the
	// configuration, such as another bucket, and not for a loss.
	mistaken = 10
	// unreadables is from how many objects on that the store does not give it counts as away.
	unreadables = 5
)

// errStoreEmpty ends a round that would put everything into quarantine.
var errStoreEmpty = errors.New("every object of a slice is missing: is this the right bucket?")

func (f Fixity) now() time.Time {
	if f.Now == nil {
		return time.Now()
	}
	return f.Now()
}

func (f Fixity) every() time.Duration {
	if f.Every <= 0 {
		return 30 * 24 * time.Hour
	}
	return f.Every
}

func (f Fixity) algorithms() string {
	if f.Second {
		return "sha256 sha512"
	}
	return "sha256"
}

// Round goes on with the office's open round, or begins one if something is due, and reads a slice of it. It reports
// whether there may be more. A process that is killed loses a slice at most: the round goes on with the next call.
func (f Fixity) Round(ctx context.Context, office efile.ID) (more bool, err error) {
	round, err := f.open(ctx, office)
	if err != nil || round.Number == 0 {
		return false, err
	}
	var skipped []efile.ID
	for {
		some, err := f.due(ctx, office, round, skipped)
		if err != nil {
			return false, err
		}
		if len(some) == 0 {
			return false, f.close(ctx, office, round, skipped)
		}
		checked, left, err := f.slice(ctx, some)
		if saved := f.save(ctx, office, round.Number, checked, left); err != nil || saved != nil {
			return false, errors.Join(err, saved)
		}
		if len(left) == 0 {
			return true, nil
		}
		// What the store does not give is passed over until the next call, so that it holds up nobody else.
		for _, r := range left {
			skipped = append(skipped, r.ID)
		}
		if len(skipped) >= unreadables {
			return false, fault.New(fault.Wait, fault.StorageUnavailable, fmt.Errorf("the store does not give %d objects", len(skipped)))
		}
	}
}

// open returns the round to be worked on; Number 0: nothing is to be done. A tenth of the time is kept in reserve, so that
// a paced reading is done before it is late, and that is also how long at least lies between two rounds, up to a day: not
// every new document makes a round of its own.
func (f Fixity) open(ctx context.Context, office efile.ID) (round records.FixityRound, err error) {
	reserve, now := f.every()/10, f.now().UTC().Truncate(time.Microsecond)
	err = f.Records.In(ctx, system(office), func(tx *records.Tx) error {
		last, err := tx.LastFixityRound(ctx)
		if err != nil {
			return err
		}
		if last.Number > 0 && last.Ended.IsZero() {
			round = last
			return nil
		}
		if last.Number > 0 && now.Sub(last.Started) < min(reserve, 24*time.Hour) {
			return nil
		}
		next := records.FixityRound{Number: last.Number + 1, Started: now, Due: now.Add(reserve - f.every()), Algorithms: f.algorithms()}
		if some, err := tx.ObjectsDue(ctx, next.Due, now, nil, 1); err != nil || len(some) == 0 {
			return err
		}
		round = next
		return tx.BeginFixityRound(ctx, next)
	})
	return round, err
}

// due returns the next objects of a round, as many as one slice takes.
func (f Fixity) due(ctx context.Context, office efile.ID, round records.FixityRound, without []efile.ID) (some []efile.Rendition, err error) {
	err = f.Records.View(ctx, system(office), func(tx *records.Tx) error {
		some, err = tx.ObjectsDue(ctx, round.Due, round.Started, without, sliceObjects)
		return err
	})
	var bytes int64
	for i, r := range some {
		if bytes += r.Size; bytes > sliceBytes && i > 0 {
			return some[:i], err
		}
	}
	return some, err
}

// slice reads objects. left are those that the store, which is there, does not give. On an error what was read until then
// still counts.
func (f Fixity) slice(ctx context.Context, some []efile.Rendition) (checked []records.Checked, left []efile.Rendition, err error) {
	missing := 0
	for _, r := range some {
		c, err := f.read(ctx, r)
		switch {
		case err != nil && (ctx.Err() != nil || f.Store.Ping(ctx) != nil):
			return checked, left, err
		case err != nil:
			f.Log.LogAttrs(ctx, slog.LevelError, "store does not give an object", slog.String("key", r.Key), slog.String("error", err.Error()))
			left = append(left, r)
			continue
		}
		checked = append(checked, c)
		if c.Problem == records.DetailMissing {
			missing++
		}
	}
	if missing == len(some) && missing >= mistaken {
		return nil, nil, errStoreEmpty
	}
	return checked, left, nil
}

// read holds one object against its record. Being wrong is a result, not an error.
func (f Fixity) read(ctx context.Context, r efile.Rendition) (records.Checked, error) {
	how := storage.Checking{Second: f.Second}
	if f.pace != nil {
		how.Pace = f.pace.take
	}
	o := object(r)
	o.SHA512 = r.SHA512
	second, err := f.Store.Check(ctx, o, how)
	if f.count != nil && err == nil {
		f.count(r.Size)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return records.Checked{Rendition: r, Problem: records.DetailMissing}, nil
	case fault.Is(err, fault.DigestMismatch):
		return records.Checked{Rendition: r, Problem: records.DetailDiffers}, nil
	}
	return records.Checked{Rendition: r, SHA512: second}, err
}

// save writes down what was read, also when the process is being stopped.
func (f Fixity) save(ctx context.Context, office efile.ID, round int, checked []records.Checked, left []efile.Rendition) error {
	if len(checked)+len(left) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	var bad []records.Checked
	err := f.Records.In(ctx, system(office), func(tx *records.Tx) error {
		var err error
		if bad, err = tx.SaveChecked(ctx, round, f.now(), checked); err != nil {
			return err
		}
		for _, r := range left {
			finding := records.Finding{Kind: string(fault.StorageUnavailable), Subject: r.Key, DocumentID: r.DocumentID, Detail: records.DetailUnreadable}
			if err := tx.AddFinding(ctx, finding); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save what was read back: %w", err)
	}
	for _, c := range bad {
		f.Log.LogAttrs(ctx, slog.LevelError, "stored object is not what was received: in quarantine", slog.String("problem", c.Problem),
			slog.String("document", c.Rendition.DocumentID.String()), slog.String("rendition", string(c.Rendition.Kind)),
			slog.String("key", c.Rendition.Key))
	}
	return nil
}

// close ends a round in which nothing is left. One with objects that could not be read stays open.
func (f Fixity) close(ctx context.Context, office efile.ID, round records.FixityRound, skipped []efile.ID) error {
	if len(skipped) > 0 {
		return nil
	}
	return f.Records.In(ctx, system(office), func(tx *records.Tx) error {
		return tx.EndFixityRound(ctx, round.Number, f.now())
	})
}

// Everything reads all objects of an office now, whether due or not and outside of any round, and calls bad for each that
// is wrong, those in quarantine included. It returns how many it read.
func (f Fixity) Everything(ctx context.Context, office efile.ID, bad func(records.Checked) error) (int, error) {
	var seen int
	var after efile.ID
	for {
		var some []efile.Rendition
		err := f.Records.View(ctx, system(office), func(tx *records.Tx) error {
			var err error
			some, err = tx.AllObjects(ctx, after, sliceObjects)
			return err
		})
		if err != nil || len(some) == 0 {
			return seen, err
		}
		checked, left, err := f.slice(ctx, some)
		err = errors.Join(err, f.save(ctx, office, 0, checked, left))
		for _, c := range checked {
			if c.Problem != "" {
				err = errors.Join(err, bad(c))
			}
		}
		if len(left) > 0 && err == nil {
			err = fault.New(fault.Wait, fault.StorageUnavailable, fmt.Errorf("the store does not give %d objects", len(left)))
		}
		if seen += len(checked); err != nil {
			return seen, err
		}
		after = some[len(some)-1].ID
	}
}

// fixityWorker makes the rounds of all offices, a slice of each in turn, so that a big office keeps nobody waiting.
type fixityWorker struct {
	river.WorkerDefaults[job.Fixity]
	w *Workers
}

// Timeout bounds one job, not a round: the next job goes on.
func (*fixityWorker) Timeout(*river.Job[job.Fixity]) time.Duration { return fixityTime + time.Hour }

// fixityTime is after how long a job takes no new slice.
const fixityTime = 6 * time.Hour

// Work reads until nothing is due. When this process is stopped it ends at once, and the next one goes on.
func (f *fixityWorker) Work(ctx context.Context, _ *river.Job[job.Fixity]) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.w.leaving, cancel)() //nolint:contextcheck // it only ends ctx, whoever asks for it
	offices, err := f.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for end := time.Now().Add(fixityTime); len(offices) > 0 && time.Now().Before(end) && ctx.Err() == nil; {
		rest := offices[:0]
		for _, office := range offices {
			more, err := f.w.fixity.Round(ctx, office.ID)
			if err != nil {
				failed = append(failed, f.told(ctx, office.ID, err))
			}
			if more {
				rest = append(rest, office)
			}
		}
		offices = rest
	}
	if ctx.Err() != nil {
		return river.JobSnooze(0) // this process stops; the round's row says where the next one goes on
	}
	return errors.Join(failed...)
}

// told makes a finding of what retries do not mend.
func (f *fixityWorker) told(ctx context.Context, office efile.ID, err error) error {
	if !errors.Is(err, errStoreEmpty) {
		return err
	}
	return errors.Join(err, f.w.Records.In(ctx, system(office), func(tx *records.Tx) error {
		return tx.AddFinding(ctx, records.Finding{Kind: string(fault.StorageUnavailable), Subject: "store", Detail: records.DetailAll})
	}))
}
