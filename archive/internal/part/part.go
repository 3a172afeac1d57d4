// Package part holds what is being written apart from what is finished. A part is a file or folder with a name of its own
// and a lock that lives as long as its writer: a killed writer leaves a part that nobody locks, and the next writer in the
// same folder sweeps it away.
package part

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	prefix = ".eakte-"
	suffix = ".part"
)

// Create makes an empty file in a folder of root, "." for root itself, locked until it is closed. The name is below root.
func Create(root *os.Root, dir string, mode os.FileMode) (f *os.File, name string, err error) {
	for range 10 {
		name = path.Join(dir, prefix+rand.Text()+suffix)
		f, err = root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			return nil, "", fmt.Errorf("create part: %w", err)
		}
		if held(root, f, name) {
			return f, name, nil
		}
		_ = f.Close() // someone sweeps and was faster than our lock
	}
	return nil, "", errors.New("create part: swept away again and again")
}

// Mkdir makes an empty folder in root. Closing the returned file gives up the lock.
func Mkdir(root *os.Root) (locked *os.File, name string, err error) {
	for range 10 {
		name = prefix + rand.Text() + suffix
		if err = root.Mkdir(name, 0o700); err != nil {
			return nil, "", fmt.Errorf("create part: %w", err)
		}
		if locked, err = root.Open(name); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, "", fmt.Errorf("create part: %w", err)
		}
		if held(root, locked, name) {
			return locked, name, nil
		}
		_ = locked.Close()
	}
	return nil, "", errors.New("create part: swept away again and again")
}

// Sweep removes the parts in a folder of root that nobody is writing any more. What cannot be removed stays for the next
// time: nothing depends on it.
func Sweep(root *os.Root, dir string) {
	d, err := root.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	entries, err := d.ReadDir(-1)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if name := entry.Name(); Is(name) && (entry.Type().IsRegular() || entry.IsDir()) {
			sweep(root, path.Join(dir, name))
		}
	}
}

func sweep(root *os.Root, name string) {
	f, err := root.Open(name)
	if err != nil {
		return
	}
	defer f.Close() // last, so that nobody takes up what is being removed
	if lock(f) == nil {
		_ = root.RemoveAll(name)
	}
}

// Is reports whether a file of this name is a part.
func Is(name string) bool { return strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix) }

// Sync makes the names in a folder of root durable.
func Sync(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) { // some network file systems have nothing to sync
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// held locks a part and reports whether it is still there: a sweep may have come and gone between its making and the lock. From
// then on none removes it.
func held(root *os.Root, f *os.File, name string) bool {
	if lock(f) != nil {
		return false
	}
	made, err := f.Stat()
	there, gone := root.Lstat(name)
	return err == nil && gone == nil && os.SameFile(made, there)
}

func lock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
