package classify

import (
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
	lines []map[string]bool // trigrams of each line; those near the top first
}

// newText folds a page's text.
func newText(s string) text {
	var t text
	var all, top strings.Builder
	all.WriteByte(' ')
	top.WriteByte(' ')
	for line := range strings.Lines(s) {
		line = fold(line)
		if line == "" {
			continue
		}
		if len(t.lines) < topLines {
			top.WriteString(line + " ")
		}
		all.WriteString(line + " ")
		set := map[string]bool{}
		for _, g := range grams(line) {
			set[g] = true
		}
		t.lines = append(t.lines, set)
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

// find looks for a cue, first as it is from the beginning of a word on, then with misread letters.
func (t text) find(q *cue) place {
	phrase := " " + q.phrase
	if len(q.phrase) < 5 { // short ones only as whole words
		phrase += " "
	}
	switch {
	case strings.Contains(t.top, phrase):
		return nearTop
	case strings.Contains(t.all, phrase):
		return body
	case len(q.phrase) < fuzzyLength:
		return nowhere
	}
	need := int(float64(len(q.grams))*similar + 0.999)
	for i, line := range t.lines {
		if len(line) > len(q.grams)+spare { // a long line has every trigram somewhere
			continue
		}
		hits := 0
		for _, g := range q.grams {
			if line[g] {
				hits++
			}
		}
		if hits >= need {
			if i < topLines {
				return nearTop
			}
			return body
		}
	}
	return nowhere
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

// grams are the runs of three letters of s.
func grams(s string) []string {
	runes := []rune(s)
	var list []string
	for i := 0; i+3 <= len(runes); i++ {
		list = append(list, string(runes[i:i+3]))
	}
	return list
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
