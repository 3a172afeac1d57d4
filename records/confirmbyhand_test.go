package records_test

import (
	"errors"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// TestWhoConfirmedFirstStandsForIt: confirming again, or all of what the archive has confirmed in part, puts nobody in
// another's place.
func TestWhoConfirmedFirstStandsForIt(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	other := l.another(t)
	l.open(t, l.file.ID, other)
	l.decide(t, efile.Keep)
	l.deliver(t)
	confirm := func(by efile.Actor, reason string, ids ...efile.ID) {
		t.Helper()
		l.in(t, by, func(tx *records.Tx) error {
			var all []efile.DisposalRecord
			for _, id := range ids {
				all = append(all, efile.DisposalRecord{ID: id})
			}
			_, err := tx.LockDisposal(ctx, l.disposal.ID)
			if by.Kind == efile.System {
				return errors.Join(err, tx.SaveConfirmations(ctx, l.disposal.ID, all))
			}
			return errors.Join(err, tx.ConfirmByHand(ctx, l.disposal.ID, all, reason))
		})
	}
	_, all := l.now(t)
	matter := efile.ID{}
	for _, r := range all {
		if r.Level == efile.LevelMatter && r.CaseID == l.file.ID {
			matter = r.ID
		}
	}
	confirm(l.system, "", other) // the archive's message
	confirm(l.one, "letter of 1 November", l.file.ID)
	confirm(l.two, "letter of 2 November", l.file.ID, other, matter)
	_, all = l.now(t)
	for _, r := range all {
		want := map[efile.ID]efile.DisposalRecord{
			other: {}, l.file.ID: {ConfirmedBy: l.one.ID, ConfirmedReason: "letter of 1 November"},
			matter: {ConfirmedBy: l.two.ID, ConfirmedReason: "letter of 2 November"},
		}[r.ID]
		if r.ConfirmedBy != want.ConfirmedBy || r.ConfirmedReason != want.ConfirmedReason {
			t.Errorf("%s %s: confirmed by %s, %q; want %s, %q", r.Level, r.ID, r.ConfirmedBy, r.ConfirmedReason, want.ConfirmedBy, want.ConfirmedReason)
		}
	}
}
