package outbox

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// taker is a Store that takes every outcome.
type taker struct{ *memory }

// RecordOutcomes implements Store.
func (taker) RecordOutcomes(context.Context, storage.Lease, []storage.SendOutcome) error { return nil }

// quick is a messenger that takes everything at once, and tells of each.
type quick struct {
	*messenger
	took chan struct{}
}

// Send implements bot.Channel.
func (q quick) Send(context.Context, bot.Address, bot.Part) (string, error) {
	q.took <- struct{}{}
	return "17", nil
}

// BenchmarkCarry carries replies that come claimed, twenty together, without a database
// and without a network: what the sender itself takes.
func BenchmarkCarry(b *testing.B) {
	const together = 20
	r, took := newRig(), make(chan struct{}, together)
	r.conf.Store, r.conf.Channel = taker{r.store}, quick{r.ch, took}
	_, stop := r.start()
	rows := make([]storage.OutboxRow, together)
	b.ReportAllocs()
	b.ResetTimer()
	began := processorTime()
	for n := 0; n < b.N; n += together {
		for i := range rows {
			rows[i] = storage.OutboxRow{ID: int64(n + i), Queued: reply(fmt.Sprint("c", n+i), "one"), Attempts: 1, Epoch: r.held.Epoch}
		}
		r.tenure.Hand(rows)
		for range rows {
			<-took
		}
	}
	b.ReportMetric(float64((processorTime()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
	if err := stop(); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what this process has taken of the processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
