package records_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// another stores a second record of the world's document.
func (w *world) another(t *testing.T, kind efile.RenditionKind, key, sum string) efile.Rendition {
	t.Helper()
	r := w.rendition
	r.ID, r.Kind, r.Key, r.SHA256 = efile.NewID(), kind, key, digest(sum)
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddRendition(t.Context(), r) })
	return r
}

func TestWhoWaitsLongestIsReadNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx, start := t.Context(), clock()
	first, second := w.rendition, w.another(t, efile.Sound, "renditions/00/y", "c")
	late := w.rendition
	late.ID, late.Kind, late.Created = efile.NewID(), efile.PageImage, start.Add(time.Hour)
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddRendition(ctx, late) })

	due := func(before time.Time, without ...efile.ID) []efile.ID {
		t.Helper()
		found, err := read(t, w, w.system, func(tx *records.Tx) ([]efile.Rendition, error) {
			return tx.ObjectsDue(ctx, before, start, without, 10)
		})
		if err != nil {
			t.Fatal(err)
		}
		var ids []efile.ID
		for _, r := range found {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if got := due(start); len(got) != 2 || got[0] != first.ID || got[1] != second.ID {
		t.Errorf("never read: got %v, want the two that were there", got)
	}
	if got := due(start, first.ID); len(got) != 1 || got[0] != second.ID {
		t.Errorf("passed over: got %v", got)
	}
	save := func(r efile.Rendition, when time.Time) {
		t.Helper()
		w.in(t, w.system, func(tx *records.Tx) error {
			_, err := tx.SaveChecked(ctx, 1, when, []records.Checked{{Rendition: r, SHA512: strings.Repeat("ab", 64)}})
			return err
		})
	}
	save(first, start.Add(2*time.Minute))
	save(second, start.Add(time.Minute))
	if got := due(start); len(got) != 0 {
		t.Errorf("after all were read: got %v", got)
	}
	if got := due(start.Add(time.Hour)); len(got) != 2 || got[0] != second.ID {
		t.Errorf("due again: got %v, want the one read first", got)
	}
	w.in(t, w.system, func(tx *records.Tx) error { return tx.CheckSoon(ctx, w.document.ID) })
	if got := due(start); len(got) != 2 {
		t.Errorf("to be checked soon: got %v", got)
	}
	round, err := read(t, w, w.system, func(tx *records.Tx) (records.FixityRound, error) { return tx.LastFixityRound(ctx) })
	if err != nil || round.Objects != 2 || round.Bytes != first.Size+second.Size || round.Differing+round.Missing != 0 {
		t.Errorf("round: got %+v, %v", round, err)
	}
}

func TestWhatIsInQuarantineIsNobodysUntilReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	sound := w.another(t, efile.Sound, w.rendition.Key, "b") // another record of the same object
	bad := records.Checked{Rendition: w.rendition, Problem: records.DetailMissing}
	w.in(t, w.system, func(tx *records.Tx) error {
		if err := tx.ResolveFinding(ctx, w.finding.ID); err != nil {
			return err
		}
		got, err := tx.SaveChecked(ctx, 1, clock(), []records.Checked{bad})
		if len(got) != 1 {
			t.Errorf("went into quarantine: got %v", got)
		}
		return err
	})
	for name, actor := range map[string]efile.Actor{"system": w.system, "applicant": w.applicant(w.file.ID), "caseworker": w.staff(efile.Caseworker)} {
		for _, kind := range []efile.RenditionKind{w.rendition.Kind, sound.Kind} {
			_, err := read(t, w, actor, func(tx *records.Tx) (efile.Rendition, error) { return tx.Rendition(ctx, w.document.ID, kind, 0) })
			if !fault.Is(err, fault.DigestMismatch) {
				t.Errorf("%s gets %s: %v, want digest_mismatch", name, kind, err)
			}
		}
	}
	_, err := read(t, w, w.staff(efile.Archivist), func(tx *records.Tx) (map[efile.ID][]efile.Rendition, error) {
		return tx.CaseRenditions(ctx, w.file.ID)
	})
	if !fault.Is(err, fault.DigestMismatch) {
		t.Errorf("for a delivery: got %v, want digest_mismatch", err)
	}
	report, err := read(t, w, w.staff(efile.Admin), func(tx *records.Tx) (records.FixityReport, error) { return tx.FixityReport(ctx) })
	if err != nil || report.Objects != 2 || report.Quarantined != 2 || report.Findings != 1 || report.Round.Missing != 1 || !report.Oldest.IsZero() {
		t.Errorf("report: got %+v, %v", report, err)
	}
	archivist := w.staff(efile.Archivist)
	w.in(t, archivist, func(tx *records.Tx) error { return tx.Release(ctx, w.rendition.Key, clock()) })
	if _, err := read(t, w, w.system, func(tx *records.Tx) (efile.Rendition, error) {
		return tx.Rendition(ctx, w.document.ID, w.rendition.Kind, 0)
	}); err != nil {
		t.Errorf("released: %v", err)
	}
	all, err := read(t, w, archivist, func(tx *records.Tx) ([]records.Finding, error) { return tx.Findings(ctx, false) })
	if err != nil || len(all) != 2 || all[0].Resolved.IsZero() || all[0].ResolvedBy != archivist.ID || all[0].Detail != records.DetailMissing {
		t.Errorf("findings: got %+v, %v", all, err)
	}
}

func TestWhatWasReplacedWhileItWasReadIsNoFinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx, old := t.Context(), w.rendition
	w.another(t, w.rendition.Kind, "renditions/00/new", "d") // takes the place of the record
	w.in(t, w.system, func(tx *records.Tx) error {
		bad, err := tx.SaveChecked(ctx, 1, clock(), []records.Checked{{Rendition: old, Problem: records.DetailMissing}})
		if len(bad) != 0 {
			t.Errorf("got %v", bad)
		}
		return err
	})
	state, err := read(t, w, w.system, func(tx *records.Tx) (records.FixityState, error) { return tx.FixityState(ctx) })
	if err != nil || state.Quarantined != 0 || state.Findings != 1 || !state.Oldest.Equal(w.rendition.Created) {
		t.Errorf("got %+v, %v; want nothing in quarantine, the world's own finding, and the time it was stored", state, err)
	}
}

func TestAnObjectPutAgainLeavesQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.in(t, w.system, func(tx *records.Tx) error {
		if _, err := tx.Quarantine(ctx, w.rendition, records.DetailDiffers, clock()); err != nil {
			return err
		}
		again := w.rendition
		again.ID, again.SHA256 = efile.ID{}, digest("e")
		return tx.AddRendition(ctx, again)
	})
	got, err := read(t, w, w.system, func(tx *records.Tx) (efile.Rendition, error) {
		return tx.Rendition(ctx, w.document.ID, w.rendition.Kind, 0)
	})
	if err != nil || !got.Checked.IsZero() || got.SHA512 != "" || got.SHA256 != digest("e") {
		t.Errorf("got %+v, %v", got, err)
	}
}
