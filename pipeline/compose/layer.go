package compose

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/eakte/eakte/pipeline"
)

// layerFont is what pages call the layer's font; nobody else calls one so.
const layerFont = "Eakte"

// layer writes the invisible text of a page: one font size and one baseline a line, for otherwise readers put the words
// of a line into another order; each word stretched to its place.
func layer(b *bytes.Buffer, g geometry, words []pipeline.Word, c *codes) {
	if len(words) == 0 {
		return
	}
	b.WriteString("BT\n3 Tr\n")
	for len(words) > 0 {
		n := 1
		for n < len(words) && words[n].Line == words[0].Line {
			n++
		}
		textLine(b, g, words[:n], c)
		words = words[n:]
	}
	b.WriteString("ET\n")
}

// set is a word in points on the levelled page, y upwards.
type set struct {
	left, width, base, height float64
}

func textLine(b *bytes.Buffer, g geometry, words []pipeline.Word, c *codes) {
	sets := make([]set, len(words))
	base := 0.0
	for i, w := range words {
		sets[i] = g.set(w)
		base += sets[i].base / float64(len(words))
	}
	heights := slices.Clone(sets)
	slices.SortFunc(heights, func(a, b set) int { return cmp.Compare(a.height, b.height) })
	// Tall enough that the gaps between words don't look like those between columns, without following a stray mark.
	tall := heights[len(heights)-1-len(heights)/4].height
	size := math.Max(1, math.Round(tall*10)/10)
	fmt.Fprintf(b, "/%s %.1f Tf\n", layerFont, size)
	if gaps(sets, size) && !slices.ContainsFunc(words, func(w pipeline.Word) bool { return w.RTL }) {
		fmt.Fprintf(b, "/Span<</ActualText%s>>BDC\n", utf16Hex(words))
		defer b.WriteString("EMC\n")
	}
	for i, w := range words {
		// The blank keeps neighbours apart for readers that go by characters, not by gaps.
		hex, n := c.encode(append(visual(w), ' '))
		if n < 2 {
			continue
		}
		stretch := 100 * sets[i].width / (float64(n-1) * size * glyphWidth / unitsPerEm)
		fmt.Fprintf(b, "%.1f Tz\n1 0 0 1 %.2f %.2f Tm\n%s Tj\n", math.Max(1, stretch), sets[i].left, base, hex)
	}
}

// wide is the gap between words, in font sizes, from which on readers see two columns and not one line.
const wide = 0.6

// gaps reports whether a line has cells: what stands in a table row or beside a label. Readers that sort by columns tear
// such lines apart; what the line says as a whole (ISO 32000-1, 14.9.4) keeps them together.
func gaps(sets []set, size float64) bool {
	for i := 1; i < len(sets); i++ {
		if sets[i].left-(sets[i-1].left+sets[i-1].width) > wide*size {
			return true
		}
	}
	return false
}

// utf16Hex is the text of a line as a PDF text string (ISO 32000-1, 7.9.2.2): big-endian, with a byte order mark.
func utf16Hex(words []pipeline.Word) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for i, w := range words {
		if i > 0 {
			b.WriteString("0020")
		}
		for _, u := range utf16.Encode([]rune(w.Text)) {
			fmt.Fprintf(&b, "%04X", u)
		}
	}
	b.WriteByte('>')
	return b.String()
}

// visual returns a word's characters from left to right as they stand on paper: readers put right-to-left words back into
// the order of speech.
func visual(w pipeline.Word) []rune {
	runes := []rune(w.Text)
	if !w.RTL {
		return runes
	}
	slices.Reverse(runes)
	for i := 0; i < len(runes); i++ { // numbers and Latin parts keep their own direction
		j := i
		for j < len(runes) && leftToRight(runes[j]) {
			j++
		}
		if j > i {
			slices.Reverse(runes[i:j])
			i = j
		}
	}
	return runes
}

func leftToRight(r rune) bool {
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.In(r, unicode.Arabic, unicode.Hebrew)
}
