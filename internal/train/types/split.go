package types

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/internal/train/texts"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/classify"
)

// expected are weights of the signs that a document begins (pipeline/classify/segments.go, in the order of signs) as one
// would guess them; what composed scans show moves them. The last is that of agreement.
var expected = []float64{0.5, -5, 5, -3, 3, -3, -3, -2, -1.5, 0.5, 1, 1, 1, 1, 1, 0.5, 0.5, 1, 1, -3, -1, -1, 0.7, 0, 5}

// Sizes of the set for splitting.
const (
	scans       = 700
	mostInScan  = 5
	steps       = 400
	learning    = 0.5
	towards     = 0.003 // how strongly the weights are held where they are expected
	agreeStart  = -0.5
	blankBehind = 0.08 // share of documents with a blank page behind
)

// gap is the place between two pages, with whether a document begins there.
type gap struct {
	signs  []float64
	begins bool
}

// boundary fits the weights of signs that a document begins, and what the agreement of pages counts beside them: a
// logistic regression on composed scans of several documents.
func boundary(m *classify.Model) (weights []float64, agreement float64, err error) {
	c, err := classify.With(catalogue.Default().Types(), m)
	if err != nil {
		return nil, 0, err
	}
	gaps, err := gaps(c)
	if err != nil {
		return nil, 0, err
	}
	prior := append(append([]float64{}, expected...), agreeStart)
	w := append([]float64{}, prior...)
	for range steps {
		gradient := make([]float64, len(w))
		for _, g := range gaps {
			odds := 0.0
			for i, s := range g.signs {
				odds += w[i] * s
			}
			wrong := 1 / (1 + math.Exp(-odds))
			if g.begins {
				wrong--
			}
			for i, s := range g.signs {
				gradient[i] += wrong * s
			}
		}
		for i := range w {
			w[i] -= learning * (gradient[i]/float64(len(gaps)) + towards*(w[i]-prior[i]))
		}
	}
	for i := range w {
		w[i] = math.Round(w[i]*1000) / 1000
	}
	return w[:len(expected)], max(-w[len(expected)], 0), nil
}

// gaps composes scans and lists the gaps between their pages.
func gaps(c *classify.Classifier) ([]gap, error) {
	voices, err := texts.Voices()
	if err != nil {
		return nil, err
	}
	composer := texts.NewComposer(voices)
	byType := map[string][]texts.Voice{}
	for _, v := range voices {
		byType[v.Type] = append(byType[v.Type], v)
	}
	types := keys()
	var all []gap
	for i := range scans {
		r := source(7, fmt.Sprint("scan", i))
		var chosen []texts.Voice
		for range 1 + r.IntN(mostInScan) {
			of := byType[types[r.IntN(len(types))]]
			if len(chosen) > 0 && r.IntN(5) == 0 { // the same for another person or month
				of = []texts.Voice{chosen[len(chosen)-1]}
			}
			if len(of) > 0 {
				chosen = append(chosen, of[r.IntN(len(of))])
			}
		}
		pages, first := scan(r, composer.Bundle(r, chosen))
		for j, signs := range c.Signs(pages) {
			all = append(all, gap{signs, first[j+1]})
		}
	}
	return all, nil
}

// scan puts documents behind each other; first says of the pages that are not blank whether a document begins there.
func scan(r *rand.Rand, docs []texts.Document) (pages []pipeline.Page, first []bool) {
	for n, d := range docs {
		if n > 0 && r.IntN(6) == 0 {
			d = again(r, docs[n-1])
		}
		for i, p := range d.Pages {
			p.Number = len(pages) + 1
			pages, first = append(pages, p), append(first, i == 0)
		}
		if r.Float64() < blankBehind {
			pages = append(pages, pipeline.Page{Number: len(pages) + 1, Blank: true})
		}
	}
	return pages, first
}

// again is the same form with other figures: next month's payslip.
func again(r *rand.Rand, d texts.Document) texts.Document {
	other := func(c rune) rune {
		if c >= '0' && c <= '9' && r.IntN(2) == 0 {
			return '0' + r.Int32N(10)
		}
		return c
	}
	var pages []pipeline.Page
	for _, p := range d.Pages {
		var lines []string
		for line := range strings.Lines(p.Text) {
			if !strings.Contains(line, " von ") && !strings.Contains(line, " of ") && len(line) > 8 { // page numbers stay
				line = strings.Map(other, line)
			}
			lines = append(lines, line)
		}
		p.Text = strings.Join(lines, "")
		pages = append(pages, p)
	}
	d.Pages = pages
	return d
}
