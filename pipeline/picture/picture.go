// Package picture reads the headers of pictures: how large, how many, which way up, at which resolution. It decodes no
// pixel, so it is what decides whether decoding may be tried at all. Decoding is left to normalise, refusing to inspect.
//
// Every reader here takes hostile bytes and needs time and memory in proportion to the header only. Start at Read.
package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Header is what a picture file says about itself.
type Header struct {
	Format     string // jpeg, png, webp, heif, tiff
	Width      int    // pixels of the largest picture in it, as stored
	Height     int
	Components int   // of JPEG: 1, 3 or 4; otherwise 0
	Pages      int   // pictures to show one after the other; 1 but for TIFF
	Samples    int64 // bytes that decoding the largest picture takes at least
}

// Errors of Read. Broken covers headers that are cut off, contradict themselves or loop.
var (
	ErrBroken  = errors.New("broken picture header")
	ErrUnknown = errors.New("not a picture of a known format")
	ErrPages   = errors.New("too many pictures in one file")
)

// Pixels returns width times height without overflow.
func (h Header) Pixels() int64 { return int64(h.Width) * int64(h.Height) }

// Read reads the header of a picture of size bytes, at most pages pictures of it. A picture without area is ErrBroken.
func Read(r io.ReaderAt, size int64, pages int) (Header, error) {
	var magic [16]byte
	n, err := r.ReadAt(magic[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Header{}, fmt.Errorf("read picture header: %w", err)
	}
	var h Header
	switch Format(magic[:n]) {
	case "jpeg":
		h, err = jpegHeader(r, size)
	case "png":
		h, err = pngHeader(r)
	case "webp":
		h, err = webpHeader(r)
	case "heif", "avif":
		h, err = heifHeader(r, size)
	case "tiff":
		h, err = tiffHeader(r, size, pages)
	default:
		return Header{}, ErrUnknown
	}
	if err != nil {
		return Header{}, err
	}
	if h.Width <= 0 || h.Height <= 0 {
		return h, fmt.Errorf("%w: no area", ErrBroken)
	}
	h.Samples = max(h.Samples, h.Pixels())
	return h, nil
}

// Format recognises a picture by its first 16 bytes; empty if it is none of ours.
func Format(b []byte) string {
	has := func(at int, s string) bool { return len(b) >= at+len(s) && string(b[at:at+len(s)]) == s }
	switch {
	case has(0, "\xff\xd8\xff"):
		return "jpeg"
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "png"
	case has(0, "RIFF") && has(8, "WEBP"):
		return "webp"
	case has(0, "II*\x00"), has(0, "MM\x00*"):
		return "tiff"
	case has(4, "ftyp"):
		for _, brand := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"} {
			if has(8, brand) {
				return "heif"
			}
		}
		if has(8, "avif") || has(8, "avis") {
			return "avif"
		}
	}
	return ""
}

// readAt fills b or says that the header is cut off.
func readAt(r io.ReaderAt, b []byte, offset int64) error {
	if n, err := r.ReadAt(b, offset); n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: cut off", ErrBroken)
		}
		return fmt.Errorf("read picture header: %w", err)
	}
	return nil
}

// jpegHeader walks the segments up to the frame header.
func jpegHeader(r io.ReaderAt, size int64) (Header, error) {
	at := int64(2)
	for range 4096 { // segments; an ordinary JPEG has a dozen
		var b [4]byte
		if err := readAt(r, b[:], at); err != nil {
			return Header{}, err
		}
		if b[0] != 0xff {
			at++ // stray bytes between segments: decoders skip them, too
			continue
		}
		marker := b[1]
		switch {
		case marker == 0xff:
			at++
			continue
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd8:
			at += 2
			continue
		case marker == 0xd9 || marker == 0xda:
			return Header{}, fmt.Errorf("%w: no frame before the data", ErrBroken)
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			var frame [6]byte
			if err := readAt(r, frame[:], at+4); err != nil {
				return Header{}, err
			}
			h := Header{Format: "jpeg", Pages: 1, Components: int(frame[5]),
				Height: int(binary.BigEndian.Uint16(frame[1:])), Width: int(binary.BigEndian.Uint16(frame[3:]))}
			h.Samples = h.Pixels() * int64(max(h.Components, 1))
			return h, nil
		}
		length := int64(binary.BigEndian.Uint16(b[2:]))
		if length < 2 || at+2+length > size {
			return Header{}, fmt.Errorf("%w: segment length", ErrBroken)
		}
		at += 2 + length
	}
	return Header{}, fmt.Errorf("%w: too many segments", ErrBroken)
}

// pngHeader reads the first chunk.
func pngHeader(r io.ReaderAt) (Header, error) {
	var b [18]byte
	if err := readAt(r, b[:], 8); err != nil {
		return Header{}, err
	}
	if string(b[4:8]) != "IHDR" {
		return Header{}, fmt.Errorf("%w: no IHDR", ErrBroken)
	}
	width, height := binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])
	if width > 1<<31-1 || height > 1<<31-1 {
		return Header{}, fmt.Errorf("%w: size", ErrBroken)
	}
	channels := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[b[17]]
	h := Header{Format: "png", Pages: 1, Width: int(width), Height: int(height)}
	h.Samples = mul(h.Pixels(), channels*max(int64(b[16])/8, 1))
	return h, nil
}

// webpHeader reads the first chunk of the three kinds of WebP.
func webpHeader(r io.ReaderAt) (Header, error) {
	var b [18]byte
	if err := readAt(r, b[:], 12); err != nil {
		return Header{}, err
	}
	h := Header{Format: "webp", Pages: 1}
	switch string(b[:4]) {
	case "VP8 ":
		if b[11] != 0x9d || b[12] != 0x01 || b[13] != 0x2a {
			return Header{}, fmt.Errorf("%w: no key frame", ErrBroken)
		}
		h.Width = int(binary.LittleEndian.Uint16(b[14:])) & 0x3fff
		h.Height = int(binary.LittleEndian.Uint16(b[16:])) & 0x3fff
	case "VP8L":
		bits := binary.LittleEndian.Uint32(b[9:])
		h.Width, h.Height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
	case "VP8X":
		h.Width = int(uint32(b[12])|uint32(b[13])<<8|uint32(b[14])<<16) + 1
		h.Height = int(uint32(b[15])|uint32(b[16])<<8|uint32(b[17])<<16) + 1
	default:
		return Header{}, fmt.Errorf("%w: no picture chunk", ErrBroken)
	}
	h.Samples = mul(h.Pixels(), 4)
	return h, nil
}

// heifHeader finds the largest picture size (ispe) that any item claims. Grids claim the size of the whole.
func heifHeader(r io.ReaderAt, size int64) (Header, error) {
	h := Header{Format: "heif", Pages: 1}
	budget := 20000 // boxes looked at
	err := boxes(r, 0, size, 0, &budget, func(kind string, at, length int64) error {
		if kind != "ispe" || length < 12 {
			return nil
		}
		var b [12]byte
		if err := readAt(r, b[:], at); err != nil {
			return err
		}
		width, height := int64(binary.BigEndian.Uint32(b[4:])), int64(binary.BigEndian.Uint32(b[8:]))
		if width*height > h.Pixels() || width > 1<<30 || height > 1<<30 {
			h.Width, h.Height = int(min(width, 1<<30)), int(min(height, 1<<30))
		}
		return nil
	})
	if err != nil {
		return Header{}, err
	}
	h.Samples = mul(h.Pixels(), 4)
	return h, nil
}

// boxes walks ISO boxes between start and end and below those that hold picture properties.
func boxes(r io.ReaderAt, start, end int64, depth int, budget *int, visit func(kind string, at, length int64) error) error {
	for at := start; at+8 <= end; {
		if *budget--; *budget < 0 || depth > 8 {
			return fmt.Errorf("%w: too many boxes", ErrBroken)
		}
		var b [16]byte
		if err := readAt(r, b[:8], at); err != nil {
			return err
		}
		length, head := int64(binary.BigEndian.Uint32(b[:])), int64(8)
		switch length {
		case 0:
			length = end - at
		case 1:
			if err := readAt(r, b[8:], at+8); err != nil {
				return err
			}
			length, head = int64(binary.BigEndian.Uint64(b[8:])), 16
		}
		if length < head || length > end-at {
			return nil // cut off: what was found so far counts
		}
		kind, inner, innerLength := string(b[4:8]), at+head, length-head
		if err := visit(kind, inner, innerLength); err != nil {
			return err
		}
		switch kind {
		case "meta":
			inner += 4 // version and flags
			fallthrough
		case "iprp", "ipco":
			if err := boxes(r, inner, at+length, depth+1, budget, visit); err != nil {
				return err
			}
		}
		at += length
	}
	return nil
}

// mul multiplies what is not negative and stops at the largest number.
func mul(a, b int64) int64 {
	if a > 0 && b > (1<<63-1)/a {
		return 1<<63 - 1
	}
	return a * b
}
