// Package tool runs the outside programs and C libraries that open documents: one file per program, each saying what the
// program is used for, which of its exit codes mean what, and which traps it has. It decides nothing about documents;
// that is the business of the steps (inspect, normalise, recognise, compose).
//
// Every program runs in its own process group with a time, memory and output limit, with arguments as a list, without
// standard input, and with an environment of PATH, HOME, TMPDIR, LANG and OMP_THREAD_LIMIT only. What a program prints
// on standard error may quote the document, so it never enters an error.
//
// Start reading at Run; Child says how pdfcpu, a Go library that can hang or exhaust memory, is run as a program.
package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Limits bound one run of a program. The zero value of a field means its default.
type Limits struct {
	Time   time.Duration // wall time; default 60 s
	Memory uint64        // address space in bytes; default 2 GiB
	File   int64         // of any file it writes, in bytes; default 500 MB
	Output int64         // of standard output, in bytes; default 64 MB
}

// or fills the zero fields.
func (l Limits) or() Limits {
	if l.Time == 0 {
		l.Time = 60 * time.Second
	}
	if l.Memory == 0 {
		l.Memory = 2 << 30
	}
	if l.File == 0 {
		l.File = 500 << 20
	}
	if l.Output == 0 {
		l.Output = 64 << 20
	}
	return l
}

// Failure says how a run ended badly. It never holds anything the program printed.
type Failure struct {
	Tool     string
	Exit     int            // exit code; -1 if it was killed or never started
	Signal   syscall.Signal // that ended it, if any
	TimedOut bool           // killed by us at its time limit
	TooMuch  bool           // killed by us for too much output
	Missing  bool           // not installed
}

// Error says which program ended how.
func (f *Failure) Error() string {
	switch {
	case f.Missing:
		return f.Tool + " is not installed"
	case f.TimedOut:
		return f.Tool + " reached its time limit"
	case f.TooMuch:
		return f.Tool + " wrote more than its limit"
	case f.Signal != 0:
		return fmt.Sprintf("%s was ended by signal %d (%s)", f.Tool, int(f.Signal), f.Signal)
	}
	return fmt.Sprintf("%s ended with exit code %d", f.Tool, f.Exit)
}

// Exhausted reports whether err is a run that used up its time, memory or output: the document asks for too much, which
// is not the same as being damaged.
func Exhausted(err error) bool {
	f, ok := errors.AsType[*Failure](err)
	if !ok {
		return false
	}
	switch f.Signal {
	case syscall.SIGXFSZ, syscall.SIGXCPU, syscall.SIGKILL:
		return true
	case syscall.SIGABRT: // how C++ ends when memory is refused; a tool with a bug does so too
		return f.Tool != qpdfName
	}
	return f.TimedOut || f.TooMuch || f.Tool == pdfcpuName && f.Exit == exitFatal
}

// Missing reports whether err says that the program is not installed.
func Missing(err error) bool {
	f, ok := errors.AsType[*Failure](err)
	return ok && f.Missing
}

// Exit returns the exit code in err: 0 for nil, -1 when there was none.
func Exit(err error) int {
	if err == nil {
		return 0
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Exit
	}
	return -1
}

// Installed reports whether the program name can be found.
func Installed(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// Run runs a program in dir and returns its standard output, also beside an error. args never hold a sender's words:
// only file names we made and settings. A run that ends with an exit code other than 0, at a limit or by a signal is a
// *Failure; if ctx ends first, its error is returned. Every process of its group is gone when Run returns.
func Run(ctx context.Context, dir, name string, args []string, limits Limits) ([]byte, error) {
	var out bytes.Buffer
	err := Stream(ctx, dir, name, args, limits, func(r io.Reader) error {
		_, err := io.Copy(&out, r)
		return err
	})
	return out.Bytes(), err
}

// Stream is Run for output that is better read as it comes. read gets standard output; when it returns an error the
// program is killed and that error returned.
func Stream(ctx context.Context, dir, name string, args []string, limits Limits, read func(io.Reader) error) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return &Failure{Tool: filepath.Base(name), Exit: -1, Missing: true}
	}
	return stream(ctx, dir, filepath.Base(name), path, args, limits, read)
}

// Complaints runs a program like Run and returns what it printed on standard error instead. It may quote the document:
// it is for people who may see that, never for an error or a log.
func Complaints(ctx context.Context, dir, name string, args []string, limits Limits) ([]byte, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, &Failure{Tool: name, Exit: -1, Missing: true}
	}
	var out bytes.Buffer
	err = listen(ctx, dir, name, path, args, limits, (*exec.Cmd).StderrPipe, func(r io.Reader) error {
		_, err := io.Copy(&out, r)
		return err
	})
	return out.Bytes(), err
}

// stream is Stream for a program whose path is known and that goes by name in errors.
func stream(ctx context.Context, dir, name, path string, args []string, limits Limits, read func(io.Reader) error) error {
	return listen(ctx, dir, name, path, args, limits, (*exec.Cmd).StdoutPipe, read)
}

// listen runs a program and has read read one of its outputs.
func listen(ctx context.Context, dir, name, path string, args []string, limits Limits, of func(*exec.Cmd) (io.ReadCloser, error),
	read func(io.Reader) error,
) error {
	limits = limits.or()
	timed, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	cmd := exec.CommandContext(timed, path, args...)
	cmd.Dir = dir
	cmd.Env = environment(dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	output, err := of(cmd)
	if err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return watch(ctx, timed, cmd, output, name, limits, read)
}

// watch starts cmd, feeds read and explains the end.
func watch(ctx, timed context.Context, cmd *exec.Cmd, output io.Reader, name string, limits Limits, read func(io.Reader) error) error {
	// Pdeathsig belongs to the thread that started the process; Go threads outlive short work, and the worst case is that
	// the program dies too early together with its thread, which LockOSThread in the reader's main rules out.
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	limit(cmd.Process.Pid, limits)
	capped := &cappedReader{r: output, left: limits.Output}
	readErr := read(capped)
	if readErr != nil || capped.over.Load() {
		_ = cmd.Cancel() // it may have ended already
	} else {
		_, _ = io.Copy(io.Discard, io.LimitReader(output, 1<<20)) // let it end by itself
	}
	waitErr := cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // stragglers of the group; none is the usual case
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case capped.over.Load():
		return &Failure{Tool: name, Exit: -1, TooMuch: true}
	case timed.Err() != nil:
		return &Failure{Tool: name, Exit: -1, TimedOut: true}
	case readErr != nil:
		if errors.Is(readErr, io.ErrUnexpectedEOF) && waitErr != nil {
			return failure(name, waitErr)
		}
		return readErr
	case waitErr != nil:
		return failure(name, waitErr)
	}
	return nil
}

// failure explains what exec reports.
func failure(name string, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return fmt.Errorf("wait for %s: %w", name, err)
	}
	f := &Failure{Tool: name, Exit: exit.ExitCode()}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		f.Signal = status.Signal()
	}
	return f
}

// limit puts resource limits on a process that has just started. The moment before they hold is far too short to do harm
// with a document. A process that has ended already is no error, nor is a tighter limit inherited from the reader.
func limit(pid int, l Limits) {
	set := func(resource int, value uint64) {
		var now unix.Rlimit
		if unix.Prlimit(pid, resource, nil, &now) == nil {
			value = min(value, now.Max) // it may also be more than the reader gives by itself
			_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: value, Max: value}, nil)
		}
	}
	set(unix.RLIMIT_AS, l.Memory)
	set(unix.RLIMIT_FSIZE, uint64(l.File))
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_CPU, uint64(l.Time/time.Second)+1)
}

// environment is all that programs learn about the machine. HOME and TMPDIR are the work directory unless the reader
// sets them, so that nothing is written elsewhere.
func environment(dir string) []string {
	env := []string{"OMP_THREAD_LIMIT=1"}
	for _, key := range []string{"PATH", "TESSDATA_PREFIX"} {
		if value := os.Getenv(key); value != "" {
			env = append(env, key+"="+value)
		}
	}
	lang := os.Getenv("LANG")
	if lang == "" || strings.EqualFold(lang, "C") || strings.EqualFold(lang, "POSIX") {
		lang = "C.UTF-8" // LibreOffice and poppler lose umlauts in C
	}
	return append(env, "LANG="+lang, "HOME="+dir, "TMPDIR="+dir)
}

// cappedReader ends after left bytes and remembers that there was more.
type cappedReader struct {
	r    io.Reader
	left int64
	over atomic.Bool
}

// Read reads until the cap.
func (c *cappedReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		c.over.Store(true)
		return 0, io.ErrUnexpectedEOF
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}
