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
	compareEdge = 400  // long edge in pixels at which pages are compared, less for pages of few pixels at scanEdge
	closer      = 8    // times as large a page is drawn that seems to differ
	scanEdge    = 300  // dots per inch: nothing finer is drawn into a rendition
	cell        = 8    // pixels of a cell: what is compared is the mean of cells, so that edges of print don't count
	tolerance   = 24.0 // mean difference of a cell, of 255, that compression and resampling may cause
	strange     = 0.01 // share of cells that may be further off
)

// compare holds the pages of the file against their source as pdftoppm shows them, but for those that are proven to look
// the same, by page number.
func compare(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page, proven map[int]bool) error {
	return compareWithin(ctx, dir, in, pages, proven, strange)
}

// compareWithin is compare with the share of cells that may be further off.
func compareWithin(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page, proven map[int]bool, most float64) error {
	edge := edgeFor(in.Pages)
	for first := 0; first < len(pages); {
		if proven[pages[first].Number] {
			first++
			continue
		}
		last := first
		for last+1 < len(pages) && !proven[pages[last+1].Number] {
			last++
		}
		if err := compareRun(ctx, dir, in, pages, [2]int{first, last}, edge, most); err != nil {
			return err
		}
		first = last + 1
	}
	return nil
}

// compareRun compares pages that follow each other, by their indices.
func compareRun(ctx context.Context, dir string, in pipeline.ComposeRequest, pages []pipeline.Page, run [2]int, edge int, most float64) error {
	first, last := run[0], run[1]
	span := [2]int{first + 1, last + 1}
	if last+1 == len(pages) {
		span[1] = math.MaxInt32 // pages too many are seen, too
	}
	source, err := thumbnails(ctx, dir, in.File, span, edge)
	if err != nil {
		return fmt.Errorf("render source: %w", err)
	}
	result, err := thumbnails(ctx, dir, archival, span, edge)
	if err != nil {
		return fmt.Errorf("render archival rendition: %w", err)
	}
	if n := last - first + 1; len(source) != n || len(result) != n {
		return fault.New(fault.Review, fault.NotFaithful, fmt.Errorf("%d pages are shown of %d, %d in the source", len(result), n, len(source)))
	}
	for i := range result {
		at := first + i
		g := newGeometry(in.Pages[at], pages[at])
		off := unlike(result[i], source[i], g)
		if off > most {
			if off, err = unlikeCloser(ctx, dir, in.File, at+1, edge, g); err != nil {
				return err
			}
		}
		if off > most {
			return fault.New(fault.Review, fault.NotFaithful, fmt.Errorf("page %d differs from its source in %.1f %% of its area", pages[at].Number, 100*off))
		}
	}
	return nil
}

// unlikeCloser is unlike of a page, by its place in both files, drawn larger and made small here: poppler draws no line
// thinner than a pixel, so that a page of thin frames is darker the smaller it is drawn, and its picture is not.
func unlikeCloser(ctx context.Context, dir, file string, place, edge int, g geometry) (float64, error) {
	var seen [2]thumbnail
	for i, name := range []string{archival, file} {
		drawn, err := thumbnails(ctx, dir, name, [2]int{place, place}, closer*edge)
		if err != nil {
			return 0, fmt.Errorf("render page %d of %s: %w", place, name, err)
		}
		if len(drawn) != 1 {
			return 1, nil
		}
		seen[i] = drawn[0].smaller(closer)
	}
	return unlike(seen[0], seen[1], g), nil
}

// thumbnail is a small grey picture.
type thumbnail struct {
	width, height int
	pixels        []byte
}

// smaller returns the thumbnail with sides n times shorter, each pixel the mean of n by n.
func (t thumbnail) smaller(n int) thumbnail {
	out := thumbnail{width: t.width / n, height: t.height / n}
	out.pixels = make([]byte, out.width*out.height)
	for i := range out.pixels {
		left, top, sum := i%out.width*n, i/out.width*n, 0
		for y := top; y < top+n; y++ {
			for _, p := range t.pixels[y*t.width+left:][:n] {
				sum += int(p)
			}
		}
		out.pixels[i] = byte(sum / (n * n)) //nolint:gosec // a mean of bytes
	}
	return out
}

// edgeFor is the long edge at which pages are compared: enlarged beyond what a rendition holds, two renderings of the same
// few pixels differ by how they are smoothed.
func edgeFor(pages []pipeline.SoundPage) int {
	long := 0.0
	for _, p := range pages {
		long = max(long, p.Width, p.Height)
	}
	return int(min(compareEdge, max(cell, math.Ceil(long/72*scanEdge))))
}

// thumbnails renders the pages of a file from the first to the last of span small. They are rendered in colour and made grey here: poppler's own grey of a
// CMYK or spot colour is another than that of the RGB it is drawn in.
func thumbnails(ctx context.Context, dir, file string, span [2]int, edge int) ([]thumbnail, error) {
	var out []thumbnail
	args := []string{"-q", "-cropbox", "-f", fmt.Sprint(span[0]), "-l", fmt.Sprint(span[1]), "-scale-to", fmt.Sprint(edge), file}
	limits := tool.Limits{Time: 10 * time.Minute, Output: 4 << 30}
	err := tool.Stream(ctx, dir, "pdftoppm", args, limits, func(r io.Reader) error {
		in := bufio.NewReader(r)
		for {
			if _, err := in.Peek(1); err != nil {
				return nil //nolint:nilerr // the end; missing pages are counted
			}
			var t thumbnail
			var top int
			if _, err := fmt.Fscanf(in, "P6\n%d %d\n%d\n", &t.width, &t.height, &top); err != nil || t.width < 1 || t.height < 1 ||
				t.width > edge+1 || t.height > edge+1 {
				return fmt.Errorf("thumbnail %d is none", len(out)+1)
			}
			colour := make([]byte, 3*t.width*t.height)
			if _, err := io.ReadFull(in, colour); err != nil {
				return fmt.Errorf("thumbnail %d: %w", len(out)+1, err)
			}
			t.pixels = luma(colour)
			out = append(out, t)
		}
	})
	return out, err
}

// luma makes RGB grey, with the weights of ITU-R BT.601.
func luma(rgb []byte) []byte {
	grey := make([]byte, len(rgb)/3)
	for i := range grey {
		grey[i] = byte((299*int(rgb[3*i]) + 587*int(rgb[3*i+1]) + 114*int(rgb[3*i+2])) / 1000) //nolint:gosec // at most 255
	}
	return grey
}

// unlike returns the share of cells of the result that differ from the same place in the source.
func unlike(result, source thumbnail, g geometry) float64 {
	cells, off := 0, 0
	for y := 0; y+cell <= result.height; y += cell {
		for x := 0; x+cell <= result.width; x += cell {
			difference, whole := differs(result, source, g, x, y)
			if !whole {
				continue
			}
			cells++
			if difference > tolerance {
				off++
			}
		}
	}
	if cells == 0 {
		return 1
	}
	return float64(off) / float64(cells)
}

// differs returns how far the means of a cell of the result and of the same place in the source are apart, in grey; false if
// that reaches over the source's edge. A page that was turned level is drawn with edges up to a pixel elsewhere, and along
// the border of a bright sheet on a dark table that is much: the closest of the places a pixel around counts.
func differs(result, source thumbnail, g geometry, x, y int) (float64, bool) {
	least := math.Inf(1)
	for _, shift := range [][2]int{{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
		a, b, whole := means(result, source, g, x, y, shift)
		if !whole {
			return 0, false
		}
		if least = min(least, math.Abs(a-b)); least <= tolerance {
			break
		}
	}
	return least, true
}

// means returns the mean grey of a cell of the result and of the same place in the source, shifted there by pixels; false if
// the place reaches over the source's edge.
func means(result, source thumbnail, g geometry, x, y int, shift [2]int) (a, b float64, whole bool) {
	for dy := range cell {
		for dx := range cell {
			u, v := g.source((float64(x+dx)+0.5)/float64(result.width)*g.Width, (float64(y+dy)+0.5)/float64(result.height)*g.Height)
			if u < 0 || v < 0 || u >= 1 || v >= 1 {
				return 0, 0, false
			}
			a += float64(result.pixels[(y+dy)*result.width+x+dx])
			column := min(max(int(u*float64(source.width))+shift[0], 0), source.width-1)
			row := min(max(int(v*float64(source.height))+shift[1], 0), source.height-1)
			b += float64(source.pixels[row*source.width+column])
		}
	}
	return a / (cell * cell), b / (cell * cell), true
}
