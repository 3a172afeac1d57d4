package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/embedded"
	"github.com/eakte/eakte/migrations"
	"github.com/eakte/eakte/storage"
)

// installation is everything running on this machine under one directory: database, store, site and workers.
type installation struct {
	config   setup.Config // complete: with the addresses and keys of what was started
	postgres *embedded.Postgres
	s3       *embedded.S3
	programs *errgroup.Group
	output   io.Writer // of the programs
	stop     context.CancelFunc
	once     sync.Once
}

// names inside the private cluster.
const (
	clusterOwner = "eakte"
	clusterRole  = "eakte_app"
	databaseName = "eakte"
)

// start brings everything up below config.Data. What a former run has left is found again. Another instance on the same
// directory is embedded.ErrInUse. say tells a person what is happening.
func start(ctx context.Context, config setup.Config, say func(string)) (*installation, error) {
	return startLogging(ctx, config, os.Stderr, say)
}

// startLogging is start with the programs' logs going to output.
func startLogging(ctx context.Context, config setup.Config, output io.Writer, say func(string)) (_ *installation, err error) {
	if err := os.MkdirAll(config.Data, 0o711); err != nil { //nolint:gosec // the database runs as another user below it
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	in := &installation{config: config, output: output}
	defer func() {
		if err != nil {
			in.close(context.WithoutCancel(ctx))
		}
	}()
	if err := in.secrets(); err != nil {
		return nil, err
	}
	say("starting the database")
	if in.postgres, err = embedded.StartPostgres(ctx, filepath.Join(config.Data, "postgres"), config.Log); err != nil {
		return nil, hint(err, config.Data)
	}
	if err := in.openDatabase(ctx); err != nil {
		return nil, err
	}
	say("starting the object store")
	in.s3, err = embedded.StartS3(ctx, embedded.S3Config{
		Dir: filepath.Join(config.Data, "s3"), Socket: in.config.Store.Socket,
		AccessKey: in.config.Store.AccessKey, SecretKey: string(in.config.Store.SecretKey),
	}, config.Log)
	if err != nil {
		return nil, hint(err, config.Data)
	}
	say("starting site and workers")
	var running context.Context
	running, in.stop = context.WithCancel(context.WithoutCancel(ctx))
	in.programs, running = errgroup.WithContext(running)
	for _, name := range []string{"eakte-web", "eakte-worker"} {
		in.programs.Go(func() error { return in.keep(running, name) })
	}
	return in, in.leave()
}

func hint(err error, data string) error {
	if errors.Is(err, embedded.ErrInUse) {
		return fmt.Errorf("another eakte is running on %s; stop it, or set EAKTE_DATA to another directory: %w", data, err)
	}
	return err
}

// openDatabase makes the database when it is new and migrates it.
func (in *installation) openDatabase(ctx context.Context) error {
	admin := in.postgres.URL(clusterOwner, "postgres")
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("connect to the private database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", databaseName).Scan(&exists); err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	if !exists {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+databaseName); err != nil {
			return fmt.Errorf("make the database: %w", err)
		}
	}
	in.config.DatabaseAdminURL = in.postgres.URL(clusterOwner, databaseName)
	in.config.DatabaseURL = in.postgres.URL(clusterRole, databaseName)
	return migrations.Up(ctx, in.config.DatabaseAdminURL)
}

// secrets makes the installation's keys on the first start and reads them on every later one.
func (in *installation) secrets() error {
	dir := filepath.Join(in.config.Data, "secrets")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make directory for secrets: %w", err)
	}
	master, err := secretFile(filepath.Join(dir, "master.key"))
	if err != nil {
		return err
	}
	s3, err := secretFile(filepath.Join(dir, "s3.key"))
	if err != nil {
		return err
	}
	if len(in.config.MasterKey) == 0 {
		if in.config.MasterKey, err = base64.StdEncoding.DecodeString(master); err != nil {
			return fmt.Errorf("read master key: %w", err)
		}
	}
	in.config.Store = storage.Config{
		Socket: filepath.Join(in.config.Data, "s3.sock"), Bucket: "eakte", AccessKey: "eakte", SecretKey: storage.Secret(s3),
		ObjectLock: true, // the embedded server enforces it
	}
	return nil
}

// secretFile returns the 32 random bytes, base64, in a file, which it makes if it is missing.
func secretFile(path string) (string, error) {
	data, err := os.ReadFile(path) //nolint:gosec // below the data directory
	if err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read secret: %w", err)
	}
	key := make([]byte, setup.KeyBytes)
	_, _ = rand.Read(key) // never fails
	text := base64.StdEncoding.EncodeToString(key)
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write secret: %w", err)
	}
	return text, nil
}

// keep runs a program and starts it again when it ends by itself.
func (in *installation) keep(ctx context.Context, name string) error {
	program, err := setup.Beside(name)
	if err != nil {
		return err
	}
	for wait := time.Second; ; wait = min(2*wait, 30*time.Second) {
		began := time.Now()
		err := in.runOnce(ctx, program)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it ended because it was told to
		}
		if time.Since(began) > time.Minute {
			wait = time.Second
		}
		in.config.Log.Error("program ended and is started again", "program", name, "error", err)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

func (in *installation) runOnce(ctx context.Context, program string) error {
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), in.environment()...)
	cmd.Stdout, cmd.Stderr = in.output, in.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches us; we stop them in order
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = setup.StopTime + 10*time.Second
	return cmd.Run()
}

// environment tells the programs what was started. Secrets travel as files, not as words of the environment.
func (in *installation) environment() []string {
	c := in.config
	secrets := filepath.Join(c.Data, "secrets")
	return []string{
		"EAKTE_DATA=" + c.Data, "EAKTE_DATABASE_URL=" + c.DatabaseURL,
		"EAKTE_S3_SOCKET=" + c.Store.Socket, "EAKTE_S3_BUCKET=" + c.Store.Bucket, "EAKTE_S3_ACCESS_KEY=" + c.Store.AccessKey,
		"EAKTE_S3_OBJECT_LOCK=" + strconv.FormatBool(c.Store.ObjectLock),
		"EAKTE_S3_SECRET_KEY_FILE=" + filepath.Join(secrets, "s3.key"),
		"EAKTE_MASTER_KEY_FILE=" + filepath.Join(secrets, "master.key"),
		"EAKTE_LISTEN=" + c.Listen, "EAKTE_PUBLIC_URL=" + c.PublicURL, "OMP_THREAD_LIMIT=1",
		"EAKTE_WEBHOOK_NETWORKS=" + networks(c),
	}
}

func networks(c setup.Config) string {
	words := make([]string, len(c.WebhookNetworks))
	for i, n := range c.WebhookNetworks {
		words[i] = n.String()
	}
	return strings.Join(words, ",")
}

// wait returns when the database or the store ends by itself, or ctx ends.
func (in *installation) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-in.postgres.Ended():
		return errors.New("the database has ended")
	case <-in.s3.Ended():
		return errors.New("the object store has ended")
	}
}

// close stops everything in the order opposite to its start. It may be called twice.
func (in *installation) close(ctx context.Context) {
	in.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), setup.StopTime+15*time.Second)
		defer cancel()
		log := func(what string, err error) {
			if err != nil {
				in.config.Log.Error("not stopped cleanly", slog.String("what", what), slog.String("error", err.Error()))
			}
		}
		if in.stop != nil {
			in.stop()
			log("programs", in.programs.Wait())
		}
		if in.s3 != nil {
			log("object store", in.s3.Stop(ctx))
		}
		if in.postgres != nil {
			log("database", in.postgres.Stop(ctx))
		}
	})
}
