package testenv

import (
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// Office records an example office with a key of its own.
func Office(t testing.TB, store *records.Store) efile.Office {
	t.Helper()
	id := efile.NewID()
	office := efile.Office{ID: id, Key: "office-" + id.String(), Name: "Ausländerbehörde Musterstadt", Language: "de", Created: now()}
	if err := store.CreateOffice(t.Context(), office); err != nil {
		t.Fatalf("create the example office: %v", err)
	}
	return office
}

// Case records an example case file in an office, open and without a matter.
func Case(t testing.TB, store *records.Store, office efile.Office) efile.Case {
	t.Helper()
	id := efile.NewID()
	c := efile.Case{ID: id, Reference: "ABH-" + id.String(), Title: "Muster, Erika", Language: "en", Status: efile.CaseInitiated,
		Opened: now(), Changed: now()}
	err := store.In(t.Context(), efile.SystemIn(office.ID), func(tx *records.Tx) error { return tx.AddCase(t.Context(), &c) })
	if err != nil {
		t.Fatalf("add the example case: %v", err)
	}
	return c
}

// now is what a column can hold: microseconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
