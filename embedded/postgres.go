package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Superuser is the role that owns a private cluster.
const Superuser = "eakte"

// noSync is the setting of a cluster that need not survive a power cut, such as a test's.
const noSync = "fsync=off"

// startLimit bounds how long a start may take; recovery after a crash is part of it.
const startLimit = 2 * time.Minute

// formerLimit bounds how long a start waits for a former server to end.
const formerLimit = 30 * time.Second

// Postgres is a running private cluster. It listens on a unix socket only, in a folder only its owner may enter, which
// is why it asks nobody for a password.
type Postgres struct {
	socketDir string
	command   *exec.Cmd
	lock      *os.File
	log       *slog.Logger
	ended     chan struct{} // closed when the server process is gone
	endErr    error         // set before ended is closed
}

// StartPostgres starts the cluster in dir and returns when it takes connections. An empty dir is initialised with the
// system's newest PostgreSQL, an existing one is started with the version that made it; anything else is refused with
// what to do. The server ends with this process even if that is killed, and recovers by itself at the next start.
//
// Started by root, the server runs as user postgres (or nobody), so the folders above dir must let that user through.
// settings are further "name=value" settings of the server. The folder being in use is ErrInUse.
func StartPostgres(ctx context.Context, dir string, log *slog.Logger, settings ...string) (*Postgres, error) {
	p, err := startPostgres(ctx, dir, log, settings)
	if err != nil {
		return nil, fmt.Errorf("start postgres in %s: %w", dir, err)
	}
	return p, nil
}

func startPostgres(ctx context.Context, dir string, log *slog.Logger, settings []string) (*Postgres, error) {
	dir, err := madeFolder(dir, 0o711)
	if err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	p, err := startLocked(ctx, dir, log, settings)
	if err != nil {
		_ = lock.Close() // the start's own error is the one to tell
		return nil, err
	}
	p.lock = lock
	return p, nil
}

// startLocked does what StartPostgres promises once the folder is ours.
func startLocked(ctx context.Context, dir string, log *slog.Logger, settings []string) (*Postgres, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	owner, err := serverOwner()
	if err != nil {
		return nil, err
	}
	if err := owner.canReach(dir); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	bin, err := binariesFor(data)
	if err != nil {
		return nil, err
	}
	if err := initialise(ctx, bin, data, owner, slices.Contains(settings, noSync)); err != nil {
		return nil, err
	}
	socketDir, err := owner.socketFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := waitForFormer(ctx, data); err != nil {
		return nil, err
	}
	p := &Postgres{socketDir: socketDir, log: log, ended: make(chan struct{})}
	if err := p.run(ctx, bin, data, owner, settings); err != nil {
		return nil, err
	}
	log.InfoContext(ctx, "postgres started", "folder", dir, "pid", p.command.Process.Pid)
	return p, nil
}

// initialise makes the cluster if there is none. It works beside the final name, so that an interrupted initdb leaves
// nothing that looks like a cluster. In a hurry, it does not wait for the disk.
func initialise(ctx context.Context, bin, data string, owner owner, hurry bool) error {
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return nil
	}
	unfinished := data + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if err := owner.makeFolder(unfinished); err != nil {
		return err
	}
	args := []string{"-D", unfinished, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
		"--no-instructions"}
	if hurry {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), args...) //nolint:gosec // PostgreSQL's own program
	owner.prepare(cmd, filepath.Dir(data))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	return os.Rename(unfinished, data)
}

// run starts the server process and waits until it is ready.
func (p *Postgres) run(ctx context.Context, bin, data string, owner owner, settings []string) error {
	logPath := filepath.Join(filepath.Dir(data), "postgres.log")
	logFile, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = logFile.Close() }() // the server has its own descriptor
	args := []string{"-D", data, "-k", p.socketDir}
	for _, s := range append(serverSettings(), settings...) {
		args = append(args, "-c", s)
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), args...) //nolint:gosec,noctx // own binary; stopping is Stop's part
	cmd.Stdout, cmd.Stderr = logFile, logFile
	owner.prepare(cmd, filepath.Dir(data))
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT // a fast shutdown, should this process be killed
	p.command = cmd
	if err := p.launch(); err != nil {
		return err
	}
	err = p.awaitReady(ctx, data)
	if err == nil {
		return nil
	}
	_ = cmd.Process.Signal(syscall.SIGQUIT) // gone already if the start failed by itself
	<-p.ended
	return fmt.Errorf("%w; %s says: %s", err, logPath, lastLines(logPath))
}

// serverSettings keep the server private and its log free of personal data: statements and their values are never
// written to it.
func serverSettings() []string {
	return []string{
		"listen_addresses=", "unix_socket_permissions=0700", "max_connections=200", "timezone=UTC", "log_timezone=UTC",
		"log_error_verbosity=terse", "log_min_error_statement=panic", "log_destination=stderr", "logging_collector=off",
	}
}

// launch starts and waits in one goroutine bound to its thread: the death signal belongs to the thread that forked, and
// would come as soon as the runtime ends that thread.
func (p *Postgres) launch() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := p.command.Start()
		started <- err
		if err != nil {
			return
		}
		p.endErr = p.command.Wait()
		close(p.ended)
	}()
	return <-started
}

// awaitReady polls postmaster.pid. Only a file that names our own child counts: another server's would tell us that
// somebody else is ready.
func (p *Postgres) awaitReady(ctx context.Context, data string) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		pid, status := readPidFile(data)
		if pid == p.command.Process.Pid && status == "ready" {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.ended:
			return fmt.Errorf("server ended while starting: %w", p.endErr)
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", context.Cause(ctx))
		}
	}
}

// waitForFormer lets the processes of a former server end: those of one whose program was just killed, shutting down in
// order, or the orphans of a server that was killed itself, which hold its shared memory a moment longer.
func waitForFormer(ctx context.Context, data string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(ctx, formerLimit)
	defer cancel()
	for {
		pid := serving(data)
		if pid == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("process %d still serves %s: %w", pid, data, ErrInUse)
		}
	}
}

// serving returns a process that works in data, as all of a cluster's do; 0 if there is none. The number in
// postmaster.pid would not do: it may belong to a stranger by now.
func serving(data string) int {
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		return 0
	}
	for _, link := range links {
		// Other users' processes cannot be read, and are not ours.
		if folder, err := os.Readlink(link); err == nil && folder == data {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link))) // digits, see above
			return pid
		}
	}
	return 0
}

// readPidFile returns the process and state that postmaster.pid tells (lines 1 and 8), or 0.
func readPidFile(data string) (pid int, status string) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(b), "\n")
	pid, err = strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil {
		return 0, ""
	}
	if len(lines) >= 8 {
		status = strings.TrimSpace(lines[7])
	}
	return pid, status
}

// URL returns the address of a database for a role, as pgx and libpq read it.
func (p *Postgres) URL(user, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database,
		RawQuery: url.Values{"host": {p.socketDir}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// Ended is closed when the server process is gone, asked or not.
func (p *Postgres) Ended() <-chan struct{} { return p.ended }

// Stop ends all sessions, shuts the server down in order and gives the folder back. If ctx ends first, the server is
// made to quit at once; it then recovers at the next start. Calling Stop again does nothing.
func (p *Postgres) Stop(ctx context.Context) error {
	defer func() { _ = p.lock.Close() }() // closing twice is harmless
	if err := p.command.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop postgres: %w", err)
	}
	select {
	case <-p.ended:
		_ = os.Remove(p.socketDir) // made anew at the next start; matters where it lies in a temporary folder
		return nil
	case <-ctx.Done():
		_ = p.command.Process.Signal(syscall.SIGQUIT) // it may have ended in this moment
		<-p.ended
		return fmt.Errorf("stop postgres: %w", context.Cause(ctx))
	}
}

// lastLines returns the end of a log for an error message.
func lastLines(path string) string {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "nothing"
	}
	return strings.TrimSpace(string(b[max(0, len(b)-1000):]))
}
