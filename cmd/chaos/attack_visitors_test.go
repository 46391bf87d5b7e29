package main

import (
	"context"
	"strings"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// attackVisitors has strangers open the web chat and never come back. The times
// that the database holds are set back by more than 90 days while the service
// is down; it begins anew with what is over.
func attackVisitors(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{}, chat()...)
	const strangers = 5
	for range strangers {
		v := s.visitor(ctx, nil)
		p.must(v.Write(ctx, "добрий день, канарка"))
	}
	s.person(8101).write(ctx, words()[0])
	p.awaitEmpty(p.open(s.database), 20*time.Second)
	came := s.count(`SELECT count(*) FROM contacts`)
	s.pr.kill()
	db := p.open(s.database)
	const long = 91 * 24 * time.Hour
	for _, column := range []string{"conversations.joined_at", "conversations.last_at", "webchat_heads.seq", "webchat_lines.seq"} {
		table, name, _ := strings.Cut(column, ".")
		p.exec(db, `UPDATE `+table+` SET `+name+` = `+name+` - $1`, long.Microseconds())
	}
	p.exec(db, `DELETE FROM bots WHERE bot = '~retention'`) // whoever removes has a minute to themself
	s.pr = p.start(s.settings, s.address)
	began := time.Now()
	left := func() int { return s.count(`SELECT count(*) FROM contacts`) }
	wait, end := context.WithTimeout(ctx, 20*time.Second)
	defer end()
	p.until(wait, "the visitors to be forgotten", 50*time.Millisecond, func() bool { return left() == 1 })
	words := s.count(`SELECT (SELECT count(*) FROM webchat_lines) + (SELECT count(*) FROM history WHERE text LIKE '%канарка%')`)
	marks := s.count(`SELECT (SELECT count(*) FROM tombstones) + (SELECT count(*) FROM erasures)`)
	p.Logf("%d visitors silent for 91 days, beside one at Telegram: gone %v after a start", came-1, time.Since(began).Round(time.Millisecond))
	bound(p, "of their lines left", words, 0)
	bound(p, "marks left of them", marks, 0)
	if came != strangers+1 {
		p.Errorf("%d people came, want %d", came, strangers+1)
	}
}
