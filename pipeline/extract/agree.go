package extract

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eakte/eakte/pipeline"
)

// printed finds the print of a name that a machine-readable zone has.
func (r *reader) printed(key, zone string) (candidate, bool) {
	for _, c := range r.found {
		if (c.key == key || c.key == "person" || c.key == "name") && transliterates(c.value.text, zone) {
			return c, true
		}
	}
	return candidate{}, false
}

// expanded are letters that zones write as two (Doc 9303-3, section 6).
var expanded = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe", "ñ", "n", "þ", "th", "ð", "d")

// transliterates reports whether a zone's name may be that of the print: the same letters without marks, or a beginning of
// them, since long names are cut.
func transliterates(printed, zone string) bool {
	want := letters(zone)
	if want == "" {
		return false
	}
	for _, have := range []string{letters(printed), letters(expanded.Replace(strings.ToLower(printed)))} {
		if have == want || len(want) > 12 && strings.HasPrefix(have, want) {
			return true
		}
	}
	return false
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -'’`.<", r) {
			return -1
		}
		return r
	}, fold(s))
}

// totals leaves of several scores the highest: the others are those of parts.
func (r *reader) totals() {
	top := 0.0
	number := func(c candidate) float64 {
		f, err := strconv.ParseFloat(c.value.text, 64)
		if err != nil {
			return 0
		}
		return f
	}
	for _, c := range r.found {
		if c.key == "total_score" && c.score > 0.4 {
			top = max(top, number(c))
		}
	}
	r.found = slices.DeleteFunc(r.found, func(c candidate) bool { return c.key == "total_score" && number(c) < top })
}

// agree takes out values that contradict surer ones: nobody is born after a document was issued, none runs out before.
func (r *reader) agree(fields map[string]pipeline.Field) {
	for _, order := range [][2]string{{"birth_date", "issue_date"}, {"issue_date", "expiry_date"}, {"birth_date", "expiry_date"}, {"period_start", "period_end"}, {"contract_start", "contract_end"}, {"birth_date", "contract_start"}} {
		a, okA := fields[order[0]]
		b, okB := fields[order[1]]
		if !okA || !okB || a.Value < b.Value || a.Value == b.Value && order[0] == "birth_date" && order[1] == "issue_date" && r.typ == "birth_certificate" {
			continue
		}
		if a.Confidence < b.Confidence {
			delete(fields, order[0])
		} else {
			delete(fields, order[1])
		}
	}
	r.rent(fields)
}

// rent checks that a rent's parts add up, and drops what was taken for the whole but is not more than a part.
func (r *reader) rent(fields map[string]pipeline.Field) {
	cold, okCold := fields["rent_cold"]
	total, okTotal := fields["rent_total"]
	if !okCold || !okTotal {
		return
	}
	c, errCold := strconv.ParseFloat(cold.Value, 64)
	t, errTotal := strconv.ParseFloat(total.Value, 64)
	if errCold == nil && errTotal == nil && t < c {
		if cold.Confidence < total.Confidence {
			delete(fields, "rent_cold")
		} else {
			delete(fields, "rent_total")
		}
	}
}
