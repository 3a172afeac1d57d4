// Package codes finds and reads the codes on a page: the square ones, which are QR Code (ISO/IEC 18004), Data Matrix ECC 200
// (ISO/IEC 16022) and Aztec Code (ISO/IEC 24778), and the stacked one, PDF417 (ISO/IEC 15438). What they say is for others
// to judge.
//
// Where square codes may be is found here, on a reduced picture; reading what was cut out is gozxing's part. Stacked ones
// are found and read by the package pdf417. Start at Find; the search is in locate.go.
package codes

import (
	"math"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/aztec"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/codes/pdf417"
)

// cuts are the long edges, in pixels, to which what is cut out is brought, one after the other: small codes are enlarged so
// that their modules can be told apart, large ones reduced so that the grain of print and paper is gone. The readers are
// moody: some codes are read in one size only.
var cuts = [...]float64{300, 640}

// paper is the grey value beyond the picture's edge.
const paper = 255

// Find returns the codes on a grey picture of w × h packed bytes, in the order in which they were found, stacked ones
// first. Boxes are shares of the picture. Square codes may lie in any direction and tilt, stacked ones as FindStacked says;
// a code of which a module is under two pixels, or a square one more than half as large as the page, is not found. It
// takes some ten milliseconds where there is none.
func Find(pix []byte, w, h int) []pipeline.Code {
	if w < 1 || h < 1 || len(pix) < w*h {
		return nil
	}
	found := FindStacked(pix, w, h)
	for _, place := range locate(pix, w, h) {
		box := place.share(w, h)
		if taken(found, box) {
			continue
		}
		if format, text, ok := read(pix, w, h, place.widen(w, h)); ok {
			found = append(found, pipeline.Code{Format: format, Text: text, Box: box})
		}
	}
	return found
}

// FindStacked returns the PDF417 symbols only, tilted by up to some 15° from level or upright. It takes some two
// milliseconds a page where there is none, but must be given the whole picture.
func FindStacked(pix []byte, w, h int) []pipeline.Code {
	var found []pipeline.Code
	for _, s := range pdf417.Find(pix, w, h) {
		if s.Text != "" {
			found = append(found, pipeline.Code{Format: "pdf417", Text: s.Text, Box: s.Box})
		}
	}
	return found
}

// Likely reports whether Find would look for square codes on the picture of which this is a reduced copy, with a long edge
// of some 1,700 pixels: most pages have nothing that looks like one, and FindStacked is enough for them.
func Likely(pix []byte, w, h int) bool {
	return w > 0 && h > 0 && len(pix) >= w*h && len(locate(pix, w, h)) > 0
}

// taken reports whether the middle of a box lies in that of a code found before.
func taken(found []pipeline.Code, box [4]float64) bool {
	x, y := (box[0]+box[2])/2, (box[1]+box[3])/2
	for _, c := range found {
		if x > c.Box[0] && x < c.Box[2] && y > c.Box[1] && y < c.Box[3] {
			return true
		}
	}
	return false
}

// read tries to read a code from a part of the picture.
func read(pix []byte, w, h int, part area) (format, text string, ok bool) {
	for _, long := range cuts {
		cut, cw, ch := straighten(pix, w, h, part, long)
		source, err := gozxing.NewPlanarYUVLuminanceSource(cut, cw, ch, 0, 0, cw, ch, false)
		if err != nil {
			return "", "", false
		}
		for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
			if format, text, ok = decode(binarizer); ok {
				return format, text, true
			}
		}
	}
	return "", "", false
}

// decode tries one reader after the other. The library, a port of code that reports what does not fit by exceptions,
// reads beyond its slices on some pictures that only look like codes; such a picture holds none.
func decode(binarizer gozxing.Binarizer) (format, text string, ok bool) {
	defer func() {
		if recover() != nil {
			format, text, ok = "", "", false
		}
	}()
	bitmap, err := gozxing.NewBinaryBitmap(binarizer)
	if err != nil {
		return "", "", false
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	readers := []struct {
		format string
		gozxing.Reader
	}{{"qr", qrcode.NewQRCodeReader()}, {"data_matrix", datamatrix.NewDataMatrixReader()}, {"aztec", aztec.NewAztecReader()}}
	for _, r := range readers {
		result, err := r.Decode(bitmap, hints)
		if err != nil || result.GetText() == "" {
			continue
		}
		return r.format, strings.ToValidUTF8(result.GetText(), "\uFFFD"), true
	}
	return "", "", false
}

// straighten cuts a part out, turned so that most of its edges lie level or upright, and with its long edge brought to so
// many pixels: enlarged by interpolation, reduced by averaging. What lies beyond the picture is paper.
func straighten(pix []byte, w, h int, part area, long float64) (cut []byte, cw, ch int) {
	sin, cos := math.Sincos(tilt(pix, w, part))
	pw, ph := float64(part.x1-part.x0), float64(part.y1-part.y0)
	pixel := math.Max(pw, ph) / long // of the cut, in pixels of the picture
	cw, ch = max(1, int(pw/pixel)), max(1, int(ph/pixel))
	cut = make([]byte, cw*ch)
	midX, midY := float64(part.x0+part.x1)/2, float64(part.y0+part.y1)/2
	for y := range ch {
		for x := range cw {
			u, v := (float64(x)+0.5)*pixel-pw/2, (float64(y)+0.5)*pixel-ph/2
			cut[y*cw+x] = sample(pix, w, h, midX+u*cos-v*sin, midY+u*sin+v*cos, pixel)
		}
	}
	return cut, cw, ch
}

// tilt returns by how many radians, at most an eighth of a turn either way, the edges in a part are turned clockwise from
// level and upright. Fourfold the angle of a gradient is the same for all four sides of a square, so the mean is taken
// there.
func tilt(pix []byte, stride int, part area) float64 {
	var re, im float64
	marginX, marginY := 1+(part.x1-part.x0)*3/10, 1+(part.y1-part.y0)*3/10 // what is around a code lies as it likes
	for y := part.y0 + marginY; y < part.y1-marginY; y++ {
		for x := part.x0 + marginX; x < part.x1-marginX; x++ {
			i := y*stride + x
			dx, dy := float64(pix[i+1])-float64(pix[i-1]), float64(pix[i+stride])-float64(pix[i-stride])
			re, im = re+dx*dx*dx*dx-6*dx*dx*dy*dy+dy*dy*dy*dy, im+4*dx*dy*(dx*dx-dy*dy)
		}
	}
	return math.Atan2(im, re) / 4
}

// sample is the grey value around a point: between the four pixels around it, or the mean over the width of a pixel of the
// cut if that is larger.
func sample(pix []byte, w, h int, x, y, pixel float64) byte {
	if pixel > 1 {
		x0, x1 := max(0, int(x-pixel/2)), min(w, int(x+pixel/2)+1)
		y0, y1 := max(0, int(y-pixel/2)), min(h, int(y+pixel/2)+1)
		if x0 >= x1 || y0 >= y1 {
			return paper
		}
		sum := 0
		for row := y0; row < y1; row++ {
			for _, v := range pix[row*w+x0 : row*w+x1] {
				sum += int(v)
			}
		}
		return byte(sum / ((x1 - x0) * (y1 - y0)))
	}
	x, y = x-0.5, y-0.5
	left, top := int(math.Floor(x)), int(math.Floor(y))
	if left < 0 || top < 0 || left+1 >= w || top+1 >= h {
		return paper
	}
	i, dx, dy := top*w+left, x-float64(left), y-float64(top)
	upper := float64(pix[i])*(1-dx) + float64(pix[i+1])*dx
	lower := float64(pix[i+w])*(1-dx) + float64(pix[i+w+1])*dx
	return byte(upper*(1-dy) + lower*dy)
}
