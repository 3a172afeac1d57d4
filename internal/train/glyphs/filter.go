package glyphs

import "math"

// blur is nearly Gaussian with a deviation of so many pixels: three runs of a box.
func blur(s sheet, deviation float64) {
	if deviation < 0.2 {
		return
	}
	line := make([]float32, max(s.w, s.h))
	for range 3 {
		for y := range s.h {
			box(s.pix[y*s.w:(y+1)*s.w], line, 1, s.w, deviation)
		}
		for x := range s.w {
			box(s.pix[x:], line, s.w, s.h, deviation)
		}
	}
}

// box averages n values, stride apart, over a width that may be a fraction.
func box(v, line []float32, stride, n int, deviation float64) {
	half := math.Sqrt(1+4*deviation*deviation)/2 - 0.5 // of the width without the middle; three runs add up to the deviation
	whole := int(half)
	part := float32(half) - float32(whole)
	weight := 1 / (float32(2*half) + 1)
	for i := range n {
		line[i] = v[i*stride]
	}
	at := func(i int) float32 { return line[min(n-1, max(0, i))] }
	var sum float32
	for i := -whole; i <= whole; i++ {
		sum += at(i)
	}
	for i := range n {
		v[i*stride] = (sum + part*(at(i-whole-1)+at(i+whole+1))) * weight
		sum += at(i+whole+1) - at(i-whole)
	}
}

// move smears the picture over n pixels.
func move(s sheet, n int, across bool) {
	step := s.w
	if across {
		step = 1
	}
	from := append([]float32(nil), s.pix...)
	for i := range s.pix {
		sum, count := float32(0), 0
		for k := range n {
			if j := i + (k-n/2)*step; j >= 0 && j < len(from) {
				sum, count = sum+from[j], count+1
			}
		}
		s.pix[i] = sum / float32(count)
	}
}

// sharpen adds what a blur takes away, as cameras do.
func sharpen(s sheet, amount float32) {
	soft := sheet{append([]float32(nil), s.pix...), s.w, s.h}
	blur(soft, 1)
	for i, v := range s.pix {
		s.pix[i] = min(255, max(0, v+amount*(v-soft.pix[i])))
	}
}

// jpeg rounds the coefficients of the cosine transform of 8 × 8 blocks (ISO/IEC 10918-1, annex K.1: luminance), the
// coarser the greater strength is: 16 as the table has it.
func jpeg(s sheet, strength float64) {
	table := [64]float32{
		16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
		18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
	}
	var cosine [64]float32
	for u := range 8 {
		for x := range 8 {
			c := 0.5 * math.Cos(float64(2*x+1)*float64(u)*math.Pi/16)
			if u == 0 {
				c = math.Sqrt(1.0 / 8)
			}
			cosine[u*8+x] = float32(c)
		}
	}
	var block, half [64]float32
	for top := 0; top+8 <= s.h; top += 8 {
		for left := 0; left+8 <= s.w; left += 8 {
			for i := range 64 {
				block[i] = min(255, max(0, s.pix[(top+i/8)*s.w+left+i%8])) - 128
			}
			transform(&half, &block, &cosine, false)
			transform(&block, &half, &cosine, false)
			for i, v := range block {
				q := max(1, table[i]*float32(strength/16))
				block[i] = q * float32(math.Round(float64(v/q)))
			}
			transform(&half, &block, &cosine, true)
			transform(&block, &half, &cosine, true)
			for i, v := range block {
				s.pix[(top+i/8)*s.w+left+i%8] = v + 128
			}
		}
	}
}

// transform is one of the two halves of the cosine transform: along the rows, and rows made columns.
func transform(out, in, cosine *[64]float32, back bool) {
	for y := range 8 {
		for u := range 8 {
			var sum float32
			for x := range 8 {
				if back {
					sum += in[y*8+x] * cosine[x*8+u]
				} else {
					sum += in[y*8+x] * cosine[u*8+x]
				}
			}
			out[u*8+y] = sum
		}
	}
}
