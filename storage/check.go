package storage

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"io"
)

// checkChunk is how much is read between two questions to the pace.
const checkChunk = 256 << 10

// Checking says how Check reads.
type Checking struct {
	// Second asks for the SHA-512 of an object that has none yet. One that has is always held against it.
	Second bool
	// Pace is asked before n more bytes are read and returns when they may be. Nil: as fast as the store gives them.
	Pace func(ctx context.Context, n int) error
}

// Check reads an object to its end, once, and holds it against size and every digest it has. It returns the SHA-512 if
// the object has one or it was asked for: taken from the same bytes that had the right SHA-256. What is wrong is told as
// by Get.
func (s *Store) Check(ctx context.Context, object Object, how Checking) (second string, err error) {
	r, err := s.get(ctx, object)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if how.Second && r.second == nil {
		r.second = sha512.New()
	}
	for buffer := make([]byte, checkChunk); ; {
		if n := min(checkChunk, object.Size-r.count); n > 0 && how.Pace != nil {
			if err := how.Pace(ctx, int(n)); err != nil {
				return "", err
			}
		}
		_, err := io.ReadFull(r, buffer)
		switch {
		case r.ended == io.EOF: //nolint:errorlint // the reader's own end; an error that wraps io.EOF is a connection that broke
			return r.secondSum(), nil
		case err != nil:
			return "", err
		}
	}
}

// secondSum is the SHA-512 of what was read; empty if it was not taken.
func (r *checkedReader) secondSum() string {
	if r.second == nil {
		return ""
	}
	return hex.EncodeToString(r.second.Sum(nil))
}
