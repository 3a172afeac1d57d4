package records_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// touches are the ways in which a case file on its way out is touched.
func (l *leaving) touches(t *testing.T) map[string]func() error {
	t.Helper()
	ctx := t.Context()
	return map[string]func() error{
		"an upload of the applicant": func() error {
			return l.store.In(ctx, l.applicant(l.file.ID), func(tx *records.Tx) error {
				d := l.document
				d.ID, d.SHA256, d.Status = efile.NewID(), digest("e"), efile.Received
				return tx.AddDocument(ctx, d)
			})
		},
		"an upload that begins": func() error {
			return l.store.In(ctx, l.applicant(l.file.ID), func(tx *records.Tx) error {
				u := l.upload
				u.ID, u.DocumentID = efile.NewID(), efile.NewID()
				return tx.AddUpload(ctx, u)
			})
		},
		"a new matter": func() error {
			return l.store.In(ctx, l.clerk, func(tx *records.Tx) error {
				m := l.matter
				m.ID = efile.NewID()
				return tx.AddMatter(ctx, m)
			})
		},
		"a correction": func() error {
			return l.store.In(ctx, l.clerk, func(tx *records.Tx) error {
				d, err := tx.LockDocument(ctx, l.document.ID)
				d.Type, d.TypeBy = "visa", "caseworker"
				return errors.Join(err, tx.SaveDocument(ctx, d))
			})
		},
		"a corrected field": func() error {
			return l.store.In(ctx, l.clerk, func(tx *records.Tx) error { return tx.SaveReading(ctx, l.document.ID, nil, l.fields) })
		},
		"a change of the case": func() error {
			return l.store.In(ctx, l.clerk, func(tx *records.Tx) error {
				c, err := tx.Case(ctx, l.file.ID)
				c.Title = "Muster, E."
				return errors.Join(err, tx.SaveCase(ctx, c))
			})
		},
		"a hold": func() error {
			return l.store.In(ctx, l.clerk, func(tx *records.Tx) error { return tx.AddHold(ctx, &efile.Hold{CaseID: l.file.ID, Reason: "Klage"}) })
		},
		"a longer period": func() error {
			return l.store.In(ctx, l.system, func(tx *records.Tx) error {
				r := past(l.file.ID)
				r.Due = time.Now().AddDate(1, 0, 0)
				return tx.SaveRetention(ctx, r)
			})
		},
		"being reopened": func() error {
			return l.store.In(ctx, l.clerk, func(tx *records.Tx) error { _, _, err := tx.ReopenCase(ctx, l.file.ID); return err })
		},
	}
}

// TestWhateverTouchesACaseFileRecallsIt tries every touch at every stage. A second file in the disposal stays in it.
func TestWhateverTouchesACaseFileRecallsIt(t *testing.T) {
	t.Parallel()
	stages := []struct {
		name    string
		reach   func(*testing.T, *leaving)
		blocked bool
		code    string
	}{
		{"open", func(*testing.T, *leaving) {}, false, ""},
		{"offered", func(t *testing.T, l *leaving) { l.move(t, efile.DisposalOffered) }, true, "recalled"},
		{"appraised", func(t *testing.T, l *leaving) { l.decide(t, efile.Keep) }, true, "recalled"},
		{"delivered", func(t *testing.T, l *leaving) { l.decide(t, efile.Keep); l.deliver(t) }, false, "recalled"},
		{"archived", func(t *testing.T, l *leaving) { l.decide(t, efile.Keep); l.deliver(t); l.confirm(t); l.proposed(t) }, false, "recalled"},
	}
	names := []string{}
	for name := range (&leaving{world: &world{}}).touches(t) {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, s := range stages {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			store := testenv.Database(t)
			for _, name := range names {
				l := newLeaving(t, store)
				l.open(t, l.file.ID, l.another(t))
				s.reach(t, l)
				if err := l.touches(t)[name](); err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				d, list := l.now(t)
				if d.Files != 1 || d.Left != 1 || d.Blocked != s.blocked || d.Code != s.code {
					t.Errorf("%s: got %d files, blocked %t, code %q; want 1, %t, %q", name, d.Files, d.Blocked, d.Code, s.blocked, s.code)
				}
				for _, r := range list {
					if r.Recalled.IsZero() == (r.CaseID == l.file.ID) {
						t.Errorf("%s: record %s of case %s: recalled %v", name, r.Level, r.CaseID, r.Recalled)
					}
				}
				if stage := l.stage(t); stage != efile.StageDue && stage != efile.StageKept && stage != efile.StageOpen {
					t.Errorf("%s: got stage %s, want it out of the disposal", name, stage)
				}
				l.recallIsTold(t, name, s.name == "archived")
			}
		})
	}
}

// recallIsTold looks into the log and at the destruction.
func (l *leaving) recallIsTold(t *testing.T, name string, proposed bool) {
	t.Helper()
	events, err := read(t, l.world, l.one, func(tx *records.Tx) ([]efile.Event, error) { return tx.CaseEvents(t.Context(), l.file.ID, 0) })
	if err != nil {
		t.Fatal(err)
	}
	if n := len(slices.DeleteFunc(events, func(e efile.Event) bool { return e.Type != efile.AuditRecalled })); n != 1 {
		t.Errorf("%s: got %d entries about the recall, want 1", name, n)
	}
	if !proposed {
		return
	}
	list, err := read(t, l.world, l.one, func(tx *records.Tx) ([]efile.Destruction, error) {
		return tx.Destructions(t.Context(), records.DestructionFilter{CaseID: l.file.ID})
	})
	if err != nil || len(list) != 1 || list[0].Withdrawn.IsZero() {
		t.Errorf("%s: got destructions %+v, %v; want one, taken back", name, list, err)
	}
}

func TestWhatTheArchivistsDoRecallsNothing(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	l.decide(t, efile.Keep)
	l.deliver(t)
	l.confirm(t)
	x := l.proposed(t)
	l.in(t, l.system, func(tx *records.Tx) error { return tx.SaveRetention(t.Context(), past(l.file.ID)) })
	l.in(t, l.one, func(tx *records.Tx) error { return tx.NoteRead(t.Context(), l.document.ID, efile.Archival, 0) })
	if err := l.confirmBy(t, l.two, x.ID, time.Hour); err != nil {
		t.Errorf("confirm: %v", err)
	}
	if d, _ := l.now(t); d.Files != 1 || d.Code != "" {
		t.Errorf("got %+v, want nothing recalled", d)
	}
	if stage := l.stage(t); stage != efile.StageArchived {
		t.Errorf("got stage %s, want archived", stage)
	}
}

func TestARecalledCaseFileIsDueAgainAndMayBeOfferedAgain(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	before := l.disposal.ID
	if err := l.touches(t)["a corrected field"](); err != nil {
		t.Fatal(err)
	}
	l.open(t, l.file.ID)
	if l.disposal.ID == before || l.stage(t) != efile.StageOffered {
		t.Errorf("got stage %s, want it in another disposal", l.stage(t))
	}
}

// TestAnUploadThatRacesTheDisposalNeverSlipsBetween lets both run at once: either the disposal refuses, or the upload recalls.
func TestAnUploadThatRacesTheDisposalNeverSlipsBetween(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	refused := 0
	for range 12 {
		l := newLeaving(t, store)
		opened, uploaded := make(chan error, 1), make(chan error, 1)
		l.disposal = efile.Disposal{ID: efile.NewID(), Archive: l.archive.ID}
		go func() {
			opened <- store.In(t.Context(), l.one, func(tx *records.Tx) error {
				d := l.disposal
				return tx.AddDisposal(t.Context(), &d, []efile.ID{l.file.ID})
			})
		}()
		upload := l.touches(t)["an upload of the applicant"]
		go func() { uploaded <- upload() }()
		err := <-opened
		if uploadErr := <-uploaded; uploadErr != nil {
			t.Fatalf("upload: %v", uploadErr)
		}
		if err != nil {
			wantCode(t, "the disposal", err, fault.DocumentsPending)
			refused++
			continue
		}
		if d, _ := l.now(t); d.Files != 0 {
			t.Errorf("the disposal holds a case file with an upload it does not know")
		}
	}
	t.Logf("%d of 12 were refused, the others recalled", refused)
}

// TestAHandOverAndAnUploadSeeEachOther holds the disposal while the upload commits: it must wait and block the offer.
func TestAHandOverAndAnUploadSeeEachOther(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	uploaded := make(chan error, 1)
	upload := l.touches(t)["an upload of the applicant"]
	super := admin(t)
	l.in(t, l.system, func(tx *records.Tx) error {
		d, err := tx.LockDisposal(t.Context(), l.disposal.ID)
		if err != nil {
			return err
		}
		go func() { uploaded <- upload() }()
		for count(t, super, "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") == 0 {
			if err := t.Context().Err(); err != nil {
				return err
			}
		}
		d.State = efile.DisposalOffered
		return tx.SaveDisposal(t.Context(), d)
	})
	if err := <-uploaded; err != nil {
		t.Fatal(err)
	}
	if d, _ := l.now(t); !d.Blocked || d.State != efile.DisposalOffered {
		t.Errorf("got %s, blocked %t; want offered and blocked", d.State, d.Blocked)
	}
}

func TestWhoMayNotLeaveIsNamed(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	open := testenv.Case(t, l.store, l.office).ID
	kept, held, inOne, pending := l.another(t), l.another(t), l.another(t), l.another(t)
	l.in(t, l.clerk, func(tx *records.Tx) error {
		r := past(kept)
		r.Due = time.Now().AddDate(0, 0, 2)
		return errors.Join(tx.SaveRetention(ctx, r), tx.AddHold(ctx, &efile.Hold{CaseID: held}),
			tx.AddDocument(ctx, efile.Document{ID: efile.NewID(), CaseID: pending, Status: efile.Review, SHA256: digest("9"), Channel: efile.ChannelScan}))
	})
	l.open(t, inOne)
	for _, c := range []struct {
		name string
		id   efile.ID
		want fault.Code
	}{
		{"one that is not there", efile.NewID(), fault.NotFound},
		{"an open one", open, fault.NotClosed},
		{"one whose period runs", kept, fault.NotDue},
		{"one with a hold", held, fault.Held},
		{"one in a disposal", inOne, fault.InDisposal},
		{"one with a document in review", pending, fault.DocumentsPending},
	} {
		err := l.store.In(ctx, l.one, func(tx *records.Tx) error {
			return tx.AddDisposal(ctx, &efile.Disposal{Archive: l.archive.ID}, []efile.ID{l.file.ID, c.id})
		})
		wantCode(t, c.name, err, c.want)
	}
	if stage := l.stage(t); stage != efile.StageDue {
		t.Errorf("the fit one among them: got stage %s, want due", stage)
	}
	counts, err := read(t, l.world, l.one, func(tx *records.Tx) (map[efile.Stage]int, error) { return tx.StageCounts(ctx) })
	want := fmt.Sprint(map[efile.Stage]int{efile.StageOpen: 1, efile.StageKept: 1, efile.StageDue: 3, efile.StageOffered: 1})
	if got := fmt.Sprint(counts); err != nil || got != want {
		t.Errorf("stages: got %s, %v; want %s", got, err, want)
	}
}

func TestTwoDisposalsAtOnceShareNoCaseFile(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			errs <- l.store.In(t.Context(), l.one, func(tx *records.Tx) error {
				return tx.AddDisposal(t.Context(), &efile.Disposal{Archive: l.archive.ID}, []efile.ID{l.file.ID})
			})
		}()
	}
	won := 0
	for range cap(errs) {
		if err := <-errs; err == nil {
			won++
		} else {
			wantCode(t, "the others", err, fault.InDisposal)
		}
	}
	if won != 1 {
		t.Errorf("got %d disposals of one case file, want 1", won)
	}
}

func TestACancelledDisposalSetsItsRecordsFreeForGood(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	back := func(state efile.DisposalState) error {
		return l.store.In(t.Context(), l.one, func(tx *records.Tx) error {
			d, err := tx.LockDisposal(t.Context(), l.disposal.ID)
			d.State = state
			return errors.Join(err, tx.SaveDisposal(t.Context(), d))
		})
	}
	l.move(t, efile.DisposalOffered)
	wantCode(t, "set back", back(efile.DisposalOpen), fault.WrongStage)
	l.move(t, efile.DisposalCancelled)
	l.move(t, efile.DisposalCancelled)
	wantCode(t, "taken up again", back(efile.DisposalOpen), fault.WrongStage)
	if stage := l.stage(t); stage != efile.StageDue {
		t.Errorf("got stage %s, want due", stage)
	}
	l.open(t, l.file.ID)
}
