package records

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// EventFilter narrows Events. The zero value means all that the feed shows of the office's log.
type EventFilter struct {
	After  int64             // sequence of the last event seen; 0: from the beginning
	Limit  int               // 0: 100; at most 500
	Types  []efile.EventType // empty: all
	CaseID efile.ID          // zero: all
	Audit  bool              // with what only the log knows (efile.EventType.LogOnly); an applicant never gets that
}

// Checkpoint tells how far a consumer of the feed has read.
type Checkpoint struct {
	Consumer string
	Sequence int64
	Changed  time.Time
}

const eventColumns = "id, office_id, seq, case_id, case_seq, type, subject, actor_kind, actor_id, data::text, time, prev_hash, hash"

func scanEvent(row pgx.Row) (e efile.Event, err error) {
	var data string
	err = row.Scan(&e.ID, &e.Office, &e.Sequence, &e.CaseID, &e.CaseSequence, &e.Type, &e.Subject, &e.Actor.Kind,
		&e.Actor.ID, &data, at(&e.Time), &e.Previous, &e.Digest)
	e.Data = json.RawMessage(data)
	return e, err
}

// Append puts an event into the log when the transaction commits; all events of a transaction are written in this order
// as its last statements. Type, Subject and, unless it is about the office, CaseID must be set. An empty ID is minted,
// an empty Actor is the one of the transaction, empty Data is {}; Office, Sequence, CaseSequence, Time, Previous and
// Digest are given by the log whatever stands there.
func (tx *Tx) Append(event efile.Event) { tx.events = append(tx.events, event) }

func queueAppend(batch *pgx.Batch, e efile.Event) {
	batch.Queue("select append_event($1, $2, $3, $4, $5, $6, $7)",
		e.ID, e.CaseID, string(e.Type), e.Subject, string(e.Actor.Kind), e.Actor.ID, string(e.Data))
}

// Events returns a part of the log in its order. No event will ever appear before one that was already returned. Who
// may read cases but not the feed, such as an applicant, must name a case.
func (tx *Tx) Events(ctx context.Context, f EventFilter) ([]efile.Event, error) {
	actions := []efile.Action{efile.ReadEvents}
	if !f.CaseID.IsZero() {
		actions = append(actions, efile.ReadCases)
	}
	if err := tx.may("list events", actions...); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list events", scanEvent, "select "+eventColumns+` from events
		where seq > $1 and (cardinality($2::text[]) = 0 or type = any($2)) and ($3::uuid is null or case_id = $3)
			and ($4 or type not like 'eakte.audit.%')
		order by seq limit $5`, f.After, list(f.Types), f.CaseID, f.Audit && tx.actor.Kind != efile.Applicant,
		page(f.Limit, 100, 500))
}

// Event returns one event of the feed. What only the log knows is fault.NotFound.
func (tx *Tx) Event(ctx context.Context, id efile.ID) (efile.Event, error) {
	doing := fmt.Sprintf("get event %s", id)
	if err := tx.may(doing, efile.ReadEvents); err != nil {
		return efile.Event{}, err
	}
	return one(ctx, tx, doing, scanEvent, "select "+eventColumns+` from events
		where id = $1 and type not like 'eakte.audit.%'`, id)
}

// SaveCheckpoint notes how far a consumer has read. It may go back: a consumer that lost its data starts again.
func (tx *Tx) SaveCheckpoint(ctx context.Context, consumer string, sequence int64) error {
	if err := tx.may("save checkpoint", efile.ReadEvents); err != nil {
		return err
	}
	return tx.exec(ctx, "save checkpoint", `
		insert into checkpoints (office_id, consumer, seq, changed) values ($1, $2, $3, now())
		on conflict (office_id, consumer) do update set seq = excluded.seq, changed = excluded.changed`,
		tx.actor.Office, consumer, sequence)
}

// Checkpoints returns how far each consumer has read, by name.
func (tx *Tx) Checkpoints(ctx context.Context) ([]Checkpoint, error) {
	if err := tx.may("list checkpoints", efile.ReadEvents, efile.ManageEndpoints); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (c Checkpoint, err error) {
		err = row.Scan(&c.Consumer, &c.Sequence, at(&c.Changed))
		return c, err
	}
	return many(ctx, tx, "list checkpoints", scan, "select consumer, seq, changed from checkpoints order by consumer")
}
