package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/eark"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/workers"
)

// errFound makes the command end with an error after it has said what is wrong.
var errFound = errors.New("there are findings")

// seen is what `eakte export verify` says of a file or folder; docs/operation.md explains it for those who read it as JSON.
type seen struct {
	File     string     `json:"file"` // as given
	Kind     string     `json:"kind"` // container, wrapped, bag, package or empty: none that is known
	Version  string     `json:"version,omitempty"`
	Message  string     `json:"message,omitempty"` // its number
	Process  string     `json:"process,omitempty"`
	SHA256   string     `json:"sha256,omitempty"` // of the file
	Inside   string     `json:"inside,omitempty"` // the container in a bag
	Records  int        `json:"records"`          // case files and matters
	Files    int        `json:"files"`            // that the message names
	Schema   bool       `json:"schema"`           // it was held against the schema
	Findings []sentence `json:"findings"`
}

// sentence is a finding with what it means.
type sentence struct {
	Code    string `json:"code"`
	Record  string `json:"record,omitempty"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
}

func (s *seen) add(found ...archive.Finding) {
	for _, f := range found {
		one := sentence{Code: f.Code, Subject: plain(f.Subject), Text: meaning(f.Code)}
		if !f.Record.IsZero() {
			one.Record = f.Record.String()
		}
		s.Findings = append(s.Findings, one)
	}
}

// exportVerify checks what was made for an archive, or came from one, without database, store or network. It trusts nothing
// about the file.
func exportVerify(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export verify")
	schemas := flags.String("schemas", config.Schemas, "folder of the schemas of xdomea, one folder for each version; default EAKTE_XDOMEA_SCHEMAS")
	asJSON := flags.Bool("json", false, "print a JSON object")
	if err := parseMixedSome(flags, args, 1, 1); err != nil {
		return err
	}
	validate, stop, err := schemaCheck(ctx, config, *schemas)
	if err != nil {
		return err
	}
	defer stop()
	found, err := inspect(ctx, flags.Arg(0), validate)
	if err != nil {
		return fmt.Errorf("check %s: %w", flags.Arg(0), err)
	}
	if *asJSON {
		err = jsonLines[seen](out)(found)
	} else {
		err = printSeen(out, found)
	}
	if err == nil && len(found.Findings) > 0 {
		return errFound
	}
	return err
}

// byVersion holds a message of a version against its schema; nil: there are no schemas.
type byVersion func(xdomea.Version) archive.Validator

// schemaCheck starts a reader for messages, which are a stranger's, if there are schemas to hold them against.
func schemaCheck(ctx context.Context, config setup.Config, schemas string) (byVersion, func(), error) {
	if schemas == "" {
		return nil, func() {}, nil
	}
	if _, err := os.Stat(schemas); err != nil {
		return nil, nil, fmt.Errorf("schemas of xdomea: %w", err)
	}
	config.Cores = 1
	pool, _, stop, err := alone(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	return func(v xdomea.Version) archive.Validator {
		return func(ctx context.Context, message io.Reader) ([]archive.Finding, error) {
			verdict, err := workers.CheckSchema(ctx, pool, schemas, v, message)
			var found []archive.Finding
			for _, m := range verdict.Errors {
				found = append(found, archive.Finding{Code: archive.FoundSchema, Subject: fmt.Sprintf("line %d: %s", m.Line, m.Text)})
			}
			if !verdict.Valid && err == nil && len(found) == 0 {
				found = append(found, archive.Finding{Code: archive.FoundSchema})
			}
			return found, err
		}
	}, stop, nil
}

// inspect tells a container from a bag and a package.
func inspect(ctx context.Context, file string, validate byVersion) (seen, error) {
	s := seen{File: file, Findings: []sentence{}}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return s, err
	case info.IsDir():
		return s, s.folder(ctx, file, validate)
	case !info.Mode().IsRegular():
		return s, errors.New("not a file or folder")
	}
	p, err := bagit.OpenPacked(file)
	if errors.Is(err, bagit.ErrNoBag) {
		return s, s.container(ctx, file, validate)
	}
	if err != nil {
		return s, err
	}
	defer func() { _ = p.Close() }()
	return s, s.packed(ctx, file, p, validate)
}

// packed checks a bag in one ZIP, and the container that it wraps.
func (s *seen) packed(ctx context.Context, file string, p *bagit.Packed, validate byVersion) error {
	s.Kind = "bag"
	s.add(p.Found...)
	if p.FS == nil {
		return s.digests(ctx, file)
	}
	inside, err := p.Payload()
	if err != nil || !strings.EqualFold(path.Ext(inside), ".zip") {
		return errors.Join(err, s.bag(ctx, p.FS, validate), s.digests(ctx, file))
	}
	found, err := bagit.Verify(ctx, p.FS)
	if err != nil {
		return err
	}
	s.add(found...)
	dir, err := os.MkdirTemp("", "eakte-bag-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	unpacked := filepath.Join(dir, inside)
	if err := p.Unpack(inside, unpacked); bagit.Unsound(err) {
		return s.digests(ctx, file) // Verify told
	} else if err != nil {
		return fmt.Errorf("unpack the container: %w", err)
	}
	if err := s.container(ctx, unpacked, validate); err != nil {
		return err
	}
	s.Kind, s.Inside = "wrapped", inside
	if filepath.Base(file) != bagit.WrapName(inside) {
		s.add(archive.Finding{Code: archive.FoundNameDiffers, Subject: filepath.Base(file)})
	}
	return s.digests(ctx, file)
}

// bag checks an open bag, and the message in it.
func (s *seen) bag(ctx context.Context, fsys fs.FS, validate byVersion) error {
	found, err := bagit.Verify(ctx, fsys)
	if err != nil {
		return err
	}
	s.add(found...)
	names, err := fs.Glob(fsys, "data/*.xml")
	if err != nil || len(names) != 1 {
		return err // a bag of something else is a bag
	}
	return s.message(ctx, fsys, names[0], validate)
}

// folder checks a bag or an E-ARK package, and the message in it.
func (s *seen) folder(ctx context.Context, dir string, validate byVersion) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	fsys := root.FS()
	switch s.Kind = "package"; {
	case exists(fsys, "bagit.txt"):
		s.Kind = "bag"
		return s.bag(ctx, fsys, validate)
	case !exists(fsys, "METS.xml"):
		s.Kind = ""
		s.add(archive.Finding{Code: foundNothing})
		return nil
	}
	found, err := eark.Verify(ctx, fsys)
	if err != nil {
		return err
	}
	s.add(found...)
	names, err := fs.Glob(fsys, "metadata/descriptive/*.xml")
	if err != nil || len(names) != 1 {
		return err // a package of something else is a package
	}
	return s.message(ctx, fsys, names[0], validate)
}

func exists(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// message examines the message of a folder, and looks whether the files that it names are there.
func (s *seen) message(ctx context.Context, fsys fs.FS, name string, validate byVersion) error {
	contents, found, err := examineFile(fsys, name, xdomea.Want{})
	if err != nil {
		return err
	}
	s.about(contents)
	want := xdomea.Want{Version: contents.Version, Process: contents.Process, Type: contents.Type}
	if contents.Version != "" {
		if _, found, err = examineFile(fsys, name, want); err != nil {
			return err
		}
	}
	s.add(found...)
	folders := []string{path.Dir(name), "representations/archival/data", "representations/original/data"}
	for _, f := range contents.Files {
		there := false
		for _, folder := range folders {
			there = there || fs.ValidPath(path.Join(folder, f.Name)) && exists(fsys, path.Join(folder, f.Name))
		}
		if !there {
			s.add(archive.Finding{Code: archive.FoundAbsent, Subject: f.Name})
		}
	}
	if validate == nil || contents.Version == "" {
		return nil
	}
	in, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	found, err = validate(contents.Version)(ctx, in)
	s.Schema = err == nil
	s.add(found...)
	return err
}

func examineFile(fsys fs.FS, name string, want xdomea.Want) (xdomea.Contents, []archive.Finding, error) {
	in, err := fsys.Open(name)
	if err != nil {
		return xdomea.Contents{}, nil, err
	}
	defer func() { _ = in.Close() }()
	contents, found, err := examine(in, want)
	if unread, ok := errors.AsType[*xdomea.Error](err); ok {
		return contents, append(found, unreadable(unread)), nil
	}
	return contents, found, err
}

// about notes what a message says of itself.
func (s *seen) about(c xdomea.Contents) {
	s.Version, s.Message = string(c.Version), string(c.Type)
	s.Records, s.Files = len(c.Records), len(c.Files)
	if !c.Process.IsZero() {
		s.Process = c.Process.String()
	}
}

// printSeen tells people what is in a file, and what is wrong with it.
func printSeen(out io.Writer, s seen) error {
	var text strings.Builder
	kind := map[string]string{"container": "container", "wrapped": "container in a BagIt bag", "bag": "BagIt bag", "package": "E-ARK package", "": "nothing that is known"}[s.Kind]
	fmt.Fprintf(&text, "%s: %s", filepath.Base(s.File), kind)
	if s.Version != "" {
		fmt.Fprintf(&text, ", message %s of xdomea %s, process %s, %d records, %d files", s.Message, s.Version, s.Process, s.Records, s.Files)
	}
	if s.SHA256 != "" {
		fmt.Fprintf(&text, "\n    SHA-256 %s", s.SHA256)
	}
	if s.Version != "" && !s.Schema {
		text.WriteString("\n    not held against the schema: -schemas or EAKTE_XDOMEA_SCHEMAS")
	}
	for _, f := range s.Findings {
		fmt.Fprintf(&text, "\n    %s", f)
	}
	if len(s.Findings) == 0 {
		text.WriteString("\n    nothing found")
	}
	_, err := fmt.Fprintln(out, text.String())
	return err
}

// String says what a finding means, about what, and its code.
func (s sentence) String() string {
	text := s.Text
	for _, about := range []string{s.Record, s.Subject} {
		if about != "" {
			text += ": " + about
		}
	}
	return text + " [" + s.Code + "]"
}

func sayFinding(f archive.Finding) string {
	var s seen
	s.add(f)
	return s.Findings[0].String()
}
