// Package workers runs the jobs of the queue: it fetches what a station needs, hands it to a reader, and settles what
// was found in one transaction. It is the only package that knows both the steps and the technology around them.
//
// What it leaves to others: accepting uploads (intake), the steps themselves (pipeline, run by reader), SQL (records),
// objects (storage), envelopes and signatures (notify).
//
// Every process registers every kind of job: a leader that does not know a kind discards that kind's stuck jobs.
//
// Start reading at route.go, then settle.go, then the stations in their order: inspect.go, normalise.go, recognise.go,
// compose.go, file.go. ring.go delivers events; reconcile.go, sweep.go and fixity.go look after what was left behind;
// learn.go learns from corrections. send.go (with build.go) speaks to archives, collect.go (with answer.go) hears them, retain.go and
// destroy.go stand before and after.
package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/malware"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// Deps is what the workers work with. All fields without a remark are required.
type Deps struct {
	Records      *records.Store
	Store        *storage.Store
	Readers      *reader.Pool
	Intake       *intake.Service // records the attachments of e-mails
	Catalogue    *catalogue.Catalogue
	Overrides    map[string][]byte // the files of the installation's catalogue (catalogue.Overrides); nil: it has none
	Scanner      malware.Scanner   // zero: no virus scan
	Signer       *notify.Signer
	Ringer       *notify.Ringer
	Archives     Archives
	Installation string // stands in the source of events
	Log          *slog.Logger
	Metrics      prometheus.Registerer

	Cores   int             // pages read side by side; at least 1
	Limits  pipeline.Limits // zero fields: the steps' defaults
	VeraPDF string          // path of a second validator of archival renditions; empty: none is asked
	Sure    float64         // classification at or above this is filed without review; zero: 0.75
	Grace   time.Duration   // orphaned objects younger than this are left alone; zero: 24 h
	Locked  time.Duration   // how long originals are locked against deletion, in a store that enforces it; zero: not at all
	Fixity  Reading         // how stored objects are read back; zero: every 30 days, unpaced, SHA-256 only
	Stalled time.Duration   // a passing document unchanged for this long and without a job is taken up again; zero: 2 min
}

// Reading says how stored objects are read back.
type Reading struct {
	Rate   int64         // bytes a second in the whole installation; zero: as fast as the store gives them
	Every  time.Duration // every object at least so often; zero: 30 days
	Second bool          // take and keep a SHA-512 too
}

// Workers is a running set of workers. Make it with New, then Start.
type Workers struct {
	Deps
	client  *river.Client[pgx.Tx]
	alive   *liveness
	meters  *meters
	fixity  Fixity
	leaving context.Context //nolint:containedctx // ends when Stop is called, for the one job that need not finish
	leave   context.CancelFunc
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Timeouts and rescue: a job whose process died is found by its missing liveness lock within seconds (liveness.go);
// River's own rescue stays as the second net.
const (
	jobTimeout    = time.Minute
	rescueAfter   = 90 * time.Second
	softStop      = 25 * time.Second
	fetchCooldown = 20 * time.Millisecond
)

// How long the queue keeps jobs that have ended. What became of a document stands in our own tables; reconcile counts
// the jobs given up, and operators look at them.
const (
	keepCompleted = 24 * time.Hour
	keepGivenUp   = 30 * 24 * time.Hour
)

// NewInserter returns a client that only inserts jobs, for web and the operator's command. It never becomes leader.
func NewInserter(pool *pgxpool.Pool) (*river.Client[pgx.Tx], error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{LeaderElectionDisabled: true})
	if err != nil {
		return nil, fmt.Errorf("open insert-only queue client: %w", err)
	}
	return client, nil
}

// New wires the workers; nothing runs before Start.
func New(deps Deps) (*Workers, error) {
	deps.Cores = max(deps.Cores, 1)
	if deps.Sure == 0 {
		deps.Sure = 0.75
	}
	if deps.Grace == 0 {
		deps.Grace = 24 * time.Hour
	}
	if deps.Stalled == 0 {
		deps.Stalled = 2 * time.Minute
	}
	w := &Workers{Deps: deps, meters: newMeters(deps.Metrics, deps.Records, deps.Readers)}
	w.leaving, w.leave = context.WithCancel(context.Background())
	w.fixity = Fixity{
		Records: deps.Records, Store: deps.Store, Log: deps.Log, Every: deps.Fixity.Every, Second: deps.Fixity.Second,
		pace: newPace(deps.Fixity.Rate), count: w.meters.readBack,
	}
	w.alive = newLiveness(deps.Records.Pool(), deps.Log)
	client, err := river.NewClient(riverpgxv5.New(deps.Records.Pool()), &river.Config{
		ID:                   w.alive.id,
		Logger:               deps.Log,
		Workers:              w.register(),
		Queues:               queues(deps.Cores),
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      softStop,
		FetchCooldown:        fetchCooldown,
		RetryPolicy:          patience{},
		ErrorHandler:         &parking{w},
		PeriodicJobs:         periodic(),
		Middleware:           []rivertype.Middleware{w.meters},

		CompletedJobRetentionPeriod: keepCompleted,
		CancelledJobRetentionPeriod: keepGivenUp,
		DiscardedJobRetentionPeriod: keepGivenUp,
		ReindexerIndexNames:         []string{}, // none: only the tables' owner may rebuild an index, and we are not
	})
	if err != nil {
		return nil, fmt.Errorf("open queue client: %w", err)
	}
	w.client = client
	deps.Records.SetOutbox(Outbox(client))
	return w, nil
}

func queues(cores int) map[string]river.QueueConfig {
	return map[string]river.QueueConfig{
		job.QueueInspect:       {MaxWorkers: cores},
		job.QueueNormalise:     {MaxWorkers: cores},
		job.QueueRecognise:     {MaxWorkers: cores},
		job.QueueRecogniseLong: {MaxWorkers: max(1, cores/2)},
		job.QueueCompose:       {MaxWorkers: cores},
		job.QueueFile:          {MaxWorkers: cores},
		job.QueueArchive:       {MaxWorkers: 2},
		job.QueueCare:          {MaxWorkers: len(periodic())}, // one of each: hours of fixity keep nothing from reconcile
	}
}

func (w *Workers) register() *river.Workers {
	all := river.NewWorkers()
	river.AddWorker(all, &inspectWorker{station: station{w}})
	river.AddWorker(all, &normaliseWorker{station: station{w}})
	river.AddWorker(all, &recogniseWorker{station: station{w}})
	river.AddWorker(all, &composeWorker{station: station{w}})
	river.AddWorker(all, &fileWorker{station: station{w}})
	river.AddWorker(all, &ringWorker{w: w})
	river.AddWorker(all, &reconcileWorker{w: w})
	river.AddWorker(all, &sweepWorker{w: w})
	river.AddWorker(all, &fixityWorker{w: w})
	river.AddWorker(all, &learnWorker{w: w})
	river.AddWorker(all, &sendWorker{w: w})
	river.AddWorker(all, &takeWorker{w: w})
	river.AddWorker(all, &collectWorker{w: w, seen: map[sighting]bool{}})
	river.AddWorker(all, &retainWorker{w: w})
	river.AddWorker(all, &destroyWorker{w: w})
	return all
}

func periodic() []*river.PeriodicJob {
	every := func(d time.Duration, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(d),
			func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true})
	}
	return []*river.PeriodicJob{
		every(time.Minute, job.Reconcile{}), every(time.Hour, job.Sweep{}), every(time.Hour, job.Fixity{}), every(24*time.Hour, job.Learn{}),
		every(time.Minute, job.Collect{}), every(6*time.Hour, job.Retain{}), every(time.Hour, job.Destroy{}),
	}
}

// Start begins to work. It returns once the queue is being listened to; Stop ends it.
func (w *Workers) Start(ctx context.Context) error {
	ctx, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	w.probeLocks(ctx)
	conn, err := w.alive.claim(ctx)
	if err != nil {
		w.stop()
		return err
	}
	w.running.Go(func() { w.alive.hold(ctx, conn) })
	if err := w.client.Start(ctx); err != nil {
		w.stop()
		w.running.Wait()
		return fmt.Errorf("start queue client: %w", err)
	}
	w.running.Go(func() { w.alive.watch(ctx) })
	w.running.Go(func() { w.watchEndpoints(ctx) })
	return nil
}

// probeLocks finds out whether the store really enforces retention, with a canary: some only say so.
func (w *Workers) probeLocks(ctx context.Context) {
	if w.Locked == 0 {
		return
	}
	can, err := w.Store.Probe(ctx)
	if err != nil { // away: the stations will wait for it, and until the next start nothing is locked
		w.Log.LogAttrs(ctx, slog.LevelWarn, "store not probed, originals will not be locked", slog.String("error", err.Error()))
		return
	}
	w.Log.LogAttrs(ctx, slog.LevelInfo, "store probed", slog.Bool("locks", can.Lock), slog.Bool("versions", can.Versioning))
}

// Stop takes no more jobs, lets the running ones finish for a while, then cancels them; a cancelled job goes back to the
// queue. It returns when everything has ended or ctx is done.
func (w *Workers) Stop(ctx context.Context) error {
	w.leave()
	defer func() {
		w.stop()
		w.running.Wait()
	}()
	if err := w.client.Stop(ctx); err != nil {
		return errors.Join(err, w.client.StopAndCancel(context.WithoutCancel(ctx)))
	}
	return nil
}

// system is the actor of everything the workers write.
func system(office efile.ID) efile.Actor { return efile.SystemIn(office) }
