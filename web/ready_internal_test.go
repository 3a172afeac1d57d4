package web

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/eakte/eakte/internal/testenv"
)

func TestAskingForReadinessCostsTheNeighboursLittle(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := &Server{log: testenv.Log(t), cfg: Config{Checks: map[string]func(context.Context) error{
		"database": func(ctx context.Context) error { asked.Add(1); return ctx.Err() },
		"store":    func(context.Context) error { return errors.New("bucket secret-name is away") },
	}}}
	var callers sync.WaitGroup
	for range 200 {
		callers.Go(func() {
			left, leave := context.WithCancel(t.Context())
			leave()
			answer := httptest.NewRecorder()
			if err := s.readyz(answer, &Request{Request: httptest.NewRequest("GET", "/readyz", nil).WithContext(left)}); err != nil {
				t.Error(err)
			}
			if got, want := answer.Body.String(), "database: ok\nstore: failed\n"; got != want || answer.Code != 503 {
				t.Errorf("got %d %q, want 503 %q", answer.Code, got, want)
			}
		})
	}
	callers.Wait()
	if n := asked.Load(); n > 5 {
		t.Errorf("the database was asked %d times for 200 callers, want about once a second", n)
	}
}
