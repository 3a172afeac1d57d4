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
	"sync"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// outcome is one line of `eakte process`.
type outcome struct {
	File       string                    `json:"file"`
	Status     string                    `json:"status"` // done, review, rejected, failed
	Code       string                    `json:"code,omitempty"`
	Type       string                    `json:"type"`
	Confidence float64                   `json:"type_confidence"`
	Candidates []pipeline.Candidate      `json:"candidates"`
	Pages      []outcomePage             `json:"pages"`
	MRZ        *pipeline.MRZ             `json:"mrz"`
	Fields     map[string]pipeline.Field `json:"fields"`
	Segments   []pipeline.Segment        `json:"segments"`
	Notes      []pipeline.Note           `json:"notes,omitempty"`
	Readable   bool                      `json:"readable"`
	Seconds    map[string]float64        `json:"seconds"`
}

type outcomePage struct {
	Rotation   int     `json:"rotation"` // clockwise degrees that make the page upright
	Blank      bool    `json:"blank"`
	Quality    string  `json:"quality"`
	Language   string  `json:"language"`
	Confidence float64 `json:"confidence"`
	Text       string  `json:"text"`
}

// process runs the pipeline on files, without server and database: the same readers, the same steps. Results come in the
// order of the files; one bad file never stops the rest. It fails only if it could not write its results.
func process(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("process")
	keep := flags.String("out", "", "directory for renditions, text and words")
	if err := parse(flags, args, 1, 1<<20); err != nil {
		return err
	}
	if *keep != "" {
		if err := os.MkdirAll(*keep, 0o700); err != nil {
			return fmt.Errorf("make %s: %w", *keep, err)
		}
	}
	work, err := os.MkdirTemp("", "eakte-process-")
	if err != nil {
		return fmt.Errorf("make a working directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }() // below the system's temporary directory
	config.Data = work
	pool, err := config.Readers(ctx, config.Cores)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	encoder := json.NewEncoder(out)
	return inOrder(flags.Args(), config.Cores, func(file string) outcome {
		return (&processing{readers: pool, keep: *keep}).file(ctx, file)
	}, func(o outcome) error { return encoder.Encode(o) })
}

// inOrder runs work on all files, some side by side, and hands the results on in the order of the files.
func inOrder(files []string, width int, work func(string) outcome, emit func(outcome) error) error {
	type slot struct{ done chan outcome }
	slots := make([]slot, len(files))
	for i := range slots {
		slots[i].done = make(chan outcome, 1)
	}
	var (
		team sync.WaitGroup
		next = make(chan int)
	)
	for range width {
		team.Go(func() {
			for i := range next {
				slots[i].done <- work(files[i])
			}
		})
	}
	team.Go(func() {
		defer close(next)
		for i := range files {
			next <- i
		}
	})
	var failed error
	for _, s := range slots {
		if o := <-s.done; failed == nil {
			failed = emit(o)
		}
	}
	team.Wait()
	return failed
}

// processing is one file on its way.
type processing struct {
	readers *reader.Pool
	keep    string
	pages   []pipeline.Page
}

// file runs all stations on a file.
func (p *processing) file(ctx context.Context, file string) outcome {
	o := outcome{File: file, Status: "done", Seconds: map[string]float64{}, Candidates: []pipeline.Candidate{}, Pages: []outcomePage{}, Segments: []pipeline.Segment{}, Fields: map[string]pipeline.Field{}}
	began := time.Now()
	if err := p.stations(ctx, file, &o); err != nil {
		f := fault.Of(err)
		o.Code = string(f.Code)
		o.Status = map[fault.Treatment]string{fault.Reject: "rejected", fault.Review: "review"}[f.Treatment]
		if o.Status == "" {
			o.Status = "failed"
		}
		if errors.Is(err, fs.ErrNotExist) {
			o.Code = string(fault.NotFound)
		}
	}
	for _, page := range p.pages {
		o.Pages = append(o.Pages, outcomePage{
			Rotation: page.Rotation, Blank: page.Blank, Quality: string(page.Quality.Verdict), Language: page.Language,
			Confidence: page.Confidence, Text: page.Text,
		})
		o.Readable = o.Readable || page.Code == "" && page.Quality.Verdict != pipeline.Unreadable
	}
	o.Seconds["total"] = time.Since(began).Seconds()
	return o
}

func (p *processing) stations(ctx context.Context, file string, o *outcome) error {
	dir, err := os.MkdirTemp("", "eakte-file-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	original := filepath.Join(dir, "original")
	if err := copyFile(file, original); err != nil {
		return err
	}
	var inspected pipeline.Inspection
	err = p.step(ctx, o, pipeline.StepInspect, dir, []string{"original"},
		pipeline.InspectRequest{File: "original", Claimed: filepath.Ext(file)}, &inspected, nil)
	if err != nil {
		return err
	}
	o.Notes = append(o.Notes, inspected.Notes...)
	var sound pipeline.Normalised
	err = p.step(ctx, o, pipeline.StepNormalise, dir, []string{"original"},
		pipeline.NormaliseRequest{File: "original", MediaType: inspected.MediaType}, &sound, func() []string { return []string{sound.File} })
	if err != nil {
		return err
	}
	o.Notes = append(o.Notes, sound.Notes...)
	if err := p.recognise(ctx, o, dir, sound); err != nil {
		return err
	}
	return p.finish(ctx, o, dir, file, sound)
}

// recognise reads the pages in ranges, as the workers do.
func (p *processing) recognise(ctx context.Context, o *outcome, dir string, sound pipeline.Normalised) error {
	for first := 1; first <= len(sound.Pages); first += 10 {
		last := min(first+9, len(sound.Pages))
		var read pipeline.Recognised
		err := p.step(ctx, o, pipeline.StepRecognise, dir, []string{sound.File}, pipeline.RecogniseRequest{
			File: sound.File, Source: sound.Source, First: first, Last: last, Pages: sound.Pages[first-1 : last], Languages: []string{"de"},
		}, &read, nil)
		if err != nil {
			return err
		}
		p.pages = append(p.pages, read.Pages...)
		o.Notes = append(o.Notes, read.Notes...)
	}
	data, err := json.Marshal(p.pages)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "words.json"), data, 0o600)
}

// finish composes the archival rendition when it is wanted, and classifies and extracts.
func (p *processing) finish(ctx context.Context, o *outcome, dir, file string, sound pipeline.Normalised) error {
	if p.keep != "" {
		var composed pipeline.Composed
		err := p.step(ctx, o, pipeline.StepCompose, dir, []string{sound.File, "words.json"}, pipeline.ComposeRequest{
			File: sound.File, Source: sound.Source, Pages: sound.Pages, Words: []string{"words.json"}, Title: filepath.Base(file), Lang: "de",
			Made: time.Now().UTC().Format(time.RFC3339),
		}, &composed, func() []string { return []string{composed.File} })
		if err != nil {
			return err
		}
		if err := p.save(dir, file, composed.File); err != nil {
			return err
		}
	}
	var reading pipeline.Reading
	err := p.step(ctx, o, pipeline.StepRead, dir, []string{"words.json"},
		pipeline.ReadRequest{Words: []string{"words.json"}, Source: sound.Source, Languages: []string{"de"}}, &reading, nil)
	if err != nil {
		return err
	}
	o.Type, o.Confidence, o.MRZ = reading.Type, reading.Confidence, reading.MRZ
	o.Candidates, o.Segments, o.Fields = reading.Candidates, reading.Segments, reading.Fields
	o.Notes = append(o.Notes, reading.Notes...)
	return nil
}

// step runs one step in a reader: the named files go in, those of want come out.
func (p *processing) step(ctx context.Context, o *outcome, step pipeline.Step, dir string, in []string, request, result any, want func() []string) error {
	began := time.Now()
	defer func() { o.Seconds[string(step)] += time.Since(began).Seconds() }()
	return p.readers.Do(ctx, step, func(job string) (any, error) {
		for _, name := range in {
			if err := copyFile(filepath.Join(dir, name), filepath.Join(job, name)); err != nil {
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
			if err := copyFile(filepath.Join(job, name), filepath.Join(dir, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// save keeps rendition, text and words under the file's name.
func (p *processing) save(dir, file, archival string) error {
	base := filepath.Join(p.keep, filepath.Base(file))
	if err := copyFile(filepath.Join(dir, archival), base+".archival.pdf"); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(dir, "words.json"), base+".words.json"); err != nil {
		return err
	}
	var text []byte
	for _, page := range p.pages {
		text = append(append(text, page.Text...), '\f')
	}
	return os.WriteFile(base+".txt", text, 0o600)
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
