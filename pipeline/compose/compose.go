// Package compose writes the archival rendition of a document and checks what it wrote.
//
// A document of page images becomes a PDF/A-2u: each page's own picture, byte for byte where it is a JPEG or Group 4
// picture, rendered where it is not, upright and level, with the recognised text invisible above it. A document with
// pages of its own text stays as the sound PDF it is, but for a text layer above pages that are pictures (overlay.go):
// whether that conforms to PDF/A is left to the archivists' export.
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
	if !pageImages(in) {
		return keep(ctx, dir, in)
	}
	pages, err := readPages(dir, in)
	if err != nil {
		return pipeline.Composed{}, err
	}
	written, err := write(ctx, dir, in, pages)
	if err != nil {
		return pipeline.Composed{}, fmt.Errorf("write archival rendition: %w", err)
	}
	if err := checkWritten(filepath.Join(dir, archival), written); err != nil {
		return pipeline.Composed{}, fault.New(fault.Review, fault.NotConformant, err)
	}
	if err := compare(ctx, dir, in, pages, proof(dir, in, pages)); err != nil {
		return pipeline.Composed{}, err
	}
	return pipeline.Composed{File: archival, Format: "PDF/A-2u", Pages: len(pages)}, nil
}

// keep writes the rendition of a document that has pages with their own text: the sound PDF, with text layers where it has
// pictures for pages.
func keep(ctx context.Context, dir string, in pipeline.ComposeRequest) (pipeline.Composed, error) {
	out := pipeline.Composed{File: archival, Pages: len(in.Pages)}
	picture := func(p pipeline.SoundPage) bool { return p.Kind != pipeline.PageDigital }
	if slices.ContainsFunc(in.Pages, picture) {
		pages, err := readPages(dir, in)
		if err != nil {
			return pipeline.Composed{}, err
		}
		if done, err := overlay(ctx, dir, in, pages); err != nil || done {
			return out, err
		}
	}
	if err := copyFile(filepath.Join(dir, in.File), filepath.Join(dir, archival)); err != nil {
		return pipeline.Composed{}, fmt.Errorf("copy sound PDF: %w", err)
	}
	return out, nil
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
func write(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page) (written, error) {
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
	c := composer{w: newWriter(file), dir: dir, request: in, sound: sound}
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
