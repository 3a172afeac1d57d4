package glyph_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

func TestTheModelIsOfThisVersion(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("model.bin")
	if err != nil {
		t.Fatal(err)
	}
	net, err := glyph.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(net.Bytes(), data) {
		t.Error("written again, the model is another")
	}
	for name, bad := range map[string][]byte{"empty": nil, "cut off": data[:len(data)-1], "another version": append([]byte("x"), data[1:]...)} {
		if _, err := glyph.Load(bad); !errors.Is(err, glyph.ErrModel) {
			t.Errorf("%s: got %v, want %v", name, err, glyph.ErrModel)
		}
	}
}

func TestWhereIsTheInverseOfPoint(t *testing.T) {
	t.Parallel()
	l := glyph.Line{X: [3]float64{40, 11, 0.01}, Y: [3]float64{90, -2, 0.02}, Tall: 1.1}
	for _, want := range [][2]float64{{0, 0}, {12.5, 0.4}, {43, -2.5}, {-3, 2.5}} {
		x, y := l.Point(want[0], want[1])
		if along, down := l.Where(x, y); math.Abs(along-want[0]) > 1e-3 || math.Abs(down-want[1]) > 1e-3 {
			t.Errorf("point %v comes back as %v, %v", want, along, down)
		}
	}
}

// Cut must bring out what lies along the line, however that runs: here every other cell is black.
func TestCutFollowsTheLine(t *testing.T) {
	t.Parallel()
	g := glyph.Gray{Pix: bytes.Repeat([]byte{200}, 300*300), W: 300, H: 300}
	l := glyph.Line{X: [3]float64{30, 8, 0}, Y: [3]float64{250, -7, 0}, Tall: 1}
	for y := range g.H {
		for x := range g.W {
			if along, down := l.Where(float64(x)+0.5, float64(y)+0.5); math.Abs(down) < 1 && int(math.Round(along))%2 == 0 {
				g.Pix[y*g.W+x] = 60
			}
		}
	}
	s := glyph.Cut(g, l, 3.5, 15.5)
	for k := range 12 {
		got := s.Pix[glyph.Height/2*s.W+k*glyph.Pitch+glyph.Pitch/2]
		if want := float32(1 - k%2); math.Abs(float64(got-want)) > 0.1 {
			t.Errorf("cell %d has the ink %.2f, want %v", k, got, want)
		}
	}
}
