// Package client speaks the product's public API as a portal or a case system would. The demo, the end-to-end tests and
// the benchmarks use it; it knows nothing of the server's inside.
//
// Start reading at Client; upload.go holds the two roads of uploading.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Client is one caller of one site.
type Client struct {
	Site   string // "http://127.0.0.1:8080"
	Bearer string // "<office key>.<access code or token>"
	HTTP   *http.Client
}

// Problem is an answer that says no (RFC 9457).
type Problem struct {
	Status     int           `json:"status"`
	Code       string        `json:"code"`
	Title      string        `json:"title"`
	Detail     string        `json:"detail"`
	RetryAfter time.Duration `json:"-"`
}

// Error names status and code.
func (p *Problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Code) }

// Again reports whether the same request may succeed later: the server or a neighbour of it is away, or too much came at
// once.
func Again(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		return err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	return p.Status >= 500 || p.Status == http.StatusTooManyRequests || p.Status == http.StatusLocked
}

// Submission is one act of uploading and what became of its files.
type Submission struct {
	ID        string     `json:"id"`
	Case      string     `json:"case"`
	Settled   bool       `json:"settled"`
	Documents []Document `json:"documents"`
}

// Document is how far one file is.
type Document struct {
	ID          string   `json:"id"`
	Parent      string   `json:"parent"`
	FileName    string   `json:"fileName"`
	Status      string   `json:"status"`
	StatusText  string   `json:"statusText"`
	Station     string   `json:"station"`
	StationText string   `json:"stationText"`
	Code        string   `json:"code"`
	What        string   `json:"what"`
	Todo        string   `json:"todo"`
	Notes       []string `json:"notes"`
	Type        string   `json:"type"`
	Pages       int      `json:"pages"`
	SHA256      string   `json:"sha256"`
	Received    string   `json:"received"`
	Changed     string   `json:"changed"`
}

// Case is a case file.
type Case struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
}

// Feed is a page of the event feed.
type Feed struct {
	Events   []json.RawMessage `json:"events"`
	Next     string            `json:"next"`
	CaughtUp bool              `json:"caughtUp"`
}

// Ready reports whether the site takes requests.
func (c *Client) Ready(ctx context.Context) bool {
	return c.do(ctx, http.MethodGet, "/readyz", nil, nil, nil) == nil
}

// PutCase creates or finds a case under the case system's own reference.
func (c *Client) PutCase(ctx context.Context, system, ref string, order map[string]any) (Case, error) {
	var out Case
	header := http.Header{"Idempotency-Key": {system + "-" + ref}}
	err := c.do(ctx, http.MethodPut, "/v1/cases/by-ref/"+url.PathEscape(system)+"/"+url.PathEscape(ref), header, order, &out)
	return out, err
}

// Open begins a submission. order is empty for an applicant, and names the case otherwise.
func (c *Client) Open(ctx context.Context, order map[string]any) (Submission, error) {
	var out Submission
	err := c.do(ctx, http.MethodPost, "/v1/submissions", nil, order, &out)
	return out, err
}

// Submission asks how far the files of a submission are.
func (c *Client) Submission(ctx context.Context, id string) (Submission, error) {
	var out Submission
	err := c.do(ctx, http.MethodGet, "/v1/submissions/"+id, nil, nil, &out)
	return out, err
}

// Document returns everything known about one document.
func (c *Client) Document(ctx context.Context, id string) (map[string]any, error) {
	var out map[string]any
	err := c.do(ctx, http.MethodGet, "/v1/documents/"+id, nil, nil, &out)
	return out, err
}

// Events reads the feed behind a cursor, waiting up to wait for something new.
func (c *Client) Events(ctx context.Context, after string, wait time.Duration) (Feed, error) {
	var out Feed
	query := url.Values{"limit": {"500"}, "wait": {fmt.Sprint(int(wait.Seconds()))}}
	if after != "" {
		query.Set("after", after)
	}
	err := c.do(ctx, http.MethodGet, "/v1/events?"+query.Encode(), nil, nil, &out)
	return out, err
}

// AddEndpoint asks to be rung; the answer holds what is needed to verify the rings.
func (c *Client) AddEndpoint(ctx context.Context, address, algorithm string) (map[string]any, error) {
	var out map[string]any
	err := c.do(ctx, http.MethodPost, "/v1/endpoints", nil, map[string]any{"url": address, "algorithm": algorithm}, &out)
	return out, err
}

// do sends a JSON request and reads a JSON answer.
func (c *Client) do(ctx context.Context, method, path string, header http.Header, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(data)
	}
	request, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	for k, v := range header {
		request.Header[k] = v
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.send(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // read to the end
	if out == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	if err := json.NewDecoder(answer.Body).Decode(out); err != nil {
		return fmt.Errorf("decode answer of %s %s: %w", method, path, err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.Site+path, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if c.Bearer != "" {
		request.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	return request, nil
}

// send returns the answer, or its problem as an error.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode < 300 {
		return answer, nil
	}
	defer func() { _ = answer.Body.Close() }() // a problem is small
	return nil, problemOf(answer)
}

func problemOf(answer *http.Response) error {
	p := &Problem{}
	data, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil || json.Unmarshal(data, p) != nil {
		p.Code = "no problem document"
	}
	p.Status = answer.StatusCode
	if seconds, err := time.ParseDuration(answer.Header.Get("Retry-After") + "s"); err == nil {
		p.RetryAfter = seconds
	}
	return p
}
