// Package classify says which type a document is and how sure that is, and where a scan of several documents is to be
// split. A trained model weighs words, parts of words, titles, layout and machine-readable zones of each page; cues (the
// catalogue's keywords and a table of our own) speak for types that the model does not know and say why. It is pure Go. It
// leaves the fields to extract and what follows from a type to the workers.
//
// Start reading at Classifier.Classify; features.go says what the model looks at, segments.go how pages become documents,
// fit.go how the model comes about (internal/train calls it).
package classify

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
)

// Threshold is the probability below which Classify abstains.
const Threshold = 0.5

// Classifier knows the types. It is read-only and safe for concurrent use.
type Classifier struct {
	types []string
	cues  *cues // of the types
	eyes  *Extractor
	model *Model
	known []int // the model's index of each type; -1: unknown to it

	lessons *lessons // of the office; nil: none
}

// New returns a Classifier for these types. Types that the model does not know are told by their cues.
func New(types []catalogue.DocumentType) (*Classifier, error) {
	model, err := builtIn()
	if err != nil {
		return nil, err
	}
	return With(types, model)
}

// With is New with another model.
func With(types []catalogue.DocumentType, model *Model) (*Classifier, error) {
	c := &Classifier{model: model}
	var err error
	if c.eyes, err = NewExtractor(); err != nil {
		return nil, err
	}
	c.cues = c.eyes.cues
	if !reflect.DeepEqual(types, catalogue.BuiltInTypes()) {
		if c.cues, err = newCues(types); err != nil {
			return nil, err
		}
	}
	for _, t := range types {
		c.types = append(c.types, t.Key)
		c.known = append(c.known, slices.Index(model.Types, t.Key))
	}
	return c, nil
}

// Classify fills Type, Confidence, By, Candidates, Segments, MRZ and Evidence of a Reading. only restricts the answer to
// these keys; empty: all. Probabilities are of the answer among all types, whatever only says. A document whose pages are
// of several types has no type of its own, only segments.
func (c *Classifier) Classify(pages []pipeline.Page, only []string) pipeline.Reading {
	reading := pipeline.Reading{By: "model", Evidence: map[string]string{}, MRZ: pipeline.BestZone(pages)}
	var sheets []sheet
	for _, page := range pages {
		if page.Blank {
			continue
		}
		s := c.sheet(page)
		maps.Copy(reading.Evidence, s.evidence)
		sheets = append(sheets, s)
	}
	if len(sheets) == 0 {
		return reading
	}
	parts := c.split(sheets)
	for i, part := range parts {
		candidates := c.candidates(sheets[part.first:part.last], only)
		segment := pipeline.Segment{First: sheets[part.first].page.Number, Last: sheets[part.last-1].page.Number}
		if len(candidates) > 0 && candidates[0].Confidence >= Threshold {
			segment.Type, segment.Confidence = candidates[0].Type, candidates[0].Confidence
		}
		reading.Segments = append(reading.Segments, segment)
		if i == 0 {
			reading.Candidates = candidates
		}
	}
	if !several(reading.Segments) {
		reading.Type, reading.Confidence = reading.Segments[0].Type, reading.Segments[0].Confidence
	} else {
		reading.Candidates = c.candidates(sheets, only)
	}
	reading.Candidates = reading.Candidates[:min(5, len(reading.Candidates))]
	c.explain(&reading)
	return reading
}

// several reports whether there are segments of different types.
func several(segments []pipeline.Segment) bool {
	return slices.ContainsFunc(segments, func(s pipeline.Segment) bool { return s.Type != segments[0].Type })
}

// explained is how many cues are told.
const explained = 6

// explain leaves the cues that speak for the type and names the model.
func (c *Classifier) explain(reading *pipeline.Reading) {
	var phrases []string
	for phrase, typ := range reading.Evidence {
		if reading.Type == "" || typ == reading.Type || phrase == "mrz" {
			phrases = append(phrases, phrase)
		}
	}
	slices.SortFunc(phrases, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	told := map[string]string{}
	for _, phrase := range phrases[:min(explained, len(phrases))] {
		told[phrase] = reading.Evidence[phrase]
	}
	if zone, ok := reading.Evidence["mrz"]; ok {
		told["mrz"] = zone
	}
	told["model"] = c.model.Version
	reading.Evidence = told
}
