package extract_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/extract"
)

func TestParsers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		parse func(string) (string, bool)
		in    string
		want  string // empty: refused
	}{
		{"a German date", extract.Date, "26.01.1988", "1988-01-26"},
		{"a date with a month's name", extract.Date, "26 January 1988", "1988-01-26"},
		{"a Turkish month", extract.Date, "30 Kasım 1997", "1997-11-30"},
		{"a French month", extract.Date, "22 octobre 2022", "2022-10-22"},
		{"a Ukrainian month", extract.Date, "30 грудня 2022", "2022-12-30"},
		{"a day that does not exist", extract.Date, "31.02.2020", ""},
		{"a year of two digits", extract.Date, "01.02.20", "2020-02-01"},
		{"digits of Arabic", extract.Date, "١٩٨٠/٠٣/١٦", "1980-03-16"},
		{"a month's name in two languages", extract.Date, "12 КВІ/APR 1999", "1999-04-12"},
		{"a month's name before the day", extract.Date, "July 4, 2021", "2021-07-04"},
		{"a Levantine month", extract.Date, "5 كانون الأول 2020", "2020-12-05"},
		{"an account number", extract.IBAN, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"},
		{"an account number with a wrong digit", extract.IBAN, "DE89 3704 0044 0532 0130 01", ""},
		{"an amount", extract.Amount, "3.160,00 EUR", "3160.00"},
		{"an English amount", extract.Amount, "11,904.50", "11904.50"},
		{"an amount without cents", extract.Amount, "1.500 €", "1500.00"},
		{"no amount", extract.Amount, "12.34.56", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := test.parse(test.in)
			if ok != (test.want != "") || ok && got != test.want {
				t.Errorf("%q: got %q, %v, want %q", test.in, got, ok, test.want)
			}
		})
	}
}

// written sets words on a page: each line at its height, each word at a column; "|" begins a new column.
func written(lines ...string) pipeline.Page {
	page := pipeline.Page{Number: 2, Width: 595, Height: 842}
	for n, line := range lines {
		top := 0.05 + 0.02*float64(n)
		for c, cell := range strings.Split(line, "|") {
			left := 0.1 + 0.3*float64(c)
			for _, word := range strings.Fields(cell) {
				right := left + 0.01*float64(len([]rune(word)))
				page.Words = append(page.Words, pipeline.Word{Text: word, Box: [4]float64{left, top, right, top + 0.013}, Confidence: 0.9, Line: n})
				left = right + 0.005
			}
		}
		page.Text += line + "\n"
	}
	return page
}

func TestFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		typ  string
		page pipeline.Page
		want map[string]string
	}{
		{
			"labels with their values behind and beside them", "rental_contract",
			written("Mietvertrag", "Vermieter: Uwe Müller", "Mieter: Shirin Shahbazi", "Wohnfläche|ca. 60 m²", "Kaltmiete|745,00 EUR", "Betriebskosten (Vorauszahlung)|120,50 €"),
			map[string]string{"landlord": "Uwe Müller", "surname": "Shahbazi", "given_names": "Shirin", "living_space_sqm": "60", "rent_cold": "745.00", "service_charges": "120.50"},
		},
		{
			"labels over their values, in two languages and numbered", "passport",
			written("1. Surname / Nom", "GONÇALVES", "2. Given names / Prénoms", "JOÃO PEDRO", "3. Date of birth|4. Sex / Sexe", "24 MAR/MARS 1996|M", "Passport No. / N° de passeport", "GF3649305"),
			map[string]string{"surname": "GONÇALVES", "given_names": "JOÃO PEDRO", "birth_date": "1996-03-24", "sex": "M", "document_number": "GF3649305"},
		},
		{
			"two persons in columns", "marriage_certificate",
			written("|Ehemann|Ehefrau", "Familienname|McKinley|Rossi", "Vornamen|Brandon|Anna Maria", "Geburtsdatum|31.03.1970|06.01.1972"),
			map[string]string{"surname": "McKinley", "given_names": "Brandon", "birth_date": "1970-03-31", "spouse_surname": "Rossi", "spouse_given_names": "Anna Maria", "spouse_birth_date": "1972-01-06"},
		},
		{
			"a letter's address, date and sentences", "employer_certificate",
			written("Nordlicht Werft GmbH", "Frau", "Jelena Ilić", "Hafenweg 12a", "24105 Kiel", "Kiel, den 3. März 2026",
				"Hiermit bestätigen wir, dass Frau Jelena Ilić, geb. am 28.07.1993,", "seit dem 24.12.2024 als Lageristin beschäftigt ist.",
				"Das monatliche Bruttogehalt beträgt 2.460,00 Euro bei 38,5 Stunden pro Woche."),
			map[string]string{"employer": "Nordlicht Werft GmbH", "surname": "Ilić", "given_names": "Jelena", "street": "Hafenweg 12a", "postal_code": "24105", "city": "Kiel",
				"issue_date": "2026-03-03", "birth_date": "1993-07-28", "contract_start": "2024-12-24", "job_title": "Lageristin", "gross_salary_month": "2460.00", "weekly_hours": "38.5"},
		},
		{
			"a name with an address behind it", "rental_contract",
			written("Name und Anschrift des Wohnungsgebers:", "Käthe Krüger, Hermann-Löns-Weg 12, 24105 Kiel", "Mieter: Rossi, Anna"),
			map[string]string{"landlord": "Käthe Krüger", "surname": "Rossi", "given_names": "Anna"},
		},
		{
			"Ukrainian", "birth_certificate",
			written("Прізвище|Шевчук", "Ім'я|Олена", "Дата народження|07.09.1991", "Місце народження|Полтава"),
			map[string]string{"surname": "Шевчук", "given_names": "Олена", "birth_date": "1991-09-07", "birth_place": "Полтава"},
		},
		{
			"lines to write on, with captions below them", "application_form",
			written("Oliinyk|Oleksandr", "1. Familienname|2. Vornamen", "22.11.1998|Vinnytsia", "3. Geburtsdatum|4. Geburtsort", "ukrainisch|ledig", "5. Staatsangehörigkeit|6. Familienstand"),
			map[string]string{"surname": "Oliinyk", "given_names": "Oleksandr", "birth_date": "1998-11-22", "birth_place": "Vinnytsia", "nationality": "UKR", "marital_status": "ledig"},
		},
		{
			"labels that are put together from known parts, or follow a word", "rental_contract",
			written("Monatsgrundmiete|480,00", "Ihre Warmmiete|610,00", "Nebenkostenabschlag|130,00"),
			map[string]string{"rent_cold": "480.00", "rent_total": "610.00", "service_charges": "130.00"},
		},
		{
			"a table of two persons whose heads are above their surnames", "marriage_certificate",
			written("|Ehemann|Ehefrau", "Familienname|Muñoz Peña|Muñoz Peña", "Vornamen|Nicolás|María Fernanda", "Die Ehe wurde am 20.02.2022 in Ibagué geschlossen."),
			map[string]string{"surname": "Muñoz Peña", "given_names": "Nicolás", "spouse_surname": "Muñoz Peña", "spouse_given_names": "María Fernanda", "marriage_date": "2022-02-20", "marriage_place": "Ibagué"},
		},
		{
			"a number in a label is not its value", "employment_declaration",
			written("Arbeitsentgelt (Bruttobetrag pro Monat)|2.380,00", "Wochenstunden|37,5", "Firma|Lorenz Gesellschaft für", "|Holzbau mbH"),
			map[string]string{"gross_salary_month": "2380.00", "weekly_hours": "37.5", "employer": "Lorenz Gesellschaft für Holzbau mbH"},
		},
		{
			"a town's name ends before the floor", "rental_contract",
			written("Wohnung: Lange Straße 3, 06108 Halle (Saale) im Erdgeschoss"),
			map[string]string{"street": "Lange Straße 3", "postal_code": "06108", "city": "Halle (Saale)"},
		},
		{
			"text without words", "bank_statement",
			pipeline.Page{Number: 2, Text: "Kontoinhaber: Ayşe Yılmaz\nIBAN DE89 3704 0044 0532 0130 00\nNeuer Kontostand 1.234,56 EUR"},
			map[string]string{"surname": "Yılmaz", "given_names": "Ayşe", "iban": "DE89370400440532013000", "closing_balance": "1234.56"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			values := map[string]string{}
			for key, f := range extract.Fields(test.typ, []pipeline.Page{test.page}) {
				values[key] = f.Value
				if f.Page != 2 {
					t.Errorf("%s: got page %d, want 2", key, f.Page)
				}
			}
			if diff := cmp.Diff(test.want, values); diff != "" {
				t.Errorf("got other values (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAValueHasTheBoxOfItsWords(t *testing.T) {
	t.Parallel()
	page := pipeline.Page{Number: 1, Width: 600, Height: 800, Words: []pipeline.Word{
		{Text: "Kontonummer:", Box: [4]float64{.1, .1, .3, .12}, Confidence: 1},
		{Text: "IBAN", Box: [4]float64{.1, .2, .2, .22}, Confidence: 1, Line: 1},
		{Text: "DE89", Box: [4]float64{.21, .2, .3, .22}, Confidence: 0.6, Line: 1},
		{Text: "370400440532013000", Box: [4]float64{.31, .2, .7, .23}, Confidence: 1, Line: 1},
	}}
	got := extract.Fields("payslip", []pipeline.Page{page})["iban"]
	if want := [4]float64{.21, .2, .7, .23}; !cmp.Equal(got.Box, want, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })) {
		t.Errorf("got box %v, want %v", got.Box, want)
	}
	page.Words[2].Confidence = 1
	if sure := extract.Fields("payslip", []pipeline.Page{page})["iban"].Confidence; sure <= got.Confidence {
		t.Errorf("got confidence %v for a doubtful word and %v for a sure one", got.Confidence, sure)
	}
}

func TestTwoDifferentValuesMakeBothLessSure(t *testing.T) {
	t.Parallel()
	one := extract.Fields("rental_contract", []pipeline.Page{written("Kaltmiete: 745,00")})["rent_cold"]
	two := extract.Fields("rental_contract", []pipeline.Page{written("Kaltmiete: 745,00", "Kaltmiete: 800,00")})["rent_cold"]
	if one.Value != "745.00" || two.Confidence > one.Confidence-0.15 {
		t.Errorf("got %+v, and %+v beside another value", one, two)
	}
}

// Some fonts have boxes twice as high as their letters: what stands below a label must not stand beside it.
func TestLinesWhoseBoxesOverlap(t *testing.T) {
	t.Parallel()
	page := pipeline.Page{Number: 1, Width: 600, Height: 800}
	for n, line := range []string{"Seriennummer", "Z81999294", "Ausgestellt am", "11.01.2026", "Gültig bis", "12.07.2026"} {
		top, left := 0.1+0.012*float64(n)+0.02*float64(n/2), 0.1
		for _, word := range strings.Fields(line) {
			page.Words = append(page.Words, pipeline.Word{Text: word, Line: n, Confidence: 1, Box: [4]float64{left, top, left + 0.1, top + 0.023}})
			left += 0.11
		}
	}
	values := map[string]string{}
	for key, f := range extract.Fields("arrival_certificate", []pipeline.Page{page}) {
		values[key] = f.Value
	}
	if want := map[string]string{"document_number": "Z81999294", "issue_date": "2026-01-11", "expiry_date": "2026-07-12"}; !cmp.Equal(want, values) {
		t.Errorf("got %v, want %v", values, want)
	}
}

func TestAValidZoneCountsMoreThanALabel(t *testing.T) {
	t.Parallel()
	page := pipeline.Page{Number: 1, Text: "Date of birth 26.01.1989", Zones: []pipeline.MRZ{{Valid: true, Fields: map[string]string{"birth_date": "1988-01-26"}}}}
	if got := extract.Fields("passport", []pipeline.Page{page})["birth_date"]; got.Value != "1988-01-26" || got.By != "mrz" {
		t.Errorf("got %+v, want the zone's value", got)
	}
	page.Zones[0].Valid = false
	if got := extract.Fields("passport", []pipeline.Page{page})["birth_date"]; got.By != "rule" {
		t.Errorf("got %+v, want the label's value beside a zone that does not add up", got)
	}
}

func FuzzParsers(f *testing.F) {
	f.Add("26.01.1988")
	f.Add("DE89 3704 0044 0532 0130 00")
	f.Add("1.234,50 EUR")
	f.Add("1000000000000")
	f.Add("5 كانون الأول ٢٠٢٠")
	f.Add("UA213223130000026007233566001")
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := extract.Date(s); ok && len(d) != len("2006-01-02") {
			t.Errorf("got date %q", d)
		}
		if a, ok := extract.Amount(s); ok {
			if again, ok := extract.Amount(a); !ok || again != a {
				t.Errorf("got amount %q, read again as %q", a, again)
			}
		}
		if i, ok := extract.IBAN(s); ok && (len(i) < 15 || len(i) > 34) {
			t.Errorf("got account number %q", i)
		}
	})
}

// FuzzFields holds what every value promises: it stands on its page, within it, with a confidence.
func FuzzFields(f *testing.F) {
	f.Add("rental_contract", "Kaltmiete 745,00 EUR\nWohnfläche\n60 m²")
	f.Add("marriage_certificate", "Ehegatte 1: Müller, Anna, geb. 1.2.1990\nEhegatte 2: Rossi, Luca")
	f.Add("passport", "Прізвище / Surname\nШЕВЧЕНКО/SHEVCHENKO\n12 ЛЮТ/FEB 90")
	f.Add("birth_certificate", "تاريخ الولادة ٢٠٢٢/٠٧/٢١")
	f.Add("payslip", "Herrn\nJosé de la Cruz\nAm Hang 3a\n01234 Dorf an der Au\nAbrechnung 03/2026")
	f.Fuzz(func(t *testing.T, typ, text string) {
		page := pipeline.Page{Number: 1, Text: text}
		check(t, page, extract.Fields(typ, []pipeline.Page{page}))
		if typ == "" {
			return
		}
		for i, word := range strings.Fields(text) { // the same on an ordinary page, with odd places
			x, y := float64(int(typ[i%len(typ)])*(i+1)%90)/100, float64(i%40)/40
			page.Words = append(page.Words, pipeline.Word{Text: word, Line: i / 3, Box: [4]float64{x, y, x + 0.1, y + 0.01}})
		}
		check(t, page, extract.Fields(typ, []pipeline.Page{page}))
	})
}

// check holds fields against their page.
func check(t *testing.T, page pipeline.Page, fields map[string]pipeline.Field) {
	t.Helper()
	words := bare(page.Text)
	for key, f := range fields {
		if f.Value == "" || f.Page != page.Number || f.Confidence <= 0 || f.Confidence > 1 || !strings.Contains(words, bare(f.Raw)) {
			t.Errorf("%s: got %+v, want a value that stands on page %d", key, f, page.Number)
		}
		for i, side := range f.Box {
			if side < 0 || side > 1 || i > 1 && f.Box[i] < f.Box[i-2] {
				t.Errorf("%s: got box %v, want one on the page", key, f.Box)
			}
		}
	}
}

// bare is a text's letters and digits.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// A page of a document that says nothing about its fields gives none: no value is made up.
func TestNoFieldsWithoutEvidence(t *testing.T) {
	t.Parallel()
	prose := written("Die Sonne schien auf das Wasser und die Boote.", "Am Ufer saßen Menschen und sahen ihnen zu.", "Es war ein langer Tag ohne Wind.")
	for _, typ := range catalogue.Default().Types() {
		if got := extract.Fields(typ.Key, []pipeline.Page{prose}); len(got) > 0 {
			t.Errorf("%s: got %+v, want nothing", typ.Key, got)
		}
	}
	if got := extract.Fields("passport", nil); got != nil {
		t.Errorf("no pages: got %+v, want nil", got)
	}
}

// How often the fields of the synthetic corpus are read from its true texts, which have lines but no places.
func TestCorpus(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EAKTE_TEST_DATA")
	if root == "" {
		t.Skip("EAKTE_TEST_DATA is not set: the figures on the synthetic corpus are left out")
	}
	files, err := filepath.Glob(filepath.Join(root, "corpus/synthetic/truth/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	right, wrong, all := 0, 0, 0
	for _, name := range files {
		var truth struct {
			Type     string
			Segments []struct {
				Fields map[string]struct{ Value any }
			}
			Pages []struct {
				Page int
				Text string
			}
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &truth); err != nil {
			t.Fatal(err)
		}
		if truth.Type == "" {
			continue
		}
		var pages []pipeline.Page
		for _, p := range truth.Pages {
			pages = append(pages, pipeline.Page{Number: p.Page, Text: p.Text})
		}
		got := extract.Fields(truth.Type, pages)
		for key, want := range truth.Segments[0].Fields {
			all++
			field, ok := got[key]
			switch wanted := fmt.Sprint(want.Value); {
			case !ok:
			case strings.EqualFold(field.Value, wanted) || number(field.Value) == wanted:
				right++
			default:
				wrong++
			}
		}
	}
	t.Logf("of %d fields %d right, %d wrong", all, right, wrong)
	if right*10 < all*6 || wrong*8 > right {
		t.Errorf("of %d fields got %d right and %d wrong, want at least 60 %% right and at most 1 wrong for 8 right", all, right, wrong)
	}
}

// number is an amount as the truth has it: without cents that are none.
func number(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// A payslip with a table and a letter's address.
func BenchmarkFields(b *testing.B) {
	page := written("Nordlicht Werft GmbH · Hafenweg 1 · 24105 Kiel", "Frau", "Jelena Ilić", "Hafenweg 12a", "24105 Kiel", "Abrechnung der Bezüge für März 2026",
		"Personal-Nr.|Geburtsdatum|StKl", "00123|28.07.1993|1", "SV-Nummer|Krankenkasse|Steuer-ID", "63070503K196|BKK Mobil Süd|72354296015",
		"Gehalt|2.460,00", "Gesamt-Brutto|2.460,00", "Lohnsteuer|210,50", "Krankenversicherung|201,20", "Auszahlungsbetrag|1.702,33",
		"Die Überweisung erfolgt auf das Konto DE89 3704 0044 0532 0130 00.", "Diese Bescheinigung wurde am 28.03.2026 maschinell erstellt und gilt ohne Unterschrift.")
	extract.Fields("payslip", []pipeline.Page{page}) // reads labels and wordings
	for b.Loop() {
		extract.Fields("payslip", []pipeline.Page{page})
	}
}
