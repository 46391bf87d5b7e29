package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/flowtest"
	"visnyk/storage"
)

// person is what the person does, as flowtest reads it.
func (p *staged) person(what string) bot.Event {
	label, change, old := strings.Cut(what, "] of ")
	switch {
	case what == "/start" || strings.HasPrefix(what, "/start "):
		return bot.Event{Kind: bot.Started, Text: strings.TrimPrefix(strings.TrimPrefix(what, "/start"), " ")}
	case strings.HasPrefix(what, "[") && (old || strings.HasSuffix(what, "]")):
		label = strings.Trim(label, "[]")
		for i, m := range slices.Backward(p.shown) {
			for _, b := range slices.Concat(m.Buttons...) {
				if b.Label == label && (!old || p.under(b) == change) {
					return bot.Event{Kind: bot.Tapped, ID: p.ids[i], Press: &bot.Press{ID: "press", Screen: m.Screen, Action: b.Action}}
				}
			}
			if !old {
				break
			}
		}
		p.t.Fatalf("no button %q", what)
	case what == "()":
		return bot.Event{Kind: bot.Typed, Text: " \u200b "}
	case strings.HasPrefix(what, "("):
		kind, caption, _ := strings.Cut(what[1:], ")")
		if kind == "forwarded" {
			return bot.Event{Kind: bot.Typed, Text: strings.TrimSpace(caption), Forwarded: &bot.Origin{}}
		}
		return bot.Event{Kind: bot.Attached, Attachment: flowtest.Attached(kind), Text: strings.TrimSpace(caption)}
	}
	return bot.Event{Kind: bot.Typed, Text: what}
}

// more is the event as one of which more is to come: an item of an album, or a part
// of a text that was split.
func (p *staged) more(e bot.Event) bot.Event {
	if e.Full = e.Kind == bot.Typed; e.Full {
		return e
	}
	if p.asks(p.t, `SELECT count(*) FROM timers WHERE bot = ? AND name LIKE 'gather/%'`, p.at.Bot) == "0" {
		p.albums++
	}
	e.Album = fmt.Sprint("album", p.albums)
	return e
}

// passes lets time go by, and returns the timer that is due for what was gathered,
// if one is set.
func (p *staged) passes(span string) (storage.Source, bot.Event, bool) {
	d, err := time.ParseDuration(span)
	if err != nil {
		p.t.Fatal(err)
	}
	p.now = p.now.Add(d)
	name := p.asks(p.t, `SELECT name FROM timers WHERE bot = ? AND name LIKE 'gather/%'`, p.at.Bot)
	p.sql(p.t, `DELETE FROM timers WHERE bot = ? AND name = ?`, p.at.Bot, name)
	return storage.SourceTimer, bot.Event{Kind: bot.TimedOut, Detail: name}, name != ""
}

// under is the change that a lasting button stands under.
func (p *staged) under(b bot.Button) string {
	id, _, ok := bot.ReadLasting(b.Action)
	if !ok {
		return ""
	}
	found, err := p.store.Renderings(p.t.Context(), []string{id})
	if err != nil {
		p.t.Fatal(err)
	}
	if part := string(found[id].Part); strings.HasPrefix(part, flows.ManyPrefix) {
		return part
	}
	return found[id].Change
}

// outside is what happens to the conversation from outside.
func (p *staged) outside(what string) (storage.Source, bot.Event) {
	kind, detail, _ := strings.Cut(what, " ")
	e := bot.Event{Kind: bot.EventKind(kind), Detail: detail}
	moved := func(state string) (storage.Source, bot.Event) {
		e.ID = p.asks(p.t, `SELECT id FROM tickets WHERE bot = ? AND state <> 'closed'`, p.at.Bot)
		p.sql(p.t, `UPDATE tickets SET state = ?, holder = ? WHERE bot = ? AND id = ?`, state, detail, p.at.Bot, e.ID)
		return storage.SourceDesk, e
	}
	switch e.Kind {
	case bot.Taken, bot.TakenOver:
		return moved("taken")
	case bot.Released:
		return moved("waiting")
	case bot.Closed: // "closed rate", "closed abuse"
		e.Rate, e.Barred, e.Detail = detail == "rate", detail == "abuse", ""
		source, e := moved("closed")
		if e.Barred {
			p.sql(p.t, `UPDATE tickets SET outcome = 'abuse', closed_at = ? WHERE id = ?`, p.now.UnixMicro(), e.ID)
		}
		return source, e
	case bot.TimedOut:
		return storage.SourceTimer, e
	case bot.Relayed: // "relayed stop webchat:1"
		what, from, _ := strings.Cut(detail, " ")
		e.Detail, e.ID = what, p.called(from).String()
		return storage.SourceRelay, e
	case bot.Edited:
		e.Text, e.Detail, e.ID = detail, "", "m"
	}
	return storage.SourceChannel, e
}
