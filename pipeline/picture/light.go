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
