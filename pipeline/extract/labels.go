package extract

import "regexp"

// The shapes of values.
var (
	dateShape   = regexp.MustCompile(`^(\d{1,2}[./ ]\d{1,2}[./ ]\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.? \p{L}{3,10} \d{4})`)
	ibanShape   = regexp.MustCompile(`^[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}`)
	amountShape = regexp.MustCompile(`^(?:(?:EUR|€) ?)?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d{2})?(?: ?(?:EUR|€|Euro))?`)
	areaShape   = regexp.MustCompile(`^(?:ca\. ?)?\d{1,3}(?:[.,]\d{1,2})? ?(?:m²|qm|m2|Quadratmeter)`)
	numberShape = regexp.MustCompile(`^[A-Z0-9][A-Z0-9/-]{4,19}\b`)
	nameShape   = regexp.MustCompile(`^\p{Latin}[\p{Latin}'’ -]{1,60}$`)
	firmShape   = regexp.MustCompile(`^\p{L}[\p{L}\d .&+'’-]{2,80}\b(?:GmbH(?: & Co\. KG)?|AG|KG|OHG|SE|mbB|gGmbH|gAöR|e\. ?V\.|UG)`)
	levelShape  = regexp.MustCompile(`^(?:A1|A2|B1|B2|C1|C2)\b`)
)

// label compiles a pattern of labels: whole words, upper or lower case.
func label(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[\s(|/])(?:` + pattern + `)(?:$|[\s:.)|])`)
}

// rules are the fields read by label, in the languages documents come in.
var rules = []rule{
	{key: "birth_date", labels: label(`geburtsdatum|geb\.? am|geboren am|geb\.|date of birth|date de naissance|né le|née le|doğum tarihi|дата народження|дата рождения|تاريخ الميلاد`),
		value: dateShape, parse: date, next: true, types: personal},
	{key: "expiry_date", labels: label(`gültig bis|date of expiry|expiry date|date d'expiration|geçerlilik tarihi|дійсний до|дата закінчення|действителен до|срок действия|تاريخ الانتهاء`),
		value: dateShape, parse: date, next: true},
	{key: "issue_date", labels: label(`ausstellungsdatum|ausgestellt am|date of issue|issue date|date de délivrance|veriliş tarihi|düzenleme tarihi|дата видачі|дата выдачи|تاريخ الإصدار`),
		value: dateShape, parse: date, next: true},
	{key: "move_in_date", labels: label(`einzugsdatum|tag des einzugs|einzug am|eingezogen am`), value: dateShape, parse: date, next: true,
		types: []string{"rental_contract", "registration_certificate"}},
	{key: "contract_start", labels: label(`eintrittsdatum|eintritt|beginn des arbeitsverhältnisses|beginn der beschäftigung|beschäftigt seit|vertragsbeginn`),
		value: dateShape, parse: date, next: true, types: work},
	{key: "surname", labels: label(`familienname|nachname|surname|nom de famille|soyadı|прізвище|фамилия`), value: nameShape, parse: name, next: true, types: personal},
	{key: "given_names", labels: label(`vornamen?|vorname\(n\)|given names?|prénoms?|adı|ім'я|имя`), value: nameShape, parse: name, next: true, types: personal},
	{key: "iban", labels: label(`iban`), value: ibanShape, parse: IBAN, next: true},
	{key: "document_number", labels: label(`passnummer|pass-nr\.?|ausweisnummer|passport no\.?|document no\.?|dokumentennummer|pasaport no\.?|номер паспорта`),
		value: numberShape, parse: number, next: true, types: []string{"passport", "national_id_card"}},
	{key: "employer", labels: label(`arbeitgeber|firma|employer|employeur|işveren`), value: firmShape, parse: name, next: true, types: work},
	{key: "gross_salary_month", labels: label(`gesamtbrutto|gesamt-brutto|bruttogehalt|monatliches bruttogehalt|bruttomonatsgehalt|monatsbrutto|brutto monatlich`),
		value: amountShape, parse: Amount, next: true, types: work},
	{key: "net_salary_month", labels: label(`auszahlungsbetrag|nettoverdienst|netto-verdienst|nettogehalt`), value: amountShape, parse: Amount, next: true,
		types: []string{"payslip"}},
	{key: "rent_cold", labels: label(`kaltmiete|nettokaltmiete|grundmiete|miete netto kalt`), value: amountShape, parse: Amount, next: true, types: []string{"rental_contract"}},
	{key: "rent_total", labels: label(`warmmiete|gesamtmiete|bruttowarmmiete|miete insgesamt`), value: amountShape, parse: Amount, next: true, types: []string{"rental_contract"}},
	{key: "living_space_sqm", labels: label(`wohnfläche(?: beträgt)?(?: von)?`), value: areaShape, parse: area, next: true, types: []string{"rental_contract"}},
	{key: "level", labels: label(`niveau|stufe|level|gesamtergebnis|ergebnisbescheinigung|zertifikat|sprachniveau`), value: levelShape, parse: level, next: true,
		types: []string{"language_certificate"}},
}

// Types of documents about one person: names and birth dates on others may be anybody's.
var personal = []string{"passport", "national_id_card", "residence_document", "registration_certificate", "language_certificate",
	"civic_knowledge_test", "application_form", "cv", "payslip", "health_insurance", "criminal_record", "pension_record"}

// Types of documents about one job.
var work = []string{"payslip", "employment_contract", "employment_declaration", "employer_certificate"}
