package workers_test

import (
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// TestThePipelineUsesNothingInQuarantine quarantines an original whose bytes are right: only the mark keeps it back.
func TestThePipelineUsesNothingInQuarantine(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	id := b.upload("a.pdf", []byte("%PDF-1.7 not read at all"))
	original := view(b, func(tx *records.Tx) (efile.Rendition, error) { return tx.Rendition(t.Context(), id, efile.Original, 0) })
	err := b.records.In(t.Context(), efile.SystemIn(b.office.ID), func(tx *records.Tx) error {
		_, err := tx.Quarantine(t.Context(), original, records.DetailDiffers, time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.start()
	if doc := b.settled(id); doc.Status != efile.Review || doc.Code != string(fault.DigestMismatch) || doc.Station != efile.Inspect {
		t.Errorf("got %s, %s at %s; want review with digest_mismatch at inspect", doc.Status, doc.Code, doc.Station)
	}
}
