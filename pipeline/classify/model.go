package classify

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
)

// modelFile is not compressed: unpacking it took longer than reading a short document, in every reader that started, and
// only the weights of what a page says are ever loaded from the program's file.
//
//go:embed model.bin
var modelFile []byte

// Model tells types by weights for each feature: a multinomial logistic regression. It is read-only and safe for
// concurrent use.
type Model struct {
	header
	weights []byte // feature by feature, a weight from -128 to 127 for each type
}

// header says what the weights mean.
type header struct {
	Version     string    `json:"version"`
	Types       []string  `json:"types"`
	Scales      []float32 `json:"scales"`      // of each type's weights
	Temperature float64   `json:"temperature"` // divides a page's scores: how far they can be believed
	Further     float64   `json:"further"`     // what a document's further pages count, the first counting 1
	Boundary    []float64 `json:"boundary"`    // weights of the signs that a document begins: see segments.go
	Agreement   float64   `json:"agreement"`   // what the agreement of pages on a type counts beside them
}

// NewModel makes a model of weights, feature by feature, a weight for each type.
func NewModel(version string, types []string, weights []float32) *Model {
	n := len(types)
	m := &Model{header: header{Version: version, Types: types, Scales: make([]float32, n), Temperature: 1, Further: 1}, weights: make([]byte, len(weights))}
	for i, w := range weights {
		m.Scales[i%n] = max(m.Scales[i%n], abs(w)/math.MaxInt8)
	}
	for i, w := range weights {
		if scale := m.Scales[i%n]; scale > 0 {
			m.weights[i] = byte(int8(math.Round(float64(w / scale))))
		}
	}
	return m
}

// Scores are the logarithms of how likely each type is, up to a constant, in the order of Types.
func (m *Model) Scores(f Features) []float64 {
	n := len(m.Types)
	sums := make([]float32, n)
	for g, list := range f {
		part := make([]int32, n)
		for _, i := range list {
			for j, w := range m.weights[int(i)*n : int(i)*n+n] {
				part[j] += int32(int8(w)) //nolint:gosec // two's complement
			}
		}
		length := f.length(group(g))
		for j := range part {
			sums[j] += float32(part[j]) * length * m.Scales[j]
		}
	}
	scores := make([]float64, n)
	for j := range sums {
		scores[j] = float64(sums[j]) / m.Temperature
	}
	return scores
}

// length is the value that each feature of a group has on this page.
func (f *Features) length(g group) float32 {
	return weightOf[g] / float32(math.Sqrt(float64(max(len(f[g]), 1))))
}

// Write writes m so that ReadModel reads it: a line of JSON, then the weights.
func (m *Model) Write(w io.Writer) error {
	head, err := json.Marshal(m.header)
	if err != nil {
		return fmt.Errorf("write model: %w", err)
	}
	if _, err := w.Write(slices.Concat(head, []byte{'\n'}, m.weights)); err != nil {
		return fmt.Errorf("write model: %w", err)
	}
	return nil
}

// ReadModel reads what Write wrote. The model goes on using data.
func ReadModel(data []byte) (*Model, error) {
	head, weights, found := bytes.Cut(data, []byte{'\n'})
	if !found {
		return nil, errors.New("read model: there are no weights")
	}
	m := &Model{weights: weights}
	if err := json.Unmarshal(head, &m.header); err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	if want := Buckets * len(m.Types); len(weights) != want {
		return nil, fmt.Errorf("read model: %d weights, not %d", len(weights), want)
	}
	return m, nil
}

// builtIn is the model that the program carries, read once for all Classifiers.
var builtIn = sync.OnceValues(func() (*Model, error) { return ReadModel(modelFile) })

func abs(x float32) float32 { return max(x, -x) }

// softmax turns scores into probabilities, in place.
func softmax(scores []float64) {
	top, sum := slices.Max(scores), 0.0
	for i := range scores {
		scores[i] = math.Exp(scores[i] - top)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}
