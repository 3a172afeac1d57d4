package workers

import (
	"context"
	"sync"
	"time"
)

// paceBurst is how much may be read at once after a time in which nothing was.
const paceBurst = time.Second

// pace is a token bucket: it lets bytes through at a rate, so that periodic care never takes the store from people. It is
// safe for use by many at once.
type pace struct {
	rate int64 // bytes a second; 0: as fast as they come
	now  func() time.Time
	wait func(ctx context.Context, d time.Duration) error

	mu   sync.Mutex
	free time.Time // when all that was let through so far is paid for
}

func newPace(rate int64) *pace { return &pace{rate: rate, now: time.Now, wait: waitAWhile} }

// take returns when n more bytes may be read, or with ctx's error.
func (p *pace) take(ctx context.Context, n int) error {
	if p.rate <= 0 {
		return ctx.Err()
	}
	p.mu.Lock()
	now := p.now()
	if earliest := now.Add(-paceBurst); p.free.Before(earliest) {
		p.free = earliest
	}
	p.free = p.free.Add(time.Duration(float64(n) / float64(p.rate) * float64(time.Second)))
	ahead := p.free.Sub(now)
	p.mu.Unlock()
	if ahead <= 0 {
		return ctx.Err()
	}
	return p.wait(ctx, ahead)
}

func waitAWhile(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
