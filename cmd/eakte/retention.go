package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers"
)

// retention shows an office's retention table, or replaces it with one from a file and computes all due dates again.
func retention(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("retention")
	key := flags.String("office", "", "key of the office")
	if err := parse(flags, args, 0, 1); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return inOffice(ctx, config, *key, func(tx *records.Tx) error { return listRules(ctx, tx, out) })
	}
	data, err := readSmall(flags.Arg(0))
	if err != nil {
		return err
	}
	names, err := setup.OpenCatalogue(config)
	if err != nil {
		return err
	}
	rules, err := archive.ReadTable(data, names)
	if err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		err := rooms.Records.In(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
			return tx.SaveRetentionRules(ctx, rules)
		})
		if err != nil {
			return fmt.Errorf("replace retention table: %w", err)
		}
		if err := workers.Retain(ctx, rooms.Records, office.ID); err != nil {
			return fmt.Errorf("compute due dates: %w", err)
		}
		_, err = fmt.Fprintf(out, "the retention table of %s has %d lines, and due dates follow it\n", office.Key, len(rules))
		return err
	})
}

func listRules(ctx context.Context, tx *records.Tx, out io.Writer) error {
	rules, err := tx.RetentionRules(ctx)
	if err != nil {
		return err
	}
	if len(rules) == 0 {
		_, err := fmt.Fprintln(out, "no retention table: nothing is ever due")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "line\tunit\ttitle\tfor\tkept\tproposal\tbasis")
	for _, r := range rules {
		what := "files of " + strings.Join(r.Procedures, ", ")
		switch {
		case len(r.DocumentTypes) > 0:
			what = "documents: " + strings.Join(r.DocumentTypes, ", ")
		case len(r.Procedures) == 0:
			what = "files of the unit"
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Number, r.Unit, r.Title, what, periodOf(r), r.Proposal, r.Basis)
	}
	return table.Flush()
}

func periodOf(r efile.RetentionRule) string {
	if r.Unlimited {
		return "unlimited"
	}
	kept := fmt.Sprintf("%d years", r.Years)
	if r.Months > 0 {
		kept += fmt.Sprintf(" %d months", r.Months)
	}
	if r.EndOfYear {
		kept += " from the end of the year"
	}
	return kept
}

// mostConfig bounds files that an operator writes by hand.
const mostConfig = 4 << 20

// readSmall reads a file that an operator names, unless it is larger than anyone writes.
func readSmall(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the operator names it
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostConfig+1))
	if err != nil {
		return nil, err
	}
	if len(data) > mostConfig {
		return nil, fmt.Errorf("%s is larger than %d MiB", name, mostConfig>>20)
	}
	return data, nil
}
