package intake

import (
	"context"
	"errors"
	"fmt"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// sweepBatch is how many uploads one look takes.
const sweepBatch = 100

// SweepExpired removes an office's expired uploads with everything stored for them, and the rows of recorded ones, whose
// receipts are then no longer asked for here. It returns how many are gone. One that cannot be removed is tried again
// next time; the others are not kept from it.
func (s *Service) SweepExpired(ctx context.Context, office efile.ID) (int, error) {
	actor := efile.SystemIn(office)
	removed := 0
	var all []error
	for {
		var due []efile.Upload
		err := s.Records.View(ctx, actor, func(tx *records.Tx) error {
			var err error
			due, err = tx.ExpiredUploads(ctx, s.now(), sweepBatch)
			return err
		})
		if err != nil {
			return removed, errors.Join(append(all, fmt.Errorf("sweep uploads of office %s: %w", office, err))...)
		}
		before := removed
		for _, up := range due {
			if err := s.sweep(ctx, actor, up.ID); err != nil {
				all = append(all, err)
				continue
			}
			removed++
		}
		if len(due) < sweepBatch || removed == before || ctx.Err() != nil {
			return removed, errors.Join(all...)
		}
	}
}

// sweep removes one upload unless someone writes to it.
func (s *Service) sweep(ctx context.Context, actor efile.Actor, id efile.ID) error {
	var up efile.Upload
	err := s.Records.In(ctx, actor, func(tx *records.Tx) error {
		var err error
		if up, err = tx.LockUpload(ctx, id); err != nil {
			return err
		}
		if up.Done {
			return tx.DeleteUpload(ctx, id)
		}
		now := s.now()
		if !up.Writer.IsZero() && now.Before(up.WriterUntil) {
			return fault.New(fault.Reject, fault.Locked, errors.New("has a writer"))
		}
		up.Writer, up.WriterUntil = efile.NewID(), now.Add(s.lease())
		return tx.SaveUpload(ctx, up)
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep upload %s: %w", id, err)
	}
	if up.Done {
		return nil
	}
	return s.remove(ctx, actor, up)
}

// SweepStale aborts multipart uploads of the store that are older than any upload can be: those of forms whose process
// was killed. It looks at the whole bucket.
func (s *Service) SweepStale(ctx context.Context) (int, error) {
	stale, err := s.Store.StaleMultiparts(ctx, s.now().Add(-2*s.keep()))
	if err != nil {
		return 0, err
	}
	removed := 0
	var all []error
	for _, m := range stale {
		if err := s.Store.AbortMultipart(ctx, m.Key, m.Upload); err != nil {
			all = append(all, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(all...)
}
