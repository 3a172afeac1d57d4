package testenv

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/embedded"
	"github.com/eakte/eakte/storage"
)

// s3FolderVariable tells a copy of the test binary to be the S3 server of its parent.
const s3FolderVariable = "EAKTE_TESTENV_S3"

const (
	testAccessKey = "test-access"
	testSecretKey = "test-secret-of-no-value"
	socketName    = "s3.sock"
)

// s3Server is a copy of the test binary that serves S3. It is a process of its own because the server changes the
// working folder, on which every test with a relative path relies.
type s3Server struct {
	command *exec.Cmd
	stdin   io.Closer // closing it, by us or by our death, ends the server
	socket  string
	objects string
}

// Store returns a store with a bucket of the test's own: on the shared embedded server, or, if EAKTE_TEST_S3_ENDPOINT
// and its companions _ACCESS_KEY, _SECRET_KEY, _BUCKET and _TLS are set, on the server they name. A bucket named there
// is shared by all tests; otherwise each makes its own.
func Store(t testing.TB) *storage.Store {
	t.Helper()
	store, err := storage.Open(t.Context(), StoreConfig(t))
	if err != nil {
		t.Fatalf("open the test's store: %v", err)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Fatalf("reach the test's store: %v", err)
	}
	return store
}

// StoreConfig names a new bucket, as Store would open it: for a second client or another process.
func StoreConfig(t testing.TB) storage.Config {
	t.Helper()
	bucket := "test-" + efile.NewID().String()
	if config, ok := externalStore(bucket); ok {
		return config
	}
	return storage.Config{Socket: shared.startedS3(t).socket, Bucket: bucket, AccessKey: testAccessKey, SecretKey: testSecretKey}
}

// externalStore reads the settings of a store to test against.
func externalStore(bucket string) (storage.Config, bool) {
	endpoint := os.Getenv("EAKTE_TEST_S3_ENDPOINT")
	if named := os.Getenv("EAKTE_TEST_S3_BUCKET"); named != "" {
		bucket = named
	}
	return storage.Config{Endpoint: endpoint, Bucket: bucket, AccessKey: os.Getenv("EAKTE_TEST_S3_ACCESS_KEY"),
		SecretKey: storage.Secret(os.Getenv("EAKTE_TEST_S3_SECRET_KEY")), TLS: os.Getenv("EAKTE_TEST_S3_TLS") == "true"}, endpoint != ""
}

// ObjectFile returns the file in which the embedded server keeps an object of a bucket, for tests that damage it. It
// skips the test on an external store.
func ObjectFile(t testing.TB, bucket, key string) string {
	t.Helper()
	if _, external := externalStore(bucket); external {
		t.Skip("an external store's files cannot be reached")
	}
	return filepath.Join(shared.startedS3(t).objects, bucket, filepath.FromSlash(key))
}

// startedS3 returns the server, started, or ends the test.
func (e *environment) startedS3(t testing.TB) *s3Server {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.s3 != nil {
		return e.s3
	}
	dir, err := e.folder("")
	if err != nil {
		t.Fatal(err)
	}
	s, err := startS3(dir)
	if err != nil {
		t.Fatalf("start the S3 server of the tests: %v", err)
	}
	e.s3 = s
	return s
}

func startS3(dir string) (*s3Server, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program) //nolint:gosec,noctx // ourselves; it outlives the test that starts it
	cmd.Env = append(os.Environ(), s3FolderVariable+"="+dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answer, report, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Close() }() // only read
	cmd.ExtraFiles = []*os.File{report}   // the server's library prints to its standard output
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	_ = report.Close() // the server has its own
	line, err := bufio.NewReader(answer).ReadString('\n')
	if strings.TrimSpace(line) != "ready" {
		_ = stdin.Close() // it is ending already
		_ = cmd.Wait()
		return nil, fmt.Errorf("server says %q: %w", line, err)
	}
	return &s3Server{command: cmd, stdin: stdin, socket: filepath.Join(dir, socketName), objects: filepath.Join(dir, "objects")}, nil
}

func (s *s3Server) stop() error {
	_ = s.stdin.Close() // Wait tells whether it ended well
	return s.command.Wait()
}

// serveS3 is the life of the server process: until its standard input ends.
func serveS3(dir string) int {
	report := os.NewFile(3, "report")
	server, err := embedded.StartS3(context.Background(), embedded.S3Config{Dir: dir, Socket: filepath.Join(dir, socketName),
		AccessKey: testAccessKey, SecretKey: testSecretKey}, slog.New(slog.DiscardHandler))
	if err != nil {
		_, _ = fmt.Fprintln(report, err) // the parent is the only one to tell
		return 1
	}
	_, _ = fmt.Fprintln(report, "ready") // if the parent is gone, so is our standard input
	_ = report.Close()
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		return 1
	}
	return 0
}
