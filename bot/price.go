package bot

import (
	"strings"
	"unicode/utf8"
)

// PriceSetting is the setting with what a message costs outside of a messenger's free
// time, as operators are shown it: a row for everybody, and one for each beginning of
// phone numbers that differs, "+48 0,05 €".
const PriceSetting = "desk.price"

const (
	// PriceMost is how many characters a price has at most.
	PriceMost = 40
	// PricesMost is how many rows a table of prices has at most.
	PricesMost = 50
)

// Prices are what a message costs, by the beginnings of phone numbers; "" is for
// everybody else.
type Prices map[string]string

// ParsePrices reads a table of prices, a row each; ok is false where a row is none, or
// stands twice.
func ParsePrices(text string) (all Prices, ok bool) {
	all = Prices{}
	for row := range strings.Lines(text) {
		row = strings.TrimSpace(row)
		if row == "" {
			continue
		}
		begins, price := "", row
		if strings.HasPrefix(row, "+") {
			begins, price, _ = strings.Cut(row, " ")
			price = strings.TrimSpace(price)
			if digits := begins[1:]; digits == "" || strings.Trim(digits, "0123456789") != "" {
				return nil, false
			}
		}
		if _, twice := all[begins]; twice || price == "" || utf8.RuneCountInString(price) > PriceMost || len(all) == PricesMost {
			return nil, false
		}
		all[begins] = price
	}
	return all, true
}

// For returns what a message to somebody with these numbers costs: by the longest
// beginning of one of them, else as for everybody; "" where nothing says.
func (p Prices) For(phones []string) string {
	longest := ""
	for begins := range p {
		for _, phone := range phones {
			if len(begins) > len(longest) && strings.HasPrefix(phone, begins) {
				longest = begins
			}
		}
	}
	return p[longest]
}
