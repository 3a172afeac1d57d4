package extract

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

// shortest is how long a word must be to be worth looking for: shorter ones are everywhere.
const shortest = 3

// needed returns words of which at least one stands in every text that a pattern fits, folded by orbit; none if that cannot
// be said. Looking for a few words takes a fraction of the time of a regular expression, and most wordings are in no letter.
func needed(pattern string) []string {
	tree, err := syntax.Parse(spelled(pattern, func(string) string { return "." }), syntax.Perl)
	if err != nil {
		return nil
	}
	return words(tree)
}

// words returns the words of an expression's part that has the fewest to choose from.
func words(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if len(re.Rune) >= shortest {
			return []string{orbit(string(re.Rune))}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return words(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return words(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, part := range re.Sub {
			if list := words(part); list != nil && (best == nil || len(list) < len(best)) {
				best = list
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, part := range re.Sub {
			list := words(part)
			if list == nil {
				return nil
			}
			all = append(all, list...)
		}
		return all
	}
	return nil
}

// orbit replaces each character by the first of those that differ from it by case only, as expressions that ignore case
// see them.
func orbit(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' && r < unicode.MaxASCII {
			return r
		}
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		first := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			first = min(first, next)
		}
		return first
	}, s)
}

// mayFit reports whether a text, folded by orbit, has one of the words.
func mayFit(folded string, words []string) bool {
	for _, word := range words {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return len(words) == 0
}
