package recognise

import (
	"math"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// appearance is what a page looks like before anything is read, measured at half the reading resolution.
type appearance struct {
	ink      float64 // share of pixels that differ from the paper as faint print does: darker, or lighter as white on black
	paper    int     // grey of most of it, 0…255
	contrast float64 // between paper and print, 0…1
	blur     float64 // sharpness of edges in relation to contrast: the smaller, the more blurred
}

// look measures a grey picture.
func look(grey *tool.Picture) (appearance, error) {
	half, err := grey.Scale(0.5)
	if err != nil {
		return appearance{}, err
	}
	defer half.Close()
	pixels, err := half.Bytes()
	if err != nil {
		return appearance{}, err
	}
	w, h := half.Size()
	return measure(pixels, w, h), nil
}

// measure leaves out a margin of 3 %, where scanners leave shadows.
func measure(pixels []byte, w, h int) appearance {
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
		return appearance{}
	}
	paper, print := percentile(histogram, n, 0.5), percentile(histogram, n, 0.005)
	other := 0
	for v, c := range histogram {
		if v < paper-faint || v > paper+faint {
			other += c
		}
	}
	out := appearance{ink: float64(other) / float64(n), paper: paper}
	if light := percentile(histogram, n, 0.995); light-paper > paper-print {
		paper, print = light, paper
	}
	out.contrast = float64(paper-print) / 255
	out.blur = laplacian(pixels, w, h, left, top) / math.Max(1, float64(paper-print))
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

// blank reports whether nothing is printed. Dust and a fold do not count.
func (a appearance) blank() bool { return a.ink < 0.0002 && a.contrast < 0.25 && !a.dark() }

// night is the grey of paper below which a page without any print is a picture taken in the dark.
const night = 64

// dark reports whether there may be something, but nobody can see it.
func (a appearance) dark() bool { return a.paper < night && a.ink < 0.0002 }

// What speaks against a reading that is not sure of itself.
const (
	fewLetters = 30   // so few are a misread edge or pattern
	tooSmall   = 70   // dots per inch of a page: print is 10 pixels high
	tooBlurred = 0.15 // sharpness below which print runs together; print is above 0.4
)

// verdict judges the page: the confidence of what was read says most, blur, size and contrast say why. A sharp picture
// without print, a portrait, has no verdict: there is nothing to be read badly.
func (a appearance) verdict(page *pipeline.Page) pipeline.Quality {
	q := pipeline.Quality{Blur: math.Round(a.blur*1000) / 1000, Contrast: math.Round(a.contrast*1000) / 1000}
	small := page.DPI < tooSmall
	switch {
	case page.Blank:
	case len(page.Words) == 0 && a.paper >= night && !small && a.blur > tooBlurred:
	case len(page.Words) == 0 || page.Confidence < 0.4:
		q.Verdict = pipeline.Unreadable
	case page.Confidence < 0.65 && (small || len(page.Text) < fewLetters || a.blur < tooBlurred):
		q.Verdict = pipeline.Unreadable
	case page.Confidence < 0.65:
		q.Verdict = pipeline.Retake
	case page.Confidence < 0.85 || a.contrast < 0.2:
		q.Verdict = pipeline.Readable
	default:
		q.Verdict = pipeline.Good
	}
	return q
}
