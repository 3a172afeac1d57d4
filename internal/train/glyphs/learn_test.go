package glyphs

import (
	"bytes"
	"log/slog"
	"math"
	"os"
	"testing"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

func TestTrainingTwiceGivesTheSameNetwork(t *testing.T) {
	t.Parallel()
	var nets [2][]byte
	for i := range nets {
		net, err := Learn(t.Context(), slog.New(slog.DiscardHandler), 2)
		if err != nil {
			t.Fatal(err)
		}
		nets[i] = net.Bytes()
	}
	if !bytes.Equal(nets[0], nets[1]) {
		t.Error("two trainings gave two networks")
	}
	if bytes.Equal(nets[0], start().Bytes()) {
		t.Error("training changed nothing")
	}
}

// A small step along the gradient must lower the loss by what the gradient promises.
func TestTheGradientIsThatOfTheLoss(t *testing.T) {
	t.Parallel()
	s, err := newScene()
	if err != nil {
		t.Fatal(err)
	}
	net := start()
	g := slope{net: glyph.New()}
	before := g.shard(s, net, 7)
	square := 0.0
	for _, w := range g.net.Weights() {
		for _, v := range w {
			square += float64(v) * float64(v)
		}
	}
	const promised = 0.002
	for k, w := range net.Weights() {
		for i := range w {
			w[i] -= float32(promised / square * float64(g.net.Weights()[k][i]))
		}
	}
	after := (&slope{net: glyph.New()}).shard(s, net, 7)
	if got := before - after; math.Abs(got-promised) > 0.15*promised {
		t.Errorf("the loss fell by %.5f, want %.5f", got, promised)
	}
}

func TestTheModelReadsLinesItWasNotTrainedOn(t *testing.T) {
	t.Parallel()
	s, err := newScene()
	if err != nil {
		t.Fatal(err)
	}
	net := committed(t)
	// Many of these lines nobody can read.
	if wrong := s.wrong(net, 60); wrong > 0.25 {
		t.Errorf("%.1f %% of the glyphs are not seen right", 100*wrong)
	}
}

// committed is the model as it is in the repository.
func committed(t *testing.T) *glyph.Net {
	t.Helper()
	data, err := os.ReadFile("../../../" + File)
	if err != nil {
		t.Fatal(err)
	}
	net, err := glyph.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	return net
}
