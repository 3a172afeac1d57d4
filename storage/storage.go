// Package storage keeps the bytes: originals and renditions of documents, in any S3-compatible store, through minio-go.
// It promises that what is read is what was written, or an error: every object has a SHA-256 that its owner (records)
// knows, and Get compares. Keys are ids and digests, never names.
//
// It uses few verbs of S3, those that every store we know does alike: put, multipart, ranged get, stat, delete, list,
// server-side copy and If-None-Match. What stores differ in, versioning and object lock, is proven by Probe before it is
// used. Which object belongs to what is the business of records; the store is listed only to reconcile the two.
//
// A store that is away is the fault StorageUnavailable (wait). Start reading at Store, then Store.Get.
package storage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Config says where the store is. Either Endpoint or Socket is set.
type Config struct {
	Endpoint   string // "host:port" or host name, without scheme
	Region     string // empty: us-east-1
	Bucket     string
	AccessKey  string
	SecretKey  Secret
	TLS        bool
	Socket     string // unix socket of the embedded server; Endpoint and TLS are then ignored
	ObjectLock bool   // should the bucket have to be made, make it with object lock; has no effect on an existing one
}

const (
	defaultRegion = "us-east-1"

	// openLimit bounds how long Open waits for a store that may be away.
	openLimit = 10 * time.Second

	// clientAttempts of one request before the caller hears that the store is away; waiting longer is the queue's part.
	clientAttempts = 3

	// answerLimit is for the slowest answer: joining the parts of a big upload.
	answerLimit = 5 * time.Minute
)

// Store is a bucket. It is safe for concurrent use.
type Store struct {
	client    *minio.Client
	core      minio.Core
	bucket    string
	region    string
	wantLock  bool
	locks     atomic.Bool          // Probe saw the store enforce retention
	versioned atomic.Pointer[bool] // nil until asked
}

// Open prepares access and makes the bucket if it is missing and making it is allowed. A store that is away is no error
// here, so that programs start in any order: Ping tells, and makes the bucket later. Wrong settings are an error.
func Open(ctx context.Context, config Config) (*Store, error) {
	if config.Bucket == "" {
		return nil, errors.New("open store: no bucket named")
	}
	endpoint := config.Endpoint
	if config.Socket != "" {
		endpoint, config.TLS = "embedded.invalid", false
	}
	if config.Region == "" {
		config.Region = defaultRegion
	}
	transport, err := newTransport(config)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	options := &minio.Options{Creds: credentials.NewStaticV4(config.AccessKey, string(config.SecretKey), ""),
		Secure: config.TLS, Region: config.Region, Transport: transport, MaxRetries: clientAttempts}
	if config.Socket != "" {
		options.BucketLookup = minio.BucketLookupPath
	}
	client, err := minio.New(endpoint, options)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{client: client, core: minio.Core{Client: client}, bucket: config.Bucket, region: config.Region,
		wantLock: config.ObjectLock}
	ctx, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	_ = s.Ping(ctx) // away or not yet ours to use: Ping is asked again by whoever needs to know
	return s, nil
}

// newTransport speaks to the store directly: it is a neighbour, never behind a proxy that the environment names.
func newTransport(config Config) (*http.Transport, error) {
	transport, err := minio.DefaultTransport(config.TLS)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	transport.Proxy = nil
	transport.DialContext = dialer.DialContext
	if config.Socket != "" {
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", config.Socket)
		}
	}
	transport.ResponseHeaderTimeout = answerLimit
	transport.MaxIdleConnsPerHost = 64
	return transport, nil
}

// Ping reports whether the bucket can be reached, and makes it if it is missing.
func (s *Store) Ping(ctx context.Context) error {
	found, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return s.explain(ctx, "reach bucket", s.bucket, err)
	}
	if found {
		return nil
	}
	err = s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: s.region, ObjectLocking: s.wantLock})
	if code := minio.ToErrorResponse(err).Code; code == "BucketAlreadyOwnedByYou" || code == "BucketAlreadyExists" {
		return nil // another process was faster
	}
	return s.explain(ctx, "make bucket", s.bucket, err)
}
