package catalogue

import (
	"slices"

	"github.com/eakte/eakte/efile"
)

// Item is one line of a checklist: a demand that is due or optional, or a group of which one document suffices.
type Item struct {
	Types   []string // one type, or the alternatives of a group in the catalogue's order
	Group   string   // empty unless Need is OneOf
	Party   efile.PartyRole
	Need    Need
	Because []string // the conditions that hold and make it due
	Rule    Rule     // of the first type
	Basis   string
	Wanted  int // pieces; at least 1
	Present int // pieces that are there, at most Wanted
}

// Open reports whether something is still missing. An optional item never is.
func (i Item) Open() bool { return i.Need != Optional && i.Present < i.Wanted }

// Checklist returns what a procedure asks for under these facts (condition key → true), with how much of it is there.
// present counts documents by type. A document satisfies one line only: what must be there takes first, then the groups,
// then the optional lines. Which party a document belongs to is not counted separately. Nil for an unknown procedure.
func (c *Catalogue) Checklist(procedure string, facts map[string]bool, present map[string]int) []Item {
	p, known := c.Procedure(procedure)
	if !known {
		return nil
	}
	var items []Item
	for _, d := range p.Documents {
		because, due := d.due(facts)
		if !due {
			continue
		}
		if at := slices.IndexFunc(items, func(i Item) bool { return i.Group != "" && i.Group == d.Group }); at >= 0 {
			items[at].Types = append(items[at].Types, d.Type)
			continue
		}
		wanted := max(1, d.Rule.Count)
		if d.Need == OneOf {
			wanted = 1
		}
		items = append(items, Item{Types: []string{d.Type}, Group: d.Group, Party: d.Party, Need: d.Need, Because: because,
			Rule: d.Rule, Basis: d.Basis, Wanted: wanted})
	}
	tick(items, present)
	return items
}

// due reports whether the demand belongs on the list, and which conditions put it there.
func (d Demand) due(facts map[string]bool) (because []string, due bool) {
	for _, k := range d.Unless {
		if facts[k] {
			return nil, false
		}
	}
	for _, k := range d.When {
		if facts[k] {
			because = append(because, k)
		}
	}
	return because, len(d.When) == 0 || len(because) > 0
}

// tick hands the present documents out to the items.
func tick(items []Item, present map[string]int) {
	left := make(map[string]int, len(present))
	for k, n := range present {
		left[k] = n
	}
	for _, needs := range [][]Need{{Mandatory, Conditional}, {OneOf}, {Optional}} {
		for i := range items {
			if !slices.Contains(needs, items[i].Need) {
				continue
			}
			for _, t := range items[i].Types {
				take := min(left[t], items[i].Wanted-items[i].Present)
				if take > 0 {
					left[t] -= take
					items[i].Present += take
				}
			}
		}
	}
}

// Completeness is a checklist in numbers, in the form of the event contract.
type Completeness struct {
	MandatoryTotal   int      `json:"mandatoryTotal"`   // lines that are always asked for, groups among them
	MandatoryPresent int      `json:"mandatoryPresent"` // of these, satisfied
	ConditionalOpen  int      `json:"conditionalOpen"`  // lines due because of a fact and still open
	Complete         bool     `json:"complete"`         // nothing is open
	Missing          []string `json:"missing"`          // types of the open lines; of a group its first
}

// Count sums up a checklist. An empty checklist is complete.
func Count(items []Item) Completeness {
	sum := Completeness{Complete: true, Missing: []string{}}
	for _, i := range items {
		always := i.Need == Mandatory || i.Need == OneOf && len(i.Because) == 0
		if always {
			sum.MandatoryTotal++
			if !i.Open() {
				sum.MandatoryPresent++
			}
		}
		if !i.Open() {
			continue
		}
		if !always {
			sum.ConditionalOpen++
		}
		sum.Complete = false
		if !slices.Contains(sum.Missing, i.Types[0]) {
			sum.Missing = append(sum.Missing, i.Types[0])
		}
	}
	return sum
}
