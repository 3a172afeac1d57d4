package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// slot files a value under its field, taking apart what holds several. text is what was read, at its place in the flow,
// and all are the values found in it.
func (r *reader) slot(slot string, c candidate, text string, at int, all []value) {
	switch slot {
	case "birth", "marriage":
		c.key = slot + "_date"
		r.add(c)
		r.place(slot+"_place", c, text, at)
	case "place_date", "issue":
		c.key = "issue_date"
		r.add(c)
	case "validity", "contract", "period_range":
		r.spanOf(slot, c, at, all)
	case "address", "post_town":
		r.address(c, text, at)
	case "person", "spouse_person":
		_, turned := person(text)
		c.key, c.turn = slot, turned > 0
		r.add(c)
		if rest := text[min(c.value.end, len(text)):]; slot == "person" && contracts[r.typ] != "" {
			if born := dates(rest); len(born) > 0 && strings.Trim(rest[:born[0].start], " ,(*") == "" { // "Mieter: Anna Müller, 1.2.1990"
				start := at + len(text) - len(rest) + born[0].start
				r.add(candidate{key: "birth_date", value: born[0], sheet: c.sheet, span: span{start, start + born[0].end - born[0].start}, score: 0.58, by: c.by})
			}
		}
		if rest := text[min(c.value.end, len(text)):]; slot == "person" && postTown.MatchString(rest) && streetLine.MatchString(rest) { // where they live
			r.address(candidate{sheet: c.sheet, score: c.score - 0.1, by: c.by}, rest, at+len(text)-len(rest))
		}
	case "father_name", "mother_name", "landlord", "sponsor_name", "attorney_name":
		c.key = slot
		if strings.Contains(c.value.text, ",") && !corporate(c.value.text) { // "Müller, Anna" is Anna Müller
			surname, given := split(c.value.text, true, nil)
			c.value.text = strings.TrimSpace(given + " " + surname)
		}
		if len(strings.Fields(c.value.text)) < 2 {
			c.score -= 0.25
		}
		r.add(c)
	case "name":
		_, turned := person(text)
		c.key, c.turn = slot, turned > 0
		r.add(c)
	default:
		c.key = slot
		r.add(c)
	}
}

// place looks for the name of a place around a date: behind it ("… in Kyiv", "…, Kyiv") or before it ("Kyiv, …").
func (r *reader) place(key string, c candidate, text string, at int) {
	behind := text[c.value.end:]
	skip := len(behind) - len(strings.TrimLeft(behind, " ,/.\n\t–-|"))
	rest := behind[skip:]
	for _, word := range []string{"in ", "à ", "at ", "u ", "в ", "м. ", "місто ", "г. ", "город "} {
		if strings.HasPrefix(rest, word) {
			skip, rest = skip+len(word), rest[len(word):]
		}
	}
	if found := places(strings.SplitN(rest, "\n", 2)[0]); len(found) > 0 && found[0].start < 2 {
		start := at + c.value.end + skip + found[0].start
		r.add(candidate{key: key, value: found[0], sheet: c.sheet, span: span{start, start + found[0].end - found[0].start}, score: c.score - 0.1, by: c.by})
		return
	}
	before := strings.TrimRight(text[:c.value.start], " ,/–-")
	if found := places(before); len(found) > 0 && found[0].end >= len(strings.TrimRight(before, " ,")) {
		r.add(candidate{key: key, value: found[0], sheet: c.sheet, span: span{at + found[0].start, at + found[0].end}, score: c.score - 0.15, by: c.by})
	}
}

// spanOf files the beginning and the end of a span of time.
func (r *reader) spanOf(slot string, c candidate, at int, all []value) {
	keys := map[string][2]string{"validity": {"valid_from", "expiry_date"}, "contract": {"contract_start", "contract_end"}, "period_range": {"period_start", "period_end"}}[slot]
	if slot == "validity" && r.typ == "health_insurance" {
		keys[0] = "insurance_start"
	}
	if len(all) > 1 && all[1].start-all[0].end < 24 {
		for i, key := range keys {
			d := c
			d.key, d.value, d.span = key, all[i], span{at + all[i].start, at + all[i].end}
			r.add(d)
		}
		return
	}
	c.key, c.score = keys[0], c.score-0.3
	r.add(c)
}

// address takes a text's street, postal code and town.
func (r *reader) address(c candidate, text string, at int) {
	if r.typ == "declaration_of_commitment" { // the guest lives elsewhere: an address in Germany is the sponsor's
		return
	}
	post := postTown.FindStringSubmatchIndex(text)
	if post != nil {
		r.addressed("postal_code", c, text, at, span{post[2], post[3]})
		r.addressed("city", c, text, at, span{post[4], post[4] + townEnd(text[post[4]:post[5]])})
	}
	if m := streetIn(text); m != nil && (post != nil && m[2] != post[4] || post == nil && street.MatchString(text[m[2]:m[3]])) {
		r.street(c, text, at, m)
	}
}

// street files the street that streetLine found in a text.
func (r *reader) street(c candidate, text string, at int, m []int) {
	start := m[2] + len(located.FindString(text[m[2]:m[3]]))
	if start < m[3] {
		r.addressed("street", c, text, at, span{start, m[3]})
	}
}

// addressed files a part of an address.
func (r *reader) addressed(key string, c candidate, text string, at int, part span) {
	v := value{text: strings.Join(strings.Fields(text[part.start:part.end]), " "), span: part, fit: 0.9}
	if key == "street" {
		v.text = streetName(v.text)
	}
	r.add(candidate{key: key, value: v, sheet: c.sheet, span: span{at + part.start, at + part.end}, score: c.score, by: c.by})
}

// streetIn finds the street of a text as streetLine does, but not words before a day: "Einzug von Frau Müller zum 28.02.2026".
func streetIn(text string) []int {
	for _, m := range streetLine.FindAllStringSubmatchIndex(text, -1) {
		if !untilDay.MatchString(text[m[2]:m[3]]) {
			return m
		}
	}
	return nil
}

var untilDay = expression(`(?i)\s(?:on|am|vom|zum|ab|bis|seit|dated?|datum|nr|no|le|of|art|abs|satz|§)\.?\s\d+\S*$`)

// townEnd is where the name of a town ends that was taken with words behind it: "Hof im Erdgeschoss".
func townEnd(text string) int {
	end := len(text)
	if m := sentenceEnd.FindStringIndex(text); m != nil {
		end, text = m[1]-1, text[:m[1]-1]
	}
	for _, w := range tokens(text) {
		if notTown[w.text] {
			end = w.start
			break
		}
	}
	if end == 0 {
		return len(text)
	}
	return len(unfinished.ReplaceAllString(strings.TrimRight(text[:end], " -/,(."), ""))
}

var notTown = set("erdgeschoss", "dachgeschoss", "obergeschoss", "untergeschoss", "hochparterre", "parterre", "souterrain", "og", "eg", "dg", "ug", "stock", "stockwerk", "etage", "geschoss", "haus", "hause", "hinterhaus",
	"vorderhaus", "wohnung", "zimmer", "apartment", "appartement", "deutschland", "germany", "allemagne", "almanya", "brd", "telefon", "tel", "fax", "telefax", "mobil", "email", "internet", "www", "datum", "date", "nachfolgend",
	"nachstehend", "folgenden", "mieter", "mieterin", "vermieter", "vermieterin", "vertreten", "geschaftsfuhrer", "als", "und", "oder", "nr", "iban", "geboren", "geb", "ust", "amtsgericht", "hrb", "seit", "ab", "einzug", "wohnflache",
	"rahmen", "sinne", "ihr", "ihre", "ihren", "unser", "unsere", "herr", "herrn", "frau", "arbeitgeber", "arbeitnehmer", "ansprechpartner", "sachbearbeiter", "auskunft", "zeichen", "aktenzeichen", "steuernummer", "kundennummer", "hereinafter", "is", "has", "born", "name", "lage", "sehr", "betr", "betreff", "miete", "ort", "plz", "staat", "uhr", "raum", "familienname", "vorname", "unterschrift")

var sentenceEnd = expression(`\p{L}{4,}\. `)

var unfinished = expression(`(?: (?:im|in|am|an|der|dem|den|bei|vor|auf|zu|ob|die|das))+$`)

// located are words before a street that are none of it.
var located = expression(`^(?i:(?:(?:(?:[\p{L}]+ ){0,4}?(?:in |im )(?:der |dem )?)?(?:im |das |die |der |dem )?(?:haus|hause|anwesen|wohnung|objekt|wohnheim|wohnhaus|mietshaus|mietwohnung|apartment|appartement|wohnobjekt|mietobjekt|grundstück|gebäude)|(?:\d{1,2}\. )?(?:\p{L}+ ){1,4}(?:gelegenen?|befindlichen?|liegenden?) (?:wohnung|räume|zimmer)|hausnummer|hausnr\.?|haus-nr\.?|anschrift|adresse|wohnhaft|gelegen|gemeldet|address|residing|unter der anschrift)(?: in| at)?\s+)+`)

// unclaimed leaves out, of one sheet's candidates, what belongs to somebody else, and dates that another label or sentence
// claims with more right.
func (r *reader) unclaimed(found []candidate) []candidate {
	return slices.DeleteFunc(slices.Clone(found), func(c candidate) bool {
		if personal[c.key] && slices.ContainsFunc(r.foreign, func(f claim) bool { return f.sheet == c.sheet && f.start < c.end && c.start < f.end }) {
			return true
		}
		return ofTime[c.key] && slices.ContainsFunc(found, func(d candidate) bool {
			if !ofTime[d.key] || d.start >= c.end || c.start >= d.end || d.lone || d.key == c.key {
				return false
			}
			return c.lone && d.score > 0.45 || d.score > c.score+0.1
		})
	})
}

// ofTime are fields that one date is only one of.
var ofTime = set("birth_date", "issue_date", "expiry_date", "exam_date", "contract_start", "contract_end", "insurance_start", "move_in_date", "marriage_date", "spouse_birth_date", "sponsor_birth_date",
	"entry_date", "stay_start", "course_start", "period_start", "period_end", "valid_from", "graduation_date")

// persons takes full names apart, now that everything on the document is known.
func (r *reader) persons() {
	labelled := map[string]bool{}
	for _, c := range r.found {
		if c.key == "given_names" || c.key == "spouse_given_names" {
			labelled[c.key] = labelled[c.key] || c.score > 0.6
		}
		if c.key == "surname" && c.score > 0.7 {
			r.surnames = append(r.surnames, c.value.text)
		}
	}
	for _, s := range r.sheets {
		for _, z := range s.page.Zones {
			if name := z.Fields["surname"]; name != "" {
				r.surnames = append(r.surnames, name)
			}
		}
	}
	for _, c := range r.found {
		if c.turn && (c.key == "person" || c.key == "name") {
			surname, _ := split(c.value.text, true, nil)
			r.surnames = append(r.surnames, surname)
		}
	}
	r.partial()
	slices.SortStableFunc(r.surnames, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	r.others()
	for _, c := range slices.Clone(r.found) {
		switch c.key {
		case "birth_name":
			c.key, c.score = "surname", c.score-0.15
			r.add(c)
		case "person", "name":
			r.apart(c, "surname", "given_names", labelled["given_names"])
		case "spouse_person", "spouse_name":
			r.apart(c, "spouse_surname", "spouse_given_names", labelled["spouse_given_names"])
		}
	}
}

// partial takes out full names that a label says are given names or a surname only: "Vornamen: Ahmad Farid, geb. 1.2.1990".
func (r *reader) partial() {
	parts := map[string]bool{}
	for _, c := range r.found {
		if (c.key == "given_names" || c.key == "surname") && c.score > 0.6 {
			parts[comparable(c.value.text)] = true
		}
	}
	r.found = slices.DeleteFunc(r.found, func(c candidate) bool {
		return c.key == "person" && parts[comparable(c.value.text)]
	})
}

// others takes out names for the document's subject that are known to be somebody else's.
func (r *reader) others() {
	theirs, agents := map[string]float64{}, r.agents()
	for _, c := range r.found {
		switch c.key {
		case "attorney_name", "landlord", "sponsor_name", "father_name", "mother_name":
			if r.fields[c.key] {
				name := comparable(c.value.text)
				theirs[name] = max(theirs[name], c.score)
			}
		}
	}
	r.found = slices.DeleteFunc(r.found, func(c candidate) bool {
		if agents[comparable(c.value.text)] && (c.key == "employer" || (c.key == "person" || c.key == "name") && c.score < sureName && r.rival(c)) {
			return true
		}
		score, known := theirs[comparable(c.value.text)]
		return known && (c.key == "person" || c.key == "name") && c.score < score+0.12 && r.rival(c)
	})
}

// rival reports whether another name than a candidate's may be the subject's.
func (r *reader) rival(c candidate) bool {
	return slices.ContainsFunc(r.found, func(d candidate) bool {
		return (d.key == "person" || d.key == "name" || d.key == "surname") && d.score >= least && !strings.Contains(comparable(c.value.text), comparable(d.value.text))
	})
}

// apart files surname and given names of a full name. Where given names have a label of their own, a "name" is a surname.
func (r *reader) apart(c candidate, surnameKey, givenKey string, labelled bool) {
	if (c.key == "name" || c.key == "spouse_name") && labelled && !c.turn {
		c.key = surnameKey
		r.add(c)
		return
	}
	surname, given := split(c.value.text, c.turn, r.surnames)
	if given == "" {
		if c.key == "name" && c.score > 0.6 {
			c.key, c.score = surnameKey, c.score-0.2
			r.add(c)
		}
		return
	}
	for key, part := range map[string]string{surnameKey: surname, givenKey: given} {
		d := c
		d.key, d.value.text = key, part
		if i := strings.Index(c.sheet.text(c.span), part); i >= 0 {
			d.span = span{c.start + i, c.start + i + len(part)}
		}
		r.add(d)
	}
}
