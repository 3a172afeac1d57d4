package lines

import (
	"math"
	"strings"
	"unicode"
)

// Word is a word of a line.
type Word struct {
	Text        string
	Confidence  float64 // 0…1, on tesseract's scale; 0: probably no word, or not in this model's script
	Left, Right int     // pixels of the line's picture, of its ink
	Top, Bottom int
	// Parts are the word's stretches up to each stroke in it, "Прізвище/" and "Surname": passports put two scripts into one
	// word. None if there is no stroke between letters.
	Parts []Word
}

// Certainties are logarithms of probabilities; a word is as certain as its least certain character. The scale is
// tesseract's, so that confidences mean the same whoever read a word: words that are in none of its lists count for less,
// and only numbers are in one here. What is not certain at all has a confidence of 0: an
// ornament, a rule, a stamp, or another script.
const (
	offset    = -0.085
	leastSure = -20.0
	scale     = 0.05 * 7.0
	unlisted  = 2.25
)

// char is one character on its way into a word.
type char struct {
	text      string
	certainty float64
	from, to  int // steps; to is behind the last
}

// words cuts what is read at its blanks. A word is no more certain than the blanks beside it.
func (m *Model) words(o output) []Word {
	chars := m.chars(o)
	var out []Word
	before := 0.0
	for len(chars) > 0 {
		n, after := 0, 0.0
		for n < len(chars) && chars[n].text != " " {
			n++
		}
		if n < len(chars) {
			after = chars[n].certainty
		}
		if n > 0 {
			w := word(chars[:n], min(before, after))
			w.Parts = parts(chars[:n], w.Text)
			out = append(out, w)
		}
		before = after
		chars = chars[min(n+1, len(chars)):]
	}
	return out
}

// word puts a word together that cannot be more certain than most.
func word(chars []char, most float64) Word {
	var text strings.Builder
	for _, c := range chars {
		text.WriteString(c.text)
		most = min(most, c.certainty)
	}
	w := Word{Text: text.String(), Left: 3 * chars[0].from, Right: 3 * chars[len(chars)-1].to}
	if !number(w.Text) {
		most *= unlisted
	}
	w.Confidence = max(0, 1+scale*most)
	return w
}

// parts cuts a word behind each stroke; nil if it has none between letters.
func parts(chars []char, text string) []Word {
	first, last := strings.IndexByte(text, '/'), strings.LastIndexByte(text, '/')
	if first < 0 || !strings.ContainsFunc(text[:first], unicode.IsLetter) || !strings.ContainsFunc(text[last:], unicode.IsLetter) {
		return nil
	}
	var out []Word
	for from, i := 0, 0; i < len(chars); i++ {
		if chars[i].text == "/" || i+1 == len(chars) {
			out = append(out, word(chars[from:i+1], 0))
			from = i + 1
		}
	}
	return out
}

// number reports whether a word is written in figures, with a letter at most.
func number(text string) bool {
	figures, letters := 0, 0
	for _, c := range text {
		switch {
		case unicode.IsDigit(c):
			figures++
		case unicode.IsLetter(c):
			letters++
		}
	}
	return figures > 0 && letters < 2
}

// stay is a run of steps with the same best code.
type stay struct {
	code, from, to int // to is behind the last step
	certainty      float64
}

// stays cuts the line into runs of the same best code (CTC, best path). A search among all paths finds the same text: the
// networks leave no doubt but where they are lost.
func (m *Model) stays(o output) []stay {
	var out []stay
	for t := range o.steps {
		code, _ := best(o.step(t))
		if n := len(out); n > 0 && out[n-1].code == code {
			out[n-1].to++
			continue
		}
		out = append(out, stay{code: code, from: t, to: t + 1})
	}
	for i := range out {
		out[i].certainty = m.certainty(o, out, i)
	}
	return out
}

// certainty is that of the least certain step of a run. Where a letter and a gap pass into each other the two share what is
// certain: it is the border that is unsure there, not the letter.
func (m *Model) certainty(o output, stays []stay, i int) float64 {
	s, least := stays[i], 0.0
	for t := s.from; t < s.to; t++ {
		p := o.step(t)
		sum := p[s.code]
		if s.code != m.null && (t == s.from || t == s.to-1) {
			sum += p[m.null]
		}
		if s.code == m.null && t == s.from && i > 0 {
			sum += p[stays[i-1].code]
		}
		if s.code == m.null && t == s.to-1 && i+1 < len(stays) && (t > s.from || i == 0 || stays[i+1].code != stays[i-1].code) {
			sum += p[stays[i+1].code]
		}
		least = min(least, certain(sum))
	}
	return least
}

// chars puts runs together to characters: a gap parts two. Borders between characters lie in the middle of
// what parts them. Gaps count for the certainty of the character that follows, or at a blank and at the end for the one
// before.
func (m *Model) chars(o output) []char {
	var (
		out []char
		gap float64
	)
	codes := codes{model: m}
	before := func() {
		if len(out) > 0 {
			out[len(out)-1].certainty = min(out[len(out)-1].certainty, gap)
			gap = 0
		}
	}
	for _, s := range m.stays(o) {
		text, whole := "", false
		if s.code != m.null {
			text, whole = codes.add(s.code)
		}
		if !whole {
			gap = min(gap, s.certainty)
			continue
		}
		if text == " " {
			before()
		}
		out = append(out, char{text: text, certainty: min(s.certainty, gap), from: s.from, to: s.to})
		gap = 0
	}
	before()
	borders(out, o.steps)
	return out
}

// borders moves the ends of characters to the middle of what parts them.
func borders(chars []char, steps int) {
	for i := range chars {
		if i == 0 {
			chars[0].from = 0
		}
		if i+1 == len(chars) {
			chars[i].to = steps
			continue
		}
		middle := chars[i].to + (chars[i+1].from-chars[i].to)/2
		chars[i].to, chars[i+1].from = middle, middle
	}
}

// certain is the certainty of a probability.
func certain(p float32) float64 {
	if p <= 0 {
		return leastSure + offset
	}
	return max(leastSure, math.Log(float64(p))) + offset
}

// codes puts codes together to characters: a few need more than one.
type codes struct {
	model *Model
	open  []int
}

// add takes the next code and returns the character that it ends. A code that continues nothing begins anew.
func (c *codes) add(code int) (text string, whole bool) {
	c.open = append(c.open, code)
	if text, ok := c.model.text(c.open); ok {
		c.open = c.open[:0]
		return text, true
	}
	if c.model.begins(c.open) {
		return "", false
	}
	c.open = c.open[:0]
	text, ok := c.model.text([]int{code})
	if !ok && c.model.begins([]int{code}) {
		c.open = append(c.open, code)
	}
	return text, ok
}
