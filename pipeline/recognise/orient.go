package recognise

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/tool"
)

// What is believed of how a page lies, measured on scans of pages of 20 to 200 words. Whatever is believed, a reading that
// is not sure of itself is held against the other turns.
const (
	surelyLies = 6   // leptonica's figure from which on heads and feet of letters show where up is; across it reached 5.3
	clearly    = 1.1 // by how much the figure must be greater than the one for the other axis
	sureTurn   = 2   // tesseract's figure above which a quarter turn is believed
	sureRead   = 0.9 // confidence of a reading that shows by itself how a page lies
	hopeless   = 0.5 // confidence below which every quarter turn is tried: wrong ones came out below 0.4, right ones above
)

// lies returns the clockwise quarter turn that makes a page upright by the heads and feet of its letters; false if they do
// not show it, as on pages in capitals, in Arabic or Cyrillic.
func lies(l tool.Lie) (turn int, sure bool) {
	up, left := math.Abs(l.Up), math.Abs(l.Left)
	switch {
	case max(up, left) < surelyLies || max(up, left) < clearly*min(up, left):
		return 0, false
	case up > left && l.Up > 0:
		return 0, true
	case up > left:
		return 180, true
	case l.Left > 0:
		return 90, true
	}
	return 270, true
}

// oracle asks tesseract's model for orientation and script about one picture, once, when somebody wants to know: it costs
// half as much as reading the page.
type oracle struct {
	engine *Engine
	grey   *tool.Picture
	dpi    int
	asked  bool
	ok     bool
	found  tool.Orientation
}

// ask returns what the model sees; false if there is too little text.
func (o *oracle) ask() (tool.Orientation, bool, error) {
	if o.asked {
		return o.found, o.ok, nil
	}
	osd, err := o.engine.orientation()
	if err != nil {
		return tool.Orientation{}, false, err
	}
	o.asked = true
	o.found, o.ok = osd.Detect(o.grey, o.dpi)
	return o.found, o.ok, nil
}

// turns lists the quarter turns that may make the page upright, the most likely first; some come twice.
func (o *oracle) turns() ([]int, error) {
	found, ok, err := o.ask()
	switch {
	case err != nil:
		return nil, err
	case !ok || found.Turn == 0:
		return []int{0, 180, 90, 270}, nil
	case found.Confidence >= sureTurn:
		return []int{found.Turn, 0, (found.Turn + 180) % 360, 90, 270, 180}, nil
	}
	return []int{0, found.Turn, (found.Turn + 180) % 360, 90, 270, 180}, nil
}

// best reads the sheet as its letters lie, or as it is where they do not show it. Where what comes out is unsure, tesseract's
// model is asked; and other quarter turns are read as long as what comes out is hopeless, as it is on a page that lies wrong:
// the ordinary page is read once and never asked about. The best reading becomes the page's. Out of time, the best so far
// stands.
func (r *run) best(ctx context.Context, s *sheet, at place, lie tool.Lie, zones []mrz.Found) error {
	first := *s.page
	var found *pipeline.Page
	try := func(turn int) error {
		page := first
		// What a page upside down seems to be written in means nothing: every attempt begins anew.
		attempt := sheet{page: &page, dpi: s.dpi, camera: s.camera, flat: s.flat, end: s.end, oracle: s.oracle}
		if err := r.attempt(ctx, &attempt, s.grey, at, turn, lie); err != nil {
			if found != nil && errors.Is(err, tool.ErrDeadline) {
				return nil
			}
			return err
		}
		if found == nil || page.Confidence > found.Confidence {
			found = &page
		}
		return nil
	}
	var tried []int
	turn, zoned := byZone(zones)
	sure := zoned
	if !zoned {
		turn, sure = lies(lie)
	}
	if !sure && s.poor {
		turns, err := s.oracle.turns()
		if err != nil {
			return err
		}
		turn = turns[0]
	}
	tried = append(tried, turn) // to read it is cheaper than to ask, and says more
	if err := try(turn); err != nil {
		return err
	}
	enough := sureText
	if !sure {
		enough = sureRead
	}
	if found.Confidence < enough && !s.poor && !zoned {
		turns, err := s.oracle.turns()
		if err != nil {
			return err
		}
		for _, turn := range turns {
			if found.Confidence >= hopeless && !(len(tried) == 1 && s.oracle.contradicts(tried[0], turn)) {
				break
			}
			if slices.Contains(tried, turn) {
				continue
			}
			tried = append(tried, turn)
			if err := try(turn); err != nil {
				return err
			}
		}
	}
	*s.page = *found
	return nil
}

// contradicts reports whether the model is sure that the page lies otherwise than it was read.
func (o *oracle) contradicts(read, turn int) bool {
	return o.ok && o.found.Confidence >= sureTurn && o.found.Turn == turn && turn != read
}
