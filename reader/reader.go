// Package reader is the pool of reader processes, seen from the worker. The worker holds secrets and opens no document;
// a reader (cmd/eakte-reader) opens documents and holds nothing: no secret, no network, no file but those of its job.
// What a document does to it, crash, hang or eat memory, costs one call and never the worker.
//
// The package leaves the steps to package pipeline and what their results mean to the worker. It is pure Go.
//
// Start reading at Pool.Do; process.go holds one reader's life, namespace.go how it is walled off, wire.go the protocol.
package reader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

// ErrLost is in the chain of every error that cost a reader its life: it crashed, hung, ran out of memory or spoke
// nonsense. The document at hand did it; another reader takes the next call.
var ErrLost = errors.New("reader lost")

// Config says how many readers there are and what each may use. Program and Dir are required.
type Config struct {
	Program string // path of eakte-reader
	Dir     string // where job directories live; created if missing; may be shared with pools of other processes
	Size    int    // readers at most; default 1

	MemoryBytes  uint64 // address space of a reader and of each of its programs; default 2 GiB
	RecycleBytes uint64 // a reader whose resident memory is above this after a call is replaced; default half of MemoryBytes
	RecyclePages int    // a reader is replaced after that many pages; default 2,000

	StepTime map[pipeline.Step]time.Duration // wall time of a call; a missing step has its default
	Grace    time.Duration                   // between the step's time limit and the kill; default 5 s

	Tessdata      string // folder of OCR models; empty: the system's
	AllowUnfenced bool   // development only: go on where the kernel has no landlock
	Log           *slog.Logger
}

// or fills the zero fields.
func (c Config) or() Config {
	if c.Size <= 0 {
		c.Size = 1
	}
	if c.MemoryBytes == 0 {
		c.MemoryBytes = 2 << 30
	}
	if c.RecycleBytes == 0 {
		c.RecycleBytes = c.MemoryBytes / 2
	}
	if c.RecyclePages == 0 {
		c.RecyclePages = 2000
	}
	if c.Grace == 0 {
		c.Grace = 5 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// stepTime is the wall time of one call of step.
func (c Config) stepTime(step pipeline.Step) time.Duration {
	if d := c.StepTime[step]; d > 0 {
		return d
	}
	switch step {
	case pipeline.StepInspect, pipeline.StepRead, pipeline.StepConform:
		return time.Minute
	case pipeline.StepNormalise: // a chain of up to five programs of 60 s each
		return 5 * time.Minute
	case pipeline.StepRecognise: // ten pages of at most 60 s
		return 11 * time.Minute
	}
	return 5 * time.Minute
}

// Pool lends reader processes to callers, first come, first served. It is safe for concurrent use.
type Pool struct {
	config Config
	walls  walls
	root   string   // this pool's own directory below config.Dir
	lock   *os.File // held as long as the pool lives, so that others don't take root for a leftover
	start  *starter
	slots  chan struct{} // one token for each reader that may be lent out

	ctx    context.Context // ends with the pool; calls end with it
	cancel context.CancelFunc
	calls  sync.WaitGroup

	mu     sync.Mutex
	closed bool
	idle   []*process // warm, the last used at the end
	jobs   int64
	stats  Stats
}

// Stats counts since Open.
type Stats struct {
	Size     int              // readers at most
	Running  int              // processes alive
	Busy     int              // lent out
	Waiting  int              // callers in line
	Started  int64            // processes started
	Ended    map[string]int64 // processes that ended, by cause: crash, timeout, memory, protocol, cancelled, recycled, closed
	Calls    int64
	Pages    int64
	Fenced   bool // landlock holds
	Isolated bool // a namespace of their own: no network at all
}

// Open prepares the pool and starts a first reader, which proves that the fence holds; the others start when they are
// first needed. It removes what killed pools have left below Dir. Without a working fence it fails, unless
// AllowUnfenced is set.
func Open(ctx context.Context, config Config) (*Pool, error) {
	config = config.or()
	program, err := filepath.Abs(config.Program)
	if err != nil {
		return nil, fmt.Errorf("open readers: %w", err)
	}
	config.Program = program
	root, lock, err := ownDirectory(config.Dir, config.Log)
	if err != nil {
		return nil, fmt.Errorf("open readers: %w", err)
	}
	p := &Pool{config: config, root: root, lock: lock, start: newStarter(), slots: make(chan struct{}, config.Size)}
	p.stats = Stats{Size: config.Size, Ended: map[string]int64{}}
	p.ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	for range config.Size {
		p.slots <- struct{}{}
	}
	if err := p.prove(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open readers: %w", err), p.Close())
	}
	return p, nil
}

// Do runs one step in a reader. It lends a reader, waiting in line until one is free or ctx ends, and
//
//  1. calls prepare with an empty directory; prepare puts the step's files there and returns the request,
//  2. moves the directory inside the reader's fence, runs the step and moves it out again,
//  3. decodes the step's result into result (a pointer) and calls collect with the directory.
//
// The path in 1 and 3 may differ; requests and results name files relative to it. collect sees only plain files and
// directories: a result with links or devices is refused. collect may be nil. An error of collect with ErrMessage in its
// chain says that no sound reader answers so; it costs the reader its life. The directory is removed in the end.
//
// A *fault.Error of the step comes back as one. That a reader crashed, hung or ran out of memory is ErrLost, without
// contents; the reader is replaced. If no reader can be started the error is fault.ReaderUnavailable
// (wait). When ctx ends, the reader at work is killed and ctx's error returned.
func (p *Pool) Do(ctx context.Context, step pipeline.Step, prepare func(dir string) (request any, err error), result any, collect func(dir string) error) error {
	ctx, done, err := p.enter(ctx)
	if err != nil {
		return err
	}
	defer done()
	borrowed, err := p.borrow(ctx)
	if err != nil {
		return err
	}
	defer func() { p.giveBack(borrowed) }()

	job, err := p.newJob()
	if err != nil {
		return fmt.Errorf("prepare step %s: %w", step, err)
	}
	defer func() {
		if err := os.RemoveAll(job); err != nil {
			p.config.Log.Error("job directory not removed", "step", step, "error", err)
		}
	}()
	request, err := prepare(job)
	if err != nil {
		return err
	}
	if borrowed == nil {
		if borrowed, err = p.launch(ctx); err != nil {
			return err
		}
	}
	if err := p.runInside(ctx, borrowed, step, job, request, result); err != nil {
		return err
	}
	if collect == nil {
		return nil
	}
	if err = plainFiles(job); err == nil {
		err = collect(job)
	}
	if errors.Is(err, ErrMessage) { // nonsense of the right shape: something may have taken this reader over
		borrowed.stop(causeProtocol)
		return fmt.Errorf("step %s: %w: killed: %w", step, ErrLost, err)
	}
	return err
}

// runInside moves the job into the reader's fence, calls the step and moves the job out again. The moves matter: while
// the worker writes and reads, a reader that a document has taken over cannot reach the directory.
func (p *Pool) runInside(ctx context.Context, r *process, step pipeline.Step, job string, request, result any) error {
	inside := filepath.Join(r.dir, filepath.Base(job))
	if err := os.Rename(job, inside); err != nil {
		return fmt.Errorf("prepare step %s: %w", step, err)
	}
	callErr := p.call(ctx, r, step, inside, request, result)
	if r.alive() {
		r.tidy(filepath.Base(job))
	}
	if err := os.Rename(inside, job); err != nil && callErr == nil {
		return fmt.Errorf("collect results of step %s: %w", step, err)
	}
	return callErr
}

// call runs the step in r within its time and decodes the result.
func (p *Pool) call(ctx context.Context, r *process, step pipeline.Step, dir string, request, result any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("encode request of step %s: %w", step, err)
	}
	limit := p.config.stepTime(step)
	answer, err := r.call(ctx, pipeline.Call{Step: step, Dir: dir, Request: body, Seconds: limit.Seconds()}, limit+p.config.Grace)
	p.count(func(s *Stats) { s.Calls++; s.Pages += int64(answer.Pages) })
	if err != nil {
		return fmt.Errorf("step %s: %w", step, err)
	}
	if answer.Fault != nil {
		return fmt.Errorf("step %s: %w", step, faultOf(answer.Fault))
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		r.stop(causeProtocol)
		return fmt.Errorf("step %s: %w: killed: %w: result", step, ErrLost, ErrMessage)
	}
	return nil
}

// verdicts are the codes that steps give. A reader says nothing about viruses, sign-ins or neighbours.
func verdicts() []fault.Code {
	return []fault.Code{
		fault.Empty, fault.TypeNotAccepted, fault.TypeMismatch, fault.Encrypted, fault.Unreadable, fault.DynamicXFA,
		fault.TooComplex, fault.NoPages, fault.NotFaithful, fault.NotConformant, fault.PageTimeout, fault.MailParts,
		fault.ConverterMissing,
	}
}

// faultOf turns a fault on the wire into an error. A reader may have been taken over by a document, so only codes and
// treatments that steps give are believed. Waiting is none of them: a document could wait for ever.
func faultOf(f *pipeline.Fault) error {
	detail := errors.New(printable(f.Detail, 500))
	code, treatment := fault.Code(f.Code), fault.Treatment(f.Treatment)
	judged := treatment == fault.Reject || treatment == fault.Review || treatment == fault.Retry
	if !judged || !slices.Contains(verdicts(), code) {
		return fault.New(fault.Retry, fault.Internal, detail)
	}
	return fault.New(treatment, code, detail)
}

// enter registers a call and ties ctx to the pool's life.
func (p *Pool) enter(ctx context.Context) (context.Context, func(), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, fault.New(fault.Wait, fault.ReaderUnavailable, errors.New("the pool of readers is closed"))
	}
	p.calls.Add(1)
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.ctx, cancel)
	return ctx, func() { stop(); cancel(); p.calls.Done() }, nil
}

// borrow waits until a reader may be lent out and returns a warm one, or nil where one has still to be started. Receivers
// of a channel are served in the order of their coming.
func (p *Pool) borrow(ctx context.Context) (*process, error) {
	p.count(func(s *Stats) { s.Waiting++ })
	defer p.count(func(s *Stats) { s.Waiting-- })
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-p.slots:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.count(func(s *Stats) { s.Busy++ })
	for r := p.pop(); r != nil; r = p.pop() {
		if r.alive() {
			return r, nil
		}
		p.bury(r) // it died while idle
	}
	return nil, nil
}

// pop takes the reader used last, so that a quiet pool keeps few of them busy; nil if none is idle.
func (p *Pool) pop() *process {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	r := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return r
}

// giveBack ends the loan; a reader that has ended or is used up is not kept.
func (p *Pool) giveBack(r *process) {
	if r != nil && r.alive() {
		if why := r.used(p.config); why != "" {
			p.config.Log.Info("reader recycled", "pid", r.pid(), "why", why)
			r.stop(causeRecycled)
		}
	}
	if r != nil && !r.alive() {
		p.bury(r)
		r = nil
	}
	p.count(func(s *Stats) {
		s.Busy--
		if r != nil {
			p.idle = append(p.idle, r)
		}
	})
	p.slots <- struct{}{}
}

// prove starts the first reader, with the strongest walls that work here, and keeps it warm.
func (p *Pool) prove(ctx context.Context) error {
	var failures []error
	for _, walls := range candidates() {
		p.walls = walls
		r, err := p.launch(ctx)
		if err != nil {
			failures = append(failures, fmt.Errorf("with %s: %w", walls, err))
			continue
		}
		p.count(func(s *Stats) {
			s.Fenced, s.Isolated = r.fenced, walls.isolated()
			p.idle = append(p.idle, r)
		})
		if !walls.isolated() {
			p.config.Log.Warn("readers have no namespaces of their own here: let the container have no network", "walls", walls.String())
		}
		return nil
	}
	return errors.Join(failures...)
}

// launch starts a reader.
func (p *Pool) launch(ctx context.Context) (*process, error) {
	dir, err := os.MkdirTemp(p.root, "reader-")
	if err != nil {
		return nil, fmt.Errorf("start reader: %w", err)
	}
	r, err := startProcess(ctx, p.start, p.config, p.walls, dir)
	if err != nil {
		_ = os.RemoveAll(dir) // it is below root, which Close removes
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fault.New(fault.Wait, fault.ReaderUnavailable, err)
	}
	p.count(func(s *Stats) { s.Started++; s.Running++ })
	return r, nil
}

// bury counts a reader that has ended and removes its directory.
func (p *Pool) bury(r *process) {
	p.count(func(s *Stats) { s.Running--; s.Ended[r.cause()]++ })
	if err := os.RemoveAll(r.dir); err != nil {
		p.config.Log.Error("reader directory not removed", "error", err)
	}
}

// newJob makes an empty job directory outside every fence.
func (p *Pool) newJob() (string, error) {
	p.mu.Lock()
	p.jobs++
	dir := filepath.Join(p.root, "job-"+strconv.FormatInt(p.jobs, 10))
	p.mu.Unlock()
	return dir, os.Mkdir(dir, 0o700)
}

// count changes the statistics.
func (p *Pool) count(change func(*Stats)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.stats)
}

// Stats returns the counts so far.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Ended = make(map[string]int64, len(p.stats.Ended))
	for cause, n := range p.stats.Ended {
		s.Ended[cause] = n
	}
	return s
}

// Close ends calls at work with context.Canceled, waits for them, ends all readers and removes the pool's directory.
// Calling it twice is no error.
func (p *Pool) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.calls.Wait()
	for r := p.pop(); r != nil; r = p.pop() {
		r.stop(causeClosed)
		p.bury(r)
	}
	p.start.close()
	return errors.Join(os.RemoveAll(p.root), p.lock.Close(), removeIfThere(p.root+".lock"))
}
