package recognise

import (
	"context"
	"slices"
	"time"

	"github.com/eakte/eakte/pipeline/recognise/lines"
	"github.com/eakte/eakte/pipeline/tool"
)

// Read recognises a picture, grey and upright, of dpi dots per inch. It is tool.ErrDeadline when that takes longer than
// limit.
func (r *reader) Read(ctx context.Context, p *tool.Picture, s tool.Segmentation, dpi int, limit time.Duration) ([]tool.ReadWord, error) {
	if r.own == nil {
		return r.Tesseract.Read(ctx, p, s, dpi, limit)
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	words, err := r.readLines(within, p, s, dpi)
	if err != nil && ctx.Err() == nil && within.Err() != nil {
		return nil, tool.ErrDeadline
	}
	return words, err
}

// readLines has tesseract find the lines and reads them, doubtful ones in several cuts.
func (r *reader) readLines(ctx context.Context, p *tool.Picture, s tool.Segmentation, dpi int) ([]tool.ReadWord, error) {
	found, err := r.Lines(ctx, p, s, dpi)
	if err != nil {
		return nil, err
	}
	read, err := r.cut(ctx, p, found)
	if err != nil {
		return nil, err
	}
	if err := r.again(ctx, p, found, read); err != nil {
		return nil, err
	}
	return slices.Concat(read...), nil
}

// cut reads the given places of a picture.
func (r *reader) cut(ctx context.Context, p *tool.Picture, places []tool.TextLine) ([][]tool.ReadWord, error) {
	strips := make([]lines.Line, len(places))
	for i, l := range places {
		pixels, width, err := p.Strip(l.Box, l.Turn, r.own.Height())
		if err != nil {
			return nil, err
		}
		strips[i] = lines.Line{Pixels: pixels, Width: width}
	}
	read, err := r.own.Read(ctx, strips)
	if err != nil {
		return nil, err
	}
	out := make([][]tool.ReadWord, len(places))
	for i, words := range read {
		for _, w := range words {
			out[i] = append(out[i], tool.ReadWord{
				Text: w.Text, Confidence: w.Confidence, Box: onPicture(w, strips[i].Width, r.own.Height(), places[i]),
				Baseline: places[i].Baseline, Line: places[i].Line,
			})
		}
	}
	return out, nil
}

// onPicture returns where a word of a strip lies on the picture from which the strip was cut.
func onPicture(w lines.Word, width, height int, of tool.TextLine) [4]int {
	x0, y0 := float64(w.Left)/float64(width), float64(w.Top)/float64(height)
	x1, y1 := float64(w.Right)/float64(width), float64(w.Bottom)/float64(height)
	switch of.Turn { // the strip was turned clockwise by so much
	case 90:
		x0, y0, x1, y1 = y0, 1-x1, y1, 1-x0
	case 180:
		x0, y0, x1, y1 = 1-x1, 1-y1, 1-x0, 1-y0
	case 270:
		x0, y0, x1, y1 = 1-y1, x0, 1-y0, x1
	}
	wide, high := float64(of.Box[2]-of.Box[0]), float64(of.Box[3]-of.Box[1])
	return [4]int{
		of.Box[0] + int(x0*wide+0.5), of.Box[1] + int(y0*high+0.5), of.Box[0] + int(x1*wide+0.5), of.Box[1] + int(y1*high+0.5),
	}
}
