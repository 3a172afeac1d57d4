// Package types trains the classifier of document types (pipeline/classify) on the pages of package texts, measures it on
// wordings and templates that it was not trained on, and writes the model.
package types

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/internal/train/texts"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/classify"
)

// Sizes of the training set.
const (
	perType   = 130 // documents of each type from voices
	perSample = 1   // readings of each document of the generator
	rounds    = 3   // that each page is learnt from
	further   = 0.6 // what a document's further pages count
)

// page is a page to train or measure on.
type page struct {
	class    int
	number   int // within its document
	group    string
	weight   float32
	features classify.Features
	raw      pipeline.Page
}

// keys are the types, in the order of the catalogue.
func keys() []string {
	var list []string
	for _, t := range catalogue.Default().Types() {
		list = append(list, t.Key)
	}
	return list
}

// documents makes the training set: of every type about as many from voices, and the generator's.
func documents(seed uint64, perType, perSample int) ([]texts.Document, error) {
	voices, err := texts.Voices()
	if err != nil {
		return nil, err
	}
	generated, err := texts.ReadGenerated()
	if err != nil {
		return nil, err
	}
	composer := texts.NewComposer(voices)
	byType := map[string]float64{}
	for _, v := range voices {
		byType[v.Type] += v.Weight
	}
	var all []texts.Document
	for _, v := range voices {
		r := source(seed, v.ID)
		for range int(float64(perType)*v.Weight/byType[v.Type]) + 1 {
			all = append(all, composer.Document(r, v))
		}
	}
	r := source(seed, "wordless")
	for range perType / 10 {
		all = append(all, texts.Wordless(r))
	}
	for i, g := range generated {
		r := source(seed, fmt.Sprint(i))
		for range perSample {
			all = append(all, g.Document(r))
		}
	}
	return all, nil
}

// source is a source of chance of its own for each name, so that one more voice changes nothing for the others.
func source(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64())) //nolint:gosec // to be repeated, not to be secret
}

// pagesOf extracts the features of all pages, on two cores.
func pagesOf(c *classify.Extractor, docs []texts.Document) []page {
	types := keys()
	var all []page
	for _, d := range docs {
		class := slices.Index(types, d.Type)
		for i, p := range d.Pages {
			all = append(all, page{class: class, number: i, group: d.Group, raw: p, weight: 1})
		}
	}
	var wait sync.WaitGroup
	for half := range 2 {
		wait.Go(func() {
			for i := half; i < len(all); i += 2 {
				all[i].features = c.Features(all[i].raw)
				all[i].raw = pipeline.Page{}
			}
		})
	}
	wait.Wait()
	return all
}

// balance gives every type the same weight altogether, softened.
func samples(pages []page) []classify.Sample {
	var list []classify.Sample
	for _, p := range pages {
		list = append(list, classify.Sample{Features: p.features, Class: p.class, Weight: p.weight})
	}
	return list
}

// fit trains on pages; two runs side by side with other chances, averaged.
func fit(pages []page, rounds int) *classify.Model {
	types := keys()
	list := samples(pages)
	var runs [2][]float32
	var wait sync.WaitGroup
	for i := range runs {
		wait.Go(func() {
			o := classify.Fitting{Classes: len(types), Rounds: rounds, Rate: 0.3, Decay: 1e-5, Drop: 0.4, DropAll: 0.1, Seed: uint64(i)}
			runs[i] = o.Fit(list)
		})
	}
	wait.Wait()
	for i := range runs[0] {
		runs[0][i] = (runs[0][i] + runs[1][i]) / 2
	}
	m := classify.NewModel(version, types, runs[0])
	m.Temperature, m.Further, m.Agreement, m.Boundary = 1, further, 0.5, expected
	return m
}

// Version names the model; it changes whenever the model may.
const version = "types-3"

// Train makes the model and writes it where package classify embeds it. What the model's figures can be believed is
// measured on a second one, which a third of the voices and templates is held out from.
func Train(_ context.Context, log *slog.Logger) error {
	eyes, err := classify.NewExtractor()
	if err != nil {
		return err
	}
	docs, err := documents(1, perType, perSample)
	if err != nil {
		return err
	}
	pages := pagesOf(eyes, docs)
	log.Info("made", "documents", len(docs), "pages", len(pages))
	kept, held := divide(pages)
	trial := fit(kept, rounds)
	right := accuracy(trial, held)
	trial.Temperature = temperature(trial, held)
	trial.Boundary, trial.Agreement, err = boundary(trial)
	if err != nil {
		return err
	}
	log.Info("held out", "pages", len(held), "right", right, "temperature", trial.Temperature, "agreement", trial.Agreement, "boundary", trial.Boundary)
	model := fit(pages, rounds)
	model.Temperature, model.Boundary, model.Agreement = trial.Temperature, trial.Boundary, trial.Agreement
	return write(model, "pipeline/classify/model.bin")
}

func write(m *classify.Model, name string) error {
	f, err := os.Create(name) //nolint:gosec // a fixed name
	if err != nil {
		return err
	}
	defer f.Close()
	if err := m.Write(f); err != nil {
		return err
	}
	return f.Close()
}

// holdOut is the share of templates that the second model does not see: one of so many.
const holdOut = 3

// divide holds out the first pages of every third template of the generator; a voice is no template: its words are not
// those of a whole document.
func divide(pages []page) (kept, held []page) {
	for _, p := range pages {
		h := fnv.New32a()
		h.Write([]byte(p.group))
		switch template := strings.Contains(p.group, "/"); {
		case !template || h.Sum32()%holdOut != 0:
			kept = append(kept, p)
		case p.number == 0:
			held = append(held, p)
		}
	}
	return kept, held
}

// accuracy is the share of pages whose likeliest type is right.
func accuracy(m *classify.Model, pages []page) float64 {
	right := 0
	for _, p := range pages {
		scores := m.Scores(p.features)
		if slices.Index(scores, slices.Max(scores)) == p.class {
			right++
		}
	}
	return float64(right) / float64(len(pages))
}

// temperature finds by what scores are to be divided so that the probabilities of pages not trained on are right: those of
// the right types are the most likely altogether.
func temperature(m *classify.Model, pages []page) float64 {
	best, least := 1.0, math.Inf(1)
	for t := 0.3; t < 4; t *= 1.05 {
		loss := 0.0
		for _, p := range pages {
			scores := m.Scores(p.features)
			sum := 0.0
			for _, s := range scores {
				sum += math.Exp((s - scores[p.class]) / t)
			}
			loss += math.Log(sum)
		}
		if loss < least {
			best, least = t, loss
		}
	}
	return best
}
