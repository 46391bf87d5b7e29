package desk

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// always has operators at work day and night, so that a test may run at any hour.
func (r *room) always() {
	r.Helper()
	if err := r.store.PutSetting(r.Context(), bot.HoursSetting, `{"days":[`+
		`[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],`+
		`[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}]]}`); err != nil {
		r.Fatal(err)
	}
}

func (r *room) leased(name string, f func(storage.Lease)) {
	r.Helper()
	l, _, ok, err := r.store.Acquire(r.Context(), name, storage.NewID(), time.Minute)
	if err != nil || !ok {
		r.Fatalf("lease: %v %v", ok, err)
	}
	f(l)
	if err := r.store.Release(r.Context(), l); err != nil {
		r.Fatal(err)
	}
}

// acts has the customer do something while their ticket is in the state.
func (r *room) acts(t bot.Ticket, state bot.TicketState, line bool, more ...func(*storage.TurnWrite)) error {
	r.Helper()
	var failed error
	r.leased(t.Address.Bot, func(l storage.Lease) {
		id := storage.NewID()
		if _, err := r.store.Receive(r.Context(), []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: t.Address.Bot, ID: id, Chat: t.Address.Chat, Payload: []byte("x")},
		}}); err != nil {
			r.Fatal(err)
		}
		w := storage.TurnWrite{Bot: t.Address.Bot, InboxID: id}
		if t.ID != "" {
			w.Shown = &storage.TicketShown{Ticket: t.ID, State: state, Line: line}
		}
		for _, f := range more {
			f(&w)
		}
		_, failed = r.store.CommitTurns(r.Context(), l, []storage.TurnWrite{w})
	})
	return failed
}

// now returns the ticket as it is.
func (r *room) now(t bot.Ticket) bot.Ticket {
	r.Helper()
	is, err := r.store.Ticket(r.Context(), t.ID)
	if err != nil {
		r.Fatal(err)
	}
	return is
}

// answers has the operator reply, and the message end so; "" leaves it on its way.
func (r *room) answers(t bot.Ticket, a bot.Actor, outcome bot.Outcome) {
	r.Helper()
	talk, err := r.Talk(r.Context(), a, t.ID, 0)
	if err != nil {
		r.Fatal(err)
	}
	cause := r.replies(a, ReplyTo{Ticket: t.ID, Key: storage.NewID(), Words: bot.Words{Text: "слова"}, Seen: talk.Newest}, "")
	if outcome != "" {
		r.ends(t.Address, cause, outcome)
	}
}

func isCode(err error, code bot.FaultCode) bool {
	var refused *bot.RefusedError
	return errors.As(err, &refused) && refused.Code == code
}

// TestWhoseWordIsNext: a reply makes it the customer's turn, their next line ours
// again, from that line on; a reply that did not arrive makes it ours from the line
// that it would have answered. Each is a revision more.
func TestWhoseWordIsNext(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		last := int64(0)
		step := func(what string, turn bot.TicketTurn, since time.Time) bot.Ticket {
			r.Helper()
			is := r.now(ticket)
			if is.Turn != turn || !since.IsZero() && !is.TurnAt.Equal(since) {
				r.Errorf("%s: %s since %v, want %s since %v", what, is.Turn, is.TurnAt, turn, since)
			}
			if is.Revision <= last || is.ChangedAt.IsZero() {
				r.Errorf("%s: revision %d after %d", what, is.Revision, last)
			}
			last = is.Revision
			return is
		}
		asked := step("opened", bot.TurnOurs, time.Time{}).TurnAt
		r.must(ticket, bot.TicketTake, r.olha)
		step("taken", bot.TurnOurs, asked)
		if err := r.acts(ticket, bot.TicketTaken, true); err != nil {
			r.Fatal(err)
		}
		step("the customer adds something", bot.TurnOurs, asked)
		r.answers(ticket, r.olha, bot.Sent)
		step("a reply", bot.TurnTheirs, asked)
		if err := r.acts(ticket, bot.TicketTaken, false); err != nil {
			r.Fatal(err)
		}
		step("a press", bot.TurnTheirs, asked)
		if err := r.acts(ticket, bot.TicketTaken, true); err != nil {
			r.Fatal(err)
		}
		again := step("thanks", bot.TurnOurs, time.Time{}).TurnAt
		if !again.After(asked) {
			r.Errorf("it is our turn since %v, and was since %v", again, asked)
		}
		r.answers(ticket, r.olha, bot.Malformed)
		step("a reply that cannot be sent", bot.TurnOurs, again)
		r.answers(ticket, r.olha, "")
		if err := r.acts(ticket, bot.TicketTaken, true); err != nil {
			r.Fatal(err)
		}
		r.leased("telegram", func(l storage.Lease) {
			if n, err := r.store.Expire(r.Context(), l, -time.Minute); err != nil || n != 1 {
				r.Fatalf("%d expired: %v", n, err)
			}
		})
		step("a reply that grew old, after another line", bot.TurnOurs, again)
		r.answers(ticket, r.olha, bot.Unknown)
		step("a reply that may have arrived", bot.TurnTheirs, time.Time{})
	})
}

// TestATurnThatKnewOfAnotherTicketIsMadeAgain: a line that was decided on while the
// ticket stood otherwise is not written as it was decided.
func TestATurnThatKnewOfAnotherTicketIsMadeAgain(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		r.must(ticket, bot.TicketTake, r.olha)
		if err := r.acts(ticket, bot.TicketWaiting, true); !errors.Is(err, storage.ErrConflict) {
			r.Errorf("the bot would have answered while an operator does: %v", err)
		}
		r.must(ticket, bot.TicketClose, r.olha)
		if err := r.acts(ticket, bot.TicketTaken, true); !errors.Is(err, storage.ErrConflict) {
			r.Errorf("the bot would have been silent though no operator is there: %v", err)
		}
	})
}

// TestReturnTimer: after so many working minutes in our turn a held ticket is in the
// queue again, at its old place, the customer hears it once, and the audit says that
// it went by time. In the customer's turn nothing returns.
func TestReturnTimer(t *testing.T) {
	onBoth(t, func(r *room) {
		r.always()
		first, second := r.opens(bot.Reachable), r.opens(bot.Reachable)
		asked := r.now(first).TurnAt
		r.must(first, bot.TicketTake, r.olha)
		r.must(second, bot.TicketTake, r.olha)
		r.answers(second, r.olha, bot.Sent)
		due := func(after time.Duration) {
			r.Helper()
			if _, err := r.db.Exec(`DELETE FROM bots WHERE bot = '~desk'`); err != nil {
				r.Fatal(err)
			}
			if err := r.Due(r.Context(), "me", time.Now().Add(after)); err != nil {
				r.Fatal(err)
			}
		}
		heard := len(r.told())
		due(14 * time.Minute)
		if is := r.now(first); is.State != bot.TicketTaken {
			r.Fatalf("returned too early: %+v", is)
		}
		for range 2 {
			due(16 * time.Minute)
		}
		if is := r.now(first); is.State != bot.TicketWaiting || is.Holder != "" || !is.TurnAt.Equal(asked) {
			r.Errorf("after 16 minutes: %+v", is)
		}
		if is := r.now(second); is.State != bot.TicketTaken {
			r.Errorf("the customer's turn returned: %+v", is)
		}
		if got := r.told(); len(got) != heard+1 || got[heard] != "released" {
			r.Errorf("heard %q", got)
		}
		if got := r.audited(first); got[len(got)-1] != `system ticket.release {"from":"taken","holder":"`+r.olha.User+`","to":"waiting"}` {
			r.Errorf("audit: %q", got)
		}
		if err := r.store.PutSetting(r.Context(), bot.ReturnSetting, "0"); err != nil {
			r.Fatal(err)
		}
		r.must(first, bot.TicketTake, r.olha)
		due(24 * time.Hour)
		if is := r.now(first); is.State != bot.TicketTaken {
			r.Errorf("returned though nothing ever is to: %+v", is)
		}
	})
}

func TestParseMinutes(t *testing.T) {
	for setting, want := range map[string]time.Duration{"15": 15 * time.Minute, "0": 0, "1": time.Minute, "-1": -1, "x": -1, "20000": -1} {
		got, err := bot.ParseMinutes(setting)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%s: %v, %v", setting, got, err)
		}
	}
}

// TestSleep: what is put aside wakes at its moment and with the customer's next line,
// and nobody puts a customer aside who waits for us.
func TestSleep(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket, ctx := r.opens(bot.Reachable), r.Context()
		r.must(ticket, bot.TicketTake, r.olha)
		soon := time.Now().Add(time.Hour)
		if err := r.Sleep(ctx, ticket.ID, soon, time.Now(), r.olha); !isCode(err, bot.FaultOurTurn) {
			r.Errorf("in our turn: %v", err)
		}
		r.answers(ticket, r.olha, bot.Sent)
		for _, until := range []time.Time{time.Now().Add(-time.Minute), time.Now().Add(SleepMost + time.Hour)} {
			if err := r.Sleep(ctx, ticket.ID, until, time.Now(), r.olha); !isCode(err, bot.FaultWake) {
				r.Errorf("until %v: %v", until, err)
			}
		}
		r.isRefused(r.Sleep(ctx, ticket.ID, soon, time.Now(), r.ivan), bot.TicketSleep, "olha")
		if err := r.Sleep(ctx, ticket.ID, soon, time.Now(), r.olha); err != nil || r.now(ticket).WakeAt.IsZero() {
			r.Fatalf("it does not sleep: %v", err)
		}
		if err := r.acts(ticket, bot.TicketTaken, true); err != nil || !r.now(ticket).WakeAt.IsZero() {
			r.Errorf("the customer's line does not wake it: %v", err)
		}
		r.answers(ticket, r.olha, bot.Sent)
		if err := r.Sleep(ctx, ticket.ID, soon, time.Now(), r.olha); err != nil {
			r.Fatal(err)
		}
		before := r.now(ticket).Revision
		if err := r.store.WakeTickets(ctx); err != nil || r.now(ticket).WakeAt.IsZero() {
			r.Errorf("it wakes before its moment: %v", err)
		}
		if _, err := r.db.Exec(`UPDATE tickets SET wake_at = 1`); err != nil {
			r.Fatal(err)
		}
		if err := r.store.WakeTickets(ctx); err != nil || !r.now(ticket).WakeAt.IsZero() || r.now(ticket).Revision != before+1 {
			r.Errorf("its moment does not wake it: %+v, %v", r.now(ticket), err)
		}
	})
}

// TestRevisionsOfOneTicket: of many who write to one ticket at once, each is a
// revision of its own.
func TestRevisionsOfOneTicket(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		before := r.now(ticket).Revision
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := r.store.InTx(context.Background(), func(tx *storage.Tx) error { return tx.ShowTicket(context.Background(), ticket.ID) }); err != nil {
					r.Error(err)
				}
			})
		}
		wg.Wait()
		if got := r.now(ticket).Revision; got != before+20 {
			r.Errorf("revision %d, want %d", got, before+20)
		}
	})
}
