package workers

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// patience is the retry policy of stations: 2 s, 10 s, 1 min, 5 min. Neighbours that are away do not come here, they wait
// (see treat); what comes here is a tool that died or an error nobody foresaw.
type patience struct{}

// NextRetry says when the job runs again.
func (patience) NextRetry(j *rivertype.JobRow) time.Time {
	steps := [...]time.Duration{2 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute}
	return time.Now().Add(spread(steps[min(max(len(j.Errors), 0), len(steps)-1)]))
}

// spread varies d by ±20 %.
func spread(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // no secret
}

// parking sees what settle could not: a panic, or an error of the settling itself, on a job's last attempt. The document
// must still end in somebody's queue.
type parking struct{ w *Workers }

// HandleError parks the document of a job that is out of attempts.
func (p *parking) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	p.w.Log.LogAttrs(ctx, slog.LevelWarn, "job failed", jobAttrs(j, err)...)
	p.last(ctx, j)
	return nil
}

// HandlePanic parks likewise. The value of the panic may quote a document and is not logged; the trace names functions.
func (p *parking) HandlePanic(ctx context.Context, j *rivertype.JobRow, _ any, trace string) *river.ErrorHandlerResult {
	p.w.Log.LogAttrs(ctx, slog.LevelError, "job panicked", append(jobAttrs(j, nil), slog.String("trace", trace))...)
	p.last(ctx, j)
	return nil
}

func (p *parking) last(ctx context.Context, j *rivertype.JobRow) {
	var ref job.Document
	if j.Attempt < j.MaxAttempts || json.Unmarshal(j.EncodedArgs, &ref) != nil || ref.Document.IsZero() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if err := p.w.giveUp(ctx, ref, efile.Station(j.Kind)); err != nil {
		// reconcile finds the document: it is in a passing status without a job.
		p.w.Log.LogAttrs(ctx, slog.LevelError, "document could not be parked", jobAttrs(j, err)...)
	}
}

// giveUp puts a document that is still at the station into review.
func (w *Workers) giveUp(ctx context.Context, ref job.Document, at efile.Station) error {
	err := w.Records.In(ctx, system(ref.Office), func(tx *records.Tx) error {
		doc, err := tx.LockDocument(ctx, ref.Document)
		if err != nil || outdated(doc, at, ref) {
			return err
		}
		return park(ctx, tx, doc, fault.New(fault.Review, fault.GaveUp, nil))
	})
	if err != nil {
		return fmt.Errorf("park document %s: %w", ref.Document, err)
	}
	return nil
}

func jobAttrs(j *rivertype.JobRow, err error) []slog.Attr {
	attrs := []slog.Attr{
		slog.Int64("job", j.ID), slog.String("kind", j.Kind),
		slog.Int("attempt", j.Attempt), slog.Int("of", j.MaxAttempts),
	}
	var ref job.Document
	if json.Unmarshal(j.EncodedArgs, &ref) == nil && !ref.Document.IsZero() {
		attrs = append(attrs, slog.String("document", ref.Document.String()))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	return attrs
}

func documentAttrs(ref job.Document, at efile.Station, f *fault.Error) []slog.Attr {
	return []slog.Attr{
		slog.String("document", ref.Document.String()), slog.String("office", ref.Office.String()),
		slog.String("station", string(at)), slog.String("code", string(f.Code)),
		slog.String("treatment", string(f.Treatment)), slog.String("error", f.Error()),
	}
}

func levelOf(f *fault.Error) slog.Level {
	if f.Code == fault.GaveUp || f.Code == fault.DigestMismatch {
		return slog.LevelError
	}
	return slog.LevelInfo
}
