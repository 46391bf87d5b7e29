package media

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
)

// Metrics counts the files that people sent.
type Metrics struct {
	files *prometheus.CounterVec
	took  prometheus.Histogram
}

// NewMetrics registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		files: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_files_fetched_total", Help: "Tries to fetch a file that somebody sent, by what became of it.",
		}, []string{"state"}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "visnyk_file_seconds", Help: "How long a fetched file took to come.",
			Buckets: []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 180},
		}),
	}
	r.MustRegister(m.files, m.took)
	return m
}

// fetched counts one try.
func (m *Metrics) fetched(state bot.FileState, took time.Duration) {
	if m == nil {
		return
	}
	m.files.WithLabelValues(string(state)).Inc()
	if state == bot.FileKept {
		m.took.Observe(took.Seconds())
	}
}
