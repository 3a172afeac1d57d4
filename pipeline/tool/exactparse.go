package tool

import (
	"bytes"
	"math"
	"strconv"
)

// What a PDF is made of: nil, bool, pdfNumber, pdfName, pdfString, []pdfObject, pdfDict, pdfRef and pdfStream.
type (
	pdfObject any
	pdfNumber string // as it is written
	pdfName   string // with #xx replaced
	pdfString string // decoded
	pdfDict   map[pdfName]pdfObject
	pdfRef    struct{ number, generation int }
	pdfStream struct {
		dict       pdfDict
		at, length int64 // of its data in the file
	}
)

// whole returns a whole number; false for any other, and for what is no number.
func (n pdfNumber) whole() (int, bool) {
	value, err := strconv.Atoi(string(n))
	return value, err == nil
}

// float returns a number's value.
func (n pdfNumber) float() (float64, bool) {
	f, err := strconv.ParseFloat(string(n), 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// wholeOf returns an object that is a whole number.
func wholeOf(o pdfObject) (int, bool) {
	n, ok := o.(pdfNumber)
	if !ok {
		return 0, false
	}
	return n.whole()
}

// whole returns a whole number from a dictionary.
func (d pdfDict) whole(key pdfName) (int, bool) { return wholeOf(d[key]) }

// name returns a name from a dictionary; empty if there is none.
func (d pdfDict) name(key pdfName) pdfName {
	n, _ := d[key].(pdfName)
	return n
}

// pdfParser reads objects, refusing what readers might take differently.
type pdfParser struct {
	data []byte
	at   int
}

// skip passes over white space and comments.
func (p *pdfParser) skip() {
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			p.at = endOfLine(p.data, p.at)
		default:
			return
		}
	}
}

// word reads a keyword.
func (p *pdfParser) word(want string) bool {
	p.skip()
	end := endOfToken(p.data, p.at)
	if string(p.data[p.at:end]) != want {
		return false
	}
	p.at = end
	return true
}

// integer reads a whole number that is not negative.
func (p *pdfParser) integer() (int64, bool) {
	p.skip()
	start := p.at
	for p.at < len(p.data) && p.data[p.at] >= '0' && p.data[p.at] <= '9' {
		p.at++
	}
	n, err := strconv.ParseInt(string(p.data[start:p.at]), 10, 64)
	if err != nil || p.at < len(p.data) && endOfToken(p.data, p.at) != p.at {
		return 0, false
	}
	return n, true
}

// indirect reads "1 0 obj … endobj", or up to where a stream's data begin.
func (p *pdfParser) indirect() (o pdfObject, number, generation int, err error) {
	if len(p.data) == 0 || p.data[0] < '0' || p.data[0] > '9' {
		return nil, 0, 0, ErrInexact // a cross-reference points at the number itself
	}
	n, ok := p.integer()
	g, also := p.integer()
	if !ok || !also || n > exactObjects || g > math.MaxUint16 || !p.word("obj") {
		return nil, 0, 0, ErrInexact
	}
	if o, err = p.object(0); err != nil {
		return nil, 0, 0, err
	}
	if p.word("endobj") {
		return o, int(n), int(g), nil
	}
	d, ok := o.(pdfDict)
	if !ok || !p.word("stream") || p.at+1 >= len(p.data) {
		return nil, 0, 0, ErrInexact
	}
	switch {
	case p.data[p.at] == '\n':
		p.at++
	case p.data[p.at] == '\r' && p.data[p.at+1] == '\n':
		p.at += 2
	default:
		return nil, 0, 0, ErrInexact
	}
	return pdfStream{dict: d, at: int64(p.at)}, int(n), int(g), nil
}

// object reads one object.
func (p *pdfParser) object(depth int) (pdfObject, error) {
	p.skip()
	if p.at >= len(p.data) || depth > exactDepth {
		return nil, ErrInexact
	}
	switch c := p.data[p.at]; {
	case c == '/':
		return p.name()
	case c == '(':
		return p.literal()
	case c == '<' && p.at+1 < len(p.data) && p.data[p.at+1] == '<':
		return p.dict(depth)
	case c == '<':
		return p.hex()
	case c == '[':
		return p.array(depth)
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		return p.number()
	}
	switch {
	case p.word("true"):
		return true, nil
	case p.word("false"):
		return false, nil
	case p.word("null"):
		return nil, nil
	}
	return nil, ErrInexact
}

// number reads a number or a reference.
func (p *pdfParser) number() (pdfObject, error) {
	start := p.at
	end := endOfToken(p.data, p.at)
	n := pdfNumber(p.data[start:end])
	for i, c := range []byte(n) { // no exponents, and a sign in front only
		if (c < '0' || c > '9') && c != '.' && (i > 0 || c != '-' && c != '+') {
			return nil, ErrInexact
		}
	}
	if _, ok := n.float(); !ok {
		return nil, ErrInexact
	}
	p.at = end
	number, ok := n.whole()
	if !ok || number < 0 {
		return n, nil
	}
	generation, ok := p.integer()
	if ok && generation <= math.MaxUint16 && p.word("R") {
		if number == 0 || number > exactObjects || n[0] == '+' {
			return nil, ErrInexact
		}
		return pdfRef{number, int(generation)}, nil
	}
	p.at = end
	return n, nil
}

func (p *pdfParser) name() (pdfObject, error) {
	end := endOfToken(p.data, p.at+1)
	raw := p.data[p.at+1 : end]
	p.at = end
	if bytes.IndexByte(raw, '#') < 0 {
		return pdfName(raw), nil
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] != '#' {
			out = append(out, raw[i])
			continue
		}
		if i+2 >= len(raw) {
			return nil, ErrInexact
		}
		n, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8)
		if err != nil || n == 0 {
			return nil, ErrInexact
		}
		out = append(out, byte(n))
		i += 2
	}
	return pdfName(out), nil
}

func (p *pdfParser) array(depth int) (pdfObject, error) {
	p.at++
	out := []pdfObject{}
	for {
		if p.skip(); p.at < len(p.data) && p.data[p.at] == ']' {
			p.at++
			return out, nil
		}
		o, err := p.object(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
}

// dict reads a dictionary. One that has a key twice is taken differently by different readers.
func (p *pdfParser) dict(depth int) (pdfObject, error) {
	p.at += 2
	out := pdfDict{}
	for {
		p.skip()
		if p.at+1 < len(p.data) && p.data[p.at] == '>' && p.data[p.at+1] == '>' {
			p.at += 2
			return out, nil
		}
		if p.at >= len(p.data) || p.data[p.at] != '/' {
			return nil, ErrInexact
		}
		key, err := p.name()
		if err != nil {
			return nil, err
		}
		value, err := p.object(depth + 1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(pdfName)
		if _, twice := out[name]; twice {
			return nil, ErrInexact
		}
		out[name] = value
	}
}

func (p *pdfParser) hex() (pdfObject, error) {
	end := bytes.IndexByte(p.data[p.at:], '>')
	if end < 0 {
		return nil, ErrInexact
	}
	var out []byte
	half, high := false, byte(0)
	for _, c := range p.data[p.at+1 : p.at+end] {
		if isSpace(c) {
			continue
		}
		n, err := strconv.ParseUint(string(c), 16, 8)
		if err != nil {
			return nil, ErrInexact
		}
		if half {
			out = append(out, high<<4|byte(n))
		}
		half, high = !half, byte(n)
	}
	if half {
		out = append(out, high<<4)
	}
	p.at += end + 1
	return pdfString(out), nil
}

// literal reads a string in brackets.
func (p *pdfParser) literal() (pdfObject, error) {
	var out []byte
	depth := 0
	for ; p.at < len(p.data); p.at++ {
		switch c := p.data[p.at]; c {
		case '(':
			if depth++; depth > 1 {
				out = append(out, c)
			}
		case ')':
			if depth--; depth == 0 {
				p.at++
				return pdfString(out), nil
			}
			out = append(out, c)
		case '\\':
			out = p.escape(out)
		case '\r': // any line end counts as \n
			if p.at+1 < len(p.data) && p.data[p.at+1] == '\n' {
				p.at++
			}
			out = append(out, '\n')
		default:
			out = append(out, c)
		}
	}
	return nil, ErrInexact
}

// escape appends what a backslash and what follows it mean, and leaves at at their last byte.
func (p *pdfParser) escape(out []byte) []byte {
	p.at++
	if p.at >= len(p.data) {
		return out
	}
	switch c := p.data[p.at]; {
	case c >= '0' && c <= '7':
		n := 0
		for i := 0; i < 3 && p.at < len(p.data) && p.data[p.at] >= '0' && p.data[p.at] <= '7'; i++ {
			n = n<<3 | int(p.data[p.at]-'0')
			p.at++
		}
		p.at--
		return append(out, byte(n))
	case c == '\r':
		if p.at+1 < len(p.data) && p.data[p.at+1] == '\n' {
			p.at++
		}
		return out
	case c == '\n':
		return out
	default:
		if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
			c = "\n\r\t\b\f"[i]
		}
		return append(out, c)
	}
}

// table reads a classic cross-reference table from behind its first word, and the trailer.
func (p *pdfParser) table() (map[int]place, pdfDict, error) {
	entries := map[int]place{}
	for !p.word("trailer") {
		first, ok := p.integer()
		count, also := p.integer()
		if !ok || !also || first+count > exactObjects {
			return nil, nil, ErrInexact
		}
		p.skip()
		for number := int(first); number < int(first+count); number++ {
			e, err := p.entry()
			if err != nil {
				return nil, nil, err
			}
			if _, twice := entries[number]; twice {
				return nil, nil, ErrInexact
			}
			entries[number] = e
		}
	}
	o, err := p.object(0)
	trailer, ok := o.(pdfDict)
	if err != nil || !ok {
		return nil, nil, ErrInexact
	}
	return entries, trailer, nil
}

// entry reads a line of 20 bytes.
func (p *pdfParser) entry() (place, error) {
	if p.at+20 > len(p.data) {
		return place{}, ErrInexact
	}
	line := p.data[p.at : p.at+20]
	p.at += 20
	at, err := strconv.ParseUint(string(line[:10]), 10, 62)
	generation, also := strconv.ParseUint(string(line[11:16]), 10, 16)
	if err != nil || also != nil || line[10] != ' ' || line[16] != ' ' || !isSpace(line[18]) || !isSpace(line[19]) {
		return place{}, ErrInexact
	}
	switch line[17] {
	case 'n':
		return place{at: int64(at), generation: int(generation)}, nil //nolint:gosec // 62 bits
	case 'f':
		return free, nil
	}
	return place{}, ErrInexact
}
