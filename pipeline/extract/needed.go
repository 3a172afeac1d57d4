package extract

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// anyOf are texts in lower case of which one must stand in a text; nil: none must.
type anyOf []string

// in reports whether one stands in a text in lower case.
func (a anyOf) in(text string) bool {
	return a == nil || slices.ContainsFunc(a, func(word string) bool { return strings.Contains(text, word) })
}

// needed returns texts of which every match of an expression has at least one. To look for them takes a hundredth of the
// time of looking for a match, and few wordings stand on a page.
func needed(expression string) anyOf {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	return literals(parsed.Simplify())
}

func literals(re *syntax.Regexp) anyOf {
	switch re.Op {
	case syntax.OpLiteral:
		return anyOf{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return literals(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literals(re.Sub[0])
		}
	case syntax.OpConcat:
		var best anyOf
		for _, sub := range re.Sub {
			if found := literals(sub); shortest(found) > shortest(best) {
				best = found
			}
		}
		return best
	case syntax.OpAlternate:
		var all anyOf
		for _, sub := range re.Sub {
			found := literals(sub)
			if shortest(found) < 2 {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}

// shortest is the number of letters of the shortest text, 0 if there is none.
func shortest(all anyOf) int {
	least := 0
	for _, s := range all {
		if n := utf8.RuneCountInString(s); least == 0 || n < least {
			least = n
		}
	}
	return least
}
