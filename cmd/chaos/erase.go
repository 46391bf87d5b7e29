package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
)

// eraser is the chat of the person with a long history.
const eraser = 77

// playErase has somebody with a long history, in a large file, erase themself
// while thirty updates a second come in. Nobody is answered 503, and the
// 99th percentile of acknowledgements is at most twice that of the same stream
// before.
func playErase(p *play) {
	span := of[time.Duration](p.size, 4, 8, 60) * time.Second
	ctx, cancel := context.WithTimeout(p.Context(), 9*time.Minute)
	defer cancel()
	database, address, tg := p.seededDatabase(), p.free(), p.fakeTelegram(telegramtest.Options{})
	db := p.open(database)
	s := p.settings(database).onTelegram(tg.URL())
	pr := p.start(s, address)
	me := &phone{play: p, tg: tg, address: address, chat: eraser}
	me.write(ctx, words()[0])
	pr.kill()
	p.age(db, of(p.size, 40, 200, 2048))
	file := p.written(strings.TrimPrefix(database, "sqlite:"))
	p.start(s, address)

	const rate = 30
	chats := int(span.Seconds()) * rate / 5
	run := func(first int, meanwhile func()) *crowd {
		c := p.newCrowd(chats, 5, address)
		c.first, c.doubles = first, 0
		written := make(chan error, 1)
		go func() { written <- c.stream(ctx, time.Second/rate) }()
		meanwhile()
		c.finish(p, written)
		return c
	}
	without := run(10_000, func() {})
	var said time.Duration
	with := run(20_000, func() {
		labels := eraseLabels()
		for _, label := range labels[:len(labels)-1] {
			me.press(ctx, label)
		}
		began := time.Now()
		me.press(ctx, labels[len(labels)-1])
		said = time.Since(began)
	})
	p.until(ctx, "the person to be gone", 50*time.Millisecond, func() bool {
		var n int
		return db.GetContext(ctx, &n, `SELECT count(*) FROM history WHERE chat = $1`, fmt.Sprint(eraser)) == nil && n == 0
	})
	p.awaitEmpty(db, time.Minute)
	before, during := percentile(without.took, 99), percentile(with.took, 99)
	refused := with.refused.Load() + without.refused.Load()
	p.Logf("file=%d MiB ack_p99=%v with_erase=%v max=%v answers_503=%d erased_in=%v", file>>20,
		before.Round(time.Millisecond), during.Round(time.Millisecond), percentile(with.took, 100).Round(time.Millisecond), refused, said.Round(time.Millisecond))
	if refused > 0 {
		p.Errorf("%d updates were answered 503", refused)
	}
	// Below that the noise of the machine is the larger part.
	noise := of(p.size, time.Second, 100*time.Millisecond, 100*time.Millisecond)
	if during > max(2*before, noise) {
		p.Errorf("acknowledged within %v at the 99th percentile, and %v without an erase", during, before)
	}
	p.judge(db, tg, without, with)
}

// eraseLabels are the buttons that lead from anywhere to the end of all data.
func eraseLabels() []string {
	return []string{"Меню", "Мої налаштування", "Мої дані", "Видалити мої дані", "Так, видалити все"}
}

// age gives the database so many MiB of history, a quarter of it the eraser's.
func (p *play) age(db *sqlx.DB, mib int) {
	p.Helper()
	_, err := db.Exec(`
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
INSERT INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail)
SELECT 'telegram', CASE WHEN i % 4 = 0 THEN $2 ELSE 'old' || (i % 5000) END, i, 'old/' || i, $3, TRUE, 'said', hex(randomblob(450)), x''
FROM n`, mib*1000, fmt.Sprint(eraser), time.Now().UnixMicro())
	p.must(err)
}

// written returns the size of the file, all of which is on the disk then: else the
// disk would be busy with it while nobody erases anything.
func (p *play) written(path string) int64 {
	p.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	p.must(err)
	defer file.Close()
	p.must(file.Sync())
	state, err := file.Stat()
	p.must(err)
	return state.Size()
}

// phone is one person whose every step is played.
type phone struct {
	*play
	tg      *telegramtest.Server
	address string
	chat    int
	updates int
}

// write sends a text and waits for something to be said to it.
func (f *phone) write(ctx context.Context, text string) telegramtest.Message {
	f.Helper()
	f.updates++
	return f.do(ctx, typed(f.chat*1_000_000+f.updates, f.chat, f.updates, time.Now(), text))
}

// press presses the button under the last message that has it, and waits.
func (f *phone) press(ctx context.Context, label string) telegramtest.Message {
	f.Helper()
	all := f.tg.Messages(int64(f.chat))
	for i := len(all) - 1; i >= 0; i-- {
		if b, ok := all[i].Button(label); ok {
			f.updates++
			return f.do(ctx, fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%d","from":{"id":%d,"is_bot":false,"first_name":"Chaos","language_code":"uk"},"chat_instance":"1","data":%q,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"text":"x"}}}`,
				f.chat*1_000_000+f.updates, f.updates, f.chat, b.Data, all[i].ID, all[i].At.Unix(), f.chat))
		}
	}
	last := ""
	if len(all) > 0 {
		last = fmt.Sprintf("%q %q", all[len(all)-1].Text, all[len(all)-1].Labels())
	}
	f.Fatalf("nothing under what was said bears %q; the last is %s", label, last)
	return telegramtest.Message{}
}

func (f *phone) do(ctx context.Context, update string) telegramtest.Message {
	f.Helper()
	before := f.tg.Messages(int64(f.chat))
	c := f.newCrowd(1, 1, f.address)
	f.until(ctx, "an acknowledgement", 10*time.Millisecond, func() bool { return c.post(ctx, f.address, update) })
	var said telegramtest.Message
	err := f.tg.Wait(ctx, func() bool { // another message, or the one that was pressed turned into the next
		for i, m := range f.tg.Messages(int64(f.chat)) {
			if i >= len(before) || m.Text != before[i].Text || !slices.Equal(m.Labels(), before[i].Labels()) {
				said = m
				return true
			}
		}
		return false
	})
	if err != nil {
		f.Fatalf("chat %d is not answered: %v", f.chat, err)
	}
	return said
}
