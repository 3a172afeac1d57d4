package extract

import (
	"strconv"
	"strings"
	"unicode"
)

// money is an amount in German, French or English writing, with or without a currency.
var money = expression(`(?i)(?:(?:EUR|€|Euro)\s?)?(-?(?:\d{1,3}(?:[.,'’ ]\d{3})+|\d+)(?:[.,]\s?(?:\d{2}|--?|—|–))?)(\s?(?:EUR|€|Euro|EURO)(?:$|[^\p{L}]))?`)

// amounts finds amounts of money. Those with a currency fit better than those with cents, and those better than others.
func amounts(s string) []value {
	var all []value
	for _, m := range money.FindAllStringSubmatchIndex(s, -1) {
		if before := strings.TrimRight(s[:m[0]], " "); len(before) > 0 && strings.ContainsRune("./-0123456789", rune(before[len(before)-1])) && len(before) == m[0] {
			continue // the tail of a date or a number
		}
		if rest := s[m[3]:]; m[4] < 0 && rest != "" && (rest[0] == '.' || rest[0] == '/' || rest[0] == ',') && len(rest) > 1 && unicode.IsDigit(rune(rest[1])) {
			continue // the head of one
		}
		if m[3] < len(s) && m[4] < 0 && unicode.IsDigit(rune(s[m[3]])) || m[0] == m[2] && m[2] > 0 && alnum(s[m[2]-1]) {
			continue // a piece of a longer number
		}
		if whole := s[m[2]:m[3]]; m[4] < 0 && m[0] == m[2] && !strings.ContainsAny(whole, ",.") && grouped(s, m[2], m[3]) {
			continue // digits of an account number
		}
		text, ok := Amount(s[m[2]:m[3]])
		if !ok {
			continue
		}
		v := value{text: text, span: span{m[2], m[3]}, fit: 0.5}
		if strings.ContainsAny(s[m[2]:m[3]], ",.") {
			v.fit = 0.85
		}
		if m[4] >= 0 || m[0] < m[2] {
			v.fit = 1
		}
		all = append(all, v)
	}
	return all
}

func alnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// grouped reports whether other digits stand a blank away.
func grouped(s string, start, end int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	return digit(start-2) && s[start-1] == ' ' || digit(end+1) && s[end] == ' '
}

// Amount reads an amount of money in German or English writing and returns it as 1234.50. It refuses amounts whose
// separators could mean both.
func Amount(s string) (string, bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsDigit(r) || r > unicode.MaxASCII })
	if s == "" || len(s) > 15 {
		return "", false
	}
	cents := "00"
	s = strings.NewReplacer(", ", ",", ". ", ".").Replace(s)
	if n := len(s); n > 3 && (s[n-3] == ',' || s[n-3] == '.') {
		s, cents = s[:n-3], s[n-2:]
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(".,'’ ", r) })
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

var plain = expression(`(?:^|[^\d.,/-])(\d{1,6}(?:[.,]\d{1,2})?)(?:$|[^\d/-])`)

// numbers finds plain numbers, "38,5" as "38.5".
func numbers(s string) []value {
	var all []value
	for at := 0; at < len(s); {
		m := plain.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		raw := s[at+m[2] : at+m[3]]
		if rest := s[at+m[3]:]; len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1] >= '0' && rest[1] <= '9' { // "2" of "2.460,00"
			at += m[3] + 1
			continue
		}
		if f, err := strconv.ParseFloat(strings.ReplaceAll(raw, ",", "."), 64); err == nil {
			all = append(all, value{text: strconv.FormatFloat(f, 'f', -1, 64), span: span{at + m[2], at + m[3]}, fit: 0.8})
		}
		at += m[3]
	}
	return all
}

// between keeps numbers from least to most.
func between(least, most float64) func(string) []value {
	return func(s string) []value {
		var all []value
		for _, v := range numbers(s) {
			if f, err := strconv.ParseFloat(v.text, 64); err == nil && f >= least && f <= most {
				all = append(all, v)
			}
		}
		return all
	}
}
