package recognise

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
	"github.com/eakte/eakte/pipeline/tool"
)

// zonePixels is as many as a zone is looked at with: more than the eye of a phone has, less than is dear.
const zonePixels = 16_000_000

// zones looks for machine-readable zones: lines of fixed pitch on the reduced sheet first, which most pages have none of;
// then what they say, on the picture as fine as it is. Boxes are in shares of the sheet. What cannot be looked at has none.
func (r *run) zones(s *sheet, picture *tool.Picture, at place) ([]mrz.Found, error) {
	small, err := pixels(s.grey, 0, mrz.SearchEdge*mrz.SearchEdge)
	if err != nil {
		return nil, nil
	}
	candidates := mrz.Search(small)
	if candidates.None() {
		return nil, nil
	}
	reader, err := r.engine.zoneReader()
	if err != nil {
		return nil, err
	}
	full, err := picture.Grey()
	if err != nil {
		return nil, nil
	}
	defer func() { full.Close() }()
	turn := at.turn
	if s.flat != nil {
		flattened, err := s.flat.show(full, at.turn)
		if err != nil {
			return nil, nil
		}
		full.Close()
		full, turn = flattened, 0
	}
	large, err := pixels(full, turn, zonePixels)
	if err != nil {
		return nil, nil
	}
	return reader.Read(large, candidates), nil
}

// hinted reports whether there may be a zone on a page that was read as if it had none: fillers were read as such, or much
// is doubtful, as what is printed in a font that the OCR engine does not know always is. Looking for a zone costs half as
// much as reading the page, and most pages have none.
func hinted(page *pipeline.Page) bool {
	return page.Confidence < zoneless || strings.Count(page.Text, "<") >= 2 || strings.Contains(page.Text, "KKK")
}

// zoneless is the confidence from which on nothing on a page can be a zone that was misread.
const zoneless = 0.85

// pixels returns the picture's bytes, turned clockwise and with at most so many pixels.
func pixels(grey *tool.Picture, turn, most int) (glyph.Gray, error) {
	w, h := grey.Size()
	small, err := grey.Scale(min(1, math.Sqrt(float64(most)/float64(w*h))))
	if err != nil {
		return glyph.Gray{}, err
	}
	defer small.Close()
	turned, err := small.Turn(turn)
	if err != nil {
		return glyph.Gray{}, err
	}
	defer turned.Close()
	w, h = turned.Size()
	data, err := turned.Bytes()
	return glyph.Gray{Pix: data, W: w, H: h}, err
}

// zoneReader returns the reader of zones, and makes it when it is first needed.
func (e *Engine) zoneReader() (*mrz.Reader, error) {
	if e.zones == nil {
		reader, err := mrz.NewReader(e.opts.Now)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errEngine, err)
		}
		e.zones = reader
	}
	return e.zones, nil
}

// byZone returns the quarter turn that makes the zones upright, that of a valid one first: nothing tells better how a
// page lies.
func byZone(zones []mrz.Found) (turn int, ok bool) {
	for _, z := range zones {
		if z.Valid {
			return z.Turn, true
		}
	}
	if len(zones) > 0 {
		return zones[0].Turn, true
	}
	return 0, false
}

// keep writes the zones of a sheet into the page as it was read, at and turned, and puts their lines where the OCR engine read
// something in their place: it does not know this font.
func keep(s *sheet, zones []mrz.Found, at place) {
	page := s.page
	onPage := mapping{width: 1, height: 1, box: at.box, flat: s.flat}
	for _, z := range zones {
		z.Box = picture.TurnBox(onPage.around(z.Box), page.Rotation)
		z.Page = page.Number
		page.Zones = append(page.Zones, z.MRZ)
		if z.Turn == page.Rotation {
			page.Words = replace(page.Words, z.MRZ)
		}
	}
	slices.SortStableFunc(page.Zones, func(a, b pipeline.MRZ) int {
		if a.Box[1] < b.Box[1] {
			return -1
		}
		return 1
	})
	if len(zones) > 0 {
		page.Text = text(page.Words)
	}
}

// replace puts the lines of the zone in the place of the words that lie in its box.
func replace(words []pipeline.Word, z pipeline.MRZ) []pipeline.Word {
	inside := func(w pipeline.Word) bool {
		x, y := (w.Box[0]+w.Box[2])/2, (w.Box[1]+w.Box[3])/2
		return x > z.Box[0] && x < z.Box[2] && y > z.Box[1] && y < z.Box[3]
	}
	at := slices.IndexFunc(words, inside)
	if at < 0 {
		at = len(words)
	}
	line := 0
	if at > 0 {
		line = words[at-1].Line + 1
	}
	out := append([]pipeline.Word(nil), words[:at]...)
	sure := 0.5
	if z.Valid {
		sure = 1
	}
	high := (z.Box[3] - z.Box[1]) / float64(len(z.Lines))
	for i, l := range z.Lines {
		top := z.Box[1] + float64(i)*high
		box := [4]float64{z.Box[0], top, z.Box[2], top + high}
		base := top + 0.8*high
		out = append(out, pipeline.Word{Text: l, Box: box, Confidence: sure, Line: line + i, Baseline: [4]float64{box[0], base, box[2], base}})
	}
	next, before := line+len(z.Lines)-1, -1
	for _, w := range words[at:] {
		if inside(w) {
			continue
		}
		if w.Line != before {
			next, before = next+1, w.Line
		}
		w.Line = next
		out = append(out, w)
	}
	return out
}

// written looks for a valid zone in a page's own text.
func (r *run) written(page *pipeline.Page) {
	found := mrz.Find(strings.Split(page.Text, "\n"), r.engine.opts.Now())
	if found == nil || !found.Valid {
		return
	}
	found.Page = page.Number
	box := [4]float64{1, 1, 0, 0}
	for _, w := range page.Words {
		if slices.ContainsFunc(found.Lines, func(l string) bool { return strings.Contains(w.Text, "<") && strings.Contains(l, w.Text) }) {
			box = [4]float64{min(box[0], w.Box[0]), min(box[1], w.Box[1]), max(box[2], w.Box[2]), max(box[3], w.Box[3])}
		}
	}
	if box[0] < box[2] {
		found.Box = box
	}
	page.Zones = []pipeline.MRZ{*found}
}
