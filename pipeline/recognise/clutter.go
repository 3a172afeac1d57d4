package recognise

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/eakte/eakte/pipeline/tool"
)

// What tells marks from words, measured on scans of 30 kinds of documents: of words that were there, one in a thousand is
// read with a confidence below a half, and none of those is twice as tall as its page's usual word.
const (
	doubtful    = 0.6 // confidence below which a word may be a mark
	veryTall    = 2.2 // times the usual height: a signature, a logo
	nonsense    = 0.3 // confidence below which a mark need not be as tall
	ratherTall  = 1.7
	ruleTall    = 1.6 // a stroke as tall as that is a line of a table
	certainLine = 0.8 // confidence of a line that need not hold a word
	wordOfLine  = 0.4 // confidence of a word that makes a line one
	usualLetter = 2   // letters from which on a word counts for the usual height
)

// tick is a box to tick, empty or ticked.
var tick = regexp.MustCompile(`^(\[[\pL¥|_]?[\]|]?|[\pL¥|_]?\])$`)

// uncluttered drops what the engine took for words: signatures, stamps and logos, the lines of tables, boxes to tick.
func uncluttered(words []tool.ReadWord) []tool.ReadWord {
	usual := usualHeight(words)
	if usual == 0 {
		return words
	}
	return slices.DeleteFunc(withoutRules(words), func(w tool.ReadWord) bool {
		tall := float64(w.Box[3]-w.Box[1]) / usual
		switch {
		case w.Confidence < doubtful && tall > veryTall, w.Confidence < nonsense && tall > ratherTall:
			return true
		case strings.Trim(w.Text, "|") == "":
			return tall > ruleTall || w.Confidence < doubtful
		case strings.ContainsAny(w.Text, "[]"):
			return tick.MatchString(w.Text)
		}
		return false
	})
}

// usualHeight is the median height of words; 0 if there are none.
func usualHeight(words []tool.ReadWord) float64 {
	var heights []int
	for _, w := range words {
		letters := 0
		for _, c := range w.Text {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				letters++
			}
		}
		if letters >= usualLetter && w.Confidence >= doubtful {
			heights = append(heights, w.Box[3]-w.Box[1])
		}
	}
	if len(heights) == 0 {
		return 0
	}
	slices.Sort(heights)
	return float64(heights[len(heights)/2])
}

// withoutRules returns the words without those of lines in which there is no word at all: dotted and dashed rules, borders,
// patterns are taken for dashes and single strokes. A line counts if it has a word, two letters or figures that were read with
// some certainty, or if most of it is certain.
func withoutRules(words []tool.ReadWord) []tool.ReadWord {
	var out []tool.ReadWord
	for len(words) > 0 {
		n := 1
		for n < len(words) && words[n].Line == words[0].Line {
			n++
		}
		if line := words[:n]; confidence(line) >= certainLine || slices.ContainsFunc(line, isWord) {
			out = append(out, line...)
		}
		words = words[n:]
	}
	return out
}

func isWord(w tool.ReadWord) bool {
	n := 0
	for _, c := range w.Text {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			n++
		}
	}
	return n >= 2 && 2*n > len([]rune(w.Text)) && w.Confidence >= wordOfLine
}
