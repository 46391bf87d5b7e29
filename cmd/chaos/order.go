package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// fakeTelegram takes every send, as a messenger with no limits would.
func (p *play) fakeTelegram(o telegramtest.Options) *telegramtest.Server {
	p.Helper()
	o.Token, o.AllowHTTP, o.OpenChats = token, true, true
	return telegramtest.Start(p, o)
}

// seededDatabase returns a fresh database in which the crowd's words have their answers.
func (p *play) seededDatabase() string {
	p.Helper()
	url := p.fresh()
	p.seedArticles(url)
	return url
}

// seedArticles puts the answers into the database.
func (p *play) seedArticles(url string) {
	p.Helper()
	file := filepath.Join(p.TempDir(), "articles.json")
	p.must(os.WriteFile(file, []byte(articles()), 0o600))
	p.run(p.settings(url), "", "migrate")
	p.run(p.settings(url), "", "faq", "import", "-approve", file)
}

// playOrder kills the service in the middle of anything, again and again, while
// many chats write without waiting for replies. Nothing acknowledged may be
// lost, nothing applied twice, no chat answered out of order; a reply may come
// twice only if nobody could know whether it had arrived. Albums and texts that
// clients split are in the load, and the first kill comes while one waits.
func playOrder(p *play) {
	kills := of(p.size, 3, 4, 20)
	ctx, cancel := context.WithTimeout(p.Context(), 10*time.Minute)
	defer cancel()
	database, address, tg := p.seededDatabase(), p.free(), p.fakeTelegram(telegramtest.Options{})
	s := p.settings(database).onTelegram(tg.URL())
	pr := p.start(s, address)
	c := p.newCrowd(of(p.size, 100, 200, 2000), 12, address)
	written := make(chan error, 1)
	go func() { written <- c.write(ctx) }()
	a, db := p.newAlbums(of(p.size, 12, 24, 200), address), p.open(database)
	parts := make(chan error, 1)
	go func() { parts <- a.write(ctx) }()
	p.until(ctx, "an album that waits for more of it", 2*time.Millisecond, func() bool {
		var n int
		return db.GetContext(ctx, &n, `SELECT count(*) FROM timers WHERE name LIKE 'gather/%'`) == nil && n > 0
	})
	pr.kill()
	pr = p.start(s, address)
	for k := range kills {
		// somewhere in the next part of the work, in the middle of anything
		at := int64(c.total()*k/kills + p.rng.IntN(c.total()/kills))
		p.until(ctx, fmt.Sprintf("%d updates", at), 2*time.Millisecond, func() bool { return c.acked.Load() >= at })
		pr.kill()
		pr = p.start(s, address)
	}
	c.finish(p, written)
	a.finish(p, parts)
	p.awaitEmpty(db, 2*time.Minute)
	p.judge(db, tg, c)
	a.judge(p, db)
}
