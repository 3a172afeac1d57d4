package pdfa

import (
	"slices"
	"strings"
)

// font is a font dictionary with its program, if one is embedded that can be read.
type font struct {
	dict       dict
	num        int
	kind       name
	program    dict // of a composite font, the CIDFont's dictionary; else dict again
	descriptor dict
	symbolic   bool

	names    [256]string // by the Encoding entry; empty where it says nothing
	base     string      // predefined encoding of the Encoding entry
	encoded  bool        // there is an Encoding entry
	cmap     *cmap       // of a composite font
	meanings *cmap       // ToUnicode
	cidToGID []byte      // nil: the identity
	mapped   bool        // CIDToGIDMap is a stream

	trueType *trueType
	cff      *cff
	type1    *type1

	widths    map[int]float64 // of CIDs
	standardW float64         // of other CIDs

	ruled    bool // the rules for any use are checked
	embedded bool // the rule for rendering is checked
	glyphs   map[glyphUse]bool
}

// glyphUse is a code that was shown, and whether it was rendered.
type glyphUse struct {
	code     int
	rendered bool
}

// hasProgram reports whether an embedded program could be read.
func (t *font) hasProgram() bool { return t.trueType != nil || t.cff != nil || t.type1 != nil }

// font reads a font once.
func (v *validator) font(o object) *font {
	d := v.file.dict(o)
	if d == nil {
		return nil
	}
	var key any = numberOf(o)
	if key == 0 {
		key = d.identity()
	}
	if known := v.fonts[key]; known != nil {
		return known
	}
	t := v.readFont(d, numberOf(o))
	v.fonts[key] = t
	return t
}

func (v *validator) readFont(d dict, num int) *font {
	f := v.file
	t := &font{dict: d, num: num, kind: f.name(d["Subtype"]), program: d, glyphs: map[glyphUse]bool{}}
	if t.kind == "Type0" {
		if list := f.array(d["DescendantFonts"]); len(list) > 0 {
			t.program = f.dict(list[0])
		}
		v.readComposite(t)
	}
	t.descriptor = f.dict(t.program["FontDescriptor"])
	flags, _ := f.integer(t.descriptor["Flags"])
	t.symbolic = flags&4 != 0
	if s := f.stream(d["ToUnicode"]); s != nil {
		if data, err := f.decode(s); err == nil {
			t.meanings = readCMap(data)
			v.useText(t.meanings, s.dict["UseCMap"], 0)
		}
	} else if n := f.name(d["ToUnicode"]); strings.HasPrefix(string(n), "Identity-") {
		t.meanings = &cmap{identity: true}
	}
	if t.kind != "Type0" {
		v.readEncoding(t)
	}
	if t.kind != "Type3" {
		v.readProgram(t)
	}
	return t
}

// useText adds what another CMap says that one uses.
func (v *validator) useText(c *cmap, o object, depth int) {
	s := v.file.stream(o)
	if s == nil || depth > maxHops {
		return
	}
	data, err := v.file.decode(s)
	if err != nil {
		return
	}
	other := readCMap(data)
	v.useText(other, s.dict["UseCMap"], depth+1)
	for code, text := range other.texts {
		if _, known := c.texts[code]; !known {
			c.texts[code] = text
		}
	}
	c.ranges = append(c.ranges, other.ranges...)
	slices.SortStableFunc(c.ranges, func(a, b textRange) int { return a.low - b.low })
	c.cids = append(c.cids, other.cids...)
	slices.SortStableFunc(c.cids, func(a, b cidRange) int { return a.low - b.low })
	c.codespace = append(c.codespace, other.codespace...)
}

// readEncoding reads the Encoding entry of a simple font.
func (v *validator) readEncoding(t *font) {
	f := v.file
	o := f.resolve(t.dict["Encoding"])
	t.encoded = o != nil
	switch e := o.(type) {
	case name:
		t.base = string(e)
	case dict:
		t.base = string(f.name(e["BaseEncoding"]))
	}
	if list, known := predefinedEncoding(t.base); known && strings.HasSuffix(t.base, "Encoding") && t.base != "StandardEncoding" {
		t.names = list
	}
	code := 0
	for _, item := range f.array(dictOf(o)["Differences"]) {
		switch item := f.resolve(item).(type) {
		case int64:
			code = int(item)
		case name:
			if code >= 0 && code < 256 {
				t.names[code] = string(item)
			}
			code++
		}
	}
}

// readComposite reads the CMap and the widths of a composite font.
func (v *validator) readComposite(t *font) {
	f := v.file
	switch e := f.resolve(t.dict["Encoding"]).(type) {
	case name:
		t.cmap = predefinedCMap(e)
	case *stream:
		data, err := f.decode(e)
		if err != nil {
			v.undecodable(err)
			break
		}
		t.cmap = readCMap(data)
		if n := f.name(e.dict["UseCMap"]); n != "" {
			t.cmap.uses = n
		}
		v.useText(t.cmap, e.dict["UseCMap"], 0)
		if t.cmap.uses != "" { // with a predefined one behind it, what is missing here is unknown
			t.cmap.predef = true
		}
	}
	if s := f.stream(t.program["CIDToGIDMap"]); s != nil {
		t.mapped = true
		if data, err := f.decode(s); err == nil {
			t.cidToGID = data
		}
	}
	t.standardW = 1000
	if w, is := f.number(t.program["DW"]); is {
		t.standardW = w
	}
	t.widths = v.cidWidths(f.array(t.program["W"]))
}

// cidWidths reads the W array: "c [w …]" and "first last w".
func (v *validator) cidWidths(w array) map[int]float64 {
	f := v.file
	out := map[int]float64{}
	for i := 0; i+1 < len(w); {
		first, _ := f.integer(w[i])
		if list := f.array(w[i+1]); list != nil {
			for j, o := range list {
				out[first+j], _ = f.number(o)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			break
		}
		last, _ := f.integer(w[i+1])
		width, _ := f.number(w[i+2])
		for cid := first; cid <= min(last, first+maxGlyphs) && len(out) < 4*maxGlyphs; cid++ {
			out[cid] = width
		}
		i += 3
	}
	return out
}

// readProgram reads the embedded font program.
func (v *validator) readProgram(t *font) {
	f := v.file
	composite := t.kind == "Type0"
	wantsTrueType := t.kind == "TrueType" || composite && f.name(t.program["Subtype"]) == "CIDFontType2"
	read := func(key name) []byte {
		s := f.stream(t.descriptor[key])
		if s == nil {
			return nil
		}
		data, err := f.decode(s)
		if err != nil {
			v.undecodable(err)
		}
		return data
	}
	if data := read("FontFile"); data != nil && !wantsTrueType && !composite {
		t.type1, _ = readType1(data)
		return
	}
	if data := read("FontFile2"); data != nil && wantsTrueType {
		t.trueType, _ = readTrueType(data)
		return
	}
	data := read("FontFile3")
	if data == nil {
		return
	}
	switch subtype := f.name(f.dict(t.descriptor["FontFile3"])["Subtype"]); {
	case subtype == "OpenType":
		open, err := readTrueType(data)
		switch {
		case err != nil:
		case wantsTrueType && open.cff == nil:
			t.trueType = open
		case !wantsTrueType:
			t.cff = open.cff
		}
	case subtype == "Type1C" && !composite && !wantsTrueType, subtype == "CIDFontType0C" && composite && !wantsTrueType:
		t.cff, _ = readCFF(data)
	}
}
