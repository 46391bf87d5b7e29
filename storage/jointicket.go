package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"visnyk/bot"
)

const (
	openOfTwo = `
SELECT ` + ticketColumns + ` FROM tickets WHERE state <> 'closed' AND (bot = $1 AND chat = $2 OR bot = $3 AND chat = $4) ORDER BY id {update}`

	dropTicket  = `UPDATE tickets SET state = 'closed', closed_at = {now}, outcome = 'joined', ` + bumped + ` WHERE bot = $1 AND id = $2`
	carryTicket = `UPDATE tickets SET bot = $3, chat = $4, ` + bumped + ` WHERE bot = $1 AND id = $2`
)

// carryTicket has the open ticket of one address go on at another. Where both
// have one, the one that prevails goes on, and the other is over.
func (t *Tx) carryTicket(ctx context.Context, from, to bot.Address, m *merged) error {
	var open []ticketRecord
	if err := t.sel(ctx, &open, openOfTwo, from.Bot, from.Chat, to.Bot, to.Chat); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	var there, here *bot.Ticket
	for _, r := range open {
		ticket := r.ticket()
		if ticket.Address == to {
			here = &ticket
		} else {
			there = &ticket
		}
	}
	if there == nil {
		return nil
	}
	if here != nil {
		over, stays := *there, *here
		if there.Prevails(*here) {
			over, stays = stays, over
		}
		m.Dropped = over.ID
		if _, err := t.shown(ctx, dropTicket, over.Address.Bot, over.ID); err != nil {
			return fmt.Errorf("tickets: %w", err)
		}
		if err := t.carryDrafts(ctx, over.ID, stays.ID); err != nil {
			return err
		}
		if over.ID == there.ID {
			return nil
		}
	}
	m.Ticket = &carried{there.ID, from, to}
	if _, err := t.shown(ctx, carryTicket, from.Bot, there.ID, to.Bot, to.Chat); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	if _, err := t.exec(ctx, followDrafts, there.ID); err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	return nil
}

// noteJoin writes into the history of both addresses what became of them. It
// names the other's bot alone: apart again, neither must tell of the other.
func (t *Tx) noteJoin(ctx context.Context, what string, to, from bot.Address, ticket *carried, dropped string) error {
	var entries []bot.Entry
	for _, pair := range [][2]bot.Address{{to, from}, {from, to}} {
		if pair[0].Chat == "" {
			continue
		}
		note := struct {
			With    string `json:"with,omitempty"`
			Ticket  string `json:"ticket,omitempty"`
			Dropped string `json:"dropped,omitempty"`
		}{With: pair[1].Bot, Dropped: dropped}
		if ticket != nil {
			note.Ticket = ticket.ID
		}
		detail, err := json.Marshal(note)
		if err != nil {
			return err
		}
		entries = append(entries, bot.Entry{Address: pair[0], Kind: what, Cause: what, Detail: detail})
	}
	return t.AddHistory(ctx, entries)
}

const (
	ticketOwner  = `SELECT contact FROM conversations WHERE bot = $1 AND chat = $2`
	returnTicket = `
UPDATE tickets SET bot = $4, chat = $5, contact = $6, ` + bumped + ` WHERE bot = $1 AND chat = $2 AND id = $3 AND state <> 'closed'
AND NOT EXISTS (SELECT 1 FROM tickets x WHERE x.bot = $4 AND x.chat = $5 AND x.state <> 'closed')`
)

// returnTicket takes a ticket that followed the person back to where it was
// opened, unless it is over or another one is open there.
func (t *Tx) returnTicket(ctx context.Context, c *carried) error {
	if c == nil {
		return nil
	}
	var owner string
	switch err := t.get(ctx, &owner, ticketOwner, c.From.Bot, c.From.Chat); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	if _, err := t.shown(ctx, returnTicket, c.To.Bot, c.To.Chat, c.ID, c.From.Bot, c.From.Chat, owner); err != nil {
		return err
	}
	_, err := t.exec(ctx, followDrafts, c.ID)
	return err
}
