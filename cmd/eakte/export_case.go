package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/chain"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/eark"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers"
)

// exportCase writes one case file, with all its filed documents, into a folder, and checks what was written. It changes
// nothing about the case file, and the same case file gives the same bytes until something happens to it.
func exportCase(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export case")
	key := flags.String("office", "", "key of the office")
	format := flags.String("format", "xdomea", "xdomea, bagit or eark")
	dir := flags.String("out", "", "folder to write into; it is made")
	version := flags.String("version", string(xdomea.V310), "of xdomea: 3.0.0, 3.1.0 or 4.0.0")
	to := flags.String("archive", "", "name of the archive that it is for, if it is for one")
	if err := parseMixedSome(flags, args, 1, 1); err != nil {
		return err
	}
	v, err := xdomea.ParseVersion(*version)
	write, known := packers[*format]
	if err != nil || !known || *dir == "" {
		return fmt.Errorf("%w: -out, and a known -format and -version", errUsage)
	}
	validate, stop, err := schemaCheck(ctx, config, config.Schemas)
	if err != nil {
		return err
	}
	defer stop()
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		x := single{rooms: rooms, office: office, version: v}
		err := rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
			return x.describe(ctx, tx, flags.Arg(0), *to)
		})
		if err != nil {
			return fmt.Errorf("export case: %w", err)
		}
		if err := os.MkdirAll(*dir, 0o700); err != nil {
			return err
		}
		at, err := write(ctx, &x, *dir)
		if err != nil {
			return fmt.Errorf("write case file: %w", err)
		}
		return x.check(ctx, at, validate, out)
	})
}

// single is one case file on its way into a folder.
type single struct {
	rooms   *setup.Rooms
	office  efile.Office
	version xdomea.Version
	file    archive.File
	message archive.Message
	events  []efile.Event // the case's log, from its beginning
	left    int           // documents that are in work or wait for a person, and are not exported
}

// describe reads everything in one transaction. The message bears the time of the last entry of the case's log and ids
// derived from it, so that it depends on nothing else.
func (x *single) describe(ctx context.Context, tx *records.Tx, reference, to string) error {
	c, err := tx.CaseByReference(ctx, reference)
	if err != nil {
		return fmt.Errorf("find case %s: %w", reference, err)
	}
	kept, err := workers.KeepAll(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if x.events, err = tx.CaseEvents(ctx, c.ID, 0); err != nil {
		return err
	}
	last := efile.Event{Time: c.Changed}
	if n := len(x.events); n > 0 {
		last = x.events[n-1]
	}
	var ok bool
	how := archive.Telling{Delivery: true, Originals: true}
	x.file, ok, err = workers.Describe(ctx, tx, x.office, c.ID, last.Sequence, kept, x.rooms.Catalogue, how)
	if err == nil && !ok {
		err = errors.New("there is nothing in it")
	}
	if err != nil {
		return err
	}
	if x.file.To.IsZero() { // still open: told as far as it is
		x.file.To = last.Time.In(x.file.From.Location())
	}
	for i := range x.file.Matters {
		if m := &x.file.Matters[i]; m.To.IsZero() {
			m.To = x.file.To
		}
	}
	x.message = archive.Message{
		ID: derived("message", c.ID, last.Sequence), Process: derived("process", c.ID, last.Sequence), Type: efile.MessageDelivery,
		Created: last.Time, Number: 1, Of: 1, Product: "eakte", Release: setup.Release(),
		Sender:   efile.Agency{Name: x.office.Name, Short: x.office.Key, Key: x.office.Key, Prefix: "eakte"},
		Receiver: efile.Agency{Name: "Export einer einzelnen Akte", Short: "Export", Key: "export", Prefix: "eakte"},
		Files:    func(yield func(archive.File, error) bool) { yield(x.file, nil) },
	}
	return errors.Join(x.address(ctx, tx, to), x.pending(ctx, tx, c.ID))
}

// address puts in sender and receiver as an archive knows them.
func (x *single) address(ctx context.Context, tx *records.Tx, to string) error {
	if to == "" {
		return nil
	}
	a, err := findArchive(ctx, tx, to)
	if err != nil {
		return err
	}
	x.message.Sender = a.Sender
	x.message.Receiver = efile.Agency{Name: a.Name, Short: a.Short, Prefix: a.Prefix, Key: a.Key}
	return nil
}

func (x *single) pending(ctx context.Context, tx *records.Tx, caseID efile.ID) error {
	all, err := tx.Documents(ctx, caseID)
	x.left = 0
	for _, d := range all {
		switch d.Status {
		case efile.Received, efile.Processing, efile.Review:
			x.left++
		}
	}
	return err
}

// derived is a UUID of version 8 that depends on what it is for and on the state of the case file.
func derived(what string, caseID efile.ID, sequence int64) (id efile.ID) {
	sum := sha256.Sum256(fmt.Appendf(nil, "eakte export case %s %s %d", what, caseID, sequence))
	copy(id[:], sum[:])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id
}

// packers write a case file below a folder and say where it is.
var packers = map[string]func(context.Context, *single, string) (string, error){
	"xdomea": func(ctx context.Context, x *single, dir string) (string, error) {
		at := filepath.Join(dir, xdomea.ContainerName(x.version, x.message.Process, x.message.Type, 1))
		_, err := container.Write(ctx, at, x.entries())
		return at, err
	},
	"bagit": func(ctx context.Context, x *single, dir string) (string, error) {
		at := filepath.Join(dir, x.file.ID.Public(efile.PrefixCase))
		info := bagit.Info{Source: x.office.Name, Identifier: x.message.Process.String(), Summary: "One electronic case file, described in xdomea",
			Software: "eakte " + setup.Release(), Date: x.message.Created.UTC()}
		_, err := container.WriteFolder(ctx, at, bagit.Entries("", info, also(x.entries(), x.log())))
		return at, err
	},
	"eark": func(ctx context.Context, x *single, dir string) (string, error) {
		base := x.message.Process.String()
		p := eark.Package{Message: x.message, Name: xdomea.FileName, Open: x.open, Descriptive: x.xml(),
			Documentation: []container.Entry{x.log()}}
		_, err := container.WriteFolder(ctx, filepath.Join(dir, base), below(base, eark.Entries(p)))
		return filepath.Join(dir, base), err
	},
}

// below takes the folder off the names of entries.
func below(base string, entries container.Entries) container.Entries {
	return func(yield func(container.Entry, error) bool) {
		for e, err := range entries {
			if e.Name = strings.TrimPrefix(e.Name, base+"/"); !yield(e, err) {
				return
			}
		}
	}
}

// entries are the message and all files, as they come from the store.
func (x *single) entries() container.Entries {
	return func(yield func(container.Entry, error) bool) {
		if !yield(x.xml(), nil) {
			return
		}
		for _, f := range formatsOf(x.file) {
			e := container.Entry{Name: xdomea.FileName(f), Size: f.Size, SHA256: f.SHA256,
				Open: func(ctx context.Context) (io.ReadCloser, error) { return x.open(ctx, f) }}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// also adds an entry at the end.
func also(entries container.Entries, last container.Entry) container.Entries {
	return func(yield func(container.Entry, error) bool) {
		for e, err := range entries {
			if !yield(e, err) {
				return
			}
		}
		yield(last, nil)
	}
}

// log is the case's part of the event log, as `eakte verify --chain` proves it. xdomea has a place for what happened, not for
// the proof of it.
func (x *single) log() container.Entry {
	return container.Entry{Name: chain.Name, Size: container.Unknown,
		Write: func(w io.Writer) error { return chain.Write(w, x.events) }}
}

func (x *single) xml() container.Entry {
	return container.Entry{Name: xdomea.XMLName(x.version, x.message.Process, x.message.Type, 1), Size: container.Unknown,
		Write: func(w io.Writer) error { return xdomea.Write(w, x.version, x.message) }}
}

func (x *single) open(ctx context.Context, f archive.Format) (io.ReadCloser, error) {
	return x.rooms.Objects.Get(ctx, storage.Object{Key: f.Key, Size: f.Size, SHA256: f.SHA256})
}

// formatsOf are all files of a case file, in its order.
func formatsOf(f archive.File) (all []archive.Format) {
	var add func([]archive.Document)
	add = func(documents []archive.Document) {
		for _, d := range documents {
			all = append(all, d.Formats...)
			add(d.Attachments)
		}
	}
	add(f.Documents)
	for _, m := range f.Matters {
		add(m.Documents)
	}
	return all
}

// check opens what was written again. The container is held against the records, not against itself; the other two against
// their own lists, which were made while the digests of the ingest were compared.
func (x *single) check(ctx context.Context, at string, validate byVersion, out io.Writer) error {
	found, err := inspect(ctx, at, validate)
	if err != nil {
		return fmt.Errorf("check what was written: %w", err)
	}
	if found.Kind == "container" {
		more, err := archive.Check(ctx, at, x.expected(at), examiner(xdomea.Want{Version: x.version, Process: x.message.Process,
			Type: x.message.Type, ID: x.message.ID, Number: 1, Of: 1}), nil)
		if err != nil {
			return fmt.Errorf("check what was written: %w", err)
		}
		found.add(more...)
	}
	if err := printSeen(out, found); err != nil {
		return err
	}
	if x.left > 0 {
		fmt.Fprintf(out, "    %d documents are NOT in it: they are in work or wait for a person\n", x.left)
	}
	if len(found.Findings) > 0 {
		return errFound
	}
	return nil
}

func (x *single) expected(at string) archive.Expected {
	want := archive.Expected{File: filepath.Base(at), Version: string(x.version), Process: x.message.Process, Type: x.message.Type,
		Records: []efile.ID{x.file.ID}}
	for _, m := range x.file.Matters {
		want.Records = append(want.Records, m.ID)
	}
	for _, f := range formatsOf(x.file) {
		want.Entries = append(want.Entries, efile.MessageEntry{Name: xdomea.FileName(f), Size: f.Size, SHA256: f.SHA256})
	}
	return want
}
