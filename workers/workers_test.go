package workers_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/malware"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// bench is one office with workers on a database, a bucket and readers of its own.
type bench struct {
	t       *testing.T
	records *records.Store
	store   *storage.Store
	intake  *intake.Service
	deps    workers.Deps
	queue   *river.Client[pgx.Tx]
	office  efile.Office
	file    efile.Case
}

// newBench wires everything; change may alter what the workers get.
func newBench(t *testing.T, change func(*workers.Deps)) *bench {
	t.Helper()
	b := &bench{t: t, records: testenv.Database(t), store: testenv.Store(t)}
	queue, err := workers.NewInserter(b.records.Pool())
	if err != nil {
		t.Fatal(err)
	}
	b.queue = queue
	b.records.SetOutbox(workers.Outbox(queue))
	b.office = testenv.Office(t, b.records)
	b.file = testenv.Case(t, b.records, b.office)
	b.intake = &intake.Service{Records: b.records, Store: b.store, Queue: queue, Log: testenv.Log(t)}
	signer, err := notify.NewSigner(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	b.deps = workers.Deps{
		Records: b.records, Store: b.store, Intake: b.intake, Catalogue: catalogue.Default(), Signer: signer,
		Ringer: notify.NewRinger(loopback), Installation: "test", Log: testenv.Log(t), Cores: 1, Scanner: malware.Scanner{},
	}
	if change != nil {
		change(&b.deps)
	}
	return b
}

// readers opens a pool with the real reader program.
func (b *bench) readers() *reader.Pool {
	b.t.Helper()
	pool, err := reader.Open(b.t.Context(), reader.Config{
		Program: b.program(), Dir: b.t.TempDir(), Size: 2, Log: testenv.Log(b.t),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// start runs workers until the test ends.
func (b *bench) start() *workers.Workers {
	b.t.Helper()
	if b.deps.Readers == nil {
		b.deps.Readers = b.readers()
	}
	team, err := workers.New(b.deps)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := team.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
		defer cancel()
		if err := team.Stop(ctx); err != nil {
			b.t.Errorf("stop workers: %v", err)
		}
	})
	return team
}

// upload puts bytes through intake and returns the document.
func (b *bench) upload(name string, data []byte) efile.ID {
	b.t.Helper()
	ctx, actor := b.t.Context(), efile.SystemIn(b.office.ID)
	submission, err := b.intake.Open(ctx, actor, intake.OpenRequest{CaseID: b.file.ID, Channel: efile.ChannelScan, Language: "de"})
	if err != nil {
		b.t.Fatal(err)
	}
	receipt, err := b.intake.Whole(ctx, actor, submission.ID, intake.FileInfo{Name: name, Length: int64(len(data))}, bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	return receipt.DocumentID
}

// view reads as the system.
func view[T any](b *bench, read func(*records.Tx) (T, error)) T {
	b.t.Helper()
	var out T
	err := b.records.View(b.t.Context(), efile.SystemIn(b.office.ID), func(tx *records.Tx) error {
		var err error
		out, err = read(tx)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *bench) document(id efile.ID) efile.Document {
	b.t.Helper()
	return view(b, func(tx *records.Tx) (efile.Document, error) { return tx.Document(b.t.Context(), id) })
}

// settled waits until the document has a lasting state.
func (b *bench) settled(id efile.ID) efile.Document {
	b.t.Helper()
	var doc efile.Document
	b.eventually("document settled", func() bool {
		doc = b.document(id)
		return !doc.Status.Passing()
	})
	return doc
}

// eventually asks until it is so, woken by the event log and by a clock for what the log does not tell.
func (b *bench) eventually(what string, so func() bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// insert puts a job into the queue.
func (b *bench) insert(args river.JobArgs, opts *river.InsertOpts) {
	b.t.Helper()
	client, err := river.NewClient(riverpgxv5.New(b.records.Pool()), &river.Config{LeaderElectionDisabled: true})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := client.Insert(b.t.Context(), args, opts); err != nil {
		b.t.Fatal(err)
	}
}

// count asks the database as its owner.
func (b *bench) count(sql string, args ...any) int {
	b.t.Helper()
	conn, err := pgx.Connect(b.t.Context(), testenv.AdminURL(b.t))
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(b.t.Context())) }()
	var n int
	if err := conn.QueryRow(b.t.Context(), sql, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// execute changes the database behind everybody's back.
func (b *bench) execute(sql string, args ...any) {
	b.t.Helper()
	conn, err := pgx.Connect(b.t.Context(), testenv.AdminURL(b.t))
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(b.t.Context())) }()
	if _, err := conn.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

// program is the real reader.
func (b *bench) program() string { return testenv.Program(b.t, "eakte-reader") }
