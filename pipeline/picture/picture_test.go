package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// smallJPEG is a real JPEG of 16 × 8 pixels.
func smallJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// smallPNG is a real PNG of 16 × 8 pixels.
func smallPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	picture := image.NewRGBA(image.Rect(0, 0, 16, 8))
	picture.Set(1, 1, color.White)
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tag is a TIFF entry with one value that fits into it.
type tag struct {
	number, kind uint16
	value        uint32
}

// smallTIFF is a TIFF of directories that follow each other; the last leads to next.
func smallTIFF(order binary.AppendByteOrder, next uint32, directories ...[]tag) []byte {
	out := []byte("II*\x00")
	if order.String() == "BigEndian" {
		out = []byte("MM\x00*")
	}
	out = order.AppendUint32(out, 8)
	for i, tags := range directories {
		out = order.AppendUint16(out, uint16(len(tags)))
		for _, t := range tags {
			out = order.AppendUint16(order.AppendUint16(out, t.number), t.kind)
			out = order.AppendUint32(out, 1)
			if t.kind == 3 {
				out = order.AppendUint16(order.AppendUint16(out, uint16(t.value)), 0)
			} else {
				out = order.AppendUint32(out, t.value)
			}
		}
		if i < len(directories)-1 {
			out = order.AppendUint32(out, uint32(len(out)+4))
		} else {
			out = order.AppendUint32(out, next)
		}
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	page := []tag{{tagWidth, 3, 16}, {tagHeight, 3, 8}}
	for _, test := range []struct {
		name string
		data []byte
		want Header
		err  error
	}{
		{"a JPEG", smallJPEG(t), Header{Format: "jpeg", Width: 16, Height: 8, Components: 1, Pages: 1, Samples: 128}, nil},
		{"a PNG", smallPNG(t), Header{Format: "png", Width: 16, Height: 8, Pages: 1, Samples: 512}, nil},
		{"a TIFF of two pages", smallTIFF(binary.LittleEndian, 0, page, page), Header{Format: "tiff", Width: 16, Height: 8, Pages: 2, Samples: 128}, nil},
		{"a TIFF the other way round", smallTIFF(binary.BigEndian, 0, page), Header{Format: "tiff", Width: 16, Height: 8, Pages: 1, Samples: 128}, nil},
		{"a TIFF whose directories loop", smallTIFF(binary.LittleEndian, 8, page, page), Header{}, ErrBroken},
		{"a TIFF of too many pages", smallTIFF(binary.LittleEndian, 0, page, page, page, page), Header{}, ErrPages},
		{"a TIFF without size", smallTIFF(binary.LittleEndian, 0, page[:1]), Header{}, ErrBroken},
		{"a JPEG cut off in its header", smallJPEG(t)[:20], Header{}, ErrBroken},
		{"a PNG cut off in its header", smallPNG(t)[:20], Header{}, ErrBroken},
		{"a HEIC without a picture", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), Header{}, ErrBroken},
		{"text", []byte("Sehr geehrte Damen und Herren"), Header{}, ErrUnknown},
		{"nothing", nil, Header{}, ErrUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Read(bytes.NewReader(test.data), int64(len(test.data)), 3)
			if !errors.Is(err, test.err) || err == nil && got != test.want {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, test.want, test.err)
			}
		})
	}
}

// withSegments puts segments behind the start of a JPEG.
func withSegments(data []byte, segments ...[]byte) []byte {
	out := append([]byte(nil), data[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, data[2:]...)
}

func segment(marker byte, body string) []byte {
	return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

func TestSplitJPEG(t *testing.T) {
	t.Parallel()
	exif := segment(0xe1, "Exif\x00\x00"+string(smallTIFF(binary.LittleEndian, 0, []tag{{tagOrientation, 3, 6}, {tagGPS, 4, 8}})))
	jfif := segment(0xe0, "JFIF\x00\x01\x02\x01\x01\x2c\x01\x2c\x00\x00")
	plain := smallJPEG(t)
	got, err := SplitJPEG(append(withSegments(plain, jfif, exif, segment(0xfe, "Kommentar")), "<html>"...))
	if err != nil {
		t.Fatal(err)
	}
	if got.Exif != (Exif{Orientation: 6, GPS: true}) || got.DPI != 300 || !got.Whole || got.Trailer != 6 {
		t.Errorf("got %+v, %d dpi, whole %t, %d bytes behind", got.Exif, got.DPI, got.Whole, got.Trailer)
	}
	for _, gone := range []string{"Exif", "Kommentar", "<html>"} {
		if bytes.Contains(got.Clean, []byte(gone)) {
			t.Errorf("%q is still there", gone)
		}
	}
	want := withSegments(plain, jfif)
	if !bytes.Equal(got.Clean, want) {
		t.Errorf("the rest changed: %d bytes, want %d", len(got.Clean), len(want))
	}
	cut, err := SplitJPEG(plain[:len(plain)-3])
	if err != nil || cut.Whole || !bytes.HasSuffix(cut.Clean, []byte("\xff\xd9")) {
		t.Errorf("a JPEG cut off: whole %t, %v, want an added end", cut.Whole, err)
	}
}

func TestReadExifSurvivesDamage(t *testing.T) {
	t.Parallel()
	whole := smallTIFF(binary.BigEndian, 0, []tag{{tagOrientation, 3, 8}, {tagGPS, 4, 26}})
	for n := range whole {
		if got := ReadExif(whole[:n]); got.Orientation < 1 || got.Orientation > 8 {
			t.Errorf("cut at %d: orientation %d", n, got.Orientation)
		}
	}
	if got := ReadExif(whole); got != (Exif{Orientation: 8, GPS: true}) {
		t.Errorf("got %+v", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(smallJPEG(f))
	f.Add(smallPNG(f))
	f.Add([]byte("RIFF\xff\xff\xff\xffWEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x10meta\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Read(bytes.NewReader(data), int64(len(data)), 100)
		if err == nil && (h.Width <= 0 || h.Height <= 0 || h.Pages <= 0 || h.Samples < h.Pixels()) {
			t.Errorf("impossible header %+v", h)
		}
	})
}

func FuzzDirectories(f *testing.F) {
	page := []tag{{tagWidth, 3, 16}, {tagHeight, 4, 8}, {tagStrips, 4, 8}, {tagStripBytes, 4, 9}}
	f.Add(smallTIFF(binary.LittleEndian, 0, page, page))
	f.Add(smallTIFF(binary.BigEndian, 8, page))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Directories(bytes.NewReader(data), int64(len(data)), 100)
		if err == nil && (len(all) == 0 || len(all) > 100) {
			t.Errorf("%d directories", len(all))
		}
	})
}

func FuzzSplitJPEG(f *testing.F) {
	f.Add(smallJPEG(f))
	f.Add(withSegments(smallJPEG(f), segment(0xe1, "Exif\x00\x00II*\x00\x08\x00\x00\x00")))
	f.Fuzz(func(t *testing.T, data []byte) {
		parts, err := SplitJPEG(data)
		if err == nil && (len(parts.Clean) > len(data)+64 || parts.Trailer < 0 || parts.Exif.Orientation < 1 || parts.Exif.Orientation > 8) {
			t.Errorf("impossible parts of %d bytes: %d clean, %d behind, %+v", len(data), len(parts.Clean), parts.Trailer, parts.Exif)
		}
	})
}

func FuzzReadExif(f *testing.F) {
	f.Add(smallTIFF(binary.LittleEndian, 0, []tag{{tagOrientation, 3, 6}, {tagUnit, 3, 3}, {tagXResolution, 5, 8}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e := ReadExif(data); e.Orientation < 1 || e.Orientation > 8 || e.DPI < 0 {
			t.Errorf("impossible EXIF %+v", e)
		}
	})
}
