package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// ringWorker delivers one event to one endpoint. The feed is the truth, this is the bell: after the last attempt the
// event is still in the feed.
type ringWorker struct {
	river.WorkerDefaults[job.Ring]
	w *Workers
}

// ringsPerEndpoint is how many deliveries go to one endpoint side by side.
const ringsPerEndpoint = 2

// silence is how long an endpoint may take nothing before it is paused.
const silence = 72 * time.Hour

// Timeout is above the 15 seconds a consumer has.
func (*ringWorker) Timeout(*river.Job[job.Ring]) time.Duration { return 30 * time.Second }

// NextRetry follows the table of the notification contract.
func (*ringWorker) NextRetry(j *river.Job[job.Ring]) time.Time {
	return time.Now().Add(notify.NextRetry(j.Attempt, rand.Float64)) //nolint:gosec // spread, no secret
}

// Work rings once.
func (r *ringWorker) Work(ctx context.Context, j *river.Job[job.Ring]) error {
	var (
		endpoint efile.Endpoint
		event    efile.Event
	)
	err := r.w.Records.View(ctx, system(j.Args.Office), func(tx *records.Tx) error {
		var err error
		if endpoint, err = tx.Endpoint(ctx, j.Args.Endpoint); err != nil {
			return err
		}
		event, err = tx.Event(ctx, j.Args.Event)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return river.JobCancel(err)
	case err != nil:
		return treat(ctx, j.JobRow, err, nil)
	case endpoint.State == "off":
		return river.JobCancel(errors.New("endpoint is switched off"))
	case endpoint.State == "paused":
		return river.JobSnooze(spread(10 * time.Minute))
	}
	result, err := r.ring(ctx, j.Args.Office, endpoint, event)
	if err != nil {
		return treat(ctx, j.JobRow, err, nil)
	}
	return r.settle(ctx, j, endpoint, event, result)
}

func (r *ringWorker) ring(ctx context.Context, officeID efile.ID, endpoint efile.Endpoint, event efile.Event) (notify.Result, error) {
	office, err := r.w.Records.OfficeByID(ctx, officeID)
	if err != nil {
		return notify.Result{}, err
	}
	body, err := notify.Envelope(r.w.Installation, office, event)
	if err != nil {
		return notify.Result{}, fmt.Errorf("envelope of event %s: %w", event.ID, err)
	}
	now := time.Now()
	headers, err := r.w.Signer.Headers(endpoint, event.ID, body, now)
	if err != nil {
		return notify.Result{}, fmt.Errorf("sign event %s: %w", event.ID, err)
	}
	return r.w.Ringer.Ring(ctx, endpoint.URL, headers, body), nil
}

// settle keeps the delivery log and decides about the endpoint.
func (r *ringWorker) settle(ctx context.Context, j *river.Job[job.Ring], endpoint efile.Endpoint, event efile.Event, result notify.Result) error {
	r.w.meters.rings.WithLabelValues(string(result.Outcome)).Inc()
	err := r.w.Records.In(ctx, system(j.Args.Office), func(tx *records.Tx) error {
		err := tx.AddDelivery(ctx, efile.Delivery{
			EndpointID: endpoint.ID, EventID: event.ID, Attempt: j.Attempt,
			Status: result.Status, Answer: result.Answer, Latency: result.Latency, At: time.Now(),
		})
		if err != nil {
			return err
		}
		switch result.Outcome {
		case notify.Delivered:
			return complete(ctx, tx, j)
		case notify.Gone:
			endpoint.State = "off"
			if err := tx.SaveEndpoint(ctx, endpoint); err != nil {
				return err
			}
			return complete(ctx, tx, j)
		}
		if j.Attempt < j.MaxAttempts {
			return nil
		}
		return r.pauseSilent(ctx, tx, endpoint)
	})
	switch {
	case err != nil:
		return treat(ctx, j.JobRow, err, nil)
	case result.Outcome == notify.Delivered:
		r.w.meters.lag.Observe(time.Since(event.Time).Seconds())
		return nil
	case result.Outcome == notify.Gone:
		r.w.Log.LogAttrs(ctx, slog.LevelError, "endpoint is gone and switched off", slog.String("endpoint", endpoint.ID.String()))
		return nil
	case result.RetryAfter > 0:
		return river.JobSnooze(result.RetryAfter)
	}
	return fmt.Errorf("endpoint %s answered %d", endpoint.ID, result.Status)
}

// pauseSilent stops ringing an endpoint that has taken nothing for three days.
func (r *ringWorker) pauseSilent(ctx context.Context, tx *records.Tx, endpoint efile.Endpoint) error {
	last, err := tx.LastSuccess(ctx, endpoint.ID)
	if err != nil || time.Since(last) < silence || time.Since(endpoint.Created) < silence {
		return err
	}
	endpoint.State = "paused"
	r.w.Log.LogAttrs(ctx, slog.LevelError, "endpoint is silent and paused", slog.String("endpoint", endpoint.ID.String()))
	return tx.SaveEndpoint(ctx, endpoint)
}

// watchEndpoints listens to the queue of every endpoint of every office, also of those made later.
func (w *Workers) watchEndpoints(ctx context.Context) {
	known := map[string]bool{}
	for ctx.Err() == nil {
		if err := w.addRingQueues(ctx, known); err != nil && ctx.Err() == nil {
			w.Log.LogAttrs(ctx, slog.LevelWarn, "cannot list endpoints", slog.String("error", err.Error()))
		}
		pause(ctx, endpointsEvery)
	}
}

// endpointsEvery is how soon a new endpoint is rung at the latest.
const endpointsEvery = 3 * time.Second

func (w *Workers) addRingQueues(ctx context.Context, known map[string]bool) error {
	offices, err := w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	for _, office := range offices {
		var endpoints []efile.Endpoint
		err := w.Records.View(ctx, system(office.ID), func(tx *records.Tx) error {
			var err error
			endpoints, err = tx.Endpoints(ctx)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range endpoints {
			queue := job.RingQueue(e.ID)
			if known[queue] || e.State == "off" {
				continue
			}
			if err := w.client.Queues().Add(queue, river.QueueConfig{MaxWorkers: ringsPerEndpoint}); err != nil {
				return fmt.Errorf("listen to queue of endpoint %s: %w", e.ID, err)
			}
			known[queue] = true
		}
	}
	return nil
}
