package broadcast

import (
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Cost is what messengers charge for messages.
type Cost struct {
	Charged int // messages that cost something
	// Sums are what they cost by the table of prices, in hundredths of a hundredth of the
	// currency, by what the table calls it.
	Sums map[string]int64
	// Unpriced are those for which the table says no number.
	Unpriced int
}

func (c *Cost) scale(of func(int) int) {
	c.Charged, c.Unpriced = of(c.Charged), of(c.Unpriced)
	for currency, sum := range c.Sums {
		c.Sums[currency] = int64(of(int(sum)))
	}
}

// free is for how long after what a person did messages to them cost nothing; 0: they
// never cost anything.
func (m Messenger) free() time.Duration {
	if can := m.Capabilities(); !can.Session.Closed {
		return can.Session.Length
	}
	return 0
}

// calls is how many messages what somebody is told counts as at the messenger.
func (s *Broadcasts) calls(to Messenger, m storage.Mailing) (n int) {
	if to.Channel == nil {
		return 1
	}
	says := bot.Message{Text: "x"}
	switch {
	case m.News == nil:
		if own, err := s.message(m.Broadcast, bot.Ukrainian, says.Text, open, open); err == nil {
			says.Buttons = own.Buttons
		}
	default:
		if i := slices.IndexFunc(m.News.Texts, func(t bot.NewsText) bool { return t.Channel == to.Kind }); i >= 0 {
			says.Buttons = m.News.Texts[i].Message.Buttons
		}
	}
	parts, err := to.Render(says)
	if err != nil {
		return 1
	}
	for _, p := range parts {
		n += bot.Calls(to.Channel, p)
	}
	return n
}

// cost is what the messages to the contacts cost, by the table of prices.
func (s *Broadcasts) cost(ctx context.Context, contacts []string) (c Cost, err error) {
	c = Cost{Charged: len(contacts), Sums: map[string]int64{}}
	if len(contacts) == 0 {
		return c, nil
	}
	set, _, err := s.store.Setting(ctx, bot.PriceSetting)
	if err != nil {
		return c, err
	}
	prices, _ := bot.ParsePrices(set) // it was checked when it was set
	for len(contacts) > 0 {
		n := min(foreseenAtOnce, len(contacts))
		phones, err := s.store.PhonesOf(ctx, contacts[:n])
		if err != nil {
			return c, err
		}
		for _, id := range contacts[:n] {
			if m, ok := bot.ParseMoney(prices.For(phones[id])); ok {
				c.Sums[m.Currency] += m.Sum
			} else {
				c.Unpriced++
			}
		}
		contacts = contacts[n:]
	}
	return c, nil
}
