package mrz_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

func newReader(t testing.TB) *mrz.Reader {
	t.Helper()
	r, err := mrz.NewReader(func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Pictures of zones are drawn and read in internal/train/glyphs.
func TestPicturesWithoutPrintHaveNoZone(t *testing.T) {
	t.Parallel()
	noise := glyph.Gray{Pix: make([]byte, 900*700), W: 900, H: 700}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.IntN(256))
	}
	stripes := glyph.Gray{Pix: make([]byte, 900*700), W: 900, H: 700}
	for i := range stripes.Pix {
		if i%900/7%2 == 0 || i/900/9%2 == 0 {
			stripes.Pix[i] = 255
		}
	}
	for name, g := range map[string]glyph.Gray{
		"noise": noise, "stripes": stripes, "nothing": {}, "a point": {Pix: []byte{9}, W: 1, H: 1}, "a line": {Pix: make([]byte, 2000), W: 2000, H: 1},
	} {
		if found := newReader(t).Read(g, mrz.Search(g)); len(found) > 0 {
			t.Errorf("%s: found %v", name, found)
		}
	}
}

// Whatever the picture is, reading ends, and a zone has the shape of its format and a box on the picture.
func FuzzRead(f *testing.F) {
	f.Add([]byte("some pixels"), uint16(40), uint16(30), uint8(3))
	f.Fuzz(func(t *testing.T, seed []byte, w, h uint16, repeat uint8) {
		g := glyph.Gray{W: int(w)%600 + 1, H: int(h)%400 + 1}
		g.Pix = make([]byte, g.W*g.H)
		for i := range g.Pix {
			if len(seed) > 0 { // blocks of it again and again: that looks like print
				g.Pix[i] = seed[(i/(int(repeat)%9+1))%len(seed)]
			}
		}
		for _, z := range newReader(t).Read(g, mrz.Search(g)) {
			again, err := mrz.Parse(z.Lines, now)
			if err != nil || again.Format != z.Format || z.Valid && !again.Valid {
				t.Errorf("read %v, parsed %v, %v", z, again, err)
			}
			if b := z.Box; b[0] < 0 || b[1] < 0 || b[2] > 1 || b[3] > 1 || b[0] >= b[2] || b[1] >= b[3] {
				t.Errorf("box %v", b)
			}
		}
	})
}
