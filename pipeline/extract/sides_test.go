package extract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/extract"
)

// What no label announces: it is told by where it stands, or by what must be.
func TestFieldsByPlaceAndSense(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		typ  string
		page pipeline.Page
		want map[string]string
	}{
		{
			"the sides of a contract, named behind their blocks", "employment_contract",
			written("Arbeitsvertrag", "zwischen", "Malerbetrieb Nowak", "Hafenweg 3", "24105 Kiel", "(im Folgenden „Arbeitgeber“)", "und", "Shirin Shahbazi", "Am Hang 7", "24105 Kiel",
				"(im Folgenden „Arbeitnehmerin“)"),
			map[string]string{"employer": "Malerbetrieb Nowak", "surname": "Shahbazi", "given_names": "Shirin", "street": "Am Hang 7", "postal_code": "24105", "city": "Kiel"},
		},
		{
			"the main tenant of a subtenant is the landlord", "rental_contract",
			written("Untermietvertrag", "Hauptmieter/in: Uwe Müller", "Untermieter/in: Shirin Shahbazi"),
			map[string]string{"landlord": "Uwe Müller", "surname": "Shahbazi", "given_names": "Shirin"},
		},
		{
			"a sender over the address of its letterhead", "employer_certificate",
			written("Malerbetrieb Nowak", "Hafenweg 3", "24105 Kiel", "", "", "Frau", "Jelena Ilić", "Am Hang 7", "24105 Kiel"),
			map[string]string{"employer": "Malerbetrieb Nowak", "surname": "Ilić", "given_names": "Jelena", "street": "Am Hang 7", "postal_code": "24105", "city": "Kiel"},
		},
		{
			"a rent whose parts add up", "rental_contract",
			written("Der Mietzins beträgt 545,00 EUR; darin sind 140,00 EUR Nebenkosten enthalten, die Kaltmiete beträgt somit 405,00 EUR."),
			map[string]string{"rent_cold": "405.00", "service_charges": "140.00", "rent_total": "545.00"},
		},
		{
			"a salary of a year beside that of a month", "employment_declaration",
			written("Jahresbruttogehalt: 48.000,00 EUR", "das sind im Monat 4.000,00 EUR"),
			map[string]string{"gross_salary_month": "4000.00"},
		},
		{
			"numbers that their check digits prove, one with its letter misread", "payslip",
			written("Steuermerkmale 1 / 0,0 / 60035298143", "Vers. 142903907432"),
			map[string]string{"tax_id": "60035298143", "social_insurance_number": "14290390Z432"},
		},
		{
			"a birth under a name", "language_certificate",
			written("Omar Ibrahim", "29.09.1969, Hyderabad"),
			map[string]string{"surname": "Ibrahim", "given_names": "Omar", "birth_date": "1969-09-29", "birth_place": "Hyderabad"},
		},
		{
			"Arabic labels whose lam and alef changed places", "birth_certificate",
			written("تاريخ الوالدة: ١٩٩٥/٠٦/٢٧"),
			map[string]string{"birth_date": "1995-06-27"},
		},
		{
			"the months of all times, not of one", "pension_record",
			written("Zeitraum|Monate", "01.01.2024 bis 31.12.2024|12", "01.01.2025 bis 30.06.2025|6", "Gesamt|18"),
			map[string]string{"contribution_months": "18"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			for key, f := range extract.Fields(test.typ, []pipeline.Page{test.page}) {
				if _, asked := test.want[key]; asked {
					got[key] = f.Value
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("got other values (-want +got):\n%s", diff)
			}
		})
	}
}
