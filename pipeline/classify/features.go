package classify

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
)

// Buckets is how many weights the model has for each type: features are hashed into so many.
const Buckets = 1 << 17

// group is a kind of features. Each is scaled to the same length, so that a long page shouts no louder than a short one.
type group int

const (
	allWords group = iota
	allPairs
	allParts  // runs of letters within words
	topWords  // of the first lines
	topPairs  //
	headWords // of lines in large print
	headPairs //
	headParts //
	topLines  // whole short lines near the top or in large print
	layout    // how the page looks, its zone and language
	cueScores // what the cues say
	groups
)

// weightOf is the length a group's features have together.
var weightOf = [groups]float32{1, 1, 1, 1, 1, 1.5, 1.5, 1, 1.5, 0.7, 1.5}

// Features are what the model knows of a page: hashes by group, sorted, each once.
type Features [groups][]uint32

// Limits on what is looked at: more words say nothing new about the type.
const (
	maxWords   = 500
	topCount   = 10 // lines
	shortLine  = 8  // words
	largePrint = 1.25
)

// printedLine is a line of a page: its folded words and whether it stands out.
type printedLine struct {
	words      []string
	top, large bool
}

// Extractor turns pages into features. It is read-only and safe for concurrent use.
type Extractor struct {
	cues *cues // of the catalogue that the model was made with, whatever an office adds
}

// NewExtractor returns an Extractor.
func NewExtractor() (*Extractor, error) {
	list, err := newCues(catalogue.BuiltInTypes())
	return &Extractor{list}, err
}

// Features returns what the model looks at on a page.
func (e *Extractor) Features(page pipeline.Page) Features {
	scores, _ := e.cues.score(page)
	return features(page, printedLines(page), scores)
}

// features are those of a page whose lines and cues are known.
func features(page pipeline.Page, lines []printedLine, scores map[string]scored) Features {
	var f Features
	f.addText(lines)
	f.addLayout(page, lines)
	f.addCues(scores)
	for g := range f {
		slices.Sort(f[g])
		f[g] = slices.Compact(f[g])
	}
	return f
}

// add hashes a feature, FNV-1a over its group and its parts.
func (f *Features) add(g group, parts ...string) {
	h := uint64(14695981039346656037)
	h = (h ^ uint64(g)) * 1099511628211
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	f[g] = append(f[g], uint32((h^h>>32)%Buckets))
}

// addText adds words, pairs of neighbours, and parts of words.
func (f *Features) addText(lines []printedLine) {
	words := 0
	last := ""
	for _, l := range lines {
		head := ""
		for _, w := range l.words {
			if words++; words > maxWords {
				return
			}
			f.addWord(l, w)
			f.add(allPairs, last, w)
			if head != "" || last == "" {
				f.addPair(l, head, w)
			}
			last, head = w, w
		}
		if len(l.words) > 0 && len(l.words) <= shortLine && (l.top || l.large) {
			f.add(topLines, strings.Join(l.words, " "))
		}
	}
}

func (f *Features) addWord(l printedLine, w string) {
	if number(w) && len(w) < 4 { // says something only beside its neighbour
		return
	}
	f.add(allWords, w)
	f.addParts(allParts, w)
	if l.top {
		f.add(topWords, w)
	}
	if l.large {
		f.add(headWords, w)
		f.addParts(headParts, w)
	}
}

func (f *Features) addPair(l printedLine, a, b string) {
	if l.top {
		f.add(topPairs, a, b)
	}
	if l.large {
		f.add(headPairs, a, b)
	}
}

// addParts adds the runs of four and five letters of a word, its ends marked.
func (f *Features) addParts(g group, w string) {
	if number(w) || utf8.RuneCountInString(w) < 4 {
		return
	}
	var starts []int
	marked := "_" + w + "_"
	for i := range marked {
		starts = append(starts, i)
	}
	starts = append(starts, len(marked))
	for _, n := range []int{4, 5} {
		for i := 0; i+n < len(starts); i++ {
			f.add(g, marked[starts[i]:starts[i+n]])
		}
	}
}

// addLayout adds figures of the page in coarse steps.
func (f *Features) addLayout(page pipeline.Page, lines []printedLine) {
	var words, short, digits, runes, amounts, dates int
	for _, l := range lines {
		words += len(l.words)
		if len(l.words) <= 3 {
			short++
		}
	}
	for w := range strings.FieldsSeq(page.Text) {
		if a, d := shape(w); a || d {
			amounts += count(a)
			dates += count(d)
		}
		for _, r := range w {
			runes++
			digits += count(unicode.IsDigit(r))
		}
	}
	f.add(layout, "words", step(float64(words)))
	f.add(layout, "lines", step(float64(len(lines))))
	f.add(layout, "short", tenth(short, len(lines)))
	f.add(layout, "digits", tenth(digits*3, runes))
	f.add(layout, "amounts", step(float64(amounts)))
	f.add(layout, "dates", step(float64(dates)))
	f.add(layout, "script", script(page.Text))
	for _, code := range page.Codes {
		f.add(layout, "code", code.Format)
	}
	for i := range page.Zones {
		if z := &page.Zones[i]; len(z.Lines) > 0 {
			f.add(layout, "zone", z.Format, strings.TrimRight(z.Lines[0][:min(2, len(z.Lines[0]))], "<"))
			f.add(layout, "zone", z.Format, z.Lines[0][:min(1, len(z.Lines[0]))])
			f.add(layout, "zone", ofMRZ(z))
		}
	}
}

// addCues adds what the cues say of each type, in coarse steps.
func (f *Features) addCues(scores map[string]scored) {
	best, most := "", 0.0
	for typ, s := range scores {
		f.add(cueScores, typ)
		f.add(cueScores, typ, step(s.score))
		if s.score > most || s.score == most && typ < best {
			best, most = typ, s.score
		}
	}
	f.add(cueScores, "best", best)
}

// printedLines splits a page into lines and says which of them stand out.
func printedLines(page pipeline.Page) []printedLine {
	heights := lineHeights(page.Words)
	usual := median(heights)
	var lines []printedLine
	i := -1
	for text := range strings.Lines(page.Text) {
		i++
		words := tokens(text)
		if len(words) == 0 {
			continue
		}
		large := usual > 0 && i < len(heights) && heights[i] >= largePrint*usual && len(words) <= 2*shortLine
		lines = append(lines, printedLine{words: words, top: len(lines) < topCount, large: large})
	}
	return lines
}

// lineHeights are the heights of lines, in shares of the page: that of their tallest words; 0 where no word is known.
func lineHeights(words []pipeline.Word) []float64 {
	var heights []float64
	for _, w := range words {
		if w.Line < 0 || w.Line > len(words) {
			continue
		}
		for len(heights) <= w.Line {
			heights = append(heights, 0)
		}
		if utf8.RuneCountInString(w.Text) > 1 { // a single bar or bracket is taller than its line
			heights[w.Line] = max(heights[w.Line], w.Box[3]-w.Box[1])
		}
	}
	return heights
}

func median(list []float64) float64 {
	var known []float64
	for _, h := range list {
		if h > 0 {
			known = append(known, h)
		}
	}
	if len(known) == 0 {
		return 0
	}
	slices.Sort(known)
	return known[len(known)/2]
}

// tokens are the folded words of a line. Letters set apart from each other ("U R K U N D E") are put together again;
// long numbers are told by their length only.
func tokens(s string) []string {
	words := strings.Fields(strings.ReplaceAll(fold(s), "ß", "ss"))
	var out []string
	for i := 0; i < len(words); i++ {
		n := 0
		for i+n < len(words) && utf8.RuneCountInString(words[i+n]) == 1 && !number(words[i+n]) {
			n++
		}
		if n >= 4 {
			out = append(out, strings.Join(words[i:i+n], ""))
			i += n - 1
			continue
		}
		w := words[i]
		if number(w) && len(w) > 3 {
			w = "0000000000"[:min(len(w), 10)]
		}
		out = append(out, w)
	}
	return out
}

// number reports whether a word has digits only.
func number(w string) bool {
	for _, r := range w {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// shape tells amounts of money (1.234,56) and dates (12.03.2026, 2026-03-12).
func shape(w string) (amount, date bool) {
	w = strings.TrimRight(w, ".,;:€")
	seps, digits := 0, 0
	for _, r := range w {
		switch {
		case unicode.IsDigit(r):
			digits++
		case strings.ContainsRune(".,-/", r):
			seps++
		default:
			return false, false
		}
	}
	n := len(w)
	return n > 3 && (w[n-3] == ',' || w[n-3] == '.') && digits >= 3, seps == 2 && digits >= 6 && digits <= 8
}

// script names the writing that most letters are of.
func script(s string) string {
	var latin, cyrillic, arabic, other int
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r):
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Arabic, r):
			arabic++
		default:
			other++
		}
	}
	switch max(latin, cyrillic, arabic, other) {
	case 0:
		return "none"
	case latin:
		return "latin"
	case cyrillic:
		return "cyrillic"
	case arabic:
		return "arabic"
	}
	return "other"
}

// step is the logarithm of a figure, in half octaves.
func step(x float64) string { return strconv.Itoa(int(2 * math.Log2(max(x, 0)+1))) }

func tenth(part, whole int) string { return strconv.Itoa(min(10, 10*part/max(whole, 1))) }

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
