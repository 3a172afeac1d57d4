package recognise

import (
	"context"
	"time"

	"github.com/eakte/eakte/pipeline/recognise/lines"
	"github.com/eakte/eakte/pipeline/tool"
)

// read reads places of a picture, grey and upright, and returns the words of each in the order in which they are spoken;
// carefully if doubtful words are worth a second look. It is tool.ErrDeadline when that takes longer than limit.
func (r *reader) read(ctx context.Context, p *tool.Picture, places []tool.TextLine, dpi int, carefully bool, limit time.Duration) ([][]tool.ReadWord, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	words, err := r.readAll(limited, p, places, dpi, carefully)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return nil, tool.ErrDeadline
	}
	return words, err
}

func (r *reader) readAll(ctx context.Context, p *tool.Picture, places []tool.TextLine, dpi int, carefully bool) ([][]tool.ReadWord, error) {
	if r.tesseract != nil {
		return r.slowly(ctx, p, places, dpi)
	}
	out := make([][]tool.ReadWord, len(places))
	for _, m := range r.models {
		read, err := cut(ctx, m, p, places)
		if err != nil {
			return nil, err
		}
		if carefully {
			if err := again(ctx, m, p, places, read); err != nil {
				return nil, err
			}
		}
		for i, words := range read {
			if out[i] == nil || confidence(words) > confidence(out[i]) {
				out[i] = words
			}
		}
	}
	return out, nil
}

// slowly has tesseract read the places, one by one.
func (r *reader) slowly(ctx context.Context, p *tool.Picture, places []tool.TextLine, dpi int) ([][]tool.ReadWord, error) {
	out := make([][]tool.ReadWord, len(places))
	end, _ := ctx.Deadline()
	for i, l := range places {
		part, err := p.Crop(l.Box[0], l.Box[1], l.Box[2]-l.Box[0], l.Box[3]-l.Box[1])
		if err != nil {
			return nil, err
		}
		out[i], err = r.tesseract.Read(ctx, part, tool.SegmentLine, dpi, time.Until(end))
		part.Close()
		if err != nil {
			return nil, err
		}
		for k := range out[i] {
			w := &out[i][k]
			w.Box = [4]int{w.Box[0] + l.Box[0], w.Box[1] + l.Box[1], w.Box[2] + l.Box[0], w.Box[3] + l.Box[1]}
			w.Baseline, w.Line = l.Baseline, l.Line
		}
	}
	return out, nil
}

// cut cuts places out of a picture and has a model read them.
func cut(ctx context.Context, m *lines.Model, p *tool.Picture, places []tool.TextLine) ([][]tool.ReadWord, error) {
	strips := make([]lines.Line, len(places))
	for i, l := range places {
		pixels, width, err := p.Strip(l.Box, l.Turn, m.Height())
		if err != nil {
			return nil, err
		}
		strips[i] = lines.Line{Pixels: pixels, Width: width}
	}
	read, err := m.Read(ctx, strips)
	if err != nil {
		return nil, err
	}
	out := make([][]tool.ReadWord, len(places))
	for i, words := range read {
		for _, w := range words {
			out[i] = append(out[i], onPage(w, strips[i].Width, m.Height(), places[i]))
		}
		out[i] = spoken(out[i], func(w tool.ReadWord) string { return w.Text })
	}
	return out, nil
}

// onPage is a word of a strip as a word of the picture from which the strip was cut.
func onPage(w lines.Word, width, height int, of tool.TextLine) tool.ReadWord {
	out := tool.ReadWord{
		Text: w.Text, Confidence: w.Confidence, Box: onPicture(w, width, height, of), Baseline: of.Baseline, Line: of.Line,
	}
	if rightToLeft(w.Text) {
		out.Text = string(turnAround([]rune(w.Text)))
		return out
	}
	for _, p := range w.Parts {
		out.Parts = append(out.Parts, onPage(p, width, height, of))
	}
	return out
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
