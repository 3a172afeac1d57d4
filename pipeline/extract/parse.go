package extract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// months are month names by their first letters, lower case: de, en, fr, tr, uk (genitive), ru (genitive).
var months = [12][]string{
	{"jan", "jän", "ocak", "січ", "янв"}, {"feb", "fév", "fev", "şub", "лют", "фев"}, {"mär", "mar", "бер", "мар"}, {"apr", "avr", "nis", "кві", "апр"},
	{"mai", "may", "тра", "мая"}, {"jun", "juin", "haz", "чер", "июн"}, {"jul", "juil", "tem", "лип", "июл"}, {"aug", "aoû", "aou", "ağu", "сер", "авг"},
	{"sep", "eyl", "вер", "сен"}, {"okt", "oct", "eki", "жов", "окт"}, {"nov", "kas", "лис", "ноя"}, {"dez", "dec", "déc", "ara", "гру", "дек"},
}

// numeric is day, month, year.
var numeric = regexp.MustCompile(`^(\d{1,2})[./ ](\d{1,2})[./ ](\d{4})$`)

// Date reads a date written the way documents do, day first, and returns it as year-month-day. It refuses what is no day
// of the calendar, two-digit years, and years before 1900 or after 2100.
func Date(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return inRange(t)
	}
	if m := numeric.FindStringSubmatch(s); m != nil {
		return calendar(m[1], m[2], m[3])
	}
	parts := strings.Fields(strings.ReplaceAll(s, ".", " "))
	if len(parts) != 3 {
		return "", false
	}
	word := strings.ToLower(parts[1])
	for i, names := range months {
		for _, n := range names {
			if strings.HasPrefix(word, n) {
				return calendar(parts[0], strconv.Itoa(i+1), parts[2])
			}
		}
	}
	return "", false
}

// date is Date as the rules use it.
func date(s string) (string, bool) { return Date(s) }

// calendar checks that the day exists.
func calendar(day, month, year string) (string, bool) {
	t, err := time.Parse("2/1/2006", strings.TrimLeft(day, "0")+"/"+strings.TrimLeft(month, "0")+"/"+year)
	if err != nil {
		return "", false
	}
	return inRange(t)
}

// inRange refuses years no document of ours has.
func inRange(t time.Time) (string, bool) {
	if t.Year() < 1900 || t.Year() > 2100 {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// IBAN reads an account number and checks its check digits (ISO 13616, remainder 1 modulo 97). It returns it without
// blanks. Words behind it are cut off until it is right.
func IBAN(s string) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case r != ' ':
			return "", false
		}
	}
	iban := b.String()
	if strings.HasPrefix(iban, "DE") && len(iban) > 22 {
		iban = iban[:22]
	}
	if len(iban) < 15 || len(iban) > 34 || strings.HasPrefix(iban, "DE") && len(iban) != 22 {
		return "", false
	}
	rest := 0
	for _, r := range iban[4:] + iban[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return iban, rest == 1
}

// Amount reads an amount of money in German or English writing and returns it as 1234.50. It refuses amounts whose
// separators could mean both.
func Amount(s string) (string, bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	if s == "" || len(s) > 15 {
		return "", false
	}
	cents := "00"
	if n := len(s); n > 3 && (s[n-3] == ',' || s[n-3] == '.') {
		s, cents = s[:n-3], s[n-2:]
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(".,' ", r) })
	if len(groups) == 0 {
		return "", false
	}
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && len(g) > 3 {
			return "", false
		}
	}
	units, err := strconv.ParseUint(strings.Join(groups, ""), 10, 64)
	if _, centsErr := strconv.ParseUint(cents, 10, 8); err != nil || centsErr != nil || units >= 1e12 {
		return "", false
	}
	return strconv.FormatUint(units, 10) + "." + cents, true
}

// area reads square metres.
func area(s string) (string, bool) {
	s = strings.TrimSpace(strings.TrimPrefix(s, "ca."))
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && r != ',' && r != '.' })
	if end < 0 {
		return "", false
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(s[:end], ",", "."), 64)
	if err != nil || value < 5 || value > 999 {
		return "", false
	}
	return strconv.FormatFloat(value, 'f', -1, 64), true
}

// number takes a document number: it has a digit.
func number(s string) (string, bool) { return s, strings.ContainsAny(s, "0123456789") }

// level takes a level of the Common European Framework.
func level(s string) (string, bool) { return s, len(s) == 2 }

// name takes a name as it is, with single blanks. A label of another column is no name.
func name(s string) (string, bool) {
	s = strings.Join(strings.Fields(s), " ")
	lower := strings.ToLower(s)
	for _, word := range []string{"name", "nachname", "vorname", "datum", "geburt", "geschlecht", "staats", "surname", "given", "birth", "soyad", "prénom", "nom "} {
		if strings.Contains(lower, word) {
			return "", false
		}
	}
	return s, len(s) > 1
}
