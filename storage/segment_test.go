package storage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// words are values that databases are known to treat differently: case in
// Cyrillic, letters composed in two ways, spaces, quotes, what looks like a
// pattern, a number or SQL, and nothing at all.
func words() []string {
	return []string{
		"", "Київ", "київ", "КИЇВ", "Київ ", "Ки\u0456\u0308в", "Ґанок", "Ёлка", "ёлка", "straße", "STRASSE", "İ", "i",
		"%", "_", "а%", `\`, `"`, `'`, `''; DROP TABLE contacts; --`, "$1", "?1", "{k}", "{name}", "1", "01", "1.0", "true", "null", "[]", "{}",
		"<b>&amp;", "\u2028", "a\tb", "🙂", "vip", "VIP", "uk", "ru", "client", "staff", "telegram",
	}
}

func drawPerson(rt *rapid.T, n int) bot.Person {
	word := rapid.SampledFrom(words())
	p := bot.Person{
		Contact: bot.Contact{
			ID: fmt.Sprintf("p%02d", n), External: fmt.Sprint("e", n),
			Language: bot.Language(rapid.SampledFrom([]string{"", "uk", "ru"}).Draw(rt, "language")),
			Kind:     rapid.SampledFrom(append(bot.ContactKinds(), "")).Draw(rt, "kind"),
			Tier:     rapid.SampledFrom(append(bot.ContactTiers(), "")).Draw(rt, "tier"),
			Region:   word.Draw(rt, "region"),
			Zone:     word.Draw(rt, "zone"),
		},
		Attributes: rapid.MapOfN(word, word, 0, 4).Draw(rt, "attributes"),
		Tags:       rapid.SliceOfN(word, 0, 3).Draw(rt, "tags"),
	}
	for _, bot := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"telegram", "viber", "webchat"}), 0, 3, rapid.ID).Draw(rt, "bots") {
		p.Addresses = append(p.Addresses, address(bot, fmt.Sprint(n)))
	}
	return p
}

func address(name, chat string) bot.Address { return bot.Address{Bot: name, Chat: chat} }

// drawSegment draws a tree that need not make sense: values that no person could
// write are compared too.
func drawSegment(rt *rapid.T, depth int) bot.Segment {
	form := 0
	if depth > 0 {
		form = rapid.IntRange(0, 4).Draw(rt, "form")
	}
	parts := func() (all []bot.Segment) {
		for range rapid.IntRange(1, 3).Draw(rt, "parts") {
			all = append(all, drawSegment(rt, depth-1))
		}
		return all
	}
	switch form {
	case 1:
		return bot.All(parts()...)
	case 2:
		return bot.Any(parts()...)
	case 3:
		return bot.None(drawSegment(rt, depth-1))
	}
	field := rapid.SampledFrom(bot.SegmentFields()).Draw(rt, "field")
	if field == bot.AttributeField {
		field += rapid.SampledFrom(words()[1:]).Draw(rt, "attribute")
	}
	if rapid.IntRange(0, 3).Draw(rt, "op") == 0 {
		return bot.Has(field)
	}
	return bot.In(field, rapid.SliceOfN(rapid.SampledFrom(words()), 1, 6).Draw(rt, "values")...)
}

// putPeople makes the people all that there are.
func putPeople(t testing.TB, s *storage.Store, people []bot.Person) {
	t.Helper()
	for _, table := range []string{"contacts", "conversations", "ledger"} {
		put(t, s, "DELETE FROM "+table)
	}
	err := s.InTx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.ImportContacts(t.Context(), people)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		for _, a := range p.Addresses {
			put(t, s, `INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ($1, $2, $3, 1, 1)`, a.Bot, a.Chat, p.ID)
		}
	}
}

func put(t testing.TB, s *storage.Store, query string, values ...any) {
	t.Helper()
	if _, err := s.Exec(t.Context(), query, values...); err != nil {
		t.Fatal(err)
	}
}

// Whatever tree and whatever people, Go and both databases say the same, and the
// tree comes back from JSON as it was.
func TestSegmentsAreTheSameEverywhere(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		in, out := 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			var people []bot.Person
			for n := range rapid.IntRange(1, 8).Draw(rt, "people") {
				people = append(people, drawPerson(rt, n))
			}
			putPeople(t, s, people)
			for range 8 {
				tree := drawSegment(rt, 4)
				var want []string
				for _, p := range people {
					if tree.Matches(p, bot.Calendar{}) {
						want = append(want, p.ID)
					}
				}
				in, out = in+len(want), out+len(people)-len(want)
				got, err := s.Members(t.Context(), tree)
				if err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					rt.Fatalf("%+v of %+v:\n%s", tree, people, diff)
				}
				var back bot.Segment
				if text := must[[]byte](t)(json.Marshal(tree)); json.Unmarshal(text, &back) != nil || cmp.Diff(tree, back) != "" {
					rt.Fatalf("%+v came back from %s as %+v", tree, text, back)
				}
			}
		})
		if in < 200 || out < 200 {
			t.Errorf("%d times somebody was in and %d times out: the trees say nothing", in, out)
		}
	})
}

func TestSegmentFieldsHaveSQL(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		got := s.SegmentFields()
		slices.Sort(got)
		if diff := cmp.Diff(bot.SegmentFields(), got); diff != "" {
			t.Error(diff)
		}
	})
}

// replaced returns the tree with other values, and other names of attributes.
func replaced(s bot.Segment) bot.Segment {
	parts := func(all []bot.Segment) (other []bot.Segment) {
		for _, one := range all {
			other = append(other, replaced(one))
		}
		return other
	}
	out := bot.Segment{And: parts(s.And), Or: parts(s.Or), Condition: s.Condition}
	if s.Not != nil {
		not := replaced(*s.Not)
		out.Not = &not
	}
	if strings.HasPrefix(s.Field, bot.AttributeField) {
		out.Field = bot.AttributeField + "другий"
	}
	if len(s.Values) > 0 {
		out.Values = []string{"інше"}
	}
	return out
}

// FuzzSegment takes any text for a segment: what passes as one is the same people
// in Go and in both databases, and its SQL is the same whatever the values are.
func FuzzSegment(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"field":"tier","op":"in","values":["vip"]}`, `{"field":"attributes.plan","op":"known"}`,
		`{"field":"tier","op":"in","values":["' OR 1=1 --"]}`, `{"field":"region","op":"in","values":["a=1 or 1=1","$1","?"]}`,
		`{"field":"attributes.') OR TRUE --","op":"in","values":["x"]}`, `{"field":"attributes.область","op":"in","values":["Київ"]}`,
		`{"field":"tier' OR TRUE --","op":"known"}`, `{"field":"tier","op":"= tier OR"}`, `{"field":"tags","op":"in","values":[]}`, `{"and":[]}`,
		`{"not":{"or":[{"field":"kind","op":"in","values":["client"]},{"and":[{"field":"bot","op":"known"},{"field":"zone","op":"known"}]}]}}`,
		strings.Repeat(`{"not":`, 9000) + `{}` + strings.Repeat(`}`, 9000), strings.Repeat(`{"and":[`, 20) + `{}` + strings.Repeat(`]}`, 20),
	} {
		f.Add(seed)
	}
	random := rapid.Custom(func(rt *rapid.T) bot.Person { return drawPerson(rt, 0) })
	people := make([]bot.Person, 200)
	for n := range people {
		people[n] = random.Example(n)
		people[n].ID, people[n].External = fmt.Sprintf("p%03d", n), fmt.Sprint("e", n)
		for i := range people[n].Addresses {
			people[n].Addresses[i].Chat = fmt.Sprint(n)
		}
	}
	stores := []*storage.Store{storagetest.Open(f, storagetest.SQLiteURL(f)), storagetest.Open(f, storagetest.PostgresURL(f))}
	for _, s := range stores {
		putPeople(f, s, people)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var tree bot.Segment
		if json.Unmarshal([]byte(text), &tree) != nil || len(tree.Faults("s")) > 0 {
			return
		}
		var want []string
		for _, p := range people {
			if tree.Matches(p, bot.Calendar{}) {
				want = append(want, p.ID)
			}
		}
		for _, s := range stores {
			if diff := cmp.Diff(want, must[[]string](t)(s.Members(t.Context(), tree))); diff != "" {
				t.Errorf("%s:\n%s", text, diff)
			}
			if sql, other := must[string](t)(s.SegmentSQL(tree)), must[string](t)(s.SegmentSQL(replaced(tree))); sql != other {
				t.Errorf("%s stands in its SQL: %s, and with other values %s", text, sql, other)
			}
		}
	})
}

// What is no field or comparison is refused, also where nobody looked at the tree
// before.
func TestSegmentsHoldNoForeignSQL(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for _, tree := range []bot.Segment{bot.In(`tier' OR TRUE --`, "x"), bot.Has("name"), {Condition: bot.Condition{Field: "tier", Op: "= tier OR"}}} {
			if got, err := s.Members(t.Context(), tree); err == nil {
				t.Errorf("%+v: %v", tree, got)
			}
		}
	})
}

// The lists that stood beside a change become the tree that they mean, and a
// change that was approved stays so, in its version.
func TestAudiencesBecomeSegments(t *testing.T) {
	for name, url := range map[string]string{
		"postgres": storagetest.EmptyPostgresURL(t), "sqlite": "sqlite:" + t.TempDir() + "/old.db",
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := storagetest.Open(t, url)
			ok(t, s.MigrateTo(ctx, 13))
			want := map[string]bot.Segment{
				"all":  {},
				"some": bot.Audience{Regions: []string{`"Київ"`, `\`, `Кам'янець`}}.Segment(),
				"few":  bot.Audience{Kinds: []string{"client", "staff"}, Tiers: []string{"vip"}, Regions: []string{"Львів"}}.Segment(),
			}
			for id, whom := range want {
				must[int](t)(s.Exec(ctx, `INSERT INTO changes (id, kind, state, version, content) VALUES ($1, 'tariff', 'approved', 7, '{}')`, id))
				for _, part := range whom.And {
					for _, v := range part.Values {
						must[int](t)(s.Exec(ctx, `INSERT INTO audiences (change_id, field, value) VALUES ($1, $2, $3)`, id, part.Field, v))
					}
				}
			}
			must[[]string](t)(s.Migrate(ctx))
			for _, c := range must[[]bot.Change](t)(s.Changes(ctx)) {
				if diff := cmp.Diff(want[c.ID], c.Audience); diff != "" || c.State != bot.ChangeApproved || c.Version != 7 {
					t.Errorf("%s is %s in version %d:\n%s", c.ID, c.State, c.Version, diff)
				}
			}
			if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
				t.Errorf("verify: %q", problems)
			}
		})
	}
}

// A replica of the version before segments reads lists while it still runs: those
// of changes that lists say, and for any other tree one that fits nobody, so that
// it tells nobody of what does not concern them.
func TestOlderReplicasReadLists(t *testing.T) { // F16
	ctx := t.Context()
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	lists := bot.Audience{Kinds: []string{"client"}, Tiers: []string{"new", "vip"}, Regions: []string{`"Київ"`}}.Segment()
	put := func(id string, whom bot.Segment) {
		t.Helper()
		c := change(id, bot.ChangeApproved)
		c.Audience = whom
		ok(t, s.PutChanges(ctx, []bot.Change{c}))
	}
	for id, whom := range map[string]bot.Segment{
		"all": {}, "lists": lists, "one": bot.In("tier", "vip"), "twice": bot.All(bot.In("tier", "vip"), bot.In("tier", "new")),
		"more": bot.All(bot.In("tier", "vip"), bot.In("tags", "борг")), "nested": bot.All(bot.Any(bot.In("tier", "vip"))),
		"known": bot.All(bot.Has("region")), "not": bot.None(bot.In("tier", "vip")),
	} {
		put(id, whom)
	}
	var want []string
	for _, id := range []string{"known", "more", "nested", "not", "one", "twice"} {
		want = append(want, id+" kind ")
	}
	want = append(want, "lists kind client", `lists region "Київ"`, "lists tier new", "lists tier vip")
	slices.Sort(want)
	got := must[[]string](t)(s.Strings(ctx, `SELECT change_id || ' ' || field || ' ' || value FROM audiences ORDER BY 1`))
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// As that version asks whom it concerns: with a row of contacts.
	must[[]string](t)(s.Strings(ctx, `SELECT k.id FROM contacts k CROSS JOIN changes c
		WHERE (c.id, k.tier) IN (SELECT a.change_id, a.value FROM audiences a WHERE a.field = 'tier')`))
	if _, err := s.Exec(ctx, `DELETE FROM audiences WHERE change_id = 'lists'`); err == nil {
		t.Error("an older replica can write a change")
	}
}

// What a turn makes of a person counts like what the company says: the language
// they chose, the bot they came by.
func TestTurnsMoveTheLedger(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		whom := map[string]bot.Segment{
			"ru": bot.In("language", "ru"), "here": bot.In("bot", telegram), "there": bot.None(bot.In("bot", telegram)), "uk": bot.In("language", "uk"),
		}
		for id, segment := range whom {
			c := change(id, bot.ChangeApproved)
			c.Audience = segment
			ok(t, s.PutChanges(ctx, []bot.Change{c}))
		}
		l := lease(t, s, telegram, "me")
		person := contact("1")
		said := func(version int64, in bot.Language) {
			t.Helper()
			person.Language = in
			turn(t, s, l, "1", storage.TurnWrite{Contact: person, Conversation: conversation("1", version)})
			for id, segment := range whom {
				want := 0
				if segment.Matches(bot.Person{Contact: *person, Addresses: []bot.Address{at("1")}}, bot.Calendar{}) {
					want = 1
				}
				if got := rowsOf(t, s, person.ID, id); got != want {
					t.Errorf("in %q: %d rows of %s, want %d", in, got, id, want)
				}
			}
		}
		said(1, bot.Ukrainian)
		said(2, bot.Russian)
	})
}
