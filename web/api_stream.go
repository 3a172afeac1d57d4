package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/eakte/eakte/efile"
)

// streamSubmission sends a submission's state as server-sent events, now and whenever it changes, until Times.Stream is
// over or nothing can change any more. What is sent is read from the database, so it does not matter which process did
// the work. The id of an event is the state's entity tag: a browser that comes back with Last-Event-ID is told only what
// is new.
func (s *Server) streamSubmission(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "submission", efile.PrefixSubmission)
	if err != nil {
		return err
	}
	state, err := s.lookAtSubmission(r, id)
	if err != nil {
		return err
	}
	caseID, err := efile.ParsePublic(efile.PrefixCase, state.Case)
	if err != nil {
		return err
	}
	leave, err := s.watch.admit(r.Actor)
	if err != nil {
		return err
	}
	defer leave()
	bell, stop := s.watch.listen(r.Actor.Office, caseID)
	defer stop()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events to itself
	out := &stream{to: s.flowing(w), last: r.Header.Get("Last-Event-ID")}
	if err := out.send("retry: 2000\n\n"); err != nil {
		return ignoreGone(err)
	}
	end := time.NewTimer(s.times.Stream)
	defer end.Stop()
	beat := time.NewTicker(s.times.Heartbeat)
	defer beat.Stop()
	look := time.NewTicker(s.times.Poll) // stations a document passes without an event
	defer look.Stop()
	for {
		if state, err = s.lookAtSubmission(r, id); err != nil {
			return err
		}
		if err := out.state(state); err != nil {
			return ignoreGone(err)
		}
		if state.Settled && state.Status == efile.SubmissionComplete {
			return ignoreGone(out.send("event: end\ndata: {}\n\n"))
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-s.watch.ctx.Done():
			return nil
		case <-end.C:
			return nil
		case <-bell:
		case <-look.C:
		case <-beat.C:
			if err := out.send(": still here\n\n"); err != nil {
				return ignoreGone(err)
			}
		}
	}
}

type stream struct {
	to   *progressWriter
	last string
}

// state sends the state unless the other side has it.
func (o *stream) state(state submissionJSON) error {
	b, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	tag := tagOf(b)
	if tag == o.last {
		return nil
	}
	o.last = tag
	return o.send("id: " + tag + "\nevent: submission\ndata: " + string(b) + "\n\n")
}

func (o *stream) send(text string) error {
	if _, err := io.WriteString(o.to, text); err != nil {
		return err
	}
	return o.to.control.Flush()
}
