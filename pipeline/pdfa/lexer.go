package pdfa

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"
)

var (
	errEnd    = errors.New("end of data")
	errSyntax = errors.New("no PDF object")
)

// lexer reads PDF objects from bytes, of a file or of a content stream, and tells what their spelling breaks.
type lexer struct {
	data  []byte
	at    int
	refs  bool              // "1 0 R" is a reference: in files, not in content streams
	found func(rule string) // told of rules that a token breaks; may be nil
	room  *int              // how many items arrays and dictionaries may still have; nil: no end
	depth int
}

// fill takes room for an item.
func (l *lexer) fill() error {
	if l.room == nil {
		return nil
	}
	if *l.room--; *l.room < 0 {
		return errTooMuch
	}
	return nil
}

func (l *lexer) breaks(rule string) {
	if l.found != nil {
		l.found(rule)
	}
}

func isSpace(b byte) bool {
	return b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == '\f' || b == 0
}

func isDelimiter(b byte) bool {
	switch b {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func isRegular(b byte) bool { return !isSpace(b) && !isDelimiter(b) }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isEOL(b byte) bool { return b == '\n' || b == '\r' }

// skip passes white space and comments.
func (l *lexer) skip() {
	for l.at < len(l.data) {
		switch b := l.data[l.at]; {
		case isSpace(b):
			l.at++
		case b == '%':
			for l.at < len(l.data) && !isEOL(l.data[l.at]) {
				l.at++
			}
		default:
			return
		}
	}
}

// next reads one object or keyword. A closing bracket without an opening one is a keyword.
func (l *lexer) next() (object, error) {
	l.skip()
	if l.at >= len(l.data) {
		return nil, errEnd
	}
	switch b := l.data[l.at]; b {
	case '/':
		l.at++
		return l.name(), nil
	case '(':
		l.at++
		return l.literal(), nil
	case '<':
		if l.at+1 < len(l.data) && l.data[l.at+1] == '<' {
			l.at += 2
			return l.dict()
		}
		l.at++
		return l.hex(), nil
	case '[':
		l.at++
		return l.array()
	case '>':
		if l.at+1 < len(l.data) && l.data[l.at+1] == '>' {
			l.at += 2
			return keyword(">>"), nil
		}
		l.at++
		return keyword(">"), nil
	case ']', ')', '{', '}':
		l.at++
		return keyword(string(b)), nil
	}
	return l.word(), nil
}

// word reads a number, a reference, true, false, null or a keyword.
func (l *lexer) word() object {
	from := l.at
	for l.at < len(l.data) && isRegular(l.data[l.at]) {
		l.at++
	}
	word := l.data[from:l.at]
	if b := word[0]; isDigit(b) || b == '+' || b == '-' || b == '.' {
		if n, ok := l.number(word); ok {
			if i, whole := n.(int64); whole && l.refs && i >= 0 {
				return l.reference(i)
			}
			return n
		}
	}
	if o, known := words()[string(word)]; known {
		return o
	}
	return keyword(word)
}

// words are those that are read again and again, made once.
var words = sync.OnceValue(func() map[string]object {
	out := map[string]object{"true": true, "false": false, "null": nil}
	for op := range otherOperators {
		out[string(op)] = op
	}
	for op := range strings.FieldsSeq("q Q gs ri Tf Tr Tj ' \" TJ S s f F f* B B* b b* Do sh BI ID EI BDC DP d1 G g RG rg K k CS cs SCN scn R obj") {
		out[op] = keyword(op)
	}
	return out
})

func (l *lexer) number(word []byte) (object, bool) {
	digits, point := 0, false
	for i, b := range word {
		switch {
		case isDigit(b):
			digits++
		case b == '.' && !point:
			point = true
		case (b == '+' || b == '-') && i == 0:
		default:
			return nil, false
		}
	}
	if digits == 0 {
		return nil, false
	}
	if point {
		return l.real(word), true
	}
	n, err := strconv.ParseInt(string(word), 10, 64)
	if err != nil || n > maxInteger || n < minInteger {
		l.breaks("6.1.13-1")
	}
	return n, true // the nearest one if it does not fit
}

func (l *lexer) real(word []byte) float64 {
	f, err := strconv.ParseFloat(string(word), 64)
	size := math.Abs(f)
	switch {
	case err != nil || size > maxReal:
		l.breaks("6.1.13-2")
	case size != 0 && size < minReal || size == 0 && len(word) > 38 && hasDigit(word):
		l.breaks("6.1.13-5")
	}
	return f
}

// hasDigit reports whether a number's digits are not all zero: one so small that it is read as zero.
func hasDigit(word []byte) bool {
	for _, b := range word {
		if b >= '1' && b <= '9' {
			return true
		}
	}
	return false
}

// reference looks whether a generation and R follow the integer n.
func (l *lexer) reference(n int64) object {
	at := l.at
	l.skip()
	from := l.at
	for l.at < len(l.data) && isDigit(l.data[l.at]) && l.at-from < 6 {
		l.at++
	}
	gen, err := strconv.Atoi(string(l.data[from:l.at]))
	if err == nil {
		l.skip()
		if l.at < len(l.data) && l.data[l.at] == 'R' && (l.at+1 == len(l.data) || !isRegular(l.data[l.at+1])) {
			l.at++
			return ref{int(min(n, maxInteger)), gen}
		}
	}
	l.at = at
	return n
}

func (l *lexer) name() name {
	var out []byte
	for l.at < len(l.data) && isRegular(l.data[l.at]) {
		b := l.data[l.at]
		l.at++
		if b == '#' && l.at+1 < len(l.data) {
			if high, low := unhex(l.data[l.at]), unhex(l.data[l.at+1]); high >= 0 && low >= 0 {
				b = byte(high<<4 | low)
				l.at += 2
			}
		}
		out = append(out, b)
	}
	if len(out) > maxName {
		l.breaks("6.1.13-4")
	}
	return name(out)
}

func unhex(b byte) int {
	switch {
	case isDigit(b):
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

func (l *lexer) hex() text {
	var out []byte
	digits, half := 0, 0
	for l.at < len(l.data) {
		b := l.data[l.at]
		l.at++
		if b == '>' {
			break
		}
		if isSpace(b) {
			continue
		}
		digits++
		n := unhex(b)
		if n < 0 {
			l.breaks("6.1.6-2")
			n = 0
		}
		if digits%2 == 1 {
			half = n
			continue
		}
		out = append(out, byte(half<<4|n))
	}
	if digits%2 == 1 {
		l.breaks("6.1.6-1")
		out = append(out, byte(half<<4))
	}
	return l.sized(out)
}

func (l *lexer) sized(s []byte) text {
	if len(s) > maxString {
		l.breaks("6.1.13-3")
	}
	return text(s)
}

// literal reads a string in parentheses.
func (l *lexer) literal() text {
	var out []byte
	for open := 1; l.at < len(l.data); {
		b := l.data[l.at]
		l.at++
		switch b {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return l.sized(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		case '\r':
			if l.at < len(l.data) && l.data[l.at] == '\n' {
				l.at++
			}
			b = '\n'
		}
		out = append(out, b)
	}
	return l.sized(out)
}

// escape appends what a backslash and the following bytes stand for.
func (l *lexer) escape(out []byte) []byte {
	if l.at >= len(l.data) {
		return out
	}
	b := l.data[l.at]
	l.at++
	switch b {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\n':
		return out
	case '\r':
		if l.at < len(l.data) && l.data[l.at] == '\n' {
			l.at++
		}
		return out
	}
	if b < '0' || b > '7' {
		return append(out, b)
	}
	n := int(b - '0')
	for range 2 {
		if l.at >= len(l.data) || l.data[l.at] < '0' || l.data[l.at] > '7' {
			break
		}
		n = n<<3 | int(l.data[l.at]-'0')
		l.at++
	}
	return append(out, byte(n))
}

func (l *lexer) array() (object, error) {
	if l.depth++; l.depth > maxDepth {
		return nil, errSyntax
	}
	defer func() { l.depth-- }()
	out := array{}
	for {
		o, err := l.next()
		if err != nil {
			return out, err
		}
		if k, word := o.(keyword); word {
			if k == "]" {
				return out, nil
			}
			if k == "endobj" || k == "stream" || k == "endstream" {
				return out, errSyntax
			}
			continue
		}
		if err := l.fill(); err != nil {
			return out, err
		}
		out = append(out, o)
	}
}

func (l *lexer) dict() (object, error) {
	if l.depth++; l.depth > maxDepth {
		return nil, errSyntax
	}
	defer func() { l.depth-- }()
	out := dict{}
	for {
		o, err := l.next()
		if err != nil {
			return out, err
		}
		key, isName := o.(name)
		if !isName {
			switch o {
			case keyword(">>"):
				return out, nil
			case keyword("endobj"), keyword("stream"), keyword("endstream"):
				return out, errSyntax
			}
			continue
		}
		value, err := l.next()
		if err == nil {
			err = l.fill()
		}
		if err != nil {
			return out, err
		}
		if value == keyword(">>") {
			return out, nil
		}
		if _, word := value.(keyword); !word && value != nil {
			out[key] = value
		}
	}
}
