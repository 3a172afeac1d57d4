package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a label, or a word where a label may be: letters and digits, folded.
type token struct {
	text string
	span
}

// tokens splits text into its words. Spans are relative to s.
func tokens(s string) []token {
	var all []token
	start := -1
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '§' || r == '№'
		if letter && start < 0 {
			start = i
		}
		if !letter && start >= 0 {
			all = append(all, token{fold(s[start:i]), span{start, i}})
			start = -1
		}
	}
	if start >= 0 {
		all = append(all, token{fold(s[start:]), span{start, len(s)}})
	}
	return all
}

// letters that fold to several or to others than their decomposition says. A dotless i and capitals of other scripts that
// look the same are what recognition confuses. Umlauts are here because they are frequent, and this is quicker.
// Lam and alef are one sign, which texts taken out of PDFs have either way round: both ways become one.
var folds = strings.NewReplacer("لا", "ال", "لأ", "ال", "لإ", "ال", "لآ", "ال", "ä", "a", "ö", "o", "ü", "u", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ł", "l", "ı", "i", "ґ", "г", "ё", "е", "أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه")

// fold makes letters comparable: lower case without marks.
func fold(s string) string {
	if s = strings.ToLower(s); ascii(s) {
		return s
	}
	if s = folds.Replace(s); ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// misread reports whether got may be want with letters misread: one in five at most, none in short words.
func misread(want, got string) bool {
	if want == got {
		return true
	}
	n := utf8.RuneCountInString(want)
	if n < 6 || unicode.IsDigit(rune(got[0])) {
		return false
	}
	budget := 1 + (n-6)/5
	return within([]rune(want), []rune(got), budget)
}

// within reports whether Levenshtein's distance is at most budget.
func within(a, b []rune, budget int) bool {
	if len(a)-len(b) > budget || len(b)-len(a) > budget {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		before, least := row[0], i+1
		row[0] = i + 1
		for j, q := range b {
			above := row[j+1]
			cost := 1
			if r == q {
				cost = 0
			}
			row[j+1] = min(above+1, row[j]+1, before+cost)
			before, least = above, min(least, row[j+1])
		}
		if least > budget {
			return false
		}
	}
	return row[len(b)] <= budget
}
