package compose

import (
	"bytes"
	"math"
	"path/filepath"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

// closely is how far apart, in shares of a page, the corners of a picture may lie on two pages that show the same: a third
// of a millimetre on a sheet of A4, and less than a pixel of the pictures that are compared otherwise.
const closely = 0.001

// proof returns the pages, by number, of which the rendition surely shows what the source shows, so that neither need be
// rendered: both draw one and the same encoded picture, in the same colours, in the same place, and nothing else that
// shows. It is made from what was written, read back. A page of which that cannot be said is compared by eye.
func proof(dir string, in pipeline.ComposeRequest, pages []pipeline.Page) map[int]bool {
	proven := map[int]bool{}
	sound, result := pagesOf{path: filepath.Join(dir, in.File)}, pagesOf{path: filepath.Join(dir, archival)}
	for i, p := range pages {
		from, err := sound.at(p.Number)
		if err != nil {
			return proven
		}
		to, err := result.at(i + 1)
		if err != nil || to.Pages() != len(pages) || from.Pages() != len(pages) {
			return nil
		}
		source, ok := from.Direct(p.Number)
		written, also := to.Drawn(i + 1)
		proven[p.Number] = ok && also && !from.Layered() && !to.Layered() && samePicture(source, written) &&
			samePlace(source, written, newGeometry(in.Pages[i], p))
	}
	return proven
}

// samePicture reports whether two pages draw the same bytes, decoded in the same way into the same colours.
func samePicture(a, b tool.Direct) bool {
	return a.Filter == b.Filter && a.Width == b.Width && a.Height == b.Height && a.Components == b.Components && a.BlackIs1 == b.BlackIs1 &&
		!a.Odd && !b.Odd && bytes.Equal(a.Profile, b.Profile) && bytes.Equal(a.Data, b.Data)
}

// samePlace reports whether the corners of the picture in the rendition, taken back to the source's page as it is shown,
// are the corners of the picture there.
func samePlace(source, written tool.Direct, g geometry) bool {
	box := written.Page
	if written.Rotate != 0 || box[0] != 0 || box[1] != 0 || math.Abs(box[2]-g.Width) > 0.01 || math.Abs(box[3]-g.Height) > 0.01 {
		return false
	}
	width, height := source.Page[2]-source.Page[0], source.Page[3]-source.Page[1]
	shown := [2]float64{width, height}
	if source.Rotate%180 != 0 {
		shown = [2]float64{height, width}
	}
	if math.Abs(shown[0]-g.shownWidth) > closely*shown[0] || math.Abs(shown[1]-g.shownHeight) > closely*shown[1] {
		return false
	}
	for _, corner := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := onPage(source.Matrix, corner)
		u, v := (x-source.Page[0])/width, (source.Page[3]-y)/height
		want := picture.TurnBox([4]float64{u, v, u, v}, source.Rotate)
		x, y = onPage(written.Matrix, corner)
		u, v = g.source(x, box[3]-y)
		if math.Abs(u-want[0]) > closely || math.Abs(v-want[1]) > closely {
			return false
		}
	}
	return true
}

// onPage takes a point of the unit square, in which pictures are drawn, to a page.
func onPage(m [6]float64, p [2]float64) (x, y float64) {
	return m[0]*p[0] + m[2]*p[1] + m[4], m[1]*p[0] + m[3]*p[1] + m[5]
}
