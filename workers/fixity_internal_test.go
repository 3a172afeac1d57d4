package workers

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// shelf is an office with a document and stored objects, as many as a test wants.
type shelf struct {
	t      *testing.T
	bucket string
	fixity Fixity
	office efile.ID
	doc    efile.Document
	at     time.Time // what the clock says
	log    bytes.Buffer
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, at: time.Now().UTC().Truncate(time.Second).Add(time.Hour)}
	config := testenv.StoreConfig(t)
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	s.bucket = config.Bucket
	rec := testenv.Database(t)
	office := testenv.Office(t, rec)
	file := testenv.Case(t, rec, office)
	s.office = office.ID
	s.doc = efile.Document{
		ID: efile.NewID(), CaseID: file.ID, Status: efile.Filed, Generation: 1, FileName: "Muster, Erika.pdf",
		SHA256: strings.Repeat("0", 64), Channel: efile.ChannelScan, Received: time.Now(),
	}
	s.fixity = Fixity{Records: rec, Store: store, Log: slog.New(slog.NewTextHandler(&s.log, nil)), Now: func() time.Time { return s.at }}
	s.in(func(tx *records.Tx) error { return tx.AddDocument(t.Context(), s.doc) })
	return s
}

func (s *shelf) in(do func(*records.Tx) error) {
	s.t.Helper()
	if err := s.fixity.Records.In(s.t.Context(), system(s.office), do); err != nil {
		s.t.Fatal(err)
	}
}

// content is the bytes of page n.
func content(n, size int) []byte {
	return append(bytes.Repeat([]byte{'0'}, size-10), fmt.Sprintf("%010d", n)...)
}

// put stores n objects of a size, each with other bytes, as pages of the document from page first on.
func (s *shelf) put(first, n, size int) []efile.Rendition {
	s.t.Helper()
	all := make([]efile.Rendition, n)
	for i := range all {
		path := filepath.Join(s.t.TempDir(), "object")
		s.write(path, content(first+i, size))
		stored, err := s.fixity.Store.PutFile(s.t.Context(), s.office, s.doc.ID, path)
		if err != nil {
			s.t.Fatal(err)
		}
		all[i] = efile.Rendition{ID: efile.NewID(), DocumentID: s.doc.ID, Kind: efile.PageImage, Page: first + i,
			Key: stored.Key, Size: stored.Size, SHA256: stored.SHA256, Created: s.at.Add(-time.Minute)}
	}
	s.in(func(tx *records.Tx) error {
		for _, r := range all {
			if err := tx.AddRendition(s.t.Context(), r); err != nil {
				return err
			}
		}
		return nil
	})
	return all
}

func (s *shelf) write(path string, b []byte) {
	s.t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// file is where the store keeps an object.
func (s *shelf) file(r efile.Rendition) string { return testenv.ObjectFile(s.t, s.bucket, r.Key) }

// flip changes one bit behind the store's back and returns what was there.
func (s *shelf) flip(r efile.Rendition) []byte {
	s.t.Helper()
	was, err := os.ReadFile(s.file(r))
	if err != nil {
		s.t.Fatal(err)
	}
	now := bytes.Clone(was)
	now[len(now)/2] ^= 1
	s.write(s.file(r), now)
	return was
}

func (s *shelf) remove(r efile.Rendition) {
	s.t.Helper()
	if err := os.Remove(s.file(r)); err != nil {
		s.t.Fatal(err)
	}
}

// rounds reads until nothing is left, as the worker does.
func (s *shelf) rounds() {
	s.t.Helper()
	for more := true; more; {
		var err error
		if more, err = s.fixity.Round(s.t.Context(), s.office); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *shelf) report() records.FixityReport {
	s.t.Helper()
	var report records.FixityReport
	s.in(func(tx *records.Tx) error {
		var err error
		report, err = tx.FixityReport(s.t.Context())
		return err
	})
	return report
}

func (s *shelf) rendition(r efile.Rendition) (efile.Rendition, error) {
	var found efile.Rendition
	err := s.fixity.Records.View(s.t.Context(), system(s.office), func(tx *records.Tx) error {
		var err error
		found, err = tx.Rendition(s.t.Context(), s.doc.ID, r.Kind, r.Page)
		return err
	})
	return found, err
}

func (s *shelf) findings(open bool) []records.Finding {
	s.t.Helper()
	var found []records.Finding
	s.in(func(tx *records.Tx) error {
		var err error
		found, err = tx.Findings(s.t.Context(), open)
		return err
	})
	return found
}

func TestWhatIsDamagedOrGoneGoesIntoQuarantineAndComesBackWhenRestored(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	all := s.put(1, 5, 3000)
	was := s.flip(all[1])
	s.remove(all[3])
	s.rounds()
	report := s.report()
	if r := report.Round; r.Objects != 5 || r.Bytes != 3*3000 || r.Differing != 1 || r.Missing != 1 || r.Ended.IsZero() || r.Algorithms != "sha256" {
		t.Errorf("round: got %+v", r)
	}
	if report.Quarantined != 2 || report.Findings != 2 || report.Never != 0 || !report.Oldest.Equal(s.at) {
		t.Errorf("report: got %+v", report)
	}
	for i, r := range all {
		if _, err := s.rendition(r); fault.Is(err, fault.DigestMismatch) != (i == 1 || i == 3) {
			t.Errorf("object %d: got %v", i, err)
		}
	}
	if line := s.log.String(); strings.Count(line, "level=ERROR") != 2 || strings.Contains(line, "Muster") || !strings.Contains(line, all[1].Key) {
		t.Errorf("log: got %s", line)
	}
	archivist := efile.Actor{Kind: efile.Staff, ID: efile.NewID(), Office: s.office, Roles: []efile.Role{efile.Archivist}}
	finding := s.findings(true)[0]
	for finding.Subject != all[1].Key {
		finding = s.findings(true)[1]
	}
	if err := s.fixity.Recheck(t.Context(), archivist, finding.ID); !fault.Is(err, fault.DigestMismatch) {
		t.Errorf("released though it is still damaged: %v", err)
	}
	s.write(s.file(all[1]), was) // restored from a backup
	if err := s.fixity.Recheck(t.Context(), archivist, finding.ID); err != nil {
		t.Errorf("restored: %v", err)
	}
	if _, err := s.rendition(all[1]); err != nil {
		t.Errorf("restored and still in quarantine: %v", err)
	}
	if open := s.findings(true); len(open) != 1 || open[0].Subject != all[3].Key || open[0].Detail != records.DetailMissing {
		t.Errorf("open findings: got %+v", open)
	}
	if read, right, err := s.fixity.RecheckAll(t.Context(), s.office); read != 1 || right != 0 || err != nil {
		t.Errorf("all again: got %d of %d right, %v", right, read, err)
	}
}

func TestARoundGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	all := s.put(1, sliceObjects+30, 100)
	if more, err := s.fixity.Round(t.Context(), s.office); !more || err != nil {
		t.Fatalf("first slice: got %v, %v", more, err)
	}
	// The process dies in the middle of the second slice: the pace ends its context after ten more objects.
	ctx, kill := context.WithCancel(t.Context())
	left := 10
	dying := s.fixity
	dying.pace = &pace{rate: 1, now: s.fixity.Now, wait: func(context.Context, time.Duration) error {
		if left--; left < 0 {
			kill()
		}
		return ctx.Err()
	}}
	if _, err := dying.Round(ctx, s.office); err == nil {
		t.Fatal("the round went on after its end")
	}
	read := 0
	again := s.fixity // another process
	again.count = func(int64) { read++ }
	s.at = s.at.Add(time.Hour)
	s.fixity = again
	s.rounds()
	if r := s.report().Round; r.Number != 1 || r.Objects != int64(len(all)) || r.Bytes != int64(100*len(all)) || r.Ended.IsZero() {
		t.Errorf("round: got %+v, want one over %d objects", r, len(all))
	}
	if read != 20 {
		t.Errorf("the last process read %d objects, want the 20 that were left", read)
	}
}

func TestARoundBeginsWhenSomethingIsDue(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.put(1, 3, 100)
	s.rounds()
	begun := s.at
	for _, step := range []struct {
		after   time.Duration
		objects int // that a new round read; 0: none began
		put     bool
	}{
		{time.Hour, 0, true},        // a new object waits for the next round
		{25 * time.Hour, 1, false},  // and gets it
		{49 * time.Hour, 0, false},  // nothing is due
		{648 * time.Hour, 0, false}, // 27 days to the second: not yet
		{649 * time.Hour, 3, false}, // the first three, three days before they are late
	} {
		s.at = begun.Add(step.after)
		if step.put {
			s.put(4, 1, 100)
		}
		before := s.report().Round.Number
		s.rounds()
		r := s.report().Round
		if step.objects == 0 && r.Number != before || step.objects > 0 && (r.Number != before+1 || r.Objects != int64(step.objects)) {
			t.Errorf("after %v: got round %+v, before it was %d", step.after, r, before)
		}
	}
}

func TestReadingKeepsItsPace(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.put(1, 4, 1<<20)
	start, waits := s.at, 0
	s.fixity.pace = &pace{rate: 1 << 20, now: s.fixity.Now, wait: func(_ context.Context, d time.Duration) error {
		s.at, waits = s.at.Add(d), waits+1
		return nil
	}}
	s.rounds()
	if took := s.at.Sub(start); took < 3*time.Second || took > 3100*time.Millisecond || waits < 10 {
		t.Errorf("4 MiB at 1 MiB/s with a burst of a second: took %v in %d waits", took, waits)
	}
}

func TestEverythingMissingIsTakenForAMistake(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for _, r := range s.put(1, mistaken+2, 100) {
		s.remove(r)
	}
	worker := &fixityWorker{w: &Workers{Deps: Deps{Records: s.fixity.Records}, fixity: s.fixity, leaving: t.Context()}}
	if err := worker.Work(t.Context(), nil); err == nil {
		t.Error("got no error")
	}
	if report := s.report(); report.Quarantined != 0 || report.Findings != 1 || !report.Round.Ended.IsZero() {
		t.Errorf("got %+v, want nothing in quarantine, one finding and an open round", report)
	}
}

func TestASecondDigestIsTakenOnceAndHeldAgainst(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	all := s.put(1, 2, 1000)
	s.rounds()
	s.fixity.Second, s.at = true, s.at.Add(28*24*time.Hour)
	s.rounds()
	want := sha512.Sum512(content(1, 1000))
	got, err := s.rendition(all[0])
	if err != nil || got.SHA512 != hex.EncodeToString(want[:]) {
		t.Errorf("got %q, %v", got.SHA512, err)
	}
	if report := s.report(); report.Second != 2 || report.Round.Algorithms != "sha256 sha512" {
		t.Errorf("report: got %+v", report)
	}
	// Bytes that only the second digest tells apart: a record whose first digest was changed along with the object.
	s.in(func(tx *records.Tx) error {
		_, err := tx.Pgx().Exec(t.Context(), "update renditions set sha512 = $1 where page = 1", strings.Repeat("0", 128))
		return err
	})
	s.fixity.Second, s.at = false, s.at.Add(28*24*time.Hour)
	s.rounds()
	if report := s.report(); report.Round.Differing != 1 || report.Quarantined != 1 {
		t.Errorf("a wrong second digest: got %+v", report)
	}
}

func TestEverythingIsReadAtOnce(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	all := s.put(1, 3, 100)
	s.flip(all[0])
	var bad []records.Checked
	n, err := s.fixity.Everything(t.Context(), s.office, func(c records.Checked) error {
		bad = append(bad, c)
		return nil
	})
	if n != 3 || err != nil || len(bad) != 1 || bad[0].Rendition.ID != all[0].ID || bad[0].Problem != records.DetailDiffers {
		t.Errorf("got %d, %v, %+v", n, err, bad)
	}
	if report := s.report(); report.Quarantined != 1 || report.Never != 0 || report.Round.Number != 0 {
		t.Errorf("got %+v", report)
	}
}

func TestAlarmsHaveTheirMetrics(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	all := s.put(1, 2, 100)
	s.flip(all[0])
	s.rounds()
	registry := prometheus.NewRegistry()
	registry.MustRegister(&fixityCollector{records: s.fixity.Records, now: func() time.Time { return s.at.Add(time.Minute) }})
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		got[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
	}
	for name, want := range map[string]float64{"eakte_fixity_mismatches": 1, "eakte_findings_open": 1, "eakte_fixity_oldest_seconds": 60} {
		if got[name] != want {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
}
