package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// candidate is a value that may be a field's.
type candidate struct {
	key   string // a field, or a slot that still has to be taken apart (person, name, address)
	value value
	sheet *sheet
	span  // of value in the sheet's flow
	score float64
	by    string
	lone  bool // a date without a word about it
	turn  bool // a person's name with the surname first and a comma

	address bool // known only by standing over an address, as anybody's name does
}

// form reads what stands at labels.
type form struct {
	*reader
	*sheet
	labels []occurrence // in reading order
	votes  []vote
}

// form reads a sheet's labels.
func (r *reader) form(s *sheet) {
	f := &form{reader: r, sheet: s}
	for i := range s.cells {
		f.labels = append(f.labels, chain(s, s.spoken(i, r.words.find(s, i, r.typ)))...)
	}
	f.bookings()
	f.children()
	f.sublet()
	f.blocks()
	for i, o := range f.labels {
		if companies[o.slot] && !o.colon && f.inline(i) != "" { // "Hochschule Hof" begins no part
			continue
		}
		if o.role != "" && (o.fresh || o.words[0] == "folgende") {
			s.heads = append(s.heads, head{role: o.role, box: s.boxOf(o.span), at: o.start, lone: strings.Trim(s.flow[o.end:s.cells[o.cell].end], " :*)") == ""})
		}
	}
	f.twoSpouses()
	f.vote()
	for i := range f.labels {
		f.read(i)
	}
}

// bookings takes out labels of persons and companies that stand in a line of a statement's table: "Miete Müller  -540,00".
func (f *form) bookings() {
	if f.typ != "bank_statement" {
		return
	}
	f.labels = slices.DeleteFunc(f.labels, func(o occurrence) bool {
		return (personal[o.slot] || companies[o.slot] || o.slot == "landlord") && !o.colon && f.booking(o.cell)
	})
}

// booking reports whether an amount of money stands behind a cell in its line.
func (s *sheet) booking(i int) bool {
	b := s.cells[i].box
	for range mostColumns {
		next, ok := s.beside(b, false)
		if !ok {
			return false
		}
		if booked.MatchString(s.text(next)) {
			return true
		}
		b = s.boxOf(next)
	}
	return false
}

// mostColumns is how many columns of a table are looked through for an amount.
const mostColumns = 6

// booked is an amount that stands alone in a cell.
var booked = expression(`^[-–+−]?\s?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d{2})?\s?(?:[-–+SH]|EUR|€)?$`)

// spoken takes a label in small letters at the beginning of a line that goes on a sentence for the word that it is.
func (s *sheet) spoken(i int, labels []occurrence) []occurrence {
	if i == 0 || len(labels) == 0 || !labels[0].fresh || labels[0].start != s.cells[i].start || labels[0].colon {
		return labels
	}
	before := s.cells[i-1]
	text := s.text(before.span)
	first, _ := utf8.DecodeRuneInString(s.flow[labels[0].start:])
	last, _ := utf8.DecodeLastRuneInString(text)
	if unicode.IsLower(first) && before.last-before.first > 6 && (unicode.IsLetter(last) || last == ',') {
		labels[0].fresh = false
	}
	return labels
}

// chain joins labels of one cell that are one label in several languages. Of different ones the more telling counts.
func chain(s *sheet, all []occurrence) []occurrence {
	var out []occurrence
	for _, o := range all {
		if len(out) > 0 {
			last := &out[len(out)-1]
			between := s.flow[min(last.end, o.start):o.start]
			if strings.LastIndexByte(between, '(') > strings.LastIndexByte(between, ')') && !akin(last.slot, o.slot) && !o.colon && len(between) < 20 { // what belongs to a label: "Vermieter (Name, Anschrift)"
				if n := strings.IndexByte(s.flow[o.end:s.cells[o.cell].end], ')'); n >= 0 {
					last.end = o.end + n + 1
					last.colon = strings.HasPrefix(s.flow[last.end:], ":")
					continue
				}
			}
			if o.start < last.end {
				continue
			}
			if strings.Trim(between, " /|()–—-·.\u200e0123456789") == "" && len(between) < 9 && (last.slot == o.slot && between != " " || strings.ContainsAny(between, "/|–(—") && (akin(last.slot, o.slot) || o.weak())) {
				if general(last.slot) && !general(o.slot) && !o.weak() {
					last.label = o.label
				}
				last.end, last.colon = o.end, o.colon
				continue
			}
		}
		out = append(out, o)
	}
	return out
}

// weak labels are words that translate a part of many labels: "Date" of "Date of birth".
func (o occurrence) weak() bool { return len(o.words) == 1 && weakWords[o.words[0]] }

var weakWords = set("date", "datum", "no", "nr", "number", "nummer", "name", "nom", "ort", "place", "amount", "betrag", "period", "bank", "term")

func general(slot string) bool { return slot == "name" || slot == "skip" }

// akin reports whether labels of two slots may be one label in two languages.
func akin(a, b string) bool {
	names := "surname given_names name person birth_name"
	return a == b || general(a) && strings.Contains(names, b) || general(b) && strings.Contains(names, a) || a == "surname" && b == "birth_name"
}

// inline is the text between a label and the next one or the end of its cell.
func (f *form) inline(i int) string { return strings.Trim(f.text(f.rest(i)), " :.\t–-*)_|/,;(") }

func (f *form) rest(i int) span {
	o := f.labels[i]
	end := f.cells[o.cell].end
	if i+1 < len(f.labels) && f.labels[i+1].cell == o.cell && f.labels[i+1].fresh {
		end = f.labels[i+1].start
	}
	at := span{o.end, max(end, o.end)}
	if t := f.text(at); genitive.MatchString(t) && (!companies[o.slot] || strings.Contains(t, ":")) || named[o.slot] && alternative.MatchString(t) { // whose it is belongs to the label: "Name des Gastes"
		n := strings.IndexByte(t, ':')
		if n < 0 {
			n = len(t)
		}
		at.start += n
		return at
	}
	if t := strings.TrimLeft(f.text(at), " "); strings.HasPrefix(t, "/") { // the label again in a language we don't know
		n := strings.IndexByte(t, ':')
		if n < 0 && strings.ContainsFunc(t, unicode.IsDigit) {
			return at
		}
		at.start = at.end
		if n > 0 {
			at.start = at.end - len(t) + n
		}
		return at
	}
	if t := strings.TrimLeft(f.text(at), " *)"); strings.HasPrefix(t, "(") && !bracketed(o.slot, t) && (!named[o.slot] || remark.MatchString(t) || strings.HasSuffix(strings.TrimSpace(t), ")") && strings.Count(t, ")") == 1 && f.last(i)) { // a remark to the label: (in m²)
		if n := strings.Index(t, ")"); n > 0 && !strings.ContainsFunc(t[:n], unicode.IsDigit) {
			at.start = at.end - len(t) + n + 1
		}
	}
	return at
}

// bracketed reports whether a text is a party's name in brackets, as under lines to sign on: "Vermieter (Anna Müller)".
func bracketed(slot, text string) bool {
	inner := strings.Trim(text, "() ")
	v, _ := person(inner)
	return (slot == "landlord" || slot == "sponsor_name" || slot == "attorney_name") && strings.HasSuffix(text, ")") &&
		v.fit >= 0.8 && v.end == len(inner) && plainName(inner)
}

var genitive = expression(`^ (?:des|der|of the|of|du|de la|vom)\s[^:\d]{0,40}(?::|$)`)

// alternative is the rest of a label that asks for one thing or another.
var alternative = expression(`^,? (?:bzw\.?|oder|und|sowie|or|and|ou|et|ve|та|и)(?:\s[^:\d]{0,60})?(?::|$)|^ و\p{Arabic}+\s*(?::|$)`)

var remark = expression(`^\([^)]*\)\s*:`)

// named slots have names as their values: any words, also in brackets.
var named = set("person", "name", "surname", "given_names", "birth_name", "landlord", "attorney_name", "sponsor_name", "employer", "father_name", "mother_name", "spouse_person", "birth_place",
	"insurer", "institution", "bank_name", "job_title", "programme", "degree", "purpose", "remarks", "decision", "residence_title", "issuing_authority", "marriage_place", "issued_at", "city")

// last reports whether no other label follows in the cell.
func (f *form) last(i int) bool {
	return i+1 >= len(f.labels) || f.labels[i+1].cell != f.labels[i].cell
}

// box is the box around a label with the number of the form's field before it.
func (f *form) box(i int) box {
	o := f.labels[i]
	at := o.span
	if o.fresh && (i == 0 || f.labels[i-1].cell != o.cell) && o.start-f.cells[o.cell].start < 8 {
		at.start = f.cells[o.cell].start
	}
	return f.boxOf(at)
}

// limit is where the next label on the same line begins: what stands further right belongs to that one.
func (f *form) limit(i int) float64 {
	b := f.box(i)
	limit := f.width
	for j, o := range f.labels {
		if j == i || !o.fresh {
			continue
		}
		if c := f.box(j); c[0] >= b[2]-1 && c[0] < limit && b.beside(c) {
			limit = c[0]
		}
	}
	return limit
}

// labelled reports whether a label begins in a span's first word: it is then no value of slot.
func (f *form) labelled(at span, slot string) bool {
	for _, o := range f.labels {
		if o.fresh && o.start >= at.start && o.start <= at.start+4 && o.start < at.end && (o.exact || o.colon) && o.slot != "name" {
			rest := strings.TrimSpace(f.flow[o.end:max(o.end, at.end)])
			if o.slot == "skip" && rest != "" && !o.colon { // a name or a street that begins like one
				continue
			}
			if o.slot == slot && !o.colon { // "Authority: Authority 6301"
				return rest == ""
			}
			return rest == "" || strings.HasPrefix(rest, "/") || !o.short()
		}
	}
	return false
}

// row reports whether a label stands before a text on its line: in a table the text answers to that.
func (f *form) row(at span) bool {
	b := f.boxOf(at)
	return slices.ContainsFunc(f.labels, func(o occurrence) bool {
		c := f.boxOf(o.span)
		return o.fresh && o.end < at.start && c[2] < b[0] && b.beside(c)
	})
}

// short labels are words that a value may begin with, too.
func (o occurrence) short() bool { return len(o.words) == 1 && len([]rune(o.words[0])) <= 3 }

// read takes the values of one label.
func (f *form) read(i int) {
	o := f.labels[i]
	if o.slot == "skip" {
		if rest := f.text(f.rest(i)); o.role == "subject" && o.fresh && streetLine.MatchString(rest) && postTown.MatchString(rest) { // "Premises: …"
			f.address(candidate{sheet: f.sheet, score: 0.7, by: "rule"}, rest, f.rest(i).start)
		}
		return
	}
	if before := f.flow[f.cells[o.cell].start:o.start]; counted[o.words[0]] && !numberOnly.MatchString(before) && numberLast.MatchString(before) { // "bei 40 Stunden wöchentlich. 26 Tage": a sentence
		return
	}
	sure := 0.88 + min(0.06, 0.02*float64(len(o.words)-1)) // a long label leaves less doubt what it asks for
	if !o.exact {
		sure -= 0.1
	}
	if inline := f.inline(i); inline != "" && !f.poor(i) {
		known := len(f.found)
		f.take(i, f.rest(i), sure, !o.fresh)
		if len(f.found) > known || named[o.slot] || strings.ContainsFunc(inline, unicode.IsDigit) && !(o.fresh && sums[o.slot]) || len(inline) > 30 && !(o.fresh && len(inline) < 70) {
			return
		}
	}
	if o.fresh || o.colon {
		f.readAround(i, sure)
	}
}

// readAround takes the values of a label that stand beside, below or above it.
func (f *form) readAround(i int, sure float64) {
	o, b := f.labels[i], f.box(i)
	kind := slots[o.slot]
	beside, below := f.valuesBeside(i, b), f.valuesBelow(i, b)
	if o.slot == "issue_date" && o.weak() && !o.colon && f.table(f.below(b, f.limit(i), 2)) {
		return
	}
	fits := func(at []span) bool { return len(at) > 0 && len(kind.read(f.text(at[0]))) > 0 }
	if counted[o.words[0]] && numberOnly.MatchString(f.flow[f.cells[o.cell].start:o.start]) && !fits(beside) { // "40 Stunden/Woche"
		return
	}
	if at, ok := f.on(b, f.limit(i)); ok && f.captions(b) && !o.colon && o.slot != "place_date" && fits([]span{at}) && !f.labelled(at, o.slot) && !(sums[o.slot] && len(beside) > 0 && best(f.text(beside[0])) > 0.5) {
		if o.slot == "employer" && !corporate(f.text(at)) { // who signs is rarely called like the company
			sure -= 0.2
		}
		f.take(i, at, sure-0.05, false)
		return
	}
	sides := f.around(b)
	down := fits(below) && (!fits(beside) || sides[valueBelow] > sides[valueBeside] && !o.colon)
	if down && named[o.slot] && cardTypes[f.typ] && f.twoLines(i, below, sure) {
		return
	}
	switch {
	case !fits(below) && !fits(beside) && o.colon && f.last(i) && !kind.front: // the sentence goes on in the next line
		if next := o.cell + 1; next < len(f.cells) {
			f.take(i, f.cells[next].span, sure-0.15, true)
		}
	case down && kind.lines > 1:
		f.take(i, span{below[0].start, below[len(below)-1].end}, sure-0.05, false)
	case down:
		f.take(i, below[0], sure-0.05, false)
	case o.slot == "address" && len(beside) > 0:
		f.take(i, f.paragraph(beside[0], o.slot), sure-0.02, false)
	default:
		for n, at := range beside {
			f.take(i, at, sure-0.02-0.05*float64(n), false)
		}
	}
	if o.slot == "place_date" || o.slot == "issue_date" && o.weak() && !fits(below) && !fits(beside) { // below a line for signatures, the value stands on it
		f.above(o, b, sure)
	}
}

// valuesBeside are the texts beside a label that are none themselves: of somebody's labels two, since two columns are two
// persons.
func (f *form) valuesBeside(i int, b box) (beside []span) {
	if !f.last(i) {
		return nil
	}
	o := f.labels[i]
	rtl := rightToLeft(f.text(o.span))
	next, ok := f.after(o.cell, b, rtl)
	for ok && len(beside) < 2 {
		if f.labelled(next, o.slot) || strings.Trim(f.text(next), " :.*") == "" && len(beside) > 0 {
			break
		}
		beside = append(beside, next)
		next, ok = f.beside(f.boxOf(next), rtl)
		ok = ok && personal[o.slot]
	}
	return beside
}

// valuesBelow are the lines below a label, as many as its values have, up to the next label.
func (f *form) valuesBelow(i int, b box) (below []span) {
	slot := f.labels[i].slot
	for _, at := range f.below(b, f.limit(i), max(slots[slot].lines, 1)) {
		if f.labelled(at, slot) || strings.HasSuffix(slot, "person") && f.row(at) {
			break
		}
		below = append(below, at)
	}
	return below
}

// twoLines looks at the second line below a label of a card. Done: the lines were a surname and given names. A name in the
// state's script gives way to the same in Latin letters.
func (f *form) twoLines(i int, below []span, sure float64) (done bool) {
	o := f.labels[i]
	second, ok := f.under(f.boxOf(below[0]), f.width)
	if !ok || f.labelled(second, o.slot) {
		return false
	}
	switch one, two := f.text(below[0]), f.text(second); {
	case !latin(one) && latin(two):
		below[0] = second
	case o.slot == "person" && surnameFirst[o.words[0]] && len(persons(one)) > 0 && len(persons(two)) > 0:
		f.cardNames(one, two, below[0], second, sure)
		return true
	}
	return false
}

// paragraph is a text with the lines right below it that are none of a label's.
func (f *form) paragraph(at span, slot string) span {
	for _, under := range f.below(f.boxOf(at), f.width, 3) {
		if !f.labelled(under, slot) && under.start > at.end && under.start-at.end < 4 {
			at.end = under.end
		}
	}
	return at
}

// counted are words, folded, of what is counted: its number stands before them.
var counted = set("stunden", "std", "tage", "arbeitstage", "werktage", "zimmer", "raume", "monate", "semester", "fachsemester", "ue", "hours", "days", "rooms", "months")

// numberLast is a number at the end of a text.
var numberLast = expression(`\d\s*$`)

// numberOnly is a number that is not that of a form's field.
var numberOnly = expression(`^\W*\d+(?:[.,]\d+)?\s*$`)

// after is what stands next to the label in a cell: the next cell of its line, as it was read; on forms print and lines to
// write on are not level. Otherwise what is level with it.
func (f *form) after(cell int, b box, rtl bool) (span, bool) {
	if next := cell + 1; !rtl && next < len(f.cells) {
		if c := f.cells[next]; f.flow[c.start-1] == '\t' && c.box[0] > b[2]-2 && c.box[1] < b[3] {
			return c.span, true
		}
	}
	return f.beside(b, rtl)
}

// poor reports whether the numbers behind a label are no amounts while the next cell has one: "3. Bruttoarbeitslohn ohne 9. und 10.".
func (f *form) poor(i int) bool {
	o := f.labels[i]
	if !sums[o.slot] || !o.fresh || !f.last(i) {
		return false
	}
	next, ok := f.beside(f.boxOf(f.cells[o.cell].span), false)
	return ok && best(f.text(f.rest(i))) <= 0.5 && best(f.text(next)) >= 0.5
}

// best is how well the best amount of a text fits.
func best(text string) (fit float64) {
	for _, v := range amounts(text) {
		fit = max(fit, v.fit)
	}
	return fit
}

// sums slots are amounts of money whose labels may have dates and numbers: "Saldo per 31.03.2026".
var sums = set("closing_balance", "gross_salary_month", "net_salary_month", "rent_cold", "rent_total", "service_charges", "deposit", "blocked_amount", "monthly_release", "benefit_amount", "total_income", "income_tax", "income_net", "profit")

// table reports whether lines are those of a table's column of dates.
func (f *form) table(column []span) bool {
	return len(column) > 1 && len(dates(f.text(column[0]))) > 0 && len(dates(f.text(column[1]))) > 0
}

// cardTypes are documents with surname and given names one below the other, and names in two scripts.
var cardTypes = set("passport", "national_id_card", "residence_document", "arrival_certificate")

// surnameFirst begins labels that ask for the surname before the given names.
var surnameFirst = set("name", "nachname", "familienname", "surname", "nom", "zuname", "last", "family")

// cardNames files a surname and the given names below it.
func (f *form) cardNames(surname, given string, first, second span, sure float64) {
	for key, at := range map[string]span{"surname": first, "given_names": second} {
		text := surname
		if key == "given_names" {
			text = given
		}
		v := persons(text)[0]
		f.add(candidate{key: key, value: v, sheet: f.sheet, span: span{at.start + v.start, at.start + v.end}, score: sure - 0.08, by: "rule"})
	}
}

// above takes the date that stands over the words "Ort, Datum".
func (f *form) above(o occurrence, b box, sure float64) {
	for _, c := range f.cells {
		if c.box[3] <= b[1]+0.4*b.height() && c.box[3] > b[1]-4.5*b.height() && c.box[0] < b[2] && c.box[2] > b[0] {
			for _, v := range dates(f.text(c.span)) {
				f.add(candidate{key: "issue_date", value: v, sheet: f.sheet, span: span{c.start + v.start, c.start + v.end}, score: sure, by: "rule"})
			}
		}
	}
}

// take reads a label's value from a text. Values of labels in the middle of a text must follow them closely.
func (f *form) take(i int, at span, sure float64, inside bool) {
	o := f.labels[i]
	text := f.text(at)
	if o.cell >= 0 && companies[o.slot] && !o.colon && at.start == o.end && corporate(f.text(o.span)) { // "Universität Bonn" is all name
		at.start, text = o.start, f.flow[o.start:at.end]
	}
	lead := len(text) - len(strings.TrimLeft(text, " :.\t\n–—-*)_|/"))
	kind := slots[o.slot]
	slot, ok := f.slotFor(o.slot, f.role(i, at))
	if !ok {
		if addressSlots[o.slot] && contracts[f.typ] != "" && !f.own(o.cell) { // no letter's address either
			if m := postTown.FindStringIndex(text); m != nil { // what stands further below is no part of it
				at.end = at.start + m[1]
			}
			f.foreign = append(f.foreign, claim{f.sheet, at})
		}
		return
	}
	if to, known := slots[slot]; known {
		kind = to
	}
	if m := verb.FindStringIndex(text[lead:]); m != nil {
		lead += m[1]
	}
	found := kind.read(text[lead:])
	if slot == "institution" && len(found) > 0 && !o.colon && (inside || at.start == o.end) && !schools.MatchString(fold(found[0].text)) {
		return
	}
	if len(found) > 0 && at.start == o.end && ending[slot] != nil && !found[0].settle(slot) { // in a sentence
		return
	}
	if len(found) == 0 || found[0].text == "" || phrases[slot] && (article.MatchString(found[0].text) || prose.MatchString(found[0].text)) || companies[slot] && (found[0].fit < 0.5 || found[0].text == f.text(o.span)) {
		return
	}
	v := found[0]
	for _, w := range found[1:] { // the best one near
		if w.fit > v.fit+0.1 && w.start < v.start+60 {
			v = w
		}
	}
	if kind.front && kind.lines < 2 && v.start > 4 && o.slot != "person" {
		return
	}
	if inside && !o.colon && (v.start > 12 || kind.front && !typed[o.slot]) {
		return
	}
	score := o.score(sure, v, kind, inside)
	c := candidate{value: v, sheet: f.sheet, span: span{at.start + lead + v.start, at.start + lead + v.end}, score: score, by: "rule"}
	if wraps[slot] && len(found) == 1 {
		f.wrap(&c)
	}
	f.slot(slot, c, text[lead:], at.start+lead, found)
	if (slot == "landlord" || slot == "employer") && at.start > o.end {
		f.theirAddress(i, c)
	}
	if rest := text[lead+min(v.end, len(text)-lead):]; (slot == "landlord" || slot == "employer") && postTown.MatchString(rest) { // where they live
		f.foreign = append(f.foreign, claim{f.sheet, span{at.end - len(rest), at.end}})
	}
}

// own reports whether a label in a cell says that it is about the document's subject.
func (f *form) own(cell int) bool {
	return slices.ContainsFunc(f.labels, func(o occurrence) bool { return o.cell == cell && o.role == "subject" })
}

// townLine begins with a postal code and a town.
var townLine = expression(`^(?:D[ –-]{0,3})?\d{5}\s+\p{Lu}`)

// addressSlots are parts of addresses.
var addressSlots = set("address", "street", "postal_code", "city", "post_town")

// theirAddress keeps the lines under the name of a landlord or an employer that are their address from the subject.
func (f *form) theirAddress(i int, c candidate) {
	for _, under := range f.below(f.boxOf(c.span), f.limit(i), 2) {
		if f.row(under) { // it answers to that label
			return
		}
		if m := streetLine.FindStringIndex(f.text(under)); m != nil && m[0] == 0 || townLine.MatchString(f.text(under)) {
			f.foreign = append(f.foreign, claim{f.sheet, under})
		}
	}
}

// score is how sure a value of a label is: less, the worse it fits, the further away it stands, the less the label says.
func (o occurrence) score(sure float64, v value, kind slot, inside bool) float64 {
	score := sure * (0.7 + 0.3*v.fit)
	if !kind.front {
		score -= min(0.4, 0.004*float64(max(0, v.start-8)))
	}
	if inside && !o.colon {
		score -= 0.25
	}
	if o.short() && !o.colon {
		score -= 0.1
		if !o.fresh {
			score -= 0.15
		}
	}
	return score
}

// companies slots have the name of a company or an institution as their value.
var companies = set("institution", "insurer", "bank_name", "employer")

// ending is what sentences say behind the values of labels that stand in them.
var ending = map[string]*lazy{"programme": afterStudy, "degree": afterStudy, "institution": afterSchool, "job_title": afterJob}

// wraps slots have values that are often longer than a line.
var wraps = set("institution", "programme", "degree", "job_title", "employer", "purpose")

// wrap goes on with the next line where a value fills its own: nothing else stands there, and what does is no address.
func (f *form) wrap(c *candidate) {
	end := c.span.end
	if end+1 >= len(f.flow) || f.flow[end] != '\n' {
		return
	}
	at := span{end + 1, end + 1 + strings.IndexAny(f.flow[end+1:]+"\n", "\n\t")}
	next, b := f.text(at), f.boxOf(c.span)
	box := f.boxOf(at)
	if len(next) < 2 || abs(box[0]-b[0]) > b.height() || box[1]-b[3] > 0.6*b.height() || box.height() > 1.4*b.height() || f.row(at) || f.labelled(at, "") || strings.ContainsAny(next, ":0123456789@") || len(strings.Fields(next)) > 4 {
		return
	}
	open := continued.MatchString(c.value.text) || unicode.IsLower([]rune(next)[0]) || next[0] == '('
	if !open && !(f.row(c.span) && (!corporate(c.value.text) || corporate(next))) {
		return
	}
	c.value.text += " " + strings.Join(strings.Fields(next), " ")
	c.span.end = at.end
}

// continued is the end of a line that a name goes on behind.
var continued = expression(`(?i)(?:^|\s)(?:für|und|der|des|die|of|for|and|&|im|in|mit|zur|zum|the|de|du|et|ve|\+)$|-$|,$`)

// phrases slots take any words: those that go on a sentence are no values.
var phrases = set("degree", "programme", "job_title", "institution", "insurer", "bank_name", "employer", "issuing_authority")

var verb = expression(`^(?:lautet|ist|is|beträgt|war)[:\s]\s*`)

// typed slots are front ones whose shape tells that a text is one.
var typed = set("document_number", "passport_number", "file_number", "reference_number", "matriculation_number", "insurance_number", "tax_number", "tax_class", "semester_count", "postal_code", "employer", "person")
