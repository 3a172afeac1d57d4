package storage

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/minio/minio-go/v7"
)

// Capabilities are what a store was seen to do, not what it says.
type Capabilities struct {
	Versioning bool // an overwritten object's former version can still be read
	Lock       bool // a version under retention cannot be deleted
}

const canaryPrefix = "canary/"

// Probe writes a canary object and tries what a WORM store must refuse. Stores have been seen that accept retention and
// do not enforce it, so only a refused deletion counts. Until Probe has proven it, Lock does nothing. The canary is
// removed; an error means that the store could not be asked, not that it lacks something.
func (s *Store) Probe(ctx context.Context) (Capabilities, error) {
	if err := s.Ping(ctx); err != nil {
		return Capabilities{}, err
	}
	key := canaryPrefix + efile.NewID().String()
	first, err := s.putCanary(ctx, key, "first")
	if err != nil {
		return Capabilities{}, err
	}
	second, err := s.putCanary(ctx, key, "second")
	if err != nil {
		return Capabilities{}, err
	}
	var can Capabilities
	can.Versioning = first != "" && first != second && s.holds(ctx, key, first, "first")
	can.Lock = can.Versioning && s.enforces(ctx, key, second)
	s.locks.Store(can.Lock)
	for _, version := range []string{first, second} {
		if err := s.removeCanary(ctx, key, version); err != nil {
			return can, err
		}
	}
	return can, s.Delete(ctx, key)
}

// putCanary stores text and returns the version it became; empty in a store that keeps none.
func (s *Store) putCanary(ctx context.Context, key, text string) (string, error) {
	info, err := s.client.PutObject(ctx, s.bucket, key, bytes.NewReader([]byte(text)), int64(len(text)),
		minio.PutObjectOptions{ContentType: mediaType, DisableMultipart: true})
	return info.VersionID, s.explain(ctx, "put", key, err)
}

// holds reports whether a version can be read and says what it should.
func (s *Store) holds(ctx context.Context, key, version, text string) bool {
	body, _, _, err := s.core.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{VersionID: version})
	if err != nil {
		return false
	}
	defer func() { _ = body.Close() }() // only read
	var got bytes.Buffer
	_, err = got.ReadFrom(body)
	return err == nil && got.String() == text
}

// enforces puts a version under retention and tries to delete it.
func (s *Store) enforces(ctx context.Context, key, version string) bool {
	if err := s.retain(ctx, key, version, time.Now().Add(time.Hour)); err != nil {
		return false
	}
	err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{VersionID: version})
	answer, ok := errors.AsType[minio.ErrorResponse](err)
	refused := ok && (answer.StatusCode == http.StatusForbidden || answer.Code == "AccessDenied" || answer.Code == "InvalidRequest" ||
		answer.Code == "ObjectLocked")
	return refused && s.holds(ctx, key, version, "second")
}

// retain uses the governance mode: our own credentials cannot delete by mistake, while an operator with the special
// right still can when a court or the law on data protection demands it.
func (s *Store) retain(ctx context.Context, key, version string, until time.Time) error {
	mode := minio.Governance
	until = until.UTC()
	return s.client.PutObjectRetention(ctx, s.bucket, key, minio.PutObjectRetentionOptions{VersionID: version, Mode: &mode,
		RetainUntilDate: &until, GovernanceBypass: false})
}

func (s *Store) removeCanary(ctx context.Context, key, version string) error {
	err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{VersionID: version, GovernanceBypass: true})
	if isMissing(err) {
		return nil
	}
	return s.explain(ctx, "delete", key, err)
}

// Lock keeps an object from being deleted until a time. It does nothing in a store that Probe has not seen enforcing
// it: a lock that holds nothing would be a false promise.
func (s *Store) Lock(ctx context.Context, key string, until time.Time) error {
	if !s.locks.Load() {
		return nil
	}
	return s.explain(ctx, "lock", key, s.retain(ctx, key, "", until))
}
