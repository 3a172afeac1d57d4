// Package fingerprint makes the two short prints by which a page is known again: one of its picture, one of its text. Two
// prints of one sheet differ in few of their 64 bits, however it was scanned; how few, package pipeline says (Alike).
//
// It takes a page as it is. Making it upright is left to the caller, comparing prints to package pipeline.
package fingerprint

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline"
)

const (
	side     = 32 // the picture is reduced to so many fields in either direction
	waves    = 8  // of its cosine transform so many are kept in either direction
	evenness = 2  // standard deviation, in grey values, below which a picture shows nothing to know it by
	fewest   = 8  // different words below which a text is no mark of a page
)

// Text returns the print of a page's text: a simhash over its different words, folded so that accents and letter case,
// which OCR is unsure of, do not count. The order of words does not count either: columns are read in different orders.
// It is empty for a text of few words.
func Text(text string) string {
	words := pipeline.Folded(text)
	slices.Sort(words)
	words = slices.Compact(words)
	if len(words) < fewest {
		return ""
	}
	var votes [64]int
	for _, w := range words {
		h := fnv.New64a()
		h.Write([]byte(w))
		sum := mix(h.Sum64())
		for bit := range votes {
			votes[bit] += int(sum>>bit&1)*2 - 1
		}
	}
	var print uint64
	for bit, v := range votes {
		if v > 0 {
			print |= 1 << bit
		}
	}
	return fmt.Sprintf("%016x", print)
}

// mix spreads what FNV leaves uneven in the upper bits of short words (the finaliser of MurmurHash3).
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Image returns the print of a grey picture of w × h packed bytes: which of the longest waves of its cosine transform are
// stronger than the middle one. Brightness, contrast, resolution and a narrow margin more or less change few of them. It
// is empty for a picture without features and for one that is smaller than the grid.
func Image(pix []byte, w, h int) string {
	if w < side || h < side || len(pix) < w*h {
		return ""
	}
	fields := reduce(pix, w, h)
	if deviation(fields[:]) < evenness {
		return ""
	}
	strengths := transform(&fields)
	middle := slices.Clone(strengths[1:]) // without the mean
	slices.Sort(middle)
	limit := middle[len(middle)/2]
	var print uint64
	for i, s := range strengths[1:] {
		if cmp.Compare(s, limit) > 0 {
			print |= 1 << i
		}
	}
	return fmt.Sprintf("%016x", print)
}

// reduce averages the picture into side × side fields.
func reduce(pix []byte, w, h int) (fields [side * side]float64) {
	for fy := range side {
		y0, y1 := fy*h/side, (fy+1)*h/side
		for fx := range side {
			x0, x1 := fx*w/side, (fx+1)*w/side
			sum := 0
			for y := y0; y < y1; y++ {
				for _, v := range pix[y*w+x0 : y*w+x1] {
					sum += int(v)
				}
			}
			fields[fy*side+fx] = float64(sum) / float64((y1-y0)*(x1-x0))
		}
	}
	return fields
}

func deviation(values []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, v := range values {
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(values))
	return math.Sqrt(max(0, squares/n-sum*sum/n/n))
}

// transform returns the longest waves of the two-dimensional cosine transform (DCT-II), the mean first.
func transform(fields *[side * side]float64) (strengths [waves * waves]float64) {
	var rows [side * waves]float64
	for y := range side {
		for u := range waves {
			for x := range side {
				rows[y*waves+u] += fields[y*side+x] * math.Cos(math.Pi*float64(u)*(float64(x)+0.5)/side)
			}
		}
	}
	for v := range waves {
		for u := range waves {
			for y := range side {
				strengths[v*waves+u] += rows[y*waves+u] * math.Cos(math.Pi*float64(v)*(float64(y)+0.5)/side)
			}
		}
	}
	return strengths
}
