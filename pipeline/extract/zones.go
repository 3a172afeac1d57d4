package extract

import (
	"github.com/eakte/eakte/pipeline"
)

// Confidence of a zone's values.
const (
	sureMRZ = 0.99
	weakMRZ = 0.6 // check digits disagree
)

// zone takes the values of machine-readable zones. Those of a valid one count more than anything else, but names, which the
// zone has without marks and in capitals, stay as they are printed where the print says the same. One with a wrong check
// digit never replaces what was read elsewhere.
func (r *reader) zone(pages []pipeline.Page, fields map[string]pipeline.Field) {
	best := pipeline.BestZone(pages)
	if best == nil {
		return
	}
	page := best.Page
	for _, p := range pages {
		for i := range p.Zones {
			if &p.Zones[i] == best {
				page = p.Number
			}
		}
	}
	for key, value := range best.Fields {
		have, found := fields[key]
		if key == "document_code" || key == "optional" || value == "" || !r.fields[key] || found && !best.Valid {
			continue
		}
		confidence := sureMRZ
		if !best.Valid {
			confidence = weakMRZ
		}
		field := pipeline.Field{Value: value, Raw: value, Page: page, Box: best.Box, Confidence: confidence, By: "mrz"}
		if key == "surname" || key == "given_names" {
			if c, ok := r.printed(key, value); ok {
				printed := c.field(confidence)
				field.Value, field.Raw, field.Page, field.Box = printed.Value, printed.Raw, printed.Page, printed.Box
			} else if found && !best.Valid {
				field = have
			}
		}
		fields[key] = field
	}
}
