package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/jpeg" // for its header

	"github.com/eakte/eakte/internal/corpus"
)

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
		corpus.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%s/Filter/DCTDecode",
			header.Width, header.Height, space), jpeg),
		corpus.Stream("", []byte("q 595 0 0 842 0 0 cm /I Do Q")),
	}
	for range n {
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 3 0 R>>>>>>")
	}
	return corpus.PDF(objects...), nil
}

// remarked is the JPEG with a comment, so that its bytes are unique and its picture is the same.
func remarked(jpeg []byte, remark string) []byte {
	segment := []byte{0xff, 0xfe, 0, 0}
	binary.BigEndian.PutUint16(segment[2:], uint16(len(remark)+2)) //nolint:gosec // a short remark
	out := append([]byte{}, jpeg[:2]...)
	out = append(append(out, segment...), remark...)
	return append(out, jpeg[2:]...)
}
