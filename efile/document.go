package efile

import (
	"time"
)

// DocumentStatus is where a document stands. Received and Processing are passing states, and a live job stands behind
// them; the others last until someone acts.
type DocumentStatus string

// The states of a document.
const (
	Received   DocumentStatus = "received"   // stored in quarantine, not yet inspected
	Processing DocumentStatus = "processing" // inspected and released; Station says where it is
	Filed      DocumentStatus = "filed"      // in its place in the case file
	Review     DocumentStatus = "review"     // a caseworker must look; Code says why
	Rejected   DocumentStatus = "rejected"   // cannot be used; Code says why and what the sender can do
	Withdrawn  DocumentStatus = "withdrawn"  // taken back
)

// Passing reports whether a job must stand behind a document in this state.
func (s DocumentStatus) Passing() bool { return s == Received || s == Processing }

// Station is a stop on the way of a document; see Stations.
type Station string

// The stations.
const (
	Inspect   Station = "inspect"
	Normalise Station = "normalise"
	Recognise Station = "recognise"
	Compose   Station = "compose"
	File      Station = "file"
)

// Stations are all stations in the order in which a document passes them.
func Stations() []Station { return []Station{Inspect, Normalise, Recognise, Compose, File} }

// Document is one thing someone handed in: one file, one e-mail, one attachment.
type Document struct {
	ID             ID
	CaseID         ID
	MatterID       ID
	SubmissionID   ID
	ParentID       ID // the e-mail it was attached to; zero for an upload
	Status         DocumentStatus
	Station        Station  // where it is, or where it stopped
	Code           string   // a fault.Code; empty when all is well
	Notes          []string // remarks for the caseworker, as codes: "repaired", "active_content", …
	Generation     int      // starts at 1; a correction or a new run counts it up, and older jobs do nothing
	Version        int      // counts every change others can see
	FileName       string   // the sender's, cleaned for display; never a key, never in logs
	Source         string   // kind of thing it came from (pipeline.Source); empty before normalising
	MediaType      string   // what the bytes are; before inspection what the sender claimed
	Size           int64    // of the original, bytes
	SHA256         string   // of the original, lower-case hex
	Pages          int      // 0 until known
	Type           string   // key of the document type catalogue; empty until classified
	TypeConfidence float64  // 0…1
	TypeBy         string   // rule, model, caseworker, applicant, sender
	SimilarTo      ID       // another document of the case that shows the same; zero: none is known
	Quality        string   // of the picture, as it shows before or after reading: retake, unreadable; empty: nothing to say
	Flaws          []string // what its sender can do better, as codes: "blurred", "dark", … (pipeline.Flaw)
	Channel        Channel
	RequestID      ID
	Received       time.Time
	Changed        time.Time
}

// RenditionKind says what a stored object of a document is for.
type RenditionKind string

// The kinds of renditions.
const (
	Original  RenditionKind = "original"   // as handed in, never changed
	Sound     RenditionKind = "sound"      // a PDF every later step can read, pages upright
	Archival  RenditionKind = "archival"   // PDF/A, with text layer where pages are pictures
	PageImage RenditionKind = "page_image" // one page for the screen; Page is set
	Words     RenditionKind = "words"      // JSON of pipeline.Page values for a page range; Page is its first page
)

// Rendition is a stored object belonging to a document.
type Rendition struct {
	ID         ID
	DocumentID ID
	CaseID     ID
	Kind       RenditionKind
	Page       int // 0: the whole document
	MediaType  string
	Format     string // archival format as in the event contract ("PDF/A-2u"), empty otherwise
	Key        string // in the store
	Size       int64
	SHA256     string
	SHA512     string // the second digest; empty where none was taken yet
	Generation int
	Created    time.Time

	Checked     time.Time // last read back and held against its digests; zero: never
	Quarantined time.Time // found missing or wrong and not restored since: nobody gets it; zero: sound
}

// Page is what is known of one page.
type Page struct {
	DocumentID ID
	Number     int     // 1-based
	Width      float64 // points, upright
	Height     float64
	Kind       string // how it is read: digital, direct, raster (pipeline.PageKind)
	Turn       int    // /Rotate in the sound PDF
	Rotation   int    // clockwise degrees that make the page as uploaded upright
	Blank      bool
	Digital    bool    // text is the document's own, not OCR
	Language   string  // BCP 47 of most of its words, empty if unknown
	Confidence float64 // mean word confidence, 0…1
	Text       string
	Quality    string // good, readable, retake, unreadable; empty if not judged
	Code       string // a fault.Code when the page could not be read
	Recognised bool
	PrintImage string // by what the page is known again (pipeline.Print)
	PrintText  string
	Codes      []PageCode
}

// PageCode is a QR Code or the like on a page.
type PageCode struct {
	Format string `json:"format"`
	Text   string `json:"text"`
}

// Segment is a run of pages of one type inside a document.
type Segment struct {
	Number     int // 1-based
	First      int // page, 1-based
	Last       int
	Type       string
	Confidence float64
}

// Field is a value read from a document.
type Field struct {
	Name       string     // key of the catalogue: surname, expiry_date, …
	Value      string     // normalised: ISO dates, "1234.50", IBAN without blanks
	Raw        string     // as printed
	Page       int        // 1-based
	Box        [4]float64 // left, top, right, bottom as shares of the upright page (0…1); zero if unknown
	Confidence float64    // 0…1
	By         string     // mrz, model, rule, caseworker
}
