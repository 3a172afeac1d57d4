package tool

import (
	"math/rand/v2"
	"testing"
)

func TestScalingIsThatOfLeptonica(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 11))
	for _, size := range [][2]int{{403, 301}, {400, 300}, {17, 33}, {16, 16}, {65, 700}, {1021, 64}} {
		w, h := size[0], size[1]
		pixels := make([]byte, w*h)
		for i := range pixels { // print, light that falls off, and noise
			pixels[i] = byte(i*7/w + i%w/3)
			if (i%w/9+i/w/7)%3 == 0 {
				pixels[i] = byte(random.IntN(256))
			}
		}
		p, err := NewPicture(pixels, w, h, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		factors := []float64{0.3, 0.5, 0.69, 0.7, 0.75, 0.8264, 0.999, 1, 1.001, 1.25, 1.3999, 1.4, 1.9, 2, 2.4, 4}
		for range 40 {
			factors = append(factors, 0.65+random.Float64()*0.8)
		}
		for _, factor := range factors {
			if same, err := p.sameScaling(factor); err != nil || !same {
				t.Errorf("%d × %d pixels by %.4f: another result than leptonica's (%v)", w, h, factor, err)
			}
		}
	}
}

func BenchmarkScale(b *testing.B) {
	p, err := NewPicture(make([]byte, 3000*4000), 3000, 4000, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	for b.Loop() {
		scaled, err := p.Scale(0.83)
		if err != nil {
			b.Fatal(err)
		}
		scaled.Close()
	}
}
