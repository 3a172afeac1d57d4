package pdfa

import (
	"bytes"
)

// type1 is a font program of Type 1.
type type1 struct {
	encoding    [256]string
	scale       float64 // to thousandths
	charStrings map[string][]byte
	subroutines map[int][]byte
	weights     []float64
}

// Keys of the encryption of Type 1.
const (
	keyEexec      = 55665
	keyCharString = 4330
)

// decrypt undoes the encryption of Type 1 and drops the first bytes.
func decrypt(data []byte, key uint16, drop int) []byte {
	out := make([]byte, len(data))
	for i, b := range data {
		out[i] = b ^ byte(key>>8)
		key = (uint16(b)+key)*52845 + 22719
	}
	if drop < 0 || drop > len(out) {
		return nil
	}
	return out[drop:]
}

// readType1 reads a Type 1 program, as PDF embeds it or with the segments of a PFB file.
func readType1(data []byte) (*type1, error) {
	data = unsegmented(data)
	clear, rest, found := bytes.Cut(data, []byte("eexec"))
	if !found || !bytes.Contains(clear, []byte("/FontMatrix")) && !bytes.HasPrefix(bytes.TrimSpace(clear), []byte("%!")) {
		return nil, errFont
	}
	t := &type1{scale: 1, charStrings: map[string][]byte{}, subroutines: map[int][]byte{}}
	t.readClear(clear)
	t.readPrivate(decrypt(binaryPart(rest), keyEexec, 4))
	if len(t.charStrings) == 0 {
		return nil, errFont
	}
	return t, nil
}

// unsegmented drops the segment headers of a PFB file.
func unsegmented(data []byte) []byte {
	var out []byte
	for len(data) >= 6 && data[0] == 0x80 && data[1] != 3 {
		size := int(data[2]) | int(data[3])<<8 | int(data[4])<<16 | int(data[5])<<24
		data = data[6:]
		size = min(size, len(data))
		out = append(out, data[:size]...)
		data = data[size:]
	}
	if out == nil {
		return data
	}
	return out
}

// binaryPart returns the encrypted part after eexec, which may be written in hexadecimal digits.
func binaryPart(data []byte) []byte {
	for len(data) > 0 && isSpace(data[0]) {
		data = data[1:]
	}
	if len(data) < 4 {
		return nil
	}
	for _, b := range data[:4] {
		if unhex(b) < 0 {
			return data
		}
	}
	l := lexer{data: data}
	return []byte(l.hexBytes())
}

// readClear reads the part that is not encrypted: matrix, encoding, and the weights of a multiple master.
func (t *type1) readClear(clear []byte) {
	if m := numbersAfter(clear, "/FontMatrix"); len(m) >= 1 && m[0] != 0 {
		t.scale = m[0] * 1000
	}
	t.weights = numbersAfter(clear, "/WeightVector")
	at := bytes.Index(clear, []byte("/Encoding"))
	if at < 0 {
		return
	}
	l := lexer{data: clear, at: at + len("/Encoding")}
	if first, _ := l.next(); first == keyword("StandardEncoding") {
		t.encoding, _ = predefinedEncoding("StandardEncoding")
		return
	}
	for i := range t.encoding {
		t.encoding[i] = notdef
	}
	var before [2]object
	for {
		o, err := l.next()
		if err != nil {
			return
		}
		switch o {
		case keyword("def"), keyword("readonly"):
			return
		case keyword("put"):
			code, isCode := before[0].(int64)
			glyph, isName := before[1].(name)
			if isCode && isName && code >= 0 && code < 256 {
				t.encoding[code] = string(glyph)
			}
		}
		before[0], before[1] = before[1], o
	}
}

// numbersAfter returns the numbers in the brackets after a key.
func numbersAfter(data []byte, key string) []float64 {
	at := bytes.Index(data, []byte(key))
	if at < 0 {
		return nil
	}
	l := lexer{data: data, at: at + len(key)}
	l.skip()
	if l.at < len(l.data) && l.data[l.at] == '{' {
		return nil
	}
	var out []float64
	o, _ := l.next()
	list, _ := o.(array)
	for _, item := range list {
		if n, is := toFloat(item); is {
			out = append(out, n)
		} else if k, is := item.(keyword); is { // "1.0e-3" is no number in PDF
			out = append(out, parseFloat([]byte(k)))
		}
	}
	return out
}

// readPrivate reads subroutines and charstrings.
func (t *type1) readPrivate(data []byte) {
	drop := 4
	if at := bytes.Index(data, []byte("/lenIV")); at >= 0 {
		l := lexer{data: data, at: at + len("/lenIV")}
		if n, err := l.next(); err == nil {
			if n, is := n.(int64); is {
				drop = int(n)
			}
		}
	}
	plain := func(code []byte) []byte {
		if drop < 0 {
			return code
		}
		return decrypt(code, keyCharString, drop)
	}
	chars := bytes.Index(data, []byte("/CharStrings"))
	if at := bytes.Index(data, []byte("/Subrs")); at >= 0 {
		l := lexer{data: data, at: at + len("/Subrs")}
		for {
			index, code, ok := l.entry(false)
			if !ok {
				break
			}
			n, _ := index.(int64)
			t.subroutines[int(n)] = plain(code)
		}
	}
	if chars < 0 {
		return
	}
	l := lexer{data: data, at: chars + len("/CharStrings")}
	for len(t.charStrings) < maxGlyphs {
		glyph, code, ok := l.entry(true)
		if !ok {
			return
		}
		n, _ := glyph.(name)
		if _, known := t.charStrings[string(n)]; !known {
			t.charStrings[string(n)] = plain(code)
		}
	}
}

// entry reads "dup 5 23 RD bytes NP" or "/A 23 RD bytes ND". A font may call RD otherwise.
func (l *lexer) entry(named bool) (key object, code []byte, ok bool) {
	var before [2]object
	for range 64 {
		o, err := l.next()
		if err != nil {
			return nil, nil, false
		}
		if k, is := o.(keyword); is {
			size, isSize := before[1].(int64)
			_, isName := before[0].(name)
			_, isIndex := before[0].(int64)
			if isSize && (named && isName || !named && isIndex) && k != "dict" && k != "array" && k != "def" && k != "put" {
				from := l.at + 1
				if size < 0 || from > len(l.data) || int(size) > len(l.data)-from {
					return nil, nil, false
				}
				l.at = from + int(size)
				return before[0], l.data[from:l.at], true
			}
			if k == "end" && named || k == "ND" && !named && before[0] == nil {
				return nil, nil, false
			}
		}
		if n, is := o.(name); is && !named && n == "CharStrings" {
			return nil, nil, false
		}
		before[0], before[1] = before[1], o
	}
	return nil, nil, false
}

// width returns the advance of a glyph in thousandths; false if its charstring cannot be read that far.
func (t *type1) width(glyph string) (float64, bool) {
	code, known := t.charStrings[glyph]
	if !known {
		return 0, false
	}
	w := width1{subroutines: t.subroutines, weights: t.weights}
	found, done := w.run(code, 0)
	return found * t.scale, done
}
