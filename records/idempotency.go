package records

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// Answered returns what this actor was answered under this key. The same key with another body is
// fault.IdempotencyConflict.
func (tx *Tx) Answered(ctx context.Context, key string, bodyHash []byte) (answer []byte, status int, found bool, err error) {
	var kept []byte
	err = tx.pgx.QueryRow(ctx, "select body_hash, status, answer from answers where actor_id = $1 and key = $2",
		tx.answerer(), key).Scan(&kept, &status, &answer)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, 0, false, nil
	}
	if err != nil {
		return nil, 0, false, explain(ctx, "look for an earlier answer", err)
	}
	if !bytes.Equal(kept, bodyHash) {
		return nil, 0, false, fault.New(fault.Reject, fault.IdempotencyConflict,
			errors.New("look for an earlier answer: the key was used with another body"))
	}
	return answer, status, true, nil
}

// SaveAnswer keeps an answer in the transaction of what it answers. Of two requests with one key at the same time, the
// second gets fault.Conflict and nothing of it remains.
func (tx *Tx) SaveAnswer(ctx context.Context, key string, bodyHash []byte, status int, answer []byte) error {
	return tx.exec(ctx, "keep an answer", `
		insert into answers (office_id, actor_id, key, case_id, body_hash, status, answer)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.actor.Office, tx.answerer(), key, fenceOf(tx.actor), bodyHash, status, list(answer))
}

// ForgetAnswers removes answers kept before then and returns how many.
func (tx *Tx) ForgetAnswers(ctx context.Context, before time.Time) (int64, error) {
	if err := tx.may("forget answers", efile.Process); err != nil {
		return 0, err
	}
	tag, err := tx.pgx.Exec(ctx, "delete from answers where created < $1", before)
	return tag.RowsAffected(), explain(ctx, "forget answers", err)
}

// answerer is the actor's id; the all-zero UUID, not NULL, for the system.
func (tx *Tx) answerer() [16]byte { return tx.actor.ID }
