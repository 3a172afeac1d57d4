package workers

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// inspectWorker asks the virus scanner and a reader whether the original may pass, and releases it from quarantine.
// Nothing leaves quarantine unscanned when a scanner is configured.
type inspectWorker struct {
	river.WorkerDefaults[job.Inspect]
	station
}

// Timeout covers the scan of the largest file.
func (*inspectWorker) Timeout(*river.Job[job.Inspect]) time.Duration { return 3 * time.Minute }

// Work runs the station.
func (s *inspectWorker) Work(ctx context.Context, j *river.Job[job.Inspect]) error {
	return run(ctx, s.station, efile.Inspect, j, func(ctx context.Context, doc efile.Document) (found, error) {
		original, err := s.rendition(ctx, j.Args.Document, efile.Original, 0)
		if err != nil {
			return found{}, err
		}
		if err := s.scan(ctx, original); err != nil {
			return found{}, err
		}
		var inspection pipeline.Inspection
		err = s.w.Readers.Do(ctx, pipeline.StepInspect, func(dir string) (any, error) {
			err := s.w.Store.Fetch(ctx, object(original), filepath.Join(dir, "original"))
			return pipeline.InspectRequest{File: "original", Claimed: claimed(doc), Limits: s.w.Limits}, err
		}, &inspection, func(string) error { return believeInspection(&inspection, s.w.Limits) })
		if err != nil {
			return found{}, err
		}
		return s.release(ctx, j.Args.Office, doc, original, inspection)
	})
}

// scan streams the object through the scanner. The bytes are compared with the digest on the way: what the scanner saw is
// what was received.
func (s *inspectWorker) scan(ctx context.Context, original efile.Rendition) error {
	if !s.w.Scanner.Configured() {
		return nil
	}
	body, err := s.w.Store.Get(ctx, object(original))
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // read to the end, or given up
	if err := s.w.Scanner.Scan(ctx, body); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, body)
	return err
}

// release copies the original to its lasting key; the quarantined object goes once that is recorded.
func (s *inspectWorker) release(ctx context.Context, office efile.ID, doc efile.Document, original efile.Rendition,
	inspection pipeline.Inspection,
) (found, error) {
	from := original.Key
	original.Key = storage.OriginalKey(false, office, doc.ID, doc.SHA256)
	original.MediaType = inspection.MediaType // until now it was the sender's word
	if from != original.Key {
		if err := s.w.Store.Copy(ctx, from, original.Key); err != nil {
			return found{}, err
		}
	}
	if s.w.Locked > 0 { // nothing happens in a store that does not enforce it
		if err := s.w.Store.Lock(ctx, original.Key, time.Now().Add(s.w.Locked)); err != nil {
			return found{}, err
		}
	}
	return found{
		record: func(ctx context.Context, tx *records.Tx, doc *efile.Document) (bool, error) {
			doc.Status = efile.Processing
			doc.MediaType = inspection.MediaType
			doc.Pages = inspection.Pages
			addNotes(doc, inspection.Notes)
			advise(doc, inspection.Quality)
			return true, tx.AddRendition(ctx, original)
		},
		afterwards: func(ctx context.Context) {
			if from == original.Key {
				return
			}
			if err := s.w.Store.Delete(ctx, from); err != nil { // sweep removes it later
				s.w.Log.LogAttrs(ctx, slog.LevelWarn, "quarantined object stays",
					slog.String("document", doc.ID.String()), slog.String("error", err.Error()))
			}
		},
	}, nil
}

// claimed is the sender's idea of the format: a hint for ambiguous bytes, never proof.
func claimed(doc efile.Document) string {
	if ext := filepath.Ext(doc.FileName); ext != "" {
		return ext
	}
	return doc.MediaType
}
