package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers"
	"github.com/eakte/eakte/workers/job"
)

// exportDue lists the case files whose retention period is over.
func exportDue(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export due")
	key := flags.String("office", "", "key of the office")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		return rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
			lines, err := allDue(ctx, tx)
			if err != nil {
				return err
			}
			return printDue(lines, out)
		})
	})
}

func printDue(lines []records.RetentionLine, out io.Writer) error {
	if len(lines) == 0 {
		_, err := fmt.Fprintln(out, "nothing is due")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "reference\tclosed\tdue\tunit\tdocuments\tproposal\tbasis")
	for _, l := range lines {
		held := ""
		if l.Retention.Held {
			held = " (held)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\t%s%s\n", l.Reference, l.Closed.In(efile.Location()).Format(time.DateOnly),
			l.Retention.Due.Format(time.DateOnly), l.Retention.Resolved, l.Documents, l.Retention.Proposal, l.Retention.Basis, held)
	}
	return table.Flush()
}

// allDue walks the due case files, held ones too.
func allDue(ctx context.Context, tx *records.Tx) (all []records.RetentionLine, err error) {
	f := records.RetentionFilter{Stage: efile.StageDue, Limit: 500}
	for {
		some, err := tx.Retentions(ctx, f)
		if err != nil || len(some) == 0 {
			return all, err
		}
		all, f.After = append(all, some...), some[len(some)-1].Retention.CaseID
	}
}

// exportOffer puts due case files together, in as many disposals as the archive's containers need, and has the workers
// offer them. An archive with which delivery without an offer is agreed gets none.
func exportOffer(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export offer")
	key := flags.String("office", "", "key of the office")
	name := flags.String("archive", "", "name or abbreviation of the archive")
	all := flags.Bool("all", false, "everything that is due and not held")
	until := flags.Bool("wait", false, "wait until it is handed over")
	if err := parseMixedSome(flags, args, 0, len(args)); err != nil {
		return err
	}
	if *all == (flags.NArg() > 0) {
		return fmt.Errorf("%w: references or -all", errUsage)
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		o := offer{rooms: rooms, office: office}
		err := rooms.Records.In(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
			return o.put(ctx, tx, *name, flags.Args())
		})
		if err != nil {
			return fmt.Errorf("offer: %w", err)
		}
		if err := o.print(out); err != nil {
			return err
		}
		if !*until || o.archive.TwoStep || o.archive.Version == byHand {
			return nil
		}
		return watch(ctx, rooms, office, o.made, efile.DisposalOffered, out)
	})
}

// byHand is the version of an archive without messages.
const byHand = "none"

// offer is what one call puts together.
type offer struct {
	rooms   *setup.Rooms
	office  efile.Office
	archive efile.ReceivingArchive
	made    []efile.Disposal
}

// put may be repeated, like every function of a transaction.
func (o *offer) put(ctx context.Context, tx *records.Tx, name string, references []string) (err error) {
	o.made = nil
	if o.archive, err = findArchive(ctx, tx, name); err != nil {
		return err
	}
	cases, err := chosen(ctx, tx, references)
	if err != nil {
		return err
	}
	parts, err := workers.Split(ctx, tx, o.office, o.archive, cases, o.rooms.Catalogue)
	if err != nil {
		return err
	}
	for _, part := range parts {
		d := efile.Disposal{Archive: o.archive.ID}
		if err := tx.AddDisposal(ctx, &d, part); err != nil {
			return err
		}
		if err := o.announce(ctx, tx, &d); err != nil {
			return err
		}
		o.made = append(o.made, d)
	}
	return nil
}

// announce has a disposal offered. To an archive without messages it is offered by people: the list is `export status -csv`.
func (o *offer) announce(ctx context.Context, tx *records.Tx, d *efile.Disposal) (err error) {
	switch {
	case o.archive.TwoStep:
		return nil
	case o.archive.Version == byHand:
		*d, err = step(ctx, tx, d.ID, archive.Offer)
		return err
	}
	_, err = o.rooms.Queue.InsertTx(ctx, tx.Pgx(), job.Send{Office: o.office.ID, Disposal: d.ID, Type: efile.MessageOffer}, nil)
	return err
}

// chosen are the named case files, each once, or all that are due and not held.
func chosen(ctx context.Context, tx *records.Tx, references []string) (cases []efile.ID, err error) {
	for _, reference := range references {
		c, err := tx.CaseByReference(ctx, reference)
		if err != nil {
			return nil, fmt.Errorf("find case %s: %w", reference, err)
		}
		if !slices.Contains(cases, c.ID) {
			cases = append(cases, c.ID)
		}
	}
	if len(references) > 0 {
		return cases, nil
	}
	lines, err := allDue(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if !l.Retention.Held {
			cases = append(cases, l.Retention.CaseID)
		}
	}
	if len(cases) == 0 {
		return nil, errors.New("nothing is due that is not held")
	}
	return cases, nil
}

// print tells the processes, and what is to be done next.
func (o *offer) print(out io.Writer) error {
	for _, d := range o.made {
		if _, err := fmt.Fprintf(out, "%s: %d case files, %d records\n", d.ID, d.Files, d.Records); err != nil {
			return err
		}
	}
	next := "the offer is being built; `eakte export wait` says when it is handed over"
	switch {
	case o.archive.TwoStep:
		next = "no offer is agreed with this archive, but the appraisal is needed: `eakte export appraise`, then `eakte export deliver`"
	case o.archive.Version == byHand:
		next = "bring the archive the list of `eakte export status -csv`, and enter its decisions by `eakte export appraise`"
	}
	_, err := fmt.Fprintln(out, next)
	return err
}
