package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/flows"
	"visnyk/flows/flowtest"
	"visnyk/storage"
)

// scene sets the scene as flowtest reads it.
func (p *staged) scene(word, rest string) {
	var err error
	switch word {
	case "lang":
		p.lang, p.guess = rest, rest == "guess"
		if p.guess {
			p.lang = ""
		}
		p.sql(p.t, `UPDATE contacts SET language = ?, chosen = ? WHERE id = ?`, p.lang, !p.guess, p.contact())
	case "messenger":
		p.kinds[p.at.Bot] = flowtest.Messenger(rest)
	case "name":
		p.sql(p.t, `UPDATE contacts SET name = ? WHERE id = ?`, rest, p.contact())
	case "company":
		name := func(value string) error {
			p.sql(p.t, `INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, bot.CompanySetting(bot.Ukrainian), value)
			p.sql(p.t, `UPDATE content SET version = version + 1`)
			return p.lib.Refresh(context.WithoutCancel(p.t.Context()))
		}
		err = name(rest)
		p.t.Cleanup(func() { _ = name("") })
	case "known":
		p.sql(p.t, `UPDATE contacts SET external_id = ? WHERE id = ?`, map[string]string{"yes": p.at.Bot}[rest], p.contact())
	case "stopped":
		p.sql(p.t, `UPDATE contacts SET stopped = ? WHERE id = ?`, rest == "yes", p.contact())
	case "now":
		p.now, err = time.ParseInLocation("2006-01-02 15:04", rest, p.zone)
	case "desk":
		err = p.desk(rest)
	case "barred":
		p.sql(p.t, `UPDATE tickets SET outcome = '' WHERE bot = ? AND outcome = 'abuse'`, p.at.Bot)
	case "person":
		p.becomes(p.at.Bot + "-" + rest + storage.NewID())
	case "chats":
		err = p.chats(strings.Fields(rest))
	case "offer":
		p.offers(strings.Fields(rest))
	case "version":
		id, n, _ := strings.Cut(rest, " ")
		p.sql(p.t, `UPDATE changes SET version = ? WHERE id = ?`, n, id)
		p.sql(p.t, `UPDATE content SET version = version + 1`)
		err = p.lib.Refresh(p.t.Context())
		p.t.Cleanup(func() {
			p.sql(p.t, `UPDATE changes SET version = 1 WHERE id = ?`, id)
			p.sql(p.t, `UPDATE content SET version = version + 1`)
			_ = p.lib.Refresh(context.WithoutCancel(p.t.Context()))
		})
	case "many":
		topic, label, _ := strings.Cut(rest, " ")
		err = p.many(label, "off."+topic, bot.Rendering{Version: 1})
	case "answer":
		err = p.many(rest, "ask", bot.Rendering{Version: 1})
	case "opens":
		does, label, _ := strings.Cut(rest, " ")
		flow, change, _ := strings.Cut(does, ":")
		err = p.many(label, bot.LastingFlow(flow), bot.Rendering{Version: 1, Change: change})
	case "news":
		id, words, _ := strings.Cut(rest, " ")
		version, label, _ := strings.Cut(words, " ")
		var n int
		if n, err = strconv.Atoi(version); err == nil {
			err = p.many(label, "ack", bot.Rendering{Change: id, Version: n})
		}
	case "changes":
		p.changes = slices.DeleteFunc(p.changes, func(id string) bool {
			gone := !slices.Contains(strings.Fields(rest), id)
			if gone {
				p.sql(p.t, `DELETE FROM ledger WHERE contact = ? AND change_id = ?`, p.contact(), id)
			}
			return gone
		})
	default:
		p.t.Fatalf("%q is not staged", word)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// many has had a message to many with a button that does this.
func (p *staged) many(label, do string, r bot.Rendering) error {
	r.Channel, r.Part = "paper", flows.ManyPrefix+"b"
	p.shown = append(p.shown, bot.Message{Buttons: [][]bot.Button{{{Label: label, Action: bot.LastingAction(bot.RenderingID(r.Hash()), do)}}}})
	p.ids = append(p.ids, "many")
	return p.store.InTx(p.t.Context(), func(tx *storage.Tx) error { return tx.PutRenderings(p.t.Context(), "b", []bot.Rendering{r}) })
}

// follows has the next ticket follow the one that was closed last, whose holder gets
// it first, where people wait so many minutes as a rule; "" is nobody knows.
func (p *staged) follows(minutes string) {
	p.sql(p.t, `INSERT INTO users (id, login, role, password, created_at) VALUES ('holder', 'holder', 'operator', 'none', 1) ON CONFLICT DO NOTHING`)
	p.sql(p.t, `UPDATE tickets SET outcome = 'solved', holder = 'holder', closed_at = ? WHERE id = (
		SELECT id FROM tickets WHERE bot = ? AND state = 'closed' AND outcome = '' ORDER BY id DESC LIMIT 1)`, time.Now().UnixMicro(), p.at.Bot)
	n, _ := strconv.Atoi(minutes)
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, p.zone)
	for i := range 5 * min(n, 1) {
		p.sql(p.t, `INSERT INTO tickets (bot, id, chat, state, opened_at, taken_at, closed_at) VALUES ('queue', ?, ?, 'closed', ?, ?, ?)`,
			storage.NewID(), fmt.Sprint(i), noon.UnixMicro(), noon.Add(time.Duration(n)*time.Minute).UnixMicro(), time.Now().Add(time.Hour).UnixMicro())
	}
}

// desk sets the working hours, and how many wait already.
func (p *staged) desk(rest string) error {
	how, what, _ := strings.Cut(rest, " ")
	h := bot.Hours{}
	p.sql(p.t, `DELETE FROM tickets WHERE bot = 'queue'`)
	switch {
	case how == "open":
		for d := range h.Days {
			h.Days[d] = bot.Spans{{From: "00:00", To: "23:59"}}
		}
		if of, ok := strings.CutPrefix(what, "offered"); ok {
			p.follows(strings.TrimSpace(of))
			break
		}
		ahead, _ := strconv.Atoi(what)
		for i := range ahead {
			p.sql(p.t, `INSERT INTO tickets (bot, id, chat, state, opened_at) VALUES ('queue', ?, ?, 'waiting', 1)`, storage.NewID(), fmt.Sprint(i))
		}
	case what != "":
		opens, err := time.ParseInLocation("2006-01-02 15:04", what, p.zone)
		if err != nil {
			return err
		}
		h.Days[opens.Weekday()] = bot.Spans{{From: opens.Format("15:04"), To: "23:59"}}
	}
	setting, err := json.Marshal(h)
	if err != nil {
		return err
	}
	// The line keeps the hours it has seen for a while; it rests between turns.
	p.line.worker.Desk = desk.New(p.store, nil, p.zone, slog.New(slog.DiscardHandler))
	return p.store.PutSetting(p.t.Context(), bot.HoursSetting, string(setting))
}
