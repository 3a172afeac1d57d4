package reader

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// ownDirectory makes a directory for this pool below dir and removes those whose pool is gone: the lock file beside a
// directory is held as long as its pool lives, however it ends. Two pools never do this at once.
func ownDirectory(dir string, log *slog.Logger) (string, *os.File, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	gate, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = gate.Close() }() // closing is what opens the gate; nothing was written
	if err := unix.Flock(int(gate.Fd()), unix.LOCK_EX); err != nil {
		return "", nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := sweep(dir, log); err != nil {
		return "", nil, err
	}
	lock, err := os.CreateTemp(dir, "pool-*.lock")
	if err != nil {
		return "", nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return "", nil, errors.Join(fmt.Errorf("lock %s: %w", lock.Name(), err), lock.Close())
	}
	root := lock.Name()[:len(lock.Name())-len(".lock")]
	if err := os.Mkdir(root, 0o700); err != nil {
		return "", nil, errors.Join(err, lock.Close())
	}
	return root, lock, nil
}

// sweep removes what killed pools have left in dir: processes first, which may still write, then files.
func sweep(dir string, log *slog.Logger) error {
	locks, err := filepath.Glob(filepath.Join(dir, "pool-*.lock"))
	if err != nil {
		return err
	}
	for _, name := range locks {
		lock, err := os.OpenFile(name, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue // closed this moment
		}
		if err != nil {
			return err
		}
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			root := name[:len(name)-len(".lock")]
			killBelow(root)
			log.Info("leftovers of a killed pool removed", "directory", filepath.Base(root))
			err = errors.Join(os.RemoveAll(root), removeIfThere(name))
		}
		if err := errors.Join(err, lock.Close()); err != nil {
			return fmt.Errorf("remove leftovers: %w", err)
		}
	}
	return nil
}

// plainFiles refuses a directory that holds anything but files with one name and directories: the worker would follow a
// link out of it.
func plainFiles(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return nil
		}
		var stat unix.Stat_t
		if err := unix.Lstat(path, &stat); err != nil {
			return err
		}
		if stat.Mode&unix.S_IFMT != unix.S_IFREG || stat.Nlink != 1 {
			return fmt.Errorf("%w: the reader left something that is no plain file (%s, %d links)", ErrMessage, d.Type(), stat.Nlink)
		}
		return nil
	})
}

// removeIfThere removes a file that may be gone already.
func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
