package recognise

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eakte/eakte/pipeline/tool"
)

// changing is what it costs to go on in the other script, as a difference of confidence times letters: a single "Р" among
// Latin letters is a P, and a word in Cyrillic that looks like one in Latin, "Дата" and "Data", stands beside others that
// don't. After a stroke it costs nothing: "Дата видачі/Date of issue".
const changing = 1.0

// piece is a word, or a part of one that ends at a stroke.
type piece struct {
	tool.ReadWord
	open bool // the next piece belongs to the same word
}

// spot is one place of a line with what was read there in the first script and in the other; nothing in one of them, maybe.
type spot [2][]piece

// woven puts a line together from its readings in two scripts: in the sequence of scripts that is surest on the whole. Words
// of both directions are put into order.
func woven(line, other []tool.ReadWord) []tool.ReadWord {
	spots := spotsOf(pieces(line), pieces(other))
	scripts := sequence(spots)
	var out []tool.ReadWord
	open := false
	for i, s := range spots {
		chosen := s[scripts[i]]
		if len(chosen) == 0 {
			chosen = s[1-scripts[i]]
		}
		for _, p := range chosen {
			if open {
				out[len(out)-1] = joint(out[len(out)-1], p.ReadWord)
			} else {
				out = append(out, p.ReadWord)
			}
			open = p.open
		}
	}
	if len(line) > 0 {
		for i := range out {
			out[i].Line, out[i].Baseline = line[0].Line, line[0].Baseline
		}
	}
	return spoken(out, func(w tool.ReadWord) string { return w.Text })
}

// pieces takes words apart at their strokes.
func pieces(words []tool.ReadWord) []piece {
	var out []piece
	for _, w := range words {
		parts := w.Parts
		if w.Parts = nil; len(parts) == 0 {
			parts = []tool.ReadWord{w}
		}
		for i, p := range parts {
			out = append(out, piece{p, i+1 < len(parts)})
		}
	}
	return out
}

// joint is a word made of two that touch, as sure as the less sure of them.
func joint(a, b tool.ReadWord) tool.ReadWord {
	a.Text, a.Confidence = a.Text+b.Text, min(a.Confidence, b.Confidence)
	a.Box = [4]int{min(a.Box[0], b.Box[0]), min(a.Box[1], b.Box[1]), max(a.Box[2], b.Box[2]), max(a.Box[3], b.Box[3])}
	return a
}

// spotsOf puts pieces of two readings that lie at the same place together, from left to right.
func spotsOf(first, other []piece) []spot {
	type read struct {
		piece
		by int
	}
	var all []read
	for _, p := range first {
		all = append(all, read{p, 0})
	}
	for _, p := range other {
		all = append(all, read{p, 1})
	}
	slices.SortStableFunc(all, func(a, b read) int { return a.Box[0] - b.Box[0] })
	var out []spot
	for len(all) > 0 {
		here := []read{all[0]}
		rest := all[1:]
		for i := 0; i < len(here); i++ {
			var beside []read
			for _, r := range rest {
				if middleIn(r.ReadWord, here[i].ReadWord) || middleIn(here[i].ReadWord, r.ReadWord) {
					here = append(here, r)
				} else {
					beside = append(beside, r)
				}
			}
			rest = beside
		}
		slices.SortStableFunc(here, func(a, b read) int { return a.Box[0] - b.Box[0] })
		var s spot
		for _, r := range here {
			s[r.by] = append(s[r.by], r.piece)
		}
		out, all = append(out, s), rest
	}
	return out
}

// worth is how much speaks for a reading of a spot: confidence times letters, of which both readings have as many.
func (s spot) worth(by int) float64 {
	if len(s[0]) == 0 || len(s[1]) == 0 {
		return 0
	}
	letters := 0
	for _, pieces := range s {
		n := 0
		for _, p := range pieces {
			n += utf8.RuneCountInString(p.Text)
		}
		letters = max(letters, n)
	}
	return confidence(readWords(s[by])) * float64(letters)
}

func readWords(pieces []piece) []tool.ReadWord {
	out := make([]tool.ReadWord, len(pieces))
	for i, p := range pieces {
		out[i] = p.ReadWord
	}
	return out
}

// ends reports whether one of the readings of a spot ends in a stroke.
func (s spot) ends() bool {
	for _, p := range s {
		if len(p) > 0 && strings.HasSuffix(p[len(p)-1].Text, "/") {
			return true
		}
	}
	return false
}

// sequence returns for each spot which of the two readings to take: those that are worth most together, changes paid.
func sequence(spots []spot) []int {
	var worth [2]float64
	before := make([][2]int, len(spots)) // from which script each was reached
	for i, s := range spots {
		cost := changing
		if i == 0 || spots[i-1].ends() {
			cost = 0
		}
		next := worth
		for by := range next {
			before[i][by] = by
			if worth[1-by]-cost > worth[by] {
				before[i][by], next[by] = 1-by, worth[1-by]-cost
			}
			next[by] += s.worth(by)
		}
		worth = next
	}
	out := make([]int, len(spots))
	by := 0
	if worth[1] > worth[0] {
		by = 1
	}
	for i := len(spots) - 1; i >= 0; i-- {
		out[i] = by
		by = before[i][by]
	}
	return out
}
