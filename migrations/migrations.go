// Package migrations brings a database to the schema this binary knows.
package migrations

import (
	"context"
	"errors"
)

// ErrNewer means that the database was migrated by a newer release; this one must not touch it.
var ErrNewer = errors.New("the database schema is newer than this program")

var errMissing = errors.New("not written yet")

// Version is the number of the newest migration in this binary.
func Version() int { return 0 }

// Current returns the database's schema version; 0 for an empty database.
func Current(ctx context.Context, url string) (int, error) { return 0, errMissing }

// Up migrates the database behind adminURL, ours first, then River's.
func Up(ctx context.Context, adminURL string) error { return errMissing }
