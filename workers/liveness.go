package workers

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/eakte/eakte/efile"
)

// liveness makes a killed worker's jobs start again within seconds. Each worker process holds a session lock named after
// its queue client; the lock goes with the process. Whoever sees running jobs of a client without a lock gives them back.
// River's own rescue would wait for the job's timeout.
//
// A worker that only lost its connection may then run a job beside the one that took it over. That is harmless: jobs are
// idempotent, and only the first to settle moves the document on.
type liveness struct {
	id   string
	pool *pgxpool.Pool
	log  *slog.Logger
}

// checkEvery is how often the jobs of vanished workers are looked for.
const checkEvery = 5 * time.Second

func newLiveness(pool *pgxpool.Pool, log *slog.Logger) *liveness {
	return &liveness{id: "worker-" + efile.NewID().String(), pool: pool, log: log}
}

// livenessSpace keeps these locks apart from other advisory locks.
const livenessSpace int32 = 0x65616b74 // "eakt"

func livenessKey(client string) int32 {
	sum := sha256.Sum256([]byte(client))
	return int32(binary.BigEndian.Uint32(sum[:4])) //nolint:gosec // any 32 bits name the lock
}

// claim takes the lock on a connection of its own, which hold keeps.
func (l *liveness) claim(ctx context.Context) (*pgx.Conn, error) {
	conn, err := l.lock(ctx)
	if err != nil {
		return nil, fmt.Errorf("claim liveness lock: %w", err)
	}
	return conn, nil
}

func (l *liveness) lock(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, l.pool.Config().ConnConfig.Copy())
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1, $2)", livenessSpace, livenessKey(l.id)); err != nil {
		return nil, errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, nil
}

// hold waits on the connection; when it breaks while we live, it takes the lock again.
func (l *liveness) hold(ctx context.Context, conn *pgx.Conn) {
	for ctx.Err() == nil {
		_, _ = conn.WaitForNotification(ctx) // nobody notifies: returns when the connection or ctx ends
		_ = conn.Close(context.WithoutCancel(ctx))
		for ctx.Err() == nil {
			var err error
			if conn, err = l.lock(ctx); err == nil {
				break
			}
			pause(ctx, time.Second)
		}
	}
}

// watch gives back jobs of vanished workers until ctx ends.
func (l *liveness) watch(ctx context.Context) {
	for ctx.Err() == nil {
		if n, err := l.release(ctx); err != nil && ctx.Err() == nil {
			l.log.LogAttrs(ctx, slog.LevelWarn, "cannot look for vanished workers", slog.String("error", err.Error()))
		} else if n > 0 {
			l.log.LogAttrs(ctx, slog.LevelWarn, "jobs of a vanished worker given back", slog.Int64("jobs", n))
		}
		pause(ctx, checkEvery)
	}
}

// release gives back the running jobs whose last client holds no lock. A job out of attempts stays for River's rescue,
// which discards it, and reconcile parks its document.
func (l *liveness) release(ctx context.Context) (int64, error) {
	rows, err := l.pool.Query(ctx, `
		SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)]
		FROM river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] LIKE 'worker-%'`)
	if err != nil {
		return 0, err
	}
	clients, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, err
	}
	var released int64
	for _, client := range clients {
		n, err := l.releaseOf(ctx, client)
		if err != nil {
			return released, err
		}
		released += n
	}
	return released, nil
}

func (l *liveness) releaseOf(ctx context.Context, client string) (released int64, err error) {
	err = pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error {
		var gone bool
		err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1, $2)", livenessSpace, livenessKey(client)).Scan(&gone)
		if err != nil || !gone || client == l.id {
			return err
		}
		tag, err := tx.Exec(ctx, `
			UPDATE river_job SET state = 'available', scheduled_at = now()
			WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1 AND attempt < max_attempts`, client)
		released = tag.RowsAffected()
		return err
	})
	return released, err
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
