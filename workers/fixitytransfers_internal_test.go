package workers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// transfers stores a container for people to carry and an answer that an archive sent.
func (s *shelf) transfers() (container, answer efile.Rendition) {
	s.t.Helper()
	ctx := s.t.Context()
	put := func(kind efile.RenditionKind, key func(digest string) string, text string) efile.Rendition {
		s.t.Helper()
		sum := sha256.Sum256([]byte(text))
		digest := hex.EncodeToString(sum[:])
		o, err := s.fixity.Store.Put(ctx, key(digest), strings.NewReader(text), int64(len(text)))
		if err != nil {
			s.t.Fatal(err)
		}
		return efile.Rendition{Kind: kind, Key: o.Key, Size: o.Size, SHA256: digest}
	}
	a := efile.ReceivingArchive{Name: "Archiv", Short: "A", Version: "3.1.0"}
	disposal, received := efile.NewID(), efile.NewID()
	container = put(records.KindContainer, func(d string) string { return storage.TransferKey(s.office, disposal, d) }, "a container")
	answer = put(records.KindAnswer, func(string) string { return storage.AnswerKey(s.office, received) }, "an answer")
	s.in(func(tx *records.Tx) error {
		if err := tx.SaveArchive(ctx, &a); err != nil {
			return err
		}
		_, err := tx.Pgx().Exec(ctx, `insert into disposals (office_id, id, archive_id, state, two_step, made_by, created, changed)
			values ($1, $2, $3, 'delivered', false, $4, now(), now())`, s.office, disposal, a.ID, efile.NewID())
		if err != nil {
			return err
		}
		m := efile.Message{Disposal: disposal, Type: efile.MessageDelivery}
		if err := tx.AddMessage(ctx, &m); err != nil {
			return err
		}
		m.File, m.Size, m.SHA256, m.Key, m.Checked, m.Sent = "a.zip", container.Size, container.SHA256, container.Key, s.at, s.at
		if err := tx.SaveMessage(ctx, m); err != nil {
			return err
		}
		_, err = tx.AddArchiveAnswer(ctx, &efile.Answer{ID: received, Archive: a.ID, Disposal: disposal, Type: efile.MessageImport, File: "b.xml",
			Size: answer.Size, SHA256: answer.SHA256, Key: answer.Key, State: efile.AnswerTaken})
		return err
	})
	return container, answer
}

func TestContainersAndAnswersAreReadBackToo(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.fixity.Second = true
	s.put(0, 1, 100)
	container, answer := s.transfers()
	s.rounds()
	if r := s.report(); r.Objects != 3 || r.Never != 0 || r.Second != 3 || r.Quarantined != 0 || r.Round.Objects != 3 {
		t.Fatalf("a round over all: got %+v", r)
	}
	was := s.flip(container)
	s.remove(answer)
	s.at = s.at.Add(40 * 24 * 3600e9)
	s.rounds()
	var open []records.Finding
	s.in(func(tx *records.Tx) (err error) {
		open, err = tx.Findings(t.Context(), true)
		return err
	})
	details := map[string]string{}
	for _, f := range open {
		if f.Kind != string(fault.DigestMismatch) || !f.DocumentID.IsZero() {
			t.Errorf("got %+v", f)
		}
		details[f.Subject] = f.Detail
	}
	if details[container.Key] != records.DetailDiffers || details[answer.Key] != records.DetailMissing || len(open) != 2 {
		t.Errorf("findings: got %v", details)
	}
	if r := s.report(); r.Quarantined != 2 || r.Round.Differing != 1 || r.Round.Missing != 1 {
		t.Errorf("got %+v", r)
	}
	var state records.FixityState
	s.in(func(tx *records.Tx) (err error) {
		state, err = tx.FixityState(t.Context())
		return err
	})
	if state.Quarantined != 2 || state.Findings != 2 {
		t.Errorf("what alarms are made of: got %+v", state)
	}
	for _, line := range []string{container.Key, answer.Key} {
		if !bytes.Contains(s.log.Bytes(), []byte(line)) {
			t.Errorf("%s is not in the log", line)
		}
	}
	if read, right, err := s.fixity.RecheckAll(t.Context(), s.office); err != nil || read != 2 || right != 0 {
		t.Errorf("still wrong: %d read, %d right, %v", read, right, err)
	}
	s.write(s.file(container), was)
	for _, f := range open {
		if f.Subject == container.Key {
			if err := s.fixity.Recheck(t.Context(), system(s.office), f.ID); err != nil {
				t.Errorf("restored: %v", err)
			}
		}
	}
	if r := s.report(); r.Quarantined != 1 || r.Findings != 1 {
		t.Errorf("after one was restored: got %+v", r)
	}
	bad := 0
	seen, err := s.fixity.Everything(t.Context(), s.office, func(records.Checked) error { bad++; return nil })
	if err != nil || seen != 3 || bad != 1 {
		t.Errorf("everything: %d seen, %d bad, %v", seen, bad, err)
	}
}
