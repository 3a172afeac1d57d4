package fingerprint_test

import (
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline/recognise/fingerprint"
)

// page draws lines of print: dark bars of random length on paper.
func page(seed uint64, w, h int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	pix := make([]byte, w*h)
	for i := range pix {
		pix[i] = 235
	}
	for y := h / 12; y < h*11/12; y += h / 40 {
		from, to := w/10, w/10+r.IntN(w*8/10)
		if r.IntN(4) == 0 {
			continue
		}
		for row := y; row < y+h/80; row++ {
			for x := from; x < to; x++ {
				if x/3%2 == 0 {
					pix[row*w+x] = 40
				}
			}
		}
	}
	return pix
}

func apart(t *testing.T, a, b string) int {
	t.Helper()
	x, errX := strconv.ParseUint(a, 16, 64)
	y, errY := strconv.ParseUint(b, 16, 64)
	if errX != nil || errY != nil || len(a) != 16 || len(b) != 16 {
		t.Fatalf("prints %q and %q, want 16 hexadecimal digits each", a, b)
	}
	return bits.OnesCount64(x ^ y)
}

func TestImage(t *testing.T) {
	t.Parallel()
	const w, h = 800, 1130
	original := page(1, w, h)
	print := fingerprint.Image(original, w, h)
	change := func(f func(x, y int) byte) []byte {
		out := make([]byte, w*h)
		for i := range out {
			out[i] = f(i%w, i/w)
		}
		return out
	}
	noise := rand.New(rand.NewPCG(7, 7))
	same := map[string][]byte{
		"darker and with less contrast": change(func(x, y int) byte { return original[y*w+x]/2 + 30 }),
		"noisy":                         change(func(x, y int) byte { return byte(min(255, max(0, int(original[y*w+x])+noise.IntN(61)-30))) }),
		"with a margin cut off":         change(func(x, y int) byte { return original[(y*97/100+h/60)*w+x*97/100+w/60] }),
		"lit from one side":             change(func(x, y int) byte { return byte(int(original[y*w+x]) * (850 + 150*x/w) / 1000) }),
	}
	for name, pix := range same {
		if d := apart(t, print, fingerprint.Image(pix, w, h)); d > 10 {
			t.Errorf("%s: %d bits apart, want at most 10", name, d)
		}
	}
	for seed := range uint64(20) {
		if d := apart(t, print, fingerprint.Image(page(seed+2, w, h), w, h)); d < 12 {
			t.Errorf("another page (%d): %d bits apart, want at least 12", seed, d)
		}
	}
	if got := fingerprint.Image(change(func(int, int) byte { return 240 }), w, h); got != "" {
		t.Errorf("print of an empty sheet: %q, want none", got)
	}
	if got := fingerprint.Image(original, w, h+1); got != "" {
		t.Errorf("print of too few bytes: %q, want none", got)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	const text = "Meldebescheinigung Frau Günay Şahin geboren am 12.03.1990 in İzmir wohnhaft Königstraße 12 seit 01.02.2024 gemeldet Einwohnermeldeamt"
	print := fingerprint.Text(text)
	words := strings.Fields(text)
	backwards := make([]string, len(words))
	for i, w := range words {
		backwards[len(words)-1-i] = w
	}
	if d := apart(t, print, fingerprint.Text(strings.Join(backwards, "\n"))); d != 0 {
		t.Errorf("in another order: %d bits apart, want 0", d)
	}
	if d := apart(t, print, fingerprint.Text(strings.NewReplacer("ü", "u", "Ş", "S", "ö", "o").Replace(text))); d > 8 {
		t.Errorf("without accents: %d bits apart, want at most 8", d)
	}
	other := "Arbeitsvertrag zwischen der Bäckerei Krüger und Herrn Ivan Petrenko Beginn 01.09.2025 Probezeit sechs Monate Vergütung 2.450,00 Euro"
	if d := apart(t, print, fingerprint.Text(other)); d < 16 {
		t.Errorf("another text: %d bits apart, want at least 16", d)
	}
	if got := fingerprint.Text("nur wenige Worte"); got != "" {
		t.Errorf("print of three words: %q, want none", got)
	}
}

func FuzzImage(f *testing.F) {
	f.Add([]byte("not many pixels"), 5, 3)
	f.Add(page(3, 64, 64), 64, 64)
	f.Fuzz(func(t *testing.T, pix []byte, w, h int) {
		if w < 0 || h < 0 || w > 4096 || h > 4096 {
			return
		}
		if got := fingerprint.Image(pix, w, h); got != "" && len(got) != 16 {
			t.Errorf("print %q, want none or 16 digits", got)
		}
	})
}
