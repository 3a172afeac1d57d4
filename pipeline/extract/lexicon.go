package extract

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed labels.json
var labelsJSON []byte

// label is one wording of a slot's label.
type label struct {
	slot  string
	role  string // the person or thing it is about, empty if the label does not say
	words []string
	types []string // of documents, empty: all
}

// lexicon is the labels by their first words.
type lexicon struct {
	byWord map[string][]*label // the longest first
	firsts map[int][]string    // the keys of byWord by their number of letters, for what was misread
	stems  []stem              // the longest first
}

// stem is a label that is any one word which begins or ends so: German makes new words by putting old ones together.
type stem struct {
	*label
	text string
	ends bool // the word ends so, otherwise it begins so
}

// of reports whether a word is one of the stem's.
func (s stem) of(word string) bool {
	if s.ends {
		return strings.HasSuffix(word, s.text)
	}
	return strings.HasPrefix(word, s.text)
}

// readLexicon reads a list of slots, each with its labels in all languages, as labels.json has them. A label "brutto*" or
// "*miete" is any word that begins or ends so.
func readLexicon(source []byte) (*lexicon, error) {
	var file []struct {
		Slot   string   `json:"slot"`
		Role   string   `json:"role"`
		Types  []string `json:"types"`
		Labels []string `json:"labels"`
	}
	if err := readList(source, &file); err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	x := &lexicon{byWord: map[string][]*label{}, firsts: map[int][]string{}}
	for _, e := range file {
		if _, ok := slots[e.Slot]; !ok && e.Slot != "" {
			return nil, fmt.Errorf("labels of slot %q, which does not exist", e.Slot)
		}
		for _, text := range e.Labels {
			l := &label{slot: e.Slot, role: e.Role, types: e.Types}
			if part := strings.Trim(text, "*"); part != text {
				l.words = []string{fold(part)}
				x.stems = append(x.stems, stem{l, fold(part), strings.HasPrefix(text, "*")})
				continue
			}
			for _, t := range tokens(text) {
				l.words = append(l.words, t.text)
			}
			if len(l.words) == 0 {
				return nil, fmt.Errorf("label %q of slot %q has no letters", text, e.Slot)
			}
			x.byWord[l.words[0]] = append(x.byWord[l.words[0]], l)
		}
	}
	slices.SortStableFunc(x.stems, func(a, b stem) int { return len(b.text) - len(a.text) })
	for first, list := range x.byWord {
		slices.SortStableFunc(list, func(a, b *label) int { // of equal length those of certain types first, then those that ask for a value
			return cmp.Or(len(b.words)-len(a.words), min(1, len(b.types))-min(1, len(a.types)), strings.Compare(sorted(a), sorted(b)))
		})
		n := utf8.RuneCountInString(first)
		x.firsts[n] = append(x.firsts[n], first)
	}
	for _, list := range x.firsts {
		slices.Sort(list)
	}
	return x, nil
}

// readList reads one of the lists that `make train MODEL=wordings` makes of the YAML beside it; keys that nobody knows are a
// slip of the pen.
func readList(source []byte, list any) error {
	in := json.NewDecoder(bytes.NewReader(source))
	in.DisallowUnknownFields()
	return in.Decode(list)
}

// match returns the longest label at the beginning of words, and how many of them it takes; nil if there is none. exact
// tells whether it was read without a wrong letter; strict, that it must be.
func (x *lexicon) match(words []token, typ string, strict bool) (found *label, n int, exact bool) {
	for _, l := range x.byWord[words[0].text] {
		if (found == nil || len(l.words) > len(found.words)) && l.fits(typ) && same(l.words, words, true) {
			found, n, exact = l, len(l.words), true
		}
	}
	for _, s := range x.stems {
		if found == nil && s.fits(typ) && s.of(words[0].text) {
			found, n, exact = s.label, 1, true
		}
	}
	if strict || len(words[0].text) < 5 && found != nil {
		return found, n, exact
	}
	if found == nil {
		if spelt := lettered(words[0].text); spelt != words[0].text {
			again := append([]token{{spelt, words[0].span}}, words[1:min(len(words), mostLabelWords)]...)
			if found, n, _ = x.match(again, typ, true); found != nil {
				return found, n, false
			}
		}
	}
	for _, first := range x.near(words[0].text) {
		for _, l := range x.byWord[first] {
			if (found == nil || len(l.words) > n) && l.fits(typ) && same(l.words, words, false) {
				found, n, exact = l, len(l.words), false
			}
		}
	}
	return found, n, exact
}

// mostLabelWords is how many words of a text are tried again with another first one.
const mostLabelWords = 8

// lettered turns the digits of a word that begins with letters into the letters that they are misread from: "StK1".
func lettered(word string) string {
	if first, _ := utf8.DecodeRuneInString(word); len(word) < 4 || !unicode.IsLetter(first) || strings.Trim(word, "0158") == word && !strings.ContainsAny(word, "0158") {
		return word
	}
	return digitLetters.Replace(word)
}

var digitLetters = strings.NewReplacer("0", "o", "1", "l", "5", "s", "8", "b")

// near returns the first words of labels that a word may be, misread: one begins or ends like the other.
func (x *lexicon) near(word string) []string {
	n := utf8.RuneCountInString(word)
	if n < 4 {
		return nil
	}
	var found []string
	for length := max(n-3, 4); length <= n+3; length++ {
		for _, first := range x.firsts[length] {
			if first != word && (first[:2] == word[:2] || first[len(first)-3:] == word[len(word)-3:]) && (misread(first, word) || slip(first, word)) {
				found = append(found, first)
			}
		}
	}
	return found
}

// sorted puts labels that only begin a part behind others.
func sorted(l *label) string {
	if l.slot == "skip" {
		return "1"
	}
	return "0"
}

func (l *label) fits(typ string) bool { return len(l.types) == 0 || slices.Contains(l.types, typ) }

// same reports whether a label stands at the beginning of words, give or take misread letters.
func same(want []string, words []token, strict bool) bool {
	if len(words) < len(want) {
		return false
	}
	spare := len(want) > 2 // of many words one short one may be wrong: "Piace of birth"
	for i, w := range want {
		if w == words[i].text || !strict && misread(w, words[i].text) {
			continue
		}
		if strict || !spare || !slip(w, words[i].text) {
			return false
		}
		spare = false
	}
	return true
}

// slip reports whether got may be a short word with one letter misread.
func slip(want, got string) bool {
	n := utf8.RuneCountInString(want)
	return n > 3 && n < 6 && utf8.RuneCountInString(got) == n && within([]rune(want), []rune(got), 1)
}

// ends are endings in brackets or behind a stroke that a label may carry: Vorname(n), Mieter/in.
var ends = set("n", "en", "in", "innen", "e", "er", "r", "s", "es", "frau")

// occurrence is a label on a sheet.
type occurrence struct {
	*label
	span       // in the flow, with endings
	cell  int  // index
	colon bool // behind it
	fresh bool // nothing but numbers and other labels before it in its cell
	exact bool
}

// find looks for labels in a cell, from left to right. They don't overlap.
func (x *lexicon) find(s *sheet, index int, typ string) []occurrence {
	c := s.cells[index]
	text := s.text(c.span)
	words := tokens(text)
	var all []occurrence
	fresh := true // nothing but numbering so far, or directly behind a separator
	for i := 0; i < len(words); {
		l, n, exact := x.match(words[i:], typ, s.page.Digital)
		if l == nil {
			fresh = fresh && numbering(words[i].text) || separated(text, words, i)
			i++
			continue
		}
		end := words[i+n-1].end
		i2 := i + n
		for i2 < len(words) && ends[words[i2].text] && words[i2].start-end <= 1 && words[i2].start > end {
			end = words[i2].end
			i2++
		}
		o := occurrence{label: l, span: span{c.start + words[i].start, c.start + end}, cell: index, fresh: fresh, exact: exact}
		o.colon = strings.HasPrefix(strings.TrimLeft(text[end:], " )*"), ":")
		if !o.fresh && i < 3 && i == i2-n && !named[o.slot] && strings.Trim(text[end:], " :.)*") == "" { // "Ihre Kaltmiete", "Bescheinigung gültig bis"
			o.fresh = !strings.ContainsAny(text[:words[i].start], ".,;:") && !slices.ContainsFunc(words[:i], func(t token) bool { return former[t.text] })
		}
		if !o.fresh && o.role != "" && strings.Trim(bracketedRest.ReplaceAllString(text[end:], ""), " :.)*,") == "" && onlyArticles(words[:i]) { // "dem Ausbildenden (Betrieb)"
			o.fresh = true
		}
		all = append(all, o)
		i, fresh = i2, true
	}
	return all
}

// bracketedRest is what a bracket says behind a label.
var bracketedRest = expression(`^\s*\([^()]*\)?`)

// onlyArticles reports whether words are articles, and there are some.
func onlyArticles(words []token) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(t token) bool { return !articleWords[t.text] })
}

var articleWords = set("der", "dem", "die", "den", "das", "des", "the", "le", "la", "l")

// former are words that make a label another one.
var former = set("alter", "alte", "altes", "alten", "bisherige", "bisheriger", "bisherigen", "fruhere", "fruherer", "fruheren", "ehemalige", "ehemaliger", "vorige", "voriger", "letzter", "letzte", "vorheriger", "vorherige",
	"previous", "former", "opening", "old", "last", "initial", "ancien", "eski", "kein", "keine", "ohne", "no", "without", "jahrliche", "jahrlicher", "annual", "yearly")

// numbering reports whether a word is only the number of a form's box.
func numbering(s string) bool {
	return len(s) <= 2 && strings.Trim(s, "0123456789abcdefghijk") == ""
}

// separated reports whether a new piece of text begins behind word i.
func separated(text string, words []token, i int) bool {
	end := len(text)
	if i+1 < len(words) {
		end = words[i+1].start
	}
	return strings.ContainsAny(text[words[i].end:end], ":;,|/·•–—()") || strings.HasPrefix(text[words[i].end:end], ". ")
}
