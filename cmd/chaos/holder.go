package main

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// Within these, another replica works and what hung at the dead one is settled.
const (
	takeover = 15 * time.Second
	midSend  = 20 * time.Second
)

// playHolder runs two replicas and kills whichever holds the bot's lease, again
// and again, in the middle of sends that hang. The other takes over, and no
// chat is answered out of order.
func playHolder(p *play) {
	kills := of(p.size, 1, 2, 10)
	ctx, cancel := context.WithTimeout(p.Context(), 10*time.Minute)
	defer cancel()
	database, tg := p.seededDatabase(), p.fakeTelegram(telegramtest.Options{})
	db := p.open(database)
	s := p.settings(database).onTelegram(tg.URL())
	owner := func() (id string) {
		_ = db.GetContext(ctx, &id, `SELECT owner FROM bots WHERE bot = 'telegram'`) // "" while there is none
		return id
	}
	addresses := []string{p.free(), p.free()}
	holds := 0 // which of the two
	replicas := []*process{p.start(s, addresses[0]), nil}
	p.until(ctx, "the first lease", 5*time.Millisecond, func() bool { return owner() != "" })
	replicas[1] = p.start(s, addresses[1])
	held := owner()

	c := p.newCrowd(kills*of(p.size, 100, 200, 200), 10, addresses...)
	written := make(chan error, 1)
	go func() { written <- c.stream(ctx, 2*time.Millisecond) }()
	var takes, records []time.Duration
	for k := range kills {
		at := int64(c.total()*k/kills/2 + p.rng.IntN(c.total()/kills/4) + 100)
		p.until(ctx, fmt.Sprintf("%d updates", at), 2*time.Millisecond, func() bool { return c.acked.Load() >= at })
		for range 8 {
			tg.Script(int64(c.chat(p.rng.IntN(c.chats))), telegramtest.Mute())
		}
		var sending []string
		p.until(ctx, "sends that hang", 2*time.Millisecond, func() bool {
			return db.SelectContext(ctx, &sending, `SELECT chat || cause FROM outbox WHERE state = 'sending'`) == nil && len(sending) > 0
		})
		if now := owner(); now != held {
			p.Fatalf("the lease went from a living holder to another")
		}
		killed := time.Now()
		replicas[holds].kill()
		p.until(ctx, "another holder", 5*time.Millisecond, func() bool { now := owner(); return now != "" && now != held })
		sends := tg.Stats().Sends
		p.until(ctx, "a send by the new holder", 5*time.Millisecond, func() bool { return tg.Stats().Sends > sends })
		takes = append(takes, time.Since(killed))
		p.until(ctx, "what hung at the dead one to be settled", 5*time.Millisecond, func() bool {
			var n int
			err := db.GetContext(ctx, &n, `SELECT count(*) FROM outbox o JOIN bots b ON b.bot = o.bot WHERE o.state = 'sending' AND o.epoch < b.epoch`)
			return err == nil && n == 0
		})
		records = append(records, time.Since(killed))
		held = owner()
		dead := holds
		holds = 1 - holds
		replicas[dead] = p.start(s, addresses[dead])
	}
	c.finish(p, written)
	p.awaitEmpty(db, 2*time.Minute)
	p.Logf("takeover_p99=%v settled_max=%v", percentile(takes, 99).Round(time.Millisecond), percentile(records, 100).Round(time.Millisecond))
	if worst := percentile(takes, 99); worst > takeover {
		p.Errorf("taken over after %v, want %v", worst, takeover)
	}
	if worst := percentile(records, 100); worst > midSend {
		p.Errorf("what was being sent was settled after %v, want %v", worst, midSend)
	}
	p.judge(db, tg, c)
}
