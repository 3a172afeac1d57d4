package main

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
)

// Codes of what only the check without an installation finds.
const (
	foundNothing = "kind_unknown"   // neither a container nor a bag nor a package
	foundSidecar = "sidecar_unread" // a file of digests beside the container that is none
)

// mostEntries and mostGrowth bound a container that is not known beforehand.
const (
	mostEntries = 1_000_000
	mostGrowth  = 4
)

// container checks a ZIP. What it should be is what its message says it is: the digests in the message, those in the files
// beside it, and the rules of names and structure.
func (s *seen) container(ctx context.Context, file string, validate byVersion) error {
	s.Kind = "container"
	want, contents, err := s.expected(ctx, file)
	if flaw, ok := errors.AsType[container.Flaw](err); ok {
		s.add(archive.Finding{Code: flaw.Code, Subject: flaw.Entry})
		return nil
	}
	if err != nil {
		return err
	}
	s.about(contents)
	var against archive.Validator
	if validate != nil && contents.Version != "" {
		against, s.Schema = validate(contents.Version), true
	}
	how := xdomea.Want{Version: contents.Version, Process: contents.Process, Type: contents.Type}
	found, err := archive.Check(ctx, file, want, examiner(how), against)
	if err != nil {
		return err
	}
	for _, f := range found {
		if !excused(contents.Type, f.Code) {
			s.add(f)
		}
	}
	return s.digests(ctx, file)
}

// excused knows what archives' software does that we do not: its ZIP files are written as a stream.
func excused(t efile.MessageType, code string) bool {
	switch t {
	case efile.MessageAppraisal, efile.MessageOfferReceipt, efile.MessageImport, efile.MessageDeliveryReceipt:
		return code == container.FlawStreamed || code == container.FlawForeign
	}
	return false
}

// expected reads the message for what should be in the container. Files that the message tells no digest of are taken as they
// are.
func (s *seen) expected(ctx context.Context, file string) (archive.Expected, xdomea.Contents, error) {
	want := archive.Expected{File: filepath.Base(file), Count: mostEntries}
	info, err := os.Stat(file)
	if err != nil {
		return want, xdomea.Contents{}, err
	}
	want.Size = info.Size()*mostGrowth + 1<<30
	r, _, err := container.Inspect(file, container.Ours(want.Count, want.Size)) // Check tells the flaws
	if err != nil {
		return want, xdomea.Contents{}, err
	}
	defer func() { _ = r.Close() }()
	contents, err := firstLook(r)
	if err != nil {
		return want, contents, err
	}
	want.Version, want.Process, want.Type = string(contents.Version), contents.Process, contents.Type
	named := map[string]xdomea.Named{}
	for _, f := range contents.Files {
		named[f.Name] = f
	}
	for _, e := range r.Entries() {
		if e.Name == r.XML() {
			continue
		}
		if f := named[e.Name]; f.SHA256 != "" {
			e.SHA256 = f.SHA256
			if f.Size > 0 {
				e.Size = f.Size
			}
		} else if got, err := r.Digest(ctx, e.Name); err == nil { // otherwise Check tells what is wrong with it
			e = got
		}
		want.Entries = append(want.Entries, e)
	}
	return want, contents, ctx.Err()
}

// firstLook reads the message as far as it can be read.
func firstLook(r *container.Reader) (xdomea.Contents, error) {
	if r.XML() == "" {
		return xdomea.Contents{}, nil
	}
	in, err := r.Open(r.XML())
	if _, flawed := errors.AsType[container.Flaw](err); flawed {
		return xdomea.Contents{}, nil
	}
	if err != nil {
		return xdomea.Contents{}, err
	}
	defer func() { _ = in.Close() }()
	contents, _, _ := xdomea.Examine(in, xdomea.Want{}) // Check tells
	return contents, nil
}

// examiner is how archive.Check reads a message of xdomea.
func examiner(want xdomea.Want) archive.Examiner {
	return func(_ context.Context, in io.Reader) (archive.Contents, []archive.Finding, error) {
		contents, found, err := examine(in, want)
		if unread, ok := errors.AsType[*xdomea.Error](err); ok {
			found = append(found, unreadable(unread))
		}
		out := archive.Contents{Process: contents.Process}
		for _, r := range contents.Records {
			out.Records = append(out.Records, r.ID)
		}
		for _, f := range contents.Files {
			out.Files = append(out.Files, archive.NamedFile{Name: f.Name, Code: f.Code, SHA256: f.SHA256, Size: f.Size})
		}
		return out, found, err
	}
}

// examine is xdomea.Examine in the words of package archive. A message that is neither offer nor delivery has no records of
// its own, which is right.
func examine(in io.Reader, want xdomea.Want) (xdomea.Contents, []archive.Finding, error) {
	contents, some, err := xdomea.Examine(in, want)
	var found []archive.Finding
	for _, f := range some {
		if f.Code == xdomea.FoundNoRecords && contents.Type != efile.MessageOffer && contents.Type != efile.MessageDelivery {
			continue
		}
		found = append(found, archive.Finding(f))
	}
	return contents, found, err
}

func unreadable(e *xdomea.Error) archive.Finding {
	return archive.Finding{Code: string(e.Code), Subject: e.Error()}
}

// digests digests the container, and compares it with the files of digests beside it, as sha256sum and sha512sum write them.
func (s *seen) digests(ctx context.Context, file string) error {
	in, err := os.Open(file) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	defer in.Close()
	sums := map[string]hash.Hash{".sha256": sha256.New(), ".sha512": sha512.New()}
	if _, err := io.Copy(io.MultiWriter(sums[".sha256"], sums[".sha512"]), in); err != nil {
		return err
	}
	s.SHA256 = hex.EncodeToString(sums[".sha256"].Sum(nil))
	for _, ending := range []string{".sha256", ".sha512"} {
		data, err := readSmall(file + ending)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		promised, _, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
		sum := sums[ending].Sum(nil)
		if given, err := hex.DecodeString(promised); err != nil || len(given) != len(sum) {
			s.add(archive.Finding{Code: foundSidecar, Subject: filepath.Base(file) + ending})
		} else if hex.EncodeToString(given) != hex.EncodeToString(sum) {
			s.add(archive.Finding{Code: archive.FoundSum, Subject: filepath.Base(file) + ending})
		}
	}
	return ctx.Err()
}
