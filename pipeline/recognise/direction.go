package recognise

import (
	"slices"
	"unicode"

	"github.com/eakte/eakte/pipeline"
)

// rightToLeft reports whether a word is written from right to left: more letters of such a script than of others.
func rightToLeft(word string) bool {
	balance := 0
	for _, c := range word {
		switch {
		case unicode.In(c, unicode.Arabic, unicode.Hebrew) && unicode.IsLetter(c):
			balance++
		case unicode.IsLetter(c):
			balance--
		}
	}
	return balance > 0
}

// speakingOrder returns the order in which the words of a line, given from left to right, are spoken: all from right to
// left in a line of such a script, with what is written from left to right turned back; else the runs of such words.
func speakingOrder(words []string) []int {
	right, all := 0, 0
	order := make([]int, len(words))
	for i, w := range words {
		order[i] = i
		n := len([]rune(w))
		all += n
		if rightToLeft(w) {
			right += n
		}
	}
	turned := 2*right > all
	if turned {
		slices.Reverse(order)
	}
	for i := 0; i < len(order); i++ {
		j := i
		for j < len(order) && rightToLeft(words[order[j]]) != turned && strong(words[order[j]]) {
			j++
		}
		if j > i {
			slices.Reverse(order[i:j])
			i = j - 1
		}
	}
	return order
}

// speakable returns the words of a line, given from left to right, in the order in which they are spoken.
func speakable(line []pipeline.Word) []pipeline.Word {
	return spoken(line, func(w pipeline.Word) string { return w.Text })
}

// spoken is speakable for anything that has a text.
func spoken[W any](line []W, text func(W) string) []W {
	texts := make([]string, len(line))
	for i, w := range line {
		texts[i] = text(w)
	}
	out := make([]W, 0, len(line))
	for _, i := range speakingOrder(texts) {
		out = append(out, line[i])
	}
	return out
}

// strong reports whether a word has a direction of its own: it has letters.
func strong(word string) bool { return slices.ContainsFunc([]rune(word), unicode.IsLetter) }

// turnAround turns the characters of a right-to-left word, given from left to right, into the order of speech. Numbers
// and Latin parts keep their own direction.
func turnAround(word []rune) []rune {
	slices.Reverse(word)
	for i := 0; i < len(word); i++ {
		j := i
		for j < len(word) && leftToRight(word[j]) {
			j++
		}
		if j > i {
			slices.Reverse(word[i:j])
			i = j
		}
	}
	for i, c := range word {
		if m, ok := mirrored[c]; ok {
			word[i] = m
		}
	}
	return word
}

// mirrored are the characters that stand on paper as their mirror images in such a word.
var mirrored = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '«': '»', '»': '«'}

func leftToRight(r rune) bool {
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.In(r, unicode.Arabic, unicode.Hebrew)
}
