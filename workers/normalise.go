package workers

import (
	"context"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// normaliseWorker makes the sound PDF; attachments of an e-mail become documents of their own.
type normaliseWorker struct {
	river.WorkerDefaults[job.Normalise]
	station
}

// Timeout covers the whole recovery chain, with an office document's conversion as the longest part.
func (*normaliseWorker) Timeout(*river.Job[job.Normalise]) time.Duration { return 5 * time.Minute }

// Work runs the station.
func (s *normaliseWorker) Work(ctx context.Context, j *river.Job[job.Normalise]) error {
	return run(ctx, s.station, efile.Normalise, j, func(ctx context.Context, doc efile.Document) (found, error) {
		original, err := s.rendition(ctx, j.Args.Document, efile.Original, 0)
		if err != nil {
			return found{}, err
		}
		var (
			sound  efile.Rendition
			result pipeline.Normalised
		)
		err = s.w.Readers.Do(ctx, pipeline.StepNormalise, func(dir string) (any, error) {
			err := s.w.Store.Fetch(ctx, object(original), filepath.Join(dir, "original"))
			return pipeline.NormaliseRequest{File: "original", MediaType: doc.MediaType, Limits: s.w.Limits}, err
		}, &result, func(dir string) error {
			err := believeNormalised(&result, s.w.Limits)
			if err != nil {
				return err
			}
			if sound, err = s.keep(ctx, j.Args.Office, doc, efile.Sound, dir, result.File, "application/pdf"); err != nil {
				return err
			}
			return s.attach(ctx, j.Args.Office, doc, dir, result.Parts)
		})
		if err != nil {
			return found{}, err
		}
		return found{record: func(ctx context.Context, tx *records.Tx, doc *efile.Document) (bool, error) {
			doc.Source = string(result.Source)
			doc.Pages = len(result.Pages)
			addNotes(doc, result.Notes)
			if err := tx.AddRendition(ctx, sound); err != nil {
				return false, err
			}
			return true, tx.SavePages(ctx, doc.ID, soundPages(result.Pages))
		}}, nil
	})
}

// attach makes each part of an e-mail a document of its own. Doing it again changes nothing, so it need not wait for the
// e-mail's own transaction.
func (s *normaliseWorker) attach(ctx context.Context, office efile.ID, doc efile.Document, dir string, parts []pipeline.Part) error {
	for i, part := range parts {
		path, err := inside(dir, part.File)
		if err != nil {
			return err
		}
		_, err = s.w.Intake.Attach(ctx, office, intake.Attachment{
			Parent: doc.ID, Number: i + 1, Path: path, Name: part.Name, MediaType: part.MediaType,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func soundPages(pages []pipeline.SoundPage) []efile.Page {
	all := make([]efile.Page, len(pages))
	for i, p := range pages {
		all[i] = efile.Page{
			Number: p.Number, Width: p.Width, Height: p.Height,
			Kind: string(p.Kind), Turn: p.Rotate, Digital: p.Kind == pipeline.PageDigital,
		}
	}
	return all
}
