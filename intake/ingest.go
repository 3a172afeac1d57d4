package intake

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/storage"
)

// storeTime bounds storing a part or saving a row after the caller has gone.
const storeTime = 2 * time.Minute

// objectKey is where an upload's bytes go. It is fixed when the upload is created, so a repeated write hits the same.
func objectKey(office efile.ID, up efile.Upload) string {
	return storage.OriginalKey(true, office, up.DocumentID, "")
}

// ingest is one request's writing to one upload.
type ingest struct {
	s       *Service
	actor   efile.Actor
	up      efile.Upload // with everything taken
	safe    efile.Upload // as last saved in the row
	rowless bool         // a form's file: no row, nothing to resume
	key     string

	spool *os.File  // unlinked
	held  int64     // bytes in spool: those after the last full part
	sum   hash.Hash // over up.Offset bytes and those taken since

	row      sync.Mutex // one change of the row at a time
	stopKeep context.CancelFunc
	kept     sync.WaitGroup
}

func (s *Service) newIngest(actor efile.Actor, up efile.Upload) (*ingest, error) {
	in := &ingest{s: s, actor: actor, up: up, safe: up, key: objectKey(actor.Office, up), sum: sha256.New()}
	if len(up.HashState) > 0 {
		if err := in.sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(up.HashState); err != nil {
			return nil, fmt.Errorf("digest of upload %s: %w", up.ID, err)
		}
	}
	spool, err := os.CreateTemp(s.Spool, "spool-*")
	if err != nil {
		return nil, noSpool(err)
	}
	if err := os.Remove(spool.Name()); err != nil {
		return nil, noSpool(errors.Join(err, spool.Close()))
	}
	in.spool = spool
	return in, nil
}

// noSpool: our own disk is full or broken. The sender may come back.
func noSpool(err error) error {
	return fault.New(fault.Wait, fault.StorageUnavailable, fmt.Errorf("spool: %w", err))
}

// close releases spool and lease. A failing close of an unlinked file loses nothing.
func (in *ingest) close(ctx context.Context) {
	if in.stopKeep != nil {
		in.stopKeep()
		in.kept.Wait()
	}
	_ = in.spool.Close()
	if !in.rowless && !in.up.Done {
		in.s.release(ctx, in.actor, in.up)
	}
}

// keepLease prolongs the lease as long as the process lives. A paused process may lose it; then save says Locked.
func (in *ingest) keepLease(ctx context.Context) {
	if in.rowless || in.stopKeep != nil {
		return
	}
	ctx, in.stopKeep = context.WithCancel(context.WithoutCancel(ctx))
	in.kept.Go(func() {
		tick := time.NewTicker(in.s.lease() / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := in.change(ctx, func(*efile.Upload) {}); err != nil && ctx.Err() == nil {
					in.s.log().WarnContext(ctx, "lease not prolonged", "upload", in.up.ID.String(), "error", err)
				}
			}
		}
	})
}

// change saves the row under the lease and prolongs it.
func (in *ingest) change(ctx context.Context, change func(*efile.Upload)) error {
	in.row.Lock()
	defer in.row.Unlock()
	return in.s.saveAs(ctx, in.actor, in.up.ID, in.up.Writer, func(row *efile.Upload) {
		change(row)
		row.WriterUntil = in.s.now().Add(in.s.lease())
	})
}

// take reads at most most bytes of body, storing every full part that is not the last. in.up.Offset counts what was
// taken; what is saved in the row may be less until pause or finish.
func (in *ingest) take(ctx context.Context, body io.Reader, most int64) error {
	if err := in.fetchTail(ctx); err != nil {
		return err
	}
	in.keepLease(ctx)
	for most > 0 {
		want := min(in.s.partSize()-in.held, most)
		n, err := in.copyTo(body, want)
		most -= n
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if in.held == in.s.partSize() && most > 0 {
			if err := in.storePart(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (in *ingest) copyTo(body io.Reader, want int64) (int64, error) {
	buf := make([]byte, 32<<10)
	var done int64
	for done < want {
		n, err := body.Read(buf[:min(int64(len(buf)), want-done)])
		if n > 0 {
			if _, wErr := in.spool.WriteAt(buf[:n], in.held); wErr != nil {
				return done, noSpool(wErr)
			}
			_, _ = in.sum.Write(buf[:n]) // a hash never fails
			in.held += int64(n)
			in.up.Offset += int64(n)
			done += int64(n)
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// fetchTail brings back the bytes after the last full part.
func (in *ingest) fetchTail(ctx context.Context) error {
	if in.up.Tail == "" || in.held > 0 {
		return nil
	}
	r, err := in.s.Store.GetRange(ctx, storage.Object{Key: in.up.Tail, Size: in.up.TailSize}, 0, in.up.TailSize)
	if err != nil {
		return fmt.Errorf("fetch tail of upload %s: %w", in.up.ID, err)
	}
	defer func() { _ = r.Close() }() // all of it is read
	n, err := io.Copy(io.NewOffsetWriter(in.spool, 0), r)
	if err == nil && n != in.up.TailSize {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("fetch tail of upload %s: %w", in.up.ID, err)
	}
	in.held = n
	return nil
}

func (in *ingest) spooled() io.Reader { return io.NewSectionReader(in.spool, 0, in.held) }

// storePart makes the spool a part of the multipart upload and saves the row: from here on these bytes are safe.
func (in *ingest) storePart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	if in.up.Multipart == "" {
		id, err := in.s.Store.NewMultipart(ctx, in.key)
		if err != nil {
			return fmt.Errorf("begin storing upload %s: %w", in.up.ID, err)
		}
		in.up.Multipart = id
	}
	number := len(in.up.Parts) + 1
	part, err := in.s.Store.PutPart(ctx, in.key, in.up.Multipart, number, in.spooled(), in.held)
	if err != nil {
		return fmt.Errorf("store part %d of upload %s: %w", number, in.up.ID, err)
	}
	old := in.up.Tail
	in.up.Parts = append(in.up.Parts, part)
	in.up.Tail, in.up.TailSize = "", 0
	in.held = 0
	if err := in.save(ctx); err != nil {
		return err
	}
	in.dropTail(ctx, old)
	return nil
}

// save writes in.up to the row.
func (in *ingest) save(ctx context.Context) error {
	state, err := in.sum.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return fmt.Errorf("digest of upload %s: %w", in.up.ID, err)
	}
	in.up.HashState = state
	if in.rowless {
		in.safe = in.up
		return nil
	}
	up := in.up
	err = in.change(ctx, func(row *efile.Upload) {
		row.Offset, row.Multipart, row.Parts, row.Tail, row.TailSize, row.HashState = up.Offset, up.Multipart, up.Parts, up.Tail, up.TailSize, up.HashState
	})
	if err != nil {
		return fmt.Errorf("save upload %s: %w", in.up.ID, err)
	}
	in.safe = up
	return nil
}

// dropTail removes a tail that the row no longer names. Left behind it only takes room until the document is swept.
func (in *ingest) dropTail(ctx context.Context, key string) {
	if key == "" || key == in.up.Tail {
		return
	}
	if err := in.s.Store.Delete(ctx, key); err != nil {
		in.s.log().WarnContext(ctx, "old tail not removed", "upload", in.up.ID.String(), "error", err)
	}
}

// pause keeps the bytes after the last full part for the next request.
func (in *ingest) pause(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	old := in.up.Tail
	if in.held != in.up.TailSize {
		// The name tells the offset, so what the row names never changes under it.
		key := fmt.Sprintf("%s.tail-%d", in.key, in.up.Offset)
		if _, err := in.s.Store.Put(ctx, key, in.spooled(), in.held); err != nil {
			return fmt.Errorf("store tail of upload %s: %w", in.up.ID, err)
		}
		in.up.Tail, in.up.TailSize = key, in.held
	}
	if err := in.save(ctx); err != nil {
		return err
	}
	in.dropTail(ctx, old)
	return nil
}

// stopped is what remains to do when take ended with an error: after a cut connection all that arrived is kept. After an
// error of our own the row still says what is safe.
func (in *ingest) stopped(ctx context.Context, cause error) error {
	if fault.Of(cause).Code != fault.Internal {
		return cause
	}
	if err := in.pause(ctx); err != nil {
		return errors.Join(cause, err)
	}
	return fmt.Errorf("body of upload %s broke off at %d: %w", in.up.ID, in.up.Offset, cause)
}

// discard removes what was stored. What cannot be removed now is found by the sweep.
func (in *ingest) discard(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	var err error
	if in.rowless {
		err = in.s.removeBytes(ctx, in.actor.Office, in.up)
	} else {
		err = in.s.remove(ctx, in.actor, in.up)
	}
	if err != nil {
		in.s.log().WarnContext(ctx, "upload not removed", "upload", in.up.ID.String(), "error", err)
	}
}

// finish makes the object whole and records it. Every step may be repeated after a crash: the key stays the same, and
// the row knows which parts there are.
func (in *ingest) finish(ctx context.Context) (*efile.Receipt, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	in.keepLease(ctx)
	if err := in.seal(ctx); err != nil {
		return nil, err
	}
	tail := in.safe.Tail
	receipt, err := in.record(ctx, hex.EncodeToString(in.sum.Sum(nil)))
	switch {
	case err == nil:
		in.dropTail(ctx, tail)
	case in.rowless:
	case fault.Of(err).Treatment == fault.Reject && !fault.Is(err, fault.Locked):
		in.discard(ctx) // it will not pass the second time either
	default:
		// The bytes are whole: let the row say so, and repeating the request only has to record them.
		if saveErr := in.save(ctx); saveErr != nil {
			err = errors.Join(err, saveErr)
		}
	}
	return receipt, err
}

// seal makes one object of the parts and the spool.
func (in *ingest) seal(ctx context.Context) error {
	stored, err := in.sealed(ctx)
	if err != nil || stored {
		return err
	}
	if in.up.Multipart == "" {
		if _, err := in.s.Store.Put(ctx, in.key, in.spooled(), in.held); err != nil {
			return fmt.Errorf("store upload %s: %w", in.up.ID, err)
		}
		in.up.Tail, in.up.TailSize = "", 0 // the old tail stays until the row no longer names it
		return nil
	}
	if in.held > 0 {
		if err := in.storePart(ctx); err != nil {
			return err
		}
	}
	if err := in.s.Store.CompleteMultipart(ctx, in.key, in.up.Multipart, in.up.Parts); err != nil {
		return fmt.Errorf("complete upload %s: %w", in.up.ID, err)
	}
	return nil
}

// sealed reports whether an earlier request got as far as the whole object. Only an upload that comes back with all its
// bytes in the row can have.
func (in *ingest) sealed(ctx context.Context) (bool, error) {
	if in.held > 0 || in.rowless {
		return false, nil
	}
	if in.up.Tail != "" { // all bytes came, the last of them only into a tail
		return false, in.fetchTail(ctx)
	}
	object, _, err := in.s.Store.Stat(ctx, in.key)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("look for upload %s: %w", in.up.ID, err)
	}
	return object.Size == in.up.Length, nil
}
