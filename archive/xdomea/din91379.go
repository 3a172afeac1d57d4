package xdomea

import (
	"slices"
	"strings"
)

// typeCRanges are the single characters of DIN 91379:2022-08, data type C, first and last of each run, in order.
var typeCRanges = [][2]rune{
	{0x9, 0xA}, {0xD, 0xD}, {0x20, 0x7E}, {0xA0, 0xAC}, {0xAE, 0x17E}, {0x187, 0x188}, {0x18F, 0x18F},
	{0x197, 0x197}, {0x1A0, 0x1A1}, {0x1AF, 0x1B0}, {0x1B7, 0x1B7}, {0x1CD, 0x1DC}, {0x1DE, 0x1DF},
	{0x1E2, 0x1F0}, {0x1F4, 0x1F5}, {0x1F8, 0x1FF}, {0x212, 0x213}, {0x218, 0x21B}, {0x21E, 0x21F},
	{0x227, 0x233}, {0x259, 0x259}, {0x268, 0x268}, {0x292, 0x292}, {0x2B9, 0x2BA}, {0x2BE, 0x2BF},
	{0x2C8, 0x2C8}, {0x2CC, 0x2CC}, {0x1E02, 0x1E03}, {0x1E06, 0x1E07}, {0x1E0A, 0x1E11}, {0x1E17, 0x1E17},
	{0x1E1C, 0x1E2B}, {0x1E2F, 0x1E37}, {0x1E3A, 0x1E3B}, {0x1E40, 0x1E49}, {0x1E52, 0x1E5B},
	{0x1E5E, 0x1E63}, {0x1E6A, 0x1E6F}, {0x1E80, 0x1E87}, {0x1E8C, 0x1E97}, {0x1E9E, 0x1E9E},
	{0x1EA0, 0x1EF9}, {0x2019, 0x2019}, {0x2021, 0x2021}, {0x20AC, 0x20AC},
}

// typeCSequences are its letters of several characters: those that Unicode has in no other form.
var typeCSequences = strings.Fields(
	"C\u0328\u0306 K\u035fH K\u035fh L\u0325\u0304 R\u0325\u0304 S\u031b\u0304 c\u0328\u0306 k\u035fh " +
		"l\u0325\u0304 r\u0325\u0304 s\u031b\u0304 A\u030b C\u0300 C\u0304 C\u0306 C\u0308 C\u0315 C\u0323 C\u0326 " +
		"D\u0302 F\u0300 F\u0304 G\u0300 H\u0304 H\u0326 H\u0331 J\u0301 J\u030c K\u0300 K\u0302 K\u0304 K\u0307 " +
		"K\u0315 K\u031b K\u0326 L\u0302 L\u0325 L\u0326 M\u0300 M\u0302 M\u0306 M\u0310 N\u0302 N\u0304 N\u0306 " +
		"N\u0326 P\u0300 P\u0304 P\u0315 P\u0323 R\u0306 R\u0325 S\u0300 S\u0304 S\u0331 T\u0300 T\u0304 T\u0308 " +
		"T\u0315 T\u031b U\u0307 Z\u0300 Z\u0304 Z\u0306 Z\u0308 Z\u0327 a\u030b c\u0300 c\u0304 c\u0306 c\u0308 " +
		"c\u0315 c\u0323 c\u0326 d\u0302 f\u0300 f\u0304 g\u0300 h\u0304 h\u0326 j\u0301 k\u0300 k\u0302 k\u0304 " +
		"k\u0307 k\u0315 k\u031b k\u0326 l\u0302 l\u0325 l\u0326 m\u0300 m\u0302 m\u0306 m\u0310 n\u0302 n\u0304 " +
		"n\u0306 n\u0326 p\u0300 p\u0304 p\u0315 p\u0323 r\u0306 r\u0325 s\u0300 s\u0304 s\u0331 t\u0300 t\u0304 " +
		"t\u0315 t\u031b u\u0307 z\u0300 z\u0304 z\u0306 z\u0308 z\u0327 \u00c7\u0306 \u00db\u0304 \u00e7\u0306 " +
		"\u00fb\u0304 \u00ff\u0301 \u010c\u0315 \u010c\u0323 \u010d\u0315 \u010d\u0323 \u0113\u030d \u012a\u0301 " +
		"\u012b\u0301 \u014d\u030d \u017d\u0326 \u017d\u0327 \u017e\u0326 \u017e\u0327 \u1e32\u0304 \u1e33\u0304 " +
		"\u1e62\u0304 \u1e63\u0304 \u1e6c\u0304 \u1e6d\u0304 \u1ea0\u0308 \u1ea1\u0308 \u1ecc\u0308 \u1ecd\u0308 " +
		"\u1ee4\u0304 \u1ee4\u0308 \u1ee5\u0304 \u1ee5\u0308 ")

func inTypeC(r rune) bool {
	_, found := slices.BinarySearchFunc(typeCRanges, r, func(run [2]rune, r rune) int {
		switch {
		case run[1] < r:
			return -1
		case run[0] > r:
			return 1
		}
		return 0
	})
	return found
}

// sequence returns the length of the letter of several characters that s begins with; 0: it begins with none.
func sequence(s string) int {
	for _, letter := range typeCSequences {
		if strings.HasPrefix(s, letter) {
			return len(letter)
		}
	}
	return 0
}
