package classify

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
)

//go:embed cues.yaml
var ownCues []byte

// Weights of a cue. A title near the top of a page says what the document is; a keyword is a hint.
const (
	titleWeight   = 3.0
	keywordWeight = 1.0
	bodyWeight    = 0.7
	topFactor     = 2.0
	mrzWeight     = 12.0
	mrzCues       = 6
	topLineCount  = 8
)

// cue is one phrase and what it counts for each type that has it.
type cue struct {
	phrase  string // folded
	weights map[string]float64
	title   bool
	start   gram // the first three letters, if they are of one word: what a page must have, looked up quickly
	grams   int  // how many different runs of three letters it has
	need    int  // that many of them in a line are the phrase with misread letters
}

// cues are phrases that speak for types: the catalogue's keywords and a table of our own.
type cues struct {
	list   []cue
	having map[gram][]int32 // the long phrases with that run of letters
}

// newCues returns the cues of these types.
func newCues(types []catalogue.DocumentType) (*cues, error) {
	var table map[string]struct{ Title, Body []string }
	if err := yaml.Unmarshal(ownCues, &table); err != nil {
		return nil, fmt.Errorf("read cues: %w", err)
	}
	c := &cues{having: map[gram][]int32{}}
	index := map[string]int{}
	add := func(phrase, typ string, weight float64, title bool) {
		phrase = fold(phrase)
		if len(phrase) < 2 {
			return
		}
		i, ok := index[phrase]
		if !ok {
			i = len(c.list)
			index[phrase] = i
			c.add(phrase)
		}
		c.list[i].weights[typ] = max(c.list[i].weights[typ], weight)
		c.list[i].title = c.list[i].title || title
	}
	for _, t := range types {
		for _, p := range table[t.Key].Title {
			add(p, t.Key, titleWeight, true)
		}
		for _, p := range table[t.Key].Body {
			add(p, t.Key, bodyWeight, false)
		}
		for _, p := range t.Keywords {
			add(p, t.Key, keywordWeight, false)
		}
	}
	return c, nil
}

// add adds a folded phrase without weights.
func (c *cues) add(phrase string) {
	q := cue{phrase: phrase, weights: map[string]float64{}}
	if start := []rune(phrase); len(start) >= 3 && !slices.Contains(start[:3], ' ') {
		q.start = gram(start[:3])
	}
	if len(phrase) >= fuzzyLength {
		list := grams(phrase)
		q.grams, q.need = len(list), int(math.Ceil(float64(len(list))*similar))
		for _, g := range list {
			c.having[g] = append(c.having[g], int32(len(c.list)))
		}
	}
	c.list = append(c.list, q)
}

// scored is what the cues of pages say for a type.
type scored struct {
	score float64
	cues  int // how many different ones
}

// score adds up the cues of one page and says which were found. A cue that stands only inside a longer one says nothing
// of its own: an application for a residence permit is none.
func (c *cues) score(page pipeline.Page) (scores map[string]scored, evidence map[string]string) {
	scores, evidence = map[string]scored{}, map[string]string{}
	text := newText(page.Text)
	found := c.find(text)
	for i := range c.list { // in their order, so that sums are the same every time
		q := &c.list[i]
		where, ok := found[q]
		if !ok || text.covered(q, found) {
			continue
		}
		for typ, weight := range q.weights {
			weight /= math.Sqrt(float64(len(q.weights)))
			if q.title && where == nearTop && weight >= 1 {
				weight *= topFactor
			} else if q.title && where == body {
				weight /= 2
			}
			scores[typ] = scored{score: scores[typ].score + weight, cues: scores[typ].cues + 1}
			evidence[q.phrase] = typ
		}
	}
	zone := pipeline.BestZone([]pipeline.Page{page})
	if typ := ofMRZ(zone); typ != "" {
		scores[typ] = scored{score: scores[typ].score + mrzWeight, cues: scores[typ].cues + mrzCues}
		evidence["mrz"] = zone.Format
	}
	return scores, evidence
}

// find returns the cues that stand in a text, first as they are, then with misread letters.
func (c *cues) find(t text) map[*cue]place {
	found := map[*cue]place{}
	for i, line := range c.misread(t) {
		q := &c.list[i]
		switch where := t.find(q); {
		case where != nowhere:
			found[q] = where
		case line >= 0 && line < topLineCount:
			found[q] = nearTop
		case line >= 0:
			found[q] = body
		}
	}
	return found
}

// ofMRZ says which type a machine-readable zone speaks for; empty for none.
func ofMRZ(mrz *pipeline.MRZ) string {
	if mrz == nil || len(mrz.Lines) == 0 {
		return ""
	}
	code := strings.TrimRight(mrz.Lines[0][:min(2, len(mrz.Lines[0]))], "<")
	switch {
	case mrz.Format == "TD3" && strings.HasPrefix(code, "P"):
		return "passport"
	case strings.HasPrefix(mrz.Format, "MRV"):
		return "residence_document"
	case code == "ID" || code == "I" || code == "IC":
		return "national_id_card"
	case strings.HasPrefix(code, "A") || code == "IR" || code == "RP" || code == "C":
		return "residence_document"
	}
	return ""
}

// The logistic from scores to probability: how far the best type is ahead, and how many different cues speak for it. One
// loud title is little evidence, for documents name each other.
const (
	offset    = -2.06
	slope     = 0.66
	breadth   = 2.45 // for the logarithm of the number of cues
	mostAhead = 8.0  // more adds nothing
)

// ranked turns scores into candidates, best first.
func ranked(scores map[string]scored) []pipeline.Candidate {
	var list []pipeline.Candidate
	for typ, score := range scores {
		list = append(list, pipeline.Candidate{Type: typ, Confidence: score.score})
	}
	slices.SortFunc(list, better)
	if len(list) == 0 {
		return nil
	}
	best, second, n := list[0].Confidence, 0.0, float64(max(scores[list[0].Type].cues, 1))
	if len(list) > 1 {
		second = list[1].Confidence
	}
	p := 1 / (1 + math.Exp(-(offset + slope*min(best-second, mostAhead) + breadth*math.Log(n))))
	rest := 0.0
	for _, l := range list[1:] {
		rest += l.Confidence
	}
	list[0].Confidence = p
	for i := range list[1:] {
		list[i+1].Confidence *= min(1-p, p) / max(rest, 1e-9)
	}
	return list
}

// better orders candidates, the most likely first.
func better(a, b pipeline.Candidate) int {
	switch {
	case a.Confidence > b.Confidence:
		return -1
	case a.Confidence < b.Confidence:
		return 1
	}
	return strings.Compare(a.Type, b.Type)
}
