package workers

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// composeWorker writes the archival rendition.
type composeWorker struct {
	river.WorkerDefaults[job.Compose]
	station
}

// Timeout covers a thousand pages.
func (*composeWorker) Timeout(*river.Job[job.Compose]) time.Duration { return 5 * time.Minute }

// Work runs the station.
func (s *composeWorker) Work(ctx context.Context, j *river.Job[job.Compose]) error {
	return run(ctx, s.station, efile.Compose, j, func(ctx context.Context, doc efile.Document) (found, error) {
		sound, err := s.rendition(ctx, j.Args.Document, efile.Sound, 0)
		if err != nil {
			return found{}, err
		}
		pages, words, err := s.facts(ctx, j.Args.Document)
		if err != nil {
			return found{}, err
		}
		handed, err := s.original(ctx, j.Args.Document, doc, pages)
		if err != nil {
			return found{}, err
		}
		var (
			archival efile.Rendition
			result   pipeline.Composed
		)
		err = s.w.Readers.Do(ctx, pipeline.StepCompose, func(dir string) (any, error) {
			names, err := s.fetchWords(ctx, dir, words)
			if err != nil {
				return nil, err
			}
			return pipeline.ComposeRequest{
				File: "sound.pdf", Source: pipeline.Source(doc.Source), Pages: pagesOf(pages, 1, len(pages)), Words: names,
				Title: doc.ID.Public(efile.PrefixDocument), Lang: language(pages), Made: doc.Received.UTC().Format(time.RFC3339),
				Original: originalName(handed), VeraPDF: s.w.VeraPDF,
			}, s.fetchBoth(ctx, dir, sound, handed)
		}, &result, func(dir string) error {
			err := believeComposed(&result, len(pages))
			if err != nil {
				return err
			}
			archival, err = s.keep(ctx, j.Args.Office, doc, efile.Archival, dir, result.File, "application/pdf")
			archival.Format = result.Format
			return err
		})
		if err != nil {
			return found{}, err
		}
		return found{record: func(ctx context.Context, tx *records.Tx, doc *efile.Document) (bool, error) {
			addNotes(doc, result.Notes)
			if err := tx.AddRendition(ctx, archival); err != nil {
				return false, err
			}
			return true, notify.AppendDocument(ctx, tx, efile.DocumentProcessed, *doc, &archival)
		}}, nil
	})
}

// original returns the document as it was handed in, if it is a PDF that may be PDF/A as it is: not of scans alone. Without a
// key otherwise.
func (s *composeWorker) original(ctx context.Context, ref job.Document, doc efile.Document, pages []efile.Page) (efile.Rendition, error) {
	kind := func(k pipeline.PageKind) bool {
		return slices.ContainsFunc(pages, func(p efile.Page) bool { return p.Kind == string(k) })
	}
	if doc.Source != string(pipeline.SourcePDF) || !kind(pipeline.PageDigital) && kind(pipeline.PageDirect) {
		return efile.Rendition{}, nil
	}
	return s.rendition(ctx, ref, efile.Original, 0)
}

// fetchBoth fetches the sound PDF, and the original if there is one to look at.
func (s *composeWorker) fetchBoth(ctx context.Context, dir string, sound, original efile.Rendition) error {
	if err := s.w.Store.Fetch(ctx, object(sound), filepath.Join(dir, "sound.pdf")); err != nil || original.Key == "" {
		return err
	}
	return s.w.Store.Fetch(ctx, object(original), filepath.Join(dir, "original"))
}

// originalName is what the step is told of it.
func originalName(original efile.Rendition) string {
	if original.Key == "" {
		return ""
	}
	return "original"
}

// language is the one most pages are in; German where none is known.
func language(pages []efile.Page) string {
	count := map[string]int{}
	best := ""
	for _, p := range pages {
		if p.Language == "" {
			continue
		}
		count[p.Language]++
		if best == "" || count[p.Language] > count[best] {
			best = p.Language
		}
	}
	if best == "" {
		return "de"
	}
	return best
}
