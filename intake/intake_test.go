package intake_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// desk is an office with a case, its applicant and a service that takes their files.
type desk struct {
	*intake.Service
	records *records.Store
	store   *storage.Store
	office  efile.Office
	kase    efile.Case
	actor   efile.Actor
	admin   string // address of the database for looking behind the fence
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	rec := testenv.Database(t)
	client, err := river.NewClient(riverpgxv5.New(rec.Pool()), &river.Config{LeaderElectionDisabled: true})
	if err != nil {
		t.Fatal(err)
	}
	store := testenv.Store(t)
	d := &desk{
		Service: &intake.Service{Records: rec, Store: store, Queue: client, Spool: t.TempDir(), PartSize: storage.MinPart, Log: testenv.Log(t)},
		records: rec, store: store, office: testenv.Office(t, rec), admin: testenv.AdminURL(t),
	}
	d.kase = testenv.Case(t, rec, d.office)
	d.actor = efile.Actor{Kind: efile.Applicant, ID: efile.NewID(), Office: d.office.ID, Case: d.kase.ID}
	return d
}

func (d *desk) open(t *testing.T) efile.Submission {
	t.Helper()
	sub, err := d.Open(t.Context(), d.actor, intake.OpenRequest{CaseID: d.kase.ID, Channel: efile.ChannelPortal, Language: "tr"})
	if err != nil {
		t.Fatalf("open submission: %v", err)
	}
	return sub
}

func (d *desk) create(t *testing.T, sub efile.ID, length int) efile.Upload {
	t.Helper()
	up, err := d.Create(t.Context(), d.actor, sub, intake.FileInfo{Name: "pass.pdf", MediaType: "application/pdf", Length: int64(length)})
	if err != nil {
		t.Fatalf("create upload: %v", err)
	}
	return up
}

// count asks the database behind the fence.
func (d *desk) count(t *testing.T, sql string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	var n int
	if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (d *desk) objects(t *testing.T) []string {
	t.Helper()
	var keys []string
	for listed, err := range d.store.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, listed.Key)
	}
	return keys
}

// mustHold checks that a receipt is true: row, object, event, job.
func (d *desk) mustHold(t *testing.T, receipt *efile.Receipt, content []byte) efile.Document {
	t.Helper()
	if receipt == nil {
		t.Fatal("got no receipt")
	}
	if want := digest(content); receipt.SHA256 != want || receipt.Size != int64(len(content)) {
		t.Errorf("receipt says %s, %d bytes; want %s, %d bytes", receipt.SHA256, receipt.Size, want, len(content))
	}
	var doc efile.Document
	var original efile.Rendition
	err := d.records.View(t.Context(), efile.SystemIn(d.office.ID), func(tx *records.Tx) error {
		var err error
		if doc, err = tx.Document(t.Context(), receipt.DocumentID); err != nil {
			return err
		}
		original, err = tx.Rendition(t.Context(), receipt.DocumentID, efile.Original, 0)
		return err
	})
	if err != nil {
		t.Fatalf("look for what the receipt promises: %v", err)
	}
	r, err := d.store.Get(t.Context(), storage.Object{Key: original.Key, Size: original.Size, SHA256: original.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	stored, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(stored, content) {
		t.Errorf("stored object differs from what was sent (%d of %d bytes, %v)", len(stored), len(content), err)
	}
	id := "'" + receipt.DocumentID.String() + "'"
	if n := d.count(t, "select count(*) from river_job where kind = 'inspect' and args->>'document' = "+id); n != 1 {
		t.Errorf("got %d first jobs, want 1", n)
	}
	if n := d.count(t, "select count(*) from events where type = 'eakte.document.received.v1' and subject like '%"+receipt.DocumentID.Public(efile.PrefixDocument)+"'"); n != 1 {
		t.Errorf("got %d events, want 1", n)
	}
	return doc
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	random := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = random.Read(b)
	return b
}

// cut is a body that breaks off, as a network does.
type cut struct {
	io.Reader
}

var errCut = errors.New("connection reset")

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = errCut
	}
	return n, err
}

func TestAnUploadOfAnySizeArrivesWhole(t *testing.T) {
	t.Parallel()
	part := int(storage.MinPart)
	for name, size := range map[string]int{
		"one byte": 1, "just below a part": part - 1, "exactly a part": part, "one byte more than a part": part + 1,
		"exactly two parts": 2 * part, "several parts and a rest": 3*part + 12345,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			content := noise(uint64(size), size)
			up := d.create(t, d.open(t).ID, size)
			up, receipt, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(content))
			if err != nil {
				t.Fatalf("write: %v", err)
			}
			doc := d.mustHold(t, receipt, content)
			if doc.Status != efile.Received || doc.Station != efile.Inspect || doc.Generation != 1 || doc.FileName != "pass.pdf" || doc.Channel != efile.ChannelPortal {
				t.Errorf("document is %+v", doc)
			}
			_, again, err := d.Head(t.Context(), d.actor, up.ID)
			if err != nil || again == nil || *again != *receipt {
				t.Errorf("asked again: got receipt %+v, %v; want %+v", again, err, receipt)
			}
			whole := noise(uint64(size)+1, size)
			receipt, err = d.Whole(t.Context(), d.actor, up.SubmissionID, intake.FileInfo{Name: "form.pdf", Length: -1}, bytes.NewReader(whole))
			if err != nil {
				t.Fatalf("form road: %v", err)
			}
			d.mustHold(t, receipt, whole)
			if keys := d.objects(t); len(keys) != 2 {
				t.Errorf("got objects %q, want the two originals", keys)
			}
		})
	}
}

func TestAnUploadGoesOnAfterEveryCut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const size = 30 << 20
	content := noise(30, size)
	up := d.create(t, d.open(t).ID, size)
	random := rand.New(rand.NewPCG(1, 2))
	sent, cuts := 0, 0
	for {
		// A cut, a proper end of a chunk, or the whole rest; now and then a process that has forgotten everything.
		rest := content[up.Offset:]
		n := min(len(rest), random.IntN(7<<20)+1)
		var body io.Reader = bytes.NewReader(rest[:n])
		if random.IntN(2) == 0 && n < len(rest) {
			body, cuts = cut{body}, cuts+1
		}
		sent += n
		got, receipt, err := d.Write(t.Context(), d.actor, up.ID, up.Offset, body)
		if err != nil && !errors.Is(err, errCut) {
			t.Fatalf("write at %d: %v", up.Offset, err)
		}
		if receipt != nil {
			d.mustHold(t, receipt, content)
			break
		}
		if want := up.Offset + int64(n); got.Offset != want {
			t.Fatalf("after %d bytes at %d: got offset %d, want %d: what arrived is kept", n, up.Offset, got.Offset, want)
		}
		up = got
	}
	if sent != size || cuts == 0 {
		t.Errorf("sent %d bytes with %d cuts, want %d bytes and a cut at least", sent, cuts, size)
	}
	if keys := d.objects(t); len(keys) != 1 {
		t.Errorf("got objects %q, want only the original: no tails left", keys)
	}
}

// killed is a body that lets the request hang as a killed process would: nothing is released, nothing saved.
type killed struct {
	io.Reader
	at   chan struct{}
	stop chan struct{}
}

func (k killed) Read(p []byte) (int, error) {
	n, err := k.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		close(k.at)
		<-k.stop
		return 0, errCut
	}
	return n, err
}

func TestAKilledProcessLosesAtMostAPartAndItsLease(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	part := int(storage.MinPart)
	content := noise(4, 3*part)
	up := d.create(t, d.open(t).ID, len(content))
	var clock atomic.Int64
	clock.Store(time.Now().UnixNano())
	d.Now = func() time.Time { return time.Unix(0, clock.Load()) }
	d.Lease = time.Hour // the dying process never prolongs it

	body := killed{bytes.NewReader(content[:2*part+100]), make(chan struct{}), make(chan struct{})}
	var hanging sync.WaitGroup
	hanging.Go(func() { _, _, _ = d.Write(context.WithoutCancel(t.Context()), d.actor, up.ID, 0, body) })
	<-body.at

	other := *d.Service // a second process
	head, _, err := other.Head(t.Context(), d.actor, up.ID)
	if err != nil || head.Offset != int64(2*part) {
		t.Fatalf("after two parts and 100 bytes: got offset %d, %v; want %d", head.Offset, err, 2*part)
	}
	if _, _, err := other.Write(t.Context(), d.actor, up.ID, head.Offset, bytes.NewReader(content[head.Offset:])); !fault.Is(err, fault.Locked) {
		t.Errorf("while the lease lasts: got %v, want locked", err)
	}
	clock.Add(int64(2 * time.Hour))
	_, receipt, err := other.Write(t.Context(), d.actor, up.ID, head.Offset, bytes.NewReader(content[head.Offset:]))
	if err != nil {
		t.Fatalf("after the lease: %v", err)
	}
	d.mustHold(t, receipt, content)
	close(body.stop) // the dead wakes up: it must not harm what is done
	hanging.Wait()
	d2, again, err := other.Head(t.Context(), d.actor, up.ID)
	if err != nil || again == nil || *again != *receipt || d2.Offset != int64(len(content)) {
		t.Errorf("after the first writer woke up: got %+v, %+v, %v", d2, again, err)
	}
	d.mustHold(t, again, content)
}

func TestOnlyOneWritesAtATime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	content := noise(5, 1000)
	up := d.create(t, d.open(t).ID, len(content))
	body := killed{bytes.NewReader(content[:10]), make(chan struct{}), make(chan struct{})}
	var first sync.WaitGroup
	first.Go(func() { _, _, _ = d.Write(t.Context(), d.actor, up.ID, 0, body) })
	<-body.at
	if _, _, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(content)); !fault.Is(err, fault.Locked) {
		t.Errorf("second writer: got %v, want locked", err)
	}
	if err := d.Terminate(t.Context(), d.actor, up.ID); !fault.Is(err, fault.Locked) {
		t.Errorf("terminate meanwhile: got %v, want locked", err)
	}
	close(body.stop)
	first.Wait()
	if _, _, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(content)); !fault.Is(err, fault.OffsetMismatch) {
		t.Errorf("old offset: got %v, want offset mismatch", err)
	}
	_, receipt, err := d.Write(t.Context(), d.actor, up.ID, 10, bytes.NewReader(content[10:]))
	if err != nil {
		t.Fatal(err)
	}
	d.mustHold(t, receipt, content)
}

func TestTheSameBytesInACaseAreStoredOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	content := noise(6, 5000)
	sub := d.open(t)
	receipts := make([]*efile.Receipt, 8)
	var all sync.WaitGroup
	for i := range receipts {
		all.Go(func() {
			var err error
			if i%2 == 0 {
				receipts[i], err = d.Whole(t.Context(), d.actor, sub.ID, intake.FileInfo{Name: "a.pdf", Length: -1}, bytes.NewReader(content))
			} else {
				up := d.create(t, sub.ID, len(content))
				_, receipts[i], err = d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(content))
			}
			if err != nil {
				t.Errorf("upload %d: %v", i, err)
			}
		})
	}
	all.Wait()
	firsts := 0
	for _, r := range receipts {
		if r == nil {
			continue
		}
		if r.DocumentID != receipts[0].DocumentID {
			t.Errorf("got documents %s and %s for the same bytes", r.DocumentID, receipts[0].DocumentID)
		}
		if !r.Duplicate {
			firsts++
		}
	}
	if firsts != 1 {
		t.Errorf("%d receipts say it is new, want 1", firsts)
	}
	d.mustHold(t, receipts[0], content)
	if keys := d.objects(t); len(keys) != 1 {
		t.Errorf("got objects %q, want one", keys)
	}
	other := testenv.Case(t, d.records, d.office)
	d.kase, d.actor.Case = other, other.ID
	receipt, err := d.Whole(t.Context(), d.actor, d.open(t).ID, intake.FileInfo{Name: "a.pdf", Length: -1}, bytes.NewReader(content))
	if err != nil || receipt.Duplicate {
		t.Errorf("same bytes in another case: got %+v, %v; want a document of its own", receipt, err)
	}
}

// failing is a queue that is broken for a while.
type failing struct {
	intake.Inserter
	broken atomic.Bool
}

var errQueue = errors.New("queue is broken")

func (f *failing) InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	if f.broken.Load() {
		return nil, errQueue
	}
	return f.Inserter.InsertTx(ctx, tx, args, opts)
}

func TestWithoutItsFirstJobThereIsNoDocumentAndNoReceipt(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"small": 3000, "in parts": int(storage.MinPart) + 3000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			queue := &failing{Inserter: d.Queue}
			queue.broken.Store(true)
			d.Queue = queue
			content := noise(uint64(size), size)
			sub := d.open(t)
			up := d.create(t, sub.ID, size)
			_, receipt, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(content))
			if !errors.Is(err, errQueue) || receipt != nil {
				t.Fatalf("got receipt %+v, %v; want the queue's error", receipt, err)
			}
			if receipt, err := d.Whole(t.Context(), d.actor, sub.ID, intake.FileInfo{Length: -1}, bytes.NewReader(content)); err == nil {
				t.Errorf("form road: got receipt %+v, want an error", receipt)
			}
			if n := d.count(t, "select (select count(*) from documents) + (select count(*) from renditions) + (select count(*) from events)"); n != 0 {
				t.Errorf("got %d rows of a document that is none", n)
			}
			if keys := d.objects(t); len(keys) != 1 {
				t.Errorf("got objects %q, want only the upload's, which waits", keys)
			}
			if _, receipt, err := d.Head(t.Context(), d.actor, up.ID); err == nil || receipt != nil {
				t.Errorf("asked while the queue is broken: got %+v, %v; want an error", receipt, err)
			}
			queue.broken.Store(false)
			got, receipt, err := d.Head(t.Context(), d.actor, up.ID)
			if err != nil || got.Offset != int64(size) {
				t.Fatalf("asked again: got offset %d, %v", got.Offset, err)
			}
			d.mustHold(t, receipt, content)
		})
	}
}

func TestLimitsHoldAtTheirEdge(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Limits = efile.Limits{FileBytes: 1000, SubmissionFiles: 3, SubmissionBytes: 2500, CaseFilesPerDay: 5}
	info := func(n int64) intake.FileInfo { return intake.FileInfo{Name: "x", Length: n} }
	sub := d.open(t).ID
	steps := []struct {
		name   string
		length int64
		want   fault.Code // empty: accepted
	}{
		{"nothing", 0, fault.Empty}, {"no length", -1, fault.LengthRequired}, {"a byte too many", 1001, fault.TooLarge},
		{"exactly the limit", 1000, ""}, {"the second", 1000, ""}, {"a byte over the total", 501, fault.SubmissionTooBig},
		{"exactly the total", 500, ""}, {"a file too many", 1, fault.TooManyFiles},
	}
	for _, step := range steps {
		if _, err := d.Create(t.Context(), d.actor, sub, info(step.length)); codeOf(err) != step.want {
			t.Errorf("%s (%d bytes): got %v, want %q", step.name, step.length, err, step.want)
		}
	}
	sub = d.open(t).ID
	for i, want := range []fault.Code{"", "", fault.TooManyFiles} {
		if _, err := d.Create(t.Context(), d.actor, sub, info(1)); codeOf(err) != want {
			t.Errorf("file %d of the case's day: got %v, want %q", 4+i, err, want)
		}
	}
}

func codeOf(err error) fault.Code {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func TestAFormsFileIsBoundedWhileItIsRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	limit := storage.MinPart + 1000
	d.Limits = efile.Limits{FileBytes: int64(limit), SubmissionFiles: 2, SubmissionBytes: int64(2 * limit), CaseFilesPerDay: 9}
	sub := d.open(t).ID
	take := func(n int) (*efile.Receipt, error) {
		return d.Whole(t.Context(), d.actor, sub, intake.FileInfo{Name: "x", Length: -1}, bytes.NewReader(noise(uint64(n), n)))
	}
	for _, step := range []struct {
		size int
		want fault.Code
	}{{limit + 1, fault.TooLarge}, {0, fault.Empty}, {limit, ""}, {limit - 1, ""}, {1, fault.TooManyFiles}} {
		if _, err := take(step.size); codeOf(err) != step.want {
			t.Errorf("%d bytes: got %v, want %q", step.size, err, step.want)
		}
	}
	if _, err := d.Whole(t.Context(), d.actor, d.open(t).ID, intake.FileInfo{Length: -1}, cut{bytes.NewReader(noise(1, limit-5))}); !errors.Is(err, errCut) {
		t.Errorf("broken off: got %v, want the cut", err)
	}
	if keys := d.objects(t); len(keys) != 2 {
		t.Errorf("got objects %q, want the two accepted", keys)
	}
	stale, err := d.store.StaleMultiparts(t.Context(), time.Now().Add(time.Hour))
	if err != nil || len(stale) != 0 {
		t.Errorf("got unfinished multipart uploads %v, %v; want none", stale, err)
	}
}

func TestMoreBytesThanAnnouncedLeaveNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	up := d.create(t, d.open(t).ID, 100)
	if _, _, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(noise(1, 101))); !fault.Is(err, fault.TooLarge) {
		t.Errorf("got %v, want too large", err)
	}
	if _, _, err := d.Head(t.Context(), d.actor, up.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("afterwards: got %v, want not found", err)
	}
	if keys := d.objects(t); len(keys) != 0 {
		t.Errorf("got objects %q, want none", keys)
	}
}

func TestTerminateAndSweepLeaveNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sub := d.open(t).ID
	content := noise(9, int(storage.MinPart)+500)
	begin := func() efile.Upload {
		up := d.create(t, sub, len(content))
		if _, _, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(content[:storage.MinPart+100])); err != nil {
			t.Fatal(err)
		}
		return up
	}
	given, kept := begin(), begin()
	if err := d.Terminate(t.Context(), d.actor, given.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Head(t.Context(), d.actor, given.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("after terminate: got %v, want not found", err)
	}
	_, receipt, err := d.Write(t.Context(), d.actor, kept.ID, storage.MinPart+100, bytes.NewReader(content[storage.MinPart+100:]))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Terminate(t.Context(), d.actor, kept.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("terminate a recorded upload: got %v, want conflict", err)
	}
	expiring := begin()
	if n, err := d.SweepExpired(t.Context(), d.office.ID); n != 0 || err != nil {
		t.Errorf("sweep too early: got %d, %v", n, err)
	}
	d.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if _, _, err := d.Head(t.Context(), d.actor, expiring.ID); !fault.Is(err, fault.Gone) {
		t.Errorf("expired: got %v, want gone", err)
	}
	if n, err := d.SweepExpired(t.Context(), d.office.ID); n != 2 || err != nil {
		t.Errorf("sweep: got %d, %v; want the expired and the recorded one", n, err)
	}
	d.mustHold(t, receipt, content)
	if keys := d.objects(t); len(keys) != 1 {
		t.Errorf("got objects %q, want the recorded one", keys)
	}
	d.Now = func() time.Time { return time.Now().Add(100 * time.Hour) }
	if n, err := d.SweepStale(t.Context()); n != 0 || err != nil {
		t.Errorf("sweep of the store: got %d, %v; want nothing left to abort", n, err)
	}
}

func TestNobodyElseReachesAnUpload(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sub := d.open(t)
	up := d.create(t, sub.ID, 10)
	neighbour := testenv.Case(t, d.records, d.office)
	elsewhere := testenv.Office(t, d.records)
	strangers := map[string]efile.Actor{
		"applicant of another case":   {Kind: efile.Applicant, ID: efile.NewID(), Office: d.office.ID, Case: neighbour.ID},
		"service of another office":   {Kind: efile.Service, ID: efile.NewID(), Office: elsewhere.ID, Scopes: []efile.Scope{efile.ScopeSubmit}},
		"applicant in another office": {Kind: efile.Applicant, ID: efile.NewID(), Office: elsewhere.ID, Case: d.kase.ID},
	}
	for name, actor := range strangers {
		_, _, headErr := d.Head(t.Context(), actor, up.ID)
		_, _, writeErr := d.Write(t.Context(), actor, up.ID, 0, bytes.NewReader(make([]byte, 10)))
		_, createErr := d.Create(t.Context(), actor, sub.ID, intake.FileInfo{Length: 1})
		_, wholeErr := d.Whole(t.Context(), actor, sub.ID, intake.FileInfo{Length: -1}, bytes.NewReader([]byte("x")))
		for what, err := range map[string]error{
			"head": headErr, "write": writeErr, "terminate": d.Terminate(t.Context(), actor, up.ID), "create": createErr,
			"form": wholeErr, "close": d.Close(t.Context(), actor, sub.ID),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %s: got %v, want not found", name, what, err)
			}
		}
	}
}

func TestAClosedSubmissionTakesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sub := d.open(t)
	up := d.create(t, sub.ID, 10)
	for range 2 {
		if err := d.Close(t.Context(), d.actor, sub.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.count(t, "select count(*) from events where type = 'eakte.submission.received.v1'"); n != 1 {
		t.Errorf("got %d events for closing twice, want 1", n)
	}
	if _, err := d.Create(t.Context(), d.actor, sub.ID, intake.FileInfo{Length: 1}); !fault.Is(err, fault.SubmissionClosed) {
		t.Errorf("create: got %v, want submission closed", err)
	}
	if _, _, err := d.Write(t.Context(), d.actor, up.ID, 0, bytes.NewReader(make([]byte, 10))); !fault.Is(err, fault.SubmissionClosed) {
		t.Errorf("write: got %v, want submission closed", err)
	}
	if keys := d.objects(t); len(keys) != 0 {
		t.Errorf("got objects %q, want none", keys)
	}
}

func TestAttachmentsAreRecordedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mail := noise(11, 2000)
	receipt, err := d.Whole(t.Context(), d.actor, d.open(t).ID, intake.FileInfo{Name: "mail.eml", Length: -1}, bytes.NewReader(mail))
	if err != nil {
		t.Fatal(err)
	}
	content := noise(12, 700)
	path := writeFile(t, content)
	var children []efile.Document
	for range 2 {
		child, err := d.Attach(t.Context(), d.office.ID, intake.Attachment{Parent: receipt.DocumentID, Number: 3, Path: path, Name: "../b\x00ild.png", MediaType: "image/png"})
		if err != nil {
			t.Fatal(err)
		}
		children = append(children, child)
	}
	if children[0].ID != children[1].ID || children[0].ParentID != receipt.DocumentID {
		t.Errorf("got children %s and %s of %s", children[0].ID, children[1].ID, children[0].ParentID)
	}
	doc := d.mustHold(t, &efile.Receipt{DocumentID: children[0].ID, SHA256: digest(content), Size: 700}, content)
	if doc.SubmissionID.IsZero() || doc.FileName != efile.CleanName("../b\x00ild.png") {
		t.Errorf("child is %+v", doc)
	}
}
