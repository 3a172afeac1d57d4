package testenv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/eakte/eakte/embedded"
	"github.com/eakte/eakte/migrations"
	"github.com/eakte/eakte/records"
	"github.com/jackc/pgx/v5"
)

const (
	appRole  = "eakte_app"
	template = "eakte_template"
)

// postgres is the cluster of this test binary. Its template database is migrated once; every test's database is a copy.
type postgres struct {
	cluster   *embedded.Postgres
	databases map[testing.TB]string
	made      int
}

// Database opens the test's database, migrated and empty, as the application's role. Calling it again in the same test
// opens the same database a second time; a subtest has its own. It is closed and dropped when the test ends.
func Database(t testing.TB) *records.Store {
	t.Helper()
	store, err := records.Open(t.Context(), DatabaseURL(t), records.Options{Log: Log(t)})
	if err != nil {
		t.Fatalf("open the test's database: %v", err)
	}
	t.Cleanup(store.Close)
	return store
}

// DatabaseURL returns the address of the test's database for the application's role: for a second pool, for River, for
// another process.
func DatabaseURL(t testing.TB) string { t.Helper(); return databaseURL(t, appRole) }

// AdminURL returns the address of the test's database for the superuser, whom row-level security does not bind.
func AdminURL(t testing.TB) string { t.Helper(); return databaseURL(t, embedded.Superuser) }

// EmptyURL returns the address of a new database without any schema, for the superuser: for tests of migrations.
func EmptyURL(t testing.TB) string {
	t.Helper()
	p := shared.startedPostgres(t)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	return p.cluster.URL(embedded.Superuser, p.create(t, "template0"))
}

func databaseURL(t testing.TB, role string) string {
	t.Helper()
	p := shared.startedPostgres(t)
	shared.mu.Lock() // also because a template can be copied only while nobody else does
	defer shared.mu.Unlock()
	name, ok := p.databases[t]
	if !ok {
		name = p.create(t, template)
		p.databases[t] = name
	}
	return p.cluster.URL(role, name)
}

// create makes a database that lives as long as the test. It is called with shared.mu held.
func (p *postgres) create(t testing.TB, from string) string {
	t.Helper()
	p.made++
	name := fmt.Sprintf("test_%d", p.made)
	if err := p.execute(t.Context(), "create database "+name+" template "+from+" strategy file_copy"); err != nil {
		t.Fatalf("create the test's database: %v", err)
	}
	t.Cleanup(func() {
		shared.mu.Lock()
		defer shared.mu.Unlock()
		delete(p.databases, t)
		ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
		defer cancel()
		if err := p.execute(ctx, "drop database "+name+" with (force)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return name
}

func (p *postgres) execute(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, p.cluster.URL(embedded.Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // the statement's error counts
	_, err = conn.Exec(ctx, sql)
	return err
}

// startedPostgres returns the cluster, started and with its template, or ends the test.
func (e *environment) startedPostgres(t testing.TB) *postgres {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.postgres != nil {
		return e.postgres
	}
	dir, err := e.folder(memory())
	if err != nil {
		t.Fatal(err)
	}
	// Tests need no durability: what they write ends with them.
	cluster, err := embedded.StartPostgres(t.Context(), dir, slog.New(slog.DiscardHandler),
		"fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=400", "autovacuum=off",
		"max_wal_size=128MB")
	if err != nil {
		t.Fatal(err)
	}
	p := &postgres{cluster: cluster, databases: map[testing.TB]string{}}
	e.postgres = p // also if the template fails: it must be stopped
	if err := p.execute(t.Context(), "create database "+template); err != nil {
		t.Fatalf("create the template database: %v", err)
	}
	if err := migrations.Up(t.Context(), cluster.URL(embedded.Superuser, template)); err != nil {
		t.Fatalf("migrate the template database: %v", err)
	}
	return p
}

// memory returns a folder in memory if there is one with room, else the usual temporary folder: copying a database is
// ten times as fast there. What test binaries that were killed have left is removed.
func memory() string {
	const dir, room = "/dev/shm", 1 << 30
	var free syscall.Statfs_t
	if err := syscall.Statfs(dir, &free); err != nil || int64(free.Bavail)*free.Bsize < room { //nolint:gosec // a size on disk
		return ""
	}
	left, err := filepath.Glob(dir + "/eakte-test-*")
	if err != nil {
		return ""
	}
	for _, folder := range left {
		if info, err := os.Stat(folder); err == nil && time.Since(info.ModTime()) > time.Hour && !inUse(folder) {
			_ = os.RemoveAll(folder) // somebody else's, perhaps; then it stays
		}
	}
	return dir
}

// inUse reports whether a test binary still holds the lock of its cluster.
func inUse(folder string) bool {
	lock, err := os.Open(filepath.Join(folder, "lock")) //nolint:gosec // a file of ours
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = lock.Close() }()                                          // gives the lock back
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil //nolint:gosec // a small number
}
