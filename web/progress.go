package web

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// slowest is the average speed, in bytes a second, below which an upload is given up after its first minute. A modem does
// better; an attacker who holds connections open does not.
const slowest = 512

// progressBody prolongs the connection's read deadline while bytes flow and lifts it at the end of the body, so that the
// work afterwards is not cut.
type progressBody struct {
	io.ReadCloser
	length  int64 // as the request says; -1: not
	control *http.ResponseController
	stall   time.Duration // zero: the deadline stays as set before
	start   time.Time
	bytes   int64
}

// bodyError is a body that broke off: the sender's network, or its patience, ended.
type bodyError struct{ err error }

// Error names the cause.
func (e *bodyError) Error() string { return "read request body: " + e.err.Error() }

// Unwrap returns it.
func (e *bodyError) Unwrap() error { return e.err }

// Announced is the length of the body as the request says it; -1 if it does not.
func (b *progressBody) Announced() int64 { return b.length }

// Read reads with a fresh deadline. Errors of SetReadDeadline mean that there is no connection to bound.
func (b *progressBody) Read(p []byte) (int, error) {
	if b.stall > 0 {
		latest := b.start.Add(time.Minute + time.Duration(b.bytes/slowest)*time.Second)
		until := time.Now().Add(b.stall)
		if latest.Before(until) {
			until = latest
		}
		_ = b.control.SetReadDeadline(until)
		_ = b.control.SetWriteDeadline(until.Add(2 * time.Minute)) // room for storing and recording before the answer
	}
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		_ = b.control.SetReadDeadline(time.Time{})
	case err != nil:
		err = &bodyError{err}
	}
	return n, err
}

// progressWriter prolongs the connection's write deadline while an answer flows.
type progressWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

// Write writes with a fresh deadline.
func (w *progressWriter) Write(p []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.stall)) // no connection to bound: see progressBody
	return w.ResponseWriter.Write(p)
}

func (s *Server) flowing(w http.ResponseWriter) *progressWriter {
	return &progressWriter{ResponseWriter: w, control: http.NewResponseController(w), stall: s.times.Stall}
}

func parseAddr(text string) (netip.Addr, bool) {
	at, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(text), "[]"))
	return at.Unmap().WithZone(""), err == nil
}

func (s *Server) trusted(at netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(at) {
			return true
		}
	}
	return false
}
