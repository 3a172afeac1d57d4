package archive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

// Facts are what is on record of one case file.
type Facts struct {
	Office     efile.Office
	Case       efile.Case
	Retention  efile.Retention
	UnitTitle  string // of the retention's filing-plan unit
	Matters    []efile.Matter
	Records    map[efile.ID]efile.DisposalRecord // of the disposal, by case or matter
	Documents  []efile.Document
	Fields     map[efile.ID][]efile.Field // by document
	Renditions map[efile.ID][]efile.Rendition
	Events     []efile.Event            // of the case, in their order
	Say        func(note string) string // a document's note for people; nil: as it is
}

// Telling says how much of a case file a message tells.
type Telling struct {
	Delivery  bool // files and decisions; false: an offer, which has neither
	Originals bool // also the files as handed in, where there is another form
}

// german is the language of messages to German archives.
const german = "de"

// Describe makes the case file of a message from what is on record; ok is false if nothing of it is told. An offer tells
// everything. A delivery tells what the archive keeps: a file that is kept without its matters that are not, and of a file
// that is not kept only a frame around the matters that are. Taken back and rejected documents are in neither: they never
// became part of the file.
func Describe(f Facts, names *catalogue.Catalogue, how Telling) (file File, ok bool) {
	d := describer{f, names, how, entries(f.Events)}
	own := f.Records[f.Case.ID]
	file = File{
		Record: Record{
			ID: f.Case.ID, Number: 1, Subject: cmp.Or(f.Case.Title, "Ausländerakte "+f.Case.Reference), Reference: f.Case.Reference,
			Leading: f.Office.Name, Medium: Electronic, From: earlier(f.Case.Opened, f.Case.Closed), To: f.Case.Closed, Closed: f.Case.Closed,
			Retention: d.period(), Decision: own.Decision, Proposal: own.Proposal, Why: f.Retention.Basis,
			History: d.history[subjectOf(f.Case.ID, efile.ID{})],
		},
		Unit: f.Retention.Unit, UnitTitle: f.UnitTitle,
		Context: how.Delivery && own.Decision != efile.Keep,
	}
	for _, m := range f.Matters {
		if how.Delivery && f.Records[m.ID].Decision != efile.Keep {
			continue
		}
		file.Matters = append(file.Matters, d.matter(m, len(file.Matters)+1))
	}
	if !file.Context {
		placed := map[efile.ID]bool{}
		for _, m := range f.Matters {
			placed[m.ID] = true
		}
		file.Documents = d.documents(func(doc efile.Document) bool { return !placed[doc.MatterID] })
	}
	return file, !file.Context || len(file.Matters) > 0
}

// earlier keeps a file that was opened here after it was closed elsewhere from ending before it began.
func earlier(opened, closed time.Time) time.Time {
	if !closed.IsZero() && closed.Before(opened) {
		return closed
	}
	return opened
}

// describer is one call of Describe.
type describer struct {
	Facts
	names   *catalogue.Catalogue
	how     Telling
	history map[string][]Entry
}

func (d describer) period() Period {
	p := Period{Years: d.Retention.Years, Unlimited: d.Retention.Unlimited}
	if !d.Retention.Due.IsZero() {
		p.End = d.Retention.Due.AddDate(0, 0, -1)
	}
	return p
}

func (d describer) matter(m efile.Matter, number int) Matter {
	kind := m.Procedure
	if p, ok := d.names.Procedure(m.Procedure); ok {
		kind = p.Names.In(german)
	}
	own := d.Records[m.ID]
	closed := m.Closed
	if closed.IsZero() {
		closed = d.Case.Closed
	}
	return Matter{
		Record: Record{
			ID: m.ID, Number: number, Subject: kind, Reference: d.Case.Reference, Leading: d.Office.Name, Medium: Electronic,
			From: earlier(m.Opened, closed), To: closed, Closed: closed, Retention: d.period(), Decision: own.Decision, Proposal: own.Proposal,
			Why: d.Retention.Basis,
		},
		Kind:      kind,
		Documents: d.documents(func(doc efile.Document) bool { return doc.MatterID == m.ID }),
	}
}

// documents describes those that nothing else contains, in the order in which they came.
func (d describer) documents(is func(efile.Document) bool) []Document {
	var out []Document
	for _, doc := range d.Documents {
		if is(doc) && d.told(doc) && !d.contained(doc) {
			out = append(out, d.document(doc, len(out)+1))
		}
	}
	return out
}

// contained reports whether a document is told as a part of the e-mail it came with. One whose e-mail is not told, or belongs
// to another matter, stands for itself: what is kept must not get lost with what is not.
func (d describer) contained(doc efile.Document) bool {
	return slices.ContainsFunc(d.Documents, func(parent efile.Document) bool {
		return parent.ID == doc.ParentID && parent.MatterID == doc.MatterID && d.told(parent)
	})
}

// told reports whether a document is part of the file. In a delivery it must have something to deliver.
func (d describer) told(doc efile.Document) bool {
	return doc.Status == efile.Filed && (!d.how.Delivery || len(d.Renditions[doc.ID]) > 0)
}

func (d describer) document(doc efile.Document, number int) Document {
	kind := ""
	if t, ok := d.names.Type(doc.Type); ok {
		kind = t.Names.In(german)
	}
	out := Document{
		Record: Record{
			ID: doc.ID, Number: number, Subject: cmp.Or(kind, doc.FileName, "Schriftstück"), Medium: Electronic,
			From: doc.Received, To: doc.Received, History: d.history[subjectOf(doc.CaseID, doc.ID)],
		},
		Kind: kind, Received: doc.Received, Dated: d.dated(doc), Author: string(doc.Channel),
		Remark: d.remark(doc),
	}
	if d.how.Delivery {
		out.Formats = d.formats(doc)
	}
	for _, child := range d.Documents {
		if child.ParentID == doc.ID && child.MatterID == doc.MatterID && d.told(child) {
			out.Attachments = append(out.Attachments, d.document(child, len(out.Attachments)+1))
		}
	}
	return out
}

func (d describer) remark(doc efile.Document) string {
	var said []string
	for _, note := range doc.Notes {
		if d.Say != nil {
			note = d.Say(note)
		}
		said = append(said, note)
	}
	return strings.Join(said, " ")
}

// dated is the date that stands on a document.
func (d describer) dated(doc efile.Document) time.Time {
	for _, f := range d.Fields[doc.ID] {
		if f.Name == "issue_date" {
			if day, err := time.Parse(time.DateOnly, f.Value); err == nil {
				return day
			}
		}
	}
	return time.Time{}
}

// formats are the archival rendition first, then the file as handed in, if it is wanted and is not the same bytes. A
// document without an archival rendition is delivered as it was handed in.
func (d describer) formats(doc efile.Document) []Format {
	var out []Format
	for _, kind := range []efile.RenditionKind{efile.Archival, efile.Original} {
		at := slices.IndexFunc(d.Renditions[doc.ID], func(r efile.Rendition) bool { return r.Kind == kind })
		if at < 0 || len(out) > 0 && (!d.how.Originals || out[0].SHA256 == d.Renditions[doc.ID][at].SHA256) {
			continue
		}
		r := d.Renditions[doc.ID][at]
		out = append(out, Format{
			ID: r.ID, Archival: kind == efile.Archival, MediaType: r.MediaType, Standard: r.Format, Original: doc.FileName,
			Made: r.Created, Signed: kind == efile.Original && slices.Contains(doc.Notes, "signed"), Size: r.Size, SHA256: r.SHA256,
			Key: r.Key,
		})
	}
	return out
}

// subjectOf is how events name a case or a document of it.
func subjectOf(caseID, docID efile.ID) string {
	s := "cases/" + caseID.Public(efile.PrefixCase)
	if !docID.IsZero() {
		s += "/documents/" + docID.Public(efile.PrefixDocument)
	}
	return s
}

// entries sorts events by what they are about. Whatever is about neither the case nor a document of it (a request, a
// submission) belongs to the case's history.
func entries(events []efile.Event) map[string][]Entry {
	out := map[string][]Entry{}
	for _, e := range events {
		actor := string(e.Actor.Kind)
		if !e.Actor.ID.IsZero() {
			actor += " " + e.Actor.ID.String()
		}
		subject := e.Subject
		if !strings.Contains(subject, "/documents/") {
			subject = subjectOf(e.CaseID, efile.ID{})
		}
		out[subject] = append(out[subject], Entry{Actor: actor, Time: e.Time, What: string(e.Type)})
	}
	return out
}
