package extract

import (
	"slices"
	"strings"
)

// head is a label that begins a part about somebody.
type head struct {
	role string
	box  box
	at   int  // in the flow
	lone bool // nothing stands on its line that the part begins behind
}

// children makes parts about a child somebody else's on papers where a parent is meant.
func (f *form) children() {
	for i, o := range f.labels {
		last := o.words[len(o.words)-1]
		if meansParent[f.typ] && o.role == "subject" && (last == "kind" || last == "kindes" || last == "child" || o.words[0] == "child") {
			as := *o.label
			as.role, as.slot = "other", "skip"
			f.labels[i].label = &as
		}
	}
}

// meansParent are documents about a child that a parent hands in.
var meansParent = set("custody_proof", "benefit_notice")

// sublet makes the main tenant the landlord where there is a subtenant.
func (f *form) sublet() {
	begins := func(word string) func(occurrence) bool {
		return func(o occurrence) bool { return strings.HasPrefix(o.words[0], word) }
	}
	if f.typ != "rental_contract" || !slices.ContainsFunc(f.labels, begins("untermiet")) {
		return
	}
	for i, o := range f.labels {
		if begins("hauptmieter")(o) {
			as := *o.label
			as.role, as.slot = "landlord", "landlord"
			f.labels[i].label = &as
		}
	}
}

// twoSpouses makes the first of two who are both called spouse the document's subject.
func (f *form) twoSpouses() {
	first, spouses := -1, 0
	for i, o := range f.labels {
		if o.role == "subject" && o.slot == "person" || o.role == "husband" || o.role == "wife" {
			return
		}
		if o.role == "spouse" {
			spouses++
			if first < 0 {
				first = i
			}
		}
	}
	if spouses < 2 {
		return
	}
	as := *f.labels[first].label
	as.role, as.slot = "subject", "person"
	f.labels[first].label = &as
	for i := range f.heads {
		if f.heads[i].at == f.labels[first].start {
			f.heads[i].role = "subject"
		}
	}
}

// role tells whom the value of a label is about: the label says so itself, or the nearest head above or before.
func (f *form) role(i int, at span) string {
	o := f.labels[i]
	if o.role != "" {
		return o.role
	}
	if !personal[o.slot] {
		return ""
	}
	if o.slot == "person" && slices.ContainsFunc(o.words, func(w string) bool { return strings.HasPrefix(w, "vorname") || w == "given" }) {
		if role := f.party(at); role != "employer" && role != "institution" { // companies have one name
			return role
		}
		return "subject"
	}
	if f.typ == "declaration_of_commitment" && !slices.ContainsFunc(f.heads, func(h head) bool { return h.role == "subject" }) {
		return f.turn(i)
	}
	return f.party(at)
}

// turn tells the two parties of a form apart that asks for both in the same words: first the sponsor, then the guest. What
// is asked once is the guest's.
func (f *form) turn(i int) string {
	before, all := 0, 0
	for j, o := range f.labels {
		if o.slot == f.labels[i].slot && o.fresh {
			all++
			if j < i {
				before++
			}
		}
	}
	if all > 1 && before == 0 {
		return "sponsor"
	}
	return "subject"
}

// party is whose part of the page a text stands in: that of the nearest head above or before it, empty if there is none.
func (s *sheet) party(at span) string {
	b := s.boxOf(at)
	best, nearest := "", 0.45*s.height
	for _, h := range s.heads {
		if h.at >= at.start && !h.box.beside(b) || h.box[1] > b[3] {
			continue
		}
		away := b[1] - h.box[1]
		overlaps := h.box[0] < b[2] && h.box[2] > b[0]-0.02*s.width
		switch {
		case overlaps, h.box.beside(b) && h.at < at.start:
		case h.box[0] <= b[0]+0.02*s.width && h.lone:
			away += 0.02 * s.height
		default:
			continue
		}
		if away < nearest {
			best, nearest = h.role, away
		}
	}
	return best
}

// slotFor maps a personal slot to the one of the party it is about. Not ok: that party's is none of our fields.
func (r *reader) slotFor(slot, role string) (string, bool) {
	switch role {
	case "husband", "wife":
		if r.firstSpouse == "" {
			r.firstSpouse = role
		}
		if role == r.firstSpouse {
			role = "subject"
			if slot == "spouse_person" {
				slot = "person"
			}
		} else {
			role = "spouse"
			if slot == "person" {
				slot = "spouse_person"
			}
		}
	}
	if !personal[slot] || role == "" || role == "subject" {
		return slot, true
	}
	if (role == "employer" || role == "landlord" || role == "other") && human[slot] { // companies have none: the person's again
		return slot, true
	}
	to, ok := roleKeys[role][slot]
	return to, ok
}
