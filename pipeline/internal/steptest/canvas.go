package steptest

import (
	"math/rand/v2"
	"slices"
)

// Blurred averages the pixels of a grey picture of width × height with their neighbours, so many times. The outermost ones
// stay.
func Blurred(pix []byte, width, height, times int) []byte {
	for range times {
		out := slices.Clone(pix)
		for y := 1; y < height-1; y++ {
			for x := 1; x < width-1; x++ {
				sum := 0
				for dy := -1; dy <= 1; dy++ {
					for _, v := range pix[(y+dy)*width+x-1 : (y+dy)*width+x+2] {
						sum += int(v)
					}
				}
				out[y*width+x] = byte(sum / 9)
			}
		}
		pix = out
	}
	return pix
}

// Roughen adds grain to a grey picture of that width, takes contrast and darkens it towards its right side, in place.
func Roughen(pix []byte, width int, seed uint64, grain int, contrast float64) {
	r := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // grain that is the same in every run
	for i, v := range pix {
		light := 1 - 0.3*float64(i%width)/float64(width)
		pix[i] = byte(min(255, max(0, (128+(float64(v)-128)*contrast)*light+float64(r.IntN(2*grain+1)-grain))))
	}
}
