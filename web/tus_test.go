package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

var tusHeaders = []string{"Tus-Resumable", "1.0.0"}

func with(headers []string, more ...string) []string {
	return append(append([]string{}, headers...), more...)
}

func metadata(name string) string {
	return "filename " + base64.StdEncoding.EncodeToString([]byte(name)) + ",filetype " + base64.StdEncoding.EncodeToString([]byte("application/pdf"))
}

func (s *site) createUpload(c *caller, submission string, length int) string {
	s.t.Helper()
	a := c.do("POST", "/v1/submissions/"+submission+"/uploads", nil, with(tusHeaders, "Upload-Length", strconv.Itoa(length), "Upload-Metadata", metadata("pass.pdf"))...)
	a.want(s.t, http.StatusCreated)
	return a.Header.Get("Location")
}

func patch(c *caller, at string, offset int, body io.Reader, more ...string) answer {
	return c.do("PATCH", at, body, with(with(tusHeaders, "Content-Type", tusMedia, "Upload-Offset", strconv.Itoa(offset)), more...)...)
}

func TestTusTellsWhatItCan(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.as(s.home, "").do("OPTIONS", "/v1/uploads/x", nil).want(t, http.StatusNoContent)
	for header, want := range map[string]string{
		"Tus-Version": "1.0.0", "Tus-Resumable": "1.0.0", "Tus-Extension": "creation,creation-with-upload,termination,expiration",
		"Tus-Max-Size": strconv.Itoa(500 << 20),
	} {
		if got := a.Header.Get(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
}

func TestTusUploadInChunksGivesAReceipt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	content := noise(1, 100_000)
	at := s.createUpload(me, s.open(me), len(content))
	for offset := 0; offset < len(content); offset += 40_000 {
		end := min(offset+40_000, len(content))
		a := patch(me, at, offset, bytes.NewReader(content[offset:end])).want(t, http.StatusNoContent)
		if got := a.Header.Get("Upload-Offset"); got != strconv.Itoa(end) {
			t.Errorf("got offset %s, want %d", got, end)
		}
		head := me.do("HEAD", at, nil, tusHeaders...).want(t, http.StatusOK)
		if head.Header.Get("Upload-Offset") != strconv.Itoa(end) || head.Header.Get("Upload-Length") != strconv.Itoa(len(content)) || head.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("head after %d: got %v", end, head.Header)
		}
		last := end == len(content)
		if got := a.Header.Get("Eakte-Sha256"); last && got != digestOf(content) || !last && got != "" {
			t.Errorf("after %d of %d: got digest %q", end, len(content), got)
		}
		if _, err := http.ParseTime(a.Header.Get("Upload-Expires")); !last && err != nil {
			t.Errorf("Upload-Expires: %v", err)
		}
	}
	a := me.do("GET", at, nil).want(t, http.StatusOK)
	if a.get("receipt.sha256") != digestOf(content) || a.get("receipt.duplicate") != "false" {
		t.Errorf("got %s", a.body)
	}
	me.do("GET", "/v1/documents/"+a.get("receipt.document"), nil).want(t, http.StatusOK)
}

func TestTusRefusals(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) {
		c.Intake.Limits = efile.Limits{FileBytes: 1000, SubmissionFiles: 100, SubmissionBytes: 5000, CaseFilesPerDay: 100}
	})
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	create := "/v1/submissions/" + sub + "/uploads"
	at := s.createUpload(me, sub, 100)
	media := []string{"Content-Type", tusMedia}
	for _, step := range []struct {
		name         string
		method, path string
		headers      []string
		body         string
		status       int
		code         fault.Code
	}{
		{"another version", "PATCH", at, with(media, "Tus-Resumable", "0.2.2", "Upload-Offset", "0"), "x", 412, fault.PreconditionFailed},
		{"no version", "HEAD", at, nil, "", 412, ""},
		{"no length", "POST", create, tusHeaders, "", 411, fault.LengthRequired},
		{"deferred length", "POST", create, with(tusHeaders, "Upload-Defer-Length", "1"), "", 411, fault.LengthRequired},
		{"negative length", "POST", create, with(tusHeaders, "Upload-Length", "-5"), "", 411, fault.LengthRequired},
		{"empty file", "POST", create, with(tusHeaders, "Upload-Length", "0"), "", 422, fault.Empty},
		{"a byte over the limit", "POST", create, with(tusHeaders, "Upload-Length", "1001"), "", 413, fault.TooLarge},
		{"broken metadata", "POST", create, with(tusHeaders, "Upload-Length", "5", "Upload-Metadata", "filename !!!"), "", 422, fault.Validation},
		{"more than announced at creation", "POST", create, with(tusHeaders, "Upload-Length", "5", "Content-Type", tusMedia), "123456", 413, fault.TooLarge},
		{"another media type", "PATCH", at, with(tusHeaders, "Upload-Offset", "0", "Content-Type", "text/plain"), "x", 415, fault.UnsupportedMedia},
		{"no offset", "PATCH", at, with(tusHeaders, media...), "x", 422, fault.Validation},
		{"wrong offset", "PATCH", at, with(with(tusHeaders, media...), "Upload-Offset", "7"), "x", 409, fault.OffsetMismatch},
		{"more than is open", "PATCH", at, with(with(tusHeaders, media...), "Upload-Offset", "0"), strings.Repeat("x", 101), 413, fault.TooLarge},
		{"unknown upload", "HEAD", "/v1/uploads/" + efile.NewID().Public(efile.PrefixUpload), tusHeaders, "", 404, ""},
		{"no upload at all", "PATCH", "/v1/uploads/nonsense", with(with(tusHeaders, media...), "Upload-Offset", "0"), "x", 404, fault.NotFound},
		{"unknown submission", "POST", "/v1/submissions/" + efile.NewID().Public(efile.PrefixSubmission) + "/uploads", with(tusHeaders, "Upload-Length", "5"), "", 404, fault.NotFound},
	} {
		a := me.do(step.method, step.path, strings.NewReader(step.body), step.headers...)
		if a.StatusCode != step.status || (step.code != "" && a.get("code") != string(step.code)) {
			t.Errorf("%s: got %d %s, want %d %s", step.name, a.StatusCode, a.body, step.status, step.code)
		}
	}
	patch(me, at, 0, bytes.NewReader(noise(1, 100))).want(t, http.StatusNoContent) // the refusals did no harm
	me.do("DELETE", at, nil, tusHeaders...).want(t, http.StatusConflict, fault.Conflict)
	other := s.createUpload(me, sub, 100)
	// A body without a length is counted while it is read.
	patch(me, other, 0, struct{ io.Reader }{strings.NewReader(strings.Repeat("x", 101))}).want(t, http.StatusRequestEntityTooLarge, fault.TooLarge)
	me.do("HEAD", other, nil, tusHeaders...).want(t, http.StatusNotFound)
	third := s.createUpload(me, sub, 100)
	me.do("POST", third, nil, with(tusHeaders, "X-HTTP-Method-Override", "DELETE")...).want(t, http.StatusNoContent)
	me.do("HEAD", third, nil, tusHeaders...).want(t, http.StatusNotFound)
}

func TestTusCreationCanCarryTheFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	content := noise(3, 5000)
	create := func() answer {
		return me.do("POST", "/v1/submissions/"+sub+"/uploads", bytes.NewReader(content), with(tusHeaders, "Upload-Length", "5000", "Content-Type", tusMedia)...).want(t, http.StatusCreated)
	}
	first, second := create(), create()
	if first.Header.Get("Eakte-Sha256") != digestOf(content) || first.Header.Get("Eakte-Duplicate") != "false" {
		t.Errorf("got %v", first.Header)
	}
	if second.Header.Get("Eakte-Duplicate") != "true" || second.Header.Get("Eakte-Document") != first.Header.Get("Eakte-Document") {
		t.Errorf("the same again: got %v, want a duplicate of %s", second.Header, first.Header.Get("Eakte-Document"))
	}
}

func TestTusGoesOnAfterRandomCuts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	content := noise(7, 30<<20)
	at := s.createUpload(me, s.open(me), len(content))
	random := rand.New(rand.NewPCG(7, 7))
	sent := 0
	for round := 0; ; round++ {
		offset := uploadOffset(t, me, at)
		if offset == len(content) {
			break
		}
		if round > 40 {
			t.Fatalf("still at %d after %d rounds", offset, round)
		}
		n := min(len(content)-offset, 1+random.IntN(9<<20))
		sent += n
		cutPatch(t, s, me, at, offset, content[offset:offset+n], len(content)-offset)
		if round == 2 {
			s.start() // another process on the same database and store
		}
	}
	a := me.do("GET", at, nil).want(t, http.StatusOK)
	if a.get("receipt.sha256") != digestOf(content) {
		t.Errorf("got %s, want digest %s", a.body, digestOf(content))
	}
	t.Logf("sent %.2f times the file", float64(sent)/float64(len(content)))
}

// uploadOffset asks until nobody writes any more, as a client does that came back quickly.
func uploadOffset(t *testing.T, c *caller, at string) int {
	t.Helper()
	n, err := strconv.Atoi(c.do("HEAD", at, nil, tusHeaders...).want(t, http.StatusOK).Header.Get("Upload-Offset"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// cutPatch announces all of the rest, sends some of it and drops the connection. It returns when the server has noticed,
// which it shows by letting go of the upload.
func cutPatch(t *testing.T, s *site, c *caller, at string, offset int, some []byte, rest int) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(conn, "PATCH "+at+" HTTP/1.1\r\nHost: akte.example\r\nAuthorization: Bearer "+c.bearer+
		"\r\nTus-Resumable: 1.0.0\r\nContent-Type: "+tusMedia+"\r\nUpload-Offset: "+strconv.Itoa(offset)+"\r\nContent-Length: "+strconv.Itoa(rest)+"\r\n\r\n")
	if err == nil {
		_, err = conn.Write(some)
	}
	if len(some) == rest && err == nil { // nothing is missing: wait for the answer
		_, err = conn.Read(make([]byte, 1))
	}
	if err := errors.Join(err, conn.Close()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		a, err := c.try(ctx, "PATCH", at, bytes.NewReader(nil), with(tusHeaders, "Content-Type", tusMedia, "Upload-Offset", strconv.Itoa(uploadOffset(t, c, at)))...)
		if err != nil {
			t.Fatalf("the server does not let go: %v", err)
		}
		if a.StatusCode == http.StatusNoContent {
			return
		}
		if a.StatusCode != http.StatusLocked && a.StatusCode != http.StatusConflict {
			t.Fatalf("got %d %s", a.StatusCode, a.body)
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestTwoPatchesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.as(s.home, "applicant")
	at := s.createUpload(me, s.open(me), 100)
	// Each of the two may come first. The test is about the long one; while a short one has the upload, the long one is
	// the one refused, and begins again.
	for range 100 {
		if s.longBesideShort(t, me, at) {
			return
		}
	}
	t.Error("the long request was refused a hundred times")
}

// longBesideShort sends half of a file, sees that a second request is refused meanwhile, and sends the rest. It reports
// false if the long request was refused itself.
func (s *site) longBesideShort(t *testing.T, me *caller, at string) bool {
	t.Helper()
	r, w := io.Pipe()
	done := make(chan answer, 1)
	go func() {
		a, _ := me.try(t.Context(), "PATCH", at, r, with(tusHeaders, "Content-Type", tusMedia, "Upload-Offset", "0")...)
		_ = r.Close() // whoever still writes shall hear of it
		done <- a
	}()
	if _, err := w.Write(noise(1, 50)); err != nil {
		return false
	}
	for refused := false; !refused; { // until the server has begun to read the long one
		a := patch(me, at, 0, bytes.NewReader(nil))
		if refused = a.StatusCode == http.StatusLocked; refused && a.Header.Get("Retry-After") == "" {
			t.Error("423 without Retry-After")
		} else if !refused {
			a.want(t, http.StatusNoContent)
		}
		select {
		case first := <-done:
			if first.StatusCode != http.StatusLocked {
				t.Fatalf("the first: got %d %s", first.StatusCode, first.body)
			}
			return false
		default:
		}
	}
	if _, err := w.Write(noise(1, 50)); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	if a := <-done; a.StatusCode != http.StatusNoContent {
		t.Errorf("the first: got %d %s", a.StatusCode, a.body)
	}
	return true
}

func FuzzMetadata(f *testing.F) {
	f.Add("filename d29ybGQ=,is_confidential")
	f.Add(metadata("ä,b.pdf"))
	f.Fuzz(func(t *testing.T, header string) {
		meta, err := parseMetadata(header)
		if err == nil && len(meta) > len(header) {
			t.Errorf("got %d keys from %d bytes", len(meta), len(header))
		}
	})
}
