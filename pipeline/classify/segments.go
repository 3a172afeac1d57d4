package classify

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/eakte/eakte/pipeline"
)

// sheet is a page that is not blank, with what the splitting of documents needs to know of it.
type sheet struct {
	page     pipeline.Page
	features Features
	scores   map[string]scored // what the cues say
	evidence map[string]string // the cues: phrase to type
	likely   []float64         // probability of each type of the classifier
	lines    []printedLine
	codes    map[string]bool // words with many digits: numbers of files, persons, contracts
	number   pageNumber
}

// part is a run of sheets, last not included.
type part struct{ first, last int }

// sheet works a page out.
func (c *Classifier) sheet(page pipeline.Page) sheet {
	s := sheet{page: page, lines: printedLines(page), codes: codes(page.Text), number: readPageNumber(page.Text)}
	s.scores, s.evidence = c.cues.score(page)
	known := s.scores
	if c.cues != c.eyes.cues {
		known, _ = c.eyes.cues.score(page)
	}
	s.features = features(page, s.lines, known)
	s.likely = c.likely(s)
	flatten(s.likely, trust(s))
	return s
}

// Pages of fewer words say less than the model believes: a second page with nothing but signatures is no document of its
// own.
const (
	enoughWords = 8
	leastTrust  = 0.15
)

// trust is how far the probabilities of a page can be trusted, 0…1.
func trust(s sheet) float64 {
	if len(s.page.Zones) > 0 || len(s.page.Codes) > 0 {
		return 1
	}
	return min(1, max(leastTrust, float64(words(s.lines))/enoughWords))
}

// flatten raises probabilities to a power below 1, which keeps their order and makes them more alike.
func flatten(likely []float64, power float64) {
	if power == 1 {
		return
	}
	for i, p := range likely {
		likely[i] = power * math.Log(max(p, floor))
	}
	softmax(likely)
}

// likely is the probability of each type of the classifier for a page. Types that the model does not know get what the
// cues say.
func (c *Classifier) likely(s sheet) []float64 {
	all := make([]float64, len(c.types))
	by := map[string]float64{}
	for _, candidate := range ranked(s.scores) {
		by[candidate.Type] = candidate.Confidence
	}
	model := c.model.Scores(s.features)
	softmax(model)
	left := 1.0
	for i, known := range c.known {
		if known < 0 {
			all[i] = by[c.types[i]]
			left -= all[i]
		}
	}
	for i, known := range c.known {
		if known >= 0 {
			all[i] = model[known] * max(left, 0)
		}
	}
	if c.lessons != nil {
		c.lessons.apply(c.types, all, s.features)
	}
	return all
}

// floor is the least probability of a type: no page rules a type out for the others.
const floor = 1e-4

// candidates are the types of a document of these sheets, the most likely first.
func (c *Classifier) candidates(sheets []sheet, only []string) []pipeline.Candidate {
	sums := c.sums(sheets)
	total := 0.0
	for _, s := range sheets {
		total = max(total, sum(s.likely)) // less than 1 where the model knows types that are not asked for
	}
	softmax(sums)
	var list []pipeline.Candidate
	for i, typ := range c.types {
		if len(only) == 0 || slices.Contains(only, typ) {
			list = append(list, pipeline.Candidate{Type: typ, Confidence: sums[i] * total})
		}
	}
	slices.SortFunc(list, better)
	return list
}

// sums adds the logarithms of sheets' probabilities, those of further sheets by less.
func (c *Classifier) sums(sheets []sheet) []float64 {
	sums := make([]float64, len(c.types))
	for i, s := range sheets {
		counts := 1.0
		if i > 0 {
			counts = c.model.Further
		}
		for j, p := range s.likely {
			sums[j] += counts * math.Log(max(p, floor))
		}
	}
	return sums
}

func sum(list []float64) (total float64) {
	for _, x := range list {
		total += x
	}
	return total
}

// longest is how many sheets one document has at most when a scan is split: beyond it everything stays together anyway.
const longest = 200

// Signs are, for every page but the first of those that are not blank, what speaks for and against a document beginning
// there: what the weights of Boundary are fitted on. The last is how well the page agrees with the one before on a type.
func (c *Classifier) Signs(pages []pipeline.Page) [][]float64 {
	var all [][]float64
	var last *sheet
	for _, page := range pages {
		if page.Blank {
			continue
		}
		next := c.sheet(page)
		if last != nil {
			all = append(all, append(signs(*last, next), agreementOf(*last, next)))
		}
		last = &next
	}
	return all
}

// split finds the most likely documents: runs of sheets that agree on a type, with the signs of a beginning between them.
// Dynamic programming over the places where a document may begin.
func (c *Classifier) split(sheets []sheet) []part {
	n := len(sheets)
	begins := make([]float64, n) // log-odds that a document begins here
	for i := 1; i < n; i++ {
		begins[i] = c.model.begins(signs(sheets[i-1], sheets[i]))
	}
	best, from := make([]float64, n+1), make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end] = math.Inf(-1)
		agree := newAgreement(len(c.types), c.model.Agreement)
		for start := end - 1; start >= max(0, end-longest); start-- {
			agree.add(sheets[start].likely)
			score := best[start] + agree.score()
			if start > 0 {
				score += begins[start]
			}
			if score > best[end] {
				best[end], from[end] = score, start
			}
		}
	}
	var parts []part
	for end := n; end > 0; end = from[end] {
		parts = append(parts, part{from[end], end})
	}
	slices.Reverse(parts)
	return parts
}

// agreement measures how well sheets agree on one type: the logarithm of how much likelier they are as one document of
// any type than each on its own.
type agreement struct {
	logs   []float64
	sheets int
	weight float64
}

func newAgreement(types int, weight float64) *agreement {
	return &agreement{logs: make([]float64, types), weight: weight}
}

func agreementOf(sheets ...sheet) float64 {
	a := newAgreement(len(sheets[0].likely), 1)
	for _, s := range sheets {
		a.add(s.likely)
	}
	return a.score()
}

func (a *agreement) add(likely []float64) {
	for j, p := range likely {
		a.logs[j] += math.Log(max(p, floor) * float64(len(likely)))
	}
	a.sheets++
}

func (a *agreement) score() float64 {
	top, total := slices.Max(a.logs), 0.0
	for _, l := range a.logs {
		total += math.Exp(l - top)
	}
	return a.weight * (top + math.Log(total) - math.Log(float64(len(a.logs))))
}

// begins is the log-odds that a document begins at a sheet with these signs.
func (m *Model) begins(signs []float64) float64 {
	odds := 0.0
	for i, s := range signs {
		if i < len(m.Boundary) {
			odds += m.Boundary[i] * s
		}
	}
	return odds
}

// signs are what speaks for and against a document beginning at sheet b, after sheet a. The model has a weight for each.
func signs(a, b sheet) []float64 {
	top := b.lines[:min(topCount, len(b.lines))]
	shared := 0
	zone := zoneText(b.page)
	for code := range a.codes {
		shared += count(b.codes[code] || strings.Contains(zone, code)) // the back of a card repeats the number in its zone
	}
	same := alike(a.lines, b.lines)
	return []float64{
		1,
		is(b.number.page > 1),
		is(b.number.page == 1),
		is(b.number.page > 1 && b.number.page == a.number.page+1),
		is(a.number.page > 0 && a.number.page == a.number.of),
		is(a.number.page > 0 && a.number.page < a.number.of),
		alike(a.lines[:min(3, len(a.lines))], b.lines[:min(3, len(b.lines))]),
		alike(a.lines[max(0, len(a.lines)-3):], b.lines[max(0, len(b.lines)-3):]),
		float64(min(shared, 3)),
		is(shared == 0 && len(a.codes) > 0 && len(b.codes) > 0),
		is(slices.ContainsFunc(top, func(l printedLine) bool { return l.large })),
		is(says(top, salutation)),
		is(says(a.lines[max(0, len(a.lines)-8):], closing)),
		is(b.page.Number > a.page.Number+1), // a blank page between
		is(differ(a.page.Width/max(a.page.Height, 1), b.page.Width/max(b.page.Height, 1))),
		is(len(b.page.Zones) > 0),
		is(len(a.page.Zones) > 0),
		is(a.page.Digital != b.page.Digital),
		is(script(a.page.Text) != script(b.page.Text)),
		same,
		is(startsSmall(b.page.Text)),
		is(endsOpen(a.page.Text)),
		math.Log(max(slices.Max(b.likely), floor)),
		math.Log(float64(words(b.lines)+1)) - math.Log(float64(words(a.lines)+1)),
		is(same >= twins), // the same form again: next month's, another person's
	}
}

// twins are pages with that share of words in common; a further page has less than that in common with the one before.
const twins = 0.6

var (
	salutation = []string{"sehr geehrte", "dear", "madame", "уважаем", "шановн", "sayin", "guten tag"}
	closing    = []string{"mit freundlichen", "freundliche grusse", "unterschrift", "signature", "im auftrag", "hochachtungsvoll", "sincerely", "подпись", "підпис", "imza", "توقيع"}
)

func is(sign bool) float64 { return float64(count(sign)) }

func words(lines []printedLine) (n int) {
	for _, l := range lines {
		n += len(l.words)
	}
	return n
}

// says reports whether one of the phrases stands in the lines.
func says(lines []printedLine, phrases []string) bool {
	for _, l := range lines {
		text := strings.Join(l.words, " ")
		if slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(text, p) }) {
			return true
		}
	}
	return false
}

// differ reports whether two ratios differ by more than a tenth.
func differ(a, b float64) bool { return math.Abs(a-b) > 0.1*max(a, b) }

// alike is the share of words that two runs of lines have in common, numbers and short words left out.
func alike(a, b []printedLine) float64 {
	in := func(lines []printedLine) map[string]bool {
		set := map[string]bool{}
		for _, l := range lines {
			for _, w := range l.words {
				if len(w) > 3 {
					set[w] = true
				}
			}
		}
		return set
	}
	x, y := in(a), in(b)
	both := 0
	for w := range x {
		both += count(y[w])
	}
	return float64(both) / float64(max(len(x)+len(y)-both, 1))
}

// codes are the words of a text that look like numbers of files, persons or documents: at least five digits, or at least
// seven letters and digits mixed.
func codes(text string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		w = strings.Trim(w, ".,;:()")
		digits, capitals, others := 0, 0, 0
		for _, r := range w {
			digits += count(unicode.IsDigit(r))
			capitals += count(r >= 'A' && r <= 'Z')
			others += count(!unicode.IsDigit(r) && !(r >= 'A' && r <= 'Z'))
		}
		if _, date := shape(w); (digits >= 5 && !date || digits > 0 && others == 0 && capitals+digits >= 7) && len(set) < 200 {
			set[w] = true
		}
	}
	return set
}

// zoneText is what stands in the machine-readable zones of a page, whether or not they were read as such.
func zoneText(page pipeline.Page) string {
	var b strings.Builder
	for _, z := range page.Zones {
		for _, line := range z.Lines {
			b.WriteString(line + " ")
		}
	}
	for line := range strings.Lines(page.Text) {
		if strings.Contains(line, "<<") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// startsSmall reports whether a page begins in the middle of a sentence.
func startsSmall(text string) bool {
	for _, r := range strings.TrimSpace(text) {
		return unicode.IsLower(r)
	}
	return false
}

// endsOpen reports whether a page ends in the middle of a sentence.
func endsOpen(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" {
		return false
	}
	last := rune(text[len(text)-1])
	return last == ',' || last == '-' || unicode.IsLower(last)
}
