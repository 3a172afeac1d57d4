package records

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// Sessions are the product's own business: every method here runs as efile.SystemIn(office).

const sessionColumns = "hash, office_id, case_id, actor_kind, actor_id, roles, scopes, csrf, created, last_seen, expires"

func scanSession(row pgx.Row) (s efile.Session, err error) {
	err = row.Scan(&s.Hash, &s.Actor.Office, &s.Actor.Case, &s.Actor.Kind, &s.Actor.ID, &s.Actor.Roles, &s.Actor.Scopes,
		&s.CSRF, at(&s.Created), at(&s.LastSeen), at(&s.Expires))
	return s, err
}

// AddSession signs someone in. The session belongs to the office of the transaction.
func (tx *Tx) AddSession(ctx context.Context, s efile.Session) error {
	if err := tx.may("add session", efile.Process); err != nil {
		return err
	}
	return tx.exec(ctx, "add session", `
		insert into sessions (office_id, hash, case_id, actor_kind, actor_id, roles, scopes, csrf, created, last_seen,
			expires)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.actor.Office, s.Hash, s.Actor.Case, s.Actor.Kind, s.Actor.ID, list(s.Actor.Roles), list(s.Actor.Scopes), s.CSRF,
		orNow(s.Created), orNow(s.LastSeen), s.Expires)
}

// SessionByHash returns a session, also one that has expired: that is the caller's to judge.
func (tx *Tx) SessionByHash(ctx context.Context, hash []byte) (efile.Session, error) {
	if err := tx.may("get session", efile.Process); err != nil {
		return efile.Session{}, err
	}
	return one(ctx, tx, "get session", scanSession, "select "+sessionColumns+" from sessions where hash = $1", hash)
}

// TouchSession notes that a session was used. LastSeen never goes back.
func (tx *Tx) TouchSession(ctx context.Context, hash []byte, when time.Time) error {
	if err := tx.may("touch session", efile.Process); err != nil {
		return err
	}
	return tx.change(ctx, "touch session",
		"update sessions set last_seen = greatest(last_seen, $2) where hash = $1", hash, when)
}

// EndSession signs out; a session that is not there is no error.
func (tx *Tx) EndSession(ctx context.Context, hash []byte) error {
	if err := tx.may("end session", efile.Process); err != nil {
		return err
	}
	return tx.exec(ctx, "end session", "delete from sessions where hash = $1", hash)
}

// EndExpiredSessions removes the sessions that expired before then and returns how many.
func (tx *Tx) EndExpiredSessions(ctx context.Context, before time.Time) (int64, error) {
	if err := tx.may("end expired sessions", efile.Process); err != nil {
		return 0, err
	}
	tag, err := tx.pgx.Exec(ctx, "delete from sessions where expires < $1", before)
	return tag.RowsAffected(), explain(ctx, "end expired sessions", err)
}
