package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"

	"github.com/eakte/eakte/fault"
	"github.com/minio/minio-go/v7"
)

// explain wraps an error with what was being done to which key: missing things are fs.ErrNotExist, a store that is away
// is the fault StorageUnavailable. It returns nil for nil. The end of ctx is never taken for an outage.
func (s *Store) explain(ctx context.Context, doing, key string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s %s: %w", doing, key, context.Cause(ctx))
	case isMissing(err):
		return fmt.Errorf("%s %s: %w", doing, key, fs.ErrNotExist)
	case isAway(err):
		return fault.New(fault.Wait, fault.StorageUnavailable, fmt.Errorf("%s %s: %w", doing, key, err))
	}
	return fmt.Errorf("%s %s: %w", doing, key, err)
}

func isMissing(err error) bool {
	answer, ok := errors.AsType[minio.ErrorResponse](err)
	return ok && (answer.Code == minio.NoSuchKey || answer.Code == "NoSuchVersion" ||
		answer.StatusCode == http.StatusNotFound && answer.Code == "NotFound")
}

// isAway recognises what waiting may mend: no connection, an answer cut off, an overloaded or failing store, and keys or
// clocks that an operator must set right. None of it is the document's doing.
func isAway(err error) bool {
	if answer, ok := errors.AsType[minio.ErrorResponse](err); ok {
		switch answer.Code {
		case "NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "SlowDown":
			return true
		}
		return answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusTooManyRequests
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed)
}
