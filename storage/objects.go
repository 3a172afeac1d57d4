package storage

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// Copy copies an object inside the store, up to 5 GiB. If toKey is an immutable key that exists, nothing is done, even
// if fromKey is gone: a step that is repeated after it moved an object has nothing left to do.
func (s *Store) Copy(ctx context.Context, fromKey, toKey string) error {
	if digestIn(toKey) != "" {
		if _, _, err := s.Stat(ctx, toKey); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	_, err := s.client.CopyObject(ctx, minio.CopyDestOptions{Bucket: s.bucket, Object: toKey},
		minio.CopySrcOptions{Bucket: s.bucket, Object: fromKey})
	return s.explain(ctx, "copy to "+toKey+" from", fromKey, err)
}

// Delete removes an object for good, all its versions included. Deleting what is not there is no error. A version under
// retention stays, and that is an error.
func (s *Store) Delete(ctx context.Context, key string) error {
	versioned, err := s.isVersioned(ctx)
	if err != nil {
		return err
	}
	if !versioned {
		return s.remove(ctx, key, "")
	}
	versions := minio.ListObjectsOptions{Prefix: key, Recursive: true, WithVersions: true}
	for found := range s.client.ListObjectsIter(ctx, s.bucket, versions) {
		if found.Err != nil {
			return s.explain(ctx, "list versions of", key, found.Err)
		}
		if found.Key != key {
			continue
		}
		if err := s.remove(ctx, key, found.VersionID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) remove(ctx context.Context, key, version string) error {
	err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{VersionID: version})
	if isMissing(err) {
		return nil
	}
	return s.explain(ctx, "delete", key, err)
}

// isVersioned asks once whether the bucket keeps former versions, or kept them before. A store that does not know the
// question has none; any other refusal is an error.
func (s *Store) isVersioned(ctx context.Context) (bool, error) {
	if known := s.versioned.Load(); known != nil {
		return *known, nil
	}
	state, err := s.client.GetBucketVersioning(ctx, s.bucket)
	if err != nil && !knowsNoVersions(err) {
		// Not even a refusal says that there are none, and what is deleted must be gone.
		return false, s.explain(ctx, "ask versioning of", s.bucket, err)
	}
	versioned := err == nil && (state.Enabled() || state.Suspended())
	s.versioned.Store(&versioned)
	return versioned, nil
}

// knowsNoVersions reports whether a store answers that it does not know the question.
func knowsNoVersions(err error) bool {
	answer := minio.ToErrorResponse(err)
	return answer.Code == "NotImplemented" || answer.Code == "MethodNotAllowed" || answer.StatusCode == http.StatusNotImplemented ||
		answer.StatusCode == http.StatusMethodNotAllowed
}

// Stat returns an object's size and when it was written; fs.ErrNotExist if there is none. SHA256 is what the key says,
// empty for a key that says nothing; only reading with Get proves it.
func (s *Store) Stat(ctx context.Context, key string) (Object, time.Time, error) {
	info, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Object{}, time.Time{}, s.explain(ctx, "stat", key, err)
	}
	return Object{Key: key, Size: info.Size, SHA256: digestIn(key)}, info.LastModified, nil
}

// Listed is an object as a listing shows it.
type Listed struct {
	Key     string
	Size    int64
	Changed time.Time
}

// List walks all objects whose key begins with prefix, in the order of keys. It stops at the first error.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[Listed, error] {
	return func(yield func(Listed, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for found := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if found.Err != nil {
				yield(Listed{}, s.explain(ctx, "list", prefix, found.Err))
				return
			}
			if !yield(Listed{Key: found.Key, Size: found.Size, Changed: found.LastModified}, nil) {
				return
			}
		}
	}
}
