package extract

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// sentence is a wording that carries values. In its pattern, {slot} stands for the value of a slot, a blank for any white
// space, and the rest is a regular expression that ignores case outside of names.
type sentence struct {
	pattern string
	types   []string // empty: all
	score   float64
	re      func() *regexp.Regexp
	words   func() anyOf // see needed
}

// The parts of patterns.
const (
	datePart  = `\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{2,4}|\p{Nd}{4}\s?[./-]\s?\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{1,2}|\p{Nd}{1,2}(?:\.|st|nd|rd|th|er|º)?\s(?:of |de )?\p{L}{3,12}\.?,?\s(?:de )?\p{Nd}{4}|\p{L}{3,9}\s\p{Nd}{1,2}(?:st|nd|rd|th)?,?\s\p{Nd}{4}|\p{Nd}{2} \p{Nd}{2} \p{Nd}{4}`
	wordPart  = `(?-i:\p{Lu}|\p{Lo}|d['’])[\p{L}\p{M}'’.-]*`
	namePart  = wordPart + `(?:\s(?:` + wordPart + `|(?:von|van|de|da|dos|das|do|del|la|der|den|zu|bin|al|el|ben|ibn)\b)){0,6}`
	turnPart  = namePart + `,\s` + namePart
	moneyPart = `(?:EUR|€|Euro)?\s?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d{2})?\s?(?:EUR|€|Euro)?`
	firmPart  = `[\p{Lu}\d][\p{L}\d .&+'’/–-]{2,70}?`
	textPart  = `[\p{L}\d][\p{L}\d .&+'’/–()-]{2,70}?`
	numPart   = `\d{1,4}(?:[.,]\d{1,2})?`
	codePart  = `[\p{L}\d][\p{L}\d ./-]{2,24}`
	placePart = `(?-i:\p{Lu}|\p{Lo})[\p{L}\p{M}'’.-]*(?:(?: |-|\s)(?:(?-i:\p{Lu})[\p{L}'’.-]*|am|an|der|in|im|ob|de|la|el))*(?:, (?-i:\p{Lu})[\p{L}]+(?: (?-i:\p{Lu})\p{L}+)?)?`
	homePart  = `[^\n;:]{3,60}(?:\n[^\n;:]{3,60})?`
)

// parts are the expressions that slots stand for in patterns, by their recogniser's kind.
var parts = map[string]string{
	"person": `(?:(?:Herrn?|Frau|Mr\.?|Mrs\.?|Ms\.?|Monsieur|Madame|M\.|Mme|пан|пані)\s)?(?:Dr\.\s)?(?:` + turnPart + `|` + namePart + `)`,
	"name":   namePart, "attorney_name": namePart, "sponsor_name": namePart, "landlord": `(?:Herrn?\s|Frau\s)?` + namePart, "father_name": namePart, "mother_name": namePart, "spouse_person": namePart,
	"surname": namePart, "given_names": namePart,
	"birth_place": placePart, "city": placePart, "marriage_place": placePart,
	"employer": firmPart, "insurer": firmPart, "institution": firmPart, "bank_name": firmPart,
	"job_title": textPart, "programme": textPart, "degree": textPart, "purpose": textPart, "decision": `[^\n]{10,150}?\.`, "address": homePart, "remarks": textPart,
	"weekly_hours": numPart, "annual_leave_days": `\d{2}`, "semester_count": `\d{1,2}`, "living_space_sqm": numPart, "rooms": numPart, "contribution_months": `\d{1,3}`, "course_hours": `\d{2,4}`, "total_score": `\d{1,3}`,
	"graduation_year": `(?:19|20)\d{2}`, "tax_year": `(?:19|20)\d{2}`, "level": `[ABC][12]`, "semester": `(?:Winter|Sommer)semester\s\d{4}(?:\s?/\s?\d{2,4})?|(?:WiSe|SoSe|WS|SS)\s\d{4}(?:/\d{2,4})?|(?:winter|summer) (?:semester|term) \d{4}(?:/\d{2,4})?`,
	"school_year": `\d{4}\s?[/–-]\s?\d{2,4}`, "grade": `\d[.,]\d{1,2}`, "period": `\p{L}{3,10}\s\d{4}|\d{1,2}[./]\d{4}`,
	"document_number": codePart, "passport_number": codePart, "file_number": codePart, "reference_number": codePart, "register_number": `\p{Nd}{1,6}(?:\s?/\s?\p{Nd}{2,4})?`, "insurance_number": codePart, "matriculation_number": `\d{5,10}`,
}

// part returns the expression for a slot.
func part(slot string) string {
	if p, ok := parts[slot]; ok {
		return p
	}
	if strings.HasSuffix(slot, "_date") || strings.HasSuffix(slot, "_start") || strings.HasSuffix(slot, "_end") || slot == "valid_from" {
		return datePart
	}
	return moneyPart
}

var hole = regexp.MustCompile(`\{([a-z]\w+)\}`)

// compile turns a pattern into a regular expression with a group for each slot.
func compile(pattern string) *regexp.Regexp {
	return regexp.MustCompile(spelled(pattern, func(slot string) string { return `(?P<` + slot + `>` + part(slot) + `)` }))
}

// spelled is a pattern as a regular expression, with what of says of a slot in its place.
func spelled(pattern string, of func(slot string) string) string {
	pattern = strings.NewReplacer(" ?", `\s*`, " ", `\s+`).Replace(pattern)
	return `(?i)` + hole.ReplaceAllStringFunc(pattern, func(h string) string { return of(h[1 : len(h)-1]) })
}

// wordings are the sentences, each compiled when a document of its type has its words: together they cost as much as a short
// document.
var wordings = sync.OnceValue(func() []sentence {
	all := slices.Clone(sentences)
	for i := range all {
		all[i].words = sync.OnceValue(func() anyOf { return needed(spelled(all[i].pattern, func(string) string { return "." })) })
		all[i].re = sync.OnceValue(func() *regexp.Regexp { return compile(all[i].pattern) })
	}
	return all
})

// sentences reads the wordings of letters and certificates.
func (r *reader) sentences(s *sheet) {
	flow := strings.ReplaceAll(s.flow, "\t", " ")
	lower := strings.ToLower(flow)
	for _, w := range wordings() {
		if len(w.types) > 0 && !slices.Contains(w.types, r.typ) || !w.words().in(lower) {
			continue
		}
		for _, m := range w.re().FindAllStringSubmatchIndex(flow, 8) {
			r.match(s, w, m)
		}
	}
}

// match files the values of one match.
func (r *reader) match(s *sheet, w sentence, m []int) {
	foreign := false
	for n, slot := range w.re().SubexpNames() {
		if slot == "" || m[2*n] < 0 {
			continue
		}
		at := span{m[2*n], m[2*n+1]}
		if foreign {
			r.foreign = append(r.foreign, claim{s, at})
			continue
		}
		if textual[slot] && strings.Contains(s.text(at), "\t") && strings.HasPrefix(s.flow[at.end:]+"\n", "\n") { // the heads or the row of a table
			continue
		}
		if companies[slot] || phrases[slot] {
			at.start += len(articles.FindString(s.text(at)))
		}
		text := strings.ReplaceAll(s.text(at), "\t", " ")
		if strings.Contains(part(slot), namePart) && slot != "surname" && slot != "sponsor_name" {
			n := prologue(text)
			at.start, text = at.start+n, text[n:]
			if foreign = r.stranger(s.flow[:at.start]); foreign {
				continue
			}
		}
		if i := strings.LastIndexByte(text, ','); i > 0 && named[slot] && numbered.MatchString(s.flow[at.start+len(text):]) { // the street behind a name
			text = text[:i]
		}
		found := slots[slot].read(text)
		if textual[slot] {
			found = phrase("", 150)(strings.ReplaceAll(text, "\n", " "))
		}
		if len(found) > 0 && !found[0].settle(slot) {
			continue
		}
		if slot == "decision" && len(found) > 0 {
			found[0].text, found[0].end = found[0].text+".", found[0].end+1
		}
		if len(found) == 0 || slots[slot].front && found[0].start > 10 || slot == "degree" && strings.HasPrefix(s.flow[at.start+found[0].end:], "-") {
			continue
		}
		v := found[0]
		if !r.plausible(slot, v.text, w.score) {
			continue
		}
		if named[slot] && numbered.MatchString(s.flow[at.start+v.end:]) { // a street
			continue
		}
		c := candidate{value: v, sheet: s, span: span{at.start + v.start, at.start + v.end}, score: w.score, by: "rule"}
		if parties[r.typ] && personal[slot] {
			to, ok := r.slotFor(slot, s.party(c.span))
			if !ok {
				continue
			}
			slot = to
		}
		r.slot(slot, c, text, at.start, found)
	}
}

// before a name in a sentence stand words that say whose it is; capitals don't tell them from names in German.
var (
	announced = regexp.MustCompile(`(?i)(?:^|[\s(])(?:herrn?|frau|kind(?:es)?|schüler(?:in)?|studentin?|studierenden?|mandant(?:en|in)?|person|patient(?:in)?|sohn|tochter|antragsteller(?:in|s)?|mieter(?:in)?|arbeitnehmer(?:in)?|teilnehmer(?:in)?|inhaber(?:in)?|angelegenheit|sache|mr|mrs|ms|child|student|employee|tenant|mutter|vater|eltern|elternteil|kindesmutter|kindesvater|ehegatten?|ich|für|that|que)\.?\s`)
	noun      = regexp.MustCompile(`(?i)(?:ung|heit|keit|sache|ergebnis|konferenz|sekretariat|ministerium|agentur|präsidium|verwaltung|schaft|schein|zeugnis|verfahren|einrichtung|dienste?|recht|gesetz|AufenthG|antrag|bescheid|attest|urkunde|nummer|vertrag|sprachen?|bezeichnung|erlaubnis|register|behörde|amt|schule|wesen|vollmacht|certificate|confirmation|attorney|dokument|nachweis|daten)$`)
)

// prologue tells how much of a name's beginning is no name: words before it on another line, announcements and nouns.
func prologue(text string) int {
	n := 0
	if m := announced.FindAllStringIndex(text, -1); m != nil {
		n = m[len(m)-1][1]
	}
	if m := origin.FindStringSubmatchIndex(text[n:]); m != nil { // "Lebensunterhalt von Anna Müller"
		n += m[2]
	}
	if i := strings.LastIndexByte(text[n:], '\n'); i >= 0 && len(strings.Fields(text[n+i:])) > 1 {
		n += i + 1
	}
	for at := n; at < len(text); {
		word, next, _ := nameWord(text, at)
		bare := fold(strings.Trim(word, "."))
		if word != "" && next < len(text) && (noun.MatchString(word) || noNames[bare] && !particles[bare] || pronouns[bare] && (!particles[bare] || at == n)) {
			n = next
		}
		if next == at {
			_, size := utf8.DecodeRuneInString(text[at:])
			next += size
		}
		at = next
	}
	return n
}

// origin is what a name is of, with two words of a name behind it: one would be a title of nobility.
var origin = regexp.MustCompile(`^\S+(?:\s\S+){0,2}?\s(?:von|für|of|for)\s(\p{Lu}\S+\s+\p{Lu})`)

var pronouns = set("i", "ich", "je", "ihr", "ihre", "ihrem", "ihren", "mein", "meine", "unser", "unsere", "das", "der", "die", "dem", "den", "des", "der/die", "fur", "hiermit", "dass", "zum", "zur")

// parties are documents about two sides, each in a part of its own.
var parties = set("declaration_of_commitment", "marriage_certificate", "certified_translation")

// claim is a piece of a sheet.
type claim struct {
	*sheet
	span
}

var offspring = regexp.MustCompile(`(?i)(?:kind(?:es)?|tochter|sohn|child|daughter|son)(?: [\p{L}]+,?)?\s*$`)

var writer = regexp.MustCompile(`(?i)\b(?:ich|I),?\s*$`)

// stranger reports whether the words before a name say that it is somebody else's: on papers about custody and benefits
// the parent is meant, not the child.
func (r *reader) stranger(before string) bool {
	return meansParent[r.typ] && offspring.MatchString(before) || r.typ == "declaration_of_commitment" && writer.MatchString(before)
}

// plausible holds what a loose wording found against what the slot asks for: companies and schools have their words, and
// people have two names.
func (r *reader) plausible(slot, text string, score float64) bool {
	switch slot {
	case "institution":
		return schools.MatchString(fold(text))
	case "insurer":
		return r.kindOf("insurer", text)
	case "employer":
		return corporate(text) || score >= 0.7 && !article.MatchString(text)
	case "landlord", "attorney_name", "sponsor_name", "father_name", "mother_name":
		return len(strings.Fields(text)) > 1
	}
	return true
}

// numbered is what follows the name of a street.
var numbered = regexp.MustCompile(`^\.?\s?(?:(?i:straße|strasse|str\.?|weg|platz|allee|gasse|ring|ufer|damm)\s?)?\d`)

// textual slots may run over the end of a line in a sentence.
var textual = set("employer", "institution", "insurer", "bank_name", "job_title", "programme", "degree", "purpose", "decision", "remarks")

// sentences are the wordings, in the languages of the documents.
var sentences = []sentence{
	// Who: a name beside the date of birth.
	{pattern: `{person},? \(?(?:geb(?:\.|oren)?|born)(?: am| on)?:? {birth_date}(?:,? (?:in|at|à) {birth_place})?`, score: 0.8},
	{pattern: `(?:geb(?:\.|oren)?|born)(?: am| on)?:? {birth_date},? (?:wohnhaft(?: in)?:? )?{address}`, score: 0.7},
	{pattern: `{person},? (?:né|née|né\(e\)) le {birth_date}(?: à {birth_place})?`, score: 0.8},
	{pattern: `(?:Herrn?|Frau|Familie)\s{person}`, score: 0.45},
	{pattern: `(?:Mr|Mrs|Ms)\.?\s{person}`, score: 0.4},
	{pattern: `\bgeb(?:\.|oren)?(?: am)?:? {birth_date}(?:,? in {birth_place}| / {birth_place})?`, score: 0.7},
	{pattern: `\b(?:was )?born(?: on)?:? {birth_date}(?:,? (?:in|at) {birth_place})?`, score: 0.7},
	{pattern: `\bné(?:e|\(e\))? le {birth_date}(?: à {birth_place})?`, score: 0.75},
	{pattern: `{birth_date} (?:р\. ?н\.|року народження|г\. ?р\.|года рождения)`, score: 0.7},
	{pattern: `(?:народив(?:ся|лася|ся\(лася\))|родил(?:ся|ась|ся\(лась\)))[:,]? {birth_date}`, score: 0.75},
	{pattern: `{birth_date} tarihinde (?:doğ|{birth_place}['’]?(?:da|de|ta|te) doğ)`, score: 0.7},
	{pattern: `(?:bestätigen wir|wird (?:hiermit )?(?:bestätigt|bescheinigt)|bescheinigen wir|bestätige ich|bescheinige ich)(?: hiermit| hierdurch|,)* ?(?:,? dass)? (?:die|der|das)? ?(?:Frau|Herrn?|Studierende|Studentin|Student|Schülerin|Schüler|Kind)?\s?{person}`, score: 0.6},
	{pattern: `(?:certify|confirm|confirmed|certifies)(?: hereby)? that (?:the student )?{person}`, score: 0.65},
	{pattern: `(?:certifie|atteste|certifions|attestons|attestant) que {person}`, score: 0.65},
	{pattern: `\b(?:Ich|I|Je soussignée?|Я),? {person},? (?:geb|born|née?|wohnhaft|residing|bevollm|hereby|erkläre|bin|народ|род)`, score: 0.8},
	{pattern: `(?:wohnhaft|whft\.|wohnhaft in|gemeldet(?: ist)?(?: in| unter)?|residing at|resident at|living at|demeurant(?: au| à)?|domiciliée?(?: au| à)?)[:,]? {address}`, score: 0.8},
	{pattern: `mit (?:alleiniger |Haupt)?wohnung (?:in|unter) {address}`, score: 0.8},

	{pattern: `dass (?:Herr|Frau|Familie)\s{person}`, score: 0.65},
	{pattern: `(?:certifies that|засвідчує,? що|удостоверяет,? что|настоящим подтверждается,? что)\s+{person}`, score: 0.55},
	{pattern: `\bgeb\.(?: am)? {birth_date}, {birth_place}\n`, score: 0.5},
	{pattern: `{person},? (?:née?|geb\.?|geboren|born)(?: le| am| on)? {birth_date}[^.;]{0,60}?,?\s(?:et|und|and) {spouse_person},?\s(?:née?|geb\.?|geboren|born)(?: le| am| on)? {spouse_birth_date}`, score: 0.9, types: []string{"marriage_certificate", "certified_translation", "divorce_decree"}},
	{pattern: `{person},? {birth_date} (?:року народження|года рождения)[^.;]{0,60}?,?\s(?:та|и|і) {spouse_person},? {spouse_birth_date} (?:року|года)`, score: 0.9, types: []string{"marriage_certificate", "certified_translation"}},

	{pattern: `\b(?:ich|I),?\s{sponsor_name},?[^.]{0,30}?(?:geb|born)\p{L}*\.?(?: am| on)?:? {sponsor_birth_date}`, score: 0.9, types: []string{"declaration_of_commitment"}},
	{pattern: `\b(?:ich|I),?\s{sponsor_name},?\s(?:wohnhaft|residing|verpflichte|undertake|geb|born)`, score: 0.8, types: []string{"declaration_of_commitment"}},
	{pattern: `(?:für|for|zugunsten von|in favour of)(?: (?:Herrn?|Frau|Mr|Ms|Mrs)\.?)? {person},?\s\(?(?:geb|born)\p{L}*\.?(?: am| on)?:? {birth_date}`, score: 0.88, types: []string{"declaration_of_commitment"}},

	{pattern: `{person},?\x20?[(,]?\x20?(?:date of birth|birth date|DOB|Geburtsdatum|\*|d\.o\.b\.):? ?{birth_date}`, score: 0.75},
	{pattern: `(?:^|\s)\* ?{birth_date}(?: in {birth_place})?`, score: 0.5},
	{pattern: `(?:geb(?:\.|oren)?|born) (?:in|at) {birth_place},? (?:am|on) {birth_date}`, score: 0.75},
	{pattern: `{birth_place}['’]?(?:da|de|ta|te)? doğumlu`, score: 0.5},
	{pattern: `{birth_date}(?:,? {birth_place})? doğumlu`, score: 0.75},
	{pattern: `\bLe {birth_date},? (?:est|naquit|à [^\n]{3,30} est) (?:née?|né\(e\))(?: à {birth_place})?`, score: 0.75},
	{pattern: `{birth_date} (?:tarihinde|yılında) {birth_place}['’]?(?:da|de|ta|te)`, score: 0.6},
	{pattern: `(?:уродженець|уродженка|уроженец|уроженка) (?:м\. |міста |города |г\. )?{birth_place}`, score: 0.6},
	{pattern: `(?:conferred (?:up)?on|has awarded to|is awarded to|awarded to|presented to|granted to|issued to|verleiht|bescheinigt|admitted|décerne à|décerné à|délivré à|confère à|hereby awards|erteilt an|ausgestellt für|issued for) (?:Herrn?\s|Frau\s|Mr\.?\s|Ms\.?\s|M\.\s|Mme\s|Mlle\s)?{person}(?:\n|,| the degree| den akad| in Anerk| having| who | le dipl| geb| born)`, score: 0.6},
	{pattern: `(?:Bescheinigung|Nachweis|Zeugnis|Zertifikat|Bestätigung|Certificate|Confirmation) (?:für|for|über) (?:Herrn?|Frau|Mr\.?|Ms\.?) {person}`, score: 0.55},

	{pattern: `{person},? \({birth_date}\)`, score: 0.6},

	// The document.
	{pattern: `\b(?:Az|Aktenzeichen|Zeichen|Nr|Bescheid|Urkunde|Bescheinigung)\b[^\n\t]{0,40}? vom {issue_date}`, score: 0.55},
	{pattern: `(?:Bescheinigung|Dokument|Schreiben|Auszug|Ausdruck|Urkunde|Bescheid|Nachweis|Abrechnung|document|certificate|statement|letter)(?: wurde| ist| was| has been)(?: automatisch| maschinell| elektronisch)? (?:am|vom|on) {issue_date}`, score: 0.65},
	{pattern: `am {issue_date} (?:maschinell|elektronisch|automatisch|automatisiert|digital|electronically|automatically)\b`, score: 0.7},
	{pattern: `\bBescheid vom {issue_date}`, score: 0.45},
	{pattern: `(?:gilt|gültig|befristet|verlängert|valid|verfügbar|abrufbar)(?: ist)?(?: bis(?: zum)?| until| till| through) {expiry_date}`, score: 0.8, types: []string{"residence_document", "arrival_certificate", "photo_code_sheet", "professional_licence", "passport", "national_id_card"}},
	{pattern: `(?:ausgestellt|erstellt|ausgefertigt|angemeldet|issued|délivrée?|Fait|verilmiştir|видан[оий]{1,2}|выдан[оа]?)(?: (?:am|on|le|à \p{L}+,? le))?:? {issue_date}`, score: 0.7},
	{pattern: `\b(?:Az|Aktenzeichen|Gesch\.-Z|Gz|Geschäftszeichen|file|ref)\.?(?: Nr\.?| no\.?)?:? {file_number}`, score: 0.6},
	{pattern: `\bNr\.? {document_number}`, score: 0.45, types: []string{"criminal_record", "language_certificate", "university_degree", "declaration_of_commitment", "arrival_certificate"}},
	{pattern: `(?:№|N°|No\.?) ?{document_number}`, score: 0.5, types: []string{"criminal_record", "language_certificate", "university_degree"}},
	{pattern: `(?:Registriernummer|Registrier-Nr\.|Nummer|Nr\.):? {document_number}`, score: 0.5, types: []string{"arrival_certificate"}},
	{pattern: `(?:Reisepass|Pass|passport|Nationalpass)(?:es)?(?:nummer|-Nr\.?| Nr\.?| No\.?| number| mit der Nummer)?:? {passport_number}`, score: 0.55, types: []string{"application_form", "blocked_account", "declaration_of_commitment", "residence_document"}},

	{pattern: `(?P<purpose>(?-i:Aufenthaltserlaubnis|Niederlassungserlaubnis|Blaue Karte EU|Erlaubnis zum Daueraufenthalt|Daueraufenthalt|Aufenthaltskarte|Chancenkarte|Visum)(?:[ -]EU)?(?: (?:zum Zweck|zur|für|aus|zum|wegen) [^\n(§,.;:]{3,60})?)`, score: 0.55, types: []string{"application_form"}},

	{pattern: `(?:vom|ab dem|ab|from|voraussichtlichen Einreise am) {stay_start}`, score: 0.55, types: []string{"declaration_of_commitment"}},
	{pattern: `(?:rechtskräftig seit(?: dem)?|final as of|final since|Rechtskraft (?:seit|am)) {issue_date}`, score: 0.8, types: []string{"divorce_decree"}},
	{pattern: `(?:Witness my hand|under my hand|Given under)[^.\d]{0,60}?{issue_date}`, score: 0.75},
	{pattern: `(?:ausgestellt|erstellt|ausgefertigt|issued|done|given|geschlossen|unterzeichnet|beurkundet|délivré|vollzogen)[^.\n\d]{0,40}? {issue_date}`, score: 0.6},
	{pattern: `am {issue_date} (?:bestanden|abgelegt)`, score: 0.45, types: []string{"vocational_qualification"}},
	{pattern: `(?P<remarks>(?:Erwerbstätigkeit|Beschäftigung|Selbständige Tätigkeit|Employment)[^.\n§]{3,60}(?:\n[^.\n§:]{3,50}\.)?)`, score: 0.55, types: []string{"residence_document"}},
	{pattern: `(?:nach|remarks|Anmerkungen|Anmerkung) (?P<legal_basis>§+ ?\d+[a-z]?[^\n§]{0,25}? AufenthG)`, score: 0.6, types: []string{"residence_document"}},

	{pattern: `am {issue_date}[^.\d]{0,60}?(?:angemeldet|umgemeldet)`, score: 0.72, types: []string{"registration_certificate"}},
	{pattern: `(?:der Stadt|der Gemeinde|dem Landkreis|nach|der Kommune)\s{city}\s(?:zugewiesen|zugeteilt|verteilt|weitergeleitet)`, score: 0.7, types: []string{"arrival_certificate"}},
	{pattern: `(?:станом на|по состоянию на) {issue_date}`, score: 0.6},

	// Homes.
	{pattern: `(?:Im Haus|Im Hause|im Anwesen|gelegen(?: in)?|Wohnung|Mietobjekt|Objekt|Haus|premises at|flat at|apartment at|property at)[:,]? {address}`, score: 0.72, types: []string{"rental_contract", "registration_certificate"}},
	{pattern: `[Zz]wischen {landlord},?[^\n]{0,120}?\n?[^\n]{0,80}?(?:\(?(?:nachfolgend |im Folgenden |als )*„?Vermieter)`, score: 0.75, types: []string{"rental_contract"}},
	{pattern: `[Zz]wischen {employer}(?:,|\n| –| -|\(| vertreten| mit Sitz| in )`, score: 0.7, types: []string{"employment_contract", "training_contract"}},
	{pattern: `und {person},?[^\n]{0,100}?\n?[^\n]{0,80}?(?:\(?(?:nachfolgend |im Folgenden |als )*„?(?:Mieter|Arbeitnehmer|Auszubildende|Beschäftigte))`, score: 0.75, types: []string{"rental_contract", "employment_contract", "training_contract"}},
	{pattern: `(?:Mietverhältnis|Mietvertrag|Mietzeit|Vertrag|tenancy|lease)[^.\n]{0,30}? (?:beginnt|begins|starts|commences)(?: am| mit dem| ab dem| zum| on)? {move_in_date}`, score: 0.85, types: []string{"rental_contract"}},
	{pattern: `(?:ist/sind |sind |ist )?(?:am|zum|seit dem|seit|ab dem|ab) {move_in_date}[^.:]{0,110}?(?:eingezogen|einzieh|eingezog|bezogen|angemietet|bewohnt|gemeldet|vermietet|bezieh)`, score: 0.8, types: []string{"rental_contract", "registration_certificate"}},
	{pattern: `(?:eingezogen|Einzug|zugezogen|wohnt|wohnhaft)(?: ist)?(?: am| zum| seit(?: dem)?| ab(?: dem)?)? {move_in_date}`, score: 0.75, types: []string{"rental_contract", "registration_certificate"}},
	{pattern: `seit(?: dem)? {move_in_date}`, score: 0.55, types: []string{"registration_certificate"}},
	{pattern: `{living_space_sqm} ?(?:m[²2*°?]|qm|Quadratmeter|square met|sqm)`, score: 0.55, types: []string{"rental_contract"}},
	{pattern: `(?:Wohnfläche|Fläche|living space|floor area)[^.\n\d]{0,30}{living_space_sqm} ?(?:m[²2*°?]|qm|Quadrat|square|sqm)`, score: 0.85, types: []string{"rental_contract"}},
	{pattern: `{rooms}[ -](?:Zimmern?|Räumen?|Wohnräumen?|rooms?)\b`, score: 0.6, types: []string{"rental_contract"}},
	{pattern: `(?:Grundmiete|Kaltmiete|Nettokaltmiete|Nettomiete|Miete|basic rent|rent)(?: \(?(?:netto|kalt|net)\)?)?(?: beträgt| amounts to| is| von| in Höhe von)? ?(?:monatlich|mtl\.|per month)? ?:? {rent_cold}`, score: 0.7, types: []string{"rental_contract"}},
	{pattern: `(?:Kaltmiete|Nettokaltmiete|Grundmiete|Nettomiete|Miete|rent)\b[^.\d]{0,60}?{rent_cold}`, score: 0.5, types: []string{"rental_contract"}},
	{pattern: `(?:Kaution|Mietsicherheit|deposit)[^.\d]{0,60}?{deposit}`, score: 0.6, types: []string{"rental_contract"}},
	{pattern: `(?:Kaution|Mietsicherheit|Sicherheit|deposit)(?: \(?\p{L}*\)?)?(?: beträgt| von| in Höhe von| of| is| amounting to|,){0,3} ?:? {deposit}`, score: 0.75, types: []string{"rental_contract"}},
	{pattern: `(?:Vorauszahlung|Nebenkosten|Betriebskosten|Pauschale|utilities|service charges?)[^.\d]{0,50}{service_charges}`, score: 0.65, types: []string{"rental_contract"}},
	{pattern: `(?:Gesamtmiete|Warmmiete|Bruttomiete|insgesamt|total rent|Gesamtbetrag)[^.\d]{0,40}{rent_total}`, score: 0.7, types: []string{"rental_contract"}},

	{pattern: `(?:Vorauszahlung|Abschlag)\p{L}*[^.\d]{0,60}?(?:Betriebs|Neben|Heiz)\p{L}*[^.\d]{0,40}{service_charges}`, score: 0.75, types: []string{"rental_contract"}},
	{pattern: `(?:Neben|Betriebs|Heiz)kosten\p{L}*[^.\d]{0,40}{service_charges}`, score: 0.6, types: []string{"rental_contract"}},
	{pattern: `(?:zzgl\.|zuzüglich|plus) {service_charges} (?:Nebenkosten|NK|Betriebskosten|BK|utilities|service)`, score: 0.8, types: []string{"rental_contract"}},
	{pattern: `{service_charges} (?:für |auf )?(?:die )?(?:Nebenkosten|Betriebskosten|NK\b|Heiz)`, score: 0.6, types: []string{"rental_contract"}},
	{pattern: `{rent_cold} \(?(?:auf die |als |für die )?(?:Kaltmiete|Grundmiete|Nettokaltmiete|kalt\b|netto kalt|cold|excluding)`, score: 0.75, types: []string{"rental_contract"}},
	{pattern: `{rent_total} \(?(?:warm\b|Warmmiete|inklusive|inkl\.|einschließlich|including|incl\.|all inclusive)`, score: 0.75, types: []string{"rental_contract"}},
	{pattern: `(?:Gesamtmiete|Warmmiete|Bruttomiete|Inklusivmiete|zusammen|total|insgesamt|Gesamtbelastung)\b[^.\d]{0,60}{rent_total}`, score: 0.6, types: []string{"rental_contract"}},
	{pattern: `(?:bestätige|bescheinige|erkläre|confirm|certify)(?: hiermit)? ?(?:ich|I)?,? ?(?:als (?:Vermieter|Wohnungsgeber|Eigentümer)(?:in)?,? ?)?{landlord},? (?:als |dass|daß|wohnhaft|that|Vermieter|the )`, score: 0.75, types: []string{"rental_contract"}},
	{pattern: `(?:Wohnung|Wohnraum|Zimmer|flat|room)[^.\n]{0,40} (?:von|of|bei|vermietet durch) (?:Herrn?|Frau|Familie)\s{landlord}`, score: 0.5, types: []string{"rental_contract"}},

	{pattern: `(?:Kaution|Mietsicherheit|Sicherheitsleistung|deposit)[^€]{0,140}?{deposit} ?(?:EUR|€|Euro)`, score: 0.55, types: []string{"rental_contract"}},
	{pattern: `\b(?:ab|seit|zum|from|since|beginnend|starting|beginning)(?: dem| am| on)? {move_in_date}`, score: 0.45, types: []string{"rental_contract"}},
	{pattern: `(?:Herrn?|Frau|Mr\.?|Ms\.?|Mieter(?:in)?:?|Arbeitnehmer(?:in)?:?|Kund(?:e|in):?|Mandant(?:in)?:?) {person},? (?:geb[^,\n]{0,30},? )?(?:wohnhaft(?: in)?:? )?{address}`, score: 0.6, types: []string{"rental_contract", "employment_contract", "training_contract", "business_accounts", "other", "tax_assessment", "bank_statement"}},

	// Work.
	{pattern: `(?:zum|am|ab(?: dem)?|mit Wirkung vom|from|on) {contract_start} (?:als|in die|in den|bei|in unser|eingestellt|ein\b|as\b)`, score: 0.75, types: works},
	{pattern: `{contract_start} (?:bis|–|-|to|until)(?: zum| einschließlich)? {contract_end}`, score: 0.55, types: works},
	{pattern: `bis(?: zum| einschließlich)? {contract_end},? (?:befristet|beschäftigt|angestellt|eingestellt|tätig|als|in unser)`, score: 0.8, types: works},
	{pattern: `(?:befristet|Befristung|endet|Ablauf des|expires|ending|fixed term)[^.\d]{0,60}{contract_end}`, score: 0.65, types: works},
	{pattern: `(?:erhält|bezieht|verdient|erhalten|earns|receives|receive)[^.\d]{0,80}?{gross_salary_month}`, score: 0.5, types: []string{"employment_contract", "employment_declaration", "employer_certificate"}},
	{pattern: `(?:[Dd]ie|[Dd]er) Firma {employer}(?: beabsichtigt| bestätigt| bescheinigt|,|\.| \(| beschäftigt| vertreten| stellt| und )`, score: 0.75, types: works},
	{pattern: `^(?:Die|Der|Das)? ?{employer} (?:bestätigt|bescheinigt|beabsichtigt|stellt|confirms|certifies|hereby)`, score: 0.6, types: works},
	{pattern: `(?:working|works|worked|employed|tätig|angestellt|beschäftigt|employee of|Mitarbeiter(?:in)? der|Mitarbeiter(?:in)? bei)(?: for| at| by| with| bei der| bei| bei dem)? {employer}(?: as | als | since | seit |,|\.\s| in )`, score: 0.6, types: works},
	{pattern: `(?:seit(?: dem)?|since|ab(?: dem)?|from) {contract_start}[^.\d]{0,90}?(?:beschäftigt|angestellt|tätig|employed|eingestellt|worked|working)`, score: 0.85, types: works},
	{pattern: `(?:beschäftigt|angestellt|tätig|employed|eingestellt|beginnt|begins|commences|starts|beginnen)[^.\d]{0,90}?(?:seit(?: dem)?|since|ab(?: dem)?|from|am|on|zum|mit dem) {contract_start}`, score: 0.8, types: works},
	{pattern: `(?:endet|ends|befristet|terminates)[^.\d]{0,70}?(?:am|on|bis(?: zum)?|until|mit dem|mit Ablauf des) {contract_end}`, score: 0.8, types: works},
	{pattern: `vom {contract_start} bis(?: zum)? {contract_end}`, score: 0.7, types: []string{"employment_contract", "training_contract", "employment_declaration"}},
	{pattern: `(?:in unserem (?:Unternehmen|Hause?|Betrieb) )?als {job_title} (?:beschäftigt|angestellt|tätig|eingestellt|in Vollzeit|in Teilzeit|in unserem|bei uns|ein\b|an\b)`, score: 0.8, types: works},
	{pattern: `\b(?:wird als|ist als|als|as an?|as|position of|position as|role of|Tätigkeit als|Stelle als|beschäftigt als|eingestellt als|employed as an?|employed as) {job_title}(?:\.|,| beschäftigt| eingestellt| at | \(|;| with)`, score: 0.5, types: works},
	{pattern: `(?:Ausbildung|Ausbildungsberuf|Beruf)(?: zum/zur| zum| zur| als| im Ausbildungsberuf| der/des| des| der)* {job_title}(?:\.|,|\n| durch| ausgebildet| nach| gemäß| \()`, score: 0.6, types: []string{"training_contract", "vocational_qualification"}},
	{pattern: `(?:occupation of|trade of|profession of|qualified as|Ausbildungsberuf)\s{job_title}(?:\.|,|\n)`, score: 0.6, types: []string{"vocational_qualification", "training_contract"}},
	{pattern: `{weekly_hours} ?(?:Stunden|Std\.?|h|hours|Wochenstunden)(?: \(?(?:pro|je|in der|per|a|/) ?(?:Woche|week)| wöchentlich| weekly)?`, score: 0.55, types: works},
	{pattern: `{annual_leave_days} (?:Arbeitstage|Urlaubstage|Werktage|Tage|Kalendertage|working days|days(?: of)?|vacation days)(?: Urlaub| Erholungsurlaub| annual| leave| holiday| paid| im (?:Kalender)?[Jj]ahr| pro| jährlich| per)?`, score: 0.6, types: []string{"employment_contract", "employment_declaration", "training_contract"}},
	{pattern: `(?:Urlaub|leave|vacation|holiday)[^.\n\d]{0,50}{annual_leave_days} `, score: 0.7, types: []string{"employment_contract", "employment_declaration", "training_contract"}},
	{pattern: `(?:Brutto\p{L}*|Gehalt|Vergütung|Entgelt|Monatsgehalt|Lohn|salary|remuneration|wage|Verdienst)[^.\d]{0,60}?{gross_salary_month}`, score: 0.65, types: []string{"employment_contract", "employment_declaration", "employer_certificate"}},
	{pattern: `{gross_salary_month} (?:brutto|gross)`, score: 0.75, types: []string{"employment_contract", "employment_declaration", "employer_certificate"}},
	{pattern: `(?:employed|working|works)(?: with| by| at| for) {employer}(?: since| as| from|,|\.| on a| in)`, score: 0.6, types: works},
	{pattern: `(?:bei der|bei dem|bei|der Firma|Firma|für die) {employer}(?: beschäftigt| tätig| angestellt| seit| als|,|\.)`, score: 0.5, types: works},

	{pattern: `(?:mit Wirkung (?:vom|zum|ab)|with effect from|effective(?: from)?|zum) {contract_start}`, score: 0.55, types: works},
	{pattern: `(?:Anstellung|Arbeitsverhältnis|Anstellungsverhältnis|Dienstverhältnis|Beschäftigungsverhältnis|Beschäftigung|Tätigkeit|Ausbildung|Arbeit|Stelle|employment|position|contract|appointment|Vertrag)\s[^.\d]{0,90}?{contract_start}`, score: 0.5, types: works},
	{pattern: `{contract_start}[^.\d]{0,60}?(?:in unser|in die Dienste|in den Dienst|Ihre Tätigkeit|Ihre Arbeit|bei uns|with us|our company)`, score: 0.6, types: works},
	{pattern: `(?:seit(?: dem)?|since|ab(?: dem)?|from) {contract_start}`, score: 0.45, types: works},
	{pattern: `\b(?:als|as an?|as|Position:?|Funktion:?|arbeitet als|works as an?|Stelle einer|Stelle eines) {job_title}(?:\.|,|\n|;)`, score: 0.42, types: works},
	{pattern: `(?:Position|Funktion|Stelle|role|post|Tätigkeit) (?:eines|einer|als|of|of an?|as|as an?|der|des) {job_title}(?:\.|,|\n| beschäftigt| tätig| with| at| in )`, score: 0.6, types: works},
	{pattern: `{person},?[^\n]{0,80}?\n?[^\n]{0,60}?(?:nachfolgend|nachstehend|im Folgenden|hereinafter)[^\n]{0,24}?(?:Arbeitnehmer|Mieter|Auszubildende|Beschäftigte|Employee|Tenant|Mitarbeiter)`, score: 0.6, types: []string{"rental_contract", "employment_contract", "training_contract"}},
	{pattern: `{employer},?[^\n]{0,90}?\n?[^\n]{0,60}?(?:nachfolgend|nachstehend|im Folgenden|hereinafter)[^\n]{0,24}?(?:Arbeitgeber|Ausbildende|Employer|Firma|Unternehmen|Company)`, score: 0.6, types: works},
	{pattern: `{landlord},?[^\n]{0,90}?\n?[^\n]{0,60}?(?:nachfolgend|nachstehend|im Folgenden|hereinafter)?[^\n]{0,16}?\b(?:als Vermieter|Vermieter genannt|Landlord\b)`, score: 0.5, types: []string{"rental_contract"}},
	{pattern: `\b(?:Ich|I),?\s{landlord},?[^.]{0,120}?(?:bestätige|vermiete|confirm|let\b|überlasse)`, score: 0.7, types: []string{"rental_contract"}},

	{pattern: `{issue_date},?\s(?:um )?(?:\d{1,2}[:.]\d{2}(?: Uhr)?,? )?(?:maschinell |elektronisch |automatisch )?(?:ausgestellt|ausgefertigt|gedruckt|ausgedruckt|abgerufen|generated|issued|printed|created|aufgenommen|fotografiert|erstellt|hochgeladen|taken)`, score: 0.7},
	{pattern: `\b(?:Az|Nr|No|Ref|Zeichen|Nummer|Number)\.?:? {reference_number}`, score: 0.45, types: []string{"professional_licence", "passport_effort_proof", "credential_evaluation"}},

	{pattern: `(?:Lehrjahr|Ausbildungsjahr|Jahr|year)\p{L}*:?[^\d\n]{0,30}{salary_year1} ?[/|;–-] ?{salary_year2} ?[/|;–-] ?{salary_year3}`, score: 0.8, types: []string{"training_contract"}},
	{pattern: `(?:Ausbildungsvertrag|Arbeitsvertrag|Anstellungsvertrag|Ausbildung) [–-] {job_title}\n`, score: 0.6, types: works},
	{pattern: `(?:ersten|erstes|1\. (?:Ausbildungs|Lehr)?jahr|first|1st)\b[^.\d]{0,40}?{salary_year1}`, score: 0.6, types: []string{"training_contract"}},
	{pattern: `(?:zweiten|zweites|2\. (?:Ausbildungs|Lehr)?jahr|second|2nd)\b[^.\d]{0,40}?{salary_year2}`, score: 0.6, types: []string{"training_contract"}},
	{pattern: `(?:dritten|drittes|3\. (?:Ausbildungs|Lehr)?jahr|third|3rd)\b[^.\d]{0,40}?{salary_year3}`, score: 0.6, types: []string{"training_contract"}},

	{pattern: `\bvo[nm]:? {contract_start} bis`, score: 0.6, types: works},

	// Insurance.
	{pattern: `\b(?P<insurance_number>[A-Z]\d{9})\b`, score: 0.5, types: []string{"health_insurance"}},
	{pattern: `(?:seit(?: dem)?|ab(?: dem)?|since|from|as of|effective) {insurance_start}[^.\d]{0,110}?(?:versichert|Mitglied|Versicherungsschutz|insured|covered|member|Kranken)`, score: 0.85, types: []string{"health_insurance"}},
	{pattern: `(?:versichert|Mitglied\p{L}*|Versicherungsschutz|Versicherung|insured|covered|cover|insurance|member)[^.\d]{0,80}?(?:seit(?: dem)?|ab(?: dem)?|since|from|vom|beginnt am|starts on|as of|begann am) {insurance_start}`, score: 0.8, types: []string{"health_insurance"}},
	{pattern: `(?:seit(?: dem)?|ab(?: dem)?|since|from) {insurance_start}`, score: 0.5, types: []string{"health_insurance"}},

	{pattern: `\b(?:bei der|bei|with|by|Mitglied der|Mitglied bei der|Mitglied bei|member of|durch die|Ihre) {insurer}(?: versichert| krankenversichert|,|\.|\n| insured| gesetzlich| besteht| seit)`, score: 0.5, types: []string{"health_insurance"}},
	{pattern: `\b(?:gültig|versichert|Versicherungszeitraum|valid|insured)(?: vom| from| ab)?:? {insurance_start} (?:bis|to|until|–|-)`, score: 0.7, types: []string{"health_insurance"}},

	// School and language.
	{pattern: `(?:am|on|vom|le) {exam_date}[^.\d]{0,110}?(?:Prüfung|Test|abgelegt|bestanden|teilgenommen|passed|exam|examination)`, score: 0.8, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `(?:Prüfung|Test|exam|examination|test)[^.\d]{0,60}?(?:am|on|vom) {exam_date}`, score: 0.8, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `(?:Niveau|Stufe|level|Niveaustufe|Gesamtergebnis|Ergebnisbescheinigung|Zertifikat|Deutsch|certificate|Sprachniveau)[^.\n]{0,30}? ?{level}\b`, score: 0.65, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `(?:wurden|sind|mit|were) {total_score} (?:richtig|korrekt|Punkten|answered|Fragen)`, score: 0.7, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `(?:Gesamt\p{L}*|Summe|Insgesamt|Total|overall|Endergebnis|Ergebnis|Punktzahl)[^\d\n]{0,30}?{total_score} ?(?:von|out of|/|of|Punkte|points|richtig|$|\n|\.\s)`, score: 0.62, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `{total_score} (?:von|der|out of|of)(?: insgesamt| maximal| möglichen| den)? ?\d{2,3} (?:möglichen )?(?:Punkte|Fragen|Aufgaben|points|questions)`, score: 0.66, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `{total_score} (?:richtig|korrekt|right|correct)\p{L}* (?:Antworten|beantwortet|gelöst|answers|answered)`, score: 0.7, types: []string{"civic_knowledge_test"}},
	{pattern: `{total_score} ?(?:von|out of|/|of) ?(?:33|60|72|75|90|99|100|120|225|300) ?(?:Punkten?|points|Fragen|möglichen)?`, score: 0.5, types: []string{"language_certificate", "civic_knowledge_test"}},
	{pattern: `(?:Studiengang|Studienfach|Fach|programme|program|course of study|degree programme|Fachrichtung|in the field of|spécialité|спеціальністю|спеціальність|по специальности) [„“"«]?{programme}(?:[”“"»]|\(|,|\.|\n| mit | eingeschr| immatrik| zugel| an der| als | im |;| with | at )`, score: 0.7, types: []string{"enrolment_certificate", "university_degree", "credential_evaluation"}},
	{pattern: `(?:Bachelor|Master|Doctor|Magister|Diplom|Staatsexamen|B\. ?Sc\.?|M\. ?Sc\.?|B\. ?A\.?|M\. ?A\.?|B\. ?Eng\.?|M\. ?Eng\.?)(?: of \p{L}+(?: \p{L}+)?)?(?: \([^)\n]{2,20}\))? (?:in|im Fach|im Studiengang|im Studienfach) {programme}(?:,|\.|\n|;| with | mit | an der | at )`, score: 0.7, types: []string{"enrolment_certificate", "university_degree", "credential_evaluation"}},
	{pattern: `(?:Studiengangs?|Studiengänge|Studienfachs?|Fachrichtung|Studium der|Studium des Fach(?:e?s)?|Degree Programme|majoring in|major in|specialisation in|specialization in|Faculty of) [„“"«]?{programme}(?:[”“"»]|\(|,|\.|\n| mit | an | im | als | eingeschr| immatrik| with | at )`, score: 0.55, types: []string{"enrolment_certificate", "university_degree", "credential_evaluation"}},
	{pattern: `(?:bei|durch|von) {institution}(?: am | on | in | an | den | die | das | abgelegt| besucht| teilgenommen| durchgeführt|,|\.)`, score: 0.45, types: []string{"enrolment_certificate", "language_certificate", "civic_knowledge_test"}},
	{pattern: `(?:an der|an dem|am|im|beim|bei der|durch die|durch das|durch|at the|at|by|à l['’]|der) {institution}(?:,|\.|\n| abgelegt| teilgenommen| durchgeführt| am | on | eingeschrieben| immatrikuliert| in der| als | besucht| absolviert| studier| erworben)`, score: 0.45, types: []string{"enrolment_certificate", "language_certificate", "civic_knowledge_test", "university_degree", "credential_evaluation"}},
	{pattern: `(?:Die|Das|Der|The|L['’]) {institution} (?:verleiht|bescheinigt|bestätigt|hereby|certifies|confirms|awards|has conferred|confers|décerne|certifie)`, score: 0.7, types: []string{"enrolment_certificate", "language_certificate", "civic_knowledge_test", "university_degree"}},
	{pattern: `(?:закінчи[вл]а?|окончи[л]а?)[^\n]{0,12}(?:році|году) {institution} (?:і|и|та)`, score: 0.7, types: []string{"university_degree"}},
	{pattern: `(?:Matrikel\p{L}*|student (?:ID|number|no\.?)|matriculation (?:number|no\.?)|registration (?:number|no\.?))(?:[- ]Nr\.?| No\.?| lautet| is|:)* ?{matriculation_number}`, score: 0.75, types: []string{"enrolment_certificate"}},
	{pattern: `{semester_count}\. ?(?:FS|Fachsemester|Semester)\b`, score: 0.8, types: []string{"enrolment_certificate"}},
	{pattern: `{semester}`, score: 0.7, types: []string{"enrolment_certificate"}},
	{pattern: `{semester} \(?(?:vom |from )?{period_start}\s?(?:–|-|bis|to|until)+\s?{period_end}`, score: 0.85, types: []string{"enrolment_certificate"}},
	{pattern: `(?:degree of|grade of|akademischen? Grad|Hochschulgrad|Abschlussziel|qualification|Grad eine[sr]|diplôme de|title of|Titel) [„“"«]?{degree}(?:[”“"»]|,|\.|\n| in | unter| mit | verliehen| \()`, score: 0.65, types: []string{"university_degree", "enrolment_certificate", "credential_evaluation"}},
	{pattern: `(?P<degree>(?-i:Bachelor|Master|Magister|Diplom-\p{L}+|Licence|Lisans|Doktor)(?: of (?:Science|Arts|Engineering|Laws|Education|Business Administration|Technology|Fine Arts|Music))?(?: \([A-Z][\p{L}. ]{1,6}\))?)`, score: 0.68, types: []string{"university_degree", "enrolment_certificate", "credential_evaluation"}},
	{pattern: `\b(?P<bamf_number>\d{4}-\d{7})\b`, score: 0.5},
	{pattern: `{course_hours} (?:Unterrichtsstunden|Unterrichtseinheiten|UE|UStd|Stunden|lessons|teaching units|hours)`, score: 0.75, types: []string{"civic_knowledge_test", "enrolment_certificate"}},
	{pattern: `(?:seit(?: dem)?|ab(?: dem)?|vom|from|since) {course_start}[^.\d]{0,80}?(?:Kurs|Integrationskurs|Sprachkurs|teilgenommen|teil\b|course|besucht)`, score: 0.7, types: []string{"civic_knowledge_test", "enrolment_certificate"}},
	{pattern: `(?:Schuljahr|school year|academic year|année scolaire) {school_year}`, score: 0.85},

	// Money and time.
	{pattern: `(?:Zeit|Zeitraum|period|Zeit vom|vom|from|von|ab)(?: vom| of| from| dem)? {period_start} (?:bis|to|until|–|-)(?: zum| einschließlich)? {period_end}`, score: 0.8, types: []string{"benefit_notice", "scholarship_award", "bank_statement", "enrolment_certificate"}},
	{pattern: `{period_start}\s?(?:–|-|bis|to|until)+\s?{period_end}`, score: 0.65, types: []string{"benefit_notice", "scholarship_award", "bank_statement", "enrolment_certificate"}},
	{pattern: `(?:monatlich\p{L}*|monthly|per month)[^.\d]{0,45}?{benefit_amount}`, score: 0.62, types: []string{"benefit_notice", "scholarship_award"}},
	{pattern: `(?:Höhe von|amount of|amounts to|beträgt|of|in Höhe)(?: insgesamt| monatlich| EUR)?\s{0,2}{benefit_amount}`, score: 0.5, types: []string{"benefit_notice", "scholarship_award"}},
	{pattern: `{benefit_amount} (?:monatlich|im Monat|pro Monat|per month|mtl\.|a month)`, score: 0.7, types: []string{"benefit_notice", "scholarship_award"}},
	{pattern: `(?:monatlich\p{L}*|monthly|per month)[^.\d]{0,50}?{monthly_release}`, score: 0.7, types: []string{"blocked_account"}},
	{pattern: `{monthly_release} (?:monatlich|im Monat|pro Monat|je Monat|/ ?Monat|/ ?month|per month|mtl\.|a month|each month)`, score: 0.7, types: []string{"blocked_account"}},
	{pattern: `(?:Sperr\p{L}*|blocked|gesperrt\p{L}*|Guthaben|deposit\p{L}*|balance|Betrag)[^.\n\d]{0,50}?\n?[^.\n\d]{0,20}?{blocked_amount}`, score: 0.65, types: []string{"blocked_account"}},
	{pattern: `{monthly_release} (?:je|pro|im|per|every|in jedem|each|für jeden) ?(?:Kalendermonat|calendar month|Monat|month)`, score: 0.72, types: []string{"blocked_account"}},
	{pattern: `(?:monatlich\p{L}*|monthly|pro Monat|per month|je Monat|im Monat)[^.\d]{0,70}{monthly_release}`, score: 0.6, types: []string{"blocked_account"}},
	{pattern: `{blocked_amount} (?:eingezahlt|gesperrt|hinterlegt|deposited|blocked|has been|wurde|are held|is held|auf ein|auf dem)`, score: 0.7, types: []string{"blocked_account"}},
	{pattern: `(?:deposit of|deposited|eingezahlt|hinterlegt|Einzahlung von|Guthaben (?:von|in Höhe von)|in Höhe von|amount of|balance of)(?: insgesamt| a total of)? {blocked_amount}`, score: 0.55, types: []string{"blocked_account"}},
	{pattern: `(?:Nettoeinkommen|net income|Einkommen|income)[^.\d]{0,60}?{income_net}`, score: 0.7, types: []string{"declaration_of_commitment"}},
	{pattern: `(?:Beitrags|Versicherungs|Kalender|Pflichtbeitrags)\p{L}*[^.\d]{0,50}{contribution_months} ?(?:Monate|Mon\.|KM|months)`, score: 0.65, types: []string{"pension_record"}},
	{pattern: `{contribution_months} (?:Monate|Kalendermonate|Beitragsmonate|months)`, score: 0.6, types: []string{"pension_record"}},
	{pattern: `(?:Bescheid|Lohnsteuerbescheinigung|Veranlagungszeitraum|Einkommensteuerbescheid)[^\n\d]{0,40}{tax_year}`, score: 0.8, types: []string{"tax_assessment"}},
	{pattern: `für (?:den Monat |Monat )?{period}`, score: 0.6, types: []string{"payslip", "business_accounts"}},
	{pattern: `{period}`, score: 0.42, types: []string{"payslip", "business_accounts"}},

	// Civil status.
	{pattern: `(?:am|on|on the|le) {marriage_date}(?: in {marriage_place}| à {marriage_place}| at {marriage_place})?[^.\d]{0,110}?(?:joined|married|matrimony|die Ehe|getraut|comparu)`, score: 0.75, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `(?:Ehe|marriage|mariage)[^.\d]{0,30}(?:wurde|was|a été)(?: am| on| célébré le)? {marriage_date}(?:,? (?:in|at|à) {marriage_place})? ?(?:geschlossen|contracted|solemnized|,|\.)`, score: 0.85, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `am {marriage_date},? (?:in|zu|vor dem Standesamt(?: in| der Stadt)?|beim Standesamt) {marriage_place} (?:die Ehe|geheiratet|geschlossen|getraut|die standesamt)`, score: 0.8, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `(?:Ehe(?:schließung)?|Trauung|Heirat|married|marriage|wedding|célébré)[^.\d]{0,40}{marriage_date},? (?:in|at|à|zu|vor dem Standesamt) {marriage_place}(?:\.|,|\n| geschlossen| vor )`, score: 0.7, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `(?:Ehe|Geburten|Geburts|Heirats|Familien|Personenstands)(?:register|buch|eintrag)(?:s)?(?: des Standesamt\p{L}*[^\d\n]{0,40})?[ ,:]*(?:Nr\.?|Nummer|No\.?)?[ :]*(?:[GEHSL] )?{register_number}`, score: 0.75, types: []string{"birth_certificate", "marriage_certificate", "certified_translation"}},
	{pattern: `N[°º] ?{register_number}`, score: 0.5, types: []string{"birth_certificate", "marriage_certificate"}},
	{pattern: `(?:haben|have|sind|wurden|were|ont)[^.]{0,100}?(?:am|on|le) {marriage_date}[^.\d]{0,80}?(?:Ehe|married|marriage|mariage|getraut|heirat)`, score: 0.75, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `(?:married|marriage|Ehe(?:schließung)?|mariage|шлюб|брак|evlen\p{L}*)[^.\d]{0,60}?(?:am|on|le|:)? {marriage_date}`, score: 0.6, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `(?:Eintragung|Eintrag|acte|запис|запись|Register|register|entry|Reg)\p{L}*(?: \p{L}+){0,2}[ .:]*(?:Nr\.?|No\.?|n°|№|numéro)[ :]*(?:[A-Z] ?)?{register_number}`, score: 0.7, types: []string{"birth_certificate", "marriage_certificate", "certified_translation"}},
	{pattern: `(?:الزواج|العقد|القران|النكاح)[^\n\d]{0,40}(?:بتاريخ|في تاريخ|في|يوم) {marriage_date}`, score: 0.7, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `{marriage_date} tarihinde[^.\n]{0,60}?evlen`, score: 0.8, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `{graduation_date} tarihinde`, score: 0.6, types: []string{"university_degree"}},
	{pattern: `(?:зареєстрували|зарегистрирован|зарегистрировали|заключили|уклали|укладено|заключен)\p{L}*[^.\d]{0,30}{marriage_date}`, score: 0.85, types: []string{"marriage_certificate", "certified_translation"}},
	{pattern: `(?:wird|erhält|ist)(?: hiermit| hierdurch)? {attorney_name} (?:die )?(?:Vollmacht|bevollmächtigt|ermächtigt)`, score: 0.85, types: []string{"power_of_attorney"}},
	{pattern: `(?:bevollmächtige|ermächtige|beauftrage|authori[sz]e|appoint)(?: ich| wir)?(?: hiermit| hierdurch| hereby)?,? ?(?:Herrn?|Frau|Mr\.?|Ms\.?|Mrs\.?|meinen \p{L}+,?|meine \p{L}+,?|den|die|Rechtsanw\p{L}+)? ?{attorney_name}(?:,| geb| mich| to | in | wohn|\n|\.)`, score: 0.7, types: []string{"power_of_attorney"}},
	{pattern: `(?:erteile|erteilen|erteilt)(?: ich| wir)?(?: hiermit)?,? ?(?:der |dem |den )?(?:Herrn?|Frau|Rechtsanw\p{L}+|Kanzlei) {attorney_name}[^.]{0,60}?Vollmacht`, score: 0.75, types: []string{"power_of_attorney"}},
	{pattern: `Vollmacht (?:für|an|zugunsten von) (?:Herrn?|Frau|Rechtsanw\p{L}+)? ?{attorney_name}`, score: 0.6, types: []string{"power_of_attorney"}},
	{pattern: `(?:Herrn?|Frau|Rechtsanw\p{L}+|Mr\.?|Ms\.?) {attorney_name},? (?:ist|wird|is|mich|geb[^.]{0,80}?,) (?:hiermit |hereby )?(?:berechtigt|bevollmächtigt|ermächtigt|authori[sz]ed|zu vertreten|mich)`, score: 0.65, types: []string{"power_of_attorney"}},
	{pattern: `(?:Kanzlei|Rechtsanwalt|Rechtsanwältin|Rechtsanwaltskanzlei) {attorney_name}`, score: 0.5, types: []string{"power_of_attorney"}},
	{pattern: `\b(?:Given this|Dated this|awarded on|conferred(?: \p{L}+){0,3} on|verliehen am|Fait le|Fait à \p{L}+, le|delivered on|granted on|this)(?: the)? {graduation_date}`, score: 0.75, types: []string{"university_degree"}},
	{pattern: `(?:bevollmächtige ich|wird hiermit|erteile ich|authorise|authorize|vertreten durch|represented by|bevollmächtige)(?: hiermit| hereby)? ?(?:,|:)? ?(?:Herrn?|Frau|Rechtsanwalt|Rechtsanwältin|Mr\.?|Ms\.?|Mrs\.?|\n)* ?{attorney_name}`, score: 0.75, types: []string{"power_of_attorney"}},
	{pattern: `(?:Sohn|Tochter|son|daughter|fils|fille) (?:von|des|der|of|de) {father_name} (?:und|and|et)(?: der| de)? {mother_name}`, score: 0.8, types: []string{"birth_certificate", "certified_translation"}},
	{pattern: `(?P<decision>` + ruling + `)`, score: 0.8, types: []string{"bamf_decision"}},
}

// ruling is a sentence of a decision on asylum.
const ruling = `(?:Die Flüchtlingseigenschaft|Der subsidiäre Schutzstatus|Das Abschiebungsverbot|Ein Abschiebungsverbot|Die Asylberechtigung|Der Antrag auf|Der Asylantrag|Der Antrag|Abschiebungsverbote?)[^.]{5,90}(?:(?:Abs|Satz|S|Nr)\. ?[^.]{1,60}){0,3}\.(?: Im Übrigen[^.]{5,90}\.)?`

// works are documents about one job.
var works = []string{"employment_contract", "employment_declaration", "employer_certificate", "training_contract", "vocational_qualification", "payslip"}
