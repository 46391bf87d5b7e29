package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/locales"
	"visnyk/storage"
)

// usualPrice stands where nobody has set the price.
const usualPrice = "≈ 0,02 €"

// mayLeave returns a *bot.RefusedError that says why the reply must not leave, or
// asks what its writer has not confirmed.
func (d *Desk) mayLeave(ctx context.Context, tx *storage.Tx, held bot.Ticket, people []bot.Address, r ReplyTo) error {
	s, err := tx.Standing(ctx, held.ID)
	if err != nil {
		return err
	}
	if s.Reach == bot.Blocked {
		return bot.Refused("text", bot.FaultCustomerAway, nil)
	}
	paid, shut := d.session(held.Address.Bot, s.LastAt)
	if shut {
		return bot.Refused("text", bot.FaultSessionOver, nil)
	}
	newest, err := tx.NewestHeard(ctx, people)
	if err != nil {
		return err
	}
	if newest > r.Seen && r.Again == "" {
		return bot.Refused("seen", bot.FaultUnread, nil)
	}
	if err := d.inTheirLanguage(ctx, tx, held, s, r); err != nil {
		return err
	}
	if paid && !r.PriceOK {
		price, err := d.price(ctx, s.Phones)
		if err != nil {
			return err
		}
		return bot.Refused("text", bot.FaultPaid, bot.Data{"Price": price})
	}
	return nil
}

// inTheirLanguage asks, once for a ticket, whether another language than the
// customer's is meant.
func (d *Desk) inTheirLanguage(ctx context.Context, tx *storage.Tx, held bot.Ticket, s storage.Standing, r ReplyTo) error {
	written, sure := locales.Detect(r.Words.Text)
	if r.Again != "" || s.OtherLanguage || !sure || !s.Language.Known() || written == s.Language {
		return nil
	}
	if !r.LanguageOK {
		return bot.Refused("text", bot.FaultOtherTongue, nil)
	}
	_, err := tx.AllowOtherLanguage(ctx, held.ID)
	return err
}

// session reports whether words to somebody who last did something at the moment
// cost, or may not be said at all.
func (d *Desk) session(name string, last time.Time) (paid, shut bool) {
	ch, ok := d.channels[name]
	if !ok {
		return false, false
	}
	free := ch.Capabilities().Session
	if free.Length == 0 || time.Since(last) < free.Length {
		return false, false
	}
	return !free.Closed, free.Closed
}

// price returns what a message to somebody with these numbers costs now.
func (d *Desk) price(ctx context.Context, phones []string) (string, error) {
	set, _, err := d.store.Setting(ctx, bot.PriceSetting)
	if err != nil {
		return "", fmt.Errorf("read the price: %w", err)
	}
	all, _ := bot.ParsePrices(set) // it was looked at when it was set
	return cmp.Or(all.For(phones), usualPrice), nil
}

// Warning is what an operator is told before they write.
type Warning struct {
	Away     bool         // the customer has blocked us: nothing would reach them
	Shut     bool         // the messenger lets nobody write so long after their last message
	Price    string       // what a message costs now; "" where it is free
	Language bot.Language // the customer's; Unsure where nobody knows
	// OtherLanguage tells that somebody has chosen to answer in another.
	OtherLanguage bool
}

// Warn returns what an operator is told before they write to the customer of the
// ticket.
func (d *Desk) Warn(ctx context.Context, t bot.Ticket) (Warning, error) {
	s, err := d.store.Standing(ctx, t.ID)
	if err != nil {
		return Warning{}, err
	}
	w := Warning{Away: s.Reach == bot.Blocked, Language: s.Language, OtherLanguage: s.OtherLanguage}
	paid, shut := d.session(t.Address.Bot, s.LastAt)
	w.Shut = shut
	if paid {
		w.Price, err = d.price(ctx, s.Phones)
	}
	return w, err
}
