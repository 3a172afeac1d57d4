package catalogue

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eakte/eakte/efile"
)

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

var parties = []efile.PartyRole{efile.PartyApplicant, efile.PartySpouse, efile.PartyChild, efile.PartyEmployer,
	efile.PartySponsor, efile.PartyHost, efile.PartyGuest}

// check returns everything that is wrong, joined: whoever edits a catalogue wants to see all of it at once.
func (c *Catalogue) check() error {
	var found []error
	for _, t := range c.types {
		found = append(found, about("document type", t.Key, c.checkType(t)...))
	}
	for _, p := range c.procedures {
		found = append(found, about("procedure", p.Key, c.checkProcedure(p)...))
	}
	for _, v := range c.conditions {
		found = append(found, about("condition", v.Key, key(v.Key), names(v.Names, "de", "en")))
	}
	seen := map[string]bool{}
	for _, f := range c.fields {
		found = append(found, about("field", f.Key, once(seen, f.Key), key(f.Key), names(f.Names, "de", "en"),
			oneOf("kind", f.Kind, FieldText, FieldDate, FieldMoney, FieldNumber, FieldCode, FieldPeriod)))
	}
	if _, ok := c.Type("other"); !ok {
		found = append(found, errors.New(`document type "other" is missing: what is recognised as nothing else needs it`))
	}
	return errors.Join(found...)
}

func (c *Catalogue) checkType(t DocumentType) []error {
	found := []error{
		key(t.Key), names(t.Names, Languages...),
		oneOf("tier", t.Tier, Core, Extended),
		oneOf("retention", t.Retention, WithCase, Minimise, Transient, Linked),
		oneOf("dates", t.Dates, "expiry", "issue", "period", "none"),
	}
	for _, mrz := range append([]string{t.MRZ}, t.MRZAlternatives...) {
		found = append(found, oneOf("mrz", mrz, "TD1", "TD2", "TD3", "MRVA", "MRVB", "none"))
	}
	for _, cue := range t.Keywords {
		if cue != strings.ToLower(cue) || strings.TrimSpace(cue) == "" {
			found = append(found, fmt.Errorf("keyword %q is empty or not in lower case", cue))
		}
	}
	return found
}

func (c *Catalogue) checkProcedure(p Procedure) []error {
	found := []error{key(p.Key), names(p.Names, Languages...), oneOf("applicant_kind", p.ApplicantKind, parties...)}
	for i, d := range p.Documents {
		found = append(found, about("line", fmt.Sprintf("%d (%s)", i+1, d.Type), c.checkDemand(d)...))
	}
	return found
}

func (c *Catalogue) checkDemand(d Demand) []error {
	found := []error{
		oneOf("need", d.Need, Mandatory, Conditional, OneOf, Optional),
		oneOf("party", d.Party, parties...),
	}
	if _, ok := c.Type(d.Type); !ok {
		found = append(found, fmt.Errorf("document type %q does not exist", d.Type))
	}
	for _, k := range slices.Concat(d.When, d.Unless) {
		if _, ok := c.Condition(k); !ok {
			found = append(found, fmt.Errorf("condition %q does not exist", k))
		}
	}
	if (d.Need == OneOf) != (d.Group != "") {
		found = append(found, errors.New("a group belongs to one_of, and one_of needs a group"))
	}
	if d.Need == Conditional && len(d.When) == 0 {
		found = append(found, errors.New("conditional needs at least one condition in when"))
	}
	r := d.Rule
	if r.Count < 0 || r.Count > 100 || r.MaxAgeMonths < 0 || r.MinValidMonths < 0 || r.PeriodMonths < 0 {
		found = append(found, errors.New("a number of the rule is out of range"))
	}
	return found
}

func key(k string) error {
	if !keyForm.MatchString(k) {
		return errors.New("a key is lower-case letters, digits and underscores")
	}
	return nil
}

func names(n Names, languages ...string) error {
	for _, lang := range languages {
		if strings.TrimSpace(n[lang]) == "" {
			return fmt.Errorf("no name in %q", lang)
		}
	}
	for lang := range n {
		if !slices.Contains(Languages, lang) {
			return fmt.Errorf("language %q is none of ours", lang)
		}
	}
	return nil
}

func oneOf[T ~string](what string, got T, allowed ...T) error {
	if slices.Contains(allowed, got) {
		return nil
	}
	return fmt.Errorf("%s %q is none of %q", what, got, allowed)
}

// about names the entry the errors belong to; nil when there are none.
func about(what, key string, found ...error) error {
	if err := errors.Join(found...); err != nil {
		return fmt.Errorf("%s %s: %w", what, key, err)
	}
	return nil
}
