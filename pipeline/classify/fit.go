package classify

import (
	"math"
	"math/rand/v2"
)

// Sample is a page whose type is known.
type Sample struct {
	Features Features
	Class    int     // index of its type
	Weight   float32 // what it counts
}

// Fitting says how weights are found.
type Fitting struct {
	Classes int
	Rounds  int     // how often each sample is seen
	Rate    float32 // of learning
	Decay   float32 // towards zero, of the weights of features that are seen
	Drop    float64 // share of features left out each time, so that no weight relies on a single wording
	DropAll float64 // the same for whole groups
	Seed    uint64
}

// Fit finds the weights of a multinomial logistic regression by stochastic gradients with a rate of its own for each
// weight (AdaGrad: Duchi, Hazan, Singer, 2011). The same samples and Fitting give the same weights on the same machine
// architecture.
func (o Fitting) Fit(samples []Sample) []float32 {
	weights, squares := make([]float32, Buckets*o.Classes), make([]float32, Buckets) // squares: of each feature's gradients
	r := rand.New(rand.NewPCG(o.Seed, 1))                                            //nolint:gosec // to be repeated, not to be secret
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	for range o.Rounds {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			o.learn(weights, squares, samples[i], r)
		}
	}
	return weights
}

// learn takes one step down the gradient of one sample.
func (o Fitting) learn(weights, squares []float32, s Sample, r *rand.Rand) {
	f := o.thinned(s.Features, r)
	scores := make([]float64, o.Classes)
	n := o.Classes
	for g, list := range f {
		length := float64(f.length(group(g)))
		for _, i := range list {
			for j, w := range weights[int(i)*n : int(i)*n+n] {
				scores[j] += float64(w) * length
			}
		}
	}
	softmax(scores)
	scores[s.Class]--
	gradient, norm := make([]float32, n), float32(0)
	for j, p := range scores {
		gradient[j] = float32(p) * s.Weight
		norm += gradient[j] * gradient[j]
	}
	if norm < 1e-7 {
		return
	}
	for g, list := range f {
		length := f.length(group(g))
		for _, i := range list {
			squares[i] += norm * length * length
			rate := o.Rate / float32(math.Sqrt(float64(squares[i])+1e-3))
			row := weights[int(i)*n : int(i)*n+n]
			for j := range row {
				row[j] -= rate * (gradient[j]*length + o.Decay*row[j])
			}
		}
	}
}

// thinned leaves out some features and whole groups.
func (o Fitting) thinned(f Features, r *rand.Rand) Features {
	var kept Features
	for g, list := range f {
		if r.Float64() < o.DropAll {
			continue
		}
		kept[g] = make([]uint32, 0, len(list))
		for _, i := range list {
			if r.Float64() >= o.Drop {
				kept[g] = append(kept[g], i)
			}
		}
	}
	return kept
}
