package search

import (
	"slices"
	"testing"
)

// TestLexicon holds that a word names its group in any form, and that a common
// word or a short stem names none by chance.
func TestLexicon(t *testing.T) {
	l := general()
	for _, c := range []struct {
		text, group string
		named       bool
	}{
		{"скасувала", "cancel", true},
		{"отменили", "cancel", true},
		{"воду", "water", true},
		{"вернуть деньги", "refund", true},
		{"скидкы", "cheap", true}, // misspelt
		{"почему", "price", false},
		{"почём", "price", true},
		{"треба", "rules", false},
		{"после", "send", false},
		{"лет", "leak", false},
		{"семь", "family", false},
		{"сем'ї", "family", true},
		{"вид", "away", false},
		{"куда деть приставку", "child", false},
		{"діти", "child", true},
		{"дату", "give", false},
		{"перенесли дату", "date", true},
		{"дайте", "give", true},
		{"інет", "internet", true},
		{"инета", "internet", true},
		{"глючить", "outage", true},
		{"висне", "outage", true},
		{"відвалюється", "outage", true},
		{"отваливается", "outage", true},
		{"не ловит", "outage", true},
		{"тупить", "slow", true},
		{"лагает", "slow", true},
		{"долг", "slow", false},
		{"накрутили", "charge", true},
		{"здерли", "charge", true},
		{"ободрали", "charge", true},
		{"слезть с", "change", true},
		{"принтер", "charger", false},
	} {
		found := l.hear(tokens(c.text), true)
		named := slices.ContainsFunc(found, func(h heard) bool { return l.names[h.concept] == c.group })
		if named != c.named {
			t.Errorf("%q names %s: %v", c.text, c.group, named)
		}
	}
}
