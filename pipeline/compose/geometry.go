package compose

import (
	"fmt"
	"math"

	"github.com/eakte/eakte/pipeline"
)

// geometry takes the sound PDF's page to the archival page: turned upright and levelled. Nothing is cut off: a levelled
// page grows a little.
type geometry struct {
	shownWidth, shownHeight float64 // of the sound PDF's page as it is shown, points
	turn                    int     // clockwise degrees that make it upright
	upWidth, upHeight       float64 // of the upright page
	skew                    float64 // radians by which it is tilted, clockwise positive
	Width, Height           float64 // of the archival page
}

// leastSkew is the tilt in degrees below which a page is left as it is, as for reading.
const leastSkew = 0.5

func newGeometry(sound pipeline.SoundPage, page pipeline.Page) geometry {
	g := geometry{shownWidth: sound.Width, shownHeight: sound.Height, turn: page.Rotation, upWidth: sound.Width, upHeight: sound.Height}
	if g.turn%180 != 0 {
		g.upWidth, g.upHeight = g.upHeight, g.upWidth
	}
	if math.Abs(page.Skew) > leastSkew {
		g.skew = page.Skew * math.Pi / 180
	}
	sin, cos := math.Sincos(math.Abs(g.skew))
	g.Width, g.Height = g.upWidth*cos+g.upHeight*sin, g.upWidth*sin+g.upHeight*cos
	return g
}

// level takes a point of the upright page to the archival page; y downwards on both.
func (g geometry) level(x, y float64) (float64, float64) {
	sin, cos := math.Sincos(g.skew)
	x, y = x-g.upWidth/2, y-g.upHeight/2
	return g.Width/2 + x*cos + y*sin, g.Height/2 - x*sin + y*cos
}

// source takes a point of the archival page to shares of the sound PDF's page as it is shown; y downwards on both.
func (g geometry) source(x, y float64) (float64, float64) {
	sin, cos := math.Sincos(-g.skew)
	x, y = x-g.Width/2, y-g.Height/2
	u, v := 0.5+(x*cos+y*sin)/g.upWidth, 0.5+(-x*sin+y*cos)/g.upHeight
	switch g.turn {
	case 90:
		return v, 1 - u
	case 180:
		return 1 - u, 1 - v
	case 270:
		return 1 - v, u
	}
	return u, v
}

// set places a word.
func (g geometry) set(w pipeline.Word) set {
	left, top, right, bottom := w.Box[0]*g.upWidth, w.Box[1]*g.upHeight, w.Box[2]*g.upWidth, w.Box[3]*g.upHeight
	// The box encloses the tilted word: its own width and height follow from the two equations of that box.
	sin, cos := math.Sincos(math.Abs(g.skew))
	width := ((right-left)*cos - (bottom-top)*sin) / (cos*cos - sin*sin)
	height := ((bottom-top)*cos - (right-left)*sin) / (cos*cos - sin*sin)
	width, height = math.Max(width, 1), math.Max(height, 1)
	x, y := g.level((left+right)/2, (top+bottom)/2)
	base := y + height*0.3 // of a word without a known baseline: about where descenders begin
	if w.Baseline[0] != w.Baseline[2] {
		x0, y0 := g.level(w.Baseline[0]*g.upWidth, w.Baseline[1]*g.upHeight)
		x1, y1 := g.level(w.Baseline[2]*g.upWidth, w.Baseline[3]*g.upHeight)
		if x1 != x0 {
			base = y0 + (y1-y0)*(x-x0)/(x1-x0)
		}
	}
	return set{left: x - width/2, width: width, base: g.Height - base, height: height}
}

// matrix is the cm operator that draws a picture. It lies in box, shares of the sound PDF's page as it is shown, and is
// turned clockwise by turn there.
func (g geometry) matrix(box [4]float64, turn int) string {
	// Where the picture's own corners come to lie on the shown page: bottom left, bottom right, top left.
	l, t, r, b := box[0], box[1], box[2], box[3]
	corners := map[int][3][2]float64{
		0: {{l, b}, {r, b}, {l, t}}, 90: {{l, t}, {l, b}, {r, t}}, 180: {{r, t}, {l, t}, {r, b}}, 270: {{r, b}, {r, t}, {l, b}},
	}[turn]
	var p [3][2]float64
	for i, c := range corners {
		u, v := c[0], c[1]
		switch g.turn {
		case 90:
			u, v = 1-v, u
		case 180:
			u, v = 1-u, 1-v
		case 270:
			u, v = v, 1-u
		}
		x, y := g.level(u*g.upWidth, v*g.upHeight)
		p[i] = [2]float64{x, g.Height - y}
	}
	return fmt.Sprintf("%.5f %.5f %.5f %.5f %.5f %.5f cm", p[1][0]-p[0][0], p[1][1]-p[0][1], p[2][0]-p[0][0], p[2][1]-p[0][1], p[0][0], p[0][1])
}
