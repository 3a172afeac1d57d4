package efile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// EventType is one of the types of the event contract (docs/standards/notify/event.schema.json), or one that only the log
// knows; see LogOnly.
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

// What archivists do is in the log only: the contract of the feed does not know it, and it is nobody else's business.
const (
	AuditMatterClosed         EventType = "eakte.audit.matter_closed.v1"
	AuditMatterReopened       EventType = "eakte.audit.matter_reopened.v1"
	AuditCaseClosed           EventType = "eakte.audit.case_closed.v1"
	AuditCaseReopened         EventType = "eakte.audit.case_reopened.v1"
	AuditHoldSet              EventType = "eakte.audit.hold_set.v1"
	AuditHoldLifted           EventType = "eakte.audit.hold_lifted.v1"
	AuditRetentionTable       EventType = "eakte.audit.retention_table_changed.v1"
	AuditPeriodSet            EventType = "eakte.audit.period_set.v1"
	AuditDisposalOpened       EventType = "eakte.audit.disposal_opened.v1"
	AuditOffered              EventType = "eakte.audit.offered.v1"
	AuditAppraised            EventType = "eakte.audit.appraised.v1"
	AuditDelivered            EventType = "eakte.audit.delivered.v1"
	AuditArchived             EventType = "eakte.audit.archived.v1"
	AuditConfirmedByHand      EventType = "eakte.audit.confirmed_by_hand.v1" // a person, in the archive's place
	AuditUnblocked            EventType = "eakte.audit.unblocked.v1"
	AuditDisposalClosed       EventType = "eakte.audit.disposal_closed.v1"
	AuditDisposalCancelled    EventType = "eakte.audit.disposal_cancelled.v1"
	AuditRecalled             EventType = "eakte.audit.recalled.v1"
	AuditAnswerTaken          EventType = "eakte.audit.answer_taken.v1"
	AuditAnswerUnexpected     EventType = "eakte.audit.answer_unexpected.v1"
	AuditAnswerUploaded       EventType = "eakte.audit.answer_uploaded.v1"   // a person brought it; what it is shows when it is read
	AuditContainerFetched     EventType = "eakte.audit.container_fetched.v1" // a person took it to carry it to the archive
	AuditDestructionProposed  EventType = "eakte.audit.destruction_proposed.v1"
	AuditDestructionConfirmed EventType = "eakte.audit.destruction_confirmed.v1"
	AuditDestructionWithdrawn EventType = "eakte.audit.destruction_withdrawn.v1"
	AuditDestructionDone      EventType = "eakte.audit.destruction_done.v1"
)

// auditPrefix begins the types that only the log knows. append_event knows it too.
const auditPrefix = "eakte.audit."

// LogOnly reports whether events of this type stay in the log: no feed shows them and no endpoint is rung for them. They
// take no number in their case, so that consumers of the feed see no gap.
func (t EventType) LogOnly() bool { return strings.HasPrefix(string(t), auditPrefix) }

// Event is one entry of the log, which is audit trail and feed in one. It is written in the transaction of the change it
// tells of, never changed, and holds no personal data: ids, types, counts, digests.
type Event struct {
	ID           ID
	Office       ID
	Sequence     int64 // position in the office's log; strictly increasing in commit order
	CaseID       ID
	CaseSequence int64 // counts per case from 1 without gaps; 0 without a case and for what only the log knows
	Type         EventType
	Subject      string // "cases/case_…/documents/doc_…"
	Actor        Actor  // only Kind and ID are kept
	Data         json.RawMessage
	Time         time.Time
	Previous     []byte // digest of the entry before, 32 bytes
	Digest       []byte // SHA-256 over everything above
}

// EventTime is how a digest and an exported log write a time, in UTC.
const EventTime = "2006-01-02T15:04:05.000000Z"

// Recompute returns what the event's Digest must be: SHA-256 over the parts listed at append_event in the migration, each
// with its length in front.
func (e Event) Recompute() []byte {
	h := sha256.New()
	part := func(b []byte) {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b)))) //nolint:gosec // an event has a few KiB
		h.Write(b)
	}
	part([]byte("eakte.event.v1"))
	part(e.Previous)
	for _, s := range []string{
		e.Office.String(), strconv.FormatInt(e.Sequence, 10), e.ID.String(), e.CaseID.String(),
		strconv.FormatInt(e.CaseSequence, 10), string(e.Type), e.Subject, string(e.Actor.Kind), e.Actor.ID.String(),
		e.Time.UTC().Format(EventTime), string(e.Data),
	} {
		part([]byte(s))
	}
	return h.Sum(nil)
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
