package storage

import (
	"context"
	"iter"

	"github.com/minio/minio-go/v7"

	"github.com/eakte/eakte/efile"
)

// Version is one of the versions of an object.
type Version struct {
	Key    string
	ID     string // empty in a store that keeps no versions
	Latest bool
	Marker bool // says only that the object was deleted: no bytes, but its key still shows that it was there
}

// Versions walks everything whose key begins with prefix, former versions and the marks of deletion too, where the store
// keeps any. It stops at the first error.
func (s *Store) Versions(ctx context.Context, prefix string) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		versioned, err := s.isVersioned(ctx)
		if err != nil {
			yield(Version{}, err)
			return
		}
		options := minio.ListObjectsOptions{Prefix: prefix, Recursive: true, WithVersions: versioned}
		for found := range s.client.ListObjectsIter(ctx, s.bucket, options) {
			if found.Err != nil {
				yield(Version{}, s.explain(ctx, "list versions of", prefix, found.Err))
				return
			}
			v := Version{Key: found.Key, ID: found.VersionID, Latest: !versioned || found.IsLatest, Marker: found.IsDeleteMarker}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Folder is what the keys of all objects of one document, disposal or answer in an area begin with.
func Folder(area Area, office, of efile.ID) string { return string(area) + folder(office, of) + "/" }
