package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eakte/eakte/archive/chain"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// errBroken makes the command end with an error after it has said what is wrong.
var errBroken = errors.New("not everything is as it was written")

// verifying is what the command line asks for.
type verifying struct {
	events, objects, deleted, report, recheck bool
	office                                    string
	pdfa, json                                bool
	level                                     string
	chain                                     string
	anchors                                   []chain.Anchor
	files                                     []string
}

// verify recomputes the chain of the event log and reads the stored objects back. Without any flag of them it does both. It
// prints the last entry of each office's log, which can be kept elsewhere to find a cut-off end later. With -report it tells
// what is known of the stored objects without reading any, with -recheck it reads those in quarantine again, with -deleted it
// looks for what is left of destroyed case files. With -pdfa and -chain it looks at files instead, and needs no installation.
func verify(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	v, err := parseVerify(args)
	switch {
	case err != nil:
		return err
	case v.chain != "":
		return verifyChain(v.chain, v.anchors, out)
	case v.pdfa:
		return verifyFiles(ctx, config, v.files, v.level, v.json, out)
	}
	return withRooms(ctx, config, func(rooms *setup.Rooms) error {
		offices, err := rooms.Records.Offices(ctx)
		if err != nil {
			return fmt.Errorf("list offices: %w", err)
		}
		broken := 0
		for _, office := range offices {
			if v.office != "" && office.Key != v.office {
				continue
			}
			n, err := v.one(ctx, rooms, office, out)
			if err != nil {
				return err
			}
			broken += n
		}
		if broken > 0 {
			return errBroken
		}
		return nil
	})
}

func parseVerify(args []string) (verifying, error) {
	var v verifying
	flags := newFlags("verify")
	flags.BoolVar(&v.events, "events", false, "the event log")
	flags.BoolVar(&v.objects, "objects", false, "the stored objects")
	flags.BoolVar(&v.deleted, "deleted", false, "that nothing is left of what was destroyed")
	flags.BoolVar(&v.report, "report", false, "what is known of the stored objects, and open findings")
	flags.BoolVar(&v.recheck, "recheck", false, "read objects in quarantine again and release those that are right")
	flags.StringVar(&v.office, "office", "", "key of the office; all when empty")
	flags.BoolVar(&v.pdfa, "pdfa", false, "whether files conform to PDF/A-2, instead of the installation")
	flags.StringVar(&v.level, "level", "", "of PDF/A-2, 2b or 2u; empty: what each file claims")
	flags.BoolVar(&v.json, "json", false, "print one JSON object a line about the files")
	flags.StringVar(&v.chain, "chain", "", "the exported event log of a case, instead of the installation")
	flags.Func("anchor", "SEQ:HEX, an entry of the office's log as noted elsewhere; with -chain, may be repeated", func(text string) error {
		anchor, err := chain.ParseAnchor(text)
		v.anchors = append(v.anchors, anchor)
		return err
	})
	if slices.ContainsFunc(args, func(a string) bool { return strings.TrimLeft(a, "-") == "pdfa" }) {
		if err := parseMixed(flags, args); err != nil {
			return v, err
		}
	} else if err := parse(flags, args, 0, 0); err != nil {
		return v, err
	}
	v.files = flags.Args()
	if !slices.Contains([]string{"", "2b", "2u"}, v.level) || len(v.anchors) > 0 && v.chain == "" {
		return v, errUsage
	}
	if !v.report && !v.recheck && !v.events && !v.objects && !v.deleted {
		v.events, v.objects = true, true
	}
	return v, nil
}

// one looks at one office and returns how many things are wrong.
func (v verifying) one(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	broken := 0
	for _, part := range []struct {
		wanted bool
		run    func(context.Context, *setup.Rooms, efile.Office, io.Writer) (int, error)
	}{{v.events, verifyEvents}, {v.recheck, recheckObjects}, {v.objects, verifyObjects}, {v.deleted, verifyDeleted}, {v.report, reportObjects}} {
		if !part.wanted {
			continue
		}
		n, err := part.run(ctx, rooms, office, out)
		if broken += n; err != nil {
			return broken, err
		}
	}
	return broken, nil
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
