package web

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/eakte/eakte/fault"
)

// class is a budget of the rate limiter.
type class string

// The classes.
const (
	free      class = "free"      // health: never limited
	reading   class = "reading"   // pages and lookups
	writing   class = "writing"   // orders and forms
	uploading class = "uploading" // tus requests: many small ones are normal
	status    class = "status"    // how far is my document
	signIn    class = "sign_in"   // per address
	account   class = "account"   // sign-ins per login name
	guessing  class = "guessing"  // wrong codes, tokens and passwords per address; used up by failures only
)

// Rate is a budget: so many at once, refilled by so many a second.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates are the budgets of one person, counted per address and per account. Several people may share an address, and a
// machine speaks for many, so both have the budgets of a person times AddressFactor.
type Rates struct {
	Reading, Writing, Uploading, Status, SignIn, Account, Guessing Rate
	AddressFactor                                                  float64
}

// DefaultRates allow quick people and their browsers, and slow down who tries codes.
func DefaultRates() Rates {
	return Rates{
		Reading: Rate{20, 100}, Writing: Rate{5, 40}, Uploading: Rate{50, 400}, Status: Rate{5, 60},
		SignIn: Rate{1, 30}, Account: Rate{1.0 / 30, 5}, Guessing: Rate{0.5, 30}, AddressFactor: 10,
	}
}

// rateError says when to come back. It is the cause of a RateLimited fault.
type rateError struct{ after time.Duration }

// Error names the waiting time.
func (e *rateError) Error() string { return fmt.Sprintf("over the budget, again in %s", e.after) }

// limiter holds the budgets. Entries unused for a while are forgotten; maxEntries bounds memory, and when it is reached
// everything idle goes.
type limiter struct {
	rates Rates
	now   func() time.Time

	mu      sync.Mutex
	entries map[string]*entry
	swept   time.Time
}

type entry struct {
	*rate.Limiter
	used time.Time
}

const (
	maxEntries  = 100_000
	forgetAfter = 20 * time.Minute
)

func newLimiter(rates Rates, now func() time.Time) *limiter {
	if rates == (Rates{}) {
		rates = DefaultRates()
	}
	return &limiter{rates: rates, now: now, entries: map[string]*entry{}}
}

func (l *limiter) rate(c class) (Rate, bool) {
	switch c {
	case reading:
		return l.rates.Reading, true
	case writing:
		return l.rates.Writing, true
	case uploading:
		return l.rates.Uploading, true
	case status:
		return l.rates.Status, true
	case signIn:
		return l.rates.SignIn, true
	case account:
		return l.rates.Account, true
	case guessing:
		return l.rates.Guessing, true
	}
	return Rate{}, false
}

// allow takes one from the budget of key, which starts with "addr " for an address, "svc " for a machine's account, "id "
// for a person's. Over it: RateLimited with a waiting time.
func (l *limiter) allow(c class, key string) error {
	budget, limited := l.rate(c)
	if !limited {
		return nil
	}
	shared := strings.HasPrefix(key, "addr ") || strings.HasPrefix(key, "svc ")
	if shared && c != signIn && c != guessing && l.rates.AddressFactor > 0 {
		budget.PerSecond *= l.rates.AddressFactor
		budget.Burst = int(float64(budget.Burst) * l.rates.AddressFactor)
	}
	now := l.now()
	booked := l.entry(c, key, budget, now).ReserveN(now, 1)
	if !booked.OK() {
		return fault.New(fault.Reject, fault.RateLimited, errors.New("budget is zero"))
	}
	if wait := booked.DelayFrom(now); wait > 0 {
		booked.CancelAt(now)
		return fault.New(fault.Reject, fault.RateLimited, &rateError{after: wait})
	}
	return nil
}

// exhausted reports whether key has nothing left, without taking anything: for budgets that only failures use up.
func (l *limiter) exhausted(c class, key string) error {
	budget, limited := l.rate(c)
	if !limited {
		return nil
	}
	now := l.now()
	if tokens := l.entry(c, key, budget, now).TokensAt(now); tokens < 1 {
		return fault.New(fault.Reject, fault.RateLimited, &rateError{after: time.Duration((1 - tokens) / max(budget.PerSecond, 1e-6) * float64(time.Second))})
	}
	return nil
}

func (l *limiter) entry(c class, key string, budget Rate, now time.Time) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	name := string(c) + " " + key
	e, known := l.entries[name]
	if !known {
		e = &entry{Limiter: rate.NewLimiter(rate.Limit(budget.PerSecond), budget.Burst)}
		l.entries[name] = e
	}
	e.used = now
	return e
}

// sweep forgets idle entries once a minute, and at once everything not used within a second when there are too many.
func (l *limiter) sweep(now time.Time) {
	idle := forgetAfter
	if len(l.entries) >= maxEntries {
		idle = time.Second
	} else if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for name, e := range l.entries {
		if now.Sub(e.used) > idle {
			delete(l.entries, name)
		}
	}
}
