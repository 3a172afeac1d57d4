package workers

import (
	"context"
	"log/slog"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// Recheck reads the object of a finding again, in the name of who asks. If it is right it leaves quarantine and the finding
// is closed; a finding whose object no record names any more, or that is about none, is closed too. What is still wrong is
// the fault DigestMismatch, and stays as it is.
func (f Fixity) Recheck(ctx context.Context, actor efile.Actor, id efile.ID) error {
	var finding records.Finding
	var named []efile.Rendition
	err := f.Records.View(ctx, actor, func(tx *records.Tx) error {
		var err error
		if finding, err = tx.Finding(ctx, id); err != nil {
			return err
		}
		named, err = tx.ObjectsUnder(ctx, finding.Subject)
		return err
	})
	if err != nil {
		return err
	}
	if len(named) == 0 {
		return f.Records.In(ctx, actor, func(tx *records.Tx) error { return tx.ResolveFinding(ctx, id) })
	}
	return f.release(ctx, actor, named[0])
}

// RecheckAll reads every object of an office that is in quarantine again and releases those that are right. It returns how
// many it read, and how many of them were right.
func (f Fixity) RecheckAll(ctx context.Context, office efile.ID) (read, right int, err error) {
	var named []efile.Rendition
	err = f.Records.View(ctx, system(office), func(tx *records.Tx) error {
		named, err = tx.InQuarantine(ctx)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	seen := map[string]bool{}
	for _, r := range named {
		if seen[r.Key] {
			continue
		}
		seen[r.Key] = true
		err := f.release(ctx, system(office), r)
		if err != nil && !fault.Is(err, fault.DigestMismatch) {
			return read, right, err
		}
		read++
		if err == nil {
			right++
		}
	}
	return read, right, nil
}

// release reads an object and, if it is right, lets it go.
func (f Fixity) release(ctx context.Context, actor efile.Actor, r efile.Rendition) error {
	c, err := f.read(ctx, r)
	if err != nil {
		return err
	}
	if c.Problem != "" {
		r.Quarantined = f.now()
		return records.Sound(r)
	}
	if err := f.Records.In(ctx, actor, func(tx *records.Tx) error { return tx.Release(ctx, r.Key, f.now()) }); err != nil {
		return err
	}
	f.Log.LogAttrs(ctx, slog.LevelInfo, "object released from quarantine", slog.String("key", r.Key),
		slog.String("document", r.DocumentID.String()), slog.String("by", actor.ID.String()))
	return nil
}
