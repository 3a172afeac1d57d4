package picture

import (
	"bytes"
	"encoding/binary"
)

// Exif is what a photo's EXIF data say that matters here.
type Exif struct {
	Orientation int // 1 to 8; 1 when not said
	DPI         int // 0: not said
	GPS         bool
}

// ReadExif reads EXIF data: a TIFF header with one directory, without the leading "Exif\0\0". Damaged data say as much as
// could be read; loops cannot happen, because only the first directory is looked at.
func ReadExif(data []byte) Exif {
	out := Exif{Orientation: 1}
	r := bytes.NewReader(data)
	t, offset, err := openTIFF(r, int64(len(data)))
	if err != nil {
		return out
	}
	var unit, resolution int64 = 2, 0
	_, _ = t.directory(offset, func(e entry) error { // cut off: what was read before stands
		switch e.tag {
		case tagGPS:
			out.GPS = true
		case tagOrientation, tagXResolution, tagUnit:
			values, err := t.values(e)
			if err != nil || len(values) == 0 {
				return nil //nolint:nilerr // one field that cannot be read does not spoil the others
			}
			switch e.tag {
			case tagOrientation:
				out.Orientation = turn(int(min(values[0], 9)))
			case tagXResolution:
				resolution = values[0]
			case tagUnit:
				unit = values[0]
			}
		}
		return nil
	})
	out.DPI = perInch(resolution, unit)
	return out
}

// JPEG is a JPEG stream taken apart.
type JPEG struct {
	Exif    Exif
	DPI     int    // from JFIF or EXIF; 0: not said
	Clean   []byte // without EXIF, XMP, comments and other makers' data, cut behind its end; pixels untouched
	Trailer int    // bytes behind the end of the picture
	Whole   bool   // it has an end marker
}

// SplitJPEG takes a JPEG apart. It copies segments and never decodes. Data that are no JPEG, or whose segments lead
// outside the data before the picture begins, are ErrBroken.
func SplitJPEG(data []byte) (JPEG, error) {
	out := JPEG{Exif: Exif{Orientation: 1}}
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return out, ErrBroken
	}
	clean := append(make([]byte, 0, len(data)), 0xff, 0xd8)
	jfif := 0
	for at := 2; ; {
		for at < len(data) && data[at] != 0xff {
			at++
		}
		for at+1 < len(data) && data[at+1] == 0xff {
			at++
		}
		if at+4 > len(data) {
			return out, ErrBroken
		}
		marker := data[at+1]
		if marker == 0x00 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 {
			at += 2
			continue
		}
		if marker == 0xd9 {
			return out, ErrBroken
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(data) {
			return out, ErrBroken
		}
		segment := data[at:end]
		switch {
		case marker == 0xda:
			clean = append(clean, segment...)
			scan, whole := endOfScan(data[end:])
			out.Clean, out.Whole = append(clean, data[end:end+scan]...), whole
			if !whole {
				out.Clean = append(out.Clean, 0xff, 0xd9)
			}
			out.Trailer = len(data) - end - scan
			if out.DPI = jfif; out.DPI == 0 {
				out.DPI = out.Exif.DPI
			}
			return out, nil
		case marker == 0xe1 && bytes.HasPrefix(segment[4:], []byte("Exif\x00\x00")):
			if !out.Exif.GPS && out.Exif.Orientation == 1 {
				out.Exif = ReadExif(segment[10:])
			}
		case marker == 0xe0 && bytes.HasPrefix(segment[4:], []byte("JFIF\x00")) && len(segment) >= 16:
			switch density := int(binary.BigEndian.Uint16(segment[12:])); segment[11] {
			case 1:
				jfif = density
			case 2:
				jfif = perInch(int64(density), 3)
			}
			clean = append(clean, segment[:2]...) // without its thumbnail
			clean = append(clean, 0, 16)
			clean = append(append(clean, segment[4:16]...), 0, 0)
		case marker == 0xee && bytes.HasPrefix(segment[4:], []byte("Adobe")), // says how colours are stored
			marker == 0xe2 && bytes.HasPrefix(segment[4:], []byte("ICC_PROFILE\x00")),
			marker < 0xe0:
			clean = append(clean, segment...)
		}
		at = end
	}
}

// endOfScan returns how many of the bytes behind the first scan header belong to the picture, its end marker included.
// Between scans of a progressive JPEG there are further segments; an end marker can only stand outside of them.
func endOfScan(data []byte) (n int, whole bool) {
	for at := 0; at+1 < len(data); {
		if data[at] != 0xff {
			next := bytes.IndexByte(data[at:], 0xff)
			if next < 0 {
				break
			}
			at += next
			continue
		}
		switch marker := data[at+1]; {
		case marker == 0xd9:
			return at + 2, true
		case marker == 0xff:
			at++
		case marker == 0x00 || marker >= 0xd0 && marker <= 0xd7:
			at += 2
		default:
			if at+4 > len(data) {
				return len(data), false
			}
			length := int(binary.BigEndian.Uint16(data[at+2:]))
			if length < 2 || at+2+length > len(data) {
				return len(data), false
			}
			at += 2 + length
		}
	}
	return len(data), false
}
