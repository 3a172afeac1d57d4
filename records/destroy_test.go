package records_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// TestADestructionLeavesNothingButItsProof destroys a case file that has a row in every table, next to another office's.
func TestADestructionLeavesNothingButItsProof(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	l, stranger := newLeaving(t, store), newLeaving(t, store)
	ctx := t.Context()
	objects, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.Rendition, error) { return tx.CaseObjects(ctx, l.file.ID) })
	if err != nil || len(objects) != 1 {
		t.Errorf("got %d objects, %v; want 1", len(objects), err)
	}
	l.open(t, l.file.ID)
	l.decide(t, efile.Keep)
	l.deliver(t)
	l.confirm(t)
	x := l.destroyed(t)
	want := efile.Destruction{ID: x.ID, CaseID: l.file.ID, Disposal: l.disposal.ID, Reference: l.file.Reference, Decision: efile.Keep,
		ArchiveRef: "LA-1", Whole: true, Documents: []efile.ID{l.document.ID}, Digests: []string{l.document.SHA256}, Basis: "0502",
		ProposedBy: l.one.ID, ConfirmedBy: l.two.ID, Proposed: x.Proposed, Confirmed: x.Confirmed, After: x.After, Begun: x.Begun, Done: x.Done}
	if diff := cmp.Diff(want, x); diff != "" || x.Done.IsZero() {
		t.Errorf("the proof (-want +got):\n%s", diff)
	}
	left, err := read(t, l.world, l.one, func(tx *records.Tx) ([]records.Remain, error) {
		return tx.Remains(ctx, l.file.ID, l.document.ID, l.matter.ID, l.submission.ID, l.request.ID, l.code.ID)
	})
	if err != nil || len(left) != 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	l.in(t, l.system, func(tx *records.Tx) error { return tx.Destroy(ctx, x.ID) }) // again
	_, list := l.now(t)
	for _, r := range list {
		if r.Destroyed.IsZero() || r.Reason != "" {
			t.Errorf("record %s: destroyed %v, reason %q", r.Level, r.Destroyed, r.Reason)
		}
	}
	l.move(t, efile.DisposalClosed)
	_, broken, err := verified(t, l.world)
	if err != nil || broken != nil {
		t.Errorf("the log: %+v, %v", broken, err)
	}
	same(t, stranger.world, "another office's document", stranger.document.ID, func(tx *records.Tx) (efile.ID, error) {
		d, err := tx.Document(ctx, stranger.document.ID)
		return d.ID, err
	})
	counts, err := read(t, l.world, l.one, func(tx *records.Tx) (map[efile.Stage]int, error) { return tx.StageCounts(ctx) })
	if diff := cmp.Diff(map[efile.Stage]int{efile.StageDestroyed: 1}, counts); err != nil || diff != "" {
		t.Errorf("stages: %v\n%s", err, diff)
	}
}

func verified(t *testing.T, w *world) (int64, *records.Broken, error) {
	t.Helper()
	var n int64
	var broken *records.Broken
	err := w.store.View(t.Context(), w.system, func(tx *records.Tx) (err error) {
		n, broken, err = tx.VerifyEvents(t.Context())
		return err
	})
	return n, broken, err
}

func TestRemainsFindsWhatWasForgotten(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	left, err := read(t, l.world, l.one, func(tx *records.Tx) ([]records.Remain, error) {
		return tx.Remains(t.Context(), l.file.ID, l.document.ID)
	})
	if err != nil || len(left) < 15 {
		t.Errorf("a case file that is there: got %v, %v; want every table", left, err)
	}
}

// TestNothingGoesBeforeItMay tries each step one condition short.
func TestNothingGoesBeforeItMay(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	l.open(t, l.file.ID)
	_, err := l.propose(t)
	wantCode(t, "not offered", err, fault.WrongStage)
	l.move(t, efile.DisposalOffered)
	_, err = l.propose(t)
	wantCode(t, "not appraised", err, fault.WrongStage)
	l.decide(t, efile.Keep)
	_, err = l.propose(t)
	wantCode(t, "not delivered", err, fault.NotArchived)
	l.move(t, efile.DisposalDelivered)
	l.confirm(t)
	_, err = l.propose(t)
	wantCode(t, "confirmed, but no container of ours was checked", err, fault.NotArchived)
	l.send(t)
	for name, actor := range map[string]efile.Actor{"the system": l.system, "a caseworker": l.clerk, "a token": l.service(efile.ScopeAdmin)} {
		err = l.store.In(ctx, actor, func(tx *records.Tx) error {
			return tx.ProposeDestruction(ctx, &efile.Destruction{CaseID: l.file.ID, Disposal: l.disposal.ID, Basis: "x"})
		})
		wantCode(t, name+" proposes", err, fault.Forbidden)
	}
	x := l.proposed(t)
	_, err = l.propose(t)
	wantCode(t, "proposed again", err, fault.InDisposal)
	begin := func() error {
		return l.store.In(ctx, l.system, func(tx *records.Tx) error { _, err := tx.BeginDestruction(ctx, x.ID); return err })
	}
	wantCode(t, "begun unconfirmed", begin(), fault.NotConfirmed)
	wantCode(t, "confirmed by the proposer", l.confirmBy(t, l.one, x.ID, 0), fault.FourEyes)
	wantCode(t, "confirmed by the system", l.confirmBy(t, l.system, x.ID, 0), fault.Forbidden)
	if err := l.confirmBy(t, l.two, x.ID, time.Hour); err != nil {
		t.Errorf("confirm: %v", err)
	}
	if err := l.confirmBy(t, l.two, x.ID, 0); err != nil {
		t.Errorf("confirm again: %v", err)
	}
	if kept := l.destruction(t, x.ID); !kept.After.Equal(kept.Confirmed.Add(time.Hour)) {
		t.Errorf("confirming again moved the end of the grace period to %v", kept.After)
	}
	wantCode(t, "begun in the grace period", begin(), fault.NotConfirmed)
	err = l.store.In(ctx, l.system, func(tx *records.Tx) error { return tx.Destroy(ctx, x.ID) })
	wantCode(t, "carried out without having begun", err, fault.NotConfirmed)
	l.in(t, l.two, func(tx *records.Tx) error { return tx.WithdrawDestruction(ctx, x.ID) })
	l.in(t, l.two, func(tx *records.Tx) error { return tx.WithdrawDestruction(ctx, x.ID) })
	wantCode(t, "begun after it was taken back", begin(), fault.Recalled)
	l.destroyed(t)
}

// TestWhatIsNotKeptWaitsForWhatWasDelivered has a file for the archive and one for nobody in a disposal.
func TestWhatIsNotKeptWaitsForWhatWasDelivered(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	kept := l.another(t)
	l.open(t, l.file.ID, kept)
	l.decide(t, efile.Destroy)
	l.in(t, l.two, func(tx *records.Tx) error {
		_, err := tx.LockDisposal(ctx, l.disposal.ID)
		return errors.Join(err, tx.SaveDecisions(ctx, l.disposal.ID, []efile.DisposalRecord{{ID: kept, Decision: efile.Keep}}))
	})
	_, err := l.propose(t)
	wantCode(t, "appraised, and the other is to be delivered", err, fault.NotArchived)
	l.deliver(t)
	_, err = l.propose(t)
	wantCode(t, "delivered", err, fault.NotArchived)
	l.in(t, l.clerk, func(tx *records.Tx) error { return tx.AddHold(ctx, &efile.Hold{CaseID: kept}) })
	_, err = l.propose(t)
	wantCode(t, "delivered, and the other recalled", err, fault.NotArchived)
	l.move(t, efile.DisposalArchived)
	if x := l.destroyed(t); x.Decision != efile.Destroy || x.ArchiveRef != "" {
		t.Errorf("got %+v", x)
	}
}

// TestTheTablesThemselvesHoldFourEyesAndTheGrace goes past the methods, as the application's role could.
func TestTheTablesThemselvesHoldFourEyesAndTheGrace(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	l, other := newLeaving(t, store), newLeaving(t, store)
	l.open(t, l.file.ID)
	l.decide(t, efile.Destroy)
	x := l.proposed(t)
	app := connect(t, testenv.DatabaseURL(t))
	for name, sql := range map[string]string{
		"destroy what is only proposed":      `select eakte_destroy_case((select case_id from destructions))`,
		"destroy documents nobody proposed":  `select eakte_destroy_documents((select case_id from destructions), (select documents from destructions))`,
		"check by itself what may go":        `select eakte_may_destroy((select case_id from destructions), null)`,
		"delete documents past the gate":     `select eakte_delete_documents(eakte_office(), (select documents from destructions))`,
		"delete a proof":                     `delete from destructions`,
		"delete a record of a disposal":      `delete from disposal_records`,
		"change what a destruction is about": `update destructions set documents = '{}'`,
		"change who proposed it":             `update destructions set proposed_by = gen_random_uuid()`,
		"bring a confirmation of its own":    `insert into destructions (office_id, confirmed_by) values (eakte_office(), gen_random_uuid())`,
		"delete a hold":                      `delete from holds`,
		"delete a message":                   `delete from archive_messages`,
	} {
		behind(t, app, l.office.ID, efile.ID{}, func(tx pgx.Tx) {
			if _, err := tx.Exec(t.Context(), sql); !denied(err) {
				t.Errorf("it may %s: %v", name, err)
			}
		})
	}
	for name, set := range map[string]string{
		"be confirmed by its proposer": `confirmed_by = proposed_by, confirmed = now(), after = now()`,
		"begin unconfirmed":            `begun = now()`,
		"begin in the grace period":    `confirmed_by = gen_random_uuid(), confirmed = now(), after = now() + interval '1 hour', begun = now()`,
		"be done without having begun": `done = now()`,
		"be confirmed without an end":  `confirmed_by = gen_random_uuid(), confirmed = now()`,
	} {
		behind(t, app, l.office.ID, efile.ID{}, func(tx pgx.Tx) {
			if _, err := tx.Exec(t.Context(), "update destructions set "+set+" where id = $1", x.ID); err == nil {
				t.Errorf("a destruction may %s", name)
			}
		})
	}
	if err := l.confirmBy(t, l.two, x.ID, 0); err != nil {
		t.Fatal(err)
	}
	l.in(t, l.system, func(tx *records.Tx) error { _, err := tx.BeginDestruction(t.Context(), x.ID); return err })
	l.in(t, l.system, func(tx *records.Tx) error { // its object goes before its record, and that is no loss
		hit, err := tx.Quarantine(t.Context(), l.rendition, records.DetailMissing, clock())
		if hit {
			t.Error("an object that is being destroyed went into quarantine")
		}
		return err
	})
	for name, from := range map[string][2]efile.ID{"another office": {other.office.ID, {}}, "an applicant": {l.office.ID, l.file.ID}} {
		behind(t, app, from[0], from[1], func(tx pgx.Tx) {
			if _, err := tx.Exec(t.Context(), "select eakte_destroy_case($1)", l.file.ID); !denied(err) {
				t.Errorf("%s destroys it: %v", name, err)
			}
		})
	}
}

func TestOfManyWhoConfirmAtOnceOneDoes(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	l.decide(t, efile.Destroy)
	x := l.proposed(t)
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() { errs <- l.confirmBy(t, l.staff(efile.Archivist), x.ID, time.Hour) }()
	}
	won := 0
	for range cap(errs) {
		if err := <-errs; err == nil {
			won++
		} else {
			wantCode(t, "the others", err, fault.Conflict)
		}
	}
	if won != 1 {
		t.Errorf("got %d confirmations, want 1", won)
	}
}

// TestOnceBegunNobodyTouchesTheCaseFile is about the time between the first object and the last row.
func TestOnceBegunNobodyTouchesTheCaseFile(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	l.decide(t, efile.Destroy)
	x := l.proposed(t)
	if err := l.confirmBy(t, l.two, x.ID, 0); err != nil {
		t.Fatal(err)
	}
	due, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.Destruction, error) {
		return tx.DueDestructions(t.Context(), time.Now(), 0)
	})
	if err != nil || len(due) != 1 || due[0].ID != x.ID {
		t.Errorf("due: got %v, %v", due, err)
	}
	for range 2 {
		l.in(t, l.system, func(tx *records.Tx) error { _, err := tx.BeginDestruction(t.Context(), x.ID); return err })
	}
	for name, touch := range l.touches(t) {
		wantCode(t, name, touch(), fault.BeingDestroyed)
	}
	walked, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.ClosedFile, error) { return tx.ClosedFiles(t.Context(), efile.ID{}, 0) })
	if err != nil || len(walked) != 0 {
		t.Errorf("the retention job would trip over it: got %v, %v", walked, err)
	}
	err = l.store.In(t.Context(), l.one, func(tx *records.Tx) error { return tx.WithdrawDestruction(t.Context(), x.ID) })
	wantCode(t, "withdrawn", err, fault.BeingDestroyed)
	err = l.store.In(t.Context(), l.one, func(tx *records.Tx) error {
		d, err := tx.LockDisposal(t.Context(), l.disposal.ID)
		d.State = efile.DisposalCancelled
		return errors.Join(err, tx.SaveDisposal(t.Context(), d))
	})
	wantCode(t, "its disposal called off", err, fault.BeingDestroyed)
	l.in(t, l.system, func(tx *records.Tx) error { return tx.Destroy(t.Context(), x.ID) })
	for name, touch := range l.touches(t) {
		if err := touch(); err == nil {
			t.Errorf("%s of a case file that is no more: no error", name)
		}
	}
}

// TestAnUploadThatRacesTheDestruction lets both run at once: the upload stops it, or is refused; never both, never neither.
func TestAnUploadThatRacesTheDestruction(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	for range 10 {
		l := newLeaving(t, store)
		l.open(t, l.file.ID)
		l.decide(t, efile.Destroy)
		x := l.proposed(t)
		if err := l.confirmBy(t, l.two, x.ID, 0); err != nil {
			t.Fatal(err)
		}
		begun, uploaded := make(chan error, 1), make(chan error, 1)
		upload := l.touches(t)["an upload of the applicant"]
		go func() {
			begun <- store.In(t.Context(), l.system, func(tx *records.Tx) error { _, err := tx.BeginDestruction(t.Context(), x.ID); return err })
		}()
		go func() { uploaded <- upload() }()
		beginErr, uploadErr := <-begun, <-uploaded
		if (beginErr == nil) == (uploadErr == nil) {
			t.Errorf("begun: %v, uploaded: %v; want exactly one", beginErr, uploadErr)
		}
	}
}
