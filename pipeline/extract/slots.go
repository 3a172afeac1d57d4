package extract

// slot is something a label can ask for. Most slots are fields of the catalogue; the others (person, address, …) hold
// several fields or one that depends on what else stands on the document.
type slot struct {
	read  func(string) []value
	front bool // the value begins the text; otherwise it may stand further on in it
	lines int  // how many lines of text belong to a value, 1 if zero
}

// slots are all of them, by name.
var slots = map[string]slot{
	"skip":   {read: func(string) []value { return nil }}, // known, but not read
	"person": {read: persons, front: true}, "name": {read: persons, front: true},
	"surname": {read: persons, front: true}, "given_names": {read: persons, front: true}, "birth_name": {read: persons, front: true},
	"spouse_person": {read: persons, front: true}, "spouse_surname": {read: persons, front: true}, "spouse_given_names": {read: persons, front: true},
	"father_name": {read: persons, front: true}, "mother_name": {read: persons, front: true},
	"sponsor_name": {read: persons, front: true}, "attorney_name": {read: persons, front: true},
	"landlord": {read: landlords, front: true}, "employer": {read: firms, front: true}, "insurer": {read: firms, front: true},
	"institution": {read: firms, front: true, lines: 2}, "bank_name": {read: firms, front: true},
	"issuing_authority": {read: phrase("\n\t", 80), front: true},
	"birth":             {read: dates, lines: 2}, "birth_date": {read: dates}, "spouse_birth_date": {read: dates}, "sponsor_birth_date": {read: dates},
	"birth_place": {read: places, front: true}, "marriage": {read: dates, lines: 2}, "marriage_date": {read: dates}, "marriage_place": {read: places, front: true},
	"issue_date": {read: dates}, "place_date": {read: dates}, "expiry_date": {read: dates}, "valid_from": {read: dates}, "entry_date": {read: dates}, "stay_start": {read: dates},
	"validity": {read: dates}, "issued_at": {read: places, front: true}, "issue": {read: dates, lines: 2},
	"move_in_date": {read: dates}, "contract_start": {read: dates}, "contract_end": {read: dates}, "contract": {read: dates},
	"insurance_start": {read: dates}, "period_start": {read: dates}, "period_end": {read: dates}, "period_range": {read: dates},
	"exam_date": {read: dates}, "course_start": {read: dates}, "graduation_date": {read: dates},
	"address": {read: phrase("\x00", 200), front: true, lines: 4}, "street": {read: streets, front: true}, "postal_code": {read: shape(`(?:^|[^\d])(\d{5})(?:$|[^\d])`), front: true},
	"city": {read: places, front: true}, "post_town": {read: postTowns, front: true},
	"sex": {read: sexes, front: true}, "nationality": {read: nationalities, front: true}, "marital_status": {read: maritals, front: true},
	"document_number": {read: documents, front: true}, "passport_number": {read: documents, front: true}, "personal_number": {read: documents, front: true},
	"file_number": {read: fileNumbers, front: true}, "reference_number": {read: fileNumbers, front: true}, "register_number": {read: registers}, "bamf_number": {read: shape(`(\d{4} ?- ?\d{6,7}|\d{7} ?- ?\d{3})`)},
	"iban": {read: accounts}, "bic": {read: bankCodes}, "account_number": {read: shape(`(?:^|[^\d])(\d(?: ?\d){5,11})(?:$|[^\d])`)},
	"insurance_number": {read: documents, front: true}, "social_insurance_number": {read: socialNumbers}, "tax_id": {read: taxIDs}, "tax_number": {read: taxNumbers, front: true},
	"tax_class": {read: taxClasses, front: true}, "tax_year": {read: years}, "employer_establishment_number": {read: establishment},
	"matriculation_number": {read: shape(`(?:^|[^\d])(\d{5,10})(?:$|[^\d])`), front: true},
	"gross_salary_month":   {read: amounts}, "net_salary_month": {read: amounts}, "salary_year1": {read: amounts}, "salary_year2": {read: amounts}, "salary_year3": {read: amounts},
	"rent_cold": {read: amounts}, "service_charges": {read: amounts}, "rent_total": {read: amounts}, "deposit": {read: amounts},
	"closing_balance": {read: amounts}, "blocked_amount": {read: amounts}, "monthly_release": {read: amounts}, "benefit_amount": {read: amounts},
	"total_income": {read: amounts}, "income_tax": {read: amounts}, "income_net": {read: amounts}, "profit": {read: amounts},
	"living_space_sqm": {read: areas}, "rooms": {read: between(1, 20), front: true}, "weekly_hours": {read: between(4, 60)}, "annual_leave_days": {read: between(10, 60)},
	"semester_count": {read: between(1, 30), front: true}, "course_hours": {read: between(30, 2000)}, "contribution_months": {read: between(1, 700)}, "total_score": {read: scores, front: true},
	"level": {read: levels}, "grade": {read: grades}, "graduation_year": {read: years}, "school_year": {read: schoolYears}, "semester": {read: semesters}, "period": {read: monthsIn},
	"job_title": {read: jobs, front: true}, "programme": {read: phrase("\n\t,;·(", 80), front: true}, "degree": {read: phrase("\n\t,;·(", 60), front: true},
	"purpose": {read: phrase("\n\t(", 100), front: true}, "decision": {read: decisions, front: true}, "remarks": {read: remarks, front: true, lines: 3},
	"residence_title": {read: residenceTitles}, "legal_basis": {read: paragraphs},
}

// personal slots are about somebody: whose they are depends on the part of the document they stand in. The others are about
// the document.
var personal = set("person", "name", "surname", "given_names", "birth_name", "birth", "birth_date", "birth_place", "address", "street", "postal_code", "city", "post_town", "sex", "nationality", "marital_status", "passport_number")

// human slots are about people only, not about companies and offices.
var human = set("birth", "birth_date", "birth_place", "birth_name", "sex", "nationality", "marital_status", "passport_number", "given_names")

// roleKeys are the fields that a personal slot fills for somebody who is not the document's subject.
var roleKeys = map[string]map[string]string{
	"spouse":      {"person": "spouse_person", "name": "spouse_name", "surname": "spouse_surname", "given_names": "spouse_given_names", "birth_date": "spouse_birth_date", "birth": "spouse_birth_date"},
	"father":      {"person": "father_name", "name": "father_name"},
	"mother":      {"person": "mother_name", "name": "mother_name"},
	"landlord":    {"person": "landlord", "name": "landlord"},
	"employer":    {"person": "employer", "name": "employer"},
	"sponsor":     {"person": "sponsor_name", "name": "sponsor_name", "birth_date": "sponsor_birth_date", "birth": "sponsor_birth_date"},
	"attorney":    {"person": "attorney_name", "name": "attorney_name"},
	"institution": {"person": "institution", "name": "institution"},
	"other":       {},
}
