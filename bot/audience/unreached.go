package audience

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// unreachedAtOnce is how many people are read at once.
const unreachedAtOnce = 500

// Unreached finds those people of the segment who cannot be told of the topic now, each
// with the first reason: next gives them by id, part by part, and none when there are no
// more. The topic is named by its id, "" asks for no consent.
func (a *Audiences) Unreached(
	ctx context.Context, by bot.Actor, q Question, topic string, charge Charge,
) (next func() ([]storage.Unreached, error), err error) {
	told, err := a.topic(ctx, topic)
	if err != nil {
		return nil, err
	}
	tree, err := a.asked(ctx, by, bot.ExportContacts, q, "segment.people")
	if err != nil {
		return nil, err
	}
	now := a.calendar()
	how, last, done := charge.reaching(told, now), "", false
	return func() ([]storage.Unreached, error) {
		if done {
			return nil, nil
		}
		part, err := a.store.UnreachedPeople(ctx, tree, now, how, last, unreachedAtOnce)
		if done = len(part) < unreachedAtOnce; len(part) > 0 {
			last = part[len(part)-1].Contact
		}
		return part, err
	}, nil
}

// reaching says how people are reached as of now.
func (c Charge) reaching(topic bot.Topic, now bot.Calendar) storage.Reaching {
	return storage.Reaching{Topic: topic, Charging: c.Bots, FreeFrom: now.Now.Add(-c.Free)}
}
