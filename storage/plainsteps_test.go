package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What plain turns say stands behind what the chat and the outbox have, though the clock was
// set back; and a conversation is its contact's, as the turn has it, though it was somebody else's.
func TestPlainTurnsAfterAClockAhead(t *testing.T) {
	for _, ahead := range []string{"history", "outbox", "contact"} {
		t.Run(ahead, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				ctx, l := t.Context(), lease(t, s, telegram, "me")
				acquaint(t, s, l)
				receive(t, s, "a", "0")
				first := plainTurns()[0]
				first.InboxID, first.Outbox, first.History = "0", []bot.Queued{say("a", "turn/0/0/0")}, []bot.Entry{entry("a", "0", "?"), entry("a", "turn/0/0", "!")}
				commitPlainly(t, s, l, first)
				switch ahead {
				case "contact":
					must[int](t)(s.Exec(ctx, `UPDATE conversations SET contact = 'another'`))
				default:
					must[int](t)(s.Exec(ctx, `UPDATE `+ahead+` SET id = id + 7200000000`))
				}
				receive(t, s, "a", "a")
				second := plainTurns()[0]
				second.Conversation.Version = 3
				said := commitPlainly(t, s, l, second)
				rows := pending(t, s, bot.LaneReply)
				if diff := cmp.Diff([]string{"turn/0/0/0", "turn/a/0/0", "turn/a/1/0"}, causes(rows)); diff != "" {
					t.Error(diff)
				}
				if rows[1].ID != said[0].ID || rows[2].ID != said[1].ID {
					t.Errorf("said %d, %d, but there stand %d, %d", said[0].ID, said[1].ID, rows[1].ID, rows[2].ID)
				}
				var texts []string
				for _, e := range must[[]bot.Entry](t)(s.History(ctx, at("a"), 9)) {
					texts = append(texts, e.Text)
				}
				if diff := cmp.Diff([]string{"?", "!", "привіт\uFFFD", "вітаю", "ще"}, texts); diff != "" {
					t.Error(diff)
				}
				if c := load(t, s, "a")[at("a")].Conversation; c.Contact != "contact-a" || c.Version != 3 {
					t.Errorf("%+v", c)
				}
			})
		})
	}
}

// People who are new, or known for something else than before, are written as by the
// transaction that is for all turns.
func TestNewPeopleAreWrittenTheSame(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		run := func(s *storage.Store, timers ...storage.Timer) (string, []string) {
			l := lease(t, s, telegram, "me")
			acquaint(t, s, l)
			turns := plainTurns()[:3]
			changed, renamed, stranger := contact("silent"), contact("back"), contact("x")
			changed.Language, renamed.Name = bot.Russian, "Олена"
			turns[1].Contact, turns[2].Contact = changed, renamed
			turns = append(turns, storage.TurnWrite{
				InboxID: "x", Conversation: conversation("x", 1), Contact: stranger,
				Consents: []bot.Consent{{Contact: stranger.ID, Topic: "news", Given: true, Source: "asked", Address: at("x")}},
				History:  []bot.Entry{entry("x", "x", "добрий день"), entry("x", "turn/x/0", "вітаю")}, Outbox: []bot.Queued{say("x", "turn/x/0/0")},
			})
			for i := range turns {
				turns[i].Bot, turns[i].Timers = telegram, timers
				receive(t, s, turns[i].Conversation.Address.Chat, turns[i].InboxID)
			}
			said := must[[]storage.OutboxRow](t)(s.CommitTurns(t.Context(), l, turns))
			all := tables(t, s)
			for _, q := range []string{
				`SELECT id || ' ' || name || ' ' || language FROM contacts ORDER BY id`,
				`SELECT contact || ' ' || CAST(mark AS TEXT) FROM search_due ORDER BY contact`,
				`SELECT contact || ' ' || topic || ' ' || chat FROM consents ORDER BY contact`,
			} {
				for _, line := range must[[]string](t)(s.Strings(t.Context(), q)) {
					all += line + "\n"
				}
			}
			return all, causes(said)
		}
		want, wantSaid := run(storagetest.Open(t, storagetest.SQLiteURL(t)), storage.Timer{Name: "none", Drop: true})
		got, gotSaid := run(s)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(wantSaid, gotSaid); diff != "" || len(gotSaid) != 4 {
			t.Error(gotSaid, diff)
		}
	})
}

// Turns of which some are plain are written in one transaction: all of them or none, and what
// any of them says may leave.
func TestPlainTurnsBesideOthers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		run := func(s *storage.Store, timers ...storage.Timer) (string, []string) {
			l := lease(t, s, telegram, "me")
			acquaint(t, s, l)
			turns := plainTurns()[:3]
			turns[1].Open = &bot.Ticket{ID: "t", Address: at("silent"), Contact: "contact-silent", State: bot.TicketWaiting, Reason: bot.ReasonAsked, OpenedAt: noon}
			turns[1].Outbox = []bot.Queued{say("silent", "turn/s/0/0")}
			for i := range turns {
				turns[i].Bot, turns[i].Timers = telegram, timers
				receive(t, s, turns[i].Conversation.Address.Chat, turns[i].InboxID)
			}
			before := tables(t, s)
			stale := conversation("left", 3)
			receive(t, s, "left", "stale")
			for _, bad := range []storage.TurnWrite{
				{Conversation: stale}, {Conversation: stale, Timers: []storage.Timer{{Name: "none", Drop: true}}},
			} {
				bad.Bot, bad.InboxID = telegram, "stale"
				if err := errOf(s.CommitTurns(t.Context(), l, append(turns[:3:3], bad))); !errors.Is(err, storage.ErrConflict) {
					t.Errorf("a stale turn beside others: %v", err)
				}
			}
			ok(t, errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{{Bot: telegram, InboxID: "stale"}})))
			if diff := cmp.Diff(strings.Replace(before, "--", "stale left done \n--", 1), tables(t, s)); diff != "" {
				t.Errorf("left behind: %s", diff)
			}
			said := must[[]storage.OutboxRow](t)(s.CommitTurns(t.Context(), l, turns))
			return tables(t, s) + must[bot.Ticket](t)(s.Ticket(t.Context(), "t")).Address.Chat, causes(said)
		}
		want, wantSaid := run(storagetest.Open(t, storagetest.SQLiteURL(t)), storage.Timer{Name: "none", Drop: true})
		got, gotSaid := run(s)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		slices.Sort(wantSaid)
		slices.Sort(gotSaid)
		if diff := cmp.Diff(wantSaid, gotSaid); diff != "" || len(gotSaid) != 4 {
			t.Error(gotSaid, diff)
		}
	})
}
