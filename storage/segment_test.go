package storage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/bot/segmenttest"
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
		"-0", "-1.5", "1.50", "999999999999999", "1234567890.12345", "0.1", "-", "1.", ".5", "--1", "1-2", "1.2.3", "9", "10",
		"2024-02-29", "2026-03-29", "2026-10-25", "2026-11-28", "1976-11-30", "2027-01-01", "2026-02-31", "2026-1-01", "2026-11-28 ", "28.11.2026",
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
	p.RegionPath = rapid.SampledFrom([]string{"", "/a/", "/a/b/", "/b/", "/aa/b/c/", "/%/"}).Draw(rt, "area")
	for _, bot := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"telegram", "viber", "webchat"}), 0, 3, rapid.ID).Draw(rt, "bots") {
		p.Addresses = append(p.Addresses, address(bot, fmt.Sprint(n)))
	}
	drawFacts(rt, &p)
	return p
}

// moments are around the days on which clocks are put forward and back, at both ends
// of days in Kyiv and in UTC, and around now.
func moments() (all []time.Time) {
	for _, day := range []string{"2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26", "2026-11-01", "2026-11-28", "2026-11-29", "2025-11-28"} {
		for _, hour := range []time.Duration{0, 1, 3, 20, 21, 22, 23} {
			midnight, _ := time.Parse(time.DateOnly, day)
			all = append(all, midnight.Add(hour*time.Hour), midnight.Add(hour*time.Hour-time.Microsecond))
		}
	}
	return all
}

// drawFacts draws what the person did, and knows of changes, with what follows of the
// rows: whoever has no address never came.
func drawFacts(rt *rapid.T, p *bot.Person) {
	moment := rapid.SampledFrom(moments())
	if len(p.Addresses) > 0 {
		p.Facts.First, p.Facts.Last = moment.Draw(rt, "first"), moment.Draw(rt, "last")
	}
	for range rapid.IntRange(0, 2).Draw(rt, "tickets") {
		p.Facts.Tickets = append(p.Facts.Tickets, bot.Ticket{
			State:  rapid.SampledFrom([]bot.TicketState{bot.TicketWaiting, bot.TicketClosed}).Draw(rt, "state"),
			Reason: rapid.SampledFrom(bot.Reasons()).Draw(rt, "reason"), Topic: rapid.SampledFrom([]string{"", "c1", "c2", "%"}).Draw(rt, "about"),
			OpenedAt: moment.Draw(rt, "opened"),
		})
	}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"c1", "c2", "%"}), 0, 3, rapid.ID).Draw(rt, "changes") {
		yes := rapid.Bool()
		a := bot.Aware{
			Change: id, Told: yes.Draw(rt, "told"), OnItsWay: yes.Draw(rt, "way"), Unsure: yes.Draw(rt, "unsure"), Seen: yes.Draw(rt, "seen"),
			Acknowledged: yes.Draw(rt, "acknowledged"), Asked: yes.Draw(rt, "asked"),
		}
		for _, t := range p.Facts.Tickets {
			a.Complained = a.Complained || t.Topic == id && t.Reason == bot.ReasonComplaint
		}
		p.Facts.Changes = append(p.Facts.Changes, a)
	}
	for _, t := range p.Facts.Tickets { // a complaint tells of the change, whatever the ledger has
		known := slices.ContainsFunc(p.Facts.Changes, func(a bot.Aware) bool { return a.Change == t.Topic })
		if t.Topic != "" && t.Reason == bot.ReasonComplaint && !known {
			p.Facts.Changes = append(p.Facts.Changes, bot.Aware{Change: t.Topic, Complained: true})
		}
	}
}

func address(name, chat string) bot.Address { return bot.Address{Bot: name, Chat: chat} }

// drawSegment draws a tree that need not make sense: values that no person could
// write are compared too.
func drawSegment(rt *rapid.T, depth int) bot.Segment {
	return segmenttest.Kinds{
		Fields:    slices.DeleteFunc(bot.SegmentFields(), func(f string) bool { return f == bot.SavedField }),
		Attribute: func(rt *rapid.T) string { return rapid.SampledFrom(words()[1:]).Draw(rt, "attribute") },
		Units:     append(bot.Units(), "moon"),
		N: func(rt *rapid.T, _ bot.Unit) int {
			return rapid.SampledFrom([]int{0, 1, 2, 3, 28, 30, 365, 36500}).Draw(rt, "n")
		},
		Values: drawValues,
	}.Draw(rt, depth)
}

func drawValues(rt *rapid.T, field bot.SegmentField, op bot.Op) []string {
	values := words()
	switch {
	case op == bot.OpLess, op == bot.OpMost, op == bot.OpMore, op == bot.OpLeast:
		return []string{rapid.SampledFrom(values).Draw(rt, "bound")}
	case field.Name == bot.ChangeField || field.Name == "ticket.about":
		values = []string{"c1", "c2", "c3", "%", ""}
	case field.Name == bot.AreaField:
		values = []string{"a", "b", "c", "aa", "", "%", "a/b"}
	case field.Values != nil:
		values = append(field.Values, "", "other")
	case field.Moments():
		values = []string{"2026-03-29", "2026-10-25", "2026-11-28", "2026-11-01", "2026-02-31", "", "x"}
	}
	return rapid.SliceOfN(rapid.SampledFrom(values), 1, 6).Draw(rt, "values")
}

// drawCalendar draws a moment on a day that is no usual one, where the company may be.
func drawCalendar(rt *rapid.T) bot.Calendar {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Kyiv", "UTC", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia"}).Draw(rt, "zone"))
	if err != nil {
		rt.Fatal(err)
	}
	return bot.Calendar{Now: rapid.SampledFrom(append(moments(), time.Date(2025, 2, 28, 12, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 22, 30, 0, 0, time.UTC))).Draw(rt, "now"), Zone: zone}
}

// tidy returns the facts in an order of their own.
func tidy(f bot.Facts) bot.Facts {
	f.Tickets, f.Changes = slices.Clone(f.Tickets), slices.Clone(f.Changes)
	slices.SortFunc(f.Tickets, func(a, b bot.Ticket) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	slices.SortFunc(f.Changes, func(a, b bot.Aware) int { return strings.Compare(a.Change, b.Change) })
	return f
}

// putPeople makes the people all that there are.
func putPeople(t testing.TB, s *storage.Store, people []bot.Person) {
	t.Helper()
	for _, table := range []string{"contacts", "conversations", "ledger", "tickets", "tellings"} {
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
		for i, a := range p.Addresses { // those between are of no other day
			first, last := p.Facts.First.UnixMicro(), p.Facts.Last.UnixMicro()
			if i > 0 {
				first, last = max(first, p.Facts.First.Add(50*time.Hour).UnixMicro()), 0
			}
			put(t, s, `INSERT INTO conversations (bot, chat, contact, version, joined_at, last_at) VALUES ($1, $2, $3, 1, $4, $5)`, a.Bot, a.Chat, p.ID, first, last)
		}
		put(t, s, `UPDATE contacts SET region_path = $1 WHERE id = $2`, p.RegionPath, p.ID) // an import finds it by the region's name
		putFacts(t, s, p)
	}
}

func putFacts(t testing.TB, s *storage.Store, p bot.Person) {
	t.Helper()
	for i, one := range p.Facts.Tickets {
		put(t, s, `INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at) VALUES ('telegram', $1, $1, $2, $3, $4, $5, $6)`,
			fmt.Sprint(p.ID, "-", i), p.ID, one.State, one.Reason, one.Topic, one.OpenedAt.UnixMicro())
	}
	mark := func(is bool) int64 {
		if is {
			return 1700000000000000
		}
		return 0
	}
	for _, a := range p.Facts.Changes {
		if a != (bot.Aware{Change: a.Change, Complained: true}) {
			put(t, s, `INSERT INTO ledger (contact, change_id, told_at, on_its_way_at, unsure_at, acknowledged_at, asked_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)`,
				p.ID, a.Change, mark(a.Told), mark(a.OnItsWay), mark(a.Unsure), mark(a.Acknowledged), mark(a.Asked))
		}
		if a.Seen {
			put(t, s, `INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, created_at, seen_at) VALUES ('telegram', $1, 'x', $2, $1, 1, '', '', '', 1, 2)`, p.ID, a.Change)
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
			var ids []string
			for _, p := range people {
				ids = append(ids, p.ID)
			}
			for id, p := range must[map[string]bot.Person](t)(s.Knowing(t.Context(), ids, allNeeds)) {
				if diff := cmp.Diff(tidy(people[slices.Index(ids, id)].Facts), tidy(p.Facts)); diff != "" {
					rt.Fatalf("the facts of %+v:\n%s", p, diff)
				}
			}
			for range 8 {
				tree, now := drawSegment(rt, 4), drawCalendar(rt)
				var want []string
				for _, p := range people {
					if tree.Matches(p, now) {
						want = append(want, p.ID)
					}
				}
				in, out = in+len(want), out+len(people)-len(want)
				got, err := s.Members(t.Context(), tree, now)
				if err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					rt.Fatalf("%+v at %v of %+v:\n%s", tree, now, people, diff)
				}
				known, judged := must[map[string]bot.Person](t)(s.Knowing(t.Context(), ids, tree.Needs())), []string(nil)
				for _, id := range ids {
					p := known[id]
					if tree.Needs() == 0 {
						p = bot.Person{Contact: p.Contact} // what a turn has of them anyway
					}
					if tree.Matches(p, now) {
						judged = append(judged, id)
					}
				}
				if diff := cmp.Diff(want, judged); diff != "" {
					rt.Fatalf("by what it says that it needs, %+v at %v of %+v:\n%s", tree, now, people, diff)
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
	if name, ok := strings.CutPrefix(s.Field, bot.AttributeField); ok {
		out.Field = bot.AttributeField + "другий"
		if strings.ContainsAny(name, `"\\`) {
			out.Field += `"`
		}
	}
	out.Values = nil
	for i, v := range s.Values { // of the same form
		other := "інше"
		if lapse, ok := bot.LapseOf(v); ok && i == 0 {
			other = bot.Lapse{N: 17, Unit: lapse.Unit}.String()
		} else if numbers, days := s.Orders(); numbers {
			other = "17"
		} else if days || bot.IsDay(v) {
			other = "2001-01-01"
		} else if s.Op == bot.OpThis {
			other = "month"
		}
		out.Values = append(out.Values, other)
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
			if diff := cmp.Diff(want, must[[]string](t)(s.Members(t.Context(), tree, bot.Calendar{}))); diff != "" {
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
			if got, err := s.Members(t.Context(), tree, bot.Calendar{}); err == nil {
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
				if diff := cmp.Diff(want[c.ID], c.Audience); diff != "" || c.State != bot.ChangeAnnounced || c.Version != 7 {
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
		c := change(id, bot.ChangeAnnounced)
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
			c := change(id, bot.ChangeAnnounced)
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
