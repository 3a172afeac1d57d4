package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Where a letter's own address stands, as shares of the page's height.
const (
	headEnds   = 0.3
	footBegins = 0.88
)

// letterhead takes the sender's name by its place: over or before an address at the head or the foot of the page. So a
// sender is found whose name does not say what it is: "Malerbetrieb Kowalski", a landlord.
func (r *reader) letterhead(s *sheet, key string) {
	for i, c := range s.cells {
		at, ok := s.closing(i)
		if !ok && c.box[1] > headEnds*s.height && c.box[1] < footBegins*s.height {
			continue
		}
		if !ok {
			at, ok = s.titled(i, key == "employer" || key == "landlord")
		}
		if !ok || !r.sends(s, s.at(at), s.text(at)) {
			continue
		}
		found := slots[key].read(s.text(at))
		if len(found) == 0 || found[0].start > 3 || key == "landlord" && len(strings.Fields(found[0].text)) < 2 {
			continue
		}
		v := found[0]
		score := 0.55
		if key == "institution" || key == "bank_name" || key == "insurer" { // have their names mostly say what they are
			score = 0.42
		}
		if !s.another(i) { // nobody else has an address here: a person's name is that of whom the letter is to
			if p, _ := person(v.text); p.fit >= 0.8 && p.end == len(v.text) {
				continue
			}
			score = 0.42
		}
		own := span{at.start + v.start, at.start + v.end}
		r.add(candidate{key: key, value: v, sheet: s, span: own, score: score, by: "rule"})
		r.foreign = append(r.foreign, claim{s, own})
		return
	}
	if key == "employer" {
		r.banner(s)
	}
}

// banner takes the first line of a page for the employer's name if nothing says that it is anything else.
func (r *reader) banner(s *sheet) {
	c := s.cells[0]
	name := s.text(c.span)
	if slices.ContainsFunc(r.found, func(c candidate) bool { return c.key == "employer" && c.score >= least }) ||
		c.box[1] > 0.15*s.height || c.last-c.first > 5 || !plainName(name) || titled.MatchString(fold(name)) || upper(name) && len(name) > 24 || !r.sends(s, 0, name) {
		return
	}
	if found := firms(name); len(found) > 0 && found[0].start == 0 {
		v := found[0]
		r.add(candidate{key: "employer", value: v, sheet: s, span: span{c.start, c.start + v.end}, score: 0.4, by: "rule"})
		r.foreign = append(r.foreign, claim{s, c.span})
	}
}

// at is the cell that a span begins in.
func (s *sheet) at(at span) int {
	return slices.IndexFunc(s.cells, func(c cell) bool { return c.start <= at.start && at.start < c.end })
}

// closing is the name under the last words of a letter in cell i.
func (s *sheet) closing(i int) (span, bool) {
	c := s.cells[i]
	if !farewell.MatchString(s.text(c.span)) {
		return span{}, false
	}
	at, ok := s.under(c.box, s.width)
	return at, ok && s.boxOf(at)[1]-c.box[3] < 1.3*c.box.height()
}

var farewell = expression(`^(?i:mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|hochachtungsvoll|(?:yours )?(?:sincerely|faithfully)(?: yours)?|(?:kind|best|with kind) regards)\W*$`)

// titled is the name over the department in cell i, or before or over the address there.
func (s *sheet) titled(i int, addressed bool) (span, bool) {
	c := s.cells[i]
	text := s.text(c.span)
	if m := office.FindStringIndex(text); m != nil && m[0] == 0 {
		at, ok := s.on(c.box, s.width)
		return at, ok && c.box[1]-s.boxOf(at)[3] < max(c.box.height(), s.boxOf(at).height())
	}
	if !addressed {
		return span{}, false
	}
	m := streetLine.FindStringSubmatchIndex(text)
	if m == nil {
		return span{}, false
	}
	if post := postTown.FindStringSubmatchIndex(text); post != nil && post[2] > m[3] { // all in one line
		if name := strings.TrimRight(text[:m[2]], " ·|,–-•*/"); len(name) > 2 && len(name) < m[2] {
			return span{c.start, c.start + len(name)}, true
		}
	}
	if m[2] > 0 {
		return span{}, false
	}
	at, ok := s.on(c.box, s.width)
	if !ok {
		return span{}, false
	}
	b := s.boxOf(at)
	if m := office.FindStringIndex(s.text(at)); m != nil && m[0] == 0 { // taken with its department
		return span{}, false
	}
	over, above := s.on(b, s.width)
	polite := polite.MatchString(s.text(at)) || above && polite.MatchString(s.text(over)) && b[1]-s.boxOf(over)[3] < b.height()
	return at, !polite && c.box[1]-b[3] < 1.3*max(b.height(), c.box.height())
}

// sends reports whether a text in cell i may be a sender's name.
func (r *reader) sends(s *sheet, i int, name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	if n := utf8.RuneCountInString(name); n < 3 || n > 70 || unicode.IsLower(first) || strings.ContainsAny(name, ":@?!") || noSender.MatchString(name) || curriculum.MatchString(name) || len(dates(name)) > 0 || numberOf.MatchString(name) {
		return false
	}
	if streetLine.MatchString(name) || postTown.MatchString(name) || examiner.MatchString(name) || prose.MatchString(name) || r.prose(s, i, s.text(s.cells[i].span)) {
		return false
	}
	own := comparable(name)
	return !slices.ContainsFunc(r.surnames, func(known string) bool { return strings.Contains(own, comparable(known)) }) &&
		!slices.ContainsFunc(r.found, func(c candidate) bool {
			return (c.key == "person" || c.key == "surname" || c.key == "name") && c.score > 0.5 && !c.address && strings.Contains(own, comparable(c.value.text))
		})
}
