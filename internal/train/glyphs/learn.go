// Package glyphs trains the network that reads machine-readable zones, on lines that it draws itself in Debian's OCR-B and
// spoils in every way it can: other weights and cuts, blur, noise, JPEG, thresholds, faint print, patterns, glare, scribbles,
// and lines that the reader did not find quite where they are. No picture of anybody's document is used.
package glyphs

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"sync"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// File is where the model goes, below the module's root.
const File = "pipeline/recognise/mrz/glyph/model.bin"

const (
	shards = 4  // of a batch, summed up in order: the result does not depend on the number of processors
	shard  = 10 // lines each
	rate   = 0.002
	tests  = 400 // lines that are never trained on
)

// Batches is how many batches Train trains on: some minutes on two cores.
const Batches = 2600

// Train trains the network and writes it to File.
func Train(ctx context.Context, log *slog.Logger) error {
	net, err := Learn(ctx, log, Batches)
	if err != nil {
		return err
	}
	s, err := newScene()
	if err != nil {
		return err
	}
	log.Info("held back", "wrong", fmt.Sprintf("%.4f", s.wrong(net, tests)))
	return os.WriteFile(File, net.Bytes(), 0o644) //nolint:gosec // a part of the repository
}

// Learn returns a network trained on so many batches. The same number gives the same network.
func Learn(ctx context.Context, log *slog.Logger, batches int) (*glyph.Net, error) {
	s, err := newScene()
	if err != nil {
		return nil, err
	}
	net := start()
	adam := newAdam(net)
	for b := range batches {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		loss := batch(s, net, adam, uint64(b)) //nolint:gosec // counts from 0
		done := float64(b) / float64(batches)
		adam.step(net, rate*min(1, float64(b+1)/50)*(0.5+0.5*math.Cos(math.Pi*done))+1e-5)
		if b%100 == 99 {
			log.Info("batch", "number", b+1, "loss", fmt.Sprintf("%.4f", loss))
		}
	}
	return net, nil
}

// random is the source of all that happens in line number line of kind kind.
func random(kind, line uint64) *rand.Rand { return rand.New(rand.NewPCG(kind, line)) } //nolint:gosec // no secret

// wrong returns the share of glyphs that are not seen right where they are, in so many lines that are not trained on.
func (s scene) wrong(net *glyph.Net, lines int) float64 {
	wrong, all := 0, 0
	var p glyph.Pass
	for i := range lines {
		drawn := s.sample(random(2, uint64(i))) //nolint:gosec // counts from 0
		net.Read(drawn.strip, 1, &p)
		for at, right := range drawn.right {
			if right == ignore || right == glyph.None {
				continue
			}
			all++
			if best(p.Log[at*glyph.Classes:(at+1)*glyph.Classes]) != right {
				wrong++
			}
		}
	}
	return float64(wrong) / float64(all)
}

func best(v []float32) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}

// start returns a network of random weights (He et al. 2015).
func start() *glyph.Net {
	net, r := glyph.New(), random(0, 0)
	fill := func(w []float32, fan int) {
		for i := range w {
			w[i] = float32(r.NormFloat64() * math.Sqrt(2/float64(fan)))
		}
	}
	fill(net.Conv1, 9)
	fill(net.Conv2, len(net.Conv2)/len(net.Bias2))
	fill(net.Dense, len(net.Dense)/len(net.Bias3))
	fill(net.Out, len(net.Out)/len(net.Bias4))
	return net
}

// batch adds up the gradients of one batch in adam and returns the mean loss.
func batch(s scene, net *glyph.Net, adam *adam, number uint64) float64 {
	var wait sync.WaitGroup
	var loss [shards]float64
	for i := range shards {
		wait.Go(func() {
			loss[i] = adam.slopes[i].shard(s, net, number*shards+uint64(i)) //nolint:gosec // counts from 0
		})
	}
	wait.Wait()
	return (loss[0] + loss[1] + loss[2] + loss[3]) / shards
}

// adam is the optimiser of Kingma and Ba (2014).
type adam struct {
	slopes       [shards]slope
	first, other [][]float32
	steps        int
}

func newAdam(net *glyph.Net) *adam {
	a := &adam{}
	for i := range a.slopes {
		a.slopes[i].net = glyph.New()
	}
	for _, w := range net.Weights() {
		a.first, a.other = append(a.first, make([]float32, len(w))), append(a.other, make([]float32, len(w)))
	}
	return a
}

// step moves the weights along the gradients and clears those.
func (a *adam) step(net *glyph.Net, rate float64) {
	a.steps++
	const keep, keepOther = 0.9, 0.999
	mend, mendOther := 1-math.Pow(keep, float64(a.steps)), 1-math.Pow(keepOther, float64(a.steps))
	for k, w := range net.Weights() {
		for i := range w {
			var g float32
			for s := range a.slopes {
				part := a.slopes[s].net.Weights()[k]
				g += part[i]
				part[i] = 0
			}
			g /= shards
			a.first[k][i] = keep*a.first[k][i] + (1-keep)*g
			a.other[k][i] = keepOther*a.other[k][i] + (1-keepOther)*g*g
			m, v := float64(a.first[k][i])/mend, float64(a.other[k][i])/mendOther
			w[i] -= float32(rate * (m/(math.Sqrt(v)+1e-8) + 1e-4*float64(w[i])))
		}
	}
}
