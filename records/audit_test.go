package records_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// TestWhatArchivistsDoIsInTheLogAndNowhereElse follows a case file out of the office and looks at feed, outbox and log.
func TestWhatArchivistsDoIsInTheLogAndNowhereElse(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	l.store.SetOutbox(func(_ context.Context, _ pgx.Tx, _ efile.ID, _ []efile.Endpoint, events []efile.Event) error {
		for _, e := range events {
			if e.Type.LogOnly() {
				t.Errorf("the outbox got %s", e.Type)
			}
		}
		return nil
	})
	l.in(t, l.clerk, func(tx *records.Tx) error {
		hold := efile.Hold{CaseID: l.file.ID, Reason: "Klage von Frau Muster"}
		err := errors.Join(tx.AddHold(ctx, &hold), tx.LiftHold(ctx, hold.ID), tx.LiftHold(ctx, hold.ID))
		tx.Append(efile.Event{Type: efile.CaseStatusChanged, CaseID: l.file.ID, Subject: "x"})
		return err
	})
	l.everything(t)
	touch := l.touches(t)["an upload of the applicant"]
	if err := touch(); err != nil {
		t.Fatal(err)
	}
	all, err := read(t, l.world, l.system, func(tx *records.Tx) ([]efile.Event, error) {
		return tx.Events(ctx, records.EventFilter{Audit: true, Limit: 500})
	})
	if err != nil {
		t.Fatal(err)
	}
	audits := map[efile.EventType]int{}
	for _, e := range all {
		if !e.Type.LogOnly() {
			continue
		}
		audits[e.Type]++
		if strings.Contains(string(e.Data), "Muster") || strings.Contains(string(e.Data), "Klage") || !json.Valid(e.Data) {
			t.Errorf("%s tells %s", e.Type, e.Data)
		}
		_, err := read(t, l.world, l.system, func(tx *records.Tx) (efile.Event, error) { return tx.Event(ctx, e.ID) })
		wantCode(t, "an entry of the log by its id, as a replay asks for it", err, fault.NotFound)
	}
	for _, want := range []efile.EventType{efile.AuditHoldSet, efile.AuditHoldLifted, efile.AuditDisposalOpened, efile.AuditAppraised,
		efile.AuditDestructionProposed, efile.AuditDestructionWithdrawn, efile.AuditRecalled, efile.AuditRetentionTable,
		efile.AuditAnswerTaken, efile.AuditCaseClosed} {
		if audits[want] == 0 {
			t.Errorf("the log does not tell of %s", want)
		}
	}
	if audits[efile.AuditHoldLifted] != 1 {
		t.Errorf("lifting a hold twice is told %d times", audits[efile.AuditHoldLifted])
	}
	number := int64(0)
	for _, e := range logOf(t, l.world) { // what the feed shows
		if e.Type.LogOnly() {
			t.Errorf("the feed shows %s", e.Type)
		}
		if e.CaseID == l.file.ID {
			if number++; e.CaseSequence != number {
				t.Errorf("event %d of the case has number %d: a consumer would miss one", number, e.CaseSequence)
			}
		}
	}
	seen, err := read(t, l.world, l.applicant(l.file.ID), func(tx *records.Tx) ([]efile.Event, error) {
		return tx.Events(ctx, records.EventFilter{CaseID: l.file.ID, Audit: true})
	})
	if err != nil || slices.ContainsFunc(seen, func(e efile.Event) bool { return e.Type.LogOnly() }) {
		t.Errorf("the applicant sees %v, %v", seen, err)
	}
	if n, broken, err := verified(t, l.world); err != nil || broken != nil || n != int64(len(all)) {
		t.Errorf("verify: %d entries, %+v, %v; want %d and none broken", n, broken, err, len(all))
	}
}

func TestClosingAndReopening(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	clerk := w.staff(efile.Caseworker)
	ctx := t.Context()
	c := testenv.Case(t, w.store, w.office)
	m := efile.Matter{ID: efile.NewID(), CaseID: c.ID, Procedure: "employment"}
	d := efile.Document{ID: efile.NewID(), CaseID: c.ID, MatterID: m.ID, Status: efile.Processing, SHA256: digest("7"), Channel: efile.ChannelScan}
	w.in(t, clerk, func(tx *records.Tx) error { return errors.Join(tx.AddMatter(ctx, m), tx.AddDocument(ctx, d)) })
	closing := func() (changed bool, err error) {
		err = w.store.In(ctx, clerk, func(tx *records.Tx) (err error) { _, changed, err = tx.CloseCase(ctx, c.ID, clock()); return err })
		return changed, err
	}
	_, err := closing()
	wantCode(t, "close a case with a document in work", err, fault.DocumentsPending)
	err = w.store.In(ctx, clerk, func(tx *records.Tx) error { return tx.CloseMatter(ctx, m.ID, clock()) })
	wantCode(t, "close its matter", err, fault.DocumentsPending)
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, d.ID)
		d.Status = efile.Filed
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	for _, want := range []bool{true, false} {
		if changed, err := closing(); err != nil || changed != want {
			t.Errorf("close: changed %t, %v; want %t", changed, err, want)
		}
	}
	same(t, w, "the closed case", efile.CaseCompleted, func(tx *records.Tx) (efile.CaseStatus, error) {
		c, err := tx.Case(ctx, c.ID)
		m, matterErr := tx.Matter(ctx, m.ID)
		if !c.Closed.Equal(clock()) || !m.Closed.Equal(clock()) {
			t.Errorf("closed: case %v, matter %v; want %v", c.Closed, m.Closed, clock())
		}
		return c.Status, errors.Join(err, matterErr)
	})
	err = w.store.In(ctx, clerk, func(tx *records.Tx) error { return tx.ReopenMatter(ctx, m.ID) })
	wantCode(t, "reopen a matter of a closed case", err, fault.CaseClosed)
	for range 2 {
		w.in(t, clerk, func(tx *records.Tx) error { _, _, err := tx.ReopenCase(ctx, c.ID); return err })
	}
	for range 2 {
		w.in(t, clerk, func(tx *records.Tx) error { return tx.ReopenMatter(ctx, m.ID) })
	}
	for range 2 {
		w.in(t, clerk, func(tx *records.Tx) error { return tx.CloseMatter(ctx, m.ID, time.Time{}) })
	}
	events, err := read(t, w, w.system, func(tx *records.Tx) ([]efile.Event, error) { return tx.CaseEvents(ctx, c.ID, 0) })
	types := []efile.EventType{}
	for _, e := range events {
		types = append(types, e.Type)
	}
	want := []efile.EventType{efile.AuditCaseClosed, efile.AuditCaseReopened, efile.AuditMatterReopened, efile.AuditMatterClosed}
	if diff := cmp.Diff(want, types); err != nil || diff != "" {
		t.Errorf("events: %v\n%s", err, diff)
	}
	some, err := read(t, w, w.system, func(tx *records.Tx) ([]efile.Event, error) {
		return tx.CaseEvents(ctx, c.ID, events[1].Sequence)
	})
	if err != nil || len(some) != 2 {
		t.Errorf("events up to the second: got %d, %v", len(some), err)
	}
}

// TestWhatArchivistsSaveComesBack writes and reads one of everything.
func TestWhatArchivistsSaveComesBack(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	rules := []efile.RetentionRule{
		{Number: 1, Unit: "33.20", Title: "Aufenthalt", Procedures: []string{"employment"}, DocumentTypes: []string{}, Years: 10,
			Months: 6, EndOfYear: true, Basis: "§ 91", Proposal: efile.Keep},
		{Number: 2, DocumentTypes: []string{"visa"}, Procedures: []string{}, Unlimited: true, Proposal: efile.Undecided},
	}
	for range 2 {
		l.in(t, l.one, func(tx *records.Tx) error { return tx.SaveRetentionRules(ctx, rules) })
	}
	same(t, l.world, "rules", rules, func(tx *records.Tx) ([]efile.RetentionRule, error) { return tx.RetentionRules(ctx) })
	same(t, l.world, "archives", []efile.ReceivingArchive{l.archive}, func(tx *records.Tx) ([]efile.ReceivingArchive, error) { return tx.Archives(ctx) })
	want := past(l.file.ID)
	want.Stage = efile.StageDue
	same(t, l.world, "retention", want, func(tx *records.Tx) (efile.Retention, error) { return tx.Retention(ctx, l.file.ID) })
	same(t, l.world, "retentions", []records.RetentionLine{{Retention: want, Reference: l.file.Reference, Title: l.file.Title,
		Closed: l.file.Closed, Documents: 1}}, func(tx *records.Tx) ([]records.RetentionLine, error) {
		return tx.Retentions(ctx, records.RetentionFilter{Stage: efile.StageDue, Unit: "33.20", DueBefore: clock()})
	})
	same(t, l.world, "the closed file", efile.ClosedFile{CaseID: l.file.ID, Unit: "33.20", Closed: l.file.Closed,
		Procedures: []string{"employment"}, Documents: []efile.FiledSubject{{ID: l.document.ID, Type: "passport"}}},
		func(tx *records.Tx) (efile.ClosedFile, error) { return tx.ClosedFile(ctx, l.file.ID) })
	same(t, l.world, "renditions", map[efile.ID][]efile.Rendition{l.document.ID: {l.rendition}},
		func(tx *records.Tx) (map[efile.ID][]efile.Rendition, error) { return tx.CaseRenditions(ctx, l.file.ID) },
		cmpopts.IgnoreFields(efile.Rendition{}, "ID"))
	same(t, l.world, "parties", map[efile.ID][]efile.Party{l.matter.ID: {l.party}},
		func(tx *records.Tx) (map[efile.ID][]efile.Party, error) { return tx.CaseParties(ctx, l.file.ID) })
}

func TestAnswersAndMessagesAreThereOnce(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	l.open(t, l.file.ID)
	answer := efile.Answer{Archive: l.archive.ID, Disposal: l.disposal.ID, Type: efile.MessageAppraisal, File: "x.zip", Size: 9,
		SHA256: digest("f"), Key: "answers/x", State: efile.AnswerUnexpected, Code: string(fault.AnswerUnexpected), Received: clock()}
	for i := range 2 {
		l.in(t, l.system, func(tx *records.Tx) error {
			a := answer
			if i == 1 {
				a.ID, a.State = efile.NewID(), efile.AnswerTaken
			}
			added, err := tx.AddArchiveAnswer(ctx, &a)
			if added != (i == 0) || i == 1 && a.ID != answer.ID {
				t.Errorf("the same bytes, time %d: added %t as %s", i+1, added, a.ID)
			}
			answer = a
			return err
		})
	}
	answer.State = efile.AnswerSeen
	l.in(t, l.one, func(tx *records.Tx) error { return tx.SaveArchiveAnswer(ctx, answer) })
	same(t, l.world, "answers", []efile.Answer{answer}, func(tx *records.Tx) ([]efile.Answer, error) {
		return tx.ArchiveAnswers(ctx, records.AnswerFilter{State: efile.AnswerSeen, Disposal: l.disposal.ID})
	})
	m := efile.Message{Disposal: l.disposal.ID, Type: efile.MessageOffer}
	l.in(t, l.system, func(tx *records.Tx) error {
		if err := tx.AddMessage(ctx, &m); err != nil {
			return err
		}
		wantCode(t, "a second of the type", tx.AddMessage(ctx, &efile.Message{Disposal: l.disposal.ID, Type: efile.MessageOffer}), fault.Conflict)
		m.File, m.Size, m.SHA256, m.Checked, m.Sent = "a.zip", 7, digest("c"), clock(), clock()
		m.Entries = []efile.MessageEntry{{Name: "a.xml", Size: 7, SHA256: digest("b")}}
		m.Findings = []efile.CheckFinding{}
		return errors.Join(tx.SaveMessage(ctx, m), tx.SaveMessage(ctx, m))
	})
	if m.Through == 0 {
		t.Error("the message does not say up to which entry of the log it tells")
	}
	same(t, l.world, "messages", []efile.Message{m}, func(tx *records.Tx) ([]efile.Message, error) { return tx.Messages(ctx, l.disposal.ID) })
	err := l.store.In(ctx, l.system, func(tx *records.Tx) error {
		m.SHA256 = digest("0")
		return tx.SaveMessage(ctx, m)
	})
	wantCode(t, "another file for what was sent", err, fault.Conflict)
}

func TestDecisionsAreAllOrNothing(t *testing.T) {
	t.Parallel()
	l := newLeaving(t, testenv.Database(t))
	ctx := t.Context()
	other := l.another(t)
	l.open(t, l.file.ID, other)
	l.move(t, efile.DisposalOffered)
	decide := func(actor efile.Actor, list ...efile.DisposalRecord) error {
		return l.store.In(ctx, actor, func(tx *records.Tx) error {
			_, err := tx.LockDisposal(ctx, l.disposal.ID)
			return errors.Join(err, tx.SaveDecisions(ctx, l.disposal.ID, list))
		})
	}
	mine := efile.DisposalRecord{ID: l.file.ID, Decision: efile.Keep, Reason: "selten"}
	wantCode(t, "a stranger among them", decide(l.system, mine, efile.DisposalRecord{ID: efile.NewID(), Decision: efile.Keep}), fault.NotFound)
	wantCode(t, "no decision", decide(l.system, efile.DisposalRecord{ID: l.file.ID, Decision: efile.Undecided}), fault.Validation)
	if d, _ := l.now(t); d.Decided != 0 || d.Records != 3 {
		t.Errorf("got %d of %d decided, want none of 3", d.Decided, d.Records)
	}
	for range 2 {
		if err := decide(l.two, mine); err != nil {
			t.Errorf("decide: %v", err)
		}
	}
	_, list := l.now(t)
	for _, r := range list {
		if r.ID == l.file.ID && (r.Decision != efile.Keep || r.DecidedBy != l.two.ID || r.Reason != "selten" || r.Proposal != efile.Destroy) {
			t.Errorf("got %+v", r)
		}
	}
	if err := l.touches(t)["a hold"](); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "a person about a recalled record", decide(l.two, mine), fault.Recalled)
	if err := decide(l.system, mine, efile.DisposalRecord{ID: other, Decision: efile.Destroy}); err != nil {
		t.Errorf("an archive that cannot know of the recall: %v", err)
	}
	if d, _ := l.now(t); d.Decided != 1 || d.Records != 1 {
		t.Errorf("got %d of %d decided, want 1 of 1", d.Decided, d.Records)
	}
	l.move(t, efile.DisposalDelivered)
	wantCode(t, "after the delivery", decide(l.two, mine), fault.WrongStage)
}
