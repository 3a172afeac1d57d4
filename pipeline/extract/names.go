package extract

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// value is something recognised in a text: normalised, where it stands, and how well it fits its kind, 0…1.
type value struct {
	text string
	span
	fit float64
}

// particles are the small words inside names, in lower case.
var particles = set("von", "van", "vom", "zu", "zum", "zur", "der", "den", "de", "da", "das", "do", "dos", "di", "del", "della", "la", "le", "bin", "bint", "ben", "ibn", "al", "el", "ul", "ud", "und", "y", "e", "ter", "ten", "af", "av", "abu", "umm")

// noNames are words, folded, that stand where names do but are none.
var noNames = set("dob", "pob", "ssn", "bic", "vat", "dok", "tel", "громадянин", "громадянка", "гражданин", "гражданка", "цей", "этот", "настоящий", "диплом", "name", "namen", "vorname", "vornamen", "nachname", "familienname", "geburtsname", "surname", "given", "names", "first", "last",
	"datum", "date", "geb", "geboren", "born", "birth", "geburtsdatum", "geburtsort", "unterschrift", "signature", "strasse", "str", "platz", "weg", "allee",
	"ort", "place", "adresse", "anschrift", "address", "telefon", "tel", "fax", "email", "mail", "seite", "page", "nr", "no", "gmbh", "ag", "kg", "se",
	"ohg", "ev", "amt", "stadt", "landkreis", "kreis", "gemeinde", "standesamt", "auslanderbehorde", "behorde", "bundesamt", "jobcenter", "finanzamt", "bank",
	"sparkasse", "versicherung", "krankenkasse", "universitat", "university", "hochschule", "schule", "gymnasium", "institut", "college", "staatsangehorigkeit",
	"nationality", "geschlecht", "sex", "familienstand", "beruf", "passnummer", "reisepass", "ausweis", "kunde", "customer", "herrn", "antragsteller",
	"antragstellerin", "mieter", "vermieter", "arbeitgeber", "arbeitnehmer", "arbeitnehmerin", "tenant", "landlord", "employer", "employee", "deutschland",
	"germany", "republik", "republic", "bundesrepublik", "vertrag", "bescheinigung", "certificate", "abteilung", "department", "office", "sehr", "geehrte",
	"geehrter", "dear", "betreff", "zeichen", "aktenzeichen", "iban", "euro", "eur", "monat", "prenom", "prenoms", "nom", "soyadi", "adi", "прізвище", "імя",
	"фамилия", "имя", "дата", "date", "von", "im", "auftrag", "vertreten", "ich", "hiermit", "wohnhaft", "und", "the", "this", "bescheid", "antrag", "urkunde",
	"ministry", "department", "state", "embassy", "botschaft", "konsulat", "polizei", "police", "gericht", "amtsgericht", "jugendamt", "geschaftsfuhrung",
	"personalabteilung", "type", "code", "country", "visa", "passport", "rechtsanwalt", "rechtsanwaltin", "dolmetscher", "ubersetzer", "mann", "frau", "eheleute", "brautleute", "ehemann", "ehefrau",
	"mannlich", "weiblich", "male", "female", "ledig", "verheiratet", "siehe", "keine", "krankenhaus", "klinik", "klinikum", "service", "zentrum", "center", "verein",
	"wohnung", "bisherige", "neue", "angemeldete", "person", "personen", "kind", "vollmacht", "kundennummer", "vertragsnummer", "steuernummer", "personalnummer", "beginn", "ende", "gultig", "valid", "monatlich", "telefonnummer", "sachbearbeiter", "zimmer", "between", "zwischen", "and", "in", "die", "wir", "es", "sie", "ihr", "ihre", "am", "mit", "fur", "auf", "aus", "bei", "dem", "ein", "eine", "dies", "diese", "dieses", "hier", "to", "we", "it", "for", "with", "at", "on", "is", "has", "this", "that", "angaben", "keine", "kein", "ja", "nein", "yes", "party", "petitioner", "umsatze", "konto", "kontoauszug", "girokonto", "saldo", "kontostand", "agreement", "employment", "contract", "tenancy", "lease", "respondent", "spouse", "number", "married", "single", "bachelor", "occupation", "profession")

func set(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}

// titles stand before names.
var titles = expression(`^(?i:(?:herrn?|frau|familie|mr|mrs|ms|miss|mister|mme|mlle|m|monsieur|madame|bay|bayan|sayın|dr|prof|med|dipl|ing|пан|пані|гр|السيد|السيدة|an|fräulein|rechtsanwalt|rechtsanwältin|ra|rain)(?:\.|\s|-ing\.)\s*)+`)

// person reads a person's name at the beginning of a text: words with capitals, or of a script without them, up to six,
// "Surname, Given names" included (turned is then where the given names begin). Its fit tells one word from several.
func person(s string) (v value, turned int) {
	lead := len(s) - len(strings.TrimLeft(s, " \t\n:.–-—_„\"«,'(·•0123456789"))
	if t := titles.FindStringIndex(s[lead:]); t != nil && t[0] == 0 {
		lead += t[1]
	}
	at, end, count, comma := lead, lead, 0, 0
	for at < len(s) && count < 7 {
		word, next, mark := nameWord(s, at)
		if word == "" {
			break
		}
		low := fold(strings.Trim(word, ".'’"))
		small := particles[low] && count > 0
		if !small && (noNames[low] && (low != "von") || !looksName(word) || titled.MatchString(low)) {
			break
		}
		if !small || !lower(word) {
			end = at + len(word)
		}
		count++
		at = next
		if mark == ',' {
			if comma > 0 || count > 4 {
				break
			}
			if m := streetLine.FindStringIndex(s[at:]); m != nil && m[0] == 0 { // an address follows
				break
			}
			if w, _, _ := nameWord(s, at); w == "" || !looksName(w) || noNames[fold(strings.Trim(w, "."))] {
				break
			}
			comma = at
		} else if mark != ' ' {
			break
		}
	}
	if comma >= end {
		comma = 0
	}
	text := strings.Join(strings.Fields(strings.Trim(s[lead:end], " ,")), " ")
	text = strings.ReplaceAll(text, "Ð", "Đ") // the capital looks the same, and names begin with the second only
	letters := utf8.RuneCountInString(text)
	if letters < 2 || letters > 70 {
		return value{}, 0
	}
	v = value{text: text, span: span{lead, end}, fit: 0.8}
	if len(strings.Fields(text)) == 1 {
		v.fit = 0.5
	}
	return v, comma
}

// nameWord returns the word at a place, where the next begins and what stands between: a blank, a comma or something else.
func nameWord(s string, at int) (word string, next int, mark rune) {
	end := at
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’`´-‐.", r) {
			break
		}
		end += n
		if r == '.' && end-at > 4 { // the end of a sentence, no initial
			end--
			break
		}
	}
	word = strings.TrimRight(s[at:end], "-‐'’`´")
	next = end
	mark = 'x'
	for next < len(s) && (s[next] == ' ' || s[next] == '\n') {
		mark, next = ' ', next+1
	}
	if next < len(s) && s[next] == ',' {
		mark, next = ',', next+1
		for next < len(s) && (s[next] == ' ' || s[next] == '\n') {
			next++
		}
	}
	return word, next, mark
}

// titled are words of German officialdom, folded, that are no names.
var titled = expression(`(?:bescheinigung|urkunde|nachweise?|zeugnis|bescheid|vertrag|erklarung|bestatigung|ausweis|versicherung|behorde|anschrift|nummer|formular|auftrag|ergebnis|angaben|unterlagen)$`)

// looksName reports whether a word may be part of a name: a capital in front and letters behind.
func looksName(word string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "'’`´"))
	return unicode.IsUpper(first) || unicode.Is(unicode.Lo, first) || strings.HasPrefix(word, "d'") || strings.HasPrefix(word, "al-") || strings.HasPrefix(word, "el-")
}

func lower(s string) bool { return strings.ToLower(s) == s && strings.ToUpper(s) != s }

func upper(s string) bool { return strings.ToUpper(s) == s && strings.ToLower(s) != s }

// persons is person as a recogniser.
func persons(s string) []value {
	v, _ := person(s)
	if v.text == "" {
		return nil
	}
	return []value{v}
}

// patronymic ends the third name in Ukrainian, Russian and their like.
var patronymic = expression(`(?i)(?:ович|евич|йович|ьович|ич|івна|ївна|овна|евна|ична|инична|ovych|ovich|evich|ivna|ovna|evna)$`)

// split divides a full name. surnames are names known to be surnames from elsewhere on the document.
func split(full string, turned bool, surnames []string) (surname, given string) {
	if i := strings.Index(full, ","); i > 0 && turned {
		return strings.TrimSpace(full[:i]), strings.TrimSpace(full[i+1:])
	}
	words := strings.Fields(strings.ReplaceAll(full, ",", " "))
	if len(words) < 2 {
		return full, ""
	}
	folded := " " + fold(strings.Join(words, " ")) + " "
	for _, s := range surnames {
		known := " " + fold(strings.Join(strings.Fields(s), " ")) + " "
		if strings.HasSuffix(folded, known) && len(known) < len(folded) {
			n := len(strings.Fields(s))
			return strings.Join(words[len(words)-n:], " "), strings.Join(words[:len(words)-n], " ")
		}
		if strings.HasPrefix(folded, known) && len(known) < len(folded) {
			n := len(strings.Fields(s))
			return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
		}
	}
	if last := words[len(words)-1]; len(words) > 2 && patronymic.MatchString(last) && !latin(last) {
		return words[0], strings.Join(words[1:len(words)-1], " ")
	}
	if n := capitals(words); n != 0 { // "MEJRI Slim", "Slim MEJRI"
		if n > 0 {
			return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
		}
		return strings.Join(words[len(words)+n:], " "), strings.Join(words[:len(words)+n], " ")
	}
	if n := len(words); n > 2 && hispanic[fold(words[n-1])] && hispanic[fold(words[n-2])] { // the father's and the mother's
		return strings.Join(words[n-2:], " "), strings.Join(words[:n-2], " ")
	}
	for i := 1; i < len(words)-2; i++ { // "de los Ríos Vega", "dos Santos Müller"
		if iberian[words[i]] {
			return strings.Join(words[i:], " "), strings.Join(words[:i], " ")
		}
	}
	first := len(words) - 1
	for first > 1 && particles[fold(strings.Trim(words[first-1], "."))] {
		first--
	}
	if first == len(words)-1 && first > 1 && compound[fold(words[first-1])] {
		first--
	}
	return strings.Join(words[first:], " "), strings.Join(words[:first], " ")
}

// iberian are particles that begin a surname of several words.
var iberian = set("dos", "das", "da", "do", "de")

// compound begins a surname of two words: Arabic and African honorifics that became part of it.
var compound = set("sheikh", "haj", "haji", "hadj", "ould", "ben", "abu", "abd", "ait", "bou", "ngo", "mac", "st", "san", "santa", "saint", "van", "von", "mc", "dela", "delos", "delas", "abou", "abdel", "abdul", "bint", "umm")

// hispanic are surnames of which people from Spain and Latin America have two.
var hispanic = set("garcia", "rodriguez", "gonzalez", "fernandez", "lopez", "martinez", "sanchez", "perez", "gomez", "martin", "jimenez", "ruiz", "hernandez", "diaz", "moreno", "munoz",
	"alvarez", "romero", "alonso", "gutierrez", "navarro", "torres", "dominguez", "vazquez", "vasquez", "ramos", "gil", "ramirez", "serrano", "blanco", "molina", "morales", "suarez", "ortega",
	"delgado", "castro", "ortiz", "rubio", "marin", "nunez", "iglesias", "medina", "garrido", "cortes", "castillo", "santos", "lozano", "guerrero", "cano", "prieto", "mendez", "mendoza", "cruz",
	"calvo", "vidal", "leon", "marquez", "herrera", "pena", "flores", "cabrera", "campos", "vega", "fuentes", "carrasco", "reyes", "caballero", "nieto", "aguilar", "santana", "herrero",
	"montero", "hidalgo", "gimenez", "ibanez", "duran", "vargas", "mora", "benitez", "arias", "carmona", "crespo", "rojas", "soto", "velasco", "moya", "parra", "bravo", "gallardo", "restrepo",
	"yupanqui", "huanca", "condori", "apaza", "choque", "ticona", "paucar", "alarcon", "salinas", "zuniga", "carranza", "farfan", "ugarte", "cespedes", "arevalo", "pizarro", "palomino", "bautista", "poma", "ayala", "meza", "calderon", "cornejo", "galvez", "valverde", "rosas", "solis", "luna", "bustamante", "leiva", "tapia", "barreto", "zevallos", "tello", "inga", "cusi", "puma", "zapata", "quintero", "valencia", "osorio", "mejia", "cardenas", "rivera", "salazar", "paredes", "quispe", "mamani", "huaman", "chavez", "espinoza", "espinosa", "guzman", "rincon", "cordoba",
	"pineda", "rosales", "contreras", "sepulveda", "valdez", "valdes", "acosta", "aguirre", "avila", "bermudez", "escobar", "figueroa", "franco", "maldonado", "miranda", "montoya", "ochoa", "pacheco", "palacios", "ponce", "rios", "robles", "salas", "silva", "sosa", "trujillo", "uribe", "villanueva", "zamora")

// capitals tells how many words at the beginning, or negative at the end, are in capitals while the others are not.
func capitals(words []string) int {
	head := 0
	for head < len(words) && upper(words[head]) && len(words[head]) > 1 {
		head++
	}
	tail := 0
	for tail < len(words) && upper(words[len(words)-1-tail]) && len(words[len(words)-1-tail]) > 1 {
		tail++
	}
	switch {
	case head > 0 && head < len(words) && tail == 0:
		return head
	case tail > 0 && tail < len(words) && head == 0:
		return -tail
	}
	return 0
}

func latin(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Latin, r) {
			return true
		}
	}
	return false
}

// phrase takes a text as it stands, up to a separator, n letters at most.
func phrase(separators string, n int) func(string) []value {
	return func(s string) []value {
		lead := len(s) - len(strings.TrimLeft(s, " \t:.–-—_„\"«“=*•·,;"))
		end := len(s)
		if i := strings.IndexAny(s[lead:], separators); i >= 0 {
			end = lead + i
		}
		raw := strings.TrimRight(s[lead:end], " \t.,;:–-_„\"»“”*•·(")
		if rest := s[lead+len(raw) : end]; strings.ContainsAny(raw, "„“”\"«") { // a name in quotes: Hotel „Zur Post“
			for _, mark := range []string{"“", "”", "\"", "»"} {
				if strings.HasPrefix(rest, mark) {
					raw += mark
					break
				}
			}
		}
		if abbreviated.MatchString(raw) && strings.HasPrefix(s[lead+len(raw):], ".") {
			raw += "."
		}
		if utf8.RuneCountInString(raw) < 2 || utf8.RuneCountInString(raw) > n || strings.IndexFunc(raw, unicode.IsLetter) < 0 {
			return nil
		}
		return []value{{text: strings.Join(strings.Fields(raw), " "), span: span{lead, lead + len(raw)}, fit: 0.7}}
	}
}

// abbreviated is the end of a name that its full stop belongs to.
var abbreviated = expression(`\b[ea]\. ?[KVG]$|\b(?:Co|Inc|Ltd|Corp|Abs|Nr)$`)

// firm is a company's, an office's or a school's name by its legal form or kind.
var firm = expression(`(?:GmbH|gGmbH|\bAG\b|\bKG\b|\bOHG\b|\bSE\b|\beG\b|\bmbB\b|gAöR|\bAöR\b|e\. ?V\.|\be\. ?K\.|\bUG\b|VVaG|\ba\. ?G\.|\bLtd|\bLLC\b|\bInc\b|\bPLC\b|S\.A\.|\bGbR\b|\bVHS\b|\bmbH\b|\boHG\b|\bKGaA\b|\bLLP\b|\bCorp\b|\bCo\. KG|\be\.?G\.?(?:$|\s)|haftungsbeschränkt|\bS\.?[àa]\.? ?r\.?l\b|\bSARL\b|\bSAS\b|\bA\. ?[ŞS]\.|\bŞti\b|\bB\.V\.|\bN\.V\.|S\.p\.A|\bSp\. z o|\bs\.r\.o|\bd\.o\.o|\bАТ\b|\bТОВ\b|\bТзОВ\b|\bПрАТ\b|\bООО\b|\bОАО\b|\bЗАО\b|\bФОП\b|\bИП\b)`)

// organised is a word of institutions, folded.
var organised = expression(`(?:stiftung|klinik|klinikum|hotel|restaurant|ingenieurburo|praxis|universitat|universite|universitet|universidad|universidade|university|universitesi|fakultesi|hochschule|університет|университет|академи\p{L}*|институт|інститут|جامعه|معهد|instytut|institut\p{L}?|krankenkasse|ersatzkasse|versicherung\p{L}*|insurance|bank|sparkasse|volkshochschule|gymnasium|schule|schulen|kolleg|akademie|college|academy|school|lycee|ecole|stadtwerke|krankenhaus|zentrum|forum|bildungswerk|kindergarten|kita|kindertagesstatte|cafe|gasthaus|gasthof|pension|apotheke|autohaus|backerei|metzgerei|schreinerei|tischlerei|zimmerei|werkstatt|kanzlei|steuerberatung|\p{L}{4}gesellschaft|stadtwerk|\p{L}{4}betriebe|paketdienste?|\p{L}{3}handel|transporte|logistik|spedition|hausverwaltung|immobilien|wohnungsbau|baugesellschaft|pflegedienst|seniorenheim|pflegeheim|seniorenresidenz|genossenschaft|holding|group|gruppe|company|solutions|systems|technologies|consulting|services|bistro|pizzeria|imbiss|friseur|gebaudereinigung|diakonie|caritas|wohlfahrt|kreisverband|landesverband|ortsverband|handwerkskammer|handelskammer|verlag|manufaktur|fabrik|brauerei|druckerei|gartnerei|hospital|sprachcenter|sprachzentrum|polytechnic|fachhochschule|berufskolleg|studienkolleg|conservatoire|faculte|kafe|lokanta|sirketi|holding|hastanesi|lisesi|okulu|okul)(?:$|[^\p{L}])`)

// corporate reports whether a name is that of a company or an institution.
func corporate(s string) bool {
	return firmWords().in(strings.ToLower(s)) && firm.MatchString(s) || organisedWords().in(fold(s)) && organised.MatchString(fold(s))
}

// What firm and organised need: most texts are no company's, and that is soon seen.
var (
	firmWords      = sync.OnceValue(func() anyOf { return needed(firm.String()) })
	organisedWords = sync.OnceValue(func() anyOf { return needed(organised.String()) })
)

// firms takes the name of a company or an institution at the beginning of a text, up to its address.
func firms(s string) []value {
	if m := afterFirm.FindStringIndex(s); m != nil && m[0] > 3 {
		s = s[:m[0]]
	}
	if m := firmLead.FindStringIndex(s); m != nil && m[1] < len(s) {
		return shifted(firms(s[m[1]:]), m[1])
	}
	if i := strings.IndexByte(s, ')'); i > 0 && !strings.Contains(s[:i], "(") { // of a bracket around it
		s = s[:i]
	}
	all := phrase("\n\t,;·•|*(", 90)(s)
	for i := range all {
		if m := firmTail.FindStringIndex(s[all[i].end:]); m != nil && m[0] == 0 {
			all[i].end += m[1]
			all[i].text = strings.Join(strings.Fields(s[all[i].start:all[i].end]), " ")
		}
		if corporate(all[i].text) {
			all[i].fit = 0.95
		}
		if first, _ := utf8.DecodeRuneInString(all[i].text); unicode.IsLower(first) && !corporate(all[i].text) {
			all[i].fit = 0.3
		}
	}
	return all
}

// firmLead is what a name is announced by, and firmTail what belongs to it behind a comma or in brackets.
var (
	firmLead = expression(`^\W{0,3}(?:Firma|Fa\.)\s+`)
	firmTail = expression(`^(?: ?\((?i:haftungsbeschränkt|deutschland|germany|europe|gmbh|ag|mbh)\)|, [\p{Lu}][\p{L}-]+(?: [\p{Lu}][\p{L}-]+)?(?: (?:&|und|\+) [^,\d\n\t(]{2,40})|,? Inh(?:aber|\.)(?:in)?:? \p{Lu}[\p{L}.-]+(?: \p{Lu}[\p{L}-]+){1,2})`)
)

// shifted moves values that were read behind a text's beginning.
func shifted(all []value, n int) []value {
	for i := range all {
		all[i].start, all[i].end = all[i].start+n, all[i].end+n
	}
	return all
}

// afterFirm is what stands behind a name in the same line: a number, a telephone.
var afterFirm = expression(`\s[-–—~»«*]\s(?:Nr|No|Tel|Teiln|Zert|Fax|\d)|\s(?:Nr|No|Tel|Teilnehmernummer)\.?:?\s`)

// places takes the name of a place: capitals, up to five words, perhaps a region behind a comma.
func places(s string) []value {
	lead := len(s) - len(strings.TrimLeft(s, " \t\n:.–-—_/,"))
	m := town.FindStringIndex(s[lead:])
	if m == nil || m[0] > 0 {
		return nil
	}
	raw := strings.TrimRight(s[lead:lead+m[1]], " ,-–")
	if i := strings.LastIndexAny(raw, " -"); strings.HasSuffix(raw, ".") && utf8.RuneCountInString(raw[i+1:]) > len("Abr.") { // of a sentence
		raw = raw[:len(raw)-1]
	}
	if i := strings.Index(raw, ","); i > 0 && !regional(raw[i+1:]) {
		raw = strings.TrimRight(raw[:i], " ,")
	}
	if fold(raw) == "" || noNames[fold(raw)] || len(raw) < 3 {
		return nil
	}
	return []value{{text: strings.Join(strings.Fields(raw), " "), span: span{lead, lead + len(raw)}, fit: 0.7}}
}

var town = expression(`^\p{L}[\p{L}\p{M}'’.-]*(?:(?: | ?/ ?)(?:\p{Lu}[\p{L}\p{M}'’.-]*|\p{Lo}[\p{L}\p{M}]*|am|an|der|dem|im|in|ob|bei|vor|auf|zu|den|de|la|le|du|el|es|sur|al|do|dos|da|e|i|of|the)){0,4}(?:, ?\p{Lu}[\p{L}'’.-]+(?: \p{Lu}[\p{L}'’-]+)?)?`)

// regional reports whether what follows a place is a region that belongs to its name rather than its country: the states
// of the United States stand so.
func regional(s string) bool { return states[fold(strings.TrimSpace(s))] }

var states = set("alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida", "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana", "nebraska", "nevada", "new hampshire", "new jersey", "new mexico", "new york", "north carolina", "north dakota", "ohio", "oklahoma", "oregon", "pennsylvania", "rhode island", "south carolina", "south dakota", "tennessee", "texas", "utah", "vermont", "virginia", "washington", "west virginia", "wisconsin", "wyoming")

// The parts of a German address.
var (
	streetLine = expression(`((?:\p{Lu}|\d{1,2}\. ?\p{Lu}|[A-Z]\d)[\p{L}\d'’.-]*(?:(?:-\n|[ -])\p{L}[\p{L}'’.-]*){0,5}[ .]\d{1,4}(?:\s?[-–/+]\s?\d{1,4})?(?: ?[a-hA-H])?)(?:$|[^\p{L}\d])`)
	street     = expression(`(?i)(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee|steig|pfad|markt|hof|berg|tor|wall|graben|kai|stieg|street|road|avenue|lane|rue|sokak|cadde|вул|ул\.)[ .]`)
	postTown   = expression(`(?:^|[^\d\p{L}])(?:D[ –-]{0,3})?(\d{5})\s+(\p{Lu}[\p{L}.'’-]+(?:(?: (?:an|am|ob|bei|in|vor|auf|zu)\s(?:(?:der|dem|den)\s)?\p{Lu}[\p{L}.'’-]*)|(?: |-)(?:\p{Lu}[\p{L}.'’-]*|am|an|der|dem|im|in|ob|bei|vor|auf|zu|den|[adiobv]\.)){0,4}(?:/\p{L}+)?(?: ?\(\p{Lu}[\p{L}. ]{1,20}\))?)`)
)
