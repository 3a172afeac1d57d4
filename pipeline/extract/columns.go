package extract

import "github.com/eakte/eakte/pipeline"

// leastColumn is how many lines two columns of text have at least side by side.
const leastColumn = 5

// columns returns a sheet again with two columns of prose one after the other, as contracts in two languages have them: in
// lines across, their sentences are torn. It returns nil for a sheet without.
func (s *sheet) columns() *sheet {
	edge, ok := s.gutter()
	if !ok {
		return nil
	}
	page := *s.page
	page.Words = nil
	n := 0
	add := func(c cell) {
		for _, w := range s.words[c.first:c.last] {
			b := [4]float64{w.read[0] / s.width, w.read[1] / s.height, w.read[2] / s.width, w.read[3] / s.height}
			page.Words = append(page.Words, pipeline.Word{Text: w.text, Box: b, Line: n, Confidence: w.confidence})
		}
		n++
	}
	var right []cell
	for _, c := range s.cells {
		if c.box[0] > edge-gutterSlack {
			right = append(right, c)
			continue
		}
		if c.box[2] > edge { // across both
			for _, r := range right {
				add(r)
			}
			right = nil
		}
		add(c)
	}
	for _, r := range right {
		add(r)
	}
	return newSheet(&page)
}

// gutterSlack is how far lines of a column may begin from each other, in points.
const gutterSlack = 6

// gutter finds where the second of two columns of prose begins.
func (s *sheet) gutter() (edge float64, ok bool) {
	if !s.placed {
		return 0, false
	}
	for i := 1; i < len(s.cells); i++ {
		if s.flow[s.cells[i].start-1] != '\t' {
			continue
		}
		lines, words := 0, 0
		for j := 1; j < len(s.cells); j++ {
			left, right := &s.cells[j-1], &s.cells[j]
			if s.flow[right.start-1] == '\t' && abs(right.box[0]-s.cells[i].box[0]) < gutterSlack {
				lines++
				words += min(left.last-left.first, right.last-right.first)
			}
		}
		if lines >= leastColumn && words >= 3*lines {
			return s.cells[i].box[0], true
		}
	}
	return 0, false
}
