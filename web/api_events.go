package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

// cursorPrefix tells this form of cursor from later ones.
const cursorPrefix = "e1."

func cursorText(sequence int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + strconv.FormatInt(sequence, 10)))
}

// parseCursor reads what cursorText wrote.
func parseCursor(text string) (int64, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	digits, found := strings.CutPrefix(string(raw), cursorPrefix)
	if err != nil || !found {
		return 0, wrong("", "not a cursor of this feed")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || cursorText(n) != text {
		return 0, wrong("", "not a cursor of this feed")
	}
	return n, nil
}

// feedQuery is what a consumer asks the feed.
type feedQuery struct {
	after  int64
	start  bool // without a cursor: from the oldest kept event on
	limit  int
	wait   time.Duration
	filter []efile.EventType
}

func parseFeed(r *Request) (feedQuery, error) {
	v := r.URL.Query()
	q := feedQuery{start: v.Get("after") == ""}
	var err error
	if !q.start {
		if q.after, err = parseCursor(v.Get("after")); err != nil {
			return q, err
		}
	}
	if q.limit, err = numberIn(v, "limit", 100, 1, 500); err != nil {
		return q, err
	}
	seconds, err := numberIn(v, "wait", 0, 0, 30)
	if err != nil {
		return q, err
	}
	q.wait = time.Duration(seconds) * time.Second
	for _, list := range v["type"] {
		for t := range strings.SplitSeq(list, ",") {
			if t != "" {
				q.filter = append(q.filter, efile.EventType(t))
			}
		}
	}
	return q, nil
}

// feed gives the events after a cursor, in the order in which they were committed. The next cursor moves on over events
// that the type filter leaves out, so a filtered consumer does not read the same log again and again.
func (s *Server) feed(w http.ResponseWriter, r *Request) error {
	q, err := parseFeed(r)
	if err != nil {
		return err
	}
	if q.start {
		if q.after, err = s.oldestKept(r); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), q.wait)
	defer cancel()
	events, head, err := s.look(r, q)
	for err == nil && len(events) == 0 && ctx.Err() == nil {
		q.after = max(q.after, head)
		if err = s.cfg.Records.WaitEvents(ctx, r.Actor.Office, q.after); err == nil {
			events, head, err = s.look(r, q)
		}
	}
	if err != nil {
		return fmt.Errorf("read feed: %w", err)
	}
	return s.answerFeed(w, r, q, events, head)
}

// look reads one page and the present end of the log. The end is read first: what is between it and the last event of a
// page that is not full is left out by the filter only.
func (s *Server) look(r *Request, q feedQuery) (events []efile.Event, head int64, err error) {
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		anchor, err := tx.EventAnchor(r.Context())
		if err != nil {
			return err
		}
		head = anchor.Sequence
		if !q.start {
			if err := s.stillKept(r.Context(), tx, q.after); err != nil {
				return err
			}
		}
		events, err = tx.Events(r.Context(), records.EventFilter{After: q.after, Limit: q.limit, Types: q.filter})
		return err
	})
	return events, head, err
}

// stillKept refuses a cursor whose next event has left the feed: the consumer would miss events without knowing.
func (s *Server) stillKept(ctx context.Context, tx *records.Tx, after int64) error {
	next, err := tx.Events(ctx, records.EventFilter{After: after, Limit: 1})
	if err != nil || len(next) == 0 {
		return err
	}
	if next[0].Time.Before(s.now().Add(-s.times.FeedKept)) {
		return fault.New(fault.Reject, fault.CursorExpired, errors.New("the feed no longer goes back so far"))
	}
	return nil
}

// oldestKept finds the sequence before the oldest event that is still in the feed. The log itself is kept longer, for
// it is the audit trail.
func (s *Server) oldestKept(r *Request) (after int64, err error) {
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		after, err = sequenceBefore(r.Context(), tx, s.now().Add(-s.times.FeedKept))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find the oldest kept event: %w", err)
	}
	return after, nil
}

func (s *Server) answerFeed(w http.ResponseWriter, r *Request, q feedQuery, events []efile.Event, head int64) error {
	answer := struct {
		Events   []json.RawMessage `json:"events"`
		Next     string            `json:"next"`
		CaughtUp bool              `json:"caughtUp"`
	}{Events: []json.RawMessage{}}
	next := max(q.after, head)
	if len(events) > 0 {
		if last := events[len(events)-1].Sequence; len(events) == q.limit || last > head {
			next = last
		}
	}
	for _, e := range events {
		envelope, err := notify.Envelope(s.cfg.Installation, r.Office, e)
		if err != nil {
			return fmt.Errorf("envelope of event %s: %w", e.ID, err)
		}
		answer.Events = append(answer.Events, envelope)
	}
	answer.Next = cursorText(next)
	answer.CaughtUp = len(events) < q.limit
	return writeJSON(w, http.StatusOK, answer)
}

var consumerName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// putCheckpoint notes how far a consumer has read, so that the operator sees one that falls behind.
func (s *Server) putCheckpoint(w http.ResponseWriter, r *Request) error {
	name := r.PathValue("consumer")
	if !consumerName.MatchString(name) {
		return wrong("", "consumer: [a-z0-9][a-z0-9._-]{0,63}")
	}
	var body struct {
		Cursor string `json:"cursor"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	sequence, err := parseCursor(body.Cursor)
	if err != nil {
		return wrong("/cursor", "not a cursor of this feed")
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		return tx.SaveCheckpoint(r.Context(), name, sequence)
	})
	if err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
