package storage

import (
	"context"

	"visnyk/bot"
)

const silentTickets = `
SELECT ` + ticketColumns + ` FROM tickets WHERE state = 'taken' AND turn = 'ours' AND holder <> '' ORDER BY turn_at, id`

// SilentTickets returns the tickets that are held in our turn, the longest first.
func (s *Store) SilentTickets(ctx context.Context) ([]bot.Ticket, error) {
	var records []ticketRecord
	if err := s.reading.sel(ctx, &records, silentTickets); err != nil {
		return nil, doing("tickets in our turn", err)
	}
	all := make([]bot.Ticket, len(records))
	for i, r := range records {
		all[i] = r.ticket()
	}
	return all, nil
}

const (
	wakeTickets = `
UPDATE tickets SET wake_at = 0, ` + bumped + ` WHERE state = 'taken' AND wake_at <> 0 AND wake_at <= {now}`

	endOffers = `
UPDATE tickets SET offered = '', offered_until = 0, ` + bumped + `
WHERE state = 'waiting' AND offered <> '' AND offered_until <= {now}`
)

// WakeTickets wakes the tickets whose moment has come, and ends offers that nobody
// took up.
func (s *Store) WakeTickets(ctx context.Context) error {
	err := s.InTx(ctx, func(t *Tx) error {
		for _, query := range []string{wakeTickets, endOffers} {
			if _, err := t.shown(ctx, query); err != nil {
				return err
			}
		}
		return nil
	})
	return doing("wake tickets", err)
}

const heldBy = `
SELECT ` + ticketColumns + ` FROM tickets WHERE state = 'taken' AND holder = $1 ORDER BY id {update}`

const endOffersTo = `
UPDATE tickets SET offered = '', offered_until = 0, ` + bumped + ` WHERE state = 'waiting' AND offered = $1`

// LoseTickets lets go what the user holds who may not work at the desk any more, and
// tells the customers who wait for a word that they are in the queue again, at their
// old place. What is in the customer's turn loses its holder and waits for their next
// word.
func (t *Tx) LoseTickets(ctx context.Context, user string, by bot.Actor) error {
	var held []ticketRecord
	if err := t.sel(ctx, &held, heldBy, user); err != nil {
		return doing("tickets of a user", err)
	}
	if _, err := t.shown(ctx, endOffersTo, user); err != nil {
		return doing("tickets of a user", err)
	}
	for _, r := range held {
		was := r.ticket()
		is, err := t.moveLocked(ctx, was, bot.TicketRelease, was.Turn, "", by)
		if err != nil {
			return err
		}
		if was.Turn == bot.TurnOurs {
			if err := t.TellTicket(ctx, bot.Event{Kind: bot.Released, ID: is.ID, From: is.Address}); err != nil {
				return err
			}
		}
		if err := t.Audit(ctx, AuditEntry{Actor: by, Action: "ticket." + string(bot.TicketRelease), Object: "ticket/" + is.ID, Detail: map[string]string{
			"from": string(was.State), "to": string(is.State), "holder": user,
		}}); err != nil {
			return err
		}
	}
	return nil
}
