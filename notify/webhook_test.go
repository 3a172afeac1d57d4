package notify_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/notify/notifytest"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func TestTheWebhookPassesTheSuite(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{notify.AlgorithmHMAC, notify.AlgorithmEd25519} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			notifytest.Run(t, func(t *testing.T) notifytest.Harness { return newConsumer(t, algorithm) })
		})
	}
}

// consumer is a case system that verifies before it believes.
type consumer struct {
	signer   *notify.Signer
	verifier *notify.Verifier
	endpoint efile.Endpoint
	ended    chan struct{}

	mu       sync.Mutex
	mood     notifytest.Mood
	received [][]byte
}

func newConsumer(t *testing.T, algorithm string) *consumer {
	t.Helper()
	signer := newSigner(t)
	c := &consumer{signer: signer, endpoint: efile.Endpoint{ID: efile.NewID(), Algorithm: algorithm, Generation: 1}, ended: make(chan struct{})}
	key := signer.PublicKey()
	if algorithm == notify.AlgorithmHMAC {
		key = signer.SecretOf(c.endpoint)
	}
	verifier, err := notify.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	c.verifier = verifier
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(c.ended) })
	c.endpoint.URL = server.URL + "/hook"
	return c
}

func (c *consumer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, verr := c.verifier.Verify(r.Header, body, time.Now()); err != nil || verr != nil || r.Header.Get("Content-Type") != notify.ContentType {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	switch c.mood {
	case notifytest.Willing:
		c.received = append(c.received, body)
	case notifytest.Busy:
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, strings.Repeat("busy \x00 \xff", 1000))
	case notifytest.Done:
		w.WriteHeader(http.StatusGone)
	case notifytest.Mute:
		select {
		case <-r.Context().Done():
		case <-c.ended:
		}
	}
}

func (c *consumer) Deliver(ctx context.Context, event efile.Event, envelope []byte) notify.Result {
	headers, err := c.signer.Headers(c.endpoint, event.ID, envelope, time.Now())
	if err != nil {
		return notify.Result{Outcome: notify.Failed, Answer: err.Error()}
	}
	return notify.NewRinger(loopback).Ring(ctx, c.endpoint.URL, headers, envelope)
}

func (c *consumer) Behave(mood notifytest.Mood) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mood = mood
}

func (c *consumer) Received() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.received
}

func TestRingJudgesAnswersByTheTable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		status     int
		retryAfter string
		want       notify.Result
	}{
		{"200 is taken", 200, "", notify.Result{Outcome: notify.Delivered}},
		{"204 is taken", 204, "", notify.Result{Outcome: notify.Delivered}},
		{"a redirect is a failure", 301, "", notify.Result{Outcome: notify.Failed}},
		{"410 is the end", 410, "60", notify.Result{Outcome: notify.Gone}},
		{"404 is a failure", 404, "60", notify.Result{Outcome: notify.Failed}},
		{"500 is a failure without a wish", 500, "60", notify.Result{Outcome: notify.Failed}},
		{"429 may ask for time", 429, "60", notify.Result{Outcome: notify.Failed, RetryAfter: time.Minute}},
		{"502 may ask for time", 502, "60", notify.Result{Outcome: notify.Failed, RetryAfter: time.Minute}},
		{"503 may ask for a day at most", 503, "99999999999", notify.Result{Outcome: notify.Failed, RetryAfter: 24 * time.Hour}},
		{"504 may not ask for the past", 504, "-5", notify.Result{Outcome: notify.Failed}},
		{"a date far away is a day", 503, "Fri, 31 Dec 2999 23:59:59 GMT", notify.Result{Outcome: notify.Failed, RetryAfter: 24 * time.Hour}},
		{"nonsense is nothing", 503, "soon", notify.Result{Outcome: notify.Failed}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			followed := false
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				followed = followed || r.URL.Path != "/"
				w.Header().Set("Location", "/elsewhere")
				if test.retryAfter != "" {
					w.Header().Set("Retry-After", test.retryAfter)
				}
				w.WriteHeader(test.status)
			}))
			defer server.Close()
			got := notify.NewRinger(loopback).Ring(t.Context(), server.URL+"/", nil, []byte("{}"))
			if got.Outcome != test.want.Outcome || got.RetryAfter != test.want.RetryAfter || got.Status != test.status {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if followed {
				t.Error("a redirect was followed")
			}
		})
	}
}

func TestRingSpeaksOnlyToAllowedDestinations(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{}, 10)
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{} })
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	secure.Config.ErrorLog = nil
	secure.TLS.MinVersion = tls.VersionTLS12
	port := plain.URL[strings.LastIndex(plain.URL, ":"):]
	for _, address := range []string{
		plain.URL, secure.URL, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port,
		"http://user@127.0.0.1" + port, "ftp://127.0.0.1" + port, "http://", "://", "http://127.1" + port,
	} {
		if got := notify.NewRinger(nil).Ring(t.Context(), address, nil, nil); got.Outcome != notify.Failed || got.Status != 0 {
			t.Errorf("%s: got %+v, want failed", address, got)
		}
	}
	select {
	case <-reached:
		t.Error("a refused destination was reached")
	default:
	}
}

func TestCheckDestination(t *testing.T) {
	t.Parallel()
	ours := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for _, test := range []struct {
		address string
		allowed bool
	}{
		{"https://93.184.216.34/hook", true},
		{"https://[2606:2800:220:1:248:1893:25c8:1946]/hook", true},
		{"http://93.184.216.34/hook", false},
		{"https://10.1.2.3/hook", true},
		{"http://10.1.2.3/hook", true},
		{"https://[::ffff:10.1.2.3]/hook", true},
		{"https://10.2.0.1/hook", false},
		{"https://127.0.0.1/hook", false},
		{"https://[::1]/hook", false},
		{"https://[::ffff:127.0.0.1]/hook", false},
		{"https://[::7f00:1]/hook", false},
		{"https://[64:ff9b::7f00:1]/hook", false},
		{"https://169.254.169.254/latest/meta-data", false},
		{"https://[fe80::1]/hook", false},
		{"https://192.168.0.1/hook", false},
		{"https://172.31.255.255/hook", false},
		{"https://100.64.0.1/hook", false},
		{"https://0.0.0.0/hook", false},
		{"https://255.255.255.255/hook", false},
		{"https://[fd00::1]/hook", false},
		{"https://user:word@93.184.216.34/hook", false},
		{"file:///etc/passwd", false},
		{"https:///hook", false},
	} {
		target, err := url.Parse(test.address)
		if err != nil {
			t.Fatal(err)
		}
		err = notify.CheckDestination(ours)(t.Context(), target)
		if test.allowed && err != nil || !test.allowed && !errors.Is(err, notify.ErrDestination) {
			t.Errorf("%s: got %v, want allowed %t", test.address, err, test.allowed)
		}
	}
}

func TestRingReportsWhyThereWasNoAnswer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String() + "/hook?token=secret"
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	got := notify.NewRinger(loopback).Ring(t.Context(), address, nil, nil)
	if got.Outcome != notify.Failed || !strings.Contains(got.Answer, "refused") || strings.Contains(got.Answer, "token") {
		t.Errorf("got %+v, want the reason without the address", got)
	}
}

func TestNextRetryFollowsTheTable(t *testing.T) {
	t.Parallel()
	want := []time.Duration{0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
		14 * time.Hour, 20 * time.Hour, 24 * time.Hour, 24 * time.Hour}
	var sum time.Duration
	for attempts, middle := range want {
		low := notify.NextRetry(attempts, func() float64 { return 0 })
		half := notify.NextRetry(attempts, func() float64 { return 0.5 })
		high := notify.NextRetry(attempts, func() float64 { return 1 })
		if (half-middle).Abs() > time.Millisecond || (low-middle*8/10).Abs() > time.Millisecond || (high-middle*12/10).Abs() > time.Millisecond {
			t.Errorf("after %d attempts: got %v, %v, %v, want %v ± 20 %%", attempts, low, half, high, middle)
		}
		if attempts < 10 {
			sum += half
		}
	}
	if sum.Truncate(time.Minute) != 75*time.Hour+35*time.Minute {
		t.Errorf("ten attempts take %v, the contract says 75 h 35 min", sum)
	}
}
