package pdfa

import "encoding/binary"

// jpxColour is a colour specification of JPEG 2000 data.
type jpxColour struct {
	method int
	approx int
	space  uint32 // enumerated; 0 if it is a profile
}

// jpx is what headers of JPEG 2000 data say.
type jpx struct {
	channels int // of colour
	depth    int // bits; 0 if it is not said
	varies   bool
	colours  []jpxColour
}

// jpeg2000 checks 6.2.8.3.
func (v *validator) jpeg2000(s *stream) {
	data := s.raw
	names, _ := v.file.filters(s.dict)
	for _, filter := range names {
		if filter == "JPXDecode" {
			break
		}
		var err error
		if data, err = v.file.filter(filter, data); err != nil {
			return
		}
	}
	j := readJPX(data)
	if j.channels != 1 && j.channels != 3 && j.channels != 4 {
		v.breaks("6.2.8.3-1", s.num)
	}
	if j.varies || j.depth < 1 || j.depth > 38 {
		v.breaks("6.2.8.3-5", s.num)
	}
	if !v.file.has(s.dict, "ColorSpace") {
		v.jpxColours(j.colours, s.num)
	}
}

// jpxColours checks the colour specifications, which count where the image dictionary has no colour space. Of several, a
// reader uses the one that is marked as the best.
func (v *validator) jpxColours(colours []jpxColour, num int) {
	best := 0
	for _, c := range colours {
		if c.approx == 1 {
			best++
		}
	}
	if len(colours) != 1 && best != 1 {
		v.breaks("6.2.8.3-2", num)
		return
	}
	for _, c := range colours {
		if len(colours) > 1 && c.approx != 1 {
			continue
		}
		if c.method < 1 || c.method > 3 {
			v.breaks("6.2.8.3-3", num)
		}
		switch {
		case c.method != 1:
		case c.space == 19:
			v.breaks("6.2.8.3-4", num)
		case c.space == 12:
			v.use(v.family("DeviceCMYK"), num)
		}
	}
}

// readJPX reads the boxes of a JP2 file, or a bare codestream.
func readJPX(data []byte) jpx {
	var j jpx
	if len(data) >= 4 && binary.BigEndian.Uint32(data) == 0xff4fff51 {
		j.codestream(data)
		return j
	}
	j.boxes(data, 0)
	return j
}

func (j *jpx) boxes(data []byte, depth int) {
	for len(data) >= 8 && depth < 4 {
		size, head := int(binary.BigEndian.Uint32(data)), 8
		kind := string(data[4:8])
		switch {
		case size == 0:
			size = len(data)
		case size == 1 && len(data) >= 16:
			long := binary.BigEndian.Uint64(data[8:])
			size, head = int(min(long, uint64(len(data)))), 16 //nolint:gosec // at most the length
		}
		if size < head || size > len(data) {
			size = len(data)
		}
		if head > size {
			return
		}
		j.box(kind, data[head:size], depth)
		data = data[size:]
	}
}

func (j *jpx) box(kind string, body []byte, depth int) {
	switch kind {
	case "jp2h":
		j.boxes(body, depth+1)
	case "ihdr":
		if len(body) >= 11 {
			j.channels = int(binary.BigEndian.Uint16(body[8:]))
			if body[10] == 255 {
				j.varies = true
			} else {
				j.depth = int(body[10]&127) + 1
			}
		}
	case "bpcc":
		j.varies = true
	case "colr":
		if len(body) < 3 {
			return
		}
		c := jpxColour{method: int(body[0]), approx: int(body[2])}
		if c.method == 1 && len(body) >= 7 {
			c.space = binary.BigEndian.Uint32(body[3:])
		}
		j.colours = append(j.colours, c)
	case "cdef": // channels that are no colour are opacity
		for i := range u16(body, 0) {
			if 2+6*i+6 <= len(body) && u16(body, 2+6*i+2) != 0 {
				j.channels--
			}
		}
	case "jp2c":
		if j.channels == 0 {
			j.codestream(body)
		}
	}
}

// codestream reads the SIZ marker at the beginning of a codestream.
func (j *jpx) codestream(data []byte) {
	if len(data) < 42 {
		return
	}
	j.channels = int(binary.BigEndian.Uint16(data[40:]))
	for n := range j.channels {
		at := 42 + 3*n
		if at >= len(data) {
			return
		}
		depth := int(data[at]&127) + 1
		if n > 0 && depth != j.depth {
			j.varies = true
		}
		j.depth = depth
	}
}
