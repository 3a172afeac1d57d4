// Package testenv gives tests the real neighbours: a PostgreSQL database, an S3 bucket, a virus scanner. PostgreSQL and S3
// start lazily, once per test binary, below a temporary folder, and end with it. Every test gets its own database and
// its own bucket, so tests run in parallel and leave nothing to each other.
//
// A package that uses databases or buckets says
//
//	func TestMain(m *testing.M) { testenv.Main(m) }
//
// Start reading at Main, Database and Store.
package testenv

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"
)

// stopLimit bounds tidying up.
const stopLimit = 30 * time.Second

// environment is what the tests of one binary share. It is package state because TestMain and tests have no other way
// to meet.
type environment struct {
	programs string // folder of built programs
	mu       sync.Mutex
	running  bool     // Main was called: somebody will stop what is started
	dirs     []string // to be removed at the end
	postgres *postgres
	s3       *s3Server
}

var shared environment

// Main runs the tests, stops what they started and ends the process with their exit code.
func Main(m *testing.M) {
	if dir := os.Getenv(s3FolderVariable); dir != "" {
		os.Exit(serveS3(dir))
	}
	shared.running = true
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func (e *environment) stop() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	var errs []error
	if e.postgres != nil {
		errs = append(errs, e.postgres.cluster.Stop(ctx))
	}
	if e.s3 != nil {
		errs = append(errs, e.s3.stop())
	}
	for _, dir := range e.dirs {
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}

// folder makes a new folder in base, which the database server's user may pass through. It is called with mu held.
func (e *environment) folder(base string) (string, error) {
	if !e.running {
		return "", errors.New("the package's TestMain must call testenv.Main")
	}
	dir, err := os.MkdirTemp(base, "eakte-test-")
	if err != nil {
		return "", err
	}
	e.dirs = append(e.dirs, dir)
	return dir, os.Chmod(dir, 0o711) //nolint:gosec // see above
}

// Log returns a logger that writes to the test's own log. It stays silent after the test, so that goroutines which end
// late do no harm.
func Log(t testing.TB) *slog.Logger {
	t.Helper()
	w := &testWriter{t: t}
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.done = true
	})
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

type testWriter struct {
	mu   sync.Mutex
	t    testing.TB
	done bool
}

// Write passes a line on.
func (w *testWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.done {
		w.t.Logf("%s", line)
	}
	return len(line), nil
}
