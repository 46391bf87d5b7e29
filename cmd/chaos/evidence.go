package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage/storagetest"
)

// open opens the database behind a service's URL, beside the service. The
// drivers come with the storage package.
func (p *play) open(url string) *sqlx.DB {
	p.Helper()
	driver, dsn := "postgres", url
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	db, err := sqlx.Open(driver, dsn)
	p.must(err)
	p.Cleanup(func() { db.Close() })
	return db
}

const openRows = `SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')
	+ (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')) + (SELECT count(*) FROM timers WHERE name LIKE 'gather/%')`

// awaitEmpty waits until every update is done and every part has ended.
func (p *play) awaitEmpty(db *sqlx.DB, patience time.Duration) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), patience)
	defer cancel()
	p.until(ctx, "an empty line", 50*time.Millisecond, func() bool {
		var n int
		return db.GetContext(ctx, &n, openRows) == nil && n == 0
	})
}

// judge reads the database and the messenger, says what became of everything
// the crowds wrote, and fails on any breach.
func (p *play) judge(db *sqlx.DB, tg *telegramtest.Server, crowds ...*crowd) verdict {
	p.Helper()
	return p.conclude(db, "telegram", heard(tg, crowds))
}

// heard returns what the crowds wrote and what they heard.
func heard(tg *telegramtest.Server, crowds []*crowd) evidence {
	e := evidence{want: map[string]int{}, heard: map[string][]int{}}
	for _, c := range crowds {
		for i := range c.chats {
			chat := strconv.Itoa(c.chat(i))
			e.want[chat] = c.each
			for n := range c.each {
				e.updates = append(e.updates, strconv.Itoa(c.updateID(i, n)))
			}
			for _, m := range tg.Messages(int64(c.chat(i))) {
				e.sends++
				if n, ok := answered(m.Text); ok {
					e.heard[chat] = append(e.heard[chat], n)
				}
			}
		}
	}
	return e
}

// conclude adds to the evidence what the database holds of the chats, and judges.
func (p *play) conclude(db *sqlx.DB, bot string, e evidence) verdict {
	p.Helper()
	var inbox []struct {
		Chat, State string
		N           int
	}
	p.must(db.Select(&inbox, `SELECT chat, state, count(*) AS n FROM inbox WHERE bot = $1 AND source = 'channel' GROUP BY chat, state`, bot))
	for _, row := range inbox {
		switch {
		case e.want[row.Chat] == 0:
		case row.State == "done" && e.done >= 0:
			e.done += row.N
		case row.State == "parked":
			e.parked += row.N
		}
	}
	p.must(db.Select(&e.history, `SELECT chat, text FROM history WHERE bot = $1 AND NOT outgoing AND kind = 'typed' ORDER BY chat, id`, bot))
	e.history = slices.DeleteFunc(e.history, func(h said) bool { return e.want[h.Chat] == 0 })
	p.must(db.Select(&e.parts, `SELECT chat, cause, state, unknowns, external_id FROM `+storagetest.Parts+` WHERE bot = $1 AND kind = 'say' ORDER BY chat, lane, id`, bot))
	e.parts = slices.DeleteFunc(e.parts, func(part part) bool { return e.want[part.Chat] == 0 })
	v := count(e)
	p.Logf("%v", v)
	for _, breach := range v.breaches() {
		p.Errorf("%s", breach)
	}
	return v
}

// until waits for holds, asking every so often, within ctx.
func (p *play) until(ctx context.Context, what string, every time.Duration, holds func() bool) {
	p.Helper()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			p.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
