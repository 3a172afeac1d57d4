package recognise

import (
	"math"
	"time"
	"unicode"

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
	s.scales = picture.Vary(pixels, w, h)
	return picture.Look(pixels, w, h), nil
}

// What speaks against a reading that is not sure of itself.
const (
	fewLetters = 30   // so few are a misread edge or pattern
	tiny       = 40   // dots per inch of a page: print is 5 pixels high, what is read of it is guessed
	tooSmall   = 70   // dots per inch of a page: print is 10 pixels high
	tooBlurred = 0.15 // sharpness below which print runs together; print is above 0.4
	washedOut  = 0.12 // contrast of print that is hardly there; a portrait has more
	sureWord   = 0.7  // confidence of a word that was read surely
	sureLength = 3    // of its letters and digits: fewer are guessed too easily
	hardlyAny  = 0.27 // share of such words; where text came out right it was above a half
)

// How much work a poor picture is worth.
const (
	hopelessSharp = 0.36 // sharpness of scales below which nothing was ever read
	poorShare     = 3    // a poor picture gets the budget of a page divided by this
	mostPieces    = 5000 // marks of a noisy page that is read as it is
	mostRadius    = 3    // pixels: more would wipe out strokes
)

// photo is what a photograph shows beside the page's appearance. The zero value is that of a scan.
type photo struct {
	sheetDPI int     // of the sheet that was found; 0 if there is none
	glare    float64 // share of it
	cut      bool
}

// smeared reports whether a sheet may only seem to be blank, because nothing on its photograph is sharp: on blank paper the
// camera's noise is.
func (s *sheet) smeared(a picture.Appearance) bool {
	return s.sheetDPI > 0 && a.Blur < tooBlurred || s.blurred()
}

// hopeless reports whether a photograph is not worth reading: what would come out is guessed, and guessing takes many times
// as long as reading.
func (s *sheet) hopeless() bool {
	return s.blurred() && s.scales.Sharpness() < hopelessSharp || s.scales.Drowned()
}

// blurred reports whether a sheet's print is blurred beyond reading. What is no sheet may be a portrait, which is softer.
func (s *sheet) blurred() bool { return s.sheetDPI > 0 && s.scales.Blurred() }

// doubtful reports whether little can be expected of a picture, so that it is read once, and not for long.
func (s *sheet) doubtful(a picture.Appearance) bool {
	return a.Blur < tooBlurred || s.blurred() || s.scales.Noisy() || s.sheetDPI > 0 && s.sheetDPI < tooSmall
}

// smooth smooths a noisy picture until it no longer consists of specks, each of which would be taken for a letter: laying
// out a hundred thousand of them takes minutes, which no deadline ends, and nothing is read.
func (s *sheet) smooth() error {
	for radius := 1; s.scales.Noisy() && radius <= mostRadius; radius++ {
		pieces, err := s.grey.Pieces()
		if err != nil || pieces < mostPieces {
			return err
		}
		smooth, err := s.grey.Smooth(radius)
		if err != nil {
			return err
		}
		s.grey.Close()
		s.grey = smooth
	}
	return nil
}

// earlier returns the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// judge says how good a page's picture is: the confidence of what was read says most, blur, size and contrast say why. A
// sharp picture without print, a portrait, has no verdict: there is nothing to be read badly. A sheet on which nothing at
// all could be read has been photographed badly.
func (s *sheet) judge(a picture.Appearance) pipeline.Quality {
	q := pipeline.Quality{DPI: s.page.DPI, Blur: rounded(a.Blur), Contrast: rounded(a.Contrast), Glare: rounded(s.glare), Cut: s.cut}
	if s.sheetDPI > 0 {
		q.DPI = s.sheetDPI
	}
	q.Verdict = verdict(s.page, q, a.Paper < picture.Night || s.sheetDPI > 0, s.blurred() || s.hopeless())
	return q
}

func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

// surely is the share of a page's letters and digits that are in words of some length that were read surely. The mean
// confidence is raised by marks that are taken for a letter each, and surely so.
func surely(words []pipeline.Word) float64 {
	sure, all := 0, 0
	for _, w := range words {
		n := 0
		for _, c := range w.Text {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				n++
			}
		}
		if all += n; n >= sureLength && w.Confidence >= sureWord {
			sure += n
		}
	}
	return float64(sure) / float64(max(1, all))
}

// verdict: print is expected where the page is dark, or a sheet on a desk. Of a poor picture a sure reading is wanted.
func verdict(page *pipeline.Page, q pipeline.Quality, expected, poor bool) pipeline.Verdict {
	small := q.DPI < tooSmall
	switch {
	case page.Blank:
		return ""
	case len(page.Words) == 0 && !expected && !poor && !small && q.Blur > tooBlurred && q.Contrast > washedOut:
		return ""
	case len(page.Words) == 0 || page.Confidence < 0.4:
		return pipeline.Unreadable
	case q.DPI < tiny && (page.Confidence < 0.9 || len(page.Text) < fewLetters):
		return pipeline.Unreadable
	case page.Confidence < 0.65 && (surely(page.Words) < hardlyAny || len(page.Text) < fewLetters || q.Blur < tooBlurred || poor), page.Confidence < 0.5 && small:
		return pipeline.Unreadable
	case page.Confidence < 0.65:
		return pipeline.Retake
	case page.Confidence < 0.85 || q.Contrast < 0.2:
		return pipeline.Readable
	}
	return pipeline.Good
}
