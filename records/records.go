// Package records keeps everything the product knows in PostgreSQL.
package records

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/eakte/eakte/efile"
)

var errMissing = errors.New("not written yet")

// Options tune a Store.
type Options struct {
	MaxConns int32
	Log      *slog.Logger
}

// Store is the database seen as the application role.
type Store struct{}

// Outbox turns events into jobs in the same transaction.
type Outbox func(ctx context.Context, tx pgx.Tx, office efile.ID, endpoints []efile.Endpoint, events []efile.Event) error

// Tx is a transaction of one actor.
type Tx struct{}

// Open makes a Store.
func Open(ctx context.Context, url string, opts Options) (*Store, error) { return nil, errMissing }

// Close ends it.
func (s *Store) Close() {}

// Ping asks the database.
func (s *Store) Ping(ctx context.Context) error { return errMissing }

// Pool is for River only.
func (s *Store) Pool() *pgxpool.Pool { return nil }

// SetOutbox is called once while wiring.
func (s *Store) SetOutbox(Outbox) {}

// In runs fn in a read-write transaction.
func (s *Store) In(ctx context.Context, actor efile.Actor, fn func(*Tx) error) error {
	return errMissing
}

// View runs fn in a read-only transaction.
func (s *Store) View(ctx context.Context, actor efile.Actor, fn func(*Tx) error) error {
	return errMissing
}

// Pgx is for River's InsertTx and JobCompleteTx only.
func (tx *Tx) Pgx() pgx.Tx { return nil }

// CaseFilter narrows Cases.
type CaseFilter struct {
	Query        string           // part of reference, title or outside reference
	Status       efile.CaseStatus // empty: any
	Review       bool             // only those with a document that waits for a person
	ChangedSince time.Time        // zero: any
	After        efile.ID         // the last one of the page before; newest first
	Limit        int              // 0: 50; at most 500
}

// EventFilter narrows Events.
type EventFilter struct {
	After  int64             // sequence of the last one seen
	Limit  int               // 0: 100; at most 500
	Types  []efile.EventType // empty: all
	CaseID efile.ID          // zero: all
}

// Broken names the first entry of the event log that is not as it was written.
type Broken struct {
	Sequence int64
	Why      string
}

// Anchor is a point of the event log that can be kept outside the database.
type Anchor struct {
	Sequence int64
	Digest   []byte
}

// Checkpoint tells how far a consumer has read.
type Checkpoint struct {
	Consumer string
	Sequence int64
	Changed  time.Time
}

// Finding is something periodic care noticed.
type Finding struct {
	ID         efile.ID
	Kind       string
	Subject    string
	DocumentID efile.ID
	Detail     string
	Found      time.Time
	Resolved   time.Time
}
