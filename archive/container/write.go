package container

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/archive/internal/part"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// Write writes a flat ZIP to the path and returns its digest and those of its entries, which have names that CheckName
// takes, no two of them equal but for the case of letters.
//
// The bytes depend on names, order and contents alone. The file is written beside its place and put there when it is
// durable, replacing an older one; after an error or a kill there is nothing under its name that was not there before.
// What killed writers left in the same folder is removed first. An entry with other bytes than it should have is the fault
// DigestMismatch (review). Memory does not grow with the size of the entries, only, by some hundred bytes, with their
// number. Errors name entries by their place, 1-based: a name may be a person's.
func Write(ctx context.Context, file string, entries Entries) (Written, error) {
	return write(ctx, file, entries, CheckName)
}

// WriteTree is Write for formats with folders, BagIt and E-ARK: a name may be a path, with "/" between its elements. There
// are no entries for the folders themselves.
func WriteTree(ctx context.Context, file string, entries Entries) (Written, error) {
	return write(ctx, file, entries, checkPath)
}

func write(ctx context.Context, file string, entries Entries, check func(string) error) (Written, error) {
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return Written{}, fmt.Errorf("write container: %w", err)
	}
	defer func() { _ = root.Close() }()
	part.Sweep(root, ".")
	f, name, err := part.Create(root, ".", 0o600)
	if err != nil {
		return Written{}, fmt.Errorf("write container: %w", err)
	}
	defer f.Close() // after the rename: the lock keeps others from sweeping it
	written, err := fill(ctx, f, entries, check)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = root.Rename(name, filepath.Base(file))
	}
	if err != nil {
		_ = root.Remove(name) // the next writer sweeps what stays
		return Written{}, fmt.Errorf("write container: %w", err)
	}
	return written, part.Sync(root, ".")
}

// fill writes all entries and the directory into f, while another goroutine digests what is finished.
func fill(ctx context.Context, f *os.File, entries Entries, check func(string) error) (Written, error) {
	z := newZip(f)
	digest := follow(f)
	guard := newGuard(check)
	var list []efile.MessageEntry
	err := each(ctx, entries, guard, func(e Entry, number int) error {
		entry, err := z.add(ctx, e, number)
		if err != nil {
			return err
		}
		list = append(list, entry)
		digest.upTo(z.at)
		return nil
	})
	if err == nil {
		err = z.finish()
	}
	if err == nil {
		digest.upTo(z.at)
	}
	sum, digestErr := digest.end()
	if err = errors.Join(err, digestErr); err != nil {
		return Written{}, err
	}
	return Written{Size: z.at, SHA256: sum, Entries: list}, nil
}

// each calls add for every entry that guard lets pass.
func each(ctx context.Context, entries Entries, guard *guard, add func(Entry, int) error) error {
	number := 0
	for e, err := range entries {
		number++
		if err != nil {
			return fmt.Errorf("entry %d: %w", number, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := guard.pass(e.Name); err != nil {
			return fmt.Errorf("entry %d: %w", number, err)
		}
		if err := add(e, number); err != nil {
			return err
		}
	}
	return nil
}

// pour writes an entry's bytes to w and checks them.
func pour(ctx context.Context, e Entry, number int, w io.Writer) (efile.MessageEntry, error) {
	sum := sha256.New()
	counted := &counter{w: io.MultiWriter(w, sum)}
	if err := source(ctx, e, counted); err != nil {
		return efile.MessageEntry{}, fmt.Errorf("entry %d: %w", number, err)
	}
	got := efile.MessageEntry{Name: e.Name, Size: counted.n, SHA256: hex.EncodeToString(sum.Sum(nil))}
	if e.Write == nil && (got.Size != e.Size || e.SHA256 != "" && got.SHA256 != e.SHA256) {
		return efile.MessageEntry{}, fault.New(fault.Review, fault.DigestMismatch,
			fmt.Errorf("entry %d: %d bytes with digest %s, want %d with %s", number, got.Size, got.SHA256, e.Size, e.SHA256))
	}
	if e.Done != nil {
		e.Done(got)
	}
	return got, nil
}

func source(ctx context.Context, e Entry, w io.Writer) error {
	if e.Write != nil {
		return e.Write(stopping{ctx: ctx, w: w})
	}
	if e.Open == nil || e.Size < 0 {
		return errors.New("an entry without a source, or without its size")
	}
	r, err := e.Open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	// One byte more than there should be is enough to know. The reader is read to its end if all is well: the store
	// compares its own digest there.
	_, err = io.CopyBuffer(stopping{ctx: ctx, w: w}, struct{ io.Reader }{io.LimitReader(r, e.Size+1)}, make([]byte, 256<<10))
	return err
}

// stopping ends a long copy when nobody waits for it any more.
type stopping struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	w   io.Writer
}

// Write writes on, or says why not.
func (s stopping) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(b)
}

type counter struct {
	w io.Writer
	n int64
}

// Write counts what was taken.
func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// follower digests a file behind its writer. A finished entry is read from the system's cache, so the digest costs a
// second processor instead of a second reading.
type follower struct {
	ends chan int64
	done chan struct{}
	sum  hash.Hash
	err  error
}

func follow(f io.ReaderAt) *follower {
	w := &follower{ends: make(chan int64, 1024), done: make(chan struct{}), sum: sha256.New()}
	go func() {
		defer close(w.done)
		var at int64
		buffer := make([]byte, 256<<10)
		for end := range w.ends {
			if w.err == nil {
				_, w.err = io.CopyBuffer(w.sum, struct{ io.Reader }{io.NewSectionReader(f, at, end-at)}, buffer)
			}
			at = end
		}
	}()
	return w
}

// upTo says that no byte before end will change any more.
func (w *follower) upTo(end int64) { w.ends <- end }

// end waits for the digest.
func (w *follower) end() (string, error) {
	close(w.ends)
	<-w.done
	if w.err != nil {
		return "", fmt.Errorf("digest container: %w", w.err)
	}
	return hex.EncodeToString(w.sum.Sum(nil)), nil
}
