package normalise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// Times. A tool that runs out of its time makes room for the next; the chain as a whole stays below the minute that a
// step has.
const (
	chainTime   = 55 * time.Second
	pdfcpuTime  = 10 * time.Second
	rebuildTime = 10 * time.Second
	redrawTime  = 20 * time.Second
)

// route is one way to a sound PDF.
type route struct {
	name    string
	prepare func(ctx context.Context, dir, in, out string) error // nil: pdfcpu reads the source itself
}

// routes are tried in this order. pdfcpu alone keeps most of the document and is right for 19 of 20 files; qpdf repairs
// best; pdftocairo and Ghostscript draw the pages anew and lose forms and tags. pdfcpu always writes the result, because
// it takes out what acts and describes the pages. The order is measured: see docs/decisions.
func routes(form bool) []route {
	return []route{
		{name: "pdfcpu"},
		{name: "qpdf", prepare: func(ctx context.Context, dir, in, out string) error {
			return tool.Rebuild(ctx, dir, in, out, form, tool.Limits{Time: rebuildTime})
		}},
		{name: "pdftocairo", prepare: func(ctx context.Context, dir, in, out string) error {
			return tool.Redraw(ctx, dir, in, out, tool.Limits{Time: redrawTime})
		}},
		{name: "ghostscript", prepare: func(ctx context.Context, dir, in, out string) error {
			return tool.Redistil(ctx, dir, in, out, tool.Limits{Time: redrawTime})
		}},
	}
}

// chain is the way of one PDF through the routes.
type chain struct {
	dir, in   string
	limits    pipeline.Limits
	source    *view // what poppler shows of the source; nil if it cannot open it
	exhausted bool  // a tool ran out of time or memory
	empty     bool  // a repaired file shows nothing
	unlike    bool  // a result did not look like the source
	damaged   bool  // pdfcpu could not take the source as it is, and not because of a form
}

// normalisePDF makes sound.pdf from a PDF.
func normalisePDF(ctx context.Context, dir, in string, from pipeline.Source, limits pipeline.Limits) (pipeline.Normalised, error) {
	within, cancel := context.WithTimeout(ctx, chainTime)
	defer cancel()
	c := &chain{dir: dir, in: in, limits: limits}
	out, err := c.run(within)
	if err != nil {
		if ctx.Err() == nil && within.Err() != nil {
			return pipeline.Normalised{}, fault.New(fault.Review, fault.TooComplex, fmt.Errorf("no tool finished in time: %w", err))
		}
		return pipeline.Normalised{}, err
	}
	out.Source = from
	return out, nil
}

// run looks at the source while pdfcpu works on it, then goes from route to route. A source to the letter is looked at
// only if what pdfcpu wrote is not surely the same: see proven.
func (c *chain) run(ctx context.Context) (pipeline.Normalised, error) {
	exact := c.openExact()
	defer exact.close()
	info, infoErr := c.info(ctx, exact)
	switch {
	case tool.Missing(infoErr):
		return pipeline.Normalised{}, infoErr
	case tool.Exhausted(infoErr):
		return pipeline.Normalised{}, fault.New(fault.Review, fault.TooComplex, fmt.Errorf("count the source's pages: %w", infoErr))
	}
	if info.Pages > c.limits.Pages {
		return pipeline.Normalised{}, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("%d pages", info.Pages))
	}
	looked := make(chan error, 1)
	see := func() {
		var err error
		if infoErr == nil && info.Pages > 0 {
			c.source, err = look(ctx, c.dir, c.in, info.Pages)
		}
		looked <- err
	}
	if exact == nil {
		go see()
	}
	first, firstErr := c.sound(ctx, c.in, false)
	if exact != nil {
		if result := c.proven(ctx, exact, first, firstErr); result != nil {
			return *tidy(result), nil
		}
		see()
	}
	if err := c.judgeSource(<-looked); err != nil {
		return pipeline.Normalised{}, err
	}
	if info.XFA && c.waits() {
		return pipeline.Normalised{}, fault.New(fault.Reject, fault.DynamicXFA, nil)
	}
	for _, r := range routes(info.Form) {
		facts, err := first, firstErr
		if r.prepare != nil {
			c.damaged = firstErr != nil || !info.Form
			facts, err = c.take(ctx, r)
		}
		result, err := c.accept(ctx, r, facts, err)
		if err != nil {
			return pipeline.Normalised{}, err
		}
		if result != nil {
			result.Notes = append(result.Notes, factNotes(first, info)...)
			return *tidy(result), nil
		}
	}
	return pipeline.Normalised{}, c.giveUp(ctx, firstErr)
}

// openExact opens the source to the letter; nil if that is not possible, or if it has a form, whose looks are for tools to
// decide.
func (c *chain) openExact() *exactSource {
	x, err := tool.OpenExact(filepath.Join(c.dir, c.in))
	if err != nil {
		return nil
	}
	if x.Form() {
		_ = x.Close() // it was only read
		return nil
	}
	return &exactSource{x}
}

// exactSource is a source to the letter; nil: it is none.
type exactSource struct{ *tool.Exact }

func (x *exactSource) close() {
	if x != nil {
		_ = x.Close() // it was only read
	}
}

// info describes the source. One to the letter need not be asked of poppler.
func (c *chain) info(ctx context.Context, exact *exactSource) (tool.PDFInfo, error) {
	if exact != nil {
		return tool.PDFInfo{Pages: exact.Pages()}, nil
	}
	return tool.Info(ctx, c.dir, c.in, tool.Limits{Time: rebuildTime})
}

// proven returns the result of pdfcpu alone if it surely shows what the source shows, and nil if that has to be looked at.
// pdfcpu reports success for one file in a hundred whose text it has changed. It does so where it reads a damaged file
// otherwise than a renderer does, which a file to the letter leaves no room for; and here the two files are held against
// each other, not against what pdfcpu says of them, and by a reader that has nothing to do with it: tool.SameShown.
//
// Looking also finds pages that take forever to draw. So only such are taken here as are quick.
func (c *chain) proven(ctx context.Context, source *exactSource, facts tool.PDFFacts, err error) *pipeline.Normalised {
	if err != nil || slices.ContainsFunc(facts.Pages, func(p tool.PDFPage) bool { return !p.Quick }) {
		return nil
	}
	sound, err := tool.OpenExact(filepath.Join(c.dir, soundFile))
	if err != nil {
		return nil
	}
	defer func() { _ = sound.Close() }() // only read
	if same, tame := tool.SameShown(source.Exact, sound); !same || !tame || sound.Pages() != len(facts.Pages) {
		return nil
	}
	var texts []string
	if slices.ContainsFunc(facts.Pages, func(p tool.PDFPage) bool { return p.Text > 0 }) {
		if texts, err = tool.Text(ctx, c.dir, soundFile, tool.Limits{Time: lookTime}); err != nil || len(texts) != len(facts.Pages) {
			return nil
		}
	}
	blank, err := blank(ctx, c.dir, facts, texts)
	if err != nil {
		return nil
	}
	out := &pipeline.Normalised{File: soundFile, Route: "pdfcpu", Pages: soundPages(facts, texts), Notes: factNotes(facts, tool.PDFInfo{})}
	if blank {
		out.Notes = append(out.Notes, pipeline.NoteBlank)
	}
	return out
}

// judgeSource stops early when the source cannot even be looked at in time.
func (c *chain) judgeSource(err error) error {
	switch {
	case err == nil:
		return nil
	case tool.Exhausted(err):
		return fault.New(fault.Review, fault.TooComplex, fmt.Errorf("look at the source: %w", err))
	}
	if _, ok := errors.AsType[*tool.Failure](err); ok {
		c.source = nil
		return nil
	}
	return err
}

// take prepares a route's own file and has pdfcpu write the result from it.
func (c *chain) take(ctx context.Context, r route) (tool.PDFFacts, error) {
	prepared := "prepared.pdf"
	defer os.Remove(filepath.Join(c.dir, prepared))
	if err := r.prepare(ctx, c.dir, c.in, prepared); err != nil {
		return tool.PDFFacts{}, err
	}
	return c.sound(ctx, prepared, true)
}

func (c *chain) sound(ctx context.Context, in string, lean bool) (tool.PDFFacts, error) {
	return tool.Sound(ctx, c.dir, in, soundFile, c.limits.Pages, lean, tool.Limits{Time: pdfcpuTime, File: c.limits.FileBytes})
}

// accept returns the result of a route if it is good, nil if the next should be tried, and an error if none need be.
func (c *chain) accept(ctx context.Context, r route, facts tool.PDFFacts, err error) (*pipeline.Normalised, error) {
	switch {
	case errors.Is(err, tool.ErrPages):
		return nil, fault.New(fault.Reject, fault.TooComplex, err)
	case err != nil:
		c.exhausted = c.exhausted || tool.Exhausted(err)
		return nil, ctx.Err()
	case len(facts.Pages) == 0:
		return nil, nil
	}
	seen, err := look(ctx, c.dir, soundFile, len(facts.Pages))
	if err != nil {
		c.exhausted = c.exhausted || tool.Exhausted(err)
		return nil, ctx.Err()
	}
	switch {
	case r.prepare != nil && seen.blank(), c.source == nil && seen.blank():
		c.empty = true // tools that find nothing write an empty page; only an undamaged one may be so
		return nil, nil
	case c.source.shows() && !c.source.sameAs(seen):
		c.unlike = true
		return nil, nil
	case c.source != nil && c.source.pages != len(facts.Pages) && len(c.source.texts) == c.source.pages:
		c.unlike = true
		return nil, nil
	}
	out := &pipeline.Normalised{File: soundFile, Route: r.name, Pages: soundPages(facts, seen.texts)}
	if c.damaged || c.source == nil {
		out.Notes = append(out.Notes, pipeline.NoteRepaired)
	}
	if seen.complete && seen.blank() {
		out.Notes = append(out.Notes, pipeline.NoteBlank)
	}
	out.Notes = append(out.Notes, factNotes(facts, tool.PDFInfo{})...)
	return out, nil
}

// giveUp names why no route led anywhere.
func (c *chain) giveUp(ctx context.Context, firstErr error) error {
	if errors.Is(firstErr, tool.ErrEncrypted) {
		return fault.New(fault.Reject, fault.Encrypted, nil)
	}
	if lock, err := tool.RequiresPassword(ctx, c.dir, c.in, tool.Limits{Time: rebuildTime}); err == nil && lock == tool.FullLock {
		return fault.New(fault.Reject, fault.Encrypted, nil)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case c.exhausted && c.source.shows():
		return fault.New(fault.Review, fault.TooComplex, firstErr)
	case c.unlike:
		return fault.New(fault.Review, fault.NotFaithful, errors.New("no tool's result looks like the source"))
	case firstErr == nil && !c.empty:
		return fault.New(fault.Review, fault.NoPages, nil)
	}
	return fault.New(fault.Review, fault.Unreadable, firstErr)
}

// waits reports whether the source shows only what dynamic XFA forms show to readers that do not know them.
func (c *chain) waits() bool {
	if c.source == nil || len(c.source.texts) != 1 {
		return false
	}
	text := strings.ToLower(c.source.texts[0])
	for _, phrase := range []string{"please wait", "bitte warten", "veuillez patienter", "lütfen bekleyin", "пожалуйста, подождите"} {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}

// factNotes are the remarks that follow from what was taken out.
func factNotes(facts tool.PDFFacts, info tool.PDFInfo) []pipeline.Note {
	var notes []pipeline.Note
	if facts.Active || facts.Form || info.JavaScript || info.XFA {
		notes = append(notes, pipeline.NoteActiveContent)
	}
	if facts.Attachments {
		notes = append(notes, pipeline.NoteAttachment)
	}
	if facts.Encrypted || info.Encrypted {
		notes = append(notes, pipeline.NoteDecrypted)
	}
	return notes
}

// tidy sorts the notes and drops repetitions.
func tidy(out *pipeline.Normalised) *pipeline.Normalised {
	slices.Sort(out.Notes)
	out.Notes = slices.Compact(out.Notes)
	return out
}

// soundPages decides how each page is to be read.
func soundPages(facts tool.PDFFacts, texts []string) []pipeline.SoundPage {
	pages := make([]pipeline.SoundPage, len(facts.Pages))
	for i, p := range facts.Pages {
		text := ""
		if i < len(texts) {
			text = texts[i]
		}
		pages[i] = pipeline.SoundPage{Number: i + 1, Width: p.Width, Height: p.Height, Rotate: p.Rotate, Kind: pageKind(p, text)}
	}
	return pages
}

// pageKind decides: text that the page shows and that can be trusted needs no OCR; a picture that is the whole page goes
// to OCR as it is; everything else is rendered. A scan with a line of text stamped on it is still a scan.
func pageKind(p tool.PDFPage, text string) pipeline.PageKind {
	const stamp = 300 // bytes of text that may lie on a scan
	scan := p.Cover > 0.5 && (p.Text < stamp || p.Hidden > p.Text)
	switch {
	case p.Direct:
		return pipeline.PageDirect
	case p.Text > 0 && p.Hidden <= p.Text && !scan && trusted(text):
		return pipeline.PageDigital
	}
	return pipeline.PageRaster
}
