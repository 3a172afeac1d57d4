package workers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/records"
)

// Describe reads what is on record of a case file and makes the case file of a message from it; ok is false if nothing of it
// is told. Events count up to the sequence through, 0 means up to the newest; decided are the records of the disposal by
// case and matter, and the Aktenplaneinheit is the one whose rule fits.
//
// A message has dates as well as points in time. All times are brought into the office's zone, so that a document received
// at half past midnight does not bear the date of the day before.
func Describe(ctx context.Context, tx *records.Tx, office efile.Office, caseID efile.ID, through int64,
	decided map[efile.ID]efile.DisposalRecord, names *catalogue.Catalogue, how archive.Telling,
) (file archive.File, ok bool, err error) {
	f := archive.Facts{Office: office, Records: decided}
	if f.Case, err = tx.Case(ctx, caseID); err != nil {
		return file, false, err
	}
	if err := readFacts(ctx, tx, caseID, through, &f); err != nil {
		return file, false, err
	}
	texts, err := texts()
	if err != nil {
		return file, false, fmt.Errorf("describe case %s: %w", caseID, err)
	}
	f.Say = func(note string) string { return texts.For(locale.Default).T("note." + note) }
	bring(&f, efile.Location())
	file, ok = archive.Describe(f, names, how)
	return file, ok, nil
}

// texts are read once: all languages take longer to parse than a case file to describe.
var texts = sync.OnceValues(locale.New)

// readFacts fills everything about the case file that it has more than one of.
func readFacts(ctx context.Context, tx *records.Tx, caseID efile.ID, through int64, f *archive.Facts) (err error) {
	if f.Retention, err = tx.Retention(ctx, caseID); err != nil {
		return err
	}
	rules, err := tx.RetentionRules(ctx)
	if err != nil {
		return err
	}
	f.Retention.Unit = cmp.Or(f.Retention.Resolved, f.Retention.Unit)
	f.UnitTitle = unitTitle(rules, f.Retention.Unit)
	if f.Matters, err = tx.Matters(ctx, caseID); err != nil {
		return err
	}
	if f.Documents, err = tx.Documents(ctx, caseID); err != nil {
		return err
	}
	if f.Fields, err = tx.CaseFields(ctx, caseID); err != nil {
		return err
	}
	if f.Renditions, err = tx.CaseRenditions(ctx, caseID); err != nil {
		return err
	}
	f.Events, err = tx.CaseEvents(ctx, caseID, through)
	return err
}

// unitTitle is that of the first rule for files of a unit.
func unitTitle(rules []efile.RetentionRule, unit string) string {
	i := slices.IndexFunc(rules, func(r efile.RetentionRule) bool {
		return unit != "" && r.Unit == unit && len(r.DocumentTypes) == 0
	})
	if i < 0 {
		return ""
	}
	return rules[i].Title
}

// bring brings the times that a message may tell as dates into a zone. What is a date already (the due date, the date on a
// document) stays as it is.
func bring(f *archive.Facts, zone *time.Location) {
	in := func(times ...*time.Time) {
		for _, t := range times {
			if !t.IsZero() {
				*t = t.In(zone)
			}
		}
	}
	in(&f.Case.Opened, &f.Case.Closed)
	for i := range f.Matters {
		in(&f.Matters[i].Opened, &f.Matters[i].Closed)
	}
	for i := range f.Documents {
		in(&f.Documents[i].Received)
	}
	for _, of := range f.Renditions {
		for i := range of {
			in(&of[i].Created)
		}
	}
}
