package recognise

import (
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

// What tells a photograph in a PDF from a scan. What is taken for one is read as the sheet that is on it, and nothing beside
// that sheet: so a page in doubt is none, and is read whole.
const (
	lightEdge   = 128  // long edge of the picture on which the light is looked at first, in pixels: no scan is looked at longer
	leastOfPage = 0.25 // share of the picture that the sheet has at least: a portrait on a passport's page is smaller
	square      = 0.01 // shares of the picture by which the sides of a sheet on a scan, or of a drawn box, lean at most
)

// photographed reports whether a page's picture is a photograph: every upload that is a picture is treated as one, which does
// a scan no harm. Of a PDF it is a page that is one picture and shows a sheet on something else, as a camera sees it.
func (r *run) photographed(p pipeline.SoundPage, photo *tool.Picture) bool {
	if r.request.Source == pipeline.SourceImage {
		return true
	}
	if p.Kind != pipeline.PageDirect {
		return false
	}
	rgb, w, h := photo.Thumb(lightEdge)
	if evenly, dark := picture.Lit(picture.Light(picture.Colours{Pix: rgb, Width: w, Height: h})); evenly || dark {
		return false
	}
	rgb, w, h = photo.Thumb(thumbEdge)
	found, ok := picture.FindSheet(picture.Colours{Pix: rgb, Width: w, Height: h})
	return ok && found.Area() >= leastOfPage && found.Lean() > square
}
