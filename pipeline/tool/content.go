package tool

import (
	"bytes"
	"strconv"
)

// Limits of the content scanner: what lies beyond is not looked at, and the page counts as one that must be rendered.
const (
	maxOperands   = 64
	maxOperations = 3_000_000 // of one page, forms included
	maxStates     = 256       // nested q
	maxForms      = 8         // nested forms

	quickOperations = 200_000 // of a page that is quick to draw; a page full of print has a tenth
	quickImages     = 50
	quickText       = 50_000 // bytes; a page full of small print has a fifth
)

// operand is a number, a name, or the length of a string or of all strings in an array.
type operand struct {
	number float64
	name   string
	shown  int // bytes of string
}

// scanContent reads a content stream and calls visit for each operator with its last operands. Strings are only measured
// and arrays only searched for strings; inline pictures are skipped and reported as the operator "EI". It ends early when
// visit returns false. Any bytes are fine: what is no content stream just yields odd operators.
func scanContent(data []byte, visit func(operator string, operands []operand) bool) {
	var operands []operand
	push := func(o operand) {
		if len(operands) == maxOperands {
			operands = append(operands[:0], operands[1:]...)
		}
		operands = append(operands, o)
	}
	depth, shown := 0, 0 // within arrays
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case isSpace(c):
			i++
		case c == '%':
			i = endOfLine(data, i)
		case c == '(' || c == '<' && i+1 < len(data) && data[i+1] != '<' || c == '<' && i+1 == len(data):
			var n int
			if c == '(' {
				i, n = skipString(data, i)
			} else {
				i, n = skipHex(data, i)
			}
			if depth > 0 {
				shown += n
			} else {
				push(operand{shown: n})
			}
		case c == '[':
			depth++
			i++
		case c == ']':
			if depth--; depth <= 0 {
				depth = 0
				push(operand{shown: shown})
				shown = 0
			}
			i++
		case c == '/':
			end := endOfToken(data, i+1)
			push(operand{name: string(data[i+1 : end])})
			i = end
		case c == '<' || c == '>' || c == '{' || c == '}' || c == ')':
			i++
		default:
			end := endOfToken(data, i)
			token := data[i:end]
			i = end
			if c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9' {
				if depth == 0 {
					number, _ := strconv.ParseFloat(string(token), 64) // malformed numbers count as 0, as viewers do
					push(operand{number: number})
				}
				continue
			}
			operator := string(token)
			if operator == "ID" {
				i, operator = skipInline(data, i), "EI"
			}
			if !visit(operator, operands) {
				return
			}
			operands, depth, shown = operands[:0], 0, 0
		}
	}
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

// endOfToken returns where the token beginning at i ends; at least one byte further than a start within data.
func endOfToken(data []byte, i int) int {
	for i < len(data) && !endsToken[data[i]] {
		i++
	}
	return i
}

// endsToken marks white space and delimiters.
var endsToken = func() (ends [256]bool) {
	for _, c := range []byte("\x00\t\n\f\r ()<>[]{}/%") {
		ends[c] = true
	}
	return ends
}()

func endOfLine(data []byte, i int) int {
	for i < len(data) && data[i] != '\n' && data[i] != '\r' {
		i++
	}
	return i
}

// skipString returns the end of the literal string at i and how many of its bytes are not blank.
func skipString(data []byte, i int) (end, shown int) {
	depth := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
			shown++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, shown
			}
		case ' ':
		default:
			shown++
		}
	}
	return len(data), shown
}

// skipHex returns the end of the hexadecimal string at i and its length in bytes.
func skipHex(data []byte, i int) (end, shown int) {
	close := bytes.IndexByte(data[i:], '>')
	if close < 0 {
		return len(data), 0
	}
	return i + close + 1, close / 2
}

// skipInline returns the end of the inline picture whose data begin at i: behind the next EI that stands alone.
func skipInline(data []byte, i int) int {
	for i < len(data) {
		at := bytes.Index(data[i:], []byte("EI"))
		if at < 0 {
			return len(data)
		}
		start, end := i+at, i+at+2
		if start > 0 && isSpace(data[start-1]) && (end == len(data) || isSpace(data[end])) {
			return end
		}
		i = end
	}
	return len(data)
}

// transform is a transformation [a b c d e f].
type transform [6]float64

// times returns m applied first, then n.
func (m transform) times(n transform) transform {
	return transform{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// graphics is the part of the graphics state that matters here.
type graphics struct {
	ctm  transform
	mode int // of text: 3 and 7 show nothing
}

// xobject is what a name of the resources stands for.
type xobject struct {
	image   bool
	direct  bool   // its bytes can go to OCR as they are
	content []byte // of a form
	matrix  transform
	within  func(name string) *xobject // the form's own resources
}

// pageScanner gathers PDFPage facts from a page's content and the forms it draws.
type pageScanner struct {
	facts      *PDFPage
	box        [4]float64 // left, bottom, right, top
	operations int
	upright    bool // the largest picture so far is direct and upright
	over       bool // a limit was reached
}

// scan reads content drawn with transformation ctm.
func (s *pageScanner) scan(content []byte, ctm transform, find func(name string) *xobject, depth int) {
	now := graphics{ctm: ctm}
	var stack []graphics
	scanContent(content, func(operator string, o []operand) bool {
		if s.operations++; s.operations > maxOperations {
			s.over = true
			return false
		}
		switch operator {
		case "q":
			if len(stack) < maxStates {
				stack = append(stack, now)
			}
		case "Q":
			if len(stack) > 0 {
				now, stack = stack[len(stack)-1], stack[:len(stack)-1]
			}
		case "cm":
			if len(o) >= 6 {
				o = o[len(o)-6:]
				now.ctm = transform{o[0].number, o[1].number, o[2].number, o[3].number, o[4].number, o[5].number}.times(now.ctm)
			}
		case "Tr":
			if len(o) > 0 {
				now.mode = int(o[len(o)-1].number)
			}
		case "Tj", "TJ", "'", "\"":
			if len(o) > 0 {
				s.text(o[len(o)-1].shown, now.mode)
			}
		case "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh":
			s.facts.Paint++
		case "EI":
			s.picture(now.ctm, false)
		case "Do":
			if len(o) > 0 {
				s.draw(find(o[len(o)-1].name), now.ctm, depth)
			}
		}
		return true
	})
}

func (s *pageScanner) text(shown, mode int) {
	if mode == 3 || mode == 7 {
		s.facts.Hidden += shown
		return
	}
	s.facts.Text += shown
}

// draw follows a form or notes a picture.
func (s *pageScanner) draw(x *xobject, ctm transform, depth int) {
	switch {
	case x == nil:
	case x.image:
		s.picture(ctm, x.direct)
	case depth < maxForms && !s.over:
		s.scan(x.content, x.matrix.times(ctm), x.within, depth+1)
	default:
		s.over = true
	}
}

// picture notes the unit square under ctm, cut to the page.
func (s *pageScanner) picture(ctm transform, direct bool) {
	s.facts.Images++
	left, right := span(ctm[4], ctm[0], ctm[2])
	bottom, top := span(ctm[5], ctm[1], ctm[3])
	width := min(right, s.box[2]) - max(left, s.box[0])
	height := min(top, s.box[3]) - max(bottom, s.box[1])
	area := (s.box[2] - s.box[0]) * (s.box[3] - s.box[1])
	if !(width > 0 && height > 0 && area > 0) {
		return
	}
	if cover := width * height / area; cover > s.facts.Cover {
		s.facts.Cover = cover
		const tilt = 1e-3
		s.upright = direct && ctm[0] > 0 && ctm[3] > 0 && abs(ctm[1]) < tilt*ctm[0] && abs(ctm[2]) < tilt*ctm[3]
	}
}

// finish draws the conclusion.
func (s *pageScanner) finish() {
	f := s.facts
	f.Direct = s.upright && !s.over && f.Text == 0 && f.Images == 1 && f.Paint == 0 && f.Cover > 0.5
	f.Quick = !s.over && s.operations <= quickOperations && f.Images <= quickImages && f.Text+f.Hidden <= quickText
	if s.over {
		f.Text = 0 // not all of it was seen: render and read the page
	}
}

// span returns the least and greatest of start, start+a, start+b and start+a+b.
func span(start, a, b float64) (least, greatest float64) {
	return start + min(0, a, b, a+b), start + max(0, a, b, a+b)
}

func abs(x float64) float64 { return max(x, -x) }
