package reader

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/eakte/eakte/pipeline"
)

// Why a reader ended.
const (
	causeCrash     = "crash"
	causeTimeout   = "timeout"
	causeMemory    = "memory"
	causeProtocol  = "protocol"
	causeCancelled = "cancelled"
	causeRecycled  = "recycled"
	causeClosed    = "closed"
)

// startTime is how long a reader may take until it says hello; a busy machine needs up to a second.
const startTime = 30 * time.Second

// Hello is the first message of a reader, sent once its limits and its fence hold.
type Hello struct {
	Fenced   bool `json:"fenced"`
	Landlock int  `json:"landlock"` // version of the kernel's interface; 0: none
}

// process is one reader. Its methods are for the one caller that has borrowed it.
type process struct {
	cmd    *exec.Cmd
	dir    string // the only place it may write to
	in     *os.File
	out    *os.File
	errors *errorLog
	fenced bool
	walls  walls
	done   chan struct{} // closed when it has ended and every process of its group too

	calls int64
	pages int

	mu     sync.Mutex
	reaped bool
	why    string // the first cause that was given
}

// startProcess starts a reader with dir as its fenced directory and waits for its hello.
func startProcess(ctx context.Context, start *starter, config Config, walls walls, dir string) (*process, error) {
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return nil, fmt.Errorf("start reader: %w", err)
	}
	r := &process{dir: dir, walls: walls, done: make(chan struct{})}
	r.cmd = exec.Command(config.Program, arguments(config, dir)...) //nolint:noctx // it outlives the call that started it; stop ends it
	r.cmd.Dir = dir
	r.cmd.Env = environment(config, home)
	r.cmd.SysProcAttr = walls.attributes()
	if err := r.startPiped(start, config); err != nil {
		return nil, fmt.Errorf("start reader: %w", err)
	}
	go r.wait()
	var hello pipeline.Answer
	if err := r.exchange(ctx, nil, &hello, startTime); err != nil {
		r.stop(causeCrash)
		return nil, fmt.Errorf("start reader: %w", err)
	}
	var greeting Hello
	if err := json.Unmarshal(hello.Result, &greeting); err != nil {
		r.stop(causeProtocol)
		return nil, fmt.Errorf("start reader: %w: hello", ErrMessage)
	}
	r.fenced = greeting.Fenced
	if !r.fenced && !config.AllowUnfenced {
		r.stop(causeProtocol)
		return nil, errors.New("start reader: it has no fence")
	}
	return r, nil
}

// arguments are the command line of a reader.
func arguments(config Config, dir string) []string {
	args := []string{"-dir", dir, "-memory", strconv.FormatUint(config.MemoryBytes, 10)}
	if config.AllowUnfenced {
		args = append(args, "-unfenced")
	}
	return args
}

// environment is all that a reader learns of the machine. One OpenMP thread: more cost four times the time, and the
// library reads the variable before any code of ours runs. Two arenas for malloc: with one for each thread a reader of
// many photos comes so close to its address space that decoding the next one fails.
func environment(config Config, home string) []string {
	path := os.Getenv("PATH")
	if path == "" {
		path = "/usr/local/bin:/usr/bin:/bin"
	}
	env := []string{"PATH=" + path, "HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8", "OMP_THREAD_LIMIT=1", "MALLOC_ARENA_MAX=2"}
	if config.Tessdata != "" {
		env = append(env, "TESSDATA_PREFIX="+config.Tessdata)
	}
	return env
}

// startPiped starts the program with three pipes.
func (r *process) startPiped(start *starter, config Config) error {
	var theirs [3]*os.File
	var err error
	if theirs[0], r.in, err = os.Pipe(); err != nil {
		return err
	}
	if r.out, theirs[1], err = os.Pipe(); err != nil {
		return errors.Join(err, theirs[0].Close(), r.in.Close())
	}
	stderr, theirErr, err := os.Pipe()
	if err != nil {
		return errors.Join(err, theirs[0].Close(), r.in.Close(), r.out.Close(), theirs[1].Close())
	}
	theirs[2] = theirErr
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = theirs[0], theirs[1], theirs[2]
	err = start.run(r.cmd.Start)
	for _, f := range theirs {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return errors.Join(err, r.in.Close(), r.out.Close(), stderr.Close())
	}
	r.errors = listen(stderr, config.Log.With("pid", r.cmd.Process.Pid))
	return nil
}

// wait reaps the process after every process of its group has been killed: as long as it is not reaped its number, and
// with it that of the group, cannot belong to someone else.
func (r *process) wait() {
	pid := r.cmd.Process.Pid
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	r.mu.Lock()
	_ = unix.Kill(-pid, unix.SIGKILL) // usually nobody is left
	r.reaped = true
	r.mu.Unlock()
	_ = r.cmd.Wait() // what it says is read from ProcessState
	killBelow(r.dir)
	r.errors.close()
	_ = r.in.Close() // a broken pipe tells nothing that the exit has not told
	_ = r.out.Close()
	close(r.done)
}

// alive reports whether the process has not ended and nobody has told it to.
func (r *process) alive() bool {
	select {
	case <-r.done:
		return false
	default:
		return true
	}
}

// pid is the process's number.
func (r *process) pid() int { return r.cmd.Process.Pid }

// stop kills the process with its group and waits until all of it has gone. cause counts if it is the first.
func (r *process) stop(cause string) {
	r.mu.Lock()
	if r.why == "" && !r.reaped {
		r.why = cause
	}
	if !r.reaped {
		_ = unix.Kill(-r.pid(), unix.SIGKILL) // it may be on its way out
	}
	r.mu.Unlock()
	<-r.done
}

// cause says why the process has ended: what we did to it, or what its end looks like.
func (r *process) cause() string {
	<-r.done
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.why != "" {
		return r.why
	}
	status, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if r.errors.memory() || ok && status.Signaled() && status.Signal() == unix.SIGKILL {
		return causeMemory // a SIGKILL that is not ours comes from the kernel's out-of-memory killer
	}
	return causeCrash
}

// call sends one call and waits for its answer. On any error the process has ended when call returns.
func (r *process) call(ctx context.Context, call pipeline.Call, limit time.Duration) (pipeline.Answer, error) {
	r.calls++
	call.ID = r.calls
	r.errors.fresh()
	var answer pipeline.Answer
	if err := r.exchange(ctx, &call, &answer, limit); err != nil {
		return pipeline.Answer{}, err
	}
	if answer.ID != call.ID {
		r.stop(causeProtocol)
		return pipeline.Answer{}, fmt.Errorf("%w: answer to another call", ErrMessage)
	}
	answer.Pages = max(answer.Pages, 0)
	r.pages += answer.Pages
	return answer, nil
}

// exchange writes a message, unless it is nil, and reads one. On any error the process has ended.
func (r *process) exchange(ctx context.Context, call *pipeline.Call, answer *pipeline.Answer, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	talked := make(chan error, 1)
	go func() {
		if call != nil {
			if err := WriteMessage(r.in, call); err != nil {
				talked <- err
				return
			}
		}
		talked <- ReadMessage(r.out, answer)
	}()
	select {
	case err := <-talked:
		if err == nil {
			return nil
		}
		return r.broken(err)
	case <-timer.C:
		r.stop(causeTimeout)
		<-talked //nolint:errcheck // it broke because the reader was stopped
		return fmt.Errorf("%w: killed at its time limit of %s", ErrLost, limit)
	case <-ctx.Done():
		r.stop(causeCancelled)
		<-talked //nolint:errcheck // it broke because the reader was stopped
		return ctx.Err()
	}
}

// broken ends a reader that has not answered properly and says what became of it.
func (r *process) broken(err error) error {
	if errors.Is(err, ErrMessage) && !errors.Is(err, os.ErrClosed) && r.alive() {
		select {
		case <-r.done: // cut off because it died
		case <-time.After(time.Second):
			r.stop(causeProtocol)
			return fmt.Errorf("%w: killed: %w", ErrLost, err)
		}
	}
	select {
	case <-r.done:
	case <-time.After(5 * time.Second): // writing a core or a long trace; core files are off
		r.stop(causeProtocol)
	}
	if r.cause() == causeMemory {
		return fmt.Errorf("%w: out of memory (%s)", ErrLost, r.cmd.ProcessState)
	}
	return fmt.Errorf("%w: crashed (%s)", ErrLost, r.cmd.ProcessState)
}

// used says why the reader should be replaced; empty if it may go on.
func (r *process) used(config Config) string {
	if r.pages >= config.RecyclePages {
		return "pages"
	}
	if rss := residentBytes(r.pid()); rss > config.RecycleBytes {
		return "memory"
	}
	return ""
}

// tidy removes what a step has left in the fenced directory beside its job, and empties the home directory. What cannot
// be removed goes with the reader.
func (r *process) tidy(job string) {
	home := filepath.Join(r.dir, "home")
	for _, dir := range []string{r.dir, home} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if path := filepath.Join(dir, e.Name()); path != home && e.Name() != job {
				_ = os.RemoveAll(path)
			}
		}
	}
}

// residentBytes reads a process's resident memory; 0 if it is gone.
func residentBytes(pid int) uint64 {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, found := bytes.Cut(status, []byte("\nVmRSS:"))
	if !found {
		return 0
	}
	line, _, _ := strings.Cut(string(rest), "kB")
	kib, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}

// starter starts processes on one thread that lives as long as the pool: the kernel sends a child its parent-death
// signal when the *thread* that started it ends, not the process.
type starter struct {
	work chan func()
	done chan struct{}
}

// newStarter starts the thread; close ends it.
func newStarter() *starter {
	s := &starter{work: make(chan func()), done: make(chan struct{})}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		defer close(s.done)
		for f := range s.work {
			f()
		}
	}()
	return s
}

// run calls f on the thread and returns its error.
func (s *starter) run(f func() error) error {
	result := make(chan error)
	s.work <- func() { result <- f() }
	return <-result
}

// close ends the thread. All readers must have ended.
func (s *starter) close() {
	close(s.work)
	<-s.done
}
