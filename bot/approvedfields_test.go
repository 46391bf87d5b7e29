package bot_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
)

// wholeChange is a change with something in every field that a sheet has.
func wholeChange() bot.Change {
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + "ї", RU: s + "ы"} }
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	vip := bot.Audience{Tiers: []string{"vip"}}.Segment()
	return bot.Change{
		ID: "c", Kind: bot.Tariff, State: bot.ChangeReview, Version: 2, Title: w("1"), Summary: w("2"), Reason: w("3"), Consequence: w("4"), Benefit: w("5"), ToDo: w("6"),
		From: at, Owner: "Продажі", Audience: vip,
		Particulars: bot.Particulars{
			Until: at, Groups: []bot.ChangeGroup{{Segment: vip, Impact: bot.ImpactHigh, Consequence: w("g"), ToDo: w("t"), Named: vip}},
			Sums: []bot.Sum{{What: w("s"), Amount: "260", Currency: "UAH"}}, Dates: []bot.NamedDate{{What: w("d"), At: at}}, Places: []bot.Place{{What: w("p"), Address: w("a")}},
			Links: []bot.NamedLink{{What: w("l"), URL: "https://a.example"}}, Questions: w("q"), Level: bot.LevelAcknowledge, AcknowledgeBy: at, ShortNotice: "так", AnnounceAt: at,
			NextNews: at, Stages: []bot.Stage{{At: at, Text: w("e")}}, Wrong: w("w"),
		},
	}
}

// leaves calls f for every value within v that has no parts, by its path, so that f may
// change it.
func leaves(path string, v reflect.Value, f func(path string, v reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		f(path, v)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			leaves(path+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			leaves(fmt.Sprint(path, "/", i), v.Index(i), f)
		}
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			leaves(path, v.Elem(), f)
		}
	case v.Kind() == reflect.String || v.Kind() == reflect.Int:
		f(path, v)
	}
}

// Whatever a customer may see of a change, whom it is told and when, changes the hash of
// its approval: each field in each language, of each variant, and each rendering, word and
// messenger that is bound. What no customer sees does not.
func TestEveryFieldIsApproved(t *testing.T) {
	bound := func() bot.Bound {
		return bot.Bound{Hashes: []string{"v1:1", "v1:2"}, Words: bot.BoundWords{bot.Ukrainian: {"k": "так"}, bot.Russian: {"k": "да"}}, Kinds: []string{"telegram", "viber"}}
	}
	is := wholeChange().ApprovedHash(bound())
	unseen := map[string]bool{".State": true, ".Version": true, ".Owner": true}
	seen := 0
	c := wholeChange()
	leaves("", reflect.ValueOf(&c).Elem(), func(path string, v reflect.Value) {
		was := reflect.New(v.Type()).Elem()
		was.Set(v)
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(time.Second)))
		case v.Kind() == reflect.String:
			v.SetString(v.String() + "x")
		default:
			v.SetInt(v.Int() + 1)
		}
		if changed := c.ApprovedHash(bound()) != is; changed == unseen[path] {
			t.Errorf("%s: the hash is another: %v", path, changed)
		}
		v.Set(was)
		seen++
	})
	if seen < 50 || c.ApprovedHash(bound()) != is {
		t.Errorf("%d fields were looked at", seen)
	}
	for what, change := range map[string]func(*bot.Bound){
		"a rendering":        func(b *bot.Bound) { b.Hashes[1] = "v1:3" },
		"a rendering less":   func(b *bot.Bound) { b.Hashes = b.Hashes[:1] },
		"a word, Ukrainian":  func(b *bot.Bound) { b.Words[bot.Ukrainian]["k"] = "ні" },
		"a word, Russian":    func(b *bot.Bound) { b.Words[bot.Russian]["k"] = "нет" },
		"a messenger more":   func(b *bot.Bound) { b.Kinds = append(b.Kinds, "webchat") },
		"a messenger's name": func(b *bot.Bound) { b.Kinds[0] = "webchat" },
	} {
		b := bound()
		if change(&b); wholeChange().ApprovedHash(b) == is {
			t.Errorf("%s: the hash is the same", what)
		}
	}
	r := bot.Rendering{Change: "c", Version: 1, Channel: "telegram", Language: bot.Ukrainian, Part: bot.PartCard, Template: "а"}
	hashes := map[string]bool{r.Hash(): true}
	for _, other := range []bot.Rendering{
		{"d", 1, "telegram", bot.Ukrainian, bot.PartCard, "а"}, {"c", 2, "telegram", bot.Ukrainian, bot.PartCard, "а"}, {"c", 1, "viber", bot.Ukrainian, bot.PartCard, "а"},
		{"c", 1, "telegram", bot.Russian, bot.PartCard, "а"}, {"c", 1, "telegram", bot.Ukrainian, bot.PartWhy, "а"}, {"c", 1, "telegram", bot.Ukrainian, bot.PartCard, "б"},
	} {
		hashes[other.Hash()] = true
	}
	if len(hashes) != 7 {
		t.Errorf("%q", slices.Collect(maps.Keys(hashes)))
	}
}
