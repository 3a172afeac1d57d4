package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// rulesPage is the Data of archive_rules.html.
type rulesPage struct {
	Rules  []ruleRow
	Crumbs []crumb
}

// ruleRow is a line of the office's retention table.
type ruleRow struct{ Unit, Title, For, Period, Basis, Proposal string }

// showRules shows the office's retention table. It is changed by the operator's command.
func (s *Server) showRules(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	var rules []efile.RetentionRule
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) (err error) {
		rules, err = tx.RetentionRules(r.Context())
		return err
	})
	if err != nil {
		return fmt.Errorf("show retention rules: %w", err)
	}
	data := rulesPage{Crumbs: []crumb{{r.Text.T("archive.title"), archivePath(r, "")}, {r.Text.T("archive.rules"), ""}}}
	for _, rule := range rules {
		row := ruleRow{Unit: rule.Unit, Title: rule.Title, For: s.ruleCovers(r, rule), Period: periodText(r, rule), Basis: rule.Basis}
		if rule.Proposal == efile.Keep || rule.Proposal == efile.Destroy {
			row.Proposal = r.Text.T("archive.decision." + string(rule.Proposal))
		}
		data.Rules = append(data.Rules, row)
	}
	return s.render(w, r, http.StatusOK, "archive_rules.html", data)
}

// ruleCovers names the procedures and types of documents that a rule is for.
func (s *Server) ruleCovers(r *Request, rule efile.RetentionRule) string {
	var all []string
	for _, key := range rule.Procedures {
		name := key
		if p, ok := s.cfg.Catalogue.Procedure(key); ok {
			name = p.Names.In(r.Text.Lang())
		}
		all = append(all, name)
	}
	for _, key := range rule.DocumentTypes {
		all = append(all, r.Text.T("archive.only_documents", "type", s.typeName(r, key)))
	}
	return strings.Join(all, ", ")
}

func periodText(r *Request, rule efile.RetentionRule) string {
	t := r.Text
	var all []string
	switch {
	case rule.Unlimited:
		return t.T("archive.due_never")
	case rule.Years == 0 && rule.Months == 0:
		all = append(all, t.T("archive.at_once"))
	}
	if rule.Years > 0 {
		all = append(all, t.Plural("archive.years", rule.Years))
	}
	if rule.Months > 0 {
		all = append(all, t.Plural("archive.months", rule.Months))
	}
	if rule.EndOfYear {
		all = append(all, t.T("archive.end_of_year"))
	}
	return strings.Join(all, ", ")
}
