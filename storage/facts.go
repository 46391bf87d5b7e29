package storage

import (
	"context"
	"maps"
	"slices"

	"visnyk/bot"
)

const (
	factsOfChats = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT c.contact, COALESCE(min(NULLIF(c.joined_at, 0)), 0) AS first, max(c.last_at) AS last
FROM v JOIN conversations c ON c.contact = v.contact GROUP BY c.contact`

	factsOfTickets = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT t.contact, t.state, t.reason, t.topic, t.opened_at FROM v JOIN tickets t ON t.contact = v.contact
ORDER BY t.contact, t.opened_at, t.id`

	factsOfChanges = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT x.contact, x.change_id, x.told_at <> 0 AS told, x.on_its_way_at <> 0 AS way, x.unsure_at <> 0 AS unsure,
	x.acknowledged_at <> 0 AS acknowledged, x.asked_at <> 0 AS asked,
	EXISTS (SELECT 1 FROM tellings t WHERE t.change_id = x.change_id AND t.contact = x.contact AND t.seen_at <> 0) AS seen,
	COALESCE(live.level, '') AS level, COALESCE(` + acknowledgedChange + `, FALSE) AS current, ` + sawChange + ` AS saw
FROM v JOIN ledger x ON x.contact = v.contact LEFT JOIN changes live ON live.id = x.change_id AND live.` + told + `
ORDER BY x.contact, x.change_id`
)

// facts completes people, by their ids, with what is needed of what they did and were told.
func (c conn) facts(ctx context.Context, people map[string]bot.Person, ids []string, needs bot.Needs) error {
	if needs.Include(bot.NeedsChats) {
		if err := c.factsOfChats(ctx, people, ids); err != nil {
			return err
		}
	}
	if needs.Include(bot.NeedsChanges) {
		if err := c.factsOfChanges(ctx, people, ids); err != nil {
			return err
		}
	}
	if needs.Include(bot.NeedsTickets | bot.NeedsChanges) { // a complaint of a change is a ticket
		return c.factsOfTickets(ctx, people, ids)
	}
	return nil
}

func (c conn) factsOfChats(ctx context.Context, people map[string]bot.Person, ids []string) error {
	var chats []struct {
		Contact string `db:"contact"`
		First   micros `db:"first"`
		Last    micros `db:"last"`
	}
	if err := selRows(ctx, c, &chats, factsOfChats, nil, column(ids)); err != nil {
		return err
	}
	for _, r := range chats {
		noted(people, r.Contact, func(f *bot.Facts) { f.First, f.Last = r.First.time(), r.Last.time() })
	}
	return nil
}

func (c conn) factsOfChanges(ctx context.Context, people map[string]bot.Person, ids []string) error {
	var marks []struct {
		Contact      string          `db:"contact"`
		Change       string          `db:"change_id"`
		Told         bool            `db:"told"`
		Way          bool            `db:"way"`
		Unsure       bool            `db:"unsure"`
		Acknowledged bool            `db:"acknowledged"`
		Asked        bool            `db:"asked"`
		Seen         bool            `db:"seen"`
		Level        bot.ChangeLevel `db:"level"`   // "": it is not told
		Current      bool            `db:"current"` // acknowledged in the version in force
		Saw          bool            `db:"saw"`     // or counts as having seen it
	}
	if err := selRows(ctx, c, &marks, factsOfChanges, nil, column(ids)); err != nil {
		return err
	}
	for _, r := range marks {
		noted(people, r.Contact, func(f *bot.Facts) {
			f.Changes = append(f.Changes, bot.Aware{
				Change: r.Change, Told: r.Told, OnItsWay: r.Way, Unsure: r.Unsure, Seen: r.Seen, Acknowledged: r.Acknowledged, Asked: r.Asked,
				Knows: r.Level != "" && r.Level.Knows(r.Told, r.Saw, r.Current),
			})
		})
	}
	return nil
}

func (c conn) factsOfTickets(ctx context.Context, people map[string]bot.Person, ids []string) error {
	var tickets []struct {
		Contact  string          `db:"contact"`
		State    bot.TicketState `db:"state"`
		Reason   bot.Reason      `db:"reason"`
		Topic    string          `db:"topic"`
		OpenedAt micros          `db:"opened_at"`
	}
	if err := selRows(ctx, c, &tickets, factsOfTickets, nil, column(ids)); err != nil {
		return err
	}
	for _, r := range tickets {
		noted(people, r.Contact, func(f *bot.Facts) {
			f.Tickets = append(f.Tickets, bot.Ticket{State: r.State, Reason: r.Reason, Topic: r.Topic, OpenedAt: r.OpenedAt.time()})
			if r.Reason == bot.ReasonComplaint && r.Topic != "" {
				f.Changes = complaining(f.Changes, r.Topic)
			}
		})
	}
	return nil
}

// complaining notes a complaint of the change.
func complaining(all []bot.Aware, of string) []bot.Aware {
	if i := slices.IndexFunc(all, func(a bot.Aware) bool { return a.Change == of }); i >= 0 {
		all[i].Complained = true
		return all
	}
	return append(all, bot.Aware{Change: of, Complained: true})
}

func noted(people map[string]bot.Person, id string, does func(*bot.Facts)) {
	p := people[id]
	does(&p.Facts)
	people[id] = p
}

// Knowing returns the contacts, by their ids, with what segments of those needs judge
// them by.
func (s *Store) Knowing(ctx context.Context, ids []string, needs bot.Needs) (map[string]bot.Person, error) {
	people, err := s.People(ctx, ids)
	if err != nil || len(people) == 0 {
		return people, err
	}
	there := slices.Collect(maps.Keys(people))
	if needs.Include(bot.NeedsAddresses) {
		err = s.r.addresses(ctx, there, func(contact string, at bot.Address) {
			p := people[contact]
			p.Addresses = append(p.Addresses, at)
			people[contact] = p
		})
		if err != nil {
			return nil, doing("people", err)
		}
	}
	return people, doing("people", s.reading.facts(ctx, people, there, needs))
}
