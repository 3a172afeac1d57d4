package records

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// Tx is a transaction of one actor. It is used by one goroutine and dead when the function it was given to returns.
type Tx struct {
	pgx    pgx.Tx
	actor  efile.Actor
	events []efile.Event         // to be written at the end
	cases  map[efile.ID]bool     // whose Changed is to be set at the end
	locked map[efile.ID]efile.ID // documents this transaction holds, and the case they were in

	stirred map[efile.ID]bool           // cases to be recalled at the end although nothing of them was changed
	held    map[efile.ID]efile.Disposal // disposals this transaction holds, as they were
}

// attempts is how often a transaction is tried before a serialization failure or deadlock is given back.
const attempts = 6

// In runs fn in a read-write transaction of the actor and commits when fn returns nil; otherwise nothing remains, and
// the error comes back as it is. Events given to Append are written last, under the office's lock, so that readers of
// the feed lose none. fn runs again after a serialization failure or a deadlock and must be repeatable.
//
// A database that is away is fault.Wait, fault.DatabaseUnavailable. When it goes away during the commit, the caller
// cannot know whether the change was made: do it again with the same ids.
func (s *Store) In(ctx context.Context, actor efile.Actor, fn func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := s.once(ctx, actor, "begin read write", func(tx *Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return s.flush(ctx, tx)
		})
		if err == nil || attempt == attempts || !repeatable(err) {
			return err
		}
		pause := time.NewTimer(rand.N(10 * time.Millisecond << attempt)) //nolint:gosec // spreads retries, no secret
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// View runs fn in a read-only transaction of the actor: it sees one state per statement, and any write is an error.
func (s *Store) View(ctx context.Context, actor efile.Actor, fn func(*Tx) error) error {
	return s.once(ctx, actor, "begin read only", func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if len(tx.events) > 0 {
			return errors.New("append an event: the transaction is read-only")
		}
		return nil
	})
}

// once runs fn in one transaction behind the actor's fence.
func (s *Store) once(ctx context.Context, actor efile.Actor, begin string, fn func(*Tx) error) error {
	if actor.Office.IsZero() || (actor.Kind == efile.Applicant && actor.Case.IsZero()) {
		return fault.New(fault.Reject, fault.Forbidden, errors.New("the actor has no office, or an applicant no case"))
	}
	// One round trip. The ids are UUIDs in canonical form or empty, so nothing can be injected.
	begin += fmt.Sprintf("; select set_config('eakte.office', '%s', true), set_config('eakte.case', '%s', true)",
		actor.Office, fenceOf(actor))
	ptx, err := s.pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return explain(ctx, "begin a transaction", err)
	}
	defer func() {
		// After a commit this does nothing. It must also run when ctx has ended or fn panicked.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = ptx.Rollback(end) // a failed rollback closes the connection, which rolls back too
	}()
	tx := &Tx{pgx: ptx, actor: actor, cases: map[efile.ID]bool{}, locked: map[efile.ID]efile.ID{},
		stirred: map[efile.ID]bool{}, held: map[efile.ID]efile.Disposal{}}
	if err := fn(tx); err != nil {
		return classified(err)
	}
	return explain(ctx, "commit a transaction", ptx.Commit(ctx))
}

// fenceOf is the only case the actor may see; the zero ID: every case of its office.
func fenceOf(actor efile.Actor) efile.ID {
	if actor.Kind == efile.Applicant {
		return actor.Case
	}
	return efile.ID{}
}

// flush writes what waited for the end of the transaction: jobs for the events, the cases' Changed and recalls, the events.
// Nothing but the commit may follow: from the first event on, the transaction holds the office's lock.
func (s *Store) flush(ctx context.Context, tx *Tx) error {
	if err := tx.completeEvents(); err != nil {
		return err
	}
	if err := s.fillOutbox(ctx, tx); err != nil {
		return err
	}
	told := len(tx.events)
	if err := tx.touchCases(ctx); err != nil {
		return err
	}
	if len(tx.events) > told { // recalls, which are for the log only
		if err := tx.completeEvents(); err != nil {
			return err
		}
	}
	batch := &pgx.Batch{}
	for _, e := range tx.events {
		queueAppend(batch, e)
	}
	if batch.Len() == 0 {
		return nil
	}
	return explain(ctx, "write events", tx.pgx.SendBatch(ctx, batch).Close())
}

// completeEvents fills what Append left open and refuses an applicant's event outside its case.
func (tx *Tx) completeEvents() error {
	for i := range tx.events {
		e := &tx.events[i]
		if fence := fenceOf(tx.actor); !fence.IsZero() && e.CaseID != fence {
			return fault.New(fault.Reject, fault.Forbidden, fmt.Errorf("append %s: not the applicant's case", e.Type))
		}
		if e.ID.IsZero() {
			e.ID = efile.NewID()
		}
		e.Office = tx.actor.Office
		if e.Actor.Kind == "" {
			e.Actor = tx.actor
		}
		if len(e.Data) == 0 {
			e.Data = []byte("{}")
		}
	}
	return nil
}

// fillOutbox runs the outbox with the rights of the office: an applicant's fence hides the endpoints. What only the log
// knows is not for it.
func (s *Store) fillOutbox(ctx context.Context, tx *Tx) error {
	told := slices.DeleteFunc(slices.Clone(tx.events), func(e efile.Event) bool { return e.Type.LogOnly() })
	if s.outbox == nil || len(told) == 0 {
		return nil
	}
	fence := fenceOf(tx.actor)
	if !fence.IsZero() {
		if err := tx.fence(ctx, efile.ID{}); err != nil {
			return err
		}
	}
	endpoints, err := tx.activeEndpoints(ctx)
	if err != nil {
		return err
	}
	if err := s.outbox(ctx, tx.pgx, tx.actor.Office, endpoints, told); err != nil {
		return fmt.Errorf("turn events into jobs: %w", err)
	}
	if !fence.IsZero() {
		return tx.fence(ctx, fence)
	}
	return nil
}

func (tx *Tx) fence(ctx context.Context, caseID efile.ID) error {
	_, err := tx.pgx.Exec(ctx, "select set_config('eakte.case', $1, true)", caseID.String())
	return explain(ctx, "set the fence", err)
}

// Pgx is for River's InsertTx and JobCompleteTx, nothing else.
func (tx *Tx) Pgx() pgx.Tx { return tx.pgx }

// may returns nil if the actor may do one of the actions, otherwise fault.Forbidden.
func (tx *Tx) may(doing string, actions ...efile.Action) error {
	for _, a := range actions {
		if tx.actor.May(a) {
			return nil
		}
	}
	return tx.forbidden(doing)
}

func (tx *Tx) forbidden(doing string) error {
	return fault.New(fault.Reject, fault.Forbidden, fmt.Errorf("%s: not allowed to %s %s", doing, tx.actor.Kind, tx.actor.ID))
}

// change runs a statement that must touch exactly one row; none is fault.NotFound.
func (tx *Tx) change(ctx context.Context, doing, sql string, args ...any) error {
	tag, err := tx.pgx.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = pgx.ErrNoRows
	}
	return explain(ctx, doing, err)
}

// exec runs a statement that may touch any number of rows.
func (tx *Tx) exec(ctx context.Context, doing, sql string, args ...any) error {
	_, err := tx.pgx.Exec(ctx, sql, args...)
	return explain(ctx, doing, err)
}

// one reads one row; none is fault.NotFound.
func one[T any](ctx context.Context, tx *Tx, doing string, scan func(pgx.Row) (T, error), sql string, args ...any) (T, error) {
	v, err := scan(tx.pgx.QueryRow(ctx, sql, args...))
	return v, explain(ctx, doing, err)
}

// many reads rows; none is an empty list.
func many[T any](ctx context.Context, tx *Tx, doing string, scan func(pgx.Row) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := tx.pgx.Query(ctx, sql, args...)
	if err != nil {
		return nil, explain(ctx, doing, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (T, error) { return scan(row) })
	return list, explain(ctx, doing, err)
}
