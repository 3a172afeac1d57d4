package tool

import (
	"math/rand/v2"
	"testing"
)

func TestASheetIsTheSameHoweverManyPixelsAreComputedAtATime(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(13, 17))
	const w, h = 403, 297
	pixels := make([]byte, w*h)
	for i := range pixels {
		pixels[i] = byte(random.IntN(256))
	}
	p, err := NewPicture(pixels, w, h, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	light := Light{Pix: make([]byte, 20*15), Width: 20, Height: 15}
	for i := range light.Pix { // some of it so dark that a grey value is multiplied by more than a hundred
		light.Pix[i] = byte(random.IntN(256) >> random.IntN(8))
	}
	for range 60 {
		m := [9]float64{0: 1, 4: 1, 8: 1}
		for i := range 6 {
			m[i] += (random.Float64() - 0.5) * 0.4
		}
		m[2], m[5] = random.Float64()*60-30, random.Float64()*60-30
		m[6], m[7] = (random.Float64()-0.5)/4000, (random.Float64()-0.5)/4000
		for _, l := range []Light{{}, light} {
			if same, err := p.sameProjection(m, 300+random.IntN(120), 280, l); err != nil || !same {
				t.Errorf("seen through %v: not the same (%v)", m, err)
			}
		}
	}
}
