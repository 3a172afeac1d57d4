package efile_test

import (
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
)

func TestNewestOpen(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	old, closed, young := efile.Matter{ID: efile.NewID(), Opened: day(1)},
		efile.Matter{ID: efile.NewID(), Opened: day(3), Closed: day(4)}, efile.Matter{ID: efile.NewID(), Opened: day(2)}
	for _, test := range []struct {
		name    string
		matters []efile.Matter
		want    efile.ID
	}{
		{"no matter at all", nil, efile.ID{}},
		{"all are closed", []efile.Matter{closed}, efile.ID{}},
		{"the order does not matter", []efile.Matter{young, closed, old}, young.ID},
		{"the last one opened counts", []efile.Matter{old, young, closed}, young.ID},
	} {
		got, found := efile.NewestOpen(test.matters)
		if got.ID != test.want || found == test.want.IsZero() {
			t.Errorf("%s: got %s, %v; want %s", test.name, got.ID, found, test.want)
		}
	}
}
