package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// exportAlone lists the documents whose own period is over before that of their case file, and how far their destruction is.
// Nothing is decided here: a command has no person, and it takes two.
func exportAlone(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export alone")
	key := flags.String("office", "", "key of the office")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		return rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error { return listAlone(ctx, tx, out) })
	})
}

func listAlone(ctx context.Context, tx *records.Tx, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	f := records.AloneFilter{Limit: 500}
	for {
		files, err := tx.DueAlone(ctx, f)
		if err != nil {
			return err
		}
		if len(files) == 0 && f.After.IsZero() {
			_, err := fmt.Fprintln(out, "no document is due before its case file")
			return err
		}
		if f.After.IsZero() {
			fmt.Fprintln(table, "reference\tdocument\ttype\tdue\tstate\tbasis")
		}
		for _, l := range files {
			f.After = l.CaseID
			for _, d := range l.Documents {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", plain(l.Reference), d.ID.Public(efile.PrefixDocument), d.Type,
					d.Due.Format(time.DateOnly), aloneState(l), plain(d.Basis))
			}
		}
		if len(files) < f.Limit {
			return table.Flush()
		}
	}
}

// aloneState says how far the destruction of the documents of a case file is.
func aloneState(l records.AloneFile) string {
	x := l.Destruction
	switch {
	case !x.Begun.IsZero():
		return "being destroyed"
	case !x.Confirmed.IsZero():
		return "destroyed after " + x.After.In(efile.Location()).Format(time.DateTime)
	case !x.ID.IsZero():
		return "waits for a second person"
	case l.Held:
		return "held"
	}
	return "not proposed"
}
