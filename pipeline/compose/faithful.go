package compose

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	// A conversion draws the same shapes at the same places, so that less may differ than between a scan and its rendition:
	// 3 cells of an A4 page. An icon of a quarter of an inch is more.
	strangeConverted = 0.0015
	// otherWords is the share of a page's words that may be others after a conversion: drawing anew may join or part some.
	otherWords = 0.01
)

// faithful holds the archival rendition against kept: proven page by page where the two draw the same, else text and looks
// are compared.
func faithful(ctx context.Context, c *conversion) error {
	proven, err := c.proven()
	if err != nil {
		return err
	}
	if len(proven) == len(c.shown) {
		return nil
	}
	words := make(chan error, 1)
	go func() { words <- c.sameWords(ctx) }()
	in := c.request
	in.File, in.Pages = kept, c.shown
	err = compareWithin(ctx, c.dir, in, c.pages, proven, strangeConverted)
	return errors.Join(<-words, err)
}

// sameWords compares the text of kept and of the archival rendition.
func (c *conversion) sameWords(ctx context.Context) error {
	before, err := tool.Text(ctx, c.dir, kept, tool.Limits{})
	if err != nil {
		return fmt.Errorf("read text: %w", err)
	}
	after, err := tool.Text(ctx, c.dir, archival, tool.Limits{})
	if err != nil {
		return fmt.Errorf("read text of the archival rendition: %w", err)
	}
	if !sameText(before, after) {
		return fmt.Errorf("%w: the text differs", errRefused)
	}
	return nil
}

// proven returns the pages, by number, that surely show the same. That colours have been said to be sRGB's changes nothing
// that a renderer does.
func (c *conversion) proven() (map[int]bool, error) {
	proven := map[int]bool{}
	result, err := tool.OpenExact(filepath.Join(c.dir, archival))
	if errors.Is(err, tool.ErrInexact) { // as it was handed in, then: there is nothing to prove, it is looked at
		return proven, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = result.Close() }() // only read
	if result.Pages() != len(c.shown) {
		return nil, fmt.Errorf("%w: %d pages", errRefused, result.Pages())
	}
	source, err := tool.OpenExact(filepath.Join(c.dir, kept))
	if errors.Is(err, tool.ErrInexact) {
		return proven, nil // as above
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = source.Close() }() // only read
	if source.Pages() != len(c.shown) {
		return proven, nil
	}
	compared := tool.NewConversion(source, result)
	for i, p := range c.shown {
		if compared.Same(i + 1) {
			proven[p.Number] = true
		}
	}
	return proven, nil
}

// sameText reports whether pages have the same words, but for a few; their order is the reader's guess.
func sameText(before, after []string) bool {
	if len(before) != len(after) {
		return false
	}
	for i := range before {
		count := map[string]int{}
		words := strings.Fields(before[i])
		for _, w := range words {
			count[w]++
		}
		others := strings.Fields(after[i])
		for _, w := range others {
			count[w]--
		}
		differ := 0
		for _, n := range count {
			differ += max(n, -n)
		}
		if float64(differ) > otherWords*float64(len(words)+len(others)) {
			return false
		}
	}
	return true
}

// shownPages describes the pages of the sound PDF after some were turned.
func shownPages(in pipeline.ComposeRequest, turns map[int]int) []pipeline.SoundPage {
	var out []pipeline.SoundPage
	for _, p := range in.Pages {
		if turns[p.Number]%180 != 0 {
			p.Width, p.Height = p.Height, p.Width
		}
		out = append(out, p)
	}
	return out
}

// asTheyAre returns a page for each of a document, with nothing to be done to it.
func asTheyAre(shown []pipeline.SoundPage) []pipeline.Page {
	var out []pipeline.Page
	for _, p := range shown {
		out = append(out, pipeline.Page{Number: p.Number})
	}
	return out
}
