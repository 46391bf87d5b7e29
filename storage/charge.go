package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

const (
	// Whose session is open is written to for nothing.
	chargedChats = `
WITH v (chat) AS (VALUES {rows ($)})
SELECT c.chat, k.phones FROM v JOIN conversations c ON c.bot = $1 AND c.chat = v.chat JOIN contacts k ON k.id = c.contact
WHERE c.last_at < {now} - $2`

	spentOf = `SELECT COALESCE(sum(n), 0) FROM broadcast_counts WHERE broadcast = $1 AND what = 'spent' AND reason = $2`

	anyUnderWay = `
SELECT EXISTS (SELECT 1 FROM outbox WHERE lane = 2 AND state IN ('pending', 'sending') AND broadcast = $1)`

	addCharges = `
WITH v (broadcast, key, round, bot, language, currency, price) AS (VALUES {rows ($, $, CAST($ AS BIGINT), $, $, $, CAST($ AS BIGINT))})
INSERT INTO charges (broadcast, key, round, bot, language, currency, price)
SELECT broadcast, key, round, bot, language, currency, price FROM v WHERE TRUE ORDER BY broadcast, key`

	// A message of an earlier round arrived, or may have: nobody is told again who was not.
	returnCharges = `
WITH v (broadcast, key) AS (VALUES {rows ($, $)})
DELETE FROM charges WHERE (broadcast, key) IN (SELECT broadcast, key FROM v) AND EXISTS (SELECT 1 FROM recipients r
	WHERE r.broadcast = charges.broadcast AND r.key = charges.key AND r.round = charges.round
	AND (r.outcome IN ('skipped', 'failed') OR r.outcome = 'pending' AND r.released_at = 0))
RETURNING broadcast, bot, language, currency, price`
)

// purse is what a broadcast may still spend at a bot that charges for some messages, within
// the transaction that releases them.
type purse struct {
	prices map[string]priced // by the chat; whose chat is not there costs nothing
	most   bot.Money
	spent  int64 // in the currency of most, when the transaction began
	ahead  int64 // and with what it releases
	left   bool  // somebody was left for the money's sake
	halt   string
}

// priced is what telling somebody costs; known is false where nobody says a number.
type priced struct {
	bot.Money
	known bool
}

// purse looks up what is charged for telling these people.
func (t *Tx) purse(ctx context.Context, l Lease, m Mailing, r Releasing, waiting []Waiting) (p *purse, err error) {
	p = &purse{most: m.Ceiling}
	if r.Free == 0 {
		return p, nil
	}
	chats := make([]string, len(waiting))
	for i, w := range waiting {
		chats[i] = w.To.Chat
	}
	var charged []struct {
		Chat   string `db:"chat"`
		Phones string `db:"phones"`
	}
	if err := selRows(ctx, t.conn, &charged, chargedChats, []any{l.Bot, r.Free}, column(chats)); err != nil || len(charged) == 0 {
		return p, err
	}
	set, _, err := t.Setting(ctx, bot.PriceSetting)
	if err != nil {
		return p, err
	}
	table, _ := bot.ParsePrices(set) // it was checked when it was set
	p.prices = make(map[string]priced, len(charged))
	for _, c := range charged {
		var phones []string
		if err := fromJSON(c.Phones, &phones); err != nil {
			return p, err
		}
		var one priced
		one.Money, one.known = bot.ParseMoney(table.For(phones))
		one.Sum *= int64(max(1, r.Calls))
		p.prices[c.Chat] = one
	}
	if !p.most.IsZero() {
		err = t.get(ctx, &p.spent, spentOf, m.ID, p.most.Currency)
		p.ahead = p.spent
	}
	return p, err
}

// pays takes the price of a message to the chat out of what is left; ok is false where
// there is not enough. Why the broadcast has to stop is noted only where not even the
// first would do: of what is released together some may still come back.
func (p *purse) pays(chat string) (ok bool) {
	price, charged := p.prices[chat]
	if !charged || p.most.IsZero() {
		return true
	}
	switch {
	case !price.known || price.Currency != p.most.Currency:
		p.halt = bot.HaltUnpriced
	case p.spent+price.Sum > p.most.Sum:
		p.halt = bot.HaltCeiling
	case p.ahead+price.Sum <= p.most.Sum:
		p.ahead += price.Sum
		return true
	}
	p.left = true
	return false
}

// charge notes what the messages cost.
func (t *Tx) charge(ctx context.Context, p *purse, messages []releasing) error {
	var rows [][]any
	for _, m := range messages {
		price, charged := p.prices[m.To.Chat]
		if !charged || !price.known {
			continue
		}
		rows = append(rows, []any{m.Broadcast, m.Key, m.Round, m.To.Bot, m.Language, price.Currency, price.Sum})
		t.count(m.Broadcast, m.To.Bot, m.Language, bot.ReportSpent, price.Currency, int(price.Sum))
	}
	_, err := t.execRows(ctx, addCharges, nil, rows)
	return doing("charge", err)
}

// giveBack takes the price of what surely did not arrive off what was spent. Of whose
// message is on its way, or arrived, or may have, it takes nothing.
func (t *Tx) giveBack(ctx context.Context, recipients [][]any) error {
	var back []struct {
		Broadcast string       `db:"broadcast"`
		Bot       string       `db:"bot"`
		Language  bot.Language `db:"language"`
		Currency  string       `db:"currency"`
		Price     int          `db:"price"`
	}
	if err := selRows(ctx, t.conn, &back, returnCharges, nil, recipients); err != nil {
		return fmt.Errorf("charges: %w", err)
	}
	for _, c := range back {
		t.count(c.Broadcast, c.Bot, c.Language, bot.ReportSpent, c.Currency, -c.Price)
	}
	return nil
}

// stops returns why the broadcast has to stop for its money; "" where it goes on: while
// messages are on their way, they may still come back.
func (t *Tx) stops(ctx context.Context, broadcast string, p *purse) (string, error) {
	if p.halt == "" {
		return "", nil
	}
	var underWay bool
	err := t.get(ctx, &underWay, anyUnderWay, broadcast)
	if underWay {
		return "", err
	}
	return p.halt, err
}

// releasable returns the broadcast, which stays as it is until the commit. Where it has a
// ceiling and the bot charges, only one transaction at a time releases of it: each knows
// what all before it have spent.
func (t *Tx) releasable(ctx context.Context, r Releasing) (m Mailing, err error) {
	query := broadcastingByID
	if r.Free > 0 {
		if m, err = t.broadcast(ctx, broadcastByID, r.Broadcast); err != nil {
			return m, err
		}
		if !m.Ceiling.IsZero() {
			query = lockBroadcast
		}
	}
	is, err := t.broadcast(ctx, query, r.Broadcast)
	if err == nil && r.Free > 0 && m.Ceiling.IsZero() && !is.Ceiling.IsZero() { // it has just got one: with the next look
		is.State = ""
	}
	return is, err
}
