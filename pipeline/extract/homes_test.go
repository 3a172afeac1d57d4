package extract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/extract"
)

// Papers that name several people, places and sums: whose is what.
func TestFieldsOfTheRightParty(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		typ  string
		page pipeline.Page
		want map[string]string // empty: not given
	}{
		{
			"sides that only say which they are", "rental_contract",
			written("Herr/Frau Uwe Krüger, Rosenweg 3, 24105 Kiel", "– als Vermieter –", "und", "Herr/Frau Fatima Amiri, 14.01.1993", "– als Mieter –", "Vermietet wird: Am Hang 7, 24105 Kiel"),
			map[string]string{"landlord": "Uwe Krüger", "surname": "Amiri", "given_names": "Fatima", "birth_date": "1993-01-14", "street": "Am Hang 7"},
		},
		{
			"where a landlord lives, in a sentence", "rental_contract",
			written("Zwischen Uwe Krüger, wohnhaft Rosenweg 3, 24105 Kiel als Vermieter und", "Frau Fatima Amiri, geb. 14.01.1993, als Mieter wird geschlossen:", "§ 1 Vermietet wird die im 1. Obergeschoss gelegene Wohnung Am Hang 7, 24105 Kiel."),
			map[string]string{"street": "Am Hang 7", "surname": "Amiri"},
		},
		{
			"where a landlord lives, behind the name", "rental_contract",
			written("Wohnungsgeber/in Uwe Krüger (wohnhaft Rosenweg 3, 24105 Kiel) bestätigt den Einzug in das Objekt Am Hang 7, 24105 Kiel."),
			map[string]string{"street": "Am Hang 7"},
		},
		{
			"a form's part about the landlord and one about the flat", "rental_contract",
			written("1. Angaben zum Wohnungsgeber", "Name, Vorname|Krüger, Uwe", "Straße, Hausnummer|Rosenweg 3", "PLZ, Ort|24105 Kiel", "2. Angaben zur Wohnung", "Straße, Hausnummer|Am Hang 7", "PLZ, Ort|24103 Kiel", "3. Einziehende Personen", "Name, Vorname|Amiri, Fatima"),
			map[string]string{"landlord": "Uwe Krüger", "street": "Am Hang 7", "postal_code": "24103", "surname": "Amiri"},
		},
		{
			"a landlord's address under the name", "rental_contract",
			written("Eigentümer der Wohnung", "Uwe Krüger", "Rosenweg 3", "24105 Kiel", "Bezogene Wohnung", "Am Hang 7", "24103 Kiel", "Bewohner", "Fatima Amiri"),
			map[string]string{"landlord": "Uwe Krüger", "street": "Am Hang 7", "postal_code": "24103"},
		},
		{
			"parts whose heads stand to the left", "rental_contract",
			written("Wohnungsgeber:|Vor- und Nachname: Uwe Krüger", "|Straße und Hausnummer: Rosenweg 3", "|PLZ und Ort: 24105 Kiel", "Wohnung:|Straße und Hausnummer: Am Hang 7", "|PLZ und Ort: 24103 Kiel", "Mieter:|Vor- und Nachname: Fatima Amiri"),
			map[string]string{"landlord": "Uwe Krüger", "street": "Am Hang 7", "surname": "Amiri"},
		},
		{
			"two addresses side by side", "employment_contract",
			written("Arbeitgeber|Arbeitnehmer/in", "Malerbetrieb Nowak|Fatima Amiri", "Hafenweg 3|Am Hang 7", "24105 Kiel|24103 Kiel"),
			map[string]string{"employer": "Malerbetrieb Nowak", "surname": "Amiri", "street": "Am Hang 7", "postal_code": "24103"},
		},
		{
			"who signs for a company", "training_contract",
			written("Zwischen", "dem Ausbildenden (Unternehmen)", "Hotel am Schlosspark", "Hafenweg 3", "24105 Kiel", "vertreten durch Uwe Krüger", "und", "der/dem Auszubildenden", "Fatima Amiri", "Am Hang 7", "24103 Kiel", "", "Uwe Krüger", "Ausbildender"),
			map[string]string{"employer": "Hotel am Schlosspark", "surname": "Amiri", "street": "Am Hang 7"},
		},
		{
			"a company with a name in quotes, behind it what it is", "training_contract",
			written("Ausbildungsvertrag zwischen", "Hotel „Zur Post“, Hafenweg 3, 24105 Kiel", "– Ausbildungsbetrieb –", "und", "Fatima Amiri, Am Hang 7, 24103 Kiel", "– Auszubildende –"),
			map[string]string{"employer": "Hotel „Zur Post“", "surname": "Amiri", "street": "Am Hang 7"},
		},
		{
			"parties of bookings", "bank_statement",
			written("Nordbank AG", "Fatima Amiri, Girokonto", "01.03.2026|Miete Krüger Dauerauftrag|-540,00", "03.03.2026|Stadtwerke Abschlag Strom|-68,00", "Erstellt am 31.03.2026"),
			map[string]string{"bank_name": "Nordbank AG", "surname": "Amiri", "given_names": "Fatima", "issue_date": "2026-03-31"},
		},
		{
			"given names that look like a full name", "language_certificate",
			written("Family name|Amiri", "First name(s)|Ahmad Farid", "Date of birth|15 July 1995"),
			map[string]string{"surname": "Amiri", "given_names": "Ahmad Farid"},
		},
		{
			"days that are no house numbers", "rental_contract",
			written("Ich bestätige den Einzug von Frau Fatima Amiri zum 28.02.2026 in das Objekt Am Hang 7, 24103 Kiel."),
			map[string]string{"street": "Am Hang 7"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			reads(t, test.typ, test.page, test.want)
		})
	}
}

// Wordings and notations of single values.
func TestFieldsOfOtherWordings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		typ  string
		page pipeline.Page
		want map[string]string
	}{
		{
			"amounts before what they are for", "training_contract",
			written("Die Vergütung beläuft sich auf 1.080,00 EUR im ersten, 1.140,00 EUR im zweiten und 1.300,00 EUR im dritten Ausbildungsjahr."),
			map[string]string{"salary_year1": "1080.00", "salary_year2": "1140.00", "salary_year3": "1300.00"},
		},
		{
			"hours of a week beside those of a day", "training_contract",
			written("Die tägliche Ausbildungszeit beträgt 8 Stunden, die wöchentliche 40 Stunden."),
			map[string]string{"weekly_hours": "40"},
		},
		{
			"a number before its label", "training_contract",
			written("Arbeitszeit|40 Stunden/Woche", "Jahresurlaub|27 Tage"),
			map[string]string{"weekly_hours": "40", "annual_leave_days": "27"},
		},
		{
			"an English contract's sides in brackets", "employment_contract",
			written("This agreement is made on 27 November 2025 by and between Malerbetrieb Nowak, Hafenweg 3, 24105 Kiel (“Employer”), and", "Fatima Amiri, residing at Am Hang 7, 24103 Kiel (“Employee”).", "Position: painter, starting 15 January 2026. Hours: 40 per week."),
			map[string]string{"employer": "Malerbetrieb Nowak", "surname": "Amiri", "street": "Am Hang 7", "contract_start": "2026-01-15", "weekly_hours": "40"},
		},
		{
			"a degree in a sentence", "credential_evaluation",
			written("die von Ihnen an der Hochschule Southern Lakes University im Jahr 1999 in der Fachrichtung Informatik erworbene Qualifikation entspricht einem Master of Science."),
			map[string]string{"institution": "Southern Lakes University", "programme": "Informatik", "graduation_year": "1999"},
		},
		{
			"a university that is called after its kind", "university_degree",
			written("Université du Sahel", "DIPLÔME DE MASTER"),
			map[string]string{"institution": "Université du Sahel"},
		},
		{
			"a label with one short word misread", "national_id_card",
			written("Piace of birth", "IBADAN"),
			map[string]string{"birth_place": "IBADAN"},
		},
		{
			"remarks behind a section", "residence_document",
			written("Anmerkungen", "§ 18a AUFENTHG BESCHÄFTIGUNG ERLAUBT"),
			map[string]string{"remarks": "BESCHÄFTIGUNG ERLAUBT"},
		},
		{
			"where and when a marriage was", "marriage_certificate",
			written("Marriage solemnized at Rabat on 17 May 1999"),
			map[string]string{"marriage_place": "Rabat", "marriage_date": "1999-05-17"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			reads(t, test.typ, test.page, test.want)
		})
	}
}

// reads holds the fields of a page against those wanted; others may be read as well.
func reads(t *testing.T, typ string, page pipeline.Page, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	fields := extract.Fields(typ, []pipeline.Page{page})
	for key := range want {
		got[key] = fields[key].Value
	}
	check(t, page, fields)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
