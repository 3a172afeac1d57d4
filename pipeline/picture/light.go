package picture

// Light returns how bright paper is all over a photograph, as a grey map of its size: the picture without print, smoothed.
// Nothing on the picture is lighter than the map says by more than the smoothing does, so light print on dark ground
// stays legible when the picture is divided by it.
func Light(p Colours) []byte {
	radius := max(3, max(p.Width, p.Height)/64)
	scratch := make([]byte, max(p.Width, p.Height))
	out := make([]byte, p.Width*p.Height)
	for i := range out { // as leptonica weighs them
		out[i] = byte((3*int(p.Pix[3*i]) + 5*int(p.Pix[3*i+1]) + 2*int(p.Pix[3*i+2])) / 10)
	}
	closeDark(out, p.Width, 1, radius)
	for range 2 {
		for y := range p.Height {
			smooth(out[y*p.Width:], p.Width, 1, radius/2, scratch)
		}
		for x := range p.Width {
			smooth(out[x:], p.Height, p.Width, radius/2, scratch)
		}
	}
	return out
}

// smooth replaces n values, stride apart, by the mean within radius of each.
func smooth(values []byte, n, stride, radius int, scratch []byte) {
	for i := range n {
		scratch[i] = values[i*stride]
	}
	sum, from, to := 0, 0, 0
	for i := range n {
		for ; to < min(n, i+radius+1); to++ {
			sum += int(scratch[to])
		}
		for ; from < i-radius; from++ {
			sum -= int(scratch[from])
		}
		values[i*stride] = byte(sum / (to - from))
	}
}

// uneven is how much brighter paper may be in one place than in another before a page is lit unevenly.
const uneven = 1.2

// Lit says how the paper of a map of light is lit: how bright it is where it is dark and where it is bright, at the fifth
// and the ninety-fifth of a hundred places. A picture taken in the dark is dark where it is brightest, too.
func Lit(light []byte) (evenly, dark bool) {
	var histogram [256]int
	for _, v := range light {
		histogram[v]++
	}
	low, high := percentile(histogram, len(light), 0.05), percentile(histogram, len(light), 0.95)
	return float64(high) <= uneven*float64(low), high < Night
}

// Glare returns the share of a picture that a reflection has burnt out: white without any shade, on a page that is not so
// white elsewhere. Light is the picture's map of light.
func Glare(p Colours, light []byte) float64 {
	const burnt, white = 250, 235
	var histogram [256]int
	n := 0
	for i, v := range light {
		histogram[v]++
		if p.Pix[3*i] >= burnt && p.Pix[3*i+1] >= burnt && p.Pix[3*i+2] >= burnt {
			n++
		}
	}
	if percentile(histogram, len(light), 0.5) >= white { // an overexposed page shows no less for it
		return 0
	}
	return float64(n) / float64(max(1, len(light)))
}
