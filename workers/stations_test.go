package workers_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/malware"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers"
	"github.com/eakte/eakte/workers/job"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func TestALetterTravelsThroughAllStations(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.execute("update cases set external_system = 'advis', external_ref = 'F-1'")
	b.start()
	id := b.upload("Vertrag.pdf", corpus.Letter(1))
	doc := b.settled(id)
	if doc.Status != efile.Filed || doc.Type != "employment_contract" {
		t.Fatalf("got %s %s (%s, %.2f), want filed as employment_contract", doc.Status, doc.Code, doc.Type, doc.TypeConfidence)
	}
	renditions := view(b, func(tx *records.Tx) ([]efile.Rendition, error) { return tx.Renditions(t.Context(), id) })
	for _, kind := range []efile.RenditionKind{efile.Original, efile.Sound, efile.Archival, efile.PageImage, efile.Words} {
		at := slices.IndexFunc(renditions, func(r efile.Rendition) bool { return r.Kind == kind })
		if at < 0 {
			t.Errorf("no %s", kind)
			continue
		}
		if err := b.store.Fetch(t.Context(), storage.Object{
			Key: renditions[at].Key, Size: renditions[at].Size, SHA256: renditions[at].SHA256,
		}, filepath.Join(t.TempDir(), "x")); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if kind == efile.Original && !strings.HasPrefix(renditions[at].Key, "originals/") {
			t.Errorf("original lies under %s, want it released from quarantine", renditions[at].Key)
		}
	}
	for listed, err := range b.store.List(t.Context(), "quarantine/"+b.office.ID.String()) {
		t.Errorf("left in quarantine: %s %v", listed.Key, err)
	}
	pages := view(b, func(tx *records.Tx) ([]efile.Page, error) { return tx.Pages(t.Context(), id) })
	if len(pages) != 1 || !pages[0].Digital || !strings.Contains(pages[0].Text, "Arbeitsvertrag") {
		t.Errorf("pages: got %+v, want one digital page with its text", pages)
	}
	var types []efile.EventType
	for _, e := range view(b, func(tx *records.Tx) ([]efile.Event, error) {
		return tx.Events(t.Context(), records.EventFilter{CaseID: b.file.ID})
	}) {
		types = append(types, e.Type)
		var data notify.DocumentData
		if err := json.Unmarshal(e.Data, &data); err != nil || data.Case.ExternalRef != "F-1" {
			t.Errorf("%s names the case %+v, %v; want the case system's own reference F-1", e.Type, data.Case, err)
		}
	}
	want := []efile.EventType{efile.DocumentReceived, efile.DocumentProcessed, efile.DocumentClassified, efile.DocumentAttached}
	if !slices.Equal(types, want) {
		t.Errorf("events: got %v, want %v", types, want)
	}
}

func TestTheSameJobManyTimesDoesItsWorkOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *workers.Deps) { d.Cores = 4 })
	id := b.upload("Vertrag.pdf", corpus.Letter(2))
	for range 20 {
		b.insert(job.Inspect{Document: job.Document{Office: b.office.ID, Document: id, Generation: 1}},
			&river.InsertOpts{UniqueOpts: river.UniqueOpts{}})
	}
	b.start()
	b.settled(id)
	b.eventually("queue empty", func() bool {
		return b.count("select count(*) from river_job where queue <> 'care' and state in ('available','running','retryable','scheduled')") == 0
	})
	if n := b.count("select count(*) from events where type = $1", efile.DocumentProcessed); n != 1 {
		t.Errorf("processed %d times, want once", n)
	}
	if n := b.count("select count(*) from renditions where kind = 'archival'"); n != 1 {
		t.Errorf("%d archival renditions, want 1", n)
	}
}

func TestNobodyLeavesQuarantineWhileTheScannerIsAway(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *workers.Deps) { d.Scanner = malware.Scanner{Addr: filepath.Join(t.TempDir(), "none")} })
	b.start()
	id := b.upload("Vertrag.pdf", corpus.Letter(3))
	b.eventually("job waits", func() bool {
		return b.count("select count(*) from river_job where kind = 'inspect' and state = 'scheduled' and attempt = 0") == 1
	})
	if doc := b.document(id); doc.Status != efile.Received {
		t.Errorf("got %s, want it still received", doc.Status)
	}
}

func TestWhatCannotPassIsRejectedWithItsReason(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.start()
	for name, tc := range map[string]struct {
		data []byte
		want fault.Code
	}{
		"setup.exe": {append([]byte("MZ"), make([]byte, 4096)...), fault.TypeNotAccepted},
		"page.html": {[]byte("<!doctype html><html><script>alert(1)</script></html>"), fault.TypeNotAccepted},
	} {
		doc := b.settled(b.upload(name, tc.data))
		if doc.Status != efile.Rejected || doc.Code != string(tc.want) {
			t.Errorf("%s: got %s %s, want rejected %s", name, doc.Status, doc.Code, tc.want)
		}
		if n := b.count("select count(*) from events where type = $1 and subject like '%' || $2", efile.DocumentRejected, doc.ID.Public(efile.PrefixDocument)); n != 1 {
			t.Errorf("%s: %d rejections in the log, want 1", name, n)
		}
	}
}

func TestADocumentThatKillsItsReaderEveryTimeEndsInReview(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	// A reader without time for inspecting: every call is killed.
	pool, err := reader.Open(t.Context(), reader.Config{
		Program: b.program(), Dir: t.TempDir(), Size: 1, Log: b.deps.Log, Grace: time.Nanosecond,
		StepTime: map[pipeline.Step]time.Duration{pipeline.StepInspect: time.Nanosecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	b.deps.Readers = pool
	b.start()
	id := b.upload("Vertrag.pdf", corpus.Letter(4))
	b.eventually("tried", func() bool {
		return b.count("select count(*) from river_job where kind = 'inspect' and state = 'retryable'") == 1
	})
	// The waiting between attempts is not what is tested.
	b.eventually("in review", func() bool {
		b.execute("update river_job set scheduled_at = now(), state = 'available' where kind = 'inspect' and state = 'retryable'")
		return !b.document(id).Status.Passing()
	})
	if doc := b.document(id); doc.Status != efile.Review || doc.Code != string(fault.GaveUp) {
		t.Errorf("got %s %s, want review gave_up", doc.Status, doc.Code)
	}
}

func TestJobsOfAVanishedWorkerStartAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	id := b.upload("Vertrag.pdf", corpus.Letter(5))
	b.execute(`update river_job set state = 'running', attempt = 1, attempted_at = now(),
		attempted_by = array['worker-that-was-killed'] where kind = 'inspect'`)
	b.start()
	if doc := b.settled(id); doc.Status != efile.Filed {
		t.Errorf("got %s %s, want filed", doc.Status, doc.Code)
	}
}

func TestReconcileTakesUpWhatWasLeftBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *workers.Deps) { d.Stalled = time.Nanosecond })
	lost := b.upload("ohne Auftrag.pdf", corpus.Letter(6))
	b.execute("delete from river_job")
	dead := b.upload("aufgegeben.pdf", corpus.Letter(7))
	b.execute(`update river_job set state = 'discarded', finalized_at = now() where args->>'document' = $1`, dead.String())
	b.start()
	if doc := b.settled(lost); doc.Status != efile.Filed {
		t.Errorf("document without a job: got %s %s, want filed", doc.Status, doc.Code)
	}
	if doc := b.settled(dead); doc.Status != efile.Review || doc.Code != string(fault.GaveUp) {
		t.Errorf("document whose job was discarded: got %s %s, want review gave_up", doc.Status, doc.Code)
	}
}

// TestPagesReadAlreadyAreNoFailure is what happens to a long document that reconcile takes up halfway.
func TestPagesReadAlreadyAreNoFailure(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.start()
	id := b.upload("Vertrag.pdf", corpus.Letter(9))
	b.settled(id)
	b.execute("update documents set status = 'processing', station = 'recognise' where id = $1", id.String())
	b.insert(job.Recognise{Document: job.Document{Office: b.office.ID, Document: id, Generation: 1}, First: 1, Last: 1, Pages: 1}, nil)
	if doc := b.settled(id); doc.Status != efile.Filed {
		t.Errorf("got %s %s, want filed", doc.Status, doc.Code)
	}
	if n := b.count("select count(*) from river_job where kind = 'recognise' and errors is not null"); n != 0 {
		t.Errorf("%d jobs failed, want none", n)
	}
}

// TestObjectsWithoutARecordAreRemoved has no document at work: without a grace, what a running job has just stored would
// be taken for an orphan.
func TestObjectsWithoutARecordAreRemoved(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *workers.Deps) { d.Grace = time.Nanosecond })
	orphan := storage.OriginalKey(true, b.office.ID, efile.NewID(), "")
	if _, err := b.store.Put(t.Context(), orphan, strings.NewReader("orphan"), 6); err != nil {
		t.Fatal(err)
	}
	b.start()
	b.eventually("orphan removed", func() bool {
		for listed := range b.store.List(t.Context(), storage.Prefix("quarantine/", b.office.ID)) {
			if listed.Key == orphan {
				return false
			}
		}
		return true
	})
}

func TestWhatIsOverIsForgottenAndWhatIsNotStays(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	err := b.records.In(t.Context(), efile.SystemIn(b.office.ID), func(tx *records.Tx) error {
		for name, expires := range map[string]time.Time{"over": time.Now().Add(-time.Minute), "open": time.Now().Add(time.Hour)} {
			session := efile.Session{Hash: []byte(name), CSRF: name, Expires: expires, Actor: efile.Actor{
				Kind: efile.Applicant, ID: efile.NewID(), Office: b.office.ID, Case: b.file.ID,
			}}
			if err := errors.Join(tx.AddSession(t.Context(), session), tx.SaveAnswer(t.Context(), name, []byte{1}, 204, nil)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.execute("update answers set created = now() - interval '8 days' where key = 'over'")
	b.start()
	b.eventually("what is over is gone", func() bool {
		return b.count("select (select count(*) from sessions) + (select count(*) from answers)") == 2
	})
	if n := b.count("select (select count(*) from sessions where csrf = 'open') + (select count(*) from answers where key = 'open')"); n != 2 {
		t.Errorf("%d of what is not over is left, want 2", n)
	}
}

func TestOriginalsAreLockedWhereTheStoreEnforcesIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *workers.Deps) {
		config := testenv.StoreConfig(t)
		config.Bucket, config.ObjectLock = config.Bucket+"-locked", true
		store, err := storage.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		d.Store, d.Locked, d.Intake.Store = store, time.Hour, store
	})
	b.start()
	id := b.upload("Vertrag.pdf", corpus.Letter(8))
	b.settled(id)
	original := view(b, func(tx *records.Tx) (efile.Rendition, error) { return tx.Rendition(t.Context(), id, efile.Original, 0) })
	if err := b.deps.Store.Delete(t.Context(), original.Key); err == nil {
		t.Error("the original could be deleted, want it locked")
	}
}
