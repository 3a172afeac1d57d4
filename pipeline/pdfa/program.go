package pdfa

import (
	"bytes"
	"encoding/binary"
)

// Glyphs are the named glyphs of a font program in the Compact Font Format, and their widths in thousandths.
type Glyphs struct {
	Width    map[string]float64
	Encoding [256]string // the program's own
	font     *cff
}

// ReadGlyphs reads the program of a font that is about to be embedded. Only fonts whose glyphs have names are known.
func ReadGlyphs(program []byte) (*Glyphs, error) {
	c, err := readCFF(program)
	if err != nil || c.cid {
		return nil, errFont
	}
	g := &Glyphs{Width: map[string]float64{}, Encoding: c.encoding, font: c}
	for name, gid := range c.byName {
		if w, sized := c.width(gid); sized {
			g.Width[name] = w
		}
	}
	return g, nil
}

// endchar is the charstring of an empty glyph.
const endchar = 14

// Subset returns the program with all glyphs empty but .notdef and those that keep names. Nothing moves: where outlines
// were are zeros, which compress to nothing.
func (g *Glyphs) Subset(keep map[string]bool) []byte {
	out := bytes.Clone(g.font.data)
	tops, _, _ := g.font.index(g.topIndex())
	at := cffDict(tops[0]).offset(17)
	size := int(out[at+2])
	base := at + 3 + (len(g.font.charStrings)+1)*size
	place := base
	offset := func(i int) {
		var word [8]byte
		binary.BigEndian.PutUint64(word[:], uint64(place-base+1)) //nolint:gosec // not negative
		copy(out[at+3+i*size:], word[8-size:])
	}
	end := base
	for gid, glyph := range g.font.charStrings {
		end += len(glyph)
		offset(gid)
		if gid > 0 && !keep[g.font.names[gid]] {
			glyph = []byte{endchar}
		}
		place += copy(out[place:], glyph)
	}
	offset(len(g.font.charStrings))
	clear(out[place:end])
	return out
}

// topIndex returns where the INDEX of top dictionaries begins: behind that of names.
func (g *Glyphs) topIndex() int {
	_, at, _ := g.font.index(int(g.font.data[2]))
	return at
}

// EncodingOf returns the names of the glyphs of WinAnsiEncoding, MacRomanEncoding, StandardEncoding, SymbolEncoding and the
// like; false if there is none of that name.
func EncodingOf(name string) (names [256]string, known bool) {
	if name == "" {
		return names, false
	}
	return predefinedEncoding(name)
}
