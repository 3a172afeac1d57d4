package workers

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eakte/eakte/records"
)

// fixityKept is how long an answer is good for: every office must be asked behind its own fence.
const fixityKept = time.Minute

// fixityCollector tells what alarms are made of, summed up over all offices.
type fixityCollector struct {
	records *records.Store
	now     func() time.Time

	mu    sync.Mutex
	asked time.Time
	sum   records.FixityState
}

var (
	fixityMismatches = prometheus.NewDesc("eakte_fixity_mismatches", "Stored objects that are missing or differ, in quarantine now.", nil, nil)
	fixityFindings   = prometheus.NewDesc("eakte_findings_open", "Findings of periodic care that nobody has closed.", nil, nil)
	fixityOldest     = prometheus.NewDesc("eakte_fixity_oldest_seconds", "Time since the stored object that waits longest was read back.", nil, nil)
)

// Describe names the metrics.
func (c *fixityCollector) Describe(out chan<- *prometheus.Desc) {
	out <- fixityMismatches
	out <- fixityFindings
	out <- fixityOldest
}

// Collect reads them.
func (c *fixityCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	sum, err := c.state(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(fixityMismatches, err)
		return
	}
	age := 0.0
	if !sum.Oldest.IsZero() {
		age = c.now().Sub(sum.Oldest).Seconds()
	}
	out <- prometheus.MustNewConstMetric(fixityMismatches, prometheus.GaugeValue, float64(sum.Quarantined))
	out <- prometheus.MustNewConstMetric(fixityFindings, prometheus.GaugeValue, float64(sum.Findings))
	out <- prometheus.MustNewConstMetric(fixityOldest, prometheus.GaugeValue, age)
}

func (c *fixityCollector) state(ctx context.Context) (records.FixityState, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); !c.asked.IsZero() && now.Sub(c.asked) < fixityKept {
		return c.sum, nil
	}
	offices, err := c.records.Offices(ctx)
	if err != nil {
		return c.sum, err
	}
	var sum records.FixityState
	for _, office := range offices {
		err := c.records.View(ctx, system(office.ID), func(tx *records.Tx) error {
			one, err := tx.FixityState(ctx)
			sum.Quarantined += one.Quarantined
			sum.Findings += one.Findings
			if !one.Oldest.IsZero() && (sum.Oldest.IsZero() || one.Oldest.Before(sum.Oldest)) {
				sum.Oldest = one.Oldest
			}
			return err
		})
		if err != nil {
			return sum, err
		}
	}
	c.asked, c.sum = c.now(), sum
	return sum, nil
}
