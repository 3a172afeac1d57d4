package recognise

import (
	"math"

	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	thumbEdge = 448   // long edge of the picture on which the sheet is looked for, in pixels
	inset     = 0.004 // of the sheet's sides is left out: the desk shows where an edge is not quite straight
)

// How tall letters are for reading, in pixels: on twelve photographs, letters and cards, 22 read best of 14, 18, 22, 26 and 32.
const (
	letterHeight = 22
	closeEnough  = 0.15 // a factor nearer to one changes nothing
	mostSmaller  = 0.3
	mostLarger   = 2.0 // more shows nothing that is not there
)

// flat is a photographed sheet as it is read: seen straight from above, its paper evenly bright.
type flat struct {
	onto  picture.Projection // from shares of the sheet to shares of the picture, both before the quarter turn of reading
	tilt  float64            // degrees by which the sheet lies tilted on the picture, clockwise positive
	light tool.Light         // on the picture
}

// show returns the sheet that is on a grey picture of any size, which is turned clockwise by so many degrees first.
func (f *flat) show(grey *tool.Picture, degrees int) (*tool.Picture, error) {
	upright, err := grey.Turn(degrees)
	if err != nil {
		return nil, err
	}
	defer upright.Close()
	w, h := upright.Size()
	var corners [4][2]float64
	for i, c := range [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		corners[i][0], corners[i][1] = f.onto.Point(c[0], c[1])
	}
	width, height := picture.Sheet{Corners: corners}.Size(w, h)
	return upright.Project(f.onto.Scaled(float64(width), float64(height), float64(w), float64(h)), width, height, f.light)
}

// rectify replaces a photograph by the sheet that is on it. What is recorded of the page goes back through mapping: the
// picture that people see stays as it is. A picture without a sheet is only lit evenly, if it is not; one taken in the dark
// stays as it is.
func (s *sheet) rectify(photo *tool.Picture, at place) error {
	rgb, w, h := photo.Thumb(thumbEdge)
	small := picture.Colours{Pix: rgb, Width: w, Height: h}
	shade := picture.Light(small)
	evenly, dark := picture.Lit(shade)
	found, ok := picture.FindSheet(small)
	s.describe(photo, small, found, ok)
	if dark || !ok && evenly {
		return nil
	}
	light, err := turnLight(shade, w, h, at.turn)
	if err != nil {
		return err
	}
	f := flat{onto: picture.Identity(), light: light}
	if ok {
		corners := upright4(found.Beside(small).Corners, at.turn)
		gw, gh := s.grey.Size()
		f.onto, f.tilt = picture.Onto(corners), tiltOf(corners, float64(gw), float64(gh))
	}
	flattened, err := f.show(s.grey, 0)
	if err != nil {
		return err
	}
	s.grey.Close()
	s.grey, s.flat = flattened, &f
	return nil
}

// resize makes the letters of a photograph as tall as they read best: a camera's distance is anybody's, and so is the size
// of a screen shot.
func (s *sheet) resize() error {
	tall, err := s.grey.TextHeight()
	if err != nil || tall == 0 {
		return err
	}
	w, h := s.grey.Size()
	factor := min(mostLarger, max(mostSmaller, letterHeight/float64(tall)), math.Sqrt(tool.RenderPixels/float64(w*h)))
	if math.Abs(factor-1) < closeEnough {
		return nil
	}
	resized, err := s.grey.Scale(factor)
	if err != nil {
		return err
	}
	s.grey.Close()
	s.grey, s.dpi = resized, max(70, int(float64(s.dpi)*factor))
	return nil
}

// describe notes what the sheet's picture is like.
func (s *sheet) describe(photo *tool.Picture, small picture.Colours, found picture.Sheet, ok bool) {
	if !ok {
		s.glare = picture.Glare(small, picture.Light(small))
		return
	}
	part := found.Part(small)
	s.glare, s.cut = picture.Glare(part, picture.Light(part)), found.Cut
	s.sheetDPI = found.DPI(photo.Size())
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
