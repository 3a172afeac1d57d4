package picture

import (
	"cmp"
	"math"
	"slices"
)

// Scales says how much a page varies at five scales, each twice as coarse as the one before: from pixel to pixel, over two,
// four, eight and sixteen. Sharp print varies at every scale, blurred print at the coarse ones only; noise varies at the
// fine ones, and as much where nothing is printed.
type Scales struct {
	Print [scales]float64 // where the page varies most: the fifth of it that is printed most densely
	Paper [scales]float64 // where it varies least: on paper, that is noise
	// Ways is Print in each of four directions: across, down and along both diagonals. A camera that moved blurs in one.
	Ways [ways][scales]float64
}

const (
	scales    = 5
	ways      = 4
	patchEdge = 1 << scales // pixels of the patches in which a page is measured
	printed   = 5           // one patch in so many is what Print and Paper are of
)

// patch is how much a small square of a page varies, in squares of grey: in each direction, by scale.
type patch [ways][scales]float64

// at is how much it varies at a scale in every direction.
func (p *patch) at(scale int) float64 {
	sum := 0.0
	for w := range ways {
		sum += p[w][scale]
	}
	return sum / ways
}

// densely is how much a patch varies as print does.
func (p *patch) densely() float64 { return p.at(1) + p.at(2) + p.at(3) }

// Vary measures a grey picture of w × h pixels, row by row, without the margin that Look leaves out. A picture of fewer
// than a few patches varies nowhere.
func Vary(pixels []byte, w, h int) Scales {
	patches := patchesOf(pixels, w, h)
	n := len(patches) / printed
	if n == 0 {
		return Scales{}
	}
	var out Scales
	levels := make([]float64, len(patches))
	for k := range scales {
		for i := range patches {
			levels[i] = patches[i].at(k)
		}
		slices.Sort(levels)
		out.Paper[k] = math.Sqrt(levels[n])
	}
	slices.SortFunc(patches, func(a, b patch) int { return cmp.Compare(b.densely(), a.densely()) })
	for k := range scales {
		all := 0.0
		for way := range ways {
			sum := 0.0
			for i := range n {
				sum += patches[i][way][k]
			}
			all += sum
			out.Ways[way][k] = math.Sqrt(sum / float64(n))
		}
		out.Print[k] = math.Sqrt(all / ways / float64(n))
	}
	return out
}

// patchesOf measures all patches. What a scale holds is the difference between neighbours, squared and averaged; the next
// one sees the means of two by two.
func patchesOf(pixels []byte, w, h int) []patch {
	left, top := w*3/100, h*3/100
	columns, rows := (w-2*left)/patchEdge, (h-2*top)/patchEdge
	if columns < 1 || rows < 1 {
		return nil
	}
	patches := make([]patch, columns*rows)
	now := field{make([]float32, columns*patchEdge*rows*patchEdge), columns * patchEdge}
	for y := range rows * patchEdge {
		row := now.row(y)
		for x, v := range pixels[(y+top)*w+left:][:now.width] {
			row[x] = float32(v)
		}
	}
	for k := range scales {
		now = now.halve(patches, k, patchEdge>>(k+1))
	}
	return patches
}

// field is a picture in fractions of grey.
type field struct {
	values []float32
	width  int
}

func (f field) row(y int) []float32 { return f.values[y*f.width:][:f.width] }

// halve returns the means of two by two values, and adds to each patch, which is edge means wide, how much the four differ.
func (f field) halve(patches []patch, scale, edge int) field {
	out := field{make([]float32, len(f.values)/4), f.width / 2}
	columns := out.width / edge
	share := 1 / float64(edge*edge)
	for y := range len(out.values) / out.width {
		upper, lower, means := f.row(2*y), f.row(2*y+1), out.row(y)
		for from := 0; from < out.width; from += edge {
			var energy [ways]float32
			for x := from; x < from+edge; x++ {
				a, b, c, d := upper[2*x], upper[2*x+1], lower[2*x], lower[2*x+1]
				means[x] = (a + b + c + d) / 4
				across, down, falling, rising := (a-b+c-d)/2, (a+b-c-d)/2, a-d, b-c
				energy[0] += across * across
				energy[1] += down * down
				energy[2] += falling * falling / 2
				energy[3] += rising * rising / 2
			}
			p := &patches[y/edge*columns+from/edge]
			for way, e := range energy {
				p[way][scale] += float64(e) * share
			}
		}
	}
	return out
}

// What the scales say of print, measured on a page of A4 at 150 dpi or a card as large, its paper evenly lit. The pictures
// that the bounds were set on stand in docs/quality.md, "Quality of pictures".
const (
	noSharpness   = 0.45 // of print that nobody can read
	poorSharpness = 0.56 // of print that can be guessed in part; of print that can be read it is above
	noClearness   = 2.0  // of print that drowns in noise
	muchNoise     = 4.0  // that of a sensor at its limit; scanners and cameras in daylight stay below 2
	leastPrint    = 1.2  // variation of print, however blurred
	leastOverSoil = 5.5  // times that of paper; creases and soft shadows on empty paper reach 4.5
)

// Sharpness is how much print varies from stroke to stroke, in the direction in which that is least, in relation to how
// much it does from letter to letter, both without the noise. It is 0.6 to 1.3 where print can be read. Where there is no
// print it says nothing: a soft shadow on empty paper is not sharp.
func (s Scales) Sharpness() float64 {
	least, coarse := math.Inf(1), 0.0
	for way := range ways {
		least = min(least, s.free(way, 1))
		coarse += s.free(way, 3) * s.free(way, 3) / ways
	}
	return least / max(0.1, math.Sqrt(coarse))
}

// free is how much print varies in one direction beyond what noise does.
func (s Scales) free(way, scale int) float64 {
	return math.Sqrt(max(0, s.Ways[way][scale]*s.Ways[way][scale]-s.Paper[scale]*s.Paper[scale]))
}

// Printed reports whether there is print, however blurred: something the size of letters that varies more than paper does.
func (s Scales) Printed() bool {
	return s.Print[3] >= leastPrint && s.Print[3] >= leastOverSoil*s.Paper[3]
}

// Blurred reports whether there is print that is so blurred that nobody can read it.
func (s Scales) Blurred() bool { return s.Printed() && s.Sharpness() < noSharpness }

// Soft reports whether there is print that is so blurred that some of it cannot be read.
func (s Scales) Soft() bool { return s.Printed() && s.Sharpness() < poorSharpness }

// Noisy reports whether there is so much noise that specks look like marks.
func (s Scales) Noisy() bool { return s.Paper[0] >= muchNoise }

// Drowned reports whether there is as much noise as print.
func (s Scales) Drowned() bool { return s.Noisy() && s.Print[2] < noClearness*s.Paper[2] }
