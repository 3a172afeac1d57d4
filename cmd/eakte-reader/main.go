// Command eakte-reader is the child process of the worker that opens documents. It runs the steps of package pipeline on
// files in one directory, behind a fence: no file outside that directory but programs and their data, no network, no
// environment worth stealing, limited memory. It speaks the protocol of package reader over standard input and output,
// one call at a time, and ends when its input ends. Nobody starts it by hand.
//
// Start reading at run; steps.go is the table of steps, fence.go what is forbidden.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/eakte/eakte/pipeline/tool"
)

// options are the command line.
type options struct {
	dir      string
	memory   uint64
	unfenced bool
}

func main() {
	if tool.Child(os.Args[1:]) {
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "eakte-reader:", err)
		os.Exit(1)
	}
}

// run puts up limits and fence, says hello and serves until its input ends.
func run(args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	// Programs get a parent-death signal, which the kernel sends when the thread that started them ends. This thread
	// stays, and so do those it shares its work with: Go ends a thread only when a goroutine locked to it returns.
	runtime.LockOSThread()
	in, out, err := takeOver()
	if err != nil {
		return fmt.Errorf("take over standard input and output: %w", err)
	}
	table := steps()
	if err := limit(o.memory); err != nil {
		return err
	}
	hello, err := fence(o)
	if err != nil {
		return err
	}
	return serve(in, out, o.dir, table, hello)
}

// parse reads the command line.
func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("eakte-reader", flag.ContinueOnError)
	flags.StringVar(&o.dir, "dir", "", "the only directory this process may write to")
	flags.Uint64Var(&o.memory, "memory", 2<<30, "address space in bytes, of this process and of each program it starts")
	flags.BoolVar(&o.unfenced, "unfenced", false, "go on without a fence where the kernel has no landlock (development only)")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if o.dir == "" {
		return options{}, fmt.Errorf("-dir is missing; %s is started by eakte-worker", flags.Name())
	}
	return o, nil
}

// takeOver keeps standard input and output for the protocol alone. Libraries that print would break it, so descriptor 1
// becomes standard error; descriptor 0 becomes empty.
func takeOver() (in, out *os.File, err error) {
	inFD, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, nil, err
	}
	outFD, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, nil, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, nil, err
	}
	defer null.Close()
	if err := unix.Dup3(int(null.Fd()), 0, 0); err != nil {
		return nil, nil, err
	}
	if err := unix.Dup3(2, 1, 0); err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(inFD), "calls"), os.NewFile(uintptr(outFD), "answers"), nil
}

// How Go's heap is collected. It is not until it has reached firstGoal, which one short document never does: what was set up
// for it would be gone through a dozen times for nothing. From then on it may grow to three times what is in use: a collector
// that runs at twice that takes a twentieth of its time. Over heapGoal, which scanned pages reach, it is collected harder, so
// that a long document is read within the memory that a reader is to have.
const (
	firstGoal     = 64 << 20
	lazyCollector = 200
	heapGoal      = 160 << 20
)

// collectLater has the heap collected as said above. The first collection finds a value that nobody holds.
func collectLater(most int64) {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(min(most, firstGoal))
	runtime.AddCleanup(new([64]byte), func(most int64) {
		debug.SetGCPercent(lazyCollector)
		debug.SetMemoryLimit(min(most, heapGoal))
	}, most)
}

// limit bounds what this process and the programs it starts may use. It comes after start-up, because a program with C
// parts can die at start under a tight address-space limit.
func limit(memory uint64) error {
	fewArenas()
	runtime.GOMAXPROCS(min(2, runtime.NumCPU()))
	collectLater(int64(memory / 2)) //nolint:gosec // C libraries need the other half
	for _, l := range []struct {
		name     string
		resource int
		value    uint64
		most     uint64 // up to which a program may be given more
	}{
		// LibreOffice gets twice as much: with less it dies of a full address space on one document in twenty.
		{"address space", unix.RLIMIT_AS, memory, 2 * memory},
		{"core size", unix.RLIMIT_CORE, 0, 0},
		{"file size", unix.RLIMIT_FSIZE, 500 << 20, 500 << 20},
		{"open files", unix.RLIMIT_NOFILE, 1024, 1024},
		{"processes", unix.RLIMIT_NPROC, processes(), processes()},
	} {
		var now unix.Rlimit
		if err := unix.Getrlimit(l.resource, &now); err != nil {
			return fmt.Errorf("limit %s: %w", l.name, err)
		}
		limit := unix.Rlimit{Cur: min(l.value, now.Max), Max: min(l.most, now.Max)}
		if err := unix.Setrlimit(l.resource, &limit); err != nil {
			return fmt.Errorf("limit %s: %w", l.name, err)
		}
	}
	return nil
}

// processes is the limit of processes and threads. The kernel counts all of the user's, so it is tight only in a process
// namespace of our own (where this is process 1 and the user namespace has its own count).
func processes() uint64 {
	if os.Getpid() == 1 {
		return 256
	}
	return 8192
}
