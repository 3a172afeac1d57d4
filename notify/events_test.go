package notify_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/notify"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func schema(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func contract(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(corpus.Root(t), "docs", "standards", "notify", name)
}

func validate(t *testing.T, s *jsonschema.Schema, b []byte) error {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(instance)
}

// full is a document about which everything is known.
func full() efile.Document {
	return efile.Document{ID: efile.NewID(), CaseID: efile.NewID(), Version: 3, FileName: "Reisepass Erika Muster.pdf", MediaType: "application/pdf",
		Size: 481236, SHA256: strings.Repeat("9a", 32), Pages: 6, Type: "employment_contract", TypeConfidence: 0.97, TypeBy: "model",
		Channel: efile.ChannelPortal, RequestID: efile.NewID(), Status: efile.Filed}
}

func archival() *efile.Rendition {
	return &efile.Rendition{Format: "PDF/A-2u", Size: 500_000, SHA256: strings.Repeat("3f", 32)}
}

// events are one or more of every type we send.
func events() map[string]efile.Event {
	c := efile.Case{ID: efile.NewID(), Status: efile.CaseProcessing, ExternalSystem: "advis", ExternalRef: "ABH-2026-004711", Title: "Muster, Erika"}
	ref := notify.CaseRefOf(c, "residence_employment")
	long := make([]string, 200)
	for i := range long {
		long[i] = strings.Repeat("document_type_", 4)
	}
	request := efile.Request{ID: efile.NewID(), CaseID: c.ID, State: efile.RequestFulfilled, Due: time.Now(),
		Items: []efile.RequestItem{{Number: 1, DocumentType: "employment_contract", State: "received", DocumentID: efile.NewID()}, {DocumentType: "passport", State: "open"}}}
	rejected, withdrawn, bare := full(), full(), efile.Document{ID: efile.NewID(), CaseID: c.ID, Size: 1, MediaType: `text/plain; name="Muster.txt"`}
	rejected.Code, withdrawn.Code = string(fault.Encrypted), string(fault.WithdrawnBySender)
	bare.Type, bare.TypeBy, bare.TypeConfidence = "passport", "rule", math.NaN()
	all := map[string]efile.Event{
		"case opened":         notify.CaseEvent(efile.CaseOpened, c, notify.CaseChange{}),
		"case status changed": notify.CaseEvent(efile.CaseStatusChanged, c, notify.CaseChange{Procedure: "residence_employment"}),
		"completeness": notify.CaseEvent(efile.CaseCompleteness, c, notify.CaseChange{Completeness: &notify.Completeness{
			MandatoryTotal: 200, ConditionalOpen: 1, Missing: long}}),
		"request created":   notify.RequestEvent(efile.RequestWasCreated, ref, efile.Request{ID: efile.NewID(), CaseID: c.ID, State: efile.RequestCreated}),
		"request fulfilled": notify.RequestEvent(efile.RequestWasFulfilled, ref, request),
		"submission":        notify.SubmissionEvent(efile.SubmissionReceived, ref, efile.Submission{ID: efile.NewID(), CaseID: c.ID, Channel: efile.ChannelCaseSystem, Files: 3}),
		"endpoint test":     notify.TestEvent(efile.Endpoint{ID: efile.NewID()}),
		"bare document":     notify.DocumentEvent(efile.DocumentReceived, notify.CaseRefOf(efile.Case{ID: bare.CaseID}, ""), bare, nil),
		"rejected":          notify.DocumentEvent(efile.DocumentRejected, ref, rejected, nil),
		"withdrawn":         notify.DocumentEvent(efile.DocumentWithdrawn, ref, withdrawn, archival()),
	}
	for _, t := range []efile.EventType{efile.DocumentReceived, efile.DocumentProcessed, efile.DocumentClassified, efile.DocumentAttached} {
		all[string(t)] = notify.DocumentEvent(t, ref, full(), archival())
	}
	for name, e := range all {
		e.ID, e.Sequence, e.Time = efile.NewID(), 184467, time.Now()
		if !e.CaseID.IsZero() {
			e.CaseSequence = 7
		}
		all[name] = e
	}
	return all
}

func TestEveryEventSatisfiesTheContract(t *testing.T) {
	t.Parallel()
	ours := schema(t, contract(t, "event.schema.json"))
	for name, event := range events() {
		b, err := notify.Envelope("musterstadt", efile.Office{Key: "auslaenderbehoerde"}, event)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := validate(t, ours, b); err != nil {
			t.Errorf("%s: %v\n%s", name, err, b)
		}
		for _, personal := range []string{"Muster,", "Erika", "Muster.txt"} {
			if bytes.Contains(b, []byte(personal)) {
				t.Errorf("%s tells %q: %s", name, personal, b)
			}
		}
		again, err := notify.Envelope("musterstadt", efile.Office{Key: "auslaenderbehoerde"}, event)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%s: the second envelope differs", name)
		}
	}
}

func TestEveryEventIsACloudEvent(t *testing.T) {
	t.Parallel()
	theirs := schema(t, corpus.Extern(t, "standards/notify/schemas/cloudevents-1.0.schema.json"))
	for name, event := range events() {
		b, err := notify.Envelope("musterstadt", efile.Office{Key: "auslaenderbehoerde"}, event)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, theirs, b); err != nil {
			t.Errorf("%s: %v\n%s", name, err, b)
		}
	}
}

func TestTheSchemaHoldsTheExamplesAndRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	ours := schema(t, contract(t, "event.schema.json"))
	examples, err := filepath.Glob(contract(t, "examples/event-*.json"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("examples: %d, %v", len(examples), err)
	}
	for _, path := range examples {
		b, err := os.ReadFile(path) //nolint:gosec // the project's own file
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, ours, b); err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
		var event map[string]any
		if err := json.Unmarshal(b, &event); err != nil {
			t.Fatal(err)
		}
		event["surname"] = "Muster"
		wrong, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		if validate(t, ours, wrong) == nil {
			t.Errorf("%s with a surname: got no error", filepath.Base(path))
		}
	}
}

// TestAnEventLooksLikeTheExample compares with the worked example of the contract, member by member.
func TestAnEventLooksLikeTheExample(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(contract(t, "examples/event-document-attached.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	id := func(p efile.Prefix, s string) efile.ID {
		parsed, err := efile.ParsePublic(p, s)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	doc := full()
	doc.ID, doc.CaseID = id(efile.PrefixDocument, "doc_01kahq41m9b3c5d7f9h1k3n5q7"), id(efile.PrefixCase, "case_01kahq3v5e8m2n4p6r8t0w2y4z")
	doc.RequestID, doc.Version = id(efile.PrefixRequest, "req_01kahq4x2s4v6w8y0z2b4d6f8g"), 1
	c := efile.Case{ID: doc.CaseID, ExternalSystem: "advis", ExternalRef: "ABH-2026-004711"}
	event := notify.DocumentEvent(efile.DocumentAttached, notify.CaseRefOf(c, "residence_employment"), doc,
		&efile.Rendition{Format: "PDF/A-2b", Size: 481236, SHA256: strings.Repeat("3f", 32)})
	event.ID, event.Sequence, event.CaseSequence = id(efile.PrefixEvent, "evt_01kahq5a7b9c1d3e5f7g9h1j3k"), 184467, 7
	event.Time = time.Date(2026, 11, 20, 10, 14, 27, 0, time.FixedZone("CET", 3600))
	envelope, err := notify.Envelope("musterstadt", efile.Office{Key: "auslaenderbehoerde"}, event)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(envelope, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

func TestEnvelopeRefusesWhatTheContractCannotSay(t *testing.T) {
	t.Parallel()
	good := notify.TestEvent(efile.Endpoint{ID: efile.NewID()})
	big, strange := good, good
	big.Data = json.RawMessage(`{"filler":"` + strings.Repeat("x", notify.MaxEnvelope) + `"}`)
	strange.Type = "eakte.coffee.brewed.v1"
	for _, test := range []struct {
		name, installation, office string
		event                      efile.Event
	}{
		{"an installation with a blank", "muster stadt", "abh", good},
		{"an office with capitals", "musterstadt", "ABH", good},
		{"an office without a key", "musterstadt", "", good},
		{"an unknown type", "musterstadt", "abh", strange},
		{"more than 16 KiB", "musterstadt", "abh", big},
	} {
		if _, err := notify.Envelope(test.installation, efile.Office{Key: test.office}, test.event); err == nil {
			t.Errorf("%s: got no error", test.name)
		}
	}
}

func TestEveryCodeOfARejectedDocumentHasAReason(t *testing.T) {
	t.Parallel()
	ours := schema(t, contract(t, "event.schema.json"))
	for _, code := range append(fault.Codes(), "") {
		doc := full()
		doc.Code = string(code)
		event := notify.DocumentEvent(efile.DocumentRejected, notify.CaseRefOf(efile.Case{ID: doc.CaseID}, ""), doc, nil)
		event.ID, event.Time = efile.NewID(), time.Now()
		b, err := notify.Envelope("musterstadt", efile.Office{Key: "abh"}, event)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, ours, b); err != nil || !bytes.Contains(b, []byte(`"reason":"`)) {
			t.Errorf("%q: %v\n%s", code, err, b)
		}
	}
}
