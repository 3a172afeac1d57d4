package recognise

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	readingDPI   = 300        // more costs time and reads no better
	readingPixel = 40_000_000 // more pushes the renderer's memory over its limit
	screenEdge   = 1600       // long edge of a page's picture for the screen
	screenJPEG   = 80         // its quality
)

// resolution is the number of dots per inch at which a page is rendered for reading.
func resolution(p pipeline.SoundPage) int {
	inches := p.Width / 72 * p.Height / 72
	if inches <= 0 {
		return 72
	}
	return max(1, int(min(readingDPI, math.Sqrt(readingPixel/inches))))
}

// sameRun returns how many of the first pages follow each other and agree in what of says.
func sameRun[T comparable](pages []pipeline.SoundPage, of func(pipeline.SoundPage) T) int {
	n := 1
	for n < len(pages) && pages[n].Number == pages[n-1].Number+1 && of(pages[n]) == of(pages[0]) {
		n++
	}
	return n
}

// render runs one pdftoppm for pages that follow each other and hands out each page as it comes. Pictures are closed
// afterwards. An error from each ends the run.
func (r *run) render(ctx context.Context, pages []pipeline.SoundPage, args []string, each func(pipeline.SoundPage, *tool.Picture) error) error {
	first, last := pages[0].Number, pages[len(pages)-1].Number
	args = append([]string{"-q", "-cropbox", "-f", fmt.Sprint(first), "-l", fmt.Sprint(last)}, append(args, r.request.File)...)
	limits := tool.Limits{
		// The program waits while a page is being read, so it needs their time, too.
		Time:   time.Duration(len(pages)) * (r.engine.opts.PageTime + 20*time.Second),
		Output: int64(len(pages)) * 4 * readingPixel,
	}
	return tool.Stream(ctx, r.dir, "pdftoppm", args, limits, func(out io.Reader) error {
		in := bufio.NewReaderSize(out, 1<<20)
		for _, p := range pages {
			picture, err := readPPM(in, readingPixel*5/4)
			if err != nil {
				return err
			}
			if w, h := picture.Size(); !alike(w, h, p) {
				picture.Close()
				return errors.New("rendered page has an unexpected shape")
			}
			err = each(p, picture)
			picture.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// alike reports whether a picture has the shape of the page, so that pages cannot be mixed up unnoticed.
func alike(w, h int, p pipeline.SoundPage) bool {
	want := float64(w) * p.Height / p.Width
	return math.Abs(want-float64(h)) <= 2+want/100
}

// readPPM reads one binary PPM or PGM of 8 bits.
func readPPM(in *bufio.Reader, maxPixels int) (*tool.Picture, error) {
	var kind byte
	var w, h, top int
	if _, err := fmt.Fscanf(in, "P%c\n%d %d\n%d", &kind, &w, &h, &top); err != nil {
		return nil, fmt.Errorf("read rendered page: %w", err)
	}
	if _, err := in.Discard(1); err != nil {
		return nil, fmt.Errorf("read rendered page: %w", err)
	}
	channels := map[byte]int{'5': 1, '6': 3}[kind]
	if channels == 0 || top != 255 || w < 1 || h < 1 || w > maxPixels/h {
		return nil, fmt.Errorf("read rendered page: %d × %d of kind %q", w, h, kind)
	}
	data := make([]byte, w*h*channels)
	if _, err := io.ReadFull(in, data); err != nil {
		return nil, fmt.Errorf("read rendered page: %w", err)
	}
	return tool.NewPicture(data, w, h, channels)
}
