package bot_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
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

// wholeBroadcast is a broadcast with something in every field that one has.
func wholeBroadcast() bot.Broadcast {
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + "ї", RU: s + "ы"} }
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	says := bot.Message{
		Text: "а", Buttons: [][]bot.Button{{{Label: "а", Action: "а", URL: "а"}}}, Edit: "1", Press: "1",
		Media: &bot.Media{Kind: bot.Photo, URL: "https://a.example/a.png", Name: "a"},
	}
	return bot.Broadcast{
		ID: "b", State: bot.BroadcastReview, Version: 2, Title: "Знижки", Topic: "news", Change: "c", ChangeVersion: 1, Text: w("1"), Digest: w("2"),
		Buttons: []bot.BroadcastButton{{Label: w("3"), URL: "https://a.example", Do: "ack"}}, Media: says.Media,
		Audience: bot.Audience{Tiers: []string{"vip"}}.Segment(), Start: at, Until: at, Zone: "Europe/Kyiv", Urgent: "так", Fallback: 5,
		Renderings: []bot.BroadcastRendering{{Channel: "telegram", Language: bot.Ukrainian, Hash: "v1:1"}},
		Answers:    &bot.Answering{Article: "a", Hash: "v1:4"},
		Filled:     &bot.Filled{Template: bot.Broadcast{Text: w("4")}, Words: map[bot.Slot]bot.Bilingual{bot.SlotWhere: w("5")}, From: at, Until: at},
		News: &bot.News{
			Stage: 1, Wrong: []int{1}, Topic: "tariff", Still: 2,
			Texts: []bot.NewsText{{Channel: "telegram", Language: bot.Ukrainian, Part: bot.StagePart(1), Hash: "v1:2", Message: says}},
		},
	}
}

// wholeArticle is an article with something in every field that one has.
func wholeArticle() bot.Article {
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + "ї", RU: s + "ы"} }
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	more := bot.Aliases{UK: []string{"а"}, RU: []string{"б"}}
	return bot.Article{
		ID: "a", Question: w("1"), Answer: w("2"), Aliases: more, Negatives: more, State: bot.ArticleReview, From: at, Until: at, Change: "c", Span: bot.SpanSince, Replaces: "b",
		TellAskers: true, Version: 2, DecidedBy: "u", Note: "н",
	}
}

// leaves calls f for every value within v that has no parts, by its path, so that f may
// change it. Nothing may be left empty but what segments and messages leave out by their
// nature: a field that comes later is looked at too, or the test fails.
func leaves(t *testing.T, path string, v reflect.Value, f func(path string, v reflect.Value)) {
	t.Helper()
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		f(path, v)
		return
	case reflect.TypeFor[bot.Segment]():
		for i := range v.NumField() {
			if part := v.Field(i); part.Kind() != reflect.Slice || part.Len() > 0 {
				if part.Kind() != reflect.Pointer || !part.IsNil() {
					leaves(t, path+"."+v.Type().Field(i).Name, part, f)
				}
			}
		}
		return
	case reflect.TypeFor[bot.Filled](): // its template is a broadcast itself, so that one text stands for all of it
		leaves(t, path+".Template.Text", v.FieldByName("Template").FieldByName("Text"), f)
		leaves(t, path+".From", v.FieldByName("From"), f)
		leaves(t, path+".Until", v.FieldByName("Until"), f)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(t, path+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case reflect.Slice:
		if v.Len() == 0 && v.Type() != reflect.TypeFor[[]string]() {
			t.Errorf("%s is empty", path)
		}
		for i := range v.Len() {
			leaves(t, fmt.Sprint(path, "/", i), v.Index(i), f)
		}
	case reflect.Pointer:
		if v.IsNil() {
			t.Errorf("%s is nil", path)
			return
		}
		leaves(t, path, v.Elem(), f)
	case reflect.String, reflect.Int, reflect.Int64, reflect.Bool:
		f(path, v)
	default:
		t.Errorf("%s: nobody has said how a %s becomes another", path, v.Type())
	}
}

// another makes the value another one.
func another(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(time.Second)))
	case v.Kind() == reflect.String:
		v.SetString(v.String() + "x")
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		v.SetInt(v.Int() + 1)
	}
}

// binds checks that the hash is another as soon as any field of whole is, but for those
// that no customer sees, which leave it as it is.
func binds(t *testing.T, whole any, hash func() string, fields int, unseen ...string) {
	t.Helper()
	is, seen := hash(), 0
	leaves(t, "", reflect.ValueOf(whole).Elem(), func(path string, v reflect.Value) {
		was := reflect.New(v.Type()).Elem()
		was.Set(v)
		another(v)
		if changed := hash() != is; changed == slices.ContainsFunc(unseen, func(u string) bool {
			return path == u || strings.HasPrefix(path, u+"/") || strings.HasPrefix(path, u+".")
		}) {
			t.Errorf("%T%s: the hash is another: %v", whole, path, changed)
		}
		v.Set(was)
		seen++
	})
	if seen < fields || hash() != is {
		t.Errorf("%T: %d fields were looked at", whole, seen)
	}
}

// Whatever a customer may see of a change, whom it is told and when, changes the hash of
// its approval: each field in each language, of each variant, and each rendering, word and
// messenger that is bound. What no customer sees does not. So it is of articles and of
// broadcasts.
func TestEveryFieldIsApproved(t *testing.T) {
	bound := func() bot.Bound {
		return bot.Bound{Hashes: []string{"v1:1", "v1:2"}, Words: bot.BoundWords{bot.Ukrainian: {"k": "так"}, bot.Russian: {"k": "да"}}, Kinds: []string{"telegram", "viber"}}
	}
	c, b, a := wholeChange(), wholeBroadcast(), wholeArticle()
	binds(t, &c, func() string { return c.ApprovedHash(bound()) }, 50, ".State", ".Version", ".Owner")
	binds(t, &b, func() string { return b.ApprovedHash() }, 40, ".State", ".Version", ".Title", ".Titles", ".Ceiling", ".Renderings/0.Digest") // which a rendering's own hash has
	binds(t, &a, func() string { return a.ApprovedHash() }, 10, ".State", ".Version", ".Aliases", ".Negatives", ".DecidedBy", ".Note")
	filled := b.ApprovedHash()
	for _, put := range []bot.Bilingual{{UK: "вулиця", RU: b.Filled.Words[bot.SlotWhere].RU}, {UK: b.Filled.Words[bot.SlotWhere].UK, RU: "улица"}} {
		other := b
		other.Filled = &bot.Filled{Template: b.Filled.Template, Words: map[bot.Slot]bot.Bilingual{bot.SlotWhere: put}, From: b.Filled.From, Until: b.Filled.Until}
		if other.ApprovedHash() == filled {
			t.Errorf("filled with %+v: the hash is the same", put)
		}
	}
	is := c.ApprovedHash(bound())
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
		{"d", 1, "telegram", bot.Ukrainian, bot.PartCard, "а"},
		{"c", 2, "telegram", bot.Ukrainian, bot.PartCard, "а"},
		{"c", 1, "viber", bot.Ukrainian, bot.PartCard, "а"},
		{"c", 1, "telegram", bot.Russian, bot.PartCard, "а"},
		{"c", 1, "telegram", bot.Ukrainian, bot.PartWhy, "а"},
		{"c", 1, "telegram", bot.Ukrainian, bot.PartCard, "б"},
	} {
		hashes[other.Hash()] = true
	}
	if len(hashes) != 7 {
		t.Errorf("%q", slices.Collect(maps.Keys(hashes)))
	}
}
