// Package archive holds what archivists rely on, without queue, database or bucket: how long a file is kept, what a
// disposal (Aussonderung) may do next, what a delivery holds, and the check of a finished container before it leaves.
//
// Its rooms: xdomea writes and reads the messages, container the ZIP files, transport hands them over, bagit and eark are
// the two other formats of a delivery. Whoever fetches the records and objects is in workers. What it all means stands in
// docs/archive.md.
//
// Start reading at Message.
package archive

import (
	"iter"
	"time"

	"github.com/eakte/eakte/efile"
)

// Message is one message to an archive, in no version of any format. Which parts it needs depends on Type: an offer has
// Files without contents, a delivery has Files with Formats, the receipt of an appraisal has none.
type Message struct {
	ID       efile.ID // of the message
	Process  efile.ID // of the disposal
	Type     efile.MessageType
	Answers  efile.ID // the message that it answers, where the format wants to know
	Created  time.Time
	Number   int // of messages of this type in the process, 1-based
	Of       int
	Sender   efile.Agency
	Receiver efile.Agency
	Product  string
	Release  string // of the product
	Files    iter.Seq2[File, error]
}

// Record is what case files, matters and documents have in common.
type Record struct {
	ID           efile.ID
	Number       int    // among its siblings, 1-based; the matters and documents of one file share one count
	Subject      string // Betreff, never empty
	Reference    string // Aktenzeichen
	Leading      string // Federfuehrung: the office's unit
	Medium       Medium
	Confidential string // code of Vertraulichkeitsstufe; empty: 003, open
	From, To     time.Time
	Closed       time.Time // zdA
	Retention    Period
	Decision     efile.Decision
	Proposal     efile.Decision
	Why          string // of the proposal
	History      []Entry
}

// Medium says whether there is paper beside the electronic file, in the codes of xdomea.
type Medium string

// The media.
const (
	Electronic Medium = "001"
	Hybrid     Medium = "002"
	Paper      Medium = "003"
)

// Period is how long a record had to be kept.
type Period struct {
	Years     int
	Unlimited bool
	End       time.Time // last day; zero if unlimited
}

// Entry is an entry of the event log about a record.
type Entry struct {
	Actor string // kind and id, no name
	Time  time.Time
	What  string // type of the event
}

// File is a case file (Akte).
type File struct {
	Record
	Unit      string // Kennzeichen of the filing-plan unit
	UnitTitle string
	Context   bool // only the frame of its matters; it is not delivered itself
	Matters   []Matter
	Documents []Document // of no matter
}

// Matter is a proceeding (Vorgang).
type Matter struct {
	Record
	Kind      string // name of the procedure
	Documents []Document
}

// Document is a document with its files. In an offer Formats is empty.
type Document struct {
	Record
	Kind        string // name of the document type
	Received    time.Time
	Dated       time.Time // date on the document; zero: unknown
	Author      string    // channel and sender's part, no name
	Remark      string    // what a reader of the file must know: page images instead of the original's form, …
	Formats     []Format
	Attachments []Document
}

// Format is one form of a document: a file of a delivery.
type Format struct {
	ID        efile.ID // of the rendition; names the file
	Archival  bool     // false: as handed in
	MediaType string
	Standard  string // "PDF/A-2u"; empty if none is claimed
	Original  string // file name as handed in, cleaned for display
	Made      time.Time
	Signed    bool // holds signatures
	Size      int64
	SHA256    string // as stored at ingest
	Key       string // in the store; never leaves the house
}
