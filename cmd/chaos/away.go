package main

import (
	"context"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage/storagetest"
)

// playAway takes the database away in the middle of a stream: PostgreSQL is
// killed, SQLite's write lock is held. Meanwhile the door answers 503 with
// Retry-After; afterwards everything redelivered is handled once, and the first
// acknowledgement comes within three seconds.
func playAway(p *play) {
	database, leave, back := p.leaving()
	p.outage(of(p.size, 6*time.Second, 6*time.Second, 60*time.Second), database, leave, back)
}

// outage plays a stream of updates of which a part comes while the database is away
// for the time, and judges what became of them.
func (p *play) outage(outage time.Duration, database string, leave, back func()) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute)
	defer cancel()
	p.seedArticles(database)
	address, tg := p.free(), p.fakeTelegram(telegramtest.Options{})
	pr := p.start(p.settings(database).onTelegram(tg.URL()), address)
	c := p.newCrowd(of(p.size, 80, 100, 300), 10, address)
	written := make(chan error, 1)
	// Not as quickly as it goes: SQLite gives its lock to whoever comes first, and we would come last.
	go func() { written <- c.stream(ctx, 8*time.Millisecond) }()
	p.until(ctx, "a third of the updates", 2*time.Millisecond, func() bool { return c.acked.Load() >= int64(c.total()/3) })
	leave()
	refused, acked := c.refused.Load(), c.acked.Load()
	if acked+atOnce >= int64(c.total()) {
		p.Fatalf("there was no load left when the database went away")
	}
	wait := time.NewTimer(outage)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-pr.ended:
		p.Fatalf("the service ended while its database was away")
	}
	if c.refused.Load() == refused {
		p.Errorf("nobody was answered 503 while the database was away")
	}
	if n := c.acked.Load() - acked; n > atOnce {
		p.Errorf("%d updates were acknowledged while nothing could be stored", n)
	}
	c.firstAck.Store(0)
	back()
	returned := time.Now()
	p.until(ctx, "the first acknowledgement", 2*time.Millisecond, func() bool { return c.firstAck.Load() != 0 })
	first := time.UnixMicro(c.firstAck.Load()).Sub(returned)
	p.Logf("answers_503=%d first_ack=%v", c.refused.Load()-refused, first.Round(time.Millisecond))
	if first > 3*time.Second {
		p.Errorf("first acknowledgement after %v, want within 3 s", first)
	}
	c.finish(p, written)
	db := p.open(database)
	p.awaitEmpty(db, 2*time.Minute)
	p.judge(db, tg, c)
}

// leaving returns a database of the run's own that can be taken away and brought
// back.
func (p *play) leaving() (url string, leave, back func()) {
	p.Helper()
	if p.database == "postgres" {
		cluster, err := storagetest.StartPostgres("", storagetest.ClusterOptions{Fsync: true})
		p.must(err)
		p.Cleanup(func() { _ = cluster.Close() })
		return cluster.URL("postgres"),
			func() { p.must(cluster.Kill()) },
			func() { p.must(cluster.Start()) }
	}
	url = p.fresh()
	p.run(p.settings(url), "", "migrate")
	db := p.open(url)
	db.SetMaxOpenConns(1)
	return url,
		func() { _, err := db.Exec("BEGIN IMMEDIATE"); p.must(err) },
		func() { _, err := db.Exec("ROLLBACK"); p.must(err) }
}
