package efile

import (
	"encoding/json"
	"time"
)

// EventType is one of the types of the event contract (docs/standards/notify/event.schema.json).
type EventType string

// The event types.
const (
	SubmissionReceived  EventType = "eakte.submission.received.v1"
	DocumentReceived    EventType = "eakte.document.received.v1"
	DocumentProcessed   EventType = "eakte.document.processed.v1"
	DocumentClassified  EventType = "eakte.document.classified.v1"
	DocumentAttached    EventType = "eakte.document.attached.v1"
	DocumentRejected    EventType = "eakte.document.rejected.v1"
	DocumentWithdrawn   EventType = "eakte.document.withdrawn.v1"
	CaseOpened          EventType = "eakte.case.opened.v1"
	CaseCompleteness    EventType = "eakte.case.completeness_changed.v1"
	CaseStatusChanged   EventType = "eakte.case.status_changed.v1"
	RequestWasCreated   EventType = "eakte.request.created.v1"
	RequestWasFulfilled EventType = "eakte.request.fulfilled.v1"
	RequestWasCancelled EventType = "eakte.request.cancelled.v1"
	EndpointTest        EventType = "eakte.endpoint.test.v1"
)

// Event is one entry of the log, which is audit trail and feed in one. It is written in the transaction of the change it
// tells of, never changed, and holds no personal data: ids, types, counts, digests.
type Event struct {
	ID           ID
	Office       ID
	Sequence     int64 // position in the office's log; strictly increasing in commit order
	CaseID       ID
	CaseSequence int64 // counts per case from 1 without gaps; 0 without a case
	Type         EventType
	Subject      string // "cases/case_…/documents/doc_…"
	Actor        Actor  // only Kind and ID are kept
	Data         json.RawMessage
	Time         time.Time
	Previous     []byte // digest of the entry before, 32 bytes
	Digest       []byte // SHA-256 over everything above
}

// Endpoint is a consumer that is rung by webhook.
type Endpoint struct {
	ID         ID
	URL        string
	Algorithm  string      // "v1a" (Ed25519) or "v1" (HMAC)
	Types      []EventType // empty: all
	Generation int         // of its secret; rotation counts up
	Rotated    time.Time   // the previous secret signs too for 24 hours after this
	State      string      // active, paused, off
	Created    time.Time
}

// Delivery is one attempt to ring an endpoint.
type Delivery struct {
	EndpointID ID
	EventID    ID
	Attempt    int
	Status     int    // HTTP status; 0: no answer
	Answer     string // first KiB of the answer or why there was none
	Latency    time.Duration
	At         time.Time
}
