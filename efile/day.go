package efile

import (
	"sync"
	"time"
	_ "time/tzdata" // dates are those of Germany, also on a machine without time zones
)

// Zone is where every office is. A period begins and ends there, also when the machine's clock is set to another place.
const Zone = "Europe/Berlin"

var zone = sync.OnceValue(func() *time.Location {
	z, err := time.LoadLocation(Zone)
	if err != nil {
		return time.UTC // impossible: time/tzdata is linked in
	}
	return z
})

// Location is Zone.
func Location() *time.Location { return zone() }

// DateOf is the calendar date of a moment where the offices are, as midnight UTC: the form in which dates are kept and
// compared. Something with a period is due from the moment on of which DateOf is its due date.
func DateOf(t time.Time) time.Time {
	y, m, d := t.In(zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
