package picture

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Tags of TIFF (and EXIF, which is TIFF inside) that matter here.
const (
	tagSubfile     = 254
	tagWidth       = 256
	tagHeight      = 257
	tagBits        = 258
	tagCompression = 259
	tagPhotometric = 262
	tagFillOrder   = 266
	tagOrientation = 274
	tagSamples     = 277
	tagStrips      = 273
	tagStripBytes  = 279
	tagXResolution = 282
	tagUnit        = 296
	tagColours     = 320
	tagFormat      = 339
	tagGPS         = 0x8825
)

// maxValues bounds the values read of one tag; strips of an honest page stay far below.
const maxValues = 65536

// Directory is one picture of a TIFF file.
type Directory struct {
	Number        int // from 0, thumbnails counted
	Offset        int64
	Width, Height int
	Bits          int // per sample; 1 if the file does not say
	Samples       int // per pixel
	Compression   int // 1 none, 3 Group 3, 4 Group 4, 5 LZW, 6 and 7 JPEG, 8 Deflate, 32773 PackBits
	Photometric   int // 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr
	FillOrder     int // 2: lowest bit first
	Orientation   int // 1 to 8; 1 if the file does not say
	DPI           int // 0: not said
	Offsets       []int64
	Counts        []int64
	Colours       []int64 // a palette's: all reds, greens, blues, 16 bits each
	Reduced       bool    // a thumbnail
	Float         bool    // samples are floating point numbers
}

// Pixels returns width times height without overflow.
func (d Directory) Pixels() int64 { return mul(int64(d.Width), int64(d.Height)) }

// bytes is what decoding takes at least.
func (d Directory) bytes() int64 {
	return mul(d.Pixels(), mul(int64(max(d.Samples, 1)), max(int64(d.Bits)/8, 1)))
}

// Directories lists the pictures of a TIFF file, at most limit (else ErrPages). Loops and cut-off directories are
// ErrBroken. Thumbnails are marked Reduced.
func Directories(r io.ReaderAt, size int64, limit int) ([]Directory, error) {
	t, next, err := openTIFF(r, size)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	var all []Directory
	for next != 0 {
		if seen[next] {
			return nil, fmt.Errorf("%w: directories loop", ErrBroken)
		}
		seen[next] = true
		if len(all) >= limit {
			return nil, ErrPages
		}
		d := Directory{Number: len(all), Offset: next, Bits: 1, Samples: 1, Compression: 1, FillOrder: 1, Orientation: 1}
		if next, err = t.directory(next, d.take(t)); err != nil {
			if len(all) > 0 { // the pages before are whole
				return all, nil
			}
			return nil, err
		}
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: no directory", ErrBroken)
	}
	return all, nil
}

// tiffHeader sums a TIFF up.
func tiffHeader(r io.ReaderAt, size int64, pages int) (Header, error) {
	all, err := Directories(r, size, pages)
	if err != nil {
		return Header{}, err
	}
	h := Header{Format: "tiff", Pages: 0}
	for _, d := range all {
		if !d.Reduced {
			h.Pages++
		}
		if d.Pixels() > h.Pixels() {
			h.Width, h.Height = d.Width, d.Height
		}
		h.Samples = max(h.Samples, d.bytes())
	}
	h.Pages = max(h.Pages, 1)
	return h, nil
}

// tiff reads directories in the file's byte order.
type tiff struct {
	r     io.ReaderAt
	size  int64
	order binary.ByteOrder
}

func openTIFF(r io.ReaderAt, size int64) (*tiff, int64, error) {
	var b [8]byte
	if err := readAt(r, b[:], 0); err != nil {
		return nil, 0, err
	}
	t := &tiff{r: r, size: size}
	switch string(b[:4]) {
	case "II*\x00":
		t.order = binary.LittleEndian
	case "MM\x00*":
		t.order = binary.BigEndian
	default:
		return nil, 0, ErrUnknown
	}
	return t, int64(t.order.Uint32(b[4:])), nil
}

// entry is one tag of a directory.
type entry struct {
	tag, kind int
	count     int64
	value     [4]byte
}

// directory calls take for each entry at offset and returns the offset of the next directory, 0 for none.
func (t *tiff) directory(offset int64, take func(entry) error) (int64, error) {
	var b [2]byte
	if err := readAt(t.r, b[:], offset); err != nil {
		return 0, err
	}
	count := int(t.order.Uint16(b[:]))
	raw := make([]byte, 12*count+4)
	if err := readAt(t.r, raw, offset+2); err != nil {
		if readAt(t.r, raw[:12*count], offset+2) != nil {
			return 0, err
		}
		clear(raw[12*count:]) // only the link to the next is missing: it is the last
	}
	for i := range count {
		e := raw[12*i : 12*i+12]
		if err := take(entry{tag: int(t.order.Uint16(e)), kind: int(t.order.Uint16(e[2:])), count: int64(t.order.Uint32(e[4:])), value: [4]byte(e[8:])}); err != nil {
			return 0, err
		}
	}
	return int64(t.order.Uint32(raw[12*count:])), nil
}

// values reads the numbers of an entry; rationals become rounded quotients.
func (t *tiff) values(e entry) ([]int64, error) {
	width := map[int]int64{1: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8}[e.kind]
	if width == 0 || e.count <= 0 {
		return nil, nil
	}
	if e.count > maxValues {
		return nil, fmt.Errorf("%w: tag with %d values", ErrBroken, e.count)
	}
	raw := e.value[:]
	if e.count*width > 4 {
		raw = make([]byte, e.count*width)
		if err := readAt(t.r, raw, int64(t.order.Uint32(e.value[:]))); err != nil {
			return nil, err
		}
	}
	out := make([]int64, e.count)
	for i := range out {
		b := raw[int64(i)*width:]
		switch width {
		case 1:
			out[i] = int64(b[0])
		case 2:
			out[i] = int64(t.order.Uint16(b))
		case 4:
			out[i] = int64(t.order.Uint32(b))
		case 8:
			if under := t.order.Uint32(b[4:]); under != 0 {
				out[i] = int64(math.Round(float64(t.order.Uint32(b)) / float64(under)))
			}
		}
	}
	return out, nil
}

// take fills d from entries.
func (d *Directory) take(t *tiff) func(entry) error {
	unit := int64(2)
	return func(e entry) error {
		switch e.tag {
		case tagSubfile, tagWidth, tagHeight, tagBits, tagCompression, tagPhotometric, tagFillOrder, tagOrientation, tagSamples,
			tagStrips, tagStripBytes, tagXResolution, tagUnit, tagColours, tagFormat:
		default:
			return nil
		}
		values, err := t.values(e)
		if err != nil || len(values) == 0 {
			return err
		}
		v := values[0]
		number := int(min(v, 1<<31-1))
		switch e.tag {
		case tagSubfile:
			d.Reduced = v&1 != 0
		case tagWidth:
			d.Width = number
		case tagHeight:
			d.Height = number
		case tagBits:
			d.Bits = number
		case tagCompression:
			d.Compression = number
		case tagPhotometric:
			d.Photometric = number
		case tagFillOrder:
			d.FillOrder = number
		case tagOrientation:
			d.Orientation = turn(number)
		case tagSamples:
			d.Samples = number
		case tagFormat:
			d.Float = v == 3
		case tagStrips:
			d.Offsets = values
		case tagStripBytes:
			d.Counts = values
		case tagColours:
			d.Colours = values
		case tagXResolution:
			d.DPI = perInch(v, unit)
		case tagUnit:
			if unit = v; v == 3 {
				d.DPI = perInch(int64(d.DPI), 3)
			}
		}
		return nil
	}
}

// perInch turns a resolution in TIFF's units (1 none, 2 inch, 3 centimetre) into dots per inch.
func perInch(v, unit int64) int {
	if v <= 0 || v > 100_000 {
		return 0
	}
	if unit == 3 {
		return int(math.Round(float64(v) * 2.54))
	}
	return int(v)
}

// turn keeps the eight orientations there are.
func turn(orientation int) int {
	if orientation < 1 || orientation > 8 {
		return 1
	}
	return orientation
}
