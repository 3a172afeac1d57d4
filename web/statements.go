package web

import (
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

// statementView is one plain thing that a document's fields say. Where it does not hold, somebody should look.
type statementView struct {
	Text  string
	Holds bool
}

// judged puts into words what a document's fields mean under the rule of its matter's procedure.
func (s *Server) judged(r *Request, m efile.Matter, typ string, fields []efile.Field) []statementView {
	values := map[string]string{}
	for _, f := range fields {
		values[f.Name] = f.Value
	}
	var all []statementView
	for _, said := range catalogue.Judge(s.ruleFor(m, typ), values, local(s.now())) {
		text := r.Text.T("statement."+string(said.Key), "date", dateOr(r, said.Date), "limit", dateOr(r, said.Limit), "level", said.Level, "wanted", said.Wanted)
		all = append(all, statementView{text, said.Holds})
	}
	return all
}

func dateOr(r *Request, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return r.Text.Date(t)
}

// ruleFor is what a matter's procedure asks of documents of a type; the zero rule if nothing.
func (s *Server) ruleFor(m efile.Matter, typ string) catalogue.Rule {
	p, _ := s.cfg.Catalogue.Procedure(m.Procedure)
	at := slices.IndexFunc(p.Documents, func(d catalogue.Demand) bool { return d.Type == typ })
	if at < 0 {
		return catalogue.Rule{}
	}
	return p.Documents[at].Rule
}

// person is someone a document may belong to: a party of the matter, or the case's title where no parties are known.
type person struct{ name, birthDate string }

func peopleOf(c efile.Case, parties []efile.Party) []person {
	var all []person
	for _, p := range parties {
		if p.Surname != "" && p.GivenNames != "" { // an organisation has one name only
			all = append(all, person{p.Surname + ", " + p.GivenNames, p.BirthDate})
		}
	}
	if len(all) == 0 && c.Title != "" {
		all = append(all, person{name: c.Title})
	}
	return all
}

// belongs compares the person that a document names with those of the case; nil if it names nobody or nobody is known. Names
// are compared tolerantly (efile.SameName).
func belongs(r *Request, people []person, fields []efile.Field) []statementView {
	value := func(key string) string {
		at := slices.IndexFunc(fields, func(f efile.Field) bool { return f.Name == key })
		if at < 0 {
			return ""
		}
		return fields[at].Value
	}
	name, born := value("surname")+" "+value("given_names"), value("birth_date")
	if value("surname") == "" || len(people) == 0 {
		return nil
	}
	best := fit{key: "staff.person_unknown"}
	for _, p := range people {
		if f := p.fits(name, born); f.rank > best.rank {
			best = f
		}
	}
	text := r.Text.T(best.key, "name", best.name, "read", name, "born", shownDay(r, born))
	return []statementView{{text, best.rank >= nothingSpeaksAgainst}}
}

// shownDay writes a day of the fields as people read it; what is no day stays as it is.
func shownDay(r *Request, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return r.Text.Date(t)
}

// fit is how well a document's name and birth date fit a person.
type fit struct {
	rank int // 0: not at all
	key  string
	name string // the person's
}

const nothingSpeaksAgainst = 3

func (p person) fits(name, born string) fit {
	sameName, sameBirth := efile.SameName(name, p.name), born != "" && born == p.birthDate
	whole := born != "" && len(p.birthDate) == len(time.DateOnly) && !strings.Contains(p.birthDate, "-00")
	switch {
	case sameName && sameBirth:
		return fit{4, "staff.person_matches", p.name}
	case sameName && !whole:
		return fit{3, "staff.person_name_matches", p.name}
	case sameName:
		return fit{2, "staff.person_birth_differs", p.name}
	case sameBirth:
		return fit{1, "staff.person_name_differs", p.name}
	}
	return fit{}
}
