package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// crowd is a database with many contacts, every second of them concerned by what
// is approved.
type crowd struct {
	name, url string
	contacts  int
}

// expansions measures what an approval costs the others: how soon the call
// answers, how long until everybody concerned is listed, and how long people wait
// meanwhile.
func (b *bench) expansions(ctx context.Context, o options) error {
	postgres, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\n(e) a change is approved that concerns every second contact; %d updates a second beside it\n\n", steady)
	fmt.Println("| database | contacts | approve ms | listed s: alone | beside updates | accepted p99 / max ms | reply p99 ms: without | with | opens «Що змінюється», median / max ms |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, c := range []crowd{{"PostgreSQL", postgres, o.contacts}, {"SQLite", b.sqliteURL(), o.contacts / 5}} {
		if err := b.expansion(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b *bench) expansion(ctx context.Context, c crowd) error {
	if err := c.fill(ctx); err != nil {
		return err
	}
	tg, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer tg.Close()
	writer, err := b.staff(ctx, c.url, "marketer")
	if err != nil {
		return err
	}
	approver, err := b.staff(ctx, c.url, "approver")
	if err != nil {
		return err
	}
	s, err := b.startService(ctx, c.url, tg.URL(), 0)
	if err != nil {
		return err
	}
	defer s.stop()
	w, a := api{s.address, writer}, api{s.address, approver}

	quiet := newTalk(s.address, tg, 0)
	end := time.Now().Add(20 * time.Second)
	if err := quiet.until(ctx, func() (bool, error) { return time.Now().After(end), nil }); err != nil {
		return err
	}
	call, alone, err := approve(ctx, w, a, "first", nil)
	if err != nil {
		return err
	}
	busy := newTalk(s.address, tg, quiet.next)
	call2, beside, err := approve(ctx, w, a, "second", busy)
	if err != nil {
		return err
	}
	acks, replies := busy.figures()
	_, before := quiet.figures()
	slices.Sort(busy.opened)
	fmt.Printf("| %s | %d | %.0f | %.1f | %.1f | %.0f / %.0f | %.0f | %.0f | %.0f / %.0f |\n", c.name, c.contacts,
		milliseconds(max(call, call2)), alone.Seconds(), beside.Seconds(),
		milliseconds(percentile(acks, 0.99)), milliseconds(percentile(acks, 1)),
		milliseconds(percentile(before, 0.99)), milliseconds(percentile(replies, 0.99)),
		milliseconds(percentile(busy.opened, 0.5)), milliseconds(percentile(busy.opened, 1)))
	return nil
}

// fill makes the contacts.
func (c crowd) fill(ctx context.Context) error {
	if err := migrated(ctx, c.url); err != nil {
		return err
	}
	return c.put(ctx, `
INSERT INTO contacts (id, external_id, region, created_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
SELECT 'bench-' || (10000000 + i), 'e' || i, CASE i % 2 WHEN 0 THEN 'Київ' ELSE 'Львів' END, 1 FROM n`, `ANALYZE`)
}

// approve writes a change, has it approved and announced, and waits until everybody it
// concerns is listed, with talk beside it unless that is nil.
func approve(ctx context.Context, writer, approver api, id string, talk *talk) (call, listed time.Duration, err error) {
	both := func(what string) map[string]string { return map[string]string{"uk": what, "ru": what} }
	made, err := writer.do(ctx, "POST", "/changes", 0, map[string]any{
		"id": id, "kind": "tariff", "title": both("Тариф " + id), "summary": both("що"), "reason": both("чому"), "consequence": both("отже"),
		"benefit": both("користь"), "to_do": both("нічого"), "from": "2030-01-01T00:00:00Z",
		"audience": map[string]any{"regions": []string{"Київ"}},
	})
	if err != nil {
		return 0, 0, err
	}
	if made, err = writer.do(ctx, "POST", "/changes/"+id+"/submit", made.Version, nil); err != nil {
		return 0, 0, err
	}
	if made, err = approver.do(ctx, "POST", "/changes/"+id+"/approve", made.Version, nil); err != nil {
		return 0, 0, err
	}
	began := time.Now()
	approved := make(chan error, 1)
	go func() {
		_, err := writer.do(ctx, "POST", "/changes/"+id+"/announce", made.Version, nil)
		call = time.Since(began)
		approved <- err
	}()
	answered := false
	everybody := func() (bool, error) {
		if !answered {
			select {
			case err := <-approved:
				answered = true
				return false, err
			default:
				return false, nil
			}
		}
		made, err := approver.do(ctx, "GET", "/changes/"+id, 0, nil)
		return err == nil && !made.Expanding, err
	}
	if talk != nil {
		err = talk.until(ctx, everybody)
		return call, time.Since(began), err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if over, err := everybody(); err != nil || over {
			return call, time.Since(began), err
		}
		select {
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		case <-tick.C:
		}
	}
}
