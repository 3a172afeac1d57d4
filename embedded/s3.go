package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// S3Config says where an S3 server keeps its objects and where it listens. Exactly one of Socket and Addr is set.
type S3Config struct {
	Dir       string // everything lies below it
	Socket    string // path of a unix socket only this user may open
	Addr      string // or "host:port"; port 0 is not possible
	AccessKey string
	SecretKey string
}

const (
	maxCopyBytes   = 5 << 30 // S3's own limit; the library's zero value forbids every copy
	s3Connections  = 1024
	s3Requests     = 512
	s3DiskActions  = 64
	s3HealthPath   = "/healthz"
	s3StartLimit   = 30 * time.Second
	maxUploadParts = 10_000
)

// S3 is a running S3 server.
type S3 struct {
	cancel context.CancelFunc
	lock   *os.File
	before string // working folder to return to
	ended  chan struct{}
	endErr error // set before ended is closed
}

// s3Running guards what is the process's own: the server's library works relative to the working folder and allows one
// instance. It is state because the thing it stands for is.
var s3Running atomic.Bool

// StartS3 starts an S3 server inside this process and returns when it answers. An acknowledged object is on the disk:
// the file and its folders are synced before the answer.
//
// The library changes the process's working folder to its own, so only one server can run per process, and a program
// that starts one must not rely on relative paths until Stop. The folder being in use is ErrInUse.
func StartS3(ctx context.Context, config S3Config, log *slog.Logger) (*S3, error) {
	if !s3Running.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("start s3 in %s: this process runs one already: %w", config.Dir, ErrInUse)
	}
	s, err := startS3(ctx, config, log)
	if err != nil {
		s3Running.Store(false)
		return nil, fmt.Errorf("start s3 in %s: %w", config.Dir, err)
	}
	return s, nil
}

func startS3(ctx context.Context, config S3Config, log *slog.Logger) (*S3, error) {
	listen, err := config.listen()
	if err != nil {
		return nil, err
	}
	dir, err := madeFolder(config.Dir, 0o700)
	if err != nil {
		return nil, err
	}
	before, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s := &S3{lock: lock, before: before, ended: make(chan struct{})}
	if err := s.serve(ctx, dir, listen, config, log); err != nil {
		_ = lock.Close()       // the start's own error is the one to tell
		_ = os.Chdir(s.before) // likewise
		return nil, err
	}
	log.InfoContext(ctx, "s3 started", "folder", dir, "listen", listen)
	return s, nil
}

// listen checks the address and returns it in the library's form.
func (c S3Config) listen() (string, error) {
	if c.AccessKey == "" || c.SecretKey == "" {
		return "", errors.New("access key and secret key must be set")
	}
	if (c.Socket == "") == (c.Addr == "") {
		return "", errors.New("either a socket or an address must be set")
	}
	if c.Addr != "" {
		_, port, err := net.SplitHostPort(c.Addr)
		if err == nil && port == "0" {
			err = errors.New("port 0 is not possible")
		}
		return c.Addr, err
	}
	socket, err := filepath.Abs(c.Socket)
	if err == nil && len(socket) > maxSocketPath {
		err = fmt.Errorf("%s is too long for a socket: at most %d bytes", socket, maxSocketPath)
	}
	return socket, err
}

func (s *S3) serve(ctx context.Context, dir, listen string, config S3Config, log *slog.Logger) error {
	backend, err := openBackend(ctx, dir, log)
	if err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	// The one account, made here: left to itself the library tells standard output that there is no other.
	account := auth.NewIAMServiceSingle(auth.Account{Access: config.AccessKey, Secret: config.SecretKey, Role: auth.RoleAdmin})
	go func() {
		defer close(s.ended)
		s.endErr = embedgw.RunVersityGW(running, backend, &embedgw.Config{
			RootUserAccess: config.AccessKey, RootUserSecret: config.SecretKey, IAMService: account, Ports: []string{listen},
			MaxConnections: s3Connections, MaxRequests: s3Requests, MultipartMaxParts: maxUploadParts,
			Quiet: true, KeepAlive: true, HealthPath: s3HealthPath, SocketPerm: "0600",
		})
	}()
	if err := s.awaitReady(ctx, config); err != nil {
		cancel()
		<-s.ended
		return errors.Join(err, s.endErr)
	}
	return nil
}

// openBackend opens the folder of objects. Metadata lie in extended attributes, or beside the objects where the file
// system has none; once chosen, the place stays.
func openBackend(ctx context.Context, dir string, log *slog.Logger) (*syncedBackend, error) {
	folder := func(name string) (string, error) { return madeFolder(filepath.Join(dir, name), 0o700) }
	objects, err := folder("objects")
	if err != nil {
		return nil, err
	}
	versions, err := folder("versions") // must not begin like "objects": the library compares text
	if err != nil {
		return nil, err
	}
	options := posix.PosixOpts{VersioningDir: versions, Concurrency: s3DiskActions, ValidateBucketNames: true,
		CopyObjectThreshold: maxCopyBytes}
	var attributes meta.MetadataStorer = meta.XattrMeta{}
	sidecar := filepath.Join(dir, "metadata")
	_, known := os.Stat(sidecar)
	if probe := (meta.XattrMeta{}).Test(objects); probe != nil || known == nil {
		log.WarnContext(ctx, "s3 keeps metadata in files: the file system has no extended attributes", "folder", sidecar)
		if sidecar, err = folder("metadata"); err != nil {
			return nil, err
		}
		if attributes, err = meta.NewSideCar(sidecar); err != nil {
			return nil, err
		}
		options.SideCarDir = sidecar
	} else {
		sidecar = ""
	}
	files, err := posix.New(objects, attributes, options)
	if err != nil {
		return nil, err
	}
	return &syncedBackend{Backend: files, objects: objects, metadata: sidecar}, nil
}

// awaitReady asks the health path until it answers.
func (s *S3) awaitReady(ctx context.Context, config S3Config) error {
	ctx, cancel := context.WithTimeout(ctx, s3StartLimit)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: config.dial}}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if healthy(ctx, client) {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.ended:
			return errors.New("server ended while starting")
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", context.Cause(ctx))
		}
	}
}

func (c S3Config) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	var d net.Dialer
	if c.Socket != "" {
		return d.DialContext(ctx, "unix", c.Socket)
	}
	return d.DialContext(ctx, "tcp", c.Addr)
}

func healthy(ctx context.Context, client *http.Client) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://embedded.invalid"+s3HealthPath, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, response.Body) // only the status counts
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Ended is closed when the server no longer runs, asked or not.
func (s *S3) Ended() <-chan struct{} { return s.ended }

// Stop lets running requests finish, ends the server and returns to the former working folder. If ctx ends first, Stop
// returns its cause and the server goes on ending by itself. Stop is called once.
func (s *S3) Stop(ctx context.Context) error {
	s.cancel()
	select {
	case <-s.ended:
	case <-ctx.Done():
		return fmt.Errorf("stop s3: %w", context.Cause(ctx))
	}
	err := errors.Join(s.endErr, os.Chdir(s.before), s.lock.Close())
	s3Running.Store(false)
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("stop s3: %w", err)
	}
	return nil
}
