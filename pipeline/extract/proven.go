package extract

import "strings"

// loneProven takes numbers of people without a label, which their check digits prove.
func (r *reader) loneProven(s *sheet) {
	flow := strings.ReplaceAll(s.flow, "\t", " ")
	for key, kind := range map[string]struct {
		read   func(string) []value
		proven func(string) bool
	}{"tax_id": {taxIDs, provenTaxID}, "social_insurance_number": {socialNumbers, provenSocial}} {
		if !r.fields[key] {
			continue
		}
		for _, v := range kind.read(flow) {
			if kind.proven(v.text) {
				r.add(candidate{key: key, value: v, sheet: s, span: v.span, score: 0.5, by: "rule"})
			}
		}
	}
}

// provenTaxID checks an Identifikationsnummer: eleven digits, the first no zero, the last by ISO 7064, modulo 11, 10.
func provenTaxID(s string) bool {
	if len(s) != 11 || s[0] == '0' {
		return false
	}
	rest := 10
	for _, d := range s[:10] {
		sum := (int(d-'0') + rest) % 10
		if sum == 0 {
			sum = 10
		}
		rest = sum * 2 % 11
	}
	return int(s[10]-'0') == (11-rest)%10
}

// provenSocial checks a Versicherungsnummer: the day of birth in the middle, and the last digit (VKVV, § 4).
func provenSocial(s string) bool {
	if len(s) != 12 || s[8] < 'A' || s[8] > 'Z' {
		return false
	}
	letter := int(s[8]-'A') + 1
	digits := s[:8] + string([]byte{'0' + byte(letter/10), '0' + byte(letter%10)}) + s[9:11]
	sum := 0
	for i, factor := range []int{2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1} {
		product := int(digits[i]-'0') * factor
		sum += product/10 + product%10
	}
	return int(s[11]-'0') == sum%10
}

// alike are the letters that a digit may be misread from.
var alike = map[byte]string{'0': "ODQ", '1': "ILT", '2': "Z", '3': "B", '4': "A", '5': "S", '6': "G", '7': "ZTY", '8': "B"}

// socialNumbers finds Versicherungsnummern. One whose letter was read as a digit is put right where only one letter proves.
func socialNumbers(s string) []value {
	all := socialNumber(s)
	for _, v := range allDigits(s) {
		right := ""
		for _, letter := range alike[v.text[8]] {
			if try := v.text[:8] + string(letter) + v.text[9:]; provenSocial(try) {
				if right != "" {
					right = ""
					break
				}
				right = try
			}
		}
		if right != "" {
			v.text, v.fit = right, 0.8
			all = insert(all, v)
		}
	}
	return all
}
