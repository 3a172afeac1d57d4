package extract

import (
	"slices"
	"strings"
)

// Contracts name each side in a block of lines, its name first, and say behind it or before it which side it is:
//
//	zwischen
//	Hellmann Präzisionsteile
//	Am Kirchberg 3, 34308 Bad Emstal
//	(im Folgenden „Arbeitgeberin“)
//	und …

// mostLines is how many lines a block has.
const mostLines = 6

var (
	// called begins what a side is called from now on.
	called = expression(`(?i)\b(?:nachfolgend|nachstehend|im folgenden|im weiteren|fortan|künftig|hereinafter|hereafter|referred to as|genannt|ci-après)\b`)
	// signed is all that stands before a side's name in a line that says nothing else: "– als Vermieter –".
	signed = expression(`^(?:\W*(?i:als|as)(?i:\s+(?:der|die|the))?\W*|\W*[–—-]\s*(?i:(?:der|die|the)\s+)?)$`)
	// opens is a bracket with a side's name in it.
	opens = expression(`^\((?i:als|the|der|die|den)?[\s„“”"'’]*$`)
	// fromSides begins the sides of a contract, joined the second.
	fromSides = expression(`^(?i:\W*(?:zwischen|between)(?:$|\W))`)
	joined    = expression(`^(?i:\W*(?:und|and)(?:$|\W))`)
	// numberedSide begins a side of a list.
	numberedSide = expression(`^\(?\d{1,2}[.)]\s`)
	// announces is what stands before a side's name and is none of it.
	announces = expression(`^(?i:(?:\(?\d{1,2}[.)]|zwischen|between|by|und|and|der|dem|die|den|the|firma|fa\.|ausbildende[nr]?|ausbildungsbetrieb|ausbildungsstätte|ausbildenden? betriebe?|unternehmen|betrieb|träger der praktischen ausbildung|vermietende[nr]?|mietende[nr]?|arbeitnehmende[nr]?|arbeitgebende[nr]?|arbeitgeber(?:in)?|arbeitnehmer(?:in)?|auszubildende[nr]?|vermieter(?:in)?|(?:haupt|unter)?mieter(?:in)?|mitarbeiter(?:in)?|frau/herrn?|herrn?/frau|herr|frau|employer|employee|landlord|tenant|company)(?:$|[\s:,/()–-]+)|[\s:,/()–-]+)+`)
)

// contracts are documents of two sides, with the field that the one who is not the subject is.
var contracts = map[string]string{"employment_contract": "employer", "training_contract": "employer", "rental_contract": "landlord"}

// blocks reads the sides of a contract. The labels that only say which side a block is are none of forms.
func (f *form) blocks() {
	if contracts[f.typ] == "" {
		return
	}
	sides := 0
	f.labels = slices.DeleteFunc(f.labels, func(o occurrence) bool {
		at, ok := f.behind(o)
		if !ok {
			return false
		}
		if block := f.block(o.cell, at); len(block) > 0 {
			f.side(o.role, block, 0.8)
			sides++
		}
		return true
	})
	if sides == 0 {
		f.both()
	}
}

// behind reports whether a label says what the lines before it are, and where that begins in its cell: "(Vermieter)",
// "– nachfolgend Arbeitgeber genannt –".
func (f *form) behind(o occurrence) (at int, ok bool) {
	if o.role != "subject" && o.role != "employer" && o.role != "landlord" || o.colon {
		return 0, false
	}
	c := f.cells[o.cell]
	before, rest := f.flow[c.start:o.start], strings.Trim(f.flow[o.end:c.end], " )–—-„“”\"'»«.,*")
	if joins := joined.FindString(rest); joins != "" && len(rest) < len(joins)+2 { // "(the “Company”), and"
		rest = ""
	}
	if m := called.FindStringIndex(f.text(c.span)); m != nil && len(f.text(c.span))-m[0] < 90 && m[0] < o.end-c.start+12 && len(rest) < 40 {
		start := min(m[0], len(before))
		return c.start + len(strings.TrimRight(before[:start], " (–—-„“\"'»«,")), true
	}
	if signed.MatchString(before) && rest == "" {
		return c.start, true
	}
	i := strings.LastIndexByte(before, '(')
	if i < 0 || !opens.MatchString(before[i:]) || rest != "" || i > 0 && announces.ReplaceAllString(before[:i], "") == "" { // "Zwischen dem Ausbildenden (Betrieb)" begins one
		return 0, false
	}
	return c.start + len(strings.TrimRight(before[:i], " ,")), true
}

// block is the lines of a side that end at a place in a cell, the first one first.
func (f *form) block(cell, end int) []span {
	var lines []span
	at := span{f.cells[cell].start, end}
	if i := strings.LastIndexByte(f.text(at), ')'); i > len("(10)") { // the other side's
		at.start += i + 1
	}
	if strings.TrimSpace(f.text(at)) != "" {
		lines = append(lines, at)
	}
	b := f.cells[cell].box
	reach := 2.2 // to the paragraph before; then lines of one paragraph
	if len(lines) > 0 {
		reach = 1.1
	}
	for i := cell - 1; i >= 0 && len(lines) < mostLines && !f.begins(lines); i-- {
		c := f.cells[i]
		apart := c.box[2] < b[0] || c.box[0] > b[2]
		if c.box.beside(b) || apart && f.row(c.span) {
			continue
		}
		text := f.text(c.span)
		if b[1]-c.box[3] > reach*max(b.height(), 6) || joined.MatchString(text) && announces.ReplaceAllString(text, "") == "" || strings.HasSuffix(text, ":") || strings.HasSuffix(text, "zwischen") || strings.HasSuffix(text, "between") || called.MatchString(text) {
			break
		}
		if fromSides.MatchString(text) && announces.ReplaceAllString(text, "") == "" {
			break
		}
		lines, b, reach = append([]span{c.span}, lines...), c.box, 1.1
	}
	return lines
}

// begins reports whether the first of some lines begins a side: "zwischen Frau Anna Müller,".
func (f *form) begins(lines []span) bool {
	return len(lines) > 0 && (numberedSide.MatchString(f.text(lines[0])) || fromSides.MatchString(f.text(lines[0])) || joined.MatchString(f.text(lines[0])))
}

// both reads "zwischen … und …" where nothing else says which side is which: the first one wrote the contract.
func (f *form) both() {
	first := slices.IndexFunc(f.cells, func(c cell) bool { return fromSides.MatchString(f.text(c.span)) })
	if first < 0 {
		return
	}
	for i := first + 1; i < min(first+2*mostLines, len(f.cells)); i++ {
		if !joined.MatchString(f.text(f.cells[i].span)) {
			continue
		}
		f.side(contracts[f.typ], f.spans(first, i), 0.7)
		f.side("subject", f.spans(i, min(i+4, len(f.cells))), 0.6)
		return
	}
}

// spans are the cells from first to before last.
func (f *form) spans(first, last int) []span {
	var all []span
	for _, c := range f.cells[first:last] {
		all = append(all, c.span)
	}
	return all
}

// side files the name at the beginning of a side's lines. What else stands there about a person is not the subject's if
// the side is another.
func (f *form) side(role string, lines []span, score float64) {
	key := role
	if role == "subject" {
		key = "person"
	}
	for _, at := range lines {
		at.start += len(announces.FindString(f.text(at)))
		text := f.text(at)
		if m := streetLine.FindStringIndex(text); text == "" || m != nil && m[0] == 0 {
			continue
		}
		found := slots[key].read(text)
		if len(found) == 0 || found[0].start > 10 || key != "employer" && !corporate(found[0].text) && len(strings.Fields(found[0].text)) < 2 {
			if role == "subject" {
				continue
			}
			return
		}
		v := found[0]
		c := candidate{key: key, value: v, sheet: f.sheet, span: span{at.start + v.start, at.start + v.end}, score: score, by: "rule"}
		f.slot(key, c, text, at.start, nil)
		break
	}
	whole := span{lines[0].start, lines[len(lines)-1].end}
	if role == "subject" {
		f.address(candidate{sheet: f.sheet, score: score - 0.15, by: "rule"}, f.text(whole), whole.start)
		return
	}
	f.foreign = append(f.foreign, claim{f.sheet, whole})
}
