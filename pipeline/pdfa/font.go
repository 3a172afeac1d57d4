package pdfa

import (
	"regexp"
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
		key = v.file.digest(o)
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

var subsetName = regexp.MustCompile(`\A[A-Z]{6}\+`)

// fontRules checks what a font must be when it is used in a text rendering mode.
func (v *validator) fontRules(t *font, mode int) {
	if !t.ruled {
		t.ruled = true
		v.dictionaryRules(t.dict, t)
		if t.kind == "Type0" {
			v.compositeRules(t)
			v.dictionaryRules(t.program, t)
		}
		if t.kind == "TrueType" {
			v.trueTypeRules(t)
		}
		v.subsetRules(t)
	}
	if mode != 3 && !t.embedded {
		t.embedded = true
		if t.kind != "Type3" && !t.hasProgram() {
			v.breaks("6.2.11.4.1-1", t.num)
		}
	}
}

// dictionaryRules checks 6.2.11.2 for a font dictionary.
func (v *validator) dictionaryRules(d dict, t *font) {
	f := v.file
	kind := f.name(d["Subtype"])
	if f.name(d["Type"]) != "Font" {
		v.breaks("6.2.11.2-1", t.num)
	}
	kinds := []name{"Type1", "MMType1", "TrueType", "Type3", "Type0", "CIDFontType0", "CIDFontType2"}
	if !slices.Contains(kinds, kind) {
		v.breaks("6.2.11.2-2", t.num)
	}
	title := f.name(d["BaseFont"])
	if kind != "Type3" && title == "" {
		v.breaks("6.2.11.2-3", t.num)
	}
	v.utf8(title, t.num)
	for _, key := range []name{"FontFile", "FontFile2", "FontFile3"} {
		program := f.dict(f.dict(d["FontDescriptor"])[key])
		if f.has(program, "Subtype") && !slices.Contains([]name{"Type1C", "CIDFontType0C", "OpenType"}, f.name(program["Subtype"])) {
			v.breaks("6.2.11.2-7", t.num)
		}
	}
	if slices.Contains([]name{"Type1", "MMType1", "TrueType", "Type3"}, kind) && !v.standard14(t) {
		v.simpleRules(d, t.num)
	}
}

// standard14 reports whether a font is one of the standard ones, not embedded, whose widths need not be given.
func (v *validator) standard14(t *font) bool {
	title := string(v.file.name(t.dict["BaseFont"]))
	return t.kind == "Type1" && !t.hasProgram() && slices.Contains([]string{
		"Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique", "Helvetica", "Helvetica-Bold", "Helvetica-Oblique",
		"Helvetica-BoldOblique", "Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic", "Symbol", "ZapfDingbats",
	}, title)
}

func (v *validator) simpleRules(d dict, num int) {
	f := v.file
	first, hasFirst := f.integer(d["FirstChar"])
	last, hasLast := f.integer(d["LastChar"])
	if !hasFirst {
		v.breaks("6.2.11.2-4", num)
	}
	if !hasLast {
		v.breaks("6.2.11.2-5", num)
	}
	if widths := f.array(d["Widths"]); widths == nil || len(widths) != last-first+1 {
		v.breaks("6.2.11.2-6", num)
	}
}

// compositeRules checks 6.2.11.3.
func (v *validator) compositeRules(t *font) {
	f := v.file
	encoding := f.resolve(t.dict["Encoding"])
	s, embedded := encoding.(*stream)
	n, _ := encoding.(name)
	if embedded {
		n = f.name(s.dict["CMapName"])
		v.cmapRules(s, t)
	} else if predefinedCMap(n) == nil {
		v.breaks("6.2.11.3.3-1", t.num)
	}
	if n != "Identity-H" && n != "Identity-V" && !v.compatible(t, s) {
		v.breaks("6.2.11.3.1-1", t.num)
	}
	isType2 := f.name(t.program["Subtype"]) == "CIDFontType2"
	if isType2 && t.hasProgram() && !t.mapped && f.name(t.program["CIDToGIDMap"]) != "Identity" {
		v.breaks("6.2.11.3.2-1", t.num)
	}
}

// compatible reports whether the collections of a CIDFont and a CMap, embedded or not, fit together.
func (v *validator) compatible(t *font, s *stream) bool {
	f := v.file
	info := f.dict(t.program["CIDSystemInfo"])
	registry, hasRegistry := f.text(info["Registry"])
	ordering, hasOrdering := f.text(info["Ordering"])
	supplement, _ := f.integer(info["Supplement"])
	if !hasRegistry || !hasOrdering || t.cmap == nil {
		return false
	}
	if s == nil {
		return string(registry) == t.cmap.registry && string(ordering) == t.cmap.ordering && supplement <= t.cmap.supp
	}
	own := f.resolve(s.dict["CIDSystemInfo"])
	if list, is := own.(array); is && len(list) > 0 {
		own = list[0]
	}
	d := f.dict(own)
	ownRegistry, _ := f.text(d["Registry"])
	ownOrdering, _ := f.text(d["Ordering"])
	ownSupplement, _ := f.integer(d["Supplement"])
	return registry == ownRegistry && ordering == ownOrdering && supplement <= ownSupplement
}

// cmapRules checks 6.2.11.3.3 and 6.1.13-10 for an embedded CMap.
func (v *validator) cmapRules(s *stream, t *font) {
	f := v.file
	if t.cmap == nil {
		v.breaks("6.2.11.3.3-1", t.num)
		return
	}
	if mode, _ := f.integer(s.dict["WMode"]); mode != t.cmap.wmode {
		v.breaks("6.2.11.3.3-2", s.num)
	}
	if t.cmap.maxCID > 65535 {
		v.breaks("6.1.13-10", s.num)
	}
	used := f.resolve(s.dict["UseCMap"])
	if other, is := used.(*stream); is {
		used = f.name(other.dict["CMapName"])
	}
	if n, is := used.(name); is && predefinedCMap(n) == nil || t.cmap.uses != "" && predefinedCMap(t.cmap.uses) == nil {
		v.breaks("6.2.11.3.3-3", s.num)
	}
}

// trueTypeRules checks 6.2.11.6.
func (v *validator) trueTypeRules(t *font) {
	if t.symbolic {
		if t.encoded {
			v.breaks("6.2.11.6-3", t.num)
		}
		if t.trueType != nil && len(t.trueType.cmaps) != 1 && t.trueType.cmap(3, 0) == nil {
			v.breaks("6.2.11.6-4", t.num)
		}
		return
	}
	differences := v.file.array(v.file.dict(t.dict["Encoding"])["Differences"])
	if t.base != "MacRomanEncoding" && t.base != "WinAnsiEncoding" || differences != nil && !v.unicodeDifferences(t, differences) {
		v.breaks("6.2.11.6-2", t.num)
	}
	if t.trueType != nil {
		needed := 1
		if t.trueType.cmap(3, 0) != nil {
			needed = 2
		}
		if len(t.trueType.cmaps) < needed {
			v.breaks("6.2.11.6-1", t.num)
		}
	}
}

// unicodeDifferences reports whether all names of a Differences array are in the Adobe Glyph List and the font has a
// Unicode cmap for them.
func (v *validator) unicodeDifferences(t *font, differences array) bool {
	if t.trueType == nil || t.trueType.cmap(3, 1) == nil {
		return false
	}
	for _, o := range differences {
		if n, is := v.file.resolve(o).(name); is {
			if _, known := glyphList()[string(n)]; !known {
				return false
			}
		}
	}
	return true
}

// subsetRules checks 6.2.11.4.2: lists of glyphs that are there must be whole.
func (v *validator) subsetRules(t *font) {
	f := v.file
	if !t.hasProgram() || !subsetName.MatchString(string(f.name(t.program["BaseFont"]))) {
		return
	}
	if list, is := f.text(t.descriptor["CharSet"]); is && (t.kind == "Type1" || t.kind == "MMType1") {
		if !v.listsGlyphs(t, string(list)) {
			v.breaks("6.2.11.4.2-1", t.num)
		}
	}
	if s := f.stream(t.descriptor["CIDSet"]); s != nil && t.kind == "Type0" {
		if data, err := f.decode(s); err == nil && !t.listsCIDs(data) {
			v.breaks("6.2.11.4.2-2", t.num)
		}
	}
}

// listsGlyphs reports whether a CharSet names the glyphs of a program, all and no others.
func (v *validator) listsGlyphs(t *font, list string) bool {
	listed := map[string]bool{notdef: true}
	l := lexer{data: []byte(list)}
	for {
		o, err := l.next()
		if err != nil {
			break
		}
		if n, is := o.(name); is {
			listed[string(n)] = true
		}
	}
	has := map[string]bool{notdef: true}
	if t.type1 != nil {
		for glyph := range t.type1.charStrings {
			has[glyph] = true
		}
	} else if t.cff != nil {
		for glyph := range t.cff.byName {
			has[glyph] = true
		}
	}
	for glyph := range has {
		if !listed[glyph] {
			return false
		}
	}
	return len(listed) == len(has)
}

// listsCIDs reports whether the bits of a CIDSet are the CIDs of a program, all and no others. CID 0 may be left out.
func (t *font) listsCIDs(bits []byte) bool {
	set := func(cid int) bool { return cid/8 < len(bits) && bits[cid/8]&(128>>(cid%8)) != 0 }
	for cid := 1; cid < max(8*len(bits), t.maxCID()+1); cid++ {
		if set(cid) != t.hasCID(cid) {
			return false
		}
	}
	return true
}

// maxCID returns the greatest CID that a program may have.
func (t *font) maxCID() int {
	switch {
	case t.cff != nil && t.cff.cid:
		greatest := 0
		for cid := range t.cff.byCID {
			greatest = max(greatest, cid)
		}
		return greatest
	case t.cff != nil:
		return len(t.cff.charStrings) - 1
	case t.mapped:
		return len(t.cidToGID)/2 - 1
	case t.trueType != nil:
		return t.trueType.glyphs - 1
	}
	return 0
}

// hasCID reports whether a program has a glyph for a CID.
func (t *font) hasCID(cid int) bool {
	_, has := t.glyphOf(cid)
	return has
}
