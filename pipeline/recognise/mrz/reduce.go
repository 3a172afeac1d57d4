package mrz

import "github.com/eakte/eakte/pipeline/recognise/mrz/glyph"

// reduce returns the picture with a long edge of edge pixels, each the mean of what it covers; a picture that is smaller
// is enlarged, at most four times.
func reduce(g glyph.Gray, edge int) glyph.Gray {
	factor := min(4, float64(edge)/float64(max(1, g.W, g.H)))
	w, h := max(1, int(float64(g.W)*factor)), max(1, int(float64(g.H)*factor))
	if w >= g.W {
		return enlarge(g, w, h)
	}
	out := glyph.Gray{Pix: make([]byte, w*h), W: w, H: h}
	sum, count := make([]uint32, w), make([]uint32, w)
	column := make([]int, g.W)
	for x := range column {
		column[x] = x * w / g.W
		count[column[x]]++
	}
	y := 0
	for row := range h {
		clear(sum)
		rows := uint32(0)
		for end := (row + 1) * g.H / h; y < end; y++ {
			rows++
			line := g.Pix[y*g.W : (y+1)*g.W]
			for x, v := range line {
				sum[column[x]] += uint32(v)
			}
		}
		for x, s := range sum {
			out.Pix[row*w+x] = byte(s / max(1, rows*count[x])) //nolint:gosec // a mean of bytes
		}
	}
	return out
}

func enlarge(g glyph.Gray, w, h int) glyph.Gray {
	out := glyph.Gray{Pix: make([]byte, w*h), W: w, H: h}
	fx, fy := float64(g.W)/float64(w), float64(g.H)/float64(h)
	for y := range h {
		for x := range w {
			out.Pix[y*w+x] = byte(g.At((float64(x)+0.5)*fx, (float64(y)+0.5)*fy) + 0.5)
		}
	}
	return out
}
