package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// speaks commits a turn of the chat whose reply, in so many parts, tells what is
// given. Its cause is turn/<id>/0.
func speaks(t *testing.T, s *storage.Store, l storage.Lease, chat, id string, parts int, what ...bot.Telling) {
	t.Helper()
	cause := "turn/" + id + "/0"
	w := storage.TurnWrite{History: []bot.Entry{{Address: at(chat), Out: true, Cause: cause, Kind: "say", Text: "тариф"}}}
	for i := range parts {
		w.Outbox = append(w.Outbox, tells(chat, cause+"/"+string(rune('0'+i))))
	}
	for _, told := range what {
		told.Cause = cause
		w.Tellings = append(w.Tellings, told)
	}
	turn(t, s, l, chat, w)
}

// ends claims what waits in the lane of replies and settles it, part by part, with
// the outcomes given; an id is the cause.
func ends(t *testing.T, s *storage.Store, l storage.Lease, outcomes ...bot.Outcome) {
	t.Helper()
	for _, o := range outcomes {
		r := pending(t, s, bot.LaneReply)[0]
		ok(t, errOf(s.Claim(t.Context(), l, []storage.OutboxRow{r})))
		e := storage.SendOutcome{Row: r, Outcome: o}
		if o == bot.Sent {
			e.ExternalID = r.Cause
		}
		ok(t, s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{e}))
		ok(t, s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{e})) // twice is as good as once
	}
}

// says is a turn whose reply, which tells what is given, is sent.
func says(t *testing.T, s *storage.Store, l storage.Lease, chat, id string, what ...bot.Telling) {
	t.Helper()
	speaks(t, s, l, chat, id, 1, what...)
	ends(t, s, l, bot.Sent)
}

// outcomes are those of the tellings by cause, and of what was said beside them.
func outcomes(t *testing.T, s *storage.Store) []string {
	t.Helper()
	return must[[]string](t)(s.Strings(t.Context(), `
SELECT t.cause || ' ' || t.outcome || ' ' || t.external_id || '; ' || COALESCE(h.outcome, 'none') || ' ' || COALESCE(h.external_id, '')
FROM tellings t LEFT JOIN history h ON h.bot = t.bot AND h.chat = t.chat AND h.id = t.history_id AND h.cause = t.cause
ORDER BY t.created_at, t.cause`))
}

// reader is a person with an address whom the approved change "a" concerns.
func reader(t *testing.T, s *storage.Store) storage.Lease {
	t.Helper()
	l := lease(t, s, telegram, "me")
	ok(t, s.PutChanges(t.Context(), []bot.Change{change("a", bot.ChangeAnnounced)}))
	turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1")})
	return l
}

func card() bot.Telling { return telling("1", "contact-1", "", "a", bot.PartCard) }

// knows wants what the person of reader knows of the change.
func knows(t *testing.T, s *storage.Store, want storage.Known) {
	t.Helper()
	want.Change = "a"
	has := known(t, s, "1")
	for i, k := range has {
		if k.Mentioned == k.MentionedAt.IsZero() {
			t.Errorf("mentioned: %v, at %v", k.Mentioned, k.MentionedAt)
		}
		has[i].MentionedAt = time.Time{}
	}
	if diff := cmp.Diff([]storage.Known{want}, has); diff != "" {
		t.Error(diff)
	}
}

func TestToldIsSent(t *testing.T) {
	cases := map[string]struct {
		parts int
		end   func(t *testing.T, s *storage.Store, l storage.Lease)
		known storage.Known
		want  string
	}{
		"on its way": {1, func(*testing.T, *storage.Store, storage.Lease) {}, storage.Known{OnItsWay: true}, "turn/x/0 on its way ;  "},
		"sent": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Sent)
		}, storage.Known{Told: true}, "turn/x/0 sent turn/x/0/0; sent turn/x/0/0"},
		"to be tried again": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Later)
		}, storage.Known{OnItsWay: true}, "turn/x/0 on its way ;  "},
		"without an answer once": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Unknown)
		}, storage.Known{OnItsWay: true}, "turn/x/0 on its way ;  "},
		"may have arrived": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Unknown, bot.Unknown)
		}, storage.Known{Unsure: true}, "turn/x/0 unknown ; unknown "},
		"malformed": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Malformed)
		}, storage.Known{}, "turn/x/0 malformed ; malformed "},
		"gone": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Gone)
		}, storage.Known{}, "turn/x/0 gone ; gone "},
		"skipped with another that is gone": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			enqueue(t, s, say("1", "turn/y/0/0"))
			rows := pending(t, s, bot.LaneReply)[1:]
			ok(t, errOf(s.Claim(t.Context(), l, rows)))
			ok(t, s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Gone}}))
		}, storage.Known{}, "turn/x/0 skipped ; skipped "},
		"expired": {1, func(t *testing.T, s *storage.Store, l storage.Lease) {
			if n := must[int](t)(s.Expire(t.Context(), l, -time.Second)); n != 1 {
				t.Errorf("%d expired", n)
			}
		}, storage.Known{}, "turn/x/0 expired ; expired "},
		"killed between send and settle, twice": {1, func(t *testing.T, s *storage.Store, _ storage.Lease) {
			for range 2 {
				l := lease(t, s, telegram, "me")
				ok(t, errOf(s.Claim(t.Context(), l, pending(t, s, bot.LaneReply))))
				_, _, err := s.RecoverSending(t.Context(), lease(t, s, telegram, "me"))
				ok(t, err)
			}
		}, storage.Known{Unsure: true}, "turn/x/0 unknown ; unknown "},
		"the first of two parts": {2, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Sent)
		}, storage.Known{OnItsWay: true}, "turn/x/0 on its way ; sent turn/x/0/0"},
		"both parts": {2, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Sent, bot.Sent)
		}, storage.Known{Told: true}, "turn/x/0 sent turn/x/0/1; sent turn/x/0/1"},
		"both parts at once": {2, func(t *testing.T, s *storage.Store, l storage.Lease) {
			rows := pending(t, s, bot.LaneReply)
			ok(t, errOf(s.Claim(t.Context(), l, rows)))
			ok(t, s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{
				{Row: rows[1], Outcome: bot.Sent, ExternalID: "m2"}, {Row: rows[0], Outcome: bot.Sent, ExternalID: "m1"},
			}))
		}, storage.Known{Told: true}, "turn/x/0 sent m2; sent m2"},
		"half of it": {2, func(t *testing.T, s *storage.Store, l storage.Lease) {
			ends(t, s, l, bot.Sent, bot.Malformed)
		}, storage.Known{}, "turn/x/0 malformed turn/x/0/0; malformed turn/x/0/0"},
	}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		reader(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				for _, query := range []string{
					`DELETE FROM outbox`, `DELETE FROM tellings`, `DELETE FROM history`, `UPDATE ledger SET told_at = 0, unsure_at = 0, on_its_way_at = 0`,
					`UPDATE conversations SET reach = 'open'`,
				} {
					must[int](t)(s.Exec(t.Context(), query))
				}
				l := lease(t, s, telegram, "me")
				speaks(t, s, l, "1", "x", c.parts, card())
				knows(t, s, storage.Known{OnItsWay: true})
				c.end(t, s, l)
				knows(t, s, c.known)
				if diff := cmp.Diff([]string{c.want}, outcomes(t, s)); diff != "" {
					t.Error(diff)
				}
				if problems := must[[]string](t)(upkeep.Breaches(t.Context(), s)); len(problems) > 0 {
					t.Error(problems)
				}
			})
		}
	})
}

// What is skipped as it is enqueued was never on its way.
func TestSkippedTellsNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := reader(t, s)
		c := conversation("1", 2)
		c.Reach = bot.Blocked
		turn(t, s, l, "1", storage.TurnWrite{Conversation: c})
		speaks(t, s, l, "1", "x", 1, card())
		knows(t, s, storage.Known{})
		if diff := cmp.Diff([]string{"turn/x/0 skipped ; skipped "}, outcomes(t, s)); diff != "" {
			t.Error(diff)
		}
	})
}

// The ledger sums up all tellings: one that failed takes nothing from the others,
// and the first that was sent stays.
func TestLedgerSumsUpTellings(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := reader(t, s)
		mention := telling("1", "contact-1", "", "a", bot.PartDigest)
		speaks(t, s, l, "1", "m", 1, mention)
		knows(t, s, storage.Known{OnItsWay: true})
		ends(t, s, l, bot.Malformed)
		knows(t, s, storage.Known{}) // so that it is mentioned again
		says(t, s, l, "1", "n", mention)
		knows(t, s, storage.Known{Mentioned: true})
		speaks(t, s, l, "1", "x", 1, card())
		speaks(t, s, l, "1", "y", 1, telling("1", "contact-1", "", "a", bot.PartWhy))
		ends(t, s, l, bot.Malformed)
		knows(t, s, storage.Known{Mentioned: true, OnItsWay: true})
		ends(t, s, l, bot.Sent)
		knows(t, s, storage.Known{Mentioned: true, Told: true})
		const told = `SELECT told_at FROM ledger WHERE contact = 'contact-1'`
		first := must[int](t)(s.Count(t.Context(), told))
		says(t, s, l, "1", "z", card())
		if again := must[int](t)(s.Count(t.Context(), told)); again != first || first == 0 {
			t.Errorf("told at %d, and then at %d", first, again)
		}
		// Three texts were shown, each of them once.
		if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM renderings`)); n != 3 {
			t.Errorf("%d renderings, want 3", n)
		}
	})
}

// A batch in which some messages tell something ends like those apart.
func TestOutcomesStandBesideWhatWasSaid(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := reader(t, s)
		for i, id := range []string{"p", "q", "r"} {
			turn(t, s, l, "1", storage.TurnWrite{
				Conversation: conversation("1", int64(i+2)),
				History:      []bot.Entry{entry("1", id, "привіт"), {Address: at("1"), Out: true, Cause: "turn/" + id + "/0", Kind: "say"}},
				Outbox:       []bot.Queued{say("1", "turn/"+id+"/0/0")},
			})
		}
		rows := pending(t, s, bot.LaneReply)
		ok(t, errOf(s.Claim(t.Context(), l, rows)))
		ok(t, s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{
			{Row: rows[0], Outcome: bot.Sent, ExternalID: "m1"}, {Row: rows[1], Outcome: bot.Malformed}, {Row: rows[2], Outcome: bot.Later},
		}))
		receipts(t, s, l, receipt(bot.Delivered, "m1", noon), receipt(bot.Seen, "m1", noon.Add(time.Second)))
		var got []bot.Fate
		for _, e := range must[[]bot.Entry](t)(s.History(t.Context(), at("1"), 9)) {
			if e.Fate.Sent.IsZero() == (e.Fate.Outcome == "sent") {
				t.Errorf("sent at %v, which is %q", e.Fate.Sent, e.Fate.Outcome)
			}
			if e.Fate.Sent = (time.Time{}); e.Out {
				got = append(got, e.Fate)
			} else if e.Fate != (bot.Fate{}) {
				t.Errorf("what the person said has a fate: %+v", e.Fate)
			}
		}
		want := []bot.Fate{{Outcome: "sent", Delivered: noon, Seen: noon.Add(time.Second)}, {Outcome: "malformed"}, {}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// An operator's words have their row of the history after that of the outbox.
func TestOutcomeOfAnOperatorsWords(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := reader(t, s)
		ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
			if _, err := tx.Enqueue(t.Context(), []bot.Queued{say("1", "desk/k/0"), say("1", "desk/k/1"), say("1", "desk/k2/0")}); err != nil {
				return err
			}
			return tx.AddHistory(t.Context(), []bot.Entry{{Address: at("1"), Out: true, Cause: "desk/k", Kind: "desk", Text: "вітаю"}})
		}))
		ends(t, s, l, bot.Sent, bot.Malformed, bot.Sent)
		last := must[[]bot.Entry](t)(s.History(t.Context(), at("1"), 9))
		if len(last) != 1 || last[0].Fate.Outcome != "malformed" {
			t.Errorf("got %+v", last)
		}
	})
}

// What messengers tell later than the outbox remembers reaches history and
// tellings all the same, and tellings where the history has left too.
func TestLateReceipts(t *testing.T) {
	const leaves = `DELETE FROM outbox WHERE bot = 'telegram'`
	for _, forgotten := range []bool{false, true} {
		storagetest.Each(t, func(t *testing.T, s *storage.Store) {
			ctx := t.Context()
			l := reader(t, s)
			says(t, s, l, "1", "x", card())
			says(t, s, l, "1", "y", card())
			says(t, s, l, "1", "z", card())
			older := 3 * 24 * time.Hour.Microseconds()
			must[int](t)(s.Exec(ctx, `UPDATE history SET id = id - $1, sent_at = sent_at - $1`, older))
			must[int](t)(s.Exec(ctx, `UPDATE tellings SET history_id = history_id - $1, created_at = created_at - $1, sent_at = sent_at - $1`, older))
			must[int](t)(s.Exec(ctx, leaves))
			if forgotten {
				must[int](t)(s.Exec(ctx, `DELETE FROM history`))
			}
			says(t, s, l, "1", "new", card())
			receipts(t, s, l, receipt(bot.Delivered, "turn/x/0/0", noon), receipt(bot.Failed, "turn/z/0/0", noon))
			receipts(t, s, l, receipt(bot.Seen, "turn/y/0/0", noon.Add(time.Second)))
			receipts(t, s, l, receipt(bot.Seen, "turn/x/0/0", noon.Add(time.Hour)), receipt(bot.Failed, "turn/x/0/0", noon.Add(time.Hour)))
			times := func(table, last string) []string {
				return must[[]string](t)(s.Strings(ctx, `SELECT cause || ' ' || outcome || ' ' || CAST(delivered_at / 1000000 AS TEXT) || ' ' ||
					CAST(seen_at / 1000000 AS TEXT) FROM `+table+` WHERE cause <> 'turn/new/0' OR '`+last+`' = 'new' ORDER BY cause`))
			}
			want := []string{
				"turn/x/0 sent 1772366400 1772366401", "turn/y/0 sent 0 1772366401", "turn/z/0 failed 0 0",
			}
			check := func(want []string, last string) {
				t.Helper()
				if diff := cmp.Diff(want, times("tellings", last)); diff != "" {
					t.Error("tellings:", diff)
				}
				if forgotten {
					return
				}
				if diff := cmp.Diff(want, times("history", last)); diff != "" {
					t.Error("history:", diff)
				}
			}
			check(want, "")
			// Seen now speaks of what left days ago too, but for what failed.
			says(t, s, l, "1", "old", card())
			must[int](t)(s.Exec(ctx, `UPDATE history SET id = id - $1, sent_at = sent_at - $1 WHERE cause = 'turn/old/0'`, older))
			must[int](t)(s.Exec(ctx, `UPDATE tellings SET history_id = history_id - $1, created_at = created_at - $1, sent_at = sent_at - $1 WHERE cause = 'turn/old/0'`, older))
			must[int](t)(s.Exec(ctx, leaves+` AND cause = 'turn/old/0/0'`))
			receipts(t, s, l, receipt(bot.Seen, "turn/new/0/0", noon.Add(time.Minute)))
			check(append([]string{"turn/new/0 sent 0 1772366460", "turn/old/0 sent 0 1772366460"}, want...), "new")
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM receipts`)); n != 0 {
				t.Errorf("%d receipts still wait for their message", n)
			}
		})
	}
}

// Erased people are told nothing any more, and what they were told still counts.
func TestErasedTellings(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := reader(t, s)
		says(t, s, l, "1", "x", card())
		says(t, s, l, "1", "y", card())
		speaks(t, s, l, "1", "z", 1, card())
		rows := pending(t, s, bot.LaneReply)
		ok(t, errOf(s.Claim(ctx, l, rows)))
		speaks(t, s, l, "1", "w", 1, card())
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: "contact-1"}) }))
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Sent, ExternalID: "m"}})) // comes too late
		got := must[[]string](t)(s.Strings(ctx, `SELECT outcome || ' of ' || change_id || contact || external_id || text_hash
			FROM tellings WHERE chat <> '1' AND cause NOT LIKE 'turn/%' AND version = 1 AND rendering <> '' ORDER BY outcome`))
		if diff := cmp.Diff([]string{"sent of a", "sent of a", "skipped of a", "unknown of a"}, got); diff != "" {
			t.Error(diff)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger`)); n != 0 {
			t.Errorf("%d rows of the ledger", n)
		}
	})
}

// What is on its way to an address when it is joined, or taken out again, counts
// for whose it is when it ends.
func TestTellingsFollowTheirAddress(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := reader(t, s)
		turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 1), Contact: contact("2")})
		speaks(t, s, l, "2", "x", 1, telling("2", "contact-2", "", "a", bot.PartCard))
		code := must[string](t)(s.CreateInvite(ctx, at("1"), time.Hour))
		turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 2), Join: &storage.Joining{Code: code, To: at("2")}})
		knows(t, s, storage.Known{OnItsWay: true})
		ends(t, s, l, bot.Sent)
		knows(t, s, storage.Known{Told: true})
		speaks(t, s, l, "2", "y", 1, telling("2", "contact-1", "", "a", bot.PartWhy))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			_, _, err := tx.Split(ctx, "contact-1", at("2"))
			return err
		}))
		knows(t, s, storage.Known{Told: true}) // as it may have changed since, it stays
		other := func(want storage.Known) {
			t.Helper()
			if diff := cmp.Diff([]storage.Known{want}, known(t, s, "2")); diff != "" {
				t.Error(diff)
			}
		}
		other(storage.Known{Change: "a", OnItsWay: true, Told: true})
		ends(t, s, l, bot.Malformed)
		other(storage.Known{Change: "a", Told: true})
		if problems := must[[]string](t)(upkeep.Breaches(ctx, s)); len(problems) > 0 {
			t.Error(problems)
		}
	})
}

// What an address was told while it was one with another goes along with it, too,
// and nothing of it stays on its way to the other for ever.
func TestTellingsSinceAJoinFollowTheirAddress(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := reader(t, s)
		turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 1), Contact: contact("2")})
		code := must[string](t)(s.CreateInvite(ctx, at("1"), time.Hour))
		turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 2), Join: &storage.Joining{Code: code, To: at("2")}})
		ok(t, s.PutChanges(ctx, []bot.Change{change("b", bot.ChangeAnnounced), change("c", bot.ChangeAnnounced)}))
		says(t, s, l, "2", "x", telling("2", "contact-1", "", "b", bot.PartCard))
		speaks(t, s, l, "2", "y", 1, telling("2", "contact-1", "", "c", bot.PartCard))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			_, _, err := tx.Split(ctx, "contact-1", at("2"))
			return err
		}))
		ledger := func(chat string, want ...storage.Known) {
			t.Helper()
			if diff := cmp.Diff(want, known(t, s, chat)); diff != "" {
				t.Errorf("chat %s: %s", chat, diff)
			}
		}
		ledger("2", storage.Known{Change: "a"}, storage.Known{Change: "b", Told: true}, storage.Known{Change: "c", OnItsWay: true})
		ends(t, s, l, bot.Sent)
		ledger("2", storage.Known{Change: "a"}, storage.Known{Change: "b", Told: true}, storage.Known{Change: "c", Told: true})
		ledger("1", storage.Known{Change: "a"}, storage.Known{Change: "b", Told: true}, storage.Known{Change: "c"})
	})
}

// Parts of one message that end at the same time in two transactions end it, also
// where no row of the history makes them wait for each other.
func TestPartsThatEndAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := reader(t, s)
		for i := range 9 {
			speaks(t, s, l, "1", "x"+string(rune('0'+i)), 2, card())
			must[int](t)(s.Exec(ctx, `UPDATE outbox SET history_id = 0`))
			rows := pending(t, s, bot.LaneReply)
			ok(t, errOf(s.Claim(ctx, l, rows[:1])))
			expired := make(chan error)
			go func() { expired <- errOf(s.Expire(ctx, l, -time.Second)) }()
			ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Sent, ExternalID: "m"}}))
			ok(t, <-expired)
			knows(t, s, storage.Known{})
		}
	})
}

// A holder of an older version ends messages without their tellings, and its rows
// may have left when the next one comes.
func TestTellingsOfAnOlderHolder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := reader(t, s)
		speaks(t, s, l, "1", "x", 1, card())
		speaks(t, s, l, "1", "y", 1, card())
		speaks(t, s, l, "1", "z", 1, card())
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET state = 'sent', sent_at = 7, external_id = 'm' WHERE cause = 'turn/x/0/0'`))
		must[int](t)(s.Exec(ctx, `DELETE FROM outbox WHERE cause = 'turn/y/0/0'`))
		_, _, err := s.RecoverSending(ctx, lease(t, s, telegram, "me"))
		ok(t, err)
		knows(t, s, storage.Known{Told: true, Unsure: true, OnItsWay: true})
		if diff := cmp.Diff([]string{"turn/x/0 sent m;  ", "turn/y/0 unknown ;  ", "turn/z/0 on its way ;  "}, outcomes(t, s)); diff != "" {
			t.Error(diff)
		}
	})
}

// Proof outlives the outbox and the history.
func TestTellingsAreKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := reader(t, s)
		says(t, s, l, "1", "x", card())
		of := "chat = '1'"
		older(t, s, "outbox", "sent_at", of, 1000*day)
		older(t, s, "history", "id", of, 1000*day)
		older(t, s, "conversations", "joined_at", of, 1000*day)
		for _, column := range []string{"created_at", "sent_at", "history_id"} {
			older(t, s, "tellings", column, of, 1000*day)
		}
		older(t, s, "renderings", "made_at", "part = 'card'", 1000*day)
		removed := must[map[string]int](t)(retain(t, s))
		if removed["replies"] != 1 || removed["history"] != 1 {
			t.Errorf("removed %v", removed)
		}
		knows(t, s, storage.Known{Told: true})
		if diff := cmp.Diff([]string{"turn/x/0 sent turn/x/0/0; none "}, outcomes(t, s)); diff != "" {
			t.Error(diff)
		}
		if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM tellings t JOIN renderings r ON r.hash = t.rendering`)); n != 1 {
			t.Errorf("%d tellings with what they showed", n)
		}
	})
}

// What the database knew of tellings before it kept them stays.
func TestToldBeforeTellings(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := reader(t, s)
		must[int](t)(s.Exec(t.Context(), `UPDATE ledger SET told_at = 7, mentioned_at = 5`))
		speaks(t, s, l, "1", "x", 1, card())
		ends(t, s, l, bot.Malformed)
		knows(t, s, storage.Known{Told: true, Mentioned: true})
		says(t, s, l, "1", "y", card())
		if n := must[int](t)(s.Count(t.Context(), `SELECT told_at FROM ledger`)); n != 7 {
			t.Errorf("told at %d", n)
		}
	})
}
