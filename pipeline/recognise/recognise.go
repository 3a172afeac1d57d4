// Package recognise reads pages: text, words with boxes, rotation, quality, the machine-readable zone, and a picture of
// each page for the screen.
//
// A digital page's text comes from pdftotext, if it can be trusted. Of a direct page its own
// picture is read, any other is rendered first: tesseract finds the lines, package lines reads them. What is uncertain is marked: low confidence, a page over its
// time budget or one that cannot be read is part of the result, never an error of the document.
//
// It leaves to others what the text means (classify, extract) and the text layer (compose). Start reading at Engine.Run;
// read.go is the way of one picture.
package recognise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/tool"
)

// Options set up an Engine. The zero value is right for production.
type Options struct {
	Tessdata string           // folder of the .traineddata files; empty: TESSDATA_PREFIX or the system's
	PageTime time.Duration    // budget of one page; default 60 s
	Now      func() time.Time // settles the century of birth dates; default time.Now
}

// Engine holds OCR engines that stay warm between calls. It is not safe for concurrent use: one per reader process, and
// one page after the other. OMP_THREAD_LIMIT=1 must be in the environment before the process starts.
type Engine struct {
	opts    Options
	readers []*reader // most recently used first
	finder  *tool.Tesseract
	osd     *tool.OSD
	zones   *mrz.Reader
}

// New returns an Engine. It loads nothing: models are opened when a page first needs them.
func New(o Options) *Engine {
	if o.Tessdata == "" {
		o.Tessdata = tool.ModelFolder()
	}
	if o.PageTime == 0 {
		o.PageTime = 60 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	tool.QuietLeptonica()
	return &Engine{opts: o}
}

// Close frees the engines. The Engine can be used again afterwards.
func (e *Engine) Close() {
	for _, r := range e.readers {
		r.close()
	}
	e.readers = nil
	if e.finder != nil {
		_ = e.finder.Close() // nothing to be done about an engine that does not want to go
		e.finder = nil
	}
	if e.osd != nil {
		e.osd.Close()
		e.osd = nil
	}
}

// Run reads the pages of the request and writes a JPEG of each, "page-0001.jpg", into dir. It fails only if ctx ends, the
// sound PDF or a program is missing, or no model is installed.
func (e *Engine) Run(ctx context.Context, dir string, in pipeline.RecogniseRequest) (pipeline.Recognised, error) {
	if !e.has("osd") { // most pages would be read all the same, others not: better none than some
		return pipeline.Recognised{}, fmt.Errorf("%w: no models of tesseract are installed", errEngine)
	}
	pdf, err := tool.OpenPages(filepath.Join(dir, in.File), in.First, in.Last)
	if err != nil {
		return pipeline.Recognised{}, err
	}
	r := run{engine: e, dir: dir, request: in, pdf: pdf}
	if err := r.pages(ctx); err != nil {
		return pipeline.Recognised{}, fmt.Errorf("recognise pages %d to %d: %w", in.First, in.Last, err)
	}
	slices.SortFunc(r.done, func(a, b pipeline.Page) int { return cmp.Compare(a.Number, b.Number) })
	out := pipeline.Recognised{Pages: r.done, Notes: notes(r.done)}
	if r.contradicted(ctx) {
		out.Notes = append(out.Notes, pipeline.NoteTextContradicts)
	}
	return out, nil
}

// run is one call.
type run struct {
	engine  *Engine
	dir     string
	request pipeline.RecogniseRequest
	pdf     *tool.PDF
	done    []pipeline.Page
}

// pages sends every page its way: digital, direct, and rendered those that remain.
func (r *run) pages(ctx context.Context) error {
	var digital, rendered []pipeline.SoundPage
	for _, p := range r.request.Pages {
		if p.Number < r.request.First || p.Number > r.request.Last {
			continue
		}
		switch p.Kind {
		case pipeline.PageDigital:
			digital = append(digital, p)
		case pipeline.PageDirect:
			done, err := r.direct(ctx, p)
			if err != nil {
				return err
			}
			if !done {
				rendered = append(rendered, p)
			}
		default:
			rendered = append(rendered, p)
		}
	}
	distrusted, err := r.digital(ctx, digital)
	if err != nil {
		return err
	}
	rendered = append(rendered, distrusted...)
	slices.SortFunc(rendered, func(a, b pipeline.SoundPage) int { return cmp.Compare(a.Number, b.Number) })
	return r.rendered(ctx, rendered)
}

// direct reads a page from its own picture; false if it has to be rendered after all.
func (r *run) direct(ctx context.Context, p pipeline.SoundPage) (bool, error) {
	d, ok := r.pdf.Direct(p.Number)
	if !ok {
		return false, nil
	}
	began := time.Now()
	picture, err := tool.DecodePicture(d.File(), r.request.Limits.Or().Pixels)
	if err != nil {
		return false, nil // the renderer may still make something of it
	}
	defer picture.Close()
	place := placeOf(d, p)
	return true, r.picture(ctx, p, picture, place, began)
}

// rendered reads pages that have to be rendered, in runs of neighbours of one resolution.
func (r *run) rendered(ctx context.Context, pages []pipeline.SoundPage) error {
	for len(pages) > 0 {
		n := sameRun(pages, resolution)
		if err := r.renderedRun(ctx, pages[:n]); err != nil {
			return err
		}
		pages = pages[n:]
	}
	return nil
}

func (r *run) renderedRun(ctx context.Context, pages []pipeline.SoundPage) error {
	next := 0
	err := r.render(ctx, pages, resolution(pages[0]), func(p pipeline.SoundPage, picture *tool.Picture) error {
		next++
		return r.picture(ctx, p, picture, place{turn: 0, box: [4]float64{0, 0, 1, 1}}, time.Now())
	})
	if err == nil && next < len(pages) {
		err = errors.New("fewer pages than asked for")
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil || tool.Missing(err) || errors.Is(err, errEngine) {
		return err
	}
	r.unread(pages[next:], err)
	return nil
}

// unread marks pages that the renderer could not show.
func (r *run) unread(pages []pipeline.SoundPage, cause error) {
	code := fault.Unreadable
	if tool.Exhausted(cause) {
		code = fault.PageTimeout
	}
	for _, p := range pages {
		r.done = append(r.done, pipeline.Page{Number: p.Number, Width: p.Width, Height: p.Height, Code: string(code)})
	}
}

// notes sums up what the caseworker should know.
func notes(pages []pipeline.Page) []pipeline.Note {
	var out []pipeline.Note
	add := func(n pipeline.Note) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	blank := 0
	for _, p := range pages {
		switch {
		case p.Code != "":
			add(pipeline.NotePageUnread)
		case p.Blank:
			blank++
		case !p.Digital && p.Confidence < sureText:
			add(pipeline.NoteLowConfidence)
		}
	}
	if blank > 0 && blank == len(pages) {
		add(pipeline.NoteBlank)
	}
	return out
}
