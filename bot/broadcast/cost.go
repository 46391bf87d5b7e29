package broadcast

import (
	"context"
	"time"

	"visnyk/bot"
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
