package pdf417

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Codewords that say how to take those that follow (ISO/IEC 15438, 5.4).
const (
	latchText      = 900
	latchBytes     = 901 // the number of bytes is no multiple of six
	latchNumbers   = 902
	shiftByte      = 913
	macroField     = 923
	macroEnd       = 922
	latchSixes     = 924 // the number of bytes is a multiple of six
	eciUser        = 925 // one codeword follows: character sets of private use
	eciGeneral     = 926 // two follow
	eciSet         = 927 // one follows: a character set
	macroBegin     = 928
	leastFunction  = 900
	mostDigitWords = 15 // codewords of a group of digits
)

// Segment says which part of a longer message a symbol holds (macro PDF417, ISO/IEC 15438, 5.13). Parts are not joined here.
type Segment struct {
	File  string // the same for all symbols of one message: three digits for each codeword
	Index int    // from 0
	Count int    // 0 if it is not said
	Name  string // of the file, if it is said
	Last  bool
}

// decoder turns codewords into text.
type decoder struct {
	words   []int
	at      int
	out     strings.Builder
	raw     []byte // what was read since the character set changed
	set     int
	submode int // of text
	segment *Segment
}

// decode reads the codewords between length and check words. What is reserved is passed over, and what ends early is taken
// as far as it goes.
func decode(words []int) (string, *Segment) {
	d := decoder{words: words, set: unsaid}
	mode := latchText
	for d.at < len(d.words) {
		if w := d.words[d.at]; w >= leastFunction {
			d.at++
			mode = d.function(w, mode)
			continue
		}
		switch mode {
		case latchNumbers:
			d.raw = append(d.raw, numbers(d.run())...)
		case latchBytes, latchSixes:
			d.raw = append(d.raw, sixes(d.run(), mode == latchSixes)...)
		default:
			d.letters()
		}
	}
	d.flush()
	return d.out.String(), d.segment
}

// function obeys a codeword of 900 and more and returns the mode that holds from now on.
func (d *decoder) function(w, mode int) int {
	switch w {
	case latchText, latchBytes, latchSixes, latchNumbers:
		d.submode = upper
		return w
	case shiftByte:
		if next := d.take(1); len(next) == 1 {
			d.raw = append(d.raw, byte(next[0]))
		}
	case eciSet:
		if next := d.take(1); len(next) == 1 {
			d.flush()
			d.set = next[0]
		}
	case eciUser:
		d.take(1)
	case eciGeneral:
		d.take(2)
	case macroBegin:
		d.macro()
		return latchText
	}
	return mode
}

// take returns up to n codewords, whatever they are.
func (d *decoder) take(n int) []int {
	from := d.at
	d.at = min(len(d.words), d.at+n)
	return d.words[from:d.at]
}

// run returns the codewords before the next function.
func (d *decoder) run() []int {
	from := d.at
	for d.at < len(d.words) && d.words[d.at] < leastFunction {
		d.at++
	}
	return d.words[from:d.at]
}

// flush turns what was read so far into text.
func (d *decoder) flush() {
	d.out.WriteString(toText(d.raw, d.set))
	d.raw = d.raw[:0]
}

// The sub-modes of text (5.4.1.5). Where a value shifts or latches, the table holds one of the letters below.
const (
	upper = iota
	lower
	mixed
	marks
)

var submodes = [4]string{
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ " + toLower + toMixed + nextMark,
	"abcdefghijklmnopqrstuvwxyz " + nextUpper + toMixed + nextMark,
	"0123456789&\r\t,:#-.$/+%*=^" + toMarks + " " + toLower + toUpper + nextMark,
	";<>@[\\]_`~!\r\t,:\n-.$/\"|*()?{}'" + toUpper,
}

const (
	toUpper, toLower, toMixed, toMarks = "\x80", "\x81", "\x82", "\x83" // latches
	nextUpper, nextMark                = "\x84", "\x87"                 // for one character
)

// letters reads text, two characters to a codeword, up to the next function. The sub-mode stays over a byte shifted in; a
// shift before one was there to fill the codeword.
func (d *decoder) letters() {
	next := -1
	for _, w := range d.run() {
		for _, value := range [2]int{w / 30, w % 30} {
			now := d.submode
			if next >= 0 {
				now, next = next, -1
			}
			switch c := submodes[now][value]; {
			case c < 0x80:
				d.raw = append(d.raw, c)
			case c >= nextUpper[0]:
				next = int(c - nextUpper[0])
			default:
				d.submode = int(c - toUpper[0])
			}
		}
	}
}

// sixes returns the bytes of five codewords to six bytes. Codewords that are left over are a byte each, and so are the last
// five where the number of bytes is no multiple of six.
func sixes(words []int, whole bool) []byte {
	var out []byte
	for len(words) >= 5 && (whole || len(words) > 5) {
		value := 0
		for _, w := range words[:5] {
			value = value*leastFunction + w
		}
		for shift := 40; shift >= 0; shift -= 8 {
			out = append(out, byte(value>>shift))
		}
		words = words[5:]
	}
	for _, w := range words {
		out = append(out, byte(w))
	}
	return out
}

// numbers returns the digits of fifteen codewords to up to 44 digits: numbers to the base of 900, with a one before them.
func numbers(words []int) string {
	var out strings.Builder
	base := big.NewInt(leastFunction)
	for len(words) > 0 {
		group := words[:min(len(words), mostDigitWords)]
		words = words[len(group):]
		value := new(big.Int)
		for _, w := range group {
			value.Add(value.Mul(value, base), big.NewInt(int64(w)))
		}
		out.WriteString(value.String()[1:])
	}
	return out.String()
}

// macro reads the control block that ends a symbol which is part of a message.
func (d *decoder) macro() {
	d.segment = &Segment{}
	d.segment.Index = number(d.take(2))
	for _, w := range d.run() {
		d.segment.File += digits(w)
	}
	for d.at < len(d.words) {
		w := d.words[d.at]
		d.at++
		switch {
		case w == macroEnd:
			d.segment.Last = true
		case w == macroField && d.at < len(d.words):
			d.field(d.take(1)[0])
		}
	}
}

// field reads one of the optional fields: name and number of segments; time, size, sender and the like are passed over.
func (d *decoder) field(kind int) {
	from := d.at
	for d.at < len(d.words) && d.words[d.at] != macroField && d.words[d.at] != macroEnd {
		d.at++
	}
	switch content := d.words[from:d.at]; kind {
	case 0:
		d.segment.Name, _ = decode(without(content, macroBegin))
	case 1:
		d.segment.Count = number(without(content, latchNumbers))
	}
}

// without leaves a function out, so that a field cannot hold another control block.
func without(words []int, function int) []int {
	var out []int
	for _, w := range words {
		if w != function {
			out = append(out, w)
		}
	}
	return out
}

// digits of a codeword, always three.
func digits(w int) string {
	return strconv.Itoa(1000 + w)[1:]
}

// number reads a few codewords as digits; zero if they are none.
func number(words []int) int {
	if len(words) > mostDigitWords {
		return 0
	}
	n, err := strconv.Atoi(numbers(words))
	if err != nil {
		return 0
	}
	return n
}

// valid replaces what is no UTF-8.
func valid(b []byte) string { return strings.ToValidUTF8(string(b), string(utf8.RuneError)) }
