package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/storage"
)

// depths shows how much waits in the inbox and the outbox, read at each scrape.
type depths struct{ store *storage.Store }

var (
	inboxDepth  = prometheus.NewDesc("visnyk_inbox_rows", "Updates in the inbox that are not done.", []string{"bot", "state"}, nil)
	outboxDepth = prometheus.NewDesc("visnyk_outbox_rows", "Parts in the outbox that did not end well yet.", []string{"bot", "lane", "state"}, nil)
)

// Describe implements prometheus.Collector.
func (d depths) Describe(ch chan<- *prometheus.Desc) { ch <- inboxDepth; ch <- outboxDepth }

// Collect implements prometheus.Collector. While the database is away there are
// no figures, rather than old ones.
func (d depths) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if waiting, parked, err := d.store.InboxDepth(ctx); err == nil {
		for bot, n := range waiting {
			ch <- prometheus.MustNewConstMetric(inboxDepth, prometheus.GaugeValue, float64(n), bot, "waiting")
		}
		for bot, n := range parked {
			ch <- prometheus.MustNewConstMetric(inboxDepth, prometheus.GaugeValue, float64(n), bot, "parked")
		}
	}
	if rows, err := d.store.OutboxDepth(ctx); err == nil {
		for k, n := range rows {
			ch <- prometheus.MustNewConstMetric(outboxDepth, prometheus.GaugeValue, float64(n), k.Bot, k.Lane.String(), k.State)
		}
	}
}
