package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

type endpointJSON struct {
	ID        string            `json:"id"`
	URL       string            `json:"url"`
	Algorithm string            `json:"algorithm"`
	Types     []efile.EventType `json:"types"` // empty: all
	State     string            `json:"state"`
	Created   string            `json:"created"`
	Rotated   string            `json:"rotated,omitempty"`
	Secret    string            `json:"secret,omitempty"`    // of v1; shown when it is made, never again
	PublicKey string            `json:"publicKey,omitempty"` // of v1a, the installation's
}

func (s *Server) endpointOut(e efile.Endpoint, withSecret bool) endpointJSON {
	out := endpointJSON{
		ID: e.ID.Public(efile.PrefixEndpoint), URL: e.URL, Algorithm: e.Algorithm, Types: e.Types, State: e.State,
		Created: timeText(e.Created), Rotated: timeText(e.Rotated), PublicKey: s.cfg.Signer.PublicKey(),
	}
	if out.Types == nil {
		out.Types = []efile.EventType{}
	}
	if withSecret && e.Algorithm == notify.AlgorithmHMAC {
		out.Secret = s.cfg.Signer.SecretOf(e)
	}
	return out
}

func (s *Server) listEndpoints(w http.ResponseWriter, r *Request) error {
	answer := struct {
		Endpoints []endpointJSON `json:"endpoints"`
	}{Endpoints: []endpointJSON{}}
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		all, err := tx.Endpoints(r.Context())
		for _, e := range all {
			answer.Endpoints = append(answer.Endpoints, s.endpointOut(e, false))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list endpoints: %w", err)
	}
	return writeJSON(w, http.StatusOK, answer)
}

type endpointOrder struct {
	URL       string            `json:"url"`
	Algorithm string            `json:"algorithm"`
	Types     []efile.EventType `json:"types"`
}

// postEndpoint registers a webhook. The answer shows the secret once; nothing of it is stored.
func (s *Server) postEndpoint(w http.ResponseWriter, r *Request) error {
	var body endpointOrder
	if err := readJSON(r, &body); err != nil {
		return err
	}
	target, err := url.Parse(body.URL)
	if err != nil || target.Host == "" || target.User != nil || len(body.URL) > 2000 {
		return wrong("/url", "not the address of a webhook")
	}
	if err := s.cfg.CheckDestination(r.Context(), target); err != nil {
		return fault.New(fault.Reject, fault.Validation, errors.Join(invalid{{"/url", "this address may not be rung"}}, err))
	}
	if body.Algorithm == "" {
		body.Algorithm = notify.AlgorithmEd25519
	}
	if body.Algorithm != notify.AlgorithmEd25519 && body.Algorithm != notify.AlgorithmHMAC {
		return wrong("/algorithm", "v1a or v1")
	}
	if len(body.Types) > 50 || slices.ContainsFunc(body.Types, func(t efile.EventType) bool { return len(t) < 1 || len(t) > 100 }) {
		return wrong("/types", "not types of events")
	}
	endpoint := efile.Endpoint{
		ID: efile.NewID(), URL: target.String(), Algorithm: body.Algorithm, Types: body.Types, Generation: 1, State: "active", Created: s.now(),
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error { return tx.AddEndpoint(r.Context(), endpoint) })
	if err != nil {
		return fmt.Errorf("add endpoint: %w", err)
	}
	w.Header().Set("Location", "/v1/endpoints/"+endpoint.ID.Public(efile.PrefixEndpoint))
	return writeJSON(w, http.StatusCreated, s.endpointOut(endpoint, true))
}

// changeEndpoint runs a change of one endpoint and answers with it.
func (s *Server) changeEndpoint(w http.ResponseWriter, r *Request, status int, withSecret bool, change func(*records.Tx, *efile.Endpoint) error) error {
	id, err := idIn(r, "endpoint", efile.PrefixEndpoint)
	if err != nil {
		return err
	}
	var endpoint efile.Endpoint
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		if endpoint, err = tx.Endpoint(r.Context(), id); err != nil {
			return err
		}
		return change(tx, &endpoint)
	})
	if err != nil {
		return fmt.Errorf("change endpoint %s: %w", id, err)
	}
	return writeJSON(w, status, s.endpointOut(endpoint, withSecret))
}

// rotateEndpoint gives an endpoint a new secret; the old one signs too for 24 hours.
func (s *Server) rotateEndpoint(w http.ResponseWriter, r *Request) error {
	return s.changeEndpoint(w, r, http.StatusOK, true, func(tx *records.Tx, e *efile.Endpoint) error {
		e.Generation++
		e.Rotated = s.now()
		return tx.SaveEndpoint(r.Context(), *e)
	})
}

// testEndpoint rings with an event that says nothing else.
func (s *Server) testEndpoint(w http.ResponseWriter, r *Request) error {
	return s.changeEndpoint(w, r, http.StatusAccepted, false, func(tx *records.Tx, e *efile.Endpoint) error {
		event := notify.TestEvent(*e)
		event.ID = efile.NewID()
		tx.Append(event)
		return s.ring(r.Context(), tx, r.Actor.Office, e.ID, event.ID, 0)
	})
}

func (s *Server) ring(ctx context.Context, tx *records.Tx, office, endpoint, event efile.ID, replay int64) error {
	ring := job.Ring{Office: office, Endpoint: endpoint, Event: event, Replay: replay}
	if _, err := s.cfg.Queue.InsertTx(ctx, tx.Pgx(), ring, nil); err != nil {
		return fmt.Errorf("insert ring for event %s: %w", event, err)
	}
	return nil
}

// maxReplay is how many events one order repeats.
const maxReplay = 5000

type replayOrder struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Event string    `json:"event"`
}

// replayEndpoint rings again for events of a span of time, or for one. Ids stay as they were. A consumer that asks for
// this is back, so a paused endpoint is active again.
func (s *Server) replayEndpoint(w http.ResponseWriter, r *Request) error {
	var body replayOrder
	if err := readJSON(r, &body); err != nil {
		return err
	}
	var one efile.ID
	if body.Event != "" {
		id, err := efile.ParsePublic(efile.PrefixEvent, body.Event)
		if err != nil {
			return wrong("/event", "not the id of an event")
		}
		one = id
	} else if body.From.IsZero() || !body.From.Before(body.To) {
		return wrong("/from", "from and to, or event")
	}
	return s.changeEndpoint(w, r, http.StatusAccepted, false, func(tx *records.Tx, e *efile.Endpoint) error {
		if e.State == "off" {
			return fault.New(fault.Reject, fault.Conflict, fmt.Errorf("endpoint %s is off", e.ID))
		}
		if e.State == "paused" {
			e.State = "active"
			if err := tx.SaveEndpoint(r.Context(), *e); err != nil {
				return err
			}
		}
		if !one.IsZero() {
			if _, err := tx.Event(r.Context(), one); err != nil {
				return err
			}
			return s.ring(r.Context(), tx, r.Actor.Office, e.ID, one, s.now().UnixNano())
		}
		return s.replaySpan(r, tx, *e, body.From, body.To)
	})
}

// replaySpan walks the log from the first event of the span on.
func (s *Server) replaySpan(r *Request, tx *records.Tx, e efile.Endpoint, from, to time.Time) error {
	after, err := sequenceBefore(r.Context(), tx, from)
	if err != nil {
		return err
	}
	replay := s.now().UnixNano()
	for rung := 0; ; {
		events, err := tx.Events(r.Context(), records.EventFilter{After: after, Limit: 500, Types: e.Types})
		if err != nil || len(events) == 0 {
			return err
		}
		for _, event := range events {
			if event.Time.After(to) {
				return nil
			}
			if rung++; rung > maxReplay {
				return wrong("/to", "more than %d events: choose a shorter span", maxReplay)
			}
			if err := s.ring(r.Context(), tx, r.Actor.Office, e.ID, event.ID, replay); err != nil {
				return err
			}
			after = event.Sequence
		}
	}
}

// sequenceBefore finds the sequence before the first event at or after a time. Times grow with the sequence, so halving
// finds the place.
func sequenceBefore(ctx context.Context, tx *records.Tx, edge time.Time) (int64, error) {
	anchor, err := tx.EventAnchor(ctx)
	if err != nil {
		return 0, err
	}
	found := sort.Search(int(anchor.Sequence), func(after int) bool {
		next, lookErr := tx.Events(ctx, records.EventFilter{After: int64(after), Limit: 1})
		if lookErr != nil {
			err = lookErr
		}
		return len(next) == 0 || !next[0].Time.Before(edge)
	})
	return int64(found), err
}

type deliveryJSON struct {
	Event     string `json:"event"`
	Attempt   int    `json:"attempt"`
	Status    int    `json:"status"` // 0: no answer
	Answer    string `json:"answer"`
	LatencyMS int64  `json:"latencyMs"`
	At        string `json:"at"`
}

// listDeliveries shows what became of the last rings.
func (s *Server) listDeliveries(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "endpoint", efile.PrefixEndpoint)
	if err != nil {
		return err
	}
	limit, err := numberIn(r.URL.Query(), "limit", 100, 1, 500)
	if err != nil {
		return err
	}
	answer := struct {
		Deliveries []deliveryJSON `json:"deliveries"`
	}{Deliveries: []deliveryJSON{}}
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		if _, err := tx.Endpoint(r.Context(), id); err != nil {
			return err
		}
		all, err := tx.Deliveries(r.Context(), id, limit)
		for _, d := range all {
			answer.Deliveries = append(answer.Deliveries, deliveryJSON{
				d.EventID.Public(efile.PrefixEvent), d.Attempt, d.Status, d.Answer, d.Latency.Milliseconds(), timeText(d.At),
			})
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list deliveries of endpoint %s: %w", id, err)
	}
	return writeJSON(w, http.StatusOK, answer)
}
