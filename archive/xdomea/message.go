package xdomea

import (
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// Message is what Read makes of a message: its head and, of an answer, what it says of each record. The records of an
// offer or delivery are handed on one by one.
type Message struct {
	Version  Version
	Type     efile.MessageType // by the name of the root element
	Code     string            // as it stands in Nachrichtentyp; Read refuses a message whose Code is not its Type
	Process  efile.ID
	ID       efile.ID // 4.0.0 only
	Answers  efile.ID // the message that it answers; 4.0.0 only
	Number   int      // of messages of this type in the process; 4.0.0 only
	Of       int
	Created  time.Time // one without an offset is taken as UTC
	Sender   efile.Agency
	Receiver efile.Agency
	Product  string
	Release  string

	AsksReceipt   bool // Empfangsbestaetigung
	AsksImport    bool // Importbestaetigung
	AsksReference bool // RueckmeldungArchivkennung

	Decisions []Decision // of a 0502, each record once, in the order of the message
	Results   []Result   // of a 0506, likewise
	Failed    bool       // a 0506 of 4.0.0 that says that the import as a whole did not succeed
	Failure   []string   // its reasons, in the archive's words
}

// Decision is an archive's decision on a record, from a 0502.
type Decision struct {
	Record   efile.ID
	Decision efile.Decision // Undecided for B, and for a word that office and archive have agreed on
	Word     string         // AussonderungsartKonfigurierbar; otherwise empty
}

// Result is what an archive reports of a record, from a 0506. That it succeeded is no proof that its files have arrived.
type Result struct {
	Record    efile.ID
	Success   bool
	Reference string   // Archivkennung
	Failure   []string // in the archive's words
}

// Kind says what a record is.
type Kind int

// The kinds of records.
const (
	KindFile       Kind = iota + 1 // Akte or Teilakte
	KindMatter                     // Vorgang or Teilvorgang
	KindDocument                   // Dokument, DokumentMitSchriftstueck or Schriftstueck
	KindAttachment                 // Anlage
	KindLetter                     // Anschreiben of the message, a document that is no record
)

// Record is a record as it was read, with everything below it.
type Record struct {
	Kind    Kind
	ID      efile.ID
	UUID    string // as it was written; its case matters to receivers
	Number  int    // NummerImUebergeordnetenContainer; -1: none
	Context bool   // Kontextobjekt, 4.0.0 only

	Subject      string
	Reference    string
	Leading      string
	Keeping      string // Aktenfuehrung
	Remark       string
	Medium       archive.Medium
	Confidential string // code
	Unit         string // Kennzeichen of the filing-plan unit
	UnitTitle    string
	Type         string // Typ

	From, To time.Time // Laufzeit
	Closed   bool      // ZdA
	ClosedOn time.Time
	Received time.Time // Posteingangsdatum
	Dated    time.Time // DatumDesSchreibens
	Author   string    // Rolle of the first sender

	Disposal *Disposal // nil: the record has no such metadata
	History  []archive.Entry
	Files    []FileRef
	Records  []Record // below it, in the order of the message
}

// Disposal is the metadata of the disposal (ArchivspezifischeMetadaten, in 4.0.0 Aussonderungsmetadaten).
type Disposal struct {
	Retention archive.Period
	Sort      string // code of Aussonderungsart, or the agreed word
	Proposal  efile.Decision
	Why       string
}

// FileRef is a file that a document names. Nothing in it can be trusted: Name may hold a path.
type FileRef struct {
	Name     string // Dateiname
	Original string // DateinameOriginal
	Code     string // of Dateiformat
	Other    string // SonstigerName
	Standard string // Version of the Format
	Creator  string
	Made     time.Time
	Signed   bool // SignaturSiegelEingebettet
	Detached []string
	SHA256   string // hexadecimal, lower case; in 3.x from our own extension
	Size     int64  // from our own extension, otherwise 0
}
