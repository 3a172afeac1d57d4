package storage

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/minio/minio-go/v7"
)

// MinPart is the least size of every part but the last.
const MinPart = 5 << 20

// Multipart is an upload in parts that was begun and neither completed nor aborted.
type Multipart struct {
	Key    string
	Upload string
	Begun  time.Time
}

// NewMultipart begins an upload in parts and returns its id. Nothing is visible under the key until it is completed.
func (s *Store) NewMultipart(ctx context.Context, key string) (string, error) {
	upload, err := s.core.NewMultipartUpload(ctx, s.bucket, key, minio.PutObjectOptions{ContentType: mediaType})
	return upload, s.explain(ctx, "begin upload of", key, err)
}

// PutPart stores a part, numbered from 1; the same number again replaces it. Every part but the last has at least
// MinPart bytes.
func (s *Store) PutPart(ctx context.Context, key, upload string, number int, r io.Reader, size int64) (efile.UploadPart, error) {
	part, err := s.core.PutObjectPart(ctx, s.bucket, key, upload, number, r, size, minio.PutObjectPartOptions{})
	if err != nil {
		return efile.UploadPart{}, s.explain(ctx, "put part of", key, err)
	}
	return efile.UploadPart{Number: number, ETag: part.ETag, Size: size}, nil
}

// CompleteMultipart joins the parts in the order given; the object appears at once. Completing again what was completed
// is no error.
func (s *Store) CompleteMultipart(ctx context.Context, key, upload string, parts []efile.UploadPart) error {
	complete := make([]minio.CompletePart, len(parts))
	var size int64
	for i, part := range parts {
		complete[i] = minio.CompletePart{PartNumber: part.Number, ETag: part.ETag}
		size += part.Size
	}
	_, err := s.core.CompleteMultipartUpload(ctx, s.bucket, key, upload, complete, minio.PutObjectOptions{})
	if isUploadGone(err) {
		if stored, _, statErr := s.Stat(ctx, key); statErr == nil && stored.Size == size {
			return nil
		}
	}
	return s.explain(ctx, "complete upload of", key, err)
}

// AbortMultipart gives up an upload and frees its parts. Aborting what is not there is no error.
func (s *Store) AbortMultipart(ctx context.Context, key, upload string) error {
	err := s.core.AbortMultipartUpload(ctx, s.bucket, key, upload)
	if isUploadGone(err) {
		return nil
	}
	return s.explain(ctx, "abort upload of", key, err)
}

func isUploadGone(err error) bool {
	answer, ok := errors.AsType[minio.ErrorResponse](err)
	return ok && answer.Code == "NoSuchUpload"
}

// StaleMultiparts returns the uploads begun before a time. No store is trusted to tidy them up by itself: periodic care
// aborts those that no record knows.
func (s *Store) StaleMultiparts(ctx context.Context, before time.Time) ([]Multipart, error) {
	var stale []Multipart
	keyMarker, uploadMarker := "", ""
	for {
		page, err := s.core.ListMultipartUploads(ctx, s.bucket, "", keyMarker, uploadMarker, "", 1000)
		if err != nil {
			return nil, s.explain(ctx, "list uploads of", s.bucket, err)
		}
		for _, upload := range page.Uploads {
			if upload.Initiated.Before(before) {
				stale = append(stale, Multipart{Key: upload.Key, Upload: upload.UploadID, Begun: upload.Initiated})
			}
		}
		if !page.IsTruncated {
			return stale, nil
		}
		keyMarker, uploadMarker = page.NextKeyMarker, page.NextUploadIDMarker
	}
}
