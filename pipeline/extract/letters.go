package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// senders are the fields that the sender of a document of a type is.
var senders = map[string]string{
	"payslip": "employer", "employment_contract": "employer", "employment_declaration": "employer", "employer_certificate": "employer",
	"training_contract": "employer", "rental_contract": "landlord", "vocational_qualification": "employer", "health_insurance": "insurer", "bank_statement": "bank_name",
	"blocked_account": "bank_name", "enrolment_certificate": "institution", "university_degree": "institution", "other": "institution", "language_certificate": "institution", "civic_knowledge_test": "institution",
}

// letter reads what letters have at known places: the address of who gets it, the salutation, the sender's name, the date.
func (r *reader) letter(s *sheet) {
	r.landlordsHome(s)
	r.recipient(s)
	r.lines(s)
	r.salutation(s)
	r.sender(s)
	r.loneDates(s)
	r.loneNumber(s)
	r.loneAccount(s)
	r.loneProven(s)
	r.loneName(s)
	r.loneBirth(s)
}

// recipient reads address blocks: a person's name, a street and a town, one below the other.
func (r *reader) recipient(s *sheet) {
	for i, c := range s.cells {
		text := s.text(c.span)
		post := postTown.FindStringSubmatchIndex(text)
		if post == nil || post[2] > 3 || post[1] < len(text)-4 {
			continue
		}
		lines := s.over(i, 4)
		if len(lines) == 0 {
			continue
		}
		street := streetLine.FindStringSubmatchIndex(s.text(lines[0]))
		if street == nil || street[2] > 3 {
			continue
		}
		score := 0.5
		var addressee candidate
		for n, at := range lines[1:] {
			if corporate(s.text(at)) {
				score -= 0.3
				break
			}
			v, _ := person(s.text(at))
			if v.fit < 0.8 || len(s.text(at))-v.end > 3 {
				if n == 0 {
					score -= 0.15
				}
				continue
			}
			score += 0.25
			if polite.MatchString(s.text(at)) || n+2 < len(lines) && polite.MatchString(s.text(lines[n+2])) {
				score += 0.1
			}
			addressee = candidate{value: v, sheet: s, span: span{at.start + v.start, at.start + v.end}, score: score - 0.05, by: "rule", address: true}
			break
		}
		if c.box[1] < 0.16*s.height && !polite.MatchString(s.text(lines[len(lines)-1])) && s.another(i) { // over another address: the sender's
			if r.typ == "rental_contract" && addressee.sheet != nil {
				addressee.key, addressee.score = "landlord", 0.5
				r.add(addressee)
			}
			continue
		}
		if addressee.sheet != nil {
			r.slot("person", addressee, s.text(addressee.span), addressee.start, nil)
		}
		if score < 0.4 || score < 0.6 && senders[r.typ] == "employer" {
			continue
		}
		whole := span{lines[0].start, c.end}
		if lines[0].start > c.start {
			continue
		}
		if strings.Contains(s.text(whole), "\t") { // another address stands beside it
			r.address(candidate{sheet: s, score: score, by: "rule"}, text, c.start)
			r.street(candidate{sheet: s, score: score, by: "rule"}, s.text(lines[0]), lines[0].start, street)
			continue
		}
		r.address(candidate{sheet: s, span: whole, score: score, by: "rule"}, s.text(whole), whole.start)
	}
}

// lines reads addresses that stand in one line: in a curriculum vitae under the name, elsewhere anybody's.
func (r *reader) lines(s *sheet) {
	if r.typ == "cv" {
		r.title(s)
	}
	if senders[r.typ] == "employer" { // more likely the company's
		return
	}
	score := 0.36
	if r.typ == "cv" {
		score = 0.6
	}
	above := ""
	for _, c := range s.cells {
		text := s.text(c.span)
		street := streetLine.FindStringSubmatchIndex(text)
		post := postTown.FindStringSubmatchIndex(text)
		if street != nil && post != nil && street[2] < 4 && post[2]-street[3] < 8 && post[1] > len(text)-4 && !corporate(above) && (r.typ == "cv" || c.box[1] > 0.12*s.height) || r.typ == "cv" && post != nil && post[2] < 4 {
			whole := c.span
			if street == nil {
				if up := s.over(slices.IndexFunc(s.cells, func(d cell) bool { return d.start == c.start }), 1); len(up) > 0 && up[0].start < c.start {
					whole.start = up[0].start
				}
			}
			r.address(candidate{sheet: s, score: score, by: "rule"}, s.text(whole), whole.start)
		}
		above = text
	}
}

// title takes the name over a curriculum vitae: of the first lines the largest that is one.
func (r *reader) title(s *sheet) {
	for i, c := range s.cells[:min(6, len(s.cells))] {
		text := s.text(c.span)
		v, turned := person(text)
		if v.fit < 0.8 || len(text)-v.end > 2 || curriculum.MatchString(text) {
			continue
		}
		r.add(candidate{key: "person", value: v, sheet: s, span: span{c.start + v.start, c.start + v.end}, score: 0.65 - 0.05*float64(i), by: "rule", turn: turned > 0})
		return
	}
}

var curriculum = expression(`(?i)curriculum|vitae|lebenslauf|résumé|resume|özgeçmiş|резюме|bewerbung`)

var polite = expression(`^\W{0,3}(?i:herrn?|frau|familie|eheleute|mr|mrs|ms|firma)\b`)

// another reports whether a town stands further down the page than cell i.
func (s *sheet) another(i int) bool {
	for _, c := range s.cells {
		if text := s.text(c.span); c.box[1] > s.cells[i].box[3] && postTown.MatchString(text) {
			return true
		}
	}
	return false
}

// over returns the cells above a cell that begin where it does, the nearest first, at most n.
func (s *sheet) over(i, n int) []span {
	var found []span
	b := s.cells[i].box
	for n > 0 {
		best, bottom := -1, b[1]-1.8*max(b.height(), 6)
		for j, c := range s.cells {
			if c.box[3] <= b[1]+0.5*b.height() && c.box[1] < b[1]-0.3*b.height() && c.box[3] > bottom && abs(c.box[0]-b[0]) < 1.5*max(b.height(), 6) {
				best, bottom = j, c.box[3]
			}
		}
		if best < 0 {
			break
		}
		found = append(found, s.cells[best].span)
		b = s.cells[best].box
		n--
	}
	return found
}

func abs(f float64) float64 { return max(f, -f) }

var greeting = expression(`(?:Sehr geehrter?|Sehr geehrte|Guten Tag|Dear|Liebe|Lieber|Hallo|Cher|Chère|Sayın)\s+(?:Frau|Herr|Mr|Mrs|Ms|Monsieur|Madame)\.?\s+(?:Dr\.\s+|Prof\.\s+)*([^,:!\n]{2,50})`)

// salutation learns the surname from "Dear Ms …".
func (r *reader) salutation(s *sheet) {
	for _, m := range greeting.FindAllStringSubmatchIndex(s.flow, 3) {
		v, _ := person(s.flow[m[2]:m[3]])
		if v.text == "" || utf8.RuneCountInString(s.flow[m[2]+v.end:m[3]]) > 2 {
			continue
		}
		r.surnames = append(r.surnames, v.text)
		r.add(candidate{key: "surname", value: v, sheet: s, span: span{m[2] + v.start, m[2] + v.end}, score: 0.7, by: "rule"})
	}
}

// sender takes the name of a company or an institution at the top, and where a letter is signed.
func (r *reader) sender(s *sheet) {
	key := senders[r.typ]
	if key == "" || s != r.sheets[0] {
		return
	}
	seen := 0
	for i, c := range s.cells {
		if c.box[1] > 0.35*s.height || seen >= 3 {
			break
		}
		text := s.text(c.span)
		if !corporate(text) && !r.brand(key, text) || utf8.RuneCountInString(text) > 90 || r.prose(s, i, text) {
			continue
		}
		found := firms(text)
		if len(found) == 0 || found[0].fit < 0.9 && !r.brand(key, found[0].text) || !r.kindOf(key, found[0].text) || numberOf.MatchString(found[0].text) || noSender.MatchString(found[0].text) {
			continue
		}
		v := found[0]
		if n := len(titlePage.FindString(v.text)); n > 0 && n < len(v.text) {
			v.text, v.start = v.text[n:], v.start+n
		}
		if n := len(articles.FindString(v.text)); n > 0 && firm.MatchString(v.text) {
			v.text, v.start = v.text[n:], v.start+n
		}
		wide, ok := s.broken(c, v.text)
		if ok && v.end == len(text) {
			v.text, v.end = v.text+" "+strings.Join(strings.Fields(s.text(span{c.end + 1, wide.end})), " "), wide.end-c.start
		}
		if at := office.FindStringIndex(v.text); at != nil && at[0] > 5 {
			v.text, v.end = v.text[:at[0]], v.start+at[0]
		}
		r.add(candidate{key: key, value: v, sheet: s, span: span{c.start + v.start, c.start + v.end}, score: 0.62 - 0.1*float64(seen) - r.doubt(key, v.text), by: "rule"})
		seen++
	}
	r.letterhead(s, key)
}

// titlePage is what a document is, before the name of who made it: "Lohnschein März 2026 – ".
var titlePage = expression(`^[^–|·]*(?:bescheinigung|bestätigung|abrechnung|lohnschein|nachweis|zeugnis|vertrag|urkunde|payslip|certificate|statement|\b(?:19|20)\d{2})\s+[–|·-]\s+`)

// doubt is how much less likely a sender is the one meant: offices that examine and compare are no schools.
func (r *reader) doubt(key, name string) float64 {
	if key == "institution" && examiner.MatchString(name) || key == "employer" && examiner.MatchString(name) || key == "landlord" { // who lets flats to many is often only the agent
		return 0.2
	}
	return 0
}

// prose reports whether a cell is a piece of a sentence or a label alone, and so no sender's name.
func (r *reader) prose(s *sheet, i int, text string) bool {
	if first, _ := utf8.DecodeRuneInString(text); unicode.IsLower(first) && speaking.MatchString(text) || len(dates(text)) > 0 {
		return true
	}
	if m := organised.FindStringIndex(fold(text)); m != nil && m[0] == 0 && m[1] >= len(fold(text)) { // what it is, not which
		return true
	}
	labels := r.words.find(s, i, r.typ)
	return len(labels) == 1 && labels[0].span == s.cells[i].span
}

// broken finds the second line of a name in large print that takes two: a legal form, or a word or two as large.
func (s *sheet) broken(c cell, name string) (span, bool) {
	for _, d := range s.cells {
		if d.start != c.end+1 || s.flow[c.end] != '\n' {
			continue
		}
		next := s.text(d.span)
		if article.MatchString(next) { // of a slogan
			return span{}, false
		}
		near := d.box[0] < c.box[2] && d.box[2] > c.box[0] && d.box[1]-c.box[3] < 0.6*c.box.height()
		alike := d.box.height() < 1.15*c.box.height() && d.box.height() > 0.87*c.box.height()
		if !near || !alike || d.last-d.first > 3 || strings.ContainsAny(next, "0123456789@:,") {
			return span{}, false
		}
		return d.span, legalForm.MatchString(next) || continued.MatchString(name) || c.box.height() > 1.25*s.usual() && !firm.MatchString(name)
	}
	return span{}, false
}

var legalForm = expression(`^(?:gGmbH|GmbH|AG\b|KG\b|mbH\b|Co\.|&|e\. ?[VK]\b|UG\b|SE\b|OHG\b|a\. ?G\.|VVaG|Ltd|Inc|A\.Ş)`)

// usual is the height of most of a sheet's words.
func (s *sheet) usual() float64 {
	heights := make([]float64, len(s.words))
	for i, w := range s.words {
		heights[i] = w.box.height()
	}
	slices.Sort(heights)
	return heights[len(heights)/2]
}

// office is a department behind the name of its institution.
var office = expression(`\s*(?:[–|,/-]\s*)?(?:Studierendensekretariat|Studierendenservice|Studienbüro|Studien- und|Studierendenbüro|Immatrikulationsamt|Prüfungsamt|Dezernat|Der Präsident|Die Präsidentin|Der Rektor|Die Rektorin|Zentrale (?:Studienberatung|Universitätsverwaltung)|Akademisches Auslandsamt|International Office|Registrar|Student (?:Administration|Services|Office)|Office of|Personalabteilung|Personalwesen|Human Resources|Lohnbüro|Lohnbuchhaltung|HR Department|Payroll|Prüfungszentrum|Testzentrum|Prüfungsstelle|Kundenservice|Kundencenter|Geschäftsstelle|Sekretariat|Schulleitung|Hauptverwaltung|Filiale|Zweigstelle|Branch|Beratungscenter|Niederlassung|Postfach)\b.*$`)

var speaking = expression(`(?i)\b(?:hat|haben|ist|sind|wird|wurde|am|bei|has|have|is|was|dass|that)\b`)

var (
	insurers = expression(`(?i)kasse|versicherung|insurance|assurance|assekuranz|AOK|TK\b|BKK|IKK|VVaG|care|health`)
	banks    = expression(`(?i)bank|sparkasse|konto|volksbank|raiffeisen|account|finanz|finance|\bVR\b|\beG\b|GmbH|\bAG\b|\bSE\b`)
	examiner = expression(`(?i)bundesamt|kultusminister|zentralstelle|\bkmk\b|anabin|\btelc\b|testdaf|\bösd\b|g\.a\.s\.t|council of europe|europarat|ministeri|ministry|handelskammer|handwerkskammer|\bihk\b|behörde|bezirksregierung|regierungspräsid|landesamt|prüfungsamt|botschaft|konsulat`)
	schools  = expression(`(?i)schul|universit|hochschule|university|institut|college|akademie|gymnasium|kolleg|vhs|zentrum|campus|ecole|lycee|facult|fakult|academy|school|університет|университет|академ|інститут|институт|جامعة|جامعه|forum|bildung|lingua|sprach|berlitz|verband|verein|e\. ?v\b|\bawo\b|caritas|diakonie|kolping|goethe|telc|testdaf|integration|lern|kolej|lise\b|okul|fakulte|univerzitet|uniwersytet|politechni|polytechni|escola|escuela|colegio|liceu|faculdade|politecnico|hogeschool|seminar|conservat|musikhoch|lehranstalt|oberstufe|kita\b|kindergarten|daad|studienwerk|studierendenwerk|училище|школа|гимназия|гімназія|ліцей|лицей|колледж|коледж|техникум|технікум|політехні|политехни|معهد|كليه|مدرسه`)
	noSender = expression(`(?i)^(?:antrag|bestätigung|erklärung|mitteilung|nachweis|sehr|hiermit|zwischen|arbeitsvertrag|employment (?:agreement|contract|certificate|confirmation)|(?:residential )?lease|mietvertrag|bescheinigung|bestätigung|mitglieds|immatrikulations|studien|schul(?:bescheinigung|besuchs)|versicherungs(?:bestätigung|bescheinigung|nachweis)|krankenversicherungs|kontoauszug|certificate|confirmation|ausbildungsvertrag|zeugnis|diplom|bachelor|master|lisans|diplom)`)
)

// brand reports whether a sender is one of those that go by a name which does not say what they are.
func (r *reader) brand(key, name string) bool {
	return key == "insurer" && insurerNames.MatchString(name) || key == "bank_name" && bankNames.MatchString(accountKinds.ReplaceAllString(name, ""))
}

// accountKinds are kinds of accounts, which are not what a bank is called.
var accountKinds = expression(`(?i)\b(?:giro|spar|tages(?:geld)?|fest(?:geld)?|privat|haupt|unter|verrechnungs|gehalts|kredit(?:karten)?|depot|sperr|basis|referenz|empfänger|bank)konto\b`)

// Well-known insurers and banks in Germany whose names don't say what they are.
var (
	insurerNames = expression(`\b(?:AOK|BKK|IKK|TK|DAK|KKH|HEK|hkk|BARMER|Barmer|Knappschaft|Techniker|Allianz|AXA|HanseMerkur|Hanse Merkur|Debeka|SIGNAL IDUNA|Signal Iduna|ERGO|DKV|Continentale|Mawista|MAWISTA|Care Concept|Gothaer|Barmenia|HUK|Provisit|Educare24|Feather|Ottonova)\b|(?i:gesundheitskasse|assekuranz|krankenvers)`)
	bankNames    = expression(`\b(?:N26|ING|DKB|Fintiba|Expatrio|Coracle|comdirect|Commerzbank|Postbank|HypoVereinsbank|Targobank|Norisbank|Santander|Revolut|Wise|C24|PSD|Tomorrow|1822direkt|Consorsbank|bunq)\b|(?i:sparkasse|bank\b|\p{L}konto\b|raiffeisen|kreditinstitut)`)
)

// school reports whether a name may be that of a school.
func school(name string) bool { return schools.MatchString(fold(name)) && !schooling.MatchString(name) }

// schooling are words about schools that none of them has in its name.
var schooling = expression(`(?i)(?:hoch)?schul(?:abschl|zugang|reife|qualifi|grad|zeugnis|semester|recht|gesetz|bildung|besuch|jahr|pflicht)|gleichwertigkeit|anerkennung`)

// numberOf is a label for a number: "Versicherungsschein-Nr.".
var numberOf = expression(`(?i)(?:nr|no|nummer|number)\.?$`)

// kindOf reports whether a sender may be the field's: an insurer, a bank, a school. Anybody may be an employer.
func (r *reader) kindOf(key, name string) bool {
	switch key {
	case "insurer":
		return insurers.MatchString(name) || insurerNames.MatchString(name)
	case "bank_name":
		return banks.MatchString(name) || bankNames.MatchString(name)
	case "institution":
		return school(name)
	}
	return true
}

var cardNumber = expression(`^[A-Z][A-Z0-9]{0,7}[0-9][A-Z0-9]{0,8}$`)

// loneNumber takes the number that cards and stickers print in a corner without a label.
func (r *reader) loneNumber(s *sheet) {
	if !cards[r.typ] {
		return
	}
	for _, c := range s.cells {
		at := c.span
		text := strings.ReplaceAll(s.text(at), " ", "")
		if i := strings.LastIndexByte(s.text(at), ' '); !cardNumber.MatchString(text) && i > 0 {
			at.start += i + 1
			text = s.text(at)
		}
		if len(text) > 7 && len(text) < 11 && cardNumber.MatchString(text) {
			r.add(candidate{key: "document_number", value: value{text: text, fit: 0.8}, sheet: s, span: at, score: 0.55, by: "rule"})
			return
		}
	}
}

// loneAccount takes account numbers without a label, which their check digits prove; at the foot of a page it is the
// sender's.
func (r *reader) loneAccount(s *sheet) {
	for _, v := range accounts(strings.ReplaceAll(s.flow, "\t", " ")) {
		c := candidate{key: "iban", value: v, sheet: s, span: v.span, score: 0.5 * v.fit, by: "rule"}
		if s.boxOf(v.span)[1] > 0.88*s.height {
			c.score = 0.36
		}
		r.add(c)
	}
}

// loneName takes names that stand alone in a line, as on certificates and under signatures. That is little evidence, so
// only two words or more without anything that names are not count.
func (r *reader) loneName(s *sheet) {
	for _, c := range s.cells {
		text := s.text(c.span)
		v, turned := person(text)
		if v.fit < 0.8 || strings.Trim(text[:v.start], "0123456789.) ") != "" || v.start > 4 || len(text)-v.end > 1 || strings.ContainsAny(text[v.end:], "0123456789") || len(strings.Fields(v.text)) > 5 || corporate(text) || !latin(text) || upper(text) || !plainName(text) {
			continue
		}
		r.add(candidate{key: "person", value: v, sheet: s, span: span{c.start + v.start, c.start + v.end}, score: 0.37, by: "rule", turn: turned > 0})
	}
}

// loneBirth takes a date and a place that stand alone right under a person's name, as on certificates.
func (r *reader) loneBirth(s *sheet) {
	for _, c := range s.cells {
		text := s.text(c.span)
		found := dates(text)
		if len(found) != 1 || strings.Trim(text[:found[0].start], " (*") != "" {
			continue
		}
		at, ok := s.on(c.box, s.width)
		if !ok || c.box[1]-s.boxOf(at)[3] > 1.5*c.box.height() {
			continue
		}
		name := s.text(at)
		behind := strings.TrimLeft(text[found[0].end:], " ,")
		first, _ := utf8.DecodeRuneInString(behind)
		if v, _ := person(name); v.fit < 0.8 || v.start > 0 || v.end < len(name) || !plainName(name) || corporate(name) || !unicode.IsUpper(first) || len(places(behind)) == 0 {
			continue
		}
		at = span{c.start + found[0].start, c.start + found[0].end}
		r.slot("birth", candidate{value: found[0], sheet: s, span: at, score: 0.55, by: "rule"}, text, c.start, found)
	}
}

// ofStreet ends the name of a street and hardly that of a person: not Viktor, not Rosenberg.
var ofStreet = expression(`(?i)(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|chaussee|steig|pfad|markt|stieg|street|road|avenue|^rue|sokak|cadde)$`)

// plainName reports whether no word of a text ends like a noun or an adjective of German and English officialdom.
func plainName(text string) bool {
	for _, w := range strings.Fields(text) {
		if noun.MatchString(w) || official.MatchString(fold(strings.Trim(w, ",.;:"))) || ofStreet.MatchString(w) {
			return false
		}
	}
	return !curriculum.MatchString(text)
}

var official = expression(`(?:lich|liche|licher|liches|ische|ischer|isches|ungen|tion|tions|tional|ment|ments|ance|ence|ity|ship|graphy|stelle|zentrum|kreis|stadt|land|haus|heim|dorf|burg|hausen|kirchen|kammer|kasse|konto|blatt|teil|zeit|datum|date|ort|tag|monat|jahr|betrag|summe|name|nummer|art|grad|note|punkte|stufe|test|kurs|prufung|deutsch|english|deutschland|germany|bund|bundes\p{L}*|amts\p{L}*|sozial\p{L}*|arbeits\p{L}*|miet\p{L}*|kranken\p{L}*|renten\p{L}*|lohn\p{L}*|gehalts?\p{L}*|steuer\p{L}*|aufenthalts\p{L}*|^(?:original|kopie|copy|page|seite|service|office|card|permit|passport|republic|kingdom|federal|state|states|united|ministry|police|court|civil|the|of|for|and|mit|bei|fur|auf|aus|im|in|gruss\p{L}*|grusse\p{L}*|freundlich\p{L}*|hochachtungsvoll|yours|sincerely|faithfully|regards))$`)

var cards = set("residence_document", "national_id_card", "arrival_certificate", "declaration_of_commitment")

var placeDate = expression(`^\W{0,3}(?:\d{5} )?\p{Lu}[\p{L}.'’-]*(?:[ -/(]{1,2}\p{L}[\p{L}.'’)-]*){0,5},?\s*(?:den|am|the|le|on|on the)?\s*$`)

// clock is a time of day behind a date.
var clock = expression(`^[,\s]*(?:um )?\d{1,2}[:.]\d{2}(?::\d{2})?(?: Uhr)?`)

// loneDates takes dates that stand alone in a line or behind the name of a place: when a document was made.
func (r *reader) loneDates(s *sheet) {
	for i, c := range s.cells {
		if r.typ == "bank_statement" && s.booking(i) {
			continue
		}
		text := s.text(c.span)
		for _, v := range dates(text) {
			before, behind := strings.TrimSpace(text[:v.start]), strings.Trim(clock.ReplaceAllString(text[v.end:], ""), " .,;рокуг")
			score := 0.0
			switch {
			case len(behind) > 3 && v.start > 3:
			case before == "" && len(behind) < 4:
				score = 0.5
				if r.titles(s, c) { // over a label it is that one's
					score = 0.25
				}
			case len(behind) < 4 && dated[fold(before)]:
				score = 0.42
			case len(behind) < 4 && strings.HasSuffix(before, "."):
				score = 0.42
			case len(behind) < 4 && placeDate.MatchString(before) && utf8.RuneCountInString(before) < 50:
				score = 0.68
			}
			switch {
			case score > 0:
			case strings.HasSuffix(strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(before, "den"), "am"), " "), ",") && placeDate.MatchString(before) && len(strings.Fields(before)) < 5:
				score = 0.5 // something else follows in the line
			case before == "" && placeDate.MatchString(strings.TrimLeft(behind, ", ")) && len(strings.Fields(behind)) < 4:
				score = 0.42
			}
			if score > 0 {
				key := "issue_date"
				if r.typ == "university_degree" && before == "" { // the day of a degree is that of its diploma
					key = "graduation_date"
				}
				lone := candidate{key: key, value: v, sheet: s, span: span{c.start + v.start, c.start + v.end}, score: score, by: "rule", lone: true}
				r.add(lone)
				if r.typ == "university_degree" && key == "issue_date" && before != "" {
					lone.key, lone.score = "graduation_date", score-0.05
					r.add(lone)
				}
				if key != "issue_date" {
					lone.key, lone.score = "issue_date", score-0.1
					r.add(lone)
				}
			}
		}
	}
}

// dated are words before the date of a letter.
var dated = set("vom", "den", "dated", "le", "від", "от")

// datable reports whether the value of a slot can be a date other than that of issue.
func datable(slot string) bool {
	return slot == "skip" || slot != "issue_date" && slot != "place_date" && len(slots[slot].read("01.02.2020")) > 0
}

// titles reports whether a cell stands right under a label that has no other value.
func (r *reader) titles(s *sheet, c cell) bool {
	for i, d := range s.cells {
		if d.box[3] <= c.box[1]+0.5*c.box.height() && d.box[3] > c.box[1]-1.2*c.box.height() && d.box[0] < c.box[2] && d.box[2] > c.box[0] {
			found := r.words.find(s, i, r.typ)
			if n := len(found); n > 0 && found[0].fresh && datable(found[n-1].slot) && d.end-found[n-1].end < 3 {
				return true
			}
		}
	}
	return false
}
