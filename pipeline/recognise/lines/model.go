package lines

/*
#include <stdlib.h>
#include "kernel.h"
*/
import "C"

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unsafe"
)

// ErrModel says that a file is no model that this package can run: tesseract's "fast" models (integer weights, the usual
// layers) are.
var ErrModel = errors.New("not a model of lines")

// Model is a network with its characters. Not safe for concurrent use.
type Model struct {
	net     *C.eakte_network
	texts   map[string]string // codes, as key() writes them → character
	starts  map[string]bool   // beginnings of codes of several
	null    int               // the code of a gap
	scratch []byte
}

// Height is how high pictures of lines must be, in pixels.
func (m *Model) Height() int { return int(m.net.height) }

// Close frees the model; again it does nothing. One that is never closed keeps 1 MB.
func (m *Model) Close() {
	if m.net == nil {
		return
	}
	for _, w := range m.matrices() {
		C.free(w.w)
		C.free(unsafe.Pointer(w.bias))
		C.free(unsafe.Pointer(w.scale))
	}
	C.free(unsafe.Pointer(m.net))
	m.net = nil
}

// matrices returns those of the network, in the order of its layers.
func (m *Model) matrices() []*C.eakte_matrix {
	n := m.net
	return []*C.eakte_matrix{&n.convolution, &n.down, &n.along[0], &n.along[1], &n.along[2], &n.last}
}

// Parts of a .traineddata file (tesseract, src/ccutil/tessdatamanager.h).
const (
	partNetwork    = 17
	partCharacters = 21
	partCodes      = 22
	mostParts      = 1000
)

// Load reads a .traineddata file.
func Load(data []byte) (*Model, error) { return load(data, C.eakte_lines_kernel()) }

// load reads a .traineddata file for a kernel that this processor can run.
func load(data []byte, kernel C.eakte_kernel) (*Model, error) {
	parts, err := partsOf(data)
	if err != nil {
		return nil, err
	}
	r := &reading{data: parts[partNetwork]}
	layers := r.network()
	null := r.trailer()
	if r.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, r.err)
	}
	m := &Model{null: null}
	if err := m.take(layers, kernel); err != nil {
		m.Close()
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if err := m.characters(parts[partCharacters], parts[partCodes]); err != nil {
		m.Close()
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	return m, nil
}

// partsOf cuts the file: a count, as many offsets (-1: not there), the parts.
func partsOf(data []byte) (map[int][]byte, error) {
	r := &reading{data: data}
	n := r.number()
	if n > mostParts {
		return nil, fmt.Errorf("%w: %d parts", ErrModel, n)
	}
	var offsets []int64
	for range n {
		offsets = append(offsets, int64(binary.LittleEndian.Uint64(r.bytes(8)))) //nolint:gosec // -1 is meant
	}
	parts := map[int][]byte{}
	for i, from := range offsets {
		to := int64(len(data))
		for _, next := range offsets[i+1:] {
			if next >= 0 {
				to = next
				break
			}
		}
		if from >= 0 {
			if from > to || to > int64(len(data)) {
				return nil, fmt.Errorf("%w: part %d lies outside", ErrModel, i)
			}
			parts[i] = data[from:to]
		}
	}
	if r.err != nil || parts[partNetwork] == nil || parts[partCharacters] == nil || parts[partCodes] == nil {
		return nil, fmt.Errorf("%w: parts are missing", ErrModel)
	}
	return parts, nil
}

// reading reads little-endian values; after an error all are zero.
type reading struct {
	data []byte
	err  error
}

func (r *reading) bytes(n int) []byte {
	if r.err == nil && (n < 0 || n > len(r.data)) {
		r.err = errors.New("it ends early")
	}
	if r.err != nil {
		return make([]byte, min(max(n, 0), 8))
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

func (r *reading) number() int { return int(int32(binary.LittleEndian.Uint32(r.bytes(4)))) } //nolint:gosec // signed in the file

func (r *reading) text() string { return string(r.bytes(r.number())) }

// layer is a layer of the network that has weights, or the height of its input.
type layer struct {
	kind     string
	weights  []weights
	height   int
	scale    [2]int // of a convolution or maximum
	children []layer
}

// weights is a matrix of bytes; the last of each row is the bias.
type weights struct {
	rows, columns int
	values        []byte
	scales        []float64
}

// network reads a layer and all within it (src/lstm/network.cpp, Network::CreateFromFile).
func (r *reading) network() layer { return r.layer(0) }

const (
	mostDepth      = 8
	mostChildren   = 64
	layerRates     = 64 // flag: the layer has learning rates of its own
	modeInteger    = 1
	modeDoubles    = 128
	mostWeights    = 1 << 22
	inputNumbers   = 5
	trailerNumbers = 7
)

func (r *reading) layer(depth int) layer {
	var l layer
	if r.bytes(1)[0] != 0 {
		r.fail("an old kind of layer")
		return l
	}
	l.kind = r.text()
	r.bytes(2)
	flags := r.number()
	r.bytes(12)
	_ = r.text()
	switch l.kind {
	case "Series", "XYTranspose", "RTLReversed":
		n := r.number()
		if depth > mostDepth || n > mostChildren {
			r.fail("too many layers")
		}
		for i := 0; i < n && r.err == nil; i++ {
			l.children = append(l.children, r.layer(depth+1))
		}
		if flags&layerRates != 0 {
			r.bytes(4 * r.number())
		}
	case "Input":
		shape := [inputNumbers]int{}
		for i := range shape {
			shape[i] = r.number()
		}
		l.height = shape[1]
	case "Convolve", "Maxpool":
		l.scale = [2]int{r.number(), r.number()}
	case "LSTM", "SummLSTM":
		r.number()
		for range 4 {
			l.weights = append(l.weights, r.weights())
		}
	case "Tanh", "Softmax":
		l.weights = []weights{r.weights()}
	default:
		r.fail("a layer of another kind")
	}
	return l
}

func (r *reading) fail(what string) {
	if r.err == nil {
		r.err = errors.New(what)
	}
}

// weights reads a matrix (src/lstm/weightmatrix.cpp).
func (r *reading) weights() weights {
	if mode := r.bytes(1)[0]; mode&modeInteger == 0 || mode&modeDoubles == 0 {
		r.fail("weights that are no integers")
		return weights{}
	}
	w := weights{rows: r.number(), columns: r.number()}
	r.bytes(1)
	if w.rows < 1 || w.columns < 2 || w.rows > mostWeights/w.columns {
		r.fail("a matrix of no size")
		return weights{}
	}
	w.values = r.bytes(w.rows * w.columns)
	n := r.number()
	if n < w.rows || n > mostWeights {
		r.fail("a matrix without scales")
		return weights{}
	}
	raw := r.bytes(8 * n)
	if r.err != nil {
		return weights{}
	}
	for i := range w.rows {
		w.scales = append(w.scales, math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:])))
	}
	return w
}

// trailer reads what follows the network and returns the code of a gap.
func (r *reading) trailer() (null int) {
	_ = r.text()
	var numbers [trailerNumbers]int
	for i := range numbers {
		numbers[i] = r.number()
	}
	return numbers[3]
}

// take checks that the layers are the usual ones, in order, and lays their weights out for the kernel.
func (m *Model) take(top layer, kernel C.eakte_kernel) error {
	var flat []layer
	var walk func(l layer, within string)
	walk = func(l layer, within string) {
		if len(l.children) == 0 {
			l.kind = within + l.kind
			flat = append(flat, l)
		}
		for _, c := range l.children {
			prefix := within
			if l.kind != "Series" {
				prefix += l.kind + " "
			}
			walk(c, prefix)
		}
	}
	walk(top, "")
	kinds := make([]string, len(flat))
	for i, l := range flat {
		kinds[i] = l.kind
	}
	want := []string{"Input", "Convolve", "Tanh", "Maxpool", "XYTranspose SummLSTM", "LSTM", "RTLReversed LSTM", "LSTM", "Softmax"}
	if !slices.Equal(kinds, want) {
		return fmt.Errorf("layers %q", kinds)
	}
	if flat[1].scale != [2]int{1, 1} || flat[3].scale != [2]int{3, 3} {
		return errors.New("windows of another size")
	}
	return m.lay(flat, kernel)
}

// block is how many outputs the kernel computes at a time.
const block = 16

// lay sets up the network.
func (m *Model) lay(flat []layer, kernel C.eakte_kernel) error {
	height, maps := flat[0].height, flat[2].weights[0].rows
	if height < 12 || height > 120 || height%3 != 0 || maps != block {
		return errors.New("pictures or maps of another size")
	}
	m.net = (*C.eakte_network)(C.calloc(1, C.sizeof_eakte_network))
	m.net.kernel = kernel
	m.net.height, m.net.maps, m.net.classes = C.int32_t(height), C.int32_t(maps), C.int32_t(flat[8].weights[0].rows) //nolint:gosec // checked
	withWeights := slices.DeleteFunc(slices.Clone(flat), func(l layer) bool { return l.weights == nil })
	inputs := 9
	for i, to := range m.matrices() {
		w, recurrent := withWeights[i].weights, len(withWeights[i].weights) == 4
		outputs := w[0].rows
		if recurrent {
			inputs += outputs
		}
		for _, gate := range w {
			if gate.columns != inputs+1 || gate.rows != outputs || recurrent && outputs%block != 0 {
				return errors.New("layers that do not fit each other")
			}
		}
		layOut(to, w, kernel)
		inputs = outputs
	}
	if m.null < 0 || m.null >= int(m.net.classes) {
		return errors.New("no code of a gap")
	}
	return nil
}

// byteOffset is by how much the kernel for VNNI holds inputs greater than they are.
const byteOffset = 128

// layOut lays out weights in blocks of outputs and groups of inputs; several matrices stand one after the other.
func layOut(to *C.eakte_matrix, of []weights, kernel C.eakte_kernel) {
	group, offset := 2, int32(0)
	if kernel == C.EAKTE_LINES_VNNI {
		group, offset = 4, byteOffset
	}
	outputs := (len(of)*of[0].rows + block - 1) / block * block
	inputs := (of[0].columns - 1 + group - 1) / group * group
	w, bias, scales := make([]int8, outputs*inputs), make([]int32, outputs), make([]float32, outputs)
	for g, gate := range of {
		for row := range gate.rows {
			out := g*gate.rows + row
			values := gate.values[row*gate.columns:][:gate.columns]
			bias[out] = 127 * int32(int8(values[gate.columns-1])) //nolint:gosec // signed in the file
			for in, v := range values[:gate.columns-1] {
				signed := int8(v) //nolint:gosec // signed in the file
				w[out/block*block*inputs+in/group*group*block+out%block*group+in%group] = signed
				bias[out] -= offset * int32(signed)
			}
			scales[out] = float32(gate.scales[row] / 127)
		}
	}
	to.out, to.in = C.int32_t(outputs), C.int32_t(inputs) //nolint:gosec // checked by weights
	if kernel == C.EAKTE_LINES_VNNI {
		to.w = copied(w)
	} else {
		to.w = copied(widened(w))
	}
	to.bias = (*C.int32_t)(copied(bias))
	to.scale = (*C.float)(copied(scales))
}

func widened(bytes []int8) []int16 {
	out := make([]int16, len(bytes))
	for i, v := range bytes {
		out[i] = int16(v)
	}
	return out
}

// copied returns a copy of values that the kernel may keep, aligned to a line of the cache.
func copied[V int8 | int16 | int32 | float32](values []V) unsafe.Pointer {
	const align = 64
	size := len(values) * int(unsafe.Sizeof(values[0]))
	to := C.aligned_alloc(align, C.size_t((size+align-1)/align*align))
	copy(unsafe.Slice((*V)(to), len(values)), values)
	return to
}

// mostCodes is of how many codes a character may consist.
const mostCodes = 9

// characters reads the list of characters (one a line, behind their number) and the codes of each (count, then for each:
// a byte, the number of codes, the codes; src/ccutil/unicharcompress.h).
func (m *Model) characters(list, table []byte) error {
	lines := strings.Split(string(list), "\n")
	r := &reading{data: table}
	n := r.number()
	if n < 1 || n >= len(lines) {
		return errors.New("codes without characters")
	}
	m.texts, m.starts = map[string]string{}, map[string]bool{}
	for i := range n {
		r.bytes(1)
		length := r.number()
		if length < 1 || length > mostCodes {
			return errors.New("a character without codes")
		}
		codes := make([]int, length)
		for k := range codes {
			codes[k] = r.number()
		}
		text, _, _ := strings.Cut(lines[i+1], " ")
		switch {
		case i == 0: // the list calls it NULL
			text = " "
		case text == "Joined" || strings.HasPrefix(text, "|Broken|"):
			continue
		}
		if _, there := m.texts[key(codes)]; !there {
			m.texts[key(codes)] = text
		}
		for k := 1; k < length; k++ {
			m.starts[key(codes[:k])] = true
		}
	}
	return r.err
}

// key writes codes as a key of a map.
func key(codes []int) string {
	var b [4 * mostCodes]byte
	out := b[:0]
	for _, c := range codes {
		out = binary.LittleEndian.AppendUint32(out, uint32(c)) //nolint:gosec // any value serves
	}
	return string(out)
}

func (m *Model) text(codes []int) (string, bool) {
	text, ok := m.texts[key(codes)]
	return text, ok
}

func (m *Model) begins(codes []int) bool { return m.starts[key(codes)] }
