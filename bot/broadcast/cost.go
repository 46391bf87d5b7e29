package broadcast

import (
	"context"
	"regexp"
	"strconv"
	"strings"

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

// priced finds the number in a price, and what it is in.
var priced = regexp.MustCompile(`^([^\d]*?)\s*(\d{1,6})(?:[.,](\d{1,4}))?\s*([^\d]*)$`)

// amount reads a price such as 0,05 €: in hundredths of a hundredth.
func amount(price string) (sum int64, currency string, ok bool) {
	m := priced.FindStringSubmatch(strings.TrimSpace(price))
	if m == nil {
		return 0, "", false
	}
	sum, err := strconv.ParseInt(m[2]+(m[3] + "0000")[:4], 10, 64)
	return sum, strings.TrimSpace(m[1] + m[4]), err == nil
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
			if sum, currency, ok := amount(prices.For(phones[id])); ok {
				c.Sums[currency] += sum
			} else {
				c.Unpriced++
			}
		}
		contacts = contacts[n:]
	}
	return c, nil
}
