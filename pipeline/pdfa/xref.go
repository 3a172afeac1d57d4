package pdfa

import (
	"bytes"
	"errors"
	"maps"
	"slices"
)

var errXref = errors.New("the cross-reference cannot be read")

// readChain reads the cross-reference sections from the newest to the oldest.
func (f *file) readChain() error {
	at := bytes.LastIndex(f.data, []byte("startxref"))
	if at < 0 {
		return errXref
	}
	l := lexer{data: f.data, at: at + len("startxref")}
	l.skip()
	next := []int{l.digits()}
	seen := map[int]bool{}
	for len(next) > 0 {
		offset := next[0]
		next = next[1:]
		if seen[offset] {
			continue
		}
		seen[offset] = true
		if len(seen) > maxSections || offset < 0 || offset >= len(f.data) {
			return errXref
		}
		trailer, err := f.section(offset)
		if err != nil {
			return err
		}
		if f.trailer == nil {
			f.trailer = trailer
		}
		f.chain = append(f.chain, trailer)
		if n, is := trailer["XRefStm"].(int64); is {
			next = append(next, int(n))
		}
		if n, is := toFloat(trailer["Prev"]); is {
			next = append(next, int(n))
		}
	}
	return nil
}

// section reads one table or stream.
func (f *file) section(offset int) (dict, error) {
	l := f.lexer(f.data, 0) // for the trailer: how it is spelled counts too
	l.at = offset
	l.skip()
	if bytes.HasPrefix(f.data[l.at:], []byte("xref")) {
		f.tables = append(f.tables, l.at)
		l.at += len("xref")
		return f.table(l)
	}
	num := l.digits()
	if num < 0 {
		return nil, errXref
	}
	s, _ := f.at(num, offset).(*stream)
	if s == nil || f.name(s.dict["Type"]) != "XRef" {
		return nil, errXref
	}
	return s.dict, f.xrefStream(s)
}

// table reads the subsections of a classic table and its trailer.
func (f *file) table(l *lexer) (dict, error) {
	for {
		l.skip()
		if bytes.HasPrefix(f.data[l.at:], []byte("trailer")) {
			l.at += len("trailer")
			o, err := l.next()
			d, is := o.(dict)
			if err != nil || !is {
				return nil, errXref
			}
			return d, nil
		}
		first := l.digits()
		l.skip()
		count := l.digits()
		if first < 0 || count < 0 || count > len(f.data)/18+1 {
			return nil, errXref
		}
		for i := range count {
			l.skip()
			offset := l.digits()
			l.skip()
			gen := l.digits()
			l.skip()
			if offset < 0 || gen < 0 || l.at >= len(f.data) {
				return nil, errXref
			}
			kind := f.data[l.at]
			l.at++
			if i == 0 && first == 1 && kind == 'f' && offset == 0 && gen == 65535 {
				first = 0 // a common mistake: the table begins with object 0
			}
			f.add(first+i, entry{offset: offset, free: kind != 'n' || offset == 0})
		}
	}
}

// add records where an object is unless a newer section has said so.
func (f *file) add(num int, e entry) {
	if _, known := f.xref[num]; !known {
		f.xref[num] = e
	}
}

// xrefStream reads the entries of a cross-reference stream.
func (f *file) xrefStream(s *stream) error {
	data, err := f.decode(s)
	if err != nil {
		return errXref
	}
	var width [3]int
	row := 0
	w := f.array(s.dict["W"])
	for i := range width {
		if i >= len(w) {
			return errXref
		}
		n, _ := w[i].(int64)
		if n < 0 || n > 8 {
			return errXref
		}
		width[i] = int(n)
		row += int(n)
	}
	size, _ := f.integer(s.dict["Size"])
	index := f.array(s.dict["Index"])
	if index == nil {
		index = array{int64(0), int64(size)}
	}
	for i := 0; i+1 < len(index) && row > 0; i += 2 {
		first, _ := index[i].(int64)
		count, _ := index[i+1].(int64)
		for n := first; n < first+count && len(data) >= row; n++ {
			f.add(int(n), xrefRow(data[:row], width))
			data = data[row:]
		}
	}
	return nil
}

func xrefRow(row []byte, width [3]int) entry {
	var field [3]int
	for i, w := range width {
		for _, b := range row[:w] {
			field[i] = field[i]<<8 | int(b)
		}
		row = row[w:]
	}
	if width[0] == 0 {
		field[0] = 1
	}
	switch field[0] {
	case 1:
		return entry{offset: field[1], free: field[1] == 0}
	case 2:
		return entry{inside: field[1], index: field[2]}
	}
	return entry{free: true}
}

// rebuild looks for objects where the cross-reference is of no use. Such a file does not conform; it is read on so that
// the report names more than this.
func (f *file) rebuild() {
	f.rebuilt = true
	f.xref, f.objects, f.packed = map[int]entry{}, map[int]object{}, map[int][]packedObject{}
	for at := 0; ; {
		found := bytes.Index(f.data[at:], []byte("obj"))
		if found < 0 {
			break
		}
		at += found
		if num, offset := objectBefore(f.data, at); num > 0 {
			f.xref[num] = entry{offset: offset}
		}
		at += len("obj")
	}
	f.trailer = f.findTrailer()
}

// objectBefore reads the two numbers that stand before the keyword obj at an offset.
func objectBefore(data []byte, at int) (num, offset int) {
	number := func() int {
		end := at
		for at > 0 && isSpace(data[at-1]) {
			at--
		}
		if at == end {
			return -1
		}
		stop := at
		for at > 0 && isDigit(data[at-1]) && stop-at < 10 {
			at--
		}
		l := lexer{data: data[at:stop]}
		return l.digits()
	}
	if gen := number(); gen < 0 {
		return 0, 0
	}
	if num = number(); num <= 0 || num > maxIndirects {
		return 0, 0
	}
	return num, at
}

// findTrailer returns the last trailer with a catalogue, or makes one.
func (f *file) findTrailer() dict {
	for end := len(f.data); ; {
		at := bytes.LastIndex(f.data[:end], []byte("trailer"))
		if at < 0 {
			break
		}
		l := lexer{data: f.data, at: at + len("trailer"), refs: true, room: &f.spent.room}
		o, err := l.next()
		if f.spent.read += l.at - at; f.spent.exhausted() {
			break
		}
		if err == nil {
			if d, is := o.(dict); is && f.dict(d["Root"]) != nil {
				return d
			}
		}
		end = at
	}
	made := dict{}
	for _, num := range slices.Sorted(maps.Keys(f.xref)) {
		d := dictOf(f.object(num))
		switch f.name(d["Type"]) {
		case "XRef":
			if f.dict(d["Root"]) != nil {
				return d
			}
		case "Catalog":
			made = dict{"Root": ref{num: num}}
		}
	}
	return made
}
