package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/storage"
)

// askedSegments is how many random segments are counted.
const askedSegments = 200

// segments measures how long the people of random segments of five conditions take to
// count, exactly and by the sample.
func (b *bench) segments(ctx context.Context, o options) error {
	postgres, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\n(s) %d random segments of five conditions are counted\n\n", askedSegments)
	fmt.Println("| database | contacts | exact ms: p50 | p95 | max | by sample ms: p50 | p95 | lists ms: p50 | p95 | search ms: p50 | p95 | max | the editor opens ms: p50 | p95 | a newer count ends the older ms: p50 | p95 |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, c := range []crowd{{"PostgreSQL", postgres, o.crowd}, {"SQLite", b.sqliteURL(), min(o.crowd, 100_000)}} {
		if err := c.ask(ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := b.edit(ctx, c.url); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (c crowd) ask(ctx context.Context) error {
	if err := c.fillPeople(ctx, wordQueries()...); err != nil {
		return err
	}
	store, err := storage.Open(ctx, c.url, storage.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	random, now := rand.New(rand.NewPCG(1, 2)), bot.Calendar{Now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	var exact, sampled []time.Duration
	for range askedSegments {
		tree := randomSegment(random)
		began := time.Now()
		if _, err := store.SampleSegment(ctx, tree, now); err != nil {
			return err
		}
		sampled = append(sampled, time.Since(began))
		began = time.Now()
		if _, err := store.CountSegment(ctx, tree, now); err != nil {
			return err
		}
		exact = append(exact, time.Since(began))
	}
	listed, err := lists(ctx, store)
	if err != nil {
		return err
	}
	searched, err := searches(ctx, store)
	if err != nil {
		return err
	}
	for _, all := range [][]time.Duration{exact, sampled, listed, searched} {
		slices.Sort(all)
	}
	fmt.Printf("| %s | %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |", c.name, c.contacts, milliseconds(percentile(exact, 0.5)),
		milliseconds(percentile(exact, 0.95)), milliseconds(percentile(exact, 1)), milliseconds(percentile(sampled, 0.5)), milliseconds(percentile(sampled, 0.95)),
		milliseconds(percentile(listed, 0.5)), milliseconds(percentile(listed, 0.95)),
		milliseconds(percentile(searched, 0.5)), milliseconds(percentile(searched, 0.95)), milliseconds(percentile(searched, 1)))
	return nil
}

// fillPeople makes contacts of whom all is known that segments ask for, of each thing
// nothing of every fifth; half of them have a chat, every fourth a row in the ledger; and
// what else is wanted.
func (c crowd) fillPeople(ctx context.Context, more ...string) error {
	if err := migrated(ctx, c.url); err != nil {
		return err
	}
	return c.put(ctx, slices.Concat(peopleQueries(), more, []string{`ANALYZE`})...)
}

// put runs queries at the database; $1 in them is how many contacts there are.
func (c crowd) put(ctx context.Context, queries ...string) error {
	driver, source := "postgres", c.url
	if path, file := strings.CutPrefix(c.url, "sqlite:"); file {
		driver, source = "sqlite", path+"?_pragma=busy_timeout(10000)" // the service may have it
	}
	db, err := sqlx.ConnectContext(ctx, driver, source)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, query := range queries {
		var values []any
		if strings.Contains(query, "$1") {
			values = []any{c.contacts}
		}
		if _, err := db.ExecContext(ctx, query, values...); err != nil {
			return err
		}
	}
	return nil
}

func peopleQueries() []string {
	n := 0
	pick := func(of ...string) string {
		n++
		return picked(n, of...)
	}
	digit := func() string {
		n++
		return fmt.Sprintf("substr('0123456789abcdef', CAST(1 + (i * %d + i / 13 * %d) %% 16 AS INTEGER), 1)", 31337+2*n, 7*n+1)
	}
	number := func(most int) string {
		n++
		return fmt.Sprintf("((i * %d + i / 11 * %d) %% %d)", 65537+2*n, 17*n+3, most)
	}
	two := func(most int) string { return fmt.Sprintf("CAST(10 + %s AS TEXT)", number(most)) }
	attribute := func(name, value string) string {
		return pick("''", `',"`+name+`":"' || `+value+` || '"'`, `',"`+name+`":"' || `+value+` || '"'`, `',"`+name+`":"' || `+value+` || '"'`, `',"`+name+`":"' || `+value+` || '"'`)
	}
	attributes := `'{"n":"1"' || ` + strings.Join([]string{
		attribute("plan", pick("'S'", "'M'", "'L'", "'XL'", "'Домашній'")), attribute("balance", number(2000)),
		attribute("until", "'20' || "+two(20)+" || '-1' || "+number(3)+" || '-' || "+two(18)), attribute("paper", pick("'true'", "'false'")),
		attribute("born", "'19' || "+two(90)+" || '-1' || "+number(3)+" || '-' || "+two(18)), attribute("street", pick("'Хрещатик'", "'Сихівська'", "'Дерибасівська'")),
	}, " || ") + ` || '}'`
	rows := `WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) `
	return []string{
		`INSERT INTO contacts (id, external_id, name, language, kind, tier, region, region_path, tags, attributes, created_at) ` + rows +
			`SELECT 'bench-' || (10000000 + i) || ` + digit() + " || " + digit() + " || " + digit() + `, 'e' || i, ` + named(forenames, false) + " || ' ' || " + named(surnames, false) + `, ` +
			pick("'uk'", "'uk'", "'ru'", "''") + ", " + pick("'client'", "'client'", "'partner'", "'staff'", "''") + ", " + pick("'new'", "'regular'", "'vip'", "''") + ", " +
			pick("'Київ'", "'Львів'", "'Одеса'", "'Дарницький'", "''") + ", " + pick("'/ua/kyiv/'", "'/ua/lviv/'", "'/ua/odesa/'", "'/ua/kyiv/darnytsia/'", "''") + ", " +
			pick("'[]'", "'[]'", `'["борг"]'`, `'["fiber","борг"]'`, `'["fiber"]'`) + ", " + attributes + ", 1 FROM n",
		`INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at)
			SELECT 'telegram', id, id, 1, 'open', 1764000000000000 + ` + "CAST(substr(id, 7, 8) AS BIGINT) % 365 * 86400000000, 1764000000000000 + CAST(substr(id, 7, 8) AS BIGINT) % 367 * 86400000000 FROM contacts WHERE CAST(substr(id, 7, 8) AS BIGINT) % 2 = 0",
		`INSERT INTO ledger (contact, change_id, told_at, acknowledged_at, created_at)
			SELECT id, 'tariff', CAST(substr(id, 7, 8) AS BIGINT) % 3, CAST(substr(id, 7, 8) AS BIGINT) % 5, 1 FROM contacts WHERE CAST(substr(id, 7, 8) AS BIGINT) % 4 = 0`,
		`INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at)
			SELECT 'telegram', id, id, id, 'closed', 'complaint', 'tariff', 1764000000000000 + CAST(substr(id, 7, 8) AS BIGINT) % 365 * 86400000000 FROM contacts WHERE CAST(substr(id, 7, 8) AS BIGINT) % 40 = 0`,
	}
}

// picked is one of the values for each row i, with no order in it; another n picks others.
func picked(n int, of ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CASE (i * %d + i / 7 * %d) %% %d", 7919+2*n, 104729+2*n, len(of))
	for at, v := range of {
		fmt.Fprintf(&b, " WHEN %d THEN %s", at, v)
	}
	return b.String() + " END"
}

// randomSegment makes a tree of five conditions.
func randomSegment(random *rand.Rand) bot.Segment {
	parts := make([]bot.Segment, 5)
	for i := range parts {
		parts[i] = bot.Segment{Condition: randomCondition(random)}
		if random.IntN(4) == 0 {
			parts[i] = bot.None(parts[i])
		}
	}
	switch random.IntN(3) {
	case 0:
		return bot.All(parts...)
	case 1:
		return bot.All(parts[0], parts[1], bot.Any(parts[2:]...))
	}
	return bot.Any(bot.All(parts[:3]...), bot.All(parts[3:]...))
}

func randomCondition(random *rand.Rand) bot.Condition {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	is := func(field string, op bot.Op, values ...string) bot.Condition {
		return bot.Condition{Field: field, Op: op, Values: values}
	}
	days := func() string { return bot.Lapse{N: 2 + random.IntN(300), Unit: bot.UnitDay}.String() }
	all := []func() bot.Condition{
		func() bot.Condition { return is("kind", bot.OpIn, one("client", "partner", "staff")) },
		func() bot.Condition { return is("tier", bot.OpIn, one("new", "vip"), "regular") },
		func() bot.Condition { return is("region", bot.OpIn, one("Київ", "Львів", "Одеса")) },
		func() bot.Condition { return is(bot.AreaField, bot.OpIn, one("kyiv", "lviv")) },
		func() bot.Condition { return is("language", bot.OpIn, one("uk", "ru")) },
		func() bot.Condition { return is("tags", bot.OpIn, one("борг", "fiber")) },
		func() bot.Condition { return is("bot", bot.OpIn, "telegram") },
		func() bot.Condition { return is("attributes.plan", bot.OpIn, one("S", "M", "L"), "XL") },
		func() bot.Condition {
			return is("attributes.balance", bot.Op(one("lt", "ge")), strconv.Itoa(random.IntN(2000)))
		},
		func() bot.Condition { return is("attributes.until", bot.Op(one("next", "last")), days()) },
		func() bot.Condition { return is("attributes.born", bot.OpAnniversary, "14 days") },
		func() bot.Condition { return is("attributes.paper", bot.OpIn, "true") },
		func() bot.Condition { return is("attributes.street", bot.OpContains, one("щат", "хів")) },
		func() bot.Condition { return is("first", bot.OpLast, days()) },
		func() bot.Condition { return is("last", bot.Op(one("over", "last")), days()) },
		func() bot.Condition { return is("ticket.reason", bot.OpIn, "complaint") },
		func() bot.Condition {
			return is(bot.ChangeField, bot.Op(one("told", "untold", "acknowledged")), "tariff")
		},
	}
	return all[random.IntN(len(all))]()
}
