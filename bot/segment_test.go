package bot_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

func TestSegmentMatches(t *testing.T) {
	olena := bot.Person{
		Contact:    bot.Contact{Tier: "vip", Region: "Київ", Language: bot.Ukrainian},
		Attributes: map[string]string{"plan": "100", "blank": ""}, Tags: []string{"борг", ""},
		Addresses: []bot.Address{{Bot: "viber", Chat: "1"}},
	}
	for name, c := range map[string]struct {
		s    bot.Segment
		want bool
	}{
		"everyone":                   {bot.Segment{}, true},
		"a blank kind is a client":   {bot.In("kind", "client"), true},
		"and no other":               {bot.In("kind", "partner", "staff"), false},
		"one of":                     {bot.In("region", "Львів", "Київ"), true},
		"case counts":                {bot.In("region", "київ"), false},
		"a tag":                      {bot.In("tags", "борг"), true},
		"an attribute":               {bot.In("attributes.plan", "100"), true},
		"an attribute's name counts": {bot.In("attributes.Plan", "100"), false},
		"a bot":                      {bot.In("bot", "viber"), true},
		"what is blank is not known": {bot.Has("attributes.blank"), false},
		"nor is it one of":           {bot.In("attributes.blank", ""), false},
		"what is missing is in not":  {bot.None(bot.In("zone", "Europe/Kyiv")), true},
		"and":                        {bot.All(bot.In("tier", "vip"), bot.In("region", "Львів")), false},
		"or":                         {bot.Any(bot.In("tier", "vip"), bot.In("region", "Львів")), true},
		"not or":                     {bot.None(bot.Any(bot.In("tier", "new"), bot.In("region", "Львів"))), true},
		"a field nobody has":         {bot.In("shoe size", "42"), false},
	} {
		if got := c.s.Matches(olena, bot.Calendar{}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What the lists say, the tree says, and the way back is the same.
func TestAudienceIsASegment(t *testing.T) {
	for _, a := range []bot.Audience{
		{},
		{Kinds: []string{"client"}},
		{Tiers: []string{"vip", "new"}, Regions: []string{"Київ"}},
		{Kinds: []string{"staff"}, Tiers: []string{"vip"}, Regions: []string{"Львів", "Київ"}},
	} {
		if got, ok := a.Segment().Audience(); !ok || !reflect.DeepEqual(got, a) {
			t.Errorf("%+v became %+v, %v", a, got, ok)
		}
	}
	for _, s := range []bot.Segment{
		bot.In("kind", "client"), bot.None(bot.In("kind", "client")), bot.All(bot.In("tags", "борг")),
		bot.All(bot.In("tier", "vip"), bot.In("tier", "new")), bot.All(bot.In("tier", "vip"), bot.In("kind", "client")),
		bot.All(bot.Has("tier")), bot.Any(bot.In("tier", "vip")),
	} {
		if a, ok := s.Audience(); ok {
			t.Errorf("%+v is said to be %+v", s, a)
		}
	}
}

func TestSegmentFaults(t *testing.T) {
	deep := bot.Has("tier")
	for range bot.MaxSegmentDepth {
		deep = bot.None(deep)
	}
	many := slices.Repeat([]bot.Segment{bot.Has("tier")}, bot.MaxSegmentConditions+1)
	for name, c := range map[string]struct {
		json string
		s    bot.Segment
		want string
	}{
		"everyone":            {json: `{}`},
		"a tree":              {json: `{"or":[{"field":"tier","op":"in","values":["vip"]},{"not":{"field":"attributes.plan","op":"known"}}]}`},
		"two in a node":       {json: `{"or":[{"field":"tier","op":"known"}],"and":[{"field":"tier","op":"known"}]}`, want: "a"},
		"everyone within":     {json: `{"or":[{"field":"tier","op":"known"},{}]}`, want: "a.or.1"},
		"nothing to be in":    {json: `{"or":[]}`, want: "a"},
		"an empty list":       {json: `{"not":{"or":[]}}`, want: "a.not"},
		"no such field":       {json: `{"field":"shoe","op":"known"}`, want: "a.field"},
		"an attribute nobody": {json: `{"field":"attributes.","op":"known"}`, want: "a.field"},
		"no op":               {json: `{"field":"tier","values":["vip"]}`, want: "a.op"},
		"values of known":     {json: `{"field":"tier","op":"known","values":["vip"]}`, want: "a.values"},
		"no values":           {json: `{"field":"tier","op":"in"}`, want: "a.values"},
		"a foreign value":     {json: `{"and":[{"field":"zone","op":"known"},{"field":"language","op":"in","values":["en"]}]}`, want: "a.and.1.values"},
		"a blank value":       {json: `{"field":"region","op":"in","values":[""]}`, want: "a.values"},
		"in lists":            {json: `{"and":[{"field":"tier","op":"in","values":["gold"]}]}`, want: "a.tiers"},
		"too deep":            {s: deep, want: "a"},
		"too many":            {s: bot.Any(many...), want: "a"},
		"too many values":     {s: bot.In("region", slices.Repeat([]string{"x"}, bot.MaxSegmentValues+1)...), want: "a"},
		"a long value":        {s: bot.In("region", strings.Repeat("ї", 1001)), want: "a.values"},
		"NUL":                 {s: bot.In("region", "a\x00"), want: "a.values"},
	} {
		if c.json != "" {
			if err := json.Unmarshal([]byte(c.json), &c.s); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		faults := c.s.Faults("a")
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || faults[0].Field != c.want) {
			t.Errorf("%s: %+v, want %q", name, faults, c.want)
		}
	}
}
