package efile

import (
	"slices"
	"strings"
	"unicode"
)

// SameName reports whether two spellings may be the name of the same person: in whatever order, with or without further
// given names, in Latin, Cyrillic, Greek or Arabic letters, printed or as a machine-readable zone transliterates them
// (ICAO Doc 9303 part 3, section 6), with umlauts spelt out, dropped or kept. It is for pointing out what does not fit, so
// it is tolerant: different people can have the same name. False if either is empty.
func SameName(one, other string) bool {
	a, b := nameWords(one), nameWords(other)
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	if arabic(one) != arabic(other) { // Arabic letters leave most vowels out
		a, b = consonants(a), consonants(b)
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if strings.Join(slices.Sorted(slices.Values(a)), "") == strings.Join(slices.Sorted(slices.Values(b)), "") {
		return true
	}
	return len(a) > 1 && (contained(a, b) || len(a) == len(b) && contained(b, a)) || strings.Join(a, "") == strings.Join(b, "")
}

// contained reports whether each word of a is a word of b, or two or three that follow each other there: Al Zubaidi and
// Alzubaidi.
func contained(a, b []string) bool {
	var all []string
	for i := range b {
		joined := ""
		for _, w := range b[i:min(len(b), i+3)] {
			joined += w
			all = append(all, joined)
		}
	}
	for i := 0; i < len(a); i++ {
		switch {
		case slices.Contains(all, a[i]):
		case i+1 < len(a) && slices.Contains(all, a[i]+a[i+1]):
			i++
		default:
			return false
		}
	}
	return true
}

// nameWords returns the words of a name in a spelling that the usual transliterations share.
func nameWords(name string) []string {
	var latin strings.Builder
	for _, r := range name {
		r = unicode.ToUpper(r)
		switch s, known := letters[r]; {
		case known:
			latin.WriteString(s)
		case r >= 'A' && r <= 'Z':
			latin.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == 'ʼ', r == '`', r == '.', r == 'ـ':
		default:
			latin.WriteByte(' ')
		}
	}
	var out []string
	for w := range strings.FieldsSeq(latin.String()) {
		if w = squeeze(vowels.Replace(sounds.Replace(w))); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// squeeze writes doubled letters once.
func squeeze(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i == 0 || s[i] != s[i-1] {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// consonants leaves the vowels out, and what may be one.
func consonants(words []string) []string {
	var out []string
	for _, w := range words {
		w = strings.Map(func(r rune) rune {
			if strings.ContainsRune("AEIOUVH", r) {
				return -1
			}
			return r
		}, w)
		if w = squeeze(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func arabic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
}

// sounds and vowels bring spellings of one sound together, one after the other: Schtscherbakow and Shcherbakov, Juri and
// Yurii, Mueller, Müller and Muller.
var (
	sounds = strings.NewReplacer(
		"SCHTSCH", "Q", "SHTSH", "Q", "SHCH", "Q", "TSCH", "Q", "TCH", "Q", "CH", "Q", "SCH", "S", "SH", "S", "ZH", "S", "TS", "Z", "TZ", "Z",
		"KH", "H", "GH", "G", "PH", "F", "TH", "T", "DH", "D", "DJ", "I", "OU", "U", "OY", "U", "OO", "U", "EE", "I",
		"Y", "I", "J", "I", "W", "V", "KS", "X", "QU", "K", "CK", "K", "C", "K",
	)
	vowels = strings.NewReplacer("AE", "A", "OE", "O", "UE", "U", "IE", "I")
)

// letters are transliterations of what is not A to Z.
var letters = map[rune]string{
	'Ä': "AE", 'Ö': "OE", 'Ü': "UE", 'ß': "SS", 'ẞ': "SS", 'Å': "AA", 'Æ': "AE", 'Ø': "OE", 'Œ': "OE", 'Ð': "D", 'Đ': "D", 'Þ': "TH",
	'Ł': "L", 'Ŋ': "N", 'Ħ': "H", 'Ŧ': "T", 'İ': "I", 'ı': "I", 'Ĳ': "I", 'Ə': "A", 'Ñ': "N", 'Ç': "C", 'Ć': "C", 'Č': "CH", 'Ĉ': "C", 'Ċ': "C",
	'À': "A", 'Á': "A", 'Â': "A", 'Ã': "A", 'Ā': "A", 'Ă': "A", 'Ą': "A", 'Ạ': "A", 'Ả': "A", 'Ấ': "A", 'Ầ': "A", 'Ẩ': "A", 'Ẫ': "A", 'Ậ': "A", 'Ắ': "A", 'Ằ': "A",
	'Ď': "D", 'È': "E", 'É': "E", 'Ê': "E", 'Ë': "E", 'Ē': "E", 'Ė': "E", 'Ę': "E", 'Ě': "E", 'Ẹ': "E", 'Ế': "E", 'Ề': "E", 'Ể': "E", 'Ễ': "E", 'Ệ': "E",
	'Ğ': "G", 'Ģ': "G", 'Ġ': "G", 'Ì': "I", 'Í': "I", 'Î': "I", 'Ï': "I", 'Ī': "I", 'Į': "I", 'Ĩ': "I", 'Ị': "I", 'Ķ': "K", 'Ĺ': "L", 'Ļ': "L", 'Ľ': "L",
	'Ń': "N", 'Ņ': "N", 'Ň': "N", 'Ò': "O", 'Ó': "O", 'Ô': "O", 'Õ': "O", 'Ő': "O", 'Ō': "O", 'Ơ': "O", 'Ọ': "O", 'Ố': "O", 'Ồ': "O", 'Ổ': "O", 'Ộ': "O", 'Ớ': "O", 'Ờ': "O",
	'Ŕ': "R", 'Ř': "R", 'Ś': "S", 'Š': "SH", 'Ş': "SH", 'Ș': "SH", 'Ŝ': "S", 'Ť': "T", 'Ţ': "TS", 'Ț': "TS", 'Ù': "U", 'Ú': "U", 'Û': "U", 'Ű': "UE", 'Ū': "U", 'Ů': "U",
	'Ų': "U", 'Ư': "U", 'Ũ': "U", 'Ụ': "U", 'Ứ': "U", 'Ừ': "U", 'Ử': "U", 'Ữ': "U", 'Ự': "U", 'Ý': "Y", 'Ÿ': "Y", 'Ỳ': "Y", 'Ỹ': "Y", 'Ź': "Z", 'Ż': "Z", 'Ž': "ZH",

	'А': "A", 'Б': "B", 'В': "V", 'Г': "G", 'Ґ': "G", 'Д': "D", 'Е': "E", 'Ё': "E", 'Є': "IE", 'Ж': "ZH", 'З': "Z", 'И': "I", 'І': "I", 'Ї': "I", 'Й': "I", 'К': "K",
	'Л': "L", 'М': "M", 'Н': "N", 'О': "O", 'П': "P", 'Р': "R", 'С': "S", 'Т': "T", 'У': "U", 'Ў': "U", 'Ф': "F", 'Х': "KH", 'Ц': "TS", 'Ч': "CH", 'Ш': "SH",
	'Щ': "SHCH", 'Ъ': "", 'Ы': "Y", 'Ь': "", 'Э': "E", 'Ю': "IU", 'Я': "IA", 'Ћ': "C", 'Ђ': "D", 'Џ': "DZ", 'Љ': "LJ", 'Њ': "NJ", 'Ј': "J", 'Қ': "K", 'Ғ': "G", 'Ұ': "U",
	'Ү': "U", 'Ө': "O", 'Һ': "H", 'Ң': "N", 'Ә': "A",

	'Α': "A", 'Β': "V", 'Γ': "G", 'Δ': "D", 'Ε': "E", 'Ζ': "Z", 'Η': "I", 'Θ': "TH", 'Ι': "I", 'Κ': "K", 'Λ': "L", 'Μ': "M", 'Ν': "N", 'Ξ': "X", 'Ο': "O", 'Π': "P",
	'Ρ': "R", 'Σ': "S", 'Τ': "T", 'Υ': "Y", 'Φ': "F", 'Χ': "CH", 'Ψ': "PS", 'Ω': "O", 'Ά': "A", 'Έ': "E", 'Ή': "I", 'Ί': "I", 'Ό': "O", 'Ύ': "Y", 'Ώ': "O",

	'ا': "A", 'أ': "A", 'إ': "I", 'آ': "A", 'ء': "", 'ئ': "I", 'ؤ': "U", 'ب': "B", 'ت': "T", 'ث': "TH", 'ج': "J", 'ح': "H", 'خ': "KH", 'د': "D", 'ذ': "DH", 'ر': "R",
	'ز': "Z", 'س': "S", 'ش': "SH", 'ص': "S", 'ض': "D", 'ط': "T", 'ظ': "Z", 'ع': "A", 'غ': "GH", 'ف': "F", 'ق': "Q", 'ك': "K", 'ل': "L", 'م': "M", 'ن': "N", 'ه': "H",
	'ة': "A", 'و': "W", 'ي': "Y", 'ى': "A", 'پ': "P", 'چ': "CH", 'ژ': "ZH", 'گ': "G", 'ک': "K", 'ی': "Y",
}
