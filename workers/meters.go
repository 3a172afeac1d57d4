package workers

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
)

// meters counts what the workers do. Labels are stations, codes and queues: never ids, never contents.
type meters struct {
	river.MiddlewareDefaults
	seconds  *prometheus.HistogramVec
	outcomes *prometheus.CounterVec
	rings    *prometheus.CounterVec
	lag      prometheus.Histogram
	objects  prometheus.Counter
	bytes    prometheus.Counter
}

func newMeters(registry prometheus.Registerer, rec *records.Store, readers *reader.Pool) *meters {
	m := &meters{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eakte_job_seconds", Help: "Time a job ran, by kind.",
			Buckets: []float64{.02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 60, 180},
		}, []string{"kind"}),
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "eakte_outcomes_total", Help: "Documents settled at a station, by treatment and code; treatment pass means onward.",
		}, []string{"station", "treatment", "code"}),
		rings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "eakte_rings_total", Help: "Attempts to ring an endpoint, by outcome.",
		}, []string{"outcome"}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "eakte_ring_lag_seconds", Help: "Time from an event to its delivery.",
			Buckets: []float64{.1, .5, 1, 5, 30, 300, 3600, 36000},
		}),
		objects: prometheus.NewCounter(prometheus.CounterOpts{Name: "eakte_fixity_objects_total", Help: "Stored objects read back and found right."}),
		bytes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "eakte_fixity_bytes_total", Help: "Their bytes."}),
	}
	if registry != nil {
		registry.MustRegister(m.seconds, m.outcomes, m.rings, m.lag, m.objects, m.bytes, &queueCollector{pool: rec.Pool()},
			&readerCollector{readers: readers}, &fixityCollector{records: rec, now: time.Now})
	}
	return m
}

// Work times every job and wraps it in a span; without a tracing exporter the span costs nothing.
func (m *meters) Work(ctx context.Context, j *rivertype.JobRow, work func(context.Context) error) error {
	ctx, span := otel.Tracer("github.com/eakte/eakte/workers").Start(ctx, j.Kind)
	defer span.End()
	span.SetAttributes(attribute.Int64("job", j.ID), attribute.Int("attempt", j.Attempt))
	start := time.Now()
	err := work(ctx)
	m.seconds.WithLabelValues(j.Kind).Observe(time.Since(start).Seconds())
	if _, snoozed := errors.AsType[*river.JobSnoozeError](err); err != nil && !snoozed {
		span.SetStatus(codes.Error, string(fault.Of(err).Code))
	}
	return err
}

func (m *meters) readBack(bytes int64) {
	m.objects.Inc()
	m.bytes.Add(float64(bytes))
}

func (m *meters) outcome(at efile.Station, f *fault.Error) {
	if f == nil {
		m.outcomes.WithLabelValues(string(at), "pass", "").Inc()
		return
	}
	m.outcomes.WithLabelValues(string(at), string(f.Treatment), string(f.Code)).Inc()
}

// queueCollector asks the database for the depth and age of each queue when metrics are read.
type queueCollector struct{ pool *pgxpool.Pool }

var (
	queueDepth = prometheus.NewDesc("eakte_queue_jobs", "Jobs by queue and state.", []string{"queue", "state"}, nil)
	queueAge   = prometheus.NewDesc("eakte_queue_oldest_seconds", "Age of the oldest job that could run.", []string{"queue"}, nil)
)

// Describe names the metrics.
func (c *queueCollector) Describe(out chan<- *prometheus.Desc) { out <- queueDepth; out <- queueAge }

// Collect reads them. Rings are summed up over all endpoints, so that the number of series stays small.
func (c *queueCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	rows, err := c.pool.Query(ctx, `
		SELECT CASE WHEN queue LIKE 'ring\_%' THEN 'ring' ELSE queue END AS name, state::text, count(*),
		       coalesce(extract(epoch FROM now() - min(scheduled_at) FILTER (WHERE state = 'available')), 0)::float8
		FROM river_job WHERE state IN ('available', 'running', 'retryable', 'scheduled') GROUP BY 1, 2`)
	if err != nil {
		out <- prometheus.NewInvalidMetric(queueDepth, err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var (
			queue, state string
			jobs         int64
			age          float64
		)
		if err := rows.Scan(&queue, &state, &jobs, &age); err != nil {
			out <- prometheus.NewInvalidMetric(queueDepth, err)
			return
		}
		out <- prometheus.MustNewConstMetric(queueDepth, prometheus.GaugeValue, float64(jobs), queue, state)
		if state == "available" {
			out <- prometheus.MustNewConstMetric(queueAge, prometheus.GaugeValue, age, queue)
		}
	}
	if err := rows.Err(); err != nil {
		out <- prometheus.NewInvalidMetric(queueDepth, err)
	}
}

// readerCollector shows the pool of readers.
type readerCollector struct{ readers *reader.Pool }

var (
	readersBusy  = prometheus.NewDesc("eakte_readers_busy", "Readers at work.", nil, nil)
	readersAlive = prometheus.NewDesc("eakte_readers_running", "Reader processes alive.", nil, nil)
	readersEnded = prometheus.NewDesc("eakte_readers_ended_total", "Reader processes that ended, by cause.", []string{"cause"}, nil)
	readersPages = prometheus.NewDesc("eakte_reader_pages_total", "Pages read.", nil, nil)
)

// Describe names the metrics.
func (c *readerCollector) Describe(out chan<- *prometheus.Desc) {
	out <- readersBusy
	out <- readersAlive
	out <- readersEnded
	out <- readersPages
}

// Collect reads them.
func (c *readerCollector) Collect(out chan<- prometheus.Metric) {
	stats := c.readers.Stats()
	out <- prometheus.MustNewConstMetric(readersBusy, prometheus.GaugeValue, float64(stats.Busy))
	out <- prometheus.MustNewConstMetric(readersAlive, prometheus.GaugeValue, float64(stats.Running))
	out <- prometheus.MustNewConstMetric(readersPages, prometheus.CounterValue, float64(stats.Pages))
	for cause, n := range stats.Ended {
		out <- prometheus.MustNewConstMetric(readersEnded, prometheus.CounterValue, float64(n), cause)
	}
}
