package extract

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// months are month names by their folded first letters: de, en, fr, tr, uk and ru (nominative and genitive begin alike), ar
// (both the Levantine and the Egyptian names), es, sr.
var months = [12][]string{
	{"jan", "ocak", "oca", "січ", "янв", "يناير", "كانون الثاني", "جانفي", "ene"},
	{"feb", "fev", "sub", "лют", "фев", "فبراير", "شباط", "فيفري"},
	{"mar", "maerz", "mrz", "бер", "мар", "مارس", "اذار"},
	{"apr", "avr", "nis", "кві", "кви", "апр", "ابريل", "نيسان", "افريل", "abr"},
	{"mai", "may", "тра", "мая", "маи", "مايو", "ايار", "ماي"},
	{"jun", "juin", "haz", "чер", "июн", "يونيو", "حزيران", "جوان"},
	{"jul", "juil", "tem", "лип", "июл", "يوليو", "تموز", "جويليه"},
	{"aug", "aou", "agu", "сер", "авг", "اغسطس", "اب", "اوت", "ago"},
	{"sep", "eyl", "вер", "сен", "سبتمبر", "ايلول"},
	{"okt", "oct", "eki", "жов", "окт", "اكتوبر", "تشرين االول"},
	{"nov", "kas", "лис", "ноя", "نوفمبر", "تشرين الثاني"},
	{"dez", "dec", "ara", "гру", "дек", "ديسمبر", "كانون االول", "dic"},
}

// month returns the number of a month's name or its beginning of at least three letters, 0 for other words.
func month(name string) int {
	name = fold(strings.Trim(name, ". "))
	best, longest := 0, 0
	for i, names := range months {
		for _, n := range names {
			if strings.HasPrefix(name, n) && len(n) > longest {
				best, longest = i+1, len(n)
			}
		}
	}
	if longest > 0 && len(name) > 3*longest+6 { // a longer word that only begins like a month
		return 0
	}
	return best
}

// The forms of dates. Digits of any script count; the day comes first except where the year does, or a month's name.
var (
	dayFirst  = expression(`(?:^|\p{L}-|[^\p{Nd}.,/-])(\p{Nd}{1,2})\s?[./\x{2010}-\x{2013}-]\s?(\p{Nd}{1,2})\s?[./\x{2010}-\x{2013}-]\s?(\p{Nd}{4}|\p{Nd}{2})(?:$|-\p{L}|[^\p{Nd}/-])`)
	spaced    = expression(`(?:^|[^\p{Nd}.,/-])(\p{Nd}{2}) (\p{Nd}{2}) (\p{Nd}{4})(?:$|[^\p{Nd}])`)
	yearFirst = expression(`(?:^|[^\p{Nd}.,-])(\p{Nd}{4})\s?[-/.]\s?(\p{Nd}{1,2})\s?[-/.]\s?(\p{Nd}{1,2})(?:$|[^\p{Nd}])`)
	worded    = expression(`(?:^|[^\p{Nd}.,])[«"„“]?(\p{Nd}{1,2})[»"“”]?(?:\.|er|st|nd|rd|th|º)?\s*(?:day of |of |de |d')?(\p{L}{3,11})\.?(?:\s?/\s?\p{L}{3,11}\.?)?,?\s*(?:de )?(\p{Nd}{4}|\p{Nd}{2})(?:$|[^\p{Nd}])`)
	levantine = expression(`(?:^|[^\p{Nd}])(\p{Nd}{1,2})\s+((?:كانون|تشرين) (?:الأول|الاول|الثاني))\s+(\p{Nd}{4})`)
	american  = expression(`(?:^|[^\p{L}])(\p{L}{3,9})\.? (\p{Nd}{1,2})(?:st|nd|rd|th)?,? (\p{Nd}{4})(?:$|[^\p{Nd}])`)
)

// dates finds the dates of a text, from left to right, as year-month-day. What is no day of the calendar is no date.
func dates(s string) []value {
	var all []value
	for _, form := range []struct {
		shape            *lazy
		day, month, year int // groups
	}{{yearFirst, 3, 2, 1}, {dayFirst, 1, 2, 3}, {spaced, 1, 2, 3}, {worded, 1, 2, 3}, {levantine, 1, 2, 3}, {american, 2, 1, 3}} {
		for at := 0; at < len(s); {
			m := form.shape.FindStringSubmatchIndex(s[at:])
			if m == nil {
				break
			}
			group := func(n int) string { return s[at+m[2*n] : at+m[2*n+1]] }
			first, last := at+m[2], at+max(m[2*3+1], m[2*1+1])
			if date, ok := calendar(group(form.day), group(form.month), group(form.year)); ok {
				all = insert(all, value{text: date, span: span{first, last}, fit: 1})
			}
			at = max(last, at+m[0]+1)
			for at < len(s) && !utf8Start(s[at]) {
				at++
			}
		}
	}
	return all
}

func utf8Start(b byte) bool { return b&0xC0 != 0x80 }

// insert keeps values in order; of two that overlap the first found stays.
func insert(all []value, v value) []value {
	for i, w := range all {
		if v.start < w.end && w.start < v.end {
			return all
		}
		if v.start < w.start {
			return append(all[:i], append([]value{v}, all[i:]...)...)
		}
	}
	return append(all, v)
}

// Date reads a text that is a date, as documents in our languages write it, and returns it as year-month-day. It refuses
// what is no day of the calendar and years before 1900 or after 2100. Two digits of a year mean 1946 to 2045.
func Date(s string) (string, bool) {
	s = strings.Trim(strings.TrimSpace(s), ".,;:()")
	found := dates(s)
	if len(found) != 1 || found[0].start > 2 || found[0].end < len(s)-2 {
		return "", false
	}
	return found[0].text, true
}

// calendar checks that the day exists.
func calendar(day, mon, year string) (string, bool) {
	d, errDay := strconv.Atoi(western(day))
	m, errMonth := strconv.Atoi(western(mon))
	y, errYear := strconv.Atoi(western(year))
	if errMonth != nil {
		m, errMonth = month(mon), nil
	}
	if errDay != nil || errMonth != nil || errYear != nil {
		return "", false
	}
	if m > 12 && d <= 12 { // month before day, as in the United States
		d, m = m, d
	}
	if y < 100 {
		y += 1900
		if y < 1946 {
			y += 100
		}
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || int(t.Month()) != m || y < 1900 || y > 2100 {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// western turns digits of other scripts into those of ASCII.
func western(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.IsDigit(r) {
			for zero := r; ; zero-- { // digits of a script stand in order, and its zero follows something else
				if !unicode.IsDigit(zero-1) || r-zero == 9 {
					return '0' + r - zero
				}
			}
		}
		return r
	}, s)
}

var (
	monthNumber = expression(`(?:^|[^\p{Nd}./])(\p{Nd}{1,2})\s?[./-]\s?((?:19|20)\p{Nd}{2})(?:$|[^\p{Nd}])`)
	monthNamed  = expression(`(\p{L}{3,12})\.?\s+((?:19|20)\p{Nd}{2})(?:$|[^\p{Nd}])`)
	yearMonth   = expression(`(?:^|[^\p{Nd}])((?:19|20)\p{Nd}{2})[-/](\p{Nd}{2})(?:$|[^\p{Nd}/-])`)
)

// monthsIn finds months such as "03/2026" or "Mai 2026" as their first days.
func monthsIn(s string) []value {
	var all []value
	for i, shape := range []*lazy{monthNumber, monthNamed, yearMonth} {
		for _, m := range shape.FindAllStringSubmatchIndex(s, -1) {
			mon, year := s[m[2]:m[3]], s[m[4]:m[5]]
			if i == 2 {
				mon, year = year, mon
			}
			if date, ok := calendar("1", mon, year); ok {
				all = insert(all, value{text: date, span: span{m[2], m[5]}, fit: 1})
			}
		}
	}
	return all
}
