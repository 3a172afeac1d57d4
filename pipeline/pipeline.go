// Package pipeline holds the facts that steps hand over: pure Go values that travel as JSON between the worker and its
// reader processes. The steps themselves live one package each below (inspect, normalise, recognise, compose, classify,
// extract) and are linked only into cmd/eakte-reader.
//
// A step turns files into files and facts. It is called as
//
//	Run(ctx context.Context, dir string, in pipeline.XRequest) (pipeline.XResult, error)
//
// where dir is the only directory it reads and writes; file names in requests and results are relative to dir and never
// come from a sender. It never changes its input files. An error that is a *fault.Error carries the treatment.
package pipeline

import (
	"encoding/json"
	"slices"
)

// Step names a step in the reader protocol.
type Step string

// The steps.
const (
	StepInspect   Step = "inspect"
	StepNormalise Step = "normalise"
	StepRecognise Step = "recognise"
	StepCompose   Step = "compose"
	StepRead      Step = "read"  // classify and extract
	StepLearn     Step = "learn" // from an office's corrections
	StepConform   Step = "conform"
	StepSchema    Step = "schema" // of messages to archives
	StepAnswer    Step = "answer" // of archives
)

// Limits bound what a step will open. The zero value of a field means the step's default.
type Limits struct {
	Pages     int   `json:"pages,omitempty"`     // of one document; default 1,000
	Pixels    int64 `json:"pixels,omitempty"`    // of one picture; default 100 million
	Parts     int   `json:"parts,omitempty"`     // of one e-mail; default 100
	Depth     int   `json:"depth,omitempty"`     // nesting of e-mails and archives; default 5
	FileBytes int64 `json:"fileBytes,omitempty"` // of any one file a step writes; default 500 MB
}

// Or fills l's zero fields with the defaults.
func (l Limits) Or() Limits {
	if l.Pages == 0 {
		l.Pages = 1000
	}
	if l.Pixels == 0 {
		l.Pixels = 100_000_000
	}
	if l.Parts == 0 {
		l.Parts = 100
	}
	if l.Depth == 0 {
		l.Depth = 5
	}
	if l.FileBytes == 0 {
		l.FileBytes = 500 << 20
	}
	return l
}

// Note is a remark for the caseworker: processed, but worth knowing. Each has a text in package locale ("note."+Note).
type Note string

// The notes.
const (
	NoteRepaired         Note = "repaired"          // the file was damaged and has been repaired
	NoteActiveContent    Note = "active_content"    // scripts, actions or forms are not in the rendition
	NoteAttachment       Note = "attachment"        // embedded files are not in the rendition
	NoteSigned           Note = "signed"            // electronically signed; only the original carries the signature
	NoteSignatureInvalid Note = "signature_invalid" // the signature does not match the bytes
	NoteSignatureChanged Note = "signature_changed" // changed after signing
	NoteDecrypted        Note = "decrypted"         // had an owner password
	NoteBlank            Note = "blank"             // no page shows anything
	NotePartial          Note = "partial"           // damaged picture, partly decoded
	NoteLocation         Note = "location"          // the photo carried a position; the rendition does not
	NoteSecondFormat     Note = "second_format"     // bytes of another format follow; ignored
	NoteMacros           Note = "macros"            // macros and remote contents were not run or fetched
	NoteLowConfidence    Note = "low_confidence"    // much of the text is uncertain
	NoteTextContradicts  Note = "text_contradicts"  // the text layer says something else than the page shows
	NotePageUnread       Note = "page_unread"       // a page could not be read
	NoteExpired          Note = "expired"           // the document's expiry date is past
	NoteSimilar          Note = "similar"           // another document of the case shows the same
	NotePageImages       Note = "page_images"       // the rendition has pictures of the pages, because the file could not be made PDF/A
)

// Notes returns all of them.
func Notes() []Note {
	return []Note{
		NoteRepaired, NoteActiveContent, NoteAttachment, NoteSigned, NoteSignatureInvalid, NoteSignatureChanged, NoteDecrypted,
		NoteBlank, NotePartial, NoteLocation, NoteSecondFormat, NoteMacros, NoteLowConfidence, NoteTextContradicts,
		NotePageUnread, NoteExpired, NoteSimilar, NotePageImages,
	}
}

// AddNotes appends those of more that are not in notes yet.
func AddNotes(notes []Note, more ...Note) []Note {
	for _, n := range more {
		if !slices.Contains(notes, n) {
			notes = append(notes, n)
		}
	}
	return notes
}

// InspectRequest asks what a file is and whether it may pass.
type InspectRequest struct {
	File    string `json:"file"`
	Claimed string `json:"claimed"` // the sender's media type or extension (".pdf"); a hint, never proof
	Limits  Limits `json:"limits"`
}

// Inspection is what inspect found. Faults: Empty, TypeNotAccepted, TypeMismatch, TooComplex (reject), Encrypted
// (reject), Unreadable (review).
type Inspection struct {
	MediaType string `json:"mediaType"`
	Pages     int    `json:"pages"` // 0: not known before normalising
	Notes     []Note `json:"notes,omitempty"`
	// Quality is how good a picture is as far as it shows before it is read, for the sender's sake: there is time to take
	// another one. Only for pictures.
	Quality *Quality `json:"quality,omitempty"`
}

// NormaliseRequest asks for the sound PDF.
type NormaliseRequest struct {
	File      string `json:"file"`
	MediaType string `json:"mediaType"` // from Inspection
	Limits    Limits `json:"limits"`
}

// Normalised is a PDF that every later step can read. Faults: Encrypted, TooComplex, DynamicXFA (reject), Unreadable,
// NotFaithful, NoPages, MailParts, ConverterMissing (review).
type Normalised struct {
	File   string      `json:"file"`   // "sound.pdf"
	Source Source      `json:"source"` // what kind of thing it came from
	Pages  []SoundPage `json:"pages"`
	Notes  []Note      `json:"notes,omitempty"`
	Parts  []Part      `json:"parts,omitempty"` // attachments of an e-mail: documents of their own
	Route  string      `json:"route"`           // which tool of the recovery chain made it: pdfcpu, qpdf, pdftocairo, ghostscript, own; "libreoffice+" before it if that came first
}

// Source is the kind of thing a document was.
type Source string

// The sources.
const (
	SourcePDF    Source = "pdf"
	SourceImage  Source = "image"
	SourceOffice Source = "office"
	SourceMail   Source = "mail"
)

// SoundPage describes a page of the sound PDF.
type SoundPage struct {
	Number int      `json:"number"` // 1-based
	Width  float64  `json:"width"`  // points, after /Rotate
	Height float64  `json:"height"`
	Rotate int      `json:"rotate"` // /Rotate in the sound PDF
	Kind   PageKind `json:"kind"`
}

// PageKind decides how a page is read and composed.
type PageKind string

// The kinds of pages.
const (
	PageDigital PageKind = "digital" // has its own trustworthy text: no OCR
	PageDirect  PageKind = "direct"  // one upright JPEG or CCITT picture: its bytes go to OCR as they are
	PageRaster  PageKind = "raster"  // anything else: rendered first
)

// Part is an attachment.
type Part struct {
	File      string `json:"file"` // in dir
	Name      string `json:"name"` // cleaned for display
	MediaType string `json:"mediaType"`
}

// RecogniseRequest asks for the text of pages First to Last of the sound PDF.
type RecogniseRequest struct {
	File      string      `json:"file"`
	Source    Source      `json:"source"`
	First     int         `json:"first"`
	Last      int         `json:"last"`
	Pages     []SoundPage `json:"pages"`               // those pages only
	Languages []string    `json:"languages,omitempty"` // hints, BCP 47, most likely first: the applicant's, the office's
	Limits    Limits      `json:"limits"`
	// NoImages asks for no pictures of the pages for the screen: nobody will look at them.
	NoImages bool `json:"noImages,omitempty"`
}

// Recognised is what those pages say. Low confidence is marked, never an error; a page over its time budget carries
// Code page_timeout.
type Recognised struct {
	Pages []Page `json:"pages"`
	Notes []Note `json:"notes,omitempty"`
}

// Page is one recognised page. Boxes are in shares of the page as it is to be shown (upright after Rotation), origin top
// left.
type Page struct {
	Number     int     `json:"number"`
	Width      float64 `json:"width"` // points, upright
	Height     float64 `json:"height"`
	Rotation   int     `json:"rotation"` // clockwise degrees still needed to make the sound PDF's page upright: 0, 90, 180, 270
	Skew       float64 `json:"skew"`     // degrees, clockwise positive
	DPI        int     `json:"dpi"`
	Blank      bool    `json:"blank"`
	Digital    bool    `json:"digital"`
	Language   string  `json:"language"`
	Confidence float64 `json:"confidence"` // 0…1
	Text       string  `json:"text"`       // lines in reading order, "\n" between
	Words      []Word  `json:"words,omitempty"`
	Quality    Quality `json:"quality"`
	Zones      []MRZ   `json:"zones,omitempty"` // machine-readable zones, from top to bottom
	Codes      []Code  `json:"codes,omitempty"` // bar codes and the like
	Print      Print   `json:"print"`
	Image      string  `json:"image"`          // file in dir: JPEG for the screen, upright, long edge ≤ 1,600 px; empty with NoImages
	Code       string  `json:"code,omitempty"` // a fault.Code when the page could not be read
}

// Word is one word with its place.
type Word struct {
	Text       string     `json:"t"`
	Box        [4]float64 `json:"b"`  // left, top, right, bottom; shares of the upright page
	Confidence float64    `json:"c"`  // 0…1
	Line       int        `json:"l"`  // counts lines of the page from 0
	Baseline   [4]float64 `json:"bl"` // of its line: x0, y0, x1, y1; shares; zero if unknown
	RTL        bool       `json:"rtl,omitempty"`
}

// Quality is how good a page's picture is. Zero figures were not measured.
type Quality struct {
	Verdict  Verdict `json:"verdict,omitempty"`  // empty if not judged
	DPI      int     `json:"dpi,omitempty"`      // of the sheet on the picture, dots per inch
	Blur     float64 `json:"blur,omitempty"`     // sharpness of the strongest edges over the contrast: 0 blurred, print above 0.4
	Contrast float64 `json:"contrast,omitempty"` // between paper and print, 0…1
	Glare    float64 `json:"glare,omitempty"`    // share of the sheet that a reflection has burnt out
	Cut      bool    `json:"cut,omitempty"`      // the sheet goes over the edge of the picture
}

// Verdict sums a page's quality up. Each has a text in package locale ("quality."+Verdict).
type Verdict string

// The verdicts.
const (
	Good       Verdict = "good"
	Readable   Verdict = "readable"
	Retake     Verdict = "retake" // legible in part; a new picture is advised
	Unreadable Verdict = "unreadable"
)

// Verdicts returns all of them, the best first.
func Verdicts() []Verdict { return []Verdict{Good, Readable, Retake, Unreadable} }

// MRZ is a machine-readable zone (ICAO Doc 9303).
type MRZ struct {
	Format string            `json:"format"` // TD1, TD2, TD3, MRVA, MRVB
	Lines  []string          `json:"lines"`
	Fields map[string]string `json:"fields"` // keys of the catalogue's fields
	Valid  bool              `json:"valid"`  // every check digit agrees, and names and states, which none covers, were read with certainty
	Page   int               `json:"page"`
	Box    [4]float64        `json:"box"` // shares of the upright page
	// Corrected says that a character was read otherwise and changed, as the only way in which the check digits agree.
	Corrected bool `json:"corrected,omitempty"`
	// Wrong names the check digits that do not agree: document_number, birth_date, expiry_date, personal_number, composite.
	Wrong []string `json:"wrong,omitempty"`
}

// BestZone returns the first valid zone of the pages, else the first, else nil.
func BestZone(pages []Page) *MRZ {
	var best *MRZ
	for i := range pages {
		for j := range pages[i].Zones {
			if z := &pages[i].Zones[j]; best == nil || z.Valid && !best.Valid {
				best = z
			}
		}
	}
	return best
}

// Code is a bar code on a page.
type Code struct {
	Format string     `json:"format"` // data_matrix, qr, pdf417, aztec, code128
	Text   string     `json:"text"`
	Box    [4]float64 `json:"box"` // shares of the upright page
}

// Print tells alike pages from others without showing them: 64 bits each, in 16 hexadecimal digits; empty if the page has
// too little of it. Few differing bits mean the same sheet.
type Print struct {
	Image string `json:"image,omitempty"`
	Text  string `json:"text,omitempty"`
}

// ComposeRequest asks for the archival rendition.
type ComposeRequest struct {
	File   string      `json:"file"` // the sound PDF
	Source Source      `json:"source"`
	Pages  []SoundPage `json:"pages"`
	Words  []string    `json:"words"` // files holding JSON arrays of Page, in page order
	Title  string      `json:"title"` // for the metadata: the document's public id, no personal data
	Lang   string      `json:"lang"`
	// Made is the time written into the metadata, RFC 3339: the document's time of receipt, so that composing twice gives
	// the same bytes.
	Made string `json:"made"`
	// Original is the document as it was handed in, if it is a PDF: one that conforms to PDF/A stays as it is. Empty: it is
	// not looked at.
	Original string `json:"original,omitempty"`
	// VeraPDF is the path of a second validator that is asked besides ours; empty: none is.
	VeraPDF string `json:"veraPDF,omitempty"`
}

// Composed is the archival rendition. Faults: NotFaithful, NotConformant (review).
type Composed struct {
	File   string `json:"file"`   // "archival.pdf"
	Format string `json:"format"` // one of ArchivalFormats, what it was proven to be
	Pages  int    `json:"pages"`
	Notes  []Note `json:"notes,omitempty"`
	Route  Route  `json:"route"`
}

// Route is how an archival rendition was made.
type Route string

// The routes.
const (
	RouteUnchanged   Route = "unchanged"   // PDF/A as it was handed in, byte for byte
	RouteRewritten   Route = "rewritten"   // the document's own pages, made PDF/A
	RouteGhostscript Route = "ghostscript" // drawn anew by Ghostscript
	RouteImages      Route = "images"      // pictures of the pages, with invisible text
)

// ArchivalFormats are the formats that an archival rendition can have, the one that we write first.
func ArchivalFormats() []string { return []string{"PDF/A-2u", "PDF/A-2b", "PDF/A-1b"} }

// ReadRequest asks for type and fields.
type ReadRequest struct {
	Words     []string `json:"words"` // as in ComposeRequest
	Languages []string `json:"languages,omitempty"`
	Source    Source   `json:"source"`
	// Types restricts the answer to these keys of the catalogue; empty: all.
	Types []string `json:"types,omitempty"`
	// Lessons is a file with what the office's corrections taught, as the step learn wrote it; empty: none.
	Lessons string `json:"lessons,omitempty"`
	// Catalogue is a directory with the installation's catalogue (catalogue.Write); empty: the built-in one.
	Catalogue string `json:"catalogue,omitempty"`
}

// LearnRequest asks what an office's corrections teach. Examples of one office only: its lessons serve nobody else.
type LearnRequest struct {
	Examples []Example `json:"examples"`          // the oldest first
	Lessons  string    `json:"lessons,omitempty"` // file of the lessons in use; empty: none
}

// Example is a document whose type a person has settled.
type Example struct {
	Words []string `json:"words"` // as in ComposeRequest
	Type  string   `json:"type"`
}

// Learned is the outcome. The new lessons are to be used only if Better: measured on the held-back part of the examples,
// which they were not made from.
type Learned struct {
	File     string  `json:"file"` // "lessons.json"
	Examples int     `json:"examples"`
	HeldBack int     `json:"heldBack"`
	Before   float64 `json:"before"` // share right of those held back, with the lessons in use
	After    float64 `json:"after"`  // the same with the new ones
	Better   bool    `json:"better"`
}

// Reading is what the document is and says.
type Reading struct {
	Type       string            `json:"type"` // empty: abstained
	Confidence float64           `json:"confidence"`
	By         string            `json:"by"` // rule or model
	Candidates []Candidate       `json:"candidates"`
	Segments   []Segment         `json:"segments"`
	Fields     map[string]Field  `json:"fields"`
	MRZ        *MRZ              `json:"mrz,omitempty"`
	Notes      []Note            `json:"notes,omitempty"`
	Evidence   map[string]string `json:"evidence,omitempty"` // why, for the caseworker: cue → value
}

// Combined reports whether there are several documents in one file: segments of different types. Segments whose type is
// not known do not count.
func (r Reading) Combined() bool {
	first := ""
	for _, s := range r.Segments {
		if first == "" {
			first = s.Type
		}
		if s.Type != "" && s.Type != first {
			return true
		}
	}
	return false
}

// Candidate is a type with its probability.
type Candidate struct {
	Type       string  `json:"type"`
	Confidence float64 `json:"confidence"`
}

// Segment is a run of pages of one type.
type Segment struct {
	Type       string  `json:"type"`
	First      int     `json:"first"` // 1-based
	Last       int     `json:"last"`
	Confidence float64 `json:"confidence"`
}

// Field is a value read.
type Field struct {
	Value      string     `json:"value"`
	Raw        string     `json:"raw"`
	Page       int        `json:"page"`
	Box        [4]float64 `json:"box"`
	Confidence float64    `json:"confidence"`
	By         string     `json:"by"` // mrz, rule, model
}

// Call is one request of the reader protocol: a JSON object behind its length (four bytes, big endian).
type Call struct {
	ID      int64           `json:"id"`
	Step    Step            `json:"step"`
	Dir     string          `json:"dir"` // absolute; below the directory the reader was fenced into
	Request json.RawMessage `json:"request"`
	Seconds float64         `json:"seconds,omitempty"` // wall time the step may take; 0: no limit
}

// Answer is the reply to a Call.
type Answer struct {
	ID      int64           `json:"id"`
	Result  json.RawMessage `json:"result,omitempty"`
	Fault   *Fault          `json:"fault,omitempty"`
	Seconds float64         `json:"seconds"`
	Pages   int             `json:"pages"` // work done, for recycling
}

// Fault is a fault.Error on the wire. Detail is for the operator's log and must not carry contents.
type Fault struct {
	Code      string `json:"code"`
	Treatment string `json:"treatment"`
	Detail    string `json:"detail"`
}
