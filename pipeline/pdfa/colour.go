package pdfa

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"slices"
)

// space is a colour space, as far as the rules ask.
type space struct {
	kind  name   // its family
	base  *space // alternate, base of Indexed, underlying of Pattern
	items array
	num   int // object number, 0 if direct
	n     int // components of ICCBased
	done  bool
}

// separation is what spaces of the same colourant must have in common.
type separation struct{ alternate, tint [sha256.Size]byte }

// maxSpaces is how deep colour spaces are followed into one another.
const maxSpaces = 8

// space reads a colour space. Names are looked up; device spaces give way to the default ones of the resources.
func (v *validator) space(o object, in *resources) *space { return v.spaceAt(o, in, 0) }

func (v *validator) spaceAt(o object, in *resources, depth int) *space {
	if depth > maxSpaces {
		return nil
	}
	num := numberOf(o)
	switch value := v.file.resolve(o).(type) {
	case name:
		return v.namedSpace(value, in, depth)
	case array:
		if len(value) == 0 {
			return nil
		}
		if known := v.spaces[num]; known != nil && in.defaults(v.file) == nil {
			return known
		}
		s := v.arraySpace(value, in, depth)
		if s != nil && s.items != nil {
			s.num = num
		}
		if num != 0 && in.defaults(v.file) == nil {
			v.spaces[num] = s
		}
		return s
	}
	return nil
}

// deviceName spells the families out that inline images may shorten.
func deviceName(n name) name {
	switch n {
	case "G":
		return "DeviceGray"
	case "RGB":
		return "DeviceRGB"
	case "CMYK":
		return "DeviceCMYK"
	case "I":
		return "Indexed"
	}
	return n
}

func (v *validator) namedSpace(n name, in *resources, depth int) *space {
	switch n {
	case "DeviceGray", "DeviceRGB", "DeviceCMYK":
		if o := in.defaults(v.file)[defaultKey(n)]; o != nil {
			return v.spaceAt(o, &resources{}, depth+1)
		}
		return v.family(n)
	case "Pattern":
		return v.family(n)
	}
	o, found := v.lookup(in, "ColorSpace", n)
	if !found {
		return nil
	}
	key := namedSpace{own: in.own.identity(), name: n}
	if in.page != nil {
		key.page = in.page.own.identity()
	}
	if known := v.named[key]; known != nil {
		return known
	}
	v.named[key] = v.spaceAt(o, in, depth+1)
	return v.named[key]
}

// namedSpace is a colour space of some resources by name. States are told apart by their colour spaces, so the same must be
// found again.
type namedSpace struct {
	own, page uintptr
	name      name
}

// family returns the colour space that is nothing but its family.
func (v *validator) family(n name) *space {
	key := namedSpace{name: n}
	if v.named[key] == nil {
		v.named[key] = &space{kind: n}
	}
	return v.named[key]
}

func defaultKey(n name) name {
	switch n {
	case "DeviceGray":
		return "DefaultGray"
	case "DeviceRGB":
		return "DefaultRGB"
	}
	return "DefaultCMYK"
}

// defaults returns the ColorSpace resources if they hold a default space, else nil.
func (r *resources) defaults(f *file) dict {
	if r == nil {
		return nil
	}
	own := r.own
	if own == nil && r.page != nil {
		own = r.page.own
	}
	spaces := f.dict(own["ColorSpace"])
	for _, key := range []name{"DefaultGray", "DefaultRGB", "DefaultCMYK"} {
		if f.has(spaces, key) {
			return spaces
		}
	}
	return nil
}

func (v *validator) arraySpace(a array, in *resources, depth int) *space {
	f := v.file
	s := &space{kind: deviceName(f.name(a[0])), items: a}
	at := -1 // where the space beneath stands
	switch s.kind {
	case "DeviceGray", "DeviceRGB", "DeviceCMYK":
		return v.namedSpace(s.kind, in, depth)
	case "Pattern", "Indexed":
		at = 1
	case "Separation", "DeviceN":
		at = 2
	case "ICCBased":
		if len(a) > 1 {
			s.n, _ = f.integer(f.dict(a[1])["N"])
		}
	}
	if at > 0 && len(a) > at {
		s.base = v.spaceAt(a[at], in, depth+1)
		if n, is := f.resolve(a[at]).(name); is && s.base == nil {
			s.base = v.spaceAt(deviceName(n), in, depth+1)
		}
	}
	return s
}

// use checks 6.2.4 for a colour space that is painted with or set.
func (v *validator) use(s *space, num int) {
	if s == nil {
		return
	}
	switch s.kind {
	case "DeviceGray":
		if v.output == "" {
			v.breaks("6.2.4.3-4", num)
		}
		return
	case "DeviceRGB":
		if v.output != "RGB " {
			v.breaks("6.2.4.3-2", num)
		}
		return
	case "DeviceCMYK":
		if v.output != "CMYK" {
			v.breaks("6.2.4.3-3", num)
		}
		return
	}
	if s.done {
		return
	}
	s.done = true
	switch s.kind {
	case "ICCBased":
		v.inputProfile(s)
	case "Separation":
		v.separation(s)
	case "DeviceN":
		v.deviceN(s)
	}
	v.use(s.base, max(s.num, num))
}

// overprint checks 6.2.4.2-2 for a colour space that is painted with.
func (v *validator) overprint(s *space, on bool, mode, num int) {
	if s != nil && s.kind == "ICCBased" && s.n == 4 && on && mode != 0 {
		v.breaks("6.2.4.2-2", num)
	}
}

func (v *validator) separation(s *space) {
	f := v.file
	if len(s.items) < 4 {
		return
	}
	colourant := f.name(s.items[1])
	v.utf8(colourant, s.num)
	is := separation{alternate: f.digest(s.items[2]), tint: f.digest(s.items[3])}
	if was, known := v.separations[colourant]; known && was != is {
		v.breaks("6.2.4.4-2", s.num)
	}
	v.separations[colourant] = is
}

func (v *validator) deviceN(s *space) {
	f := v.file
	if len(s.items) < 4 {
		return
	}
	names := f.array(s.items[1])
	if len(names) > 32 {
		v.breaks("6.1.13-9", s.num)
	}
	var attributes dict
	if len(s.items) > 4 {
		attributes = f.dict(s.items[4])
	}
	colourants, process := f.dict(attributes["Colorants"]), f.dict(attributes["Process"])
	known := []name{"None", "Cyan", "Magenta", "Yellow", "Black"}
	for _, o := range f.array(process["Components"]) {
		known = append(known, f.name(o))
	}
	for _, o := range names {
		n := f.name(o)
		v.utf8(n, s.num)
		if !slices.Contains(known, n) && !f.has(colourants, n) {
			v.breaks("6.2.4.4-1", s.num)
		}
	}
	for _, o := range colourants.values() {
		v.use(v.space(o, &resources{}), s.num)
	}
	v.use(v.space(process["ColorSpace"], &resources{}), s.num)
}

// digest identifies an object by what it is: whether parts are direct or compressed makes no difference.
func (f *file) digest(o object) (sum [sha256.Size]byte) {
	h := sha256.New()
	budget := 10_000
	f.digestInto(h, o, &budget, 0)
	return [sha256.Size]byte(h.Sum(sum[:0]))
}

func (f *file) digestInto(h hash.Hash, o object, budget *int, depth int) {
	if *budget--; *budget < 0 || depth > maxHops {
		return
	}
	o = f.resolve(o)
	switch o := o.(type) {
	case array:
		fmt.Fprintf(h, "[%d ", len(o))
		for _, item := range o {
			f.digestInto(h, item, budget, depth+1)
		}
	case dict:
		f.digestDict(h, o, budget, depth)
	case *stream:
		d := maps.Clone(o.dict)
		if data, err := f.decode(o); err == nil {
			fmt.Fprintf(h, "stream %d ", len(data))
			h.Write(data)
			for _, key := range []name{"Length", "Filter", "DecodeParms"} {
				delete(d, key)
			}
		} else {
			h.Write(o.raw)
		}
		f.digestDict(h, d, budget, depth)
	case int64, float64:
		n, _ := toFloat(o)
		fmt.Fprintf(h, "%g ", n)
	default:
		fmt.Fprintf(h, "%T %q ", o, o)
	}
}

func (f *file) digestDict(h hash.Hash, d dict, budget *int, depth int) {
	fmt.Fprintf(h, "<%d ", len(d))
	for _, key := range slices.Sorted(maps.Keys(d)) {
		fmt.Fprintf(h, "%q ", key)
		f.digestInto(h, d[key], budget, depth+1)
	}
}
