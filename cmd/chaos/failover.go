package main

import (
	"time"

	"visnyk/storage/storagetest"
)

// playFailover kills the PostgreSQL that writes in the middle of a stream and promotes
// its synchronous standby, which the service finds by itself. What was acknowledged is
// there, and as soon afterwards as after any outage more is.
func playFailover(p *play) {
	first, err := storagetest.StartPostgres("", storagetest.ClusterOptions{Fsync: true})
	p.must(err)
	p.Cleanup(func() { _ = first.Close() })
	standby, err := first.StartStandby(p.Context())
	p.must(err)
	p.Cleanup(func() { _ = standby.Close() })
	p.outage(of(p.size, time.Second, 6*time.Second, 20*time.Second), storagetest.EitherURL("postgres", first, standby),
		func() { p.must(first.Kill()) },
		func() { p.must(standby.Promote(p.Context())) })
}
