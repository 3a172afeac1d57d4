package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3response"
)

// syncedBackend makes an acknowledged object survive a power cut. The library itself never syncs: the kernel may hold
// an object's bytes, its name and its attributes for half a minute after the answer. Parts of an unfinished upload are
// not synced one by one; the finished object is.
type syncedBackend struct {
	backend.Backend
	objects  string // folder of buckets
	metadata string // folder of metadata files; empty if they are extended attributes
}

// PutObject stores, then syncs.
func (b *syncedBackend) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	out, err := b.Backend.PutObject(ctx, in)
	if err == nil {
		err = b.sync(*in.Bucket, *in.Key)
	}
	return out, err
}

// CompleteMultipartUpload joins the parts, then syncs.
func (b *syncedBackend) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput,
) (s3response.CompleteMultipartUploadResult, string, error) {
	out, version, err := b.Backend.CompleteMultipartUpload(ctx, in)
	if err == nil {
		err = b.sync(*in.Bucket, *in.Key)
	}
	return out, version, err
}

// CopyObject copies, then syncs.
func (b *syncedBackend) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	out, err := b.Backend.CopyObject(ctx, in)
	if err == nil {
		err = b.sync(*in.Bucket, *in.Key)
	}
	return out, err
}

// CreateBucket makes the bucket, then syncs the folder that names it.
func (b *syncedBackend) CreateBucket(ctx context.Context, in *s3.CreateBucketInput, acl []byte) error {
	if err := b.Backend.CreateBucket(ctx, in, acl); err != nil {
		return err
	}
	return errors.Join(syncPath(filepath.Join(b.objects, *in.Bucket)), syncPath(b.objects))
}

// sync flushes an object's file and each folder up to its bucket. An object that somebody deleted meanwhile needs none.
func (b *syncedBackend) sync(bucket, key string) error {
	path := filepath.Join(b.objects, bucket, filepath.FromSlash(key))
	if err := syncUp(path, filepath.Join(b.objects, bucket)); err != nil || b.metadata == "" {
		return err
	}
	attributes := filepath.Join(b.metadata, bucket, filepath.FromSlash(key))
	err := filepath.WalkDir(attributes, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return errors.Join(err, syncPath(path))
	})
	return errors.Join(err, syncUp(attributes, filepath.Join(b.metadata, bucket)))
}

// syncUp syncs path and its parents up to and including top.
func syncUp(path, top string) error {
	for {
		if err := syncPath(path); err != nil {
			return err
		}
		if path == top || !strings.HasPrefix(path, top+"/") {
			return nil
		}
		path = filepath.Dir(path)
	}
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
