package eval

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CER is the share of characters that must be put in, taken out or changed to make got the text wanted. Both are brought
// to NFC, white space counts as one blank, marks of direction not at all; letter case and accents count. It is at most 1,
// and 1 where nothing was wanted but something is there.
func CER(want, got string) float64 {
	edits, length := mistakes(want, got)
	if length == 0 {
		return float64(count(edits > 0))
	}
	return min(1, float64(edits)/float64(length))
}

// mistakes returns the edits between the texts, at most the length of the wanted one, and that length in characters.
func mistakes(want, got string) (edits, length int) {
	a, b := []rune(plain(want)), []rune(plain(got))
	if len(a) == 0 {
		return len(b), 0
	}
	return min(distance(a, b), len(a)), len(a)
}

func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, norm.NFC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// distance is Levenshtein's. It looks only at a band around the diagonal and widens that until the answer lies within:
// texts that are nearly alike, the usual case, cost their length times their errors.
func distance(a, b []rune) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	longer := max(len(a), len(b))
	for width := 32; ; width *= 4 {
		if d := banded(a, b, width); d <= width || width >= longer {
			return d
		}
	}
}

// banded is the distance if that is at most width, else some number above width.
func banded(a, b []rune, width int) int {
	const far = 1 << 30
	row, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		row, last = last, row
		first, end := max(1, i+1-width), min(len(b), i+1+width)
		if first-1 > len(b) {
			return far
		}
		row[first-1] = far
		if first == 1 {
			row[0] = i + 1
		}
		for j := first; j <= end; j++ {
			above := far
			if j <= i+width || i == 0 {
				above = last[j]
			}
			row[j] = min(above+1, row[j-1]+1, last[j-1]+count(r != b[j-1]))
		}
	}
	if len(a)-len(b) > width || len(b)-len(a) > width {
		return far
	}
	return row[len(b)]
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
