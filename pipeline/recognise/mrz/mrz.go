// Package mrz reads machine-readable zones of travel documents: ICAO Doc 9303 parts 4 to 7, formats TD1, TD2, TD3 and the
// visas MRV-A and MRV-B. Search finds lines of fixed pitch on a picture, wherever and however they lie; Reader.Read reads
// them with the network of package glyph and decodes what the formats allow. A character is changed for the sake of a check
// digit only where what was seen leaves room for it and there is no other way; a check digit printed wrong stays wrong.
//
// Parse judges lines as they are; Find looks for them in a page's own text. Start reading at Reader.Read.
package mrz

import (
	"errors"
	"strings"
	"time"

	"github.com/eakte/eakte/pipeline"
)

// ErrShape says that lines are no machine-readable zone at all: wrong number, length or characters.
var ErrShape = errors.New("not a machine-readable zone")

// The formats.
const (
	TD1  = "TD1"  // cards: three lines of 30
	TD2  = "TD2"  // larger cards: two lines of 36
	TD3  = "TD3"  // passport books: two lines of 44
	MRVA = "MRVA" // visas: two lines of 44
	MRVB = "MRVB" // visas: two lines of 36
)

// Parse reads the lines of one zone, without blanks and in order. now settles the century of the birth date, which lies
// in the past. Dates in Fields are ISO 8601; a field that is empty, or a date that is none, is left out.
func Parse(lines []string, now time.Time) (pipeline.MRZ, error) {
	format := shape(lines)
	out := pipeline.MRZ{Format: format, Lines: append([]string(nil), lines...), Fields: map[string]string{}}
	switch format {
	case "":
		return pipeline.MRZ{}, ErrShape
	case TD1:
		parseTD1(out.Fields, lines, now)
	default:
		parseTwoLines(out.Fields, format, lines, now)
	}
	out.Wrong = layoutOf(format).wrong(lines)
	out.Valid = len(out.Wrong) == 0
	return out, nil
}

// shape returns the format of lines, empty if they are none.
func shape(lines []string) string {
	if len(lines) != 2 && len(lines) != 3 {
		return ""
	}
	for _, l := range lines {
		if len(l) != len(lines[0]) || !onlyZone(l) {
			return ""
		}
	}
	first := lines[0][:min(1, len(lines[0]))]
	switch n := len(lines[0]); {
	case len(lines) == 3 && n == 30 && strings.Contains("ACI", first):
		return TD1
	case len(lines) == 2 && n == 44 && first == "P":
		return TD3
	case len(lines) == 2 && n == 44 && first == "V":
		return MRVA
	case len(lines) == 2 && n == 36 && first == "V":
		return MRVB
	case len(lines) == 2 && n == 36 && strings.Contains("ACIP", first):
		return TD2
	}
	return ""
}

func onlyZone(s string) bool {
	for i := range len(s) {
		if value(s[i]) < 0 {
			return false
		}
	}
	return true
}

func parseTD1(fields map[string]string, l []string, now time.Time) {
	number, _, optional := documentNumber(l[0][5:14], l[0][14], l[0][15:30])
	head(fields, l[0], l[2])
	put(fields, "document_number", number)
	put(fields, "optional", plain(optional+" "+l[1][18:29]))
	person(fields, l[1][15:18], l[1][0:6], l[1][7], l[1][8:14], now)
}

func parseTwoLines(fields map[string]string, format string, l []string, now time.Time) {
	two := l[1]
	// Only TD2 continues a long document number in the optional part.
	rest := ""
	if format == TD2 {
		rest = two[28:35]
	}
	number, _, optional := documentNumber(two[0:9], two[9], rest)
	switch format {
	case TD2:
	case TD3:
		optional = two[28:42]
	default:
		optional = two[28:]
	}
	head(fields, l[0], l[0][5:])
	put(fields, "document_number", number)
	put(fields, "optional", plain(optional))
	person(fields, two[10:13], two[13:19], two[20], two[21:27], now)
}

// head fills what the first line begins with, and the names.
func head(fields map[string]string, line, names string) {
	put(fields, "document_code", plain(line[0:2]))
	put(fields, "issuing_state", plain(line[2:5]))
	surname, given, _ := strings.Cut(names, "<<")
	put(fields, "surname", plain(surname))
	// No check digit covers names, and readers take the fillers behind them for letters. Better no name than such a one.
	if !stutters(given) {
		put(fields, "given_names", plain(given))
	}
}

// stutters reports whether a letter follows itself three times.
func stutters(s string) bool {
	run := 0
	for i := range len(s) {
		if i > 0 && s[i] == s[i-1] && s[i] != '<' {
			run++
		} else {
			run = 0
		}
		if run == 3 {
			return true
		}
	}
	return false
}

// person fills nationality, sex and dates.
func person(fields map[string]string, nationality, birth string, sex byte, expiry string, now time.Time) {
	put(fields, "nationality", plain(nationality))
	put(fields, "birth_date", date(birth, now))
	put(fields, "expiry_date", date(expiry, now.AddDate(50, 0, 0)))
	switch sex {
	case 'M', 'F':
		fields["sex"] = string(sex)
	case '<', 'X':
		fields["sex"] = "X"
	}
}

// documentNumber returns the number, whether its check digit agrees, and what is left of the optional part. A number of
// more than nine characters has '<' for its check digit and goes on in the optional part, its check digit last.
func documentNumber(number string, digit byte, optional string) (string, bool, string) {
	if digit != '<' || optional == "" || optional[0] == '<' {
		return plain(number), checked(number, digit), optional
	}
	more, rest, _ := strings.Cut(optional, "<")
	long := number + more[:len(more)-1]
	return plain(long), checked(long, more[len(more)-1]), rest
}

// date turns YYMMDD into ISO 8601, in the latest century that does not lie after latest; empty if it is no date.
func date(s string, latest time.Time) string {
	t, err := time.Parse("060102", s)
	if err != nil {
		return ""
	}
	// Years of two digits: take the one of this century that does not lie after latest, else of the century before.
	year := latest.Year()/100*100 + t.Year()%100
	out := time.Date(year, t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	if out.After(latest) {
		out = time.Date(year-100, t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	if out.Month() != t.Month() { // 29 February of a year that has none
		return ""
	}
	return out.Format(time.DateOnly)
}

// checked reports whether digit is the check digit of s.
func checked(s string, digit byte) bool {
	sum := 0
	for i := range len(s) {
		sum += value(s[i]) * [3]int{7, 3, 1}[i%3]
	}
	return digit == byte('0'+sum%10)
}

// value is a character's worth in a check sum; -1 for one that is not of the zone.
func value(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	case c == '<':
		return 0
	}
	return -1
}

// plain turns fillers into single blanks.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "<", " ")), " ")
}

func put(fields map[string]string, key, value string) {
	if value != "" {
		fields[key] = value
	}
}
