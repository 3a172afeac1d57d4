package xdomea

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// textBytes is the longest text we write. The schemas bound none; a text beyond it is no title, name or remark.
const textBytes = 64 << 10

// clean makes s fit for an element: valid UTF-8 of characters that XML 1.0 has (section 2.2, "Char"), in NFC, at most
// textBytes long, without white space around it. Control characters become spaces, since what they stand between were two
// words; what was no UTF-8 becomes U+FFFD, so that a reader sees that something was there. Line ends are line feeds, as
// every parser would make them.
func clean(s string) (string, Change) {
	if plain(s) {
		return s, 0
	}
	var what Change
	if len(s) > textBytes {
		s, what = cut(s), Cut
	}
	replaced := printable(s)
	if replaced != s {
		what |= Replaced
	}
	composed := norm.NFC.String(replaced)
	if composed != replaced {
		what |= Composed
	}
	if len(composed) > textBytes { // some letters grow when they are composed
		composed, what = cut(composed), what|Cut
	}
	return strings.TrimSpace(composed), what
}

// plain reports whether s is ASCII that needs no look at all.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= textBytes && (s == "" || s[0] != ' ' && s[len(s)-1] != ' ')
}

// cut shortens s to textBytes without halving a character.
func cut(s string) string {
	end := textBytes
	for end > textBytes-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

func printable(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r < ' ' || r >= 0x7F && r <= 0x9F:
			return ' '
		case r == 0xFFFE || r == 0xFFFF:
			return -1
		}
		return r
	}, s)
}

// simplify brings s into the letters of DIN 91379, data type C, which 4.0.0 demands of the names of products and of
// identifiers. A letter with a mark that the norm does not know loses the mark, typographic signs become plain ones, and
// what is left becomes a question mark. s is clean.
func simplify(s string) string {
	var out strings.Builder
	for s != "" {
		if n := sequence(s); n > 0 {
			out.WriteString(s[:n])
			s = s[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		if inTypeC(r) {
			out.WriteRune(r)
			continue
		}
		out.WriteString(plainer(r))
	}
	return out.String()
}

// plainer finds letters that the norm knows for one that it does not.
func plainer(r rune) string {
	if s, ok := signs[r]; ok {
		return s
	}
	kept := strings.Map(func(r rune) rune {
		if inTypeC(r) {
			return r
		}
		return -1
	}, norm.NFKD.String(string(r)))
	if kept == "" && !combining(r) {
		return "?"
	}
	return kept
}

// combining reports whether r is a mark on the letter before it, which then stands without.
func combining(r rune) bool { return norm.NFD.PropertiesString(string(r)).CCC() != 0 }

// signs are what people type, or what word processors make of it, and the plain sign for it.
var signs = map[rune]string{
	'\u2018': "'", '\u201A': ",", '\u201C': `"`, '\u201D': `"`, '\u201E': `"`, '\u2039': "<", '\u203A': ">",
	'\u2010': "-", '\u2011': "-", '\u2012': "-", '\u2013': "-", '\u2014': "-", '\u2212': "-", '\u2026': "...",
	'\u00AD': "", '\u200B': "", '\u200C': "", '\u200D': "", '\u2022': "*", '\u2044': "/",
}
