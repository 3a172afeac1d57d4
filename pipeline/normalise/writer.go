package normalise

import (
	"bufio"
	"fmt"
	"io"
)

// raster is a picture as it goes into a PDF page.
type raster struct {
	width, height int // pixels as stored
	orientation   int // EXIF's 1 to 8
	dpi           int // 0: not known
	filter        string
	parameters    string // /DecodeParms dictionary without << >>; may be empty
	space         string // colour space
	bits          int
	data          []byte
	direct        bool // JPEG or Group 4: OCR takes the bytes as they are
}

// Resolutions that are believed. Cameras write 72, some programs 1 or 65535.
const (
	leastDPI = 150
	mostDPI  = 1200
	a4Inches = 11.69
)

// points is the size of a page that shows the picture, before turning.
func (r raster) points() (width, height float64) {
	dpi := float64(r.dpi)
	if r.dpi < leastDPI || r.dpi > mostDPI {
		dpi = float64(max(r.width, r.height)) / a4Inches // it fills an A4 page
	}
	return float64(r.width) * 72 / dpi, float64(r.height) * 72 / dpi
}

// turned returns /Rotate and whether the picture must be mirrored first, left to right.
func (r raster) turned() (rotate int, mirrored bool) {
	switch r.orientation {
	case 2:
		return 0, true
	case 3:
		return 180, false
	case 4:
		return 180, true
	case 5:
		return 270, true
	case 6:
		return 90, false
	case 7:
		return 90, true
	case 8:
		return 270, false
	}
	return 0, false
}

// pdfWriter writes a PDF of one picture per page. Errors stick until close.
type pdfWriter struct {
	w       *bufio.Writer
	at      int64
	offsets []int64 // of object i+1
	pages   []int   // object numbers
	err     error
}

// newPDFWriter begins a PDF. Objects 1 and 2, catalogue and page tree, are written at the end.
func newPDFWriter(w io.Writer) *pdfWriter {
	p := &pdfWriter{w: bufio.NewWriterSize(w, 1<<16), offsets: make([]int64, 2)}
	p.printf("%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n")
	return p
}

func (p *pdfWriter) printf(format string, args ...any) {
	if p.err == nil {
		var n int
		n, p.err = fmt.Fprintf(p.w, format, args...)
		p.at += int64(n)
	}
}

// begin starts object number.
func (p *pdfWriter) begin(number int) {
	p.offsets[number-1] = p.at
	p.printf("%d 0 obj\n", number)
}

// next begins a new object.
func (p *pdfWriter) next() int {
	p.offsets = append(p.offsets, 0)
	p.begin(len(p.offsets))
	return len(p.offsets)
}

// stream writes an object with a dictionary and data.
func (p *pdfWriter) stream(dictionary string, data []byte) int {
	number := p.next()
	p.printf("<< %s /Length %d >>\nstream\n", dictionary, len(data))
	if p.err == nil {
		var n int
		n, p.err = p.w.Write(data)
		p.at += int64(n)
	}
	p.printf("\nendstream\nendobj\n")
	return number
}

// picture adds a page.
func (p *pdfWriter) picture(r raster) {
	dictionary := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s /BitsPerComponent %d /Filter /%s",
		r.width, r.height, r.space, r.bits, r.filter)
	if r.parameters != "" {
		dictionary += " /DecodeParms << " + r.parameters + " >>"
	}
	image := p.stream(dictionary, r.data)
	width, height := r.points()
	rotate, mirrored := r.turned()
	place := fmt.Sprintf("q %.4f 0 0 %.4f 0 0 cm /P Do Q", width, height)
	if mirrored {
		place = fmt.Sprintf("q %.4f 0 0 %.4f %.4f 0 cm /P Do Q", -width, height, width)
	}
	content := p.stream("", []byte(place))
	p.pages = append(p.pages, p.next())
	p.printf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.4f %.4f] /Rotate %d /Contents %d 0 R /Resources << /XObject << /P %d 0 R >> >> >>\nendobj\n",
		width, height, rotate, content, image)
}

// close writes the rest. The PDF is whole only if the error is nil.
func (p *pdfWriter) close() error {
	p.begin(1)
	p.printf("<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
	p.begin(2)
	p.printf("<< /Type /Pages /Count %d /Kids [", len(p.pages))
	for _, number := range p.pages {
		p.printf(" %d 0 R", number)
	}
	p.printf(" ] >>\nendobj\n")
	start := p.at
	p.printf("xref\n0 %d\n0000000000 65535 f \n", len(p.offsets)+1)
	for _, offset := range p.offsets {
		p.printf("%010d 00000 n \n", offset)
	}
	p.printf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(p.offsets)+1, start)
	if p.err == nil {
		p.err = p.w.Flush()
	}
	return p.err
}
