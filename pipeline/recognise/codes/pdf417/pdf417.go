// Package pdf417 finds and reads PDF417 symbols (ISO/IEC 15438) in grey pictures: stacked rows of codewords, each of four
// bars and four spaces, as on driving licences, boarding passes and separator sheets.
//
// A symbol is found by the bars at its ends (locate.go), seen from four sides (view.go). Lines are drawn across it from
// one end to the other and cut into codewords (grid.go), which are compared with the patterns of the standard
// (clusters.go). Lines are put into rows by what row indicators and clusters say (rows.go). Codewords are corrected
// (correct.go) and turned into text (text.go, charset.go). What the text says is for others to judge. Start at Find.
package pdf417

import (
	"cmp"
	"slices"
)

// Symbol is a PDF417 symbol that was read.
type Symbol struct {
	Text                 string
	Box                  [4]float64 // left, top, right and bottom, in shares of the picture
	Rows, Columns, Level int        // Level is that of error correction, 0 to 8
	Corrected            int        // codewords that were wrong or missing
	Segment              *Segment   // nil unless the symbol is one of several that hold a message
}

// Bounds on work, for pictures made to cause it.
const (
	mostBars    = 64
	mostSamples = 24 // times that a symbol is tried to be read
	mostPartner = 3  // stop bars tried for a start bar
)

// Find returns the symbols on a grey picture of w × h packed bytes. They may lie in each of four directions and be tilted
// up to some 15°. Modules must be two pixels wide. A page without any costs some two milliseconds.
func Find(pix []byte, w, h int) []Symbol {
	if w < 1 || h < 1 || len(pix) < w*h {
		return nil
	}
	f := finder{sides: views(pix, w, h)}
	for _, s := range seeds(pix, w, h) {
		f.trace(s)
	}
	for side := range f.sides {
		for _, b := range f.bars[side] {
			if b.kind == start && !f.known(side, b) {
				f.read(side, b)
			}
		}
	}
	return f.found
}

// finder holds what is known of a picture.
type finder struct {
	sides   [4]view
	bars    [4][]bar
	traced  int
	sampled int
	found   []Symbol
}

// trace adds the bar under a seed unless it is known.
func (f *finder) trace(s seed) {
	for _, b := range f.bars[s.side] {
		if b.covers(s) {
			return
		}
	}
	if f.traced >= mostBars {
		return
	}
	if b, ok := f.sides[s.side].trace(s); ok {
		f.traced++
		f.bars[s.side] = append(f.bars[s.side], b)
	}
}

// read reads the symbol that begins with a bar: up to each of the stop bars it may end with, or on its own.
func (f *finder) read(side int, b bar) {
	frames := append(partners(b, f.bars[side]), frame{start: b, open: true})
	for _, fr := range frames {
		if f.sampled >= mostSamples {
			return
		}
		if symbol, words, ok := f.symbol(f.sides[side], fr); ok {
			symbol.Box = fr.box(f.sides[side], words)
			f.found = append(f.found, symbol)
			return
		}
	}
}

// mostLean is the sine of the angle between the two bars of a symbol, for perspective.
const mostLean = 0.5

// known reports whether a bar belongs to a symbol that was read: damage may leave two bars of one.
func (f *finder) known(side int, b bar) bool {
	x, y := f.sides[side].share(b.core[0].middle(b.core[1]))
	return slices.ContainsFunc(f.found, func(s Symbol) bool {
		return x > s.Box[0] && x < s.Box[2] && y > s.Box[1] && y < s.Box[3]
	})
}

// partners pairs a start bar with the stop bars that it may belong to, the nearest first.
func partners(b bar, all []bar) []frame {
	var frames []frame
	for _, e := range all {
		fr := frame{start: b, stop: e}
		way := e.middle().minus(b.middle())
		along, right := way.dot(b.down()), way.dot(b.across())
		if e.kind != stop || right <= 0 || fr.columns() < 1 || fr.columns() > 31 {
			continue
		}
		ratio := e.module / b.module
		lean := b.across().dot(e.down())
		if ratio > 0.6 && ratio < 1.6 && lean > -mostLean && lean < mostLean && max(along, -along) < 0.35*right+max(b.height(), e.height())/2 {
			frames = append(frames, fr)
		}
	}
	slices.SortFunc(frames, func(x, y frame) int { return cmp.Compare(x.columns(), y.columns()) })
	return frames[:min(len(frames), mostPartner)]
}

// symbol reads what lies in a frame. The indicators say how many columns there are; if that is not what was thought, they
// are asked again with the right number.
func (f *finder) symbol(v view, fr frame) (symbol Symbol, words int, ok bool) {
	columns := v.likely(fr)
	for range 2 {
		f.sampled++
		seen, stretch := v.sample(fr, columns)
		s, ok := newSheet(seen, fr.open)
		if !ok {
			return Symbol{}, 0, false
		}
		shapes := s.shapes()
		if len(shapes) == 0 {
			return Symbol{}, 0, false
		}
		if shapes[0].columns != columns {
			columns = shapes[0].columns
			if fr.open { // nothing else says how wide a module is
				fr.start.module *= stretch
			}
			continue
		}
		for _, sh := range shapes {
			if symbol, ok := s.symbol(sh); ok {
				return symbol, fr.words(columns), true
			}
		}
		return Symbol{}, 0, false
	}
	return Symbol{}, 0, false
}

// doubts are leads below which codewords are taken for unknown, one after the other: the fewest first.
var doubts = [...]float32{0, 0.03, 0.08, 0.15}

// symbol corrects the codewords of a sheet. The first codeword says how many there are, check words not counted: if it is
// not right, all of them were made up.
func (s *sheet) symbol(sh shape) (Symbol, bool) {
	read := s.collect(sh)
	check := sh.checkWords()
	for _, doubt := range doubts {
		words, erased := make([]int, len(read)), []int(nil)
		for i, w := range read {
			if words[i] = max(0, w.value); w.value < 0 || w.lead < doubt {
				erased = append(erased, i)
			}
		}
		corrected, ok := correct(words, check, erased)
		if !ok || words[0] != len(words)-check {
			continue
		}
		text, segment := decode(words[1:words[0]])
		if text == "" && segment == nil {
			return Symbol{}, false
		}
		return Symbol{Text: text, Rows: sh.rows, Columns: sh.columns, Level: sh.level, Corrected: corrected, Segment: segment}, true
	}
	return Symbol{}, false
}

// box is the upright rectangle around a frame, in shares of the picture. What follows the left edge of the stop bar counts.
func (f frame) box(v view, words int) [4]float64 {
	const rest = modules + 1 // of the stop pattern
	plane, right := newPlane(f.corners(words)), 1.0
	if !f.open {
		right += rest / float64(words*modules)
	}
	b := [4]float64{1, 1, 0, 0}
	for _, corner := range [4]point{{0, 0}, {right, 0}, {right, 1}, {0, 1}} {
		x, y := v.share(plane.at(corner.x, corner.y))
		x, y = min(max(x, 0), 1), min(max(y, 0), 1)
		b = [4]float64{min(b[0], x), min(b[1], y), max(b[2], x), max(b[3], y)}
	}
	return b
}
