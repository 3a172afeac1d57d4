package glyphs

import (
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// slope holds the gradients of a network's weights, and memory to work them out.
type slope struct {
	net                         *glyph.Net
	pass                        glyph.Pass
	hidden, pool2, conv2, pool1 []float32
	conv1                       []float32
}

// shard adds up the gradients of the mean loss over some lines and returns that loss.
func (g *slope) shard(s scene, net *glyph.Net, number uint64) float64 {
	loss, places := 0.0, 0
	var samples []sample
	for i := range shard {
		drawn := s.sample(random(1, number*shard+uint64(i))) //nolint:gosec // counts from 0
		samples = append(samples, drawn)
		places += len(drawn.right)
	}
	for _, drawn := range samples {
		net.Read(drawn.strip, 1, &g.pass)
		loss += g.back(net, drawn.right, 1/float32(places))
	}
	return loss / float64(places)
}

// back goes back over the pass and adds the gradients of the loss, weighted.
func (g *slope) back(net *glyph.Net, right []int, weight float32) float64 {
	p := &g.pass
	g.hidden, g.pool2 = zero(g.hidden, len(p.Hidden)), zero(g.pool2, len(p.Pool2))
	g.conv2, g.pool1, g.conv1 = zero(g.conv2, len(p.Conv2)), zero(g.pool1, len(p.Pool1)), zero(g.conv1, len(p.Conv1))
	loss := 0.0
	units, sight := len(net.Bias3), len(net.Dense)/len(net.Bias3)
	column := sight / 5
	for at, want := range right {
		if want == ignore {
			continue
		}
		log := p.Log[at*glyph.Classes : (at+1)*glyph.Classes]
		loss -= float64(log[want])
		var d [glyph.Classes]float32
		for c, l := range log {
			d[c] = float32(math.Exp(float64(l))) * weight
		}
		d[want] -= weight
		hidden, slope := p.Hidden[at*units:(at+1)*units], g.hidden[at*units:(at+1)*units]
		layer(d[:], hidden, slope, net.Out, g.net.Out, g.net.Bias4)
		for i, v := range hidden {
			if v <= 0 {
				slope[i] = 0
			}
		}
		layer(slope, p.Pool2[at*column:at*column+sight], g.pool2[at*column:at*column+sight], net.Dense, g.net.Dense, g.net.Bias3)
	}
	g.convolutions(net, column)
	return loss
}

// layer goes back over a dense layer: d is the gradient at its output.
func layer(d, in, dIn, weight, dWeight, dBias []float32) {
	for o, v := range d {
		if v == 0 {
			continue
		}
		dBias[o] += v
		row, dRow := weight[o*len(in):(o+1)*len(in)], dWeight[o*len(in):(o+1)*len(in)]
		dIn := dIn[:len(row)]
		in := in[:len(row)]
		dRow = dRow[:len(row)]
		for i, w := range row {
			dIn[i] += v * w
			dRow[i] += v * in[i]
		}
	}
}

// convolutions goes back over both convolutions and poolings.
func (g *slope) convolutions(net *glyph.Net, column int) {
	p := &g.pass
	w1 := p.Strip.W - 2
	w2 := w1 / 2
	w3 := w2 - 2
	maps1, maps2, h := len(net.Bias1), len(net.Bias2), glyph.Height
	unpool(g.conv2, g.pool2, p.Conv2, p.Pool2, maps2, h/2, w3, func(m, y, x int) int { return x*column + m*h/4 + y })
	unconvolve(g.conv2, p.Pool1, g.pool1, net.Conv2, g.net.Conv2, g.net.Bias2, maps1, h/2, w2)
	unpool(g.conv1, g.pool1, p.Conv1, p.Pool1, maps1, h, w1, func(m, y, x int) int { return (m*h/2+y)*w2 + x })
	unconvolve(g.conv1, p.Strip.Pix, nil, net.Conv1, g.net.Conv1, g.net.Bias1, 1, h, p.Strip.W)
}

// unpool sends each gradient to the one that was greatest, unless the rectifier had silenced it.
func unpool(d, dPool, in, pooled []float32, maps, h, w int, at func(m, y, x int) int) {
	for m := range maps {
		for y := range h / 2 {
			for x := range w / 2 {
				k := at(m, y, x)
				if dPool[k] == 0 || pooled[k] <= 0 {
					continue
				}
				first := (m*h+2*y)*w + 2*x
				for _, i := range [4]int{first, first + 1, first + w, first + w + 1} {
					if in[i] == pooled[k] {
						d[i] = dPool[k]
						break
					}
				}
			}
		}
	}
}

// unconvolve goes back over a convolution; dIn may be nil.
func unconvolve(d, in, dIn, weight, dWeight, dBias []float32, maps, h, w int) {
	wide := w - 2
	for m := range dBias {
		plane := d[m*h*wide : (m+1)*h*wide]
		for y := range h {
			row := plane[y*wide : (y+1)*wide]
			for x, v := range row {
				if v == 0 {
					continue
				}
				dBias[m] += v
				for from := range maps {
					k := (m*maps + from) * 9
					for dy := max(-1, -y); dy <= min(1, h-1-y); dy++ {
						i, j := (from*h+y+dy)*w+x, k+(dy+1)*3
						dWeight[j] += v * in[i]
						dWeight[j+1] += v * in[i+1]
						dWeight[j+2] += v * in[i+2]
						if dIn != nil {
							dIn[i] += v * weight[j]
							dIn[i+1] += v * weight[j+1]
							dIn[i+2] += v * weight[j+2]
						}
					}
				}
			}
		}
	}
}

// zero returns a slice of n zeros, in the old one's memory if that is large enough.
func zero(old []float32, n int) []float32 {
	old = slices.Grow(old[:0], n)[:n]
	clear(old)
	return old
}
