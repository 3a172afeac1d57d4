package recognise

import (
	"math"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
)

// look measures the sheet at half of what it has, which for most scans is 150 dpi; a photograph, of which the resolution
// is anybody's guess, at what is 150 dpi if it shows a page.
func (s *sheet) look(photo bool) (picture.Appearance, error) {
	factor := 0.5
	if photo {
		factor = min(1, readingDPI/2/float64(s.dpi))
	}
	half, err := s.grey.Scale(factor)
	if err != nil {
		return picture.Appearance{}, err
	}
	defer half.Close()
	pixels, err := half.Bytes()
	if err != nil {
		return picture.Appearance{}, err
	}
	w, h := half.Size()
	return picture.Look(pixels, w, h), nil
}

// What speaks against a reading that is not sure of itself.
const (
	fewLetters = 30   // so few are a misread edge or pattern
	tiny       = 40   // dots per inch of a page: print is 5 pixels high, what is read of it is guessed
	tooSmall   = 70   // dots per inch of a page: print is 10 pixels high
	tooBlurred = 0.15 // sharpness below which print runs together; print is above 0.4
)

// photo is what a photograph shows beside the page's appearance. The zero value is that of a scan.
type photo struct {
	sheetDPI int     // of the sheet that was found; 0 if there is none
	glare    float64 // share of it
	cut      bool
}

// smeared reports whether a sheet may only seem to be blank, because nothing on its photograph is sharp: on blank paper the
// camera's noise is.
func (s *sheet) smeared(a picture.Appearance) bool { return s.sheetDPI > 0 && a.Blur < tooBlurred }

// judge says how good a page's picture is: the confidence of what was read says most, blur, size and contrast say why. A
// sharp picture without print, a portrait, has no verdict: there is nothing to be read badly. A sheet on which nothing at
// all could be read has been photographed badly.
func (s *sheet) judge(a picture.Appearance) pipeline.Quality {
	q := pipeline.Quality{DPI: s.page.DPI, Blur: rounded(a.Blur), Contrast: rounded(a.Contrast), Glare: rounded(s.glare), Cut: s.cut}
	if s.sheetDPI > 0 {
		q.DPI = s.sheetDPI
	}
	q.Verdict = verdict(s.page, q, a.Paper < picture.Night || s.sheetDPI > 0)
	return q
}

func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

// verdict: print is expected where the page is dark, or a sheet on a desk.
func verdict(page *pipeline.Page, q pipeline.Quality, expected bool) pipeline.Verdict {
	small := q.DPI < tooSmall
	switch {
	case page.Blank:
		return ""
	case len(page.Words) == 0 && !expected && !small && q.Blur > tooBlurred:
		return ""
	case len(page.Words) == 0 || page.Confidence < 0.4:
		return pipeline.Unreadable
	case page.Confidence < 0.65 && (q.DPI < tiny || len(page.Text) < fewLetters || q.Blur < tooBlurred), page.Confidence < 0.5 && small:
		return pipeline.Unreadable
	case page.Confidence < 0.65:
		return pipeline.Retake
	case page.Confidence < 0.85 || q.Contrast < 0.2:
		return pipeline.Readable
	}
	return pipeline.Good
}
