package pdfa

import "slices"

// graphicsState checks 6.2.5 and applies an ExtGState dictionary.
func (i *interpreter) graphicsState() {
	o, found := i.lookup(i.in, "ExtGState", i.nameArg())
	d := i.file.dict(o)
	if !found || d == nil {
		return
	}
	num := numberOf(o)
	if num == 0 || i.once("gs", num) {
		i.graphicsRules(d, num)
	}
	i.applyState(d)
}

// graphicsRules checks what stands in an ExtGState dictionary.
func (v *validator) graphicsRules(d dict, num int) {
	f := v.file
	if f.has(d, "TR") {
		v.breaks("6.2.5-1", num)
	}
	if f.has(d, "TR2") && f.name(d["TR2"]) != "Default" {
		v.breaks("6.2.5-2", num)
	}
	if f.has(d, "HTP") {
		v.breaks("6.2.5-3", num)
	}
	if f.has(d, "HT") {
		v.halftone(d["HT"], "", 0)
	}
	if f.has(d, "RI") {
		v.intent(f.name(d["RI"]))
	}
	modes := array{d["BM"]}
	if list := f.array(d["BM"]); list != nil {
		modes = list
	}
	for _, o := range modes {
		if mode, is := f.resolve(o).(name); is && !slices.Contains(blendModes(), mode) {
			v.breaks("6.2.10-1", num)
		}
	}
}

func blendModes() []name {
	return []name{
		"Normal", "Compatible", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge", "ColorBurn", "HardLight",
		"SoftLight", "Difference", "Exclusion", "Hue", "Saturation", "Color", "Luminosity",
	}
}

// halftone checks a halftone, and those of a colourant each within one of type 5.
func (v *validator) halftone(o object, colourant name, depth int) {
	f := v.file
	d, num := f.dict(o), numberOf(o)
	if d == nil || depth > maxHops {
		return
	}
	kind, _ := f.integer(d["HalftoneType"])
	if kind != 1 && kind != 5 {
		v.breaks("6.2.5-4", num)
	}
	if f.has(d, "HalftoneName") {
		v.breaks("6.2.5-5", num)
	}
	primary := slices.Contains([]name{"", "Cyan", "Magenta", "Yellow", "Black"}, colourant)
	if colourant != "Default" && primary == f.has(d, "TransferFunction") {
		v.breaks("6.2.5-6", num)
	}
	if kind != 5 {
		return
	}
	for key, value := range d {
		if f.dict(value) != nil {
			v.halftone(value, key, depth+1)
		}
	}
}

func (i *interpreter) applyState(d dict) {
	f, s := i.file, i.state
	if font := f.array(d["Font"]); len(font) > 0 {
		s.font = i.font(font[0])
	}
	if on, is := f.resolve(d["OP"]).(bool); is {
		s.overStroke = on
		if !f.has(d, "op") {
			s.overFill = on
		}
	}
	if on, is := f.resolve(d["op"]).(bool); is {
		s.overFill = on
	}
	if mode, is := f.integer(d["OPM"]); is {
		s.overMode = mode
	}
	if alpha, is := f.number(d["CA"]); is {
		s.alphaStroke = alpha
	}
	if alpha, is := f.number(d["ca"]); is {
		s.alphaFill = alpha
	}
	if f.has(d, "SMask") || f.has(d, "BM") {
		s.blend = i.blends(d)
	}
}

// blends reports whether a graphics state has a soft mask or a blend mode that needs a backdrop. The mask's own content
// is looked at too.
func (i *interpreter) blends(d dict) bool {
	f := i.file
	mode, _ := f.resolve(d["BM"]).(name)
	for _, o := range f.array(d["BM"]) {
		if n, is := f.resolve(o).(name); is {
			mode = n
			break
		}
	}
	mask := f.dict(d["SMask"])
	if group := f.stream(mask["G"]); group != nil {
		i.form(group, i.in, i.state, i.depth+1)
	}
	return mask != nil || mode != "" && mode != "Normal" && mode != "Compatible"
}

// paintObject checks an XObject and executes it if it is a form.
func (i *interpreter) paintObject(n name) {
	o, found := i.lookup(i.in, "XObject", n)
	s := i.file.stream(o)
	if !found || s == nil {
		return
	}
	st := i.state
	i.transparent = i.transparent || st.blend || st.alphaFill < 1
	switch i.file.name(s.dict["Subtype"]) {
	case "Form":
		i.transparent = i.form(s, i.in, st, i.depth+1) || i.transparent
	case "Image":
		i.image(s, imageOf{in: i.in, state: st})
		soft, _ := i.file.integer(s.dict["SMaskInData"])
		i.transparent = i.transparent || soft > 0 || i.file.stream(s.dict["SMask"]) != nil
	case "PS":
		i.breaks("6.2.9-3", s.num)
	}
}

// form checks 6.2.9 and executes a form XObject from a state, nil for that at the beginning of a page. It reports whether
// the form holds transparency.
func (v *validator) form(s *stream, in *resources, from *state, depth int) bool {
	f := v.file
	if v.once("form", s.num) {
		if f.has(s.dict, "OPI") || f.has(s.dict, "PS") || f.name(s.dict["Subtype2"]) == "PS" {
			v.breaks("6.2.9-1", s.num)
		}
		if f.has(s.dict, "Ref") {
			v.breaks("6.2.9-2", s.num)
		}
		v.resourceNames(f.dict(s.dict["Resources"]), s.num)
	}
	scope := in.beneath(f.dict(s.dict["Resources"]), s.num)
	group := f.dict(s.dict["Group"])
	groupScope := scope
	if scope.own == nil {
		groupScope = scope.page
	}
	v.group(group, groupScope.own, s.num)
	if from == nil {
		from = v.initialState(scope)
	}
	return v.inner(s, scope, from, depth) || f.name(group["S"]) == "Transparency"
}

// group checks the blending colour space of a transparency group.
func (v *validator) group(group, own dict, num int) {
	if v.file.has(group, "CS") {
		v.use(v.space(group["CS"], &resources{own: own}), num)
	}
}

// inner executes a content stream within another, once for each state that makes a difference.
func (v *validator) inner(s *stream, scope *resources, from *state, depth int) bool {
	if depth > maxForms {
		return false
	}
	key := contentKey{num: s.num, state: from.key()}
	if scope.own == nil {
		key.page = scope.page
	}
	if transparent, known := v.contents[key]; known {
		return transparent
	}
	v.contents[key] = false // also ends a form that contains itself
	data, err := v.file.decode(s)
	if err != nil {
		v.undecodable(err)
		return false
	}
	v.contents[key] = v.content(data, scope, from, s.num, depth)
	return v.contents[key]
}

// pattern checks a pattern and reports whether it holds transparency.
func (i *interpreter) pattern(n name, s *space) bool {
	f := i.file
	o, found := i.lookup(i.in, "Pattern", n)
	if !found {
		return false
	}
	d := f.dict(o)
	switch kind, _ := f.integer(d["PatternType"]); kind {
	case 1:
		cell := f.stream(o)
		if cell == nil {
			return false
		}
		scope := i.in.beneath(f.dict(d["Resources"]), cell.num)
		from := i.initialState(scope)
		if paintType, _ := f.integer(d["PaintType"]); paintType == 2 {
			from.colourless = true
			i.use(s.base, i.num)
		}
		return i.inner(cell, scope, from, i.depth+1)
	case 2:
		i.shading(d["Shading"])
		if state := f.dict(d["ExtGState"]); state != nil {
			i.graphicsRules(state, numberOf(d["ExtGState"]))
			return i.blends(state)
		}
	}
	return false
}

func (i *interpreter) paintShading(n name) {
	i.transparent = i.transparent || i.state.blend || i.state.alphaFill < 1
	if o, found := i.lookup(i.in, "Shading", n); found && !i.state.colourless {
		i.shading(o)
	}
}

// shading checks the colour space of a shading.
func (i *interpreter) shading(o object) {
	i.use(i.space(i.file.dict(o)["ColorSpace"], i.in), numberOf(o))
}
