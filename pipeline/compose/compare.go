package compose

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	compareEdge = 400  // long edge in pixels at which pages are compared
	cell        = 8    // pixels of a cell: what is compared is the mean of cells, so that edges of print don't count
	tolerance   = 24.0 // mean difference of a cell, of 255, that compression and resampling may cause
	strange     = 0.01 // share of cells that may be further off
)

// compare holds every page of the file against its source as pdftoppm shows them.
func compare(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page) error {
	source, err := thumbnails(ctx, dir, in.File)
	if err != nil {
		return fmt.Errorf("render source: %w", err)
	}
	result, err := thumbnails(ctx, dir, archival)
	if err != nil {
		return fmt.Errorf("render archival rendition: %w", err)
	}
	if len(source) != len(pages) || len(result) != len(pages) {
		return fault.New(fault.Review, fault.NotFaithful, fmt.Errorf("%d pages are shown of %d, %d in the source", len(result), len(pages), len(source)))
	}
	for i := range pages {
		if off := unlike(result[i], source[i], newGeometry(in.Pages[i], pages[i])); off > strange {
			return fault.New(fault.Review, fault.NotFaithful, fmt.Errorf("page %d differs from its source in %.1f %% of its area", pages[i].Number, 100*off))
		}
	}
	return nil
}

// thumbnail is a small grey picture.
type thumbnail struct {
	width, height int
	pixels        []byte
}

// thumbnails renders all pages of a file small.
func thumbnails(ctx context.Context, dir, file string) ([]thumbnail, error) {
	var out []thumbnail
	args := []string{"-q", "-gray", "-cropbox", "-scale-to", fmt.Sprint(compareEdge), file}
	limits := tool.Limits{Time: 10 * time.Minute, Output: 4 << 30}
	err := tool.Stream(ctx, dir, "pdftoppm", args, limits, func(r io.Reader) error {
		in := bufio.NewReader(r)
		for {
			if _, err := in.Peek(1); err != nil {
				return nil //nolint:nilerr // the end; missing pages are counted
			}
			var t thumbnail
			var top int
			if _, err := fmt.Fscanf(in, "P5\n%d %d\n%d\n", &t.width, &t.height, &top); err != nil || t.width < 1 || t.height < 1 ||
				t.width > compareEdge+1 || t.height > compareEdge+1 {
				return fmt.Errorf("thumbnail %d is none", len(out)+1)
			}
			t.pixels = make([]byte, t.width*t.height)
			if _, err := io.ReadFull(in, t.pixels); err != nil {
				return fmt.Errorf("thumbnail %d: %w", len(out)+1, err)
			}
			out = append(out, t)
		}
	})
	return out, err
}

// unlike returns the share of cells of the result that differ from the same place in the source.
func unlike(result, source thumbnail, g geometry) float64 {
	cells, off := 0, 0
	for y := 0; y+cell <= result.height; y += cell {
		for x := 0; x+cell <= result.width; x += cell {
			a, b, whole := means(result, source, g, x, y)
			if !whole {
				continue
			}
			cells++
			if math.Abs(a-b) > tolerance {
				off++
			}
		}
	}
	if cells == 0 {
		return 1
	}
	return float64(off) / float64(cells)
}

// means returns the mean grey of a cell of the result and of the same place in the source; false if that reaches over the
// source's edge.
func means(result, source thumbnail, g geometry, x, y int) (a, b float64, whole bool) {
	for dy := range cell {
		for dx := range cell {
			u, v := g.source((float64(x+dx)+0.5)/float64(result.width)*g.Width, (float64(y+dy)+0.5)/float64(result.height)*g.Height)
			if u < 0 || v < 0 || u >= 1 || v >= 1 {
				return 0, 0, false
			}
			a += float64(result.pixels[(y+dy)*result.width+x+dx])
			b += float64(source.pixels[int(v*float64(source.height))*source.width+int(u*float64(source.width))])
		}
	}
	return a / (cell * cell), b / (cell * cell), true
}
