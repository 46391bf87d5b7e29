package desk

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// of has the ticket be one for the reason.
func (r *room) of(reason bot.Reason) bot.Ticket {
	r.Helper()
	t := r.opens(bot.Reachable)
	if _, err := r.db.Exec(`UPDATE tickets SET reason = $1 WHERE id = $2`, reason, t.ID); err != nil {
		r.Fatal(err)
	}
	return t
}

// again opens another ticket of the person, and returns it.
func (r *room) again(t bot.Ticket) bot.Ticket {
	r.Helper()
	next := bot.Ticket{ID: storage.NewID(), Address: t.Address, Contact: t.Contact, Reason: bot.ReasonAgain}
	if err := r.acts(bot.Ticket{Address: t.Address}, "", false, func(w *storage.TurnWrite) { w.Open = &next }); err != nil {
		r.Fatal(err)
	}
	return r.now(next)
}

// TestComplaintIsAnsweredBeforeItIsClosed: also a reply that did not arrive is none.
// An abusive one may be closed as what it is.
func TestComplaintIsAnsweredBeforeItIsClosed(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx, ticket := r.Context(), r.of(bot.ReasonComplaint)
		refused := func(what string) {
			r.Helper()
			if _, err := r.Close(ctx, ticket.ID, bot.OutcomeSolved, r.olha); !isCode(err, bot.FaultComplaint) || r.now(ticket).State == bot.TicketClosed {
				r.Errorf("%s: %v", what, err)
			}
		}
		refused("while it waits")
		r.must(ticket, bot.TicketTake, r.olha)
		refused("while it is taken")
		r.answers(ticket, r.olha, bot.Malformed)
		refused("after a reply that failed")
		r.answers(ticket, r.olha, bot.Sent)
		if is, err := r.Close(ctx, ticket.ID, bot.OutcomeUnsolved, r.olha); err != nil || is.Outcome != bot.OutcomeUnsolved {
			r.Errorf("after a reply: %+v, %v", is, err)
		}
		if _, err := r.Close(ctx, r.of(bot.ReasonComplaint).ID, bot.OutcomeAbuse, r.olha); err != nil {
			r.Errorf("as abuse: %v", err)
		}
		for _, how := range []bot.TicketOutcome{"", "other", bot.OutcomeRecalled, bot.OutcomeJoined} {
			var wrong *bot.InvalidError
			if _, err := r.Close(ctx, r.opens(bot.Reachable).ID, how, r.olha); !errors.As(err, &wrong) || wrong.Faults[0].Code != bot.FaultChoice {
				r.Errorf("outcome %q: %v", how, err)
			}
		}
	})
}

// TestAbuseBarsForADay: the person is known as barred until it is taken back.
func TestAbuseBarsForADay(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx, ticket := r.Context(), r.opens(bot.Reachable)
		barred := func() time.Time {
			r.Helper()
			all, err := r.store.LoadTurns(ctx, []bot.Address{ticket.Address})
			if err != nil {
				r.Fatal(err)
			}
			return all[ticket.Address].BarredAt
		}
		if _, err := r.Forgive(ctx, ticket.ID, r.olha); err == nil {
			r.Error("an open ticket is forgiven")
		}
		if _, err := r.Close(ctx, ticket.ID, bot.OutcomeAbuse, r.olha); err != nil {
			r.Fatal(err)
		}
		if at := barred(); at.IsZero() {
			r.Error("nobody is barred")
		}
		if next := r.again(ticket); next.Previous != "" || next.Offered != "" {
			r.Errorf("what follows abuse is offered: %+v", next)
		}
		if _, err := r.Forgive(ctx, ticket.ID, r.ivan); err != nil {
			r.Fatal(err)
		}
		if at := barred(); !at.IsZero() || r.now(ticket).State != bot.TicketClosed {
			r.Errorf("still barred: %v, %+v", at, r.now(ticket))
		}
		if _, err := r.Forgive(ctx, ticket.ID, r.ivan); !isCode(err, bot.FaultNotAbuse) {
			r.Errorf("twice: %v", err)
		}
		if got := r.audited(ticket); len(got) != 2 {
			r.Errorf("audit: %q", got)
		}
	})
}

// TestNewTicketIsOfferedToItsOldHolder: linked, the holder's first for a while, and
// anybody's who presses for that very one. Its place is told to nobody.
func TestNewTicketIsOfferedToItsOldHolder(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx, ticket := r.Context(), r.opens(bot.Reachable)
		r.must(ticket, bot.TicketTake, r.olha)
		r.must(ticket, bot.TicketClose, r.olha)
		ahead := func() int {
			r.Helper()
			n, err := r.store.Ahead(ctx, []bot.Address{ticket.Address})
			if err != nil {
				r.Fatal(err)
			}
			return n[ticket.Address]
		}
		if n := ahead(); n != bot.NotInLine {
			r.Errorf("before it is opened: %d", n)
		}
		next := r.again(ticket)
		if next.Previous != ticket.ID || next.Offered != r.olha.User || !next.OfferedUntil.After(time.Now().Add(bot.OfferRest/2)) || ahead() != bot.NotInLine {
			r.Fatalf("%+v, ahead %d", next, ahead())
		}
		if _, err := r.db.Exec(`UPDATE tickets SET offered_until = 1 WHERE id = $1`, next.ID); err != nil {
			r.Fatal(err)
		}
		if err := r.store.WakeTickets(ctx); err != nil || r.now(next).Offered != "" || r.now(next).Revision != next.Revision+1 || ahead() != 0 {
			r.Errorf("the offer does not end: %+v, %v", r.now(next), err)
		}
		r.must(next, bot.TicketTake, r.ivan)
		r.must(next, bot.TicketClose, r.ivan)
		if _, err := r.db.Exec(`UPDATE users SET disabled_at = 1 WHERE id = $1`, r.ivan.User); err != nil {
			r.Fatal(err)
		}
		if third := r.again(ticket); third.Previous != next.ID || third.Offered != "" || ahead() != 0 {
			r.Errorf("offered to somebody who is gone: %+v", third)
		}
	})
}

// TestASecondTicketIsTakenWithTheFirst: of one person, in another chat.
func TestASecondTicketIsTakenWithTheFirst(t *testing.T) {
	onBoth(t, func(r *room) {
		first, second, foreign := r.opens(bot.Reachable), r.opens(bot.Reachable), r.opens(bot.Reachable)
		if _, err := r.db.Exec(`UPDATE tickets SET contact = $1 WHERE id = $2`, first.Contact, second.ID); err != nil {
			r.Fatal(err)
		}
		r.must(first, bot.TicketTake, r.olha)
		if is := r.now(second); is.State != bot.TicketTaken || is.Holder != r.olha.User || len(r.audited(second)) != 1 {
			r.Errorf("%+v", is)
		}
		if is := r.now(foreign); is.State != bot.TicketWaiting {
			r.Errorf("somebody else's: %+v", is)
		}
		if got := r.told(); len(got) != 2 {
			r.Errorf("heard %q", got)
		}
	})
}

// TestRating: asked once a week, of whoever held the ticket then; the last answer
// counts, and nobody is asked whom we cannot write to.
func TestRating(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx, ticket := r.Context(), r.opens(bot.Reachable)
		closing := func(t bot.Ticket, how bot.TicketOutcome) bool {
			r.Helper()
			if _, err := r.Close(ctx, t.ID, how, r.olha); err != nil {
				r.Fatal(err)
			}
			events := r.events()
			return events[len(events)-1].Rate
		}
		if !closing(ticket, bot.OutcomeSolved) {
			r.Fatal("nobody is asked")
		}
		for _, score := range []int{0, 2, 5} {
			if err := r.acts(bot.Ticket{Address: ticket.Address}, "", false, func(w *storage.TurnWrite) { w.Rating = &bot.Rating{Ticket: ticket.ID, Score: score} }); err != nil {
				r.Fatal(err)
			}
		}
		if score, err := r.store.Rating(ctx, ticket.ID); err != nil || score != 5 {
			r.Errorf("score %d, %v", score, err)
		}
		if n := r.count(`SELECT count(*) FROM ratings WHERE holder = '` + r.olha.User + `' AND rated_at > 0`); n != 1 {
			r.Errorf("%d ratings of the holder", n)
		}
		if closing(r.again(ticket), bot.OutcomeSolved) {
			r.Error("asked twice within a week")
		}
		if _, err := r.db.Exec(`UPDATE ratings SET asked_at = asked_at - $1`, bot.RatingRest.Microseconds()); err != nil {
			r.Fatal(err)
		}
		if !closing(r.again(ticket), bot.OutcomeSilent) {
			r.Error("not asked after a week")
		}
		if closing(r.opens(bot.Reachable), bot.OutcomeAbuse) {
			r.Error("asked after abuse")
		}
		gone := r.opens(bot.Reachable)
		if _, err := r.db.Exec(`UPDATE conversations SET reach = 'blocked' WHERE chat = $1`, gone.Address.Chat); err != nil {
			r.Fatal(err)
		}
		if closing(gone, bot.OutcomeSolved) {
			r.Error("asked where we cannot write")
		}
	})
}

// TestAReplyThatFailsAfterTheClosing: the customer was not answered after all, so a
// ticket follows, its old holder's first. Nothing follows to people who are gone, after
// words that were taken back, or where somebody waits already.
func TestAReplyThatFailsAfterTheClosing(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx := r.Context()
		closed := func(how bot.TicketOutcome) (bot.Ticket, string) {
			r.Helper()
			ticket := r.takes(bot.Reachable)
			cause := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: storage.NewID(), Words: bot.Words{Text: "слова"}, Seen: SeenAll, Undo: 10 * time.Second}, "")
			if _, err := r.Close(ctx, ticket.ID, how, r.olha); err != nil {
				r.Fatal(err)
			}
			return ticket, cause
		}
		open := func(old bot.Ticket) (all []bot.Ticket) {
			r.Helper()
			found, err := r.store.OpenTickets(ctx)
			if err != nil {
				r.Fatal(err)
			}
			return slices.DeleteFunc(found, func(t bot.Ticket) bool { return t.Address != old.Address })
		}
		old, cause := closed(bot.OutcomeSolved)
		version := r.count(`SELECT version FROM conversations WHERE chat = '` + old.Address.Chat + `'`)
		r.ends(old.Address, cause, bot.Malformed)
		got := open(old)
		if len(got) != 1 || got[0].State != bot.TicketWaiting || got[0].Turn != bot.TurnOurs || got[0].Previous != old.ID ||
			got[0].Reason != bot.ReasonUnsent || got[0].Contact != old.Contact || got[0].Offered != r.olha.User || !got[0].OfferedUntil.After(time.Now()) {
			r.Fatalf("what follows: %+v", got)
		}
		if now := r.count(`SELECT version FROM conversations WHERE chat = '` + old.Address.Chat + `'`); now != version+1 {
			r.Error("a turn that knew of no ticket is not made again")
		}
		r.must(got[0], bot.TicketTake, r.olha)
		if again := r.replies(r.olha, ReplyTo{Ticket: got[0].ID, Again: cause, Seen: SeenAll}, ""); again == cause {
			r.Errorf("the words cannot be said again: %q", again)
		}
		for what, end := range map[string]func(bot.Ticket, string){
			"it was sent":          func(t bot.Ticket, cause string) { r.ends(t.Address, cause, bot.Sent) },
			"nobody knows":         func(t bot.Ticket, cause string) { r.ends(t.Address, cause, bot.Unknown) },
			"the person is gone":   func(t bot.Ticket, cause string) { r.ends(t.Address, cause, bot.Gone) },
			"somebody waits there": func(t bot.Ticket, cause string) { r.again(t); r.ends(t.Address, cause, bot.Malformed) },
			"it was taken back": func(t bot.Ticket, cause string) {
				if err := r.TakeBack(ctx, r.olha, t.ID, cause); err != nil {
					r.Fatal(err)
				}
			},
		} {
			old, cause := closed(bot.OutcomeSolved)
			end(old, cause)
			if got := open(old); slices.ContainsFunc(got, func(t bot.Ticket) bool { return t.Reason == bot.ReasonUnsent }) {
				r.Errorf("%s: %+v", what, got)
			}
		}
		abuse, cause := closed(bot.OutcomeAbuse)
		if r.ends(abuse.Address, cause, bot.Malformed); len(open(abuse)) != 0 {
			r.Error("after abuse")
		}
	})
}

// TestOneQuestionOfManyClosings: of one person's tickets that are closed at the same
// moment, before any of their chats hears it, one asks how it was.
func TestOneQuestionOfManyClosings(t *testing.T) {
	onBoth(t, func(r *room) {
		const n = 6
		var all []bot.Ticket
		for range n {
			all = append(all, r.opens(bot.Reachable))
		}
		r.exec(`UPDATE tickets SET contact = $1`, all[0].Contact)
		var closing sync.WaitGroup
		for i, t := range all {
			closing.Go(func() {
				if _, err := r.Close(r.Context(), t.ID, bot.OutcomeSolved, []bot.Actor{r.olha, r.ivan}[i%2]); err != nil {
					r.Error(err)
				}
			})
		}
		closing.Wait()
		asked := 0
		for _, e := range r.events() {
			if e.Rate {
				asked++
			}
		}
		if asked != 1 || r.count(`SELECT count(*) FROM ratings`) != 1 {
			r.Errorf("asked %d times, %d rows", asked, r.count(`SELECT count(*) FROM ratings`))
		}
	})
}

// TestWritesFirst: a ticket that the operator holds, in the customer's turn; refused
// where the customer would not read it or asked not to.
func TestWritesFirst(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx, ticket := r.Context(), r.opens(bot.Reachable)
		taken, err := r.OpenAt(ctx, ticket.Address, r.olha)
		if err != nil || taken.ID != ticket.ID || taken.Holder != r.olha.User {
			r.Errorf("where one waits: %+v, %v", taken, err)
		}
		if _, err := r.OpenAt(ctx, ticket.Address, r.ivan); err == nil {
			r.Error("where a colleague holds one")
		}
		r.must(ticket, bot.TicketClose, r.olha)
		if _, err := r.db.Exec(`INSERT INTO contacts (id, created_at) VALUES ($1, 1) ON CONFLICT DO NOTHING`, ticket.Contact); err != nil {
			r.Fatal(err)
		}
		opened, err := r.OpenFor(ctx, ticket.Contact, r.olha)
		if err != nil || opened.State != bot.TicketTaken || opened.Turn != bot.TurnTheirs || opened.OpenedBy != r.olha.User || opened.Reason != bot.ReasonWritten {
			r.Errorf("%+v, %v", opened, err)
		}
		if same, err := r.OpenFor(ctx, ticket.Contact, r.olha); err != nil || same.ID != opened.ID {
			r.Errorf("again: %+v, %v", same, err)
		}
		r.must(opened, bot.TicketClose, r.olha)
		for _, c := range []struct {
			is   string
			code bot.FaultCode
		}{
			{`UPDATE conversations SET reach = 'blocked'`, bot.FaultCustomerAway},
			{`UPDATE conversations SET reach = 'open', hushed = TRUE`, bot.FaultStopped},
			{`UPDATE conversations SET hushed = FALSE`, ""},
			{`UPDATE contacts SET stopped = TRUE`, bot.FaultStopped},
			{`DELETE FROM conversations`, bot.FaultNoCustomer},
		} {
			if _, err := r.db.Exec(c.is); err != nil {
				r.Fatal(err)
			}
			if c.code == "" {
				continue
			}
			if _, err := r.OpenFor(ctx, ticket.Contact, r.olha); !isCode(err, c.code) {
				r.Errorf("%s: %v", c.is, err)
			}
		}
		var forbidden *bot.ForbiddenError
		if _, err := r.OpenAt(ctx, ticket.Address, r.marketer); !errors.As(err, &forbidden) {
			r.Errorf("a marketer: %v", err)
		}
	})
}

// TestWhoLeavesLosesTheirTickets: those in our turn wait again at their old place,
// and the customer hears it; the others wait for the customer's next word.
func TestWhoLeavesLosesTheirTickets(t *testing.T) {
	onBoth(t, func(r *room) {
		ours, theirs, other := r.opens(bot.Reachable), r.opens(bot.Reachable), r.opens(bot.Reachable)
		asked := r.now(ours).TurnAt
		r.must(ours, bot.TicketTake, r.olha)
		r.must(theirs, bot.TicketTake, r.olha)
		r.must(other, bot.TicketTake, r.ivan)
		r.answers(theirs, r.olha, bot.Sent)
		heard := len(r.told())
		if err := r.store.InTx(r.Context(), func(tx *storage.Tx) error { return tx.LoseTickets(r.Context(), r.olha.User, r.ivan) }); err != nil {
			r.Fatal(err)
		}
		if is := r.now(ours); is.State != bot.TicketWaiting || is.Holder != "" || is.Turn != bot.TurnOurs || !is.TurnAt.Equal(asked) {
			r.Errorf("in our turn: %+v", is)
		}
		if is := r.now(theirs); is.State != bot.TicketWaiting || is.Holder != "" || is.Turn != bot.TurnTheirs {
			r.Errorf("in the customer's turn: %+v", is)
		}
		if is := r.now(other); is.Holder != r.ivan.User {
			r.Errorf("a colleague's: %+v", is)
		}
		if got := r.told(); !slices.Equal(got[heard:], []string{"released"}) {
			r.Errorf("heard %q", got[heard:])
		}
		if err := r.acts(theirs, bot.TicketWaiting, true); err != nil || r.now(theirs).Turn != bot.TurnOurs {
			r.Errorf("their next word: %+v, %v", r.now(theirs), err)
		}
	})
}
