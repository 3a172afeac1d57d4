package mrz

import (
	"cmp"
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// zones puts rows together that lie below each other: two or three, from top to bottom. A row alone brings along the
// neighbours that were overlooked.
func (r *Reader) zones(g glyph.Gray, rows []row) [][]row {
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Compare(b.gain*float64(b.cells), a.gain*float64(a.cells))
	})
	rows = distinct(rows)
	used := make([]bool, len(rows))
	var out [][]row
	for i, seed := range rows {
		if used[i] {
			continue
		}
		used[i] = true
		zone := []row{seed}
		for _, side := range [2]float64{-1, 1} {
			for len(zone) < 3 {
				end := zone[0]
				if side > 0 {
					end = zone[len(zone)-1]
				}
				next, ok := neighbour(end, rows, used, side)
				if !ok {
					next, ok = r.overlooked(g, end, side)
				}
				if !ok {
					break
				}
				if side > 0 {
					zone = append(zone, next)
				} else {
					zone = append([]row{next}, zone...)
				}
			}
		}
		if len(zone) >= 2 {
			out = append(out, zone)
		}
	}
	return out
}

// distinct leaves out rows that lie on a better one.
func distinct(rows []row) []row {
	var out []row
	for _, b := range rows {
		again := false
		for _, a := range out {
			x, y := b.line.At(float64(b.cells) / 2)
			along, down := a.line.Where(x, y)
			again = again || math.Abs(down) < 0.8 && along > -2 && along < float64(a.cells)+2
		}
		if !again {
			out = append(out, b)
		}
	}
	return out
}

// neighbour takes the nearest row above (side -1) or below that may be of the same zone.
func neighbour(a row, rows []row, used []bool, side float64) (row, bool) {
	best, near := -1, math.Inf(1)
	for i, b := range rows {
		if used[i] || !a.alike(b) {
			continue
		}
		x, y := b.line.At(float64(b.cells) / 2)
		if _, down := a.line.Where(x, y); down*side >= leastSpace && down*side <= mostSpace && down*side < near {
			best, near = i, down*side
		}
	}
	if best < 0 {
		return row{}, false
	}
	used[best] = true
	return rows[best], true
}

// alike reports whether two rows run the same way, in the same pitch, side by side.
func (a row) alike(b row) bool {
	mid := float64(min(a.cells, b.cells)) / 2
	ax, ay := a.line.Along(mid)
	bx, by := b.line.Along(mid)
	p, q := math.Hypot(ax, ay), math.Hypot(bx, by)
	if q < 0.88*p || p < 0.88*q || ax*bx+ay*by < 0.99*p*q {
		return false
	}
	x, y := b.line.At(float64(b.cells) / 2)
	along, _ := a.line.Where(x, y)
	return math.Abs(along-float64(a.cells)/2) < 12
}

// overlooked reads where the next line of the zone should be: where print stands out from the paper between lines.
func (r *Reader) overlooked(g glyph.Gray, a row, side float64) (row, bool) {
	down, ok := band(g, a, side)
	if !ok {
		return row{}, false
	}
	shifted := a.line
	var x, y [3]float64
	n := float64(a.cells - 1)
	for i, k := range [3]float64{0, n / 2, n} {
		x[i], y[i] = a.line.Point(k, down)
	}
	shifted.X, shifted.Y = three(x, n), three(y, n)
	found, ok := r.row(g, shifted, -margin, float64(a.cells)+margin)
	if !ok || found.gain < leastGain || found.cells < leastCells || !a.alike(found) {
		return row{}, false
	}
	return r.again(g, found), true
}

// band finds the row of print nearest to where the neighbour of a is usually: 2.5 pitches on. It goes by how much the
// grey levels change along the line.
func band(g glyph.Gray, a row, side float64) (float64, bool) {
	const step = 0.1
	change := func(down float64) float64 {
		sum, before := 0.0, float32(-1)
		for t := 0.0; t < float64(a.cells); t += 0.15 {
			x, y := a.line.Point(t, down)
			v := g.At(x, y)
			if before >= 0 {
				sum += math.Abs(float64(v - before))
			}
			before = v
		}
		return sum
	}
	best, most := 0.0, 0.0
	for d := leastSpace; d <= mostSpace; d += step {
		sum := 0.0
		for e := -0.4; e <= 0.4; e += step {
			sum += change(side * (d + e))
		}
		sum *= 1 - 0.25*math.Abs(d-2.5)
		if sum > most {
			best, most = side*d, sum
		}
	}
	own := 0.0
	for e := -0.4; e <= 0.4; e += step {
		own += change(e)
	}
	return best, most > 0.35*own
}

// window is a number of cells in which every row of a zone is to be read.
type window struct {
	rows  []row
	first int // cell of the first row's line that is column 0
	cells int
	// starts are the cells of the rows' lines that are column 0, once they have been read.
	starts []int
}

// widths of zones, by number of lines.
var widths = map[int][]int{2: {36, 44}, 3: {30}}

// windows lists the ways in which the rows can be a zone, the most likely first: which of them, from which cell on, how many.
func windows(zone []row) []window {
	var out []window
	if len(zone) == 3 {
		out = append(out, fit(zone, 30)...)
	}
	for i := range len(zone) - 1 {
		pair := zone[i : i+2]
		for _, n := range widths[2] {
			out = append(out, fit(pair, n)...)
		}
	}
	return out
}

// fit lists the windows of n cells that agree best with where the rows begin and end.
func fit(rows []row, n int) []window {
	first, last := math.Inf(1), math.Inf(-1)
	for _, row := range rows {
		x, y := row.line.At(0)
		begin, _ := rows[0].line.Where(x, y)
		x, y = row.line.At(float64(row.cells - 1))
		end, _ := rows[0].line.Where(x, y)
		first, last = min(first, begin), max(last, end)
	}
	from, to := int(math.Round(first)), int(math.Round(last))
	spare := n - (to - from + 1)
	if spare < -3 || spare > 9 {
		return nil
	}
	var out []window
	for shift := min(0, spare) - 1; shift <= max(0, spare)+1; shift++ {
		out = append(out, window{rows: rows, first: from - shift, cells: n})
	}
	return out
}
