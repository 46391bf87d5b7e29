package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"visnyk/bot"
	channel "visnyk/bot/telegram"
	"visnyk/storage"
)

// bulkRows is how many announcements wait when the service starts.
const bulkRows = 50_000

// announcements measures Bulk rows leaving at Telegram's limit while people are
// answered: what rate is held, whether the messenger had to refuse anything,
// and how long people wait for a reply.
func (b *bench) announcements(ctx context.Context, o options) error {
	url, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	if err := enqueueBulk(ctx, url); err != nil {
		return err
	}
	tg, err := fakeTelegram(true)
	if err != nil {
		return err
	}
	defer tg.Close()
	s, err := b.startService(ctx, url, tg.URL(), 30)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := replied(ctx, tg, 60); err != nil { // two seconds of it are the start
		return err
	}
	const talk = 3 // people who write each second, beside the announcements
	n := o.seconds * talk
	l := newLoad(s.address, n)
	before, began := tg.Stats().Sends, time.Now()
	if err := l.run(ctx, n, talk); err != nil {
		return err
	}
	held := float64(tg.Stats().Sends-before) / time.Since(began).Seconds()
	wait := time.NewTimer(2 * time.Second) // the last replies
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	lat, st := l.latencies(tg, n), tg.Stats()
	fmt.Printf("\n(d) %d announcements leave at 30/s for %d s while %d people a second write\n\n", bulkRows, o.seconds, talk)
	fmt.Println("| messages/s held | refused with 429 | replies | reply p50 ms | reply p99 ms | peak MiB |")
	fmt.Println("|---|---|---|---|---|---|")
	fmt.Printf("| %.2f | %d | %d of %d | %.0f | %.0f | %.0f |\n", held, st.Violations, len(lat), n,
		milliseconds(percentile(lat, 0.50)), milliseconds(percentile(lat, 0.99)), peak(s.cmd.Process.Pid))
	return nil
}

// enqueueBulk fills a fresh database's outbox.
func enqueueBulk(ctx context.Context, url string) error {
	if err := migrated(ctx, url); err != nil {
		return err
	}
	store, err := storage.Open(ctx, url, storage.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	ch, err := channel.New(channel.Config{Name: "telegram", Token: token, Secret: secret})
	if err != nil {
		return err
	}
	const batch = 1000
	for from := 0; from < bulkRows; from += batch {
		var rows []bot.Queued
		for i := from; i < from+batch; i++ {
			queued, err := bot.Queue(ch, bot.Outgoing{
				Lane: bot.LaneBulk, To: bot.Address{Bot: "telegram", Chat: strconv.Itoa(10_000_000 + i)}, Cause: "bench",
				Message: bot.Message{Text: "З 1 січня 2027 року тариф «Домашній» коштуватиме 260 грн на місяць."},
			})
			if err != nil {
				return err
			}
			rows = append(rows, queued...)
		}
		if err := store.InTx(ctx, func(tx *storage.Tx) error { _, err := tx.Enqueue(ctx, rows); return err }); err != nil {
			return err
		}
	}
	return nil
}
