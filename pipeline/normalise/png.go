package normalise

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"

	"github.com/eakte/eakte/pipeline/picture"
)

var errBeyondMending = errors.New("nothing of the picture is left")

// pngChunks calls visit for each chunk of a PNG, the last one as far as it goes; it ends when visit returns false.
func pngChunks(data []byte, visit func(kind string, body []byte) bool) {
	for at := 8; at+8 <= len(data); {
		length := int64(binary.BigEndian.Uint32(data[at:]))
		body := data[at+8:]
		if length < int64(len(body)) {
			body = body[:length]
		}
		if !visit(string(data[at+4:at+8]), body) {
			return
		}
		if length+12 > int64(len(data)-at) {
			return
		}
		at += int(length) + 12
	}
}

// readPNG finds resolution, and orientation and position if there are EXIF data.
func readPNG(data []byte) picture.Exif {
	out := picture.Exif{Orientation: 1}
	dpi := 0
	pngChunks(data, func(kind string, body []byte) bool {
		switch {
		case kind == "eXIf":
			out = picture.ReadExif(body)
		case kind == "pHYs" && len(body) >= 9 && body[8] == 1:
			dpi = int(math.Round(float64(min(binary.BigEndian.Uint32(body), 1<<24)) * 0.0254))
		}
		return kind != "IEND"
	})
	if dpi != 0 {
		out.DPI = dpi
	}
	return out
}

// mendPNG makes a whole PNG of one that is cut off or has wrong check sums: the rows that can still be inflated, white
// below (partial). The file has passed the header check, so its size is bounded. Interlaced pictures are not mended.
func mendPNG(data []byte) (mended []byte, partial bool, err error) {
	var header, palette, transparent, packed []byte
	pngChunks(data, func(kind string, body []byte) bool {
		switch kind {
		case "IHDR":
			header = body
		case "PLTE":
			palette = body
		case "tRNS":
			transparent = body
		case "IDAT":
			packed = append(packed, body...)
		}
		return kind != "IEND"
	})
	if len(header) != 13 || header[12] != 0 {
		return nil, false, errBeyondMending
	}
	row, height := rowBytes(header), int(binary.BigEndian.Uint32(header[4:]))
	rows, err := inflateRows(packed, row, height)
	if err != nil {
		return nil, false, err
	}
	partial = len(rows) < row*height
	if len(rows) < row*max(height/20, 1) {
		return nil, false, errBeyondMending
	}
	blank := make([]byte, row)
	for i := range blank[1:] {
		blank[i+1] = 0xff
	}
	if header[9] == 3 { // of a palette only the first colour is sure to exist
		clear(blank)
	}
	for len(rows) < row*height {
		rows = append(rows, blank...)
	}
	var again bytes.Buffer
	w := zlib.NewWriter(&again)
	_, err = w.Write(rows)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, false, err
	}
	out := append([]byte(nil), data[:8]...)
	out = appendChunk(out, "IHDR", header)
	if palette != nil {
		out = appendChunk(out, "PLTE", palette)
	}
	if transparent != nil {
		out = appendChunk(out, "tRNS", transparent)
	}
	out = appendChunk(out, "IDAT", again.Bytes())
	return appendChunk(out, "IEND", nil), partial, nil
}

// inflateRows returns the whole rows that can be inflated.
func inflateRows(packed []byte, row, height int) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, errBeyondMending
	}
	rows, _ := io.ReadAll(io.LimitReader(r, int64(row)*int64(height))) // it is damaged: what comes out counts
	return rows[:len(rows)/row*row], nil
}

// rowBytes is the length of a filtered row.
func rowBytes(header []byte) int {
	width, bits := int(binary.BigEndian.Uint32(header)), int(header[8])
	channels := map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[header[9]]
	return 1 + (width*bits*max(channels, 1)+7)/8
}

func appendChunk(out []byte, kind string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	start := len(out)
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}
