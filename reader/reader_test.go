package reader_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// program is the reader with steps that fail on purpose, built once.
var program struct {
	once sync.Once
	dir  string
	path string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program.dir != "" {
		_ = os.RemoveAll(program.dir)
	}
	os.Exit(code)
}

// build builds eakte-reader with the faulty steps.
func build(t *testing.T) string {
	t.Helper()
	program.once.Do(func() {
		if program.dir, program.err = os.MkdirTemp("", "eakte-reader-"); program.err != nil {
			return
		}
		program.path = filepath.Join(program.dir, "eakte-reader")
		out, err := exec.Command("go", "build", "-tags", "faultinjection", "-o", program.path, "../cmd/eakte-reader").CombinedOutput()
		if err != nil {
			program.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if program.err != nil {
		t.Fatalf("build eakte-reader: %v", program.err)
	}
	return program.path
}

// pool opens a pool of the test program; change may be nil.
func pool(t *testing.T, change func(*reader.Config)) (*reader.Pool, string) {
	t.Helper()
	dir := t.TempDir()
	config := reader.Config{Program: build(t), Dir: dir, Grace: 100 * time.Millisecond}
	if change != nil {
		change(&config)
	}
	p, err := reader.Open(t.Context(), config)
	if err != nil {
		t.Fatalf("open pool: %v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close pool: %v", err)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 1 { // the gate's lock file
			t.Errorf("after Close: got %v (%v), want only the lock file", left, err)
		}
		if pids := below(t, dir); len(pids) > 0 {
			t.Errorf("after Close: processes %v still work below the pool's directory", pids)
		}
	})
	return p, dir
}

// bad runs a faulty step.
func bad(t *testing.T, p *reader.Pool, step, path string) (string, error) {
	t.Helper()
	var got string
	err := p.Do(t.Context(), pipeline.Step("bad-"+step), func(string) (any, error) { return map[string]string{"path": path}, nil }, &got, nil)
	return got, err
}

// below lists processes that work in dir, as the kernel tells it.
func below(t *testing.T, dir string) []string {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	var pids []string
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir+"/") {
			pids = append(pids, filepath.Base(filepath.Dir(link)))
		}
	}
	return pids
}

// Each way in which a document can make a library misbehave costs one call and nothing else.
func TestAFaultCostsOneCall(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, func(c *reader.Config) {
		c.StepTime = map[pipeline.Step]time.Duration{"bad-hang": 300 * time.Millisecond}
	})
	for _, test := range []struct {
		name, step, want, cause string
	}{
		{"a segmentation fault in C", "segfault", "reader lost: crashed", "crash"},
		{"an abort in C", "abort", "reader lost: crashed", "crash"},
		{"a hang in C", "hang", "reader lost: killed at its time limit", "timeout"},
		{"memory eaten in C", "malloc", "reader", ""}, // malloc fails politely; what the library does then is its own
		{"memory eaten in Go", "heap", "reader lost: out of memory", "memory"},
		{"a stack without end", "stack", "reader lost", ""}, // it meets its own limit or that of memory first
		{"an exit", "exit", "reader lost: crashed", "crash"},
		{"an answer that is none", "rubbish", "malformed message", "protocol"},
		{"children that leave the process group", "orphans", "reader lost: crashed", "crash"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := p.Stats()
			_, err := bad(t, p, test.step, "3600")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got error %v, want one saying %q", err, test.want)
			}
			if f := fault.Of(err); f.Treatment != fault.Retry {
				t.Errorf("got treatment %s, want retry", f.Treatment)
			}
			if after := p.Stats(); test.cause != "" && after.Ended[test.cause] != before.Ended[test.cause]+1 {
				t.Errorf("got ends %v after %v, want one more by %s", after.Ended, before.Ended, test.cause)
			}
			if got, err := bad(t, p, "nothing", ""); got != "fine" || err != nil {
				t.Errorf("next call: got %q, %v, want fine", got, err)
			}
		})
	}
}

func TestOrphansDieWithTheirReader(t *testing.T) {
	t.Parallel()
	p, dir := pool(t, nil)
	if _, err := bad(t, p, "orphans", "3600"); err == nil {
		t.Fatal("the step crashes, but no error came back")
	}
	if got := below(t, dir); len(got) > 0 {
		t.Errorf("got processes %v, want none to survive the reader", got)
	}
}

func TestAPanicIsAnAnswerWithoutContents(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	_, err := bad(t, p, "panic", "")
	if err == nil || !strings.Contains(err.Error(), "panicked at eakte-reader/faults_on.go") {
		t.Errorf("got %v, want the place of the panic", err)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, which quotes the panic", err)
	}
	if s := p.Stats(); s.Started != 1 || len(s.Ended) != 0 {
		t.Errorf("got %d started, ended %v, want the first reader to live on", s.Started, s.Ended)
	}
}

func TestTheFenceHolds(t *testing.T) {
	t.Parallel()
	p, dir := pool(t, nil)
	if s := p.Stats(); !s.Fenced {
		t.Skip("this kernel has no landlock")
	}
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(secret) })
	for _, test := range []struct{ name, step, path string }{
		{"the users of the machine are not readable", "read", "/etc/passwd"},
		{"a file beside the job is not readable", "read", secret},
		{"the worker's environment is not readable", "read", fmt.Sprintf("/proc/%d/environ", os.Getpid())},
		{"a file beside the job is not writable", "write", filepath.Join(dir, "written")},
		{"the temporary directory of the machine is not writable", "write", "/tmp/eakte-reader-test-written"},
		{"programs are not writable", "write", "/usr/bin/eakte-reader-test-written"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := bad(t, p, test.step, test.path)
			if err == nil || !strings.Contains(err.Error(), "permission denied") {
				t.Errorf("%s %s: got %v, want permission denied", test.step, test.path, err)
			}
		})
	}
}

func TestAReaderHasNoNetwork(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if got, err := bad(t, p, "connect", listener.Addr().String()); got != "refused" || err != nil {
		t.Errorf("got %q, %v, want both TCP and UDP refused", got, err)
	}
}

// The database and the store of `eakte up` listen on unix sockets that the reader's own user may open.
func TestAReaderReachesNoUnixSocket(t *testing.T) {
	t.Parallel()
	p, dir := pool(t, nil)
	// Inside the fence and open to everybody: neither landlock nor rights stand in the way.
	inside, err := filepath.Glob(filepath.Join(dir, "pool-*", "reader-*"))
	if err != nil || len(inside) != 1 {
		t.Fatalf("got readers' directories %v, %v, want one", inside, err)
	}
	for _, place := range []string{filepath.Join(inside[0], "home"), dir} {
		path := filepath.Join(place, "s")
		listener, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o777); err != nil {
			t.Fatal(err)
		}
		got, err := bad(t, p, "socket", path)
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("socket in %s: got %q, %v, want permission denied", filepath.Base(place), got, err)
		}
		if err := listener.Close(); err != nil { // removes the file
			t.Error(err)
		}
	}
}

func TestCallsOfTheKernelThatNoStepNeedsAreForbidden(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	if got, err := bad(t, p, "call", ""); got != "[]" || err != nil {
		t.Errorf("got %s, %v, want none to work", got, err)
	}
}

func TestAReaderCannotSignalItsWorker(t *testing.T) {
	t.Parallel()
	version, err := llsys.LandlockGetABIVersion()
	if err != nil || version < 6 {
		t.Skip("landlock of this kernel knows no signals (ABI 6)")
	}
	p, _ := pool(t, nil)
	if _, err := bad(t, p, "signal", ""); err == nil || !strings.Contains(err.Error(), "operation not permitted") {
		t.Errorf("got %v, want operation not permitted", err)
	}
}

func TestAReaderInheritsNothing(t *testing.T) {
	t.Setenv("EAKTE_MASTER_KEY", "do not tell")
	p, _ := pool(t, nil)
	environ, err := bad(t, p, "environ", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range strings.Fields(strings.Trim(environ, "[]")) {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case "PATH", "HOME", "TMPDIR", "LANG", "OMP_THREAD_LIMIT", "MALLOC_ARENA_MAX":
		default:
			t.Errorf("the reader's environment has %s", name)
		}
	}
	files, err := bad(t, p, "files", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range strings.Fields(strings.Trim(files, "[]")) {
		_, target, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(target, "pipe:") && !strings.HasPrefix(target, "anon_inode:") && target != "/dev/null" &&
			!strings.HasPrefix(target, "/proc/") && !strings.HasPrefix(target, "/sys/fs/cgroup/") { // the Go runtime counts processors
			t.Errorf("the reader has %s open", entry)
		}
	}
}

func TestLinksLeftByAReaderAreNotFollowed(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	collected := false
	err := p.Do(t.Context(), "bad-link", func(string) (any, error) { return map[string]string{"path": "/etc/passwd"}, nil }, nil,
		func(string) error { collected = true; return nil })
	if err == nil || collected {
		t.Errorf("got %v, collected %v, want a refusal before collect", err, collected)
	}
}

func TestAnAnswerThatNoSoundReaderGivesCostsTheReader(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	err := p.Do(t.Context(), "bad-nothing", func(string) (any, error) { return struct{}{}, nil }, nil,
		func(string) error { return fmt.Errorf("%w: page 7", reader.ErrMessage) })
	if !errors.Is(err, reader.ErrLost) || fault.Of(err).Treatment != fault.Retry {
		t.Errorf("got %v, want ErrLost and another try", err)
	}
	var number int
	err = p.Do(t.Context(), "bad-nothing", func(string) (any, error) { return struct{}{}, nil }, &number, nil)
	if !errors.Is(err, reader.ErrLost) {
		t.Errorf("a result of another shape: got %v, want ErrLost", err)
	}
	if s := p.Stats(); s.Ended["protocol"] != 2 {
		t.Errorf("got ends %v, want two by protocol", s.Ended)
	}
}

func TestNoiseNeitherBlocksNorReachesTheLog(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	p, _ := pool(t, func(c *reader.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for _, step := range []string{"stderr", "stdout", "nothing"} {
		if got, err := bad(t, p, step, ""); got != "fine" || err != nil {
			t.Errorf("%s: got %q, %v, want fine", step, got, err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); strings.Contains(got, "secret") || len(got) > 20_000 {
		t.Errorf("got a log of %d bytes, quoting %v; want little and nothing quoted", len(got), strings.Contains(got, "secret"))
	}
}

func TestFilesGoInAndOut(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	for range 3 {
		var inside string
		err := p.Do(t.Context(), "bad-nothing", func(dir string) (any, error) {
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) > 0 {
				t.Errorf("got %v, %v, want an empty directory", entries, err)
			}
			return struct{}{}, os.WriteFile(filepath.Join(dir, "in"), []byte("x"), 0o600)
		}, nil, func(dir string) error {
			inside = dir
			_, err := os.Stat(filepath.Join(dir, "in"))
			return err
		})
		if err != nil {
			t.Fatalf("got %v, want none", err)
		}
		if _, err := os.Stat(inside); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v, want the job directory to be gone", err)
		}
	}
	if s := p.Stats(); s.Started != 1 || s.Calls != 3 || s.Busy != 0 {
		t.Errorf("got %+v, want one warm reader for three calls", s)
	}
}

func TestReadersAreRecycled(t *testing.T) {
	t.Parallel()
	t.Run("after their pages", func(t *testing.T) {
		t.Parallel()
		p, _ := pool(t, func(c *reader.Config) { c.RecyclePages = 2 })
		for range 5 {
			if _, err := bad(t, p, "nothing", ""); err != nil {
				t.Fatal(err)
			}
		}
		if s := p.Stats(); s.Started != 3 || s.Ended["recycled"] != 2 || s.Pages != 5 {
			t.Errorf("got %+v, want three readers for five pages", s)
		}
	})
	t.Run("above their memory mark", func(t *testing.T) {
		t.Parallel()
		p, _ := pool(t, func(c *reader.Config) { c.RecycleBytes = 1 })
		if _, err := bad(t, p, "nothing", ""); err != nil {
			t.Fatal(err)
		}
		if s := p.Stats(); s.Ended["recycled"] != 1 || s.Running != 0 {
			t.Errorf("got %+v, want the reader recycled", s)
		}
	})
}

func TestTheEndOfAContextEndsTheCall(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	err := p.Do(ctx, "bad-hang", func(string) (any, error) { time.AfterFunc(50*time.Millisecond, cancel); return struct{}{}, nil }, nil, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if s := p.Stats(); s.Ended["cancelled"] != 1 {
		t.Errorf("got ends %v, want one cancelled", s.Ended)
	}
	if got, err := bad(t, p, "nothing", ""); got != "fine" || err != nil {
		t.Errorf("next call: got %q, %v, want fine", got, err)
	}
}

func TestCallersShareThePool(t *testing.T) {
	t.Parallel()
	p, _ := pool(t, func(c *reader.Config) { c.Size = 2 })
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			if got, err := bad(t, p, "nothing", ""); got != "fine" || err != nil {
				t.Errorf("got %q, %v, want fine", got, err)
			}
		})
	}
	callers.Wait()
	if s := p.Stats(); s.Started > 2 || s.Calls != 20 || s.Busy != 0 || s.Waiting != 0 {
		t.Errorf("got %+v, want 20 calls by at most two readers", s)
	}
}

func TestAMissingProgramIsANeighbourThatIsAway(t *testing.T) {
	t.Parallel()
	_, err := reader.Open(t.Context(), reader.Config{Program: filepath.Join(t.TempDir(), "none"), Dir: t.TempDir()})
	if !fault.Is(err, fault.ReaderUnavailable) {
		t.Errorf("got %v, want reader_unavailable", err)
	}
}

func TestOpenRemovesWhatAKilledPoolLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	left := filepath.Join(dir, "pool-1", "reader-1", "job-1")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pool-1.lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	orphan := exec.Command("sleep", "3600")
	orphan.Dir = left
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	p, err := reader.Open(t.Context(), reader.Config{Program: build(t), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := os.Stat(filepath.Join(dir, "pool-1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want the old directory gone", err)
	}
	if err := orphan.Wait(); err == nil {
		t.Error("the orphan ended by itself, want it killed")
	}
	second, err := reader.Open(t.Context(), reader.Config{Program: build(t), Dir: dir})
	if err != nil {
		t.Fatalf("a second pool in the same directory: %v", err)
	}
	defer second.Close()
	if got, err := bad(t, p, "nothing", ""); got != "fine" || err != nil {
		t.Errorf("first pool after the second opened: got %q, %v, want fine", got, err)
	}
}

// lockedBuffer is a log's target.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

// Write appends.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what was written.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
