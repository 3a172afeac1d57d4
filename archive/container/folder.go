package container

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/eakte/eakte/archive/internal/part"
)

// WriteFolder writes the same entries as WriteTree as a folder of files. The folder appears with all of them or not at all.
// It must not exist, or be empty; a folder with something in it stays as it is, and the error is fs.ErrExist.
func WriteFolder(ctx context.Context, dir string, entries Entries) (Written, error) {
	root, err := os.OpenRoot(filepath.Dir(filepath.Clean(dir)))
	if err != nil {
		return Written{}, fmt.Errorf("write folder: %w", err)
	}
	defer func() { _ = root.Close() }()
	part.Sweep(root, ".")
	locked, name, err := part.Mkdir(root)
	if err != nil {
		return Written{}, fmt.Errorf("write folder: %w", err)
	}
	defer locked.Close() // after the rename: the lock keeps others from sweeping it
	written, err := fillFolder(ctx, root, name, entries)
	if err == nil {
		err = root.Rename(name, filepath.Base(filepath.Clean(dir)))
	}
	if err != nil {
		_ = root.RemoveAll(name) // the next writer sweeps what stays
		return Written{}, fmt.Errorf("write folder: %w", err)
	}
	return written, part.Sync(root, ".")
}

func fillFolder(ctx context.Context, parent *os.Root, name string, entries Entries) (Written, error) {
	root, err := parent.OpenRoot(name)
	if err != nil {
		return Written{}, err
	}
	defer func() { _ = root.Close() }()
	var written Written
	err = each(ctx, entries, newGuard(checkPath), func(e Entry, number int) error {
		return addFile(ctx, root, e, number, &written)
	})
	if err != nil {
		return Written{}, err
	}
	// Every folder's names are made durable once, the deepest first does not matter: nothing is visible yet.
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return part.Sync(root, name)
	})
	return written, err
}

func addFile(ctx context.Context, root *os.Root, e Entry, number int, written *Written) error {
	if err := root.MkdirAll(path.Dir(e.Name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(e.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	entry, err := pour(ctx, e, number, f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	written.Size += entry.Size
	written.Entries = append(written.Entries, entry)
	return nil
}
