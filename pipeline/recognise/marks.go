package recognise

import (
	"github.com/eakte/eakte/pipeline/recognise/fingerprint"
	"github.com/eakte/eakte/pipeline/tool"
)

// printEdge is the long edge of the picture a print is made of, in pixels: larger adds nothing.
const printEdge = 256

// marks adds to a page that was read what it is known by again. A page whose picture cannot be had has fewer marks.
func (r *run) marks(s *sheet) {
	s.page.Print.Text = fingerprint.Text(s.page.Text)
	if s.page.Blank {
		return
	}
	if pixels, w, h, err := upright(s.grey, s.page.Rotation); err == nil {
		s.page.Print.Image = fingerprint.Image(pixels, w, h)
	}
}

// upright returns the pixels of a small copy of the picture, turned clockwise by so many degrees.
func upright(grey *tool.Picture, degrees int) (pixels []byte, w, h int, err error) {
	w, h = grey.Size()
	small, err := grey.Scale(min(1, printEdge/float64(max(w, h))))
	if err != nil {
		return nil, 0, 0, err
	}
	defer small.Close()
	turned, err := small.Turn(degrees)
	if err != nil {
		return nil, 0, 0, err
	}
	defer turned.Close()
	w, h = turned.Size()
	pixels, err = turned.Bytes()
	return pixels, w, h, err
}
