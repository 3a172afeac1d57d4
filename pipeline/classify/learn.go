package classify

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/eakte/eakte/pipeline"
)

// Known is a document whose type a person has settled.
type Known struct {
	Pages []pipeline.Page
	Type  string
}

// lessons are what an office's corrections add to the model: weights for the same features.
type lessons struct {
	Model   string                        `json:"model"` // its version: features of another mean something else
	Weights map[string]map[uint32]float32 `json:"weights"`
}

// Taught returns a Classifier that minds these lessons, as Learn made them. Lessons for another model are left out: they
// are made anew with the next corrections.
func (c *Classifier) Taught(file []byte) (*Classifier, error) {
	var l lessons
	if err := json.Unmarshal(file, &l); err != nil {
		return nil, fmt.Errorf("read lessons: %w", err)
	}
	if l.Model != c.model.Version {
		return c, nil
	}
	for typ, weights := range l.Weights {
		for _, w := range weights {
			if math.IsNaN(float64(w)) || abs(w) > steepest {
				return nil, fmt.Errorf("read lessons: a weight for %s is out of bounds", typ)
			}
		}
	}
	taught := *c
	taught.lessons = &l
	return &taught, nil
}

// apply adds what the lessons say to the probabilities of types.
func (l *lessons) apply(types []string, likely []float64, f Features) {
	for j, typ := range types {
		likely[j] = math.Log(max(likely[j], floor)) + l.score(typ, f)
	}
	softmax(likely)
}

func (l *lessons) score(typ string, f Features) float64 {
	weights := l.Weights[typ]
	if len(weights) == 0 {
		return 0
	}
	total := float32(0)
	for g, list := range f {
		length := f.length(group(g))
		for _, i := range list {
			total += weights[i] * length
		}
	}
	return float64(total)
}

// How lessons are learnt. Small steps and few rounds: a handful of corrections shall bend the model, not replace it.
const (
	holdBack     = 4    // every so many examples one is held back
	fewest       = 5    // held back, to tell better from worse
	lessonRounds = 6    // that each example is learnt from
	lessonRate   = 0.25 // of learning
	furtherPages = 0.3  // what pages after the first count
	steepest     = 8    // weight that is believed
	smallest     = 0.01 // weight that is kept
	mostExamples = 2000 // the newest
	mostWeights  = 60_000
)

// Learn finds what examples of one office, the oldest first, add to the model. Every fourth example is held back, and the
// lessons are better only if they get more of those right than the lessons in use (empty: none) do. Examples of types that
// the Classifier does not know are left out. The same examples give the same lessons. Learned.File is left to the caller.
func (c *Classifier) Learn(examples []Known, inUse []byte) ([]byte, pipeline.Learned, error) {
	plain := *c
	plain.lessons = nil
	before := &plain
	if len(inUse) > 0 {
		var err error
		if before, err = plain.Taught(inUse); err != nil {
			return nil, pipeline.Learned{}, err
		}
	}
	learning, held := c.divide(examples)
	made := plain.study(learning)
	after := plain
	after.lessons = made
	file, err := json.Marshal(made)
	if err != nil {
		return nil, pipeline.Learned{}, fmt.Errorf("write lessons: %w", err)
	}
	out := pipeline.Learned{Examples: len(learning) + len(held), HeldBack: len(held), Before: before.rate(held), After: after.rate(held)}
	out.Better = out.HeldBack >= fewest && out.After > out.Before
	return file, out, nil
}

// divide tells the examples to learn from and those held back.
func (c *Classifier) divide(examples []Known) (learning, held []Known) {
	n := 0
	for _, e := range examples[max(0, len(examples)-mostExamples):] {
		if !slices.Contains(c.types, e.Type) || len(e.Pages) == 0 {
			continue
		}
		if n++; n%holdBack == 0 {
			held = append(held, e)
		} else {
			learning = append(learning, e)
		}
	}
	return learning, held
}

// rate is the share of documents whose most likely type is right; 0 if there are none.
func (c *Classifier) rate(known []Known) float64 {
	right := 0
	for _, k := range known {
		got := c.Classify(k.Pages, nil)
		right += count(len(got.Candidates) > 0 && got.Candidates[0].Type == k.Type)
	}
	return float64(right) / float64(max(len(known), 1))
}

// lesson is a page to learn from: what the model says of it without lessons, in logarithms, and what is right.
type lesson struct {
	features Features
	scores   []float64
	right    int
	counts   float32
}

// study finds weights beside those of the model by stochastic gradients, in the order of the examples.
func (c *Classifier) study(examples []Known) *lessons {
	var pages []lesson
	for _, e := range examples {
		for i, page := range e.Pages {
			if page.Blank {
				continue
			}
			s := c.sheet(page)
			l := lesson{features: s.features, scores: s.likely, right: slices.Index(c.types, e.Type), counts: furtherPages}
			if i == 0 {
				l.counts = 1
			}
			for j, p := range l.scores {
				l.scores[j] = math.Log(max(p, floor))
			}
			pages = append(pages, l)
		}
	}
	weights, squares := map[uint32][]float32{}, map[uint32]float32{}
	for range lessonRounds {
		for _, l := range pages {
			l.learn(weights, squares)
		}
	}
	return c.kept(weights)
}

// learn takes one step down the gradient of one page.
func (l lesson) learn(weights map[uint32][]float32, squares map[uint32]float32) {
	odds := slices.Clone(l.scores)
	l.each(func(i uint32, length float32) {
		for j, w := range weights[i] {
			odds[j] += float64(w * length)
		}
	})
	softmax(odds)
	odds[l.right]--
	norm := 0.0
	for _, g := range odds {
		norm += g * g
	}
	l.each(func(i uint32, length float32) {
		if weights[i] == nil {
			weights[i] = make([]float32, len(odds))
		}
		squares[i] += float32(norm) * length * length
		rate := lessonRate * l.counts * length / float32(math.Sqrt(float64(squares[i])+1e-2))
		for j, g := range odds {
			weights[i][j] = min(steepest, max(-steepest, weights[i][j]-rate*float32(g)))
		}
	})
}

func (l lesson) each(do func(i uint32, length float32)) {
	for g, list := range l.features {
		length := l.features.length(group(g))
		for _, i := range list {
			do(i, length)
		}
	}
}

// kept leaves out weights that say next to nothing, and the smaller ones if there are too many.
func (c *Classifier) kept(weights map[uint32][]float32) *lessons {
	var sizes []float32
	for _, row := range weights {
		for _, w := range row {
			sizes = append(sizes, abs(w))
		}
	}
	slices.Sort(sizes)
	least := float32(smallest)
	if len(sizes) > mostWeights {
		least = max(least, sizes[len(sizes)-mostWeights])
	}
	l := &lessons{Model: c.model.Version, Weights: map[string]map[uint32]float32{}}
	for i, row := range weights {
		for j, w := range row {
			if abs(w) < least {
				continue
			}
			typ := c.types[j]
			if l.Weights[typ] == nil {
				l.Weights[typ] = map[uint32]float32{}
			}
			l.Weights[typ][i] = float32(math.Round(float64(w)*1000) / 1000)
		}
	}
	return l
}
