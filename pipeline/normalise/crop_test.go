package normalise

import (
	"fmt"
	"math"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
)

// croppedPDF is a page of 600 × 800 points of which 400 × 200 are shown. A line and a black square lie in
// the left half.
func croppedPDF(rotate int, more string) []byte {
	const content = "BT /F1 24 Tf 120 600 Td (Mietvertrag) Tj ET 0 g 110 640 40 40 re f"
	return corpus.PDF(
		"<< /Type /Catalog /Pages 2 0 R >>",
		fmt.Sprintf("<< /Type /Pages /Kids [3 0 R] /Count 1 /Rotate %d >>", rotate),
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /CropBox [100 500 500 700] "+more+
			" /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
		corpus.Stream("", []byte(content)),
	)
}

func TestAPageIsWhatItsCropBoxShows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		rotate        int
		more          string
		width, height float64
		square        [2]float64 // its centre, in shares of the shown page
	}{
		{"as it lies", 0, "", 400, 200, [2]float64{0.075, 0.2}},
		{"turned by 90°", 90, "", 200, 400, [2]float64{0.8, 0.075}},
		{"turned by 270°", 270, "", 200, 400, [2]float64{0.2, 0.925}},
		{"in units of its own", 90, "/UserUnit 2", 200, 400, [2]float64{0.8, 0.075}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir, out := normaliseBytes(t, croppedPDF(test.rotate, test.more), pipeline.MediaPDF)
			page := out.Pages[0]
			if page.Width != test.width || page.Height != test.height {
				t.Errorf("got a page of %v × %v points, want %v × %v", page.Width, page.Height, test.width, test.height)
			}
			seen, err := look(t.Context(), dir, out.File, 1)
			if err != nil {
				t.Fatal(err)
			}
			picture := seen.pictures[1]
			w, h := float64(picture.Rect.Dx()), float64(picture.Rect.Dy())
			if math.Abs(w/h-test.width/test.height) > 0.02 {
				t.Errorf("got a picture of %v × %v pixels, want the page's shape", w, h)
			}
			if got := picture.GrayAt(int(test.square[0]*w), int(test.square[1]*h)).Y; got > 60 {
				t.Errorf("got grey %d where the square is, want black", got)
			}
		})
	}
}
