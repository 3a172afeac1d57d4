package records_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// aloneTable keeps case files for ten years, and documents of one type no longer than they are open.
func aloneTable() []efile.RetentionRule {
	return []efile.RetentionRule{
		{Unit: "33.20", Years: 10, Basis: "§ 91 AufenthG", Proposal: efile.Destroy},
		{DocumentTypes: []string{"short"}, Basis: "Art. 17 DSGVO"},
	}
}

// newAlone is a leaving whose one document is due alone. The case file was closed a year ago.
func newAlone(t *testing.T) *leaving {
	t.Helper()
	l := newLeaving(t, testenv.Database(t))
	l.in(t, l.one, func(tx *records.Tx) error { return tx.SaveRetentionRules(t.Context(), aloneTable()) })
	l.in(t, l.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(t.Context(), l.document.ID)
		d.Type = "short"
		return errors.Join(err, tx.SaveDocument(t.Context(), d))
	})
	l.in(t, l.system, func(tx *records.Tx) error {
		_, _, err := tx.ReopenCase(t.Context(), l.file.ID)
		return err
	})
	l.in(t, l.system, func(tx *records.Tx) error {
		_, _, err := tx.CloseCase(t.Context(), l.file.ID, clock().AddDate(-1, 0, 0))
		return err
	})
	l.retain(t)
	return l
}

// retain computes the periods of the case file, as the daily job does.
func (l *leaving) retain(t *testing.T) {
	t.Helper()
	l.in(t, l.system, func(tx *records.Tx) error {
		rules, err := tx.RetentionRules(t.Context())
		if err != nil {
			return err
		}
		f, err := tx.ClosedFile(t.Context(), l.file.ID)
		if err != nil {
			return err
		}
		due, err := efile.Due(rules, f)
		return errors.Join(err, tx.SaveRetention(t.Context(), due))
	})
}

func (l *leaving) dueAlone(t *testing.T) []records.AloneFile {
	t.Helper()
	files, err := read(t, l.world, l.one, func(tx *records.Tx) ([]records.AloneFile, error) {
		return tx.DueAlone(t.Context(), records.AloneFilter{})
	})
	documents, n, countErr := 0, 0, error(nil)
	if err := l.store.View(t.Context(), l.one, func(tx *records.Tx) error { documents, n, countErr = tx.CountAlone(t.Context()); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(err, countErr); err != nil || n != len(files) || documents < n {
		t.Fatalf("%d documents in %d files counted, %d listed, %v", documents, n, len(files), err)
	}
	return files
}

func (l *leaving) proposeAlone(t *testing.T, docs ...efile.ID) (efile.Destruction, error) {
	t.Helper()
	x := efile.Destruction{CaseID: l.file.ID, Documents: docs}
	err := l.store.In(t.Context(), l.one, func(tx *records.Tx) error { return tx.ProposeDestruction(t.Context(), &x) })
	return x, err
}

func (l *leaving) begin(t *testing.T, id efile.ID) error {
	t.Helper()
	return l.store.In(t.Context(), l.system, func(tx *records.Tx) error { _, err := tx.BeginDestruction(t.Context(), id); return err })
}

func TestDocumentsDueAloneAreListedWithTheirCaseFile(t *testing.T) {
	t.Parallel()
	l := newAlone(t)
	files := l.dueAlone(t)
	if len(files) != 1 || len(files[0].Documents) != 1 {
		t.Fatalf("got %+v, want the one document", files)
	}
	due := efile.DateOf(clock().AddDate(-1, 0, 0))
	want := records.AloneDocument{ID: l.document.ID, FileName: l.document.FileName, Type: "short", Received: l.document.Received, Due: due, Basis: "Art. 17 DSGVO"}
	if diff := cmp.Diff(want, files[0].Documents[0]); diff != "" || files[0].Reference != l.file.Reference || files[0].Due.Year() != due.Year()+10 {
		t.Errorf("got %+v\n%s", files[0], diff)
	}
	x, err := l.proposeAlone(t, l.document.ID)
	if err != nil || x.Basis != "Art. 17 DSGVO" {
		t.Errorf("proposed without a basis: got %q, %v; want that of the rule", x.Basis, err)
	}
	if files := l.dueAlone(t); len(files) != 1 || files[0].Destruction.ID != x.ID {
		t.Errorf("proposed: got %+v", files)
	}
	l.in(t, l.clerk, func(tx *records.Tx) error { return tx.AddHold(t.Context(), &efile.Hold{CaseID: l.file.ID}) })
	if files := l.dueAlone(t); len(files) != 1 || !files[0].Held || !files[0].Destruction.ID.IsZero() {
		t.Errorf("held: got %+v, want the hold and nothing under way", files)
	}
	l.in(t, l.clerk, func(tx *records.Tx) error { _, _, err := tx.ReopenCase(t.Context(), l.file.ID); return err })
	if files := l.dueAlone(t); len(files) != 0 {
		t.Errorf("reopened: got %+v, want none", files)
	}
}

func TestSingleDocumentsGoAloneAndTheOthersForgetThem(t *testing.T) {
	t.Parallel()
	l := newAlone(t)
	ctx := t.Context()
	twin, part := l.document, l.document
	twin.ID, twin.SHA256, twin.SimilarTo, twin.Status, twin.Code, twin.Type = efile.NewID(), digest("1"), l.document.ID, efile.Filed, "", "short"
	part.ID, part.SHA256, part.ParentID, part.Status, part.Code = efile.NewID(), digest("2"), l.document.ID, efile.Filed, ""
	l.in(t, l.system, func(tx *records.Tx) error { return errors.Join(tx.AddDocument(ctx, twin), tx.AddDocument(ctx, part)) })
	l.retain(t)
	x, err := l.proposeAlone(t, l.document.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.confirmBy(t, l.two, x.ID, 0), l.begin(t, x.ID)); err != nil {
		t.Fatal(err)
	}
	l.in(t, l.system, func(tx *records.Tx) error { return tx.Destroy(ctx, x.ID) })
	docs, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.Document, error) { return tx.Documents(ctx, l.file.ID) })
	if err != nil || len(docs) != 2 || !docs[0].SimilarTo.IsZero() || !docs[0].ParentID.IsZero() || !docs[1].SimilarTo.IsZero() || !docs[1].ParentID.IsZero() {
		t.Errorf("got %+v, %v; want the two others, which know nothing of it", docs, err)
	}
	if done := l.destruction(t, x.ID); done.Done.IsZero() || done.Whole || done.Decision != efile.Destroy {
		t.Errorf("the proof: got %+v", done)
	}
	if files := l.dueAlone(t); len(files) != 1 || len(files[0].Documents) != 1 || files[0].Documents[0].ID != twin.ID {
		t.Errorf("due after it: got %+v, want the twin", files)
	}
	l.in(t, l.system, func(tx *records.Tx) error { return tx.SaveRetention(ctx, past(l.file.ID)) })
	l.open(t, l.file.ID)
	_, err = l.proposeAlone(t, twin.ID)
	wantCode(t, "a document of what is in a disposal", err, fault.InDisposal)
}

// later are changes after which a document, or a file, is not due any more. Each leaves dates computed before as they are.
func (l *leaving) later(t *testing.T) map[string]struct {
	do   func(*records.Tx) error
	code fault.Code
} {
	ctx := t.Context()
	type change = struct {
		do   func(*records.Tx) error
		code fault.Code
	}
	return map[string]change{
		"a table that keeps it longer": {func(tx *records.Tx) error {
			rules := aloneTable()
			rules[0].Years, rules[1].Years = 40, 30
			return tx.SaveRetentionRules(ctx, rules)
		}, fault.NotDue},
		"a table without the rule": {func(tx *records.Tx) error { return tx.SaveRetentionRules(ctx, nil) }, fault.NotDue},
		"a table that makes no sense": {func(tx *records.Tx) error {
			return tx.SaveRetentionRules(ctx, append(aloneTable(), efile.RetentionRule{Unit: "x", Years: 600}))
		}, fault.NotDue},
		"a period that starts later": {func(tx *records.Tx) error {
			return tx.SaveRetention(ctx, efile.Retention{CaseID: l.file.ID, Unit: "33.20", From: efile.DateOf(clock()).AddDate(1, 0, 0)})
		}, fault.NotDue},
		"a hold":          {func(tx *records.Tx) error { return tx.AddHold(ctx, &efile.Hold{CaseID: l.file.ID}) }, fault.Held},
		"a reopened case": {func(tx *records.Tx) error { _, _, err := tx.ReopenCase(ctx, l.file.ID); return err }, fault.NotClosed},
	}
}

// refusedLater changes something at one step and looks that the next refuses: with the code of the change, or because the
// change took the proposal back.
func refusedLater(t *testing.T, prepare func(*testing.T) (l *leaving, next func() error)) {
	t.Helper()
	for name := range newAlone(t).later(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, next := prepare(t)
			change := l.later(t)[name]
			l.in(t, l.system, change.do)
			if err := next(); !fault.Is(err, change.code) && !fault.Is(err, fault.Recalled) {
				t.Errorf("got %v, want %s", err, change.code)
			}
		})
	}
}

func TestADocumentNotDueIsNotProposed(t *testing.T) {
	t.Parallel()
	refusedLater(t, func(t *testing.T) (*leaving, func() error) {
		l := newAlone(t)
		return l, func() error { _, err := l.proposeAlone(t, l.document.ID); return err }
	})
}

func TestADocumentNotDueIsNotConfirmed(t *testing.T) {
	t.Parallel()
	refusedLater(t, func(t *testing.T) (*leaving, func() error) {
		l := newAlone(t)
		x, err := l.proposeAlone(t, l.document.ID)
		if err != nil {
			t.Fatal(err)
		}
		return l, func() error { return l.confirmBy(t, l.two, x.ID, 0) }
	})
}

func TestADocumentNotDueIsNotBegun(t *testing.T) {
	t.Parallel()
	refusedLater(t, func(t *testing.T) (*leaving, func() error) {
		l := newAlone(t)
		x, err := l.proposeAlone(t, l.document.ID)
		if err := errors.Join(err, l.confirmBy(t, l.two, x.ID, 0)); err != nil {
			t.Fatal(err)
		}
		return l, func() error { return l.begin(t, x.ID) }
	})
}

// TestACaseFileNotDueGoesNoFurther changes the period of a whole file at each step: the date that was computed before, by
// which it was offered, counts no more.
func TestACaseFileNotDueGoesNoFurther(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	l.open(t, l.file.ID)
	l.decide(t, efile.Destroy)
	set := func(rules []efile.RetentionRule) {
		t.Helper()
		l.in(t, l.one, func(tx *records.Tx) error { return tx.SaveRetentionRules(t.Context(), rules) })
	}
	longer := []efile.RetentionRule{{Unit: "33.20", Years: 10, Basis: "x"}}
	set(longer)
	_, err := l.propose(t)
	wantCode(t, "proposed", err, fault.NotDue)
	set(table())
	x := l.proposed(t)
	set(longer)
	wantCode(t, "confirmed", l.confirmBy(t, l.two, x.ID, 0), fault.NotDue)
	set(table())
	if err := l.confirmBy(t, l.two, x.ID, 0); err != nil {
		t.Fatal(err)
	}
	set(longer)
	wantCode(t, "begun", l.begin(t, x.ID), fault.NotDue)
	l.retain(t) // the daily job takes it back
	wantCode(t, "begun after the daily job", l.begin(t, x.ID), fault.Recalled)
}

func TestTheDailyJobTakesBackWhatIsNotDueAnyMore(t *testing.T) {
	t.Parallel()
	l := newAlone(t)
	x, err := l.proposeAlone(t, l.document.ID)
	if err != nil {
		t.Fatal(err)
	}
	l.retain(t)
	if x := l.destruction(t, x.ID); !x.Withdrawn.IsZero() {
		t.Fatal("taken back although nothing changed")
	}
	rules := aloneTable()
	rules[1].Years = 5
	l.in(t, l.one, func(tx *records.Tx) error { return tx.SaveRetentionRules(t.Context(), rules) })
	l.retain(t)
	if x := l.destruction(t, x.ID); x.Withdrawn.IsZero() {
		t.Error("it still stands")
	}
}

// TestNoAttachmentGoesBeforeItsEMail: the e-mail holds its bytes.
func TestNoAttachmentGoesBeforeItsEMail(t *testing.T) {
	t.Parallel()
	l := newAlone(t)
	ctx := t.Context()
	mail := l.document
	mail.ID, mail.SHA256, mail.Type, mail.Status, mail.Code, mail.Received = efile.NewID(), digest("1"), "long", efile.Filed, "", clock()
	l.in(t, l.system, func(tx *records.Tx) error { return tx.AddDocument(ctx, mail) })
	part := l.document
	part.ID, part.SHA256, part.ParentID, part.Status, part.Code, part.Type = efile.NewID(), digest("2"), mail.ID, efile.Filed, "", "short"
	l.in(t, l.system, func(tx *records.Tx) error { return tx.AddDocument(ctx, part) })
	l.retain(t)
	if files := l.dueAlone(t); len(files) != 1 || len(files[0].Documents) != 1 || files[0].Documents[0].ID != l.document.ID {
		t.Errorf("got %+v, want only what is in no e-mail", files)
	}
	_, err := l.proposeAlone(t, part.ID)
	wantCode(t, "an attachment", err, fault.NotDue)
	_, err = l.proposeAlone(t, l.document.ID, mail.ID)
	wantCode(t, "one that is due and one that is not", err, fault.NotDue)
	_, err = l.proposeAlone(t, l.document.ID, efile.NewID())
	wantCode(t, "one that is not there", err, fault.NotDue)
}

// TestNothingGoesWhileAContainerWithItWaits: destroying deletes the container too, and whoever is to carry it would find none.
func TestNothingGoesWhileAContainerWithItWaits(t *testing.T) {
	t.Parallel()
	l := newAlone(t)
	ctx := t.Context()
	recalled := func() {
		t.Helper()
		h := efile.Hold{CaseID: l.file.ID}
		l.in(t, l.clerk, func(tx *records.Tx) error { return tx.AddHold(ctx, &h) })
		l.in(t, l.clerk, func(tx *records.Tx) error { return tx.LiftHold(ctx, h.ID) })
	}
	store := func(key string) {
		t.Helper()
		l.in(t, l.system, func(tx *records.Tx) error {
			all, err := tx.Messages(ctx, l.disposal.ID)
			all[0].Key = key
			return errors.Join(err, tx.SaveMessage(ctx, all[0]))
		})
	}
	l.in(t, l.system, func(tx *records.Tx) error { return tx.SaveRetention(ctx, past(l.file.ID)) })
	l.open(t, l.file.ID)
	recalled() // before anything was told of it
	if of, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.ID, error) { return tx.DisposalsOf(ctx, l.file.ID) }); err != nil || len(of) > 0 {
		t.Errorf("recalled before there was a message: got %v, %v; want no disposal that may hold it", of, err)
	}
	l.open(t, l.file.ID, l.another(t))
	l.decide(t, efile.Keep)
	l.deliver(t)
	store("transfers/x")
	recalled()
	l.retain(t)
	_, err := l.proposeAlone(t, l.document.ID)
	wantCode(t, "proposed", err, fault.InDisposal)
	store("")
	x, err := l.proposeAlone(t, l.document.ID)
	if err != nil {
		t.Fatalf("no container here: %v", err)
	}
	store("transfers/x")
	wantCode(t, "confirmed", l.confirmBy(t, l.two, x.ID, 0), fault.InDisposal)
	l.move(t, efile.DisposalArchived) // it has arrived
	if err := errors.Join(l.confirmBy(t, l.two, x.ID, 0), l.begin(t, x.ID)); err != nil {
		t.Error(err)
	}
	if of, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.ID, error) { return tx.DisposalsOf(ctx, l.file.ID) }); err != nil || len(of) != 1 || of[0] != l.disposal.ID {
		t.Errorf("got %v, %v; want the disposal whose container goes too", of, err)
	}
}
