package pdf417

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var each = flag.Int("each", 3, "symbols for each figure of the table of read rates")

// spoiling is one way in which pictures get worse.
type spoiling struct {
	name   string
	placed func(r *rand.Rand, p *placed)
	spoil  func(c canvas, seed uint64) canvas
	least  [3]int // percent that must be read, at modules of 2, 3 and 4 pixels
}

func as(c canvas, _ uint64) canvas { return c }

func tilted(degrees float64) func(*rand.Rand, *placed) {
	return func(r *rand.Rand, p *placed) { p.degrees += degrees * (2*r.Float64() - 1) }
}

var spoilings = []spoiling{
	{"as drawn", nil, as, [3]int{100, 100, 100}},
	{"tilted by up to 5°", tilted(5), as, [3]int{100, 100, 100}},
	{"tilted by up to 10°", tilted(10), as, [3]int{100, 100, 100}},
	{"tilted by up to 15°", tilted(15), as, [3]int{100, 100, 100}},
	{"narrowing by 10 %", func(_ *rand.Rand, p *placed) { p.narrow = 0.05 }, as, [3]int{100, 100, 100}},
	{"narrowing by 20 %", func(_ *rand.Rand, p *placed) { p.narrow = 0.1 }, as, [3]int{100, 100, 100}},
	{"blurred over 3 pixels", nil, func(c canvas, _ uint64) canvas { return c.blur(1) }, [3]int{100, 100, 100}},
	{"blurred over 5 pixels", nil, func(c canvas, _ uint64) canvas { return c.blur(2) }, [3]int{0, 95, 95}},
	{"blurred over 7 pixels", nil, func(c canvas, _ uint64) canvas { return c.blur(3) }, [3]int{0, 95, 95}},
	{"grain of ±20, darkening", nil, func(c canvas, s uint64) canvas { return c.noise(s, 20, 0.8) }, [3]int{100, 100, 100}},
	{"grain of ±40, darkening", nil, func(c canvas, s uint64) canvas { return c.noise(s, 40, 0.8) }, [3]int{60, 95, 95}},
	{"grain of ±60, darkening", nil, func(c canvas, s uint64) canvas { return c.noise(s, 60, 0.8) }, [3]int{30, 60, 60}},
	{"contrast of a third", nil, func(c canvas, s uint64) canvas { return c.noise(s, 5, 0.33) }, [3]int{100, 100, 100}},
	{"JPEG of quality 30", tilted(3), func(c canvas, _ uint64) canvas { return c.jpeg(30) }, [3]int{90, 95, 95}},
	{"JPEG of quality 12", tilted(3), func(c canvas, _ uint64) canvas { return c.jpeg(12) }, [3]int{30, 60, 60}},
	{"black and white, tilted", tilted(5), func(c canvas, _ uint64) canvas { return c.bilevel(135) }, [3]int{100, 100, 100}},
	{"black and white, thin", tilted(5), func(c canvas, _ uint64) canvas { return c.bilevel(90) }, [3]int{90, 100, 100}},
	{"black and white, bold", tilted(5), func(c canvas, _ uint64) canvas { return c.bilevel(180) }, [3]int{90, 100, 100}},
	{"like a photo: all of it, a little", tilted(10), func(c canvas, s uint64) canvas { return c.blur(1).noise(s, 15, 0.7).jpeg(40) }, [3]int{60, 95, 95}},
}

// TestRates reads symbols of all sizes, spoilt, and holds the table of docs/quality.md; with -v it prints it.
func TestRates(t *testing.T) {
	t.Parallel()
	for _, s := range spoilings {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var rates []string
			for i, module := range []float64{2, 3, 4} {
				read := 0
				for n := range *each {
					r := rand.New(rand.NewPCG(uint64(n), uint64(module)))
					text, a := randomArt(r)
					p := placed{module: module + r.Float64()*0.2, row: 3 + 2*r.Float64(), degrees: float64(r.IntN(4)) * 90}
					if s.placed != nil {
						s.placed(r, &p)
					}
					w, h := a.size(p)
					edge := int(max(w, h)*1.1) + 100
					p.x, p.y = float64(edge)/2+r.Float64(), float64(edge)/2+r.Float64()
					c := paper(uint64(n), edge, edge, false)
					c.draw(a, p)
					c = s.spoil(c, uint64(n))
					found := Find(c.pix, c.w, c.h)
					if len(found) == 1 && found[0].Text == text {
						read++
					} else if len(found) > 0 {
						t.Errorf("read %q instead of %q", found[0].Text, text)
					}
				}
				rates = append(rates, fmt.Sprintf("%3d", read*100 / *each))
				if read*100 / *each < s.least[i] {
					t.Errorf("modules of %v pixels: %d of %d read, want %d %%", module, read, *each, s.least[i])
				}
			}
			t.Logf("| %s | %s |", s.name, strings.Join(rates, " | "))
		})
	}
}

// randomArt draws a symbol of some shape and level with text in all modes.
func randomArt(r *rand.Rand) (string, art) {
	var b strings.Builder
	for range 10 + r.IntN(80) {
		b.WriteByte(byte(32 + r.IntN(95)))
	}
	level, columns := 1+r.IntN(4), 2+r.IntN(9)
	return b.String(), layout(checked(latin(b.String()), columns, level), columns, level, false)
}
