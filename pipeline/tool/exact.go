package tool

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Exact reads a PDF to the letter: a file in which every cross-reference points at the object it names, every length is
// right and nothing is said twice. It mends and guesses nothing. That is the point of it: what such a file says, every
// reader of PDF takes from it alike, so that what is found here is what a renderer shows; of any other file each makes
// what it likes, and ErrInexact is the answer. It is not what opens documents in general, see Sound for that.
//
// Objects are read when they are asked for, and the data of streams stay in the file: a document of a thousand pages costs
// as much memory as its table of objects. Any bytes are safe to open. It is not safe for concurrent use.
type Exact struct {
	file    *os.File
	size    int64
	table   map[int]place
	trailer pdfDict
	started int64              // where the newest cross-reference section begins
	known   map[int]pdfObject  // read before
	packs   map[int]*pdfPack   // object streams read before
	spent   int64              // bytes decoded
	pages   []pdfRef           // in order
	parents map[pdfRef]pdfDict // of pages: what they inherit, by the node above them
	above   map[pdfRef]pdfRef  // the node above each page
}

// ErrInexact says that a file is no PDF, or one that readers may take differently.
var ErrInexact = errors.New("not a PDF to the letter")

// place says where an object lies.
type place struct {
	at         int64 // in the file; of an object in a stream: its index there
	pack       int   // the object stream's number, 0 for none
	generation int
}

// Limits of what is read to the letter. Files of people stay far below.
const (
	exactObjects  = 500_000
	exactKnown    = 20_000    // that are kept
	exactObject   = 8 << 20   // bytes of an object without its stream
	exactUnpacked = 64 << 20  // bytes of a decoded table or object stream
	exactBudget   = 256 << 20 // of all that are decoded, again and again included
	exactUpdates  = 64        // cross-reference sections
	exactDepth    = 64        // nested arrays, dictionaries, and nodes of the tree of pages
	exactPages    = 100_000
	exactPacks    = 8 // decoded object streams that are kept
)

// OpenExact opens a PDF. ErrInexact says that it is none to the letter, or encrypted.
func OpenExact(path string) (*Exact, error) {
	x, err := openExact(path)
	if err != nil {
		return nil, err
	}
	if err := x.readPages(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// openExact is OpenExact without going through the pages, each of which is looked for when it is wanted.
func openExact(path string) (*Exact, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	x := &Exact{
		file: file, size: info.Size(), table: map[int]place{}, known: map[int]pdfObject{}, packs: map[int]*pdfPack{},
		parents: map[pdfRef]pdfDict{}, above: map[pdfRef]pdfRef{},
	}
	if err = x.open(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return x, nil
}

// Close closes the file.
func (x *Exact) Close() error { return x.file.Close() }

// Pages returns the number of pages.
func (x *Exact) Pages() int {
	if x.pages != nil {
		return len(x.pages)
	}
	count, _ := x.dict(x.catalog()["Pages"]).whole("Count") // none: no page will be found
	return count
}

// Form reports whether there is a form, whatever it holds.
func (x *Exact) Form() bool { return x.catalog()["AcroForm"] != nil }

func (x *Exact) open() error {
	head := make([]byte, min(x.size, 16))
	if _, err := x.file.ReadAt(head, 0); err != nil {
		return ErrInexact
	}
	if len(head) < 9 || !bytes.HasPrefix(head, []byte("%PDF-")) || head[5] != '1' && head[5] != '2' || head[6] != '.' || !isSpace(head[8]) {
		return ErrInexact
	}
	start, err := x.start()
	if err != nil {
		return err
	}
	x.started = start
	if err := x.sections(start); err != nil {
		return err
	}
	if x.trailer["Encrypt"] != nil {
		return ErrInexact
	}
	return nil
}

// start returns where the last cross-reference section begins: what the last line but one of the file says.
func (x *Exact) start() (int64, error) {
	tail := make([]byte, min(x.size, 256))
	if _, err := x.file.ReadAt(tail, x.size-int64(len(tail))); err != nil {
		return 0, ErrInexact
	}
	tail, found := bytes.CutSuffix(bytes.TrimRight(tail, "\r\n \t"), []byte("%%EOF"))
	at := bytes.LastIndex(tail, []byte("startxref"))
	if !found || at < 0 {
		return 0, ErrInexact
	}
	p := pdfParser{data: tail[at+len("startxref"):]}
	n, ok := p.integer()
	p.skip()
	if !ok || p.at != len(p.data) || n <= 0 || n >= x.size {
		return 0, ErrInexact
	}
	return n, nil
}

// sections reads the cross-reference sections, the newest first: what it says of an object holds.
func (x *Exact) sections(at int64) error {
	seen := map[int64]bool{}
	for at != 0 {
		if seen[at] || len(seen) >= exactUpdates {
			return ErrInexact
		}
		seen[at] = true
		trailer, err := x.section(at)
		if err != nil {
			return err
		}
		size, ok := trailer.whole("Size")
		if !ok || size > exactObjects || trailer["XRefStm"] != nil {
			return ErrInexact // two tables for two kinds of readers
		}
		if x.trailer == nil {
			x.trailer = trailer
		}
		if largest, _ := x.trailer.whole("Size"); size > largest {
			return ErrInexact
		}
		if at = 0; trailer["Prev"] != nil {
			previous, ok := trailer.whole("Prev")
			if !ok || previous <= 0 {
				return ErrInexact
			}
			at = int64(previous)
		}
	}
	size, _ := x.trailer.whole("Size")
	for number := range x.table {
		if number >= size { // some readers ignore such objects
			return ErrInexact
		}
	}
	return nil
}

// section reads one cross-reference section and returns its trailer.
func (x *Exact) section(at int64) (pdfDict, error) {
	if at >= x.size {
		return nil, ErrInexact
	}
	word := make([]byte, 4)
	if _, err := x.file.ReadAt(word, at); err != nil {
		return nil, ErrInexact
	}
	if string(word) == "xref" {
		return x.classic(at + 4)
	}
	object, _, _, err := x.objectAt(at, nil)
	stream, ok := object.(pdfStream)
	if err != nil || !ok || stream.dict.name("Type") != "XRef" {
		return nil, ErrInexact
	}
	return stream.dict, x.packed(stream)
}

// classic reads a table of lines of 20 bytes, and the trailer behind it.
func (x *Exact) classic(at int64) (pdfDict, error) {
	var p pdfParser
	for most := int64(1 << 16); ; most *= 4 { // as much of the file as the table needs
		data := make([]byte, min(most, x.size-at, 48*exactObjects))
		if _, err := x.file.ReadAt(data, at); err != nil && !errors.Is(err, io.EOF) {
			return nil, ErrInexact
		}
		p = pdfParser{data: data}
		entries, trailer, err := p.table()
		if err == nil {
			for number, e := range entries {
				if err := x.enter(number, e); err != nil {
					return nil, err
				}
			}
			return trailer, nil
		}
		if int64(len(data)) < most {
			return nil, ErrInexact
		}
	}
}

// enter notes where an object lies, unless a newer section has said so.
func (x *Exact) enter(number int, e place) error {
	if _, known := x.table[number]; !known {
		x.table[number] = e
	}
	if len(x.table) > exactObjects {
		return ErrInexact
	}
	return nil
}

// free marks an object that is none; a reference to it is null.
var free = place{at: -1}

// packed reads a cross-reference stream.
func (x *Exact) packed(s pdfStream) error {
	data, err := x.decoded(s)
	if err != nil {
		return err
	}
	widths, ok := x.numbers(s.dict["W"])
	if !ok || len(widths) != 3 || slices.Max(widths) > 8 || widths[1] == 0 {
		return ErrInexact
	}
	size, _ := s.dict.whole("Size")
	index := []int{0, size}
	if s.dict["Index"] != nil {
		if index, ok = x.numbers(s.dict["Index"]); !ok || len(index)%2 != 0 {
			return ErrInexact
		}
	}
	width := widths[0] + widths[1] + widths[2]
	field := func(n, or int) int {
		if widths[n] == 0 {
			return or
		}
		value := 0
		for _, b := range data[:widths[n]] {
			value = value<<8 | int(b)
		}
		data = data[widths[n]:]
		return value
	}
	for ; len(index) > 0; index = index[2:] {
		if index[1] > len(data)/width {
			return ErrInexact
		}
		for number := index[0]; number < index[0]+index[1]; number++ {
			kind, second, third := field(0, 1), field(1, 0), field(2, 0)
			e := free
			switch {
			case kind == 1 && second > 0:
				e = place{at: int64(second), generation: third}
			case kind == 2 && second > 0:
				e = place{at: int64(third), pack: second}
			case kind != 0:
				return ErrInexact
			}
			if err := x.enter(number, e); err != nil {
				return err
			}
		}
	}
	if len(data) != 0 {
		return ErrInexact
	}
	return nil
}

// numbers returns the whole numbers in an array.
func (x *Exact) numbers(object pdfObject) ([]int, bool) {
	list, ok := object.([]pdfObject)
	var out []int
	for _, o := range list {
		n, whole := wholeOf(o)
		if !whole || n < 0 {
			return nil, false
		}
		out = append(out, n)
	}
	return out, ok
}

// object returns what a reference stands for: nil if there is no such object.
func (x *Exact) object(r pdfRef) (pdfObject, error) {
	if o, ok := x.known[r.number]; ok {
		return o, nil
	}
	e, ok := x.table[r.number]
	if !ok || e == free {
		return nil, nil
	}
	if e.generation != r.generation {
		return nil, ErrInexact
	}
	var o pdfObject
	if e.pack != 0 {
		pack, err := x.pack(e.pack)
		if err != nil {
			return nil, err
		}
		if o, err = pack.object(int(e.at), r.number); err != nil {
			return nil, err
		}
	} else {
		var number, generation int
		var err error
		if o, number, generation, err = x.objectAt(e.at, x.lengthOf); err != nil {
			return nil, err
		}
		if number != r.number || generation != r.generation {
			return nil, ErrInexact
		}
	}
	if len(x.known) >= exactKnown {
		clear(x.known)
	}
	x.known[r.number] = o
	return o, nil
}

// lengthOf returns a stream's length that stands in an object of its own.
func (x *Exact) lengthOf(r pdfRef) (int, error) {
	e, ok := x.table[r.number]
	if !ok || e == free || e.pack != 0 {
		return 0, ErrInexact
	}
	o, number, generation, err := x.objectAt(e.at, nil)
	n, whole := wholeOf(o)
	if err != nil || number != r.number || generation != r.generation || !whole {
		return 0, ErrInexact
	}
	return n, nil
}

// objectAt reads the object that begins at a place in the file. lengthOf finds a stream's length elsewhere; nil: it must
// stand in the stream's dictionary.
func (x *Exact) objectAt(at int64, lengthOf func(pdfRef) (int, error)) (o pdfObject, number, generation int, err error) {
	if at < 0 || at >= x.size {
		return nil, 0, 0, ErrInexact
	}
	for most := int64(2048); ; most *= 8 {
		data := make([]byte, min(most, x.size-at))
		if _, err := x.file.ReadAt(data, at); err != nil && !errors.Is(err, io.EOF) {
			return nil, 0, 0, ErrInexact
		}
		p := pdfParser{data: data}
		o, number, generation, err = p.indirect()
		if err == nil {
			stream, ok := o.(pdfStream)
			if !ok {
				return o, number, generation, nil
			}
			stream.at += at
			o, err = x.extent(stream, lengthOf)
			return o, number, generation, err
		}
		if int64(len(data)) < most || most > exactObject {
			return nil, 0, 0, ErrInexact
		}
	}
}

// extent finds out how long a stream is and checks that it ends there.
func (x *Exact) extent(s pdfStream, lengthOf func(pdfRef) (int, error)) (pdfObject, error) {
	for _, outside := range []pdfName{"F", "FFilter", "FDecodeParms"} {
		if s.dict[outside] != nil {
			return nil, ErrInexact
		}
	}
	length, ok := s.dict.whole("Length")
	if r, elsewhere := s.dict["Length"].(pdfRef); elsewhere && lengthOf != nil {
		var err error
		if length, err = lengthOf(r); err != nil {
			return nil, err
		}
		ok = true
	}
	if !ok || length < 0 || s.at+int64(length) > x.size {
		return nil, ErrInexact
	}
	tail := make([]byte, min(64, x.size-s.at-int64(length)))
	if _, err := x.file.ReadAt(tail, s.at+int64(length)); err != nil {
		return nil, ErrInexact
	}
	p := pdfParser{data: tail}
	for range 2 { // one line end
		if p.at < len(tail) && (tail[p.at] == '\r' || tail[p.at] == '\n') {
			p.at++
		}
	}
	if !p.word("endstream") || !p.word("endobj") {
		return nil, ErrInexact
	}
	s.length = int64(length)
	return s, nil
}

// raw returns a stream's data as they lie in the file.
func (x *Exact) raw(s pdfStream) ([]byte, error) {
	data := make([]byte, s.length)
	if _, err := x.file.ReadAt(data, s.at); err != nil {
		return nil, fmt.Errorf("read stream: %w", err)
	}
	return data, nil
}

// decoded returns the data of a table or object stream.
func (x *Exact) decoded(s pdfStream) ([]byte, error) {
	data, err := x.raw(s)
	if err != nil {
		return nil, err
	}
	switch filter := s.dict["Filter"]; {
	case filter == nil:
		return data, nil
	case s.dict.name("Filter") != "FlateDecode":
		return nil, ErrInexact
	}
	unpacked, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, ErrInexact
	}
	out, err := io.ReadAll(io.LimitReader(unpacked, exactUnpacked+1))
	if x.spent += int64(len(out)); err != nil || len(out) > exactUnpacked || x.spent > exactBudget {
		return nil, ErrInexact
	}
	parameters, ok := s.dict["DecodeParms"].(pdfDict)
	if !ok {
		if s.dict["DecodeParms"] != nil {
			return nil, ErrInexact
		}
		return out, nil
	}
	return unpredicted(out, parameters)
}

// unpredicted undoes PNG's row filters (ISO 32000-1, 7.4.4.4), as far as tables of bytes have them.
func unpredicted(data []byte, parameters pdfDict) ([]byte, error) {
	predictor, ok := parameters.whole("Predictor")
	if parameters["Predictor"] == nil || ok && predictor == 1 {
		return data, nil
	}
	columns, known := parameters.whole("Columns")
	if !ok || predictor < 10 || !known || columns < 1 || columns > 64 || parameters["Colors"] != nil || parameters["BitsPerComponent"] != nil ||
		len(data)%(columns+1) != 0 {
		return nil, ErrInexact
	}
	out := make([]byte, 0, len(data))
	above := make([]byte, columns)
	for ; len(data) > 0; data = data[columns+1:] {
		row := data[1 : columns+1]
		switch data[0] {
		case 0:
		case 2:
			for i := range row {
				row[i] += above[i]
			}
		default:
			return nil, ErrInexact
		}
		out, above = append(out, row...), row
	}
	return out, nil
}

// pdfPack is a decoded object stream.
type pdfPack struct {
	data    []byte
	numbers []int
	starts  []int
}

// pack returns an object stream.
func (x *Exact) pack(number int) (*pdfPack, error) {
	if p, ok := x.packs[number]; ok {
		return p, nil
	}
	e, ok := x.table[number]
	if !ok || e == free || e.pack != 0 {
		return nil, ErrInexact
	}
	o, got, _, err := x.objectAt(e.at, x.lengthOf)
	s, isStream := o.(pdfStream)
	if err != nil || !isStream || got != number || s.dict.name("Type") != "ObjStm" {
		return nil, ErrInexact
	}
	data, err := x.decoded(s)
	if err != nil {
		return nil, err
	}
	count, countOK := s.dict.whole("N")
	first, firstOK := s.dict.whole("First")
	if !countOK || !firstOK || count < 0 || first < 0 || first > len(data) || count > first {
		return nil, ErrInexact
	}
	pack := &pdfPack{data: data}
	p := pdfParser{data: data[:first]}
	for range count {
		number, ok := p.integer()
		start, also := p.integer()
		if !ok || !also || number > exactObjects || start+int64(first) > int64(len(data)) {
			return nil, ErrInexact
		}
		pack.numbers, pack.starts = append(pack.numbers, int(number)), append(pack.starts, int(start)+first)
	}
	if len(x.packs) >= exactPacks {
		clear(x.packs)
	}
	x.packs[number] = pack
	return pack, nil
}

// object returns the object with an index, which must have that number.
func (p *pdfPack) object(index, number int) (pdfObject, error) {
	if index >= len(p.numbers) || p.numbers[index] != number {
		return nil, ErrInexact
	}
	parser := pdfParser{data: p.data[p.starts[index]:]}
	o, err := parser.object(0)
	if _, stream := o.(pdfStream); err != nil || stream {
		return nil, ErrInexact
	}
	return o, nil
}

// resolve follows references.
func (x *Exact) resolve(o pdfObject) (pdfObject, error) {
	for range exactDepth {
		r, ok := o.(pdfRef)
		if !ok {
			return o, nil
		}
		var err error
		if o, err = x.object(r); err != nil {
			return nil, err
		}
	}
	return nil, ErrInexact
}

// dict resolves a dictionary; nil if it is none.
func (x *Exact) dict(o pdfObject) pdfDict {
	resolved, err := x.resolve(o)
	if err != nil {
		return nil
	}
	d, _ := resolved.(pdfDict)
	return d
}

func (x *Exact) catalog() pdfDict { return x.dict(x.trailer["Root"]) }

// readPages lists the pages. Every node must know its own parent and count.
func (x *Exact) readPages() error {
	root, ok := x.catalog()["Pages"].(pdfRef)
	if !ok || x.catalog().name("Type") != "Catalog" {
		return ErrInexact
	}
	_, err := x.node(root, nil, 0)
	if err == nil && len(x.pages) == 0 {
		err = ErrInexact
	}
	return err
}

// node adds the pages below a node of the tree and returns how many there are.
func (x *Exact) node(r pdfRef, parent *pdfRef, depth int) (int, error) {
	d := x.dict(r)
	_, again := x.above[r]
	if d == nil || again || depth > exactDepth || len(x.pages) > exactPages {
		return 0, ErrInexact
	}
	if parent != nil {
		if said, ok := d["Parent"].(pdfRef); !ok || said != *parent {
			return 0, ErrInexact
		}
		x.above[r] = *parent
	} else if d["Parent"] != nil {
		return 0, ErrInexact
	}
	switch d.name("Type") {
	case "Page":
		if parent == nil || d["Kids"] != nil {
			return 0, ErrInexact
		}
		x.pages = append(x.pages, r)
		delete(x.known, r.number) // a thousand of them need not be held
		return 1, nil
	case "Pages":
	default:
		return 0, ErrInexact
	}
	inherited := pdfDict{}
	if parent != nil {
		inherited = x.parents[*parent]
	}
	x.parents[r] = d.over(inherited)
	list, err := x.resolve(d["Kids"])
	kids, ok := list.([]pdfObject)
	if err != nil || !ok {
		return 0, ErrInexact
	}
	sum := 0
	for _, kid := range kids {
		child, ok := kid.(pdfRef)
		if !ok {
			return 0, ErrInexact
		}
		n, err := x.node(child, &r, depth+1)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	if count, ok := d.whole("Count"); !ok || count != sum {
		return 0, ErrInexact
	}
	return sum, nil
}

// inheritable are the entries that pages have from the nodes above them, shown those that decide what a page shows.
var (
	inheritable = []pdfName{"Resources", "MediaBox", "CropBox", "Rotate"}
	shown       = append([]pdfName{"Contents", "UserUnit", "Group", "Annots"}, inheritable...)
)

// over returns what pages below a node inherit that itself inherits so much.
func (d pdfDict) over(inherited pdfDict) pdfDict {
	out := pdfDict{}
	for _, key := range inheritable {
		if d[key] != nil {
			out[key] = d[key]
		} else if inherited[key] != nil {
			out[key] = inherited[key]
		}
	}
	return out
}

// page returns those entries of a page (from 1) that decide what it shows, inherited ones included.
func (x *Exact) page(number int) (pdfDict, error) {
	r, inherited, err := x.find(number)
	if err != nil {
		return nil, err
	}
	d := x.dict(r)
	if d == nil {
		return nil, ErrInexact
	}
	out := d.over(inherited)
	for _, key := range shown {
		if d[key] != nil {
			out[key] = d[key]
		}
	}
	return out, nil
}

// find returns a page and what it inherits.
func (x *Exact) find(number int) (pdfRef, pdfDict, error) {
	if number < 1 || number > x.Pages() {
		return pdfRef{}, nil, ErrInexact
	}
	if x.pages != nil {
		r := x.pages[number-1]
		return r, x.parents[x.above[r]], nil
	}
	root, _ := x.catalog()["Pages"].(pdfRef)
	return x.below(root, number-1, pdfDict{}, 0)
}

// below finds the page with an index among those below a node.
func (x *Exact) below(r pdfRef, index int, inherited pdfDict, depth int) (pdfRef, pdfDict, error) {
	node := x.dict(r)
	inherited = node.over(inherited)
	list, err := x.resolve(node["Kids"])
	kids, _ := list.([]pdfObject)
	count, _ := node.whole("Count")
	if err != nil || depth > exactDepth || index >= count {
		return pdfRef{}, nil, ErrInexact
	}
	if count == len(kids) { // no need to ask each of a thousand
		kids, index = kids[index:index+1], 0
	}
	for _, kid := range kids {
		child, _ := kid.(pdfRef)
		d := x.dict(child)
		n := 1
		switch d.name("Type") {
		case "Page":
			if index == 0 {
				return child, inherited, nil
			}
		case "Pages":
			if n, _ = d.whole("Count"); index < n {
				return x.below(child, index, inherited, depth+1)
			}
		default:
			return pdfRef{}, nil, ErrInexact
		}
		index -= n
	}
	return pdfRef{}, nil, ErrInexact
}
