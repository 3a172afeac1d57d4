package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eakte/eakte/pipeline"
)

// mostWords is how many words of a page are looked at: more is no page for people.
const mostWords = 4000

// Lengths on a page that has none, in points: A4.
const (
	a4Width  = 595.0
	a4Height = 842.0
)

// sheet is a page as a reader sees it: cells in reading order, each a piece of a line without a wide gap. Its flow is the
// text of all cells, "\t" between those of one line and "\n" between lines; every value found is a span of the flow.
type sheet struct {
	page   *pipeline.Page
	width  float64 // points
	height float64
	flow   string
	words  []placed
	cells  []cell
	heads  []head // where parts about somebody begin
	placed bool   // the words have boxes; otherwise boxes are made up from lines and columns
}

// placed is a word with its place in the flow and, in points, on the page.
type placed struct {
	text       string
	box        box // as read, less what reaches into the lines above and below
	read       box
	start, end int
	confidence float64
}

// cell is a run of words.
type cell struct {
	span
	first, last int // words, last exclusive
	box         box
	rtl         bool
}

// span is a piece of a sheet's flow, in bytes.
type span struct{ start, end int }

// box is left, top, right, bottom in points, origin top left.
type box [4]float64

func (b box) height() float64 { return b[3] - b[1] }

// with returns the smallest box around both. The zero box is none.
func (b box) with(c box) box {
	if b == (box{}) {
		return c
	}
	return box{min(b[0], c[0]), min(b[1], c[1]), max(b[2], c[2]), max(b[3], c[3])}
}

// beside reports whether both stand on one line.
func (b box) beside(c box) bool {
	shared := min(b[3], c[3]) - max(b[1], c[1])
	return shared > 0.4*min(b.height(), c.height())
}

// text returns a span's text.
func (s *sheet) text(at span) string { return s.flow[at.start:at.end] }

// newSheet lays a page out.
func newSheet(page *pipeline.Page) *sheet {
	s := &sheet{page: page, width: page.Width, height: page.Height}
	if s.width <= 0 || s.height <= 0 {
		s.width, s.height = a4Width, a4Height
	}
	words := page.Words[:min(len(page.Words), mostWords)]
	s.placed = len(words) > 0
	if !s.placed {
		words = made(page.Text)
		words = words[:min(len(words), mostWords)]
	}
	var flow strings.Builder
	for i, line := range lines(words) {
		if i > 0 {
			flow.WriteByte('\n')
		}
		s.line(&flow, line)
	}
	s.flow = flow.String()
	s.part()
	return s
}

// part cuts boxes of lines that overlap: those of some fonts are twice as high as their letters.
func (s *sheet) part() {
	for i := range s.cells {
		for j := range s.cells[:i] {
			a, b := &s.cells[j], &s.cells[i]
			if a.box[3] <= b.box[1] || b.box[3] <= a.box[1] || a.box[2] <= b.box[0] || b.box[2] <= a.box[0] {
				continue
			}
			if a.box[1]+a.box[3] > b.box[1]+b.box[3] {
				a, b = b, a
			}
			middleA, middleB := (a.box[1]+a.box[3])/2, (b.box[1]+b.box[3])/2
			if middleB-middleA > 0.25*min(a.box.height(), b.box.height()) {
				s.cut(a, 0, (middleA+middleB)/2)
				s.cut(b, (middleA+middleB)/2, s.height)
			}
		}
	}
}

// cut leaves of a cell what stands between two heights.
func (s *sheet) cut(c *cell, top, bottom float64) {
	c.box[1], c.box[3] = max(c.box[1], top), min(c.box[3], bottom)
	for i := range s.words[c.first:c.last] {
		b := &s.words[c.first+i].box
		if b[1] < bottom && b[3] > top {
			b[1], b[3] = max(b[1], top), min(b[3], bottom)
		}
	}
}

// made gives the words of plain text places as on a typewriter.
func made(text string) []pipeline.Word {
	const pitch, feed = 0.008, 0.016
	var words []pipeline.Word
	n := 0
	for line := range strings.Lines(text) {
		column, start := 0, -1
		for i, r := range line + " " {
			switch blank := unicode.IsSpace(r); {
			case blank && start >= 0:
				width := utf8.RuneCountInString(line[start:min(i, len(line))])
				left, top := float64(column-width)*pitch, float64(n)*feed
				words = append(words, pipeline.Word{Text: line[start:min(i, len(line))], Line: n, Box: [4]float64{left, top, float64(column) * pitch, top + 0.012}})
				start = -1
			case !blank && start < 0:
				start = i
			}
			column++
			if r == '\t' {
				column += 7 // a wide gap
			}
		}
		n++
	}
	return words
}

// lines splits words where their line changes.
func lines(words []pipeline.Word) [][]pipeline.Word {
	var all [][]pipeline.Word
	for i := 0; i < len(words); {
		n := i + 1
		for n < len(words) && words[n].Line == words[i].Line {
			n++
		}
		all = append(all, words[i:n])
		i = n
	}
	return all
}

// line appends the cells of a line.
func (s *sheet) line(flow *strings.Builder, line []pipeline.Word) {
	wide := 1.3 * s.typical(line)
	open := false
	for i, w := range line {
		text := clean(w.Text)
		b := box{w.Box[0] * s.width, w.Box[1] * s.height, w.Box[2] * s.width, w.Box[3] * s.height}
		if text == "" || rule(text) {
			open = false
			continue
		}
		if open {
			before := s.words[len(s.words)-1].box
			open = max(b[0]-before[2], before[0]-b[2]) < wide
		}
		if !open {
			if i > 0 && flow.Len() > 0 && !strings.HasSuffix(flow.String(), "\n") {
				flow.WriteByte('\t')
			}
			s.cells = append(s.cells, cell{span: span{flow.Len(), flow.Len()}, first: len(s.words), last: len(s.words)})
		} else {
			flow.WriteByte(' ')
		}
		open = true
		start := flow.Len()
		flow.WriteString(text)
		s.words = append(s.words, placed{text, b, b, start, flow.Len(), w.Confidence})
		c := &s.cells[len(s.cells)-1]
		c.end, c.last, c.box, c.rtl = flow.Len(), len(s.words), c.box.with(b), c.rtl || rightToLeft(text)
	}
}

// typical is the height of most of a line's words.
func (s *sheet) typical(line []pipeline.Word) float64 {
	heights := make([]float64, 0, len(line))
	for _, w := range line {
		if utf8.RuneCountInString(w.Text) > 1 || len(line) == 1 {
			heights = append(heights, (w.Box[3]-w.Box[1])*s.height)
		}
	}
	if len(heights) == 0 {
		return 10
	}
	slices.Sort(heights)
	return max(heights[len(heights)/2], 5)
}

// clean takes out what would break the flow, and the edges of boxes that were read with a word.
func clean(s string) string {
	if edged := strings.Trim(s, "|¦│┃[]{}"); edged != "" && (strings.ContainsAny(s, "|¦│┃") || strings.Count(s, "[") != strings.Count(s, "]")) {
		s = edged
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		if unicode.IsSpace(r) {
			return '_'
		}
		return r
	}, s)
}

// rule reports whether a word is only a line of a form.
func rule(s string) bool {
	return strings.Trim(s, "|_¦[]{}│┃=~") == "" || strings.Trim(s, ".…_") == "" && len(s) > 3 || leader(s)
}

// leader reports whether a word is a dotted line that was read as letters: many of few kinds.
func leader(s string) bool {
	kinds, n := map[rune]bool{}, 0
	for _, r := range s {
		kinds[unicode.ToLower(r)] = true
		n++
	}
	return n >= 12 && 4*len(kinds) <= n && !strings.ContainsFunc(s, unicode.IsDigit)
}

func rightToLeft(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew) {
			return true
		}
	}
	return false
}

// words within a span.
func (s *sheet) within(at span) []placed {
	first, _ := slices.BinarySearchFunc(s.words, at.start, func(w placed, start int) int {
		if w.end <= start {
			return -1
		}
		return 1
	})
	last := first
	for last < len(s.words) && s.words[last].start < at.end {
		last++
	}
	return s.words[first:last]
}

// boxOf is the box around a span.
func (s *sheet) boxOf(at span) (b box) {
	for _, w := range s.within(at) {
		b = b.with(w.box)
	}
	return b
}

// beside returns what stands next to a box on the same line, in reading direction: to its right, for rtl to its left.
func (s *sheet) beside(b box, rtl bool) (span, bool) {
	best, nearest := -1, 0.85*s.width
	for i, c := range s.cells {
		gap := c.box[0] - b[2]
		if rtl {
			gap = b[0] - c.box[2]
		}
		if gap > -2 && gap < nearest && b.beside(c.box) {
			best, nearest = i, gap
		}
	}
	if best < 0 {
		return span{}, false
	}
	return s.cells[best].span, true
}

// below returns the lines under a box, the nearest first, at most n: of each the words that stand under the box or to its
// right, up to the limit. A line further away than two and a half of the box's heights is no longer meant.
func (s *sheet) below(b box, limit float64, n int) []span {
	var found []span
	reach := max(b.height(), 6)
	for n > 0 {
		best, top := -1, b[3]+2.5*reach
		for i, c := range s.cells {
			if c.box[1] < b[1]+0.35*reach || b.beside(c.box) || c.box[1] >= top || c.box[2] < b[0] || c.box[0] > max(b[2], b[0]+8*reach) || c.box[0] >= limit {
				continue
			}
			if _, ok := s.column(c, b, limit); ok {
				best, top = i, c.box[1]
			}
		}
		if best < 0 {
			break
		}
		at, _ := s.column(s.cells[best], b, limit)
		found = append(found, at)
		b = box{b[0], s.boxOf(at)[1], b[2], s.boxOf(at)[3]}
		n--
	}
	return found
}

// under is the line right below a box, cut to its column.
func (s *sheet) under(b box, limit float64) (span, bool) {
	if found := s.below(b, limit, 1); len(found) > 0 {
		return found[0], true
	}
	return span{}, false
}

// on is the line right above a box, cut to its column: what stands on a line that the box is the caption of.
func (s *sheet) on(b box, limit float64) (span, bool) {
	best, bottom := -1, b[1]-2.5*max(b.height(), 6)
	for i, c := range s.cells {
		if c.box[3] > b[1]+0.45*b.height() || c.box[1] > b[1]-0.3*b.height() || c.box[3] <= bottom || c.box[2] < b[0] || c.box[0] > max(b[2], b[0]+8*b.height()) || c.box[0] >= limit {
			continue
		}
		if _, ok := s.column(c, b, limit); ok {
			best, bottom = i, c.box[3]
		}
	}
	if best < 0 {
		return span{}, false
	}
	return s.column(s.cells[best], b, limit)
}

// column cuts a cell to the column of a box.
func (s *sheet) column(c cell, b box, limit float64) (span, bool) {
	slack := 1.2 * max(b.height(), 6)
	at := span{-1, -1}
	for _, w := range s.words[c.first:c.last] {
		if w.box[0] < b[0]-slack && (c.box[0] < b[0]-3*slack || w.box[2] < b[0]) || w.box[0] > limit-slack/2 {
			if at.start >= 0 {
				break
			}
			continue
		}
		if at.start < 0 {
			at.start = w.start
		}
		at.end = w.end
	}
	return at, at.start >= 0
}
