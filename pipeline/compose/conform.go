package compose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/tool"
)

// Files on the way to an archival rendition.
const (
	kept      = "kept.pdf"      // the document as it is to look, not yet PDF/A
	rebuilt   = "rebuilt.pdf"   // the same, spelled to the letter
	nameless  = "nameless.pdf"  // the same without its information dictionary
	distilled = "distilled.pdf" // the same, as Ghostscript drew it
)

// conversion makes an archival rendition of a document that has pages of its own text.
type conversion struct {
	dir     string
	request pipeline.ComposeRequest
	pages   []pipeline.Page      // as they are in kept: what is still to be turned there, nothing after layers were added
	shown   []pipeline.SoundPage // pages of kept, as they are shown
}

// convert turns the file archival, which looks as it should, into PDF/A: rewritten by us, else drawn anew by Ghostscript,
// else as page images. The first that conforms and shows the same is taken.
func (c *conversion) convert(ctx context.Context) (pipeline.Composed, error) {
	out := pipeline.Composed{File: archival, Pages: len(c.request.Pages)}
	if err := os.Rename(filepath.Join(c.dir, archival), filepath.Join(c.dir, kept)); err != nil {
		return out, err
	}
	for _, name := range []string{kept, rebuilt, nameless, distilled} {
		defer os.Remove(filepath.Join(c.dir, name))
	}
	for _, way := range []struct {
		route pipeline.Route
		make  func(context.Context) (string, error)
	}{{pipeline.RouteRewritten, c.rewritten}, {pipeline.RouteGhostscript, c.distilled}} {
		format, err := way.make(ctx)
		switch {
		case ctx.Err() != nil:
			return out, ctx.Err()
		case errors.Is(err, errNoOpinion):
			return out, err
		case err == nil:
			out.Format, out.Route = format, way.route
			return out, nil
		}
	}
	composed, err := imagesInstead(ctx, c.dir, c.request)
	if _, decided := errors.AsType[*fault.Error](err); err != nil && !decided && !errors.Is(err, errNoOpinion) && ctx.Err() == nil {
		err = fault.New(fault.Review, fault.NotConformant, fmt.Errorf("compose page images: %w", err))
	}
	return composed, err
}

// rewritten is the way of our own. What cannot be read to the letter is written anew by qpdf first.
func (c *conversion) rewritten(ctx context.Context) (string, error) {
	format, err := c.candidate(ctx, kept)
	if !errors.Is(err, tool.ErrInexact) {
		return format, err
	}
	if err := tool.Rebuild(ctx, c.dir, kept, rebuilt, false, tool.Limits{}); err != nil {
		return "", err
	}
	return c.candidate(ctx, rebuilt)
}

// distilled is Ghostscript's way. Its own metadata would say the time of day; ours take their place.
func (c *conversion) distilled(ctx context.Context) (string, error) {
	from, err := c.nameless()
	if err != nil {
		return "", err
	}
	if err := tool.Distil(ctx, c.dir, from, distilled, tool.Limits{Time: tool.DistilTime}); err != nil {
		return "", err
	}
	return c.candidate(ctx, distilled)
}

// nameless writes kept without its title, author and the like, and returns the file's name: Ghostscript 10.0 gives up on such
// a text in UTF-16, which is how LibreOffice writes them all. What cannot be read to the letter stays as it is.
func (c *conversion) nameless() (string, error) {
	source, err := tool.OpenExact(filepath.Join(c.dir, kept))
	if errors.Is(err, tool.ErrInexact) {
		return kept, nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = source.Close() }() // only read
	if err := copyFile(filepath.Join(c.dir, kept), filepath.Join(c.dir, nameless)); err != nil {
		return "", err
	}
	out, err := os.OpenFile(filepath.Join(c.dir, nameless), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	update := source.Append(out)
	update.ForgetInfo()
	return nameless, errors.Join(update.Finish(), out.Close())
}

// errRefused is a candidate that does not conform or does not show what it should.
var errRefused = errors.New("not a faithful PDF/A")

// candidate writes a file anew as PDF/A and returns its format, if it conforms and shows what kept shows. Level B is taken
// where the meaning of some character is unknown: a text that nobody can read back is no reason to give up its shapes.
func (c *conversion) candidate(ctx context.Context, from string) (string, error) {
	for _, level := range []pdfa.Level{pdfa.Level2U, pdfa.Level2B} {
		if err := rewrite(c.dir, from, archival, c.request, level); err != nil {
			return "", err
		}
		report, err := validated(filepath.Join(c.dir, archival), level)
		if err != nil {
			return "", err
		}
		if !report.Conforms {
			if level == pdfa.Level2U && onlyMeanings(report) {
				continue
			}
			return "", fmt.Errorf("%w: %d rules broken, first %s", errRefused, len(report.Broken), report.Broken[0].Clause)
		}
		if err := faithful(ctx, c); err != nil {
			return "", err
		}
		format := "PDF/A-" + string(level)
		return format, secondOpinion(ctx, c.dir, c.request, format)
	}
	return "", errRefused
}

// onlyMeanings reports whether a file lacks nothing but what level U asks for beyond level B.
func onlyMeanings(r pipeline.Conformity) bool {
	for _, b := range r.Broken {
		if b.Clause != "6.2.11.7.2-1" && b.Clause != "6.2.11.7.2-2" {
			return false
		}
	}
	return true
}

// validated holds a file against a level of PDF/A-2.
func validated(path string, level pdfa.Level) (pipeline.Conformity, error) {
	data, unmap, err := mapped(path)
	if err != nil {
		return pipeline.Conformity{}, err
	}
	defer unmap()
	return pdfa.Validate(data, level), nil
}

// formatOf returns the format of PDF/A that a file claims and has; empty if there is none. Empty files have none.
func formatOf(path string) (string, error) {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return "", err
	}
	data, unmap, err := mapped(path)
	if err != nil {
		return "", err
	}
	defer unmap()
	return pdfa.Format(data), nil
}

// errNoOpinion is a second validator that does not work: no fault of the document, which waits until it does.
var errNoOpinion = errors.New("the second validator gives no answer")

// secondOpinion asks the validator that the installation names, if it names one. A file that it refuses is not used.
func secondOpinion(ctx context.Context, dir string, in pipeline.ComposeRequest, format string) error {
	if in.VeraPDF == "" {
		return nil
	}
	compliant, err := tool.VeraPDF(ctx, dir, in.VeraPDF, archival, format, tool.Limits{})
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errNoOpinion, err)
	case !compliant:
		return fmt.Errorf("%w: the second validator says so", errRefused)
	}
	return nil
}

// legible is the resolution of page images of so many pages: less for long documents, which would take minutes and hundreds
// of megabytes, but never so little that small print is lost.
func legible(pages int) int {
	switch {
	case pages > 200:
		return 150
	case pages > 50:
		return 200
	}
	return renderDPI
}

// imagesInstead writes a document with pages of its own text as page images with invisible text: what shows is kept, what
// the file was made of is not.
func imagesInstead(ctx context.Context, dir string, in pipeline.ComposeRequest) (pipeline.Composed, error) {
	pages, err := readPages(dir, in)
	if err != nil {
		return pipeline.Composed{}, err
	}
	for i := range pages {
		if pages[i].Digital {
			pages[i].Rotation, pages[i].Skew = 0, 0 // as the sender has laid it out
		}
	}
	out, err := images(ctx, dir, in, pages, legible(len(pages)))
	out.Notes = append(out.Notes, pipeline.NotePageImages)
	return out, err
}
