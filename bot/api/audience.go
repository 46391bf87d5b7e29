package api

import "visnyk/bot"

// audienceBody is whom a change concerns, in either of its forms: the lists of
// bot.Audience, or the tree of bot.Segment where lists do not say it. What can be
// said in lists is answered in lists, so clients that know no trees go on.
type audienceBody struct {
	Kinds   []string `json:"kinds,omitempty"`
	Tiers   []string `json:"tiers,omitempty"`
	Regions []string `json:"regions,omitempty"`

	And    []bot.Segment `json:"and,omitempty"`
	Or     []bot.Segment `json:"or,omitempty"`
	Not    *bot.Segment  `json:"not,omitempty"`
	Field  string        `json:"field,omitempty"`
	Op     bot.Op        `json:"op,omitempty"`
	Values []string      `json:"values,omitempty"`
}

// segment returns the segment that the body says in one of its forms.
func (b audienceBody) segment() (bot.Segment, error) {
	lists := bot.Audience{Kinds: b.Kinds, Tiers: b.Tiers, Regions: b.Regions}.Segment()
	tree := bot.Segment{And: b.And, Or: b.Or, Not: b.Not, Condition: bot.Condition{Field: b.Field, Op: b.Op, Values: b.Values}}
	switch {
	case lists.Everyone():
		return tree, nil
	case tree.Everyone():
		return lists, nil
	}
	return bot.Segment{}, bot.Invalid("audience", bot.FaultTwoForms, nil)
}

// emptied finds a list that is there and names nobody. Left out it means everyone, and
// whoever sends one that came out empty does not mean that.
func (b audienceBody) emptied(field string) error {
	for _, list := range []struct {
		name   string
		values []string
	}{{"kinds", b.Kinds}, {"tiers", b.Tiers}, {"regions", b.Regions}, {"values", b.Values}} {
		if list.values != nil && len(list.values) == 0 {
			return bot.Invalid(field+"/"+list.name, bot.FaultNameless, nil)
		}
	}
	if b.And != nil && len(b.And) == 0 || b.Or != nil && len(b.Or) == 0 {
		return bot.Invalid(field, bot.FaultNode, nil)
	}
	return nil
}

func showAudience(s bot.Segment) audienceBody {
	if a, ok := s.Audience(); ok {
		return audienceBody{Kinds: a.Kinds, Tiers: a.Tiers, Regions: a.Regions}
	}
	return audienceBody{And: s.And, Or: s.Or, Not: s.Not, Field: s.Field, Op: s.Op, Values: s.Values}
}
