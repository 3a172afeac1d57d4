// Package chain is the event log of one case as a file, events.jsonl, and the proof that it is as it was written, without
// database or network. Whoever keeps the file, an archive above all, can still prove it when this product is gone.
//
// # Format
//
// UTF-8, one entry a line, each line a JSON object that ends with a line feed. Its members, in this order, none left out:
//
//	v          "eakte.event.v1", which also names the digest: SHA-256
//	office     the office's id, UUID
//	seq        position in the office's log, a whole number from 1
//	id         the event's id, UUID
//	case       the case's id, UUID
//	case_seq   position in the case, from 1 without a gap
//	type       such as "eakte.document.attached.v1"
//	subject    such as "cases/case_…/documents/doc_…"
//	actor_kind applicant, staff, service or system
//	actor      the actor's id, UUID; empty for the system
//	time       UTC with microseconds, 2026-11-22T09:00:00.000000Z
//	data       the event's data, JSON in a string: exactly the characters that were digested
//	prev_hash  digest of the entry before it in the office's log, 64 hexadecimal digits; 64 zeros for the first
//	hash       digest of this entry
//
// There is no white space between members, and only what JSON demands is escaped: a line has one way to be written, and a
// line written otherwise is refused. So no reader can take from it anything but what was proven.
//
// The digest of an entry is SHA-256 over these parts in this order, each as its length in bytes (32 bits, most significant
// first) and then its bytes: v, prev_hash (as 32 bytes), office, seq, id, case, case_seq, type, subject, actor_kind, actor,
// time, data. Numbers are decimal, ids and time as above.
//
// # What it proves
//
// Every entry is whole, none that has a number of its case is missing before the last one, and none was put between. What only
// the log knows, the archivists' work, has no number (0). The chain is the office's,
// so entries of other cases lie between those of the file: that a digest is the one that was written then is proven by an
// anchor, a number and a digest noted elsewhere at the time (`eakte verify --events` prints one). Without an anchor whoever
// can write the file can write another one that agrees with itself.
//
// Start reading at Write and Verify.
package chain

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// Name is what the file is called in deliveries.
const Name = "events.jsonl"

const version = "eakte.event.v1"

// line is an entry as it is written. The order of its fields is the format.
type line struct {
	V         string `json:"v"`
	Office    string `json:"office"`
	Seq       int64  `json:"seq"`
	ID        string `json:"id"`
	Case      string `json:"case"`
	CaseSeq   int64  `json:"case_seq"`
	Type      string `json:"type"`
	Subject   string `json:"subject"`
	ActorKind string `json:"actor_kind"`
	Actor     string `json:"actor"`
	Time      string `json:"time"`
	Data      string `json:"data"`
	PrevHash  string `json:"prev_hash"`
	Hash      string `json:"hash"`
}

// Write writes the events of one case, all of them from the first on and in the order of the log (records.Tx.CaseEvents).
// It writes what they are and checks nothing: Verify does.
func Write(w io.Writer, events []efile.Event) error {
	for _, e := range events {
		b, err := encode(line{
			V: version, Office: e.Office.String(), Seq: e.Sequence, ID: e.ID.String(), Case: e.CaseID.String(), CaseSeq: e.CaseSequence,
			Type: string(e.Type), Subject: e.Subject, ActorKind: string(e.Actor.Kind), Actor: e.Actor.ID.String(),
			Time: e.Time.UTC().Format(efile.EventTime), Data: string(e.Data),
			PrevHash: hex.EncodeToString(e.Previous), Hash: hex.EncodeToString(e.Digest),
		})
		if err == nil {
			_, err = w.Write(b)
		}
		if err != nil {
			return fmt.Errorf("write event %s: %w", e.ID, err)
		}
	}
	return nil
}

func encode(l line) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(l)
	return b.Bytes(), err
}

// decode reads a line, strictly: it must be the one that Write makes of what is in it.
func decode(b []byte) (efile.Event, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return efile.Event{}, wrong("no entry of a log: %w", err)
	}
	if l.V != version {
		return efile.Event{}, wrong("of another format")
	}
	if again, err := encode(l); err != nil || !bytes.Equal(again, b) {
		return efile.Event{}, wrong("not written as the format says")
	}
	return l.event()
}

// event turns the texts of a line into values. Each must be in its one form, or the digest would not be over what is read.
func (l line) event() (efile.Event, error) {
	e := efile.Event{
		Sequence: l.Seq, CaseSequence: l.CaseSeq, Type: efile.EventType(l.Type), Subject: l.Subject,
		Actor: efile.Actor{Kind: efile.ActorKind(l.ActorKind)}, Data: json.RawMessage(l.Data),
	}
	var errs [7]error
	e.Office, errs[0] = efile.ParseID(l.Office)
	e.ID, errs[1] = efile.ParseID(l.ID)
	e.CaseID, errs[2] = efile.ParseID(l.Case)
	if l.Actor != "" {
		e.Actor.ID, errs[3] = efile.ParseID(l.Actor)
	}
	e.Time, errs[4] = time.Parse(efile.EventTime, l.Time)
	e.Previous, errs[5] = digest(l.PrevHash)
	e.Digest, errs[6] = digest(l.Hash)
	if err := errors.Join(errs[:]...); err != nil {
		return e, wrong("a value in the wrong form: %w", err)
	}
	if e.Office.String() != l.Office || e.ID.String() != l.ID || e.CaseID.String() != l.Case || e.Actor.ID.String() != l.Actor ||
		e.Time.UTC().Format(efile.EventTime) != l.Time || !json.Valid(e.Data) {
		return e, wrong("a value in the wrong form")
	}
	return e, nil
}

func digest(text string) ([]byte, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 32 || hex.EncodeToString(b) != text {
		return nil, errors.New("not a SHA-256 digest")
	}
	return b, nil
}

func wrong(format string, args ...any) error {
	return fault.New(fault.Reject, fault.Validation, fmt.Errorf(format, args...))
}
