package pdfa

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// The tables of ISO 32000-1, annex D, of the Compact Font Format and of TrueType's post table: a heading, then names in
// order of their codes, a number wherever the codes skip.
//
//go:embed tables/encodings.txt
var encodingsText string

// The Adobe Glyph List; its licence stands in it.
//
//go:embed tables/glyphlist.txt
var glyphListText string

const notdef = ".notdef"

// tables are what encodings.txt holds, by heading.
var tables = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for section := range strings.SplitSeq(encodingsText, "# ") {
		heading, body, _ := strings.Cut(section, "\n")
		var names []string
		for word := range strings.FieldsSeq(body) {
			code, err := strconv.Atoi(word)
			if err != nil {
				names = append(names, word)
				continue
			}
			for len(names) < code {
				names = append(names, notdef)
			}
		}
		out[heading] = names
	}
	return out
})

// predefinedEncoding returns one of the encodings that PDF and the Compact Font Format define; false if there is none of
// that name.
func predefinedEncoding(n string) (out [256]string, known bool) {
	list, known := tables()[n]
	for i := range out {
		if out[i] = notdef; i < len(list) {
			out[i] = list[i]
		}
	}
	return out, known
}

// glyphList is the Adobe Glyph List.
var glyphList = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(glyphListText) {
		glyph, codes, found := strings.Cut(strings.TrimSpace(line), ";")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		var text strings.Builder
		for code := range strings.FieldsSeq(codes) {
			if n, err := strconv.ParseUint(code, 16, 32); err == nil {
				text.WriteRune(rune(n)) //nolint:gosec // at most six digits in this file
			}
		}
		out[glyph] = text.String()
	}
	return out
})

var uniName = regexp.MustCompile(`\A(?:uni((?:[0-9A-F]{4})+)|u([0-9A-F]{4,6}))\z`)

// meaningOf returns what a glyph's name means in Unicode: by the Adobe Glyph List or as uniXXXX. Names of Symbol and Zapf
// Dingbats have a meaning too; it is given as a space, for it is only asked whether there is one.
func meaningOf(glyph string) (string, bool) {
	base, _, _ := strings.Cut(glyph, ".")
	if base == "" {
		return "", false
	}
	if text, known := glyphList()[base]; known {
		return text, true
	}
	if m := uniName.FindStringSubmatch(base); m != nil {
		return uniText(m[1] + m[2]), true
	}
	if symbolNames()[glyph] {
		return " ", true
	}
	return "", false
}

// uniText reads hexadecimal digits as one code point, or as UTF-16.
func uniText(digits string) string {
	if len(digits)%4 != 0 {
		n, _ := strconv.ParseUint(digits, 16, 32) // only hexadecimal digits come here
		return string(rune(n))                    //nolint:gosec // at most six digits
	}
	var units []uint16
	for ; len(digits) >= 4; digits = digits[4:] {
		n, _ := strconv.ParseUint(digits[:4], 16, 16) // as above
		units = append(units, uint16(n))
	}
	return string(utf16.Decode(units))
}

var symbolNames = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, heading := range []string{"SymbolEncoding", "ZapfDingbatsEncoding"} {
		for _, glyph := range tables()[heading] {
			out[glyph] = glyph != notdef
		}
	}
	return out
})

// macCodes are the codes of names in the Macintosh cmap of a TrueType font: MacRomanEncoding and what ISO 32000-1, Table
// 115, adds to it.
var macCodes = sync.OnceValue(func() map[string]int {
	out := map[string]int{
		"notequal": 173, "infinity": 176, "lessequal": 178, "greaterequal": 179, "partialdiff": 182, "summation": 183, "product": 184,
		"pi": 185, "integral": 186, "Omega": 189, "radical": 195, "approxequal": 197, "Delta": 198, "lozenge": 215, "Euro": 219,
		"apple": 240,
	}
	for code, glyph := range tables()["MacRomanEncoding"] {
		if _, known := out[glyph]; !known {
			out[glyph] = code
		}
	}
	return out
})
