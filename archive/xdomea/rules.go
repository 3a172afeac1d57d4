package xdomea

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// deepest is how many levels receivers take, documents and attachments counted: Akte, Teilakte, Vorgang, Dokument, Anlage.
const deepest = 5

// examiner holds what the rules have to remember of records that are no longer in memory: UUIDs and names.
type examiner struct {
	want     Want
	delivery bool
	four     bool
	contents Contents
	findings []Finding
	ids      map[efile.ID]bool     // of all records
	names    map[string]bool       // of files, folded
	fileIDs  map[efile.ID]efile.ID // that names of files begin with, and the document of each
}

// found notes a finding, while there is room.
func (x *examiner) found(code string, record efile.ID, subject string) {
	if len(x.findings) < x.want.Findings {
		x.findings = append(x.findings, Finding{Code: code, Record: record, Subject: shorten(subject)})
	}
}

// head compares the envelope.
func (x *examiner) head(m Message, process string) {
	none := efile.ID{}
	if m.Version != x.want.Version {
		x.found(FoundVersion, none, string(m.Version))
	}
	if m.Process != x.want.Process {
		x.found(FoundProcess, none, m.Process.String())
	}
	if m.Type != x.want.Type {
		x.found(FoundType, none, string(m.Type))
	}
	if m.Code != string(m.Type) {
		x.found(FoundCode, none, m.Code)
	}
	if process != strings.ToLower(process) {
		x.found(FoundUpper, none, process)
	}
	if s := x.want.Sender; s.Prefix != "" && s.Prefix != m.Sender.Prefix || s.Key != "" && s.Key != m.Sender.Key {
		x.found(FoundSender, none, m.Sender.Prefix+" "+m.Sender.Key)
	}
	if !m.Version.four() {
		return
	}
	if !x.want.ID.IsZero() && m.ID != x.want.ID {
		x.found(FoundMessage, none, m.ID.String())
	}
	if x.want.Number > 0 && m.Number != x.want.Number || x.want.Of > 0 && m.Of != x.want.Of {
		x.found(FoundNumber, none, strconv.Itoa(m.Number)+"/"+strconv.Itoa(m.Of))
	}
}

// whole looks at what can only be known in the end.
func (x *examiner) whole() {
	if len(x.ids) == 0 {
		x.found(FoundNoRecords, efile.ID{}, "")
	}
	byBytes := func(a, b efile.ID) int { return slices.Compare(a[:], b[:]) }
	for _, id := range slices.SortedFunc(maps.Keys(x.want.Records), byBytes) {
		if x.want.Records[id] && !x.ids[id] {
			x.found(FoundRecordMissing, id, "")
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(x.fileIDs), byBytes) {
		if x.ids[id] {
			x.found(FoundFileIsRecord, x.fileIDs[id], id.String())
		}
	}
}

// top looks at a record at the top of the message.
func (x *examiner) top(rec Record, in *reader) {
	x.delivery, x.four = in.delivery, in.four()
	if rec.Kind == KindLetter {
		x.files(rec)
		return
	}
	if rec.Kind == KindDocument {
		x.found(FoundLoose, rec.ID, "")
	}
	x.record(rec, 1)
}

// record looks at a record and all below it.
func (x *examiner) record(rec Record, level int) {
	if x.ids[rec.ID] {
		x.found(FoundRecordTwice, rec.ID, "")
	}
	x.ids[rec.ID] = true
	if rec.UUID != strings.ToLower(rec.UUID) {
		x.found(FoundUpper, rec.ID, rec.UUID)
	}
	if rec.Subject == "" {
		x.found(FoundNoSubject, rec.ID, "")
	}
	if level > deepest {
		x.found(FoundDeep, rec.ID, strconv.Itoa(level))
	}
	if rec.Kind == KindFile || rec.Kind == KindMatter {
		x.appraised(rec)
	} else {
		x.document(rec)
	}
	x.siblings(rec)
	for _, below := range rec.Records {
		x.record(below, level+1)
	}
}

// appraised looks at a case file or matter. What is there for context only need not tell of its disposal, and may go on.
func (x *examiner) appraised(rec Record) {
	x.contents.Records = append(x.contents.Records, Seen{ID: rec.ID, Kind: rec.Kind, Context: rec.Context})
	if _, wanted := x.want.Records[rec.ID]; x.want.Records != nil && !wanted {
		x.found(FoundRecordSurplus, rec.ID, "")
	}
	if rec.From.IsZero() || rec.To.IsZero() && !rec.Context {
		x.found(FoundNoPeriod, rec.ID, "")
	}
	if (rec.Disposal == nil || rec.Disposal.Sort == "") && !rec.Context {
		x.found(FoundNoDisposal, rec.ID, "")
	}
}

// document looks at a document or attachment. What is on paper only has no file, and one made of parts has them there.
func (x *examiner) document(rec Record) {
	x.contents.Documents++
	parts := slices.ContainsFunc(rec.Records, func(below Record) bool { return below.Kind == KindDocument })
	switch {
	case x.delivery && len(rec.Files) == 0 && rec.Medium != archive.Paper && !parts:
		x.found(FoundNoFile, rec.ID, "")
	case !x.delivery && len(rec.Files) > 0:
		x.found(FoundFileInOffer, rec.ID, "")
	}
	x.files(rec)
}

// siblings looks at the numbers of what stands directly in a record: all or none have one, each its own (hint at
// NummerImUebergeordnetenContainer, type IdentifikationObjektType).
func (x *examiner) siblings(rec Record) {
	numbers := map[int]bool{}
	count := 0
	for _, below := range rec.Records {
		if below.Number < 0 {
			continue
		}
		if count++; numbers[below.Number] {
			x.found(FoundNumberTwice, below.ID, strconv.Itoa(below.Number))
		}
		numbers[below.Number] = true
	}
	if count > 0 && count < len(rec.Records) {
		x.found(FoundMixedNumbers, rec.ID, "")
	}
}

// files looks at the files that a document names.
func (x *examiner) files(rec Record) {
	for _, f := range rec.Files {
		x.contents.Files = append(x.contents.Files,
			Named{Name: f.Name, Document: rec.ID, Code: f.Code, SHA256: f.SHA256, Size: f.Size})
		x.name(f.Name, rec.ID)
		for _, detached := range f.Detached {
			x.contents.Files = append(x.contents.Files, Named{Name: detached, Document: rec.ID})
			x.name(detached, rec.ID)
		}
		switch {
		case !knownFormat(f.Code):
			x.found(FoundFormat, rec.ID, f.Code)
		case f.Code == other && f.Other == "":
			x.found(FoundFormatUnnamed, rec.ID, "")
		}
		if x.four && f.SHA256 == "" {
			x.found(FoundNoHash, rec.ID, f.Name)
		}
	}
}

// name looks at the name of a file. The container is flat and may be unpacked where the case of letters does not count.
func (x *examiner) name(name string, document efile.ID) {
	folded := norm.NFC.String(strings.ToLower(name))
	if x.names[folded] {
		x.found(FoundFileTwice, document, name)
	}
	x.names[folded] = true
	id, err := efile.ParseID(name[:min(len(name), 36)])
	if err != nil || strings.ContainsAny(name, `/\:`) || strings.ContainsFunc(name, unicode.IsControl) || !norm.NFC.IsNormalString(name) {
		x.found(FoundFileName, document, name)
		return
	}
	x.fileIDs[id] = document
}
