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

// totals leaves of several scores, and of several numbers of months, the highest: the others are those of parts.
func (r *reader) totals() {
	for _, key := range []string{"total_score", "contribution_months"} {
		top, best := 0.0, 0.0
		for _, c := range r.found {
			if c.key == key {
				best = max(best, c.score)
			}
		}
		for _, c := range r.found {
			if c.key == key && c.score > max(0.4, best-0.24) {
				top = max(top, c.number())
			}
		}
		r.found = slices.DeleteFunc(r.found, func(c candidate) bool { return c.key == key && c.number() < top })
	}
}

// number is a value that is one, otherwise 0.
func (c candidate) number() float64 {
	f, err := strconv.ParseFloat(c.value.text, 64)
	if err != nil {
		return 0
	}
	return f
}

// yearly leaves of two salaries of which one is twelve or thirteen times the other that of a month.
func (r *reader) yearly() {
	months := map[float64]bool{}
	for _, c := range r.found {
		if c.key == "gross_salary_month" {
			months[c.number()] = true
		}
	}
	if len(months) == 1 { // said of the year only, while the month's stands there, too
		for _, s := range r.sheets {
			for _, c := range s.sums() {
				if months[12*c.number()] {
					c.key, c.score, c.by = "gross_salary_month", 0.6, "rule"
					r.add(c)
					months[c.number()] = true
				}
			}
		}
	}
	r.found = slices.DeleteFunc(r.found, func(c candidate) bool {
		return c.key == "gross_salary_month" && (months[c.number()/12] || months[c.number()/13] || months[c.number()/14])
	})
}

// rents finds the amounts of a rent by what they must be: of the whole and its two parts the parts add up, and somewhere
// stands which is which.
func (r *reader) rents() {
	if r.typ != "rental_contract" {
		return
	}
	said := map[string]map[string]float64{}
	for _, c := range r.found {
		if said[c.key] == nil {
			said[c.key] = map[string]float64{}
		}
		said[c.key][c.value.text] = max(said[c.key][c.value.text], c.score)
	}
	var best [3]candidate
	most := 0.8 // two of the three have to be said
	for _, s := range r.sheets {
		all := s.sums()
		for _, cold := range all {
			for _, charges := range all {
				i := slices.IndexFunc(all, func(c candidate) bool {
					return cold.number() > charges.number() && c.number() == cold.number()+charges.number()
				})
				if i < 0 {
					continue
				}
				score := said["rent_cold"][cold.value.text] + said["service_charges"][charges.value.text] + said["rent_total"][all[i].value.text] - said["deposit"][all[i].value.text]
				if score > most {
					best, most = [3]candidate{cold, charges, all[i]}, score
				}
			}
		}
	}
	for i, key := range []string{"rent_cold", "service_charges", "rent_total"} {
		c := best[i]
		c.key, c.score, c.by = key, 0.9, "rule"
		if c.sheet != nil {
			r.add(c)
		}
	}
}

// mostSums is how many amounts of a page are compared with each other.
const mostSums = 40

// sums are a page's amounts of money with cents or a currency.
func (s *sheet) sums() []candidate {
	var all []candidate
	for _, v := range amounts(strings.ReplaceAll(s.flow, "\t", "\n")) {
		if v.fit >= 0.85 && len(all) < mostSums {
			all = append(all, candidate{value: v, sheet: s, span: v.span})
		}
	}
	return all
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
