package tool

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

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
