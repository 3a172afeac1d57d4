package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/notify"
)

// maxSmall bounds the body of an ordinary request. Orders from case systems are a few KiB.
const maxSmall = 256 << 10

// Server answers requests. It is safe for concurrent use. Close ends what it watches.
type Server struct {
	cfg       Config
	log       *slog.Logger
	now       func() time.Time
	times     Times
	mux       *http.ServeMux
	origins   *http.CrossOriginProtection
	limiter   *limiter
	watch     *watch
	templates *template.Template
	ready     readiness
	proxied   sync.Once // says once that a proxy is not trusted
}

// Request is a request on its way through a handler, with what the middleware found out about it.
type Request struct {
	*http.Request
	ID      string            // for the log and for people who ask for help
	Actor   efile.Actor       // zero Kind: not signed in
	Office  efile.Office      // of the actor; zero if not signed in
	Session *efile.Session    // nil with a bearer token or without sign-in
	Text    locale.Printer    // in the caller's language
	Parts   *multipart.Reader // set for multipart bodies; a session's token part is read and checked already

	server  *Server
	route   route
	visitor string // value of the visitor's cookie, see formToken
	w       http.ResponseWriter
}

// New checks cfg and builds a Server. It does not touch the database or the store.
func New(cfg Config) (*Server, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configure web: %w", err)
	}
	s := &Server{cfg: cfg, log: cfg.Log, now: cfg.Now, times: cfg.Times.or(), mux: http.NewServeMux(), origins: http.NewCrossOriginProtection()}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.cfg.CheckDestination == nil {
		s.cfg.CheckDestination = notify.CheckDestination(nil)
	}
	if err := s.origins.AddTrustedOrigin(strings.TrimSuffix(cfg.PublicURL, "/")); err != nil {
		return nil, fmt.Errorf("configure web: public URL: %w", err)
	}
	s.limiter = newLimiter(cfg.Rates, s.now)
	s.watch = newWatch(s)
	templates, err := parseTemplates()
	if err != nil {
		return nil, fmt.Errorf("configure web: %w", err)
	}
	s.templates = templates
	for _, r := range routes() {
		s.mux.Handle(r.method+" "+r.pattern, s.handle(r))
	}
	// The catch-alls answer what no line of the table does, also an address asked with a method it does not know.
	s.mux.Handle("/", s.handle(route{pattern: "/", who: public, class: reading, face: page, answer: notFound}))
	s.mux.Handle("/v1/", s.handle(route{pattern: "/v1/", who: public, class: reading, face: api, answer: notFound}))
	return s, nil
}

// Close stops watching for events; open streams end.
func (s *Server) Close() { s.watch.close() }

// HTTP returns an http.Server for s with the time limits that belong to it. The caller listens and shuts down.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// ServeHTTP answers one request. Clients behind proxies that know only GET and POST name the method they mean in a
// header, as tus allows; only methods that change something can be meant, so no check is weaker for them.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	meant := r.Header.Get("X-HTTP-Method-Override")
	if r.Method == http.MethodPost && (meant == http.MethodPatch || meant == http.MethodDelete) && strings.HasPrefix(r.URL.Path, "/v1/uploads/") {
		r = r.Clone(r.Context())
		r.Method = meant
	}
	s.mux.ServeHTTP(w, r)
}

func notFound(*Server, http.ResponseWriter, *Request) error {
	return fault.New(fault.Reject, fault.NotFound, errors.New("no such address"))
}

// handle wraps one route in everything that is the same for all.
func (s *Server) handle(rt route) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, hr *http.Request) {
		start := s.now()
		w := &answerWriter{ResponseWriter: rw}
		r := &Request{Request: hr, ID: rand.Text()[:16], server: s, route: rt, w: w}
		defer s.finish(w, r, start)
		w.Header().Set("X-Request-Id", r.ID)
		s.secureHeaders(w.Header())
		r.Text = s.cfg.Texts.For(s.chooseLanguage(w, r))
		if err := s.admit(w, r); err != nil {
			s.fail(w, r, err)
			return
		}
		if err := rt.answer(s, w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// admit does what comes before the handler: limits, sign-in, permission, form token. The order matters: cheap refusals
// first, and no body is read before the caller may send one.
func (s *Server) admit(w http.ResponseWriter, r *Request) error {
	s.boundTime(w, r)
	if err := s.limiter.allow(r.route.class, "addr "+s.address(r.Request)); err != nil {
		return err
	}
	if err := s.identify(r); err != nil {
		return err
	}
	if !r.Actor.ID.IsZero() {
		key := "id "
		if r.Actor.Kind == efile.Service {
			key = "svc "
		}
		if err := s.limiter.allow(r.route.class, key+r.Actor.ID.String()); err != nil {
			return err
		}
	}
	if err := permit(r); err != nil {
		return err
	}
	return s.checkForm(r)
}

// permit compares the caller with the line of the table.
func permit(r *Request) error {
	if r.route.who&public != 0 {
		return nil
	}
	kind := map[efile.ActorKind]who{efile.Applicant: applicant, efile.Staff: staff, efile.Service: service}[r.Actor.Kind]
	if kind == 0 {
		return fault.New(fault.Reject, fault.Unauthenticated, errors.New("not signed in"))
	}
	if r.route.who&kind == 0 || (r.route.action != "" && !r.Actor.May(r.route.action)) {
		return fault.New(fault.Reject, fault.Forbidden, fmt.Errorf("%s %s may not %s", r.Actor.Kind, r.Actor.ID, r.route.pattern))
	}
	return nil
}

// boundTime gives an ordinary request its time. Streamed bodies and answers prolong their own, see progress.go.
func (s *Server) boundTime(w http.ResponseWriter, r *Request) {
	control := http.NewResponseController(w)
	now := time.Now()
	// A read deadline that passes while a handler works would cancel its context, so it is set only where a body comes.
	// Errors mean a ResponseWriter without deadlines, as in tests: nothing to bound then.
	if r.ContentLength == 0 {
		_ = control.SetReadDeadline(time.Time{})
	} else {
		_ = control.SetReadDeadline(now.Add(s.times.Request))
	}
	_ = control.SetWriteDeadline(now.Add(2 * s.times.Request))
	body := &progressBody{ReadCloser: r.Body, length: r.ContentLength, control: control, start: now}
	if r.route.body == small {
		body.ReadCloser = http.MaxBytesReader(w, r.Body, maxSmall)
	} else {
		body.stall = s.times.Stall
	}
	r.Body = body
}

func (s *Server) secureHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "+
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if s.cfg.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// finish ends a request: a panic becomes an answer, and one line goes to the log. The line names the pattern, never the
// URL: an address may hold a code.
func (s *Server) finish(w *answerWriter, r *Request, start time.Time) {
	if p := recover(); p != nil {
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		s.log.ErrorContext(r.Context(), "panic", "request", r.ID, "route", r.route.pattern, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		if !w.wrote() {
			s.fail(w, r, errors.New("panic"))
		}
	}
	s.log.InfoContext(r.Context(), "request", "request", r.ID, "method", r.Method, "route", r.route.pattern, "status", w.status,
		"bytes", w.bytes, "duration", s.now().Sub(start), "office", r.Office.Key, "actor", string(r.Actor.Kind))
}

// answerWriter remembers what was answered, for the log and for errors that come late.
type answerWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *answerWriter) wrote() bool { return w.status != 0 }

// WriteHeader notes the first final status.
func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *answerWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// address is the caller's network address as the limiter counts it: IPv6 by its /64, because one household has one.
// Behind a trusted proxy it is the last entry of X-Forwarded-For that no trusted proxy wrote.
func (s *Server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	at, ok := parseAddr(host)
	if !ok {
		return "local"
	}
	forwarded := r.Header.Values("X-Forwarded-For")
	if len(forwarded) > 0 && (at.IsLoopback() || at.IsPrivate()) && !s.trusted(at) {
		s.proxied.Do(func() {
			s.log.WarnContext(r.Context(), "X-Forwarded-For is not believed: all callers behind this proxy share one budget, set EAKTE_TRUSTED_PROXIES", "proxy", at.String())
		})
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !s.trusted(at) {
			break
		}
		before, ok := parseAddr(hop)
		if !ok {
			break
		}
		at = before
	}
	if at.Is6() {
		if p, err := at.Prefix(64); err == nil {
			return p.String()
		}
	}
	return at.String()
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *Request) error {
	return writeText(w, http.StatusOK, "ok\n")
}

// readiness is what the neighbours said last.
type readiness struct {
	mu     sync.Mutex
	asked  time.Time
	status int
	text   string
}

// readyFor is how long an answer of readyz counts: everybody may ask, without limit, and asking costs connections.
const readyFor = time.Second

// readyz says whether the neighbours are there. It names the checks and their state, not their errors.
func (s *Server) readyz(w http.ResponseWriter, r *Request) error {
	s.ready.mu.Lock()
	if time.Since(s.ready.asked) >= readyFor {
		// A caller who leaves must not spoil the answer of the others.
		s.ready.status, s.ready.text = s.askNeighbours(context.WithoutCancel(r.Context()))
		s.ready.asked = time.Now()
	}
	status, text := s.ready.status, s.ready.text
	s.ready.mu.Unlock()
	return writeText(w, status, text)
}

// askNeighbours runs all checks side by side.
func (s *Server) askNeighbours(ctx context.Context) (status int, text string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	names := make([]string, 0, len(s.cfg.Checks))
	for name := range s.cfg.Checks {
		names = append(names, name)
	}
	slices.Sort(names)
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() { errs[i] = s.cfg.Checks[name](ctx) })
	}
	all.Wait()
	status = http.StatusOK
	for i, name := range names {
		state := "ok"
		if errs[i] != nil {
			status, state = http.StatusServiceUnavailable, "failed"
			s.log.WarnContext(ctx, "not ready", "check", name, "error", errs[i])
		}
		text += name + ": " + state + "\n"
	}
	return status, text
}

func writeText(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := io.WriteString(w, text)
	return ignoreGone(err)
}
