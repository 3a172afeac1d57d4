package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// site is a running server with two offices, behind a real listener.
type site struct {
	t       testing.TB
	url     string
	server  *Server
	records *records.Store
	store   *storage.Store
	cfg     Config
	home    *place // the office most tests are about
	abroad  *place // another one
	check   *contract
}

// place is an office with two cases and everybody who may come.
type place struct {
	office  efile.Office
	kase    efile.Case
	other   efile.Case // a neighbour's
	matter  efile.Matter
	bearers map[string]string // by caller's name
	logins  map[string]string // role to login; the password is always password
}

const password = "correct horse battery staple"

// callers are who the matrix asks with: name to scopes of a service, or a role, or the applicant of a case.
var services = map[string][]efile.Scope{
	"service-events": {efile.ScopeEventsRead}, "service-documents": {efile.ScopeDocumentsRead}, "service-cases": {efile.ScopeCasesWrite},
	"service-requests": {efile.ScopeRequestsWrite}, "service-submit": {efile.ScopeSubmit}, "service-admin": {efile.ScopeAdmin},
}

var roles = []efile.Role{efile.Caseworker, efile.Archivist, efile.Admin, efile.Security}

func newSite(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	rec := testenv.Database(t)
	queue, err := river.NewClient(riverpgxv5.New(rec.Pool()), &river.Config{LeaderElectionDisabled: true})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locale.New()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := notify.NewSigner(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	store := testenv.Store(t)
	s := &site{t: t, records: rec, store: store, check: newContract(t), cfg: Config{
		Records: rec, Store: store, Queue: queue, Texts: texts, Catalogue: catalogue.Default(), Signer: signer,
		Intake:       &intake.Service{Records: rec, Store: store, Queue: queue, Spool: t.TempDir(), PartSize: storage.MinPart, Log: testenv.Log(t)},
		Installation: "test", PublicURL: "http://akte.example", Secret: make([]byte, 32), Log: testenv.Log(t),
		CheckDestination: notify.CheckDestination([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}),
		Rates:            Rates{Reading: many, Writing: many, Uploading: many, Status: many, SignIn: many, Account: many, Guessing: many, AddressFactor: 1},
		Times:            Times{Poll: 50 * time.Millisecond},
	}}
	for _, c := range change {
		c(&s.cfg)
	}
	s.start()
	s.home, s.abroad = s.place(), s.place()
	return s
}

var many = Rate{PerSecond: 1e6, Burst: 1e6}

// start runs a server on the site's database and store: the first one, or one after it.
func (s *site) start() {
	s.t.Helper()
	server, err := New(s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	listener := httptest.NewUnstartedServer(nil)
	listener.Config = server.HTTP()
	listener.Start()
	s.t.Cleanup(func() { server.Close(); listener.CloseClientConnections(); listener.Close() })
	s.server, s.url = server, listener.URL
}

// place sets an office up as its operator would.
func (s *site) place() *place {
	s.t.Helper()
	ctx := s.t.Context()
	p := &place{office: testenv.Office(s.t, s.records), bearers: map[string]string{}, logins: map[string]string{}}
	p.kase, p.other = testenv.Case(s.t, s.records, p.office), testenv.Case(s.t, s.records, p.office)
	p.matter = efile.Matter{ID: efile.NewID(), CaseID: p.kase.ID, Procedure: catalogue.Default().Procedures()[0].Key, Opened: time.Now()}
	hash := HashPassword(password)
	err := s.records.In(ctx, efile.SystemIn(p.office.ID), func(tx *records.Tx) error {
		if err := tx.AddMatter(ctx, p.matter); err != nil {
			return err
		}
		for name, kase := range map[string]efile.Case{"applicant": p.kase, "neighbour": p.other} {
			code, hash := NewAccessCode()
			p.bearers[name] = p.office.Key + "." + code
			if err := tx.AddAccessCode(ctx, efile.AccessCode{ID: efile.NewID(), CaseID: kase.ID, Hash: hash, Expires: time.Now().Add(time.Hour), Created: time.Now()}); err != nil {
				return err
			}
		}
		for name, scopes := range services {
			secret, hash := NewServiceToken()
			p.bearers[name] = p.office.Key + "." + secret
			if err := tx.AddServiceToken(ctx, efile.ServiceToken{ID: efile.NewID(), Name: name, Hash: hash, Scopes: scopes, Created: time.Now()}); err != nil {
				return err
			}
		}
		for _, role := range roles {
			p.logins[string(role)] = string(role) + "@example"
			user := efile.User{ID: efile.NewID(), Login: string(role) + "@example", Roles: []efile.Role{role}, PasswordHash: hash, Created: time.Now()}
			if err := tx.AddUser(ctx, user); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatalf("set up office: %v", err)
	}
	return p
}

// caller is a client with one identity.
type caller struct {
	s      *site
	bearer string
	client *http.Client
	csrf   string
}

// as is whoever holds a bearer secret of the place; the empty name is nobody.
func (s *site) as(p *place, name string) *caller {
	c := &caller{s: s, client: &http.Client{CheckRedirect: stay}}
	if name != "" {
		c.bearer = p.bearers[name]
		if c.bearer == "" {
			s.t.Fatalf("no caller %q", name)
		}
	}
	return c
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// signedIn is a browser with a session of a role, made through the same function as the sign-in page's.
func (s *site) signedIn(p *place, role efile.Role) *caller {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &caller{s: s, client: &http.Client{CheckRedirect: stay, Jar: jar}}
	w := httptest.NewRecorder()
	r := &Request{Request: httptest.NewRequestWithContext(s.t.Context(), "POST", "/", nil), server: s.server, w: w}
	if role == "applicant" {
		err = s.server.signInCode(r, p.office.Key, strings.TrimPrefix(p.bearers["applicant"], p.office.Key+"."))
	} else {
		err = s.server.signInPassword(r, p.office.Key, p.logins[string(role)], password)
	}
	if err != nil {
		s.t.Fatalf("sign in as %s: %v", role, err)
	}
	at, err := http.NewRequestWithContext(s.t.Context(), "GET", s.url, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	jar.SetCookies(at.URL, w.Result().Cookies())
	c.csrf = r.Session.CSRF
	return c
}

// answer is what came back, read to the end.
type answer struct {
	*http.Response
	body []byte
}

// do sends a request and checks a JSON answer against the contract. headers are pairs; "-" as a value sends none.
func (c *caller) do(method, path string, body io.Reader, headers ...string) answer {
	c.s.t.Helper()
	a, err := c.try(c.s.t.Context(), method, path, body, headers...)
	if err != nil {
		c.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	c.s.check.answer(c.s.t, method, path, a)
	return a
}

func (c *caller) try(ctx context.Context, method, path string, body io.Reader, headers ...string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.s.url+path, body)
	if err != nil {
		return answer{}, err
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	if c.csrf != "" {
		r.Header.Set(formHeader, c.csrf)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "-" {
			r.Header.Del(headers[i])
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := c.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	return answer{response, b}, err
}

// json sends a JSON body.
func (c *caller) json(method, path, body string, headers ...string) answer {
	c.s.t.Helper()
	return c.do(method, path, strings.NewReader(body), append([]string{"Content-Type", "application/json", "Idempotency-Key", efile.NewID().String()}, headers...)...)
}

// want stops the test unless the answer has this status; a problem must also have this code, if one is named.
func (a answer) want(t testing.TB, status int, codes ...fault.Code) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: got status %d (%s), want %d", a.Request.Method, a.Request.URL.Path, a.StatusCode, bytes.TrimSpace(a.body), status)
	}
	for _, code := range codes {
		if got := a.get("code"); got != string(code) {
			t.Errorf("%s %s: got code %q, want %q", a.Request.Method, a.Request.URL.Path, got, code)
		}
	}
	return a
}

// get reads a member of a JSON answer as text; nested ones with dots.
func (a answer) get(path string) string {
	var v any
	if json.Unmarshal(a.body, &v) != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			if len(at) == 0 {
				return ""
			}
			v = at[0].(map[string]any)[name]
		}
	}
	if text, ok := v.(string); ok {
		return text
	}
	b, _ := json.Marshal(v) // it was JSON before
	return string(b)
}

// open begins a submission as an applicant.
func (s *site) open(c *caller) string {
	s.t.Helper()
	return c.json("POST", "/v1/submissions", `{}`).want(s.t, http.StatusCreated).get("id")
}

// form is a multipart body of files, name and content in turn.
func form(t testing.TB, files ...string) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		part, err := m.CreateFormFile("files", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, m.FormDataContentType()
}

// hand uploads one file by form and returns the document's public id.
func (s *site) hand(c *caller, submission string, content []byte) string {
	s.t.Helper()
	body, media := form(s.t, "pass.pdf", string(content))
	return c.do("POST", "/v1/submissions/"+submission+"/documents", body, "Content-Type", media).want(s.t, http.StatusCreated).get("files.receipt.document")
}

// processed plays the stations: the document has pages, renditions and fields, and waits for its type.
func (s *site) processed(p *place, public string) {
	s.t.Helper()
	ctx := s.t.Context()
	id, err := efile.ParsePublic(efile.PrefixDocument, public)
	if err != nil {
		s.t.Fatal(err)
	}
	archival := []byte("%PDF-1.7 archival")
	image := []byte("\xff\xd8\xff jpeg")
	var renditions []efile.Rendition
	for kind, content := range map[efile.RenditionKind][]byte{efile.Archival: archival, efile.PageImage: image} {
		sum := sha256.Sum256(content)
		digest := hex.EncodeToString(sum[:])
		key := storage.RenditionKey(p.office.ID, id, digest)
		if _, err := s.store.Put(ctx, key, bytes.NewReader(content), int64(len(content))); err != nil {
			s.t.Fatal(err)
		}
		r := efile.Rendition{DocumentID: id, CaseID: p.kase.ID, Kind: kind, MediaType: "application/pdf", Format: "PDF/A-2u", Key: key, Size: int64(len(content)), SHA256: digest}
		if kind == efile.PageImage {
			r.Page, r.MediaType, r.Format = 1, "image/jpeg", ""
		}
		renditions = append(renditions, r)
	}
	err = s.records.In(ctx, efile.SystemIn(p.office.ID), func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, id)
		if err != nil {
			return err
		}
		d.Status, d.Station, d.Code, d.Pages, d.MediaType = efile.Review, efile.File, string(fault.UnsureType), 1, "application/pdf"
		for _, r := range renditions {
			if err := tx.AddRendition(ctx, r); err != nil {
				return err
			}
		}
		if err := tx.SavePages(ctx, id, []efile.Page{{Number: 1, Text: "REISEPASS"}}); err != nil {
			return err
		}
		fields := []efile.Field{{Name: "surname", Value: "MUSTER", Raw: "MUSTER", Page: 1, Confidence: 0.9, By: "mrz"}}
		if err := tx.SaveReading(ctx, id, []efile.Segment{{Number: 1, First: 1, Last: 1, Type: "passport", Confidence: 0.6}}, fields); err != nil {
			return err
		}
		if err := notify.AppendDocument(ctx, tx, efile.DocumentProcessed, d, nil); err != nil {
			return err
		}
		return tx.SaveDocument(ctx, d)
	})
	if err != nil {
		s.t.Fatalf("process document: %v", err)
	}
}

// count asks the database behind the fence.
func (s *site) count(sql string) int {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), testenv.AdminURL(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(s.t.Context())) }()
	var n int
	if err := conn.QueryRow(s.t.Context(), sql).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
