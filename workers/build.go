package workers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// made is a message as it lies on disk, ready to be checked.
type made struct {
	path    string // of what leaves: the container, or the bag around it
	size    int64
	sha256  string
	entries []efile.MessageEntry // of the container

	container string             // its path
	expected  archive.Expected   // what it must be
	wrapped   efile.MessageEntry // the container in the bag; zero: it leaves as it is
}

// make builds the message and, if it is a delivery and the archive wants that, wraps it. Offers and receipts hold no files
// and are for the archive's software: they are never wrapped.
func (m *sending) make(ctx context.Context, dir string) (made, error) {
	name := xdomea.ContainerName(m.version, m.disposal.ID, m.message.Type, m.message.Number)
	path := filepath.Join(dir, name)
	written, expected, err := m.build(ctx, path)
	out := made{path: path, size: written.Size, sha256: written.SHA256, entries: written.Entries, container: path, expected: expected}
	if err != nil || m.message.Type != efile.MessageDelivery || !m.archive.Bag {
		return out, err
	}
	out.path = filepath.Join(dir, bagit.WrapName(name))
	out.wrapped = efile.MessageEntry{Name: name, Size: written.Size, SHA256: written.SHA256}
	bag, err := bagit.Wrap(ctx, out.path, path, out.wrapped, bagit.Info{
		Source: m.archive.Sender.Name, Identifier: m.disposal.ID.String(), Summary: "xdomea " + string(m.version) + ", " + xdomea.MessageName(m.message.Type),
		Software: "eakte " + m.w.Archives.Release, Date: m.message.Created,
	})
	out.size, out.sha256 = bag.Size, bag.SHA256
	if err != nil {
		return out, fmt.Errorf("wrap message %s of disposal %s: %w", m.message.Type, m.disposal.ID, err)
	}
	return out, nil
}

// build writes the container and says what it must be. The message comes first, written case file by case file; while it is
// written it is noted which files it names, and those follow in the order of their names.
func (m *sending) build(ctx context.Context, path string) (container.Written, archive.Expected, error) {
	want := archive.Expected{
		File: filepath.Base(path), Version: string(m.version), Process: m.disposal.ID, Type: m.message.Type,
	}
	var files []archive.Format
	message := container.Entry{
		Name: xdomea.XMLName(m.version, m.disposal.ID, m.message.Type, m.message.Number),
		Write: func(w io.Writer) error {
			files, want.Records, want.Frames = nil, nil, nil
			return xdomea.Write(w, m.version, m.tell(m.files(ctx, func(f archive.File) {
				files = append(files, formatsOf(f)...)
				expect(&want, f)
			})))
		},
	}
	written, err := container.Write(ctx, path, func(yield func(container.Entry, error) bool) {
		if !yield(message, nil) {
			return
		}
		slices.SortFunc(files, func(a, b archive.Format) int { return strings.Compare(xdomea.FileName(a), xdomea.FileName(b)) })
		for _, f := range files {
			want.Entries = append(want.Entries, efile.MessageEntry{Name: xdomea.FileName(f), Size: f.Size, SHA256: f.SHA256})
			if !yield(m.entry(f), nil) {
				return
			}
		}
	})
	want.SHA256 = written.SHA256
	if err != nil {
		return written, want, fmt.Errorf("build message %s of disposal %s: %w", m.message.Type, m.disposal.ID, err)
	}
	return written, want, nil
}

// tell is the message around the case files.
func (m *sending) tell(files iter.Seq2[archive.File, error]) archive.Message {
	return archive.Message{
		ID: m.message.ID, Process: m.disposal.ID, Type: m.message.Type, Created: m.message.Created, Number: m.message.Number, Of: m.message.Of,
		Sender: m.archive.Sender, Receiver: efile.Agency{Name: m.archive.Name, Short: m.archive.Short, Prefix: m.archive.Prefix, Key: m.archive.Key},
		Product: "eakte", Release: m.w.Archives.Release, Files: files,
	}
}

// files reads one case file after the other and shows each to seen before it is told.
func (m *sending) files(ctx context.Context, seen func(archive.File)) iter.Seq2[archive.File, error] {
	how := archive.Telling{Delivery: m.message.Type == efile.MessageDelivery, Originals: m.archive.Originals}
	decided := map[efile.ID]efile.DisposalRecord{}
	for _, r := range m.records {
		decided[r.ID] = r
	}
	return func(yield func(archive.File, error) bool) {
		number := 0
		for _, r := range m.records {
			if r.Level != efile.LevelCase {
				continue
			}
			var file archive.File
			var ok bool
			err := m.w.Records.View(ctx, system(m.office.ID), func(tx *records.Tx) error {
				var err error
				file, ok, err = Describe(ctx, tx, m.office, r.CaseID, m.message.Through, decided, m.w.Catalogue, how)
				return err
			})
			if err == nil && !ok {
				continue
			}
			number++
			file.Number = number
			if err == nil {
				seen(file)
			}
			if !yield(file, err) || err != nil {
				return
			}
		}
	}
}

// expect notes which records the message must hold.
func expect(want *archive.Expected, f archive.File) {
	if f.Context {
		want.Frames = append(want.Frames, f.ID)
	} else {
		want.Records = append(want.Records, f.ID)
	}
	for _, m := range f.Matters {
		want.Records = append(want.Records, m.ID)
	}
}

// formatsOf are all files of a case file.
func formatsOf(f archive.File) []archive.Format {
	var out []archive.Format
	var take func([]archive.Document)
	take = func(docs []archive.Document) {
		for _, d := range docs {
			out = append(out, d.Formats...)
			take(d.Attachments)
		}
	}
	take(f.Documents)
	for _, m := range f.Matters {
		take(m.Documents)
	}
	return out
}

// entry is a stored object as a file of the container.
func (m *sending) entry(f archive.Format) container.Entry {
	return container.Entry{
		Name: xdomea.FileName(f), Size: f.Size, SHA256: f.SHA256,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			return m.w.Store.Get(ctx, storage.Object{Key: f.Key, Size: f.Size, SHA256: f.SHA256})
		},
	}
}

// check opens the finished container again, and the bag around it. What it finds is kept with the message, and nothing leaves.
func (m *sending) check(ctx context.Context, made made) error {
	want := made.expected
	var validate archive.Validator
	if m.w.Archives.Schemas != "" {
		validate = m.validate
	}
	if m.message.Type == efile.MessageAppraisalReceipt {
		want.Records = nil
	}
	found, err := archive.Check(ctx, made.container, want, m.examine(want), validate)
	if err == nil && made.wrapped.Name != "" {
		var more []archive.Finding
		more, err = bagit.CheckWrapped(ctx, made.path, made.wrapped, made.sha256)
		found = append(found, more...)
	}
	if err != nil || len(found) == 0 {
		return err
	}
	m.message.Findings = nil
	for _, f := range found {
		m.message.Findings = append(m.message.Findings, efile.CheckFinding(f))
	}
	err = m.w.Records.In(ctx, system(m.office.ID), func(tx *records.Tx) error { return tx.SaveMessage(ctx, m.message) })
	return errors.Join(err, fault.New(fault.Review, fault.ContainerInvalid,
		fmt.Errorf("our own check found %d mistakes, the first is %s", len(found), found[0].Code)))
}

// examine holds the message against the rules that no schema knows.
func (m *sending) examine(want archive.Expected) archive.Examiner {
	return func(_ context.Context, r io.Reader) (archive.Contents, []archive.Finding, error) {
		if m.message.Type == efile.MessageAppraisalReceipt {
			read, err := xdomea.Read(r, xdomea.AnswerLimits(), nil)
			return archive.Contents{Process: read.Process}, nil, err
		}
		told := map[efile.ID]bool{}
		for _, id := range slices.Concat(want.Records, want.Frames) {
			told[id] = true
		}
		got, found, err := xdomea.Examine(r, xdomea.Want{
			Version: m.version, Process: m.disposal.ID, Type: m.message.Type, ID: m.message.ID, Number: m.message.Number, Of: m.message.Of,
			Sender: m.archive.Sender, Records: told,
		})
		out := archive.Contents{Process: got.Process}
		for _, r := range got.Records {
			out.Records = append(out.Records, r.ID)
		}
		for _, f := range got.Files {
			out.Files = append(out.Files, archive.NamedFile{Name: f.Name, Code: f.Code, SHA256: f.SHA256, Size: f.Size})
		}
		var all []archive.Finding
		for _, f := range found {
			all = append(all, archive.Finding(f))
		}
		return out, all, err
	}
}

// validate has a reader hold the message against its schema.
func (m *sending) validate(ctx context.Context, r io.Reader) ([]archive.Finding, error) {
	verdict, err := CheckSchema(ctx, m.w.Readers, m.w.Archives.Schemas, m.version, r)
	if err != nil {
		return nil, err
	}
	var found []archive.Finding
	for _, e := range verdict.Errors {
		found = append(found, archive.Finding{Subject: fmt.Sprintf("%d: %s", e.Line, e.Text)})
	}
	if !verdict.Valid && len(found) == 0 {
		found = append(found, archive.Finding{})
	}
	return found, nil
}

// spill writes what a reader gives into a new file.
func spill(r io.Reader, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) //nolint:gosec // a folder of ours
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
