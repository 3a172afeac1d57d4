package records_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

func TestAnEventComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	who := w.applicant(w.file.ID)
	data := json.RawMessage(`{"b": 1,  "a": "Ünïcode \u0000 < >"}`) // neither sorted nor compact, and it must stay so
	first := efile.Event{ID: efile.NewID(), Type: efile.DocumentReceived, CaseID: w.file.ID, Subject: "cases/1/documents/2", Data: data}
	start := time.Now().Add(-time.Second)
	w.in(t, who, func(tx *records.Tx) error {
		tx.Append(first)
		tx.Append(efile.Event{Type: efile.SubmissionReceived, CaseID: w.file.ID, Subject: "second"})
		return nil
	})
	e, err := read(t, w, w.system, func(tx *records.Tx) (efile.Event, error) { return tx.Event(ctx, first.ID) })
	if err != nil {
		t.Fatal(err)
	}
	if e.Type != first.Type || e.CaseID != first.CaseID || e.Subject != first.Subject || !bytes.Equal(e.Data, data) {
		t.Errorf("got %+v, want %+v", e, first)
	}
	if e.Office != w.office.ID || e.Actor.Kind != efile.Applicant || e.Actor.ID != who.ID || e.Sequence != 2 || e.CaseSequence != 2 {
		t.Errorf("got office %v, actor %v, sequence %d, in its case %d", e.Office, e.Actor, e.Sequence, e.CaseSequence)
	}
	if e.Time.Before(start) || e.Time.After(time.Now().Add(time.Second)) || e.Time.Location() != time.UTC {
		t.Errorf("got time %v, want about now in UTC", e.Time)
	}
	if !bytes.Equal(e.Digest, e.Recompute()) {
		t.Errorf("the digest of the database and ours differ: %x and %x", e.Digest, e.Recompute())
	}
	all := logOf(t, w)
	if len(all) != 3 || all[2].Subject != "second" || !bytes.Equal(all[2].Previous, e.Digest) {
		t.Errorf("got %v, want the second event to follow the first", all)
	}
}

func TestEventsAreNarrowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	other := testenv.Case(t, w.store, w.office)
	w.in(t, w.system, func(tx *records.Tx) error {
		tx.Append(efile.Event{Type: efile.CaseOpened, CaseID: other.ID})
		tx.Append(efile.Event{Type: efile.EndpointTest}) // of no case
		tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: other.ID})
		return nil
	})
	for _, c := range []struct {
		name   string
		actor  efile.Actor
		filter records.EventFilter
		want   []int64
	}{
		{"the whole log", w.system, records.EventFilter{}, []int64{1, 2, 3, 4}},
		{"after the second", w.service(efile.ScopeEventsRead), records.EventFilter{After: 2}, []int64{3, 4}},
		{"two at most", w.system, records.EventFilter{Limit: 2}, []int64{1, 2}},
		{"of two types", w.system, records.EventFilter{Types: []efile.EventType{efile.CaseOpened, efile.EndpointTest}}, []int64{1, 2, 3}},
		{"of a case", w.staff(efile.Caseworker), records.EventFilter{CaseID: other.ID}, []int64{2, 4}},
		{"of its own case for an applicant", w.applicant(other.ID), records.EventFilter{CaseID: other.ID}, []int64{2, 4}},
		{"of another case for an applicant", w.applicant(w.file.ID), records.EventFilter{CaseID: other.ID}, nil},
	} {
		found, err := read(t, w, c.actor, func(tx *records.Tx) ([]efile.Event, error) { return tx.Events(t.Context(), c.filter) })
		got := []int64(nil)
		for _, e := range found {
			got = append(got, e.Sequence)
		}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestAnApplicantWritesEventsOfItsCaseOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	other := testenv.Case(t, w.store, w.office)
	for _, id := range []efile.ID{other.ID, {}} {
		err := w.store.In(t.Context(), w.applicant(w.file.ID), func(tx *records.Tx) error {
			tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: id})
			return nil
		})
		wantCode(t, "an event of case "+id.String(), err, fault.Forbidden)
	}
}

func TestTheOutboxSeesEventsAndActiveEndpointsOfTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	paused := w.endpoint
	paused.ID, paused.State = efile.NewID(), "paused"
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddEndpoint(t.Context(), paused) })
	calls := 0
	w.store.SetOutbox(func(ctx context.Context, tx pgx.Tx, office efile.ID, endpoints []efile.Endpoint, events []efile.Event) error {
		calls++
		if office != w.office.ID || len(endpoints) != 1 || endpoints[0].ID != w.endpoint.ID {
			t.Errorf("got office %v and endpoints %v, want the active one", office, endpoints)
		}
		if len(events) != 2 || events[0].ID.IsZero() || events[0].Actor.Kind != efile.Applicant || events[1].Subject != "second" {
			t.Errorf("got events %+v, want both in order with their ids", events)
		}
		_, err := tx.Exec(ctx, `insert into river_job (max_attempts, args, kind)
			values (1, jsonb_build_object('event', $1::text), 'ring')`, events[0].ID.String())
		return err
	})
	var users int
	w.in(t, w.applicant(w.file.ID), func(tx *records.Tx) error {
		tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: w.file.ID, Subject: "first"})
		tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: w.file.ID, Subject: "second"})
		return nil
	})
	w.in(t, w.applicant(w.file.ID), func(tx *records.Tx) error { // without events it is not asked
		return tx.Pgx().QueryRow(t.Context(), "select count(*) from users").Scan(&users)
	})
	if calls != 1 || users != 0 {
		t.Errorf("got %d calls and %d users seen, want 1 and 0", calls, users)
	}
	if n := count(t, admin(t), "select count(*) from river_job where kind = 'ring'"); n != 1 {
		t.Errorf("got %d jobs, want 1", n)
	}
}

// TestAReaderWhoFollowsLosesNothing is the trap of the feed: eight writers, whose transactions last differently long,
// and a reader that remembers the highest sequence it saw.
func TestAReaderWhoFollowsLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	const writers, each = 8, 40
	files := make([]efile.Case, 3)
	for i := range files {
		files[i] = testenv.Case(t, w.store, w.office)
	}
	errs := make(chan error, writers)
	for n := range writers {
		go func() {
			var err error
			for i := 0; i < each && err == nil; i++ {
				err = w.store.In(t.Context(), w.system, func(tx *records.Tx) error {
					for k := range 1 + (n+i)%3 {
						tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: files[(n+i+k)%3].ID})
					}
					_, err := tx.Pgx().Exec(t.Context(), "select pg_sleep($1)", float64((n*i)%5)/1000)
					return err
				})
			}
			errs <- err
		}()
	}
	want := 1 // newWorld's
	for n := range writers {
		for i := range each {
			want += 1 + (n+i)%3
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen, last := 0, int64(0)
	perCase := map[efile.ID]int64{}
	for seen < want && ctx.Err() == nil {
		if err := w.store.WaitEvents(ctx, w.office.ID, last); err != nil {
			t.Fatal(err)
		}
		part, err := read(t, w, w.system, func(tx *records.Tx) ([]efile.Event, error) {
			return tx.Events(t.Context(), records.EventFilter{After: last, Limit: 7})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range part {
			if e.Sequence != last+1 || e.CaseSequence != perCase[e.CaseID]+1 {
				t.Fatalf("got sequence %d after %d, in its case %d after %d", e.Sequence, last, e.CaseSequence, perCase[e.CaseID])
			}
			last, perCase[e.CaseID] = e.Sequence, e.CaseSequence
			seen++
		}
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if seen != want {
		t.Errorf("the reader saw %d of %d events", seen, want)
	}
	wantSound(t, w, int64(want))
}

func wantSound(t *testing.T, w *world, entries int64, anchors ...records.Anchor) {
	t.Helper()
	n, broken := verify(t, w, anchors...)
	if n != entries || broken != nil {
		t.Errorf("verify: got %d entries and %v, want %d and none broken", n, broken, entries)
	}
}

func verify(t *testing.T, w *world, anchors ...records.Anchor) (entries int64, broken *records.Broken) {
	t.Helper()
	err := w.store.View(t.Context(), w.system, func(tx *records.Tx) (err error) {
		entries, broken, err = tx.VerifyEvents(t.Context(), anchors...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries, broken
}

// rehash lets the superuser make an entry look sound by itself, as someone would who knows how digests are made.
const rehash = `
	update events set hash = sha256(
		eakte_part('eakte.event.v1'::text) || eakte_part(prev_hash) || eakte_part(office_id::text) ||
		eakte_part(seq::text) || eakte_part(id::text) || eakte_part(coalesce(case_id::text, '')) ||
		eakte_part(case_seq::text) || eakte_part(type) || eakte_part(subject) || eakte_part(actor_kind) ||
		eakte_part(coalesce(actor_id::text, '')) ||
		eakte_part(to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) || eakte_part(data::text))
	where seq = %d;`

// forge adds an entry after the fourth that looks sound by itself; the later ones move up.
const forge = `
	update events set seq = seq + 100, case_seq = case_seq + 100 where seq >= 5;
	update events set seq = seq - 99, case_seq = case_seq - 99 where seq >= 105;
	insert into events select office_id, 5, gen_random_uuid(), case_id, 5, type, 'forged', actor_kind, actor_id, time, data,
		hash, hash from events where seq = 4;`

func TestATamperedLogIsFound(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		tamper string
		broken int64 // sequence of the first broken entry
		anchor bool  // only an anchor kept outside finds it
	}{
		{"data changed", `update events set data = '{"n":  5}' where seq = 5`, 5, false},
		{"only a blank added to the data", `update events set data = '{"n": 5 }' where seq = 5`, 5, false},
		{"actor changed", `update events set actor_id = gen_random_uuid() where seq = 4`, 4, false},
		{"time changed by a microsecond", `update events set time = time + interval '1 microsecond' where seq = 4`, 4, false},
		{"case changed to none", `update events set case_id = null where seq = 4`, 4, false},
		{"type changed and the digest made anew", `update events set type = 'x' where seq = 4;` + fmt.Sprintf(rehash, 4), 5, false},
		{"last entry changed and the digest made anew", `update events set type = 'x' where seq = 10;` + fmt.Sprintf(rehash, 10), 10, false},
		{"an entry deleted", `delete from events where seq = 3`, 3, false},
		{"the first entry deleted", `delete from events where seq = 1`, 1, false},
		{"an entry deleted and the rest moved down", `delete from events where seq = 3;
			update events set seq = seq + 100 where seq > 3; update events set seq = seq - 101 where seq > 100`, 3, false},
		{"an entry inserted", forge, 5, false},
		{"an entry inserted with a digest of its own", forge + fmt.Sprintf(rehash, 5), 6, false},
		{"two entries swapped", `update events set seq = 100 where seq = 6; update events set seq = 6 where seq = 7;
			update events set seq = 7 where seq = 100`, 6, false},
		{"two entries swapped with new digests", `update events set seq = 100 where seq = 6; update events set seq = 6 where seq = 7;
			update events set seq = 7 where seq = 100;` + fmt.Sprintf(rehash, 6) + fmt.Sprintf(rehash, 7), 6, false},
		{"case number changed and everything after made anew", `update events set case_seq = 100 where seq = 10;` +
			fmt.Sprintf(rehash, 10) + `update event_heads set hash = (select hash from events where seq = 10)`, 10, false},
		{"the tail cut", `delete from events where seq > 7`, 8, false},
		{"everything deleted", `delete from events`, 1, false},
		{"the tail and the head cut", `delete from events where seq > 7;
			update event_heads set seq = 7, hash = (select hash from events where seq = 7)`, 8, false}, // the cases' heads are left
		{"the tail and all heads cut", `delete from events where seq > 7;
			update event_heads set seq = 7, hash = (select hash from events where seq = 7);
			update event_case_heads set seq = 7`, 8, true},
		{"the log and all heads deleted", `delete from events; delete from event_heads; delete from event_case_heads`, 1, true},
		{"the last entry written anew with its head", `update events set type = 'x' where seq = 10;` + fmt.Sprintf(rehash, 10) +
			`update event_heads set hash = (select hash from events where seq = 10)`, 10, true},
	}
	w := newWorld(t, testenv.Database(t))
	for n := range 9 { // one is there already
		w.in(t, w.system, func(tx *records.Tx) error {
			tx.Append(efile.Event{Type: efile.DocumentProcessed, CaseID: w.file.ID, Data: fmt.Appendf(nil, `{"n": %d}`, n+2)})
			return nil
		})
	}
	anchor, err := read(t, w, w.system, func(tx *records.Tx) (records.Anchor, error) { return tx.EventAnchor(t.Context()) })
	if err != nil || anchor.Sequence != 10 {
		t.Fatalf("anchor: got %v, %v; want sequence 10", anchor, err)
	}
	super := admin(t)
	alter := func(t *testing.T, sql string) {
		t.Helper()
		if _, err := super.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	alter(t, `create table kept as table events; create table kept_heads as table event_heads;
		create table kept_case_heads as table event_case_heads`)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			alter(t, `truncate events, event_heads, event_case_heads; insert into events table kept;
				insert into event_heads table kept_heads; insert into event_case_heads table kept_case_heads`)
			wantSound(t, w, 10, anchor)
			alter(t, c.tamper)
			if _, broken := verify(t, w, anchor); broken == nil || broken.Sequence != c.broken {
				t.Errorf("with the anchor: got %v, want entry %d broken", broken, c.broken)
			}
			_, broken := verify(t, w)
			if c.anchor && broken != nil {
				t.Errorf("without the anchor: got %v; the test says only an anchor finds this", broken)
			}
			if !c.anchor && (broken == nil || broken.Sequence != c.broken) {
				t.Errorf("without the anchor: got %v, want entry %d broken", broken, c.broken)
			}
		})
	}
}

func TestAnAnchorStaysGoodWhileTheLogGrows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	anchor, err := read(t, w, w.system, func(tx *records.Tx) (records.Anchor, error) { return tx.EventAnchor(t.Context()) })
	if err != nil {
		t.Fatal(err)
	}
	w.in(t, w.system, func(tx *records.Tx) error { tx.Append(efile.Event{Type: efile.EndpointTest}); return nil })
	wantSound(t, w, 2, anchor, anchor)
	other := records.Anchor{Sequence: 1, Digest: bytes.Repeat([]byte{1}, 32)}
	if _, broken := verify(t, w, other); broken == nil || broken.Sequence != 1 {
		t.Errorf("got %v, want entry 1 not to be what the anchor says", broken)
	}
	empty := &world{store: w.store, office: testenv.Office(t, w.store)}
	empty.system = efile.SystemIn(empty.office.ID)
	wantSound(t, empty, 0)
}

func TestWaitingForEventsEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	if err := w.store.WaitEvents(t.Context(), w.office.ID, 0); err != nil {
		t.Errorf("with an event there already: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.store.WaitEvents(ctx, w.office.ID, 1); err != nil {
		t.Errorf("with a context that has ended: %v", err)
	}
	done := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			if err = w.store.WaitEvents(t.Context(), w.office.ID, 1); err != nil {
				break
			}
			a, ask := read(t, w, w.system, func(tx *records.Tx) (records.Anchor, error) { return tx.EventAnchor(t.Context()) })
			if ask != nil || a.Sequence > 1 {
				err = errors.Join(ask, errSeen)
			}
		}
		done <- err
	}()
	// The listener's connection may be lost at any time; nothing is missed.
	if _, err := admin(t).Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and query = 'listen eakte_events'`); err != nil {
		t.Fatal(err)
	}
	w.in(t, w.system, func(tx *records.Tx) error { tx.Append(efile.Event{Type: efile.EndpointTest}); return nil })
	select {
	case err := <-done:
		if !errors.Is(err, errSeen) {
			t.Errorf("got %v, want the event seen", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the one who waits was not woken")
	}
}

var errSeen = errors.New("seen")
