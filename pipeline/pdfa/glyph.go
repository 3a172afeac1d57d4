package pdfa

import (
	"math"
	"slices"
	"strings"
)

// showText checks every code of a string that is shown.
func (i *interpreter) showText(s string, rendered bool) {
	t, mode := i.state.font, i.state.mode
	for s != "" {
		code := int(s[0])
		if t.kind == "Type0" {
			if t.cmap == nil {
				return
			}
			code, s = t.cmap.read(s)
		} else {
			s = s[1:]
		}
		i.spent.operators++
		use := glyphUse{code, mode != 3}
		if t.glyphs[use] {
			if t.kind != "Type3" {
				continue
			}
		}
		first := !t.glyphs[use]
		t.glyphs[use] = true
		if t.kind == "Type3" {
			i.glyphProcedure(t, code, rendered)
		}
		if first {
			i.glyphRules(t, code, mode != 3)
		}
	}
}

// glyph is what is known of a code in a font.
type glyph struct {
	known   bool // there is a program to ask
	present bool
	notdef  bool
	width   float64 // of the program, in thousandths
	sized   bool    // width is known
}

// glyphRules checks 6.2.11.4 to 6.2.11.8 for a code.
func (v *validator) glyphRules(t *font, code int, rendered bool) {
	g := v.glyph(t, code)
	if g.known && !g.present && rendered {
		v.breaks("6.2.11.4.1-2", t.num)
	}
	if g.notdef {
		v.breaks("6.2.11.8-1", t.num)
	}
	if g.known && g.sized && rendered {
		if width, given := v.dictionaryWidth(t, code); given && math.Abs(width-g.width) > 1 {
			v.breaks("6.2.11.5-1", t.num)
		}
	}
	if v.level != Level2U {
		return
	}
	meaning, has := v.meaning(t, code)
	if !has {
		v.breaks("6.2.11.7.2-1", t.num)
	}
	if strings.ContainsAny(meaning, "\x00\ufeff\ufffe") {
		v.breaks("6.2.11.7.2-2", t.num)
	}
}

// glyph looks a code up in the font program.
func (v *validator) glyph(t *font, code int) glyph {
	switch {
	case t.kind == "Type0":
		return t.compositeGlyph(code)
	case t.kind == "Type3":
		return v.type3Glyph(t, code)
	case t.kind == "TrueType":
		return t.trueTypeGlyph(code)
	case t.type1 != nil || t.cff != nil:
		return t.type1Glyph(code)
	}
	return glyph{notdef: t.names[code&255] == notdef}
}

// trueTypeGlyph follows ISO 32000-1, 9.6.6.4.
func (t *font) trueTypeGlyph(code int) glyph {
	if t.trueType == nil {
		return glyph{notdef: t.names[code] == notdef}
	}
	gid := 0
	if t.symbolic || !t.encoded {
		gid = t.trueType.symbol(code)
	} else {
		n := t.names[code]
		if n == "" || n == notdef {
			n = orDefault(tables()["StandardEncoding"], code)
		}
		if n != notdef {
			gid = t.trueType.named(n)
		}
	}
	present := gid > 0 && gid < t.trueType.glyphs
	missing := t.names[code] == notdef || t.names[code] == "" && code == 0 || (t.symbolic || !t.encoded) && gid == 0
	return glyph{known: true, present: present || code == 0, notdef: missing, width: t.trueType.width(gid), sized: true}
}

func orDefault(list []string, code int) string {
	if code < len(list) {
		return list[code]
	}
	return notdef
}

// type1Glyph looks up by name: that of the Encoding entry, else that of the program's own encoding.
func (t *font) type1Glyph(code int) glyph {
	n := t.names[code]
	if n == "" {
		if t.type1 != nil {
			n = t.type1.encoding[code]
		} else {
			n = t.cff.encoding[code]
		}
	}
	g := glyph{known: true, notdef: n == notdef || n == ""}
	if t.type1 != nil {
		_, g.present = t.type1.charStrings[n]
		g.width, g.sized = t.type1.width(n)
		if !g.present {
			g.width, g.sized = t.type1.width(notdef)
		}
		return g
	}
	gid, present := t.cff.byName[n]
	g.present = present
	g.width, g.sized = t.cff.width(gid)
	return g
}

// glyphOf returns the glyph of a CID and whether the program has one.
func (t *font) glyphOf(cid int) (gid int, has bool) {
	switch {
	case t.cff != nil && t.cff.cid:
		gid, has = t.cff.byCID[cid]
		return gid, has && gid != 0
	case t.cff != nil:
		return cid, cid > 0 && cid < len(t.cff.charStrings)
	case t.trueType != nil:
		gid = cid
		if t.mapped {
			if 2*cid+1 >= len(t.cidToGID) {
				return 0, false
			}
			gid = u16(t.cidToGID, 2*cid)
		}
		return gid, cid > 0 && gid > 0 && gid < t.trueType.glyphs
	}
	return 0, false
}

func (t *font) compositeGlyph(code int) glyph {
	if !t.hasProgram() || t.cmap == nil {
		return glyph{}
	}
	cid, mapped := t.cmap.cid(code)
	if !mapped && t.cmap.predef {
		return glyph{} // the table is not known here
	}
	gid, has := t.glyphOf(cid)
	g := glyph{known: true, present: mapped && has || code == 0, notdef: !mapped || !has}
	if t.cff != nil {
		g.width, g.sized = t.cff.width(gid)
		g.sized = g.sized && (has || cid == 0)
	} else {
		g.width, g.sized = t.trueType.width(gid), true
	}
	return g
}

// dictionaryWidth returns the width that the font dictionary gives a code.
func (v *validator) dictionaryWidth(t *font, code int) (float64, bool) {
	f := v.file
	if t.kind == "Type0" {
		cid, _ := t.cmap.cid(code)
		if w, known := t.widths[cid]; known {
			return w, true
		}
		return t.standardW, true
	}
	first, hasFirst := f.integer(t.dict["FirstChar"])
	last, hasLast := f.integer(t.dict["LastChar"])
	widths := f.array(t.dict["Widths"])
	if hasFirst && hasLast && code >= first && code <= last && code-first < len(widths) {
		w, _ := f.number(widths[code-first])
		return w, true
	}
	if w, is := f.number(t.descriptor["MissingWidth"]); is {
		return w, true
	}
	return 0, true
}

// meaning returns what a code means in Unicode, by ToUnicode or by the ways that 6.2.11.7.2 allows instead.
func (v *validator) meaning(t *font, code int) (string, bool) {
	if t.meanings != nil {
		if text, known := t.meanings.unicode(code); known {
			return text, true
		}
	}
	if t.kind == "Type0" {
		return "", v.knownCollection(t)
	}
	n := t.names[code]
	if n == "" && !(t.kind == "TrueType" && t.symbolic) {
		switch {
		case t.type1 != nil:
			n = t.type1.encoding[code]
		case t.cff != nil:
			n = t.cff.encoding[code]
		}
	}
	if n == "" && t.kind == "TrueType" && t.encoded && !t.symbolic {
		n = orDefault(tables()["StandardEncoding"], code)
	}
	return meaningOf(n)
}

// knownCollection reports whether the CIDs of a composite font have meanings that Adobe has published.
func (v *validator) knownCollection(t *font) bool {
	f := v.file
	info := f.dict(t.program["CIDSystemInfo"])
	registry, _ := f.text(info["Registry"])
	ordering, _ := f.text(info["Ordering"])
	return registry == "Adobe" && slices.Contains([]text{"GB1", "CNS1", "Japan1", "Korea1", "KR"}, ordering)
}

// type3Glyph reads the width that a glyph procedure begins with.
func (v *validator) type3Glyph(t *font, code int) glyph {
	n := t.names[code]
	s := v.file.stream(v.file.dict(t.dict["CharProcs"])[name(n)])
	g := glyph{known: true, present: s != nil, notdef: n == notdef}
	if s == nil {
		return g
	}
	data, err := v.file.decode(s)
	if err != nil {
		return g
	}
	l := lexer{data: data}
	var numbers []float64
	for range 16 {
		o, err := l.next()
		if err != nil {
			return g
		}
		if number, is := toFloat(o); is {
			numbers = append(numbers, number)
			continue
		}
		if (o == keyword("d0") || o == keyword("d1")) && len(numbers) > 0 {
			count := 2
			if o == keyword("d1") {
				count = 6
			}
			if len(numbers) >= count {
				g.width, g.sized = numbers[len(numbers)-count], true
			}
		}
		return g
	}
	return g
}

// glyphProcedure executes the procedure of a glyph that is shown, and once those of all others, which may be shown too.
func (i *interpreter) glyphProcedure(t *font, code int, rendered bool) {
	procedures := i.file.dict(t.dict["CharProcs"])
	scope := i.in.beneath(i.file.dict(t.dict["Resources"]), t.num)
	run := func(o object) bool {
		s := i.file.stream(o)
		if s == nil {
			return false
		}
		own := scope
		if r := i.file.dict(s.dict["Resources"]); r != nil {
			own = i.in.beneath(r, s.num)
		}
		return i.inner(s, own, i.state, i.depth+1)
	}
	if t.num == 0 || i.once("procedures", t.num) {
		for _, o := range procedures.values() {
			run(o)
		}
	}
	if run(procedures[name(t.names[code])]) && rendered {
		i.transparent = true
	}
}
