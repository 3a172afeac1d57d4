package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/fault"
)

func TestAServerThatDoesNotWork(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked: %s, with password: %t", r.Method, r.Header.Get("Authorization") != "")
	}))
	t.Cleanup(elsewhere.Close)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for name, handler := range map[string]http.HandlerFunc{
		"wrong password": status(http.StatusUnauthorized),
		"forbidden":      status(http.StatusForbidden),
		"broken":         status(http.StatusInternalServerError),
		"full":           status(http.StatusInsufficientStorage),
		"busy":           status(http.StatusTooManyRequests),
		"sends elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
		"sends to get": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusSeeOther) },
		"stands still": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then the server sees that the client is gone
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(handler)
			t.Cleanup(server.Close)
			w, err := transport.NewWebDAV(transport.WebDAVConfig{URL: server.URL, User: "office", Password: "secret", Stall: 300 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			wantAway(t, w.Put(t.Context(), "a.zip", file(t, "x")))
			_, err = w.List(t.Context())
			wantAway(t, err)
			_, err = w.Open(t.Context(), "a.zip")
			if name != "sends to get" { // GET may be sent to another place of the same server
				wantAway(t, err)
			}
		})
	}
}

func TestAnUploadThatArrivesInPartIsNoticed(t *testing.T) {
	t.Parallel()
	r := dav(t, "", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				r.Body = io.NopCloser(io.LimitReader(r.Body, 3))
			}
			next.ServeHTTP(w, r)
		})
	})
	wantAway(t, r.Put(t.Context(), "a.zip", file(t, "content")))
	// Nothing is overwritten: what lies there is for a person to look at.
	if err := r.Put(t.Context(), "a.zip", file(t, "content")); !errors.Is(err, transport.ErrOtherBytes) {
		t.Errorf("got %v, want ErrOtherBytes", err)
	}
}

func TestWhatAnUploadSends(t *testing.T) {
	t.Parallel()
	var puts, moves atomic.Int32
	spy := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.Method {
			case http.MethodPut:
				puts.Add(1)
				if r.ContentLength != 7 {
					t.Errorf("got length %d, want 7", r.ContentLength)
				}
				if direct := strings.Contains(r.URL.Path, "/archive/"); direct != (r.Header.Get("If-None-Match") == "*") {
					t.Errorf("%s: If-None-Match is %q", r.URL.Path, r.Header.Get("If-None-Match"))
				}
			case "MOVE":
				moves.Add(1)
				if r.Header.Get("Overwrite") != "F" {
					t.Error("a move may overwrite")
				}
			}
			next.ServeHTTP(w, r)
		})
	}
	for _, staging := range []string{"", "../sending"} {
		if err := dav(t, staging, spy).Put(t.Context(), "a.zip", file(t, "content")); err != nil {
			t.Fatal(err)
		}
	}
	if puts.Load() != 2 || moves.Load() != 1 {
		t.Errorf("got %d uploads and %d moves, want 2 and 1", puts.Load(), moves.Load())
	}
}

func TestHostileLists(t *testing.T) {
	t.Parallel()
	item := func(href string) string {
		return `<d:response><d:href>` + href + `</d:href><d:propstat><d:prop><d:getcontentlength>5</d:getcontentlength></d:prop>` +
			`<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`
	}
	for name, c := range map[string]struct {
		body string
		want int // -1: an error
	}{
		"names from elsewhere": {item("/dav/good.zip") + item("/dav/../x.zip") + item("http://other.example/dav/x.zip") +
			item("/dav/a/b.zip") + item("/dav/") + item("/x.zip") + item("/dav/..%2fx.zip") + item("%zz") + item(""), 1},
		"too many":      {strings.Repeat(item("/dav/x.zip"), 20_002), -1},
		"no end":        {"<x>", -1},
		"no XML":        {"hello <", -1},
		"too large":     {"<!--" + strings.Repeat("x", 33<<20), -1},
		"an entity":     {`<!DOCTYPE d [<!ENTITY a "aaaa">]>` + item("/dav/&a;.zip"), -1},
		"a wrong space": {strings.ReplaceAll(item("/dav/x.zip"), "d:", "e:"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusMultiStatus)
				fmt.Fprintf(w, `<d:multistatus xmlns:d="DAV:" xmlns:e="urn:e">%s</d:multistatus>`, c.body)
			}))
			t.Cleanup(server.Close)
			w, err := transport.NewWebDAV(transport.WebDAVConfig{URL: server.URL + "/dav/"})
			if err != nil {
				t.Fatal(err)
			}
			list, err := w.List(t.Context())
			if c.want < 0 {
				wantAway(t, err)
			} else if err != nil || len(list) != c.want {
				t.Errorf("got %v, %v, want %d", list, err, c.want)
			}
		})
	}
}

func TestAddressesAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []transport.WebDAVConfig{
		{URL: ""}, {URL: "ftp://a.example/"}, {URL: "https:///x"}, {URL: "https://u:p@a.example/"}, {URL: "https://a.example/?x"},
		{URL: "https://a.example/x", Answers: []string{"../y"}}, {URL: "https://a.example/x", Staging: "https://b.example/"},
		{URL: "https://a.example/x", Staging: "staging"}, {URL: "https://a.example/x", Staging: "http://a.example/y"},
	} {
		if _, err := transport.NewWebDAV(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

func TestPlainHTTPIsForThisMachineUnlessAllowed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url   string
		plain bool
		want  error
	}{
		{"https://a.example/", false, nil},
		{"http://localhost:8080/x", false, nil}, {"http://LOCALHOST/", false, nil}, {"http://127.0.0.1/", false, nil},
		{"http://127.9.9.9/", false, nil}, {"http://[::1]:8/", false, nil},
		{"http://a.example/", false, transport.ErrPlain}, {"http://10.0.0.1/", false, transport.ErrPlain},
		{"http://localhost.a.example/", false, transport.ErrPlain}, {"http://127.0.0.1.a.example/", false, transport.ErrPlain},
		{"HTTP://a.example/", false, transport.ErrPlain},
		{"http://a.example/", true, nil},
	} {
		if _, err := transport.NewWebDAV(transport.WebDAVConfig{URL: c.url, Plain: c.plain}); !errors.Is(err, c.want) {
			t.Errorf("%s, allowed %v: got %v, want %v", c.url, c.plain, err, c.want)
		}
	}
}

func TestACancelledUploadEnds(t *testing.T) {
	t.Parallel()
	r := dav(t, "", nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Put(ctx, "a.zip", file(t, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(r.dir, "a.zip")); err == nil {
		t.Error("it was handed over nevertheless")
	}
}

// farConn is a connection to another machine.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }

func TestANameOfThisMachineThatLeadsElsewhereGetsNothing(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	got := make(chan []byte, 1)
	go func() { all, _ := io.ReadAll(far); got <- all }()
	w, err := transport.NewWebDAV(transport.WebDAVConfig{URL: "http://localhost/x", User: "office", Password: "secret", Stall: time.Second,
		Dial: func(context.Context, string, string) (net.Conn, error) { return farConn{near}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.List(t.Context()); !errors.Is(err, transport.ErrPlain) || !fault.Is(err, fault.ArchiveUnavailable) {
		t.Errorf("got %v, want ErrPlain, and that the archive is away", err)
	}
	_ = near.Close()
	if all := <-got; len(all) > 0 {
		t.Errorf("%q was sent there", all)
	}
}
