package tool

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

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
