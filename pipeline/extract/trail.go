package extract

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// trail is what every match of an expression leaves in a text: words in a certain order, none farther from the one before
// than it can be in a match. To look for it takes a small part of the time of looking for a match, and of compiling the
// expression, which few pages need. An empty trail says nothing: there may be a match anywhere.
type trail []step

// step is one of some words, and how far behind the step before it may stand.
type step struct {
	words []string // as in a traced text; none begins or ends with a blank
	gap   int      // characters at most; far: anywhere behind it
}

const (
	far       = -1
	mostSpelt = 24 // alternatives of a step; more are split up or left out
	mostRunes = 12 // of a class that is spelled out
)

// trailOf returns the trail of an expression.
func trailOf(expression string) trail {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	p := path{gap: far}
	p.add(parsed)
	p.flush()
	return p.steps
}

// path collects the steps of an expression from left to right.
type path struct {
	steps trail
	gap   int      // behind the last step, so far
	spelt []string // what may stand next, each spelled out in full; nil: nothing yet
}

// add puts what an expression matches behind what there is.
func (p *path) add(re *syntax.Regexp) {
	if words := spellings(re); words != nil {
		p.spell(words)
		return
	}
	switch re.Op {
	case syntax.OpCapture:
		p.add(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			p.add(sub)
		}
	case syntax.OpPlus:
		p.add(re.Sub[0])
		p.skip(far)
	case syntax.OpRepeat:
		if re.Min == 0 {
			p.skip(longest(re))
			return
		}
		p.add(re.Sub[0])
		p.skip(times(longest(re.Sub[0]), re.Max-1, re.Max))
	case syntax.OpAlternate:
		p.fork(re)
	default:
		p.skip(longest(re))
	}
}

// fork adds an alternative of which not every branch can be spelled out: one step of each branch, if each has one.
func (p *path) fork(re *syntax.Regexp) {
	one, front, back := []string{}, 0, 0
	for _, sub := range re.Sub {
		branch := path{}
		branch.add(sub)
		branch.flush()
		best, before, after := -1, 0, 0
		for i, s := range branch.steps {
			if best < 0 || shortest(s.words) > shortest(branch.steps[best].words) {
				best = i
			}
		}
		if best < 0 || len(one)+len(branch.steps[best].words) > 2*mostSpelt {
			p.skip(longest(re))
			return
		}
		for i, s := range branch.steps {
			if i <= best {
				before = plus(before, s.gap)
			} else {
				after = plus(after, s.gap)
			}
			if i < best {
				before = plus(before, longestWord(s.words))
			} else if i > best {
				after = plus(after, longestWord(s.words))
			}
		}
		one, front, back = append(one, branch.steps[best].words...), wider(front, before), wider(back, plus(after, branch.gap))
	}
	p.flush()
	p.gap = plus(p.gap, front)
	p.steps, p.gap = append(p.steps, step{one, p.gap}), back
}

// spell puts one of some words directly behind what there is.
func (p *path) spell(words []string) {
	if len(p.spelt)*len(words) > mostSpelt {
		p.flush()
	}
	if len(p.spelt) == 0 {
		p.spelt = words
		return
	}
	all := make([]string, 0, len(p.spelt)*len(words))
	for _, head := range p.spelt {
		for _, tail := range words {
			if strings.HasSuffix(head, " ") && strings.HasPrefix(tail, " ") {
				tail = tail[1:]
			}
			all = append(all, head+tail)
		}
	}
	p.spelt = all
}

// skip puts so many characters at most behind what there is.
func (p *path) skip(n int) {
	p.flush()
	p.gap = plus(p.gap, n)
}

// flush makes a step of what is spelled out, or a gap if it may be nothing. Blanks at its ends count as a gap: what stands
// beside them may have taken a part of the same white space.
func (p *path) flush() {
	words := make([]string, 0, len(p.spelt))
	before, behind := 0, 0
	for _, w := range p.spelt {
		bare := strings.TrimLeft(w, " ")
		before = max(before, len(w)-len(bare))
		word := strings.TrimRight(bare, " ")
		behind = max(behind, len(bare)-len(word))
		words = append(words, word)
	}
	p.spelt = nil
	slices.Sort(words)
	switch words = slices.Compact(words); {
	case len(words) == 0:
	case words[0] == "":
		p.gap = plus(p.gap, before+longestWord(words)+behind)
	default:
		p.steps, p.gap = append(p.steps, step{words, plus(p.gap, before)}), behind
	}
}

// spellings returns everything that an expression can match, in a traced text; nil if that is too much.
func spellings(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}
	case syntax.OpLiteral:
		return []string{strings.Map(canonical, string(re.Rune))}
	case syntax.OpPlus, syntax.OpStar:
		switch {
		case !spaces(re.Sub[0]):
			return nil
		case re.Op == syntax.OpStar:
			return []string{"", " "}
		}
		return []string{" "}
	case syntax.OpCharClass:
		return members(re.Rune)
	case syntax.OpCapture:
		return spellings(re.Sub[0])
	case syntax.OpQuest:
		if words := spellings(re.Sub[0]); words != nil && len(words) < mostSpelt {
			return append([]string{""}, words...)
		}
	case syntax.OpConcat:
		var all path
		for _, sub := range re.Sub {
			words := spellings(sub)
			if words == nil || len(words)*max(1, len(all.spelt)) > mostSpelt {
				return nil
			}
			all.spell(words)
		}
		return all.spelt
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := spellings(sub)
			if all = append(all, words...); words == nil || len(all) > mostSpelt {
				return nil
			}
		}
		return all
	}
	return nil
}

// members returns the characters of a small class.
func members(ranges []rune) []string {
	var all []string
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > mostRunes {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if c := string(canonical(r)); !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
		if len(all) > mostRunes {
			return nil
		}
	}
	return all
}

// longest is how many characters of a traced text an expression matches at most.
func longest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpQuest:
		return longest(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		if spaces(re.Sub[0]) {
			return 1
		}
		return far
	case syntax.OpRepeat:
		return times(longest(re.Sub[0]), re.Max, re.Max)
	case syntax.OpConcat:
		sum := 0
		for _, sub := range re.Sub {
			sum = plus(sum, longest(sub))
		}
		return sum
	case syntax.OpAlternate:
		most := 0
		for _, sub := range re.Sub {
			most = wider(most, longest(sub))
		}
		return most
	}
	return 0
}

// times is a length so many times; limit -1 is a repetition without end.
func times(length, n, limit int) int {
	if length == far || limit < 0 {
		return far
	}
	return length * n
}

func plus(a, b int) int {
	if a == far || b == far {
		return far
	}
	return a + b
}

func wider(a, b int) int {
	if a == far || b == far {
		return far
	}
	return max(a, b)
}

func longestWord(words []string) int {
	most := 0
	for _, w := range words {
		most = max(most, utf8.RuneCountInString(w))
	}
	return most
}

// spaces reports whether an expression matches white space only.
func spaces(re *syntax.Regexp) bool {
	if re.Op != syntax.OpCharClass {
		return re.Op == syntax.OpLiteral && len(re.Rune) == 1 && blank(re.Rune[0])
	}
	for i := 0; i+1 < len(re.Rune); i += 2 {
		if !blank(re.Rune[i]) || !blank(re.Rune[i+1]) || re.Rune[i+1]-re.Rune[i] > 4 {
			return false
		}
	}
	return true
}

// blank reports whether a character is white space for an expression: \s.
func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\f' || r == '\r' }

// canonical is one character for all that differ in case only, one for all digits, and one for white space.
func canonical(r rune) rune {
	if r < utf8.RuneSelf {
		switch {
		case blank(r):
			return ' '
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case '0' <= r && r <= '9':
			return '0'
		}
		return r
	}
	if unicode.IsDigit(r) {
		return '0'
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if least < utf8.RuneSelf {
		return canonical(least)
	}
	return least
}

// traced is a text in which trails are looked for. Where a word stands is looked up once for all of them.
type traced struct {
	text  string  // canonical characters, each run of white space a blank
	count []int32 // how many characters stand before each byte
	found map[string][]place
}

// place is where a word stands: characters before it, and with it.
type place struct{ start, end int }

func trace(text string) *traced {
	t := &traced{count: make([]int32, 0, len(text)+1), found: map[string][]place{}}
	b := make([]byte, 0, len(text))
	n, last := int32(0), 'x'
	for _, r := range text {
		r = canonical(r)
		if r == ' ' && last == ' ' {
			continue
		}
		for b = utf8.AppendRune(b, r); len(t.count) < len(b); {
			t.count = append(t.count, n)
		}
		n, last = n+1, r
	}
	t.text, t.count = string(b), append(t.count, n)
	return t
}

// places returns where one of some words stands, from left to right.
func (t *traced) places(words []string) []place {
	if len(words) == 1 {
		return t.word(words[0])
	}
	var all []place
	for _, w := range words {
		all = append(all, t.word(w)...)
	}
	slices.SortFunc(all, func(a, b place) int { return cmp.Compare(a.start, b.start) })
	return all
}

func (t *traced) word(word string) []place {
	list, known := t.found[word]
	if known {
		return list
	}
	for at := 0; ; {
		i := strings.Index(t.text[at:], word)
		if i < 0 {
			break
		}
		list = append(list, place{int(t.count[at+i]), int(t.count[at+i+len(word)])})
		at += i + 1
	}
	t.found[word] = list
	return list
}

// in reports whether there may be a match in a text.
func (t trail) in(text *traced) bool {
	for _, s := range t { // most often a word is not there at all
		if !slices.ContainsFunc(s.words, func(w string) bool { return len(text.word(w)) > 0 }) {
			return false
		}
	}
	var ends []int // where the step before may end, from left to right
	for i, s := range t {
		var next []int
		for _, p := range text.places(s.words) {
			if i == 0 || after(ends, p.start, s.gap) {
				next = append(next, p.end)
			}
		}
		if len(next) == 0 {
			return false
		}
		slices.Sort(next)
		ends = next
	}
	return true
}

// after reports whether one of the ends lies before a place, and no farther than gap.
func after(ends []int, start, gap int) bool {
	if gap == far {
		return ends[0] <= start
	}
	i, found := slices.BinarySearch(ends, start)
	return found || i > 0 && start-ends[i-1] <= gap
}
