// Package migrations brings a database to the schema this program knows: the numbered SQL files of this folder, each in
// a transaction of its own, then River's. Files are only ever added, and each must run while the release before is
// still serving. role.sql and grants.sql run every time: what the application role may do stands there in one piece.
//
// It leaves to its caller when to migrate (`eakte migrate`, `eakte up`) and as whom: the owner of the database, with
// the right to create roles unless eakte_app exists already. Start reading at Up.
package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// ErrNewer means that the database was migrated by a newer release; this one must not touch or use it.
var ErrNewer = errors.New("the database schema is newer than this program")

// lock is the key of the advisory lock that lets one migration of a database run at a time.
const lock = 0x65616b7465 // "eakte"

//go:embed *.sql
var files embed.FS

type step struct {
	version int
	name    string
}

// steps lists the numbered files in their order: 0001_base.sql is version 1. That no number is missing or given twice
// is checked by a test: the files are part of the program.
func steps() []step {
	names, _ := fs.Glob(files, "[0-9]*.sql") // the pattern is constant and sound
	list := make([]step, len(names))
	for i, name := range names { // Glob sorts
		number, _, _ := strings.Cut(name, "_")
		version, _ := strconv.Atoi(number) // 0 for a badly named file
		list[i] = step{version, name}
	}
	return list
}

// Version is the schema version this program knows.
func Version() int { return len(steps()) }

// Current returns the schema version of the database behind url, 0 when it was never migrated, and ErrNewer with it
// when this program must not use that database. The application role may ask.
func Current(ctx context.Context, url string) (int, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }() // nothing was written
	return current(ctx, conn)
}

func current(ctx context.Context, conn *pgx.Conn) (int, error) {
	var version int
	err := conn.QueryRow(ctx, "select coalesce(max(version), 0) from schema_version").Scan(&version)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42P01" { // undefined table
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	if version > Version() {
		return version, fmt.Errorf("schema version %d, this program knows %d: %w", version, Version(), ErrNewer)
	}
	return version, nil
}

// Up migrates the database behind adminURL to Version. It may be run at any time, also by several at once: the second
// waits for the first and finds nothing left to do. A failing file leaves the version before it.
func Up(ctx context.Context, adminURL string) error {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // gives the lock back too
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(lock)); err != nil {
		return fmt.Errorf("migrate: wait for the lock: %w", err)
	}
	if err := upOurs(ctx, conn); err != nil {
		return err
	}
	if err := upRiver(ctx, adminURL); err != nil {
		return fmt.Errorf("migrate: river: %w", err)
	}
	return run(ctx, conn, step{name: "grants.sql"})
}

func upOurs(ctx context.Context, conn *pgx.Conn) error {
	version, err := current(ctx, conn)
	if err != nil {
		return err
	}
	if err := run(ctx, conn, step{name: "role.sql"}); err != nil {
		return err
	}
	const table = `create table if not exists schema_version (
		version int primary key, name text not null, applied timestamptz not null default now())`
	if _, err := conn.Exec(ctx, table); err != nil {
		return fmt.Errorf("migrate: create schema_version: %w", err)
	}
	for _, s := range steps()[version:] {
		if err := run(ctx, conn, s); err != nil {
			return err
		}
	}
	return nil
}

// run applies one file in one transaction and, if it is numbered, notes its version in the same one.
func run(ctx context.Context, conn *pgx.Conn, s step) error {
	sql, err := files.ReadFile(s.name)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, string(sql)); err != nil || s.version == 0 {
			return err
		}
		_, err := tx.Exec(ctx, "insert into schema_version (version, name) values ($1, $2)", s.version, s.name)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrate: %s: %w", s.name, err)
	}
	return nil
}

func upRiver(ctx context.Context, adminURL string) error {
	config, err := pgxpool.ParseConfig(adminURL)
	if err != nil {
		return err
	}
	config.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	quiet := &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)} // its errors come back; its progress is noise
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), quiet)
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
