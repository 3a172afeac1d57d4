package efile

import "time"

// Office is one Ausländerbehörde. Every row of every other thing belongs to exactly one office; nothing is ever shared
// between two.
type Office struct {
	ID       ID
	Key      string // stands in addresses and events: [a-z0-9-]{1,63}, never changed
	Name     string // as on its letterhead
	Language string // its working language, BCP 47: "de"
	Limits   Limits // what one applicant may upload; zero fields mean the installation's default
	Created  time.Time
}

// Limits bound what an applicant may send. A zero field means "the installation's default".
type Limits struct {
	FileBytes       int64 `json:"fileBytes,omitempty"`       // one file
	SubmissionFiles int   `json:"submissionFiles,omitempty"` // files in one submission
	SubmissionBytes int64 `json:"submissionBytes,omitempty"` // all files of one submission
	CaseFilesPerDay int   `json:"caseFilesPerDay,omitempty"` // files per case and day
}

// Or fills the zero fields of l from fallback.
func (l Limits) Or(fallback Limits) Limits {
	if l.FileBytes == 0 {
		l.FileBytes = fallback.FileBytes
	}
	if l.SubmissionFiles == 0 {
		l.SubmissionFiles = fallback.SubmissionFiles
	}
	if l.SubmissionBytes == 0 {
		l.SubmissionBytes = fallback.SubmissionBytes
	}
	if l.CaseFilesPerDay == 0 {
		l.CaseFilesPerDay = fallback.CaseFilesPerDay
	}
	return l
}

// User is a person who works in an office.
type User struct {
	ID           ID
	Login        string
	Name         string
	Roles        []Role
	Language     string
	PasswordHash string // argon2id in PHC string form; empty: signs in elsewhere
	Disabled     bool
	Created      time.Time
}

// AccessCode lets an applicant in to one case without an account. Only its digest is kept.
type AccessCode struct {
	ID      ID
	CaseID  ID
	Matter  ID     // zero: the case's newest open matter
	Hash    []byte // SHA-256 of the code in canonical form
	Expires time.Time
	Revoked bool
	Created time.Time
}

// ServiceToken lets a machine in, such as a case system or a scanner. Only its digest is kept.
type ServiceToken struct {
	ID      ID
	Name    string
	Hash    []byte // SHA-256 of the secret part
	Scopes  []Scope
	Expires time.Time // zero: never
	Revoked bool
	Created time.Time
}

// Session is a signed-in person: a user, or an applicant who showed an access code.
type Session struct {
	Hash     []byte // SHA-256 of the cookie's value, which itself is never kept
	Actor    Actor
	CSRF     string
	Created  time.Time
	LastSeen time.Time
	Expires  time.Time // absolute end; idle end is the web's business
}

// LessonsKind says how a version of an office's lessons came about.
type LessonsKind string

// The kinds of versions.
const (
	LessonsLearnt LessonsKind = "learnt" // from corrections
	LessonsChosen LessonsKind = "chosen" // by a person, among earlier versions
	LessonsOff    LessonsKind = "off"    // by a person: nothing is learnt any more
)

// Lessons are what an office's corrections taught the classifier, as one version of many.
type Lessons struct {
	Number   int // from 1, without gaps
	Kind     LessonsKind
	Made     time.Time
	Actor    Actor // Kind and ID
	Again    int   // the version that was chosen; 0: none, the classifier as it is
	Examples int   // documents that went into it
	HeldBack int   // and those that it was measured on
	Before   float64
	After    float64 // shares of those held back that were right with what was in use before, and with these
	Better   bool    // and so in use; what is not better is kept as a record only, without its file
	File     []byte  // as the step learn wrote it; empty: none
}
