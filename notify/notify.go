// Package notify tells the case system (Fachverfahren) what happened. The event log is the truth: a consumer reads it as
// a feed, and a webhook is only the bell that says there is something new.
//
// The package holds what both ways share: the events' data (AppendDocument, DocumentEvent and their siblings), the
// envelope (Envelope), the signatures (Signer, Verifier) and the bell (Ringer, NextRetry). Events carry ids, types, counts
// and digests; the types have no field for a name. It leaves the log to records, the job that rings to workers, the feed
// to web. The contract stands in docs/standards/notify.
//
// Another protocol to a case system is one more file here, and passes the suite in notifytest.
//
// Start reading at Envelope.
package notify

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
)

// MaxEnvelope is the greatest size of an envelope, in bytes.
const MaxEnvelope = 16 << 10

// ContentType is the media type of an envelope.
const ContentType = "application/cloudevents+json; charset=utf-8"

const schemaName = "urn:eakte:schema:event:1#/$defs/"

// envelope is CloudEvents 1.0 in structured JSON mode.
type envelope struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            efile.EventType `json:"type"`
	Subject         string          `json:"subject"`
	Time            string          `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	DataSchema      string          `json:"dataschema"`
	Sequence        string          `json:"sequence"`
	CaseSequence    int64           `json:"casesequence"`
	Data            json.RawMessage `json:"data"`
}

// sourcePart is what the names of installation and office may look like in an envelope's source.
var sourcePart = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)

// Envelope writes an event as a consumer reads it, in the feed and in a webhook alike: the same event always gives the
// same bytes. installation is the operator's name for this installation, [a-z0-9-]{1,63}.
func Envelope(installation string, office efile.Office, e efile.Event) ([]byte, error) {
	for _, part := range []string{installation, office.Key} {
		if !sourcePart.MatchString(part) {
			return nil, fmt.Errorf("envelope of event %s: %q cannot stand in its source", e.ID, part)
		}
	}
	kind, err := schemaOf(e.Type)
	if err != nil {
		return nil, fmt.Errorf("envelope of event %s: %w", e.ID, err)
	}
	b, err := json.Marshal(envelope{
		SpecVersion: "1.0", ID: e.ID.Public(efile.PrefixEvent), Source: "urn:eakte:" + installation + ":" + office.Key,
		Type: e.Type, Subject: e.Subject, Time: e.Time.UTC().Format(time.RFC3339Nano), DataContentType: "application/json",
		DataSchema: schemaName + kind, Sequence: fmt.Sprintf("%020d", e.Sequence), CaseSequence: e.CaseSequence, Data: e.Data,
	})
	if err != nil {
		return nil, fmt.Errorf("envelope of event %s: %w", e.ID, err)
	}
	if len(b) > MaxEnvelope {
		return nil, fmt.Errorf("envelope of event %s: %d bytes, at most %d are promised", e.ID, len(b), MaxEnvelope)
	}
	return b, nil
}

// schemaOf names the schema of an event's data: the second word of its type, as in "eakte.document.received.v1".
func schemaOf(t efile.EventType) (string, error) {
	words := strings.Split(string(t), ".")
	if len(words) != 4 || words[0] != "eakte" {
		return "", fmt.Errorf("%q is no type of event", t)
	}
	switch words[1] {
	case "document", "case", "request", "submission":
		return words[1], nil
	case "endpoint":
		return "test", nil
	}
	return "", fmt.Errorf("data of events %q have no schema", t)
}
