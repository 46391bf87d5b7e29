package storage_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What is foreseen is what comes: of people who are awake, sleep until the window is
// over, have a pause within it, said stop, blocked us or do not want the topic, as many
// are told and left out, for the same reasons, as the forecast said before it began; and
// the last of them by its moment.
func TestForecastIsWhatComes(t *testing.T) {
	begin := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC) // noon in Kyiv, 5 in New York
	onEachClock(t, begin, func(t *testing.T, c *clock) {
		o := openOffice(t, c, 0)
		ctx, until := t.Context(), begin.Add(2*time.Hour)
		change := func(i int, query string) {
			t.Helper()
			must[int](t)(c.s.Exec(ctx, query, o.chats[i]))
		}
		for i := range o.chats {
			change(i, `UPDATE contacts SET zone = '', quiet = '' WHERE id = $1`)
		}
		change(0, `UPDATE contacts SET stopped = TRUE WHERE id = $1`)
		change(1, `UPDATE conversations SET reach = 'blocked' WHERE contact = $1`)
		change(2, `UPDATE contacts SET muted = '["tariff"]' WHERE id = $1`)
		change(3, `UPDATE contacts SET zone = 'America/New_York' WHERE id = $1`)
		must[int](t)(c.s.Exec(ctx, `UPDATE contacts SET paused_until = $1 WHERE id = $2`, begin.Add(time.Hour), o.chats[4]))
		f := must[broadcast.Forecast](t)(o.b.Foresee(ctx, bot.Actor{User: "writer", Role: bot.Marketer}, bot.Broadcast{
			Topic: "tariff", Until: until, Zone: "Europe/Kyiv", Audience: bot.In("region", o.region),
		}))
		if f.People != 7 || f.Told() != 3 || !f.Final || f.Late[bot.WithheldQuiet] != 1 || f.Deferred[bot.WithheldPaused] != 1 {
			t.Errorf("foreseen %+v", f)
		}
		if want := begin.Add(time.Hour); f.End.Before(want) || f.End.After(want.Add(time.Minute)) {
			t.Errorf("the last of them by %v, want %v", f.End, want)
		}
		o.mails(until)
		_, do := o.operations()
		do["list"]()
		for ; !c.at.After(until); c.set(c.at.Add(10 * time.Minute)) {
			o.release()
			o.reads()
			for len(o.read) > 0 {
				o.claims()
				for len(o.claimed) > 0 {
					o.ends(bot.Sent)
				}
			}
		}
		came := must[bot.Report](t)(c.s.Report(ctx, o.ids[0]))
		if came.Sent != f.Told() || !maps.Equal(came.Skipped, f.Skipped) || came.Pending != 0 {
			t.Errorf("foreseen %d told and %v, and there came %+v", f.Told(), f.Skipped, came)
		}
	})
}

// Of many people some of a sample are looked at, and what is told of them is about all: it
// adds up to them.
func TestForecastOfMany(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const people = 10 * 4096
		for from := 0; from < people; from += 4096 {
			hex := `substr('0123456789abcdef', 1 + i / 256, 1) || substr('0123456789abcdef', 1 + i / 16 % 16, 1) || substr('0123456789abcdef', 1 + i % 16, 1)`
			must[int](t)(s.Exec(t.Context(), fmt.Sprintf(`
INSERT INTO contacts (id, kind, language, quiet, created_at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4095) SELECT 'p' || (%d + i) || %s, 'client', 'uk', 'never', 1 FROM n`, 100_000+from, hex)))
		}
		must[int](t)(s.Exec(t.Context(), `INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at) SELECT 'telegram', id, id, 1, 'open', 1, 1 FROM contacts WHERE substr(id, length(id), 1) < '8'`))
		m := newMailing(t, s)
		f := must[broadcast.Forecast](t)(m.b.Foresee(t.Context(), bot.Actor{User: "writer", Role: bot.Marketer}, bot.Broadcast{Topic: "tariff", Audience: bot.In("kind", "client")}))
		if f.Final || f.People != people || f.Told()+f.Skipped[bot.ReasonNoAddress] != people {
			t.Errorf("foreseen %d told of %d, %+v", f.Told(), people, f)
		}
		if told := float64(f.Told()) / people; told < 0.45 || told > 0.65 {
			t.Errorf("%.2f of them would be told, half have a chat", told)
		}
	})
}
