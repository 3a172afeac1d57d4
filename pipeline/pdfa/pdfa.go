// Package pdfa says whether a PDF conforms to PDF/A-2 (ISO 19005-2:2011), level B or U, and if not, which rules it breaks.
//
// Validate is all there is to call. It reads the file with a reader of its own, because the standard speaks of how
// objects are spelled, and a reader that forgives cannot tell. Nothing is run, fetched or repaired; what a hostile file
// may cost is bounded in objects, depth and bytes.
//
// The rules stand as a list in rules.go. The chapters of the standard are files: structure, content, colour, image, font
// with the parsers of font programs behind it, annotation, action, metadata with the XMP schemas, embedded. Start with
// validator.go, which says in which order they look.
package pdfa

import "slices"

// Level is a conformance level of PDF/A-2.
type Level string

// The levels that Validate knows. Level A needs a person: whether tags are right cannot be computed.
const (
	Level2B Level = "2b" // the page looks the same in a hundred years
	Level2U Level = "2u" // and its text is Unicode
)

// Report is what Validate found.
type Report struct {
	Conforms bool   `json:"conforms"`
	Claim    string `json:"claim,omitempty"` // the part and level that the file claims, such as "2b"; empty if none
	// Broken are the rules that the file breaks, by clause.
	Broken []Broken `json:"broken,omitempty"`
}

// Broken is a rule that a file breaks.
type Broken struct {
	// Clause is the clause of ISO 19005-2 with a number of the rule within it, such as "6.2.11.4.1-2", or "read-1" for a
	// file that cannot be read.
	Clause string `json:"clause"`
	What   string `json:"what"` // one sentence, never quotes the file
	Count  int    `json:"count"`
	// Places are the first few places where it is broken.
	Places []Place `json:"places,omitempty"`
}

// Place is where a rule is broken. Zero means that it concerns no object or page, or none that is known.
type Place struct {
	Object int `json:"object,omitempty"` // number of the object
	Page   int `json:"page,omitempty"`   // from 1
}

// maxPlaces is how many places a report keeps of one rule.
const maxPlaces = 3

// Validate holds a file against a level of PDF/A-2, which it need not claim. It does not change data and keeps nothing of
// it.
func Validate(data []byte, level Level) Report {
	return validate(data, level, 0)
}

func validate(data []byte, level Level, depth int) Report {
	v := newValidator(data, level, depth)
	v.run()
	return v.report()
}

// Claim returns the part and level that a PDF says in its metadata, such as "2b", empty if it claims none. It is a claim
// only.
func Claim(data []byte) string {
	v := newValidator(data, Level2B, 0)
	f, err := openFile(data, func(string, int) {})
	if err != nil {
		return ""
	}
	v.file = f
	if packet, err := v.packetOf(f.stream(f.catalog()["Metadata"])); err == nil {
		return packet.claim()
	}
	return ""
}

// report sorts what was found.
func (v *validator) report() Report {
	r := Report{Conforms: len(v.broken) == 0, Claim: v.claim}
	for _, b := range v.broken {
		r.Broken = append(r.Broken, *b)
	}
	slices.SortFunc(r.Broken, func(a, b Broken) int { return compareClauses(a.Clause, b.Clause) })
	return r
}

// compareClauses orders 6.1.9-1 before 6.1.13-2.
func compareClauses(a, b string) int {
	for a != "" && b != "" {
		n, restA := leadingNumber(a)
		m, restB := leadingNumber(b)
		switch {
		case n != m:
			return n - m
		case n < 0 && a[0] != b[0]:
			return int(a[0]) - int(b[0])
		case n < 0:
			a, b = a[1:], b[1:]
		default:
			a, b = restA, restB
		}
	}
	return len(a) - len(b)
}

func leadingNumber(s string) (int, string) {
	l := lexer{data: []byte(s)}
	n := l.digits()
	return n, s[l.at:]
}
