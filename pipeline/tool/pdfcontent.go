package tool

import (
	"bytes"
	"strconv"
)

// drawing is the one picture that a content stream draws.
type drawing struct {
	name   string
	matrix [6]float64
	text   bool // invisible text is there, too
}

// upright6 reports whether a matrix neither turns nor mirrors what it places.
func upright6(m [6]float64) bool { return m[0] > 0 && m[3] > 0 && m[1] == 0 && m[2] == 0 }

// state is what q saves, as far as it matters here.
type state struct {
	ctm     [6]float64
	visible bool // text
}

// onlyDrawing reads a content stream that draws exactly one picture, however it lies; false if it does anything else that
// could show, clip or blend, or cannot be read.
func onlyDrawing(content []byte) (drawing, bool) {
	var out drawing
	now := state{ctm: [6]float64{1, 0, 0, 1, 0, 0}, visible: true}
	var saved []state
	var operands [][]byte
	s := scanner{data: content}
	for {
		token, ok := s.next()
		if !ok {
			break
		}
		if token[0] == '/' || token[0] == '(' || token[0] == '<' || token[0] == '[' || token[0] == ']' || number(token) {
			if operands = append(operands, token); len(operands) > 10000 {
				return drawing{}, false
			}
			continue
		}
		switch string(token) {
		case "q":
			if saved = append(saved, now); len(saved) > 100 {
				return drawing{}, false
			}
		case "Q":
			if len(saved) == 0 {
				return drawing{}, false
			}
			now, saved = saved[len(saved)-1], saved[:len(saved)-1]
		case "cm":
			m, ok := matrix(operands)
			if !ok {
				return drawing{}, false
			}
			now.ctm = multiply(m, now.ctm)
		case "Do":
			if out.name != "" || len(operands) != 1 || operands[0][0] != '/' {
				return drawing{}, false
			}
			out.name, out.matrix = string(operands[0][1:]), now.ctm
		case "Tr":
			now.visible = len(operands) != 1 || string(operands[0]) != "3"
		case "Tj", "TJ", "'", "\"":
			if now.visible {
				return drawing{}, false
			}
			out.text = true
		case "BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tz", "Tc", "Tw", "TL", "Ts", "BMC", "EMC", "BDC", "MP", "DP",
			"g", "G", "rg", "RG", "w", "J", "j", "M", "d", "i", "ri":
		default:
			return drawing{}, false
		}
		operands = operands[:0]
	}
	return out, !s.bad && out.name != ""
}

func number(token []byte) bool {
	c := token[0]
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.'
}

func matrix(operands [][]byte) (m [6]float64, ok bool) {
	if len(operands) != 6 {
		return m, false
	}
	for i, o := range operands {
		f, err := strconv.ParseFloat(string(o), 64)
		if err != nil || f != f || f > 1e9 || f < -1e9 {
			return m, false
		}
		m[i] = f
	}
	return m, true
}

func multiply(a, b [6]float64) [6]float64 {
	return [6]float64{
		a[0]*b[0] + a[1]*b[2], a[0]*b[1] + a[1]*b[3],
		a[2]*b[0] + a[3]*b[2], a[2]*b[1] + a[3]*b[3],
		a[4]*b[0] + a[5]*b[2] + b[4], a[4]*b[1] + a[5]*b[3] + b[5],
	}
}

// scanner cuts a content stream into tokens. Strings come as one token without their end.
type scanner struct {
	data []byte
	at   int
	bad  bool
}

func (s *scanner) next() ([]byte, bool) {
	for s.at < len(s.data) && (space(s.data[s.at]) || s.data[s.at] == '%') {
		if s.data[s.at] == '%' {
			for s.at < len(s.data) && s.data[s.at] != '\n' && s.data[s.at] != '\r' {
				s.at++
			}
			continue
		}
		s.at++
	}
	if s.at >= len(s.data) {
		return nil, false
	}
	start := s.at
	switch c := s.data[s.at]; {
	case c == '(':
		return s.literal()
	case c == '<' && s.at+1 < len(s.data) && s.data[s.at+1] != '<':
		end := bytes.IndexByte(s.data[s.at:], '>')
		if end < 0 {
			s.bad = true
			return nil, false
		}
		s.at += end + 1
		return s.data[start : start+1], true
	case c == '<' || c == '>':
		s.at++
		return []byte("["), true // parts of a dictionary count as operands
	case c == '[' || c == ']' || c == '{' || c == '}' || c == ')':
		s.at++
		return s.data[start:s.at], true
	}
	s.at++
	for s.at < len(s.data) && !space(s.data[s.at]) && !bytes.ContainsRune([]byte("()<>[]{}/%"), rune(s.data[s.at])) {
		s.at++
	}
	return s.data[start:s.at], true
}

func (s *scanner) literal() ([]byte, bool) {
	start, depth := s.at, 0
	for ; s.at < len(s.data); s.at++ {
		switch s.data[s.at] {
		case '\\':
			s.at++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.at++
				return s.data[start : start+1], true
			}
		}
	}
	s.bad = true
	return nil, false
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}
