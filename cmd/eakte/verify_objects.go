package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// verifyObjects reads all objects of an office now. What is wrong goes into quarantine, as when a worker finds it.
func verifyObjects(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	broken := 0
	seen, err := rooms.Fixity().Everything(ctx, office.ID, func(bad records.Checked) error {
		broken++
		_, err := fmt.Fprintf(out, "%s: %s of document %s BROKEN: %s, key %s\n",
			office.Key, bad.Rendition.Kind, bad.Rendition.DocumentID, bad.Problem, bad.Rendition.Key)
		return err
	})
	if err != nil {
		return broken, fmt.Errorf("verify objects of %s: %w", office.Key, err)
	}
	fmt.Fprintf(out, "%s: %d objects read back, %d broken\n", office.Key, seen, broken)
	return broken, nil
}

// recheckObjects reads what is in quarantine again, after it was restored, and releases what is right.
func recheckObjects(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	read, right, err := rooms.Fixity().RecheckAll(ctx, office.ID)
	if err != nil {
		return 0, fmt.Errorf("recheck objects of %s: %w", office.Key, err)
	}
	fmt.Fprintf(out, "%s: %d objects in quarantine read again, %d right and released\n", office.Key, read, right)
	return read - right, nil
}

// reportObjects tells what is known without reading any object, and lists the open findings.
func reportObjects(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	var report records.FixityReport
	var findings []records.Finding
	err := rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
		var err error
		if report, err = tx.FixityReport(ctx); err != nil {
			return err
		}
		findings, err = tx.Findings(ctx, true)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("report on objects of %s: %w", office.Key, err)
	}
	printReport(out, office.Key, report)
	for _, f := range findings {
		fmt.Fprintf(out, "%s: finding of %s: %s, %s, %s\n", office.Key, date(f.Found), f.Kind, cmp.Or(f.Detail, "no detail"), f.Subject)
	}
	return int(report.Quarantined), nil
}

func printReport(out io.Writer, office string, r records.FixityReport) {
	fmt.Fprintf(out, "%s: %d objects, %d bytes, SHA-256 of all, SHA-512 of %d, %d never read back, oldest reading %s, %d in quarantine, %d findings open\n",
		office, r.Objects, r.Bytes, r.Second, r.Never, date(r.Oldest), r.Quarantined, r.Findings)
	if r.Round.Number == 0 {
		fmt.Fprintf(out, "%s: no round yet\n", office)
		return
	}
	ended := "goes on"
	if !r.Round.Ended.IsZero() {
		ended = "ended " + date(r.Round.Ended)
	}
	fmt.Fprintf(out, "%s: round %d began %s, %s: %d objects, %d bytes, %d differ, %d missing, held against %s\n", office, r.Round.Number,
		date(r.Round.Started), ended, r.Round.Objects, r.Round.Bytes, r.Round.Differing, r.Round.Missing, r.Round.Algorithms)
}

func date(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}
