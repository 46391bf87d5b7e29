package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// writes has the customer of the ticket say something, and returns the id of the line.
func (r *room) writes(t bot.Ticket, text string) int64 {
	r.Helper()
	r.add(bot.Entry{Address: t.Address, Kind: string(bot.Typed), Text: text, Cause: storage.NewID()})
	talk, err := r.Talk(r.Context(), bot.System(), t.ID, 0)
	if err != nil {
		r.Fatal(err)
	}
	return talk.Newest
}

func (r *room) add(entries ...bot.Entry) {
	r.Helper()
	if err := r.store.InTx(r.Context(), func(tx *storage.Tx) error { return tx.AddHistory(r.Context(), entries) }); err != nil {
		r.Fatal(err)
	}
}

func (r *room) exec(query string, values ...any) {
	r.Helper()
	if _, err := r.db.Exec(query, values...); err != nil {
		r.Fatal(err)
	}
}

// replies sends it and wants the fault, "" for none.
func (r *room) replies(a bot.Actor, to ReplyTo, want bot.FaultCode) (cause string) {
	r.Helper()
	cause, err := r.Reply(r.Context(), a, to)
	var refused *bot.RefusedError
	if want == "" && err != nil || want != "" && (!errors.As(err, &refused) || refused.Code != want) {
		r.Errorf("reply: %v, want the fault %q", err, want)
	}
	return cause
}

// said are the texts of the operators in the chat and how each ended, the oldest first.
func (r *room) said(t bot.Ticket) (all []string) {
	r.Helper()
	talk, err := r.Talk(r.Context(), bot.System(), t.ID, 0)
	if err != nil {
		r.Fatal(err)
	}
	for _, l := range talk.Lines {
		if l.Out {
			all = append(all, strings.TrimSpace(l.Text+" "+l.Fate.Outcome))
		}
	}
	return all
}

func (r *room) wantSaid(t bot.Ticket, want ...string) {
	r.Helper()
	if got := r.said(t); !slices.Equal(got, want) {
		r.Errorf("said %q, want %q", got, want)
	}
}

func (r *room) takes(reach bot.Reach) bot.Ticket {
	r.Helper()
	t := r.opens(reach)
	r.must(t, bot.TicketTake, r.olha)
	return t
}

// Who has not read the customer's newest line is shown it first: nothing is sent.
func TestNothingIsSaidUnread(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		first := r.writes(ticket, "Скільки коштує?")
		second := r.writes(ticket, "А для пенсіонерів?")
		to := ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "300 грн"}, Seen: first}
		r.replies(r.olha, to, bot.FaultUnread)
		r.wantSaid(ticket)
		to.Seen = second
		r.replies(r.olha, to, "")
		r.wantSaid(ticket, "300 грн")
		// What we say and how it arrives is nothing to read first.
		to.Key = "k2"
		r.replies(r.olha, to, "")
		r.wantSaid(ticket, "300 грн", "300 грн")
	})
}

// Whoever has read the last page has read what the person wrote before it.
func TestTheirWordsBeforeTheLastPageAreRead(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		r.writes(ticket, "чекаю")
		var ours []bot.Entry
		for range TalkPage + 1 {
			ours = append(ours, bot.Entry{Address: ticket.Address, Out: true, Kind: "notice", Text: "новина", Cause: storage.NewID()})
		}
		r.add(ours...)
		talk, err := r.Talk(r.Context(), r.olha, ticket.ID, 0)
		if err != nil {
			r.Fatal(err)
		}
		to := ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "відповідь"}, Seen: talk.Newest}
		r.replies(r.olha, to, "")

		r.writes(ticket, "ще одне")
		to.Key = "k2"
		r.replies(r.olha, to, bot.FaultUnread)
	})
}

// A line in another of the person's chats counts as well.
func TestUnreadInAnotherChat(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket, other := r.takes(bot.Reachable), r.opens(bot.Reachable)
		r.exec(`UPDATE conversations SET contact = $1 WHERE chat = $2`, ticket.Contact, other.Address.Chat)
		seen := r.writes(ticket, "Добрий день")
		r.add(bot.Entry{Address: other.Address, Kind: string(bot.Typed), Text: "я й тут", Cause: "x"})
		r.exec(`UPDATE history SET id = id + 1000000 WHERE cause = 'x'`) // a second later: within one moment the chats have numbers of their own
		to := ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "300 грн"}, Seen: seen}
		r.replies(r.olha, to, bot.FaultUnread)
	})
}

func TestAnotherLanguageAsksOnce(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		r.exec(`UPDATE contacts SET language = 'uk'`)
		to := ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "Что вы хотели спросить? Мы ответим."}, Seen: SeenAll}
		r.replies(r.olha, to, bot.FaultOtherTongue)
		to.Words.Text = "300 грн" // nobody knows what language that is
		r.replies(r.olha, to, "")
		to.Key, to.Words.Text, to.LanguageOK = "k2", "Что вы хотели спросить? Мы ответим.", true
		r.replies(r.olha, to, "")
		to.Key, to.LanguageOK = "k3", false
		r.replies(r.olha, to, "")
		if w, err := r.Warn(r.Context(), ticket); err != nil || w.Language != bot.Ukrainian || !w.OtherLanguage {
			r.Errorf("%+v, %v", w, err)
		}
	})
}

// What costs is said before, and once more where nobody has confirmed it.
func TestThePriceIsSaidBefore(t *testing.T) {
	onBoth(t, func(r *room) {
		r.wire.session = bot.Session{Length: 24 * time.Hour}
		ticket := r.takes(bot.Reachable)
		r.exec(`UPDATE conversations SET last_at = $1`, time.Now().Add(-25*time.Hour).UnixMicro())
		to := ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "Добрий день"}, Seen: SeenAll}
		if err := r.store.PutSetting(r.Context(), bot.PriceSetting, "0,05 €"); err != nil {
			r.Fatal(err)
		}
		if w, err := r.Warn(r.Context(), ticket); err != nil || w.Price != "0,05 €" {
			r.Errorf("%+v, %v", w, err)
		}
		if err := r.store.PutSetting(r.Context(), bot.PriceSetting, "0,01 €\n+48 0,05 €"); err != nil {
			r.Fatal(err)
		}
		r.exec(`UPDATE contacts SET phones = $1`, `["+48501234567"]`)
		_, err := r.Reply(r.Context(), r.olha, to)
		var refused *bot.RefusedError
		if !errors.As(err, &refused) || refused.Code != bot.FaultPaid || refused.Data["Price"] != "0,05 €" {
			r.Errorf("a reply that costs: %v", err)
		}
		to.PriceOK = true
		r.replies(r.olha, to, "")
		r.exec(`UPDATE conversations SET last_at = $1`, time.Now().Add(-23*time.Hour).UnixMicro())
		to.Key, to.PriceOK = "k2", false
		r.replies(r.olha, to, "")
		r.wire.session.Closed = true
		r.exec(`UPDATE conversations SET last_at = $1`, time.Now().Add(-25*time.Hour).UnixMicro())
		to.Key, to.PriceOK = "k3", true
		r.replies(r.olha, to, bot.FaultSessionOver)
	})
}

func TestTakenBackWhileItWaits(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		hold := 10 * time.Minute
		back := func(a bot.Actor, cause string, want bot.FaultCode) {
			r.Helper()
			err := r.TakeBack(r.Context(), a, ticket.ID, cause)
			var refused *bot.RefusedError
			if want == "" && err != nil || want != "" && (!errors.As(err, &refused) || refused.Code != want) {
				r.Errorf("take back: %v, want %q", err, want)
			}
		}
		first := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "a", Words: bot.Words{Text: "перше\nдругим рядком"}, Undo: hold}, "")
		second := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "b", Words: bot.Words{Text: "друге"}, Undo: time.Second}, "")
		if n := r.count(`SELECT count(DISTINCT not_before) FROM outbox WHERE not_before > 0`); n != 1 {
			r.Errorf("two replies leave at %d moments: the second may overtake", n)
		}
		if due, err := r.store.DeskDue(r.Context(), ticket.Address.Bot); err != nil || due < hold-time.Minute || due > hold {
			r.Errorf("the sender would wake in %v, %v", due, err)
		}
		back(r.ivan, first, bot.FaultReplyLeft) // it is not his
		back(r.olha, first, "")
		back(r.olha, first, "") // once more is no harm
		r.wantSaid(ticket, "перше\nдругим рядком undone", "друге")
		own, _, err := r.Drafts(r.Context(), r.olha, ticket.ID)
		if err != nil || own.Text != "перше\nдругим рядком" {
			r.Errorf("the words are lost: %+v, %v", own, err)
		}
		r.exec(`UPDATE outbox SET state = 'sending' WHERE cause = $1`, second+"/0")
		back(r.olha, second, bot.FaultReplyLeft)
		if n := r.count(`SELECT count(*) FROM outbox WHERE state = 'skipped'`); n != 2 {
			r.Errorf("%d parts taken back, want both of the first", n)
		}
	})
}

// One part of it has been claimed: nothing is taken back.
func TestTakenBackWholeOrNotAtAll(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		cause := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "a", Words: bot.Words{Text: "одне\nдва"}, Undo: time.Hour}, "")
		r.exec(`UPDATE outbox SET state = 'sent' WHERE cause = $1`, cause+"/0")
		if err := r.TakeBack(r.Context(), r.olha, ticket.ID, cause); err == nil {
			r.Error("half of it was taken back")
		}
		if n := r.count(`SELECT count(*) FROM outbox WHERE state = 'pending'`); n != 1 {
			r.Error("the other half does not leave")
		}
	})
}

func TestClosingSendsWhatWaits(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "a", Words: bot.Words{Text: "Гаразд"}, Undo: time.Hour}, "")
		if rows, err := r.store.Pending(r.Context(), ticket.Address.Bot, bot.LaneDesk, 10); err != nil || len(rows) != 0 {
			r.Fatalf("%d rows may leave at once, %v", len(rows), err)
		}
		r.must(ticket, bot.TicketClose, r.olha)
		if rows, err := r.store.Pending(r.Context(), ticket.Address.Bot, bot.LaneDesk, 10); err != nil || len(rows) != 1 {
			r.Errorf("%d rows leave with the closing, %v", len(rows), err)
		}
	})
}

// ends has the messenger answer for what was said under the cause.
func (r *room) ends(at bot.Address, cause string, o bot.Outcome) {
	r.Helper()
	ctx := r.Context()
	lease, _, ok, err := r.store.Acquire(ctx, at.Bot, storage.NewID(), time.Minute)
	if err != nil || !ok {
		r.Fatalf("lease: %v %v", ok, err)
	}
	rows, err := r.store.Pending(ctx, at.Bot, bot.LaneDesk, 100)
	if err != nil {
		r.Fatal(err)
	}
	for _, row := range rows {
		if row.Message() != cause {
			continue
		}
		for range 2 { // what nobody answered goes once more
			if claimed, err := r.store.Claim(ctx, lease, []storage.OutboxRow{row}); err != nil || !claimed[0] {
				break
			}
			row.Attempts++
			if err := r.store.RecordOutcomes(ctx, lease, []storage.SendOutcome{{Row: row, Outcome: o, ExternalID: "m" + row.Cause, Reason: "because"}}); err != nil {
				r.Fatal(err)
			}
		}
	}
	if err := r.store.Release(ctx, lease); err != nil {
		r.Fatal(err)
	}
}

// A retry truly sends: it is a message of its own, and until the messenger has it the
// mark of the first stays.
func TestRetryTrulySends(t *testing.T) {
	for outcome, reach := range map[bot.Outcome]bot.Reach{bot.Malformed: bot.Reachable, bot.Unknown: bot.Reachable} {
		t.Run(string(outcome), func(t *testing.T) {
			onBoth(t, func(r *room) {
				ticket := r.takes(reach)
				cause := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "a", Words: bot.Words{Text: "Ваш **рахунок**", Markup: true}}, "")
				again := ReplyTo{Ticket: ticket.ID, Again: cause}
				r.replies(r.olha, again, bot.FaultNoReply) // it may still arrive
				r.ends(ticket.Address, cause, outcome)
				r.wantSaid(ticket, "Ваш **рахунок** "+string(outcome))
				second := r.replies(r.olha, again, "")
				if pressedTwice := r.replies(r.olha, again, ""); pressedTwice != second {
					r.Errorf("two presses are %q and %q", second, pressedTwice)
				}
				if n := r.count(`SELECT count(*) FROM outbox WHERE state = 'pending'`); n != 1 {
					r.Errorf("%d rows leave, want 1", n)
				}
				if last := r.wire.said[len(r.wire.said)-1]; last.Plain || last.Text != "Ваш **рахунок**" {
					r.Errorf("said again as %+v", last)
				}
				r.wantSaid(ticket, "Ваш **рахунок** "+string(outcome), "Ваш **рахунок**")
				talk, err := r.Talk(r.Context(), r.olha, ticket.ID, 0)
				if err != nil || !talk.Lines[0].Repeated || talk.Lines[0].Retryable() || talk.Lines[1].Again != cause {
					r.Errorf("%+v, %v", talk.Lines, err)
				}
				r.ends(ticket.Address, second, bot.Malformed)
				third := r.replies(r.olha, again, "") // the first stands on the page still, on one of its older parts
				if pressedOnTheSecond := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Again: second}, ""); third == second || pressedOnTheSecond != third {
					r.Errorf("said again as %q, then %q and %q", second, third, pressedOnTheSecond)
				}
				r.ends(ticket.Address, third, bot.Sent)
				r.wantSaid(ticket, "Ваш **рахунок** "+string(outcome), "Ваш **рахунок** malformed", "Ваш **рахунок** sent")
				r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Again: third}, bot.FaultNoReply)
			})
		})
	}
}

// A retry to somebody who has blocked us says so, and the mark stays.
func TestRetryToWhomWeCannotReach(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		cause := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "a", Words: bot.Words{Text: "Гаразд"}}, "")
		r.ends(ticket.Address, cause, bot.Gone)
		if w, err := r.Warn(r.Context(), ticket); err != nil || !w.Away {
			r.Errorf("it is not said before: %+v, %v", w, err)
		}
		r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Again: cause}, bot.FaultCustomerAway)
		r.wantSaid(ticket, "Гаразд gone")
	})
}

// Nobody says again, or takes back, what was said to somebody else.
func TestRepliesOfOthersStay(t *testing.T) {
	onBoth(t, func(r *room) {
		ours, theirs := r.takes(bot.Reachable), r.takes(bot.Reachable)
		cause := r.replies(r.olha, ReplyTo{Ticket: theirs.ID, Key: "a", Words: bot.Words{Text: "пароль"}, Undo: time.Hour}, "")
		r.exec(`UPDATE history SET outcome = 'malformed'`)
		r.replies(r.olha, ReplyTo{Ticket: ours.ID, Again: cause}, bot.FaultNoReply)
		if err := r.TakeBack(r.Context(), r.olha, ours.ID, cause); err == nil {
			r.Error("taken back from another ticket")
		}
	})
}

// Of somebody who is erased while their operator writes nothing stays, and nothing is
// sent to them.
func TestErasedWhileTheirOperatorWrites(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		other := r.takes(bot.Reachable)
		over := make(chan error, 1)
		if err := r.store.InTx(r.Context(), func(tx *storage.Tx) error {
			ctx := r.Context()
			if err := tx.PutDraft(ctx, storage.Draft{Ticket: ticket.ID, User: r.ivan.User, Text: "чернетка"}); err != nil {
				return err
			}
			held, err := tx.TicketFor(ctx, ticket.ID, bot.TicketReply, r.olha)
			if err != nil {
				return err
			}
			if _, err := r.reply(ctx, tx, r.olha, held, ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "слова"}, Undo: time.Hour}); err != nil {
				return err
			}
			go func() {
				over <- r.store.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: ticket.Contact}) })
			}()
			r.somebodyWaits()
			return nil
		}); err != nil {
			r.Fatal(err)
		}
		if err := <-over; err != nil {
			r.Fatal(err)
		}
		if n := r.count(`SELECT (SELECT count(*) FROM drafts) + (SELECT count(*) FROM outbox WHERE state = 'pending')`); n != 0 {
			r.Errorf("%d rows of somebody who is erased", n)
		}

		// And what is kept meanwhile is kept of nobody.
		if err := r.store.InTx(r.Context(), func(tx *storage.Tx) error {
			ctx := r.Context()
			if err := tx.Erase(ctx, storage.Person{Contact: other.Contact}); err != nil {
				return err
			}
			go func() {
				over <- r.SetDraft(ctx, r.olha, other.ID, keyed(storage.Draft{Ticket: other.ID, User: r.olha.User}).Key, bot.Words{Text: "чернетка"})
			}()
			r.somebodyWaits()
			return nil
		}); err != nil {
			r.Fatal(err)
		}
		if err := <-over; err == nil {
			r.Error("a draft to somebody who is erased is kept")
		}
		if n := r.count(`SELECT count(*) FROM drafts`); n != 0 {
			r.Errorf("%d drafts to somebody who is erased", n)
		}
	})
}

// somebodyWaits returns once somebody waits for what this transaction holds. SQLite
// lets one write at a time, so there is nothing to wait for.
func (r *room) somebodyWaits() {
	r.Helper()
	if r.db.DriverName() != "postgres" {
		return
	}
	for r.Context().Err() == nil && !r.Failed() {
		if r.count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0 {
			return
		}
	}
}

func TestTwoPagesSendADraftOnce(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		keep := func(key, text string) error {
			return r.SetDraft(r.Context(), r.olha, ticket.ID, key, bot.Words{Text: text})
		}
		page := func() Draft {
			r.Helper()
			own, _, err := r.Drafts(r.Context(), r.olha, ticket.ID)
			if err != nil {
				r.Fatal(err)
			}
			return own
		}
		one, two := page(), page() // both opened before a word was written
		if err := keep(one.Key, "Вітаю"); err != nil {
			r.Fatal(err)
		}
		if p := page(); p.Text != "Вітаю" || p.Key != two.Key {
			r.Errorf("a page opened now has %+v", p)
		}
		to := ReplyTo{Ticket: ticket.ID, Key: one.Key, Words: bot.Words{Text: "Вітаю"}}
		r.replies(r.olha, to, "")
		r.replies(r.olha, to, "")
		to.Words.Text = "Вітаю!"
		r.replies(r.olha, to, bot.FaultReplyKey)
		r.wantSaid(ticket, "Вітаю")
		if err := keep(two.Key, "Віт"); !errors.Is(err, storage.ErrConflict) {
			r.Errorf("a page that lags behind wrote into the next draft: %v", err)
		}
		if p := page(); p.Text != "" || p.Key == one.Key {
			r.Errorf("after sending the draft is %+v", p)
		}
	})
}

// The next holder reads what the one before began, with their name; each writes
// their own.
func TestDraftsOfColleagues(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		for _, a := range []bot.Actor{r.olha, r.ivan} {
			own, _, err := r.Drafts(r.Context(), a, ticket.ID)
			if err == nil {
				err = r.SetDraft(r.Context(), a, ticket.ID, own.Key, bot.Words{Text: "пише " + a.Login})
			}
			if err != nil {
				r.Fatal(err)
			}
		}
		r.must(ticket, bot.TicketTakeover, r.ivan)
		r.must(ticket, bot.TicketClose, r.ivan)
		own, others, err := r.Drafts(r.Context(), r.ivan, ticket.ID)
		if err != nil || own.Text != "пише ivan" || len(others) != 1 || others[0].Text != "пише olha" || others[0].Login != "olha" {
			r.Errorf("%+v, %+v, %v", own, others, err)
		}
		r.exec(`UPDATE drafts SET updated_at = updated_at - $1`, storage.DraftsKept.Microseconds())
		if own, others, err = r.Drafts(r.Context(), r.ivan, ticket.ID); err != nil || own.Text != "" || len(others) != 0 {
			r.Errorf("after 30 days: %+v, %+v, %v", own, others, err)
		}
		var forbidden *bot.ForbiddenError
		if _, _, err := r.Drafts(r.Context(), r.marketer, ticket.ID); !errors.As(err, &forbidden) {
			r.Errorf("a marketer reads drafts: %v", err)
		}
	})
}

// The talk is one over all chats of the person, page by page, without a line twice or
// left out.
func TestTalkOverAllChats(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket, other := r.takes(bot.Reachable), r.opens(bot.Reachable)
		r.exec(`UPDATE conversations SET contact = $1 WHERE chat = $2`, ticket.Contact, other.Address.Chat)
		const lines = 130
		for i := range lines {
			at := []bot.Address{ticket.Address, other.Address}[i%2]
			r.add(bot.Entry{Address: at, Kind: string(bot.Typed), Text: fmt.Sprint(i), Cause: fmt.Sprint(i)})
		}
		r.exec(`UPDATE history SET id = CAST(text AS BIGINT) / 2 + 1`) // each moment in both chats
		var all []string
		var before int64
		for pages := 0; pages == 0 || before != 0; pages++ {
			talk, err := r.Talk(r.Context(), r.olha, ticket.ID, before)
			if err != nil || pages > 5 {
				r.Fatal(err, pages)
			}
			var texts []string
			for _, l := range talk.Lines {
				texts = append(texts, l.Text)
			}
			all, before = append(texts, all...), talk.Before
		}
		slices.Sort(all)
		if len(all) != lines || len(slices.Compact(all)) != lines {
			r.Errorf("%d lines over all pages, want %d", len(all), lines)
		}
	})
}

// What later lines tell of earlier ones stands beside those.
func TestTalkRelatesLines(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		at := ticket.Address
		detail := func(v any) []byte {
			data, err := json.Marshal(v)
			if err != nil {
				r.Fatal(err)
			}
			return data
		}
		r.add(
			bot.Entry{Address: at, Out: true, Kind: "say", Text: "Меню", Cause: "1", Detail: detail(map[string]any{
				"step": "menu/main", "language": "uk", "buttons": [][]bot.Button{{{Label: "Запитати", Action: "ask"}, {Label: "Оператор", Action: "person"}}},
			})},
			bot.Entry{Address: at, Kind: "tapped", Cause: "2", Detail: detail(map[string]any{"press": bot.Press{Action: "person"}})},
			bot.Entry{Address: at, Kind: "typed", Text: "скільки кошутє", Cause: "3", Detail: detail(map[string]any{"id": "77"})},
			bot.Entry{Address: at, Kind: "edited", Text: "скільки коштує", Cause: "4", Detail: detail(map[string]any{"id": "77"})},
			bot.Entry{Address: at, Kind: "attached", Cause: "5", Detail: []byte("no JSON")},
		)
		talk, err := r.Talk(r.Context(), r.olha, ticket.ID, 0)
		if err != nil || len(talk.Lines) != 5 {
			r.Fatal(talk, err)
		}
		menu := talk.Lines[0]
		if menu.Step != "menu/main" || menu.Buttons[0][0].Pressed || !menu.Buttons[0][1].Pressed || menu.Language != bot.Ukrainian {
			r.Errorf("%+v", menu)
		}
		if !talk.Lines[2].Edited || talk.Lines[3].Edited || !talk.Lines[3].Edit {
			r.Errorf("%+v %+v", talk.Lines[2], talk.Lines[3])
		}
	})
}

// What is sensitive does not stand on the card: the person's own page asks for a reason.
func TestCardHidesWhatIsSensitive(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		err := r.store.InTx(r.Context(), func(tx *storage.Tx) error {
			return errors.Join(tx.EditContent(r.Context()),
				tx.PutAttribute(r.Context(), bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Sensitive: true}),
				tx.EditContact(r.Context(), ticket.Contact, func(p *storage.ContactRow) error {
					p.Attributes = map[string]string{"debt": "7351", "street": "Хрещатик"}
					return nil
				}))
		})
		if err != nil {
			r.Fatal(err)
		}
		card, err := r.Card(r.Context(), r.olha, ticket.ID)
		if err != nil || len(card.Person.Attributes) != 1 || card.Person.Attributes["street"] == "" || len(card.Masked) != 1 {
			r.Errorf("%+v, %v", card.Person, err)
		}
	})
}

// Operators read the talks of people who needed somebody in the last 90 days.
func TestWhoReadsTalks(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		r.must(ticket, bot.TicketClose, r.olha)
		reads := func(a bot.Actor, want error) {
			r.Helper()
			if _, err := r.Talk(r.Context(), a, ticket.ID, 0); !errors.Is(err, want) {
				r.Errorf("%s reads: %v, want %v", a.Login, err, want)
			}
			if _, err := r.Card(r.Context(), a, ticket.ID); !errors.Is(err, want) {
				r.Errorf("%s reads the card: %v, want %v", a.Login, err, want)
			}
		}
		reads(r.ivan, nil)
		r.exec(`UPDATE tickets SET closed_at = $1`, time.Now().Add(-91*24*time.Hour).UnixMicro())
		reads(r.ivan, storage.ErrNotFound)
		reads(bot.Actor{User: "a", Login: "admin", Role: bot.Admin}, nil)
		again := r.again(ticket) // they need somebody again
		r.exec(`UPDATE conversations SET contact = $1`, ticket.Contact)
		reads(r.ivan, nil)
		r.exec(`UPDATE tickets SET chat = 'another', bot = 'viber' WHERE id = $1`, again.ID)
		reads(r.ivan, nil) // in another chat of theirs
		r.exec(`UPDATE tickets SET contact = 'another' WHERE id = $1`, again.ID)
		reads(r.ivan, storage.ErrNotFound)
		var forbidden *bot.ForbiddenError
		if _, err := r.Talk(r.Context(), r.marketer, ticket.ID, 0); !errors.As(err, &forbidden) || forbidden.Permission != bot.ReadTalks {
			r.Errorf("a marketer reads: %v", err)
		}
	})
}
