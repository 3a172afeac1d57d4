package storage

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/eakte/eakte/fault"
	"github.com/minio/minio-go/v7"
)

// Get opens an object. Reading to the end checks size and digest: if they are not the object's, the last Read returns
// the fault DigestMismatch (review) instead of io.EOF, so nobody who reads everything uses wrong bytes unknowingly. A
// missing object is fs.ErrNotExist. The caller closes the reader.
func (s *Store) Get(ctx context.Context, object Object) (io.ReadCloser, error) {
	r, err := s.get(ctx, object)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (s *Store) get(ctx context.Context, object Object) (*checkedReader, error) {
	if len(object.SHA256) != hex.EncodedLen(sha256.Size) {
		return nil, fmt.Errorf("get %s: its digest is not known", object.Key)
	}
	body, _, _, err := s.core.GetObject(ctx, s.bucket, object.Key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.explain(ctx, "get", object.Key, err)
	}
	r := &checkedReader{ctx: ctx, store: s, body: body, object: object, sum: sha256.New()}
	if object.SHA512 != "" {
		r.second = sha512.New()
	}
	return r, nil
}

// checkedReader digests what is read through it and compares at the end.
type checkedReader struct {
	ctx    context.Context //nolint:containedctx // the reader lives as long as the request it belongs to
	store  *Store
	body   io.ReadCloser
	object Object
	sum    hash.Hash
	second hash.Hash // SHA-512; nil: not wanted
	count  int64
	ended  error // what Read returned at the end, and goes on to return
}

// Read passes bytes on; at the end it returns io.EOF only if all of them were right.
func (r *checkedReader) Read(b []byte) (int, error) {
	if r.ended != nil {
		return 0, r.ended
	}
	n, err := r.body.Read(b)
	r.count += int64(n)
	_, _ = r.sum.Write(b[:n]) // a hash never fails
	if r.second != nil {
		_, _ = r.second.Write(b[:n])
	}
	switch {
	case errors.Is(err, io.EOF):
		r.ended = r.verdict()
	case err != nil:
		r.ended = r.store.explain(r.ctx, "read", r.object.Key, err)
	case r.count > r.object.Size:
		r.ended = r.mismatch() // no need to read on
	}
	return n, r.ended
}

// Close ends reading.
func (r *checkedReader) Close() error { return r.body.Close() }

func (r *checkedReader) verdict() error {
	if r.count != r.object.Size || hex.EncodeToString(r.sum.Sum(nil)) != r.object.SHA256 {
		return r.mismatch()
	}
	if want := r.object.SHA512; want != "" && hex.EncodeToString(r.second.Sum(nil)) != want {
		return fault.New(fault.Review, fault.DigestMismatch, fmt.Errorf("read %s: size and SHA-256 are right, SHA-512 is not", r.object.Key))
	}
	return io.EOF
}

func (r *checkedReader) mismatch() error {
	return fault.New(fault.Review, fault.DigestMismatch, fmt.Errorf("read %s: %d of %d bytes with digest %s, want %s",
		r.object.Key, r.count, r.object.Size, hex.EncodeToString(r.sum.Sum(nil)), r.object.SHA256))
}

// Fetch writes an object to a new file. If it cannot, or size or digest are wrong, there is no file.
func (s *Store) Fetch(ctx context.Context, object Object, path string) (err error) {
	r, err := s.Get(ctx, object)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()                                       // only read
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) //nolint:gosec // the caller's own file
	if err != nil {
		return fmt.Errorf("fetch %s: %w", object.Key, err)
	}
	if _, err = io.Copy(f, r); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	if err = f.Close(); err != nil {
		return errors.Join(fmt.Errorf("fetch %s: %w", object.Key, err), os.Remove(path))
	}
	return nil
}

// GetRange opens length bytes from offset on, for range requests of viewers. A part has no digest: whoever decides on
// the bytes reads them with Get. A range that ends beyond the object ends with it.
func (s *Store) GetRange(ctx context.Context, object Object, offset, length int64) (io.ReadCloser, error) {
	if length < 1 || offset < 0 {
		return nil, fmt.Errorf("get %s: no range of %d bytes from %d", object.Key, length, offset)
	}
	options := minio.GetObjectOptions{}
	if err := options.SetRange(offset, offset+length-1); err != nil {
		return nil, fmt.Errorf("get %s: %w", object.Key, err)
	}
	body, _, _, err := s.core.GetObject(ctx, s.bucket, object.Key, options)
	return body, s.explain(ctx, "get", object.Key, err)
}
