package extract

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// sentence is a wording that carries values. In its pattern, {slot} stands for the value of a slot, a blank for any white
// space, and the rest is a regular expression that ignores case outside of names.
type sentence struct {
	Pattern string   `json:"pattern"`
	Types   []string `json:"types"` // empty: all
	Score   float64  `json:"score"`
	re      func() *regexp.Regexp
	trail   func() trail
}

//go:embed sentences.json
var sentencesJSON []byte

// The parts of patterns.
const (
	datePart  = `\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{2,4}|\p{Nd}{4}\s?[./-]\s?\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{1,2}|\p{Nd}{1,2}(?:\.|st|nd|rd|th|er|º)?\s(?:day\sof\s|of |de )?\p{L}{3,12}\.?,?\s(?:de )?\p{Nd}{4}|\p{L}{3,9}\s\p{Nd}{1,2}(?:st|nd|rd|th)?,?\s\p{Nd}{4}|\p{Nd}{2} \p{Nd}{2} \p{Nd}{4}`
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
	"job_title": textPart, "programme": textPart, "degree": textPart, "purpose": textPart, "decision": ruling, "address": homePart, "remarks": textPart,
	"weekly_hours": numPart, "annual_leave_days": `\d{2}`, "semester_count": `\d{1,2}`, "living_space_sqm": numPart, "rooms": numPart, "contribution_months": `\d{1,3}`, "course_hours": `\d{2,4}`, "total_score": `\d{1,3}`,
	"tax_class":       `[1-6]|I{1,3}|IV|VI?`,
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

var hole = expression(`\{([a-z]\w+)\}`)

// compile turns a pattern into a regular expression with a group for each slot.
func compile(pattern string) *regexp.Regexp {
	return regexp.MustCompile(spelled(pattern, func(slot string) string { return `(?P<` + slot + `>` + part(slot) + `)` }))
}

// spelled is a pattern as a regular expression, with what of says of a slot in its place.
func spelled(pattern string, of func(slot string) string) string {
	pattern = strings.NewReplacer(" ?", `\s*`, " ", `\s+`).Replace(pattern)
	return `(?i)` + hole.ReplaceAllStringFunc(pattern, func(h string) string { return of(h[1 : len(h)-1]) })
}

// standIn is a simple expression for a slot in a trail: it matches at least what the slot's own does, which would take long
// to take apart. A 0 stands for any digit.
func standIn(slot string) string {
	switch part(slot) {
	case datePart: // ends with a digit
		return `.{0,34}0`
	case numPart:
		return `.{0,7}0`
	case moneyPart:
		return `(?s:.{0,6}0.*)`
	}
	return `(?s:.*)`
}

// wordings are the sentences of sentences.json, each compiled when a document of its type has its trail: together they cost
// as much as a short document.
var wordings = sync.OnceValue(func() []sentence {
	var all []sentence
	if err := readList(sentencesJSON, &all); err != nil {
		panic(err) // impossible: a test reads the same embedded file
	}
	for i := range all {
		all[i].trail = sync.OnceValue(func() trail { return trailOf(spelled(all[i].Pattern, standIn)) })
		all[i].re = sync.OnceValue(func() *regexp.Regexp { return compile(all[i].Pattern) })
	}
	return all
})

// sentences reads the wordings of letters and certificates.
func (r *reader) sentences(s *sheet) {
	flow := strings.ReplaceAll(s.flow, "\t", " ")
	text := trace(flow)
	for _, w := range wordings() {
		if len(w.Types) > 0 && !slices.Contains(w.Types, r.typ) || !w.trail().in(text) {
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
		at = s.meant(slot, at)
		if hasName(slot) && slot != "sponsor_name" {
			if foreign = r.stranger(s.flow[:at.start]); foreign {
				continue
			}
		}
		text := strings.ReplaceAll(s.text(at), "\t", " ")
		found := r.said(s, slot, at, text)
		if len(found) == 0 || !r.plausible(slot, found[0].text, w.Score) {
			continue
		}
		v := found[0]
		c := candidate{value: v, sheet: s, span: span{at.start + v.start, at.start + v.end}, score: w.Score, by: "rule"}
		if parties[r.typ] && personal[slot] && !slices.Contains(w.Types, r.typ) {
			to, ok := r.slotFor(slot, s.party(c.span))
			if !ok {
				continue
			}
			slot = to
		}
		r.slot(slot, c, text, at.start, found)
	}
}

// hasName reports whether a slot's value in a sentence is a name with words before it that may be none.
func hasName(slot string) bool {
	return strings.Contains(part(slot), namePart) && slot != "surname"
}

// meant is what of a match is the slot's value: without articles and announcements, or a street behind a name.
func (s *sheet) meant(slot string, at span) span {
	if companies[slot] || phrases[slot] {
		at.start += len(articles.FindString(s.text(at)))
	}
	if hasName(slot) && slot != "sponsor_name" {
		if i := strings.LastIndexByte(s.text(at), '\t'); i >= 0 && len(strings.Fields(s.flow[at.start+i:at.end])) > 1 { // the label before a name
			at.start += i + 1
		}
		at.start += prologue(strings.ReplaceAll(s.text(at), "\t", " "))
	}
	if i := strings.LastIndexByte(s.text(at), ','); i > 0 && named[slot] && numbered.MatchString(s.flow[at.end:]) { // the street behind a name
		at.end = at.start + i
	}
	return at
}

// said reads the value of a slot from what a sentence has for it; none if it is a piece of something else.
func (r *reader) said(s *sheet, slot string, at span, text string) []value {
	found := slots[slot].read(text)
	if textual[slot] {
		found = phrase("", 150)(strings.ReplaceAll(text, "\n", " "))
	}
	if len(found) == 0 || !found[0].settle(slot) || slots[slot].front && found[0].start > 10 {
		return nil
	}
	v := &found[0]
	if slot == "decision" {
		v.text, v.end = v.text+".", v.end+1
	}
	behind := s.flow[min(at.start+v.end, len(s.flow)):]
	switch {
	case slot == "degree" && strings.HasPrefix(behind, "-"),
		phrases[slot] && (article.MatchString(v.text) || slot != "employer" && prose.MatchString(v.text)),
		textual[slot] && r.head(s, at.start),
		named[slot] && numbered.MatchString(behind): // a street
		return nil
	}
	return found
}

// head reports whether a label begins a cell behind another one: of a table's heads one is no value of the other.
func (r *reader) head(s *sheet, at int) bool {
	if at == 0 || s.flow[at-1] != '\t' {
		return false
	}
	end := at + strings.IndexAny(s.flow[at:]+"\t", "\t\n")
	words := tokens(s.flow[at:end])
	if len(words) == 0 {
		return false
	}
	found, _, _ := r.words.match(words, r.typ, true)
	return found != nil
}

// before a name in a sentence stand words that say whose it is; capitals don't tell them from names in German.
var (
	announced = expression(`(?i)(?:^|[\s(])(?:herrn?|frau|eheleuten?|brautleute|kind(?:es)?|schüler(?:in)?|studentin?|studierenden?|mandant(?:en|in)?|person|patient(?:in)?|sohn|tochter|antragsteller(?:in|s)?|mieter(?:in)?|arbeitnehmer(?:in)?|teilnehmer(?:in)?|inhaber(?:in)?|angelegenheit|sache|mr|mrs|ms|child|student|employee|tenant|mutter|vater|eltern|elternteil|kindesmutter|kindesvater|ehegatten?|beschäftigten|versicherten|ich|für|that|que)\.?\s`)
	noun      = expression(`(?i)(?:\p{L}{4}ung|heit|keit|sache|ergebnis|konferenz|sekretariat|ministerium|agentur|präsidium|verwaltung|schaft|schein|zeugnis|verfahren|einrichtung|dienste?|(?:^|[^bp])recht|gesetz|AufenthG|antrag|bescheid|attest|urkunde|nummer|vertrag|sprachen?|bezeichnung|erlaubnis|register|behörde|amt|schule|wesen|vollmacht|certificate|confirmation|attorney|dokument|nachweis|daten)$`)
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
var origin = expression(`^\S+(?:\s\S+){0,2}?\s(?:von|für|of|for)\s(\p{Lu}\S+\s+\p{Lu})`)

var pronouns = set("i", "ich", "je", "ihr", "ihre", "ihrem", "ihren", "mein", "meine", "unser", "unsere", "das", "der", "die", "dem", "den", "des", "der/die", "fur", "hiermit", "dass", "zum", "zur")

// parties are documents about two sides, each in a part of its own.
var parties = set("declaration_of_commitment", "marriage_certificate", "certified_translation")

// claim is a piece of a sheet.
type claim struct {
	*sheet
	span
}

var offspring = expression(`(?i)(?:kind(?:es)?|tochter|sohn|child|daughter|son)(?: [\p{L}]+,?)?\s*$`)

var writer = expression(`(?i)\b(?:ich|I),?\s*$`)

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
		return school(text)
	case "insurer":
		return r.kindOf("insurer", text) && !numberOf.MatchString(text)
	case "employer":
		return announces.ReplaceAllString(text, "") != "" && (corporate(text) || score >= 0.7 && !article.MatchString(text) && !prose.MatchString(text))
	case "landlord", "attorney_name", "sponsor_name", "father_name", "mother_name":
		return len(strings.Fields(text)) > 1
	}
	return true
}

// numbered is what follows the name of a street.
var numbered = expression(`^\.?\s?(?:(?i:straße|strasse|str\.?|weg|platz|allee|gasse|ring|ufer|damm)\s?)?\d`)

// textual slots may run over the end of a line in a sentence.
var textual = set("employer", "institution", "insurer", "bank_name", "job_title", "programme", "degree", "purpose", "decision", "remarks")

// ruling is a sentence of a decision on asylum.
const ruling = `(?:Die Flüchtlingseigenschaft|Der subsidiäre Schutzstatus|Das Abschiebungsverbot|Ein Abschiebungsverbot|Die Asylberechtigung|Der Antrag auf|Der Asylantrag|Der Antrag|Abschiebungsverbote?)(?:\b(?:Abs|S|Nr|Art)\.\s?|[^.]){5,200}?\.(?: Im Übrigen[^.]{5,90}\.)?`
