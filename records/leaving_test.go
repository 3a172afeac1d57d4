package records_test

import (
	"errors"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// leaving is a world whose case file is settled, closed and due, with an archive that receives it and two archivists.
type leaving struct {
	*world
	one, two efile.Actor // archivists
	clerk    efile.Actor
	archive  efile.ReceivingArchive
	disposal efile.Disposal
}

func newLeaving(t *testing.T, store *records.Store) *leaving {
	t.Helper()
	l := &leaving{world: newWorld(t, store)}
	l.one, l.two, l.clerk = l.staff(efile.Archivist), l.staff(efile.Archivist), l.staff(efile.Caseworker)
	l.archive = efile.ReceivingArchive{Name: "Landesarchiv", Short: "LA", Prefix: "p", Key: "k", Version: "3.1.0", Originals: true,
		SizeLimit: 1 << 40, Bag: true, Transport: efile.Transport{Directory: "la", Secret: []byte{1, 0, 2}, Answers: []string{"0502"}},
		Sender: efile.Agency{Name: "Ausländerbehörde", Key: "33"}, Created: clock()}
	l.in(t, l.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(t.Context(), l.document.ID)
		if err != nil {
			return err
		}
		d.Status, d.Code = efile.Filed, ""
		return errors.Join(tx.SaveDocument(t.Context(), d), tx.SaveRetention(t.Context(), past(l.file.ID)))
	})
	l.in(t, l.one, func(tx *records.Tx) error {
		return errors.Join(tx.SaveArchive(t.Context(), &l.archive), tx.SaveRetentionRules(t.Context(), table()))
	})
	l.in(t, l.system, func(tx *records.Tx) error {
		one := efile.User{ID: l.one.ID, Login: l.one.ID.String(), Roles: l.one.Roles, Created: clock()}
		two := efile.User{ID: l.two.ID, Login: l.two.ID.String(), Roles: l.two.Roles, Created: clock()}
		return errors.Join(tx.AddUser(t.Context(), one), tx.AddUser(t.Context(), two))
	})
	return l
}

// table makes case files due when they are closed.
func table() []efile.RetentionRule {
	return []efile.RetentionRule{{Unit: "33.20", Basis: "§ 91 AufenthG", Proposal: efile.Destroy}}
}

// past is a retention that is over.
func past(caseID efile.ID) efile.Retention {
	return efile.Retention{CaseID: caseID, Unit: "33.20", Resolved: "33.20", Due: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		Years: 10, Basis: "§ 91 AufenthG", Proposal: efile.Destroy}
}

// another is one more closed and due case file, without documents.
func (l *leaving) another(t *testing.T) efile.ID {
	t.Helper()
	c := testenv.Case(t, l.store, l.office)
	l.in(t, l.clerk, func(tx *records.Tx) error {
		_, _, err := tx.CloseCase(t.Context(), c.ID, time.Time{})
		return errors.Join(err, tx.SaveRetention(t.Context(), past(c.ID)))
	})
	return c.ID
}

// open puts case files into the disposal.
func (l *leaving) open(t *testing.T, cases ...efile.ID) {
	t.Helper()
	l.disposal = efile.Disposal{Archive: l.archive.ID}
	l.in(t, l.one, func(tx *records.Tx) error { return tx.AddDisposal(t.Context(), &l.disposal, cases) })
}

// move sets the disposal's state.
func (l *leaving) move(t *testing.T, state efile.DisposalState) {
	t.Helper()
	l.in(t, l.one, func(tx *records.Tx) error {
		d, err := tx.LockDisposal(t.Context(), l.disposal.ID)
		d.State = state
		return errors.Join(err, tx.SaveDisposal(t.Context(), d))
	})
}

// decide appraises every record of the disposal.
func (l *leaving) decide(t *testing.T, decision efile.Decision) {
	t.Helper()
	l.in(t, l.two, func(tx *records.Tx) error {
		_, err := tx.LockDisposal(t.Context(), l.disposal.ID)
		list, listErr := tx.DisposalRecords(t.Context(), l.disposal.ID)
		for i := range list {
			list[i].Decision, list[i].Reason = decision, "Herr Muster ist bekannt"
		}
		return errors.Join(err, listErr, tx.SaveDecisions(t.Context(), l.disposal.ID, list))
	})
	l.move(t, efile.DisposalAppraised)
}

// deliver sends a checked container.
func (l *leaving) deliver(t *testing.T) {
	t.Helper()
	l.move(t, efile.DisposalDelivered)
	l.send(t)
}

// send notes the message of the delivery.
func (l *leaving) send(t *testing.T) {
	t.Helper()
	l.in(t, l.system, func(tx *records.Tx) error {
		m := efile.Message{Disposal: l.disposal.ID, Type: efile.MessageDelivery}
		err := tx.AddMessage(t.Context(), &m)
		m.File, m.Size, m.SHA256, m.Checked, m.Sent = "a.zip", 7, digest("c"), clock(), clock()
		m.Entries = []efile.MessageEntry{{Name: "a.pdf", Size: 7, SHA256: digest("b")}}
		return errors.Join(err, tx.SaveMessage(t.Context(), m))
	})
}

// confirm says that the archive has everything.
func (l *leaving) confirm(t *testing.T) {
	t.Helper()
	l.in(t, l.system, func(tx *records.Tx) error {
		d, err := tx.LockDisposal(t.Context(), l.disposal.ID)
		list, listErr := tx.DisposalRecords(t.Context(), l.disposal.ID)
		for i := range list {
			list[i].ArchiveRef = "LA-1"
		}
		d.State = efile.DisposalArchived
		return errors.Join(err, listErr, tx.SaveConfirmations(t.Context(), d.ID, list), tx.SaveDisposal(t.Context(), d))
	})
}

func (l *leaving) propose(t *testing.T) (efile.Destruction, error) {
	t.Helper()
	x := efile.Destruction{CaseID: l.file.ID, Disposal: l.disposal.ID, Basis: "0502"}
	err := l.store.In(t.Context(), l.one, func(tx *records.Tx) error { return tx.ProposeDestruction(t.Context(), &x) })
	return x, err
}

func (l *leaving) proposed(t *testing.T) efile.Destruction {
	t.Helper()
	x, err := l.propose(t)
	if err != nil {
		t.Fatalf("propose: %v", err)
	}
	return x
}

func (l *leaving) confirmBy(t *testing.T, actor efile.Actor, id efile.ID, grace time.Duration) error {
	t.Helper()
	return l.store.In(t.Context(), actor, func(tx *records.Tx) error {
		_, err := tx.ConfirmDestruction(t.Context(), id, grace)
		return err
	})
}

// destroyed brings the case file to its end.
func (l *leaving) destroyed(t *testing.T) efile.Destruction {
	t.Helper()
	x := l.proposed(t)
	if err := l.confirmBy(t, l.two, x.ID, 0); err != nil {
		t.Fatalf("confirm: %v", err)
	}
	l.in(t, l.system, func(tx *records.Tx) error { _, err := tx.BeginDestruction(t.Context(), x.ID); return err })
	l.in(t, l.system, func(tx *records.Tx) error { return tx.Destroy(t.Context(), x.ID) })
	return l.destruction(t, x.ID)
}

func (l *leaving) destruction(t *testing.T, id efile.ID) efile.Destruction {
	t.Helper()
	list, err := read(t, l.world, l.one, func(tx *records.Tx) ([]efile.Destruction, error) {
		return tx.Destructions(t.Context(), records.DestructionFilter{})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if x.ID == id {
			return x
		}
	}
	t.Fatalf("no destruction %s", id)
	return efile.Destruction{}
}

func (l *leaving) now(t *testing.T) (efile.Disposal, []efile.DisposalRecord) {
	t.Helper()
	d, err := read(t, l.world, l.one, func(tx *records.Tx) (efile.Disposal, error) { return tx.Disposal(t.Context(), l.disposal.ID) })
	list, listErr := read(t, l.world, l.one, func(tx *records.Tx) ([]efile.DisposalRecord, error) {
		return tx.DisposalRecords(t.Context(), l.disposal.ID)
	})
	if err := errors.Join(err, listErr); err != nil {
		t.Fatal(err)
	}
	return d, list
}

func (l *leaving) stage(t *testing.T) efile.Stage {
	t.Helper()
	r, err := read(t, l.world, l.one, func(tx *records.Tx) (efile.Retention, error) { return tx.Retention(t.Context(), l.file.ID) })
	if err != nil {
		t.Fatal(err)
	}
	return r.Stage
}

// everything puts a row into every table of the archivists.
func (l *leaving) everything(t *testing.T) {
	t.Helper()
	alone := past(l.file.ID)
	alone.Alone = []efile.Alone{{Document: l.document.ID, Due: alone.Due}}
	l.in(t, l.system, func(tx *records.Tx) error { return tx.SaveRetention(t.Context(), alone) })
	l.open(t, l.file.ID)
	l.decide(t, efile.Destroy)
	l.proposed(t)
	other := l.another(t)
	l.in(t, l.one, func(tx *records.Tx) error {
		m := efile.Message{Disposal: l.disposal.ID, Type: efile.MessageOffer}
		a := efile.Answer{Archive: l.archive.ID, Disposal: l.disposal.ID, Type: efile.MessageAppraisal, SHA256: digest("d"), State: efile.AnswerTaken}
		_, err := tx.AddArchiveAnswer(t.Context(), &a)
		return errors.Join(err, tx.AddMessage(t.Context(), &m), tx.AddHold(t.Context(), &efile.Hold{CaseID: other, Reason: "Klage"}),
			tx.SaveRetentionRules(t.Context(), []efile.RetentionRule{{Unit: "33.20", Years: 10}}))
	})
}
