package extract

// side is where values stand, seen from their labels.
type side int

const (
	valueBeside side = iota
	valueBelow
	valueAbove // as captions under lines to write on
)

// vote is a label whose value stands on one side of it and cannot be anything else.
type vote struct {
	box box
	side
}

// vote finds out whether values stand beside, below or above their labels. Only kinds of values that tell count, and of
// those only what stands on one side or clearly nearer there.
func (f *form) vote() {
	for i, o := range f.labels {
		kind := slots[o.slot]
		if kind.front && !telling[o.slot] || o.slot == "skip" || o.slot == "place_date" || o.slot == "issue_date" && o.weak() || f.inline(i) != "" {
			continue
		}
		fits := func(at span, ok bool) bool { return ok && len(kind.read(f.text(at))) > 0 }
		b := f.box(i)
		next, ok := f.beside(b, rightToLeft(f.text(o.span)))
		over, okOver := f.on(b, f.limit(i))
		under, okUnder := f.under(b, f.limit(i))
		up, down := fits(over, okOver), fits(under, okUnder)
		if up && down {
			gapUp, gapDown := max(1, b[1]-f.boxOf(over)[3]), max(1, f.boxOf(under)[1]-b[3])
			up, down = gapUp < 0.6*gapDown, gapDown < 0.6*gapUp
		}
		switch {
		case fits(next, ok && f.last(i)):
			f.votes = append(f.votes, vote{b, valueBeside})
		case down && !up:
			f.votes = append(f.votes, vote{b, valueBelow})
		case up && !down:
			f.votes = append(f.votes, vote{b, valueAbove})
		}
	}
}

// around counts the votes near a box, since forms have parts that look different.
func (f *form) around(b box) (count [3]int) {
	for _, v := range f.votes {
		if abs(v.box[1]-b[1]) < 0.16*f.height {
			count[v.side]++
		}
	}
	return count
}

// telling slots are front ones whose values look like nothing else.
var telling = set("sex", "nationality", "marital_status", "postal_code", "street", "post_town")

// captions reports whether values stand over their labels, as on forms with lines to write on.
func (f *form) captions(b box) bool {
	n := f.around(b)
	return n[valueAbove] > n[valueBelow] && n[valueAbove] >= n[valueBeside]
}
