package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/notify"
)

// receiver plays the case system: it is rung by webhook, verifies every signature, remembers the ids and answers.
type receiver struct {
	server   *http.Server
	verifier *notify.Verifier
	news     chan struct{}

	mu      sync.Mutex
	types   map[string]int
	seen    map[string]bool
	again   int // rings that came a second time
	refused int // rings whose signature did not fit
}

// maxRing is the contract's limit of an envelope.
const maxRing = 16 << 10

// startReceiver listens on a free port and asks the site to ring it.
func startReceiver(ctx context.Context, machine *client.Client) (*receiver, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the case system: %w", err)
	}
	r := &receiver{types: map[string]int{}, seen: map[string]bool{}, news: make(chan struct{}, 1)}
	endpoint, err := machine.AddEndpoint(ctx, "http://"+listener.Addr().String()+"/", "v1a")
	if err == nil {
		key, _ := endpoint["publicKey"].(string)
		r.verifier, err = notify.NewVerifier(key)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("register the case system: %w", err), listener.Close())
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = r.server.Serve(listener) }() // ends with close
	return r, nil
}

// ServeHTTP takes one ring: verify, remember, answer.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(io.LimitReader(request.Body, maxRing+1))
	if err != nil || len(body) > maxRing {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	id, err := r.verifier.Verify(request.Header, body, time.Now())
	var event struct {
		Type string `json:"type"`
	}
	if err == nil {
		err = json.Unmarshal(body, &event)
	}
	r.mu.Lock()
	switch {
	case err != nil:
		r.refused++
	case r.seen[id]:
		r.again++
	default:
		r.seen[id] = true
		r.types[event.Type]++
	}
	r.mu.Unlock()
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	select {
	case r.news <- struct{}{}:
	default:
	}
	w.WriteHeader(http.StatusNoContent)
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}

// await waits until as many events have been rung, for half a minute at most.
func (r *receiver) await(ctx context.Context, events int) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for r.count() < events {
		select {
		case <-r.news:
		case <-ctx.Done():
			return
		}
	}
}

// print tells what arrived.
func (r *receiver) print(out io.Writer, events int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(out, "\nThe case system was rung with %d of %d events, every signature verified (%d refused, %d came twice):\n",
		len(r.seen), events, r.refused, r.again)
	for _, t := range slices.Sorted(maps.Keys(r.types)) {
		fmt.Fprintf(out, "  %4d × %s\n", r.types[t], t)
	}
}

// close ends the server, also when ctx is done already.
func (r *receiver) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	_ = r.server.Shutdown(ctx) // the process ends anyway
}
