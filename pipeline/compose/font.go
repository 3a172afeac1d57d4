package compose

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// codes gives every character of a document its code in the text layer's font, counted from 1 in the order of appearance.
// Code 0 stays unused: its glyph would be .notdef, which PDF/A forbids even where nothing is painted.
type codes struct {
	of    map[rune]uint16
	runes []rune
}

// encode returns text as a PDF string of two-byte codes. Characters that a text layer must not contain are left out.
func (c *codes) encode(text []rune) (hex string, n int) {
	var b bytes.Buffer
	b.WriteByte('<')
	for _, r := range text {
		// 0, the byte order mark and its mirror are forbidden as meanings; surrogates are halves of nothing.
		if r == 0 || r == 0xFEFF || r == 0xFFFE || r == 0xFFFF || r >= 0xD800 && r <= 0xDFFF {
			continue
		}
		code, known := c.of[r]
		if !known {
			if len(c.runes) >= 0xFFFE {
				continue
			}
			if c.of == nil {
				c.of = map[rune]uint16{}
			}
			c.runes = append(c.runes, r)
			code = uint16(len(c.runes))
			c.of[r] = code
		}
		fmt.Fprintf(&b, "%04X", code)
		n++
	}
	b.WriteByte('>')
	return b.String(), n
}

// objects is what takes the objects of a font.
type objects interface {
	reserve() int
	object(n int, body string)
	deflated(n int, entries string, data []byte)
}

// writeFont writes the glyphless font as object n: a composite font whose every code shows the same empty glyph 1 and
// means one character.
func (c *codes) writeFont(w objects, n int) {
	cid, descriptor, file, toGlyph, toUnicode := w.reserve(), w.reserve(), w.reserve(), w.reserve(), w.reserve()
	w.object(n, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/EAKTEG+Glyphless/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", cid, toUnicode))
	w.object(cid, fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/EAKTEG+Glyphless"+
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW %d/CIDToGIDMap %d 0 R>>", descriptor, glyphWidth, toGlyph))
	w.object(descriptor, fmt.Sprintf("<</Type/FontDescriptor/FontName/EAKTEG+Glyphless/Flags 5/FontBBox[0 0 %d %d]/ItalicAngle 0"+
		"/Ascent %d/Descent 0/CapHeight %d/StemV 80/FontFile2 %d 0 R>>", glyphWidth, unitsPerEm, unitsPerEm, unitsPerEm, file))
	font := glyphless()
	w.deflated(file, fmt.Sprintf("/Length1 %d", len(font)), font)
	glyphs := make([]byte, 2*(len(c.runes)+1))
	for i := 1; i < len(glyphs); i += 2 {
		glyphs[i] = 1
	}
	w.deflated(toGlyph, "", glyphs)
	w.deflated(toUnicode, "", c.toUnicode())
}

// toUnicode is the CMap from codes to characters.
func (c *codes) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for from := 0; from < len(c.runes); from += 100 {
		to := min(from+100, len(c.runes))
		fmt.Fprintf(&b, "%d beginbfchar\n", to-from)
		for i, r := range c.runes[from:to] {
			fmt.Fprintf(&b, "<%04X> <", from+i+1)
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

const (
	unitsPerEm = 1000
	glyphWidth = 500 // of glyph 1, in units; equal to what the PDF says of every code
)

// glyphless makes a TrueType font of two empty glyphs: .notdef and the one that every code shows.
func glyphless() []byte {
	words := func(v ...int) []byte {
		var b []byte
		for _, x := range v {
			b = binary.BigEndian.AppendUint16(b, uint16(x))
		}
		return b
	}
	tables := []struct {
		tag  string
		data []byte
	}{ // in the order of their tags
		{"OS/2", append(append(words(3, glyphWidth, 400, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), make([]byte, 10+16)...),
			append([]byte("EAKT"), words(0x40, 32, 32, unitsPerEm, 0, 0, unitsPerEm, 0, 1, 0, 0, 0, unitsPerEm, 0, 32, 0)...)...)},
		{"cmap", words(0, 1, 3, 1, 0, 12, 4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0)},
		{"glyf", words(0, 0)},
		{"head", words(1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, unitsPerEm, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, glyphWidth, unitsPerEm, 0, 8, 2, 0, 0)},
		{"hhea", words(1, 0, unitsPerEm, 0, 0, glyphWidth, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2)},
		{"hmtx", words(glyphWidth, 0, glyphWidth, 0)},
		{"loca", words(0, 0, 0)},
		{"maxp", words(1, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)},
		{"name", words(0, 1, 18, 3, 1, 0x409, 6, 18, 0, 'G', 'l', 'y', 'p', 'h', 'l', 'e', 's', 's')},
		{"post", words(3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)},
	}
	head := words(1, 0, len(tables), 128, 3, 16*len(tables)-128)
	at := len(head) + 16*len(tables)
	var body []byte
	headAt := 0
	for _, t := range tables {
		head = append(head, t.tag...)
		head = binary.BigEndian.AppendUint32(head, checksum(t.data))
		head = binary.BigEndian.AppendUint32(head, uint32(at+len(body)))
		head = binary.BigEndian.AppendUint32(head, uint32(len(t.data)))
		if t.tag == "head" {
			headAt = at + len(body)
		}
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	font := append(head, body...)
	binary.BigEndian.PutUint32(font[headAt+8:], 0xB1B0AFBA-checksum(font))
	return font
}

// checksum sums big-endian words, the last one filled with zeros.
func checksum(data []byte) (sum uint32) {
	for i := 0; i < len(data); i += 4 {
		var word [4]byte
		copy(word[:], data[i:])
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
