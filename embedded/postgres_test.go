package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eakte/eakte/embedded"
	"github.com/jackc/pgx/v5"
)

var quiet = slog.New(slog.DiscardHandler)

// openFolder returns a folder that the server's user can reach, as t.TempDir's parent may not let it through.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "eakte-embedded-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // the server's own user passes through
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, dir string, settings ...string) *embedded.Postgres {
	t.Helper()
	p, err := embedded.StartPostgres(t.Context(), dir, quiet, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := p.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return p
}

func query(t *testing.T, p *embedded.Postgres, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.URL(embedded.Superuser, "postgres"))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var answer string
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

func TestPostgresKeepsItsDataOverStopKillAndRestart(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	p := start(t, dir, "fsync=off")
	if got := query(t, p, "select current_setting('listen_addresses') || current_setting('data_checksums')"); got != "on" {
		t.Errorf("listen addresses and checksums: got %q, want none and on", got)
	}
	execute(t, p, "create table kept as select 42 as n")
	if _, err := embedded.StartPostgres(t.Context(), dir, quiet); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("second instance on a live folder: got %v, want ErrInUse", err)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	p = start(t, dir, "fsync=off")
	if got := query(t, p, "select n::text from kept"); got != "42" {
		t.Errorf("after stop and start: got %q, want 42", got)
	}
	kill(t, filepath.Join(dir, "data", "postmaster.pid"))
	<-p.Ended()
	_ = p.Stop(t.Context()) // gives the folder back; the server is gone
	p = start(t, dir, "fsync=off")
	if got := query(t, p, "select n::text from kept"); got != "42" {
		t.Errorf("after kill and start: got %q, want 42", got)
	}
}

func TestPostgresEndsWithAKilledProgramAndStartsAgainAtOnce(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	program := exec.Command(os.Args[0]) //nolint:gosec,noctx // ourselves
	program.Env = append(os.Environ(), postgresVariable+"="+dir)
	stdin, err := program.StdinPipe() // held open: only the kill ends the program
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stdin.Close() }()
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("got %q and %v, want ready", line, err)
	}
	if _, err := embedded.StartPostgres(t.Context(), dir, quiet); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("beside another process: got %v, want ErrInUse", err)
	}
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // it was killed
	p := start(t, dir, "fsync=off")
	if got := query(t, p, "select 'ready'"); got != "ready" {
		t.Errorf("got %q", got)
	}
	if said := read(t, filepath.Join(dir, "postgres.log")); strings.Contains(said, "recovery") {
		t.Errorf("the killed program's server did not shut down in order:\n%s", said)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path) //nolint:gosec // a test file
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// kill ends the server named in a pid file without warning.
func kill(t *testing.T, pidFile string) {
	t.Helper()
	b, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid := 0
	for _, digit := range strings.SplitN(string(b), "\n", 2)[0] {
		pid = pid*10 + int(digit-'0')
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func TestPostgresRefusesWhatItCannotServe(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		prepare func(t *testing.T, dir string)
		want    []string
	}{
		{
			name: "data of a version that is not installed names the package and the way by dump and restore",
			prepare: func(t *testing.T, dir string) {
				write(t, filepath.Join(dir, "data", "PG_VERSION"), "9\n")
			},
			want: []string{"postgresql-9", "pg_dumpall", "restore"},
		},
		{
			name: "a version file that is none is not taken for an empty folder",
			prepare: func(t *testing.T, dir string) {
				write(t, filepath.Join(dir, "data", "PG_VERSION"), "?\n")
			},
			want: []string{"PG_VERSION"},
		},
		{
			name: "a parent that the server's user cannot pass through is named",
			prepare: func(t *testing.T, dir string) {
				if os.Geteuid() != 0 {
					t.Skip("only root hands the server to another user")
				}
				if err := os.Chmod(filepath.Dir(dir), 0o700); err != nil { //nolint:gosec // the point of the test
					t.Fatal(err)
				}
			},
			want: []string{"chmod o+x"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(openFolder(t), "postgres")
			test.prepare(t, dir)
			_, err := embedded.StartPostgres(t.Context(), dir, quiet)
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want it to hold %q", err, want)
				}
			}
		})
	}
}

func TestPostgresTakesAFolderTooLongForASocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openFolder(t), strings.Repeat("long/", 20))
	p := start(t, dir, "fsync=off")
	if got := query(t, p, "select 'ready'"); got != "ready" {
		t.Errorf("got %q", got)
	}
}

func TestPostgresReportsWhatTheServerSaysWhenItCannotStart(t *testing.T) {
	t.Parallel()
	_, err := embedded.StartPostgres(t.Context(), openFolder(t), quiet, "fsync=off", "no_such_setting=1")
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("got %v, want the server's own words", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // a test folder
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // a test file
		t.Fatal(err)
	}
}

func execute(t *testing.T, p *embedded.Postgres, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.URL(embedded.Superuser, "postgres"))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
