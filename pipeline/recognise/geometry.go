package recognise

import (
	"math"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

// place says how a picture lies on its page: turned clockwise by turn it fills box, in shares of the sound PDF's page as
// it is shown.
type place struct {
	turn int
	box  [4]float64
}

// placeOf returns the place of a direct picture.
func placeOf(d tool.Direct, p pipeline.SoundPage) place {
	w, h := p.Width, p.Height
	if d.Rotate%180 != 0 {
		w, h = h, w
	}
	return place{turn: d.Rotate, box: picture.TurnBox([4]float64{d.Place[0] / w, d.Place[1] / h, d.Place[2] / w, d.Place[3] / h}, d.Rotate)}
}

// turnPoint turns a point, in shares of a page, clockwise with its page.
func turnPoint(x, y float64, degrees int) (float64, float64) {
	b := picture.TurnBox([4]float64{x, y, x, y}, degrees)
	return b[0], b[1]
}

// mapping takes points of the picture that was read to shares of the upright page.
type mapping struct {
	width, height float64 // of the picture, pixels
	skew          float64 // radians by which it was turned back for reading
	box           [4]float64
	flat          *flat // of a photograph: how what was read lies on it; nil where the picture was read as it is
	turn          int   // clockwise quarter turn in which it was read
}

// point maps one point.
func (m mapping) point(x, y float64) (float64, float64) {
	sin, cos := math.Sincos(m.skew)
	dx, dy := x-m.width/2, y-m.height/2
	x, y = m.width/2+dx*cos-dy*sin, m.height/2+dx*sin+dy*cos
	x, y = x/m.width, y/m.height
	if m.flat != nil {
		x, y = turnPoint(x, y, 360-m.turn)
		x, y = m.flat.onto.Point(x, y)
		x, y = turnPoint(x, y, m.turn)
	}
	return m.box[0] + x*(m.box[2]-m.box[0]), m.box[1] + y*(m.box[3]-m.box[1])
}

// rectangle maps a box; a tilted one becomes the upright box around it.
func (m mapping) rectangle(b [4]int) [4]float64 {
	return m.around([4]float64{float64(b[0]), float64(b[1]), float64(b[2]), float64(b[3])})
}

func (m mapping) around(b [4]float64) [4]float64 {
	out := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, corner := range [4][2]float64{{b[0], b[1]}, {b[2], b[1]}, {b[2], b[3]}, {b[0], b[3]}} {
		x, y := m.point(corner[0], corner[1])
		out = [4]float64{min(out[0], x), min(out[1], y), max(out[2], x), max(out[3], y)}
	}
	for i := range out {
		out[i] = min(1, max(0, out[i]))
	}
	return out
}

// line maps a baseline.
func (m mapping) line(b [4]int) [4]float64 {
	x0, y0 := m.point(float64(b[0]), float64(b[1]))
	x1, y1 := m.point(float64(b[2]), float64(b[3]))
	return [4]float64{x0, y0, x1, y1}
}
