package pdfa

import "slices"

// annotationTypes are those of ISO 32000-1 but 3D, Sound, Screen and Movie.
func annotationTypes() []name {
	return []name{
		"Text", "Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly",
		"StrikeOut", "Stamp", "Caret", "Ink", "Popup", "FileAttachment", "Widget", "PrinterMark", "TrapNet", "Watermark", "Redact",
	}
}

// flags of annotations.
const (
	flagInvisible    = 1
	flagHidden       = 2
	flagPrint        = 4
	flagNoView       = 32
	flagToggleNoView = 256
)

// annotation checks 6.3, 6.4.1 and the actions of an annotation, and reports whether its appearance holds transparency.
func (v *validator) annotation(o object, p page) bool {
	f := v.file
	num, d := numberOf(o), f.dict(o)
	if d == nil {
		return false
	}
	kind := f.name(d["Subtype"])
	if !slices.Contains(annotationTypes(), kind) {
		v.breaks("6.3.1-1", num)
	}
	flags, flagged := f.integer(d["F"])
	if !flagged && kind != "Popup" {
		v.breaks("6.3.2-1", num)
	}
	if flagged && flags&(flagInvisible|flagHidden|flagPrint|flagNoView|flagToggleNoView) != flagPrint {
		v.breaks("6.3.2-2", num)
	}
	if kind == "Widget" && (f.has(d, "A") || f.has(d, "AA")) {
		v.breaks("6.4.1-1", num)
	}
	v.action(d["A"])
	v.additionalActions(d["AA"])
	v.appearanceRules(d, kind, num)
	return v.appearances(d, p)
}

// appearanceRules checks 6.3.3.
func (v *validator) appearanceRules(d dict, kind name, num int) {
	f := v.file
	appearance := f.dict(d["AP"])
	if appearance == nil {
		r, ok := v.rectangle(d["Rect"])
		empty := ok && r[0] == r[2] && r[1] == r[3]
		if !empty && kind != "Popup" && kind != "Link" {
			v.breaks("6.3.3-1", num)
		}
		return
	}
	if len(appearance) != 1 || !f.has(appearance, "N") {
		v.breaks("6.3.3-2", num)
		return
	}
	normal := f.resolve(appearance["N"])
	states, several := normal.(dict)
	if kind == "Widget" && v.fieldType(d) == "Btn" {
		if len(states) == 0 {
			v.breaks("6.3.3-3", num)
		}
		return
	}
	if several || normal == nil {
		v.breaks("6.3.3-4", num)
	}
}

// appearances looks into all appearance streams and reports whether one holds transparency.
func (v *validator) appearances(d dict, p page) bool {
	transparent := false
	for _, entry := range v.file.dict(d["AP"]).values() {
		streams := []object{entry}
		if states, is := v.file.resolve(entry).(dict); is {
			streams = states.values()
		}
		for _, o := range streams {
			if s := v.file.stream(o); s != nil {
				scope := &resources{own: p.resources, ownInherited: p.inherited, num: p.num}
				transparent = v.form(s, scope, nil, 0) || transparent
			}
		}
	}
	return transparent
}
