package efile

import (
	"encoding/json"
	"time"
)

// CaseStatus is where a case stands for the applicant, in the six states of the BundID status monitor.
type CaseStatus string

// The states of a case.
const (
	CaseInitiated      CaseStatus = "initiated"
	CaseSubmitted      CaseStatus = "submitted"
	CaseReceived       CaseStatus = "received"
	CaseProcessing     CaseStatus = "processing"
	CaseActionRequired CaseStatus = "action_required"
	CaseCompleted      CaseStatus = "completed"
)

// Case is a case file (Akte): all matters and documents of one person or family at one office.
type Case struct {
	ID             ID
	Reference      string // Aktenzeichen; unique in the office
	Title          string // shown to caseworkers only; never in events or logs
	Language       string // the applicant's, one of the seven
	Status         CaseStatus
	ExternalSystem string // the Fachverfahren that knows it, empty if none
	ExternalRef    string
	Documents      int // how many are not withdrawn; filled when read
	Reviews        int // how many of them wait for a person; filled when read
	Opened         time.Time
	Changed        time.Time
	Closed         time.Time // zDA; zero while open
}

// Matter is a proceeding (Vorgang) inside a case file.
type Matter struct {
	ID                ID
	CaseID            ID
	Procedure         string          // key of the procedure catalogue
	Facts             map[string]bool // answers to the catalogue's condition keys, which make conditional documents due
	Application       json.RawMessage // structured application data as received; nil if none
	ApplicationSchema string          // names the schema of Application
	Opened            time.Time
	Closed            time.Time
}

// NewestOpen picks the matter to which belongs what names none: of those not closed, the one opened last. found is false
// for none.
func NewestOpen(matters []Matter) (newest Matter, found bool) {
	for _, m := range matters {
		if m.Closed.IsZero() && (!found || m.Opened.After(newest.Opened)) {
			newest, found = m, true
		}
	}
	return newest, found
}

// PartyRole is the part someone plays in a matter.
type PartyRole string

// The roles of parties, as in the procedure catalogue.
const (
	PartyApplicant PartyRole = "applicant"
	PartySpouse    PartyRole = "spouse"
	PartyChild     PartyRole = "child"
	PartyEmployer  PartyRole = "employer"
	PartySponsor   PartyRole = "sponsor"
	PartyHost      PartyRole = "host"
	PartyGuest     PartyRole = "guest"
)

// Party is a person or organisation of a matter.
type Party struct {
	ID          ID
	CaseID      ID
	MatterID    ID
	Role        PartyRole
	Surname     string // or the organisation's name
	GivenNames  string
	BirthDate   string // ISO 8601; parts may be missing ("1990-00-00") as on real passports
	Nationality string // ICAO code
}

// SubmissionStatus tells whether more files may come.
type SubmissionStatus string

// The states of a submission.
const (
	SubmissionOpen     SubmissionStatus = "open"
	SubmissionComplete SubmissionStatus = "complete"
)

// Channel is the road on which something came in, as in the event contract.
type Channel string

// The roads.
const (
	ChannelPortal     Channel = "portal"
	ChannelFITConnect Channel = "fit-connect"
	ChannelDrop       Channel = "drop"
	ChannelEmail      Channel = "email-import"
	ChannelScan       Channel = "scan"
	ChannelCaseSystem Channel = "case-system"
)

// Submission is one act of uploading: one or many files, from one sender, for one case.
type Submission struct {
	ID       ID
	CaseID   ID
	MatterID ID
	Channel  Channel
	Status   SubmissionStatus
	Language string // the sender's, for answers
	Files    int    // documents in it; filled when read
	Bytes    int64  // their originals together; filled when read
	Opened   time.Time
	Closed   time.Time
}

// RequestState is where a request for documents stands.
type RequestState string

// The states of a request.
const (
	RequestCreated   RequestState = "created"
	RequestFulfilled RequestState = "fulfilled"
	RequestOverdue   RequestState = "overdue"
	RequestCancelled RequestState = "cancelled"
)

// Request asks the applicant for documents.
type Request struct {
	ID       ID
	CaseID   ID
	MatterID ID
	State    RequestState
	Items    []RequestItem
	Due      time.Time // date only; zero: none
	Created  time.Time
}

// RequestItem is one document asked for.
type RequestItem struct {
	Number       int // 1-based in its request
	DocumentType string
	Reason       string // key of a translated text: missing, newer_needed, unreadable, …
	State        string // open, received, accepted, refused
	DocumentID   ID
}
