package notify

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// maxItems is how many items or missing types an event lists; a consumer that wants all of more fetches them.
const maxItems = 60

// CaseRef names a case in an event.
type CaseRef struct {
	CaseID         string `json:"caseId"`
	ExternalRef    string `json:"externalRef,omitempty"`    // the case system's own reference
	ExternalSystem string `json:"externalSystem,omitempty"` // which case system
	Procedure      string `json:"procedure,omitempty"`      // key of the procedure catalogue
}

// CaseRefOf names a case; procedure is empty for a case without a matter.
func CaseRefOf(c efile.Case, procedure string) CaseRef {
	ref := CaseRef{CaseID: c.ID.Public(efile.PrefixCase), Procedure: procedure}
	if c.ExternalSystem != "" && c.ExternalRef != "" && len(c.ExternalRef) <= 128 && sourcePart.MatchString(c.ExternalSystem) {
		ref.ExternalSystem, ref.ExternalRef = c.ExternalSystem, c.ExternalRef
	}
	return ref
}

// Classification says who decided on a document's type, and how sure.
type Classification struct {
	By          string  `json:"by"`
	Confidence  float64 `json:"confidence"` // 0…1
	NeedsReview bool    `json:"needsReview"`
}

// DocumentData is what an event tells of a document. Empty fields are left out.
type DocumentData struct {
	Case           CaseRef         `json:"case"`
	DocumentID     string          `json:"documentId"`
	Version        int             `json:"version"`
	State          string          `json:"state"`
	DocumentType   string          `json:"documentType,omitempty"`
	Classification *Classification `json:"classification,omitempty"`
	RequestID      string          `json:"requestId,omitempty"`
	Channel        efile.Channel   `json:"channel,omitempty"`
	MediaType      string          `json:"mediaType,omitempty"`
	ArchivalFormat string          `json:"archivalFormat,omitempty"`
	Pages          int             `json:"pages,omitempty"`
	Size           int64           `json:"size,omitempty"`   // of the archival rendition; before there is one, of the original
	SHA256         string          `json:"sha256,omitempty"` // of the archival rendition
	OriginalSHA256 string          `json:"originalSha256,omitempty"`
	Reason         string          `json:"reason,omitempty"` // why it was rejected or withdrawn
	Href           string          `json:"href"`
}

// states are the states of the contract by type of event.
var states = map[efile.EventType]string{
	efile.DocumentReceived: "received", efile.DocumentProcessed: "processed", efile.DocumentClassified: "classified",
	efile.DocumentAttached: "attached", efile.DocumentRejected: "rejected", efile.DocumentWithdrawn: "withdrawn",
}

// plainMediaType keeps out parameters, in which a sender's claim could carry a file name.
var plainMediaType = regexp.MustCompile(`^[a-z]+/[a-z0-9][a-z0-9.+-]{0,100}$`)

var archivalFormats = []string{"PDF/A-1b", "PDF/A-2b", "PDF/A-2u", "PDF/A-3b"}

// DocumentDataOf describes a document for an event. archival is its archival rendition, nil when there is none (yet).
func DocumentDataOf(t efile.EventType, ref CaseRef, doc efile.Document, archival *efile.Rendition) DocumentData {
	id := doc.ID.Public(efile.PrefixDocument)
	data := DocumentData{Case: ref, DocumentID: id, Version: max(1, doc.Version), State: states[t], DocumentType: doc.Type,
		Channel: doc.Channel, Pages: doc.Pages, Size: doc.Size, OriginalSHA256: doc.SHA256, Href: "/v1/documents/" + id}
	if doc.Type != "" && doc.TypeBy != "" {
		data.Classification = &Classification{By: doc.TypeBy, Confidence: share(doc.TypeConfidence), NeedsReview: doc.Status == efile.Review}
	}
	if !doc.RequestID.IsZero() {
		data.RequestID = doc.RequestID.Public(efile.PrefixRequest)
	}
	if plainMediaType.MatchString(doc.MediaType) {
		data.MediaType = doc.MediaType
	}
	if archival != nil {
		data.Size, data.SHA256 = archival.Size, archival.SHA256
		if slices.Contains(archivalFormats, archival.Format) {
			data.ArchivalFormat = archival.Format
		}
	}
	if t == efile.DocumentRejected || t == efile.DocumentWithdrawn {
		data.Reason = reasonOf(fault.Code(doc.Code), t)
	}
	return data
}

// DocumentEvent is an event about a document, ready to be appended to the log.
func DocumentEvent(t efile.EventType, ref CaseRef, doc efile.Document, archival *efile.Rendition) efile.Event {
	data := DocumentDataOf(t, ref, doc, archival)
	return efile.Event{CaseID: doc.CaseID, Type: t, Subject: caseSubject(doc.CaseID) + "/documents/" + data.DocumentID, Data: encode(data)}
}

// reasonOf translates our codes into the few reasons of the contract.
func reasonOf(code fault.Code, t efile.EventType) string {
	if t == efile.DocumentWithdrawn {
		return "applicant_withdrew"
	}
	switch code {
	case fault.Malware:
		return "malware"
	case fault.Encrypted:
		return "encrypted"
	case fault.TypeNotAccepted, fault.TypeMismatch, fault.DynamicXFA, fault.ConverterMissing:
		return "unsupported_format"
	case fault.TooLarge, fault.TooComplex, fault.TooManyFiles, fault.SubmissionTooBig:
		return "too_large"
	case fault.Duplicate:
		return "duplicate"
	case fault.NoPages, fault.MailParts:
		return "incomplete"
	}
	return "unreadable"
}

// Completeness says how far a case is from having all documents.
type Completeness struct {
	MandatoryTotal   int      `json:"mandatoryTotal"`
	MandatoryPresent int      `json:"mandatoryPresent"`
	ConditionalOpen  int      `json:"conditionalOpen"`
	Complete         bool     `json:"complete"`
	Missing          []string `json:"missing,omitempty"` // document types; at most the first 60 are told
}

// CaseData is what an event tells of a case.
type CaseData struct {
	Case         CaseRef          `json:"case"`
	Status       efile.CaseStatus `json:"status,omitempty"`
	Completeness *Completeness    `json:"completeness,omitempty"`
	Href         string           `json:"href"`
}

// CaseChange is what an event about a case adds to the case itself. The zero value adds nothing.
type CaseChange struct {
	Procedure    string
	Completeness *Completeness
}

// CaseEvent is an event about a case, ready to be appended to the log.
func CaseEvent(t efile.EventType, c efile.Case, change CaseChange) efile.Event {
	data := CaseData{Case: CaseRefOf(c, change.Procedure), Status: c.Status}
	data.Href = "/v1/cases/" + data.Case.CaseID
	if change.Completeness != nil {
		told := *change.Completeness
		told.Missing = told.Missing[:min(len(told.Missing), maxItems)]
		data.Completeness = &told
	}
	return efile.Event{CaseID: c.ID, Type: t, Subject: caseSubject(c.ID), Data: encode(data)}
}

// RequestItem is one document asked for.
type RequestItem struct {
	DocumentType string `json:"documentType"`
	State        string `json:"state"`
	DocumentID   string `json:"documentId,omitempty"`
}

// RequestData is what an event tells of a request for documents.
type RequestData struct {
	Case      CaseRef            `json:"case"`
	RequestID string             `json:"requestId"`
	State     efile.RequestState `json:"state"`
	Items     []RequestItem      `json:"items"`
	Due       string             `json:"due,omitempty"` // date
	Href      string             `json:"href"`
}

// RequestEvent is an event about a request for documents, ready to be appended to the log.
func RequestEvent(t efile.EventType, ref CaseRef, r efile.Request) efile.Event {
	id := r.ID.Public(efile.PrefixRequest)
	data := RequestData{Case: ref, RequestID: id, State: r.State, Items: []RequestItem{},
		Href: "/v1/cases/" + ref.CaseID + "/document-requests/" + id}
	for _, item := range r.Items[:min(len(r.Items), maxItems)] {
		told := RequestItem{DocumentType: item.DocumentType, State: item.State}
		if !item.DocumentID.IsZero() {
			told.DocumentID = item.DocumentID.Public(efile.PrefixDocument)
		}
		data.Items = append(data.Items, told)
	}
	if !r.Due.IsZero() {
		data.Due = r.Due.Format("2006-01-02")
	}
	return efile.Event{CaseID: r.CaseID, Type: t, Subject: caseSubject(r.CaseID) + "/requests/" + id, Data: encode(data)}
}

// SubmissionData is what an event tells of a submission.
type SubmissionData struct {
	SubmissionID string        `json:"submissionId"`
	Channel      efile.Channel `json:"channel"`
	Case         *CaseRef      `json:"case,omitempty"`
	Attachments  int           `json:"attachments"`
	Href         string        `json:"href"`
}

// SubmissionEvent is an event about a submission, ready to be appended to the log.
func SubmissionEvent(t efile.EventType, ref CaseRef, s efile.Submission) efile.Event {
	id := s.ID.Public(efile.PrefixSubmission)
	data := SubmissionData{SubmissionID: id, Channel: s.Channel, Case: &ref, Attachments: s.Files, Href: "/v1/submissions/" + id}
	return efile.Event{CaseID: s.CaseID, Type: t, Subject: "submissions/" + id, Data: encode(data)}
}

// TestEvent lets an operator try an endpoint. It belongs to no case.
func TestEvent(endpoint efile.Endpoint) efile.Event {
	id := endpoint.ID.Public(efile.PrefixEndpoint)
	return efile.Event{Type: efile.EndpointTest, Subject: "endpoints/" + id, Data: encode(map[string]string{"endpointId": id})}
}

func caseSubject(id efile.ID) string { return "cases/" + id.Public(efile.PrefixCase) }

// share brings a confidence into 0…1; what is no number is no confidence.
func share(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return min(max(f, 0), 1)
}

// encode writes the data of an event. The types above hold nothing that JSON cannot.
func encode(data any) json.RawMessage {
	b, err := json.Marshal(data)
	if err != nil {
		return json.RawMessage("null") // refused by the schema and by the log
	}
	return b
}
