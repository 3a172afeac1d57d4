package pipeline

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Sheet is what is needed of a page to know it again.
type Sheet struct {
	Print   Print
	Text    string
	Blank   bool
	Digital bool // Text is the document's own, not read from a picture
}

// Bits in which two prints may differ. On the corpus prints of the text of one sheet differ in at most 9, of another with
// the same form in at least 9: prints only choose what is worth comparing, the text decides. Prints of pictures decide by
// themselves where there is no text, and must agree nearly wholly: portraits resemble each other.
const (
	nearText    = 18
	nearPicture = 12 // along with the text
	samePicture = 5  // alone
)

// What two texts of one sheet have in common at least.
const (
	sameWords   = 0.5 // of the words that either has
	sameNumbers = 0.7 // of the numbers that the one with fewer has
	fewNumbers  = 3   // fewer say nothing about whose or of when a document is
)

// Near reports whether two pages may show the same sheet, as far as their prints tell. It is cheap and lets other sheets
// of the same form through: SameSheet decides.
func Near(a, b Print) bool {
	return distance(a.Text, b.Text) <= nearText || distance(a.Image, b.Image) <= samePicture
}

// SameSheet reports whether two pages show the same sheet: scanned again, photographed again, or once as a file and once
// from paper. The same form of another person or another month is not the same: that is what numbers and dates are
// compared for.
func SameSheet(a, b Sheet) bool {
	if a.Blank || b.Blank || !Near(a.Print, b.Print) {
		return false
	}
	if a.Print.Text == "" && b.Print.Text == "" {
		return distance(a.Print.Image, b.Print.Image) <= samePicture && sameNumbersIn(evidenceOf(a.Text), evidenceOf(b.Text), false)
	}
	if distance(a.Print.Text, b.Print.Text) > nearText {
		return false
	}
	x, y := evidenceOf(a.Text), evidenceOf(b.Text)
	if common(x.words, y.words) < sameWords || !sameNumbersIn(x, y, a.Digital && b.Digital) {
		return false
	}
	return min(len(x.numbers), len(y.numbers)) >= fewNumbers || distance(a.Print.Image, b.Print.Image) <= nearPicture
}

// Alike reports whether one of two documents holds nothing that the other does not: every page of the shorter one, leaving
// out blank ones, is among the pages of the longer one.
func Alike(a, b []Sheet) bool {
	printed := func(all []Sheet) []Sheet {
		return slices.DeleteFunc(slices.Clone(all), func(s Sheet) bool { return s.Blank })
	}
	a, b = printed(a), printed(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	for _, sheet := range a {
		if !slices.ContainsFunc(b, func(other Sheet) bool { return SameSheet(sheet, other) }) {
			return false
		}
	}
	return len(a) > 0
}

// distance counts the bits in which two prints differ; more than there are, if one is missing or none.
func distance(a, b string) int {
	x, err := strconv.ParseUint(a, 16, 64)
	if err != nil || len(a) != 16 {
		return 65
	}
	y, err := strconv.ParseUint(b, 16, 64)
	if err != nil || len(b) != 16 {
		return 65
	}
	return bits.OnesCount64(x ^ y)
}

// evidence is what a text says, sorted and without repetition.
type evidence struct {
	words   []string // of letters, four and more
	numbers []string // digits without what stands between them: 2.345,67 is 234567
	dates   []string // numbers that are dates, and names of months
}

func evidenceOf(text string) evidence {
	var e evidence
	for _, w := range Folded(text) {
		switch {
		case slices.Contains(months, w):
			e.dates = append(e.dates, w)
		case strings.IndexFunc(w, unicode.IsDigit) < 0 && len([]rune(w)) >= 4:
			e.words = append(e.words, w)
		}
	}
	for _, n := range numbersIn(text) {
		if isDate(n) {
			e.dates = append(e.dates, n)
		}
		e.numbers = append(e.numbers, digits(n))
	}
	for _, list := range []*[]string{&e.words, &e.numbers, &e.dates} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return e
}

// sameNumbersIn reports whether the numbers agree as those of one sheet do. A date that stands on one where the other has
// another one tells two months' payslips apart, which agree in almost everything else; a number that OCR lost on one of
// them tells nothing, and one of several may be misread in a digit. Where nothing was read from a picture, exact, there is
// no misreading.
func sameNumbersIn(a, b evidence, exact bool) bool {
	if replaced(a.dates, b.dates) > 0 || exact && replaced(a.numbers, b.numbers) > 0 {
		return false
	}
	fewer := min(len(a.numbers), len(b.numbers))
	if fewer == 0 {
		return len(a.numbers) == len(b.numbers)
	}
	onlyA, onlyB := without(a.numbers, b.numbers), without(b.numbers, a.numbers)
	both := len(a.numbers) - len(onlyA)
	misread := 0
	for _, n := range onlyA {
		if at := slices.IndexFunc(onlyB, func(m string) bool { return misreadAs(n, m) }); at >= 0 {
			onlyB = slices.Delete(onlyB, at, at+1)
			misread++
		}
	}
	other := min(len(onlyA)-misread, len(onlyB)) // stand in place of each other
	return float64(both+misread) >= sameNumbers*float64(fewer) && misread <= max(1, fewer/5) && other <= fewer/8
}

// misreadAs reports whether two numbers may be one: a digit changed, lost or added, or one cut off from what it stood
// together with.
func misreadAs(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 || len(b)-len(a) > 1 {
		return len(a) >= 4 && strings.Contains(b, a)
	}
	first := 0
	for first < len(a) && a[first] == b[first] {
		first++
	}
	last := 0
	for last < len(a)-first && a[len(a)-1-last] == b[len(b)-1-last] {
		last++
	}
	return len(a)-first-last <= len(a)+1-len(b) // nothing left of a, or one digit of either
}

// common is the share that two sorted lists have in common of what either has.
func common(a, b []string) float64 {
	both := len(a) - len(without(a, b))
	if all := len(a) + len(b) - both; all > 0 {
		return float64(both) / float64(all)
	}
	return 0
}

// replaced counts what stands on either list in place of something else on the other.
func replaced(a, b []string) int { return min(len(without(a, b)), len(without(b, a))) }

// without returns what of a is not in b, which is sorted.
func without(a, b []string) []string {
	var rest []string
	for _, s := range a {
		if _, there := slices.BinarySearch(b, s); !there {
			rest = append(rest, s)
		}
	}
	return rest
}

// Folded returns the words of a text, runs of letters and digits, in small letters and without accents; numbers by
// themselves. Words of one or two letters, which OCR makes of dust, are left out.
func Folded(text string) []string {
	folded := strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Mn, c):
			return -1
		case c == 'ı':
			return 'i'
		}
		return unicode.ToLower(c)
	}, norm.NFKD.String(text))
	words := strings.FieldsFunc(folded, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return slices.DeleteFunc(words, func(w string) bool {
		return len([]rune(w)) < 3 && strings.IndexFunc(w, unicode.IsDigit) < 0
	})
}

// numbersIn returns the runs of digits of a text with what stands between them in dates and amounts, at least three digits
// each.
func numbersIn(text string) []string {
	all := strings.FieldsFunc(norm.NFKD.String(text), func(c rune) bool { return !unicode.IsDigit(c) && !strings.ContainsRune(".,/-:", c) })
	for i, n := range all {
		all[i] = strings.Trim(n, ".,/-:")
	}
	return slices.DeleteFunc(all, func(n string) bool { return len(digits(n)) < 3 })
}

func digits(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsDigit(c) {
			return c
		}
		return -1
	}, s)
}

// isDate reports whether a number has the form of a day or a month with its year.
func isDate(n string) bool {
	parts := strings.FieldsFunc(n, func(c rune) bool { return strings.ContainsRune("./-", c) })
	if len(parts) < 2 || len(parts) > 3 || strings.ContainsAny(n, ",:") {
		return false
	}
	year := len(parts[0]) == 4 || len(parts[len(parts)-1]) == 4
	for _, p := range parts {
		year = year || len(parts) == 3 && len(p) == 2
		if len(p) != 4 && len(p) > 2 {
			return false
		}
	}
	return year
}

// months are the names of the months, in the languages of the product.
var months = Folded(`
	januar jänner februar märz april mai juni juli august september oktober november dezember
	january february march may june july october december
	janvier fevrier mars avril juin juillet aout septembre octobre novembre décembre
	ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
	январь январе января февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа сентябрь
	сентября октябрь октября ноябрь ноября декабрь декабря
	січень січня лютий лютого березень березня квітень квітня травень травня червень червня липень липня серпень серпня
	вересень вересня жовтень жовтня листопад листопада грудень грудня
	يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر`)
