package recognise

import (
	"math"
	"testing"

	"github.com/eakte/eakte/pipeline/picture"
)

// TestAWordOnARectifiedSheetIsFoundAgainOnThePhoto takes a point of the photograph to the sheet as it is read, in every
// quarter turn of the file (EXIF) and of the reading, and back through the mapping.
func TestAWordOnARectifiedSheetIsFoundAgainOnThePhoto(t *testing.T) {
	t.Parallel()
	stored := [4][2]float64{{0.15, 0.1}, {0.85, 0.14}, {0.92, 0.9}, {0.08, 0.88}} // on the picture as it is stored
	const u, v = 0.3, 0.2                                                         // shares of the sheet, as it lies on the stored picture
	for _, shown := range []int{0, 90, 180, 270} {
		for _, read := range []int{0, 90, 180, 270} {
			corners := upright4(stored, shown)
			f := flat{onto: picture.Onto(corners)}
			// The same place on the sheet as it is read: drawn in, turned for showing, turned for reading.
			x, y := (u-inset)/(1-2*inset), (v-inset)/(1-2*inset)
			x, y = turnPoint(x, y, shown)
			x, y = turnPoint(x, y, read)
			m := mapping{width: 2000, height: 3000, box: [4]float64{0, 0, 1, 1}, flat: &f, turn: read}
			gotX, gotY := m.point(2000*x, 3000*y)

			wantX, wantY := picture.Onto(stored).Point(u, v)
			wantX, wantY = turnPoint(wantX, wantY, shown)
			wantX, wantY = turnPoint(wantX, wantY, read)
			if math.Hypot(gotX-wantX, gotY-wantY) > 1e-9 {
				t.Errorf("shown turned by %d, read turned by %d: got %.4f, %.4f, want %.4f, %.4f", shown, read, gotX, gotY, wantX, wantY)
			}
		}
	}
}

func TestTiltIsThatOfTheSheet(t *testing.T) {
	t.Parallel()
	const w, h = 3000.0, 4000.0
	sin, cos := math.Sincos(5 * math.Pi / 180)
	var c [4][2]float64
	for i, p := range [4][2]float64{{-900, -1300}, {900, -1300}, {900, 1300}, {-900, 1300}} {
		c[i] = [2]float64{(w/2 + p[0]*cos - p[1]*sin) / w, (h/2 + p[0]*sin + p[1]*cos) / h}
	}
	if got := tiltOf(c, w, h); math.Abs(got-5) > 0.01 {
		t.Errorf("got %.2f degrees, want 5 clockwise", got)
	}
	if width, height := (picture.Sheet{Corners: c}).Size(w, h); width < 1799 || width > 1800 || height < 2599 || height > 2600 {
		t.Errorf("got %d × %d, want 1800 × 2600", width, height)
	}
}
