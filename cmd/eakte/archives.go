package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"golang.org/x/term"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// archives lists the archives that receive from an office, or adds one from a file; one of the same name is changed.
func archives(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("archive")
	key := flags.String("office", "", "key of the office")
	passwordFile := flags.String("password-file", "", "file with the password of the WebDAV user; otherwise a terminal is asked")
	if err := parseMixedSome(flags, args, 0, 1); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return inOffice(ctx, config, *key, func(tx *records.Tx) error { return listArchives(ctx, tx, out) })
	}
	data, err := readSmall(flags.Arg(0))
	if err != nil {
		return err
	}
	a, err := archive.ReadArchive(data)
	if err != nil {
		return err
	}
	if err := checkRoad(config, a.Transport); err != nil {
		return err
	}
	password, err := transportPassword(a.Transport, *passwordFile, out)
	if err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		return saveArchive(ctx, rooms, office, a, password, out)
	})
}

// checkRoad opens the road to an archive without walking it.
func checkRoad(config setup.Config, t efile.Transport) error {
	var err error
	switch {
	case t.Directory != "" && config.Transfers == "":
		return errors.New("the transport is a directory, but EAKTE_TRANSFERS is not set")
	case t.Directory != "":
		_, err = transport.NewDirectory(config.Transfers, t.Directory, t.Answers)
	case t.URL != "":
		_, err = transport.NewWebDAV(transport.WebDAVConfig{URL: t.URL, User: t.User, Answers: t.Answers, Plain: config.PlainWebDAV})
	}
	return err
}

// transportPassword reads the password of a WebDAV user; nil: none is given, an earlier one may stay.
func transportPassword(t efile.Transport, file string, out io.Writer) ([]byte, error) {
	switch {
	case file != "" && t.User == "":
		return nil, fmt.Errorf("%w: a password, but the transport has no user", errUsage)
	case file != "":
		data, err := readSmall(file)
		if data = bytes.TrimRight(data, "\r\n"); err == nil && len(data) == 0 {
			err = errors.New("the password file is empty")
		}
		return data, err
	case t.User == "" || !term.IsTerminal(int(os.Stdin.Fd())): //nolint:gosec // a descriptor is small
		return nil, nil
	}
	typed, err := readSecret(out, "Password of the WebDAV user (empty: as before): ")
	if typed == "" {
		return nil, err
	}
	return []byte(typed), err
}

func saveArchive(ctx context.Context, rooms *setup.Rooms, office efile.Office, a efile.ReceivingArchive, password []byte, out io.Writer) error {
	if len(password) > 0 {
		key, err := rooms.TransportKey()
		if err != nil {
			return err
		}
		if a.Transport.Secret, err = transport.Seal(key, password); err != nil {
			return err
		}
	}
	done := "added"
	err := rooms.Records.In(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
		all, err := tx.Archives(ctx)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(b efile.ReceivingArchive) bool { return b.Name == a.Name }); i >= 0 {
			done, a.ID, a.Created = "changed", all[i].ID, all[i].Created
			keepSecret(&a.Transport, all[i].Transport)
		}
		if a.Transport.User != "" && len(a.Transport.Secret) == 0 {
			return fmt.Errorf("%w: the password of the WebDAV user is needed: -password-file", errUsage)
		}
		return tx.SaveArchive(ctx, &a)
	})
	if err != nil {
		return fmt.Errorf("save archive: %w", err)
	}
	_, err = fmt.Fprintf(out, "archive %s %s\n", a.Name, done)
	return err
}

// keepSecret keeps a password that is not given again, but for the same user at the same address only: it must not be sent
// anywhere else.
func keepSecret(t *efile.Transport, before efile.Transport) {
	if len(t.Secret) == 0 && t.User != "" && t.URL == before.URL && t.User == before.User {
		t.Secret = before.Secret
	}
}

func listArchives(ctx context.Context, tx *records.Tx, out io.Writer) error {
	all, err := tx.Archives(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "no archives")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "name\tshort\txdomea\tsteps\toriginals\tcontainers\troad")
	for _, a := range all {
		steps, originals, size := "offer and delivery", "no", "any size"
		if a.TwoStep {
			steps = "delivery only"
		}
		if a.Originals {
			originals = "yes"
		}
		if a.SizeLimit > 0 {
			size = "up to " + sizeOf(a.SizeLimit)
		}
		if a.Bag {
			size += ", in a bag"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.Name, a.Short, a.Version, steps, originals, size, road(a.Transport))
	}
	return table.Flush()
}

// road says how containers travel, without the secret.
func road(t efile.Transport) string {
	switch {
	case t.Directory != "":
		return "directory " + t.Directory
	case t.URL != "" && t.User != "":
		return t.URL + " as " + t.User
	case t.URL != "":
		return t.URL
	}
	return "carried by people"
}

// sizeOf prints bytes as people count them.
func sizeOf(n int64) string {
	switch {
	case n >= 1_000_000_000:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%d bytes", n)
}

// findArchive finds an archive of the office by name or abbreviation.
func findArchive(ctx context.Context, tx *records.Tx, name string) (efile.ReceivingArchive, error) {
	if name == "" {
		return efile.ReceivingArchive{}, fmt.Errorf("%w: -archive is needed", errUsage)
	}
	all, err := tx.Archives(ctx)
	if err != nil {
		return efile.ReceivingArchive{}, err
	}
	for _, is := range []func(efile.ReceivingArchive) bool{
		func(a efile.ReceivingArchive) bool { return a.Name == name },
		func(a efile.ReceivingArchive) bool { return a.Short == name },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i], nil
		}
	}
	return efile.ReceivingArchive{}, fmt.Errorf("no archive %q; `eakte archive` lists them", name)
}
