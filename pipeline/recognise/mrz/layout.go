package mrz

import "strings"

// span is a part of a line: cells from (inclusive) to (exclusive).
type span struct{ line, from, to int }

// of returns the part of the lines.
func (s span) of(lines []string) string { return lines[s.line][s.from:s.to] }

// check is a check digit and what it is worked out over.
type check struct {
	key   string
	over  []span
	digit span
}

// layout is a format as ICAO Doc 9303 lays it out (parts 4 to 7, "Data structure"): for each cell which characters may
// stand there, and the check digits.
type layout struct {
	format string
	first  string   // characters that the zone may begin with
	cells  []string // per line: a letter per cell, see allowed
	states []span
	names  span
	checks []check
}

// The letters of layout.cells. They are no narrower than what a misprint or a forgery may still show: a month must come out
// as 88 where it says so.
var allowed = map[byte]string{
	'?': "ACIPV",                                 // narrowed to layout.first
	'L': "<ABCDEFGHIJKLMNOPQRSTUVWXYZ",           // letter or filler
	'D': "0123456789",                            // digit
	'd': "<0123456789",                           // digit or filler
	'S': "<FMX",                                  // sex
	'X': "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", // anything
}

const dates = "dddddd" + "d" + "S" + "dddddd" + "d" // birth, its check digit, sex, expiry, its check digit

// The keys of check digits in MRZ.Wrong.
const (
	numberCheck    = "document_number"
	birthCheck     = "birth_date"
	expiryCheck    = "expiry_date"
	personalCheck  = "personal_number"
	compositeCheck = "composite"
)

// layouts are all formats.
var layouts = []layout{
	{
		format: TD1, first: "ACI",
		cells: []string{
			"?LLLL" + strings.Repeat("X", 9) + "d" + strings.Repeat("X", 15),
			dates + "LLL" + strings.Repeat("X", 11) + "D",
			strings.Repeat("L", 30),
		},
		states: []span{{0, 2, 5}, {1, 15, 18}}, names: span{2, 0, 30},
		checks: []check{
			{numberCheck, []span{{0, 5, 14}}, span{0, 14, 15}},
			{birthCheck, []span{{1, 0, 6}}, span{1, 6, 7}},
			{expiryCheck, []span{{1, 8, 14}}, span{1, 14, 15}},
			{compositeCheck, []span{{0, 5, 30}, {1, 0, 7}, {1, 8, 15}, {1, 18, 29}}, span{1, 29, 30}},
		},
	},
	twoLines(TD2, "ACIP", 36),
	twoLines(TD3, "P", 44),
	twoLines(MRVA, "V", 44),
	twoLines(MRVB, "V", 36),
}

// twoLines lays out the formats of two lines, whose first 28 cells agree.
func twoLines(format, first string, n int) layout {
	end := strings.Repeat("X", n-28)
	l := layout{
		format: format, first: first,
		states: []span{{0, 2, 5}, {1, 10, 13}}, names: span{0, 5, n},
		checks: []check{
			{numberCheck, []span{{1, 0, 9}}, span{1, 9, 10}},
			{birthCheck, []span{{1, 13, 19}}, span{1, 19, 20}},
			{expiryCheck, []span{{1, 21, 27}}, span{1, 27, 28}},
		},
	}
	switch format {
	case TD2:
		end = strings.Repeat("X", 7) + "D"
		l.checks = append(l.checks, check{compositeCheck, []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 35}}, span{1, 35, 36}})
	case TD3:
		end = strings.Repeat("X", 14) + "dD"
		l.checks = append(l.checks,
			check{personalCheck, []span{{1, 28, 42}}, span{1, 42, 43}},
			check{compositeCheck, []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 43}}, span{1, 43, 44}})
	}
	l.cells = []string{"?LLLL" + strings.Repeat("L", n-5), strings.Repeat("X", 9) + "dLLL" + dates + end}
	return l
}

// layoutOf returns a format's layout.
func layoutOf(format string) layout {
	for _, l := range layouts {
		if l.format == format {
			return l
		}
	}
	return layout{}
}

// may returns the characters that may stand in a cell.
func (l layout) may(line, cell int) string {
	if kind := l.cells[line][cell]; kind != '?' {
		return allowed[kind]
	}
	return l.first
}

// wrong returns the keys of the check digits that do not agree.
func (l layout) wrong(lines []string) []string {
	var out []string
	for _, c := range l.checks {
		if !l.agrees(c, lines) {
			out = append(out, c.key)
		}
	}
	return out
}

func (l layout) agrees(c check, lines []string) bool {
	var over strings.Builder
	for _, s := range c.over {
		over.WriteString(s.of(lines))
	}
	digit := c.digit.of(lines)[0]
	switch c.key {
	case numberCheck:
		_, ok, _ := documentNumber(over.String(), digit, l.rest(lines))
		return ok
	case personalCheck: // may be left out if there is no personal number
		return digit == '<' && strings.Trim(over.String(), "<") == "" || checked(over.String(), digit)
	}
	return checked(over.String(), digit)
}

// rest returns the optional part in which a long document number goes on; empty if the format knows no such.
func (l layout) rest(lines []string) string {
	switch l.format {
	case TD1:
		return lines[0][15:30]
	case TD2:
		return lines[1][28:35]
	}
	return ""
}
