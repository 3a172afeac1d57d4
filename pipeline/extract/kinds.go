package extract

import (
	"strconv"
	"strings"
)

// landlords takes a person or a company.
func landlords(s string) []value {
	all := firms(s)
	if len(all) == 1 && corporate(all[0].text) {
		return all
	}
	if m := streetLine.FindStringIndex(s); m != nil && strings.TrimLeft(s[:m[0]], " :.–-") == "" { // "vermietet: Am Hang 3"
		return nil
	}
	return persons(s)
}

// streets takes a street with its number at the beginning of a text.
func streets(s string) []value {
	m := streetLine.FindStringSubmatchIndex(s)
	if m == nil || m[2] > 3 {
		return nil
	}
	return []value{{text: streetName(strings.Join(strings.Fields(s[m[2]:m[3]]), " ")), span: span{m[2], m[3]}, fit: 0.9}}
}

// streetName puts right the one letter that is misread most in streets.
func streetName(s string) string { return sharpS.ReplaceAllString(s, "${1}ße") }

var sharpS = expression(`([Ss]tra)(?:R|B|8|ßB|Bß|f3|fs|6|ß8|iß)e(?:\b|$)`)

// postTowns takes a line with a postal code and a town.
func postTowns(s string) []value {
	if !postTown.MatchString(s) {
		return nil
	}
	return phrase("\n", 80)(s)
}

var ruled = expression(`^\W{0,3}(?:\d\.)?\s*(` + ruling + `)`)

// jobs takes a job, with the letters for everybody's sex that advertisements have behind it.
func jobs(s string) []value {
	all := phrase("\n\t,;·(", 60)(s)
	if len(all) == 1 && lower(strings.Fields(all[0].text)[0]) { // of a sentence: "Die Ausbildung dauert"
		return nil
	}
	for i := range all {
		if n := len(everybody.FindString(s[all[i].end:])); n > 0 {
			all[i].end += n
			all[i].text = strings.Join(strings.Fields(s[all[i].start:all[i].end]), " ")
		}
	}
	return all
}

var everybody = expression(`^ ?\((?i:(?:[mwdfxi]\s?[/|,]\s?){1,3}[mwdfxi]|all genders)\)`)

// decisions takes a ruling, or a line with the full stop of its sentence.
func decisions(s string) []value {
	if m := ruled.FindStringSubmatchIndex(s); m != nil {
		return []value{{text: strings.Join(strings.Fields(s[m[2]:m[3]]), " "), span: span{m[2], m[3]}, fit: 0.9}}
	}
	all := phrase("\n", 160)(s)
	for i := range all {
		if strings.HasPrefix(s[all[i].end:], ".") {
			all[i].text, all[i].end = all[i].text+".", all[i].end+1
		}
	}
	return all
}

var square = expression(`(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:m²|qm|m2|m\x{FFFD}|Quadratmeter|sqm|кв|متر|m\*)?`)

// areas finds square metres; with the unit they fit better.
func areas(s string) []value {
	var all []value
	for _, m := range square.FindAllStringSubmatchIndex(s, -1) {
		area, err := strconv.ParseFloat(strings.ReplaceAll(s[m[2]:m[3]], ",", "."), 64)
		if err != nil || area < 5 || area > 999 {
			continue
		}
		v := value{text: strconv.FormatFloat(area, 'f', -1, 64), span: span{m[2], m[3]}, fit: 0.6}
		if m[1] > m[3]+1 {
			v.fit = 1
		}
		all = append(all, v)
	}
	return all
}

var points = expression(`^\W{0,3}(\d{1,3}(?:[.,]\d)?)(?:$|[^\d])`)

// scores takes the points at the beginning of a text: "86/100", "86 von 100".
func scores(s string) []value {
	m := points.FindStringSubmatchIndex(s)
	if m == nil || s[m[2]] == '0' && m[3]-m[2] > 1 {
		return nil
	}
	return []value{{text: strings.ReplaceAll(s[m[2]:m[3]], ",", "."), span: span{m[2], m[3]}, fit: 0.85}}
}

// sexes are words for male and female in our languages, folded.
var sexWords = map[string]string{"m": "M", "f": "F", "w": "F", "x": "X", "d": "X", "mannlich": "M", "weiblich": "F", "male": "M", "female": "F", "maennlich": "M", "divers": "X",
	"masculin": "M", "feminin": "F", "erkek": "M", "kadin": "F", "e": "M", "k": "F", "ч": "M", "ж": "F", "чоловіча": "M", "жіноча": "F", "чоловіче": "M", "мужскои": "M", "женскии": "F", "муж": "M", "жен": "F",
	"ذكر": "M", "انثي": "F", "herr": "M", "frau": "F"}

func sexes(s string) []value {
	words := tokens(s)
	if len(words) == 0 || words[0].start > 3 || sexWords[words[0].text] == "" {
		return nil
	}
	return []value{{text: sexWords[words[0].text], span: words[0].span, fit: 0.9}}
}

var maritalWords = []string{"ledig", "verheiratet", "geschieden", "verwitwet", "verpartnert", "getrennt lebend", "eingetragene Lebenspartnerschaft", "single", "married", "divorced", "widowed", "célibataire", "marié", "mariée", "divorcé", "divorcée", "veuf", "veuve", "bekâr", "evli", "boşanmış"}

func maritals(s string) []value {
	for _, w := range maritalWords {
		if i := strings.Index(strings.ToLower(s), strings.ToLower(w)); i >= 0 && i < 40 && i+len(w) <= len(s) {
			return []value{{text: s[i : i+len(w)], span: span{i, i + len(w)}, fit: 0.9}}
		}
	}
	return nil
}

var semester = expression(`(?i)((?:Winter|Sommer)[ -]?semester|WiSe|SoSe|WS|SS|winter (?:semester|term)|summer (?:semester|term)|spring semester|fall semester)\s?((?:19|20)\d{2}(?:\s?/\s?(?:20)?\d{2})?)`)

func semesters(s string) []value {
	var all []value
	for _, m := range semester.FindAllStringIndex(s, -1) {
		all = append(all, value{text: strings.Join(strings.Fields(s[m[0]:m[1]]), " "), span: span{m[0], m[1]}, fit: 0.95})
	}
	return all
}

var section = expression(`(?i)§+ ?\d+[a-z]?(?:,? (?:Abs(?:atz|\.)?|Satz|S\.|Nr\.) ?\d+[a-z]?)*(?: ?[,i]\.? ?V\. ?m\. ?§ ?\d+[a-z]?)?(?: (?:AufenthG|AsylG|BeschV|FreizügG/EU|AufenthV|StAG))?`)

// paragraphs finds sections of statutes.
func paragraphs(s string) []value {
	var all []value
	for _, m := range section.FindAllStringIndex(s, -1) {
		fit := 0.5
		if up := strings.ToUpper(s[m[0]:m[1]]); strings.HasSuffix(up, "AUFENTHG") || strings.HasSuffix(up, "ASYLG") {
			fit = 0.95
		}
		all = append(all, value{text: strings.Join(strings.Fields(s[m[0]:m[1]]), " "), span: span{m[0], m[1]}, fit: fit})
	}
	return all
}

// residenceTitle is one of the titles of § 4 AufenthG and § 5 FreizügG/EU.
var residenceTitle = expression(`(?i)Aufenthaltserlaubnis|Niederlassungserlaubnis|Blaue Karte[ -]EU|(?:Erlaubnis zum )?Daueraufenthalt[- ]EU|Daueraufenthaltskarte|Aufenthaltskarte|(?:Mobiler-)?ICT-Karte|Chancenkarte`)

func residenceTitles(s string) []value {
	m := residenceTitle.FindStringIndex(s)
	if m == nil {
		return nil
	}
	return []value{{text: s[m[0]:m[1]], span: span{m[0], m[1]}, fit: 0.95}}
}

// remarks takes the first line that is more than a section of a statute.
func remarks(s string) []value {
	at := 0
	for line := range strings.Lines(s) {
		if found := phrase("\n\t.", 100)(line); len(found) > 0 && !strings.ContainsRune(line, '<') && len(section.FindString(line)) < len(found[0].text)/2 {
			v := &found[0]
			if m := section.FindStringIndex(line[v.start:v.end]); m != nil && m[0] == 0 { // the section is a field of its own
				v.start += m[1] + len(line[v.start+m[1]:v.end]) - len(strings.TrimLeft(line[v.start+m[1]:v.end], " ,;:–-"))
				v.text = strings.Join(strings.Fields(line[v.start:v.end]), " ")
			}
			v.span = span{at + v.start, at + v.end}
			return found
		}
		at += len(line)
	}
	return nil
}

// codeOfState is an ICAO code of a state as cards and passports print it.
var codeOfState = expression(`^[\s:.]*([A-Z]{3}|D)(?:$|[^\p{L}])`)

// nationalities reads a code of ICAO, or the word for a nationality that starts one of the stems.
func nationalities(s string) []value {
	if m := codeOfState.FindStringSubmatchIndex(s); m != nil {
		return []value{{text: s[m[2]:m[3]], span: span{m[2], m[3]}, fit: 0.9}}
	}
	words := tokens(s)
	for i, t := range words {
		if t.start > 12 {
			break
		}
		text := t.text
		if i+1 < len(words) {
			text += " " + words[i+1].text
		}
		best := ""
		for stem := range nations {
			if len(stem) > len(best) && strings.HasPrefix(text, stem) {
				best = stem
			}
		}
		if best != "" && (len(best) > 2 || t.text == best) {
			return []value{{text: nations[best], span: t.span, fit: 0.85}}
		}
	}
	return nil
}

// nations are stems, folded, of the words for states and nationalities in our languages, with the ICAO code of Doc 9303-3.
var nations = map[string]string{
	"afghan": "AFG", "albani": "ALB", "alban": "ALB", "algeri": "DZA", "angol": "AGO", "argentin": "ARG", "armen": "ARM", "aserbaidsch": "AZE", "azerbai": "AZE", "austral": "AUS",
	"bangladesch": "BGD", "banglades": "BGD", "belarus": "BLR", "belarussisch": "BLR", "bosni": "BIH", "brasil": "BRA", "brazil": "BRA", "bulgar": "BGR", "chile": "CHL", "chines": "CHN", "china": "CHN",
	"kolumb": "COL", "colomb": "COL", "kamerun": "CMR", "cameroon": "CMR", "camerounais": "CMR", "kroat": "HRV", "croat": "HRV", "kuba": "CUB", "deutsch": "D", "german": "D", "allemand": "D", "agypt": "EGY", "egypt": "EGY",
	"ecuador": "ECU", "eritre": "ERI", "athiop": "ETH", "ethiop": "ETH", "franzos": "FRA", "french": "FRA", "francais": "FRA", "georgi": "GEO", "ghana": "GHA", "ghanaisch": "GHA", "griech": "GRC", "greek": "GRC",
	"guine": "GIN", "indisch": "IND", "indi": "IND", "indonesi": "IDN", "irak": "IRQ", "iraq": "IRQ", "iran": "IRN", "israel": "ISR", "italie": "ITA", "ital": "ITA", "japan": "JPN", "jordan": "JOR", "kasach": "KAZ", "kazakh": "KAZ",
	"kenia": "KEN", "keny": "KEN", "kosov": "RKS", "kirgis": "KGZ", "liban": "LBN", "leban": "LBN", "libanes": "LBN", "liby": "LBY", "mali": "MLI", "marokk": "MAR", "morocc": "MAR", "marocain": "MAR",
	"mazedon": "MKD", "nordmazedon": "MKD", "mexik": "MEX", "mexic": "MEX", "moldau": "MDA", "moldov": "MDA", "mongol": "MNG", "montenegr": "MNE", "nepal": "NPL", "nigeri": "NGA", "pakistan": "PAK",
	"palastin": "PSE", "palestin": "PSE", "peru": "PER", "philippin": "PHL", "filipin": "PHL", "poln": "POL", "polish": "POL", "portug": "PRT", "ruman": "ROU", "roman": "ROU", "russ": "RUS", "росс": "RUS", "росі": "RUS", "rus": "RUS",
	"saudi": "SAU", "senegal": "SEN", "serb": "SRB", "somal": "SOM", "sudafrik": "ZAF", "south african": "ZAF", "korean": "KOR", "korea": "KOR", "sudkorean": "KOR", "spani": "ESP", "span": "ESP", "sri": "LKA", "sudan": "SDN", "syr": "SYR", "сирі": "SYR", "سوري": "SYR", "سوريه": "SYR",
	"tadschik": "TJK", "thail": "THA", "togo": "TGO", "tunes": "TUN", "tunisi": "TUN", "turk": "TUR", "турец": "TUR", "ukrain": "UKR", "україн": "UKR", "украин": "UKR", "usbek": "UZB", "uzbek": "UZB", "venezol": "VEN", "venezuel": "VEN",
	"vereinigte staaten": "USA", "amerikan": "USA", "american": "USA", "us": "USA", "united states": "USA", "vietnam": "VNM", "britisch": "GBR", "british": "GBR", "jemen": "YEM", "yemen": "YEM", "kanad": "CAN", "canad": "CAN",
	"عراقي": "IRQ", "عراقيه": "IRQ", "افغان": "AFG", "مغربي": "MAR", "تونسي": "TUN", "ايراني": "IRN",
}
