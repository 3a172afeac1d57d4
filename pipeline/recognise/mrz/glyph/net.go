// Package glyph recognises the glyphs of a line of OCR-B, the font of machine-readable zones (ISO 1073-2; ICAO Doc 9303
// part 3, section 4.2). Cut takes a line out of a picture, straight and evened out; Net.Read says for every quarter of a cell
// which glyph is centred there, or none. Which glyphs make a sensible line is left to package mrz.
//
// The network is small and convolutional along the line, so that looking at every quarter cell costs little more than
// looking at every cell: the reader need not know beforehand where the cells are. internal/train/glyphs trains it.
package glyph

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

const (
	// Alphabet lists the glyphs by class.
	Alphabet = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	// None is the class of a place where no glyph is centred.
	None = len(Alphabet)
	// Classes counts the glyphs and None.
	Classes = None + 1

	// Pitch is how many columns of a strip make a cell.
	Pitch = 16
	// Height is how many rows a strip has.
	Height = 24
	// Step is how many columns it is from one place that is looked at to the next.
	Step = 4
	// Window is how many columns are seen from a place.
	Window = 26
)

const (
	maps1  = 8
	maps2  = 24
	hidden = 96                 // even, as are the classes and what is summed up: dense takes pairs
	column = maps2 * Height / 4 // what is left of one place's column after both poolings
	sight  = 5 * column         // the hidden layer sees five of them
)

// Net is the network: convolution 3 × 3 with 8 maps, pooling 2 × 2, convolution 3 × 3 with 24 maps, pooling 2 × 2, a
// hidden layer of 96 over five columns, 38 classes; rectified in between. Convolutions stop at the strip's ends and see
// paper above and below.
type Net struct {
	Conv1, Bias1 []float32 // [map][dy][dx], [map]
	Conv2, Bias2 []float32 // [map][map before][dy][dx], [map]
	Dense, Bias3 []float32 // [unit][column][map][y], [unit]
	Out, Bias4   []float32 // [class][unit], [class]
}

// New returns a network whose weights are zero.
func New() *Net {
	return &Net{
		Conv1: make([]float32, maps1*9), Bias1: make([]float32, maps1),
		Conv2: make([]float32, maps2*maps1*9), Bias2: make([]float32, maps2),
		Dense: make([]float32, hidden*sight), Bias3: make([]float32, hidden),
		Out: make([]float32, Classes*hidden), Bias4: make([]float32, Classes),
	}
}

// Weights returns all of them, in a fixed order.
func (n *Net) Weights() [][]float32 {
	return [][]float32{n.Conv1, n.Bias1, n.Conv2, n.Bias2, n.Dense, n.Bias3, n.Out, n.Bias4}
}

// magic begins the file of a network: what it is, and the version of its shape.
const magic = "eakte-glyphs-1\n"

// ErrModel says that bytes are no network of this version.
var ErrModel = errors.New("not a network of this version")

// Bytes writes the network: magic, then each weight's upper 16 bits of IEEE 754 binary32, big endian.
func (n *Net) Bytes() []byte {
	out := []byte(magic)
	for _, w := range n.Weights() {
		for _, v := range w {
			out = binary.BigEndian.AppendUint16(out, uint16((math.Float32bits(v)+0x8000)>>16)) //nolint:gosec // the upper half
		}
	}
	return out
}

// Load reads what Bytes wrote.
func Load(data []byte) (*Net, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	n, size := New(), 0
	for _, w := range n.Weights() {
		size += 2 * len(w)
	}
	if !ok || len(rest) != size {
		return nil, ErrModel
	}
	for _, w := range n.Weights() {
		for i := range w {
			w[i] = math.Float32frombits(uint32(binary.BigEndian.Uint16(rest)) << 16)
			rest = rest[2:]
		}
	}
	return n, nil
}

// Pass is one run of the network, with all that happened on the way: training goes back over it. It can be used again.
type Pass struct {
	Strip        Strip
	Conv1, Pool1 []float32 // [map][y][x]
	Conv2        []float32 // [map][y][x]
	Pool2        []float32 // [x][map][y]
	Hidden       []float32 // [place][unit]
	Log          []float32 // [place][class]: logarithm of the probability
	Places       int
}

// widths returns how many columns there are after each layer.
func widths(w int) (conv1, pool1, conv2, pool2, places int) {
	conv1 = w - 2
	pool1 = conv1 / 2
	conv2 = pool1 - 2
	pool2 = conv2 / 2
	return conv1, pool1, conv2, pool2, pool2 - 4
}

// Cell returns the cell that place p is in the middle of, counted like Strip.From.
func (s Strip) Cell(p int) float64 { return s.From + (float64(p*Step)+Window/2)/Pitch }

// Read runs the network over a strip of at least Window columns. Only every so many places are looked at, from the first
// on; the others' figures stay zero.
func (n *Net) Read(s Strip, every int, p *Pass) {
	w1, w2, w3, w4, places := widths(s.W)
	p.Strip, p.Places = s, places
	p.Conv1 = zero(p.Conv1, maps1*Height*w1)
	p.Pool1 = zero(p.Pool1, maps1*Height/2*w2)
	p.Conv2 = zero(p.Conv2, maps2*Height/2*w3)
	p.Pool2 = zero(p.Pool2, column*w4)
	p.Hidden = zero(p.Hidden, places*hidden)
	p.Log = zero(p.Log, places*Classes)

	convolve(p.Conv1, s.Pix, n.Conv1, n.Bias1, 1, Height, s.W)
	pool(p.Pool1, p.Conv1, maps1, Height, w1, func(m, y, x int) int { return (m*Height/2+y)*w2 + x })
	convolve(p.Conv2, p.Pool1, n.Conv2, n.Bias2, maps1, Height/2, w2)
	pool(p.Pool2, p.Conv2, maps2, Height/2, w3, func(m, y, x int) int { return x*column + m*Height/4 + y })
	for at := 0; at < places; at += every {
		unit := p.Hidden[at*hidden : (at+1)*hidden]
		dense(unit, p.Pool2[at*column:at*column+sight], n.Dense, n.Bias3)
		for i, v := range unit {
			unit[i] = max(0, v)
		}
		class := p.Log[at*Classes : (at+1)*Classes]
		dense(class, unit, n.Out, n.Bias4)
		logSoftmax(class)
	}
}

// zero returns a slice of n zeros, in the old one's memory if that is large enough.
func zero(old []float32, n int) []float32 {
	old = slices.Grow(old[:0], n)[:n]
	clear(old)
	return old
}

// convolve adds up maps of w × h into those of out, which are two columns narrower, and rectifies them.
func convolve(out, in, weight, bias []float32, maps, h, w int) {
	wide := w - 2
	for m := range bias {
		plane := out[m*h*wide : (m+1)*h*wide]
		for i := range plane {
			plane[i] = bias[m]
		}
		for from := range maps {
			k := weight[(m*maps+from)*9 : (m*maps+from)*9+9]
			for y := range h {
				row := plane[y*wide : (y+1)*wide]
				for dy := max(-1, -y); dy <= min(1, h-1-y); dy++ {
					above := in[(from*h+y+dy)*w : (from*h+y+dy)*w+w]
					taps(row, above, k[(dy+1)*3], k[(dy+1)*3+1], k[(dy+1)*3+2])
				}
			}
		}
		for i, v := range plane {
			plane[i] = max(0, v)
		}
	}
}

// taps adds three neighbours of in, weighted, to each place of out.
func taps(out, in []float32, a, b, c float32) {
	in = in[:len(out)+2]
	left, middle := in[0], in[1]
	for i := range out {
		right := in[i+2]
		out[i] += a*left + b*middle + c*right
		left, middle = middle, right
	}
}

// pool keeps the greatest of every 2 × 2; at says where in out it goes.
func pool(out, in []float32, maps, h, w int, at func(m, y, x int) int) {
	for m := range maps {
		for y := range h / 2 {
			top, bottom := in[(m*h+2*y)*w:(m*h+2*y+1)*w], in[(m*h+2*y+1)*w:(m*h+2*y+2)*w]
			for x := range w / 2 {
				out[at(m, y, x)] = max(top[2*x], top[2*x+1], bottom[2*x], bottom[2*x+1])
			}
		}
	}
}

// dense multiplies in with each row of weight, two rows at a time so that in is fetched half as often.
func dense(out, in, weight, bias []float32) {
	n := len(in)
	for o := 0; o+1 < len(out); o += 2 {
		one, two := weight[o*n:][:n], weight[(o+1)*n:][:n]
		var a, b, c, d, e, f, g, h float32
		for i := 0; i+3 < len(in) && i+3 < len(one) && i+3 < len(two); i += 4 {
			v, w, x, y := in[i], in[i+1], in[i+2], in[i+3]
			a += one[i] * v
			b += one[i+1] * w
			c += one[i+2] * x
			d += one[i+3] * y
			e += two[i] * v
			f += two[i+1] * w
			g += two[i+2] * x
			h += two[i+3] * y
		}
		out[o], out[o+1] = bias[o]+a+b+c+d, bias[o+1]+e+f+g+h
	}
}

func logSoftmax(v []float32) {
	top := slices.Max(v)
	sum := 0.0
	for _, x := range v {
		sum += math.Exp(float64(x - top))
	}
	less := top + float32(math.Log(sum))
	for i := range v {
		v[i] -= less
	}
}
