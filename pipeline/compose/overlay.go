package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// layers is the file with the text layers alone, one page for each of the document's, empty where nothing is to be added.
const layers = "layers.pdf"

// overlay writes the rendition of a document that has pages with their own text: the sound PDF as it is, with the
// recognised text invisible above those pages that are pictures, and those turned upright. It is false if there is nothing
// to add, or if the result would not look like its source. Layers are appended (amend.go); where the sound PDF does not
// allow that, qpdf writes all of it anew.
func overlay(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page) (bool, error) {
	added, err := addable(ctx, dir, in, pages)
	if err != nil || len(added) == 0 {
		return false, err
	}
	turns := map[int]int{}
	for i := range pages {
		pages[i].Skew = 0 // the page is not levelled: its own objects stay where they are
		if pages[i].Digital || !added[i] {
			pages[i].Rotation = 0
		}
		if pages[i].Rotation != 0 {
			turns[pages[i].Number] = pages[i].Rotation
		}
	}
	proven, err := amend(dir, in, pages, added)
	switch {
	case err == nil:
		return true, compare(ctx, dir, in, pages, proven)
	case !errors.Is(err, tool.ErrInexact):
		return false, fmt.Errorf("append text layers: %w", err)
	}
	if err := writeLayers(filepath.Join(dir, layers), in, pages, added); err != nil {
		return false, fmt.Errorf("write text layers: %w", err)
	}
	defer os.Remove(filepath.Join(dir, layers))
	if err := tool.Overlay(ctx, dir, in.File, layers, archival, turns, tool.Limits{}); err != nil {
		return false, fmt.Errorf("add text layers: %w", err)
	}
	err = compare(ctx, dir, in, pages, nil)
	if _, unlike := errors.AsType[*fault.Error](err); unlike {
		return false, nil // better no text layer than another look
	}
	return true, err
}

// addable tells which pages get a text layer: those read from their picture that do not bring one along, as pages do that
// somebody has recognised before.
func addable(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page) (map[int]bool, error) {
	own, err := tool.Text(ctx, dir, in.File, tool.Limits{})
	if err != nil {
		return nil, fmt.Errorf("read the sound PDF's text: %w", err)
	}
	added := map[int]bool{}
	for i, p := range pages {
		if p.Digital || len(p.Words) == 0 {
			continue
		}
		if i < len(own) && 2*len(strings.Fields(own[i])) > len(p.Words) {
			continue
		}
		added[i] = true
	}
	return added, nil
}

// writeLayers writes a PDF of nothing but text layers, on upright pages.
func writeLayers(path string, in pipeline.ComposeRequest, pages []pipeline.Page, added map[int]bool) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	w := newWriter(file)
	var codes codes
	var kids []string
	root, tree, font := w.reserve(), w.reserve(), w.reserve()
	for i, p := range pages {
		page, content := w.reserve(), w.reserve()
		kids = append(kids, fmt.Sprintf("%d 0 R", page))
		g := newGeometry(in.Pages[i], p)
		var b bytes.Buffer
		if added[i] {
			layer(&b, g, p.Words, &codes)
		}
		w.object(page, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</Font<</%s %d 0 R>>>>>>",
			tree, g.Width, g.Height, content, layerFont, font))
		w.deflated(content, "", b.Bytes())
	}
	w.object(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R>>", tree))
	w.object(tree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " ")))
	codes.writeFont(w, font)
	if err := w.finish(root); err != nil {
		return err
	}
	return file.Close()
}
