package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/eakte/eakte/fault"
)

// statuses says with which HTTP status a code is told. A code that is missing here is 422 when it rejects, 503 when it
// waits, else 500; a test looks at every code.
func statusOf(f *fault.Error) int {
	switch f.Code {
	case fault.Unauthenticated, fault.BadCredentials:
		return http.StatusUnauthorized
	case fault.Forbidden, fault.CSRF:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict, fault.OffsetMismatch, fault.CaseClosed, fault.SubmissionClosed, fault.Duplicate, fault.WithdrawnBySender,
		fault.NotClosed, fault.DocumentsPending, fault.Held, fault.NotDue, fault.InDisposal, fault.WrongStage, fault.Blocked,
		fault.Recalled, fault.AnswerUnexpected, fault.NotArchived, fault.FourEyes, fault.NotConfirmed, fault.BeingDestroyed:
		return http.StatusConflict
	case fault.Gone, fault.CursorExpired:
		return http.StatusGone
	case fault.LengthRequired:
		return http.StatusLengthRequired
	case fault.PreconditionFailed:
		return http.StatusPreconditionFailed
	case fault.TooLarge, fault.TooManyFiles, fault.SubmissionTooBig:
		return http.StatusRequestEntityTooLarge
	case fault.TypeNotAccepted, fault.TypeMismatch, fault.UnsupportedMedia:
		return http.StatusUnsupportedMediaType
	case fault.Locked:
		return http.StatusLocked
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.StorageUnavailable, fault.DatabaseUnavailable, fault.ScannerUnavailable, fault.EndpointUnavailable, fault.ReaderUnavailable:
		return http.StatusServiceUnavailable
	case fault.Internal, fault.DigestMismatch, fault.GaveUp:
		return http.StatusInternalServerError
	}
	switch f.Treatment {
	case fault.Reject:
		return http.StatusUnprocessableEntity
	case fault.Wait:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problem is an answer of RFC 9457. Code is the stable name in our own spelling; Text is in the caller's language.
type problem struct {
	Type     string       `json:"type"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail"`
	DetailEn string       `json:"detailEn"`
	Text     string       `json:"text"`
	Code     fault.Code   `json:"code"`
	Request  string       `json:"request"`
	Errors   []fieldError `json:"errors,omitempty"`
}

// fieldError points at what is wrong in a body. It never repeats the value.
type fieldError struct {
	Pointer string `json:"pointer"` // RFC 6901
	Detail  string `json:"detail"`
}

// invalid is the cause of a Validation fault that can name places.
type invalid []fieldError

// Error lists places and reasons.
func (v invalid) Error() string {
	all := make([]string, len(v))
	for i, f := range v {
		all[i] = f.Pointer + ": " + f.Detail
	}
	return strings.Join(all, "; ")
}

func wrong(pointer, format string, args ...any) error {
	return fault.New(fault.Reject, fault.Validation, invalid{{Pointer: pointer, Detail: fmt.Sprintf(format, args...)}})
}

func missing(what string) error {
	return fault.New(fault.Reject, fault.NotFound, errors.New(what))
}

// problemOf puts a fault into words.
func (s *Server) problemOf(r *Request, f *fault.Error) problem {
	key := "code." + string(f.Code) + ".what"
	p := problem{
		Type: "urn:eakte:problem:" + strings.ReplaceAll(string(f.Code), "_", "-"), Status: statusOf(f), Code: f.Code, Request: r.ID,
		Detail: s.cfg.Texts.For("de").T(key), DetailEn: s.cfg.Texts.For("en").T(key), Text: r.Text.T(key),
	}
	p.Title = http.StatusText(p.Status)
	if places, ok := errors.AsType[invalid](f); ok {
		p.Errors = places
	}
	return p
}

// fail is the one place where errors become answers: a problem for machines, a page for people. What went wrong inside
// is for the log only.
func (s *Server) fail(rw http.ResponseWriter, r *Request, err error) {
	f := fault.Of(err)
	status := statusOf(f)
	if gone(r.Context(), err) {
		s.log.DebugContext(r.Context(), "caller has gone", "request", r.ID, "error", err)
		if !wroteTo(rw) {
			rw.Header().Set("Connection", "close")
			rw.WriteHeader(http.StatusRequestTimeout)
		}
		return
	}
	if status >= 500 {
		s.log.ErrorContext(r.Context(), "request failed", "request", r.ID, "route", r.route.pattern, "code", string(f.Code), "error", err)
	} else {
		s.log.DebugContext(r.Context(), "request refused", "request", r.ID, "route", r.route.pattern, "code", string(f.Code), "error", err)
	}
	if wroteTo(rw) {
		panic(http.ErrAbortHandler) // too late for an answer: cut the connection so that nobody takes half for whole
	}
	h := rw.Header()
	for _, name := range []string{"Content-Length", "Content-Disposition", "ETag", "Content-Encoding", "Accept-Ranges", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if after := retryAfter(f); after > 0 {
		h.Set("Retry-After", strconv.Itoa(after))
	}
	if status == http.StatusUnauthorized && (r.route.face == api || r.route.face == contents) {
		h.Set("WWW-Authenticate", `Bearer realm="eakte"`)
	}
	if r.route.face == page || r.route.face == contents && strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.failPage(rw, r, s.problemOf(r, f))
		return
	}
	h.Set("Content-Type", "application/problem+json")
	rw.WriteHeader(status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(rw).Encode(s.problemOf(r, f)) // a caller who has gone needs no answer
	}
}

// retryAfter is in seconds; 0: no promise.
func retryAfter(f *fault.Error) int {
	if limited, ok := errors.AsType[*rateError](f); ok {
		return max(1, int(math.Ceil(limited.after.Seconds())))
	}
	switch statusOf(f) {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return 10
	case http.StatusLocked:
		return 2
	}
	return 0
}

// gone reports whether the error is only that the caller left or fell silent.
func gone(ctx context.Context, err error) bool {
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return false
	}
	if _, broken := errors.AsType[*bodyError](err); broken {
		return true
	}
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || ignoreGone(err) == nil)
}

// ignoreGone drops the errors of writing to or reading from a caller who left.
func ignoreGone(err error) error {
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func wroteTo(w http.ResponseWriter) bool {
	for {
		switch v := w.(type) {
		case *answerWriter:
			return v.wrote()
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return false
		}
	}
}

// writeJSON answers with a body.
func writeJSON(w http.ResponseWriter, status int, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(append(b, '\n'))
	return ignoreGone(err)
}

// readJSON reads a body strictly: known members only, one value, valid for its type.
func readJSON(r *Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.Reject, fault.TooLarge, tooBig)
	}
	if err != nil {
		return wrong("", "not the JSON expected here")
	}
	return nil
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
