// Package e2e proves the promises that only the whole can keep: nothing lost, nothing doubled, whatever is killed; the
// corpora end where they should; small documents pass big ones. It starts the real programs against a real database and
// object store, as compose would run them, and talks to them as a client does.
//
// Start reading at Plant; the tests are one file per promise.
package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/embedded"
	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/migrations"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/web"
)

// Plant is an installation of several sites and workers on one database and one store.
type Plant struct {
	Records *records.Store // as the system, for looking
	Objects *storage.Store
	Sites   []string // base URLs
	Office  efile.Office
	Token   string // bearer of a service that may do everything

	t        testing.TB
	dir      string
	bin      string
	env      []string
	pgDir    string
	postgres *embedded.Postgres
	programs []*program
}

// Size says how many programs of which kind, and what they are told.
type Size struct {
	Sites, Workers int
	Cores          int      // per worker
	Env            []string // further settings
}

// program is one process that is started again whenever it ends, until the plant stops.
type program struct {
	name string
	mu   sync.Mutex
	cmd  *exec.Cmd
	stop context.CancelFunc
	done chan struct{}
}

// masterKey is good for tests only.
var masterKey = base64.StdEncoding.EncodeToString([]byte("a key for tests, 32 bytes long !"))

// Start brings a plant up; the end of the test takes it down.
func Start(t testing.TB, size Size) *Plant {
	t.Helper()
	p := &Plant{t: t, dir: shortDir(t), bin: binaries(t)}
	p.pgDir = filepath.Join(p.dir, "pg")
	p.startPostgres()
	t.Cleanup(func() { _ = p.postgres.Stop(context.WithoutCancel(t.Context())) })
	p.prepareDatabase()
	store := testenv.StoreConfig(t)
	var err error
	if p.Objects, err = storage.Open(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	p.env = append([]string{
		"EAKTE_DATABASE_URL=" + p.postgres.URL("eakte_app", "eakte"), "EAKTE_MASTER_KEY=" + masterKey,
		"EAKTE_S3_SOCKET=" + store.Socket, "EAKTE_S3_ENDPOINT=" + store.Endpoint, "EAKTE_S3_BUCKET=" + store.Bucket,
		"EAKTE_S3_ACCESS_KEY=" + store.AccessKey, "EAKTE_S3_SECRET_KEY=" + string(store.SecretKey),
		"EAKTE_WEBHOOK_NETWORKS=127.0.0.0/8", "EAKTE_READERS=" + strconv.Itoa(max(size.Cores, 1)), "OMP_THREAD_LIMIT=1",
	}, size.Env...)
	for range size.Sites {
		addr := freeAddr(t)
		p.Sites = append(p.Sites, "http://"+addr)
		p.run("eakte-web", "EAKTE_LISTEN="+addr, "EAKTE_DATA="+p.dir)
	}
	for i := range size.Workers {
		p.run("eakte-worker", "EAKTE_DATA="+filepath.Join(p.dir, "worker"+strconv.Itoa(i)))
	}
	t.Cleanup(p.stopPrograms)
	p.untilReady()
	p.openOffice()
	return p
}

// shortDir is a directory whose path leaves room for socket names.
func shortDir(t testing.TB) string {
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // the database runs as another user below it
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// binaries builds the programs once per test binary and returns their folder.
func binaries(t testing.TB) string {
	var path string
	for _, name := range []string{"eakte", "eakte-web", "eakte-worker", "eakte-reader"} {
		path = testenv.Program(t, name)
	}
	return filepath.Dir(path)
}

func (p *Plant) startPostgres() {
	p.t.Helper()
	var err error
	if p.postgres, err = embedded.StartPostgres(context.WithoutCancel(p.t.Context()), p.pgDir, testLog(p.t)); err != nil {
		p.t.Fatal(err)
	}
}

func (p *Plant) prepareDatabase() {
	p.t.Helper()
	ctx := p.t.Context()
	conn, err := pgx.Connect(ctx, p.postgres.URL(embedded.Superuser, "postgres"))
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE eakte"); err != nil {
		p.t.Fatal(err)
	}
	if err := conn.Close(ctx); err != nil {
		p.t.Fatal(err)
	}
	if err := migrations.Up(ctx, p.postgres.URL(embedded.Superuser, "eakte")); err != nil {
		p.t.Fatal(err)
	}
	p.Records, err = records.Open(ctx, p.postgres.URL("eakte_app", "eakte"), records.Options{MaxConns: 4, Log: testLog(p.t)})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(p.Records.Close)
}

func (p *Plant) openOffice() {
	p.t.Helper()
	ctx := p.t.Context()
	p.Office = efile.Office{ID: efile.NewID(), Key: "musterstadt", Name: "Ausländerbehörde Musterstadt", Language: "de", Created: time.Now()}
	secret, hash := web.NewServiceToken()
	err := p.Records.CreateOffice(ctx, p.Office)
	if err == nil {
		err = p.Records.In(ctx, efile.SystemIn(p.Office.ID), func(tx *records.Tx) error {
			return tx.AddServiceToken(ctx, efile.ServiceToken{
				ID: efile.NewID(), Name: "e2e", Hash: hash, Created: time.Now(),
				Scopes: []efile.Scope{
					efile.ScopeSubmit, efile.ScopeCasesWrite, efile.ScopeDocumentsRead, efile.ScopeEventsRead, efile.ScopeAdmin,
				},
			})
		})
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.Token = p.Office.Key + "." + secret
}

// run keeps a program running.
func (p *Plant) run(name string, env ...string) {
	ctx, stop := context.WithCancel(context.WithoutCancel(p.t.Context()))
	prog := &program{name: name, stop: stop, done: make(chan struct{})}
	p.programs = append(p.programs, prog)
	log := p.logFile(name)
	go func() {
		defer close(prog.done)
		for ctx.Err() == nil {
			cmd := exec.Command(filepath.Join(p.bin, name)) //nolint:noctx // ends by the signals the plant sends
			cmd.Env = append(append(os.Environ(), p.env...), env...)
			cmd.Stdout, cmd.Stderr = log, log
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			prog.mu.Lock()
			prog.cmd = cmd
			err := cmd.Start()
			prog.mu.Unlock()
			if err != nil {
				return
			}
			_ = cmd.Wait()
		}
	}()
}

func (p *Plant) logFile(name string) *os.File {
	f, err := os.OpenFile(filepath.Join(p.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if p.t.Failed() {
			if out, err := exec.CommandContext(context.WithoutCancel(p.t.Context()), "tail", "-n", "40", f.Name()).Output(); err == nil {
				p.t.Logf("end of %s.log:\n%s", name, out)
			}
		}
		_ = f.Close()
	})
	return f
}

// pid of the process now running; 0 if none.
func (g *program) pid() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cmd == nil || g.cmd.Process == nil {
		return 0
	}
	return g.cmd.Process.Pid
}

func (p *Plant) stopPrograms() {
	for _, g := range p.programs {
		g.stop()
		if pid := g.pid(); pid > 0 {
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
	}
	for _, g := range p.programs {
		select {
		case <-g.done:
		case <-time.After(40 * time.Second):
			p.t.Errorf("%s did not stop within 40 seconds", g.name)
			_ = syscall.Kill(-g.pid(), syscall.SIGKILL)
			<-g.done
		}
	}
}

// untilReady waits for every site.
func (p *Plant) untilReady() {
	p.t.Helper()
	for _, site := range p.Sites {
		err := p.eventually(time.Minute, func() (bool, error) { return (&client.Client{Site: site}).Ready(p.t.Context()), nil })
		if err != nil {
			p.t.Fatalf("site did not become ready: %v", err)
		}
	}
}

var errTime = errors.New("time is up")

// eventually asks until it is so.
func (p *Plant) eventually(limit time.Duration, so func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if yes, err := so(); err != nil || yes {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errTime
		}
	}
}

// Kill ends a program of the name with SIGKILL; it is started again.
func (p *Plant) Kill(name string, which int) {
	n := 0
	for _, g := range p.programs {
		if g.name == name {
			if n == which {
				if pid := g.pid(); pid > 0 {
					_ = syscall.Kill(pid, syscall.SIGKILL)
				}
				return
			}
			n++
		}
	}
}

// Readers returns the process ids of all reader processes below the plant's workers.
func (p *Plant) Readers() []int {
	var all []int
	for _, g := range p.programs {
		if g.name == "eakte-worker" {
			all = append(all, children(g.pid(), "eakte-reader")...)
		}
	}
	return all
}

// children returns the children of a process whose program has this name.
func children(pid int, name string) []int {
	var all []int
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is sound
	for _, task := range tasks {
		if more, err := os.ReadFile(task); err == nil {
			data = append(append(data, ' '), more...)
		}
	}
	seen := map[int]bool{}
	for _, word := range strings.Fields(string(data)) {
		child, err := strconv.Atoi(word)
		if err != nil || seen[child] {
			continue
		}
		seen[child] = true
		if comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child)); err == nil && strings.HasPrefix(strings.TrimSpace(string(comm)), name[:min(len(name), 15)]) {
			all = append(all, child)
		}
	}
	return all
}

// KillPostgres ends the database server with SIGKILL, and starts it again.
func (p *Plant) KillPostgres() error {
	data, err := os.ReadFile(filepath.Join(p.pgDir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.SplitN(string(data), "\n", 2)[0])
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	<-p.postgres.Ended()
	_ = p.postgres.Stop(p.t.Context()) // lets go of the directory
	again, err := embedded.StartPostgres(context.WithoutCancel(p.t.Context()), p.pgDir, testLog(p.t))
	if err != nil {
		return err
	}
	p.postgres = again
	return nil
}

func freeAddr(t testing.TB) string {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func testLog(t testing.TB) *slog.Logger { return testenv.Log(t) }
