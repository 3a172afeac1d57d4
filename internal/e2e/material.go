package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/jpeg" // for its header
)

// letterPDF is a born-digital page of German text; number makes its bytes unique.
func letterPDF(number int) []byte {
	lines := []string{
		"Arbeitsvertrag", "zwischen der Muster Logistik GmbH, Hafenstr. 1, 24103 Kiel (Arbeitgeber)",
		"und Frau Olena Kovalenko, geboren am 12.03.1991 (Arbeitnehmerin)",
		"Die Arbeitnehmerin wird ab dem 01.02.2026 als Disponentin eingestellt.",
		"Die Probezeit betraegt sechs Monate. Die regelmaessige Wochenarbeitszeit betraegt 40 Stunden.",
		"Das monatliche Bruttogehalt betraegt 3.450,00 EUR. Es gilt die gesetzliche Kuendigungsfrist.",
		fmt.Sprintf("Vertragsnummer %08d", number),
	}
	var text bytes.Buffer
	text.WriteString("BT /F1 11 Tf 70 770 Td 16 TL\n")
	for _, l := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", l)
	}
	text.WriteString("ET\n")
	return pdf(
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		stream("", text.Bytes()), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	)
}

// scanPDF is a scan of n pages, each showing the same JPEG.
func scanPDF(jpeg []byte, n int) ([]byte, error) {
	header, _, err := image.DecodeConfig(bytes.NewReader(jpeg))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	space := "/DeviceRGB"
	if header.ColorModel != nil && fmt.Sprintf("%T", header.ColorModel.Convert(image.Black.C)) == "color.Gray" {
		space = "/DeviceGray"
	}
	var kids bytes.Buffer
	for i := range n {
		fmt.Fprintf(&kids, "%d 0 R ", 5+i)
	}
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), n),
		stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%s/Filter/DCTDecode",
			header.Width, header.Height, space), jpeg),
		stream("", []byte("q 595 0 0 842 0 0 cm /I Do Q")),
	}
	for range n {
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 3 0 R>>>>>>")
	}
	return pdf(objects...), nil
}

func stream(dict string, data []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// pdf writes objects 1… with their cross-reference table.
func pdf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// remarked is the JPEG with a comment, so that its bytes are unique and its picture is the same.
func remarked(jpeg []byte, remark string) []byte {
	segment := []byte{0xff, 0xfe, 0, 0}
	binary.BigEndian.PutUint16(segment[2:], uint16(len(remark)+2)) //nolint:gosec // a short remark
	out := append([]byte{}, jpeg[:2]...)
	out = append(append(out, segment...), remark...)
	return append(out, jpeg[2:]...)
}
