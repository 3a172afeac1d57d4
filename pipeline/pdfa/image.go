package pdfa

import (
	"bytes"
	"slices"
)

// imageOf says where an image is painted.
type imageOf struct {
	in    *resources
	state *state
	mask  bool // it is another image's stencil mask
	soft  bool // it is another image's soft mask
}

// image checks 6.2.8 for an image XObject.
func (v *validator) image(s *stream, where imageOf) {
	f := v.file
	if v.once("image", s.num) {
		v.imageRules(s, where.mask)
	}
	if where.mask || where.soft {
		return
	}
	if f.resolve(s.dict["ImageMask"]) == true {
		if !where.state.colourless {
			v.use(where.state.fill.space, s.num)
		}
	} else if f.has(s.dict, "ColorSpace") {
		v.use(v.space(s.dict["ColorSpace"], where.in), s.num)
	}
	if soft := f.stream(s.dict["SMask"]); soft != nil {
		v.image(soft, imageOf{soft: true})
	}
	if mask := f.stream(s.dict["Mask"]); mask != nil {
		v.image(mask, imageOf{mask: true})
	}
}

func (v *validator) imageRules(s *stream, mask bool) {
	f, d := v.file, s.dict
	if f.has(d, "Alternates") {
		v.breaks("6.2.8-1", s.num)
	}
	if f.has(d, "OPI") {
		v.breaks("6.2.8-2", s.num)
	}
	if f.resolve(d["Interpolate"]) == true {
		v.breaks("6.2.8-3", s.num)
	}
	if f.has(d, "Intent") {
		v.intent(f.name(d["Intent"]))
	}
	v.bits(d["BitsPerComponent"], mask || f.resolve(d["ImageMask"]) == true, s.num)
	if names, _ := f.filters(d); slices.Contains(names, "JPXDecode") {
		v.jpeg2000(s)
	}
}

func (v *validator) bits(o object, mask bool, num int) {
	n, is := v.file.integer(o)
	switch {
	case !is:
	case mask && n != 1:
		v.breaks("6.2.8-5", num)
	case !slices.Contains([]int{1, 2, 4, 8, 16}, n):
		v.breaks("6.2.8-4", num)
	}
}

// inlineImage reads an inline image and checks it.
func (i *interpreter) inlineImage() {
	d := dict{}
	for {
		key, err := i.lexer.next()
		if err != nil || key == keyword("ID") {
			break
		}
		k, is := key.(name)
		if !is {
			continue
		}
		if d[inlineKey(k)], err = i.lexer.next(); err != nil {
			return
		}
	}
	i.skipImage(d)
	if i.state.colourless && d["ImageMask"] != true {
		return
	}
	i.transparent = i.transparent || i.state.blend || i.state.alphaFill < 1
	i.inlineRules(d)
}

// inlineKey spells out a key of an inline image.
func inlineKey(k name) name {
	switch k {
	case "BPC":
		return "BitsPerComponent"
	case "CS":
		return "ColorSpace"
	case "D":
		return "Decode"
	case "DP":
		return "DecodeParms"
	case "F":
		return "Filter"
	case "H":
		return "Height"
	case "IM":
		return "ImageMask"
	case "I":
		return "Interpolate"
	case "W":
		return "Width"
	}
	return k
}

// inlineFilters are what 6.1.10 leaves of the filters and their short names.
func inlineFilters() []name {
	return []name{
		"ASCIIHexDecode", "ASCII85Decode", "FlateDecode", "RunLengthDecode", "CCITTFaxDecode", "DCTDecode",
		"AHx", "A85", "Fl", "RL", "CCF", "DCT",
	}
}

func (i *interpreter) inlineRules(d dict) {
	filters, list := d["Filter"].(array)
	if !list && d["Filter"] != nil {
		filters = array{d["Filter"]}
	}
	for _, o := range filters {
		if n, is := o.(name); !is || !slices.Contains(inlineFilters(), n) {
			i.breaks("6.1.10-1", i.num)
		}
	}
	if d["Interpolate"] == true {
		i.breaks("6.2.8-3", i.num)
	}
	if n, is := d["Intent"].(name); is {
		i.intent(n)
	}
	mask := d["ImageMask"] == true
	i.bits(d["BitsPerComponent"], mask, i.num)
	switch cs := d["ColorSpace"].(type) {
	case name:
		if long := deviceName(cs); long != cs {
			i.use(i.namedSpace(long, i.in, 0), i.num)
		} else {
			i.use(i.space(cs, i.in), i.num)
		}
	case array:
		i.use(i.space(cs, i.in), i.num)
	}
	if mask && !i.state.colourless {
		i.use(i.state.fill.space, i.num)
	}
}

// skipImage passes the bytes of an inline image up to its end, which is told by EI between white space with what looks
// like content behind it.
func (i *interpreter) skipImage(d dict) {
	l := i.lexer
	if l.at < len(l.data) && isSpace(l.data[l.at]) {
		l.at++
	}
	if size := plainSize(d); size > 0 && size <= len(l.data)-l.at && endsImage(l.data, l.at+size) {
		l.at += size
	}
	for at := l.at; ; {
		found := bytes.Index(l.data[at:], []byte("EI"))
		if found < 0 {
			l.at = len(l.data)
			return
		}
		at += found
		if (at == 0 || isSpace(l.data[at-1]) || at == l.at) && looksLikeContent(l.data[at+2:]) {
			l.at = at + 2
			return
		}
		at += 2
	}
}

// plainSize returns the bytes of an image without a filter, 0 if they are not known.
func plainSize(d dict) int {
	if d["Filter"] != nil {
		return 0
	}
	width, _ := d["Width"].(int64)
	height, _ := d["Height"].(int64)
	bits, _ := d["BitsPerComponent"].(int64)
	colours := int64(1)
	switch d["ColorSpace"] {
	case name("RGB"), name("DeviceRGB"):
		colours = 3
	case name("CMYK"), name("DeviceCMYK"):
		colours = 4
	}
	if d["ImageMask"] == true {
		bits, colours = 1, 1
	}
	if width <= 0 || height <= 0 || bits <= 0 || width > 1<<20 || height > 1<<20 || bits > 16 {
		return 0
	}
	return int((width*bits*colours + 7) / 8 * height)
}

func endsImage(data []byte, at int) bool {
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	return bytes.HasPrefix(data[at:], []byte("EI"))
}

// looksLikeContent reports whether bytes after EI are an end or text.
func looksLikeContent(data []byte) bool {
	if len(data) == 0 {
		return true
	}
	if !isSpace(data[0]) {
		return false
	}
	for _, b := range data[:min(len(data), 16)] {
		if b > 126 || b < 32 && !isSpace(b) {
			return false
		}
	}
	return true
}
