package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
)

const (
	freshWait     = 10 * time.Second // promised to who writes first while a backlog drains
	backlogMemory = 256              // MiB
)

// playBacklog starts the service on an inbox that is full, and has people write
// who never wrote before. Everything is answered in order; how long the new ones
// waited, how quickly the rest went and what memory it took is printed.
func playBacklog(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 9*time.Minute)
	defer cancel()
	n := of(p.size, 1_500, 15_000, 100_000)
	database, address, tg := p.seededDatabase(), p.free(), p.fakeTelegram(telegramtest.Options{})
	db := p.open(database)
	old := p.newCrowd(n/10, 10, address)
	p.fill(db, old)
	began := time.Now()
	pr := p.start(p.settings(database).onTelegram(tg.URL()), address)
	ready := time.Since(began)

	fresh := p.newCrowd(of(p.size, 20, 40, 100), 1, address)
	fresh.first = 900_000
	written := make(chan error, 1)
	go func() { written <- fresh.stream(ctx, of[time.Duration](p.size, 50, 100, 300)*time.Millisecond) }()
	waits := map[int]time.Duration{}
	since := map[int]time.Time{}
	var drained time.Duration
	p.until(ctx, "all answers", 20*time.Millisecond, func() bool {
		for i := range min(int(fresh.acked.Load()), fresh.chats) {
			chat := fresh.chat(i)
			if _, known := since[chat]; !known {
				since[chat] = time.Now()
			}
			if _, known := waits[chat]; !known && len(tg.Messages(int64(chat))) > 0 {
				waits[chat] = time.Since(since[chat])
			}
		}
		var left int
		if len(waits) < fresh.chats || db.GetContext(ctx, &left, openRows) != nil || left > 0 {
			return false
		}
		drained = time.Since(began) - ready
		return true
	})
	fresh.finish(p, written)
	var all []time.Duration
	for _, w := range waits {
		all = append(all, w)
	}
	p99 := percentile(all, 99)
	reached := "reached"
	if p99 > freshWait {
		reached = "NOT REACHED" // said, and no breach: nothing is lost by it
	}
	_, most := pr.memory()
	p.Logf("backlog=%d drain=%.0f/s fresh_p50=%v fresh_p99=%v (10 s: %s) memory_max=%.0f MiB", n,
		float64(n)/drained.Seconds(), percentile(all, 50).Round(time.Millisecond), p99.Round(time.Millisecond), reached, most)
	if most > backlogMemory {
		p.Errorf("%.0f MiB of memory, want at most %d", most, backlogMemory)
	}
	p.judge(db, tg, old, fresh)
}

// fill puts what the crowd says into the inbox, as it came in while no turn was
// made: the first words of all chats, then the second ones, and so on.
func (p *play) fill(db *sqlx.DB, c *crowd) {
	p.Helper()
	now := time.Now().UnixMicro()
	tx, err := db.Beginx()
	p.must(err)
	defer tx.Rollback()
	const rows = 500
	var args []any
	flush := func() {
		if len(args) == 0 {
			return
		}
		values := make([]string, 0, rows)
		for i := 0; i < len(args); i += 4 {
			values = append(values, fmt.Sprintf("('telegram', $%d, $%d, $%d, 'channel', $%d, 'waiting', %d)", i+1, i+2, i+3, i+4, now))
		}
		_, err := tx.Exec(`INSERT INTO inbox (bot, id, chat, seq, source, payload, state, received_at) VALUES `+strings.Join(values, ","), args...)
		p.must(err)
		args = args[:0]
	}
	seq := now - int64(c.total())
	for n := range c.each {
		for i := range c.chats {
			args = append(args, fmt.Sprint(c.updateID(i, n)), fmt.Sprint(c.chat(i)), seq, []byte(c.update(i, n)))
			if seq++; len(args) == 4*rows {
				flush()
			}
		}
	}
	flush()
	p.must(tx.Commit())
}
