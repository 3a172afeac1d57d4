// Package extract reads fields: names, dates, numbers, amounts. A wrong value is worse than none, so it takes only what
// stands behind a label it knows and what its parser accepts, and nothing that is there twice with different values.
// Values from a machine-readable zone count more than those from labels. It leaves the type of the document to classify.
//
// Start reading at Fields; labels.go is the table of labels, parse.go holds the parsers.
package extract

import (
	"regexp"
	"strings"

	"github.com/eakte/eakte/pipeline"
)

// Confidence of a value by where it comes from, before the recognition's own doubt.
const (
	sureMRZ  = 0.99
	weakMRZ  = 0.6 // check digits disagree
	sureRule = 0.85
)

// Fields reads the fields that a document of this type may have, by key of the catalogue; nil if there are none.
func Fields(typ string, pages []pipeline.Page) map[string]pipeline.Field {
	fields := map[string]pipeline.Field{}
	for _, rule := range rules {
		if !rule.fits(typ) {
			continue
		}
		if field, ok := rule.read(pages); ok {
			fields[rule.key] = field
		}
	}
	for _, page := range pages {
		zone(page, fields)
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// zone takes the values of a machine-readable zone. One with a wrong check digit never replaces what was read elsewhere.
func zone(page pipeline.Page, fields map[string]pipeline.Field) {
	best := pipeline.BestZone([]pipeline.Page{page})
	if best == nil {
		return
	}
	for key, value := range best.Fields {
		have, found := fields[key]
		if key == "document_code" || key == "optional" { // about the zone, no field of the catalogue
			continue
		}
		if value == "" || found && (!best.Valid || have.By == "mrz") {
			continue
		}
		confidence := sureMRZ
		if !best.Valid {
			confidence = weakMRZ
		}
		fields[key] = pipeline.Field{Value: value, Raw: value, Page: page.Number, Confidence: confidence, By: "mrz"}
	}
}

// rule says how one field is found.
type rule struct {
	key    string
	types  []string // of documents that have it; empty: any
	labels *regexp.Regexp
	value  *regexp.Regexp // at the beginning of what follows the label
	parse  func(string) (string, bool)
	next   bool // the value may also stand alone on the line below the label
}

// fits reports whether documents of this type have the field.
func (r rule) fits(typ string) bool {
	if len(r.types) == 0 {
		return true
	}
	for _, t := range r.types {
		if t == typ {
			return true
		}
	}
	return false
}

// read looks for the rule's field on all pages. Two different values are none.
func (r rule) read(pages []pipeline.Page) (pipeline.Field, bool) {
	var found pipeline.Field
	for _, page := range pages {
		lines := strings.Split(page.Text, "\n")
		for i, line := range lines {
			for _, at := range r.labels.FindAllStringIndex(line, -1) {
				rest := strings.TrimLeft(line[at[1]:], " :.\t|–-")
				if rest == "" && r.next && i+1 < len(lines) && strings.TrimSpace(line[:at[0]]) == "" { // alone: with a second label beside it the columns are mixed
					rest = strings.TrimSpace(lines[i+1])
				}
				raw := r.value.FindString(rest)
				value, ok := r.parse(raw)
				if raw == "" || !ok {
					continue
				}
				if found.Value != "" && found.Value != value {
					return pipeline.Field{}, false
				}
				if found.Value == "" {
					found = field(page, raw, value)
				}
			}
		}
	}
	return found, found.Value != ""
}

// field places a value on its page.
func field(page pipeline.Page, raw, value string) pipeline.Field {
	f := pipeline.Field{Value: value, Raw: raw, Page: page.Number, Confidence: sureRule, By: "rule"}
	words := strings.Fields(raw)
	for i := range page.Words {
		if len(words) == 0 || i+len(words) > len(page.Words) || !same(page.Words[i:i+len(words)], words) {
			continue
		}
		f.Box = page.Words[i].Box
		least := 1.0
		for _, w := range page.Words[i : i+len(words)] {
			f.Box = [4]float64{min(f.Box[0], w.Box[0]), min(f.Box[1], w.Box[1]), max(f.Box[2], w.Box[2]), max(f.Box[3], w.Box[3])}
			if w.Confidence > 0 {
				least = min(least, w.Confidence)
			}
		}
		f.Confidence *= least
		return f
	}
	return f
}

// same reports whether these words are those of a value, give or take the punctuation around them.
func same(words []pipeline.Word, want []string) bool {
	for i, w := range words {
		if strings.Trim(w.Text, ".,:;()") != strings.Trim(want[i], ".,:;()") {
			return false
		}
	}
	return true
}
