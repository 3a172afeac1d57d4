package tool

import (
	"math"
	"testing"
)

func TestOnlyDrawingTakesOneUprightPictureAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		want          bool
	}{
		{"one picture", "q 595 0 0 842 0 0 cm /Im0 Do Q", true},
		{"nested matrices", "q 0.5 0 0 0.5 0 0 cm q 1190 0 0 1684 0 0 cm\n/Im0 Do\nQ Q", true},
		{"with a marked part", "/Artifact <</Type /Layout>> BDC q 595 0 0 842 0 0 cm /Im0 Do Q EMC", true},
		{"with invisible text", "q 595 0 0 842 0 0 cm /Im0 Do Q BT 3 Tr /F1 9 Tf (a\\)b) Tj <41> Tj ET", true},
		{"with visible text", "q 595 0 0 842 0 0 cm /Im0 Do Q BT /F1 9 Tf (ab) Tj ET", false},
		{"with text that was invisible before", "q 595 0 0 842 0 0 cm /Im0 Do Q q 3 Tr Q BT /F1 9 Tf (ab) Tj ET", false},
		{"two pictures", "q 595 0 0 842 0 0 cm /Im0 Do /Im1 Do Q", false},
		{"a turned picture", "q 0 595 -842 0 0 0 cm /Im0 Do Q", false},
		{"a mirrored picture", "q -595 0 0 842 595 0 cm /Im0 Do Q", false},
		{"a rectangle", "q 595 0 0 842 0 0 cm /Im0 Do Q 0 0 10 10 re f", false},
		{"an inline picture", "BI /W 1 /H 1 ID x EI", false},
		{"nothing", "", false},
		{"an open string", "q 595 0 0 842 0 0 cm /Im0 Do Q (abc", false},
	} {
		got, ok := onlyDrawing([]byte(c.content))
		if ok = ok && upright6(got.matrix); ok != c.want || ok && (got.name != "Im0" || math.Abs(got.matrix[0]-595) > 0.01) {
			t.Errorf("%s: got %+v %v, want %v", c.name, got, ok, c.want)
		}
	}
}

func FuzzOnlyDrawing(f *testing.F) {
	f.Add([]byte("q 595 0 0 842 0 0 cm /Im0 Do Q BT 3 Tr (a\\)b) Tj [<41> -20 (b)] TJ ET"))
	f.Add([]byte("/A <</B [1 2]>> BDC % comment\n1e9 .5 - + cm"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, ok := onlyDrawing(data); ok && (got.name == "" || !(got.matrix[0] > 0) || !(got.matrix[3] > 0)) {
			t.Errorf("got %+v", got)
		}
	})
}

func FuzzJPEGHeader(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03\x01\x11\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, h, n, ok := jpegHeader(data); ok && (w < 0 || w > 65535 || h < 0 || h > 65535 || n > 255) {
			t.Errorf("got %d × %d × %d", w, h, n)
		}
	})
}
