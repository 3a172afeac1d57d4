package pdfa

// cff is a font program in the Compact Font Format.
type cff struct {
	data        []byte
	cid         bool // CID-keyed: glyphs have CIDs, not names
	charStrings [][]byte
	global      [][]byte
	names       []string       // by glyph
	byName      map[string]int // glyphs
	byCID       map[int]int
	encoding    [256]string
	fonts       []cffPrivate // one, or as many as a CID-keyed font has
	selects     []byte       // which of them, by glyph
}

// cffPrivate is what a Private dictionary says about widths.
type cffPrivate struct {
	nominal, standard float64
	scale             float64 // to thousandths
	local             [][]byte
}

const maxGlyphs = 65536

// readCFF reads a font set's first font.
func readCFF(data []byte) (*cff, error) {
	if len(data) < 4 || data[0] != 1 {
		return nil, errFont
	}
	c := &cff{data: data, byName: map[string]int{}, byCID: map[int]int{}}
	_, at, ok := c.index(int(data[2]))
	if !ok {
		return nil, errFont
	}
	tops, at, ok := c.index(at)
	if !ok || len(tops) == 0 {
		return nil, errFont
	}
	strings, at, ok := c.index(at)
	if !ok {
		return nil, errFont
	}
	if c.global, _, ok = c.index(at); !ok {
		return nil, errFont
	}
	top := cffDict(tops[0])
	c.charStrings, _, ok = c.index(top.offset(17))
	if !ok || len(c.charStrings) == 0 || len(c.charStrings) > maxGlyphs {
		return nil, errFont
	}
	_, c.cid = top[1230]
	if !c.readFonts(top) {
		return nil, errFont
	}
	sids, ok := c.charset(top.offset(15))
	if !ok {
		return nil, errFont
	}
	c.name(sids, strings)
	c.readEncoding(top.offset(16))
	return c, nil
}

// index reads an INDEX and returns what lies behind it.
func (c *cff) index(at int) (items [][]byte, after int, ok bool) {
	if at < 0 || at+2 > len(c.data) {
		return nil, 0, false
	}
	count := u16(c.data, at)
	if count == 0 {
		return nil, at + 2, true
	}
	if at+3 > len(c.data) {
		return nil, 0, false
	}
	size := int(c.data[at+2])
	base := at + 3 + (count+1)*size - 1
	if size < 1 || size > 4 || base >= len(c.data) {
		return nil, 0, false
	}
	offset := func(i int) int {
		n := 0
		for _, b := range c.data[at+3+i*size : at+3+(i+1)*size] {
			n = n<<8 | int(b)
		}
		return base + n
	}
	items = make([][]byte, count)
	from := offset(0)
	for i := range items {
		to := offset(i + 1)
		if from < 0 || to < from || to > len(c.data) {
			return nil, 0, false
		}
		items[i] = c.data[from:to]
		from = to
	}
	return items, from, true
}

// operands are the entries of a dictionary, by operator; those of two bytes are 1200 and the second.
type operands map[int][]float64

func (o operands) offset(op int) int {
	if v := o[op]; len(v) > 0 {
		return int(v[len(v)-1])
	}
	return 0
}

func cffDict(data []byte) operands {
	out := operands{}
	var stack []float64
	for at := 0; at < len(data); {
		b := int(data[at])
		at++
		switch {
		case b == 12:
			if at < len(data) {
				out[1200+int(data[at])] = stack
			}
			at++
			stack = nil
		case b <= 21:
			out[b] = stack
			stack = nil
		case b == 28:
			stack = append(stack, float64(int16(u16(data, at)))) //nolint:gosec // two bytes with a sign
			at += 2
		case b == 29:
			stack = append(stack, float64(int32(u32(data, at)))) //nolint:gosec // four bytes with a sign
			at += 4
		case b == 30:
			var n float64
			n, at = cffReal(data, at)
			stack = append(stack, n)
		case b >= 32 && b <= 246:
			stack = append(stack, float64(b-139))
		case b >= 247 && b <= 254 && at < len(data):
			stack = append(stack, cffShort(b, int(data[at])))
			at++
		}
		if len(stack) > 513 {
			break
		}
	}
	return out
}

// cffShort is a number of two bytes.
func cffShort(b, c int) float64 {
	if b <= 250 {
		return float64((b-247)*256 + c + 108)
	}
	return float64(-(b-251)*256 - c - 108)
}

// cffReal reads a number written in half bytes.
func cffReal(data []byte, at int) (float64, int) {
	var word []byte
	for at < len(data) {
		b := data[at]
		at++
		for _, half := range []byte{b >> 4, b & 15} {
			switch {
			case half < 10:
				word = append(word, '0'+half)
			case half == 10:
				word = append(word, '.')
			case half == 11:
				word = append(word, 'e')
			case half == 12:
				word = append(word, 'e', '-')
			case half == 14:
				word = append(word, '-')
			case half == 15:
				return parseFloat(word), at
			}
		}
	}
	return parseFloat(word), at
}

// readFonts reads the Private dictionary, or those of all fonts of a CID-keyed one.
func (c *cff) readFonts(top operands) bool {
	scale := cffScale(top, 1)
	if !c.cid {
		c.fonts = []cffPrivate{c.private(top, scale)}
		return true
	}
	dicts, _, ok := c.index(top.offset(1236))
	if !ok || len(dicts) == 0 || len(dicts) > 256 {
		return false
	}
	_, outer := top[1207]
	for _, d := range dicts {
		font := cffDict(d)
		own := cffScale(font, 1)
		if outer {
			if _, inner := font[1207]; inner {
				own = scale * own / 1000 // both in thousandths
			} else {
				own = scale
			}
		}
		c.fonts = append(c.fonts, c.private(font, own))
	}
	return c.readSelects(top.offset(1237))
}

// cffScale returns the first number of the font matrix in thousandths.
func cffScale(d operands, standard float64) float64 {
	if m := d[1207]; len(m) == 6 && m[0] != 0 {
		return m[0] * 1000
	}
	return standard
}

func (c *cff) private(d operands, scale float64) cffPrivate {
	p := cffPrivate{scale: scale}
	v := d[18]
	if len(v) != 2 || v[0] < 0 || v[1] < 0 || int(v[0])+int(v[1]) > len(c.data) {
		return p
	}
	from := int(v[1])
	inner := cffDict(c.data[from : from+int(v[0])])
	if w := inner[20]; len(w) > 0 {
		p.standard = w[0]
	}
	if w := inner[21]; len(w) > 0 {
		p.nominal = w[0]
	}
	if at := inner.offset(19); at > 0 {
		p.local, _, _ = c.index(from + at)
	}
	return p
}

// readSelects reads which font each glyph belongs to.
func (c *cff) readSelects(at int) bool {
	n := len(c.charStrings)
	if at <= 0 || at >= len(c.data) {
		return false
	}
	c.selects = make([]byte, n)
	switch c.data[at] {
	case 0:
		copy(c.selects, c.data[at+1:])
		return len(c.data) >= at+1+n
	case 3:
		first := u16(c.data, at+3)
		for i := range u16(c.data, at+1) {
			if at+8+3*i > len(c.data) {
				return false
			}
			next := u16(c.data, at+6+3*i)
			if next < first {
				return false
			}
			for gid := first; gid < min(next, n); gid++ {
				c.selects[gid] = c.data[at+5+3*i]
			}
			first = next
		}
		return true
	}
	return false
}

// charset returns the string or CID of every glyph.
func (c *cff) charset(at int) ([]int, bool) {
	n := len(c.charStrings)
	out := make([]int, 1, n)
	if at <= 2 {
		return c.predefinedCharset(at), true
	}
	if at >= len(c.data) {
		return nil, false
	}
	format := c.data[at]
	at++
	for len(out) < n {
		if at+2 > len(c.data) {
			return nil, false
		}
		first, left := u16(c.data, at), 0
		at += 2
		switch format {
		case 0:
		case 1:
			if at >= len(c.data) {
				return nil, false
			}
			left = int(c.data[at])
			at++
		case 2:
			left = u16(c.data, at)
			at += 2
		default:
			return nil, false
		}
		for i := 0; i <= left && len(out) < n; i++ {
			out = append(out, first+i)
		}
	}
	return out, true
}

// predefinedCharset returns one of the three that the format defines. In a CID-keyed font it means that CIDs are glyphs.
func (c *cff) predefinedCharset(which int) []int {
	out := make([]int, 0, len(c.charStrings))
	index := map[string]int{}
	for sid, s := range tables()["StandardStrings"] {
		index[s] = sid
	}
	var list []string
	if which == 1 {
		list = tables()["ExpertCharset"]
	} else if which == 2 {
		list = tables()["ExpertSubsetCharset"]
	}
	for gid := range c.charStrings {
		if list != nil && !c.cid && gid < len(list) {
			out = append(out, index[list[gid]])
		} else {
			out = append(out, gid)
		}
	}
	return out
}

// name gives glyphs their names or CIDs.
func (c *cff) name(sids []int, strings [][]byte) {
	standard := tables()["StandardStrings"]
	for gid, sid := range sids {
		if c.cid {
			c.byCID[sid] = gid
			continue
		}
		glyph := notdef
		if sid < len(standard) {
			glyph = standard[sid]
		} else if sid -= len(standard); sid < len(strings) {
			glyph = string(strings[sid])
		}
		c.names = append(c.names, glyph)
		c.byName[glyph] = gid
	}
}

// readEncoding reads the encoding that the program brings along.
func (c *cff) readEncoding(at int) {
	switch {
	case c.cid:
		return
	case at == 0:
		c.encoding, _ = predefinedEncoding("StandardEncoding")
		return
	case at == 1:
		c.encoding, _ = predefinedEncoding("ExpertEncoding")
		return
	}
	for i := range c.encoding {
		c.encoding[i] = notdef
	}
	set := func(code, gid int) {
		if gid < len(c.names) && code < 256 {
			c.encoding[code] = c.names[gid]
		}
	}
	if at+2 > len(c.data) {
		return
	}
	format, n := c.data[at], int(c.data[at+1])
	rest := c.data[at+2:]
	gid := 1
	switch format & 127 {
	case 0:
		for _, code := range rest[:min(n, len(rest))] {
			set(int(code), gid)
			gid++
		}
		rest = rest[min(n, len(rest)):]
	case 1:
		for ; n > 0 && len(rest) >= 2; n-- {
			for i := range int(rest[1]) + 1 {
				set(int(rest[0])+i, gid)
				gid++
			}
			rest = rest[2:]
		}
	}
	if format&128 != 0 && len(rest) > 0 {
		c.supplements(rest[1:], int(rest[0]), set)
	}
}

func (c *cff) supplements(rest []byte, n int, set func(code, gid int)) {
	standard := tables()["StandardStrings"]
	for ; n > 0 && len(rest) >= 3; n-- {
		if sid := u16(rest, 1); sid < len(standard) {
			if gid, known := c.byName[standard[sid]]; known {
				set(int(rest[0]), gid)
			}
		}
		rest = rest[3:]
	}
}
