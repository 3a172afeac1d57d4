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

// speakable puts the words of a line, given from left to right, into the order in which they are spoken: all from right
// to left in a line of such a script, with what is written from left to right turned back; else the runs of such words.
func speakable(line []pipeline.Word) []pipeline.Word {
	turned := mostlyRTL(line)
	if turned {
		slices.Reverse(line)
	}
	for i := 0; i < len(line); i++ {
		j := i
		for j < len(line) && line[j].RTL != turned && strong(line[j].Text) {
			j++
		}
		if j > i {
			slices.Reverse(line[i:j])
			i = j - 1
		}
	}
	return line
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
