package embedded_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/embedded"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// s3Variable makes the test binary serve S3 from the folder it names until its standard input ends, so that the server
// can be killed and watched.
const s3Variable = "EAKTE_EMBEDDED_TEST_S3"

// postgresVariable does the same for a cluster.
const postgresVariable = "EAKTE_EMBEDDED_TEST_POSTGRES"

func TestMain(m *testing.M) {
	if dir := os.Getenv(postgresVariable); dir != "" {
		os.Exit(servePostgres(dir))
	}
	if dir := os.Getenv(s3Variable); dir != "" {
		server, err := embedded.StartS3(context.Background(), socketConfig(dir), quiet)
		if err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		_, _ = io.Copy(io.Discard, os.Stdin)
		if err := server.Stop(context.Background()); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// servePostgres runs a cluster until the process is killed.
func servePostgres(dir string) int {
	if _, err := embedded.StartPostgres(context.Background(), dir, quiet, "fsync=off"); err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	_, _ = os.Stdout.WriteString("ready\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

func socketConfig(dir string) embedded.S3Config {
	return embedded.S3Config{Dir: dir, Socket: filepath.Join(dir, "s3.sock"), AccessKey: "access", SecretKey: "secret-of-no-value"}
}

// client speaks to the server of a config.
func client(t *testing.T, config embedded.S3Config) *minio.Client {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if config.Socket != "" {
			return new(net.Dialer).DialContext(ctx, "unix", config.Socket)
		}
		return new(net.Dialer).DialContext(ctx, "tcp", config.Addr)
	}}
	c, err := minio.New("embedded.invalid", &minio.Options{Creds: credentials.NewStaticV4(config.AccessKey, config.SecretKey, ""),
		Region: "us-east-1", Transport: transport, BucketLookup: minio.BucketLookupPath, MaxRetries: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func putS3(t *testing.T, c *minio.Client, key, text string) {
	t.Helper()
	if _, err := c.PutObject(t.Context(), "bucket", key, strings.NewReader(text), int64(len(text)), minio.PutObjectOptions{}); err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
}

func getS3(t *testing.T, c *minio.Client, key string) string {
	t.Helper()
	object, err := c.GetObject(t.Context(), "bucket", key, minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = object.Close() }()
	b, err := io.ReadAll(object)
	if err != nil {
		t.Fatalf("get %s: %v", key, err)
	}
	return string(b)
}

// process is a server in a process of its own.
type process struct {
	command *exec.Cmd
	stdin   io.Closer
	errors  *bytes.Buffer
}

func startProcess(t *testing.T, dir string, wrapper ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(wrapper, self)
	p := &process{command: exec.Command(args[0], args[1:]...), errors: &bytes.Buffer{}} //nolint:gosec,noctx // ourselves
	p.command.Env = append(os.Environ(), s3Variable+"="+dir)
	p.command.Stderr = p.errors
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	c := client(t, socketConfig(dir))
	for tick := time.NewTicker(20 * time.Millisecond); ; <-tick.C {
		if _, err := c.ListBuckets(t.Context()); err == nil {
			tick.Stop()
			return p
		}
		if t.Context().Err() != nil {
			t.Fatal(p.errors.String())
		}
	}
}

func (p *process) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	_ = p.stdin.Close()
	if err := p.command.Wait(); err != nil {
		t.Errorf("stop: %v: %s", err, p.errors)
	}
}

func TestS3KeepsObjectsOverKillAndRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir)
	c := client(t, socketConfig(dir))
	if err := c.MakeBucket(t.Context(), "bucket", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	putS3(t, c, "a/b/kept", "what was acknowledged")
	p.kill() // leaves its socket behind
	p = startProcess(t, dir)
	if got := getS3(t, c, "a/b/kept"); got != "what was acknowledged" {
		t.Errorf("after a kill: got %q", got)
	}
	if info, err := os.Stat(filepath.Join(dir, "s3.sock")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: got %v and %v, want mode 0600", info, err)
	}
	second := exec.Command(os.Args[0]) //nolint:gosec,noctx // ourselves
	second.Env = append(os.Environ(), s3Variable+"="+dir)
	if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), embedded.ErrInUse.Error()) {
		t.Errorf("second instance: got %v and %q, want ErrInUse", err, out)
	}
	if got := getS3(t, c, "a/b/kept"); got != "what was acknowledged" {
		t.Errorf("beside a refused second instance: got %q", got)
	}
	p.stop(t)
}

func TestS3KeepsMetadataBesideObjectsWhereAttributesAreMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// A folder of metadata from an earlier start decides, whatever the file system can do now.
	if err := os.Mkdir(filepath.Join(dir, "metadata"), 0o700); err != nil {
		t.Fatal(err)
	}
	p := startProcess(t, dir)
	c := client(t, socketConfig(dir))
	if err := c.MakeBucket(t.Context(), "bucket", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	putS3(t, c, "a/b/kept", "text")
	p.stop(t)
	startProcess(t, dir)
	if got := getS3(t, c, "a/b/kept"); got != "text" {
		t.Errorf("got %q", got)
	}
	if info, err := c.StatObject(t.Context(), "bucket", "a/b/kept", minio.StatObjectOptions{}); err != nil || info.ETag == "" {
		t.Errorf("etag: got %q and %v", info.ETag, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "metadata", "bucket", "a", "b", "kept")); err != nil {
		t.Errorf("metadata: %v", err)
	}
}

func TestS3SyncsBeforeItAnswers(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("left out: strace is not installed")
	}
	dir, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	if err := exec.Command(strace, "-o", trace, "true").Run(); err != nil { //nolint:gosec,noctx // a fixed program
		t.Skipf("left out: strace may not trace here: %v", err)
	}
	p := startProcess(t, dir, strace, "-f", "-y", "-o", trace, "-e", "trace=fsync", "--")
	c := client(t, socketConfig(dir))
	if err := c.MakeBucket(t.Context(), "bucket", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	putS3(t, c, "a/put", "text")
	if _, err := c.CopyObject(t.Context(), minio.CopyDestOptions{Bucket: "bucket", Object: "b/copied"},
		minio.CopySrcOptions{Bucket: "bucket", Object: "a/put"}); err != nil {
		t.Fatal(err)
	}
	core := minio.Core{Client: c}
	upload, err := core.NewMultipartUpload(t.Context(), "bucket", "c/joined", minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := core.PutObjectPart(t.Context(), "bucket", "c/joined", upload, 1, strings.NewReader("text"), 4, minio.PutObjectPartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := core.CompleteMultipartUpload(t.Context(), "bucket", "c/joined", upload,
		[]minio.CompletePart{{PartNumber: 1, ETag: part.ETag}}, minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	p.stop(t)
	b, err := os.ReadFile(trace) //nolint:gosec // the test's own file
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"bucket/a/put", "bucket/a", "bucket/b/copied", "bucket/b", "bucket/c/joined", "bucket/c", "bucket", ""} {
		path := filepath.Join(dir, "objects", filepath.FromSlash(want))
		if !regexp.MustCompile(`fsync\(\d+<` + regexp.QuoteMeta(path) + `>`).Match(b) {
			t.Errorf("%s was never synced:\n%s", path, b)
		}
	}
}

// TestS3InThisProcess does not run in parallel: the server takes the working folder.
func TestS3InThisProcess(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	config := socketConfig(t.TempDir())
	config.Socket, config.Addr = "", freeAddress(t)
	server, err := embedded.StartS3(t.Context(), config, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client(t, config).ListBuckets(t.Context()); err != nil {
		t.Errorf("over TCP: %v", err)
	}
	wrongKey := config
	wrongKey.SecretKey = "wrong"
	if _, err := client(t, wrongKey).ListBuckets(t.Context()); err == nil {
		t.Error("a wrong secret key: got no error")
	}
	if _, err := embedded.StartS3(t.Context(), socketConfig(t.TempDir()), quiet); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("a second server in one process: got %v, want ErrInUse", err)
	}
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Getwd(); err != nil || after != before {
		t.Errorf("working folder after Stop: got %s (%v), want %s", after, err, before)
	}
	for name, wrong := range map[string]embedded.S3Config{
		"no keys":             {Dir: t.TempDir(), Addr: freeAddress(t)},
		"no address":          {Dir: t.TempDir(), AccessKey: "a", SecretKey: "s"},
		"port 0":              {Dir: t.TempDir(), Addr: "127.0.0.1:0", AccessKey: "a", SecretKey: "s"},
		"socket and address":  {Dir: t.TempDir(), Addr: freeAddress(t), Socket: "s", AccessKey: "a", SecretKey: "s"},
		"a socket too long":   {Dir: t.TempDir(), Socket: strings.Repeat("/long", 30), AccessKey: "a", SecretKey: "s"},
		"an address not ours": {Dir: t.TempDir(), Addr: "203.0.113.1:9000", AccessKey: "a", SecretKey: "s"},
	} {
		if _, err := embedded.StartS3(t.Context(), wrong, quiet); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	server, err = embedded.StartS3(t.Context(), config, quiet)
	if err != nil {
		t.Fatalf("after failures: %v", err)
	}
	if err := server.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
