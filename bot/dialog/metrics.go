package dialog

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of all workers of a process.
type Metrics struct {
	turns   *prometheus.CounterVec
	parked  *prometheus.CounterVec
	batch   *prometheus.HistogramVec
	seconds *prometheus.HistogramVec
}

// NewMetrics registers the figures.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_turns_total", Help: "Turns committed.",
		}, []string{"bot"}),
		parked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_turns_parked_total", Help: "Updates put aside after their tries were used up; each wants a human.",
		}, []string{"bot"}),
		batch: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_turn_batch_size", Help: "Turns in one commit.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64},
		}, []string{"bot"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_turn_batch_seconds", Help: "Time from reading a batch's conversations to its commit.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 12),
		}, []string{"bot"}),
	}
	r.MustRegister(m.turns, m.parked, m.batch, m.seconds)
	return m
}

func (m *Metrics) turned(bot string, n int, took time.Duration) {
	m.turns.WithLabelValues(bot).Add(float64(n))
	m.batch.WithLabelValues(bot).Observe(float64(n))
	m.seconds.WithLabelValues(bot).Observe(took.Seconds())
}
