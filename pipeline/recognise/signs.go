package recognise

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eakte/eakte/pipeline/tool"
)

// Sizes of the signs that stand by themselves between words, in usual heights of a word. The models know one stroke or
// none at all; on paper they differ: dots are up to 0.2 wide, hyphens 0.3, en dashes 0.5 to 0.75, em dashes 1 and more.
const (
	dotWide    = 0.23
	bulletWide = 0.45
	dotFlat    = 1.6 // width over height
	hyphenWide = 0.42
	dashWide   = 0.95
	signHigh   = 0.35 // anything higher is no stroke and no dot
)

// signed gives dashes and dots between words their own characters, by their shape, and repairs what the model for all
// languages does not know of German: the section sign before a number and the closing quotation mark.
func signed(words []tool.ReadWord) []tool.ReadWord {
	usual := usualHeight(words)
	out := slices.Clone(words)
	opened := false
	for i := range out {
		w := &out[i]
		if usual > 0 {
			w.Text = stroke(*w, usual)
		}
		if i+1 < len(out) && beginsWithDigit(out[i+1].Text) {
			w.Text = section(w.Text)
		}
		if strings.Contains(w.Text, "„") {
			opened = true
		}
		if opened && strings.Contains(w.Text, "”") {
			w.Text, opened = strings.Replace(w.Text, "”", "“", 1), false
		}
	}
	return out
}

// stroke returns the sign that a word consisting of a dash or a dot is.
func stroke(w tool.ReadWord, usual float64) string {
	wide, high := float64(w.Box[2]-w.Box[0])/usual, float64(w.Box[3]-w.Box[1])/usual
	if !strings.Contains("-–—~:·•.", w.Text) || high > signHigh {
		return w.Text
	}
	round := wide < dotFlat*high
	switch {
	case w.Text == "." && round: // on the line, or it would have been read otherwise
		return w.Text
	case round && wide < dotWide:
		return "·"
	case round && wide < bulletWide:
		return "•"
	case wide < hyphenWide:
		return "-"
	case wide < dashWide:
		return "–"
	}
	return "—"
}

// section returns the section sign for the dollar sign that it was taken for. Amounts in dollars have the sign behind the
// number or joined to it.
func section(text string) string {
	if strings.Trim(text, "($") == "" {
		return strings.ReplaceAll(text, "$", "§")
	}
	return text
}

func beginsWithDigit(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsDigit(first)
}
