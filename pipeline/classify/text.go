package classify

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// place says where a cue was found.
type place int

const (
	nowhere place = iota
	body
	nearTop
)

// text is a page made ready for matching.
type text struct {
	all   string
	top   string
	lines [][]gram      // of each line, each once; those near the top first
	has   map[gram]bool // all of them
}

// newText folds a page's text.
func newText(s string) text {
	t := text{has: map[gram]bool{}}
	var all, top strings.Builder
	all.WriteByte(' ')
	top.WriteByte(' ')
	for line := range strings.Lines(s) {
		line = fold(line)
		if line == "" {
			continue
		}
		if len(t.lines) < topLineCount {
			top.WriteString(line + " ")
		}
		all.WriteString(line + " ")
		runs := grams(line)
		for _, g := range runs {
			t.has[g] = true
		}
		t.lines = append(t.lines, runs)
	}
	t.all, t.top = all.String(), top.String()
	return t
}

// Phrases of that many bytes are also looked for with misread letters; shorter ones would be found everywhere.
const fuzzyLength = 12

// similar is the share of a phrase's trigrams that one line must have: one wrong letter costs three.
const similar = 0.72

// spare is how many trigrams more than the phrase a line may have to be compared with misread letters.
const spare = 25

// find looks for a cue as it is, from the beginning of a word on.
func (t text) find(q *cue) place {
	if q.start != (gram{}) && !t.has[q.start] {
		return nowhere
	}
	phrase := " " + q.phrase
	if len(q.phrase) < 5 { // short ones only as whole words
		phrase += " "
	}
	switch {
	case strings.Contains(t.top, phrase):
		return nearTop
	case strings.Contains(t.all, phrase):
		return body
	}
	return nowhere
}

// misread looks for all cues with misread letters: it says in which line each was found first, -1 for nowhere.
func (c *cues) misread(t text) []int {
	where, hits := make([]int, len(c.list)), make([]int, len(c.list))
	for i := range where {
		where[i] = -1
	}
	for n, line := range t.lines {
		clear(hits)
		for _, g := range line {
			for _, i := range c.having[g] {
				if hits[i]++; hits[i] == c.list[i].need && where[i] < 0 && len(line) <= c.list[i].grams+spare {
					where[i] = n // in a longer line every trigram is somewhere
				}
			}
		}
	}
	return where
}

// covered reports whether every occurrence of a cue's phrase lies within that of a longer cue that was found, too.
func (t text) covered(q *cue, found map[*cue]place) bool {
	own := strings.Count(t.all, " "+q.phrase)
	if own == 0 {
		return false // found with misread letters
	}
	within := 0
	for other := range found {
		if len(other.phrase) > len(q.phrase) && strings.Contains(" "+other.phrase, " "+q.phrase) {
			within = max(within, strings.Count(t.all, " "+other.phrase))
		}
	}
	return within >= own
}

// gram is a run of three letters.
type gram [3]rune

// grams are the runs of three letters of s, each once.
func grams(s string) []gram {
	runes := []rune(s)
	var list []gram
	for i := 0; i+3 <= len(runes); i++ {
		list = append(list, gram(runes[i:i+3]))
	}
	slices.SortFunc(list, func(a, b gram) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(list)
}

// fold makes s lower case without accents and vowel signs, everything but letters and digits a single blank.
func fold(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == 'ـ':
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '<':
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			if r == 'ı' {
				r = 'i'
			}
			b.WriteRune(r)
		default:
			blank = true
		}
	}
	return b.String()
}
