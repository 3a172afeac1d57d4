package normalise

import (
	"strings"
	"unicode"
)

// Thresholds of the trust test.
const (
	trustBad     = 0.02 // share of characters that no text has
	trustLetters = 0.60 // share of letters and digits
	trustWords   = 40   // words from which on a text must contain small words of some language
)

// smallWords are the most frequent words of the languages that applicants and offices write. A text of some length that has
// none of them is not text: the letters of its fonts are mixed up.
const smallWords = ` der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an
 the of and to a is that for it as was with be on by this are or from at
 ve bir bu için ile olarak da de olan tarih adı no
 та в на що і не з до для від є за у про як
 и не что с по как для от из к его это о
 من في على إلى عن أن هذا هذه و التي مع
 le la les de des et en du un une pour que est dans par sur au
 el los del las por con para il di che per del della i na do je w z se si od za nr
`

// trusted reports whether text, taken from a page's own characters, is what a person would read there. Fonts may map their
// shapes to the wrong characters or to none; then the page must be read like a scan.
func trusted(text string) bool {
	var all, bad, letters, latin int
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		all++
		switch {
		case r == unicode.ReplacementChar || unicode.In(r, unicode.Co, unicode.Cc):
			bad++
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			letters++
			if unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Arabic) {
				latin++
			}
		}
	}
	if all == 0 || float64(bad) > trustBad*float64(all) || float64(letters) < trustLetters*float64(all) {
		return false
	}
	words := strings.Fields(strings.ToLower(text))
	if len(words) < trustWords || latin < letters/2 { // too short to tell, or a script without our small words
		return true
	}
	known := map[string]bool{}
	for word := range strings.FieldsSeq(smallWords) {
		known[word] = true
	}
	hits := 0
	for _, word := range words {
		if known[strings.Trim(word, ".,;:()")] {
			hits++
		}
	}
	return hits*50 >= len(words) // one in fifty; running text has one in three, a table of names and dates far fewer
}
