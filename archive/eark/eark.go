// Package eark packs a delivery as a submission information package of E-ARK (CSIP 2.2, E-ARK SIP 2.2), for archives that
// do not speak xdomea alone. The message in xdomea is the descriptive metadata, the event log becomes PREMIS 3, and the
// files as handed in and their archival forms are two representations.
//
//	<process>/METS.xml
//	<process>/metadata/descriptive/       the message
//	<process>/metadata/preservation/      premis.xml
//	<process>/representations/original/   METS.xml, data/
//	<process>/representations/archival/   METS.xml, data/
//	<process>/schemas/, documentation/    what the caller has, and a page that says what this is
//
// Requirements (CSIP1, SIP2, …) are those of the two METS profiles. Start reading at Entries.
package eark

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
)

// Package is what goes into a submission.
type Package struct {
	// Message is a delivery. Its Files are ranged over several times and must be the same every time.
	Message archive.Message

	// Name returns the name of a format's file, the one that the descriptive metadata names; Open opens it.
	Name func(archive.Format) string
	Open func(context.Context, archive.Format) (io.ReadCloser, error)

	// Descriptive is the message in xdomea, with a plain name.
	Descriptive container.Entry

	// Schemas and Documentation have plain names. The schemas of the standards are not ours to hand out: the caller has
	// them, or the page in the folder says where they are.
	Schemas       []container.Entry
	Documentation []container.Entry
}

// representation is one form of all files.
type representation struct {
	name     string
	archival bool
}

func representations() []representation {
	return []representation{{"original", false}, {"archival", true}}
}

// Entries returns the files of the package below a folder that is called as the process, for container.WriteTree or
// container.WriteFolder. They depend on p alone. A representation without files is left out. Each file is read once, while
// it is written; memory grows with the number of the package's own files only.
func Entries(p Package) container.Entries {
	return func(yield func(container.Entry, error) bool) {
		b := &builder{p: p, base: p.Message.Process.String(), yield: yield}
		_ = b.metadata() && b.pages() && b.representations() && b.put("METS.xml", nil, b.packageMETS)
	}
}

// listed is a file that the METS of the package lists.
type listed struct {
	id   string
	path string // below the package
	mime string
	efile.MessageEntry
}

type builder struct {
	p     Package
	base  string
	yield func(container.Entry, error) bool

	descriptive, preservation listed
	schemas, documentation    []listed
	reps                      []listed // their METS
}

// add hands over an entry at a path below the package and returns when it is written.
func (b *builder) add(at string, e container.Entry, into *listed) bool {
	if into != nil {
		done := e.Done
		e.Done = func(got efile.MessageEntry) {
			*into = listed{id: into.id, path: at, mime: mimeOf(at), MessageEntry: got}
			if done != nil {
				done(got)
			}
		}
	}
	e.Name = path.Join(b.base, at)
	return b.yield(e, nil)
}

func (b *builder) put(at string, into *listed, write func(*out)) bool {
	return b.add(at, container.Entry{Size: container.Unknown, Write: func(w io.Writer) error {
		o := newOut(w)
		write(o)
		return o.end()
	}}, into)
}

func (b *builder) metadata() bool {
	b.descriptive.id, b.preservation.id = "dmd-message", "md-premis"
	return b.add("metadata/descriptive/"+b.p.Descriptive.Name, b.p.Descriptive, &b.descriptive) &&
		b.put("metadata/preservation/premis.xml", &b.preservation, b.premis)
}

// pages hands over schemas and documentation, each with a page of ours.
func (b *builder) pages() bool {
	group := func(folder string, entries []container.Entry, into *[]listed) bool {
		entries = append([]container.Entry{page(about[folder])}, entries...)
		*into = make([]listed, len(entries))
		for i, e := range entries {
			(*into)[i].id = fmt.Sprintf("%s-%d", folder, i+1)
			if !b.add(folder+"/"+e.Name, e, &(*into)[i]) {
				return false
			}
		}
		return true
	}
	return group("schemas", b.p.Schemas, &b.schemas) && group("documentation", b.p.Documentation, &b.documentation)
}

func page(text string) container.Entry {
	return container.Entry{Name: "README.txt", Size: container.Unknown, Write: func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}}
}

// about says in the folders what is in them, to someone who has nothing but the package.
var about = map[string]string{
	"schemas": "Schemas used in this package\n\n" +
		"METS 1.12      http://www.loc.gov/METS/\n" +
		"CSIP 2.2       https://DILCIS.eu/XML/METS/CSIPExtensionMETS\n" +
		"E-ARK SIP 2.2  https://DILCIS.eu/XML/METS/SIPExtensionMETS\n" +
		"PREMIS 3.0     http://www.loc.gov/premis/v3\n" +
		"xdomea         the namespace of the message in metadata/descriptive; published at https://www.xrepository.de\n",
	"documentation": "What this package is\n\n" +
		"A delivery (Aussonderung) of a German immigration office's electronic case files to an archive.\n" +
		"metadata/descriptive holds the message in xdomea; it describes every case file, proceeding and document and names\n" +
		"the files. metadata/preservation holds what happened to them. representations/original has the files as they were\n" +
		"handed in, representations/archival the same documents as PDF/A. File names are the identifiers of the files.\n",
}

// representations hands over the files and the METS of each.
func (b *builder) representations() bool {
	for _, rep := range representations() {
		dir := "representations/" + rep.name + "/"
		any := false
		for f, err := range b.formats() {
			if err != nil {
				b.yield(container.Entry{}, err)
				return false
			}
			if f.Archival != rep.archival {
				continue
			}
			any = true
			format := f.Format
			e := container.Entry{Size: f.Size, SHA256: f.SHA256, Open: func(ctx context.Context) (io.ReadCloser, error) {
				return b.p.Open(ctx, format)
			}}
			if !b.add(dir+"data/"+b.p.Name(format), e, nil) {
				return false
			}
		}
		if !any {
			continue
		}
		b.reps = append(b.reps, listed{id: "rep-" + rep.name})
		if !b.put(dir+"METS.xml", &b.reps[len(b.reps)-1], func(o *out) { b.representationMETS(o, rep) }) {
			return false
		}
	}
	return true
}

// formatOf is a format with the document it belongs to.
type formatOf struct {
	archive.Format
	document efile.ID
}

// formats goes through all files of all documents.
func (b *builder) formats() iter.Seq2[formatOf, error] {
	return func(yield func(formatOf, error) bool) {
		for r, err := range b.records() {
			if err != nil {
				yield(formatOf{}, err)
				return
			}
			for _, f := range r.formats {
				if !yield(formatOf{f, r.ID}, nil) {
					return
				}
			}
		}
	}
}

// record is a case file, matter or document with what it is part of.
type record struct {
	archive.Record
	parent  efile.ID
	formats []archive.Format
}

// records goes through everything from top to bottom.
func (b *builder) records() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for f, err := range b.p.Message.Files {
			if err != nil {
				yield(record{}, err)
				return
			}
			if !yield(record{Record: f.Record}, nil) || !documents(f.Documents, f.ID, yield) {
				return
			}
			for _, m := range f.Matters {
				if !yield(record{Record: m.Record, parent: f.ID}, nil) || !documents(m.Documents, m.ID, yield) {
					return
				}
			}
		}
	}
}

func documents(all []archive.Document, parent efile.ID, yield func(record, error) bool) bool {
	for _, d := range all {
		if !yield(record{Record: d.Record, parent: parent, formats: d.Formats}, nil) || !documents(d.Attachments, d.ID, yield) {
			return false
		}
	}
	return true
}

func mimeOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml", ".xsd":
		return "application/xml"
	case ".txt", ".md":
		return "text/plain"
	case ".pdf":
		return "application/pdf"
	case ".html":
		return "text/html"
	}
	return "application/octet-stream"
}
