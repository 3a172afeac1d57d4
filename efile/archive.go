package efile

import "time"

// The words of the archivists' work. Retention (Aufbewahrung) runs from the day a file is closed (zdA, "zu den Akten") to
// its due date. A disposal (Aussonderung) takes due records out of the office: they are offered (Anbietung) to an archive,
// which appraises them (Bewertung); what it wants is delivered (Abgabe), and all of it is destroyed here (Kassation) in the
// end. docs/archive.md tells the whole.

// Decision is an archive's appraisal of a record, in the letters of xdomea's code list Bewertungsvorschlag.
type Decision string

// The decisions.
const (
	Keep      Decision = "A" // archivwürdig: delivered, then destroyed here
	Destroy   Decision = "V" // vernichten
	Undecided Decision = "B" // still to be appraised
)

// RetentionRule is a line of an office's retention table. The table is the office's: none is built in.
type RetentionRule struct {
	Number        int      // 1-based place in the table
	Unit          string   // Kennzeichen of the filing-plan unit (Aktenplaneinheit), "33.20"
	Title         string   // of the unit
	Procedures    []string // a case file that names no unit belongs to the first rule that names a procedure of its matters
	DocumentTypes []string // empty: the rule is for the file; otherwise only for documents of these types
	Years         int      // with Months the period; both zero: due at once
	Months        int
	Unlimited     bool     // never due
	EndOfYear     bool     // the period starts at the end of the year
	Basis         string   // legal basis, as the office names it
	Proposal      Decision // what the office proposes to the archive; Undecided: nothing
}

// Retention is what is known of how long a closed case file is kept.
type Retention struct {
	CaseID    ID
	Unit      string    // filing-plan unit as a person named it; empty: that of its procedures
	Resolved  string    // unit of the rule that fits: Unit, or found by its procedures; empty: none
	From      time.Time // date at which the period starts where that is not the closing, such as the end of a ban on entry; zero: the closing
	Due       time.Time // date of the first day on which it may be offered; zero: open, unlimited, or no rule fits
	Years     int       // of the period, for the archive
	Unlimited bool
	Basis     string   // of the rule that counted
	Proposal  Decision // of the rule that counted
	Alone     []Alone  // documents whose own period ends before; not filled when read
	Held      bool     // a hold stops everything; filled when read
	Stage     Stage    // filled when read
}

// Alone is a document that may be destroyed before its case file is due.
type Alone struct {
	Document ID
	Due      time.Time // date of the first day on which it may be destroyed
	Basis    string
}

// ClosedFile is what a retention table is applied to (Due).
type ClosedFile struct {
	CaseID     ID
	Unit       string         // as a person named it
	Closed     time.Time      // zdA
	From       time.Time      // date, see Retention
	Procedures []string       // of its matters, the oldest matter's first
	Documents  []FiledSubject // without those withdrawn
}

// FiledSubject is a document as far as a retention table looks at it.
type FiledSubject struct {
	ID   ID
	Type string // key of the document type catalogue; empty: none
}

// Stage is where a case file stands on its way out of the office.
type Stage string

// The stages, in their order.
const (
	StageOpen      Stage = "open"      // not closed
	StageKept      Stage = "kept"      // closed, its period runs, or no rule fits
	StageDue       Stage = "due"       // may be offered
	StageOffered   Stage = "offered"   // part of a disposal, not appraised
	StageAppraised Stage = "appraised" // decided
	StageDelivered Stage = "delivered" // handed over, nothing confirmed
	StageArchived  Stage = "archived"  // the archive confirmed, or nothing had to be delivered: may be destroyed
	StageDestroyed Stage = "destroyed" // only its destruction is on record
)

// Hold stops a case file from being offered, delivered or destroyed: a pending court case, a new application.
type Hold struct {
	ID       ID
	CaseID   ID
	Reason   string // for people of the office; never in events or logs
	SetBy    ID
	Set      time.Time
	LiftedBy ID
	Lifted   time.Time // zero: it holds
}

// ReceivingArchive is an archive that receives from an office, and how it wants it.
type ReceivingArchive struct {
	ID        ID
	Name      string
	Short     string // abbreviation, for messages
	Prefix    string // of its Behoerdenkennung; in xdomea 4.0.0 the directory
	Key       string // Behoerdenschluessel; in 4.0.0 the Kennung
	Version   string // of xdomea: "3.1.0", "3.0.0", "4.0.0"; "none": an archive without messages, everything is entered by hand
	TwoStep   bool   // delivered without an offer, as agreed
	Originals bool   // the files as handed in are delivered beside their PDF/A
	SizeLimit int64  // bytes of one container; a larger disposal is split; 0: none
	Bag       bool   // deliveries leave in a BagIt bag
	Transport Transport
	Sender    Agency // the office, as this archive knows it
	Created   time.Time
}

// Agency names an office to an archive.
type Agency struct {
	Name   string `json:"name"`
	Short  string `json:"short"`
	Prefix string `json:"prefix"`
	Key    string `json:"key"`
}

// Transport is how containers reach an archive and answers come back. Either Directory or URL is set; neither: containers
// are fetched and answers brought by people.
type Transport struct {
	Directory string   `json:"directory,omitempty"` // below the operator's folder for transfers
	URL       string   `json:"url,omitempty"`       // of a WebDAV collection
	User      string   `json:"user,omitempty"`
	Secret    []byte   `json:"secret,omitempty"`  // the password, sealed
	Answers   []string `json:"answers,omitempty"` // subfolders in which answers may lie as well
}

// DisposalState is where a disposal stands.
type DisposalState string

// The states of a disposal.
const (
	DisposalOpen      DisposalState = "open"      // put together, nothing has left
	DisposalOffered   DisposalState = "offered"   // 0501 handed over
	DisposalAppraised DisposalState = "appraised" // every record is decided
	DisposalDelivered DisposalState = "delivered" // 0503 handed over
	DisposalArchived  DisposalState = "archived"  // all that was delivered is confirmed, or nothing had to be
	DisposalClosed    DisposalState = "closed"    // everything in it is destroyed or recalled
	DisposalCancelled DisposalState = "cancelled" // called off; its records are due again
)

// Disposal is one Aussonderung: some case files on their way to one archive. Its ID is the ProzessID of all its messages.
type Disposal struct {
	ID      ID
	Archive ID
	State   DisposalState
	TwoStep bool
	// A record was recalled after the offer: the archive expects it, so nothing is delivered until a person has said that it
	// goes without.
	Blocked  bool
	Code     string // a fault.Code or code of the check when a step did not succeed; empty when all is well
	By       ID     // who put it together
	Created  time.Time
	Changed  time.Time
	Files    int // case files in it, recalled ones not counted; filled when read
	Left     int // of them, not destroyed
	Decided  int // of its records
	Records  int // case files and matters together
	Archived int // case files confirmed
}

// RecordLevel says which level of a case file a record is.
type RecordLevel string

// The levels that are appraised. Documents follow the nearest of them.
const (
	LevelCase   RecordLevel = "case"
	LevelMatter RecordLevel = "matter"
)

// DisposalRecord is a case file or matter in a disposal.
type DisposalRecord struct {
	Disposal   ID
	ID         ID // of the case or matter, the UUID in every message
	Level      RecordLevel
	CaseID     ID // of the case itself too
	Reference  string
	Proposal   Decision
	Decision   Decision // Undecided until appraised
	Reason     string   // of the decision, from the archive or the archivist
	DecidedBy  ID       // the archivist who entered it; zero: the archive's message
	Archived   bool     // the archive confirmed this record
	ArchiveRef string   // Archivkennung
	// Who confirmed it in the archive's place, and why; zero and empty: the archive's message did, or nobody yet.
	ConfirmedBy     ID
	ConfirmedReason string
	Recalled        time.Time
	Destroyed       time.Time
}

// MessageType is the number of a message of the group Aussonderung.
type MessageType string

// The messages.
const (
	MessageOffer            MessageType = "0501" // Anbieteverzeichnis
	MessageAppraisal        MessageType = "0502" // Bewertungsverzeichnis
	MessageDelivery         MessageType = "0503" // Aussonderung
	MessageOfferReceipt     MessageType = "0504" // AnbietungEmpfangBestaetigen
	MessageAppraisalReceipt MessageType = "0505" // BewertungEmpfangBestaetigen
	MessageImport           MessageType = "0506" // AussonderungImportBestaetigen
	MessageDeliveryReceipt  MessageType = "0507" // AussonderungEmpfangBestaetigen
)

// Message is one message of a disposal that we send. There is at most one of a type and number in a disposal.
type Message struct {
	ID       ID // nachrichtenUUID
	Disposal ID
	Type     MessageType
	Number   int       // of the messages of this type in the disposal, 1-based
	Of       int       // how many of this type there are
	Created  time.Time // the time in the message; with Through it makes a repeated build give the same bytes
	Through  int64     // last entry of the event log that it tells
	File     string    // name of the container
	Size     int64     // 0 until built
	SHA256   string
	Entries  []MessageEntry
	Wrapped  MessageEntry   // the container in the bag that File is; zero: File is the container
	Findings []CheckFinding // of our own check; with any, the container does not leave
	Key      string         // in the store, where people carry it to the archive; empty: it was handed over
	Checked  time.Time      // our own check of the finished container passed
	Sent     time.Time      // handed over; zero: not yet
}

// MessageEntry is a file in a container.
type MessageEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// CheckFinding is something that our own check of a container found.
type CheckFinding struct {
	Code    string `json:"code"`             // there is a text for it: archive_check.<code>
	Record  ID     `json:"record,omitempty"` // zero: not about a record
	Subject string `json:"subject,omitempty"`
}

// AnswerState says what became of an answer.
type AnswerState string

// The states of answers.
const (
	AnswerTaken      AnswerState = "taken"      // acted on
	AnswerUnexpected AnswerState = "unexpected" // shown to a person, never acted on; Code says why
	AnswerSeen       AnswerState = "seen"       // a person has seen it
)

// Answer is a message from an archive.
type Answer struct {
	ID       ID
	Archive  ID
	Disposal ID // zero: none of ours
	Type     MessageType
	File     string // its name in the transfer directory, cleaned
	Size     int64
	SHA256   string // the same bytes are one answer
	Key      string // in the store
	State    AnswerState
	Code     string
	Received time.Time
}

// Destruction is the deletion of a case file, or of single documents of one, with proof. It is proposed by one person and
// confirmed by another; until After it can be taken back, and nothing is gone. Done, it is all that is left, and holds no
// personal data.
type Destruction struct {
	ID          ID
	CaseID      ID
	Disposal    ID // zero: single documents whose own period is over
	Reference   string
	Decision    Decision // of the case file
	ArchiveRef  string
	Whole       bool     // the case file with all its matters; false: Documents only
	Documents   []ID     // all documents that are destroyed
	Digests     []string // SHA-256 of their originals, in the same order
	Basis       string   // message or legal basis
	ProposedBy  ID
	Proposed    time.Time
	ConfirmedBy ID
	Confirmed   time.Time
	After       time.Time // end of the grace period
	Withdrawn   time.Time // taken back, by a person or because the case file was touched
	Begun       time.Time // its objects are being deleted: from now on nothing takes it back, and nobody touches the case
	Done        time.Time
}
