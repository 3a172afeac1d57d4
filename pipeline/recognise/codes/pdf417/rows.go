package pdf417

// shape is what row indicators say (ISO/IEC 15438, 5.11.3).
type shape struct{ rows, columns, level int }

func (s shape) checkWords() int { return 2 << s.level }

func (s shape) possible() bool {
	return s.rows >= 3 && s.rows <= 90 && s.columns >= 1 && s.columns <= 30 && s.level >= 0 && s.level <= 8 &&
		s.rows*s.columns < prime && s.checkWords() < s.rows*s.columns
}

// indicator is the part of a row indicator that all rows of a cluster share.
const indicator = 30

// row returns the row that an indicator names.
func (r reading) row() int { return r.word/indicator*clusters + r.cluster }

// sheet is a symbol read line by line.
type sheet struct {
	grid grid
	*matcher
	open   bool
	single [][]reading // what each line reads by itself
}

func newSheet(seen grid, open bool) (sheet, bool) {
	begin := seen.begin()
	if !begin.normalise() {
		return sheet{}, false
	}
	share, alike := startBlur(begin)
	if alike < leastStart {
		return sheet{}, false
	}
	m := newMatcher(share)
	s := sheet{grid: seen, matcher: m, open: open, single: make([][]reading, len(seen))}
	for i, line := range seen {
		s.single[i] = make([]reading, len(line))
		for k := range line {
			s.single[i][k] = s.read(i, k)
		}
	}
	return s, true
}

// What a line must be like to say something by itself.
const (
	alikeExact     = 0.8
	alikeIndicator = 0.75
)

// read takes a codeword as one line sees it. Indicators are worth a search.
func (s *sheet) read(line, k int) reading {
	v := &s.grid[line][k]
	if r := s.exact(v); r.alike > alikeExact {
		return r
	}
	if s.indicates(k) {
		if r, _ := s.nearest(v, 0, clusters-1); r.alike > alikeIndicator {
			return r
		}
	}
	return unread
}

func (s *sheet) words() int { return len(s.grid[0]) }

// indicates reports whether codeword k of a line is a row indicator.
func (s *sheet) indicates(k int) bool { return k == 1 || !s.open && k == s.words()-1 }

// shapes returns what most indicators say, and what else may be: symbols are about whose left indicators and right ones do
// not agree on the number of rows.
func (s *sheet) shapes() []shape {
	var thirds, rest, columns [indicator]float32 // votes, by what indicators say
	for _, line := range s.single {
		for k, r := range line {
			if !s.indicates(k) || r.cluster < 0 {
				continue
			}
			says := [clusters]*[indicator]float32{&thirds, &rest, &columns}
			if k != 1 {
				says = [clusters]*[indicator]float32{&columns, &thirds, &rest}
			}
			says[r.cluster][r.word%indicator] += r.alike
		}
	}
	third, other := twoMost(&thirds)
	mode, _ := twoMost(&rest)
	column, _ := twoMost(&columns)
	var all []shape
	for _, t := range [2]int{third, other} {
		if t < 0 || mode < 0 || column < 0 {
			continue
		}
		if one := (shape{t*clusters + mode%clusters + 1, column + 1, mode / clusters}); one.possible() {
			all = append(all, one)
		}
	}
	return all
}

// twoMost returns the two indices with most votes, negative ones where there are none.
func twoMost(votes *[indicator]float32) (first, second int) {
	first, second = -1, -1
	for i, v := range votes {
		switch {
		case v == 0:
		case first < 0 || v > votes[first]:
			first, second = i, first
		case second < 0 || v > votes[second]:
			second = i
		}
	}
	return first, second
}

// Weights of what speaks for a line being in a row.
const (
	indicated = 3   // a row indicator that names it, against one codeword of its cluster
	expected  = 0.1 // for each row that it is away from where it would be if all are equally high
	skipped   = 3   // for each row without a line
	mostSkip  = 3
)

// rows gives each line the row that fits best, so that rows only grow downwards: the best path over all lines.
func (s *sheet) rows(rows int) []int {
	lines := len(s.grid)
	came := make([][]int, lines)
	score, next := make([]float32, rows), make([]float32, rows)
	for i := range lines {
		came[i] = make([]int, rows)
		for r := range rows {
			best := r
			for back := 1; i > 0 && back <= mostSkip && back <= r; back++ {
				if score[r-back]-skipped*float32(back-1) > score[best]-skipped*float32(max(0, r-best-1)) {
					best = r - back
				}
			}
			came[i][r] = best
			next[r] = score[best] - skipped*float32(max(0, r-best-1))
		}
		s.support(i, next)
		score, next = next, score
	}
	at := 0
	for r := range score {
		if score[r] > score[at] {
			at = r
		}
	}
	path := make([]int, lines)
	for i := lines - 1; i >= 0; i-- {
		path[i] = at
		at = came[i][at]
	}
	return path
}

// support adds to each row what a line says for it.
func (s *sheet) support(line int, rows []float32) {
	var cluster [clusters]float32
	for k, r := range s.single[line][1:] {
		if r.cluster < 0 {
			continue
		}
		cluster[r.cluster] += r.alike
		if row := r.row(); s.indicates(k+1) && row < len(rows) {
			rows[row] += indicated * r.alike
		}
	}
	place := (float32(line)+0.5)/float32(len(s.grid))*float32(len(rows)) - 0.5
	for r := range rows {
		away := place - float32(r)
		rows[r] += cluster[r%clusters] - expected*max(away, -away)
	}
}

// word is a codeword with its lead over what else it might be.
type word struct {
	value int // negative if nothing is known
	lead  float32
}

// collect reads the codewords of data and check words, row by row, each from the mean of its lines.
func (s *sheet) collect(sh shape) []word {
	sums := make([]vector, sh.rows*sh.columns)
	for i, row := range s.rows(sh.rows) {
		for k := range sh.columns {
			v, r := &s.grid[i][k+2], s.single[i][k+2]
			at, weight := row, float32(0.3)
			if r.cluster >= 0 { // a line may leave its row on its way
				at, weight = row+(r.cluster-row%clusters+clusters+1)%clusters-1, r.alike
			}
			if at < 0 || at >= sh.rows {
				continue
			}
			sum := &sums[at*sh.columns+k]
			for m := range sum {
				sum[m] += v[m] * weight
			}
		}
	}
	out := make([]word, len(sums))
	for i := range sums {
		out[i].value = -1
		sum := &sums[i]
		for m := range sum {
			sum[m] *= 100
		}
		if cluster := i / sh.columns % clusters; sum.normalise() {
			best, lead := s.nearest(sum, cluster, cluster)
			out[i] = word{best.word, lead}
			if best.cluster < 0 {
				out[i] = word{value: -1}
			}
		}
	}
	return out
}
