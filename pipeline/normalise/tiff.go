package normalise

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/bits"
	"os"
	"path/filepath"

	"golang.org/x/image/tiff"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

// fromTIFF makes a page of every directory that is no thumbnail. A page that nothing decodes is left out with a note, as
// long as another remains.
func fromTIFF(ctx context.Context, dir, in string, data []byte, limits pipeline.Limits) (photoSet, error) {
	directories, err := picture.Directories(bytes.NewReader(data), int64(len(data)), limits.Pages)
	if err != nil {
		return photoSet{}, fault.New(fault.Review, fault.Unreadable, err)
	}
	var set photoSet
	var lastErr error
	for _, d := range directories {
		if d.Reduced && len(directories) > 1 {
			continue
		}
		if d.Pixels() <= 0 || d.Pixels() > limits.Pixels {
			return photoSet{}, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("picture of %d × %d pixels", d.Width, d.Height))
		}
		r, err := tiffPage(ctx, dir, in, data, d)
		if ctx.Err() != nil {
			return photoSet{}, ctx.Err()
		}
		if err != nil {
			lastErr = err
			continue
		}
		r.orientation, r.dpi = d.Orientation, d.DPI
		set.rasters = append(set.rasters, r)
	}
	if lastErr != nil {
		if len(set.rasters) == 0 {
			return photoSet{}, fault.New(fault.Review, fault.Unreadable, lastErr)
		}
		set.notes = append(set.notes, pipeline.NotePartial)
	}
	return set, nil
}

// tiffPage takes fax data over as they are and has everything else decoded, by Go first, then by libtiff.
func tiffPage(ctx context.Context, dir, in string, data []byte, d picture.Directory) (raster, error) {
	if r, ok := group4(data, d); ok {
		return r, nil
	}
	decoded, err := decodeTIFF(data, d)
	if err != nil {
		const copied = "page.tif"
		defer os.Remove(filepath.Join(dir, copied))
		if copyErr := tool.TiffPage(ctx, dir, in, d.Number, copied, tool.Limits{Time: pictureTime}); copyErr != nil {
			return raster{}, errors.Join(err, copyErr)
		}
		plain, readErr := os.ReadFile(filepath.Join(dir, copied))
		if readErr != nil {
			return raster{}, errors.Join(err, readErr)
		}
		if decoded, err = decodePlain(plain); err != nil {
			return raster{}, err
		}
	}
	return lossless(decoded)
}

// decodePlain decodes what libtiff has written: one directory, no compression.
func decodePlain(data []byte) (image.Image, error) {
	all, err := picture.Directories(bytes.NewReader(data), int64(len(data)), 1)
	if err != nil {
		return nil, err
	}
	if all[0].Float {
		return decodeFloat(data, all[0])
	}
	return decodeTIFF(data, all[0])
}

// decodeFloat shows uncompressed floating point samples as grey between their least and greatest value. No scanner writes
// such files, laboratories do.
func decodeFloat(data []byte, d picture.Directory) (image.Image, error) {
	if d.Samples != 1 || d.Bits != 32 && d.Bits != 64 {
		return nil, fmt.Errorf("floating point picture of %d samples of %d bits", d.Samples, d.Bits)
	}
	raw := stripes(data, d)
	size, values := d.Bits/8, make([]float64, d.Width*d.Height)
	if len(raw) < size*len(values) {
		return nil, fmt.Errorf("floating point picture: %w", picture.ErrBroken)
	}
	least, greatest := math.Inf(1), math.Inf(-1)
	for i := range values {
		if size == 4 {
			values[i] = float64(math.Float32frombits(order(data).Uint32(raw[4*i:])))
		} else {
			values[i] = math.Float64frombits(order(data).Uint64(raw[8*i:]))
		}
		if !math.IsNaN(values[i]) && !math.IsInf(values[i], 0) {
			least, greatest = min(least, values[i]), max(greatest, values[i])
		}
	}
	out := image.NewGray(image.Rect(0, 0, d.Width, d.Height))
	for i, v := range values {
		if span := greatest - least; span > 0 && v >= least && v <= greatest {
			out.Pix[i] = uint8(255 * (v - least) / span)
		}
	}
	return out, nil
}

// decodeTIFF has x/image, which knows only the first directory, decode any: it sees a header that leads there. What it
// would misread goes to libtiff: it takes all of Group 3 for one-dimensional and reverses bits only in fax data.
func decodeTIFF(data []byte, d picture.Directory) (decoded image.Image, err error) {
	switch {
	case d.Compression == 3, d.FillOrder == 2 && d.Compression != 4:
		return nil, errors.New("kind of TIFF that Go's decoder misreads")
	case d.Samples == 1 && (d.Bits == 2 || d.Bits == 4) && d.Compression == 1:
		return decodeFew(data, d)
	}
	defer func() {
		if recover() != nil { // it has panicked on odd tags before; libtiff comes next
			err = errors.New("decoder gave up")
		}
	}()
	header := bytes.Clone(data[:8])
	order(data).PutUint32(header[4:], uint32(d.Offset))
	decoded, err = tiff.Decode(&overlay{Reader: bytes.NewReader(data), header: header})
	if grey, ok := decoded.(*image.Gray); ok && d.Compression == 4 && d.Photometric == 1 {
		for i := range grey.Pix { // what a fax calls white is 0, and here 0 is black; x/image shows it white
			grey.Pix[i] ^= 0xff
		}
	}
	return decoded, err
}

// decodeFew decodes uncompressed samples of two or four bits, grey or of a palette.
func decodeFew(data []byte, d picture.Directory) (image.Image, error) {
	raw, row, top := stripes(data, d), (d.Width*d.Bits+7)/8, 1<<d.Bits-1
	if len(raw) < row*d.Height {
		return nil, fmt.Errorf("picture of %d bits: %w", d.Bits, picture.ErrBroken)
	}
	palette := make(color.Palette, top+1)
	for i := range palette {
		grey := uint8(255 * i / top)
		switch {
		case d.Photometric == 3 && len(d.Colours) == 3*len(palette):
			n := len(palette)
			palette[i] = color.RGBA{uint8(d.Colours[i] >> 8), uint8(d.Colours[n+i] >> 8), uint8(d.Colours[2*n+i] >> 8), 255}
		case d.Photometric == 0:
			palette[i] = color.Gray{Y: 255 - grey}
		case d.Photometric == 1:
			palette[i] = color.Gray{Y: grey}
		default:
			return nil, fmt.Errorf("picture of %d bits and colours of kind %d", d.Bits, d.Photometric)
		}
	}
	out := image.NewPaletted(image.Rect(0, 0, d.Width, d.Height), palette)
	for y := range d.Height {
		for x := range d.Width {
			bit := x * d.Bits
			out.Pix[y*out.Stride+x] = raw[y*row+bit/8] >> (8 - d.Bits - bit%8) & uint8(top)
		}
	}
	return out, nil
}

// stripes joins the strips of an uncompressed picture; those outside the file are missing.
func stripes(data []byte, d picture.Directory) []byte {
	var raw []byte
	for i, start := range d.Offsets {
		if i < len(d.Counts) && start >= 0 && d.Counts[i] >= 0 && start+d.Counts[i] <= int64(len(data)) {
			raw = append(raw, data[start:start+d.Counts[i]]...)
		}
	}
	return raw
}

// overlay is a file with another beginning.
type overlay struct {
	*bytes.Reader
	header []byte
}

// ReadAt reads the file with its first bytes replaced.
func (o *overlay) ReadAt(p []byte, offset int64) (int, error) {
	n, err := o.Reader.ReadAt(p, offset)
	if offset < int64(len(o.header)) {
		copy(p[:n], o.header[offset:])
	}
	return n, err
}

func order(data []byte) binary.ByteOrder {
	if data[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// group4 takes the data of a Group 4 page over, if they lie in one strip.
func group4(data []byte, d picture.Directory) (raster, bool) {
	if d.Compression != 4 || d.Bits != 1 || d.Samples != 1 || d.Photometric > 1 || len(d.Offsets) != 1 || len(d.Counts) != 1 {
		return raster{}, false
	}
	start, length := d.Offsets[0], d.Counts[0]
	if start < 0 || length <= 0 || start+length > int64(len(data)) {
		return raster{}, false
	}
	strip := data[start : start+length]
	if d.FillOrder == 2 {
		strip = bytes.Clone(strip)
		for i, b := range strip {
			strip[i] = bits.Reverse8(b)
		}
	}
	return raster{
		width: d.Width, height: d.Height, filter: "CCITTFaxDecode", space: "DeviceGray", bits: 1, data: strip, direct: d.Photometric == 0,
		parameters: fmt.Sprintf("/K -1 /Columns %d /Rows %d /BlackIs1 %t", d.Width, d.Height, d.Photometric == 1),
	}, true
}
