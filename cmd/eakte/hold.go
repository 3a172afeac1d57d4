package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// hold stops a case file from leaving the office, or lets it go on. With neither -reason nor -lift it shows the holds of a
// case file, with no reference all of the office that still hold.
func hold(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("hold")
	key := flags.String("office", "", "key of the office")
	reason := flags.String("reason", "", "why it must stay, for people of the office")
	lift := flags.Bool("lift", false, "lift the holds of the case file")
	if err := parseMixedSome(flags, args, 0, 1); err != nil {
		return err
	}
	reference := flags.Arg(0)
	if *lift && *reason != "" || reference == "" && (*lift || *reason != "") {
		return errUsage
	}
	var said string
	err := inOffice(ctx, config, *key, func(tx *records.Tx) (err error) {
		var c efile.Case
		if reference != "" {
			if c, err = tx.CaseByReference(ctx, reference); err != nil {
				return fmt.Errorf("find case: %w", err)
			}
		}
		switch {
		case *reason != "":
			said = reference + " is held\n"
			return tx.AddHold(ctx, &efile.Hold{CaseID: c.ID, Reason: *reason})
		case *lift:
			said, err = liftHolds(ctx, tx, c)
		default:
			said, err = listHolds(ctx, tx, c.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, said)
	return err
}

func liftHolds(ctx context.Context, tx *records.Tx, c efile.Case) (string, error) {
	holds, err := tx.Holds(ctx, c.ID)
	if err != nil {
		return "", err
	}
	lifted := 0
	for _, h := range holds {
		if !h.Lifted.IsZero() {
			continue
		}
		if err := tx.LiftHold(ctx, h.ID); err != nil {
			return "", err
		}
		lifted++
	}
	return fmt.Sprintf("%s: %d holds lifted\n", c.Reference, lifted), nil
}

func listHolds(ctx context.Context, tx *records.Tx, caseID efile.ID) (string, error) {
	holds, err := tx.Holds(ctx, caseID)
	if err != nil {
		return "", err
	}
	if len(holds) == 0 {
		return "no holds\n", nil
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "case\tset\tlifted\treason")
	for _, h := range holds {
		c, err := tx.Case(ctx, h.CaseID)
		if err != nil {
			return "", err
		}
		lifted := ""
		if !h.Lifted.IsZero() {
			lifted = h.Lifted.Format(time.DateTime)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.Reference, h.Set.Format(time.DateTime), lifted, h.Reason)
	}
	if err := table.Flush(); err != nil {
		return "", err
	}
	return text.String(), nil
}
