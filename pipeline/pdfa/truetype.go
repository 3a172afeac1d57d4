package pdfa

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

var errFont = errors.New("a font program cannot be read")

// trueType is a font program of TrueType tables, with outlines of its own or in the Compact Font Format.
type trueType struct {
	unitsPerEm int
	glyphs     int
	metrics    int    // how many glyphs have a width of their own
	hmtx       []byte // widths
	cmaps      []charMap
	post       map[string]int // glyphs by name
	cff        *cff
}

// charMap is a subtable of the cmap table.
type charMap struct {
	platform, encoding int
	data               []byte
}

func u16(data []byte, at int) int {
	if at < 0 || at+2 > len(data) {
		return 0
	}
	return int(binary.BigEndian.Uint16(data[at:]))
}

func u32(data []byte, at int) int {
	if at < 0 || at+4 > len(data) {
		return 0
	}
	return int(binary.BigEndian.Uint32(data[at:]))
}

// readTrueType reads a TrueType or OpenType program.
func readTrueType(data []byte) (*trueType, error) {
	if len(data) < 12 {
		return nil, errFont
	}
	start := 0
	switch string(data[:4]) {
	case "\x00\x01\x00\x00", "true", "OTTO":
	case "ttcf":
		start = u32(data, 12)
	default:
		return nil, errFont
	}
	table := map[string][]byte{}
	for i := range min(u16(data, start+4), 256) {
		at := start + 12 + 16*i
		if at+16 > len(data) {
			return nil, errFont
		}
		from, size := u32(data, at+8), u32(data, at+12)
		if from > len(data) {
			continue
		}
		table[string(data[at:at+4])] = data[from:min(len(data), from+size)]
	}
	t := &trueType{
		unitsPerEm: u16(table["head"], 18), glyphs: u16(table["maxp"], 4), metrics: u16(table["hhea"], 34), hmtx: table["hmtx"],
	}
	if t.unitsPerEm == 0 || t.glyphs == 0 || t.metrics == 0 || len(t.hmtx) < 4*t.metrics {
		return nil, errFont
	}
	outlines := table["CFF "]
	if outlines != nil {
		var err error
		if t.cff, err = readCFF(outlines); err != nil {
			return nil, err
		}
	} else if table["glyf"] == nil || table["loca"] == nil {
		return nil, errFont
	}
	t.readCmap(table["cmap"])
	t.readPost(table["post"])
	return t, nil
}

func (t *trueType) readCmap(cmap []byte) {
	for i := range min(u16(cmap, 2), 64) {
		at := 4 + 8*i
		from := u32(cmap, at+4)
		if at+8 > len(cmap) || from >= len(cmap) {
			continue
		}
		t.cmaps = append(t.cmaps, charMap{u16(cmap, at), u16(cmap, at+2), cmap[from:]})
	}
}

func (t *trueType) readPost(post []byte) {
	t.post = map[string]int{}
	standard := tables()["MacintoshGlyphs"]
	switch u32(post, 0) {
	case 0x00010000:
		for gid, glyph := range standard {
			t.post[glyph] = gid
		}
	case 0x00020000:
		n := u16(post, 32)
		if len(post) < 34+2*n {
			return
		}
		var own []string
		for rest := post[34+2*n:]; len(rest) > 0 && len(rest) > int(rest[0]); rest = rest[1+int(rest[0]):] {
			own = append(own, string(rest[1:1+int(rest[0])]))
		}
		for gid := range n {
			glyph := notdef
			if index := u16(post, 34+2*gid); index < len(standard) {
				glyph = standard[index]
			} else if index -= len(standard); index < len(own) {
				glyph = own[index]
			}
			if _, known := t.post[glyph]; !known {
				t.post[glyph] = gid
			}
		}
	}
}

// cmap returns the subtable for a platform and encoding, nil if there is none.
func (t *trueType) cmap(platform, encoding int) *charMap {
	for i := range t.cmaps {
		if m := &t.cmaps[i]; m.platform == platform && m.encoding == encoding {
			return m
		}
	}
	return nil
}

// width returns the advance of a glyph in thousandths.
func (t *trueType) width(gid int) float64 {
	if gid < 0 || gid >= t.glyphs {
		gid = 0
	}
	gid = min(gid, t.metrics-1)
	return float64(u16(t.hmtx, 4*gid)) * 1000 / float64(t.unitsPerEm)
}

// glyph returns the glyph of a code, 0 if there is none.
func (m *charMap) glyph(code int) int {
	if m == nil || code < 0 {
		return 0
	}
	switch u16(m.data, 0) {
	case 0:
		if code < 256 && 6+code < len(m.data) {
			return int(m.data[6+code])
		}
	case 4:
		return m.segments(code)
	case 6:
		first, count := u16(m.data, 6), u16(m.data, 8)
		if code >= first && code < first+count {
			return u16(m.data, 10+2*(code-first))
		}
	case 12:
		return m.groups(code)
	}
	return 0
}

// segments looks a code up in a table of format 4.
func (m *charMap) segments(code int) int {
	if code > 0xffff {
		return 0
	}
	n := u16(m.data, 6) / 2
	low, high := 0, n
	for low < high { // the first segment that ends at the code or later
		if middle := (low + high) / 2; u16(m.data, 14+2*middle) < code {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == n {
		return 0
	}
	starts := 16 + 2*n
	start, delta, offset := u16(m.data, starts+2*low), u16(m.data, starts+2*(n+low)), u16(m.data, starts+2*(2*n+low))
	if code < start {
		return 0
	}
	if offset == 0 {
		return (code + delta) & 0xffff
	}
	gid := u16(m.data, starts+2*(2*n+low)+offset+2*(code-start))
	if gid == 0 {
		return 0
	}
	return (gid + delta) & 0xffff
}

// groups looks a code up in a table of format 12.
func (m *charMap) groups(code int) int {
	low, high := 0, min(u32(m.data, 12), len(m.data)/12)
	for low < high {
		middle := (low + high) / 2
		at := 16 + 12*middle
		switch {
		case code > u32(m.data, at+4):
			low = middle + 1
		case code < u32(m.data, at):
			high = middle
		default:
			return u32(m.data, at+8) + code - u32(m.data, at)
		}
	}
	return 0
}

// symbol returns the glyph of a code in a symbolic font (ISO 32000-1, 9.6.6.4).
func (t *trueType) symbol(code int) int {
	if m := t.cmap(3, 0); m != nil {
		for _, high := range []int{0xf000, 0, 0xf100, 0xf200} {
			if gid := m.glyph(high | code); gid != 0 {
				return gid
			}
		}
	}
	if m := t.cmap(1, 0); m != nil {
		return m.glyph(code)
	}
	if len(t.cmaps) == 1 {
		return t.cmaps[0].glyph(code)
	}
	return 0
}

// named returns the glyph of a name in a non-symbolic font.
func (t *trueType) named(glyph string) int {
	if m := t.cmap(3, 1); m != nil {
		if text, known := meaningOf(glyph); known {
			first, _ := utf8.DecodeRuneInString(text)
			if gid := m.glyph(int(first)); gid != 0 {
				return gid
			}
		}
	}
	if code, known := macCodes()[glyph]; known {
		if gid := t.cmap(1, 0).glyph(code); gid != 0 {
			return gid
		}
	}
	return t.post[glyph]
}
