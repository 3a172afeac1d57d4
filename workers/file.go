package workers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// fileWorker is the last station: what is it, what does it say, where does it belong. Unsure is a result, not a failure:
// the document then waits for a caseworker with the best guess as suggestion.
type fileWorker struct {
	river.WorkerDefaults[job.File]
	station
}

// otherType is the catalogue's type for what needs no type of its own, such as the body of an e-mail.
const otherType = "other"

// Work runs the station.
func (s *fileWorker) Work(ctx context.Context, j *river.Job[job.File]) error {
	return run(ctx, s.station, efile.File, j, func(ctx context.Context, doc efile.Document) (found, error) {
		pages, words, err := s.facts(ctx, j.Args.Document)
		if err != nil {
			return found{}, err
		}
		var reading pipeline.Reading
		err = s.w.Readers.Do(ctx, pipeline.StepRead, func(dir string) (any, error) {
			return s.readRequest(ctx, dir, j.Args.Office, doc, words)
		}, &reading, func(string) error { return believeReading(&reading, s.w.Catalogue, len(pages)) })
		if err != nil {
			return found{}, err
		}
		return found{record: func(ctx context.Context, tx *records.Tx, doc *efile.Document) (bool, error) {
			return true, s.file(ctx, tx, doc, pages, reading)
		}}, nil
	})
}

// catalogueFolder is where the installation's catalogue lies in a job's directory.
const catalogueFolder = "catalogue"

// readRequest puts into dir what the step read needs: the words, what the office's corrections taught, the installation's
// catalogue.
func (s *fileWorker) readRequest(ctx context.Context, dir string, office efile.ID, doc efile.Document, words []efile.Rendition) (pipeline.ReadRequest, error) {
	request := pipeline.ReadRequest{Source: pipeline.Source(doc.Source), Languages: s.languages(ctx, office, doc)}
	var err error
	if request.Words, err = s.fetchWords(ctx, dir, words); err != nil {
		return request, err
	}
	if request.Lessons, err = s.w.fetchLessons(ctx, dir, office); err != nil {
		return request, err
	}
	if len(s.w.Overrides) == 0 {
		return request, nil
	}
	request.Catalogue = catalogueFolder
	folder := filepath.Join(dir, catalogueFolder)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return request, fmt.Errorf("make a folder for the catalogue: %w", err)
	}
	for name, data := range s.w.Overrides {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return request, fmt.Errorf("hand on the catalogue: %w", err)
		}
	}
	return request, nil
}

// file records the reading and gives the document its place.
func (s *fileWorker) file(ctx context.Context, tx *records.Tx, doc *efile.Document, pages []efile.Page, reading pipeline.Reading) error {
	addNotes(doc, reading.Notes)
	settleAdvice(doc, pages)
	if err := markSimilar(ctx, tx, doc); err != nil {
		return err
	}
	if err := tx.SaveReading(ctx, doc.ID, segments(reading), fields(reading)); err != nil {
		return err
	}
	doc.Type, doc.TypeConfidence, doc.TypeBy = reading.Type, reading.Confidence, reading.By
	if doc.Source == string(pipeline.SourceMail) && reading.Confidence < s.w.Sure {
		doc.Type, doc.TypeConfidence, doc.TypeBy = otherType, 1, "rule"
	}
	if doc.Type == "" && len(reading.Candidates) > 0 {
		doc.TypeConfidence = reading.Candidates[0].Confidence
	}
	if err := s.place(ctx, tx, doc); err != nil {
		return err
	}
	code := s.doubt(*doc, pages, reading.Combined())
	if code != "" {
		doc.Status, doc.Code = efile.Review, string(code)
		return notify.AppendDocument(ctx, tx, efile.DocumentClassified, *doc, nil)
	}
	doc.Status, doc.Code = efile.Filed, ""
	for _, t := range []efile.EventType{efile.DocumentClassified, efile.DocumentAttached} {
		if err := notify.AppendDocument(ctx, tx, t, *doc, nil); err != nil {
			return err
		}
	}
	return Filed(ctx, tx, s.w.Catalogue, *doc)
}

// doubt is why a caseworker must look; empty when nobody needs to.
func (s *fileWorker) doubt(doc efile.Document, pages []efile.Page, combined bool) fault.Code {
	readable := func(p efile.Page) bool { return p.Quality != string(pipeline.Unreadable) && p.Code == "" }
	some := len(pages) == 0 || slices.ContainsFunc(pages, readable)
	return pipeline.Doubt(some, combined, doc.Type, doc.TypeConfidence, s.w.Sure)
}

// place chooses the matter: the submission's, else the case's newest open one. A case without a matter keeps the
// document by itself.
func (s *fileWorker) place(ctx context.Context, tx *records.Tx, doc *efile.Document) error {
	if !doc.MatterID.IsZero() {
		return nil
	}
	matters, err := tx.Matters(ctx, doc.CaseID)
	newest, _ := efile.NewestOpen(matters)
	doc.MatterID = newest.ID
	return err
}

// Filed does what follows when a document has its place, whoever gave it: it ticks requests and tells the case system
// when the checklist moved. doc is the document as it will be saved; the one in the database may still be unfiled.
func Filed(ctx context.Context, tx *records.Tx, all *catalogue.Catalogue, doc efile.Document) error {
	if err := tickRequests(ctx, tx, doc); err != nil {
		return err
	}
	if doc.MatterID.IsZero() {
		return nil
	}
	matter, err := tx.Matter(ctx, doc.MatterID)
	if err != nil {
		return err
	}
	documents, err := tx.Documents(ctx, doc.CaseID)
	if err != nil {
		return err
	}
	present := map[string]int{}
	for _, d := range documents {
		if d.Status == efile.Filed && d.MatterID == doc.MatterID && d.ID != doc.ID {
			present[d.Type]++
		}
	}
	before := catalogue.Count(all.Checklist(matter.Procedure, matter.Facts, present))
	present[doc.Type]++
	now := catalogue.Count(all.Checklist(matter.Procedure, matter.Facts, present))
	if before.MandatoryPresent == now.MandatoryPresent && before.ConditionalOpen == now.ConditionalOpen {
		return nil
	}
	c, err := tx.Case(ctx, doc.CaseID)
	if err != nil {
		return err
	}
	tx.Append(notify.CaseEvent(efile.CaseCompleteness, c, notify.CaseChange{Procedure: matter.Procedure, Completeness: completeness(now)}))
	return nil
}

func completeness(c catalogue.Completeness) *notify.Completeness {
	return &notify.Completeness{
		MandatoryTotal: c.MandatoryTotal, MandatoryPresent: c.MandatoryPresent, ConditionalOpen: c.ConditionalOpen,
		Complete: c.Complete, Missing: c.Missing,
	}
}

// tickRequests marks the first open item that asks for the document's type as received, and the request as fulfilled
// when nothing is open any more.
func tickRequests(ctx context.Context, tx *records.Tx, doc efile.Document) error {
	requests, err := tx.Requests(ctx, doc.CaseID)
	if err != nil {
		return err
	}
	for _, r := range requests {
		at := slices.IndexFunc(r.Items, func(i efile.RequestItem) bool { return i.State == "open" && i.DocumentType == doc.Type })
		if at < 0 || r.State == efile.RequestCancelled {
			continue
		}
		r.Items[at].State, r.Items[at].DocumentID = "received", doc.ID
		if !slices.ContainsFunc(r.Items, func(i efile.RequestItem) bool { return i.State == "open" }) {
			r.State = efile.RequestFulfilled
			if err := notify.AppendRequest(ctx, tx, efile.RequestWasFulfilled, r); err != nil {
				return err
			}
		}
		return tx.SaveRequest(ctx, r)
	}
	return nil
}

func segments(r pipeline.Reading) []efile.Segment {
	all := make([]efile.Segment, len(r.Segments))
	for i, s := range r.Segments {
		all[i] = efile.Segment{Number: i + 1, First: s.First, Last: s.Last, Type: s.Type, Confidence: s.Confidence}
	}
	return all
}

func fields(r pipeline.Reading) []efile.Field {
	all := make([]efile.Field, 0, len(r.Fields))
	for name, f := range r.Fields {
		all = append(all, efile.Field{
			Name: name, Value: f.Value, Raw: f.Raw, Page: f.Page, Box: f.Box, Confidence: f.Confidence, By: f.By,
		})
	}
	slices.SortFunc(all, func(a, b efile.Field) int { return strings.Compare(a.Name, b.Name) })
	return all
}
