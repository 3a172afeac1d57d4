// Package lines reads lines of text with the networks of tesseract's models (tessdata_fast), whose layout analysis finds the
// lines. It computes what tesseract computes, several lines at a time and without what that spends around the
// multiplications: a page costs about a fifth. It knows no list of words.
//
// A Model is made by Load from a .traineddata file; Model.Read reads lines. model.go knows the file, kernel_body.h the network,
// words.go how probabilities become words.
package lines

/*
#cgo CFLAGS: -O3 -Wno-psabi
#include <stdlib.h>
#include "kernel.h"
*/
import "C"

import (
	"cmp"
	"context"
	"slices"
	"unsafe"
)

// Line is the picture of one line of text: grey, as high as the model wants it, upright.
type Line struct {
	Pixels []byte // Width × Model.Height
	Width  int
}

// Limits of one run of the network. Lines side by side share loads of weights; more than these save nothing.
const (
	atOnce     = 8
	narrowest  = 3
	widestLine = 30_000 // pixels: a line across a sheet of 16 m
)

// Read reads lines and returns the words of each, in the order they stand in, left to right. A line that is too narrow or too
// wide to be one has none. It returns early if ctx ends.
func (m *Model) Read(ctx context.Context, lines []Line) ([][]Word, error) {
	var usable []int
	for i, l := range lines {
		if l.Width >= narrowest && l.Width <= widestLine && len(l.Pixels) == l.Width*m.Height() {
			usable = append(usable, i)
		}
	}
	slices.SortStableFunc(usable, func(a, b int) int { return cmp.Compare(lines[b].Width, lines[a].Width) })
	words := make([][]Word, len(lines))
	for some := range slices.Chunk(usable, atOnce) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		inputs := make([]input, len(some))
		for i, at := range some {
			inputs[i] = m.input(lines[at])
		}
		for i, found := range m.readSome(inputs) {
			words[some[i]] = found
		}
	}
	return words, nil
}

// doubtful is how sure the labels of a line must be on average. Below it the line may be white on black.
const doubtful = 0.7

// readSome reads lines that fit into one run, the widest first.
func (m *Model) readSome(inputs []input) [][]Word {
	outputs := m.run(inputs)
	var again []int
	for i, o := range outputs {
		if o.sureness(m.null) < doubtful {
			again = append(again, i)
		}
	}
	if len(again) > 0 {
		inverted := make([]input, len(again))
		for i, at := range again {
			inverted[i] = inputs[at].inverted()
		}
		for i, o := range m.run(inverted) {
			if at := again[i]; o.sureness(m.null) > outputs[at].sureness(m.null) {
				outputs[at] = o
				inputs[at].black, inputs[at].white = inputs[at].white, inputs[at].black
			}
		}
	}
	words := make([][]Word, len(inputs))
	for i, o := range outputs {
		words[i] = m.words(o)
		for k := range words[i] {
			words[i][k].fit(inputs[i].line, m.Height(), inputs[i].black, inputs[i].white)
		}
	}
	return words
}

// input is a line's picture as the network takes it: black is -127, white 127.
type input struct {
	pixels []int8
	steps  int // of three columns
	black  float64
	white  float64
	line   Line
}

// input stretches the line's contrast: black and white are what is usual along its middle. What is more than a third of a
// step at the end is left out, as the network does.
func (m *Model) input(l Line) input {
	in := input{line: l, steps: l.Width / 3}
	in.black, in.white = contrast(l.Pixels[m.Height()/2*l.Width:][:l.Width])
	in.stretch(m.Height(), func(p byte) byte { return p })
	return in
}

// inverted returns the line with black and white exchanged.
func (in input) inverted() input {
	out := input{line: in.line, steps: in.steps, black: 255 - in.white, white: 255 - in.black}
	out.stretch(len(in.line.Pixels)/in.line.Width, func(p byte) byte { return 255 - p })
	return out
}

func (in *input) stretch(height int, of func(byte) byte) {
	half := (in.white - in.black) / 2
	if half <= 0 {
		half = 1
	}
	var table [256]int8
	for p := range table {
		v := 128 * ((float64(of(byte(p)))-in.black)/half - 1)
		table[p] = int8(max(-127, min(127, round(v))))
	}
	width := 3 * in.steps
	in.pixels = make([]int8, width*height)
	for y := range height {
		row := in.line.Pixels[y*in.line.Width:][:width]
		for x, p := range row {
			in.pixels[y*width+x] = table[p]
		}
	}
}

func round(v float64) int {
	if v < 0 {
		return -int(0.5 - v)
	}
	return int(v + 0.5)
}

// contrast returns what is black and white along a row of pixels: the lower quarter of its valleys, the upper of its peaks.
func contrast(row []byte) (black, white float64) {
	var valleys, peaks [256]int
	found := [2]int{}
	for x := 1; x+1 < len(row); x++ {
		before, at, after := row[x-1], row[x], row[x+1]
		if at < before && at <= after || at <= before && at < after {
			valleys[at]++
			found[0]++
		}
		if at > before && at >= after || at >= before && at > after {
			peaks[at]++
			found[1]++
		}
	}
	if found[0] == 0 {
		valleys[0], found[0] = 1, 1
	}
	if found[1] == 0 {
		peaks[255], found[1] = 1, 1
	}
	return quantile(&valleys, found[0], 0.25), quantile(&peaks, found[1], 0.75)
}

// quantile interpolates within the bucket that holds it.
func quantile(buckets *[256]int, total int, share float64) float64 {
	target := max(1, share*float64(total))
	sum, i := 0, 0
	for i < len(buckets) && float64(sum) < target {
		sum += buckets[i]
		i++
	}
	return float64(i) - (float64(sum)-target)/float64(buckets[i-1])
}

// output is what the network says of a line: probabilities of codes, step by step.
type output struct {
	probabilities []float32 // steps × apart
	steps, apart  int
	classes       int
}

func (o output) step(t int) []float32 { return o.probabilities[t*o.apart:][:o.classes] }

// sureness is the mean probability of the best codes that are no gap; 0 if all are.
func (o output) sureness(null int) float64 {
	sum, n := 0.0, 0
	for t := range o.steps {
		if code, p := best(o.step(t)); code != null {
			sum, n = sum+float64(p), n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func best(of []float32) (int, float32) {
	at, most := 0, of[0]
	for i, v := range of {
		if v > most {
			at, most = i, v
		}
	}
	return at, most
}

// run runs the network on lines, the widest first.
func (m *Model) run(inputs []input) []output {
	steps, total := make([]C.int32_t, len(inputs)), 0
	for i, in := range inputs {
		steps[i] = C.int32_t(in.steps) //nolint:gosec // at most widestLine
		total += in.steps
	}
	pixels := make([]int8, 0, total*3*m.Height())
	for _, in := range inputs {
		pixels = append(pixels, in.pixels...)
	}
	apart := int(m.net.last.out)
	probabilities := make([]float32, total*apart)
	n := C.int(len(inputs)) //nolint:gosec // at most atOnce
	scratch := m.room(int(C.eakte_lines_scratch(m.net, n, &steps[0])))
	in, out := (*C.int8_t)(unsafe.Pointer(&pixels[0])), (*C.float)(unsafe.Pointer(&probabilities[0]))
	C.eakte_lines_run(m.net, n, &steps[0], in, out, (*C.char)(scratch))
	outputs := make([]output, len(inputs))
	for i, in := range inputs {
		outputs[i] = output{probabilities: probabilities[:in.steps*apart], steps: in.steps, apart: apart, classes: int(m.net.classes)}
		probabilities = probabilities[in.steps*apart:]
	}
	return outputs
}

// room returns so many bytes for the kernel, aligned to a line of the cache. They are kept for the next run.
func (m *Model) room(bytes int) unsafe.Pointer {
	const align = 64
	if len(m.scratch) < bytes+align {
		m.scratch = make([]byte, bytes+bytes/4+align)
	}
	at := uintptr(unsafe.Pointer(&m.scratch[0])) % align
	return unsafe.Pointer(&m.scratch[(align-at)%align])
}
