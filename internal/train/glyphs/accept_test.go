package glyphs

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// A zone that reads well may be taken for what it says, so none may read well that says something else: blurred, noisy,
// small ones, and ones whose check digits are printed wrong. EAKTE_ZONES sets how many are tried.
func TestNoZoneIsAcceptedThatSaysSomethingElse(t *testing.T) {
	t.Parallel()
	n, err := strconv.Atoi(os.Getenv("EAKTE_ZONES"))
	if err != nil {
		n = 40
	}
	cut, err := draw(fonts...)
	if err != nil {
		t.Fatal(err)
	}
	reader := newReader(t)
	exact, valid, mended, misprinted := 0, 0, 0, 0
	for i := range n {
		r := random(4, uint64(i))
		lines := invent(r)
		wrong := r.IntN(3) == 0
		if wrong {
			misprint(r, lines)
			misprinted++
		}
		g := spoilt(r, cut, lines)
		for _, z := range reader.Read(g, mrz.Search(g)) {
			same := slices.Equal(z.Lines, lines)
			if z.Valid && (!same || wrong) {
				t.Errorf("zone %d: accepted %q, printed %q, corrected %v", i, z.Lines, lines, z.Corrected)
			}
			if same {
				exact++
			}
			if z.Valid {
				valid++
			}
			if z.Corrected {
				mended++
			}
		}
	}
	t.Logf("%d zones, %d misprinted: %d exact, %d valid, %d corrected", n, misprinted, exact, valid, mended)
	if exact < n/3 {
		t.Errorf("only %d of %d zones were read: too few to tell", exact, n)
	}
}

// invent makes up a zone: random, but laid out and checked as the formats want it.
func invent(r *rand.Rand) []string {
	pick := func(n int, from string) string {
		var b strings.Builder
		for range n {
			b.WriteByte(from[r.IntN(len(from))])
		}
		return b.String()
	}
	const letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	date := func() string {
		s := fmt.Sprintf("%02d%02d%02d", r.IntN(100), 1+r.IntN(12), 1+r.IntN(28))
		return s + digit(s)
	}
	fill := func(s string, n int) string { return (s + strings.Repeat("<", n))[:n] }
	states := strings.Fields(mrz.States)
	state := func() string { return fill(states[r.IntN(len(states))], 3) }
	number := fill(pick(2, letters)+pick(5+r.IntN(3), digits+letters), 9)
	number += digit(number)
	names := pick(3+r.IntN(9), letters) + "<<" + pick(3+r.IntN(7), letters)
	if r.IntN(2) == 0 {
		names += "<" + pick(2+r.IntN(7), letters)
	}
	birth, sex, expiry := date(), pick(1, "MF<"), date()
	switch r.IntN(4) {
	case 0:
		two := number + state() + birth + sex + expiry + strings.Repeat("<", 15)
		return []string{fill("P<"+state()+names, 44), two + digit(two[:10]+two[13:20]+two[21:43])}
	case 1:
		one := fill("I"+pick(1, "D<")+state()+number+pick(r.IntN(12), digits), 30)
		two := fill(birth+sex+expiry+state(), 29)
		return []string{one, two + digit(one[5:30]+two[:7]+two[8:15]+two[18:29]), fill(names, 30)}
	case 2:
		two := fill(number+state()+birth+sex+expiry, 35)
		return []string{fill("I<"+state()+names, 36), two + digit(two[:10]+two[13:20]+two[21:35])}
	}
	return []string{fill("V<"+state()+names, 36), fill(number+state()+birth+sex+expiry, 36)}
}

// digit is the check digit of s (ICAO Doc 9303 part 3, section 4.9).
func digit(s string) string {
	sum := 0
	for i := range len(s) {
		v := strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", s[i])
		sum += max(0, v) * []int{7, 3, 1}[i%3]
	}
	return strconv.Itoa(sum % 10)
}

// misprint changes one digit of the numbers' line that a check digit covers.
func misprint(r *rand.Rand, lines []string) {
	at := 13 + r.IntN(15) // the dates of two-line formats
	if len(lines) == 3 {
		at = r.IntN(15)
	}
	for {
		c := lines[1][at]
		if c >= '0' && c <= '9' {
			lines[1] = lines[1][:at] + string('0'+(c-'0'+1+byte(r.IntN(9)))%10) + lines[1][at+1:]
			return
		}
		at++
	}
}

// spoilt prints the zone and takes a bad picture of it.
func spoilt(r *rand.Rand, cut []cell, lines []string) glyph.Gray {
	pitch := 6.5 + r.Float64()*r.Float64()*16
	w, h := int(pitch*float64(len(lines[0])+8)), int(pitch*14)
	out := sheet{make([]float32, w*h), w, h}
	paper := 150 + r.Float32()*90
	background := backdrop(r, pitch, 130)
	for i := range out.pix {
		out.pix[i] = paper + background(float64(i%w), float64(i/w))
	}
	slope := r.NormFloat64() * 0.02
	for i, text := range lines {
		var classes []int
		for k := range len(text) {
			classes = append(classes, strings.IndexByte(glyph.Alphabet, text[k]))
		}
		art := weigh(r, scene{[][]cell{cut}}.line(r, classes))
		stamp(out, art, glyph.Line{
			X: [3]float64{4 * pitch, pitch, 0}, Y: [3]float64{pitch * (3.5 + 2.5*float64(i)), pitch * slope, 0}, Tall: 1,
		}, len(text))
	}
	lens(r, out, pitch)
	return sensor(r, out)
}
