package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// exportConfirm enters what an archive has confirmed by another way than its message, in the name of a person of the office
// who stands for it.
func exportConfirm(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export confirm")
	key := flags.String("office", "", "key of the office")
	login := flags.String("by", "", "login of the archivist who has the archive's confirmation")
	reason := flags.String("reason", "", "why by hand, such as the letter's date and reference")
	if err := parseMixedSome(flags, args, 1, len(args)); err != nil {
		return err
	}
	if *login == "" || strings.TrimSpace(*reason) == "" {
		return fmt.Errorf("%w: -by and -reason are needed", errUsage)
	}
	var said string
	err := withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		by, err := archivist(ctx, rooms, office, *login)
		if err != nil {
			return err
		}
		return rooms.Records.In(ctx, by, func(tx *records.Tx) error {
			said, err = confirm(ctx, tx, flags.Arg(0), flags.Args()[1:], *reason)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	_, err = io.WriteString(out, said)
	return err
}

// archivist acts for a person of the office, with what that person may do.
func archivist(ctx context.Context, rooms *setup.Rooms, office efile.Office, login string) (by efile.Actor, err error) {
	err = rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
		u, err := tx.UserByLogin(ctx, login)
		if err == nil && u.Disabled {
			err = fault.New(fault.Reject, fault.Forbidden, fmt.Errorf("user %s is disabled", u.ID))
		}
		by = efile.Actor{Kind: efile.Staff, ID: u.ID, Office: office.ID, Roles: u.Roles}
		return err
	})
	return by, err
}

// confirm notes the named records, or all that were delivered, and moves the disposal on when nothing is left.
func confirm(ctx context.Context, tx *records.Tx, process string, names []string, reason string) (string, error) {
	d, err := findDisposal(ctx, tx, process)
	if err != nil {
		return "", err
	}
	if d, err = tx.LockDisposal(ctx, d.ID); err != nil {
		return "", err
	}
	all, err := tx.DisposalRecords(ctx, d.ID)
	if err != nil {
		return "", err
	}
	var taken []efile.DisposalRecord
	for _, name := range names {
		id, err := recordID(name)
		if err != nil {
			return "", fmt.Errorf("%w: %w", errUsage, err)
		}
		taken = append(taken, efile.DisposalRecord{ID: id})
	}
	left := 0
	for _, r := range all {
		switch kept := r.Decision == efile.Keep && r.Recalled.IsZero() && r.Destroyed.IsZero() && !r.Archived; {
		case kept && len(names) == 0:
			taken = append(taken, efile.DisposalRecord{ID: r.ID})
		case kept && !slices.ContainsFunc(taken, func(t efile.DisposalRecord) bool { return t.ID == r.ID }):
			left++
		}
	}
	if err := tx.ConfirmByHand(ctx, d.ID, taken, reason); err != nil {
		return "", err
	}
	if left == 0 {
		if d, err = step(ctx, tx, d.ID, archive.Confirm); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s: %d records confirmed by hand, %d not confirmed, %s\n", d.ID, len(taken), left, d.State), nil
}
