package main

import (
	"context"
	"fmt"
	"time"
)

// How large (l) is: a small database beside one of as many contacts as asked, each with
// so much history.
const (
	smallCrowd   = 10_000
	sqliteCrowd  = 100_000
	talkOfPerson = 10 // rows
)

// growth measures whether people wait longer where there are more of them: the same
// conversations in a small database and in a large one, both filled before. Whoever
// writes is one of those, from all over them.
func (b *bench) growth(ctx context.Context, o options) error {
	for _, kind := range []struct {
		name  string
		url   func(context.Context) (string, error)
		large int
	}{{"PostgreSQL", b.anotherURL, o.crowd}, {"SQLite", b.freshFile, min(o.crowd, sqliteCrowd)}} {
		var sides []contender
		for _, people := range []int{min(smallCrowd, kind.large), kind.large} {
			url, err := kind.url(ctx)
			if err != nil {
				return err
			}
			a := audience{kind.name, url, people}
			if err := a.fillTalks(ctx, o.n/len(lines)); err != nil {
				return fmt.Errorf("fill %s: %w", kind.name, err)
			}
			sides = append(sides, contender{fmt.Sprintf("%d contacts, %d rows of history", people, people*talkOfPerson), func(ctx context.Context, api string) (*side, error) {
				return b.startService(ctx, url, api, 0)
			}})
		}
		for _, rate := range []int{200, 0} {
			if err := b.grown(ctx, kind.name, sides, o, rate); err != nil {
				return err
			}
		}
	}
	return nil
}

// grown has the sides take turns at one rate.
func (b *bench) grown(ctx context.Context, name string, sides []contender, o options, rate int) error {
	n, how := o.n, "flat out"
	if rate > 0 {
		n, how = min(o.n, rate*10), fmt.Sprintf("at %d updates a second", rate)
	}
	known := make([][]result, len(sides))
	for range o.rounds {
		for i, c := range sides {
			r, err := b.round(ctx, c, n/len(lines), rate, false)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", name, c.name, err)
			}
			known[i] = append(known[i], r.known)
		}
	}
	fmt.Printf("\n(l) %s, %s, %d updates of %d people; %d rounds, medians (min–max)\n\n", name, how, n, n/len(lines), o.rounds)
	table(sides, known)
	list := make([]float64, o.rounds)
	for i := range list {
		list[i] = float64(known[1][i].p99) / float64(known[0][i].p99)
	}
	fmt.Printf("\np99, large ÷ small: %s\n", spread(list, "%.2f"))
	return ctx.Err()
}

// fillTalks makes contacts with a chat and a history each, and vacuums, lest that be
// measured. The first so many people of a load are among them, with as many chats between
// each and the next, in the order of the tables and of their keys, so that whoever writes
// does not share pages. All of it is of yesterday, lest anything be too old to keep.
func (a audience) fillTalks(ctx context.Context, writers int) error {
	if err := company(ctx, a.url); err != nil {
		return err
	}
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	between := max(1, a.people/writers) // chats from one who writes to the next
	yesterday := time.Now().AddDate(0, 0, -1).UnixMicro()
	rows := func(each int) string { // so many rows j of each person i
		return fmt.Sprintf(`WITH RECURSIVE n (k) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT k + 1 FROM n WHERE k < %d),
			person (id, chat, i, j, at) AS (SELECT 'bench-' || (10000000 + k / %d),
				CAST(%d + k / %d AS TEXT) || CASE k / %[2]d %% %[5]d WHEN 0 THEN '' ELSE CAST(100000 + k / %[2]d %% %[5]d AS TEXT) END, k / %[2]d, k %% %[2]d, %[6]d + k FROM n) `,
			a.people*each-1, each, chatID(0), each*between, between, yesterday)
	}
	for _, query := range []string{
		`INSERT INTO contacts (id, external_id, name, language, kind, created_at) ` + rows(1) + `SELECT id, 'e' || i, 'Олена', 'uk', 'client', at FROM person`,
		`INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at) ` + rows(1) + `SELECT 'telegram', chat, id, 1, 'open', at, at FROM person`,
		`INSERT INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail) ` + rows(talkOfPerson) + `SELECT 'telegram', chat, at, 'seed-' || at, at,
			j % 2 = 1, CASE j % 2 WHEN 1 THEN 'say' ELSE 'typed' END, 'З 1 грудня тариф «Домашній 300» коштує 260 грн на місяць. До цього дня Ви платите, як і раніше, 220 грн.', '{}' FROM person`,
		`VACUUM`, `ANALYZE`,
	} {
		if _, err := db.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}
