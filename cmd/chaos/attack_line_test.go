package main

import (
	"context"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// attackLargePoll leaves 32 updates of 334 KiB for a bot that fetches. Whoever
// writes behind them is answered.
func attackLargePoll(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	database, tg := p.seededDatabase(), p.fakeTelegram(telegramtest.Options{})
	for range 32 {
		tg.Person(6001, "Хаос", "uk").Send("rich_message", "", map[string]any{"rich_message": richMessage(334)})
	}
	tg.Person(6002, "Хаос", "uk").Write(words()[0])
	pr := p.start(p.settings(database).onTelegram(tg.URL()).with("VISNYK_PUBLIC_URL", ""), p.free())
	began := time.Now()
	wait, end := context.WithTimeout(ctx, 100*time.Second)
	defer end()
	_, err := tg.WaitText(wait, 6002, "Відповідь №0.")
	_, most := pr.memory()
	p.Logf("32 updates of 334 KiB wait at Telegram")
	bound(p, "until the one behind them is answered", time.Since(began).Round(time.Millisecond), 90*time.Second)
	bound(p, "MiB of memory at most", float64(int(most)), 350)
	if err != nil {
		p.Errorf("who wrote behind them is not answered; %d updates are left", tg.Stats().Pending)
	}
}

// attackBans has Telegram forbid the bot to send for three seconds, in the
// answer to one send as it does.
func attackBans(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	c := p.newCrowd(400, 1, s.address)
	written := make(chan error, 1)
	go func() { written <- c.stream(ctx, 5*time.Millisecond) }()
	p.until(ctx, "some answers", 2*time.Millisecond, func() bool { return s.tg.Stats().Sends > 20 })
	s.tg.Next(telegramtest.TooMany(3))
	c.finish(p, written)
	db := p.open(s.database)
	p.awaitEmpty(db, time.Minute)
	p.Logf("a ban of 3 s for the bot while 200 people a second write")
	bound(p, "sends inside the ban", s.tg.Stats().InBan, 2*mostUnderWay)
	p.judge(db, s.tg, c)
}

// attackWish says what begins like the end of a subscription, and is none.
func attackWish(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	stopped := 0
	for i, text := range []string{"Хочу підписатися", "не хочу відписуватися", "Хочу подписаться", "стоп-кран зламався", "stop using me as an example"} {
		me := s.person(79 + i)
		me.write(ctx, words()[0])
		me.write(ctx, text)
		stopped = s.count(`SELECT count(*) FROM contacts WHERE stopped`)
	}
	p.Logf("five texts that are no «стоп»")
	bound(p, "people stopped", stopped, 0)
}

// erase has the person forget themself, by the buttons.
func (f *phone) erase(ctx context.Context) {
	f.Helper()
	for _, label := range eraseLabels() {
		f.press(ctx, label)
	}
}
