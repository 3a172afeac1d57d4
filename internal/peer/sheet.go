package peer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
)

// sheet is a page's picture in grey, 300 dpi.
type sheet struct{ *image.Gray }

func (s sheet) width() int  { return s.Rect.Dx() }
func (s sheet) height() int { return s.Rect.Dy() }

// render renders the first page of a PDF; stem is where the picture may lie meanwhile.
func render(file, stem string) (sheet, error) {
	if err := run("pdftoppm", "-gray", "-r", "300", "-l", "1", "-singlefile", file, stem); err != nil {
		return sheet{}, err
	}
	defer os.Remove(stem + ".pgm")
	data, err := os.ReadFile(stem + ".pgm")
	if err != nil {
		return sheet{}, err
	}
	var w, h, top int
	if _, err := fmt.Sscanf(string(data[:min(len(data), 64)]), "P5\n%d %d\n%d\n", &w, &h, &top); err != nil || len(data) < w*h {
		return sheet{}, fmt.Errorf("%s was rendered to something else than a PGM", file)
	}
	s := blank(w, h)
	copy(s.Pix, data[len(data)-w*h:])
	return s, nil
}

func blank(w, h int) sheet {
	s := sheet{image.NewGray(image.Rect(0, 0, w, h))}
	for i := range s.Pix {
		s.Pix[i] = 255
	}
	return s
}

// blank returns an empty sheet of the same size.
func (s sheet) blank() sheet { return blank(s.width(), s.height()) }

func same(s sheet, _ int) sheet { return s }

// noisy is what a scanner makes of the sheet: paper that is not white, print that is not black, and noise.
func noisy(s sheet, page int) sheet {
	random := rand.New(rand.NewPCG(7, uint64(page))) //nolint:gosec // the same noise in every run
	out := s.blank()
	for i, v := range s.Pix {
		out.Pix[i] = clamp(30 + float64(v)*0.82 + random.NormFloat64()*7)
	}
	return out
}

// lying is a noisy sheet that lies askew or on a side: each page otherwise.
func lying(s sheet, page int) sheet {
	tilts, turns := []float64{1.5, -2.2, 0, 0.8}, []int{0, 180, 90, 270}
	return noisy(s.tilt(tilts[page%len(tilts)]).turn(turns[page%len(turns)]), page)
}

// tilt turns the sheet clockwise by degrees about its middle, without changing its size.
func (s sheet) tilt(degrees float64) sheet {
	if degrees == 0 {
		return s
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	out, cx, cy := s.blank(), float64(s.width())/2, float64(s.height())/2
	for y := range s.height() {
		for x := range s.width() {
			dx, dy := float64(x)-cx, float64(y)-cy
			out.Pix[y*out.Stride+x] = s.at(cx+dx*cos+dy*sin, cy-dx*sin+dy*cos)
		}
	}
	return out
}

// at interpolates between the four pixels around a point; white outside.
func (s sheet) at(x, y float64) uint8 {
	left, top := int(math.Floor(x)), int(math.Floor(y))
	if left < 0 || top < 0 || left+1 >= s.width() || top+1 >= s.height() {
		return 255
	}
	fx, fy := x-float64(left), y-float64(top)
	row := s.Pix[top*s.Stride+left:]
	next := s.Pix[(top+1)*s.Stride+left:]
	return clamp((float64(row[0])*(1-fx)+float64(row[1])*fx)*(1-fy) + (float64(next[0])*(1-fx)+float64(next[1])*fx)*fy)
}

// turn turns the sheet clockwise by a multiple of 90 degrees.
func (s sheet) turn(degrees int) sheet {
	for range degrees / 90 {
		out := blank(s.height(), s.width())
		for y := range s.height() {
			for x := range s.width() {
				out.Pix[x*out.Stride+s.height()-1-y] = s.Pix[y*s.Stride+x]
			}
		}
		s = out
	}
	return s
}

// photographed is the sheet on a dark desk, slightly turned and seen a little from below, unevenly lit: 3000 × 4000 pixels.
func (s sheet) photographed() sheet {
	out := blank(3000, 4000)
	random := rand.New(rand.NewPCG(11, 0)) //nolint:gosec // the same noise in every run
	sin, cos := math.Sincos(1.2 * math.Pi / 180)
	for y := range 4000 {
		for x := range 3000 {
			dx, dy := float64(x)-1500, float64(y)-2000
			narrow := 1 + 0.03*dy/2000 // the far edge looks smaller
			u, v := (dx*cos+dy*sin)/(2640*narrow)+0.5, (dy*cos-dx*sin)/3730+0.5
			light := 0.95 - 0.25*float64(x+y)/7000
			grey := 70.0
			if u > 0 && v > 0 && u < 1 && v < 1 {
				grey = 25 + 0.85*float64(s.at(u*float64(s.width()), v*float64(s.height())))
			}
			out.Pix[y*out.Stride+x] = clamp(grey*light + random.NormFloat64()*4)
		}
	}
	return out
}

func clamp(v float64) uint8 { return uint8(math.Min(255, math.Max(0, v+0.5))) }

func (s sheet) jpeg(quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, s.Gray, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// bilevelTIFF writes the sheet in black and white, uncompressed (TIFF 6.0, section 3).
func (s sheet) bilevelTIFF() []byte {
	stride := (s.width() + 7) / 8
	bits := make([]byte, stride*s.height())
	for y := range s.height() {
		for x := range s.width() {
			if s.Pix[y*s.Stride+x] < 128 {
				bits[y*stride+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	const entries, head = 11, 8
	extra := head + 2 + 12*entries + 4
	out := append([]byte("II*\x00"), 8, 0, 0, 0)
	out = binary.LittleEndian.AppendUint16(out, entries)
	for _, e := range [entries][3]int{
		{256, 4, s.width()}, {257, 4, s.height()}, {258, 3, 1}, {259, 3, 1}, {262, 3, 0}, // 0 is white
		{273, 4, extra + 16}, {277, 3, 1}, {278, 4, s.height()}, {279, 4, len(bits)}, {282, 5, extra}, {283, 5, extra + 8},
	} {
		out = binary.LittleEndian.AppendUint16(out, uint16(e[0])) //nolint:gosec // tags and types
		out = binary.LittleEndian.AppendUint16(out, uint16(e[1])) //nolint:gosec // the same
		out = binary.LittleEndian.AppendUint32(out, 1)
		out = binary.LittleEndian.AppendUint32(out, uint32(e[2])) //nolint:gosec // sizes of one page
	}
	out = binary.LittleEndian.AppendUint32(out, 0)
	for range 2 { // dots per inch
		out = binary.LittleEndian.AppendUint32(out, 300)
		out = binary.LittleEndian.AppendUint32(out, 1)
	}
	return append(out, bits...)
}

// jpegPage is one page of a scanned document.
type jpegPage struct {
	data          []byte
	width, height int
}

// jpegPDF writes a PDF of grey pictures at 300 dpi, one a page, as scanners do.
func jpegPDF(pages []jpegPage) []byte {
	b := bytes.NewBufferString("%PDF-1.5\n")
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(b, format, args...)
		b.WriteString("\nendobj\n")
	}
	var kids bytes.Buffer
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 3+3*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(pages))
	for i, p := range pages {
		w, h := float64(p.width)*72/300, float64(p.height)*72/300
		draw := fmt.Sprintf("q %.2f 0 0 %.2f 0 0 cm /I Do Q", w, h)
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>", w, h, 4+3*i, 5+3*i)
		object("<</Length %d>>stream\n%s\nendstream", len(draw), draw)
		object("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n%s\nendstream",
			p.width, p.height, len(p.data), p.data)
	}
	table := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, table)
	return b.Bytes()
}
