package recognise

import (
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/recognise/codes"
	"github.com/eakte/eakte/pipeline/recognise/fingerprint"
	"github.com/eakte/eakte/pipeline/tool"
)

// printEdge is the long edge of the picture a print is made of, in pixels: larger adds nothing.
const printEdge = 256

// marks adds to a page that was read its codes and what it is known by again. A page whose picture cannot be had has fewer
// marks.
func (r *run) marks(s *sheet, at place) {
	s.page.Print.Text = fingerprint.Text(s.page.Text)
	if s.page.Blank {
		return
	}
	onPage := mapping{width: 1, height: 1, box: at.box, flat: s.flat}
	s.page.Codes = codesOn(s.grey)
	for i := range s.page.Codes {
		s.page.Codes[i].Box = picture.TurnBox(onPage.around(s.page.Codes[i].Box), s.page.Rotation)
	}
	if pixels, w, h, err := upright(s.grey, s.page.Rotation); err == nil {
		s.page.Print.Image = fingerprint.Image(pixels, w, h)
	}
}

// upright returns the pixels of a small copy of the picture, turned clockwise by so many degrees.
func upright(grey *tool.Picture, degrees int) (pixels []byte, w, h int, err error) {
	w, h = grey.Size()
	small, err := grey.Shrink(min(1, printEdge/float64(max(w, h))))
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

// codesOn returns the codes on a picture, in shares of it.
func codesOn(grey *tool.Picture) []pipeline.Code {
	pixels, err := grey.Bytes()
	if err != nil {
		return nil
	}
	w, h := grey.Size()
	if max(w, h) > twiceCodeEdge && !likelyCodes(grey) {
		return codes.FindStacked(pixels, w, h)
	}
	return codes.Find(pixels, w, h)
}

// twiceCodeEdge is the long edge from which on a picture is first looked at in half its size for square codes, which costs
// half as much. The modules of stacked ones are too narrow for that.
const twiceCodeEdge = 3200

func likelyCodes(grey *tool.Picture) bool {
	half, err := grey.Shrink(0.5)
	if err != nil {
		return false
	}
	defer half.Close()
	pixels, err := half.Bytes()
	if err != nil {
		return false
	}
	w, h := half.Size()
	return codes.Likely(pixels, w, h)
}

// codesOfDigital looks for codes on the picture of a page that is not read from it.
func codesOfDigital(page *pipeline.Page, picture *tool.Picture) {
	if grey, err := picture.Grey(); err == nil {
		defer grey.Close()
		page.Codes = codesOn(grey)
	}
}
