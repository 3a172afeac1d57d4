package notify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Outcome is how an attempt to ring ended.
type Outcome string

// The outcomes.
const (
	Delivered Outcome = "delivered" // any 2xx in time
	Failed    Outcome = "failed"    // to be tried again
	Gone      Outcome = "gone"      // 410: the consumer wants no more
)

// Result is what an attempt brought.
type Result struct {
	Outcome    Outcome
	Status     int           // HTTP status; 0: no answer
	Answer     string        // first KiB of the answer, or why there was none
	Latency    time.Duration // until the answer's head
	RetryAfter time.Duration // what a busy consumer asked for, at most 24 hours; 0: nothing
}

const (
	ringLimit     = 15 * time.Second
	answerBytes   = 1 << 10
	maxRetryAfter = 24 * time.Hour
)

// Ringer delivers webhooks over HTTP. It follows no redirect, heeds no proxy of the environment, keeps no connection and
// speaks only to addresses CheckDestination allows, checked on the very address it connects to. Plain HTTP goes only to
// the networks the operator lists. It is safe for concurrent use.
type Ringer struct {
	secure *http.Client
	plain  *http.Client
}

// NewRinger takes the operator's own networks that may be rung although they are private. Nil: none.
func NewRinger(networks []netip.Prefix) *Ringer {
	client := func(g guard) *http.Client {
		return &http.Client{
			Timeout:       ringLimit,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{DialContext: g.dialer().DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: ringLimit,
				MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true},
		}
	}
	return &Ringer{secure: client(guard{networks: networks}), plain: client(guard{networks: networks, onlyListed: true})}
}

// Ring posts body once and reports how it went. It never returns an error of its own: whatever stands in the way is a
// failed attempt, with the reason in Answer.
func (r *Ringer) Ring(ctx context.Context, address string, headers http.Header, body []byte) Result {
	start := time.Now()
	target, err := url.Parse(address)
	if err == nil {
		err = checkAddress(target)
	}
	if err != nil {
		return Result{Outcome: Failed, Answer: storable([]byte(reason(err)))}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Result{Outcome: Failed, Answer: storable([]byte(reason(err)))}
	}
	for name, values := range headers {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	request.Header.Set("User-Agent", "eakte")
	client := r.secure
	if target.Scheme == "http" {
		client = r.plain
	}
	response, err := client.Do(request)
	latency := time.Since(start)
	if err != nil {
		return Result{Outcome: Failed, Answer: storable([]byte(reason(err))), Latency: latency}
	}
	defer func() { _ = response.Body.Close() }() // only read
	return judge(response, latency, time.Now())
}

// judge reads the answer's beginning and decides.
func judge(response *http.Response, latency time.Duration, now time.Time) Result {
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if err != nil {
		answer = append(answer, " (broken off)"...) // the status counts, it came whole
	}
	result := Result{Outcome: Failed, Status: response.StatusCode, Answer: storable(answer), Latency: latency}
	switch response.StatusCode {
	case http.StatusGone:
		result.Outcome = Gone
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		result.RetryAfter = retryAfter(response.Header.Get("Retry-After"), now)
	default:
		if response.StatusCode/100 == 2 {
			result.Outcome = Delivered
		}
	}
	return result
}

// retryAfter reads the header in both of its forms, seconds and date. What is neither, or past, is 0.
func retryAfter(header string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		wait = time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// storable makes outside text fit for a database column and a page: valid, without NUL, at most 1 KiB.
func storable(b []byte) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(b), "\uFFFD"), "\x00", "\uFFFD")
	return strings.ToValidUTF8(text[:min(len(text), answerBytes)], "")
}

// reason leaves the address out of a client's error: it stands in the endpoint already, and may hold a token.
func reason(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return err.Error()
}

// NextRetry returns how long to wait after so many failed attempts: the table of the contract, each value spread by
// 20 % either way. spread returns a number in [0, 1), such as rand.Float64. The contract ends after 10 attempts, three
// days after the first; for more the last value stays.
func NextRetry(attempts int, spread func() float64) time.Duration {
	table := [...]time.Duration{0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	wait := table[min(max(attempts, 0), len(table)-1)]
	return time.Duration(float64(wait) * (0.8 + 0.4*spread()))
}
