package dialog

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
)

// Metrics are the figures of all workers of a process.
type Metrics struct {
	turns   *prometheus.CounterVec
	parked  *prometheus.CounterVec
	batch   *prometheus.HistogramVec
	seconds *prometheus.HistogramVec
	ignored *prometheus.CounterVec
	receipt *prometheus.CounterVec

	mu    sync.Mutex
	kinds map[string]bool // of what was ignored, as the figures show them
}

// kindsMost bounds how many kinds of ignored updates are told apart: their
// names are the messenger's.
const kindsMost = 64

// NewMetrics registers the figures.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_turns_total", Help: "Turns committed.",
		}, []string{"bot"}),
		parked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_turns_parked_total", Help: "Updates put aside, for they cannot be read or their turns failed three times; each wants a human.",
		}, []string{"bot"}),
		batch: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_turn_batch_size", Help: "Turns in one commit.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64},
		}, []string{"bot"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_turn_batch_seconds", Help: "Time from reading a batch's conversations to its commit.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 12),
		}, []string{"bot"}),
		ignored: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_ignored_total", Help: "Updates that are not for us, by what they were.",
		}, []string{"bot", "what"}),
		receipt: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_receipts_total", Help: "What messengers told of our messages.",
		}, []string{"bot", "kind"}),
		kinds: map[string]bool{},
	}
	r.MustRegister(m.turns, m.parked, m.batch, m.seconds, m.ignored, m.receipt)
	return m
}

// happened counts events that no conversation answers.
func (m *Metrics) happened(name string, e bot.Event) {
	switch {
	case e.Kind == bot.Ignored:
		m.ignored.WithLabelValues(name, m.kind(e.Detail)).Inc()
	case e.Receipt():
		m.receipt.WithLabelValues(name, string(e.Kind)).Inc()
	}
}

// kind returns what was ignored, as long as there are not too many kinds.
func (m *Metrics) kind(what string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.kinds[what] && len(m.kinds) == kindsMost {
		return "other"
	}
	m.kinds[what] = true
	return what
}

func (m *Metrics) turned(bot string, n int, took time.Duration) {
	m.turns.WithLabelValues(bot).Add(float64(n))
	m.batch.WithLabelValues(bot).Observe(float64(n))
	m.seconds.WithLabelValues(bot).Observe(took.Seconds())
}
