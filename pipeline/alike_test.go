package pipeline_test

import (
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/fingerprint"
)

const payslip = `Entgeltabrechnung für Januar 2026
Stadtbäckerei Krüger GmbH, Hermann-Löns-Weg 51, 24618 Hohenfelde
Herr Oleksandr Petrenko, Personalnummer 004711, Steuerklasse 1, Eintritt 01.09.2024
Geburtsdatum 14.05.1988 SV-Nummer 65140588P012 Krankenkasse Nordkasse
Gehalt 2.450,00 Vermögenswirksame Leistungen 40,00
Steuerbrutto 2.490,00 Lohnsteuer 245,16 Rentenversicherung 231,57 Krankenversicherung 201,69
Auszahlungsbetrag 1.651,44 Euro auf Konto DE02120300000000202051 am 30.01.2026`

func sheet(text string) pipeline.Sheet {
	return pipeline.Sheet{Text: text, Print: pipeline.Print{Text: fingerprint.Text(text)}}
}

func TestSameSheet(t *testing.T) {
	t.Parallel()
	read := func(old ...string) string { return strings.NewReplacer(old...).Replace(payslip) }
	lines := strings.Split(payslip, "\n")
	cases := []struct {
		name, text string
		want       bool
	}{
		{"the same text", payslip, true},
		{"with misread letters", read("ü", "u", "Krankenkasse", "Krankenkassc", "Entgelt", "Entgeit", "Oleksandr", "0leksandr"), true},
		{"with a digit misread", read("65140588P012", "65140588P017", "2.490,00", "2.490,0"), true},
		{"with a third of its numbers lost", read("004711", "", "65140588P012", "", "40,00", "", "245,16", ""), true},
		{"with a number lost", read("004711", "OO47ll"), true},
		{"with its columns in another order", strings.Join(append(lines[3:len(lines):len(lines)], lines[:3]...), "\n"), true},
		{"of another month", read("Januar", "Februar", "30.01.2026", "27.02.2026"), false},
		{"of another month, by its name alone", read("Januar", "Februar"), false},
		{"of another year, by one date alone", read("30.01.2026", "30.01.2025"), false},
		{"of another person", read("Oleksandr Petrenko", "Fatma Yıldız", "004711", "004922", "14.05.1988", "01.01.1992", "65140588P012", "65010192Y513"), false},
		{"with other amounts", read("2.450,00", "2.700,00", "2.490,00", "2.740,00", "245,16", "290,41", "231,57", "254,82", "201,69", "221,94", "1.651,44", "1.790,03"), false},
		{"another document", "Mietvertrag zwischen Frau Schulz und Herrn Petrenko über die Wohnung Königstraße 12, Miete 540,00 Euro ab 01.09.2024", false},
		{"no text", "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := pipeline.SameSheet(sheet(payslip), sheet(c.text)); got != c.want {
				t.Errorf("same sheet: %t, want %t", got, c.want)
			}
		})
	}
}

// Two files of a program that differ in a running number are two documents; in a scan the digit may be misread.
func TestNumbersOfFilesAreExact(t *testing.T) {
	t.Parallel()
	first, second := sheet(payslip), sheet(strings.ReplaceAll(payslip, "004711", "004712"))
	if !pipeline.SameSheet(first, second) {
		t.Error("scans that differ in a digit are not the same")
	}
	first.Digital, second.Digital = true, true
	if pipeline.SameSheet(first, second) {
		t.Error("files that differ in a digit are the same")
	}
}

func TestPicturesWithoutText(t *testing.T) {
	t.Parallel()
	picture := func(print string) pipeline.Sheet { return pipeline.Sheet{Print: pipeline.Print{Image: print}} }
	if !pipeline.SameSheet(picture("00ff00ff00ff00ff"), picture("00ff00ff00ff00fe")) {
		t.Error("pictures one bit apart are not the same")
	}
	if pipeline.SameSheet(picture("00ff00ff00ff00ff"), picture("00ff00ff00ffffff")) {
		t.Error("pictures eight bits apart are the same")
	}
	if pipeline.SameSheet(picture(""), picture("")) || pipeline.SameSheet(picture("xyz"), picture("xyz")) {
		t.Error("pages without prints are the same")
	}
}

// An empty form says nothing about whose it is: its text alone does not make two of them the same.
func TestFormsWithoutNumbers(t *testing.T) {
	t.Parallel()
	form := sheet("Erklärung über die häusliche Gemeinschaft Ort Datum Unterschrift der Ehegatten Anlage zum Antrag auf Aufenthaltserlaubnis")
	if pipeline.SameSheet(form, form) {
		t.Error("forms without numbers and without pictures are the same")
	}
	form.Print.Image = "0123456789abcdef"
	if !pipeline.SameSheet(form, form) {
		t.Error("the same form with the same picture is not the same")
	}
}

func TestAlike(t *testing.T) {
	t.Parallel()
	a, b := sheet(payslip), sheet("Mietvertrag zwischen Frau Schulz und Herrn Petrenko über die Wohnung Königstraße 12, Miete 540,00 Euro ab 01.09.2024, Kaution 1.080,00 Euro")
	blank := pipeline.Sheet{Blank: true}
	cases := []struct {
		name string
		x, y []pipeline.Sheet
		want bool
	}{
		{"one page of two", []pipeline.Sheet{a}, []pipeline.Sheet{b, a}, true},
		{"two pages, turned over", []pipeline.Sheet{a, b}, []pipeline.Sheet{b, a}, true},
		{"blank pages do not count", []pipeline.Sheet{a, blank}, []pipeline.Sheet{a}, true},
		{"one page of two is another", []pipeline.Sheet{a, b}, []pipeline.Sheet{a, sheet(strings.ReplaceAll(payslip, "Januar", "März"))}, false},
		{"only blank pages", []pipeline.Sheet{blank}, []pipeline.Sheet{blank}, false},
		{"nothing", nil, []pipeline.Sheet{a}, false},
	}
	for _, c := range cases {
		if got := pipeline.Alike(c.x, c.y); got != c.want || pipeline.Alike(c.y, c.x) != got {
			t.Errorf("%s: alike %t, want %t in either order", c.name, got, c.want)
		}
	}
}

func FuzzSameSheet(f *testing.F) {
	f.Add(payslip, "2.450,00 -- ././1/2/3 märz")
	f.Fuzz(func(t *testing.T, x, y string) {
		a, b := sheet(x), sheet(y)
		if pipeline.SameSheet(a, b) != pipeline.SameSheet(b, a) {
			t.Error("the order of two sheets matters")
		}
		if a.Print.Text != "" && !pipeline.Near(a.Print, a.Print) {
			t.Error("a sheet is not near to itself")
		}
	})
}
