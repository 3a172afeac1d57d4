package texts

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/eakte/eakte/pipeline"
)

// Document is a document to train on.
type Document struct {
	Type  string // key of the catalogue
	Group string // the voice or template it comes from: held out together
	Pages []pipeline.Page
}

// line is one printed line; large: set in larger print than the running text.
type line struct {
	text  string
	large bool
}

// Composer makes documents from voices. It is read-only and safe for concurrent use.
type Composer struct {
	byType  map[string][]Voice
	mention []string // what documents of other types may name: titles
}

// NewComposer returns a Composer of these voices.
func NewComposer(voices []Voice) *Composer {
	c := &Composer{byType: map[string][]Voice{}}
	for _, v := range voices {
		c.byType[v.Type] = append(c.byType[v.Type], v)
		if v.Type != "other" {
			c.mention = append(c.mention, v.Title...)
		}
	}
	return c
}

// Document composes a document of voice v. The same state of r gives the same document.
func (c *Composer) Document(r *rand.Rand, v Voice) Document {
	return c.document(r, newFiller(r, v.Lang), v)
}

// Bundle composes documents as one person hands them in together: most are of the same holder.
func (c *Composer) Bundle(r *rand.Rand, voices []Voice) []Document {
	var all []Document
	holder := newFiller(r, "de")
	for _, v := range voices {
		f := newFiller(r, v.Lang)
		if r.IntN(4) > 0 {
			f.given, f.surname, f.birth = holder.given, holder.surname, holder.birth
		}
		all = append(all, c.document(r, f, v))
	}
	return all
}

func (c *Composer) document(r *rand.Rand, f *filler, v Voice) Document {
	switch {
	case v.Type == "certified_translation" && r.IntN(3) > 0:
		v = c.translated(r, v)
	case r.IntN(4) == 0:
		v = c.crossed(r, v)
	}
	pages := [][]line{c.first(r, f, v)}
	if !v.Card {
		for more := [10]int{1, 1, 1, 2, 3}[r.IntN(10)]; more > 0; more-- {
			pages = append(pages, c.further(r, f, v, len(pages)+1))
		}
	} else if len(v.Next) > 0 && r.IntN(3) == 0 {
		pages = append(pages, picked(r, f, v.Next, 1, len(v.Next)))
	}
	numbered(r, pages)
	l := anyLevel(r)
	d := Document{Type: v.Type, Group: v.ID}
	for i, lines := range pages {
		page := printed(r, l, lines)
		page.Number, page.Language = i+1, v.Lang
		d.Pages = append(d.Pages, page)
	}
	addZone(r, &d, v)
	return d
}

// crossed is v with some of its parts from another voice of the same type: institutions copy from each other, and a form
// of one country is printed in two languages.
func (c *Composer) crossed(r *rand.Rand, v Voice) Voice {
	all := c.byType[v.Type]
	w := all[r.IntN(len(all))]
	if w.Card != v.Card {
		return v
	}
	switch {
	case w.Lang != v.Lang:
		v.Labels = append(append([]string{}, v.Labels...), some(r, w.Labels, 0, len(w.Labels)/2)...)
		if len(v.Title) > 0 && len(w.Title) > 0 && r.IntN(2) == 0 {
			v.Title = []string{v.Title[r.IntN(len(v.Title))] + " / " + w.Title[r.IntN(len(w.Title))]}
		}
	case r.IntN(2) == 0:
		v.Title, v.Head = w.Title, w.Head
	default:
		v.Lines = append(append([]string{}, v.Lines...), w.Lines...)
		v.Labels = append(append([]string{}, v.Labels...), some(r, w.Labels, 0, len(w.Labels)/2)...)
	}
	return v
}

// first composes a first page.
func (c *Composer) first(r *rand.Rand, f *filler, v Voice) []line {
	letter := !v.Card && v.Lang == "de" && len(v.Lines) > 0 && r.IntN(3) == 0
	page := marked(r, picked(r, f, v.Head, 0, 3), 3)
	if letter {
		page = append(page, address(r, f)...)
	}
	title, body := heading(r, f, v.Title), c.body(r, f, v)
	switch r.IntN(20) { // the title may be missing or come late
	case 0:
	case 1:
		for _, l := range title {
			body = insert(r, body, l)
		}
	default:
		page = append(page, title...)
	}
	if letter {
		page = append(page, line{text: f.fill(pick(r, salutations))})
	}
	page = append(page, body...)
	if letter {
		page = append(page, line{text: pick(r, closings)}, line{text: f.other("given") + " " + f.other("surname")})
	}
	return append(page, picked(r, f, v.Foot, 0, 2)...)
}

// body is a form's or a letter's text: labels and sentences, one after the other or mixed.
func (c *Composer) body(r *rand.Rand, f *filler, v Voice) []line {
	labels := rows(r, f, some(r, v.Labels, min(2, len(v.Labels)), len(v.Labels)))
	lines := picked(r, f, v.Lines, min(1, len(v.Lines)), len(v.Lines))
	var all []line
	switch r.IntN(3) {
	case 0:
		all = append(lines, labels...)
	case 1:
		all = append(labels, lines...)
	default:
		all = append(labels, lines...)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	if v.Card {
		return all
	}
	if r.IntN(4) == 0 {
		all = insert(r, all, line{text: c.naming(r, f)})
	}
	for range r.IntN(4) {
		all = insert(r, all, line{text: f.fill(pick(r, common))})
	}
	return all
}

// naming is a sentence that names documents of other types, as letters and forms do.
func (c *Composer) naming(r *rand.Rand, f *filler) string {
	var names []string
	for range 1 + r.IntN(3) {
		if len(c.mention) > 0 {
			names = append(names, f.fill(pick(r, c.mention)))
		}
	}
	return fmt.Sprintf(pick(r, frames), strings.Join(names, ", "))
}

// further composes a later page, which has no title.
func (c *Composer) further(r *rand.Rand, f *filler, v Voice, number int) []line {
	page := marked(r, picked(r, f, v.Head, 0, 1), 4)
	page = append(page, picked(r, f, v.Next, min(1, len(v.Next)), min(4, len(v.Next)))...)
	if r.IntN(2) == 0 {
		page = append(page, rows(r, f, some(r, v.Labels, 0, len(v.Labels)))...)
	}
	page = append(page, picked(r, f, v.Lines, min(1, len(v.Lines)), len(v.Lines))...)
	return append(page, picked(r, f, v.Foot, 0, 1)...)
}

// numbered writes the number on pages, as about half of all documents of several pages do.
func numbered(r *rand.Rand, pages [][]line) {
	if len(pages) == 1 && r.IntN(8) > 0 || r.IntN(2) == 0 {
		return
	}
	form := pick(r, pageNumbers)
	for i := range pages {
		number := line{text: strings.NewReplacer("#", fmt.Sprint(i+1), "@", fmt.Sprint(len(pages))).Replace(form)}
		if r.IntN(4) == 0 {
			pages[i] = append([]line{number}, pages[i]...)
		} else {
			pages[i] = append(pages[i], number)
		}
	}
}

// heading is a title as it is printed: in capitals, spaced out, in two lines, or as it is.
func heading(r *rand.Rand, f *filler, titles []string) []line {
	if len(titles) == 0 {
		return nil
	}
	text := f.fill(pick(r, titles))
	large := r.IntN(6) > 0
	switch r.IntN(12) {
	case 0, 1, 2:
		text = strings.ToUpper(text)
	case 3:
		if len(text) < 30 {
			text = strings.TrimSpace(strings.Join(strings.Split(text, ""), " "))
		}
	case 4:
		if words := strings.Fields(text); len(words) > 2 {
			cut := 1 + r.IntN(len(words)-1)
			return []line{{strings.Join(words[:cut], " "), large}, {strings.Join(words[cut:], " "), large}}
		}
	case 5:
		text += " " + f.fill(pick(r, []string{"{date}", "Nr. {number}", "{name}", "{year}", "- {name}"}))
	}
	return []line{{text, large}}
}

// rows sets form cells, one to three in a line, the label beside or above its value.
func rows(r *rand.Rand, f *filler, cells []string) []line {
	var all []line
	across := 1 + r.IntN(3)
	above := r.IntN(4) == 0
	for i := 0; i < len(cells); {
		n := min(1+r.IntN(across), len(cells)-i)
		var labels, values []string
		for _, cell := range cells[i : i+n] {
			label, value, ok := strings.Cut(f.fill(cell), ":")
			if !above || !ok {
				labels = append(labels, f.fill(cell))
				continue
			}
			labels, values = append(labels, label), append(values, strings.TrimSpace(value))
		}
		all = append(all, line{text: strings.Join(labels, " ")})
		if len(values) > 0 {
			all = append(all, line{text: strings.Join(values, " ")})
		}
		i += n
	}
	return all
}

// address is what stands above a German letter's text.
func address(r *rand.Rand, f *filler) []line {
	texts := []string{"{name}", "{street}", "{plz} {city}"}
	if r.IntN(2) == 0 {
		texts = append([]string{pick(r, []string{"Herrn", "Frau", "Herr"})}, texts...)
	}
	for _, more := range []string{"Ihr Zeichen:", "Unser Zeichen: {code}", "Aktenzeichen: {code}", "Telefon: {phone}", "E-Mail: {email}", "Auskunft erteilt: {name}", "{city}, {date}", "Datum: {date}"} {
		if r.IntN(4) == 0 {
			texts = append(texts, more)
		}
	}
	var all []line
	for _, t := range texts {
		all = append(all, line{text: f.fill(t)})
	}
	return all
}

// printed is a page as the recogniser hands it over. About a third has no boxes, as the texts of some sources.
func printed(r *rand.Rand, l level, lines []line) pipeline.Page {
	page := pipeline.Page{Width: 595, Height: 842}
	height, boxes := 0.008+0.006*r.Float64(), r.IntN(3) > 0
	var texts []string
	for i, printed := range lines {
		text := l.misread(r, printed.text)
		if text == "" {
			continue
		}
		if i > 0 && r.IntN(40) == 0 && len(texts) > 0 {
			texts[len(texts)-1] += " " + text // beside each other
		} else {
			texts = append(texts, text)
		}
		if !boxes {
			continue
		}
		h := height * (0.9 + 0.2*r.Float64())
		if printed.large {
			h = height * (1.3 + 1.2*r.Float64())
		}
		top := float64(i+1) / float64(len(lines)+2)
		for _, word := range strings.Fields(text) {
			page.Words = append(page.Words, pipeline.Word{Text: word, Line: len(texts) - 1, Box: [4]float64{0.1, top, 0.9, top + h}})
		}
	}
	page.Text = strings.Join(texts, "\n")
	return page
}

// marked sets some lines in large print.
func marked(r *rand.Rand, lines []line, oneIn int) []line {
	for i := range lines {
		lines[i].large = r.IntN(oneIn) == 0
	}
	return lines
}

// picked fills from low to high of the texts.
func picked(r *rand.Rand, f *filler, texts []string, low, high int) []line {
	var all []line
	for _, t := range some(r, texts, low, high) {
		all = append(all, line{text: f.fill(t)})
	}
	return all
}

// some draws from low to high of the texts, in any order.
func some(r *rand.Rand, texts []string, low, high int) []string {
	high = min(high, len(texts))
	if high <= 0 {
		return nil
	}
	low = min(low, high)
	drawn := make([]string, 0, high)
	for _, i := range r.Perm(len(texts))[:low+r.IntN(high-low+1)] {
		drawn = append(drawn, texts[i])
	}
	return drawn
}

func pick(r *rand.Rand, texts []string) string { return texts[r.IntN(len(texts))] }

func insert(r *rand.Rand, lines []line, more line) []line {
	at := r.IntN(len(lines) + 1)
	return append(lines[:at:at], append([]line{more}, lines[at:]...)...)
}

// What stands on documents of every type.
var (
	salutations = []string{"Sehr geehrte Damen und Herren,", "Sehr geehrter Herr {surname},", "Sehr geehrte Frau {surname},", "Guten Tag,"}
	closings    = []string{"Mit freundlichen Grüßen", "Freundliche Grüße", "Im Auftrag", "Hochachtungsvoll", "i. A."}
	pageNumbers = []string{"Seite # von @", "Seite #", "- # -", "#/@", "Page # of @", "Blatt #", "Seite # / @", "S. #"}
	common      = []string{
		"Ort, Datum, Unterschrift", "Unterschrift", "Stempel", "Datum: {date}", "{city}, den {date}", "{city}, {date}", "Telefon {phone}", "E-Mail: {email}", "www.{city}.example",
		"Bankverbindung: {iban}", "Öffnungszeiten: Mo-Fr 8-12 Uhr", "Geschäftsführer: {name}", "Amtsgericht {city} HRB {number}", "USt-IdNr. DE{number}", "Aktenzeichen: {code}", "Geschäftszeichen {code}",
		"Name: {name}", "Vorname, Name: {name}", "Geburtsdatum: {birth}", "geb. am {birth} in {city}", "Anschrift: {street}, {plz} {city}", "Staatsangehörigkeit: {nationality}", "Sachbearbeiter: {name}", "Zimmer {number}",
		"Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig.", "Für Rückfragen stehen wir Ihnen gerne zur Verfügung.", "Rechtsbehelfsbelehrung", "Signature", "Date: {date}", "Siegel", "Kopie", "Original", "(L.S.)",
		"Zur Vorlage bei der Ausländerbehörde.", "Diese Bescheinigung dient zur Vorlage bei Behörden.", "Bitte bei Rückfragen angeben: {code}", "Anlagen", "Hinweise siehe Rückseite", "Gebühr: {amount}", "Eingang {date}",
	}
	frames = []string{"Anlagen: %s", "Bitte legen Sie folgende Unterlagen vor: %s", "Anlage: %s (Kopie)", "vorgelegt: %s", "Folgende Unterlagen fehlen noch: %s", "ausgewiesen durch: %s", "Nachweis: %s", "Enclosures: %s", "ersetzt nicht: %s", "lag vor: %s", "[ ] %s"}
)

// Wordless is the picture of something without a text: only what a recogniser makes of shadows.
func Wordless(r *rand.Rand) Document {
	var lines []line
	for range r.IntN(6) {
		var words []string
		for range 1 + r.IntN(3) {
			words = append(words, pick(r, junk))
		}
		lines = append(lines, line{text: strings.Join(words, " "), large: r.IntN(3) == 0})
	}
	page := printed(r, clean, lines)
	page.Number = 1
	return Document{Type: "other", Group: "wordless", Pages: []pipeline.Page{page}}
}

// translatable are the types that are most often translated.
var translatable = []string{"birth_certificate", "marriage_certificate", "divorce_decree", "criminal_record", "university_degree", "custody_proof", "power_of_attorney", "national_id_card"}

// translated is v, a translator's wording, around what a document of another type says.
func (c *Composer) translated(r *rand.Rand, v Voice) Voice {
	var german []Voice
	for _, w := range c.byType[pick(r, translatable)] {
		if w.Lang == "de" {
			german = append(german, w)
		}
	}
	if len(german) == 0 {
		return v
	}
	w := german[r.IntN(len(german))]
	v.Labels = append(some(r, v.Labels, 1, len(v.Labels)), w.Labels...)
	v.Lines = append(some(r, v.Lines, 1, len(v.Lines)), some(r, w.Lines, 0, len(w.Lines)/2)...)
	if len(w.Title) > 0 && len(v.Title) > 0 {
		v.Title = []string{pick(r, v.Title) + " " + pick(r, w.Title), pick(r, v.Title)}
	}
	return v
}
