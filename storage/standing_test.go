package storage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// standings counts how people stand to the change by what the rows say, one by one.
func standings(t *testing.T, s *storage.Store, change string) map[string]int {
	t.Helper()
	is := map[string]int{}
	for _, row := range must[[]string](t)(s.Strings(t.Context(), `
SELECT l.contact || ' ' || l.told_at || ' ' || l.unsure_at || ' ' || l.acknowledged_at || ' ' || l.acknowledged_version || ' ' || l.asked_at
	|| ' ' || l.complained_at || ' ' || CASE WHEN l.late THEN 1 ELSE 0 END || ' ' || CASE WHEN l.unreached = '' THEN '-' ELSE replace(l.unreached, ' ', '_') END
FROM ledger l WHERE l.change_id = '`+change+`'`)) {
		var contact, reason string
		var told, unsure, acknowledged, version, asked, complained, late int
		if _, err := fmt.Sscan(row, &contact, &told, &unsure, &acknowledged, &version, &asked, &complained, &late, &reason); err != nil {
			t.Fatal(row, err)
		}
		st := bot.Standing{Asked: asked != 0, Complained: complained != 0, Late: late != 0}
		var best, blind bool
		var seenBest bool
		var first int
		for _, line := range must[[]string](t)(s.Strings(t.Context(), `
SELECT t.bot || ' ' || d.language || ' ' || t.version || ' ' || t.outcome || ' ' || t.sent_at || ' ' || t.delivered_at || ' ' || t.seen_at || ' ' || CASE WHEN t.tells_seen THEN 1 ELSE 0 END
FROM tellings t JOIN renderings d ON d.hash = t.rendering
WHERE t.change_id = '`+change+`' AND t.contact = '`+contact+`' AND t.part <> 'digest line' AND t.outcome <> 'on its way' ORDER BY t.sent_at, t.cause`)) {
			var name, language, outcome string
			var v, sent, delivered, seen, tells int
			if _, err := fmt.Sscan(line, &name, &language, &v, &outcome, &sent, &delivered, &seen, &tells); err != nil {
				t.Fatal(line, err)
			}
			if !slices.Contains([]string{"sent", "failed", "unknown"}, outcome) {
				continue
			}
			st.Delivered, st.Seen = st.Delivered || delivered != 0, st.Seen || seen != 0
			blind = blind || tells == 0 && sent != 0
			sure := outcome != "unknown"
			better := first == 0 || sure && !best || sure == best && (v > st.Version || v == st.Version && seen != 0 && !seenBest)
			if better {
				first, best, seenBest, st.Bot, st.Language, st.Version = 1, sure, seen != 0, name, bot.Language(language), v
			}
		}
		st.Blind = blind && !st.Seen
		switch {
		case acknowledged != 0 && version >= st.Version:
			st.Stance, st.Version = bot.StanceAcknowledged, version
		case told != 0:
			st.Stance = bot.StanceTold
		case unsure != 0:
			st.Stance = bot.StanceUnsure
		case reason != "-":
			st.Stance, st.Reason = bot.StanceUnreached, strings.ReplaceAll(reason, "_", " ")
		default:
			st.Stance = bot.StanceWaiting
		}
		is[st.String()]++
	}
	return is
}

// counted is what the ledger counts of it.
func counted(t *testing.T, s *storage.Store, change string) (all map[string]int, erased int) {
	t.Helper()
	all = map[string]int{}
	for _, c := range must[[]storage.LedgerCount](t)(s.LedgerCounts(t.Context(), change)) {
		if c.Stance == bot.StanceErased {
			erased = c.N
			continue
		}
		all[c.String()] = c.N
	}
	return all, erased
}

// Whatever is told, acknowledged, asked, corrected, joined, moved out of the audience or
// forgotten, in whatever order: what the ledger counts is a recount of what it says, and
// the pages of all parts together are everybody.
func TestLedgerAddsUp(t *testing.T) {
	const people, steps = 8, 180
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		r := rand.New(rand.NewPCG(7, 11))
		for i := range people {
			meets(t, s, at(fmt.Sprint(i)), bot.Contact{ID: fmt.Sprint("id", i), Language: bot.Ukrainian, Region: "Київ"}, "")
			if i%2 == 0 {
				meets(t, s, onWeb(fmt.Sprint("w", i)), bot.Contact{ID: fmt.Sprint("web", i), Region: "Київ"}, "")
			}
		}
		version := 1
		announce := func() {
			c := concerning("x", bot.ChangeAnnounced, bot.Audience{Regions: []string{"Київ"}})
			c.Version, c.Level = version, bot.LevelAcknowledge
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.PutSheets(ctx, []storage.Sheet{{Change: c, Announced: noon}}) }))
		}
		announce()
		expanded(t, s)
		who := func() (bot.Address, string, bool) {
			a := at(fmt.Sprint(r.IntN(people)))
			p := person(t, s, a)
			return a, p.Contact.ID, p.Contact.ID != ""
		}
		erased, joined, parted := 0, 0, 0
		for step := range steps {
			a, contact, there := who()
			if !there {
				continue
			}
			rows := rowsOf(t, s, contact, "x")
			switch r.IntN(11) {
			case 0, 1, 2:
				told := telling(a.Chat, contact, "", "x", bot.PartCard)
				told.Rendering.Version, told.TellsSeen = 1+r.IntN(version), r.IntN(2) == 0
				cause := fmt.Sprint("turn/", step, "/0")
				told.Cause = cause
				ok(t, turns(t, s, a, func(w *storage.TurnWrite) {
					w.Outbox, w.Tellings = []bot.Queued{tells(a.Chat, cause+"/0")}, []bot.Telling{told}
				}))
				l := lease(t, s, telegram, "me")
				ends(t, s, l, []bot.Outcome{bot.Sent, bot.Sent, bot.Sent, bot.Malformed}[r.IntN(4)])
			case 3, 4:
				last := must[[]string](t)(s.Strings(ctx, `SELECT external_id FROM tellings WHERE chat = '`+a.Chat+`' AND external_id <> '' ORDER BY cause DESC LIMIT 1`))
				kind := []bot.EventKind{bot.Delivered, bot.Seen, bot.Failed}[r.IntN(3)]
				ok(t, turns(t, s, a, func(w *storage.TurnWrite) {
					for _, id := range last {
						w.Receipts = []storage.Receipt{{Kind: kind, Address: a, Message: id}}
					}
				}))
			case 5:
				mark := []bot.Mark{bot.MarkAcknowledged, bot.MarkAsked}[r.IntN(2)]
				ok(t, turns(t, s, a, func(w *storage.TurnWrite) {
					w.Marks = []storage.LedgerMark{{Contact: contact, Change: "x", Mark: mark, Version: 1 + r.IntN(version)}}
				}))
			case 6:
				ok(t, turns(t, s, a, func(w *storage.TurnWrite) {
					w.Open = &bot.Ticket{ID: storage.NewID(), Address: a, Contact: contact, Reason: bot.ReasonComplaint, Topic: "x"}
				}))
				must[int](t)(s.Exec(ctx, `UPDATE tickets SET state = 'closed'`))
			case 7:
				region := []string{"Київ", "Львів"}[r.IntN(2)]
				ok(t, turns(t, s, a, func(w *storage.TurnWrite) {
					c := person(t, s, a).Contact
					c.Region = region
					w.Contact = &c
				}))
			case 8:
				if version < 3 && r.IntN(3) == 0 {
					version++
					announce()
					expanded(t, s)
				}
			case 9, 10:
				switch web := onWeb("w" + a.Chat); {
				case r.IntN(12) == 0:
					ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
						return tx.Erase(ctx, storage.Person{Contact: contact, Addresses: []bot.Address{a}})
					}))
					erased += rows
				case person(t, s, web).Contact.ID != "" && person(t, s, web).Contact.ID != contact:
					joined++
					ok(t, follows(t, s, web, must[string](t)(s.CreateInvite(ctx, a, time.Hour))))
				case person(t, s, web).Contact.ID != "":
					parted++
					must[int](t)(s.Exec(ctx, `UPDATE merges SET came_at = 1`))
					ok(t, turns(t, s, a, func(w *storage.TurnWrite) { w.Split = &web }))
				}
			}
			if step%6 != 0 && step != steps-1 {
				continue
			}
			want := standings(t, s, "x")
			is, gone := counted(t, s, "x")
			if diff := cmp.Diff(want, is); diff != "" || gone != erased {
				t.Fatalf("step %d: erased %d, counted %d, %s", step, erased, gone, diff)
			}
		}
		var parts []storage.LedgerPart
		all, _ := counted(t, s, "x")
		for _, name := range slices.Sorted(maps.Keys(all)) {
			st, _ := bot.ParseStanding(name)
			parts = append(parts, storage.LedgerPart{Standing: st})
		}
		seen, cursor := map[string]bool{}, ""
		for {
			page, next, err := s.LedgerRows(ctx, "x", parts, cursor, 3)
			ok(t, err)
			for _, row := range page {
				if seen[row.Contact] {
					t.Errorf("%s is on two pages", row.Contact)
				}
				seen[row.Contact] = true
			}
			if cursor = next; next == "" {
				break
			}
		}
		n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE change_id = 'x'`))
		if len(seen) != n || len(all) < 3 || joined < 3 || parted == 0 || erased == 0 {
			t.Errorf("%d people on the pages of %d; %d standings; %d joined, %d parted, %d erased", len(seen), n, len(all), joined, parted, erased)
		}
		sound(t, s)
	})
}

// What a broadcast told is seen where the messenger says so; whom it passed by stands
// there with the reason, and a complaint, until they are told otherwise.
func TestBroadcastsReachTheLedger(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b", "c"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat, Language: bot.Ukrainian, Stopped: chat == "c"}, "")
		}
		announced(t, s, 1)
		expanded(t, s)
		m := sending(t, s, bot.Broadcast{Change: "x", Text: bot.Bilingual{UK: "нове", RU: "новое"}})
		m.awake()
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = $1 WHERE key = 'idb'`, time.Now().Add(time.Hour).UnixMicro()))
		m.release(l)
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM bots WHERE tells_seen`)); n != 0 {
			t.Error("a messenger without a word for seen tells it")
		}
		ok(t, s.TellsSeen(ctx, l, true))
		m.sends(l, func() bot.Outcome { return bot.Sent })
		ok(t, turns(t, s, at("a"), func(w *storage.TurnWrite) {
			w.Receipts = []storage.Receipt{{Kind: bot.Seen, Address: at("a"), Message: "a"}}
			w.Reactions = []storage.Reaction{{Broadcast: m.id, Contact: "ida", Mark: bot.RecipientComplained}}
		}))
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = 0`))
		l = lease(t, s, telegram, "me")
		m.release(l)
		m.sends(l, func() bot.Outcome { return bot.Gone })
		want := map[string]int{"told|telegram|uk|1|SC|": 1, "unreached||||gone": 0, "unreached|||0||gone": 1, "unreached|||0||stopped": 1}
		delete(want, "unreached||||gone")
		is, _ := counted(t, s, "x")
		if diff := cmp.Diff(want, is); diff != "" {
			t.Error(diff)
		}
		rows, _, err := s.LedgerRows(ctx, "x", []storage.LedgerPart{{Standing: bot.Standing{Stance: bot.StanceTold, Bot: telegram, Language: bot.Ukrainian, Version: 1, Seen: true, Complained: true}}}, "", 10)
		if err != nil || len(rows) != 1 || rows[0].Seen.IsZero() || len(rows[0].Tellings) != 1 || rows[0].Tellings[0].Broadcast != m.id || !rows[0].Tellings[0].TellsSeen {
			t.Errorf("%+v, %v", rows, err)
		}
		words, sent, err := s.Said(ctx, "ida", rows[0].Tellings[0])
		ok(t, err)
		if again, same, err := m.b.Retold(sent); words != "" || err != nil || !same || again != "нове" {
			t.Errorf("what was said: %q, %q, to the letter %v, %v", words, again, same, err)
		}
		ok(t, turns(t, s, at("b"), func(w *storage.TurnWrite) { // an answer in the chat
			told := telling("b", "idb", "turn/b/0", "x", bot.PartCard)
			w.Outbox, w.Tellings = []bot.Queued{tells("b", "turn/b/0/0")}, []bot.Telling{told}
			w.Conversation.Reach = bot.Reachable
		}))
		ends(t, s, lease(t, s, telegram, "me"), bot.Sent)
		if is, _ = counted(t, s, "x"); is["told|telegram|uk|1|B|"] != 1 || is["unreached|||0||gone"] != 0 {
			t.Errorf("told in the chat: %v", is)
		}
		sound(t, s)
	})
}

// A line of a digest mentions each change that it is of, and tells none.
func TestDigestMentions(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		meets(t, s, at("a"), bot.Contact{ID: "ida", Language: bot.Ukrainian}, "")
		for _, id := range []string{"x", "y"} {
			c := change(id, bot.ChangeAnnounced)
			c.Version = 1
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.PutSheets(ctx, []storage.Sheet{{Change: c, Announced: noon}}) }))
		}
		expanded(t, s)
		of := func(change string) *mailing {
			b := news("про " + change)
			b.Change = change
			return sending(t, s, b)
		}
		one := of("x")
		of("y")
		capped(t, s)
		expanded(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET waits = 'cap'`))
		l := lease(t, s, telegram, "me")
		one.release(l)
		if len(bulk(t, s)) != 1 {
			t.Fatalf("%d messages, want one digest", len(bulk(t, s)))
		}
		one.sends(l, func() bot.Outcome { return bot.Sent })
		for _, id := range []string{"x", "y"} {
			row := must[storage.LedgerRow](t)(s.LedgerRow(ctx, id, "ida"))
			if row.Mentioned.IsZero() || !row.Told.IsZero() || row.Stance != bot.StanceWaiting || len(row.Tellings) != 1 || row.Tellings[0].Part != bot.PartDigest {
				t.Errorf("%s: %+v", id, row)
			}
		}
		sound(t, s)
	})
}
