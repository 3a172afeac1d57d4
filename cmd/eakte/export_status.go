package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// exportStatus lists the disposals of an office, or tells all about one.
func exportStatus(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export status")
	key := flags.String("office", "", "key of the office")
	asTable := flags.Bool("csv", false, "the records of a disposal as a table for `eakte export appraise`")
	if err := parseMixedSome(flags, args, 0, 1); err != nil {
		return err
	}
	if *asTable && flags.NArg() == 0 {
		return errUsage
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		return rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
			if flags.NArg() == 0 {
				return listDisposals(ctx, tx, out)
			}
			d, err := findDisposal(ctx, tx, flags.Arg(0))
			if err != nil {
				return err
			}
			if *asTable {
				return decisionTable(ctx, tx, d, out)
			}
			return tellDisposal(ctx, tx, d, out)
		})
	})
}

func listDisposals(ctx context.Context, tx *records.Tx, out io.Writer) error {
	archives, err := tx.Archives(ctx)
	if err != nil {
		return err
	}
	short := map[efile.ID]string{}
	for _, a := range archives {
		short[a.ID] = a.Short
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "process\tarchive\tstate\tfiles\tdecided\tarchived\tleft\tchanged\t")
	f := records.DisposalFilter{Limit: 500}
	for {
		some, err := tx.Disposals(ctx, f)
		if err != nil {
			return err
		}
		for _, d := range some {
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d of %d\t%d\t%d\t%s\t%s\n", d.ID, short[d.Archive], d.State, d.Files, d.Decided, d.Records,
				d.Archived, d.Left, d.Changed.Format(time.DateTime), trouble(d))
		}
		if len(some) == 0 {
			return table.Flush()
		}
		f.After = some[len(some)-1].ID
	}
}

// trouble is what a person must look at.
func trouble(d efile.Disposal) string {
	if d.Blocked {
		return "blocked: " + d.Code
	}
	return d.Code
}

// tellDisposal tells of one disposal: its stage and what may come next, messages with findings, answers, recalled records.
func tellDisposal(ctx context.Context, tx *records.Tx, d efile.Disposal, out io.Writer) error {
	a, err := tx.Archive(ctx, d.Archive)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "process  %s for %s, xdomea %s\n", d.ID, a.Name, a.Version)
	fmt.Fprintf(out, "state    %s since %s %s\n", d.State, d.Changed.Format(time.DateTime), trouble(d))
	fmt.Fprintf(out, "records  %d case files, %d of %d records decided, %d confirmed, %d not destroyed\n", d.Files, d.Decided, d.Records,
		d.Archived, d.Left)
	fmt.Fprintf(out, "may      %v\n", archive.Allowed(archive.PositionOf(d)))
	messages, err := tx.Messages(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, m := range messages {
		fmt.Fprintf(out, "sent     %s %s, %s\n", m.Type, stageOf(m), m.File)
		for _, f := range m.Findings {
			fmt.Fprintf(out, "           %s\n", sayFinding(archive.Finding(f)))
		}
	}
	answers, err := tx.ArchiveAnswers(ctx, records.AnswerFilter{Disposal: d.ID, Limit: 500})
	if err != nil {
		return err
	}
	for _, answer := range answers {
		fmt.Fprintf(out, "answer   %s %s of %s, %s %s\n", answer.Type, answer.State, answer.Received.Format(time.DateTime), plain(answer.File), answer.Code)
	}
	return tellRecords(ctx, tx, d, out)
}

// tellRecords names what a person would look for: what was recalled, and what the archive calls what it has.
func tellRecords(ctx context.Context, tx *records.Tx, d efile.Disposal, out io.Writer) error {
	all, err := tx.DisposalRecords(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		switch {
		case !r.Recalled.IsZero():
			fmt.Fprintf(out, "recalled %s %s %s\n", r.Level, r.ID, r.Reference)
		case r.Archived:
			fmt.Fprintf(out, "archived %s %s %s %s\n", r.Level, r.ID, r.Reference, plain(r.ArchiveRef))
		}
	}
	return nil
}

// decisionTable writes the records of a disposal for people who decide: what `eakte export appraise` reads, and what helps
// them.
func decisionTable(ctx context.Context, tx *records.Tx, d efile.Disposal, out io.Writer) error {
	all, err := tx.DisposalRecords(ctx, d.ID)
	if err != nil {
		return err
	}
	w := csv.NewWriter(out)
	_ = w.Write([]string{"id", "decision", "reason", "reference", "level", "proposal"}) // Flush tells
	for _, r := range all {
		if r.Recalled.IsZero() {
			_ = w.Write([]string{r.ID.String(), string(r.Decision), harmless(r.Reason), harmless(r.Reference), string(r.Level), string(r.Proposal)})
		}
	}
	w.Flush()
	return w.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	s = plain(s)
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@') {
		return "'" + s
	}
	return s
}
