package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

// errNotAll makes the command end with an error after it has said what it could not do.
var errNotAll = errors.New("not everything could be done")

// closeFiles puts case files to the files (zdA), each by itself, and says when they are due.
func closeFiles(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("close")
	key := flags.String("office", "", "key of the office")
	on := flags.String("date", "", "day on which they were closed, such as 2026-01-31; empty: today")
	if err := parseMixedSome(flags, args, 1, len(args)); err != nil {
		return err
	}
	when, err := pastDay(*on)
	if err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		all := true
		for _, reference := range flags.Args() {
			var said string
			err := rooms.Records.In(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
				said, err = closeOne(ctx, tx, reference, when)
				return err
			})
			if f := fault.Of(err); err != nil && f.Treatment != fault.Reject {
				return fmt.Errorf("close %s: %w", reference, err)
			} else if err != nil {
				said, all = "NOT closed: "+string(f.Code), false
			}
			if _, err := fmt.Fprintf(out, "%s: %s\n", reference, said); err != nil {
				return err
			}
		}
		if !all {
			return errNotAll
		}
		return nil
	})
}

// pastDay reads a day in Germany that is not in the future; nothing is the zero time.
func pastDay(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	when, err := time.ParseInLocation(time.DateOnly, day, efile.Location())
	if err != nil || when.After(time.Now()) {
		return time.Time{}, fmt.Errorf("%w: -date is a day like 2026-01-31 that is not in the future", errUsage)
	}
	return when, nil
}

func closeOne(ctx context.Context, tx *records.Tx, reference string, when time.Time) (string, error) {
	found, err := tx.CaseByReference(ctx, reference)
	if err != nil {
		return "", err
	}
	c, changed, err := tx.CloseCase(ctx, found.ID, when)
	if err != nil || !changed {
		return "closed already", err
	}
	tx.Append(notify.CaseEvent(efile.CaseStatusChanged, c, notify.CaseChange{}))
	t, err := saveDue(ctx, tx, c.ID)
	if err != nil {
		return "", err
	}
	return "closed, " + dueOf(t), nil
}

// saveDue computes when a closed case file is due. The workers do the same every day.
func saveDue(ctx context.Context, tx *records.Tx, caseID efile.ID) (efile.Retention, error) {
	rules, err := tx.RetentionRules(ctx)
	if err != nil {
		return efile.Retention{}, err
	}
	f, err := tx.ClosedFile(ctx, caseID)
	if err != nil {
		return efile.Retention{}, err
	}
	t, err := efile.Due(rules, f)
	if err != nil {
		return t, err
	}
	return t, tx.SaveRetention(ctx, t)
}

func dueOf(t efile.Retention) string {
	switch {
	case t.Unlimited:
		return "kept without limit: " + t.Basis
	case t.Due.IsZero():
		return "no line of the retention table fits: never due"
	}
	return fmt.Sprintf("due on %s: %s", t.Due.Format(time.DateOnly), t.Basis)
}
