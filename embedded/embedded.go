// Package embedded runs the two neighbours eakte cannot do without, a PostgreSQL cluster and an S3 server, as part of
// the program: for `eakte up`, `eakte s3` and the tests. Production may use any PostgreSQL ≥ 15 and any S3-compatible
// store instead; nothing but cmd and internal/testenv imports this package.
//
// Both keep everything below one folder, are reachable by nobody else on the machine unless told so, survive being
// killed, and refuse to share their folder with a second instance (ErrInUse). What is in the database is the business
// of migrations and records, what is in the buckets that of storage.
//
// Start reading at StartPostgres and StartS3.
package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrInUse means that another process, or another instance in this one, holds the folder.
var ErrInUse = errors.New("another instance is using this folder")

// maxSocketPath is what fits into a sockaddr_un on Linux.
const maxSocketPath = 107

// lockFolder takes the folder for this process until the file is closed or the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	_ = f.Close() // nothing was written
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("lock %s: %w", dir, ErrInUse)
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// madeFolder returns dir as an absolute path without links, made if it was missing.
func madeFolder(dir string, mode os.FileMode) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}
