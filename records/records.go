// Package records keeps everything the product knows in PostgreSQL: hand-written SQL next to the function that runs it,
// one file per aggregate, rows as efile types.
//
// Every call names who acts. In and View open a transaction for an actor and tell the database its office, and for an
// applicant its case; row-level security (package migrations) then hides everything else, whatever the SQL says. What
// the actor may do is checked at the beginning of each method: fault.Forbidden. What is hidden and what does not exist
// are the same: fault.NotFound.
//
//	err := store.In(ctx, actor, func(tx *records.Tx) error {
//		d, err := tx.LockDocument(ctx, id)
//		if err != nil {
//			return err
//		}
//		d.Status = efile.Filed
//		if err := tx.SaveDocument(ctx, d); err != nil {
//			return err
//		}
//		tx.Append(efile.Event{Type: efile.DocumentAttached, CaseID: d.CaseID, Subject: subject})
//		_, err = client.InsertTx(ctx, tx.Pgx(), next, nil)
//		return err
//	})
//
// The change, its event and the next job commit together or not at all. A transaction that met a serialization failure
// or a deadlock runs again, so fn must be repeatable: nothing outside the transaction may happen in it.
//
// It leaves to others: the schema (migrations), what a job is (workers), bytes (storage). Start reading at In.
package records

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/eakte/eakte/efile"
)

// ErrPrivileged means that the database user may bypass row-level security. The product refuses to work as one:
// connect as eakte_app.
var ErrPrivileged = errors.New("the database user bypasses row-level security")

// Options tune a Store. The zero value works.
type Options struct {
	MaxConns int32        // connections at most, River's included; 0: 10. One more listens for events when someone waits
	Log      *slog.Logger // nil: silent
}

// Outbox turns the events of a transaction into jobs in the same transaction, so that the bell rings if and only if the
// event is in the log. It gets the active endpoints of the office and the events in their order with ID, Office and
// Actor filled; sequence, time and digests are given afterwards. It runs with the rights of the office even when an
// applicant acts. It may be run again when the transaction is.
type Outbox func(ctx context.Context, tx pgx.Tx, office efile.ID, endpoints []efile.Endpoint, events []efile.Event) error

// Store is the database seen as the application role. It is safe for use by many at once.
type Store struct {
	pool   *pgxpool.Pool
	log    *slog.Logger
	outbox Outbox
	feed   *feed
}

// Open makes a Store. It does not connect: a database that is away is not an error here but in Ping and in whatever
// comes later.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	config.MaxConns = 10
	if opts.MaxConns > 0 {
		config.MaxConns = opts.MaxConns
	}
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	config.ConnConfig.ConnectTimeout = 10 * time.Second
	limits := map[string]string{
		"application_name":                    "eakte",
		"statement_timeout":                   "60s",
		"lock_timeout":                        "20s",
		"idle_in_transaction_session_timeout": "60s",
	}
	for name, value := range limits {
		if _, given := config.ConnConfig.RuntimeParams[name]; !given { // the URL may say otherwise
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.AfterConnect = refusePrivileged
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	return &Store{pool: pool, log: log, feed: newFeed(config.ConnConfig, log)}, nil
}

func refusePrivileged(ctx context.Context, conn *pgx.Conn) error {
	var privileged bool
	const sql = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
	if err := conn.QueryRow(ctx, sql).Scan(&privileged); err != nil {
		return err
	}
	if privileged {
		return ErrPrivileged
	}
	return nil
}

// Close ends every connection, after those who use one are done.
func (s *Store) Close() {
	s.feed.close()
	s.pool.Close()
}

// Ping asks the database whether it is there.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return explain(ctx, "ping the database", err)
	}
	return nil
}

// Pool is for River only. Everything else goes through In and View: a statement run here has no office and sees nothing.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// SetOutbox says what turns events into jobs; without one, events are only written. Call it once while wiring, before
// the first In.
func (s *Store) SetOutbox(o Outbox) { s.outbox = o }
