package picture

import "math"

// Appearance is what a page looks like before anything is read.
type Appearance struct {
	Ink      float64 // share of pixels that differ from the paper as faint print does: darker, or lighter as white on black
	Paper    int     // grey of most of it, 0…255
	Contrast float64 // between paper and print, 0…1
	Blur     float64 // sharpness of edges in relation to contrast: the smaller, the more blurred; print is above 0.4
}

// Look measures a grey picture at about half the resolution for reading, 150 dpi: w × h pixels, row by row. It leaves out a
// margin of 3 %, where scanners leave shadows.
func Look(pixels []byte, w, h int) Appearance {
	left, top := w*3/100, h*3/100
	var histogram [256]int
	n := 0
	for y := top; y < h-top; y++ {
		for _, v := range pixels[y*w+left : (y+1)*w-left] {
			histogram[v]++
			n++
		}
	}
	if n == 0 {
		return Appearance{}
	}
	paper, print := percentile(histogram, n, 0.5), percentile(histogram, n, 0.005)
	other := 0
	for v, c := range histogram {
		if v < paper-faint || v > paper+faint {
			other += c
		}
	}
	out := Appearance{Ink: float64(other) / float64(n), Paper: paper}
	if light := percentile(histogram, n, 0.995); light-paper > paper-print {
		paper, print = light, paper
	}
	out.Contrast = float64(paper-print) / 255
	out.Blur = laplacian(pixels, w, h, left, top) / math.Max(1, float64(paper-print))
	return out
}

func percentile(histogram [256]int, n int, share float64) int {
	seen := 0
	for v, c := range histogram {
		if seen += c; float64(seen) >= share*float64(n) {
			return v
		}
	}
	return 255
}

// laplacian returns the root mean square of the Laplacian over the strongest edges: the 2 % of pixels where it is
// greatest. Averages over the whole page would measure how much is printed, not how sharply.
func laplacian(pixels []byte, w, h, left, top int) float64 {
	var histogram [1021]int
	n := 0
	for y := max(1, top); y < h-max(1, top); y++ {
		for x := max(1, left); x < w-max(1, left); x++ {
			i := y*w + x
			v := 4*int(pixels[i]) - int(pixels[i-1]) - int(pixels[i+1]) - int(pixels[i-w]) - int(pixels[i+w])
			histogram[max(v, -v)]++
			n++
		}
	}
	wanted, sum, seen := n/50, 0.0, 0
	for v := len(histogram) - 1; v >= 0 && seen < wanted; v-- {
		take := min(histogram[v], wanted-seen)
		sum, seen = sum+float64(take)*float64(v*v), seen+take
	}
	return math.Sqrt(sum / math.Max(1, float64(seen)))
}

// faint is the difference in grey from which on something is printed: the noise of scanners stays below 20, a scan with
// far too little contrast is above 40.
const faint = 30

// Blank reports whether nothing is printed. Dust and a fold do not count.
func (a Appearance) Blank() bool { return a.Ink < 0.0002 && a.Contrast < 0.25 && !a.Dark() }

// Night is the grey of paper below which a page without any print is a picture taken in the dark.
const Night = 64

// Dark reports whether there may be something, but nobody can see it.
func (a Appearance) Dark() bool { return a.Paper < Night && a.Ink < 0.0002 }
