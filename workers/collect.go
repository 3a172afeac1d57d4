package workers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// maxAnswer is far more than the longest list of decisions; what is larger is not read, but told.
const maxAnswer = 64 << 20

// collectWorker looks where archives leave their answers. Nothing is ever removed there: archives do that. An answer is taken
// when its size and time stand still from one look to the next, and the same bytes are taken once, whatever they are called.
type collectWorker struct {
	river.WorkerDefaults[job.Collect]
	w    *Workers
	mu   sync.Mutex
	seen map[sighting]bool // true: taken, or of no interest
}

// sighting is a file as a listing showed it. One that changes is another.
type sighting struct {
	archive  efile.ID
	name     string
	size     int64
	modified time.Time
}

// Timeout bounds one look; what is left is seen in the next.
func (*collectWorker) Timeout(*river.Job[job.Collect]) time.Duration { return 10 * time.Minute }

// Work looks at every archive of every office; what fails with one keeps nothing from the others.
func (c *collectWorker) Work(ctx context.Context, _ *river.Job[job.Collect]) error {
	offices, err := c.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, office := range offices {
		var archives []efile.ReceivingArchive
		err := c.w.Records.View(ctx, system(office.ID), func(tx *records.Tx) error {
			var err error
			archives, err = tx.Archives(ctx)
			return err
		})
		failed = append(failed, err)
		for _, a := range archives {
			if err := c.inTime(ctx, office.ID, a); err != nil && fault.Of(err).Treatment == fault.Wait {
				c.w.Log.LogAttrs(ctx, slog.LevelWarn, "archive not reached", slog.String("archive", a.ID.String()), slog.String("error", err.Error()))
			} else if err != nil {
				failed = append(failed, fmt.Errorf("collect answers of archive %s: %w", a.ID, err))
			}
		}
	}
	return errors.Join(failed...)
}

// perArchive bounds one look at one archive, so that a slow one keeps nothing from the others.
const perArchive = 2 * time.Minute

func (c *collectWorker) inTime(ctx context.Context, office efile.ID, a efile.ReceivingArchive) error {
	ctx, cancel := context.WithTimeout(ctx, perArchive)
	defer cancel()
	return c.archive(ctx, office, a)
}

// ownMessage are names of what we put there ourselves.
var ownMessage = regexp.MustCompile(`(?i)[._]050[135](_[0-9]+)?(\.bag)?\.(zip|xml|xdomea)$`)

func (c *collectWorker) archive(ctx context.Context, office efile.ID, a efile.ReceivingArchive) error {
	road, err := c.w.Archives.road(a)
	if err != nil || road == nil {
		return err
	}
	listed, err := road.List(ctx)
	if err != nil {
		return err
	}
	c.forget(a.ID, listed)
	var failed []error
	for _, l := range listed {
		at := sighting{a.ID, l.Name, l.Size, l.Modified}
		if ownMessage.MatchString(l.Name) || !c.settled(at) {
			continue
		}
		if err := c.take(ctx, office, a, road, l); err != nil {
			failed = append(failed, err)
			continue
		}
		c.mu.Lock()
		c.seen[at] = true
		c.mu.Unlock()
	}
	return errors.Join(failed...)
}

// forget lets go of what an archive does not show any more.
func (c *collectWorker) forget(a efile.ID, listed []transport.Listed) {
	there := map[sighting]bool{}
	for _, l := range listed {
		there[sighting{a, l.Name, l.Size, l.Modified}] = true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.seen, func(s sighting, _ bool) bool { return s.archive == a && !there[s] })
}

// settled reports whether a file was seen like this before and has not been taken.
func (c *collectWorker) settled(at sighting) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken, known := c.seen[at]
	if !known {
		c.seen[at] = false
	}
	return known && !taken
}

// take copies an answer out of the archive's directory and reads it.
func (c *collectWorker) take(ctx context.Context, office efile.ID, a efile.ReceivingArchive, road transport.Transport, l transport.Listed) error {
	dir, err := c.w.Archives.folder("answer-" + efile.NewID().String())
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	r, err := road.Open(ctx, l.Name)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	path := filepath.Join(dir, "answer")
	sum := sha256.New()
	err = spill(io.TeeReader(io.LimitReader(r, maxAnswer+1), sum), path)
	if err != nil {
		return fmt.Errorf("copy answer: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	answer := efile.Answer{
		ID: efile.NewID(), Archive: a.ID, File: efile.CleanName(l.Name[strings.LastIndexByte(l.Name, '/')+1:]), Size: info.Size(),
		SHA256: hex.EncodeToString(sum.Sum(nil)),
	}
	if info.Size() > maxAnswer {
		answer.State, answer.Code = efile.AnswerUnexpected, string(fault.TooLarge)
		return c.w.Records.In(ctx, system(office), func(tx *records.Tx) error {
			_, err := tx.AddArchiveAnswer(ctx, &answer)
			return err
		})
	}
	if known, err := c.w.knownAnswer(ctx, office, answer); err != nil || known {
		return err
	}
	f, err := os.Open(path) //nolint:gosec // our own copy
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	answer.Key = storage.AnswerKey(office, answer.ID)
	if _, err := c.w.Store.Put(ctx, answer.Key, f, answer.Size); err != nil {
		return err
	}
	err = c.w.believeAnswer(ctx, office, answer, path)
	if err != nil { // it is read again at the next look, under another key
		err = errors.Join(err, c.w.Store.Delete(context.WithoutCancel(ctx), answer.Key))
	}
	return err
}

// takeWorker reads an answer that a person brought.
type takeWorker struct {
	river.WorkerDefaults[job.Take]
	w *Workers
}

// Timeout bounds it; an answer is small.
func (*takeWorker) Timeout(*river.Job[job.Take]) time.Duration { return 5 * time.Minute }

// Work fetches the answer and reads it.
func (t *takeWorker) Work(ctx context.Context, j *river.Job[job.Take]) error {
	a := j.Args
	answer := efile.Answer{
		ID: a.Upload, Archive: a.Archive, File: "upload", Size: a.Size, SHA256: a.SHA256, Key: storage.AnswerKey(a.Office, a.Upload),
	}
	return treat(ctx, j.JobRow, t.fetch(ctx, a.Office, answer), nil)
}

func (t *takeWorker) fetch(ctx context.Context, office efile.ID, answer efile.Answer) error {
	if known, err := t.w.knownAnswer(ctx, office, answer); err != nil || known {
		return err
	}
	dir, err := t.w.Archives.folder("answer-" + answer.ID.String())
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "answer")
	if err := t.w.Store.Fetch(ctx, storage.Object{Key: answer.Key, Size: answer.Size, SHA256: answer.SHA256}, path); err != nil {
		return err
	}
	return t.w.believeAnswer(ctx, office, answer, path)
}

// knownAnswer reports whether these bytes are an answer of that archive already.
func (w *Workers) knownAnswer(ctx context.Context, office efile.ID, a efile.Answer) (known bool, err error) {
	err = w.Records.View(ctx, system(office), func(tx *records.Tx) error {
		known, err = tx.HasArchiveAnswer(ctx, a.Archive, a.SHA256)
		return err
	})
	return known, err
}
