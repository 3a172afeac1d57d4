package pdfa

import (
	"errors"
	"fmt"
)

// Bounds of the work on content streams.
const (
	maxOperators = 30_000_000 // of a file and codes shown, counted as often as they are executed
	maxForms     = 40         // nested in one another
	maxOperand   = 1_000_000  // items of one operand
)

// resources are where a content stream finds what it names: its own dictionary, and the page's, which it should not need.
type resources struct {
	own          dict
	ownInherited bool // a page whose dictionary is the page tree's
	page         *resources
	num          int // object number of the stream or page
}

// beneath returns the resources of a stream with its own dictionary inside another.
func (r *resources) beneath(own dict, num int) *resources {
	top := r
	if r.page != nil {
		top = r.page
	}
	return &resources{own: own, page: top, num: num}
}

// resourceNames checks 6.1.8 for the fonts and colour spaces of a resource dictionary, used or not.
func (v *validator) resourceNames(own dict, num int) {
	f := v.file
	for _, o := range f.dict(own["Font"]).values() {
		v.utf8(f.name(f.dict(o)["BaseFont"]), num)
	}
	for _, o := range f.dict(own["ColorSpace"]).values() {
		a := f.array(o)
		if len(a) < 2 || f.name(a[0]) != "Separation" && f.name(a[0]) != "DeviceN" {
			continue
		}
		v.utf8(f.name(a[1]), num)
		for _, colourant := range f.array(a[1]) {
			v.utf8(f.name(colourant), num)
		}
	}
}

// lookup finds a resource and breaks 6.2.2-2 if it had to look beyond the stream's own dictionary.
func (v *validator) lookup(in *resources, category, key name) (object, bool) {
	if in == nil {
		return nil, false
	}
	if entries := v.file.dict(in.own[category]); v.file.has(entries, key) {
		if in.ownInherited {
			v.breaks("6.2.2-2", in.num)
		}
		return entries[key], true
	}
	if in.page == nil {
		return nil, false
	}
	if entries := v.file.dict(in.page.own[category]); v.file.has(entries, key) {
		v.breaks("6.2.2-2", in.num)
		return entries[key], true
	}
	return nil, false
}

// state is the graphics state, as far as rules ask.
type state struct {
	fill, stroke         paint
	font                 *font
	mode                 int // text rendering mode
	overFill, overStroke bool
	overMode             int
	alphaFill            float64
	alphaStroke          float64
	blend                bool // a blend mode other than Normal, or a soft mask
	colourless           bool // an uncoloured pattern or glyph: colour operators have no effect
}

// paint is a colour space with the pattern that was chosen in it.
type paint struct {
	space       *space
	transparent bool // the pattern holds transparency
}

func (v *validator) initialState(in *resources) *state {
	grey := paint{space: v.namedSpace("DeviceGray", in, 0)}
	return &state{fill: grey, stroke: grey, alphaFill: 1, alphaStroke: 1}
}

// contentKey tells apart the ways a stream can be run with different results.
type contentKey struct {
	num   int
	state string
	page  *resources
}

func (s *state) key() string {
	return fmt.Sprintf("%p %p %p %d %t %t %d %t", s.fill.space, s.stroke.space, s.font, s.mode, s.overFill, s.overStroke, s.overMode,
		s.colourless)
}

// interpreter executes one content stream.
type interpreter struct {
	*validator
	in          *resources
	state       *state
	stack       []state
	args        []object
	num         int // object number of the stream
	depth       int // of forms in one another
	transparent bool
	lexer       *lexer
}

// content executes a content stream from a state and reports whether it paints with transparency.
func (v *validator) content(data []byte, in *resources, start *state, num, depth int) bool {
	i := &interpreter{validator: v, in: in, num: num, depth: depth}
	s := *start
	s.alphaFill, s.alphaStroke, s.blend = 1, 1, false
	i.state = &s
	room := 0
	i.lexer = &lexer{data: data, room: &room, found: func(rule string) { v.breaks(rule, num) }}
	for !v.exhausted {
		room = maxOperand
		o, err := i.lexer.next()
		if errors.Is(err, errEnd) {
			break
		}
		if k, is := o.(keyword); is {
			if v.spent.operators++; v.spent.exhausted() {
				v.exhausted = true
			}
			i.execute(k)
			i.args = i.args[:0]
		} else if len(i.args) < 4096 {
			i.args = append(i.args, o)
		}
		if err != nil {
			v.undecodable(err)
			break
		}
	}
	return i.transparent
}

// arg returns the n-th operand from the end, 0 the last one.
func (i *interpreter) arg(n int) object {
	if n >= len(i.args) {
		return nil
	}
	return i.args[len(i.args)-1-n]
}

func (i *interpreter) nameArg() name {
	n, _ := i.arg(0).(name)
	return n
}

// painting says whether an operator fills and strokes.
type painting struct{ fill, stroke bool }

func (i *interpreter) execute(op keyword) {
	switch op {
	case "q":
		i.save()
	case "Q":
		if n := len(i.stack); n > 0 {
			*i.state = i.stack[n-1]
			i.stack = i.stack[:n-1]
		}
	case "gs":
		i.graphicsState()
	case "ri":
		i.intent(i.nameArg())
	case "Tf":
		if n, is := i.arg(1).(name); is {
			i.setFont(n)
		}
	case "Tr":
		if n, is := toFloat(i.arg(0)); is && n >= 0 && n <= 7 {
			i.state.mode = int(n)
		}
	case "Tj", "'", "\"":
		i.show(array{i.arg(0)})
	case "TJ":
		list, _ := i.arg(0).(array)
		i.show(list)
	case "S", "s":
		i.paint(painting{stroke: true})
	case "f", "F", "f*":
		i.paint(painting{fill: true})
	case "B", "B*", "b", "b*":
		i.paint(painting{fill: true, stroke: true})
	case "Do":
		i.paintObject(i.nameArg())
	case "sh":
		i.paintShading(i.nameArg())
	case "BI":
		i.inlineImage()
	case "BDC", "DP":
		if n := i.nameArg(); n != "" {
			i.lookup(i.in, "Properties", n)
		}
	case "d1":
		i.state.colourless = true
	case "G", "g", "RG", "rg", "K", "k", "CS", "cs", "SCN", "scn":
		if !i.state.colourless {
			i.setColour(op)
		}
	default:
		if !otherOperators[op] {
			i.breaks("6.2.2-1", i.num)
		}
	}
}

// otherOperators are those of ISO 32000-1 that change nothing a rule asks about.
var otherOperators = map[keyword]bool{
	"BMC": true, "BT": true, "BX": true, "c": true, "cm": true, "d": true, "d0": true, "EMC": true, "ET": true, "EX": true,
	"h": true, "i": true, "j": true, "J": true, "l": true, "m": true, "M": true, "MP": true, "n": true, "re": true, "SC": true,
	"sc": true, "T*": true, "Tc": true, "Td": true, "TD": true, "TL": true, "Tm": true, "Ts": true, "Tw": true, "Tz": true, "v": true,
	"w": true, "W": true, "W*": true, "y": true,
}

func (i *interpreter) save() {
	i.stack = append(i.stack, *i.state)
	if len(i.stack) > maxNesting {
		i.breaks("6.1.13-8", i.num)
		i.stack = i.stack[:len(i.stack)-1] // the report is made; hold no more states than a good file does
	}
}

// intent checks 6.2.6.
func (v *validator) intent(n name) {
	switch n {
	case "RelativeColorimetric", "AbsoluteColorimetric", "Perceptual", "Saturation":
	default:
		v.breaks("6.2.6-1", 0)
	}
}

// setColour sets a colour space or a pattern; setting is using, as far as 6.2.4 goes.
func (i *interpreter) setColour(op keyword) {
	target := &i.state.fill
	if op[0] >= 'A' && op[0] <= 'Z' {
		target = &i.state.stroke
	}
	switch op {
	case "G", "g":
		*target = paint{space: i.namedSpace("DeviceGray", i.in, 0)}
	case "RG", "rg":
		*target = paint{space: i.namedSpace("DeviceRGB", i.in, 0)}
	case "K", "k":
		*target = paint{space: i.namedSpace("DeviceCMYK", i.in, 0)}
	case "CS", "cs":
		*target = paint{space: i.space(i.nameArg(), i.in)}
	default:
		if n := i.nameArg(); n != "" && target.space != nil && target.space.kind == "Pattern" {
			target.transparent = i.pattern(n, target.space)
		}
	}
	i.use(target.space, i.num)
}

// paint checks the colour spaces that an operator paints with and notes transparency.
func (i *interpreter) paint(p painting) {
	s := i.state
	if p.fill {
		i.transparent = i.transparent || s.blend || s.alphaFill < 1 || s.fill.transparent
	}
	if p.stroke {
		i.transparent = i.transparent || s.blend || s.alphaStroke < 1 || s.stroke.transparent
	}
	if s.colourless {
		return
	}
	if p.fill {
		i.use(s.fill.space, i.num)
		i.overprint(s.fill.space, s.overFill, s.overMode, i.num)
	}
	if p.stroke {
		i.use(s.stroke.space, i.num)
		i.overprint(s.stroke.space, s.overStroke, s.overMode, i.num)
	}
}

// show checks a text showing operator.
func (i *interpreter) show(list array) {
	s := i.state
	fill := s.mode == 0 || s.mode == 2 || s.mode == 4 || s.mode == 6
	stroke := s.mode == 1 || s.mode == 2 || s.mode == 5 || s.mode == 6
	if fill || stroke {
		i.paint(painting{fill, stroke})
	}
	if s.font == nil {
		return
	}
	i.fontRules(s.font, s.mode)
	for _, o := range list {
		if t, is := o.(text); is {
			i.showText(string(t), fill || stroke)
		}
	}
}

// setFont chooses a font of the resources.
func (i *interpreter) setFont(n name) {
	o, found := i.lookup(i.in, "Font", n)
	if !found {
		i.state.font = nil
		return
	}
	i.state.font = i.font(o)
}
