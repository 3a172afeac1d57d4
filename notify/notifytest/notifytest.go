// Package notifytest is the suite that every way of telling a case system must pass, whatever its protocol: what is
// delivered is the event as the feed has it, once or more often but never changed, and what was not taken is never
// called delivered. The webhook passes it; a further protocol brings a Harness and does too.
//
// Start reading at Run.
package notifytest

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
)

// Mood is how the consumer at the other end treats a delivery.
type Mood int

// The moods.
const (
	Willing Mood = iota // takes it
	Busy                // refuses for now, with more than a kilobyte of words and a NUL byte in them
	Done                // wants no more, for good
	Mute                // takes the connection and never answers
)

// Harness is a protocol with a consumer at the other end.
type Harness interface {
	// Deliver hands over one envelope, as the worker would.
	Deliver(ctx context.Context, event efile.Event, envelope []byte) notify.Result
	// Behave sets the consumer's mood for what follows.
	Behave(mood Mood)
	// Received returns the envelopes that the consumer accepted, each checked as the protocol demands.
	Received() [][]byte
}

// Run proves the promises. It calls open for each of them.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"an event arrives byte for byte", arrives},
		{"a repetition has the same id and bytes", repeats},
		{"a busy consumer is tried again later", busy},
		{"a consumer that is done is left in peace", done},
		{"the end of the context ends the attempt", ends},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

// Event returns an event of a case as the log would hold it.
func Event(t *testing.T) efile.Event {
	t.Helper()
	c := efile.Case{ID: efile.NewID(), Status: efile.CaseReceived, ExternalSystem: "advis", ExternalRef: "ABH-2026-004711"}
	event := notify.CaseEvent(efile.CaseStatusChanged, c, notify.CaseChange{Procedure: "residence_employment"})
	event.ID, event.Sequence, event.CaseSequence, event.Time = efile.NewID(), 184467, 7, time.Now()
	return event
}

// Envelope returns the envelope of an event of an example office.
func Envelope(t *testing.T, event efile.Event) []byte {
	t.Helper()
	b, err := notify.Envelope("musterstadt", efile.Office{Key: "auslaenderbehoerde"}, event)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func arrives(t *testing.T, h Harness) {
	event := Event(t)
	want := Envelope(t, event)
	result := h.Deliver(t.Context(), event, want)
	if result.Outcome != notify.Delivered {
		t.Fatalf("got %+v, want delivered", result)
	}
	if got := h.Received(); len(got) != 1 || !bytes.Equal(got[0], want) {
		t.Errorf("received %q, want once %q", got, want)
	}
}

func repeats(t *testing.T, h Harness) {
	event := Event(t)
	for range 2 {
		if result := h.Deliver(t.Context(), event, Envelope(t, event)); result.Outcome != notify.Delivered {
			t.Fatalf("got %+v, want delivered", result)
		}
	}
	got := h.Received()
	if len(got) != 2 || !bytes.Equal(got[0], got[1]) {
		t.Fatalf("received %q, want the same twice", got)
	}
	var told struct{ ID string }
	if err := json.Unmarshal(got[0], &told); err != nil || told.ID != event.ID.Public(efile.PrefixEvent) {
		t.Errorf("id: got %q (%v), want %s", told.ID, err, event.ID.Public(efile.PrefixEvent))
	}
}

func busy(t *testing.T, h Harness) {
	h.Behave(Busy)
	event := Event(t)
	result := h.Deliver(t.Context(), event, Envelope(t, event))
	if result.Outcome != notify.Failed || len(h.Received()) != 0 {
		t.Errorf("got %+v, want failed", result)
	}
	if len(result.Answer) > 1024 || strings.ContainsRune(result.Answer, 0) {
		t.Errorf("answer: got %d bytes, want at most 1024 without NUL", len(result.Answer))
	}
	h.Behave(Willing)
	if result := h.Deliver(t.Context(), event, Envelope(t, event)); result.Outcome != notify.Delivered {
		t.Errorf("afterwards: got %+v, want delivered", result)
	}
}

func done(t *testing.T, h Harness) {
	h.Behave(Done)
	event := Event(t)
	if result := h.Deliver(t.Context(), event, Envelope(t, event)); result.Outcome != notify.Gone {
		t.Errorf("got %+v, want gone", result)
	}
}

func ends(t *testing.T, h Harness) {
	h.Behave(Mute)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	event := Event(t)
	start := time.Now()
	result := h.Deliver(ctx, event, Envelope(t, event))
	if result.Outcome != notify.Failed || result.Status != 0 || time.Since(start) > 10*time.Second {
		t.Errorf("got %+v after %v, want failed soon", result, time.Since(start))
	}
}
