package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/storage"
)

// disk shows how much room is left where the database is, before it is too late.
// With PostgreSQL that is the database server's matter, and nothing is shown.
type disk struct{ store *storage.Store }

var (
	diskFree    = prometheus.NewDesc("visnyk_disk_free_bytes", "What is free on the disk of the SQLite database.", nil, nil)
	diskReserve = prometheus.NewDesc("visnyk_disk_reserve_bytes", "Below this nothing new is taken in.", nil, nil)
)

// Describe implements prometheus.Collector.
func (d disk) Describe(ch chan<- *prometheus.Desc) { ch <- diskFree; ch <- diskReserve }

// Collect implements prometheus.Collector.
func (d disk) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if free, reserve, ok := d.store.Disk(ctx); ok {
		ch <- prometheus.MustNewConstMetric(diskFree, prometheus.GaugeValue, float64(free))
		ch <- prometheus.MustNewConstMetric(diskReserve, prometheus.GaugeValue, float64(reserve))
	}
}
