package expand

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/storage"
)

// Metrics are the figures of the Expander of a process.
type Metrics struct {
	contacts *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// NewMetrics registers the figures.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		contacts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_expansion_contacts_total", Help: "Contacts looked at for whether something concerns them, by what it is.",
		}, []string{"kind"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_expansion_batch_seconds", Help: "Time of one batch of contacts, with its commit.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 12),
		}, []string{"kind"}),
	}
	r.MustRegister(m.contacts, m.seconds)
	return m
}

// walked notes a batch; nobody counts where there are no figures.
func (m *Metrics) walked(from, to storage.Expansion, took time.Duration) {
	if m == nil {
		return
	}
	m.contacts.WithLabelValues(string(to.Kind)).Add(float64(to.Walked - from.Walked))
	m.seconds.WithLabelValues(string(to.Kind)).Observe(took.Seconds())
}
