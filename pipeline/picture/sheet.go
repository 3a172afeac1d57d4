package picture

import "math"

// Colours is a small colour picture: packed rows of red, green and blue.
type Colours struct {
	Pix           []byte
	Width, Height int
}

// Sheet is the outline of a sheet of paper or a card on a photograph: its corners clockwise from the top left one, in
// shares of the picture. A corner can lie outside.
type Sheet struct {
	Corners [4][2]float64
	// Cut says that a side of the sheet is not on the picture.
	Cut bool
	// Support is the share of the outline along which an edge shows, 0…1.
	Support float64
}

// DPI returns the resolution of the sheet on a picture of width × height pixels: of a sheet of A4, or of a card (ISO/IEC
// 7810 ID-1) if it has the shape of one. A passport's page, which has the shape of A4, has twice as much.
func (s Sheet) DPI(width, height int) int {
	a, b := s.Size(width, height)
	long, short := max(a, b), max(1, min(a, b))
	inches := 11.69
	if shape := float64(long) / float64(short); shape > 1.5 && shape < 1.68 {
		inches = 3.37
	}
	return int(math.Round(float64(long) / inches))
}

// Size returns how large the sheet is on a picture of width × height pixels, by its longer sides.
func (s Sheet) Size(width, height int) (w, h int) {
	side := func(a, b int) float64 {
		return math.Hypot((s.Corners[a][0]-s.Corners[b][0])*float64(width), (s.Corners[a][1]-s.Corners[b][1])*float64(height))
	}
	return max(1, int(max(side(0, 1), side(3, 2)))), max(1, int(max(side(0, 3), side(1, 2))))
}

// Part returns the part of a small picture that the sheet covers, straightened.
func (s Sheet) Part(p Colours) Colours {
	w, h := s.Size(p.Width, p.Height)
	out := Colours{Pix: make([]byte, 3*w*h), Width: w, Height: h}
	onto := Onto(s.Corners).Scaled(float64(w), float64(h), float64(p.Width), float64(p.Height))
	for y := range h {
		for x := range w {
			u, v := onto.Point(float64(x)+0.5, float64(y)+0.5)
			at := min(p.Height-1, max(0, int(v)))*p.Width + min(p.Width-1, max(0, int(u)))
			copy(out.Pix[3*(y*w+x):][:3], p.Pix[3*at:])
		}
	}
	return out
}

// Area is the share of the picture that the sheet covers.
func (s Sheet) Area() float64 { return area(s.Corners) }

// Lean is how far the most tilted side departs from the picture's own directions, as a share of the picture.
func (s Sheet) Lean() float64 {
	most := 0.0
	for i, c := range s.Corners {
		next := s.Corners[(i+1)%4]
		most = max(most, min(math.Abs(c[0]-next[0]), math.Abs(c[1]-next[1])))
	}
	return most
}

// What an outline must be like.
const (
	sheetEdge    = 10   // difference in colour across an edge that counts, of 255
	leastArea    = 0.10 // of the picture
	leastSupport = 0.55 // of each side
	meanSupport  = 0.72 // of all four
	borderWorth  = 0.62 // what the picture's own border counts where the sheet may be cut off
	mostSeen     = 0.5  // share of a side that must be on the picture
	leanest      = 0.45 // cosine of the greatest angle by which a corner may differ from a right one
	linesSeen    = 32   // lines looked at in each direction
	linesEach    = 12   // of these, tried
	strip        = 4    // pixels on either side of a line that are compared
	insideLight  = 0.9  // what an outline counts that is darker than its surroundings
)

// FindSheet looks for the outline of one sheet that lies on something else: four straight edges of one picture, that are
// lighter on the inside all around, or darker all around. Text is no edge of a sheet, and neither is a box printed on
// it: the print is wiped out first, and across a printed line the paper is the same. ok is false where there is none, as on
// a scan. The picture should be about 500 pixels long: fewer blur the corners, more let print look like edges.
func FindSheet(p Colours) (s Sheet, ok bool) {
	if p.Width < 64 || p.Height < 64 || len(p.Pix) != 3*p.Width*p.Height {
		return Sheet{}, false
	}
	wiped := wipe(p)
	upright, level := findLines(wiped)
	f := finder{picture: wiped}
	f.upright, f.level = f.sides(upright), f.sides(level)
	w, h := float64(p.Width), float64(p.Height)
	f.upright = append(f.upright, side{line: line{1, 0, 0}, border: true}, side{line: line{1, 0, w}, border: true})
	f.level = append(f.level, side{line: line{0, 1, 0}, border: true}, side{line: line{0, 1, h}, border: true})
	return f.best()
}
