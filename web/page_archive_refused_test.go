package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

var destructionField = regexp.MustCompile(`name="destruction" value="([^"]+)"`)

// shown are the destructions that a page offers to confirm, as its form sends them.
func shown(page answer) []string {
	var all []string
	for _, found := range destructionField.FindAllStringSubmatch(page.body, -1) {
		all = append(all, found[1])
	}
	return all
}

// move plays the worker: the disposal is in another state.
func (p *way) move(t *testing.T, id efile.ID, state efile.DisposalState) {
	t.Helper()
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		d, err := tx.LockDisposal(ctx, id)
		if err != nil {
			return err
		}
		d.State = state
		return tx.SaveDisposal(ctx, d)
	})
}

// decided plays the worker: the archive's message says this of a record.
func (p *way) decided(t *testing.T, id efile.ID, decisions ...efile.DisposalRecord) {
	t.Helper()
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		if _, err := tx.LockDisposal(ctx, id); err != nil {
			return err
		}
		return tx.SaveDecisions(ctx, id, decisions)
	})
}

func (p *way) record(t *testing.T, disposal, id efile.ID) (found efile.DisposalRecord) {
	t.Helper()
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		all, err := tx.DisposalRecords(ctx, disposal)
		for _, k := range all {
			if k.ID == id {
				found = k
			}
		}
		return err
	})
	return found
}

// delivered brings the file to where its delivery is built, not yet handed over, with the matter decided as said.
func (p *way) delivered(t *testing.T, matter efile.Decision) (v *visitor, path string, id efile.ID) {
	t.Helper()
	p.due(t, p.file.ID, efile.Keep)
	v = p.signIn(t, "archiv-1")
	path = p.start(t, v, p.file)
	id = disposalID(t, path)
	p.built(t, id, "a container")
	p.decided(t, id, efile.DisposalRecord{ID: p.file.ID, Decision: efile.Keep}, efile.DisposalRecord{ID: p.vorgang.ID, Decision: matter})
	p.move(t, id, efile.DisposalAppraised)
	p.move(t, id, efile.DisposalDelivered)
	return v, path, id
}

func TestAnArchiveWithMessagesConfirmsByItself(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	v, path, id := p.delivered(t, efile.Keep)
	if got := v.post(path, path+"/confirmations", url.Values{"all": {"1"}}); got.status != http.StatusConflict {
		t.Errorf("confirmed by hand: got %d, want 409", got.status)
	}
	if p.record(t, id, p.file.ID).Archived {
		t.Error("a person's word counts as the archive's")
	}
}

func TestALetterConfirmsInAPersonsName(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	v, path, id := p.delivered(t, efile.Destroy)
	if got := v.get(path + "?by_hand=1"); strings.Contains(got.body, `name="reason"`) || strings.Contains(got.body, "by_hand") {
		t.Error("a confirmation by hand is offered before the delivery was handed over")
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		m := efile.Message{Disposal: id, Type: efile.MessageDelivery}
		err := tx.AddMessage(ctx, &m)
		m.File, m.Size, m.SHA256, m.Checked, m.Sent = "a.zip", 1, digest("a"), time.Now(), time.Now()
		return errors.Join(err, tx.SaveMessage(ctx, m))
	})
	if got := v.get(path); strings.Contains(got.body, `name="reason"`) || !strings.Contains(got.body, path+"?by_hand=1#records") {
		t.Error("the form stands there unasked, or is not offered")
	}
	says(t, "the form", v.get(path+"?by_hand=1"), `name="reason"`, "Datum und Zeichen des Briefes")
	if got := v.post(path, path+"/confirmations", url.Values{"all": {"1"}, "reason": {" "}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: got %d, want 422", got.status)
	}
	if p.record(t, id, p.file.ID).Archived {
		t.Error("confirmed without a reason")
	}
	got := v.post(path, path+"/confirmations", url.Values{"all": {"1"}, "reason": {"Brief vom 3. <2.>"}})
	says(t, "confirmed by letter", got, "Bestätigung eingetragen von Archiv archiv-1: Brief vom 3. &lt;2.&gt;")
	if k := p.record(t, id, p.file.ID); !k.Archived || k.ConfirmedBy.IsZero() || p.record(t, id, p.vorgang.ID).Archived {
		t.Errorf("got %+v", k)
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		d, err := tx.Disposal(ctx, id)
		events, listErr := tx.Events(ctx, records.EventFilter{Types: []efile.EventType{efile.AuditConfirmedByHand}, Audit: true})
		if d.State != efile.DisposalArchived || len(events) != 1 || events[0].Actor.Kind != efile.Staff || strings.Contains(string(events[0].Data), "Brief") {
			t.Errorf("the disposal is %s, the log has %+v", d.State, events)
		}
		return errors.Join(err, listErr)
	})
}

// TestALetterLeavesWhatIsConfirmed: a second letter confirms the rest, and the first one's words stay.
func TestALetterLeavesWhatIsConfirmed(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	v, path, id := p.delivered(t, efile.Keep)
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		m := efile.Message{Disposal: id, Type: efile.MessageDelivery}
		err := tx.AddMessage(ctx, &m)
		m.File, m.Size, m.SHA256, m.Checked, m.Sent = "a.zip", 1, digest("a"), time.Now(), time.Now()
		return errors.Join(err, tx.SaveMessage(ctx, m))
	})
	form := url.Values{"c_" + key(p.file.ID): {"1"}, "ref_" + key(p.file.ID): {"LA 17"}, "reason": {"Brief vom 3. 2."}}
	got := v.post(path, path+"/confirmations", form)
	says(t, "the first letter", got, "Brief vom 3. 2.", "LA 17", `name="c_`+key(p.vorgang.ID), `name="reason"`)
	if strings.Contains(got.body, `name="ref_`+key(p.file.ID)) {
		t.Error("what is confirmed is asked for again")
	}
	says(t, "the second letter", v.post(path, path+"/confirmations", url.Values{"all": {"1"}, "reason": {"Brief vom 9. 2."}}), "Brief vom 3. 2.", "Brief vom 9. 2.")
	for of, want := range map[efile.ID]string{p.file.ID: "Brief vom 3. 2.", p.vorgang.ID: "Brief vom 9. 2."} {
		if k := p.record(t, id, of); !k.Archived || k.ConfirmedReason != want {
			t.Errorf("got %q, want %q", k.ConfirmedReason, want)
		}
	}
}

func TestAnswersAreBroughtOnlyFromArchivesWithoutTransport(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	p.due(t, p.file.ID, efile.Keep)
	v := p.signIn(t, "archiv-1")
	path := p.start(t, v, p.file)
	if got := v.bring(path, "answer.zip", "PK answer"); got.status != http.StatusOK {
		t.Errorf("an answer brought: got %d, want 200", got.status)
	}
	noted := 0
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		events, err := tx.Events(ctx, records.EventFilter{Types: []efile.EventType{efile.AuditAnswerUploaded}, Audit: true})
		for _, e := range events {
			known := strings.Contains(string(e.Data), digest("PK answer")) && strings.Contains(string(e.Data), "upload")
			if known && e.Actor.Kind == efile.Staff && !e.Actor.ID.IsZero() && strings.HasSuffix(path, e.Subject) {
				noted++
			}
		}
		return err
	})
	if noted != 1 {
		t.Errorf("the upload is noted %d times, want once", noted)
	}
	p.archive.Transport.Directory = "la"
	p.in(t, func(ctx context.Context, tx *records.Tx) error { return tx.SaveArchive(ctx, &p.archive) })
	if got := v.bring(path, "answer.zip", "PK another"); got.status != http.StatusConflict {
		t.Errorf("an answer beside the transport: got %d, want 409", got.status)
	}
	if n := p.jobs(t, "take", ""); n != 1 {
		t.Errorf("got %d answers to read, want 1", n)
	}
}

// TestOnlyWhatWasSeenIsConfirmed: what is proposed while a person reads the page waits for another look.
func TestOnlyWhatWasSeenIsConfirmed(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "none", TwoStep: true})
	other, _ := p.addFile(t, "ABH-1999-000002")
	p.due(t, p.file.ID, efile.Destroy)
	p.due(t, other.ID, efile.Destroy)
	one, two := p.signIn(t, "archiv-1"), p.signIn(t, "archiv-2")
	path := p.start(t, one, p.file, other)
	one.post(path, path+"/decisions", url.Values{"proposals": {"1"}})
	one.post(path, path+"/step", url.Values{"step": {"nothing"}})
	do := func(v *visitor, act string, seen ...string) answer {
		return v.post(path, path+"/destructions", url.Values{"do": {act}, "destruction": seen})
	}
	first, second := " "+p.file.ID.Public(efile.PrefixCase), " "+other.ID.Public(efile.PrefixCase)
	do(one, "propose"+first)
	seen := shown(two.get(path))
	do(one, "propose"+second)
	if len(seen) != 1 || len(shown(one.get(path))) != 0 || len(shown(two.get(path))) != 2 {
		t.Fatalf("the page named %d destructions, want 1, then 2, and none to the proposer", len(seen))
	}
	if got := do(two, "confirm"); got.status != http.StatusConflict {
		t.Errorf("nothing was shown: got %d, want 409", got.status)
	}
	if got := do(two, "confirm", "all"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("no destruction is named: got %d, want 422", got.status)
	}
	do(two, "confirm", seen...)
	if left := shown(two.get(path)); len(left) != 1 || left[0] == seen[0] {
		t.Errorf("%v wait after %v was confirmed", left, seen)
	}
	both := append(shown(two.get(path)), seen...)
	do(one, "withdraw"+first)
	if got := do(two, "confirm", both...); got.status != http.StatusOK || len(shown(got)) != 0 {
		t.Errorf("one of two was taken back: got %d, %v wait", got.status, shown(got))
	}
	if got := do(two, "confirm", seen...); got.status != http.StatusConflict {
		t.Errorf("all that was shown was taken back: got %d, want 409", got.status)
	}
}

func TestNoContainerLeavesADisposalThatIsOver(t *testing.T) {
	t.Parallel()
	for _, state := range []efile.DisposalState{efile.DisposalCancelled, efile.DisposalClosed} {
		p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
		p.due(t, p.file.ID, efile.Keep)
		v := p.signIn(t, "archiv-1")
		path := p.start(t, v, p.file)
		m := p.built(t, disposalID(t, path), "a container")
		p.move(t, disposalID(t, path), state)
		if strings.Contains(v.get(path).body, "Container herunterladen") {
			t.Errorf("%s: the container is offered", state)
		}
		if got := v.get(path + "/messages/" + m.ID.Public(efile.PrefixMessage)); got.status != http.StatusConflict {
			t.Errorf("%s: got %d, want 409", state, got.status)
		}
	}
}

func TestWhatTheArchiveWantsIsKept(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	p.due(t, p.file.ID, efile.Destroy)
	v := p.signIn(t, "archiv-1")
	path := p.start(t, v, p.file)
	id := disposalID(t, path)
	p.built(t, id, "a container")
	p.decided(t, id, efile.DisposalRecord{ID: p.file.ID, Decision: efile.Keep})
	if strings.Contains(v.get(path).body, `name="d_`+key(p.file.ID)) {
		t.Error("the page asks about what the archive wants")
	}
	for letter, reason := range map[string]string{"V": "", "A": "so that it counts as mine"} {
		form := url.Values{"d_" + key(p.file.ID): {letter}, "r_" + key(p.file.ID): {reason}, "d_" + key(p.vorgang.ID): {"A"}}
		if got := v.post(path, path+"/decisions", form); got.status != http.StatusConflict {
			t.Errorf("%s by hand: got %d, want 409", letter, got.status)
		}
	}
	if k := p.record(t, id, p.file.ID); k.Decision != efile.Keep || !k.DecidedBy.IsZero() {
		t.Errorf("the archive's decision became %s by %s", k.Decision, k.DecidedBy)
	}
	if k := p.record(t, id, p.vorgang.ID); k.Decision != efile.Undecided {
		t.Errorf("the rest of a refused form is saved: %s", k.Decision)
	}
	form := url.Values{"d_" + key(p.vorgang.ID): {"A"}}
	says(t, "an appraisal that is awaited", v.get(path), "Die Bewertung des Archivs steht noch aus", `name="reason"`)
	got := v.post(path, path+"/decisions", form)
	if got.status != http.StatusUnprocessableEntity || p.record(t, id, p.vorgang.ID).Decision != efile.Undecided {
		t.Errorf("decided before the archive, without a reason: got %d, want 422", got.status)
	}
	for _, want := range []string{"Die Begründung fehlt", `aria-invalid="true"`, `name="d_` + key(p.vorgang.ID) + `" value="A" checked`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the refused form does not stand there again with %q", want)
		}
	}
	form.Set("reason", "Anruf vom 3. 2.")
	if got := v.post(path, path+"/decisions", form); got.status != http.StatusOK || p.record(t, id, p.vorgang.ID).Decision != efile.Keep {
		t.Errorf("what is undecided: got %d", got.status)
	}
	if k := p.record(t, id, p.vorgang.ID); k.Reason != "Anruf vom 3. 2." {
		t.Errorf("the reason became %q", k.Reason)
	}
	form.Set("d_"+key(p.vorgang.ID), "V")
	form.Del("reason")
	if got := v.post(path, path+"/decisions", form); got.status != http.StatusUnprocessableEntity || p.record(t, id, p.vorgang.ID).Decision != efile.Keep {
		t.Errorf("decided otherwise once all is decided, without a reason: got %d, want 422", got.status)
	}
	form.Set("r_"+key(p.vorgang.ID), "Anruf vom 4. 2.")
	if got := v.post(path, path+"/decisions", form); got.status != http.StatusOK {
		t.Errorf("one's own decision is changed: got %d, want 200", got.status)
	}
}
