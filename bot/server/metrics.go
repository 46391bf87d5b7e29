package server

import "github.com/prometheus/client_golang/prometheus"

// metrics are the figures of the door.
type metrics struct {
	updates  *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inflight *prometheus.GaugeVec
	batch    prometheus.Histogram
}

// newMetrics registers the figures; with nil they are kept and not shown.
func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		updates: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_updates_total", Help: "Updates and requests that brought none, by how they ended.",
		}, []string{"bot", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_webhook_seconds", Help: "Time from the headers of a webhook request to its answer.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 13),
		}, []string{"bot"}),
		inflight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_webhooks_in_flight", Help: "Webhook requests being answered.",
		}, []string{"bot"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "visnyk_inbox_batch_size", Help: "Updates in one commit.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
	}
	if r != nil {
		r.MustRegister(m.updates, m.seconds, m.inflight, m.batch)
	}
	return m
}

// figures are those of one door.
type figures struct {
	updates  *prometheus.CounterVec // by result
	seconds  prometheus.Observer
	inflight prometheus.Gauge
}

func (m *metrics) of(bot string) figures {
	return figures{m.updates.MustCurryWith(prometheus.Labels{"bot": bot}), m.seconds.WithLabelValues(bot), m.inflight.WithLabelValues(bot)}
}
