package recognise

import (
	"context"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	readingDPI = 300  // more costs time and reads no better
	screenEdge = 1600 // long edge of a page's picture for the screen
	screenJPEG = 80   // its quality
)

// resolution is the number of dots per inch at which a page is rendered for reading.
func resolution(p pipeline.SoundPage) int { return toRender(p).Resolution(readingDPI) }

func toRender(p pipeline.SoundPage) tool.RenderPage {
	return tool.RenderPage{Number: p.Number, Width: p.Width, Height: p.Height}
}

// sameRun returns how many of the first pages follow each other and agree in what of says.
func sameRun[T comparable](pages []pipeline.SoundPage, of func(pipeline.SoundPage) T) int {
	n := 1
	for n < len(pages) && pages[n].Number == pages[n-1].Number+1 && of(pages[n]) == of(pages[0]) {
		n++
	}
	return n
}

// render renders pages that follow each other, at dpi or, if that is 0, for the screen.
func (r *run) render(ctx context.Context, pages []pipeline.SoundPage, dpi int, each func(pipeline.SoundPage, *tool.Picture) error) error {
	var wanted []tool.RenderPage
	for _, p := range pages {
		wanted = append(wanted, toRender(p))
	}
	return tool.Render(ctx, r.dir, r.request.File, wanted, dpi, screenEdge, r.engine.opts.PageTime, func(p tool.RenderPage, picture *tool.Picture) error {
		return each(pages[p.Number-pages[0].Number], picture)
	})
}
