package tool

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// RenderPixels is how many pixels a page is rendered to at most: more pushes pdftoppm's memory over its limit.
const RenderPixels = 40_000_000

// RenderPage is a page to be rendered and its size in points as it is shown.
type RenderPage struct {
	Number        int
	Width, Height float64
}

// Resolution returns the dots per inch, at most dpi, at which the page stays below RenderPixels.
func (p RenderPage) Resolution(dpi int) int {
	inches := p.Width / 72 * p.Height / 72
	if !(inches > 0) {
		return 72
	}
	return max(1, int(min(float64(dpi), math.Sqrt(RenderPixels/inches))))
}

// Render runs one pdftoppm, in colour, for pages that follow each other, and hands out each as it comes; pictures are
// closed afterwards. Give either a resolution or, with dpi 0, the long edge in pixels. patience is how long each may take
// for a page: the program waits meanwhile. A page that comes out in another shape than expected ends the run.
func Render(ctx context.Context, dir, file string, pages []RenderPage, dpi, longEdge int, patience time.Duration, each func(RenderPage, *Picture) error) error {
	if len(pages) == 0 {
		return nil
	}
	size := []string{"-r", fmt.Sprint(dpi)}
	if dpi == 0 {
		size = []string{"-scale-to", fmt.Sprint(longEdge)}
	}
	args := append([]string{"-q", "-cropbox", "-f", fmt.Sprint(pages[0].Number), "-l", fmt.Sprint(pages[len(pages)-1].Number)}, append(size, file)...)
	limits := Limits{Time: time.Duration(len(pages)) * (patience + 20*time.Second), Output: int64(len(pages)) * 4 * RenderPixels}
	return Stream(ctx, dir, "pdftoppm", args, limits, func(out io.Reader) error {
		in := bufio.NewReaderSize(out, 1<<20)
		for _, p := range pages {
			picture, err := readPPM(in)
			if err != nil {
				return err
			}
			w, h := picture.Size()
			if want := float64(w) * p.Height / p.Width; math.Abs(want-float64(h)) > 2+want/100 {
				err = errors.New("rendered page has an unexpected shape")
			} else {
				err = each(p, picture)
			}
			picture.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// readPPM reads one binary PPM of 8 bits.
func readPPM(in *bufio.Reader) (*Picture, error) {
	var w, h, top int
	if _, err := fmt.Fscanf(in, "P6\n%d %d\n%d\n", &w, &h, &top); err != nil {
		return nil, fmt.Errorf("read rendered page: %w", io.ErrUnexpectedEOF)
	}
	if top != 255 || w < 1 || h < 1 || w > RenderPixels*5/4/h {
		return nil, fmt.Errorf("rendered page of %d × %d pixels", w, h)
	}
	data := make([]byte, w*h*3)
	if _, err := io.ReadFull(in, data); err != nil {
		return nil, fmt.Errorf("read rendered page: %w", io.ErrUnexpectedEOF)
	}
	return NewPicture(data, w, h, 3)
}
