package web

import (
	"net/http/httptest"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/locale"
)

func TestWhomADocumentBelongsTo(t *testing.T) {
	t.Parallel()
	texts, err := locale.New()
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{Request: httptest.NewRequest("GET", "/", nil), Text: texts.For("de")}
	parties := []efile.Party{
		{Role: efile.PartyEmployer, Surname: "Muster Logistik GmbH"},
		{Role: efile.PartyApplicant, Surname: "Kovalenko", GivenNames: "Olena", BirthDate: "1991-03-12"},
		{Role: efile.PartySpouse, Surname: "Müller", GivenNames: "Jörg", BirthDate: "1990-00-00"},
	}
	fields := func(surname, given, born string) []efile.Field {
		return []efile.Field{{Name: "surname", Value: surname}, {Name: "given_names", Value: given}, {Name: "birth_date", Value: born}}
	}
	cases := []struct {
		name    string
		parties []efile.Party
		fields  []efile.Field
		want    string
		holds   bool
	}{
		{"the applicant", parties, fields("KOVALENKO", "OLENA", "1991-03-12"), "Name und Geburtsdatum passen zu Kovalenko, Olena.", true},
		{"a spouse whose day of birth nobody knows", parties, fields("MUELLER", "JOERG", "1990-05-05"), "Der Name passt zu Müller, Jörg.", true},
		{"another birth date", parties, fields("KOVALENKO", "OLENA", "1991-12-03"), "Der Name passt zu Kovalenko, Olena, das Geburtsdatum 03.12.1991 nicht.", false},
		{"another name", parties, fields("BONDARENKO", "OLENA", "1991-03-12"), "Das Geburtsdatum 12.03.1991 passt zu Kovalenko, Olena, der Name BONDARENKO OLENA nicht.", false},
		{"a stranger", parties, fields("SMITH", "JOHN", "1970-01-01"), "SMITH JOHN passt zu keiner Person der Akte.", false},
		{"no parties: the title of the case", nil, fields("OGUNLEYE", "ADAEZE", "1970-01-01"), "Der Name passt zu Ogunleye, Adaeze.", true},
		{"a document without a name", parties, fields("", "", "1991-03-12"), "", true},
	}
	for _, c := range cases {
		said := belongs(r, peopleOf(efile.Case{Title: "Ogunleye, Adaeze"}, c.parties), c.fields)
		if c.want == "" {
			if len(said) > 0 {
				t.Errorf("%s: said %+v, want nothing", c.name, said)
			}
			continue
		}
		if len(said) != 1 || said[0].Text != c.want || said[0].Holds != c.holds {
			t.Errorf("%s: said %+v, want %q, %t", c.name, said, c.want, c.holds)
		}
	}
}
