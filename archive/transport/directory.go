package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/internal/part"
	"golang.org/x/sys/unix"
)

// staging is the folder beside the watched directories in which files are written. Archives report everything in a watched
// directory that is no message.
const staging = ".eakte-sending"

// Directory is a directory that an archive watches, on a file system that we both reach.
type Directory struct {
	root    string
	dir     string
	answers []string
	rename  renaming
}

// renaming is unix.Renameat2; file systems differ in what it answers.
type renaming func(fromDir int, from string, toDir int, to string, flags uint) error

// NewDirectory returns the road to the directory dir below root, the operator's folder for transfers. Files are written in
// a folder of root, so both must be on one file system: what is mounted is root, not dir. No name ever leads out of root.
// Answers may lie in dir and in its subfolders of these names; one that does not exist is empty. Nothing is opened before
// it is used, so that a share that is not mounted is a passing trouble.
func NewDirectory(root, dir string, answers []string) (*Directory, error) {
	if dir = path.Clean(filepath.ToSlash(dir)); dir == "." || !filepath.IsLocal(dir) || path.Base(dir) == staging {
		return nil, errors.New("transfer directory: not below the operator's folder")
	}
	if err := checkFolders(answers); err != nil {
		return nil, err
	}
	return &Directory{root: root, dir: dir, answers: answers, rename: unix.Renameat2}, nil
}

// Put implements Transport. The file appears in the directory complete and durable; what a killed process left in the
// staging folder is removed by the next one.
func (d *Directory) Put(ctx context.Context, name, file string) error {
	if err := container.CheckName(name); err != nil {
		return err
	}
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return away("open transfer folder", err)
	}
	defer func() { _ = root.Close() }()
	in, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open container: %w", err)
	}
	defer in.Close()
	target := path.Join(d.dir, name)
	if done, err := d.there(ctx, root, target, in); done || err != nil {
		return err
	}
	if err := root.Mkdir(staging, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return away("make staging folder", err)
	}
	part.Sweep(root, staging)
	err = d.place(ctx, root, target, in)
	if errors.Is(err, fs.ErrExist) { // someone was faster
		if done, err := d.there(ctx, root, target, in); done || err != nil {
			return err
		}
	}
	return away("hand over", err)
}

// there reports whether the target is what we want to put there.
func (d *Directory) there(ctx context.Context, root *os.Root, target string, in *os.File) (bool, error) {
	f, err := regular(root, target)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if errors.Is(err, errOther) {
		return false, ErrOtherBytes
	}
	if err != nil {
		return false, away("look for an earlier one", err)
	}
	defer f.Close()
	same, err := equal(ctx, f, io.NewSectionReader(in, 0, 1<<62))
	switch {
	case err != nil:
		return false, away("compare with an earlier one", err)
	case !same:
		return false, ErrOtherBytes
	}
	return true, nil
}

// place writes the file aside and moves it to its name, if that is free.
func (d *Directory) place(ctx context.Context, root *os.Root, target string, in *os.File) error {
	out, name, err := part.Create(root, staging, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	defer func() { _ = root.Remove(name) }() // not there any more if all went well
	if _, err := io.Copy(out, reading{ctx: ctx, r: io.NewSectionReader(in, 0, 1<<62)}); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if err := move(root, d.rename, name, target); err != nil {
		return err
	}
	return part.Sync(root, d.dir)
}

// move renames without overwriting. File systems that cannot do that at once (NFS) can link; some that cannot link (SMB)
// can do it at once.
func move(root *os.Root, rename renaming, from, to string) error {
	source, err := root.Open(path.Dir(from))
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := root.Open(path.Dir(to))
	if err != nil {
		return err
	}
	defer target.Close()
	err = rename(int(source.Fd()), path.Base(from), int(target.Fd()), path.Base(to), unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) {
		return root.Link(from, to)
	}
	if errors.Is(err, unix.EXDEV) {
		return fmt.Errorf("the transfer directory is not on the file system of its parent folder: %w", err)
	}
	return err
}

// List implements Transport.
func (d *Directory) List(ctx context.Context) ([]Listed, error) {
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return nil, away("open transfer folder", err)
	}
	defer func() { _ = root.Close() }()
	var all []Listed
	for _, folder := range append([]string{""}, d.answers...) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found, err := d.list(root, folder, most-len(all))
		if errors.Is(err, fs.ErrNotExist) && folder != "" {
			continue
		}
		if err != nil {
			return nil, away("list transfer directory", err)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b Listed) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

func (d *Directory) list(root *os.Root, folder string, limit int) ([]Listed, error) {
	dir, err := root.Open(path.Join(d.dir, folder))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var found []Listed
	for {
		entries, err := dir.ReadDir(1000)
		for _, entry := range entries {
			name := path.Join(folder, entry.Name())
			info, statErr := entry.Info()
			if statErr != nil || !info.Mode().IsRegular() || !d.ours(name) {
				continue // gone since, or nothing for us
			}
			found = append(found, Listed{Name: name, Size: info.Size(), Modified: info.ModTime()})
		}
		if len(found) > limit {
			return nil, errors.New("too many files")
		}
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (d *Directory) ours(name string) bool {
	_, file, ok := split(name, d.answers)
	return ok && !part.Is(file)
}

// Open implements Transport.
func (d *Directory) Open(_ context.Context, name string) (io.ReadCloser, error) {
	if !d.ours(name) {
		return nil, fmt.Errorf("open answer: %w", fs.ErrNotExist)
	}
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return nil, away("open transfer folder", err)
	}
	defer func() { _ = root.Close() }()
	f, err := regular(root, path.Join(d.dir, name))
	if errors.Is(err, errOther) || errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open answer: %w", fs.ErrNotExist)
	}
	if err != nil {
		return nil, away("open answer", err)
	}
	return f, nil
}

var errOther = errors.New("not a regular file")

// regular opens a regular file, not what a link leads to, and without waiting for the other end of a pipe.
func regular(root *os.Root, name string) (*os.File, error) {
	before, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, errOther
	}
	f, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if after, err := f.Stat(); err != nil || !os.SameFile(before, after) {
		_ = f.Close()
		return nil, errOther
	}
	return f, nil
}

// reading ends when nobody waits any more.
type reading struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	r   io.Reader
}

// Read reads on, or says why not.
func (r reading) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

// equal compares to the end of both.
func equal(ctx context.Context, a, b io.Reader) (bool, error) {
	x, y := make([]byte, 128<<10), make([]byte, 128<<10)
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n, err := io.ReadFull(a, x)
		m, otherErr := io.ReadFull(b, y)
		switch {
		case err != nil && !ended(err):
			return false, err
		case otherErr != nil && !ended(otherErr):
			return false, otherErr
		case !bytes.Equal(x[:n], y[:m]):
			return false, nil
		case ended(err):
			return true, nil // n is m, so the other one ended too
		}
	}
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
