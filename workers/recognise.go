package workers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// recogniseWorker reads one range of pages. The last range of a document to end sends it on.
type recogniseWorker struct {
	river.WorkerDefaults[job.Recognise]
	station
}

// Timeout covers ten slow pages, twice: once together and once one by one.
func (*recogniseWorker) Timeout(*river.Job[job.Recognise]) time.Duration { return 5 * time.Minute }

// read is what was read of some pages: the facts, and the renditions already in the store.
type read struct {
	pages      []pipeline.Page
	notes      []pipeline.Note
	renditions []efile.Rendition
}

// Work runs the station.
func (s *recogniseWorker) Work(ctx context.Context, j *river.Job[job.Recognise]) error {
	return run(ctx, s.station, efile.Recognise, j, func(ctx context.Context, doc efile.Document) (found, error) {
		sound, err := s.rendition(ctx, j.Args.Document, efile.Sound, 0)
		if err != nil {
			return found{}, err
		}
		pages, _, err := s.facts(ctx, j.Args.Document)
		if err != nil {
			return found{}, err
		}
		if recognised(pages, j.Args) { // by another run of this job; reconcile inserts all ranges again
			return s.recognised(j.Args, read{}), nil
		}
		request := pipeline.RecogniseRequest{
			File: "sound.pdf", Source: pipeline.Source(doc.Source), First: j.Args.First, Last: j.Args.Last,
			Pages: pagesOf(pages, j.Args.First, j.Args.Last), Languages: s.languages(ctx, j.Args.Office, doc), Limits: s.w.Limits,
		}
		result, err := s.readRange(ctx, j.Args.Office, doc, sound, request)
		if errors.Is(err, reader.ErrLost) && ctx.Err() == nil {
			result, err = s.readOneByOne(ctx, j.Args.Office, doc, sound, request)
		}
		if err != nil {
			return found{}, err
		}
		return s.recognised(j.Args, result), nil
	})
}

// recognised records the pages and counts what is left, under the document's lock: of two ranges that end together
// exactly one sees nothing left.
func (s *recogniseWorker) recognised(args job.Recognise, result read) found {
	return found{record: func(ctx context.Context, tx *records.Tx, doc *efile.Document) (bool, error) {
		addNotes(doc, result.notes)
		for _, r := range result.renditions {
			if err := tx.AddRendition(ctx, r); err != nil {
				return false, err
			}
		}
		if err := tx.SaveRecognised(ctx, doc.ID, recognisedPages(result.pages)); err != nil {
			return false, err
		}
		left, err := tx.PagesLeft(ctx, doc.ID)
		return left == 0, err
	}}
}

// readRange has a reader read all pages of the request at once.
func (s *recogniseWorker) readRange(ctx context.Context, office efile.ID, doc efile.Document, sound efile.Rendition, request pipeline.RecogniseRequest) (read, error) {
	var (
		result pipeline.Recognised
		all    read
	)
	err := s.w.Readers.Do(ctx, pipeline.StepRecognise, func(dir string) (any, error) {
		return request, s.w.Store.Fetch(ctx, object(sound), filepath.Join(dir, request.File))
	}, &result, func(dir string) error {
		var err error
		all, err = s.collect(ctx, office, doc, dir, request, result)
		return err
	})
	return all, err
}

// collect stores the page images and the words of a range.
func (s *recogniseWorker) collect(ctx context.Context, office efile.ID, doc efile.Document, dir string, request pipeline.RecogniseRequest, result pipeline.Recognised) (read, error) {
	if err := believeRecognised(&result, request); err != nil {
		return read{}, err
	}
	all := read{pages: result.Pages, notes: result.Notes}
	for _, p := range result.Pages {
		if p.Image == "" {
			continue
		}
		image, err := s.keep(ctx, office, doc, efile.PageImage, dir, p.Image, "image/jpeg")
		if err != nil {
			return read{}, err
		}
		image.Page = p.Number
		all.renditions = append(all.renditions, image)
	}
	words, err := s.keepWords(ctx, office, doc, dir, result.Pages)
	all.renditions = append(all.renditions, words)
	return all, err
}

func (s *recogniseWorker) keepWords(ctx context.Context, office efile.ID, doc efile.Document, dir string, pages []pipeline.Page) (efile.Rendition, error) {
	name, err := writeWords(dir, pages)
	if err != nil {
		return efile.Rendition{}, err
	}
	words, err := s.keep(ctx, office, doc, efile.Words, dir, name, "application/json")
	words.Page = pages[0].Number
	return words, err
}

// readOneByOne finds the page that killed the reader. Each page has one more try; one that kills again is marked unread
// and the others go on: a fault in a C library costs a page, not a document.
func (s *recogniseWorker) readOneByOne(ctx context.Context, office efile.ID, doc efile.Document, sound efile.Rendition, request pipeline.RecogniseRequest) (read, error) {
	var all read
	for i, page := range request.Pages {
		single := request
		single.First, single.Last, single.Pages = page.Number, page.Number, request.Pages[i:i+1]
		one, err := s.readRange(ctx, office, doc, sound, single)
		if errors.Is(err, reader.ErrLost) && ctx.Err() == nil {
			one, err = s.unread(ctx, office, doc, page)
		}
		if err != nil {
			return read{}, err
		}
		all.pages = append(all.pages, one.pages...)
		all.notes = append(all.notes, one.notes...)
		all.renditions = append(all.renditions, one.renditions...)
	}
	return all, nil
}

// unread is a page that no reader survives.
func (s *recogniseWorker) unread(ctx context.Context, office efile.ID, doc efile.Document, page pipeline.SoundPage) (read, error) {
	pages := []pipeline.Page{{
		Number: page.Number, Width: page.Width, Height: page.Height, Code: string(fault.PageTimeout),
	}}
	dir, err := os.MkdirTemp("", "eakte-words-")
	if err != nil {
		return read{}, fmt.Errorf("make a directory for words: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover of a few bytes harms nobody
	words, err := s.keepWords(ctx, office, doc, dir, pages)
	return read{pages: pages, notes: []pipeline.Note{pipeline.NotePageUnread}, renditions: []efile.Rendition{words}}, err
}

// languages are hints for the reader: the sender's language first, then the office's.
func (s station) languages(ctx context.Context, office efile.ID, doc efile.Document) []string {
	var hints []string
	_ = s.w.Records.View(ctx, system(office), func(tx *records.Tx) error { // hints only: without them OCR still works
		if c, err := tx.Case(ctx, doc.CaseID); err == nil && c.Language != "" {
			hints = append(hints, c.Language)
		}
		return nil
	})
	if len(hints) == 0 || hints[0] != "de" {
		hints = append(hints, "de")
	}
	return hints
}

func recognised(pages []efile.Page, args job.Recognise) bool {
	for _, p := range pages {
		if p.Number >= args.First && p.Number <= args.Last && !p.Recognised {
			return false
		}
	}
	return true
}

// pagesOf are the pages of the sound PDF, as it is.
func pagesOf(pages []efile.Page, first, last int) []pipeline.SoundPage {
	var some []pipeline.SoundPage
	for _, p := range pages {
		if p.Number >= first && p.Number <= last {
			sound := pipeline.SoundPage{
				Number: p.Number, Width: p.Width, Height: p.Height, Rotate: p.Turn, Kind: pipeline.PageKind(p.Kind),
			}
			if p.Recognised && p.Rotation%180 != 0 { // recorded upright by then
				sound.Width, sound.Height = sound.Height, sound.Width
			}
			some = append(some, sound)
		}
	}
	return some
}

func recognisedPages(pages []pipeline.Page) []efile.Page {
	all := make([]efile.Page, len(pages))
	for i, p := range pages {
		all[i] = efile.Page{
			Number: p.Number, Width: p.Width, Height: p.Height, Rotation: p.Rotation, Blank: p.Blank, Digital: p.Digital,
			Language: p.Language, Confidence: p.Confidence, Text: p.Text, Quality: string(p.Quality.Verdict), Code: p.Code, Recognised: true,
			PrintImage: p.Print.Image, PrintText: p.Print.Text,
		}
		for _, c := range p.Codes {
			all[i].Codes = append(all[i].Codes, efile.PageCode{Format: c.Format, Text: c.Text})
		}
	}
	return all
}
