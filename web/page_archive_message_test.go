package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

func disposalID(t *testing.T, path string) efile.ID {
	t.Helper()
	id, err := efile.ParsePublic(efile.PrefixDisposal, path[strings.LastIndex(path, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// jobs counts what waits in the queue.
func (p *way) jobs(t *testing.T, kind, args string) int {
	t.Helper()
	var n int
	err := p.records.Pool().QueryRow(t.Context(), "select count(*) from river_job where kind = $1 and args::text like '%' || $2 || '%'", kind, args).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// built plays the worker: an offer that was built, with findings or handed to people.
func (p *way) built(t *testing.T, id efile.ID, content string, findings ...efile.CheckFinding) efile.Message {
	t.Helper()
	m := efile.Message{Disposal: id, Type: efile.MessageOffer}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		d, err := tx.LockDisposal(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.AddMessage(ctx, &m); err != nil {
			return err
		}
		m.File, m.Size, m.SHA256, m.Findings = "angebot_0501.zip", int64(len(content)), digest(content), findings
		if len(findings) > 0 {
			d.Code = "container_invalid"
		} else {
			object, err := p.store.Put(ctx, storage.TransferKey(p.office.ID, id, m.SHA256), strings.NewReader(content), m.Size)
			if err != nil {
				return err
			}
			m.Key, m.Checked, m.Sent, d.State = object.Key, time.Now(), time.Now(), efile.DisposalOffered
		}
		if err := tx.SaveMessage(ctx, m); err != nil {
			return err
		}
		return tx.SaveDisposal(ctx, d)
	})
	return m
}

func TestAnOfferIsBuiltFetchedAndAnswered(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	p.due(t, p.file.ID, efile.Keep)
	v := p.signIn(t, "archiv-1")
	path := p.start(t, v, p.file)
	id := disposalID(t, path)
	if n := p.jobs(t, "send", "0501"); n != 1 {
		t.Errorf("got %d jobs for the offer, want 1", n)
	}
	moving := v.get(path)
	says(t, "a disposal in motion", moving, `http-equiv="refresh"`, "Das Anbieteverzeichnis wird erstellt", "?since=open&amp;n=1")
	if strings.Contains(moving.body, `value="offer"`) {
		t.Error("an offer under way can be sent again")
	}
	if late := v.get(path + "?since=open&n=60"); strings.Contains(late.body, "http-equiv") {
		t.Error("the page refreshes for ever")
	}
	m := p.built(t, id, "a container")
	offered := v.get(path)
	says(t, "an offered disposal", offered, "Container herunterladen", m.SHA256, "Antwort des Archivs hochladen", "Alle Vorschläge übernehmen")
	container := v.get(path + "/messages/" + m.ID.Public(efile.PrefixMessage))
	if container.body != "a container" || !strings.Contains(container.header.Get("Content-Disposition"), "angebot_0501.zip") {
		t.Errorf("the container came as %q with %v", container.body, container.header)
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		_, err := tx.Quarantine(ctx, efile.Rendition{Kind: records.KindContainer, Key: m.Key, SHA256: m.SHA256}, records.DetailDiffers, time.Now())
		return err
	})
	if got := v.get(path + "/messages/" + m.ID.Public(efile.PrefixMessage)); got.status == http.StatusOK {
		t.Error("a container in quarantine was handed out")
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error { return tx.Release(ctx, m.Key, time.Now()) })
	noted := 0
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		return tx.Pgx().QueryRow(ctx, "select count(*) from events where type = 'eakte.audit.container_fetched.v1'").Scan(&noted)
	})
	if noted != 1 {
		t.Errorf("fetching is noted %d times, want once", noted)
	}
	if got := v.bring(path, "answer.zip", ""); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an empty answer: got %d, want 422", got.status)
	}
	if got := v.bring(path, "answer.zip", strings.Repeat("x", 64<<20+1)); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("an answer over the limit: got %d, want 413", got.status)
	}
	says(t, "an answer brought", v.bring(path, "answer.zip", "PK answer"), "Die Antwort des Archivs wird gelesen")
	if n := p.jobs(t, "take", digest("PK answer")); n != 1 {
		t.Errorf("got %d jobs for the answer, want 1", n)
	}
	for object, err := range p.store.List(t.Context(), storage.Prefix(storage.Transfers, p.office.ID)) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(object.Key, "/answer") && object.Size != int64(len("PK answer")) {
			t.Errorf("the answer has %d bytes in the store", object.Size)
		}
	}
}

// TestAMessageThatDidNotArriveIsHandedOverAgain: it was checked, so the state says that it left, but the archive has it not.
func TestAMessageThatDidNotArriveIsHandedOverAgain(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0", Transport: efile.Transport{Directory: "la"}})
	p.due(t, p.file.ID, efile.Keep)
	v := p.signIn(t, "archiv-1")
	path := p.start(t, v, p.file)
	id := disposalID(t, path)
	if got := v.post(path, path+"/step", url.Values{"step": {"again"}}); got.status != http.StatusConflict {
		t.Errorf("again what was never checked: got %d, want 409", got.status)
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		d, err := tx.LockDisposal(ctx, id)
		if err != nil {
			return err
		}
		m := efile.Message{Disposal: id, Type: efile.MessageOffer}
		if err := tx.AddMessage(ctx, &m); err != nil {
			return err
		}
		m.File, m.Size, m.SHA256, m.Checked = "angebot_0501.zip", 1, digest("x"), time.Now()
		d.State = efile.DisposalOffered
		if err := tx.SaveMessage(ctx, m); err != nil {
			return err
		}
		return tx.SaveDisposal(ctx, d)
	})
	says(t, "a message on its way", v.get(path), `http-equiv="refresh"`)
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		d, err := tx.LockDisposal(ctx, id)
		if err != nil {
			return err
		}
		d.Code = "transfer_taken"
		return tx.SaveDisposal(ctx, d)
	})
	says(t, "one that did not arrive", v.get(path), "Noch einmal übergeben")
	says(t, "handed over again", v.post(path, path+"/step", url.Values{"step": {"again"}}), `http-equiv="refresh"`)
}

// bring uploads an answer as the form does.
func (v *visitor) bring(path, name, content string) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("csrf", tokenField.FindStringSubmatch(v.get(path).body)[1])
	w, err := form.CreateFormFile("answer", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = io.WriteString(w, content)
	_ = form.Close()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.site.url+path+"/answers", &body)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	return v.do(req)
}

func TestFindingsOfTheCheckAreSentences(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	p.due(t, p.file.ID, efile.Keep)
	v := p.signIn(t, "archiv-1")
	path := p.start(t, v, p.file)
	m := p.built(t, disposalID(t, path), "bad", efile.CheckFinding{Code: "subject_empty", Record: p.file.ID}, efile.CheckFinding{Code: "hash_differs", Subject: "a.pdf"},
		efile.CheckFinding{Code: "a_validators_own"})
	got := v.get(path)
	says(t, "a message with findings", got, "fehlt der Betreff. (ABH-1999-000001)", "bei ihrem Eingang gespeichert wurde. a.pdf", "nicht dem Schema von xdomea", `value="offer"`)
	if strings.Contains(got.body, "http-equiv") || strings.Contains(got.body, "Container herunterladen") {
		t.Error("what must not leave seems to be on its way")
	}
	if got := v.get(path + "/messages/" + m.ID.Public(efile.PrefixMessage)); got.status != http.StatusNotFound {
		t.Errorf("a container that must not leave: got %d, want 404", got.status)
	}
	again := v.post(path, path+"/step", url.Values{"step": {"offer"}})
	says(t, "tried again", again, "Aussonderung")
	if cancelled := v.post(path, path+"/step", url.Values{"step": {"cancel"}}); !strings.Contains(cancelled.body, "Ihre Akten sind wieder fällig") {
		t.Error("it cannot be called off")
	}
}

// TestTwoSteps: what is agreed is entered, then delivered without an offer; a disposal of which nothing is kept goes on.
func TestTwoSteps(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0", TwoStep: true, Transport: efile.Transport{Directory: "la"}})
	other, _ := p.addFile(t, "ABH-1999-000002")
	p.due(t, p.file.ID, efile.Keep)
	p.due(t, other.ID, efile.Destroy)
	v := p.signIn(t, "archiv-1")
	path := p.start(t, v, p.file)
	says(t, "a two-step disposal", v.get(path), "zweistufig", "Alle Vorschläge übernehmen")
	if n := p.jobs(t, "send", "050"); n != 0 {
		t.Errorf("%d messages are under way before anything is decided", n)
	}
	says(t, "an appraised disposal", v.post(path, path+"/decisions", url.Values{"proposals": {"1"}}), "An das Archiv abgeben")
	says(t, "a delivery under way", v.post(path, path+"/step", url.Values{"step": {"deliver"}}), "Die Abgabe wird erstellt", `http-equiv="refresh"`)
	if n := p.jobs(t, "send", "0503"); n != 1 {
		t.Errorf("got %d jobs for the delivery, want 1", n)
	}
	all := v.post(p.home()+"archive", p.home()+"archive/disposals", url.Values{"archive": {p.archive.ID.Public(efile.PrefixArchive)}, "all": {"1"}})
	says(t, "all that are due", all, other.Reference)
	says(t, "nothing is kept", v.post(all.path, all.path+"/decisions", url.Values{"proposals": {"1"}}), "Nichts abzugeben, weiter")
	says(t, "on to destruction", v.post(all.path, all.path+"/step", url.Values{"step": {"nothing"}}), "Vernichtung von 1 Akte vorschlagen")
}

func TestAnswersRulesAndSample(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		for _, code := range []string{"answer_unexpected", "message_version"} {
			a := efile.Answer{Archive: p.archive.ID, Type: efile.MessageImport, State: efile.AnswerUnexpected, Code: code, Size: 1, SHA256: digest(code)}
			if _, err := tx.AddArchiveAnswer(ctx, &a); err != nil {
				return err
			}
		}
		return tx.SaveRetentionRules(ctx, []efile.RetentionRule{{Unit: "33.20", Title: "Aufenthaltstitel", Years: 10, EndOfYear: true, Basis: "§ 91 AufenthG", Proposal: efile.Destroy}})
	})
	v := p.signIn(t, "archiv-1")
	at := p.home() + "archive/answers"
	says(t, "the dashboard", v.get(p.home()+"archive"), "2 Antworten von Archiven passen zu keinem Vorgang")
	page := v.get(at)
	says(t, "the answers", page, "Auf diese Nachricht des Archivs wartet hier nichts", "xdomea-Version, die hier nicht gelesen wird", "Übernahme bestätigt (0506)")
	seen := at + "/" + strings.Split(strings.Split(page.body, `action="`+at+`/`)[1], `"`)[0]
	if got := v.post(at, seen, url.Values{}); strings.Count(got.body, "Unerwartet") != 1 {
		t.Errorf("got %d unexpected answers after one was seen, want 1", strings.Count(got.body, "Unerwartet"))
	}
	says(t, "all answers", v.get(at+"?all=1"), "Gesehen", "Unerwartet")
	says(t, "the rules", v.get(p.home()+"archive/rules"), "33.20", "10 Jahre, ab Jahresende", "§ 91 AufenthG", "vernichten")
	p.in(t, func(ctx context.Context, tx *records.Tx) error { // what is in work is out of the way
		return tx.Pgx().QueryRow(ctx, "with u as (update documents set status = 'rejected' where status in ('received', 'processing', 'review') returning 1) select count(*) from u").Scan(new(int))
	})
	p.due(t, p.kase.ID, efile.Keep)
	says(t, "the sample", v.get(p.home()+"archive/sample"), "Reisepass", p.documentPath("Reisepass-Foto.jpg"), "83 %", "1 × lesbar", "2 von 2", "Bitte ansehen")
}
