package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// watch tells open streams that something happened in their case. Per office with open streams, one goroutine follows the
// event log and wakes only the streams of the cases concerned; without streams there is none.
type watch struct {
	s      *Server
	ctx    context.Context //nolint:containedctx // ends with the server, not with a request
	cancel context.CancelFunc
	all    sync.WaitGroup

	mu      sync.Mutex
	offices map[efile.ID]*officeWatch
	open    map[efile.ID]int // streams by account
}

// Streams that one account may have open. Each looks at the database every few seconds, for minutes; a person has some
// tabs, a machine speaks for many people.
const (
	personStreams  = 10
	machineStreams = 200
)

type officeWatch struct {
	cancel context.CancelFunc
	bells  map[chan struct{}]efile.ID // to the case it rings for
}

func newWatch(s *Server) *watch {
	ctx, cancel := context.WithCancel(context.Background())
	return &watch{s: s, ctx: ctx, cancel: cancel, offices: map[efile.ID]*officeWatch{}, open: map[efile.ID]int{}}
}

// admit counts a stream of the actor; leave ends it. Over the actor's number: RateLimited.
func (w *watch) admit(actor efile.Actor) (leave func(), err error) {
	most := personStreams
	if actor.Kind == efile.Service {
		most = machineStreams
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open[actor.ID] >= most {
		return nil, fault.New(fault.Reject, fault.RateLimited, fmt.Errorf("%d streams are open", most))
	}
	w.open[actor.ID]++
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.open[actor.ID]--; w.open[actor.ID] <= 0 {
			delete(w.open, actor.ID)
		}
	}, nil
}

// close ends all following and waits for it.
func (w *watch) close() {
	w.cancel()
	w.all.Wait()
}

// listen returns a bell that rings after something happened in the case, at least once after the last such thing. A
// stream may also wake for nothing. stop must be called.
func (w *watch) listen(office, caseID efile.ID) (bell <-chan struct{}, stop func()) {
	ring := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	o := w.offices[office]
	if o == nil {
		ctx, cancel := context.WithCancel(w.ctx)
		o = &officeWatch{cancel: cancel, bells: map[chan struct{}]efile.ID{}}
		w.offices[office] = o
		w.all.Go(func() { w.follow(ctx, office, o) })
	}
	o.bells[ring] = caseID
	return ring, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(o.bells, ring)
		if len(o.bells) == 0 {
			o.cancel()
			if w.offices[office] == o {
				delete(w.offices, office)
			}
		}
	}
}

// follow reads the office's log from its present end on. After an error it rings for all, for it may have missed
// something, and begins again.
func (w *watch) follow(ctx context.Context, office efile.ID, o *officeWatch) {
	for ctx.Err() == nil {
		err := w.followOn(ctx, office, o)
		w.ring(o, efile.ID{})
		if ctx.Err() == nil {
			w.s.log.WarnContext(ctx, "following events", "office", office.String(), "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(w.s.times.Poll):
			}
		}
	}
}

// followOn follows until something goes wrong, and says what.
func (w *watch) followOn(ctx context.Context, office efile.ID, o *officeWatch) error {
	system := efile.SystemIn(office)
	var last int64
	err := w.s.cfg.Records.View(ctx, system, func(tx *records.Tx) error {
		anchor, err := tx.EventAnchor(ctx)
		last = anchor.Sequence
		return err
	})
	w.ring(o, efile.ID{}) // for what happened between the stream's first look and this one
	for err == nil {
		if err = w.s.cfg.Records.WaitEvents(ctx, office, last); err != nil {
			break
		}
		err = w.s.cfg.Records.View(ctx, system, func(tx *records.Tx) error {
			events, err := tx.Events(ctx, records.EventFilter{After: last, Limit: 500, Audit: true})
			for _, e := range events {
				w.ring(o, e.CaseID)
				last = e.Sequence
			}
			return err
		})
	}
	return err
}

// ring wakes the streams of a case; the zero case: all. A bell that already rings stays as it is.
func (w *watch) ring(o *officeWatch, caseID efile.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for bell, of := range o.bells {
		if caseID.IsZero() || of == caseID {
			select {
			case bell <- struct{}{}:
			default:
			}
		}
	}
}
