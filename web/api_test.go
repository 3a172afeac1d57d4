package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

func TestAFormTakesEveryFileOnItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) {
		c.Intake.Limits = efile.Limits{FileBytes: 1000, SubmissionFiles: 3, SubmissionBytes: 5000, CaseFilesPerDay: 100}
	})
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	at := "/v1/submissions/" + sub + "/documents"
	body, media := form(t, "a.pdf", "first", "big.pdf", strings.Repeat("x", 1001), "empty.pdf", "", "C:\\tmp\\b.pdf", "second", "again.pdf", "first", "c.pdf", strings.Repeat("y", 1000), "d.pdf", "one too many")
	a := me.do("POST", at, body, "Content-Type", media).want(t, http.StatusCreated)
	var got struct {
		Files []struct {
			FileName string       `json:"fileName"`
			Receipt  *receiptJSON `json:"receipt"`
			Problem  *problem     `json:"problem"`
		} `json:"files"`
	}
	if err := json.Unmarshal(a.body, &got); err != nil {
		t.Fatal(err)
	}
	var line []string
	for _, f := range got.Files {
		switch {
		case f.Problem != nil:
			line = append(line, f.FileName+" "+string(f.Problem.Code))
		case f.Receipt.Duplicate:
			line = append(line, f.FileName+" known")
		default:
			line = append(line, f.FileName+" new")
		}
	}
	want := "a.pdf new, big.pdf too_large, empty.pdf empty, b.pdf new, again.pdf known, c.pdf new, d.pdf too_many_files"
	if got := strings.Join(line, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := s.count("select count(*) from documents"); n != 3 {
		t.Errorf("got %d documents, want 3", n)
	}
	body, media = form(t, "big.pdf", strings.Repeat("x", 1001))
	me.do("POST", "/v1/submissions/"+s.open(me)+"/documents", body, "Content-Type", media).want(t, http.StatusRequestEntityTooLarge)
	me.do("POST", at, strings.NewReader("{}"), "Content-Type", "application/json").want(t, http.StatusUnsupportedMediaType, fault.UnsupportedMedia)
	body, media = form(t)
	me.do("POST", at, body, "Content-Type", media).want(t, http.StatusUnprocessableEntity)
}

// TestPhotosTogetherShareAReceipt sends two photos and a PDF behind the field that puts photos together.
func TestPhotosTogetherShareAReceipt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	at := "/v1/submissions/" + s.open(me) + "/documents"
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("together", "1"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1.jpg", "pass.pdf", "2.HEIC"} {
		part, err := m.CreateFormFile("files", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, "content of "+name)
	}
	_ = m.Close()
	a := me.do("POST", at, &b, "Content-Type", m.FormDataContentType()).want(t, http.StatusCreated)
	var got struct{ Files []fileResult }
	if err := json.Unmarshal(a.body, &got); err != nil || len(got.Files) != 3 {
		t.Fatalf("got %s, %v", a.body, err)
	}
	first, pdf, second := got.Files[0].Receipt, got.Files[1].Receipt, got.Files[2].Receipt
	if first == nil || pdf == nil || second == nil || *first != *second || first.Document == pdf.Document {
		t.Errorf("got %s, want one receipt for both photos and another for the PDF", a.body)
	}
	if n := s.count("select count(*) from documents"); n != 2 {
		t.Errorf("got %d documents, want 2", n)
	}
}

func TestSubmissionFromOpenToComplete(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	a := me.json("POST", "/v1/submissions", `{"language":"tr"}`).want(t, http.StatusCreated)
	if a.get("channel") != "portal" || a.get("case") != s.home.kase.ID.Public(efile.PrefixCase) || a.get("limits.fileBytes") == "null" {
		t.Errorf("got %s", a.body)
	}
	at := a.Header.Get("Location")
	s.hand(me, a.get("id"), []byte("content"))
	first := me.do("GET", at, nil, "Accept-Language", "tr").want(t, http.StatusOK)
	if first.get("documents.status") != "received" || first.get("settled") != "false" {
		t.Errorf("got %s", first.body)
	}
	me.do("GET", at, nil, "Accept-Language", "tr", "If-None-Match", first.Header.Get("ETag")).want(t, http.StatusNotModified)
	if german := me.do("GET", at, nil, "Accept-Language", "de"); german.get("documents.statusText") == first.get("documents.statusText") {
		t.Errorf("German and Turkish are the same: %q", german.get("documents.statusText"))
	}
	me.json("POST", at+"/complete", "").want(t, http.StatusOK)
	changed := me.do("GET", at, nil, "Accept-Language", "tr", "If-None-Match", first.Header.Get("ETag")).want(t, http.StatusOK)
	if changed.get("status") != "complete" {
		t.Errorf("got %s", changed.body)
	}
	body, media := form(t, "late.pdf", "late")
	if a := me.do("POST", at+"/documents", body, "Content-Type", media).want(t, http.StatusConflict); a.get("files.problem.code") != string(fault.SubmissionClosed) {
		t.Errorf("got %s", a.body)
	}
}

func TestAServiceNamesTheCaseItSubmitsTo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cases, submit := s.as(s.home, "service-cases"), s.as(s.home, "service-submit")
	procedure := s.home.matter.Procedure
	cases.json("PUT", "/v1/cases/by-ref/advis/ABH-1", `{"procedure":"`+procedure+`"}`).want(t, http.StatusCreated)
	submit.json("POST", "/v1/submissions", `{"externalSystem":"advis","externalRef":"ABH-1"}`).want(t, http.StatusCreated)
	submit.json("POST", "/v1/submissions", `{"externalSystem":"advis","externalRef":"ABH-2"}`).want(t, http.StatusNotFound, fault.NotFound)
	submit.json("POST", "/v1/submissions", `{}`).want(t, http.StatusUnprocessableEntity, fault.Validation)
	submit.json("POST", "/v1/submissions", `{"case":"`+s.home.kase.ID.Public(efile.PrefixCase)+`","channel":"fax"}`).want(t, http.StatusUnprocessableEntity)
	a := submit.json("POST", "/v1/submissions", `{"case":"`+s.home.kase.ID.Public(efile.PrefixCase)+`","channel":"scan","language":"ar"}`).want(t, http.StatusCreated)
	s.hand(submit, a.get("id"), []byte("scanned"))
	submit.do("GET", "/v1/submissions/"+a.get("id"), nil).want(t, http.StatusOK)
}

func TestAStreamTellsWhatHappens(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.Times.Poll = time.Hour }) // so that only events wake it
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	doc := s.hand(me, sub, []byte("content"))
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+"/v1/submissions/"+sub+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+me.bearer)
	response, err := me.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	next := func(prefix string) string {
		for lines.Scan() {
			if text, found := strings.CutPrefix(lines.Text(), prefix); found {
				return text
			}
		}
		t.Fatalf("stream ended: %v", lines.Err())
		return ""
	}
	if first := next("data: "); !strings.Contains(first, `"status":"received"`) {
		t.Errorf("first: got %s", first)
	}
	s.processed(s.home, doc)
	if second := next("data: "); !strings.Contains(second, `"status":"review"`) {
		t.Errorf("after processing: got %s", second)
	}
	me.json("POST", "/v1/submissions/"+sub+"/complete", "").want(t, http.StatusOK)
	if third := next("data: "); !strings.Contains(third, `"status":"complete"`) {
		t.Errorf("after completing: got %s", third)
	}
	if last := next("event: "); last != "end" {
		t.Errorf("got event %q, want end", last)
	}
}

func TestDocumentAndItsContent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me, reader := s.as(s.home, "applicant"), s.as(s.home, "service-documents")
	content := noise(5, 200_000)
	doc := s.hand(me, s.open(me), content)
	at := "/v1/documents/" + doc
	reader.do("GET", at+"/content?rendition=original", nil).want(t, http.StatusForbidden) // not inspected yet
	reader.do("GET", at+"/content", nil).want(t, http.StatusNotFound)                     // no archival rendition yet
	s.processed(s.home, doc)
	a := reader.do("GET", at, nil).want(t, http.StatusOK)
	if a.get("fields.name") != "surname" || a.get("segments.type") != "passport" || a.get("code") != "unsure_type" || a.get("todo") == "" {
		t.Errorf("got %s", a.body)
	}
	reader.do("GET", at, nil, "If-None-Match", a.Header.Get("ETag")).want(t, http.StatusNotModified)

	got := reader.do("GET", at+"/content?rendition=original", nil).want(t, http.StatusOK)
	if !bytes.Equal(got.body, content) {
		t.Errorf("got %d bytes, want the %d of the original", len(got.body), len(content))
	}
	for header, want := range map[string]string{
		"Content-Disposition": `attachment; filename="pass.pdf"; filename*=UTF-8''pass.pdf`, "X-Content-Type-Options": "nosniff",
		"Cache-Control": "no-store", "Accept-Ranges": "bytes",
	} {
		if got.Header.Get(header) != want {
			t.Errorf("%s: got %q, want %q", header, got.Header.Get(header), want)
		}
	}
	if !strings.HasPrefix(got.Header.Get("Repr-Digest"), "sha-256=:") || !strings.HasPrefix(got.Header.Get("Digest"), "SHA-256=") {
		t.Errorf("digests: got %q, %q", got.Header.Get("Repr-Digest"), got.Header.Get("Digest"))
	}
	for spec, want := range map[string][]byte{"bytes=10-19": content[10:20], "bytes=-5": content[len(content)-5:], "bytes=199990-": content[199_990:]} {
		part := reader.do("GET", at+"/content?rendition=original", nil, "Range", spec).want(t, http.StatusPartialContent)
		if !bytes.Equal(part.body, want) {
			t.Errorf("%s: got %d bytes (%s), want %d", spec, len(part.body), part.Header.Get("Content-Range"), len(want))
		}
	}
	reader.do("GET", at+"/content?rendition=original", nil, "Range", "bytes=200000-").want(t, http.StatusRequestedRangeNotSatisfiable)
	reader.do("GET", at+"/content?rendition=original", nil, "If-None-Match", got.Header.Get("ETag")).want(t, http.StatusNotModified)
	if text := reader.do("GET", at+"/content?rendition=text", nil).want(t, http.StatusOK); string(text.body) != "REISEPASS" {
		t.Errorf("text: got %q", text.body)
	}
	if archive := reader.do("GET", at+"/content", nil).want(t, http.StatusOK); !strings.HasPrefix(string(archive.body), "%PDF") {
		t.Errorf("archive: got %q", archive.body)
	}
	image := reader.do("GET", at+"/pages/1/image", nil).want(t, http.StatusOK)
	if image.Header.Get("Content-Type") != "image/jpeg" || image.Header.Get("Content-Disposition") != "" {
		t.Errorf("page image: got %v", image.Header)
	}
	reader.do("GET", at+"/pages/2/image", nil).want(t, http.StatusNotFound)
	reader.do("GET", at+"/content?rendition=words", nil).want(t, http.StatusUnprocessableEntity)
	if n := s.count("select count(*) from content_reads"); n < 7 {
		t.Errorf("got %d entries in the access log, want one per reading", n)
	}
}

func TestATamperedObjectIsNeverSentWhole(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"small": 500, "large": 300_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			me := s.as(s.home, "applicant")
			content := noise(6, size)
			doc := s.hand(me, s.open(me), content)
			s.processed(s.home, doc)
			var original efile.Rendition
			id, _ := efile.ParsePublic(efile.PrefixDocument, doc)
			err := s.records.View(t.Context(), efile.SystemIn(s.home.office.ID), func(tx *records.Tx) error {
				var err error
				original, err = tx.Rendition(t.Context(), id, efile.Original, 0)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			content[size-1] ^= 1
			if _, err := s.store.Put(t.Context(), original.Key, bytes.NewReader(content), int64(size)); err != nil {
				t.Fatal(err)
			}
			a, err := me.try(t.Context(), "GET", "/v1/documents/"+doc+"/content?rendition=original", nil)
			if err == nil && a.StatusCode == http.StatusOK {
				t.Errorf("got %d bytes as if they were right", len(a.body))
			}
			if n := s.count("select count(*) from findings where kind = 'digest_mismatch'"); n != 1 {
				t.Errorf("got %d findings, want 1", n)
			}
		})
	}
}

func TestDownloadNamesSurviveEverything(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"pass.pdf":             `attachment; filename="pass.pdf"; filename*=UTF-8''pass.pdf`,
		"Führungszeugnis.pdf":  `attachment; filename="F_hrungszeugnis.pdf"; filename*=UTF-8''F%C3%BChrungszeugnis.pdf`,
		"a\"b;c\r\nSet: x.pdf": `attachment; filename="a_b_c Set: x.pdf"; filename*=UTF-8''a%22b%3Bc%20Set%3A%20x.pdf`,
		"../../etc/passwd":     `attachment; filename="passwd"; filename*=UTF-8''passwd`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}

func TestACaseworkersWordFilesADocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me, clerk := s.as(s.home, "applicant"), s.signedIn(s.home, efile.Caseworker)
	doc := s.hand(me, s.open(me), []byte("content"))
	at := "/v1/documents/" + doc + "/classification"
	clerk.json("PUT", at, `{"documentType":"passport"}`).want(t, http.StatusConflict, fault.Conflict) // on its way
	s.processed(s.home, doc)
	clerk.json("PUT", at, `{"documentType":"no_such_type"}`).want(t, http.StatusUnprocessableEntity, fault.UnknownDocumentType)
	if a := clerk.json("PUT", at, `{"documentType":"passport"}`).want(t, http.StatusOK); a.get("status") != "filed" || a.get("type") != "passport" {
		t.Errorf("got %s", a.body)
	}
	a := clerk.do("GET", "/v1/documents/"+doc, nil).want(t, http.StatusOK)
	if a.get("typeBy") != "caseworker" || a.get("code") != "" && a.get("code") != "null" {
		t.Errorf("got %s", a.body)
	}
	if n := s.count("select count(*) from events where type in ('eakte.document.classified.v1', 'eakte.document.attached.v1') and actor_kind = 'staff'"); n != 2 {
		t.Errorf("got %d events, want classified and attached", n)
	}
	me.json("POST", "/v1/documents/"+doc+"/withdraw", "").want(t, http.StatusConflict) // filed: not the applicant's any more
	clerk.json("POST", "/v1/documents/"+doc+"/withdraw", "").want(t, http.StatusOK)
}

func TestAWithdrawnDocumentMayComeAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	first := s.hand(me, sub, []byte("content"))
	me.json("POST", "/v1/documents/"+first+"/withdraw", "").want(t, http.StatusOK)
	if second := s.hand(me, sub, []byte("content")); second == first {
		t.Errorf("got the withdrawn document %s again", first)
	}
}

func TestOrdersOfACaseSystem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	system := s.as(s.home, "service-cases")
	procedure := s.home.matter.Procedure
	order := `{"procedure":"` + procedure + `","language":"uk","facts":{"first_issue":true,"has_dependants":false}}`
	at := "/v1/cases/by-ref/advis/ABH-2026-004711"
	system.do("PUT", at, strings.NewReader(order)).want(t, http.StatusUnprocessableEntity, fault.Validation) // no key
	created := system.json("PUT", at, order, "Idempotency-Key", "k1").want(t, http.StatusCreated)
	again := system.json("PUT", at, order, "Idempotency-Key", "k1").want(t, http.StatusCreated)
	if !bytes.Equal(created.body, again.body) {
		t.Errorf("the same order again: got %s, want %s", again.body, created.body)
	}
	system.json("PUT", at, `{"procedure":"`+procedure+`"}`, "Idempotency-Key", "k1").want(t, http.StatusUnprocessableEntity, fault.IdempotencyConflict)
	changed := system.json("PUT", at, `{"procedure":"`+procedure+`","facts":{"first_issue":null}}`).want(t, http.StatusOK)
	if changed.get("id") != created.get("id") || strings.Contains(string(changed.body), "first_issue") {
		t.Errorf("got %s", changed.body)
	}
	system.json("PUT", at, `{"procedure":"unheard_of"}`).want(t, http.StatusUnprocessableEntity, fault.UnknownProcedure)
	if a := system.json("PUT", at, `{"procedure":"`+procedure+`","facts":{"x":"y"}}`).want(t, http.StatusUnprocessableEntity); a.get("errors.pointer") != "/facts" {
		t.Errorf("got %s", a.body)
	}
	system.do("GET", at, nil).want(t, http.StatusOK)
	system.do("GET", "/v1/cases/"+created.get("id"), nil).want(t, http.StatusOK)
	list := system.do("GET", "/v1/cases?limit=1", nil).want(t, http.StatusOK)
	if list.get("cases.id") != created.get("id") || list.get("next") == "" {
		t.Errorf("got %s", list.body)
	}
	if a := system.do("GET", "/v1/cases?changedSince="+time.Now().Add(time.Hour).UTC().Format(time.RFC3339), nil).want(t, http.StatusOK); a.get("cases") != "[]" {
		t.Errorf("changed in the future: got %s", a.body)
	}

	asker := s.as(s.home, "service-requests")
	requests := "/v1/cases/" + created.get("id") + "/document-requests"
	asked := asker.json("POST", requests, `{"items":[{"documentType":"payslip","reason":"newer_needed"},{"documentType":"health_insurance"}],"due":"2030-12-11","notify":"auto"}`).want(t, http.StatusCreated)
	asker.json("POST", requests, `{"items":[]}`).want(t, http.StatusUnprocessableEntity, fault.Validation)
	asker.json("POST", requests, `{"items":[{"documentType":"nonsense_type"}]}`).want(t, http.StatusUnprocessableEntity, fault.UnknownDocumentType)
	for range 2 {
		asker.json("DELETE", requests+"/"+asked.get("id"), "").want(t, http.StatusNoContent)
	}
	if n := s.count("select count(*) from events where type like 'eakte.request.%'"); n != 2 {
		t.Errorf("got %d events about requests, want created and cancelled", n)
	}
}

func TestTheFeedTellsEverythingOnceAndInOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me, system := s.as(s.home, "applicant"), s.as(s.home, "service-events")
	read := func(after, more string) answer {
		return system.do("GET", "/v1/events?limit=2&after="+after+more, nil).want(t, http.StatusOK)
	}
	empty := read("", "")
	if empty.get("events") != "[]" || empty.get("caughtUp") != "true" {
		t.Errorf("empty log: got %s", empty.body)
	}
	sub := s.open(me)
	for i := range 5 {
		s.hand(me, sub, fmt.Appendf(nil, "content %d", i))
	}
	var sequences []string
	cursor := empty.get("next")
	for {
		a := read(cursor, "")
		var page struct {
			Events []struct {
				Sequence string `json:"sequence"`
				Type     string `json:"type"`
				Source   string `json:"source"`
			} `json:"events"`
			Next     string `json:"next"`
			CaughtUp bool   `json:"caughtUp"`
		}
		if err := json.Unmarshal(a.body, &page); err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			if len(sequences) > 0 && e.Sequence <= sequences[len(sequences)-1] {
				t.Errorf("got %s after %s", e.Sequence, sequences[len(sequences)-1])
			}
			sequences = append(sequences, e.Sequence)
			if e.Type != "eakte.document.received.v1" || e.Source != "urn:eakte:test:"+s.home.office.Key {
				t.Errorf("got event %+v", e)
			}
		}
		cursor = page.Next
		if page.CaughtUp {
			break
		}
	}
	if len(sequences) != 5 {
		t.Errorf("got %d events, want 5", len(sequences))
	}
	if a := read("", "&type=eakte.case.opened.v1"); a.get("events") != "[]" || a.get("next") != cursor {
		t.Errorf("filtered: got %s, want a cursor at the end, %s", a.body, cursor)
	}

	woken := make(chan answer, 1)
	go func() {
		a, _ := system.try(t.Context(), "GET", "/v1/events?wait=20&after="+cursor, nil)
		woken <- a
	}()
	s.hand(me, sub, []byte("while someone waits"))
	if a := <-woken; a.get("events.type") != "eakte.document.received.v1" {
		t.Errorf("long poll: got %s", a.body)
	}
	start := time.Now()
	if a := system.do("GET", "/v1/events?wait=1&after="+read(cursor, "").get("next"), nil).want(t, http.StatusOK); a.get("events") != "[]" || time.Since(start) < time.Second {
		t.Errorf("waiting for nothing: got %s after %s", a.body, time.Since(start))
	}
	for _, bad := range []string{"nonsense", "ZTEuLTE", cursor + "x"} {
		system.do("GET", "/v1/events?after="+bad, nil).want(t, http.StatusUnprocessableEntity, fault.Validation)
	}
	system.do("GET", "/v1/events?limit=501", nil).want(t, http.StatusUnprocessableEntity)
	system.json("PUT", "/v1/consumers/advis/checkpoint", `{"cursor":"`+cursor+`"}`).want(t, http.StatusNoContent)
	if a := s.as(s.abroad, "service-events").do("GET", "/v1/events", nil).want(t, http.StatusOK); a.get("events") != "[]" {
		t.Errorf("another office: got %s", a.body)
	}
}

func TestTheFeedForgets(t *testing.T) {
	t.Parallel()
	var ahead time.Duration
	s := newSite(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(ahead) } })
	me, system := s.as(s.home, "applicant"), s.as(s.home, "service-events")
	start := system.do("GET", "/v1/events", nil).get("next")
	s.hand(me, s.open(me), []byte("old"))
	end := system.do("GET", "/v1/events", nil).get("next")
	ahead = 91 * 24 * time.Hour
	a := system.do("GET", "/v1/events?after="+start, nil).want(t, http.StatusGone, fault.CursorExpired)
	if a.get("type") != "urn:eakte:problem:cursor-expired" {
		t.Errorf("got type %s", a.get("type"))
	}
	if a := system.do("GET", "/v1/events?after="+end, nil).want(t, http.StatusOK); a.get("events") != "[]" {
		t.Errorf("from the end: got %s", a.body)
	}
	if a := system.do("GET", "/v1/events", nil).want(t, http.StatusOK); a.get("events") != "[]" || a.get("next") != end {
		t.Errorf("from the oldest kept: got %s, want nothing and cursor %s", a.body, end)
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.signedIn(s.home, efile.Admin)
	admin.json("POST", "/v1/endpoints", `{"url":"https://10.0.0.1/hook"}`).want(t, http.StatusUnprocessableEntity, fault.Validation)
	admin.json("POST", "/v1/endpoints", `{"url":"not an address"}`).want(t, http.StatusUnprocessableEntity, fault.Validation)
	made := admin.json("POST", "/v1/endpoints", `{"url":"http://127.0.0.1:1/hook","algorithm":"v1","types":["eakte.document.received.v1"]}`).want(t, http.StatusCreated)
	at := made.Header.Get("Location")
	if !strings.HasPrefix(made.get("secret"), "whsec_") {
		t.Errorf("got %s", made.body)
	}
	if list := admin.do("GET", "/v1/endpoints", nil).want(t, http.StatusOK); list.get("endpoints.id") != made.get("id") || strings.Contains(string(list.body), "whsec_") {
		t.Errorf("got %s", list.body)
	}
	if rotated := admin.json("POST", at+"/rotate", "").want(t, http.StatusOK); rotated.get("secret") == made.get("secret") || rotated.get("rotated") == "" {
		t.Errorf("got %s", rotated.body)
	}
	admin.json("POST", at+"/test", "").want(t, http.StatusAccepted)
	if n := s.count("select count(*) from river_job where kind = 'ring'"); n != 1 {
		t.Errorf("after the test: got %d rings, want 1", n)
	}
	me := s.as(s.home, "applicant")
	s.hand(me, s.open(me), []byte("content"))
	span := fmt.Sprintf(`{"from":%q,"to":%q}`, time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	admin.json("POST", at+"/replay", span).want(t, http.StatusAccepted)
	if n := s.count("select count(*) from river_job where kind = 'ring'"); n != 2 {
		t.Errorf("after the replay: got %d rings, want one more, for the one type asked for", n)
	}
	admin.json("POST", at+"/replay", `{}`).want(t, http.StatusUnprocessableEntity)
	admin.json("POST", at+"/replay", `{"event":"`+efile.NewID().Public(efile.PrefixEvent)+`"}`).want(t, http.StatusNotFound)
	admin.do("GET", at+"/deliveries", nil).want(t, http.StatusOK)
}

func TestNeighboursThatAreAwayAreNotOurFault(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	away, err := storage.Open(t.Context(), storage.Config{Endpoint: "127.0.0.1:1", Bucket: "nowhere", AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	s.cfg.Intake = &intake.Service{Records: s.records, Store: away, Queue: s.cfg.Queue, Spool: t.TempDir(), Log: testenv.Log(t)}
	s.start()
	content := noise(1, 1000)
	at := s.createUpload(me, sub, len(content))
	a := patch(me, at, 0, bytes.NewReader(content)).want(t, http.StatusServiceUnavailable, fault.StorageUnavailable)
	if a.Header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	body, media := form(t, "a.pdf", "content")
	if a := me.do("POST", "/v1/submissions/"+sub+"/documents", body, "Content-Type", media); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("form: got %d %s", a.StatusCode, a.body)
	}
	if n := s.count("select count(*) from documents"); n != 0 {
		t.Errorf("got %d documents, want none", n)
	}
	s.cfg.Intake = &intake.Service{Records: s.records, Store: s.store, Queue: s.cfg.Queue, Spool: t.TempDir(), Log: testenv.Log(t)}
	s.start()
	patch(me, at, uploadOffset(t, me, at), bytes.NewReader(content)).want(t, http.StatusNoContent)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.as(s.home, "").do("GET", "/healthz", nil).want(t, http.StatusOK)
	s.as(s.home, "").do("GET", "/readyz", nil).want(t, http.StatusOK)
	s.as(s.home, "").do("GET", "/v1/openapi.json", nil).want(t, http.StatusOK)
}

func FuzzCursor(f *testing.F) {
	f.Add(cursorText(17))
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parseCursor(text)
		if err == nil && (n < 0 || cursorText(n) != text) {
			t.Errorf("%q is read as %d", text, n)
		}
	})
}

func FuzzRange(f *testing.F) {
	f.Add("bytes=0-1")
	f.Fuzz(func(t *testing.T, spec string) {
		r := &Request{Request: &http.Request{Header: http.Header{"Range": {spec}}}}
		first, length, partial := rangeOf(r, storage.Object{Size: 100}, "")
		if partial && (first < 0 || length < 0 || length > 0 && first+length > 100) {
			t.Errorf("%q is %d+%d of 100", spec, first, length)
		}
	})
}
