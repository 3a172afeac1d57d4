package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"sync"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/minio/minio-go/v7"
)

// Object names stored bytes: where they lie and what they must be.
type Object struct {
	Key    string
	Size   int64
	SHA256 string // lower-case hex
	SHA512 string // of a second algorithm, lower-case hex; empty: not known, and then not compared
}

const (
	// singlePut is up to where an object goes in one request; beyond, in parts, so that no request runs for ever.
	singlePut = 64 << 20

	// partSize and maxParts bound a multipart upload; bigger objects get bigger parts.
	partSize = 16 << 20
	maxParts = 10_000

	mediaType = "application/octet-stream" // what things are is known to records; nobody reads it from the store
)

// Put stores exactly size bytes of r under key and returns their digest, taken while they pass. It holds no more than a
// few buffers in memory. A reader that has fewer or more bytes is an error, and nothing is left under the key.
//
// A key of originals or renditions ends in the digest of its bytes and is written once: putting the same bytes again is
// no error, putting other bytes is one and leaves what was there.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64) (Object, error) {
	if size < 0 {
		return Object{}, fmt.Errorf("put %s: the size must be known", key)
	}
	source := &meter{reader: r, sum: sha256.New()}
	lent := &loan{reader: source}
	err := s.send(ctx, key, lent, size)
	lent.end()
	if isTaken(err) || s.lostRace(ctx, key, err) {
		return s.putAgain(ctx, key, source, size)
	}
	if err != nil {
		return Object{}, s.explainPut(ctx, key, source, size, err)
	}
	object, err := source.finish(key, size)
	if err != nil {
		return Object{}, errors.Join(err, s.Delete(ctx, key))
	}
	return object, nil
}

// PutFile stores a file as a rendition of doc. The same bytes again are not written a second time.
func (s *Store) PutFile(ctx context.Context, office, doc efile.ID, path string) (Object, error) {
	f, err := os.Open(path) //nolint:gosec // the caller's own file
	if err != nil {
		return Object{}, fmt.Errorf("put rendition of document %s: %w", doc, err)
	}
	defer func() { _ = f.Close() }() // only read
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return Object{}, fmt.Errorf("put rendition of document %s: %w", doc, err)
	}
	return s.Put(ctx, RenditionKey(office, doc, hex.EncodeToString(sum.Sum(nil))), f, size)
}

// send puts the bytes, in one request or in parts. For an immutable key that exists it returns an error isTaken knows:
// asked beforehand, because refusing a body half-way costs the connection, and by the request itself, because another
// writer may come between.
func (s *Store) send(ctx context.Context, key string, r io.Reader, size int64) error {
	options := minio.PutObjectOptions{ContentType: mediaType, DisableMultipart: true}
	if digestIn(key) != "" {
		if _, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{}); err == nil {
			return errTaken
		}
		options.SetMatchETagExcept("*")
	}
	if size > singlePut {
		return s.sendParts(ctx, key, r, size)
	}
	// A streaming signature over no bytes makes the embedded server answer twice and spoils the connection.
	options.DisableContentSha256 = size == 0
	_, err := s.client.PutObject(ctx, s.bucket, key, io.LimitReader(r, size), size, options)
	return err
}

// sendParts uploads one part after the other, straight from the reader.
func (s *Store) sendParts(ctx context.Context, key string, r io.Reader, size int64) (err error) {
	upload, err := s.NewMultipart(ctx, key)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// What cannot be tidied up now is found by StaleMultiparts.
			_ = s.AbortMultipart(context.WithoutCancel(ctx), key, upload)
		}
	}()
	each := max(partSize, (size+maxParts-1)/maxParts)
	var parts []efile.UploadPart
	for sent := int64(0); sent < size; {
		length := min(each, size-sent)
		part, err := s.PutPart(ctx, key, upload, len(parts)+1, io.LimitReader(r, length), length)
		if err != nil {
			return err
		}
		parts = append(parts, part)
		sent += length
	}
	return s.CompleteMultipart(ctx, key, upload, parts)
}

var errTaken = errors.New("an object exists under this key")

func isTaken(err error) bool {
	answer, ok := errors.AsType[minio.ErrorResponse](err)
	return errors.Is(err, errTaken) || ok && answer.StatusCode == http.StatusPreconditionFailed
}

// lostRace reports whether a connection broke because another writer was faster: a store that refuses a body half-way
// may close the connection before its answer is read.
func (s *Store) lostRace(ctx context.Context, key string, err error) bool {
	if err == nil || digestIn(key) == "" || !isAway(err) {
		return false
	}
	_, statErr := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	return statErr == nil
}

// putAgain settles a put under an immutable key that exists. It believes neither side: the rest of the reader is
// digested, and what the store holds is read back.
func (s *Store) putAgain(ctx context.Context, key string, source *meter, size int64) (Object, error) {
	if _, err := io.Copy(io.Discard, source); err != nil {
		return Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	object, err := source.finish(key, size)
	if err != nil {
		return Object{}, err
	}
	stored, err := s.Get(ctx, object)
	if err != nil {
		return Object{}, err
	}
	defer func() { _ = stored.Close() }() // only read
	_, err = io.Copy(io.Discard, stored)
	return object, err
}

// explainPut tells a reader that ended too early or broke from a store that is away.
func (s *Store) explainPut(ctx context.Context, key string, source *meter, size int64, err error) error {
	if source.err != nil && !(errors.Is(source.err, io.EOF) && source.count == size) {
		return fmt.Errorf("put %s: read what is to be stored: %w after %d of %d bytes", key, source.err, source.count, size)
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	return s.explain(ctx, "put", key, err)
}

// loan lends a reader to the HTTP client, which may go on reading after it has returned an answer. When the loan ends,
// the reader is ours alone again.
type loan struct {
	mu     sync.Mutex
	reader io.Reader
	ended  bool
}

// Read passes bytes on while the loan lasts.
func (l *loan) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return 0, errors.New("the request is over")
	}
	return l.reader.Read(b)
}

func (l *loan) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

// meter counts and digests what is read through it, and remembers how reading ended.
type meter struct {
	reader io.Reader
	sum    hash.Hash
	count  int64
	err    error // why reading stopped
}

// Read passes bytes on.
func (m *meter) Read(b []byte) (int, error) {
	n, err := m.reader.Read(b)
	m.count += int64(n)
	_, _ = m.sum.Write(b[:n]) // a hash never fails
	if err != nil {
		m.err = err
	}
	return n, err
}

// finish checks that the reader had exactly size bytes and, for an immutable key, the right ones.
func (m *meter) finish(key string, size int64) (Object, error) {
	digest := hex.EncodeToString(m.sum.Sum(nil))
	if m.count == size {
		if n, err := io.ReadFull(m.reader, make([]byte, 1)); n > 0 {
			m.count++
		} else if !errors.Is(err, io.EOF) {
			return Object{}, fmt.Errorf("put %s: read what is to be stored: %w", key, err)
		}
	}
	if m.count != size {
		return Object{}, fmt.Errorf("put %s: reader has %d bytes or more, announced were %d", key, m.count, size)
	}
	if want := digestIn(key); want != "" && digest != want {
		return Object{}, fmt.Errorf("put %s: bytes have the digest %s", key, digest)
	}
	return Object{Key: key, Size: size, SHA256: digest}, nil
}
