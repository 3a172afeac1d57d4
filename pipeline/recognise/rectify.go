package recognise

import (
	"math"

	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	thumbEdge = 448   // long edge of the picture on which the sheet is looked for, in pixels
	inset     = 0.004 // of the sheet's sides is left out: the desk shows where an edge is not quite straight
	uneven    = 1.2   // how much brighter paper may be in one place than in another before it is evened out
)

// flat is a photographed sheet as it is read: seen straight from above, its paper evenly bright.
type flat struct {
	onto picture.Projection // from shares of the sheet to shares of the picture, both before the quarter turn of reading
	tilt float64            // degrees by which the sheet lies tilted on the picture, clockwise positive
}

// rectify replaces a photograph by the sheet that is on it. What is recorded of the page goes back through mapping: the
// picture that people see stays as it is. A picture without a sheet is only lit evenly, if it is not.
func (s *sheet) rectify(photo *tool.Picture, at place) error {
	rgb, w, h := photo.Thumb(thumbEdge)
	small := picture.Colours{Pix: rgb, Width: w, Height: h}
	found, ok := picture.FindSheet(small)
	shade := picture.Light(small)
	if !ok && evenly(shade) {
		return nil
	}
	light, err := turnLight(shade, w, h, at.turn)
	if err != nil {
		return err
	}
	gw, gh := s.grey.Size()
	f := flat{onto: picture.Identity()}
	width, height := gw, gh
	if ok {
		corners := upright4(found.Corners, at.turn)
		f.onto, f.tilt = picture.Onto(corners), tiltOf(corners, float64(gw), float64(gh))
		width, height = extent(corners, float64(gw), float64(gh))
	}
	flattened, err := s.grey.Project(f.onto.Scaled(float64(width), float64(height), float64(gw), float64(gh)), width, height, light)
	if err != nil {
		return err
	}
	s.grey.Close()
	s.grey, s.flat = flattened, &f
	if ok {
		s.found = &found
	}
	return nil
}

// evenly reports whether paper is about equally bright all over: between the fifth and the ninety-fifth of a hundred places.
func evenly(shade []byte) bool {
	var histogram [256]int
	for _, v := range shade {
		histogram[v]++
	}
	dark, bright := percentile(histogram, len(shade), 0.05), percentile(histogram, len(shade), 0.95)
	return float64(bright) <= uneven*float64(dark)
}

// turnLight turns the map of light as the picture that is read was turned.
func turnLight(shade []byte, w, h, degrees int) (tool.Light, error) {
	grey, err := tool.NewPicture(shade, w, h, 1)
	if err != nil {
		return tool.Light{}, err
	}
	defer grey.Close()
	turned, err := grey.Turn(degrees)
	if err != nil {
		return tool.Light{}, err
	}
	defer turned.Close()
	pix, err := turned.Bytes()
	if err != nil {
		return tool.Light{}, err
	}
	w, h = turned.Size()
	return tool.Light{Pix: pix, Width: w, Height: h}, nil
}

// upright4 turns corners clockwise with their picture and lists them from the top left one again, drawn in a little.
func upright4(corners [4][2]float64, degrees int) [4][2]float64 {
	var turned, out [4][2]float64
	for i, c := range corners {
		x, y := turnPoint(c[0], c[1], degrees)
		turned[(i+degrees/90)%4] = [2]float64{x, y}
	}
	inner := picture.Onto(turned)
	for i, c := range [4][2]float64{{inset, inset}, {1 - inset, inset}, {1 - inset, 1 - inset}, {inset, 1 - inset}} {
		out[i][0], out[i][1] = inner.Point(c[0], c[1])
	}
	return out
}

// tiltOf is the mean direction of a sheet's top and bottom edge on a picture of w × h, in degrees.
func tiltOf(c [4][2]float64, w, h float64) float64 {
	top := math.Atan2((c[1][1]-c[0][1])*h, (c[1][0]-c[0][0])*w)
	bottom := math.Atan2((c[2][1]-c[3][1])*h, (c[2][0]-c[3][0])*w)
	return (top + bottom) / 2 * 180 / math.Pi
}

// extent returns the size in pixels that a sheet has on a picture of w × h: its longer sides, so that nothing is lost.
func extent(c [4][2]float64, w, h float64) (width, height int) {
	side := func(a, b int) float64 { return math.Hypot((c[a][0]-c[b][0])*w, (c[a][1]-c[b][1])*h) }
	return max(1, int(max(side(0, 1), side(3, 2)))), max(1, int(max(side(0, 3), side(1, 2))))
}
