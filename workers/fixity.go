package workers

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// Fixity reads every stored object of an office and calls bad for each that is missing or differs from its record. It
// returns how many it read. A store that is away ends the round with an error: that is no finding.
func Fixity(ctx context.Context, rec *records.Store, store *storage.Store, office efile.ID, bad func(efile.Rendition, error) error) (int, error) {
	var (
		seen  int
		after efile.ID
	)
	for {
		var some []efile.Rendition
		err := rec.View(ctx, system(office), func(tx *records.Tx) error {
			var err error
			some, err = tx.AllObjects(ctx, after, 500)
			return err
		})
		if err != nil || len(some) == 0 {
			return seen, err
		}
		for _, r := range some {
			err := readBack(ctx, store, r)
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !fault.Is(err, fault.DigestMismatch) {
				return seen, err
			}
			if err != nil {
				if err := bad(r, err); err != nil {
					return seen, err
				}
			}
			seen++
		}
		after = some[len(some)-1].ID
	}
}

func readBack(ctx context.Context, store *storage.Store, r efile.Rendition) error {
	body, err := store.Get(ctx, object(r))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, body)
	return errors.Join(err, body.Close())
}
