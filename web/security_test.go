package web

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

func TestEveryChangeByCookieNeedsTheFormToken(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	browser := s.signedIn(s.home, "applicant")
	changing := 0
	for _, rt := range routes() {
		if rt.method == "GET" || rt.method == "HEAD" || rt.method == "OPTIONS" || rt.who&(applicant|public) == 0 {
			continue
		}
		changing++
		path := things{kase: "x", submission: "x", upload: "x", document: "x", request: "x", endpoint: "x", ref: "x"}.path(rt.pattern)
		path = strings.ReplaceAll(strings.ReplaceAll(path, "{office}", s.home.office.Key), "{$}", "")
		for name, headers := range map[string][]string{
			"without the token":     {formHeader, "-"},
			"with another's token":  {formHeader, "nonsense"},
			"from a foreign origin": {"Origin", "https://evil.example"},
			"from a foreign site":   {"Sec-Fetch-Site", "cross-site"},
		} {
			if a := browser.do(rt.method, path, nil, headers...); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s %s: got %d, want 403", rt.method, rt.pattern, name, a.StatusCode)
			}
		}
	}
	if changing < 6 {
		t.Errorf("only %d routes were tried", changing)
	}
	body, media := form(t, "a.pdf", "content")
	at := "/v1/submissions/" + s.open(browser) + "/documents"
	browser.do("POST", at, body, "Content-Type", media, formHeader, "-").want(t, http.StatusForbidden, fault.CSRF)
	body, media = form(t, "a.pdf", "content")
	browser.do("POST", at, body, "Content-Type", media, "Origin", s.url).want(t, http.StatusCreated)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.PublicURL = "https://akte.example" })
	for _, path := range []string{"/v1/openapi.json", "/v1/cases", "/v1/nothing", "/healthz", "/o/nowhere/", "/"} {
		h := s.as(s.home, "").do("GET", path, nil).Header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q lacks %s", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("X-Request-Id") == "" || h.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: got %v", path, h)
		}
	}
	if cc := s.as(s.home, "applicant").do("GET", "/v1/uploads/x", nil).Header.Get("Cache-Control"); cc != "no-store" {
		t.Errorf("Cache-Control: got %q, want no-store", cc)
	}
}

func TestSessionCookieAndEnd(t *testing.T) {
	t.Parallel()
	var clock sync.Mutex
	ahead := time.Duration(0)
	s := newSite(t, func(c *Config) {
		c.PublicURL = "https://akte.example"
		c.Now = func() time.Time { clock.Lock(); defer clock.Unlock(); return time.Now().Add(ahead) }
		c.Times.StaffIdle, c.Times.StaffMax = 30*time.Minute, 2*time.Hour
	})
	forward := func(d time.Duration) { clock.Lock(); defer clock.Unlock(); ahead += d }
	begin := func() (*Request, *http.Cookie) {
		w := httptest.NewRecorder()
		r := &Request{Request: httptest.NewRequestWithContext(t.Context(), "POST", "/", nil), server: s.server, w: w}
		if err := s.server.signInPassword(r, s.home.office.Key, "caseworker@example", password); err != nil {
			t.Fatal(err)
		}
		return r, w.Result().Cookies()[0]
	}
	alive := func(c *http.Cookie) bool {
		return s.as(s.home, "").do("GET", "/v1/cases", nil, "Cookie", c.Name+"="+c.Value).StatusCode == http.StatusOK
	}
	first, cookie := begin()
	if cookie.Name != "__Host-eakte" || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Errorf("got cookie %+v", cookie)
	}
	if n := s.count("select count(*) from sessions where encode(hash, 'escape') like '%" + strings.Split(cookie.Value, ".")[1] + "%'"); n != 0 {
		t.Error("the cookie's value is in the database")
	}
	_, second := begin()
	if second.Value == cookie.Value {
		t.Error("a second sign-in has the same session id")
	}
	if !alive(cookie) || !alive(second) {
		t.Fatal("sessions do not work")
	}
	first.w = httptest.NewRecorder()
	if err := s.server.endSession(first); err != nil {
		t.Fatal(err)
	}
	if alive(cookie) {
		t.Error("a signed-out session still works: it must end on the server")
	}
	forward(29 * time.Minute)
	if !alive(second) {
		t.Error("ended before its idle time")
	}
	forward(31 * time.Minute)
	if alive(second) {
		t.Error("lasts beyond its idle time")
	}
	_, third := begin()
	for range 5 {
		forward(25 * time.Minute)
		if ended := !alive(third); ended {
			break
		}
	}
	if alive(third) {
		t.Error("lasts beyond its absolute time")
	}
	_, fourth := begin()
	err := s.records.In(t.Context(), efile.SystemIn(s.home.office.ID), func(tx *records.Tx) error {
		user, err := tx.UserByLogin(t.Context(), "caseworker@example")
		if err != nil {
			return err
		}
		user.Disabled = true
		return tx.SaveUser(t.Context(), user)
	})
	if err != nil {
		t.Fatal(err)
	}
	if alive(fourth) {
		t.Error("a disabled user's session still works")
	}
}

func TestAccessCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code := strings.TrimPrefix(s.home.bearers["applicant"], s.home.office.Key+".")
	try := func(bearer string) int {
		return s.as(s.home, "").do("GET", "/v1/cases/"+s.home.kase.ID.Public(efile.PrefixCase), nil, "Authorization", "Bearer "+bearer).StatusCode
	}
	key := s.home.office.Key + "."
	for name, step := range map[string]struct {
		bearer string
		want   int
	}{
		"as given":            {key + code, 200},
		"lower case, no dash": {key + strings.ToLower(strings.ReplaceAll(code, "-", "")), 200},
		"at another office":   {s.abroad.office.Key + "." + code, 401},
		"at no office":        {"nowhere." + code, 401},
		"without office":      {code, 401},
		"wrong":               {key + "0000-0000-0000-0000", 401},
		"empty":               {key, 401},
		"not a token":         {key + "svc_" + code, 401},
	} {
		if got := try(step.bearer); got != step.want {
			t.Errorf("%s: got %d, want %d", name, got, step.want)
		}
	}
	browser := s.signedIn(s.home, "applicant")
	err := s.records.In(t.Context(), efile.SystemIn(s.home.office.ID), func(tx *records.Tx) error {
		codes, err := tx.AccessCodes(t.Context(), s.home.kase.ID)
		if err != nil {
			return err
		}
		return tx.RevokeAccessCode(t.Context(), codes[0].ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := try(key + code); got != 401 {
		t.Errorf("revoked: got %d, want 401", got)
	}
	if a := browser.do("GET", "/v1/cases/"+s.home.kase.ID.Public(efile.PrefixCase), nil); a.StatusCode != 401 {
		t.Errorf("session of a revoked code: got %d, want 401", a.StatusCode)
	}
	if CanonicalCode("ab-1o 0i\u00a0Ll") != "AB100111" {
		t.Errorf("got %q", CanonicalCode("ab-1o 0i\u00a0Ll"))
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	hash := HashPassword(password)
	if err := checkPassword(hash, password); err != nil {
		t.Errorf("right: %v", err)
	}
	for name, h := range map[string]string{"wrong": HashPassword("other"), "empty": "", "broken": "$argon2id$v=19$m=1,t=1,p=1$x$y", "greedy": strings.Replace(hash, "m=19456", "m=4000000000", 1)} {
		if err := checkPassword(h, password); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if HashPassword(password) == hash {
		t.Error("no salt")
	}
}

func TestGuessingIsSlowedDownPerAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		c.Rates = Rates{Reading: many, Writing: many, Status: Rate{0.001, 3}, Guessing: Rate{0.001, 5}, Account: Rate{0.001, 4}, SignIn: many, AddressFactor: 1}
	})
	guess := func(from string, i int) answer {
		return s.as(s.home, "").do("GET", "/v1/cases", nil, "X-Forwarded-For", from, "Authorization", fmt.Sprintf("Bearer %s.%04d", s.home.office.Key, i))
	}
	for i := range 5 {
		guess("203.0.113.7", i).want(t, http.StatusUnauthorized)
	}
	a := guess("203.0.113.7", 9).want(t, http.StatusTooManyRequests, fault.RateLimited)
	if a.Header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	guess("203.0.113.8", 9).want(t, http.StatusUnauthorized)
	guess("203.0.113.7, 203.0.113.9", 9).want(t, http.StatusUnauthorized) // the proxy's own entry counts, not a forged one before it
	me := s.as(s.home, "applicant")
	sub := s.open(me)
	for range 3 {
		me.do("GET", "/v1/submissions/"+sub, nil).want(t, http.StatusOK)
	}
	me.do("GET", "/v1/submissions/"+sub, nil).want(t, http.StatusTooManyRequests)
	for i := range 5 {
		w := httptest.NewRecorder()
		r := &Request{Request: httptest.NewRequestWithContext(t.Context(), "POST", "/", nil), server: s.server, w: w}
		r.RemoteAddr = fmt.Sprintf("198.51.100.%d:1", i)
		err := s.server.signInPassword(r, s.home.office.Key, "archivist@example", "wrong")
		if want := map[bool]fault.Code{true: fault.BadCredentials, false: fault.RateLimited}[i < 4]; !fault.Is(err, want) {
			t.Errorf("attempt %d on one account: got %v, want %s", i+1, err, want)
		}
	}
}

func TestTheAddressIsTheClientsBehindATrustedProxyOnly(t *testing.T) {
	t.Parallel()
	s := &Server{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5", "203.0.113.7", "192.0.2.1"}, {"10.0.0.1:5", "203.0.113.7", "203.0.113.7"},
		{"10.0.0.1:5", "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"}, {"10.0.0.1:5", "", "10.0.0.1"},
		{"10.0.0.1:5", "nonsense", "10.0.0.1"}, {"[2001:db8::1:2:3:4]:5", "", "2001:db8::/64"}, {"@", "", "local"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := s.address(r); got != c.want {
			t.Errorf("%s for %q: got %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}

// lines collects what is logged.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *lines) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

func TestLogsNameNobody(t *testing.T) {
	t.Parallel()
	var log lines
	s := newSite(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.Intake.Log = c.Log
	})
	me := s.as(s.home, "applicant")
	body, media := form(t, "Geheimnis-Erika.pdf", "geheimer Inhalt")
	me.do("POST", "/v1/submissions/"+s.open(me)+"/documents?name=Geheimnis", body, "Content-Type", media).want(t, http.StatusCreated)
	me.do("GET", "/v1/cases?q=Geheimnis", nil)
	me.json("POST", "/v1/submissions", `{"Geheimnis":1}`)
	me.do("GET", "/Geheimnis", nil)
	s.as(s.home, "service-cases").json("PUT", "/v1/cases/by-ref/advis/Geheimnis", `{"procedure":"Geheimnis"}`)
	code := strings.TrimPrefix(me.bearer, s.home.office.Key+".")
	for _, secret := range []string{"Geheimnis", "geheim", "Erika", code, CanonicalCode(code)} {
		if at := strings.Index(log.String(), secret); at >= 0 {
			text := log.String()
			t.Errorf("the log holds %q: …%s…", secret, text[max(0, at-200):min(len(text), at+50)])
		}
	}
	if !strings.Contains(log.String(), "route=/v1/submissions/{submission}/documents") {
		t.Error("the access log does not name routes")
	}
}

func TestAPanicBecomesAnAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	handler := s.server.handle(route{pattern: "/x", who: public, class: free, face: api, answer: func(*Server, http.ResponseWriter, *Request) error { panic("boom") }})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/x", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "boom") || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestASilentSenderIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.Times.Stall = 200 * time.Millisecond })
	me := s.as(s.home, "applicant")
	at := s.createUpload(me, s.open(me), 1000)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\nContent-Type: %s\r\nUpload-Offset: 0\r\nContent-Length: 1000\r\n\r\n0123456789", at, me.bearer, tusMedia)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := io.ReadAll(conn) // until the server hangs up
	if err != nil || !bytes.HasPrefix(reply, []byte("HTTP/1.1 408")) {
		t.Errorf("got %q, %v; want 408", reply, err)
	}
	if got := uploadOffset(t, me, at); got != 10 {
		t.Errorf("got offset %d, want the 10 bytes that came", got)
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	t.Parallel()
	want := map[fault.Code]int{
		fault.TooLarge: 413, fault.TypeNotAccepted: 415, fault.Empty: 422, fault.Locked: 423, fault.OffsetMismatch: 409, fault.Gone: 410,
		fault.RateLimited: 429, fault.StorageUnavailable: 503, fault.DatabaseUnavailable: 503, fault.Unauthenticated: 401, fault.Forbidden: 403,
		fault.NotFound: 404, fault.Validation: 422, fault.IdempotencyConflict: 422, fault.UnknownProcedure: 422, fault.UnknownDocumentType: 422,
		fault.CaseClosed: 409, fault.CursorExpired: 410, fault.PreconditionFailed: 412, fault.LengthRequired: 411, fault.Internal: 500,
	}
	for _, code := range fault.Codes() {
		got := statusOf(fault.New(fault.Reject, code, nil))
		if w, named := want[code]; got < 400 || named && got != w {
			t.Errorf("%s: got %d, want %d", code, got, w)
		}
	}
}
