// Package classify says which type a document is and how sure that is, and where a combined scan changes its type. It
// scores cues: the catalogue's keywords and a table of our own (cues.yaml), found in spite of OCR noise, and the
// machine-readable zone. It is pure Go. It leaves the fields to extract and what follows from a type to the workers.
//
// Start reading at Classifier.Classify; text.go holds the matching.
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

// Threshold is the probability below which Classify abstains.
const Threshold = 0.55

// Weights of a cue. A title near the top of a page says what the document is; a keyword is a hint.
const (
	titleWeight   = 3.0
	keywordWeight = 1.0
	bodyWeight    = 0.7
	topFactor     = 2.0
	mrzWeight     = 12.0
	mrzCues       = 6
	topLines      = 8
)

// cue is one phrase and what it counts for each type that has it.
type cue struct {
	phrase  string // folded
	weights map[string]float64
	grams   []string // for long phrases: found also when letters were misread
	title   bool
}

// Classifier knows the types. It is read-only and safe for concurrent use.
type Classifier struct {
	types []catalogue.DocumentType
	cues  []cue
}

// New returns a Classifier for these types. Cues of types that are not among them are left out.
func New(types []catalogue.DocumentType) (*Classifier, error) {
	var table map[string]struct{ Title, Body []string }
	if err := yaml.Unmarshal(ownCues, &table); err != nil {
		return nil, fmt.Errorf("read cues: %w", err)
	}
	c := &Classifier{types: types}
	index := map[string]int{}
	add := func(phrase, typ string, weight float64, title bool) {
		phrase = fold(phrase)
		if len(phrase) < 2 {
			return
		}
		i, ok := index[phrase]
		if !ok {
			i = len(c.cues)
			index[phrase] = i
			c.cues = append(c.cues, cue{phrase: phrase, weights: map[string]float64{}, grams: grams(phrase)})
		}
		c.cues[i].weights[typ] = max(c.cues[i].weights[typ], weight)
		c.cues[i].title = c.cues[i].title || title
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

// Classify fills Type, Confidence, By, Candidates, Segments, MRZ and Evidence of a Reading. only restricts the answer to
// these keys; empty: all. A document whose pages are of several types has no type of its own, only segments.
func (c *Classifier) Classify(pages []pipeline.Page, only []string) pipeline.Reading {
	reading := pipeline.Reading{By: "rule", Evidence: map[string]string{}, MRZ: pipeline.BestZone(pages)}
	total := map[string]scored{}
	for _, page := range pages {
		found, evidence := c.score(page)
		for typ, score := range found {
			total[typ] = scored{score: total[typ].score + score.score, cues: total[typ].cues + score.cues}
		}
		for k, v := range evidence {
			reading.Evidence[k] = v
		}
		if page.Blank {
			continue
		}
		c.extend(&reading, page.Number, ranked(found, only))
	}
	reading.Candidates = ranked(total, only)
	if len(reading.Candidates) > 0 && reading.Candidates[0].Confidence >= Threshold && !several(reading.Segments) {
		reading.Type, reading.Confidence = reading.Candidates[0].Type, reading.Candidates[0].Confidence
		if len(pages) > 0 {
			reading.Segments = []pipeline.Segment{{Type: reading.Type, First: pages[0].Number, Last: pages[len(pages)-1].Number, Confidence: reading.Confidence}}
		}
	}
	reading.Candidates = reading.Candidates[:min(5, len(reading.Candidates))]
	return reading
}

// surePage is how sure a page must be of its own type to begin a new segment: a second page often says little.
const surePage = 0.8

// extend adds a page to the segments.
func (c *Classifier) extend(reading *pipeline.Reading, number int, candidates []pipeline.Candidate) {
	var best pipeline.Candidate
	if len(candidates) > 0 {
		best = candidates[0]
	}
	n := len(reading.Segments)
	if n > 0 && (best.Confidence < surePage || best.Type == reading.Segments[n-1].Type) {
		last := &reading.Segments[n-1]
		last.Last = number
		if last.Type == "" && best.Confidence >= Threshold {
			last.Type, last.Confidence = best.Type, best.Confidence
		}
		return
	}
	if best.Confidence < Threshold {
		best = pipeline.Candidate{}
	}
	reading.Segments = append(reading.Segments, pipeline.Segment{Type: best.Type, First: number, Last: number, Confidence: best.Confidence})
}

// several reports whether there are segments of different types.
func several(segments []pipeline.Segment) bool {
	return slices.ContainsFunc(segments, func(s pipeline.Segment) bool { return s.Type != segments[0].Type })
}

// scored is what the cues of pages say for a type.
type scored struct {
	score float64
	cues  int // how many different ones
}

// score adds up the cues of one page. A cue that stands only inside a longer one says nothing of its own: an application
// for a residence permit is none.
func (c *Classifier) score(page pipeline.Page) (scores map[string]scored, evidence map[string]string) {
	scores, evidence = map[string]scored{}, map[string]string{}
	text := newText(page.Text)
	found := map[*cue]place{}
	for i := range c.cues {
		if where := text.find(&c.cues[i]); where != nowhere {
			found[&c.cues[i]] = where
		}
	}
	for i := range c.cues { // in their order, so that sums are the same every time
		q := &c.cues[i]
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
// loud title is little evidence, for documents name each other. Fitted on the true texts of the synthetic corpus, documents
// of no type of ours included; TestCorpus says how well it holds.
const (
	offset    = -2.06
	slope     = 0.66
	breadth   = 2.45 // for the logarithm of the number of cues
	mostAhead = 8.0  // more adds nothing
)

// ranked turns scores into candidates, best first.
func ranked(scores map[string]scored, only []string) []pipeline.Candidate {
	var list []pipeline.Candidate
	for typ, score := range scores {
		if len(only) == 0 || slices.Contains(only, typ) {
			list = append(list, pipeline.Candidate{Type: typ, Confidence: score.score})
		}
	}
	slices.SortFunc(list, func(a, b pipeline.Candidate) int {
		if a.Confidence != b.Confidence {
			if a.Confidence > b.Confidence {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Type, b.Type)
	})
	if len(list) == 0 {
		return nil
	}
	best, second, cues := list[0].Confidence, 0.0, float64(max(scores[list[0].Type].cues, 1))
	if len(list) > 1 {
		second = list[1].Confidence
	}
	p := 1 / (1 + math.Exp(-(offset + slope*min(best-second, mostAhead) + breadth*math.Log(cues))))
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
