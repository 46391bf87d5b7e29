package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
)

// The clock that all leases, timers and ages go by is the database's. It is
// shifted against that of the processes, and made to jump, where the service
// reads it; the messenger goes with the database, so that it is the process whose
// clock is wrong. On PostgreSQL that is done by a function of the same name that stands before the
// real one in the search path, on SQLite, which has no such thing, in a build of
// the service whose fragment for the clock adds the shift. What is not shown is
// a jump of the clock of the machine under the process, and of the three clocks
// apart.
const warpPostgres = `
CREATE SCHEMA warp;
CREATE TABLE warp.shift (seconds BIGINT NOT NULL);
INSERT INTO warp.shift VALUES (0);
CREATE FUNCTION warp.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
	'SELECT pg_catalog.statement_timestamp() + (SELECT seconds FROM warp.shift) * interval ''1 second'''`

const warpSQLite = `
CREATE TABLE warp_shift (seconds BIGINT NOT NULL);
INSERT INTO warp_shift VALUES (0)`

func warped() patch {
	const clock = "CAST(round(unixepoch('subsec') * 1000) * 1000 AS BIGINT)"
	return patch{
		name: "clock", file: "storage/db/dialect.go", old: `"` + clock + `"`,
		new: `"(` + clock + ` + (SELECT seconds FROM warp_shift) * 1000000)"`,
	}
}

// warp gives the database a clock that can be set. Setting it tells how many
// updates wait for their turns just then: of those that come while it waits for
// the database, none is left out.
func (p *play) warp(database string, off *atomic.Int64) (serve string, set func(time.Duration) (waiting int), db *sqlx.DB) {
	p.Helper()
	db = p.open(database)
	install, table := warpSQLite, "warp_shift"
	if p.database == "postgres" {
		install, table = warpPostgres, "warp.shift"
	}
	_, err := db.Exec(install)
	p.must(err)
	set = func(by time.Duration) (waiting int) {
		p.Helper()
		// Who writes while this waits for the database is ahead of its clock, if anything:
		// what is an hour behind looks late, however much of it there is.
		off.Store(max(off.Load(), int64(by)))
		tx, err := db.Beginx()
		p.must(err)
		defer tx.Rollback() // without effect once it is committed
		_, err = tx.Exec(fmt.Sprintf(`UPDATE %s SET seconds = $1`, table), int64(by/time.Second))
		p.must(err)
		p.must(tx.Get(&waiting, `SELECT count(*) FROM inbox WHERE state = 'waiting'`))
		p.must(tx.Commit())
		off.Store(int64(by))
		return waiting
	}
	if p.database == "sqlite" {
		p.patches = append(p.patches, warped())
		return database, set, db
	}
	u, err := url.Parse(database)
	p.must(err)
	q := u.Query()
	q.Set("search_path", "public,warp,pg_catalog")
	u.RawQuery = q.Encode()
	return u.String(), set, db
}

// timersOf are set for the clock to bring, in chats that nobody writes in.
const timersOf = 200

// playClock serves with a database whose clock is an hour ahead or behind, and
// jumps by an hour and back under load. Nothing is lost, doubled or reordered,
// no lease changes hands while its holder lives, and each timer fires once and
// not before its time.
func playClock(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute)
	defer cancel()
	database := p.seededDatabase()
	var off atomic.Int64
	serve, set, db := p.warp(database, &off)
	first := time.Hour
	if p.seed%2 == 0 {
		first = -first
	}
	set(first)
	address, tg := p.free(), p.fakeTelegram(telegramtest.Options{})
	p.start(p.settings(serve).onTelegram(tg.URL()), address)

	// Nothing jumps while these fire.
	now := time.Now().Add(first)
	for i := range timersOf {
		_, err := db.Exec(`INSERT INTO timers (bot, chat, name, due) VALUES ('telegram', $1, 'chaos', $2)`,
			fmt.Sprint(900_000+i), now.Add(time.Duration(p.rng.IntN(3000))*time.Millisecond).UnixMicro())
		p.must(err)
	}
	p.until(ctx, "the timers", 20*time.Millisecond, func() bool {
		var n int
		return db.GetContext(ctx, &n, `SELECT count(*) FROM timers`) == nil && n == 0
	})
	var fired []struct {
		ID         string
		ReceivedAt int64 `db:"received_at"`
	}
	p.must(db.Select(&fired, `SELECT id, received_at FROM inbox WHERE source = 'timer'`))
	early, late := time.Duration(0), time.Duration(0)
	for _, f := range fired {
		var due int64
		_, err := fmt.Sscan(f.ID[strings.LastIndexByte(f.ID, '/')+1:], &due)
		p.must(err)
		off := time.Duration(f.ReceivedAt-due) * time.Microsecond
		early, late = max(early, -off), max(late, off)
	}
	p.Logf("shift=%v fired=%d of %d early=%v late=%v", first, len(fired), timersOf, early, late.Round(time.Millisecond))
	if len(fired) != timersOf || early > 0 {
		p.Errorf("%d timers fired, want %d, the earliest %v before its time", len(fired), timersOf, early)
	}

	c := p.newCrowd(of(p.size, 60, 100, 600), 10, address)
	c.off = func() time.Duration { return time.Duration(off.Load()) }
	written := make(chan error, 1)
	go func() { written <- c.stream(ctx, 4*time.Millisecond) }()
	jumps := []time.Duration{0, first, -first, first, 0}
	mayBeLate := 0
	for k, by := range jumps {
		at := int64(c.total() * (k + 1) / (len(jumps) + 1))
		p.until(ctx, fmt.Sprintf("%d updates", at), 2*time.Millisecond, func() bool { return c.acked.Load() >= at })
		// What has come and waits for its turn, and what comes meanwhile, looks an
		// hour old where the clock jumps ahead.
		mayBeLate += set(by) + atOnce
	}
	c.finish(p, written)
	p.awaitEmpty(db, time.Minute)
	var epoch int
	p.must(db.Get(&epoch, `SELECT epoch FROM bots WHERE bot = 'telegram'`))
	p.Logf("jumps=%d leases=%d may_be_late=%d", len(jumps), epoch, mayBeLate)
	if epoch != 1 {
		p.Errorf("the lease was taken %d times by one replica", epoch)
	}
	e := heard(tg, []*crowd{c})
	e.warped, e.late = true, mayBeLate
	p.conclude(db, "telegram", e)
}
