package texts

import (
	"math/rand/v2"
	"strings"
)

// confusions are what a character is likely to be misread as. They are our own observations of tesseract on scans.
var confusions = map[rune][]string{
	'm': {"rn", "nn"}, 'l': {"1", "I", "|", "i"}, 'I': {"l", "1", "|"}, '1': {"l", "I", "7"}, '0': {"O", "o"}, 'O': {"0", "Q"}, 'o': {"0", "c"}, '5': {"S"}, 'S': {"5", "8"},
	'8': {"B", "3"}, 'B': {"8", "ß"}, 'ß': {"B", "ss", "8"}, 'ü': {"u", "ii", "ù"}, 'ö': {"o", "6"}, 'ä': {"a", "à"}, 'Ü': {"U"}, 'Ö': {"O", "0"}, 'Ä': {"A"}, 'e': {"c", "o"}, 'c': {"e"},
	'h': {"b", "li"}, 'b': {"h", "6"}, 'u': {"n", "ii"}, 'n': {"u", "ri"}, 'i': {"l", "ı", "j"}, 't': {"f", "l"}, 'f': {"t", "r"}, 'g': {"q", "9"}, 'd': {"cl"}, 'w': {"vv"}, 'G': {"6", "C"},
	'6': {"G", "b"}, 'Z': {"2"}, '2': {"Z"}, '.': {",", ""}, ',': {".", ""}, ':': {"."}, '–': {"-", "—"}, '§': {"8", "S", "$"}, '€': {"E", "£", "C"}, 'ş': {"s"}, 'ğ': {"g"}, 'ı': {"i", "l"},
	'ç': {"c"}, 'é': {"e", "6"}, 'è': {"e"}, 'ê': {"e"}, '<': {"c", "«", "K"}, '/': {"l", "|"}, '(': {"C"}, '„': {"\"", ",,"},
	'і': {"i", "1"}, 'и': {"н"}, 'н': {"и"}, 'ш': {"щ"}, 'щ': {"ш"}, 'й': {"и"}, 'ё': {"е"}, 'є': {"е"}, 'ї': {"і"}, 'ы': {"ьі"}, 'п': {"н"}, 'л': {"п"},
	'ة': {"ه"}, 'ي': {"ى"}, 'أ': {"ا"}, 'إ': {"ا"}, 'ؤ': {"و"}, 'ث': {"ت"}, 'ت': {"ث", "ن"}, 'ب': {"ت", "ن"}, 'ف': {"ق"}, 'ح': {"خ", "ج"},
}

var junk = strings.Fields("| ! . , ; ' ` ~ _ — = « » ° * \\ / [ ] || —_ EE ai oO Sn il |_ f: ) a")

// level is how badly a page was read: shares per character, blank or line.
type level struct{ substitute, lose, merge, split, drop, junk float64 }

var (
	clean  = level{}
	light  = level{.006, .002, .006, .002, .005, .02}
	medium = level{.025, .01, .02, .008, .03, .06}
	heavy  = level{.07, .03, .05, .03, .08, .12}
)

// anyLevel draws one; most pages are read well.
func anyLevel(r *rand.Rand) level {
	switch x := r.Float64(); {
	case x < .35:
		return clean
	case x < .75:
		return light
	case x < .95:
		return medium
	}
	return heavy
}

// misread returns a line as a recogniser might have read it; empty: it was lost. Errors come in bursts: stamps, folds,
// faint print.
func (l level) misread(r *rand.Rand, line string) string {
	if r.Float64() < l.drop {
		return ""
	}
	k := 1.0
	if r.Float64() < .12 {
		k = 4
	}
	var b strings.Builder
	if r.Float64() < l.junk {
		b.WriteString(junk[r.IntN(len(junk))] + " ")
	}
	for _, c := range line {
		x := r.Float64()
		switch choices := confusions[c]; {
		case c == ' ' && x < l.merge*k:
		case c == ' ':
			b.WriteRune(c)
		case x < l.substitute*k && len(choices) > 0:
			b.WriteString(choices[r.IntN(len(choices))])
		case x < (l.substitute+l.lose)*k && x >= l.substitute*k:
		case x < (l.substitute+l.lose+l.split)*k && x >= (l.substitute+l.lose)*k:
			b.WriteRune(c)
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
		}
	}
	return strings.TrimSpace(b.String())
}
