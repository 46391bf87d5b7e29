package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// pages measures how long the pages take that say how many people there are of something:
// of a change that concerns half of them, and of a broadcast to all.
func (b *bench) pages(ctx context.Context, o options) error {
	postgres, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\n(p) pages with the numbers of many people; the ledger is of half of them\n\n")
	fmt.Println("| database | people | page | asked | p50 ms | p95 ms | at most ms | CPU ms: process | PostgreSQL |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, c := range []crowd{{"PostgreSQL", postgres, o.crowd}, {"SQLite", b.sqliteURL(), min(o.crowd, 100_000)}} {
		if err := b.pagesOf(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b *bench) pagesOf(ctx context.Context, c crowd) error {
	half := `(SELECT n.* FROM ` + numberedPeople + ` n WHERE i % 2 = 0)`
	queries := append([]string{storagetest.LedgerRows(half), storagetest.LedgerCounts, storagetest.RecipientRows("b", numberedPeople)}, storagetest.RecipientCounts()...)
	if err := c.fillPeople(ctx, queries...); err != nil {
		return err
	}
	if err := addImporter(ctx, c.url); err != nil {
		return err
	}
	store, err := storage.Open(ctx, c.url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	tg, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer tg.Close()
	p := pageRun{bench: b, crowd: c, store: store, random: rand.New(rand.NewPCG(3, 4))}
	if err := p.write(ctx); err != nil {
		return err
	}
	if p.side, err = b.startService(ctx, c.url, tg.URL(), 30); err != nil {
		return err
	}
	defer p.side.stop()
	for _, measure := range []func(context.Context) error{p.ledger, p.report, p.split, p.forecast} {
		if err := measure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pageRun are the pages of one database.
type pageRun struct {
	*bench
	crowd
	store  *storage.Store
	side   *side
	random *rand.Rand
}

// foreseen is for how many segments a broadcast is foreseen; one more is for everybody.
const foreseen = 9

// write writes what the pages are of.
func (p pageRun) write(ctx context.Context) error {
	both := func(text string) bot.Bilingual { return bot.Bilingual{UK: text, RU: text} }
	x := bot.Change{
		ID: "x", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 2, Title: both("Тариф"), From: time.Now().AddDate(0, 0, -1),
		Particulars: bot.Particulars{Level: bot.LevelAcknowledge},
	}
	if err := p.store.PutChanges(ctx, []bot.Change{x}); err != nil {
		return err
	}
	all := []storage.Mailing{{Broadcast: bot.Broadcast{ID: "b", State: bot.BroadcastPaused, Version: 5, Title: "Тариф"}, Started: time.Now().Add(-time.Hour), Listed: true}}
	for i := range foreseen + 1 {
		one := bot.Broadcast{ID: fmt.Sprint("f", i), State: bot.BroadcastDraft, Version: 1, Title: "Тариф", Topic: "tariff", Text: both("Дорожче на 40 грн")}
		if i > 0 {
			one.Audience = randomSegment(p.random)
		}
		all = append(all, storage.Mailing{Broadcast: one, Author: importer, Editor: importer})
	}
	return p.store.InTx(ctx, func(tx *storage.Tx) error {
		for _, m := range all {
			if err := tx.PutBroadcast(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// ledger are the pages of who knows of the change: by each of its numbers, and what the
// person was told to whom two hundred messages were sent.
func (p pageRun) ledger(ctx context.Context) error {
	var paths []string
	for _, query := range []string{"", "?of=told", "?of=late", "?of=acknowledged", "?of=unreached", "?of=asked", "?of=told&bot=viber&language=ru"} {
		paths = append(paths, "/console/changes/x/ledger"+query)
	}
	if err := p.ask(ctx, "who knows of a change", 10, http.MethodGet, paths...); err != nil {
		return err
	}
	some, err := p.store.SampleIn(ctx, bot.Segment{}, bot.Calendar{Now: time.Now(), Zone: time.UTC})
	if err != nil {
		return err
	}
	who := some[slices.IndexFunc(some, func(id string) bool { return (id[len("bench-1234567")]-'0')%2 == 0 })] // whom it concerns
	if err := p.crowd.put(ctx, storagetest.ToldOften(who)...); err != nil {
		return err
	}
	return p.ask(ctx, "the proof of one person", 20, http.MethodGet, "/console/changes/x/proof/"+who)
}

// report are the pages of what became of the broadcast, by its numbers.
func (p pageRun) report(ctx context.Context) error {
	var paths []string
	for _, query := range []string{
		"", "?of=sent", "?of=pending", "?of=pending&reason=quiet", "?of=failed", "?of=failed&reason=gone", "?of=skipped&bot=viber&language=ru", "?of=unknown", "?of=delivered", "?of=clicked",
		"?of=complained", "?of=seen", fmt.Sprintf("?of=sent&after=%%00bench-%d", 10_000_000+p.contacts/2),
	} {
		paths = append(paths, "/console/broadcasts/b/report"+query)
	}
	if err := p.ask(ctx, "the report", 10, http.MethodGet, paths...); err != nil {
		return err
	}
	return p.time(ctx, "what all open reports read each second", 20, func() error {
		_, err := p.store.Underway(ctx)
		return err
	})
}

// split is the report by segments.
func (p pageRun) split(ctx context.Context) error {
	for _, n := range []int{1, 5} {
		m, err := p.store.Broadcast(ctx, "b")
		if err != nil {
			return err
		}
		var trees []bot.Segment
		var ids []string
		for i := range n {
			trees, ids = append(trees, randomSegment(p.random)), append(ids, fmt.Sprint("s", i))
		}
		if m.Named, m.Audience = bot.In(bot.SavedField, ids...), trees[0]; n > 1 {
			m.Audience = bot.Any(trees...)
		}
		if err := p.store.InTx(ctx, func(tx *storage.Tx) error { return tx.PutBroadcast(ctx, m) }); err != nil {
			return err
		}
		const path = "/console/broadcasts/b/report/segments"
		if err := p.ask(ctx, fmt.Sprintf("the report by segments, %d", n), 10, http.MethodGet, path); err != nil {
			return err
		}
		if err := p.ask(ctx, "the same, everybody counted", 3, http.MethodPost, path); err != nil {
			return err
		}
	}
	return nil
}

// forecast is what would become of broadcasts, to everybody and to random segments.
func (p pageRun) forecast(ctx context.Context) error {
	var paths []string
	for i := range foreseen + 1 {
		paths = append(paths, fmt.Sprintf("/console/broadcasts/f%d/forecast", i))
	}
	if err := p.ask(ctx, "the forecast without its numbers", 3, http.MethodGet, paths...); err != nil {
		return err
	}
	if err := p.ask(ctx, "its numbers, for everybody", 10, http.MethodPost, paths[0]); err != nil {
		return err
	}
	return p.ask(ctx, "its numbers, for segments", 3, http.MethodPost, paths[1:]...)
}

// ask asks for each of the pages so often.
func (p pageRun) ask(ctx context.Context, what string, times int, method string, paths ...string) error {
	i := 0
	return p.time(ctx, what, times*len(paths), func() error {
		path := paths[i%len(paths)]
		i++
		_, err := importerPage(ctx, p.side.address, method, path, "application/x-www-form-urlencoded", strings.NewReader(""))
		return err
	})
}

// time prints how long something takes that is done so often.
func (p pageRun) time(ctx context.Context, what string, times int, do func() error) error {
	process, database := cpu(p.side.cmd.Process.Pid), cpu(p.postgres)
	var took []time.Duration
	for range times {
		began := time.Now()
		if err := do(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		took = append(took, time.Since(began))
	}
	each := func(spent time.Duration) float64 { return milliseconds(spent) / float64(times) }
	process, database = cpu(p.side.cmd.Process.Pid)-process, cpu(p.postgres)-database
	slices.Sort(took)
	fmt.Printf("| %s | %d | %s | %d | %.0f | %.0f | %.0f | %.1f | %.1f |\n", p.name, p.contacts, what, times, milliseconds(percentile(took, 0.5)), milliseconds(percentile(took, 0.95)),
		milliseconds(percentile(took, 1)), each(process), each(database))
	return ctx.Err()
}
