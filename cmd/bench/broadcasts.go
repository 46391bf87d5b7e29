package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
)

// broadcasts measures one message to many: with no limit of ours beside a bare loop
// that posts the same, killed and paused on its way, and at Telegram's limit.
func (b *bench) broadcasts(ctx context.Context, o options) error {
	if o.rounds > 0 {
		if err := b.flatBroadcasts(ctx, o); err != nil {
			return err
		}
	}
	if o.kills+o.pauses > 0 {
		if err := b.brokenBroadcast(ctx, o); err != nil {
			return err
		}
	}
	if o.limited > 0 {
		return b.limitedBroadcast(ctx, o)
	}
	return nil
}

// audience is a database with people who can all be reached.
type audience struct {
	name, url string
	people    int
}

// audiences are fresh ones of both databases.
func (b *bench) audiences(ctx context.Context, people int) ([]audience, error) {
	postgres, err := b.postgresURL(ctx)
	return []audience{{"PostgreSQL", postgres, people}, {"SQLite", b.sqliteURL(), min(people, 100_000)}}, err
}

func (a audience) open(ctx context.Context) (*sqlx.DB, error) {
	if path, file := strings.CutPrefix(a.url, "sqlite:"); file {
		return sqlx.ConnectContext(ctx, "sqlite", path)
	}
	return sqlx.ConnectContext(ctx, "postgres", a.url)
}

// fill makes the people, each with one chat.
func (a audience) fill(ctx context.Context) error {
	if err := migrated(ctx, a.url); err != nil {
		return err
	}
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	const rows = `WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) `
	for _, query := range []string{
		`INSERT INTO contacts (id, external_id, name, language, kind, created_at) ` + rows + `
			SELECT 'bench-' || (10000000 + i), 'e' || i, CASE i % 5 WHEN 0 THEN '' ELSE 'Олена' END, CASE i % 3 WHEN 0 THEN 'ru' ELSE 'uk' END, 'client', 1 FROM n`,
		`INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at) ` + rows + `
			SELECT 'telegram', CAST(10000000 + i AS TEXT), 'bench-' || (10000000 + i), 1, 'open', 1, 1 FROM n`,
		`ANALYZE`,
	} {
		var values []any
		if strings.Contains(query, "$1") {
			values = []any{a.people}
		}
		if _, err := db.ExecContext(ctx, query, values...); err != nil {
			return err
		}
	}
	return nil
}

// recount counts the recipients row by row.
func (a audience) recount(ctx context.Context) (r bot.Report, err error) {
	r.Skipped, r.Failed = map[string]int{}, map[string]int{}
	db, err := a.open(ctx)
	if err != nil {
		return r, err
	}
	defer db.Close()
	var rows []struct {
		Outcome string `db:"outcome"`
		Reason  string `db:"reason"`
		N       int    `db:"n"`
	}
	err = db.SelectContext(ctx, &rows, `SELECT outcome, reason, count(*) AS n FROM recipients GROUP BY outcome, reason`)
	for _, row := range rows {
		r.Add(row.Outcome, row.Reason, row.N)
	}
	return r, err
}

// run is one broadcast on its way.
type run struct {
	*bench
	audience
	messenger string // its address
	rate      int
	side      *side
	writer    string // a token
	approver  string // another
	approved  sheet
	began     time.Time
}

// newRun makes the people and an approved broadcast for them, and leaves the service
// running.
func (b *bench) newRun(ctx context.Context, a audience, messenger string, rate int) (r *run, err error) {
	r = &run{bench: b, audience: a, messenger: messenger, rate: rate}
	if err := a.fill(ctx); err != nil {
		return nil, err
	}
	if r.writer, err = b.staff(ctx, a.url, "marketer"); err != nil {
		return nil, err
	}
	if r.approver, err = b.staff(ctx, a.url, "approver"); err != nil {
		return nil, err
	}
	if err := r.serve(ctx); err != nil {
		return nil, err
	}
	if err := r.approve(ctx); err != nil {
		r.side.stop()
		return nil, err
	}
	return r, nil
}

// serve starts the service, somewhere where it is noon: at night nobody is told
// anything.
func (r *run) serve(ctx context.Context) (err error) {
	r.side, err = r.startService(ctx, r.url, r.messenger, r.rate, fmt.Sprintf("VISNYK_TIMEZONE=Etc/GMT%+d", time.Now().UTC().Hour()-12))
	return err
}

const mailing = "/broadcasts/bench"

func (r *run) marketer() api { return api{r.side.address, r.writer} }

// approve writes the broadcast, and has it approved.
func (r *run) approve(ctx context.Context) error {
	made, err := r.marketer().do(ctx, "POST", "/broadcasts", 0, map[string]any{
		"id": "bench", "title": "Тариф «Домашній»", "topic": "tariff", "segment": map[string]any{"kinds": []string{"client"}},
		"text": map[string]string{
			"uk": "Вітаємо, {{name|клієнте}}! З 1 січня тариф «Домашній» коштуватиме *260 грн* на місяць. [Що ще змінюється](https://example.com/tariff)",
			"ru": "Здравствуйте, {{name|клиент}}! С 1 января тариф «Домашний» будет стоить *260 грн* в месяц. [Что ещё меняется](https://example.com/tariff)",
		},
		"buttons": []any{map[string]any{"label": map[string]string{"uk": "Зрозуміло", "ru": "Понятно"}, "do": "ack"}},
	})
	if err != nil {
		return err
	}
	if made, err = r.marketer().do(ctx, "POST", mailing+"/submit", made.Version, nil); err != nil {
		return err
	}
	r.approved, err = api{r.side.address, r.approver}.do(ctx, "POST", mailing+"/approve", made.Version, nil)
	return err
}

// start starts it, and returns how long that took to answer.
func (r *run) start(ctx context.Context) (time.Duration, error) {
	r.began = time.Now()
	_, err := r.marketer().do(ctx, "POST", mailing+"/start", r.approved.Version, nil)
	return time.Since(r.began), err
}

// move moves it as it is now.
func (r *run) move(ctx context.Context, m bot.BroadcastMove) error {
	now, err := r.marketer().do(ctx, "GET", mailing, 0, nil)
	if err == nil {
		_, err = r.marketer().do(ctx, "POST", mailing+"/"+string(m), now.Version, nil)
	}
	return err
}

// report reads the report, and returns how long that took.
func (r *run) report(ctx context.Context) (is bot.Report, took time.Duration, err error) {
	began := time.Now()
	err = r.marketer().call(ctx, "GET", mailing+"/report", 0, nil, &is)
	return is, time.Since(began), err
}

// watch calls seen with the report four times a second until the broadcast is sent,
// or seen says that it is enough.
func (r *run) watch(ctx context.Context, seen func(bot.Report, time.Duration) (enough bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, 8*patience)
	defer cancel()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		is, took, err := r.report(ctx)
		if err != nil {
			return err
		}
		if enough, err := seen(is, took); enough || err != nil {
			return err
		}
		if is.Pending > 0 || is.Expanding {
			continue
		}
		if now, err := r.marketer().do(ctx, "GET", mailing, 0, nil); err != nil || now.State == string(bot.BroadcastSent) {
			return err
		}
	}
}

// check holds the end of a broadcast against what the messenger took: nobody twice,
// nobody forgotten, and a report that is what a recount says.
func (r *run) check(ctx context.Context, t *tally) (is bot.Report, err error) {
	is, _, err = r.report(ctx)
	if err != nil {
		return is, err
	}
	counted, err := r.recount(ctx)
	if err != nil {
		return is, err
	}
	none, once, more := t.heard()
	switch {
	case more > 0:
		return is, fmt.Errorf("%d people were told more than once", more)
	case is.Planned != r.people || is.Sum() != is.Planned || fmt.Sprint(counted.Sent, counted.Unknown, counted.Skipped, counted.Failed, counted.Pending) !=
		fmt.Sprint(is.Sent, is.Unknown, is.Skipped, is.Failed, is.Pending):
		return is, fmt.Errorf("the report of %d people says %+v, a recount %+v", r.people, is, counted)
	case once < is.Sent || once > is.Sent+is.Unknown || none != r.people-once:
		return is, fmt.Errorf("%d were told, %d were not: the report says %+v", once, none, is)
	}
	return is, nil
}
