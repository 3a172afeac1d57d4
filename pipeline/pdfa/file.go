package pdfa

import (
	"bytes"
	"errors"
)

// Bounds of the work on one file. What lies beyond is a file that cannot be read.
const (
	maxSections = 2000      // of the cross-reference chain
	maxStream   = 64 << 20  // bytes of one stream, decoded
	maxDecoded  = 512 << 20 // bytes of all streams, decoded
	maxHops     = 32        // from reference to reference
	maxItems    = 5_000_000 // of all arrays and dictionaries
	maxRead     = 1 << 30   // bytes read for objects, those read again included
)

// budget is what a file has cost so far, the files embedded in it included.
type budget struct {
	decoded   int // bytes of streams
	read      int // bytes of objects
	operators int // of content streams and codes shown, counted as often as they are executed
	room      int // items that arrays and dictionaries may still have
}

func newBudget() *budget { return &budget{room: maxItems} }

// exhausted reports whether more work is wanted than is spent on one file.
func (b *budget) exhausted() bool {
	return b.room < 0 || b.read > maxRead || b.decoded > maxDecoded || b.operators > maxOperators
}

// errTooMuch is a file that wants more work than any honest one.
var errTooMuch = errors.New("the file wants too much work")

// entry says where an object is: at an offset, or as the index-th in an object stream.
type entry struct {
	offset int
	inside int // number of the object stream, 0 if none
	index  int
	free   bool
}

// file reads objects of a PDF on demand, every one at most once, and tells what their spelling breaks.
type file struct {
	data    []byte
	xref    map[int]entry
	trailer dict   // the newest
	chain   []dict // all trailers, newest first
	tables  []int  // offsets of classic tables, of the xref keyword
	rebuilt bool   // the cross-reference was unusable: objects were looked for
	objects map[int]object
	loading map[int]bool
	packed  map[int][]packedObject // what object streams hold
	spent   *budget
	found   func(rule string, num int)
}

// packedObject is a member of an object stream, by its bytes.
type packedObject struct {
	num  int
	data []byte
}

// openFile reads the cross-reference. A file without a catalogue that can be found is an error.
func openFile(data []byte, spent *budget, found func(rule string, num int)) (*file, error) {
	f := &file{
		data: data, found: found, xref: map[int]entry{}, objects: map[int]object{}, loading: map[int]bool{},
		packed: map[int][]packedObject{}, spent: spent,
	}
	if err := f.readChain(); err != nil || f.catalog() == nil {
		f.rebuild()
	}
	if f.catalog() == nil {
		return f, errors.New("there is no catalogue")
	}
	return f, nil
}

func (f *file) catalog() dict { return f.dict(f.trailer["Root"]) }

// resolve follows references. What cannot be read is null.
func (f *file) resolve(o object) object {
	for range maxHops {
		r, is := o.(ref)
		if !is {
			return o
		}
		o = f.object(r.num)
	}
	return nil
}

func (f *file) dict(o object) dict { return dictOf(f.resolve(o)) }

func (f *file) array(o object) array {
	a, _ := f.resolve(o).(array)
	return a
}

func (f *file) stream(o object) *stream {
	s, _ := f.resolve(o).(*stream)
	return s
}

func (f *file) name(o object) name {
	n, _ := f.resolve(o).(name)
	return n
}

func (f *file) number(o object) (float64, bool) { return toFloat(f.resolve(o)) }

func (f *file) integer(o object) (int, bool) {
	switch n := f.resolve(o).(type) {
	case int64:
		return int(n), true
	case float64:
		if n >= minInteger && n <= maxInteger {
			return int(n), true
		}
	}
	return 0, false
}

func (f *file) text(o object) (text, bool) {
	s, is := f.resolve(o).(text)
	return s, is
}

// has reports whether d has a value other than null under key.
func (f *file) has(d dict, key name) bool { return f.resolve(d[key]) != nil }

// numberOf returns the number of the object that o refers to, 0 if it is direct.
func numberOf(o object) int {
	switch r := o.(type) {
	case ref:
		return r.num
	case *stream:
		return r.num
	}
	return 0
}

// object returns the object with a number, null if there is none.
func (f *file) object(num int) object {
	if o, known := f.objects[num]; known {
		return o
	}
	e, known := f.xref[num]
	if !known || e.free || f.loading[num] || f.spent.exhausted() {
		return nil
	}
	f.loading[num] = true
	defer delete(f.loading, num)
	var o object
	if e.inside > 0 {
		o = f.member(num, e)
	} else {
		o = f.at(num, e.offset)
	}
	f.objects[num] = o
	return o
}

// member reads an object out of its object stream.
func (f *file) member(num int, e entry) object {
	members := f.members(e.inside)
	at := e.index
	if at >= len(members) || members[at].num != num {
		for at = 0; at < len(members) && members[at].num != num; at++ {
		}
		if at == len(members) {
			return nil
		}
	}
	l := f.lexer(members[at].data, num)
	o, err := l.next()
	f.spent.read += l.at
	if err != nil {
		return nil
	}
	if _, word := o.(keyword); word {
		return nil
	}
	return o
}

func (f *file) lexer(data []byte, num int) *lexer {
	return &lexer{data: data, refs: true, room: &f.spent.room, found: func(rule string) { f.found(rule, num) }}
}

// members splits an object stream into its objects.
func (f *file) members(num int) []packedObject {
	if m, known := f.packed[num]; known {
		return m
	}
	f.packed[num] = nil
	s, _ := f.object(num).(*stream)
	if s == nil || f.name(s.dict["Type"]) != "ObjStm" {
		return nil
	}
	data, err := f.decode(s)
	first, hasFirst := f.integer(s.dict["First"])
	count, hasCount := f.integer(s.dict["N"])
	if err != nil || !hasFirst || !hasCount || first < 0 || first > len(data) {
		return nil
	}
	head := lexer{data: data[:first]}
	var out []packedObject
	var starts []int
	for range count {
		n, err := head.next()
		if err != nil {
			break
		}
		at, err := head.next()
		number, isNumber := n.(int64)
		offset, isOffset := at.(int64)
		if err != nil || !isNumber || !isOffset || offset < 0 || offset > int64(len(data)-first) {
			break
		}
		out = append(out, packedObject{num: int(min(max(number, 0), maxInteger))})
		starts = append(starts, first+int(offset))
	}
	for i := range out {
		out[i].data = data[starts[i]:] // the lexer stops after one object
	}
	f.packed[num] = out
	return out
}

// at reads the indirect object at an offset of the file; null if another one or none stands there.
func (f *file) at(num, offset int) object {
	l := f.lexer(f.data, num)
	l.at = offset
	defer func() { f.spent.read += l.at - offset }()
	if offset < 0 || offset >= len(f.data) {
		return nil
	}
	if !f.head(l, num) {
		return nil
	}
	o, err := l.next()
	if _, word := o.(keyword); word || err != nil && o == nil {
		o = nil // "obj endobj" is null
	}
	if d, is := o.(dict); is {
		at := l.at
		if word, _ := l.next(); word == keyword("stream") {
			o = f.body(l, d, num)
		} else {
			l.at = at
		}
	}
	f.tail(l)
	return o
}

// head reads "n g obj" and tells about spacing that 6.1.9 forbids.
func (f *file) head(l *lexer, num int) bool {
	for l.at < len(f.data) && isSpace(f.data[l.at]) {
		l.at++
	}
	fine := l.at == 0 || isEOL(f.data[l.at-1])
	if l.digits() != num {
		return false
	}
	fine = l.oneSpace() && fine
	if l.digits() < 0 {
		return false
	}
	fine = l.oneSpace() && fine
	if !bytes.HasPrefix(f.data[l.at:], []byte("obj")) {
		return false
	}
	l.at += len("obj")
	if !fine || l.at >= len(f.data) || !isEOL(f.data[l.at]) {
		l.breaks("6.1.9-1")
	}
	return true
}

// digits reads an unsigned number, -1 if there is none.
func (l *lexer) digits() int {
	n, from := 0, l.at
	for l.at < len(l.data) && isDigit(l.data[l.at]) && l.at-from < 10 {
		n = n*10 + int(l.data[l.at]-'0')
		l.at++
	}
	if l.at == from {
		return -1
	}
	return n
}

// oneSpace passes white space and reports whether it was a single byte.
func (l *lexer) oneSpace() bool {
	from := l.at
	for l.at < len(l.data) && isSpace(l.data[l.at]) {
		l.at++
	}
	return l.at-from == 1
}

// tail passes "endobj" and tells about spacing around it.
func (f *file) tail(l *lexer) {
	for l.at < len(f.data) && isSpace(f.data[l.at]) {
		l.at++
	}
	if !bytes.HasPrefix(f.data[l.at:], []byte("endobj")) {
		l.skip()
	}
	if !bytes.HasPrefix(f.data[l.at:], []byte("endobj")) {
		l.breaks("6.1.9-1")
		return
	}
	after := l.at + len("endobj")
	if !isEOL(f.data[l.at-1]) || after >= len(f.data) || !isEOL(f.data[after]) {
		l.breaks("6.1.9-1")
	}
	l.at = after
}

// body takes the bytes of a stream, after the keyword, and tells about line ends and length that 6.1.7.1 forbids.
func (f *file) body(l *lexer, d dict, num int) *stream {
	fine := true
	switch rest := f.data[l.at:]; {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		l.at += 2
	case bytes.HasPrefix(rest, []byte("\n")):
		l.at++
	default:
		fine = false
		if bytes.HasPrefix(rest, []byte("\r")) {
			l.at++
		}
	}
	from := l.at
	length, known := f.integer(d["Length"])
	end := -1
	if known && length >= 0 && length <= len(f.data)-from {
		at := from + length
		for at < len(f.data) && isSpace(f.data[at]) {
			at++
		}
		if bytes.HasPrefix(f.data[at:], []byte("endstream")) {
			end = at
		}
	}
	raw := f.data[from:min(from+max(length, 0), len(f.data))]
	if end < 0 {
		found := bytes.Index(f.data[from:], []byte("endstream"))
		if found < 0 {
			f.spent.read += len(f.data) - from // it was looked for to the end
			l.breaks("6.1.7.1-1")
			l.at = len(f.data)
			return &stream{dict: d, raw: f.data[from:], num: num}
		}
		end = from + found
		raw = f.data[from:end]
	}
	real := end - from - lineEnd(f.data[from:end], length)
	if real == end-from {
		fine = false // no line end before endstream
	}
	if !known || real != length {
		l.breaks("6.1.7.1-1")
	}
	if !fine {
		l.breaks("6.1.7.1-2")
	}
	l.at = end + len("endstream")
	f.spent.read -= len(raw) // nothing is read in it
	return &stream{dict: d, raw: raw, num: num}
}

// lineEnd returns how many bytes of the line end before endstream are not the stream's. Of a pair, the first may be.
func lineEnd(body []byte, length int) int {
	switch n := len(body); {
	case n == 0:
		return 0
	case bytes.HasSuffix(body, []byte("\r\n")) && n-length > 1:
		return 2
	case isEOL(body[n-1]):
		return 1
	}
	return 0
}
