package bot_test

import (
	"testing"
	"time"

	"visnyk/bot"
)

func TestApprovalBy(t *testing.T) {
	me := bot.Actor{User: "me", Role: bot.Admin}
	for name, c := range map[string]struct {
		a         bot.Approval
		as        bot.Role
		alone, ok bool
	}{
		"somebody else's":           {bot.Approval{Writers: []string{"you"}, Approvers: []string{"me"}}, bot.Approver, false, true},
		"nobody's":                  {bot.Approval{}, bot.Admin, false, true},
		"one's own":                 {bot.Approval{Writers: []string{"you", "me"}, Approvers: []string{"me"}}, bot.Approver, false, false},
		"alone, and it is let":      {bot.Approval{Writers: []string{"me"}, Approvers: []string{"me"}, Alone: true}, bot.Admin, true, true},
		"let, and not alone":        {bot.Approval{Writers: []string{"me"}, Approvers: []string{"me", "you"}, Alone: true}, bot.Admin, false, false},
		"let, and the other wrote":  {bot.Approval{Writers: []string{"me", "you"}, Approvers: []string{"me", "you"}, Alone: true}, bot.Admin, false, false},
		"a role that does not":      {bot.Approval{Alone: true}, bot.Marketer, false, false},
		"somebody else's, when let": {bot.Approval{Writers: []string{"you"}, Approvers: []string{"me"}, Alone: true}, bot.Admin, false, true},
	} {
		me.Role = c.as
		if alone, err := c.a.By(me); alone != c.alone || (err == nil) != c.ok {
			t.Errorf("%s: %v, %v", name, alone, err)
		}
	}
}

// These stand in audits: whoever makes the form another one gives it another name.
func TestApprovedHashes(t *testing.T) {
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + "ї", RU: s + "ы"} }
	at := time.Date(2027, 1, 2, 3, 4, 5, 6000, time.FixedZone("", 7200))
	a := bot.Article{ID: "a", Question: w("q"), Answer: w("a"), From: at, Until: at.Add(time.Hour), Change: "c"}
	c := bot.Change{
		ID: "c", Kind: bot.Tariff, Title: w("1"), Summary: w("2"), Reason: w("3"), Consequence: w("4"), Benefit: w("5"), ToDo: w("6"),
		From: at, Audience: bot.Audience{Tiers: []string{"vip"}}.Segment(),
	}
	for _, h := range [][2]string{
		{a.ApprovedHash(), "v1:5580cab84782bd5c4eac0fe13036fcd2386982a0bb02a6d3bb58a4fd2be3b477"},
		{c.ApprovedHash(bot.Bound{}), "v1:e599311a8a99059fac365f0392f16b1f281fe96aea4a396c37224c5100fc8cca"},
	} {
		if h[0] != h[1] {
			t.Errorf("%s, want %s", h[0], h[1])
		}
	}
	// What is found, not told, and what moves, is not in it.
	b, d := a, c
	b.Aliases, b.State, b.Version, b.From, d.State, d.Version, d.Owner = bot.Aliases{UK: []string{"x"}}, bot.ArticleApproved, 9, at.UTC(), bot.ChangeClosed, 9, "o"
	if b.ApprovedHash() != a.ApprovedHash() || d.ApprovedHash(bot.Bound{}) != c.ApprovedHash(bot.Bound{}) {
		t.Error("more is hashed than is approved")
	}
}
