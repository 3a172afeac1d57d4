package mrz

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

const (
	bound       = 6.0  // what a single cell adds to or takes from a window's score at most
	checkWorth  = 3.0  // of a check digit that agrees, in a window's score
	codeMargin  = 3.0  // how much likelier another reading must be than any known state's code
	doubtful    = 4.5  // logarithm of how much likelier the first reading of a cell may be than one that mends a check digit
	mostLoss    = 5.0  // the same for all cells changed together
	unique      = 2.5  // and by how much the second way to mend must be less likely
	sureChecked = 0.15 // probability of a character that check digits cover
	sureAlone   = 0.80 // and of one that none covers
	forced      = -5.0 // logarithm of a probability: below, the layout says what it is and not the picture
	confident   = 0.25 // doubt about a character, on the average, up to which the zone need not be tried upside down
	mostDoubt   = 1.2  // and above which it is none
	leastLean   = 2.0  // how much better a row must be when it begins a cell further on than when it does not
	extraCells  = 4    // read beyond both ends, for the window may have to move
	farthest    = 24   // cells that a row may lack at an end
)

// belief is what the network makes of a cell: logarithms of probabilities by class, None last.
type belief [glyph.Classes]float32

// grid is a zone's cells by line.
type grid [][]belief

// believe reads the cells of a row's line from one to another, each seen a few times a little otherwise.
func (r *Reader) believe(g glyph.Gray, l glyph.Line, from, to int) []belief {
	out := make([]belief, to-from)
	looks := [...]struct{ shift, tall float64 }{{0, 1}, {0.05, 1.04}, {-0.05, 0.96}}
	for _, look := range looks {
		seen := moved(l, look.shift)
		seen.Tall *= look.tall
		// Places 0, 4, 8… are the middles of cells.
		const ahead = 1
		begin := float64(from) - ahead - glyph.Window/2.0/glyph.Pitch
		r.net.Read(glyph.Cut(g, seen, begin, begin+float64(to-from+2*ahead)+float64(glyph.Window)/glyph.Pitch), glyph.Pitch/glyph.Step, &r.pass)
		for k := range out {
			at := (k + ahead) * glyph.Pitch / glyph.Step * glyph.Classes
			for c := range glyph.Classes {
				out[k][c] += r.pass.Log[at+c] / float32(len(looks))
			}
		}
	}
	for k := range out {
		normalise(out[k][:])
	}
	return out
}

// moved returns the line so many pitches further down.
func moved(l glyph.Line, down float64) glyph.Line {
	const n = 32
	var x, y [3]float64
	for i, k := range [3]float64{0, n / 2, n} {
		x[i], y[i] = l.Point(k, down)
	}
	return glyph.Line{X: three(x, n), Y: three(y, n), Tall: l.Tall}
}

// normalise makes the probabilities add up to 1 again.
func normalise(log []float32) {
	sum := 0.0
	for _, v := range log {
		sum += math.Exp(float64(v))
	}
	less := float32(math.Log(sum))
	for i := range log {
		log[i] -= less
	}
}

// reading is a zone in one format, as it was read.
type reading struct {
	layout layout
	window window
	grid   grid
	lines  [][]byte
	score  float64
}

// decode reads the rows of a zone in the format and place that fits best, upside down too if they say little; false if
// they are no zone.
func (r *Reader) decode(g glyph.Gray, zone []row) (Found, bool) {
	best, ok := r.best(g, zone)
	if !ok || best.doubt() > confident && len(best.layout.wrong(best.text())) > 0 {
		over := make([]row, len(zone))
		for i, row := range zone {
			over[len(zone)-1-i] = row
			over[len(zone)-1-i].line = upsideDown(row.line, float64(row.cells))
		}
		if other, found := r.best(g, over); found && (!ok || other.doubt() < best.doubt()) {
			best, ok = other, true
		}
	}
	if !ok || best.doubt() > mostDoubt {
		return Found{}, false
	}
	return r.found(g, best), true
}

// doubt is how improbable the characters are on the average: the negative logarithm.
func (r reading) doubt() float64 {
	sum, n := 0.0, 0
	for i, line := range r.grid {
		for k := range line {
			sum -= float64(line[k].of(r.lines[i][k]))
			n++
		}
	}
	return sum / float64(n)
}

// sight is what is seen of a row: its cells from one on.
type sight struct {
	from  int
	cells []belief
}

// reach says from which cell to which (exclusive) a row has to be read, for none of the zone's rows to begin before it or
// end behind it.
func (a row) reach(zone []row) (from, to int) {
	first, last := 0.0, float64(a.cells-1)
	for _, b := range zone {
		x, y := b.line.At(0)
		begin, _ := a.line.Where(x, y)
		x, y = b.line.At(float64(b.cells - 1))
		end, _ := a.line.Where(x, y)
		first, last = min(first, begin), max(last, end)
	}
	return max(-farthest, int(math.Floor(first))) - extraCells, min(a.cells+farthest, int(math.Ceil(last))+1) + extraCells
}

// best returns the likeliest reading of the rows.
func (r *Reader) best(g glyph.Gray, zone []row) (reading, bool) {
	seen := make([]sight, len(zone))
	for i, row := range zone {
		from, to := row.reach(zone)
		seen[i] = sight{from, r.believe(g, row.line, from, to)}
	}
	var best reading
	for _, w := range windows(zone) {
		cells, first, ok := w.cut(zone, seen)
		w.starts = first
		if !ok {
			continue
		}
		for _, l := range layouts {
			if len(l.cells) == len(cells) && len(l.cells[0]) == w.cells {
				if one := read(l, w, cells); best.lines == nil || one.score > best.score {
					best = one
				}
			}
		}
	}
	return best, best.lines != nil
}

// cut takes the window's cells out of what was seen, and says with which cell of its line each row begins; false if some
// were not seen. Columns lean where a card lies aslant before the camera, so that a row may begin a cell before or after
// the place square below the row above.
func (w window) cut(zone []row, seen []sight) (cells grid, first []int, ok bool) {
	x, y := w.rows[0].line.At(float64(w.first))
	for i, one := range w.rows {
		along, _ := one.line.Where(x, y)
		all := seen[slices.IndexFunc(zone, func(z row) bool { return z.line == one.line })]
		best, most, place := -1, math.Inf(-1), int(math.Round(along))
		for _, lean := range [3]int{0, -1, 1} {
			from := place + lean - all.from
			if i == 0 && lean != 0 || from < 0 || from+w.cells > len(all.cells) {
				continue
			}
			if gain := printed(all.cells[from : from+w.cells]); gain > most+leastLean {
				best, most = from, gain
			}
		}
		if best < 0 {
			return nil, nil, false
		}
		cells, first = append(cells, all.cells[best:best+w.cells]), append(first, best+all.from)
		x, y = one.line.At(float64(best + all.from))
	}
	return cells, first, true
}

// printed sums up how much likelier it is that there are glyphs in the cells than none.
func printed(cells []belief) float64 {
	sum := 0.0
	for i := range cells {
		sum += min(bound, max(-bound, float64(slices.Max(cells[i][:glyph.None])-cells[i][glyph.None])))
	}
	return sum
}

// read takes the most likely characters that the layout allows.
func read(l layout, w window, cells grid) reading {
	out := reading{layout: l, window: w, grid: cells}
	for i, line := range cells {
		text := make([]byte, len(line))
		for k := range line {
			text[k], _ = line[k].best(l.may(i, k))
		}
		out.lines = append(out.lines, text)
	}
	for _, s := range l.states {
		state(out.lines[s.line][s.from:s.to], cells[s.line][s.from:s.to])
	}
	names(out.lines[l.names.line][l.names.from:l.names.to], cells[l.names.line][l.names.from:l.names.to])
	for i, line := range cells {
		for k := range line {
			gain := float64(line[k].of(out.lines[i][k]) - line[k][glyph.None])
			out.score += min(bound, max(-bound, gain))
		}
	}
	out.score += checkWorth * float64(len(l.checks)-len(l.wrong(out.text())))
	return out
}

func (r reading) text() []string {
	out := make([]string, len(r.lines))
	for i, l := range r.lines {
		out[i] = string(l)
	}
	return out
}

// best returns the likeliest of some characters, and the logarithm of its probability.
func (b *belief) best(of string) (byte, float32) {
	char, most := of[0], float32(math.Inf(-1))
	for i := range len(of) {
		if v := b.of(of[i]); v > most {
			char, most = of[i], v
		}
	}
	return char, most
}

// of returns the logarithm of a character's probability.
func (b *belief) of(c byte) float32 { return b[strings.IndexByte(glyph.Alphabet, c)] }

// sure returns the probability of a character among those that may stand in its place; that there is none at all counts
// half.
func (b *belief) sure(c byte, may string) float64 {
	sum := math.Exp(float64(b[glyph.None])) / 2
	for i := range len(may) {
		sum += math.Exp(float64(b.of(may[i])))
	}
	return math.Exp(float64(b.of(c))) / max(sum, 1e-30)
}

// state settles a code of three cells: a known one, unless another reading is much likelier.
func state(text []byte, cells []belief) {
	value := func(s string) (sum float32) {
		for i := range cells {
			sum += cells[i].of(s[i])
		}
		return sum
	}
	best, most := "", float32(math.Inf(-1))
	for code := range strings.FieldsSeq(States) {
		code = (code + "<<")[:3]
		if v := value(code); v > most {
			best, most = code, v
		}
	}
	if value(string(text))-most < codeMargin {
		copy(text, best)
	}
}

// names settles the names: letters with single fillers between, two between the surname and the given names, and fillers
// only behind the end (Doc 9303 part 3, section 4.6).
func names(text []byte, cells []belief) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	// By state: in the surname, behind a filler in it, behind two, in the given names, behind a filler there, at the end.
	letter := [6]int{0, 0, 3, 3, 3, -1}
	filler := [6]int{1, 2, 5, 4, 5, 5}
	no := math.Inf(-1)
	sum := [6]float64{0, no, no, no, no, no}
	from := make([][6]int, len(cells))
	for k := range cells {
		_, l := cells[k].best(letters)
		f := float64(cells[k].of('<'))
		next := [6]float64{no, no, no, no, no, no}
		step := func(s, to int, v float64) {
			if to >= 0 && sum[s]+v > next[to] {
				next[to], from[k][to] = sum[s]+v, s
			}
		}
		for s := range sum {
			if sum[s] > no {
				step(s, letter[s], float64(l))
				step(s, filler[s], f)
			}
		}
		sum = next
	}
	at := 0
	for s := range sum {
		if sum[s] > sum[at] {
			at = s
		}
	}
	for k := len(cells) - 1; k >= 0; k-- {
		before := from[k][at]
		if letter[before] == at {
			text[k], _ = cells[k].best(letters)
		} else {
			text[k] = '<'
		}
		at = before
	}
}

// found turns a reading into a zone: mended where that is the only way, judged, with its fields and its place.
func (r *Reader) found(g glyph.Gray, best reading) Found {
	corrected := best.mend()
	out := Found{Turn: best.window.rows[0].turn()}
	parsed, err := Parse(best.text(), r.now())
	if err != nil { // every reading of a layout has that layout's shape
		return Found{}
	}
	out.MRZ = parsed
	out.Corrected = corrected && parsed.Valid
	out.Valid = parsed.Valid && best.certain()
	out.Box = best.window.box(g)
	return out
}

// certain reports whether every character was read well enough: check digits do not cover names and states.
func (r reading) certain() bool {
	covered := r.covered(r.layout.checks)
	for i, line := range r.grid {
		for k := range line {
			least := sureAlone
			if covered[i][k] {
				least = sureChecked
			}
			may := r.layout.may(i, k)
			if line[k].sure(r.lines[i][k], may) < least || line[k].of(r.lines[i][k]) < forced {
				return false
			}
		}
	}
	return true
}

// covered marks the cells that belong to some check digits, those digits too.
func (r reading) covered(checks []check) [][]bool {
	out := make([][]bool, len(r.lines))
	for i, l := range r.lines {
		out[i] = make([]bool, len(l))
	}
	for _, c := range checks {
		for _, s := range append([]span{c.digit}, c.over...) {
			for k := s.from; k < s.to; k++ {
				out[s.line][k] = true
			}
		}
	}
	return out
}

// swap is a character that may stand in a cell instead of the likeliest.
type swap struct {
	line, cell int
	to         byte
	loss       float64 // of likelihood
}

// mend changes one or two characters if that makes all check digits agree, if what was read leaves room for it, and if
// there is no other way that is nearly as likely. A check digit that is plainly printed wrong stays wrong.
func (r *reading) mend() bool {
	failing := r.layout.wrong(r.text())
	if len(failing) == 0 {
		return false
	}
	swaps := r.swaps(failing)
	type way struct {
		swaps []swap
		loss  float64
	}
	var ways []way
	try := func(s ...swap) {
		loss := 0.0
		for _, one := range s {
			loss += one.loss
		}
		if loss > mostLoss+unique {
			return
		}
		lines := r.with(s)
		if len(r.layout.wrong(lines)) == 0 {
			ways = append(ways, way{s, loss})
		}
	}
	for i, a := range swaps {
		try(a)
		for _, b := range swaps[i+1:] {
			if a.line != b.line || a.cell != b.cell {
				try(a, b)
			}
		}
	}
	slices.SortFunc(ways, func(a, b way) int { return cmp.Compare(a.loss, b.loss) })
	if len(ways) == 0 || ways[0].loss > mostLoss || len(ways) > 1 && ways[1].loss < ways[0].loss+unique {
		return false
	}
	for _, s := range ways[0].swaps {
		r.lines[s.line][s.cell] = s.to
	}
	return true
}

// swaps lists what else may stand in the cells of the check digits that do not agree, at most 40, the likeliest first.
func (r *reading) swaps(failing []string) []swap {
	var checks []check
	for _, c := range r.layout.checks {
		if slices.Contains(failing, c.key) {
			checks = append(checks, c)
		}
	}
	var out []swap
	for i, line := range r.covered(checks) {
		for k, covered := range line {
			if !covered {
				continue
			}
			cell := &r.grid[i][k]
			for _, c := range []byte(r.layout.may(i, k)) {
				if loss := float64(cell.of(r.lines[i][k]) - cell.of(c)); c != r.lines[i][k] && loss < doubtful {
					out = append(out, swap{i, k, c, max(0, loss)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b swap) int { return cmp.Compare(a.loss, b.loss) })
	return out[:min(40, len(out))]
}

// with returns the lines with some characters swapped.
func (r *reading) with(swaps []swap) []string {
	for i, s := range swaps {
		swaps[i].to, r.lines[s.line][s.cell] = r.lines[s.line][s.cell], s.to
	}
	out := r.text()
	for i, s := range swaps {
		swaps[i].to, r.lines[s.line][s.cell] = r.lines[s.line][s.cell], s.to
	}
	return out
}

// turn returns the clockwise degrees by which the picture must be turned so that the row is upright.
func (a row) turn() int {
	dx, dy := a.line.Along(float64(a.cells) / 2)
	switch {
	case math.Abs(dx) >= math.Abs(dy) && dx >= 0:
		return 0
	case math.Abs(dx) >= math.Abs(dy):
		return 180
	case dy > 0: // from top to bottom
		return 270
	}
	return 90
}

// box returns the rectangle around the window, in shares of the picture.
func (w window) box(g glyph.Gray) [4]float64 {
	out := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i, row := range w.rows {
		first := float64(w.starts[i])
		for _, t := range [2]float64{first - 0.5, first + float64(w.cells) - 0.5} {
			for _, down := range [2]float64{-0.6, 0.6} {
				px, py := row.line.Point(t, down)
				px, py = px/float64(g.W), py/float64(g.H)
				out = [4]float64{min(out[0], px), min(out[1], py), max(out[2], px), max(out[3], py)}
			}
		}
	}
	for i := range out {
		out[i] = min(1, max(0, out[i]))
	}
	return out
}
