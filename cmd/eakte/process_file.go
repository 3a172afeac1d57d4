package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// sureType is the confidence from which on the workers file a document without asking anybody.
const sureType = 0.75

// longestRange is how many pages a reader is given at most at a time, as by the workers.
const longestRange = 10

// processing is one file on its way through the steps.
type processing struct {
	readers   *reader.Pool
	work      string // where the directories of files are made
	keep      string // beginning of the names of what is kept; empty: nothing is
	cores     int
	languages []string
	veraPDF   string            // a second validator; empty: none
	catalogue map[string][]byte // the files of the installation's own; nil: it has none

	mu    sync.Mutex // guards out's Seconds and Notes: ranges of pages are read side by side
	out   outcome
	dir   string
	sound pipeline.Normalised
	pages []pipeline.Page
}

// file runs all steps on a file.
func (p *processing) file(ctx context.Context, file string) outcome {
	p.out = outcome{
		File: file, Status: "done", Candidates: []pipeline.Candidate{}, Pages: []outcomePage{}, Fields: map[string]outcomeField{},
		Segments: []outcomeSegment{}, Seconds: map[string]float64{},
	}
	began := time.Now()
	if err := p.steps(ctx, file); err != nil {
		p.out.Status, p.out.Code = ofFault(err)
	}
	for _, page := range p.pages {
		p.out.Pages = append(p.out.Pages, outcomePage{
			Rotation: page.Rotation, Blank: page.Blank, Quality: page.Quality.Verdict, Language: page.Language,
			Confidence: page.Confidence, Text: page.Text, Codes: page.Codes,
		})
	}
	p.out.Readable = slices.ContainsFunc(p.pages, readable)
	p.out.Seconds["total"] = time.Since(began).Seconds()
	return p.out
}

func readable(p pipeline.Page) bool { return p.Code == "" && p.Quality.Verdict != pipeline.Unreadable }

// ofFault returns status and code of a file that did not get through.
func ofFault(err error) (status, code string) {
	f := fault.Of(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "failed", string(fault.NotFound)
	case f.Treatment == fault.Reject:
		return "rejected", string(f.Code)
	case f.Treatment == fault.Review:
		return "review", string(f.Code)
	}
	return "failed", string(f.Code)
}

func (p *processing) steps(ctx context.Context, file string) error {
	var err error
	if p.dir, err = os.MkdirTemp(p.work, "file-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(p.dir) }()
	if err := copyFile(file, filepath.Join(p.dir, "original")); err != nil {
		return err
	}
	if err := p.normalise(ctx, filepath.Ext(file)); err != nil {
		return err
	}
	if err := p.recognise(ctx); err != nil {
		return err
	}
	if p.keep != "" {
		if err := p.compose(ctx); err != nil {
			return err
		}
	}
	return p.read(ctx)
}

// normalise makes the sound PDF.
func (p *processing) normalise(ctx context.Context, claimed string) error {
	var inspected pipeline.Inspection
	err := p.step(ctx, pipeline.StepInspect, []string{"original"}, pipeline.InspectRequest{File: "original", Claimed: claimed}, &inspected, nil)
	if err != nil {
		return err
	}
	p.note(inspected.Notes)
	err = p.step(ctx, pipeline.StepNormalise, []string{"original"}, pipeline.NormaliseRequest{File: "original", MediaType: inspected.MediaType},
		&p.sound, func() []string { return []string{p.sound.File} })
	for _, part := range p.sound.Parts {
		p.out.Parts = append(p.out.Parts, part.Name)
	}
	p.note(p.sound.Notes)
	return err
}

// recognise reads the pages in ranges, as many side by side as there are readers free.
func (p *processing) recognise(ctx context.Context) error {
	n := len(p.sound.Pages)
	size := min(longestRange, (n+p.cores-1)/p.cores)
	p.pages = make([]pipeline.Page, n)
	var (
		team   sync.WaitGroup
		failed = make([]error, n)
	)
	for first := 0; first < n; first += size {
		last := min(first+size, n)
		team.Go(func() { failed[first] = p.readRange(ctx, first, last) })
	}
	team.Wait()
	if err := errors.Join(failed...); err != nil {
		p.pages = nil
		return err
	}
	data, err := json.Marshal(p.pages)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, "words.json"), data, 0o600)
}

// readRange reads the pages from index first to before last.
func (p *processing) readRange(ctx context.Context, first, last int) error {
	var read pipeline.Recognised
	err := p.step(ctx, pipeline.StepRecognise, []string{p.sound.File}, pipeline.RecogniseRequest{
		File: p.sound.File, Source: p.sound.Source, First: first + 1, Last: last, Pages: p.sound.Pages[first:last], Languages: p.languages,
		NoImages: true,
	}, &read, nil)
	if err != nil {
		return err
	}
	if len(read.Pages) != last-first {
		return fmt.Errorf("got %d pages, want %d", len(read.Pages), last-first)
	}
	copy(p.pages[first:last], read.Pages)
	p.note(read.Notes)
	return nil
}

// compose makes the archival rendition and keeps it with text and words.
func (p *processing) compose(ctx context.Context) error {
	var composed pipeline.Composed
	files, original := []string{p.sound.File, "words.json"}, ""
	if p.sound.Source == pipeline.SourcePDF {
		files, original = append(files, "original"), "original"
	}
	err := p.step(ctx, pipeline.StepCompose, files, pipeline.ComposeRequest{
		File: p.sound.File, Source: p.sound.Source, Pages: p.sound.Pages, Words: []string{"words.json"},
		Title: filepath.Base(p.keep), Lang: p.languages[0], Made: time.Now().UTC().Format(time.RFC3339),
		Original: original, VeraPDF: p.veraPDF,
	}, &composed, func() []string { return []string{composed.File} })
	if err != nil {
		return err
	}
	p.note(composed.Notes)
	p.out.Archival = &outcomeArchival{Format: composed.Format, Route: composed.Route}
	var text []byte
	for _, page := range p.pages {
		text = append(append(text, page.Text...), '\f')
	}
	return errors.Join(
		copyFile(filepath.Join(p.dir, composed.File), p.keep+".archival.pdf"),
		copyFile(filepath.Join(p.dir, "words.json"), p.keep+".words.json"),
		os.WriteFile(p.keep+".txt", text, 0o600),
	)
}

// read classifies and extracts, and says whether a person would have to look.
func (p *processing) read(ctx context.Context) error {
	var reading pipeline.Reading
	files, request := []string{"words.json"}, pipeline.ReadRequest{Words: []string{"words.json"}, Source: p.sound.Source, Languages: p.languages}
	for name, data := range p.catalogue {
		if err := os.WriteFile(filepath.Join(p.dir, name), data, 0o600); err != nil {
			return fmt.Errorf("hand on the catalogue: %w", err)
		}
		files, request.Catalogue = append(files, name), "."
	}
	if err := p.step(ctx, pipeline.StepRead, files, request, &reading, nil); err != nil {
		return err
	}
	p.note(reading.Notes)
	p.out.Type, p.out.Confidence = reading.Type, reading.Confidence
	combined := reading.Combined()
	if p.out.Type == "" && !combined && len(reading.Candidates) > 0 {
		p.out.Type, p.out.Confidence = reading.Candidates[0].Type, reading.Candidates[0].Confidence
	}
	p.out.Candidates = append(p.out.Candidates, reading.Candidates...)
	for _, s := range reading.Segments {
		p.out.Segments = append(p.out.Segments, outcomeSegment{Type: s.Type, First: s.First, Last: s.Last})
	}
	for key, f := range reading.Fields {
		p.out.Fields[key] = outcomeField{Value: f.Value, Raw: f.Raw, Page: f.Page, Box: f.Box, Confidence: f.Confidence}
		if field, ok := catalogue.KnownField(key); ok && field.Also != "" {
			p.out.Fields[field.Also] = p.out.Fields[key]
		}
	}
	if z := reading.MRZ; z != nil {
		p.out.MRZ = &outcomeMRZ{Format: z.Format, Lines: z.Lines, Fields: z.Fields, Valid: z.Valid, Page: z.Page, Wrong: z.Wrong}
	}
	code := pipeline.Doubt(slices.ContainsFunc(p.pages, readable), combined, reading.Type, reading.Confidence, sureType)
	if p.out.Code = string(code); code != "" {
		p.out.Status = "review"
	}
	return nil
}

func (p *processing) note(notes []pipeline.Note) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.Notes = pipeline.AddNotes(p.out.Notes, notes...)
}

// step runs one step in a reader: the named files go in, those of want come out.
func (p *processing) step(ctx context.Context, step pipeline.Step, in []string, request, result any, want func() []string) error {
	began := time.Now()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.out.Seconds[string(step)] += time.Since(began).Seconds()
	}()
	return p.readers.Do(ctx, step, func(job string) (any, error) {
		for _, name := range in {
			if err := copyFile(filepath.Join(p.dir, name), filepath.Join(job, name)); err != nil {
				return nil, err
			}
		}
		return request, nil
	}, result, func(job string) error {
		if want == nil {
			return nil
		}
		for _, name := range want() {
			if !filepath.IsLocal(name) {
				return errors.New("reader named a file outside its directory")
			}
			if err := copyFile(filepath.Join(job, name), filepath.Join(p.dir, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepNames returns under which name what comes of each file is kept: its own, with a number where two are the same.
func keepNames(files []string) []string {
	names, seen := make([]string, len(files)), map[string]bool{}
	for i, file := range files {
		base := filepath.Base(file)
		name := base
		for n := 2; seen[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s~%d", base, n)
		}
		seen[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

func copyFile(from, to string) error {
	source, err := os.Open(from) //nolint:gosec // the operator's file, or one of our own working directory
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()                                     // only read
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // as above
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
