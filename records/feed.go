package records

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// feed hears when events are written. One connection listens for all who wait; it is opened when the first one does.
type feed struct {
	config *pgx.ConnConfig
	log    *slog.Logger
	ctx    context.Context // ends with the store; the one goroutine's, not a caller's
	stop   context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex
	started bool
	waiting map[efile.ID]map[chan struct{}]bool // by office
}

func newFeed(config *pgx.ConnConfig, log *slog.Logger) *feed {
	ctx, stop := context.WithCancel(context.Background())
	return &feed{config: config.Copy(), log: log, ctx: ctx, stop: stop, waiting: map[efile.ID]map[chan struct{}]bool{}}
}

func (f *feed) close() {
	f.mu.Lock()
	f.started = true // nothing starts any more
	f.mu.Unlock()
	f.stop()
	f.done.Wait()
}

// WaitEvents returns nil when the office may have events after this sequence, or when ctx ends: in both cases the
// caller reads again and finds out. It returns early now and then, for instance when the connection was lost. An error
// means that the database is away.
func (s *Store) WaitEvents(ctx context.Context, office efile.ID, after int64) error {
	bell := make(chan struct{}, 1)
	defer s.feed.forget(office, bell)
	s.feed.wait(office, bell)
	// Only now look: what was written before the bell was hung up is found here. A listener that is not there yet rings
	// everyone as soon as it is.
	var newest int64
	err := s.View(ctx, efile.SystemIn(office), func(tx *Tx) error {
		a, err := tx.EventAnchor(ctx)
		newest = a.Sequence
		return err
	})
	if ctx.Err() != nil || newest > after {
		return nil
	}
	if err != nil {
		return err
	}
	select {
	case <-bell:
	case <-ctx.Done():
	case <-s.feed.ctx.Done():
	}
	return nil
}

// wait hangs up a bell for an office and starts the listener if none runs.
func (f *feed) wait(office efile.ID, bell chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting[office] == nil {
		f.waiting[office] = map[chan struct{}]bool{}
	}
	f.waiting[office][bell] = true
	if !f.started {
		f.started = true
		f.done.Go(f.listen)
	}
}

func (f *feed) forget(office efile.ID, bell chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.waiting[office], bell)
	if len(f.waiting[office]) == 0 {
		delete(f.waiting, office)
	}
}

// ring wakes who waits for an office; the zero ID wakes everyone.
func (f *feed) ring(office efile.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, bells := range f.waiting {
		if id != office && !office.IsZero() {
			continue
		}
		for bell := range bells {
			select {
			case bell <- struct{}{}:
			default: // rung already
			}
		}
	}
}

// listen keeps a listening connection until the store is closed.
func (f *feed) listen() {
	for f.ctx.Err() == nil {
		err := f.hear()
		f.ring(efile.ID{}) // whoever waits looks for itself and meets the outage
		if f.ctx.Err() != nil {
			return
		}
		f.log.Warn("the event listener lost its connection", "error", err)
		pause := time.NewTimer(time.Second)
		select {
		case <-pause.C:
		case <-f.ctx.Done():
			pause.Stop()
		}
	}
}

// hear listens on one connection until it breaks.
func (f *feed) hear() error {
	conn, err := pgx.ConnectConfig(f.ctx, f.config)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(f.ctx), time.Second)
		defer cancel()
		_ = conn.Close(end) // nothing to lose
	}()
	if _, err := conn.Exec(f.ctx, "listen eakte_events"); err != nil {
		return err
	}
	f.ring(efile.ID{}) // what came before LISTEN was in force
	for {
		n, err := conn.WaitForNotification(f.ctx)
		if err != nil {
			return err
		}
		office, _, _ := strings.Cut(n.Payload, ":")
		if id, err := efile.ParseID(office); err == nil {
			f.ring(id)
		}
	}
}
