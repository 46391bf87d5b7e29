package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// recipient is the chat of the first of those who are told.
const recipient = 1_000_000

// playBroadcast kills the service while a broadcast sends, with sends under way that
// arrive and are never answered, pauses it, and takes its database away. Nobody is told
// twice, nobody is forgotten, and the sum is exact.
func playBroadcast(p *play) {
	people, rate, outage := of(p.size, 160, 1_000, 20_000), of(p.size, 60, 100, 400), of(p.size, 2*time.Second, 5*time.Second, 20*time.Second)
	// After each kill PostgreSQL's lease must lapse, for which the short form has no time.
	kills := map[bool]int{true: 1, false: 3}[p.size == short && p.database == "postgres"]
	ctx, cancel := context.WithTimeout(p.Context(), 10*time.Minute)
	defer cancel()
	database, leave, back := p.leaving()
	address, tg := p.free(), p.fakeTelegram(telegramtest.Options{})
	s := p.settings(database).onTelegram(tg.URL()).with("VISNYK_TELEGRAM_RATE", strconv.Itoa(rate))
	p.run(s, "", "migrate")
	db := p.open(database)
	p.meet(db, people)
	h := &herald{play: p, address: address, writer: p.staff(s, "writer", "marketer"), approver: p.staff(s, "approver", "approver")}
	pr := p.start(s, address)
	h.begins(ctx)
	arrived := func() int { return int(tg.Stats().Sends) }
	for k := range kills {
		at := people * (k + 1) / (kills + 2)
		for range 3 {
			tg.Script(int64(recipient+p.rng.IntN(people)), telegramtest.Mute())
		}
		p.until(ctx, fmt.Sprintf("%d messages", at), 2*time.Millisecond, func() bool { return arrived() >= at })
		pr.kill()
		pr = p.start(s, address)
	}
	at := arrived() + people/20
	p.until(ctx, "messages after the last kill", 2*time.Millisecond, func() bool { return arrived() >= min(at, people*9/10) })
	h.move(ctx, "pause")
	h.move(ctx, "resume")
	leave()
	wait := time.NewTimer(outage)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-pr.ended:
		p.Fatalf("the service ended while its database was away")
	}
	back()
	p.until(ctx, "the end", 50*time.Millisecond, func() bool { return h.state(ctx) == string(bot.BroadcastSent) })
	h.adds(ctx, db, tg, people)
	pr.kill()
	p.run(s, "", "verify")
}

// herald tells people by REST.
type herald struct {
	*play
	address, writer, approver string
}

// meet makes people who know the bot.
func (p *play) meet(db *sqlx.DB, people int) {
	p.Helper()
	tx, err := db.Beginx()
	p.must(err)
	defer tx.Rollback() // without effect once it is committed
	for i := range people {
		chat := strconv.Itoa(recipient + i)
		_, err := tx.Exec(`INSERT INTO contacts (id, name, language, created_at) VALUES ($1, $2, 'uk', 1)`, "k"+chat, "Ім'я *"+chat+"* {{name}}")
		p.must(err)
		_, err = tx.Exec(`INSERT INTO conversations (bot, chat, contact, version, reach, last_at, joined_at) VALUES ('telegram', $1, $2, 1, 'open', 1, 1)`, chat, "k"+chat)
		p.must(err)
	}
	p.must(tx.Commit())
}

// begins has a broadcast to everybody written, approved and started; urgent, for it may
// be night.
func (h *herald) begins(ctx context.Context) {
	h.Helper()
	const body = `{"id":"news","title":"n","topic":"outage","urgent":"chaos","text":{"uk":"Вітаю, {{name|друже}}!","ru":"Здравствуйте, {{name|друг}}!"}}`
	if status, answer := h.ask(ctx, h.writer, http.MethodPost, "/broadcasts", body); status != http.StatusCreated {
		h.Fatalf("create: %d %s", status, answer)
	}
	for _, m := range []string{"submit", "approve", "start"} {
		h.move(ctx, m)
	}
}

func (h *herald) ask(ctx context.Context, token, method, path, body string) (int, string) {
	return ask(ctx, http.DefaultClient, h.address, token, method, path, body)
}

// move makes the move, again while the service is not there.
func (h *herald) move(ctx context.Context, m string) {
	h.Helper()
	token := h.writer
	if m == "approve" {
		token = h.approver
	}
	var status int
	var answer string
	h.until(ctx, m, 20*time.Millisecond, func() bool {
		shown := h.shown(ctx)
		status, answer = h.ask(ctx, token, http.MethodPost, "/broadcasts/news/"+m, fmt.Sprintf(`{"version":%d}`, shown.Version))
		// Somebody may have moved it meanwhile, and what was not answered may be done.
		return status == http.StatusOK || status == http.StatusConflict
	})
	if status != http.StatusOK {
		h.Logf("%s: %d %s", m, status, answer)
	}
}

type shownBroadcast struct {
	State   string
	Version int
}

func (h *herald) shown(ctx context.Context) (b shownBroadcast) {
	if status, answer := h.ask(ctx, h.writer, http.MethodGet, "/broadcasts/news", ""); status == http.StatusOK {
		h.must(json.Unmarshal([]byte(answer), &b))
	}
	return b
}

func (h *herald) state(ctx context.Context) string { return h.shown(ctx).State }

// adds compares the report with what the database and the messenger know of everybody.
func (h *herald) adds(ctx context.Context, db *sqlx.DB, tg *telegramtest.Server, people int) {
	h.Helper()
	status, answer := h.ask(ctx, h.writer, http.MethodGet, "/broadcasts/news/report", "")
	var r bot.Report
	if status != http.StatusOK || json.Unmarshal([]byte(answer), &r) != nil {
		h.Fatalf("report: %d %s", status, answer)
	}
	var rows []struct{ Chat, Outcome string }
	h.must(db.SelectContext(ctx, &rows, `SELECT chat, outcome FROM recipients WHERE broadcast = 'news'`))
	outcomes := map[string]string{}
	for _, row := range rows {
		outcomes[row.Chat] = row.Outcome
	}
	var twice, forgotten, invented int
	for i := range people {
		chat := strconv.Itoa(recipient + i)
		n := len(tg.Messages(int64(recipient + i)))
		switch outcome := outcomes[chat]; {
		case n > 1:
			twice++
		case n == 0 && outcome != string(bot.RecipientUnknown):
			forgotten++
		case n == 1 && outcome != string(bot.RecipientSent) && outcome != string(bot.RecipientUnknown):
			invented++
		}
	}
	h.Logf("people=%d sent=%d unknown=%d twice=%d forgotten=%d", people, r.Sent, r.Unknown, twice, forgotten)
	for what, n := range map[string]int{"were told twice": twice, "were told by nobody and are not in doubt": forgotten, "were told and counted otherwise": invented} {
		if n > 0 {
			h.Errorf("%d people %s", n, what)
		}
	}
	if r.Planned != people || r.Sum() != people || r.Sent+r.Unknown != people || len(rows) != people {
		h.Errorf("the report of %d people with %d rows is %+v", people, len(rows), r)
	}
	if r.Unknown > 3*mostUnderWay {
		h.Errorf("%d people are in doubt, more than can be under way at the kills", r.Unknown)
	}
}
