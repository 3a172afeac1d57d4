package recognise

import (
	"cmp"
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// stretch is part of a line of text as the engine found it: words next to each other that share a baseline. Lengths are in
// any unit that is the same in both directions, y downwards.
type stretch struct {
	words       []pipeline.Word // in the order in which they are spoken
	left, right float64
	middle      float64 // of the height of its capital letters
	tall        float64 // of its letters
}

// row is a line of the page: stretches at one height, however far apart.
type row []stretch

// inOrder puts the stretches of a page into reading order and numbers the lines of their words: rows from top to bottom,
// so that the cells of a table row and the label and value of a form stay together; where running text stands in columns,
// one column after the other. Engines cut a page into blocks instead, and read a table column by column.
func inOrder(stretches []stretch) []pipeline.Word {
	var out []pipeline.Word
	line := 0
	for _, r := range columns(rows(stretches)) {
		for _, s := range r.spoken() {
			for _, w := range s.words {
				w.Line = line
				out = append(out, w)
			}
		}
		line++
	}
	return out
}

// sameRow is how far apart, in heights of the smaller letters, the middles of one row may lie. From line to line it is at
// least one and a half heights; a cell in the middle beside one of two lines is a row of its own.
const sameRow = 0.65

// lookBack is how many rows a stretch is held against: rows of large and small letters overlap.
const lookBack = 6

// rows gathers stretches to rows, from top to bottom.
func rows(stretches []stretch) []row {
	sorted := slices.Clone(stretches)
	slices.SortStableFunc(sorted, func(a, b stretch) int { return cmp.Compare(a.middle, b.middle) })
	var out []row
	for _, s := range sorted {
		best, nearest := -1, math.Inf(1)
		for i := max(0, len(out)-lookBack); i < len(out); i++ {
			if away, fits := out[i].takes(s); fits && away <= nearest {
				best, nearest = i, away
			}
		}
		if best < 0 {
			out = append(out, row{s})
			continue
		}
		out[best] = append(out[best], s)
	}
	for _, r := range out {
		slices.SortStableFunc(r, func(a, b stretch) int { return cmp.Compare(a.left, b.left) })
	}
	return out
}

// takes reports whether s belongs to the row: it is at the height of its nearest neighbour there and lies beside all
// of them.
func (r row) takes(s stretch) (away float64, fits bool) {
	apart := math.Inf(1)
	for _, o := range r {
		gap := max(o.left-s.right, s.left-o.right)
		if -gap > min(o.right-o.left, s.right-s.left)/2 {
			return 0, false
		}
		if gap < apart {
			apart, away = gap, math.Abs(o.middle-s.middle)
			fits = away < sameRow*min(o.tall, s.tall) || o.spans(s) || s.spans(o)
		}
	}
	return away, fits
}

// spans reports whether a mark much smaller than the letters, a dash or a dot, stands between their feet and heads.
func (s stretch) spans(mark stretch) bool {
	return mark.tall < s.tall/2 && math.Abs(mark.middle-s.middle) < s.tall/2
}

// spoken returns the row's stretches in the order in which they are spoken: from right to left if most of its letters are
// of such a script.
func (r row) spoken() row {
	var words []pipeline.Word
	for _, s := range r {
		words = append(words, s.words...)
	}
	if !mostlyRTL(words) {
		return r
	}
	out := slices.Clone(r)
	slices.Reverse(out)
	return out
}

func mostlyRTL(words []pipeline.Word) bool {
	right, all := 0, 0
	for _, w := range words {
		n := len([]rune(w.Text))
		all += n
		if w.RTL {
			right += n
		}
	}
	return 2*right > all
}

// What makes two columns of running text, and not a table or a letter's head.
const (
	columnRows  = 8   // so many rows at least
	columnFull  = 0.8 // of its width is filled by a line of running text
	columnLines = 0.6 // share of lines that are full
)

// columns moves the right column of running text behind the left one. Rows that are not part of two columns stay.
func columns(in []row) []row {
	var out []row
	for from := 0; from < len(in); {
		to, gutter := twoColumns(in, from)
		if to-from < columnRows {
			out, from = append(out, in[from]), from+1
			continue
		}
		var left, right []row
		for _, r := range in[from:to] {
			at := slices.IndexFunc(r, func(s stretch) bool { return s.left >= gutter })
			switch {
			case at < 0:
				left = append(left, r)
			case at == 0:
				right = append(right, r)
			default:
				left, right = append(left, r[:at]), append(right, r[at:])
			}
		}
		out, from = append(append(out, left...), right...), to
	}
	return out
}

// twoColumns returns the end of the longest run of rows from in[from] that leaves a gutter free with running text on both
// sides, and where the right column begins; from itself if there is none.
func twoColumns(in []row, from int) (to int, begins float64) {
	var left, right []stretch
	free := [2]float64{math.Inf(-1), math.Inf(1)}
	for to = from; to < len(in); to++ {
		r := in[to]
		cut, ok := r.cut(free)
		if !ok {
			break
		}
		free = cut
		for _, s := range r {
			if s.right <= free[0] {
				left = append(left, s)
			} else {
				right = append(right, s)
			}
		}
	}
	if !running(left) || !running(right) {
		return from, 0
	}
	return to, free[1]
}

// cut narrows the free strip between two columns to what the row leaves of it. The first rows must show it: two stretches.
func (r row) cut(free [2]float64) ([2]float64, bool) {
	if len(r) > 2 {
		return free, false
	}
	if math.IsInf(free[0], -1) {
		if len(r) != 2 || r[1].left <= r[0].right {
			return free, false
		}
		return [2]float64{r[0].right, r[1].left}, true
	}
	for _, s := range r {
		switch {
		case s.left >= free[1] || s.right <= free[0]:
		case s.left > free[0] && s.left < free[1]:
			free[1] = s.left
		case s.left <= free[0] && s.right < free[1]:
			free[0] = s.right
		default:
			return free, false
		}
	}
	return free, free[1]-free[0] > 0.5*r[0].tall
}

// running reports whether the stretches are running text: most of them fill the width of their column, and all begin or
// end where the column does.
func running(column []stretch) bool {
	if len(column) < columnRows/2 {
		return false
	}
	left, right, full := math.Inf(1), math.Inf(-1), 0
	for _, s := range column {
		left, right = min(left, s.left), max(right, s.right)
	}
	for _, s := range column {
		if s.right-s.left >= columnFull*(right-left) && len(s.words) >= 4 {
			full++
		}
	}
	return float64(full) >= columnLines*float64(len(column))
}

// stretches makes stretches of the lines that tesseract found. What is left of the page's tilt is taken out.
func stretches(words []tool.ReadWord, m mapping) []stretch {
	tilt := tilt(words)
	var out []stretch
	for len(words) > 0 {
		n := 1
		for n < len(words) && words[n].Line == words[0].Line {
			n++
		}
		out = append(out, lineOf(words[:n], tilt, m))
		words = words[n:]
	}
	return out
}

func lineOf(words []tool.ReadWord, tilt float64, m mapping) stretch {
	s := stretch{left: math.Inf(1), right: math.Inf(-1)}
	heights := make([]float64, 0, len(words))
	for _, w := range words {
		s.words = append(s.words, pipeline.Word{
			Text: w.Text, Box: m.rectangle(w.Box), Confidence: math.Round(w.Confidence*1000) / 1000, Baseline: m.line(w.Baseline), RTL: rightToLeft(w.Text),
		})
		s.left, s.right = min(s.left, float64(w.Box[0])), max(s.right, float64(w.Box[2]))
		heights = append(heights, float64(w.Box[3]-w.Box[1]))
	}
	slices.Sort(heights)
	s.tall = heights[len(heights)/2]
	b := words[0].Baseline
	base := float64(words[0].Box[3])
	if b[2] > b[0] {
		base = float64(b[1]+b[3])/2 - tilt*float64(b[0]+b[2])/2
	}
	s.middle = base - s.tall/2
	return s
}

// tilt is the slope of the page's baselines, the long ones counting for more.
func tilt(words []tool.ReadWord) float64 {
	across, down := 0, 0
	for i, w := range words {
		if i == 0 || w.Line != words[i-1].Line {
			across, down = across+w.Baseline[2]-w.Baseline[0], down+w.Baseline[3]-w.Baseline[1]
		}
	}
	if across <= 0 || math.Abs(float64(down)) > float64(across)*0.2 { // vertical text: not a tilt
		return 0
	}
	return float64(down) / float64(across)
}
