package pdfa

import (
	"cmp"
	"slices"
	"unicode/utf16"
)

// cmap maps codes to CIDs, or to Unicode.
type cmap struct {
	name      string
	identity  bool
	predef    bool // predefined, but its table is not known here
	wmode     int
	registry  string
	ordering  string
	supp      int
	codespace []codeRange
	cids      []cidRange
	texts     map[int]string
	ranges    []textRange
	uses      name // another CMap that the program uses
	maxCID    int
}

type codeRange struct {
	size      int
	low, high []byte
}

type cidRange struct{ low, high, cid int }

type textRange struct {
	low, high int
	first     []byte // UTF-16 of the first
}

const maxMappings = 1 << 20

// predefinedCMaps are those of ISO 32000-1, Table 118, with their character collection and its supplement, without the
// ending -H or -V.
func predefinedCMaps() map[string]struct {
	ordering   string
	supplement int
} {
	type entry = struct {
		ordering   string
		supplement int
	}
	return map[string]entry{
		"GB-EUC": {"GB1", 0}, "GBpc-EUC": {"GB1", 0}, "GBK-EUC": {"GB1", 2}, "GBKp-EUC": {"GB1", 2}, "GBK2K": {"GB1", 5},
		"UniGB-UCS2": {"GB1", 4}, "UniGB-UTF16": {"GB1", 5},
		"B5pc": {"CNS1", 0}, "HKscs-B5": {"CNS1", 6}, "ETen-B5": {"CNS1", 0}, "ETenms-B5": {"CNS1", 0}, "CNS-EUC": {"CNS1", 0},
		"UniCNS-UCS2": {"CNS1", 3}, "UniCNS-UTF16": {"CNS1", 7},
		"83pv-RKSJ": {"Japan1", 1}, "90ms-RKSJ": {"Japan1", 2}, "90msp-RKSJ": {"Japan1", 2}, "90pv-RKSJ": {"Japan1", 1},
		"Add-RKSJ": {"Japan1", 1}, "EUC": {"Japan1", 1}, "Ext-RKSJ": {"Japan1", 2}, "": {"Japan1", 1},
		"UniJIS-UCS2": {"Japan1", 4}, "UniJIS-UCS2-HW": {"Japan1", 4}, "UniJIS-UTF16": {"Japan1", 7},
		"KSC-EUC": {"Korea1", 0}, "KSCms-UHC": {"Korea1", 1}, "KSCms-UHC-HW": {"Korea1", 1}, "KSCpc-EUC": {"Korea1", 0},
		"UniKS-UCS2": {"Korea1", 1}, "UniKS-UTF16": {"Korea1", 1},
	}
}

// predefinedCMap returns a CMap that need not be embedded; nil if there is none of that name.
func predefinedCMap(n name) *cmap {
	if n == "Identity-H" || n == "Identity-V" {
		return &cmap{name: string(n), identity: true}
	}
	stem := string(n)
	switch {
	case stem == "H" || stem == "V":
		stem = ""
	case len(stem) > 2 && (stem[len(stem)-2:] == "-H" || stem[len(stem)-2:] == "-V"):
		stem = stem[:len(stem)-2]
	default:
		return nil
	}
	if slices.Contains([]name{"83pv-RKSJ-V", "90pv-RKSJ-V", "KSCpc-EUC-V"}, n) {
		return nil // only the horizontal ones are in the table
	}
	e, known := predefinedCMaps()[stem]
	if !known {
		return nil
	}
	return &cmap{name: string(n), predef: true, registry: "Adobe", ordering: e.ordering, supp: e.supplement}
}

// readCMap reads an embedded CMap.
func readCMap(data []byte) *cmap {
	c := &cmap{texts: map[int]string{}}
	room := 4 * maxMappings
	l := lexer{data: data, room: &room}
	var before [3]object
	for n := 0; n < 4*maxMappings; n++ {
		o, err := l.next()
		if err != nil {
			break
		}
		switch o {
		case keyword("begincodespacerange"):
			c.readCodespace(&l)
		case keyword("begincidrange"), keyword("beginnotdefrange"):
			c.readCIDs(&l, true, o == keyword("begincidrange"))
		case keyword("begincidchar"), keyword("beginnotdefchar"):
			c.readCIDs(&l, false, o == keyword("begincidchar"))
		case keyword("beginbfchar"):
			c.readTexts(&l, false)
		case keyword("beginbfrange"):
			c.readTexts(&l, true)
		case keyword("usecmap"):
			c.uses, _ = before[2].(name)
		case keyword("def"):
			c.define(before[1], before[2])
		}
		if d, is := o.(dict); is {
			c.collection(d)
		}
		before[0], before[1], before[2] = before[1], before[2], o
	}
	slices.SortStableFunc(c.cids, func(a, b cidRange) int { return cmp.Compare(a.low, b.low) })
	slices.SortStableFunc(c.ranges, func(a, b textRange) int { return cmp.Compare(a.low, b.low) })
	return c
}

// define takes "/Key value def".
func (c *cmap) define(key, value object) {
	switch key {
	case name("WMode"):
		n, _ := value.(int64)
		c.wmode = int(n)
	case name("CMapName"):
		n, _ := value.(name)
		c.name = string(n)
	case name("Registry"):
		s, _ := value.(text)
		c.registry = string(s)
	case name("Ordering"):
		s, _ := value.(text)
		c.ordering = string(s)
	case name("Supplement"):
		n, _ := value.(int64)
		c.supp = int(n)
	}
}

// collection takes the character collection from a dictionary.
func (c *cmap) collection(d dict) {
	for _, key := range []name{"Registry", "Ordering", "Supplement"} {
		if value, has := d[key]; has {
			c.define(key, value)
		}
	}
}

// codeOf is the number that the bytes of a code are.
func codeOf(s []byte) int {
	n := 0
	for _, b := range s[:min(len(s), 4)] {
		n = n<<8 | int(b)
	}
	return n
}

// ends reports whether a section is at its end; o is the next object if not.
func (l *lexer) ends() (o object, end bool) {
	o, err := l.next()
	_, word := o.(keyword)
	return o, err != nil || word
}

func (c *cmap) readCodespace(l *lexer) {
	for len(c.codespace) < 100 {
		low, end := l.ends()
		if end {
			return
		}
		high, end := l.ends()
		if end {
			return
		}
		a, isA := low.(text)
		b, isB := high.(text)
		if isA && isB && len(a) == len(b) && len(a) > 0 && len(a) <= 4 {
			c.codespace = append(c.codespace, codeRange{len(a), []byte(a), []byte(b)})
		}
	}
}

// mapping reads one line of a mapping: a code or, with ranges, the first and last of some, and what they stand for.
func (l *lexer) mapping(ranges bool) (low, high, value object, end bool) {
	if low, end = l.ends(); end {
		return nil, nil, nil, true
	}
	high = low
	if ranges {
		if high, end = l.ends(); end {
			return nil, nil, nil, true
		}
	}
	value, end = l.ends()
	return low, high, value, end
}

func (c *cmap) readCIDs(l *lexer, ranges, real bool) {
	for len(c.cids) < maxMappings {
		low, high, cid, end := l.mapping(ranges)
		if end {
			return
		}
		a, isA := low.(text)
		b, isB := high.(text)
		n, isN := cid.(int64)
		if !isA || !isB || !isN || n < 0 || n > maxInteger {
			continue
		}
		r := cidRange{codeOf([]byte(a)), codeOf([]byte(b)), int(n)}
		c.maxCID = max(c.maxCID, r.cid+max(0, r.high-r.low))
		if real {
			c.cids = append(c.cids, r)
		}
	}
}

func (c *cmap) readTexts(l *lexer, ranges bool) {
	for len(c.texts)+len(c.ranges) < maxMappings {
		low, high, value, end := l.mapping(ranges)
		if end {
			return
		}
		a, isA := low.(text)
		b, isB := high.(text)
		if !isA || !isB {
			continue
		}
		first, last := codeOf([]byte(a)), codeOf([]byte(b))
		switch value := value.(type) {
		case text:
			if first == last {
				c.texts[first] = utf16Text([]byte(value))
			} else {
				c.ranges = append(c.ranges, textRange{first, last, []byte(value)})
			}
		case array:
			for i, o := range value {
				if s, is := o.(text); is && first+i <= last {
					c.texts[first+i] = utf16Text([]byte(s))
				}
			}
		case name:
			if meaning, known := meaningOf(string(value)); known {
				c.texts[first] = meaning
			}
		}
	}
}

// utf16Text reads UTF-16 without losing what is no character.
func utf16Text(s []byte) string {
	if len(s) == 1 {
		return string(rune(s[0]))
	}
	var units []uint16
	for ; len(s) >= 2; s = s[2:] {
		units = append(units, uint16(s[0])<<8|uint16(s[1]))
	}
	return string(utf16.Decode(units))
}

// read takes the next code off a string. A code outside every code space is -1.
func (c *cmap) read(s string) (code int, rest string) {
	if c.identity || len(c.codespace) == 0 {
		if len(s) < 2 {
			return -1, ""
		}
		return codeOf([]byte(s[:2])), s[2:]
	}
	shortest := 4
	for size := 1; size <= min(4, len(s)); size++ {
		for _, r := range c.codespace {
			shortest = min(shortest, r.size)
			if r.size == size && r.holds(s[:size]) {
				return codeOf([]byte(s[:size])), s[size:]
			}
		}
	}
	return -1, s[min(shortest, len(s)):]
}

func (r codeRange) holds(code string) bool {
	for i := range r.size {
		if code[i] < r.low[i] || code[i] > r.high[i] {
			return false
		}
	}
	return true
}

// cid returns the CID of a code; false if the CMap does not map it.
func (c *cmap) cid(code int) (int, bool) {
	if code < 0 {
		return 0, false
	}
	if c.identity {
		return code, true
	}
	at, found := slices.BinarySearchFunc(c.cids, code, func(r cidRange, code int) int { return cmp.Compare(r.low, code) })
	for found && at+1 < len(c.cids) && c.cids[at+1].low == code {
		at++
	}
	if !found {
		at--
	}
	for n := 0; at >= 0 && n < 16; n++ { // ranges may lie within one another
		if r := c.cids[at]; code >= r.low && code <= r.high {
			return r.cid + code - r.low, true
		}
		at--
	}
	return 0, false
}

// unicode returns what a code means; false if the CMap does not say.
func (c *cmap) unicode(code int) (string, bool) {
	if c.identity {
		return string(rune(max(code, 0))), true
	}
	if s, known := c.texts[code]; known {
		return s, true
	}
	at, found := slices.BinarySearchFunc(c.ranges, code, func(r textRange, code int) int { return cmp.Compare(r.low, code) })
	if !found {
		at--
	}
	for n := 0; at >= 0 && n < 16; n++ {
		if r := c.ranges[at]; code >= r.low && code <= r.high {
			return r.text(code - r.low), true
		}
		at--
	}
	return "", false
}

// text is the n-th text of a range: the last unit counts up.
func (r textRange) text(n int) string {
	s := slices.Clone(r.first)
	if len(s) >= 2 {
		unit := int(s[len(s)-2])<<8 | int(s[len(s)-1])
		unit += n
		s[len(s)-2], s[len(s)-1] = byte(unit>>8), byte(unit) //nolint:gosec // a unit has two bytes
	} else if len(s) == 1 {
		s[0] += byte(n) //nolint:gosec // as above
	}
	return utf16Text(s)
}
