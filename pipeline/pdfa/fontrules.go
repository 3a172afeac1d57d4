package pdfa

import (
	"regexp"
	"slices"
)

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
	must, may := t.presentCIDs()
	for cid := range must {
		if cid != 0 && !set(cid) {
			return false
		}
	}
	for cid := 1; cid < 8*len(bits); cid++ {
		if set(cid) && !must[cid] && !may(cid) {
			return false
		}
	}
	return true
}

// presentCIDs returns the CIDs that a program has, and what others it may be said to have: glyphs without a width of their
// own, codes that a map leads to .notdef.
func (t *font) presentCIDs() (must map[int]bool, may func(cid int) bool) {
	must = map[int]bool{}
	switch {
	case t.cff != nil && t.cff.cid:
		for cid := range t.cff.byCID {
			must[cid] = true
		}
		return must, func(int) bool { return false }
	case t.cff != nil:
		return must, func(cid int) bool { return cid < len(t.cff.charStrings) }
	case t.mapped:
		for cid := range len(t.cidToGID) / 2 {
			if gid := u16(t.cidToGID, 2*cid); gid > 0 && gid < t.trueType.glyphs {
				must[cid] = true
			}
		}
		return must, func(cid int) bool { return cid < len(t.cidToGID)/2 && u16(t.cidToGID, 2*cid) == 0 }
	}
	for gid := range min(t.trueType.metrics, t.trueType.glyphs) {
		must[gid] = true
	}
	return must, func(cid int) bool { return cid < t.trueType.glyphs }
}
