// Package extract reads fields: names, dates, numbers, amounts. It lays a page out as a reader sees it, in lines, columns
// and cells, and looks for values in four ways: at the labels of forms, in the sentences of letters and certificates, at
// the places where letters have theirs, and in machine-readable zones. Whatever they find are candidates; the best for each
// field is taken if nothing as good contradicts it. A value is always something that stands on the page. It leaves the type
// of the document to classify.
//
// Start reading at Fields. sheet.go is the page, forms.go reads labels (labels.yaml has them; sides.go finds where their
// values stand, parties.go whose they are, blocks.go the sides of contracts), sentences.go sentences (sentences.yaml has
// them; phrases.go ends what they say, columns.go sets them apart), letters.go letters, letterhead.go who sent them, homes.go
// and agents.go what belongs to others; dates.go, amounts.go, codes.go, names.go, proven.go and kinds.go recognise values.
package extract

import (
	"slices"
	"strings"
	"sync"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
)

// mostPages is how many pages are read: what a document is about stands at its beginning.
const mostPages = 40

// least is the confidence below which a value is not given: it would be wrong as often as right.
const least = 0.35

// reader looks for the fields of one document.
type reader struct {
	typ         string
	fields      map[string]bool // what documents of this type may have
	words       *lexicon
	sheets      []*sheet
	found       []candidate
	surnames    []string // known to be surnames, from salutations and zones
	foreign     []claim  // about somebody else
	firstSpouse string   // husband or wife, whoever comes first
}

// loadLexicon reads the embedded labels once.
var loadLexicon = sync.OnceValues(func() (*lexicon, error) { return readLexicon(labelsJSON) })

// Fields reads the fields that a document of this type may have, by key of the catalogue; nil if there are none.
func Fields(typ string, pages []pipeline.Page) map[string]pipeline.Field {
	words, err := loadLexicon()
	if err != nil {
		panic(err) // impossible: a test reads the same embedded file
	}
	r := &reader{typ: typ, fields: map[string]bool{}, words: words}
	for _, key := range catalogue.FieldsOf(typ) {
		r.fields[key] = true
	}
	for i := range pages[:min(len(pages), mostPages)] {
		if s := newSheet(&pages[i]); len(s.cells) > 0 {
			r.sheets = append(r.sheets, s)
		}
	}
	for _, s := range r.sheets {
		before := len(r.found)
		r.form(s)
		r.sentences(s)
		if apart := s.columns(); apart != nil {
			r.sentences(apart)
		}
		r.letter(s)
		r.found = append(r.found[:before], r.unclaimed(r.found[before:])...)
	}
	r.persons()
	r.totals()
	r.yearly()
	r.rents()
	fields := r.choose()
	r.zone(pages, fields)
	r.agree(fields)
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// add notes a candidate.
func (r *reader) add(c candidate) {
	if c.value.text != "" && c.score > 0 {
		r.found = append(r.found, c)
	}
}

// choose takes the best value of each field. Every further place that says the same makes it surer, every other value
// less so.
func (r *reader) choose() map[string]pipeline.Field {
	type choice struct {
		best candidate
		miss float64 // probability that all places that say so are wrong
	}
	values := map[string][]*choice{}
	for _, c := range r.found {
		if !r.fields[c.key] {
			continue
		}
		list := values[c.key]
		at := slices.IndexFunc(list, func(x *choice) bool { return comparable(x.best.value.text) == comparable(c.value.text) })
		if at < 0 {
			values[c.key] = append(list, &choice{c, 1 - c.score})
			continue
		}
		list[at].miss *= 1 - 0.5*c.score
		if c.score > list[at].best.score {
			list[at].miss = min(list[at].miss, 1-c.score)
			list[at].best = c
		}
	}
	fields := map[string]pipeline.Field{}
	for key, list := range values {
		slices.SortStableFunc(list, func(a, b *choice) int {
			switch {
			case a.miss < b.miss:
				return -1
			case a.miss > b.miss:
				return 1
			}
			return 0
		})
		if at := slices.IndexFunc(list, func(x *choice) bool { return latin(x.best.value.text) }); at > 0 && (key == "surname" || key == "given_names") && !latin(list[0].best.value.text) && list[at].miss < list[0].miss+0.25 {
			list[0], list[at] = list[at], list[0] // of a name in two scripts the one that case files have
		}
		sure := 1 - list[0].miss
		if len(list) > 1 {
			sure *= 1 - 0.35*(1-list[1].miss)*(1-list[1].miss)
		}
		if sure >= least {
			fields[key] = list[0].best.field(sure)
		}
	}
	return fields
}

// comparable is a value as far as two readings of it must agree.
func comparable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' {
			return -1
		}
		return r
	}, fold(s))
}

// lamAlef is the article before an alef whose signs were taken out of a PDF the wrong way round: no word begins so.
var lamAlef = expression(`(^|\s)ا([أإآا])ل`)

// field places a candidate on its page. The recognition's doubt about its words makes it less sure.
func (c candidate) field(sure float64) pipeline.Field {
	f := pipeline.Field{Value: lamAlef.ReplaceAllString(c.value.text, "${1}ال${2}"), Raw: strings.Join(strings.Fields(c.sheet.text(c.span)), " "), Page: c.sheet.page.Number, By: c.by}
	doubt := 1.0
	for _, w := range c.sheet.within(c.span) {
		if w.confidence > 0 {
			doubt = min(doubt, w.confidence)
		}
	}
	f.Confidence = min(0.98, sure*(0.5+0.5*doubt))
	if c.sheet.placed {
		var b box
		for _, w := range c.sheet.within(c.span) {
			b = b.with(w.read)
		}
		for i, side := range []float64{c.sheet.width, c.sheet.height, c.sheet.width, c.sheet.height} {
			f.Box[i] = min(1, max(0, b[i]/side))
		}
	}
	return f
}
