package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers"
)

// errBroken makes the command end with an error after it has said what is wrong.
var errBroken = errors.New("not everything is as it was written")

// verify recomputes the chain of the event log and reads the stored objects back. Without -events, -objects or -deleted it
// does the first two. It prints the last entry of each office's log, which can be kept elsewhere to find a cut-off end later.
// With -deleted it looks for what is left of destroyed case files. With -pdfa it looks at files instead, and needs no
// installation.
func verify(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("verify")
	events := flags.Bool("events", false, "the event log")
	objects := flags.Bool("objects", false, "the stored objects")
	deleted := flags.Bool("deleted", false, "that nothing is left of what was destroyed")
	only := flags.String("office", "", "key of the office; all when empty")
	files := flags.Bool("pdfa", false, "whether files conform to PDF/A-2, instead of the installation")
	level := flags.String("level", "", "of PDF/A-2, 2b or 2u; empty: what each file claims")
	lines := flags.Bool("json", false, "print one JSON object a line about the files")
	if slices.ContainsFunc(args, func(a string) bool { return strings.TrimLeft(a, "-") == "pdfa" }) {
		if err := parseMixed(flags, args); err != nil {
			return err
		}
	} else if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	if *files {
		if *level != "" && *level != "2b" && *level != "2u" {
			return errUsage
		}
		return verifyFiles(ctx, config, flags.Args(), *level, *lines, out)
	}
	if !*events && !*objects && !*deleted {
		*events, *objects = true, true
	}
	var checks []officeCheck
	if *events {
		checks = append(checks, verifyEvents)
	}
	if *objects {
		checks = append(checks, verifyObjects)
	}
	if *deleted {
		checks = append(checks, verifyDeleted)
	}
	return withRooms(ctx, config, func(rooms *setup.Rooms) error { return verifyOffices(ctx, rooms, *only, checks, out) })
}

// officeCheck checks one thing about an office and counts what is not as it should be.
type officeCheck func(context.Context, *setup.Rooms, efile.Office, io.Writer) (int, error)

func verifyOffices(ctx context.Context, rooms *setup.Rooms, only string, checks []officeCheck, out io.Writer) error {
	offices, err := rooms.Records.Offices(ctx)
	if err != nil {
		return fmt.Errorf("list offices: %w", err)
	}
	broken := 0
	for _, office := range offices {
		if only != "" && office.Key != only {
			continue
		}
		for _, check := range checks {
			n, err := check(ctx, rooms, office, out)
			if err != nil {
				return err
			}
			broken += n
		}
	}
	if broken > 0 {
		return errBroken
	}
	return nil
}

func verifyEvents(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	broken := 0
	err := rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
		entries, bad, err := tx.VerifyEvents(ctx)
		if err != nil {
			return err
		}
		if bad != nil {
			broken = 1
			fmt.Fprintf(out, "%s: event log BROKEN at entry %d: %s\n", office.Key, bad.Sequence, bad.Why)
			return nil
		}
		anchor, err := tx.EventAnchor(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: event log whole, %d entries, last %d %x\n", office.Key, entries, anchor.Sequence, anchor.Digest)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("verify events of %s: %w", office.Key, err)
	}
	return broken, nil
}

func verifyObjects(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	broken := 0
	seen, err := workers.Fixity(ctx, rooms.Records, rooms.Objects, office.ID, func(bad efile.Rendition, why error) error {
		broken++
		_, err := fmt.Fprintf(out, "%s: %s of document %s BROKEN: %v\n", office.Key, bad.Kind, bad.DocumentID, why)
		return err
	})
	if err != nil {
		return broken, fmt.Errorf("verify objects of %s: %w", office.Key, err)
	}
	fmt.Fprintf(out, "%s: %d objects read back, %d broken\n", office.Key, seen, broken)
	return broken, nil
}
