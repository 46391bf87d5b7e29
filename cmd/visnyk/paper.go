package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/dialog"
	"visnyk/bot/library"
	"visnyk/storage"
)

// paper is a channel with nobody behind it: an update is an event, and a part the
// message, as they are. Nothing comes through a door.
type paper struct {
	bot.Channel
	name string
}

func (p paper) Name() string { return p.name }

func (p paper) Capabilities() bot.Capabilities {
	return bot.Capabilities{Buttons: true, LastingButtons: true, Edits: true}
}

func (p paper) Decode(u bot.Update) ([]bot.Event, error) {
	var e bot.Event
	err := json.Unmarshal(u.Payload, &e)
	return []bot.Event{e}, err
}

func (p paper) Render(m bot.Message) ([]bot.Part, error) {
	kind := bot.Say
	switch {
	case m.Press != "":
		kind = bot.Answer
	case m.Edit != "":
		kind = bot.Edit
	}
	body, err := json.Marshal(m)
	return []bot.Part{{Kind: kind, Body: body}}, err
}

// paperLine is the straight line from a row of the inbox to the rows of the outbox,
// with nobody at its ends: one takes what arrives by hand and reads what leaves.
// One goroutine uses it.
type paperLine struct {
	store  *storage.Store
	bot    string
	lease  storage.Lease
	worker *dialog.Worker
	turns  chan []storage.TurnWrite
	close  func() error // ends it
	n      int
}

// paperTurn bounds one turn, which nobody waits longer for.
const paperTurn = 30 * time.Second

// newPaperLine starts the line of a bot of its own in the store.
func newPaperLine(ctx context.Context, store *storage.Store, name string, d dialog.Engine, lib *library.Library, now func() time.Time, log *slog.Logger) (*paperLine, error) {
	lease, _, ok, err := store.Acquire(ctx, name, storage.NewID(), 24*time.Hour)
	if err == nil && !ok {
		err = fmt.Errorf("somebody else has the line of %s", name)
	}
	if err != nil {
		return nil, err
	}
	ch := paper{name: name}
	d.Render = func(_ string, m bot.Message) ([]bot.Part, error) { return ch.Render(m) }
	l := &paperLine{store: store, bot: name, lease: lease, turns: make(chan []storage.TurnWrite, 1)}
	l.worker = dialog.NewWorker(dialog.Config{
		Store: store, Channel: ch, Channels: map[string]bot.Channel{name: ch}, Engine: d, Library: lib,
		Desk: desk.New(store, map[string]bot.Channel{name: ch}, d.Zone, log), Metrics: dialog.NewMetrics(prometheus.NewRegistry()),
		Log: log, Now: now, Sent: func([]storage.OutboxRow) {},
		Turned: func(_ []*dialog.TurnInput, writes []storage.TurnWrite) { l.turns <- writes },
	})
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- l.worker.Run(ctx, lease, true) }()
	l.close = func() error { cancel(); return <-ended }
	return l, nil
}

// take has the event arrive, and returns what its turn wrote and what left. All of
// that is sent when it returns.
func (l *paperLine) take(ctx context.Context, source storage.Source, e bot.Event) (storage.TurnWrite, []storage.OutboxRow, error) {
	payload, err := json.Marshal(e)
	if err != nil {
		return storage.TurnWrite{}, nil, err
	}
	l.n++
	_, err = l.store.Receive(ctx, []storage.Incoming{{
		Source: source, Update: bot.Update{Bot: l.bot, ID: fmt.Sprintf("%s-%d", l.bot, l.n), Chat: e.From.Chat, Payload: payload},
	}})
	if err != nil {
		return storage.TurnWrite{}, nil, err
	}
	l.worker.Wake()
	select {
	case writes := <-l.turns:
		left, err := l.deliver(ctx)
		return writes[0], left, err
	case <-time.After(paperTurn):
		return storage.TurnWrite{}, nil, errors.New("the turn was not made; the log says why")
	case <-ctx.Done():
		return storage.TurnWrite{}, nil, ctx.Err()
	}
}

// deliver sends what waits, as far as that can be told of a channel of paper.
func (l *paperLine) deliver(ctx context.Context) ([]storage.OutboxRow, error) {
	rows, err := l.store.Pending(ctx, l.bot, bot.LaneReply, 100)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	if _, err := l.store.Claim(ctx, l.lease, rows); err != nil {
		return nil, err
	}
	sent := make([]storage.SendOutcome, len(rows))
	for i, r := range rows {
		sent[i] = storage.SendOutcome{Row: r, Outcome: bot.Sent, ExternalID: messageOf(r)}
	}
	return rows, l.store.RecordOutcomes(ctx, l.lease, sent)
}

// messageOf is the messenger's id of the message that the row became.
func messageOf(r storage.OutboxRow) string { return fmt.Sprint(r.ID) }
