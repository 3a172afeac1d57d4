package extract

import (
	"strings"
)

// account is what may be an IBAN, with letters where recognition confuses digits with them.
var account = expression(`(?:^|[^\p{L}\d])([A-Z]{2} ?[0-9OIlSBZ]{2}(?: ?[A-Z0-9l]){11,30})`)

// accounts finds account numbers whose check digits agree, as they are or, marked by a lower fit, after digits that were
// read as letters have been put back.
func accounts(s string) []value {
	var all []value
	for _, m := range account.FindAllStringSubmatchIndex(s, -1) {
		raw := s[m[2]:m[3]]
		for end := len(raw); end >= 15; end-- {
			if iban, ok := IBAN(raw[:end]); ok {
				all = append(all, value{text: iban, span: span{m[2], m[2] + end}, fit: 1})
				break
			}
			if iban, ok := IBAN(digits(raw[:end])); ok {
				all = append(all, value{text: iban, span: span{m[2], m[2] + end}, fit: 0.8})
				break
			}
		}
	}
	return all
}

// digits turns the letters of a German account number that look like digits into them: all behind the country are digits.
func digits(s string) string {
	if !strings.HasPrefix(s, "DE") {
		return s
	}
	return "DE" + strings.NewReplacer("O", "0", "Q", "0", "D", "0", "I", "1", "l", "1", "S", "5", "B", "8", "Z", "2", "G", "6").Replace(s[2:])
}

// lengths of account numbers of the countries our documents come from (ISO 13616 register). Others may have 15 to 34.
var lengths = map[string]int{"DE": 22, "AT": 20, "CH": 21, "FR": 27, "NL": 18, "BE": 16, "LU": 20, "IT": 27, "ES": 24, "PL": 28, "GB": 22, "TR": 26, "UA": 29, "LT": 20, "RO": 24, "BG": 22}

// IBAN reads an account number and checks its length and its check digits (ISO 13616, remainder 1 modulo 97). It returns it
// without blanks.
func IBAN(s string) (string, bool) {
	iban := strings.ReplaceAll(s, " ", "")
	if len(iban) < 15 || len(iban) > 34 || iban[0] < 'A' || iban[0] > 'Z' || iban[1] < 'A' || iban[1] > 'Z' {
		return "", false
	}
	if n := lengths[iban[:2]]; n > 0 && n != len(iban) {
		return "", false
	}
	rest := 0
	for _, r := range iban[4:] + iban[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return "", false
		}
	}
	return iban, rest == 1
}

// shape finds what one pattern says: its first group, else the whole, without blanks and in upper case.
func shape(pattern string) func(string) []value {
	re := expression(pattern)
	return func(s string) []value {
		var all []value
		for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
			at := span{m[0], m[1]}
			if len(m) > 2 && m[2] >= 0 {
				at = span{m[2], m[3]}
			}
			all = append(all, value{text: strings.ToUpper(strings.ReplaceAll(s[at.start:at.end], " ", "")), span: at, fit: 1})
		}
		return all
	}
}

// The shapes of numbers that offices and companies give.
var (
	socialNumber  = shape(`(?:^|[^\dA-Z])(\d{2} ?\d{6} ?[A-Z] ?\d{3})(?:$|[^\d])`)                                // Versicherungsnummer, § 147 SGB VI
	allDigits     = shape(`(?:^|[^\dA-Z])(\d{2} ?\d{6} ?\d ?\d{3})(?:$|[^\d])`)                                   // the same, its letter misread
	taxIDs        = shape(`(?:^|[^\d/-])(\d{2} ?\d{3} ?\d{3} ?\d{3})(?:$|[^\d/-])`)                               // Identifikationsnummer, § 139b AO
	taxNumbers    = shape(`(?:^|[^\d/])(\d{2,3} ?/ ?\d{3,4} ?/ ?\d{4,5}|\d{10,13})(?:$|[^\d/])`)                  // Steuernummer
	bankCodes     = shape(`(?:^|[^\p{L}\d])([A-Z]{4}(?:DE|[A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?:$|[^\p{L}\d])`) // BIC, ISO 9362
	establishment = shape(`(?:^|[^\d])(\d{3} ?\d{2} ?\d{3})(?:$|[^\d])`)                                          // Betriebsnummer, § 18i SGB IV
	levels        = shape(`(?:^|[^\p{L}\d])([ABC][12])(?:$|[^\p{L}\d])`)                                          // Common European Framework
	fileNumberOf  = shape(`^\W{0,3}((?:[\p{L}\d]{1,6}[ ./-]{1,3}){0,5}[\p{L}\d.]*\d[\p{L}\d./-]*\d)(?:$|[^\p{L}\d])`)
	registers     = shape(`(?:^|[^\p{L}\d])(?:[A-Z]{1,3} ?-? ?)?(\p{Nd}{1,7} ?/ ?\p{Nd}{2,4}|\p{Nd}{2,8})(?:$|[^\p{L}\d/.])`)
	years         = shape(`(?:^|[^\d.,])((?:19|20)\d{2})(?:$|[^\d])`)
	schoolYears   = shape(`((?:19|20)\d{2} ?[/–-] ?(?:(?:19|20)\d{2}|\d{2}))`)
	taxClasses    = shape(`(?:^|[^\p{L}\d])([1-6]|I{1,3}|IV|VI?)(?:$|[^\p{L}\d])`)
	grades        = shape(`(?:^|[^\d.,])([1-6][.,]\d{1,2})(?:$|[^\d.,])`)
)

// fileNumbers takes an office's file number, up to what is said about it.
func fileNumbers(s string) []value {
	if m := aboutFile.FindStringIndex(s); m != nil {
		s = s[:m[0]]
	}
	return fileNumberOf(s)
}

var aboutFile = expression(`(?i)\s(?:vom|v\.|datum|date|dated|from|of|on|den|seite|page|bitte|please|tel|stand|am|\(|–)(?:\s|\d|$|\.)`)

var document = expression(`^[\s.:#№°º]{0,4}(?:N[or°º]\.?\s)?((?:[\p{Lu}]{1,3}[\p{Nd}]{0,2} ?[-№ ]{0,3})?[\p{Lu}\p{Nd}/.-]*\p{Nd}[\p{Lu}\p{Nd}/.-]*(?: \p{Nd}{2,}){0,3})`)

// documents takes the number of a document at the beginning of a text.
func documents(s string) []value {
	m := document.FindStringSubmatchIndex(s)
	if m == nil {
		return nil
	}
	if i := strings.LastIndex(s[m[2]:m[3]], "№"); i >= 0 { // the series stands before it
		m[2] += i + len("№")
		m[2] += len(s[m[2]:m[3]]) - len(strings.TrimLeft(s[m[2]:m[3]], " "))
	}
	raw := strings.TrimRight(s[m[2]:m[3]], "./-")
	if n := len(dates(raw)); n > 0 || len(raw) < 4 {
		return nil
	}
	return []value{{text: strings.ReplaceAll(raw, " ", ""), span: span{m[2], m[2] + len(raw)}, fit: 0.9}}
}
