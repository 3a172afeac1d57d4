// Package compose writes the archival rendition of a document and checks what it wrote.
//
// A document of page images becomes a PDF/A-2u: each page's own picture, byte for byte where it is a JPEG or Group 4
// picture, rendered where it is not, upright and level, with the recognised text invisible above it. A document with
// pages of its own text stays as it was handed in if that is PDF/A. Otherwise it is the sound PDF, with a text layer above
// pages that are pictures (overlay.go), made PDF/A (conform.go): rewritten by us (rewrite.go), else drawn anew by Ghostscript,
// else as page images, which is noted. Each candidate must conform and show the same (faithful.go).
//
// What was written is read back: whether it is PDF/A-2u (package pdfa) and holds nothing that is not ours, the pictures'
// bytes (check.go), and that the pages show what their source shows: proven where it can be (proof.go), looked at where not
// (compare.go). Start reading at Run.
package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// archival is the file that Run writes.
const archival = "archival.pdf"

// Run composes the archival rendition from the sound PDF and the recognised pages: "archival.pdf" in dir. The same input
// gives the same bytes. Faults: NotFaithful and NotConformant (review), after which the file must not be used.
func Run(ctx context.Context, dir string, in pipeline.ComposeRequest) (pipeline.Composed, error) {
	if !pageImages(in) || drawnPDFA(dir, in) {
		return keep(ctx, dir, in)
	}
	pages, err := readPages(dir, in)
	if err != nil {
		return pipeline.Composed{}, err
	}
	return images(ctx, dir, in, pages, renderDPI)
}

// drawnPDFA reports whether a document was handed in as PDF/A whose pages are more than a photograph or a scan each, though
// they have no text: drawings, say. What it is made of is not given up for pictures.
func drawnPDFA(dir string, in pipeline.ComposeRequest) bool {
	direct := func(p pipeline.SoundPage) bool { return p.Kind == pipeline.PageDirect }
	if in.Original == "" || in.Source != pipeline.SourcePDF || slices.ContainsFunc(in.Pages, direct) {
		return false
	}
	format, err := formatOf(filepath.Join(dir, in.Original))
	return err == nil && format != ""
}

// images writes a document as pictures of its pages with invisible text. Pages whose own picture cannot be taken over are
// rendered with dpi.
func images(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page, dpi int) (pipeline.Composed, error) {
	written, err := write(ctx, dir, in, pages, dpi)
	if err != nil {
		return pipeline.Composed{}, fmt.Errorf("write archival rendition: %w", err)
	}
	if err := checkWritten(filepath.Join(dir, archival), written); err != nil {
		return pipeline.Composed{}, fault.New(fault.Review, fault.NotConformant, err)
	}
	if err := compare(ctx, dir, in, pages, proof(dir, in, pages)); err != nil {
		return pipeline.Composed{}, err
	}
	out := pipeline.Composed{File: archival, Format: "PDF/A-2u", Pages: len(pages), Route: pipeline.RouteImages}
	err = secondOpinion(ctx, dir, in, out.Format)
	if errors.Is(err, errRefused) {
		err = fault.New(fault.Review, fault.NotConformant, err)
	}
	return out, err
}

// keep writes the rendition of a document that has pages with their own text. What conforms to PDF/A as it was handed in
// stays so, byte for byte; else it is the sound PDF, with text layers where it has pictures for pages, made PDF/A.
func keep(ctx context.Context, dir string, in pipeline.ComposeRequest) (pipeline.Composed, error) {
	out := pipeline.Composed{File: archival, Pages: len(in.Pages), Route: pipeline.RouteUnchanged}
	format, err := original(ctx, dir, in)
	if err != nil {
		return out, err
	}
	base := in
	if format != "" {
		base.File = in.Original
	}
	layered, turns, err := layerPictures(ctx, dir, base)
	if err != nil {
		return out, err
	}
	if !layered {
		if err := copyFile(filepath.Join(dir, base.File), filepath.Join(dir, archival)); err != nil {
			return out, fmt.Errorf("copy the document: %w", err)
		}
	} else if format, err = formatOf(filepath.Join(dir, archival)); err != nil {
		return out, err
	} else {
		out.Route = pipeline.RouteRewritten
	}
	if format != "" {
		if err := secondOpinion(ctx, dir, in, format); !errors.Is(err, errRefused) {
			out.Format = format
			return out, err
		}
	}
	c := conversion{dir: dir, request: in, shown: shownPages(in, turns)}
	c.pages = asTheyAre(c.shown)
	return c.convert(ctx)
}

// original returns the format of PDF/A that the document has as it was handed in; empty if it has none, or if it does not
// show what was read.
func original(ctx context.Context, dir string, in pipeline.ComposeRequest) (string, error) {
	if in.Original == "" || in.Source != pipeline.SourcePDF {
		return "", nil
	}
	format, err := formatOf(filepath.Join(dir, in.Original))
	if err != nil || format == "" {
		return "", err
	}
	if err := copyFile(filepath.Join(dir, in.Original), filepath.Join(dir, archival)); err != nil {
		return "", err
	}
	if err := copyFile(filepath.Join(dir, in.File), filepath.Join(dir, kept)); err != nil {
		return "", err
	}
	defer os.Remove(filepath.Join(dir, kept))
	c := conversion{dir: dir, request: in, shown: in.Pages, pages: asTheyAre(in.Pages)}
	if faithful(ctx, &c) != nil {
		format = ""
	}
	return format, ctx.Err()
}

// layerPictures lays text above the pages that are pictures, if there are any, and says which it turned.
func layerPictures(ctx context.Context, dir string, in pipeline.ComposeRequest) (layered bool, turns map[int]int, err error) {
	picture := func(p pipeline.SoundPage) bool { return p.Kind != pipeline.PageDigital }
	if !slices.ContainsFunc(in.Pages, picture) {
		return false, nil, nil
	}
	pages, err := readPages(dir, in)
	if err != nil {
		return false, nil, err
	}
	if layered, err = overlay(ctx, dir, in, pages); err != nil || !layered {
		return false, nil, err
	}
	turns = map[int]int{}
	for _, p := range pages { // as overlay left them
		turns[p.Number] = p.Rotation
	}
	return true, turns, nil
}

// pageImages reports whether no page has text of its own.
func pageImages(in pipeline.ComposeRequest) bool {
	for _, p := range in.Pages {
		if p.Kind == pipeline.PageDigital {
			return false
		}
	}
	return len(in.Pages) > 0 && (in.Source == pipeline.SourceImage || in.Source == pipeline.SourcePDF)
}

// readPages reads the recognised pages and holds them against those of the sound PDF.
func readPages(dir string, in pipeline.ComposeRequest) ([]pipeline.Page, error) {
	var pages []pipeline.Page
	for _, name := range in.Words {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("read recognised pages: %w", err)
		}
		var part []pipeline.Page
		if err := json.Unmarshal(data, &part); err != nil {
			return nil, fmt.Errorf("read recognised pages %s: %w", name, err)
		}
		pages = append(pages, part...)
	}
	if len(pages) != len(in.Pages) {
		return nil, fmt.Errorf("%d recognised pages for %d pages", len(pages), len(in.Pages))
	}
	for i, p := range pages {
		if p.Number != in.Pages[i].Number || p.Rotation%90 != 0 || p.Rotation < 0 || p.Rotation > 270 {
			return nil, fmt.Errorf("recognised page %d does not fit page %d", p.Number, in.Pages[i].Number)
		}
	}
	return pages, nil
}

// write writes the file and returns what it must hold.
func write(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page, dpi int) (written, error) {
	sound := pagesOf{path: filepath.Join(dir, in.File)}
	if first, err := sound.at(1); err != nil {
		return written{}, err
	} else if first.Pages() != len(pages) {
		return written{}, fmt.Errorf("sound PDF has %d pages, not %d", first.Pages(), len(pages))
	}
	file, err := os.OpenFile(filepath.Join(dir, archival), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return written{}, err
	}
	c := composer{w: newWriter(file), dir: dir, request: in, sound: sound, dpi: dpi, shared: map[string]int{}}
	err = c.document(ctx, pages)
	return written{Pages: len(pages), Pictures: c.pictures}, errors.Join(err, file.Close())
}

// pagesOf reads a PDF some pages at a time, so that a long document costs no more memory than a short one.
type pagesOf struct {
	path string
	pdf  *tool.PDF
}

// windowPages is how many pages are read at a time.
const windowPages = 10

// at returns a reader that holds a page.
func (p *pagesOf) at(page int) (*tool.PDF, error) {
	if p.pdf != nil && p.pdf.Holds(page) {
		return p.pdf, nil
	}
	var err error
	p.pdf, err = tool.OpenPages(p.path, page, page+windowPages-1)
	return p.pdf, err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
