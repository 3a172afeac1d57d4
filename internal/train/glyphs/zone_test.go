package glyphs

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// card is a zone as it is to lie on a picture: its first cell at x, y, and the way from one cell to the next.
type card struct {
	lines       []string
	x, y        float64
	pitch, tilt float64 // pixels, degrees clockwise
}

// print draws the cards in the font, on paper with some noise, and blurs them as a lens does.
func print(t *testing.T, w, h int, soft float64, cards ...card) glyph.Gray {
	t.Helper()
	cut, err := draw(fonts...)
	if err != nil {
		t.Fatal(err)
	}
	r := random(3, uint64(w))
	out := sheet{make([]float32, w*h), w, h}
	for i := range out.pix {
		out.pix[i] = 225 + float32(r.NormFloat64()*3)
	}
	for _, c := range cards {
		sin, cos := math.Sincos(c.tilt * math.Pi / 180)
		for i, text := range c.lines {
			down := 2.5 * c.pitch * float64(i)
			l := glyph.Line{
				X: [3]float64{c.x - sin*down, c.pitch * cos, 0}, Y: [3]float64{c.y + cos*down, c.pitch * sin, 0}, Tall: 1,
			}
			stamp(out, set(cut, text), l, len(text))
		}
	}
	blur(out, soft)
	g := glyph.Gray{Pix: make([]byte, w*h), W: w, H: h}
	for i, v := range out.pix {
		g.Pix[i] = byte(min(255, max(0, v)))
	}
	return g
}

// set returns the art of a line.
func set(cut []cell, text string) sheet {
	var classes []int
	for i := range len(text) {
		classes = append(classes, strings.IndexByte(glyph.Alphabet, text[i]))
	}
	return scene{[][]cell{cut}}.line(rand.New(rand.NewPCG(1, 1)), classes) //nolint:gosec // no secret
}

// stamp darkens the sheet where the art of the line covers it.
func stamp(out sheet, art sheet, l glyph.Line, n int) {
	pitch := math.Hypot(l.X[1], l.Y[1])
	x0, y0 := l.At(-1)
	x1, y1 := l.At(float64(n))
	for y := max(0, int(min(y0, y1)-pitch)); y < min(out.h, int(max(y0, y1)+pitch)); y++ {
		for x := max(0, int(min(x0, x1))); x < min(out.w, int(max(x0, x1))); x++ {
			out.pix[y*out.w+x] -= 180 * cover(art, l, x, y)
		}
	}
}

// turned returns the picture turned clockwise.
func turned(g glyph.Gray, degrees int) glyph.Gray {
	for range degrees / 90 {
		out := glyph.Gray{Pix: make([]byte, len(g.Pix)), W: g.H, H: g.W}
		for y := range g.H {
			for x := range g.W {
				out.Pix[x*out.W+g.H-1-y] = g.Pix[y*g.W+x]
			}
		}
		g = out
	}
	return g
}

var zones = map[string][]string{
	"TD1":              {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"},
	"TD1, long number": {"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"},
	"TD2":              {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"},
	"TD3":              {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
	"MRVA":             {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"},
	"MRVB":             {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"},
}

func newReader(t testing.TB) *mrz.Reader {
	t.Helper()
	r, err := mrz.NewReader(func() time.Time { return time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryFormatIsReadHoweverItLies(t *testing.T) {
	t.Parallel()
	for name, lines := range zones {
		for i, turn := range []int{0, 90, 180, 270} {
			pitch := []float64{13, 17, 24, 32}[i]
			tilt := []float64{0, 4, -7, 9}[i]
			t.Run(fmt.Sprintf("%s, turned by %d", name, turn), func(t *testing.T) {
				t.Parallel()
				size := int(pitch * 56)
				g := turned(print(t, size, size, pitch/20, card{lines, pitch * 5, pitch * 20, pitch, tilt}), turn)
				found := newReader(t).Read(g, mrz.Search(g))
				if len(found) != 1 {
					t.Fatalf("found %d zones, want 1", len(found))
				}
				z := found[0]
				if !slices.Equal(z.Lines, lines) || !z.Valid || z.Corrected || !strings.HasPrefix(name, z.Format) {
					t.Errorf("read %s %q valid %v corrected %v, want %s %q", z.Format, z.Lines, z.Valid, z.Corrected, name, lines)
				}
				if want := (360 - turn) % 360; z.Turn != want {
					t.Errorf("to be turned by %d, want %d", z.Turn, want)
				}
			})
		}
	}
}

func TestAWrongCheckDigitStaysWrong(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	for name, lines := range zones {
		for _, at := range wrongPlaces(name) {
			bad := slices.Clone(lines)
			old := bad[at.line][at.cell]
			bad[at.line] = bad[at.line][:at.cell] + string('0'+(old-'0'+1+byte(at.cell)%8)%10) + bad[at.line][at.cell+1:]
			g := print(t, 900, 300, 0.8, card{bad, 60, 60, 16, 1})
			found := r.Read(g, mrz.Search(g))
			if len(found) != 1 {
				t.Errorf("%s: found %d zones in %q, want 1", name, len(found), bad)
				continue
			}
			if z := found[0]; z.Valid || len(z.Wrong) == 0 || !slices.Equal(z.Lines, bad) {
				t.Errorf("%s: read %q valid %v wrong %v, want %q", name, z.Lines, z.Valid, z.Wrong, bad)
			}
		}
	}
}

// place is a character of a zone.
type at struct{ line, cell int }

// wrongPlaces are digits that check digits cover, and check digits.
func wrongPlaces(name string) []at {
	switch {
	case strings.HasPrefix(name, "TD1"):
		return []at{{0, 7}, {1, 3}, {1, 6}, {1, 9}, {1, 14}, {1, 29}}
	case name == "TD2":
		return []at{{1, 3}, {1, 9}, {1, 14}, {1, 19}, {1, 27}, {1, 35}}
	case name == "TD3":
		return []at{{1, 2}, {1, 9}, {1, 15}, {1, 19}, {1, 27}, {1, 31}, {1, 42}, {1, 43}}
	}
	return []at{{1, 3}, {1, 9}, {1, 15}, {1, 19}, {1, 25}, {1, 27}}
}

func TestTwoCardsOnOnePageAreTwoZones(t *testing.T) {
	t.Parallel()
	upper, lower := zones["TD1"], zones["TD1, long number"]
	g := print(t, 1200, 1700, 0.6, card{upper, 300, 400, 14, -1}, card{lower, 420, 1100, 14, 2})
	found := newReader(t).Read(g, mrz.Search(g))
	if len(found) != 2 || !slices.Equal(found[0].Lines, upper) || !slices.Equal(found[1].Lines, lower) {
		t.Fatalf("found %+v, want both cards from top to bottom", found)
	}
	for i, top := range []float64{400.0 / 1700, 1100.0 / 1700} {
		if b := found[i].Box; b[1] > top || b[1] < top-0.03 || b[0] < 0.2 || b[2] > 0.8 || b[3] > top+0.09 {
			t.Errorf("zone %d has the box %v", i, b)
		}
	}
}

func TestTextOfFixedPitchThatIsNoZoneIsNone(t *testing.T) {
	t.Parallel()
	lines := []string{
		"LIEFERSCHEIN0815NUMMER4711SEITE1VON2DATUM0103", "POSITION1MENGE12STUECKSCHRAUBENVERZINKTM8X40",
		"POSITION2MENGE40STUECKMUTTERNVERZINKTM8ISO40", "BITTEPRUEFENSIEDIELIEFERUNGAUFVOLLSTAENDIGKE",
	}
	g := print(t, 1100, 400, 0.7, card{lines, 80, 80, 16, 0})
	for _, z := range newReader(t).Read(g, mrz.Search(g)) {
		if z.Valid {
			t.Errorf("read %q as a valid zone", z.Lines)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	t := &testing.T{}
	g := print(t, 2480, 3508, 0.8, card{zones["TD3"], 400, 900, 30, 1})
	r := newReader(b)
	for b.Loop() {
		r.Read(g, mrz.Search(g))
	}
}
