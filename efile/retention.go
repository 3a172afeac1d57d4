package efile

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxYears is beyond every retention period there is; a longer one is a slip of the pen.
const maxYears = 500

var (
	errPeriod    = errors.New("a period is between 0 and 500 years, or unlimited")
	errOpen      = errors.New("the case file is not closed")
	errNobody    = errors.New("a rule for files names a unit or procedures")
	errUnlimited = errors.New("a rule is unlimited or has a period, not both")
)

// CheckRules looks at a retention table as a whole and names the first line that makes no sense.
func CheckRules(rules []RetentionRule) error {
	for i, r := range rules {
		if err := checkRule(r); err != nil {
			return fmt.Errorf("line %d of the retention table: %w", i+1, err)
		}
	}
	return nil
}

func checkRule(r RetentionRule) error {
	switch {
	case r.Years < 0 || r.Months < 0 || r.Years > maxYears || r.Months > 12*maxYears:
		return errPeriod
	case r.Unlimited && (r.Years > 0 || r.Months > 0):
		return errUnlimited
	case len(r.DocumentTypes) == 0 && r.Unit == "" && len(r.Procedures) == 0:
		return errNobody
	}
	return nil
}

// Due applies the office's table to a closed case file. Its due date is the latest of the rule of its unit and the rules for
// the types of its documents: the day after the last day of the period, which ends on the day of the month on which it
// started, or on the month's last day if it has no such day. A rule without any period makes it due at once. One unlimited
// rule makes the whole file unlimited. What the table says of documents whose own rule ends earlier stands in Alone.
//
// When no rule is for its unit or procedures the file has no due date, whatever its documents are. That is no
// error; an open file and a table that CheckRules refuses are.
func Due(rules []RetentionRule, f ClosedFile) (Retention, error) {
	t := Retention{CaseID: f.CaseID, Unit: f.Unit, From: f.From, Proposal: Undecided}
	if f.Closed.IsZero() {
		return t, fmt.Errorf("due date of case %s: %w", f.CaseID, errOpen)
	}
	if err := CheckRules(rules); err != nil {
		return t, fmt.Errorf("due date of case %s: %w", f.CaseID, err)
	}
	rule, found := fileRule(rules, f)
	if !found {
		return t, nil
	}
	t.Resolved = rule.Unit
	counted := rule
	for _, d := range f.Documents {
		if r, own := documentRule(rules, rule, f, d.Type); own && longer(r, counted, start(f)) {
			counted = r
		}
	}
	t.Unlimited, t.Basis, t.Proposal = counted.Unlimited, counted.Basis, counted.Proposal
	if t.Proposal == "" || t.Proposal == Undecided {
		t.Proposal = rule.Proposal
	}
	if t.Proposal == "" {
		t.Proposal = Undecided
	}
	if !counted.Unlimited {
		t.Due = dueOf(counted, start(f))
		t.Years = counted.Years + (counted.Months+11)/12
	}
	t.Alone = dueAlone(rules, rule, f, t)
	return t, nil
}

// dueAlone lists the documents whose own rule ends before that of their case file, in the file's order. What a rule proposes to
// keep is not among them: it reaches the archive with its file.
func dueAlone(rules []RetentionRule, rule RetentionRule, f ClosedFile, t Retention) (alone []Alone) {
	for _, d := range f.Documents {
		r, own := documentRule(rules, rule, f, d.Type)
		if !own || r.Unlimited || r.Proposal == Keep {
			continue
		}
		if due := dueOf(r, start(f)); t.Unlimited || due.Before(t.Due) {
			alone = append(alone, Alone{Document: d.ID, Due: due, Basis: r.Basis})
		}
	}
	return alone
}

// fileRule is the first rule for files of the unit that the file names; without one, the first that names a procedure of its
// matters.
func fileRule(rules []RetentionRule, f ClosedFile) (RetentionRule, bool) {
	i := slices.IndexFunc(rules, func(r RetentionRule) bool {
		switch {
		case len(r.DocumentTypes) > 0:
			return false
		case f.Unit != "":
			return r.Unit == f.Unit
		}
		return shares(r.Procedures, f.Procedures)
	})
	if i < 0 {
		return RetentionRule{}, false
	}
	return rules[i], true
}

// documentRule is the first rule for documents of a type. One that names a unit or procedures is for documents of such files
// only.
func documentRule(rules []RetentionRule, file RetentionRule, f ClosedFile, kind string) (RetentionRule, bool) {
	i := slices.IndexFunc(rules, func(r RetentionRule) bool {
		return kind != "" && slices.Contains(r.DocumentTypes, kind) && (r.Unit == "" || r.Unit == file.Unit) &&
			(len(r.Procedures) == 0 || shares(r.Procedures, f.Procedures))
	})
	if i < 0 {
		return RetentionRule{}, false
	}
	return rules[i], true
}

func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// longer reports whether a keeps longer than b.
func longer(a, b RetentionRule, from time.Time) bool {
	if a.Unlimited || b.Unlimited {
		return a.Unlimited && !b.Unlimited
	}
	return dueOf(a, from).After(dueOf(b, from))
}

// start is the date on which the period starts: that of the closing, where the office is, unless a person named one.
func start(f ClosedFile) time.Time {
	if f.From.IsZero() {
		return DateOf(f.Closed)
	}
	y, m, d := f.From.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dueOf is the day after the last day of a rule's period.
func dueOf(r RetentionRule, from time.Time) time.Time {
	if r.EndOfYear {
		from = time.Date(from.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	} else if r.Years == 0 && r.Months == 0 {
		return from
	}
	month := time.Date(from.Year()+r.Years, from.Month()+time.Month(r.Months), 1, 0, 0, 0, 0, time.UTC)
	last := month.AddDate(0, 1, -1)
	return month.AddDate(0, 0, min(from.Day(), last.Day()))
}
