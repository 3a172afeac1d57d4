// Package pdfa says whether a PDF conforms to PDF/A-2 (ISO 19005-2:2011), level B or U, and if not, which rules it breaks.
//
// Validate is all there is to call, and Run does so as a step. It reads the file with a reader of its own, because the standard speaks of how
// objects are spelled, and a reader that forgives cannot tell. Nothing is run, fetched or repaired; what a hostile file
// may cost is bounded in objects, depth and bytes.
//
// The rules stand as a list in rules.go. The chapters of the standard are files: structure, content, colour, image, font
// with the parsers of font programs behind it, annotation, action, metadata with the XMP schemas, embedded. Start with
// validator.go, which says in which order they look.
package pdfa

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/eakte/eakte/pipeline"
)

// Level is a conformance level of PDF/A-2.
type Level string

// The levels that Validate knows. Level A needs a person: whether tags are right cannot be computed.
const (
	Level2B Level = "2b" // the page looks the same in a hundred years
	Level2U Level = "2u" // and its text is Unicode
)

// maxPlaces is how many places a report keeps of one rule.
const maxPlaces = 3

// Validate holds a file against a level of PDF/A-2, which it need not claim. It does not change data and keeps nothing of
// it.
func Validate(data []byte, level Level) pipeline.Conformity {
	return validate(data, level, 0, newBudget())
}

func validate(data []byte, level Level, depth int, spent *budget) pipeline.Conformity {
	v := newValidator(data, level, depth, spent)
	v.run()
	return v.report()
}

// Run holds the file of a request against the level it asks for. What that may cost is bounded, so ctx is asked only
// before it begins.
func Run(ctx context.Context, dir string, in pipeline.ConformRequest) (pipeline.Conformity, error) {
	if err := ctx.Err(); err != nil {
		return pipeline.Conformity{}, err
	}
	if !filepath.IsLocal(in.File) {
		return pipeline.Conformity{}, fmt.Errorf("the file lies outside the job")
	}
	data, err := os.ReadFile(filepath.Join(dir, in.File))
	if err != nil {
		return pipeline.Conformity{}, fmt.Errorf("read file: %w", err)
	}
	level := Level(in.Level)
	if level == "" {
		level = levelOf(Claim(data))
	}
	if level != Level2B && level != Level2U {
		return pipeline.Conformity{}, fmt.Errorf("there is no level %q", in.Level)
	}
	return Validate(data, level), nil
}

// levelOf returns the highest level that a claim means and that can be computed.
func levelOf(claim string) Level {
	if claim == "2u" || claim == "2a" {
		return Level2U
	}
	return Level2B
}

// Claim returns the part and level that a PDF says in its metadata, such as "2b", empty if it claims none. It is a claim
// only.
func Claim(data []byte) string {
	v := newValidator(data, Level2B, 0, newBudget())
	f, err := openFile(data, v.spent, func(string, int) {})
	if err != nil {
		return ""
	}
	v.file = f
	if packet, err := v.packetOf(f.stream(f.catalog()["Metadata"])); err == nil {
		return packet.claim()
	}
	return ""
}

// Format returns the format that a file both claims and has, as archives call it: "PDF/A-2u", "PDF/A-2b" or "PDF/A-1b"; empty
// if it has none of them. The levels A, which cannot be computed, count as the ones below them. Of part 1 it is known what
// it has in common with part 2 and what it forbids besides.
func Format(data []byte) string {
	spent := newBudget()
	switch claim := Claim(data); claim {
	case "2u", "2a":
		if validate(data, Level2U, 0, spent).Conforms {
			return "PDF/A-2u"
		}
	case "2b":
		if validate(data, Level2B, 0, spent).Conforms {
			return "PDF/A-2b"
		}
	case "1a", "1b":
		if conformsToPart1(data, validate(data, Level2B, 0, spent), spent) {
			return "PDF/A-1b"
		}
	}
	return ""
}

// report sorts what was found.
func (v *validator) report() pipeline.Conformity {
	r := pipeline.Conformity{Conforms: len(v.broken) == 0, Level: string(v.level), Claim: v.claim}
	for _, b := range v.broken {
		r.Broken = append(r.Broken, *b)
	}
	slices.SortFunc(r.Broken, func(a, b pipeline.BrokenRule) int { return compareClauses(a.Clause, b.Clause) })
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
