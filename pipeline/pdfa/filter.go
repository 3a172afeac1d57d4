package pdfa

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
)

var errFilter = errors.New("a stream cannot be decoded")

// filters returns the filters of a stream with their parameters, in order.
func (f *file) filters(d dict) (names []name, parms []dict) {
	p := f.resolve(d["DecodeParms"])
	switch filter := f.resolve(d["Filter"]).(type) {
	case name:
		if list, is := p.(array); is && len(list) > 0 {
			p = list[0]
		}
		return []name{filter}, []dict{f.dict(p)}
	case array:
		list, _ := p.(array)
		for i, o := range filter {
			names = append(names, f.name(o))
			switch {
			case i < len(list):
				parms = append(parms, f.dict(list[i]))
			case len(filter) == 1:
				parms = append(parms, f.dict(p))
			default:
				parms = append(parms, nil)
			}
		}
	}
	return names, parms
}

// decode returns the bytes of a stream. Filters of pictures are an error: nothing here looks into pictures.
func (f *file) decode(s *stream) ([]byte, error) {
	if f.spent.exhausted() {
		return nil, errTooMuch
	}
	data := s.raw
	names, parms := f.filters(s.dict)
	for i, filter := range names {
		var err error
		if data, err = f.filter(filter, data); err != nil {
			return nil, err
		}
		if data, err = f.unpredict(data, parms[i]); err != nil {
			return nil, err
		}
	}
	if f.spent.decoded += len(data); f.spent.decoded > maxDecoded {
		return nil, errTooMuch
	}
	return data, nil
}

func (f *file) filter(filter name, data []byte) ([]byte, error) {
	switch filter {
	case "FlateDecode", "Fl":
		return inflate(data)
	case "ASCIIHexDecode", "AHx":
		l := lexer{data: data}
		return []byte(l.hexBytes()), nil
	case "ASCII85Decode", "A85":
		return ascii85(data), nil
	case "RunLengthDecode", "RL":
		return runLength(data)
	case "LZWDecode", "LZW":
		return unlzw(data)
	case "Crypt": // Identity, or a rule is broken
		return data, nil
	}
	return nil, errFilter
}

// hexBytes is hex without a word about its spelling: a filter may end in half a byte.
func (l *lexer) hexBytes() text {
	l.found = nil
	return l.hex()
}

// inflate ignores the checksum, as readers of PDF do, and takes what there is of a stream cut short.
func inflate(data []byte) ([]byte, error) {
	if len(data) < 2 {
		return nil, errFilter
	}
	r := flate.NewReader(bytes.NewReader(data[2:]))
	out, err := io.ReadAll(io.LimitReader(r, maxStream+1))
	if len(out) > maxStream {
		return nil, errTooMuch
	}
	if err != nil && len(out) == 0 {
		return nil, errFilter
	}
	return out, nil
}

func ascii85(data []byte) []byte {
	var out []byte
	var group [5]byte
	n := 0
	for _, b := range data {
		switch {
		case b == '~':
			if n > 1 {
				for i := n; i < 5; i++ {
					group[i] = 84
				}
				out = append(out, five(group)[:n-1]...)
			}
			return out
		case b == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case b >= '!' && b <= 'u':
			group[n] = b - '!'
			if n++; n == 5 {
				out = append(out, five(group)...)
				n = 0
			}
		}
	}
	return out
}

func five(group [5]byte) []byte {
	var v uint32
	for _, b := range group {
		v = v*85 + uint32(b)
	}
	return []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)} //nolint:gosec // the bytes of a number
}

func runLength(data []byte) ([]byte, error) {
	var out []byte
	for len(data) > 0 && data[0] != 128 {
		n := int(data[0])
		data = data[1:]
		if n < 128 {
			take := min(n+1, len(data))
			out = append(out, data[:take]...)
			data = data[take:]
			continue
		}
		if len(data) == 0 {
			break
		}
		out = append(out, bytes.Repeat(data[:1], 257-n)...)
		data = data[1:]
		if len(out) > maxStream {
			return nil, errTooMuch
		}
	}
	return out, nil
}

// unlzw decodes what PDF/A forbids, so that the rest of the report holds.
func unlzw(data []byte) ([]byte, error) {
	const clear, end = 256, 257
	var out []byte
	var table [][]byte
	reset := func() {
		table = table[:0]
		for i := range 258 {
			table = append(table, []byte{byte(i)}) //nolint:gosec // the last two are never written
		}
	}
	reset()
	var previous []byte
	bits, have, width := 0, 0, 9
	for _, b := range data {
		bits, have = bits<<8|int(b), have+8
		if have < width {
			continue
		}
		code := bits >> (have - width) & (1<<width - 1)
		have -= width
		bits &= 1<<have - 1
		switch {
		case code == end:
			return out, nil
		case code == clear:
			reset()
			previous, width = nil, 9
			continue
		case code > len(table) || code == len(table) && previous == nil:
			return out, nil // broken: what came before may still be read
		}
		var word []byte
		if code < len(table) {
			word = table[code]
		} else {
			word = append(previous[:len(previous):len(previous)], previous[0])
		}
		if out = append(out, word...); len(out) > maxStream {
			return nil, errTooMuch
		}
		if previous != nil && len(table) < 4096 {
			table = append(table, append(previous[:len(previous):len(previous)], word[0]))
		}
		previous = word
		if n := len(table) + 1; n >= 1<<width && width < 12 {
			width++
		}
	}
	return out, nil
}

// unpredict undoes the predictors of Flate and LZW.
func (f *file) unpredict(data []byte, parms dict) ([]byte, error) {
	predictor, _ := f.integer(parms["Predictor"])
	if predictor < 2 {
		return data, nil
	}
	colours, bits, columns := 1, 8, 1
	for key, value := range map[name]*int{"Colors": &colours, "BitsPerComponent": &bits, "Columns": &columns} {
		if n, is := f.integer(parms[key]); is {
			*value = n
		}
	}
	if colours < 1 || colours > 64 || bits < 1 || bits > 16 || columns < 1 || columns > 1<<24 {
		return nil, errFilter
	}
	pixel := (colours*bits + 7) / 8
	row := (colours*bits*columns + 7) / 8
	if predictor == 2 {
		data = bytes.Clone(data) // it may be the file's own
		if bits == 8 {
			for at := 0; at < len(data); at++ {
				if at%row >= pixel {
					data[at] += data[at-pixel]
				}
			}
		}
		return data, nil
	}
	return unpng(data, row, pixel), nil
}

// unpng undoes PNG predictors.
func unpng(data []byte, row, pixel int) []byte {
	out := make([]byte, 0, len(data))
	above := make([]byte, row)
	for len(data) > 1 {
		kind := data[0]
		n := min(row, len(data)-1)
		line := make([]byte, row)
		copy(line, data[1:1+n])
		data = data[1+n:]
		for i := range n {
			var left, corner byte
			if i >= pixel {
				left, corner = line[i-pixel], above[i-pixel]
			}
			switch kind {
			case 1:
				line[i] += left
			case 2:
				line[i] += above[i]
			case 3:
				line[i] += byte((int(left) + int(above[i])) / 2) //nolint:gosec // the mean of two bytes is one
			case 4:
				line[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, line[:n]...)
		above = line
	}
	return out
}

func paeth(left, up, corner byte) byte {
	distance := func(a, b int) int { return max(a-b, b-a) }
	p := int(left) + int(up) - int(corner)
	l, u, c := distance(p, int(left)), distance(p, int(up)), distance(p, int(corner))
	switch {
	case l <= u && l <= c:
		return left
	case u <= c:
		return up
	}
	return corner
}
