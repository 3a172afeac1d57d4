package web

import (
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

func TestAnAccountHasSoManyStreamsAndNoMore(t *testing.T) {
	t.Parallel()
	w := newWatch(nil)
	defer w.close()
	person, other := efile.Actor{Kind: efile.Applicant, ID: efile.NewID()}, efile.Actor{Kind: efile.Applicant, ID: efile.NewID()}
	var leave []func()
	for range personStreams {
		l, err := w.admit(person)
		if err != nil {
			t.Fatalf("stream %d: %v", len(leave)+1, err)
		}
		leave = append(leave, l)
	}
	if _, err := w.admit(person); !fault.Is(err, fault.RateLimited) {
		t.Errorf("one too many: got %v, want rate_limited", err)
	}
	if _, err := w.admit(other); err != nil {
		t.Errorf("another person: got %v, want none", err)
	}
	leave[0]()
	if _, err := w.admit(person); err != nil {
		t.Errorf("after one has ended: got %v, want none", err)
	}
}
