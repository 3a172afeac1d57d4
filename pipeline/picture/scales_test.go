package picture

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawn is a page of strokes as wide and as far apart as those of letters at 150 dpi, in lines, on paper of that grey;
// blur says what of the ink shows at a point.
func drawn(paper, ink float64, blur func(ink func(x, y int) float64, x, y int) float64, noise float64) ([]byte, int, int) {
	const w, h = 480, 640
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // the same page in every run
	strokes := make([]byte, w*h)
	for line := 80; line < h-80; line += 24 {
		for x := 50; x < w-90; x += 5 + random.IntN(5) {
			level := random.IntN(3) == 0
			for i := range 10 {
				at := (line+i)*w + x
				if level {
					at = (line+random.IntN(2)*9)*w + x + i - 5
				}
				strokes[at], strokes[at+1] = 1, 1
			}
		}
	}
	at := func(x, y int) float64 { return float64(strokes[min(h-1, max(0, y))*w+min(w-1, max(0, x))]) }
	pixels := make([]byte, w*h)
	for y := range h {
		for x := range w {
			v := paper - ink*blur(at, x, y) + noise*random.NormFloat64()
			pixels[y*w+x] = byte(min(255, max(0, v)))
		}
	}
	return pixels, w, h
}

func sharply(ink func(x, y int) float64, x, y int) float64 { return ink(x, y) }

// smeared returns the mean of the ink along a line of so many pixels to either side, or all around.
func smeared(radius, dx, dy int) func(ink func(x, y int) float64, x, y int) float64 {
	return func(ink func(x, y int) float64, x, y int) float64 {
		sum, n := 0.0, 0
		for j := -radius * dy; j <= radius*dy; j++ {
			for i := -radius * dx; i <= radius*dx; i++ {
				sum += ink(x+i, y+j)
				n++
			}
		}
		return sum / float64(n)
	}
}

func TestScalesTellSharpPrintFromBlurredAndDrowned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                              string
		paper, ink, noise                 float64
		blur                              func(ink func(x, y int) float64, x, y int) float64
		printed, blurred, soft, drownedIn bool
	}{
		{"sharp print", 235, 200, 1, sharply, true, false, false, false},
		{"faint print", 200, 30, 0.5, sharply, true, false, false, false},
		{"print with some noise", 200, 160, 8, sharply, true, false, false, false},
		{"print out of focus", 220, 200, 1, smeared(5, 1, 1), true, true, true, false},
		{"print that moved across", 220, 200, 1, smeared(10, 1, 0), true, true, true, false},
		{"print that moved down", 220, 200, 1, smeared(14, 0, 1), true, true, true, false},
		{"print drowned in noise", 150, 40, 70, sharply, false, false, false, true},
		{"empty paper", 235, 0, 2, sharply, false, false, false, false},
		{"empty paper with a soft shadow", 235, 60, 1, func(_ func(x, y int) float64, x, y int) float64 {
			return 0.5 + 0.5*math.Sin(float64(x+y)/300)
		}, false, false, false, false},
	} {
		s := Vary(drawn(c.paper, c.ink, c.blur, c.noise))
		if s.Printed() != c.printed || s.Blurred() != c.blurred || s.Soft() != c.soft || s.Drowned() != c.drownedIn {
			t.Errorf("%s: got printed %v, blurred %v, soft %v, drowned %v, want %v, %v, %v, %v (sharpness %.2f, %+v)", c.name,
				s.Printed(), s.Blurred(), s.Soft(), s.Drowned(), c.printed, c.blurred, c.soft, c.drownedIn, s.Sharpness(), s)
		}
	}
}

func TestAPictureTooSmallForPatchesVariesNowhere(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{0, 0}, {1, 1}, {31, 500}, {70, 70}} {
		if got := Vary(make([]byte, size[0]*size[1]), size[0], size[1]); got != (Scales{}) || got.Blurred() || got.Drowned() {
			t.Errorf("%d × %d: got %+v, want nothing", size[0], size[1], got)
		}
	}
}

func BenchmarkVary(b *testing.B) {
	pixels := make([]byte, 1240*1754)
	for i := range pixels {
		pixels[i] = byte(i * i % 251)
	}
	for b.Loop() {
		Vary(pixels, 1240, 1754)
	}
}
