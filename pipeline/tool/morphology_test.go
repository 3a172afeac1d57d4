package tool

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestOpeningIsThatOfLeptonica(t *testing.T) {
	t.Parallel()
	const w, h = 203, 97
	random := rand.New(rand.NewPCG(3, 5))
	pixels := bytes.Repeat([]byte{255}, w*h)
	for range 400 { // bars of all lengths, some beyond an edge
		x, y, wide, high := random.IntN(w), random.IntN(h), 1+random.IntN(60), 1+random.IntN(12)
		if random.IntN(2) == 0 {
			wide, high = high, wide
		}
		colour := byte(255 * (random.IntN(3) / 2))
		for row := y; row < min(h, y+high); row++ {
			for column := x; column < min(w, x+wide); column++ {
				pixels[row*w+column] = colour
			}
		}
	}
	p, err := NewPicture(pixels, w, h, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, brick := range [][2]int{{1, 1}, {2, 1}, {1, 2}, {7, 1}, {75, 1}, {1, 75}, {3, 3}, {4, 9}, {16, 1}, {204, 1}, {1, 98}} {
		if same, err := p.sameOpening(brick[0], brick[1]); err != nil || !same {
			t.Errorf("%d × %d pixels: another result than leptonica's (%v)", brick[0], brick[1], err)
		}
	}
}
