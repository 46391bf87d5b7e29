package api

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
)

// filledShown is what a broadcast was made of: a template, and what stands in its slots.
type filledShown struct {
	Template string        `json:"template"`
	Where    bot.Bilingual `json:"where,omitzero"`
	From     time.Time     `json:"from,omitzero"`
	Until    time.Time     `json:"until,omitzero"`
}

func showFilled(f *bot.Filled) *filledShown {
	if f == nil {
		return nil
	}
	return &filledShown{f.Template.ID, f.Words[bot.SlotWhere], f.From, f.Until}
}

// fillBody is what is put into the slots of a template. From and Until are moments with
// their offset, or such as 2027-03-28T10:00 on a clock of the template's zone.
type fillBody struct {
	Where   bot.Bilingual `json:"where"`
	From    string        `json:"from"`
	Until   string        `json:"until"`
	People  int           `json:"people"` // how many it is meant for by now, for whoever has read the number
	Version int           `json:"version"`
}

func (b fillBody) filling(zone *time.Location) (f broadcast.Filling, err error) {
	f.Where = b.Where
	for _, at := range []struct {
		field, text string
		to          *time.Time
	}{{"from", b.From, &f.From}, {"until", b.Until, &f.Until}} {
		if at.text == "" {
			continue
		}
		if *at.to, err = bot.MomentAt(at.text, zone); err != nil {
			return f, bot.Invalid(at.field, bot.FaultMoment, nil)
		}
	}
	return f, nil
}

// fillBroadcast sends a copy of a template with its slots filled.
func fillBroadcast(_ *API, ctx context.Context, q *request) (answer, error) {
	var b fillBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	if err := broadcast.MayMove(q.actor, bot.BroadcastFill); err != nil {
		return answer{}, err
	}
	is, err := q.parts.Broadcasts.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	with, err := b.filling(q.parts.Broadcasts.ZoneOf(is.Zone))
	if err != nil {
		return answer{}, err
	}
	q.after = func() { q.parts.Store.Notify(storage.BroadcastsTopic) } // as for every move
	m, err := q.parts.Broadcasts.Fill(ctx, q.actor, is.ID, b.Version, with, broadcast.Sends{People: b.People})
	return created(showBroadcast(m), "/broadcasts/"+m.ID, etag(m.Version)), err
}
