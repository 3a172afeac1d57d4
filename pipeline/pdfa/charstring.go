package pdfa

import "strconv"

func parseFloat(word []byte) float64 {
	f, _ := strconv.ParseFloat(string(word), 64) // what is no number is zero
	return f
}

// width2 finds the width in a charstring of the Compact Font Format: it stands before the first operator's operands.
type width2 struct {
	*cff
	font  cffPrivate
	stack []float64
	steps int
}

// width returns the advance of a glyph in thousandths; false if its charstring cannot be read that far.
func (c *cff) width(gid int) (float64, bool) {
	if gid < 0 || gid >= len(c.charStrings) {
		return 0, false
	}
	font := 0
	if c.selects != nil {
		font = int(c.selects[gid])
	}
	if font >= len(c.fonts) {
		return 0, false
	}
	w := width2{cff: c, font: c.fonts[font]}
	found, done := w.run(c.charStrings[gid], 0)
	if !done {
		return 0, false
	}
	return found * w.font.scale, true
}

// run executes a charstring or subroutine up to the operator that tells the width.
func (w *width2) run(code []byte, depth int) (width float64, done bool) {
	for at := 0; at < len(code); {
		if w.steps++; w.steps > 10_000 || depth > 10 || len(w.stack) > 192 {
			return 0, false
		}
		b := int(code[at])
		at++
		switch {
		case b == 28:
			w.stack = append(w.stack, float64(int16(u16(code, at)))) //nolint:gosec // two bytes with a sign
			at += 2
		case b == 255:
			w.stack = append(w.stack, float64(int32(u32(code, at)))/65536) //nolint:gosec // four bytes with a sign
			at += 4
		case b >= 32 && b <= 246:
			w.stack = append(w.stack, float64(b-139))
		case b >= 247:
			if at < len(code) {
				w.stack = append(w.stack, cffShort(b, int(code[at])))
			}
			at++
		case b == 10 || b == 29:
			list := w.font.local
			if b == 29 {
				list = w.global
			}
			sub, ok := w.subroutine(list)
			if !ok {
				return 0, false
			}
			if width, done = w.run(sub, depth+1); done {
				return width, true
			}
		case b == 11:
			return 0, false
		default:
			return w.operator(b)
		}
	}
	return 0, false
}

func (w *width2) subroutine(list [][]byte) ([]byte, bool) {
	n := len(w.stack)
	if n == 0 {
		return nil, false
	}
	bias := 32768
	switch {
	case len(list) < 1240:
		bias = 107
	case len(list) < 33900:
		bias = 1131
	}
	i := int(w.stack[n-1]) + bias
	w.stack = w.stack[:n-1]
	if i < 0 || i >= len(list) {
		return nil, false
	}
	return list[i], true
}

// operator tells the width from how many operands the first operator has.
func (w *width2) operator(op int) (float64, bool) {
	n := len(w.stack)
	var has bool
	switch op {
	case 1, 3, 18, 23, 19, 20: // hints
		has = n%2 == 1
	case 21: // rmoveto
		has = n > 2
	case 4, 22: // hmoveto, vmoveto
		has = n > 1
	case 14: // endchar, with four operands as an accented character
		has = n == 1 || n == 5
	default:
		return 0, false
	}
	if has {
		return w.font.nominal + w.stack[0], true
	}
	return w.font.standard, true
}

// width1 finds the width in a charstring of Type 1: what hsbw or sbw say.
type width1 struct {
	subroutines map[int][]byte
	weights     []float64 // of a multiple master's instance
	stack       []float64
	ps          []float64 // results of othersubrs
	steps       int
}

func (w *width1) run(code []byte, depth int) (width float64, done bool) {
	for at := 0; at < len(code); {
		if w.steps++; w.steps > 10_000 || depth > 10 || len(w.stack) > 192 {
			return 0, false
		}
		b := int(code[at])
		at++
		n := len(w.stack)
		switch {
		case b == 255:
			w.stack = append(w.stack, float64(int32(u32(code, at)))) //nolint:gosec // four bytes with a sign
			at += 4
		case b >= 32 && b <= 246:
			w.stack = append(w.stack, float64(b-139))
		case b >= 247:
			if at < len(code) {
				w.stack = append(w.stack, cffShort(b, int(code[at])))
			}
			at++
		case b == 10:
			if n == 0 {
				return 0, false
			}
			sub := w.subroutines[int(w.stack[n-1])]
			w.stack = w.stack[:n-1]
			if width, done = w.run(sub, depth+1); done {
				return width, true
			}
		case b == 11:
			return 0, false
		case b == 13: // hsbw
			if n < 2 {
				return 0, false
			}
			return w.stack[n-1], true
		case b == 12 && at < len(code):
			op := code[at]
			at++
			if op == 7 && n >= 4 { // sbw
				return w.stack[n-2], true
			}
			if !w.escaped(op) {
				return 0, false
			}
		default:
			return 0, false
		}
	}
	return 0, false
}

// escaped executes the operators that may compute a width: div, and what blends the masters of a multiple master font.
func (w *width1) escaped(op byte) bool {
	n := len(w.stack)
	switch {
	case op == 12 && n >= 2: // div
		w.stack = append(w.stack[:n-2], w.stack[n-2]/w.stack[n-1])
	case op == 16 && n >= 2: // callothersubr
		return w.other(int(w.stack[n-1]), int(w.stack[n-2]))
	case op == 17 && len(w.ps) > 0: // pop
		w.stack = append(w.stack, w.ps[len(w.ps)-1])
		w.ps = w.ps[:len(w.ps)-1]
	default:
		return false
	}
	return true
}

func (w *width1) other(which, count int) bool {
	w.stack = w.stack[:len(w.stack)-2]
	if count < 0 || count > len(w.stack) {
		return false
	}
	args := w.stack[len(w.stack)-count:]
	w.stack = w.stack[:len(w.stack)-count]
	results := map[int]int{14: 1, 15: 2, 16: 3, 17: 4, 18: 6}[which]
	masters := len(w.weights)
	if results == 0 || masters == 0 || len(args) != results*masters {
		for i := len(args) - 1; i >= 0; i-- {
			w.ps = append(w.ps, args[i])
		}
		return true
	}
	out := make([]float64, results)
	for i := range results {
		out[i] = args[i]
		for m := 1; m < masters; m++ {
			out[i] += args[results+i*(masters-1)+m-1] * w.weights[m]
		}
	}
	for i := results - 1; i >= 0; i-- {
		w.ps = append(w.ps, out[i])
	}
	return true
}
