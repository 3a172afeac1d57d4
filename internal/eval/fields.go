package eval

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// aliases are other names under which a field's value may be given.
var aliases = map[string][]string{
	"gross_salary_month": {"gross_salary"},
	"net_salary_month":   {"net_salary"},
	"rent_total":         {"rent"},
	"living_space_sqm":   {"living_space"},
	"level":              {"language_level"},
	"contract_start":     {"start_date"},
}

// field returns what was read under a field's name or one of its aliases.
func field(fields map[string]Value, name string) (Value, bool) {
	for _, key := range append([]string{name}, aliases[name]...) {
		if v, found := fields[key]; found {
			return v, true
		}
	}
	return Value{}, false
}

// same reports whether a field was read as the truth has it, as its value or as it is printed: numbers by their size,
// anything else by its letters and digits. A period may be given by its month alone.
func same(want, got Value) bool {
	text, _ := got.Value.(string)
	if text == "" {
		return false
	}
	if number, ok := want.Value.(float64); ok {
		read, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		return err == nil && read == number
	}
	wanted, ok := want.Value.(string)
	if !ok {
		return false
	}
	read := fold(text)
	return read == fold(wanted) || want.Text != "" && read == fold(want.Text) || sameNumber(wanted, text) || sameMonth(wanted, text)
}

func sameNumber(want, got string) bool {
	a, errA := strconv.ParseFloat(want, 64)
	b, errB := strconv.ParseFloat(strings.Replace(got, ",", ".", 1), 64)
	return errA == nil && errB == nil && a == b
}

// sameMonth: the truth writes a month as its first day.
func sameMonth(want, got string) bool {
	return len(got) == len("2026-05") && got[4] == '-' && want == got+"-01"
}

// fold makes values comparable where only writing differs: white space, letter case, kinds of dashes and quotes, and how
// accents are composed. The accents themselves count.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.Is(unicode.Pd, r):
			return '-'
		case unicode.Is(unicode.Pi, r), unicode.Is(unicode.Pf, r), r == 'ʼ', r == '"':
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(s))
}

// zoneValues compares the values of a zone with those read from it: right of all.
func zoneValues(want TrueZone, got map[string]string) Share {
	var s Share
	for name, value := range map[string]string{
		"surname": want.Surname, "given_names": want.GivenNames, "document_number": want.Number, "sex": want.Sex,
		"nationality": want.Nationality, "issuing_state": want.State, "birth_date": want.BirthDate, "expiry_date": want.ExpiryDate,
	} {
		if value == "" {
			continue
		}
		read := got[name]
		if strings.HasSuffix(name, "_date") { // YYMMDD in the zone, ISO 8601 in the field
			read = strings.ReplaceAll(read, "-", "")
			read = read[max(0, len(read)-len(value)):]
		}
		s.Add(zoneFold(value) == zoneFold(read))
	}
	return s
}

// zoneFold: the zone has only blanks between names, and D for Germany where ISO 3166 has DEU.
func zoneFold(s string) string {
	if s = fold(s); s == "deu" {
		return "d"
	}
	return s
}
