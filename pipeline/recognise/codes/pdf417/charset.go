package pdf417

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Character sets by their ECI number (ISO/IEC 15438, 5.5; the numbers are AIM's).
const (
	unsaid  = -1
	setUTF8 = 26
)

var sets = map[int]*charmap.Charmap{
	0: charmap.CodePage437, 1: charmap.ISO8859_1, 2: charmap.CodePage437, 3: charmap.ISO8859_1, 4: charmap.ISO8859_2,
	5: charmap.ISO8859_3, 6: charmap.ISO8859_4, 7: charmap.ISO8859_5, 8: charmap.ISO8859_6, 9: charmap.ISO8859_7,
	10: charmap.ISO8859_8, 11: charmap.ISO8859_9, 12: charmap.ISO8859_10, 13: charmap.Windows874, 15: charmap.ISO8859_13,
	16: charmap.ISO8859_14, 17: charmap.ISO8859_15, 18: charmap.ISO8859_16, 21: charmap.Windows1250,
	22: charmap.Windows1251, 23: charmap.Windows1252, 24: charmap.Windows1256,
}

// toText turns bytes of a character set into UTF-8. Where no set is named it is ISO 8859-1, but many who write symbols do
// not name UTF-8: what is well-formed in it is taken for it. Sets that are not known are read likewise.
func toText(b []byte, set int) string {
	if m, ok := sets[set]; ok {
		return fromCharmap(m, b)
	}
	if set != setUTF8 && !utf8.Valid(b) {
		return fromCharmap(charmap.ISO8859_1, b)
	}
	return valid(b)
}

func fromCharmap(m *charmap.Charmap, b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = m.DecodeByte(c)
	}
	return string(out)
}
