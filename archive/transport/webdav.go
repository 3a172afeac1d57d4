package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/eakte/eakte/archive/container"
)

// WebDAVConfig says where a collection is and who we are there.
type WebDAVConfig struct {
	URL      string // of the collection, http or https, without user and query
	User     string // empty: no authentication
	Password string
	Answers  []string // subfolders in which answers may lie as well

	// Staging is a collection of the same server, absolute or relative to URL ("../sending/"), in which files are written
	// before they are moved to their place. Empty, or where the server does not let us: they are written in place, and the
	// archive may see one before it is complete.
	Staging string

	Stall time.Duration // without a byte in either direction; default 2 minutes

	// Plain allows http to other hosts than this one. Without it the password and what is delivered travel encrypted or not
	// at all.
	Plain bool

	// Dial opens connections; nil: as usual. It is where a caller forbids addresses.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// WebDAV is a WebDAV collection (RFC 4918) of an archive.
type WebDAV struct {
	base    *url.URL // ends with a slash
	staging *url.URL // nil: none
	basic   string   // the header; empty: none
	answers []string
	stall   time.Duration
	client  *http.Client
}

// ErrPlain refuses an address whose deliveries, and password, everybody on the way could read.
var ErrPlain = errors.New("address of the archive: http without encryption; use https, or have the operator allow it (EAKTE_PLAIN_WEBDAV)")

// loopback reports whether a host is this machine by its name alone: nobody is asked, for the answer could be another one later.
// What the name localhost leads to is looked at with every connection (here).
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// NewWebDAV checks the configuration. It asks the server nothing.
func NewWebDAV(c WebDAVConfig) (*WebDAV, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Hostname() == "" || base.User != nil ||
		base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("address of the archive: not a plain http or https address")
	}
	if base.Scheme == "http" && !c.Plain && !loopback(base.Hostname()) {
		return nil, ErrPlain
	}
	if err := checkFolders(c.Answers); err != nil {
		return nil, err
	}
	base = base.JoinPath("/")
	w := &WebDAV{base: base, answers: c.Answers, stall: c.Stall}
	if w.stall <= 0 {
		w.stall = 2 * time.Minute
	}
	if c.Staging != "" {
		place, err := base.Parse(c.Staging)
		if err != nil || !sameHost(place, base) || strings.HasPrefix(place.JoinPath("/").Path, base.Path) {
			return nil, errors.New("staging collection: not outside the collection on the same server")
		}
		w.staging = place.JoinPath("/")
	}
	if c.User != "" {
		w.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password))
	}
	dial := c.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	}
	if base.Scheme == "http" && !c.Plain {
		dial = here(dial)
	}
	w.client = client(dial, w.stall)
	return w, nil
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// here gives up connections that lead to another machine before a byte is sent.
func here(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if to, ok := conn.RemoteAddr().(*net.TCPAddr); !ok || !to.IP.IsLoopback() {
			return nil, errors.Join(ErrPlain, conn.Close())
		}
		return conn, nil
	}
}

func client(dial dialer, stall time.Duration) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:           dial,
			TLSHandshakeTimeout:   30 * time.Second,
			ResponseHeaderTimeout: stall,
			ExpectContinueTimeout: 5 * time.Second, // so that a refused upload is not sent in vain
			IdleConnTimeout:       30 * time.Second,
			MaxIdleConnsPerHost:   2,
			ForceAttemptHTTP2:     true,
			DisableCompression:    true, // sizes are compared
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if !sameHost(next.URL, before[0].URL) || next.Method != before[0].Method || len(before) > 5 {
				return errRedirect
			}
			return nil
		},
	}
}

var errRedirect = errors.New("the server sends us elsewhere")

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) }

// Put implements Transport. Afterwards the server has been asked for the size of what it has.
func (w *WebDAV) Put(ctx context.Context, name, file string) error {
	if err := container.CheckName(name); err != nil {
		return err
	}
	in, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open container: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("open container: %w", err)
	}
	up := upload{in: in, size: info.Size(), target: w.base.JoinPath(url.PathEscape(name))}
	if done, err := w.there(ctx, up); done || err != nil {
		return err
	}
	moved, err := w.viaStaging(ctx, up, name)
	if err == nil && !moved {
		err = w.put(ctx, up, up.target, true)
	}
	if errors.Is(err, fs.ErrExist) { // someone was faster
		if done, err := w.there(ctx, up); done || err != nil {
			return err
		}
	}
	if err != nil {
		return away("hand over", err)
	}
	size, err := w.size(ctx, up.target)
	if err == nil && size < 0 { // it does not tell
		_, err = w.there(ctx, up)
		return err
	}
	if err == nil && size != up.size {
		err = fmt.Errorf("the server has %d of %d bytes", size, up.size)
	}
	return away("look at what was handed over", err)
}

// upload is a file on its way.
type upload struct {
	in     *os.File
	size   int64
	target *url.URL
}

// body returns the file from its beginning, for http.Request.GetBody too.
func (u upload) body() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(u.in, 0, u.size)), nil
}

// there reports whether the server has the file already. Only all of its bytes prove that.
func (w *WebDAV) there(ctx context.Context, up upload) (bool, error) {
	size, err := w.size(ctx, up.target)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, away("look for an earlier one", err)
	}
	if size >= 0 && size != up.size {
		return false, ErrOtherBytes
	}
	body, err := w.get(ctx, up.target)
	if err != nil {
		return false, away("compare with an earlier one", err)
	}
	defer body.Close()
	own, _ := up.body()
	same, err := equal(ctx, body, own)
	switch {
	case err != nil:
		return false, away("compare with an earlier one", err)
	case !same:
		return false, ErrOtherBytes
	}
	return true, nil
}

// viaStaging uploads elsewhere and moves the file to its name, and reports whether it could. The name in the staging
// collection is always the same: nothing is deleted, so nothing may pile up.
func (w *WebDAV) viaStaging(ctx context.Context, up upload, name string) (bool, error) {
	if w.staging == nil {
		return false, nil
	}
	if err := w.call(ctx, "MKCOL", w.staging, nil); err != nil && !refused(err) {
		return false, err // 405 if it exists
	}
	place := w.staging.JoinPath(url.PathEscape(name + ".part"))
	if err := w.put(ctx, up, place, false); refused(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	err := w.call(ctx, "MOVE", place, http.Header{"Destination": {up.target.String()}, "Overwrite": {"F"}})
	if errors.Is(err, fs.ErrExist) {
		return false, err
	}
	if refused(err) {
		return false, nil
	}
	return err == nil, err
}

// put uploads in one request with its length, so that the server knows when it has everything.
func (w *WebDAV) put(ctx context.Context, up upload, target *url.URL, fresh bool) error {
	body, err := up.body()
	if err != nil {
		return err
	}
	ctx, watch, stop := watchdog(ctx, w.stall)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, target.String(), watch.reader(body))
	if err != nil {
		return err
	}
	req.ContentLength = up.size
	req.GetBody = func() (io.ReadCloser, error) {
		again, err := up.body()
		return watch.reader(again), err
	}
	if up.size == 0 {
		req.Body, req.GetBody = http.NoBody, nil
	}
	req.Header.Set("Content-Type", contentType(target.Path))
	req.Header.Set("Expect", "100-continue")
	if fresh {
		req.Header.Set("If-None-Match", "*")
	}
	resp, err := w.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return nil
}

func contentType(name string) string {
	if path.Ext(name) == ".xml" {
		return "application/xml"
	}
	return "application/zip"
}

// size asks for a file's size; -1: the server does not tell.
func (w *WebDAV) size(ctx context.Context, target *url.URL) (int64, error) {
	ctx, _, stop := watchdog(ctx, w.stall)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, target.String(), http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := w.do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.ContentLength, nil
}

func (w *WebDAV) get(ctx context.Context, target *url.URL) (io.ReadCloser, error) {
	ctx, watch, stop := watchdog(ctx, w.stall)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		stop()
		return nil, err
	}
	resp, err := w.do(req) //nolint:bodyclose // download closes it
	if err != nil {
		stop()
		return nil, err
	}
	return &download{Reader: watch.reader(resp.Body), body: resp.Body, stop: stop}, nil
}

// download ends its watchdog when it is closed.
type download struct {
	io.Reader
	body io.Closer
	stop func()
}

// Close ends reading.
func (d *download) Close() error {
	defer d.stop()
	return d.body.Close()
}

// call makes a request whose answer is only its status.
func (w *WebDAV) call(ctx context.Context, method string, target *url.URL, header http.Header) error {
	ctx, _, stop := watchdog(ctx, w.stall)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, method, target.String(), http.NoBody)
	if err != nil {
		return err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := w.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return nil
}

// do sends the request. Any status but success is an error.
func (w *WebDAV) do(req *http.Request) (*http.Response, error) {
	if w.basic != "" {
		req.Header.Set("Authorization", w.basic)
	}
	req.Header.Set("User-Agent", "eakte")
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", req.Method, plain(err))
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	_ = resp.Body.Close()
	return nil, &statusError{method: req.Method, status: resp.StatusCode}
}

// plain takes the address out of the error: a container's name is in it, and the operator knows the rest.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// statusError is an answer that was no success.
type statusError struct {
	method string
	status int
}

// Error names method and status.
func (e *statusError) Error() string {
	return fmt.Sprintf("%s: the server answers %d %s", e.method, e.status, http.StatusText(e.status))
}

// Is lets callers ask as they would a file system.
func (e *statusError) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return (e.status == http.StatusNotFound || e.status == http.StatusGone) && e.method != "MOVE" && e.method != http.MethodPut
	case fs.ErrExist:
		return e.status == http.StatusPreconditionFailed
	}
	return false
}

// refused reports whether the server does not let us do this, in contrast to having trouble.
func refused(err error) bool {
	e, ok := errors.AsType[*statusError](err)
	if !ok {
		return false
	}
	switch e.status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusConflict, http.StatusNotImplemented,
		http.StatusBadGateway, http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return true
	}
	return false
}

// watch cancels a request that stands still.
type watch struct {
	ctx   context.Context //nolint:containedctx // of one request
	timer *time.Timer
	limit time.Duration
}

func watchdog(ctx context.Context, limit time.Duration) (context.Context, watch, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { cancel(errStall) })
	return ctx, watch{ctx: ctx, timer: timer, limit: limit}, func() {
		timer.Stop()
		cancel(nil)
	}
}

var errStall = errors.New("no byte for too long")

// reader counts every read as progress.
func (w watch) reader(r io.Reader) io.ReadCloser { return &watched{Reader: r, watch: w} }

type watched struct {
	io.Reader
	watch watch
}

// Read resets the clock.
func (r *watched) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.watch.timer.Reset(r.watch.limit)
	if cause := context.Cause(r.watch.ctx); err != nil && errors.Is(cause, errStall) {
		err = cause
	}
	return n, err
}

// Close does nothing: the caller closes what it opened.
func (r *watched) Close() error { return nil }
