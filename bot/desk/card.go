package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Card is what stands beside a talk: who the person is, and what is between us.
type Card struct {
	Person   bot.Person // ID "" where nobody knows who it is; what is sensitive is left out
	Masked   []string   // the attributes that are left out
	Declared []bot.Attribute
	Chats    []storage.ChatOf
	Ledger   []Known
	// Changes are those that concern the person, as they are told them: what customers hear
	// of, and before it what is approved and is still a secret to them.
	Changes []bot.Change
	Tickets []bot.Ticket // all of the person, the newest first
}

// Known is what the person knows of a change.
type Known struct {
	storage.LedgerOf
	Title bot.Bilingual // zero where the change is gone
}

// Card returns the card of the person whose ticket it is, for those who may read the
// talk; see Talk.
func (d *Desk) Card(ctx context.Context, a bot.Actor, ticket string) (Card, error) {
	if err := d.mayRead(ctx, a, ticket); err != nil {
		return Card{}, err
	}
	t, err := d.store.Ticket(ctx, ticket)
	if err != nil || t.Contact == "" {
		return Card{Tickets: []bot.Ticket{t}}, err
	}
	c, err := d.card(ctx, t.Contact)
	if err != nil {
		return Card{}, fmt.Errorf("card: %w", err)
	}
	return c, nil
}

func (d *Desk) card(ctx context.Context, contact string) (c Card, err error) {
	if c.Person, err = d.store.Contact(ctx, contact); err != nil && !errors.Is(err, storage.ErrNotFound) {
		return c, err
	}
	if c.Changes, err = d.changesFor(ctx, c.Person); err != nil {
		return c, err
	}
	if err := d.mask(ctx, &c); err != nil {
		return c, err
	}
	if c.Chats, err = d.store.Chats(ctx, contact); err != nil {
		return c, err
	}
	if c.Tickets, err = d.store.TicketsOf(ctx, contact); err != nil {
		return c, err
	}
	known, err := d.store.LedgerOf(ctx, contact)
	if err != nil || len(known) == 0 {
		return c, err
	}
	titles, err := d.titles(ctx)
	for _, k := range known {
		c.Ledger = append(c.Ledger, Known{k, titles[k.Change]})
	}
	return c, err
}

// changesFor are the changes that concern the person: approved ones, and those that are
// announced, the nearest first.
func (d *Desk) changesFor(ctx context.Context, who bot.Person) (all []bot.Change, err error) {
	if who.ID == "" {
		return nil, nil
	}
	made, err := d.store.Sheets(ctx)
	if err != nil {
		return nil, err
	}
	told, err := d.store.ToldSheets(ctx)
	if err != nil {
		return nil, err
	}
	made = slices.DeleteFunc(made, func(s storage.Sheet) bool { return s.State != bot.ChangeApproved })
	told = slices.DeleteFunc(told, func(s storage.Sheet) bool { return !s.Told() })
	now := bot.Calendar{Now: time.Now(), Zone: d.zone}
	for _, s := range slices.Concat(made, told) {
		if s.Audience.Matches(who, now) {
			all = append(all, s.Change.For(who, now))
		}
	}
	slices.SortStableFunc(all, func(a, b bot.Change) int { return a.From.Compare(b.From) })
	return all, nil
}

// mask leaves out what is shown for a reason alone, which the person's own page asks
// for.
func (d *Desk) mask(ctx context.Context, c *Card) error {
	declared, err := d.store.Attributes(ctx)
	if err != nil {
		return err
	}
	c.Declared = declared
	for _, a := range declared {
		if !a.Sensitive || c.Person.Attributes[a.Name]+c.Person.Misfits[a.Name] == "" {
			continue
		}
		delete(c.Person.Attributes, a.Name) // the maps were read for this card
		delete(c.Person.Misfits, a.Name)
		c.Masked = append(c.Masked, a.Name)
	}
	return nil
}

// titles are those of the changes, by id.
func (d *Desk) titles(ctx context.Context) (map[string]bot.Bilingual, error) {
	all, err := d.store.Changes(ctx)
	titles := make(map[string]bot.Bilingual, len(all))
	for _, c := range all {
		titles[c.ID] = c.Title
	}
	return titles, err
}
