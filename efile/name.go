package efile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// NameBytes is the longest name CleanName returns, in bytes. 200 leaves room for a number before and an ending behind it
// in the 255 bytes that file systems take.
const NameBytes = 200

// noName stands in for a name of which nothing is left. It is no language's word, so it needs no translation.
const noName = "file"

// CleanName makes a sender's file name fit for display, storage and headers: its last path element only, valid UTF-8 in
// composed form, without control, bidirectional and zero-width characters, at most NameBytes bytes with the ending kept.
// It is for people: it is never a path, never escaped for a page, and two files may bear the same one. What is left of
// nothing is "file". CleanName of a clean name is that name.
func CleanName(name string) string {
	if len(name) > 64<<10 { // only its end can hold the last element; longer names are an attack
		name = name[len(name)-64<<10:]
	}
	if !utf8.ValidString(name) {
		// Old browsers and mail programs send the system's code page; every byte has a letter there.
		if decoded, err := charmap.Windows1252.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	name = norm.NFC.String(strings.Map(visible, strings.ToValidUTF8(name, "")))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Join(strings.Fields(name), " ")
	name = shorten(strings.TrimRight(name, ". "))
	if stem := strings.TrimLeft(name, ". "); stem == "" {
		return noName
	} else if len(stem) < len(name) && strings.HasPrefix(strings.TrimLeft(name, " "), ".") && !strings.Contains(stem, ".") {
		return noName + "." + stem // only an ending: ".pdf"
	}
	return name
}

// visible keeps what a reader can see, and the two joiners that emoji, Persian and Indic scripts need. Line ends and tabs
// become spaces.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
		return ' '
	case r == '\u200c' || r == '\u200d':
		return r
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	case r == utf8.RuneError || r >= 0xFFFE && r <= 0xFFFF || r >= 0xFDD0 && r <= 0xFDEF:
		return -1
	}
	return r
}

// shorten cuts the stem, not the ending, between two characters.
func shorten(name string) string {
	if len(name) <= NameBytes {
		return name
	}
	ending := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= 16 {
		name, ending = name[:i], name[i:]
	}
	cut := NameBytes - len(ending) - len("…")
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimRight(name[:cut], ". ") + "…" + ending
}
