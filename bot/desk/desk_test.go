package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// wire is a channel that says what it is given, a part for each line, and counts
// whom it shows somebody writing.
type wire struct {
	bot.Channel
	typed   []string
	said    []bot.Message
	session bot.Session
}

func (*wire) Name() string { return "telegram" }

func (w *wire) Capabilities() bot.Capabilities {
	return bot.Capabilities{Buttons: true, Session: w.session}
}

func (w *wire) Render(m bot.Message) (parts []bot.Part, err error) {
	if !strings.ContainsFunc(m.Text, unicode.IsLetter) && !strings.ContainsFunc(m.Text, unicode.IsDigit) && m.Media == nil {
		return nil, errors.New("nothing to see")
	}
	w.said = append(w.said, m)
	for line := range strings.SplitSeq(m.Text, "\n") {
		body, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		parts = append(parts, bot.Part{Kind: bot.Say, Body: body})
	}
	return parts, nil
}

func (w *wire) Typing(_ context.Context, to bot.Address) error {
	w.typed = append(w.typed, to.Chat)
	return nil
}

// room is a desk over a real database, and its staff.
type room struct {
	*testing.T
	*Desk
	wire                          *wire
	db                            *sqlx.DB
	olha, ivan, marketer, nowhere bot.Actor
	n                             int
}

func onBoth(t *testing.T, f func(r *room)) {
	t.Helper()
	t.Run("postgres", func(t *testing.T) { f(newRoom(t, "postgres", storagetest.PostgresURL(t))) })
	t.Run("sqlite", func(t *testing.T) { f(newRoom(t, "sqlite", storagetest.SQLiteURL(t))) })
}

func newRoom(t *testing.T, driver, url string) *room {
	t.Helper()
	db, err := sqlx.Open(driver, strings.Replace(url, "sqlite:", "file:", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store, w := storagetest.Open(t, url), &wire{}
	r := &room{T: t, Desk: New(store, map[string]bot.Channel{"telegram": w}, time.UTC, slog.New(slog.DiscardHandler)), wire: w, db: db}
	hire := func(login string, role bot.Role) bot.Actor {
		u := storage.User{ID: storage.NewID(), Login: login, Role: role, Password: "none"}
		if err := store.InTx(t.Context(), func(tx *storage.Tx) error { return tx.AddUser(t.Context(), u) }); err != nil {
			t.Fatal(err)
		}
		return bot.Actor{User: u.ID, Login: login, Role: role, Name: bot.Bilingual{UK: "пані " + login, RU: "пани " + login}}
	}
	r.olha, r.ivan, r.marketer = hire("olha", bot.Operator), hire("ivan", bot.Operator), hire("maria", bot.Marketer)
	return r
}

// opens has somebody of the reach ask for a human.
func (r *room) opens(reach bot.Reach) bot.Ticket {
	r.Helper()
	r.n++
	ctx, at := r.Context(), bot.Address{Bot: "telegram", Chat: fmt.Sprint(r.n)}
	lease, _, ok, err := r.store.Acquire(ctx, at.Bot, storage.NewID(), time.Minute)
	if err != nil || !ok {
		r.Fatalf("lease: %v %v", ok, err)
	}
	_, err = r.store.Receive(ctx, []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: at.Bot, ID: at.Chat, Chat: at.Chat, Payload: []byte("x")}}})
	if err != nil {
		r.Fatal(err)
	}
	ticket := bot.Ticket{ID: storage.NewID(), Address: at, Reason: bot.ReasonAsked, Contact: "c" + at.Chat}
	if _, err := r.store.CommitTurns(ctx, lease, []storage.TurnWrite{{
		Bot: at.Bot, InboxID: at.Chat, Open: &ticket, Contact: &bot.Contact{ID: ticket.Contact},
		Conversation: &bot.Conversation{Address: at, Contact: ticket.Contact, Version: 1, Reach: reach},
	}}); err != nil {
		r.Fatal(err)
	}
	if err := r.store.Release(ctx, lease); err != nil {
		r.Fatal(err)
	}
	return ticket
}

func (r *room) must(t bot.Ticket, m bot.TicketMove, a bot.Actor) {
	r.Helper()
	if _, err := r.Move(r.Context(), t.ID, m, a); err != nil {
		r.Fatal(err)
	}
}

// says has the actor reply under the key.
func (r *room) says(t bot.Ticket, a bot.Actor, key string, words bot.Words) error {
	_, err := r.Reply(r.Context(), a, ReplyTo{Ticket: t.ID, Key: key, Words: words})
	return err
}

// count tells how many rows a query finds.
func (r *room) count(query string) (n int) {
	r.Helper()
	if err := r.db.Get(&n, query); err != nil {
		r.Fatal(err)
	}
	return n
}

// audited returns the entries about the ticket as "actor action detail".
func (r *room) audited(t bot.Ticket) (list []string) {
	r.Helper()
	if err := r.db.Select(&list, `SELECT actor || ' ' || action || ' ' || detail FROM audit WHERE object = $1 ORDER BY id`, "ticket/"+t.ID); err != nil {
		r.Fatal(err)
	}
	return list
}

// told returns what the conversations heard from the desk, as "kind detail".
func (r *room) told() (list []string) {
	r.Helper()
	for _, e := range r.events() {
		list = append(list, strings.TrimSpace(string(e.Kind)+" "+e.Detail+e.Operator.UK))
	}
	return list
}

// events returns it whole.
func (r *room) events() (list []bot.Event) {
	r.Helper()
	rows, err := r.store.Waiting(r.Context(), "telegram", 100, storage.InHand{})
	if err != nil {
		r.Fatal(err)
	}
	for _, row := range rows {
		var e bot.Event
		if err := json.Unmarshal(row.Payload, &e); err != nil {
			r.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

func (r *room) refused(t bot.Ticket, m bot.TicketMove, a bot.Actor, holder string) {
	r.Helper()
	_, err := r.Move(r.Context(), t.ID, m, a)
	r.isRefused(err, m, holder)
}

func (r *room) isRefused(err error, m bot.TicketMove, holder string) {
	r.Helper()
	var moved *bot.MoveError
	if !errors.As(err, &moved) || moved.Login != holder || moved.Move != string(m) || !strings.Contains(err.Error(), holder) {
		r.Errorf("%s: %v, want a refusal that names %q", m, err, holder)
	}
}

func TestDeskAsksForRights(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		for _, a := range []bot.Actor{r.marketer, r.nowhere} {
			var forbidden *bot.ForbiddenError
			_, err := r.Move(r.Context(), ticket.ID, bot.TicketTake, a)
			for _, err := range []error{
				err,
				r.says(ticket, a, "k", bot.Words{Text: "слова"}), r.Typing(r.Context(), ticket.ID, a),
			} {
				if !errors.As(err, &forbidden) || forbidden.Permission != bot.WorkTickets {
					r.Errorf("%q: %v", a.Role, err)
				}
			}
		}
		if n := r.count(`SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM audit WHERE object LIKE 'ticket/%')`); n != 0 || len(r.told()) != 0 {
			r.Errorf("%d rows were written for nobody's right", n)
		}
	})
}

// Every move stands in the audit with who made it, and the customer hears each.
func TestDeskMovesAreAudited(t *testing.T) {
	onBoth(t, func(r *room) {
		first, second := r.opens(bot.Reachable), r.opens(bot.Reachable)
		r.must(first, bot.TicketTake, r.olha)
		r.refused(first, bot.TicketTake, r.ivan, "olha")
		r.refused(first, bot.TicketClose, r.ivan, "olha")
		r.refused(first, bot.TicketRelease, r.ivan, "olha")
		r.isRefused(r.says(first, r.ivan, "k", bot.Words{Text: "слова"}), bot.TicketReply, "olha")
		r.must(first, bot.TicketTakeover, r.ivan)
		r.isRefused(r.says(first, r.olha, "k", bot.Words{Text: "слова"}), bot.TicketReply, "ivan")
		if err := r.says(first, r.ivan, "k", bot.Words{Text: "слова"}); err != nil {
			r.Fatal(err)
		}
		r.must(first, bot.TicketRelease, bot.System()) // as what goes by time does
		r.must(first, bot.TicketTake, r.olha)
		r.must(first, bot.TicketClose, r.olha)
		r.must(second, bot.TicketClose, r.ivan)

		if diff := cmp.Diff([]string{
			r.olha.User + ` ticket.take {"from":"waiting","to":"taken"}`,
			r.ivan.User + ` ticket.takeover {"from":"taken","holder":"` + r.olha.User + `","to":"taken"}`,
			r.ivan.User + ` ticket.reply {}`,
			`system ticket.release {"from":"taken","holder":"` + r.ivan.User + `","to":"waiting"}`,
			r.olha.User + ` ticket.take {"from":"waiting","to":"taken"}`,
			r.olha.User + ` ticket.close {"from":"taken","outcome":"solved","to":"closed"}`,
		}, r.audited(first)); diff != "" {
			r.Error(diff)
		}
		if got := r.audited(second); len(got) != 1 || got[0] != r.ivan.User+` ticket.close {"from":"waiting","outcome":"solved","to":"closed"}` {
			r.Errorf("closing a waiting ticket: %q", got)
		}
		if closed, err := r.store.Ticket(r.Context(), second.ID); err != nil || closed.Holder != r.ivan.User || closed.TakenAt.IsZero() {
			r.Errorf("who closed it has not taken it: %+v, %v", closed, err)
		}
		if diff := cmp.Diff([]string{
			"taken пані olha", "taken_over пані ivan", "released", "taken пані olha", "closed пані olha", "closed пані ivan",
		}, r.told()); diff != "" {
			r.Error(diff)
		}
		if _, err := r.store.VerifyAudit(r.Context(), storage.AuditHead{}); err != nil {
			r.Error(err)
		}
	})
}

// What shows nothing is refused in words, whether or not it is more than spaces.
func TestReplyThatShowsNothing(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.takes(bot.Reachable)
		for _, words := range []bot.Words{{}, {Text: " \n"}, {Text: "\u200b"}, {Text: "\u2060\ufeff", Markup: true}, {Text: "\u0301"}} {
			var invalid *bot.InvalidError
			err := r.says(ticket, r.olha, "k", words)
			if !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultUnsayable {
				r.Errorf("%q: %v", words.Text, err)
			}
			_, err = r.Preview(r.Context(), r.olha, ticket.ID, words, nil)
			if !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultUnsayable {
				r.Errorf("preview of %q: %v", words.Text, err)
			}
		}
		r.wantSaid(ticket)
	})
}

// TestReplyAsItStands: an operator's words are no markup unless they ask for it, and
// the history says which.
func TestReplyAsItStands(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		r.must(ticket, bot.TicketTake, r.olha)
		for i, words := range []bot.Words{{Text: "Наберіть *111*4#"}, {Text: "**Дякуємо**", Markup: true}} {
			if err := r.says(ticket, r.olha, fmt.Sprint(i), words); err != nil {
				r.Fatal(err)
			}
			if m := r.wire.said[len(r.wire.said)-1]; m.Text != words.Text || m.Plain == words.Markup {
				r.Errorf("%+v leaves as %+v", words, m)
			}
			said, err := r.store.History(r.Context(), ticket.Address, 10)
			if err != nil || len(said) != i+1 {
				r.Fatalf("%+v, %v", said, err)
			}
			newest := said[0]
			if said[i].Text == words.Text {
				newest = said[i]
			}
			var d replied
			if err := json.Unmarshal(newest.Detail, &d); err != nil || newest.Text != words.Text || d.Plain == words.Markup {
				r.Errorf("%+v stands as %q %s: %v", words, newest.Text, newest.Detail, err)
			}
		}
	})
}

func TestReplyToWhomWeCannotReach(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Blocked)
		r.must(ticket, bot.TicketTake, r.olha)
		err := r.says(ticket, r.olha, "k", bot.Words{Text: "Добрий день"})
		var refused *bot.RefusedError
		if !errors.As(err, &refused) || refused.Code != bot.FaultCustomerAway {
			r.Fatalf("reply to somebody who has blocked us: %v", err)
		}
		said, err := r.store.History(r.Context(), ticket.Address, 10)
		if err != nil || len(said) != 0 || r.count(`SELECT count(*) FROM outbox`) != 0 || len(r.audited(ticket)) != 1 {
			r.Errorf("it stands as said: %+v, %v, %q", said, err, r.audited(ticket))
		}
		// They are back: the same call goes through, once.
		if _, err := r.db.Exec(`UPDATE conversations SET reach = 'open'`); err != nil {
			r.Fatal(err)
		}
		for range 2 {
			if err := r.says(ticket, r.olha, "k", bot.Words{Text: "Добрий день"}); err != nil {
				r.Fatal(err)
			}
		}
		if err := r.says(ticket, r.olha, "k", bot.Words{Text: "Добрий день\nі ще"}); !errors.As(err, &refused) || refused.Code != bot.FaultReplyKey {
			r.Errorf("another text under the same key: %v", err)
		}
		said, err = r.store.History(r.Context(), ticket.Address, 10)
		if err != nil || len(said) != 1 || r.count(`SELECT count(*) FROM outbox`) != 1 || len(r.audited(ticket)) != 2 {
			r.Errorf("said twice: %+v, %v, %q", said, err, r.audited(ticket))
		}
	})
}

func TestOnlyTheHolderIsSeenTyping(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		typing := func(a bot.Actor) {
			r.Helper()
			if err := r.Typing(r.Context(), ticket.ID, a); err != nil {
				r.Fatal(err)
			}
		}
		typing(r.olha)
		r.must(ticket, bot.TicketTake, r.olha)
		typing(r.ivan)
		if len(r.wire.typed) != 0 {
			r.Errorf("the customer sees somebody writing who cannot reply")
		}
		typing(r.olha)
		if !slices.Equal(r.wire.typed, []string{ticket.Address.Chat}) || len(r.audited(ticket)) != 1 {
			r.Errorf("typing shown %q, audited %q", r.wire.typed, r.audited(ticket))
		}
	})
}

// Of many who take at once one wins, the others are told who, and the audit has
// one entry.
func TestOneOfManyTakes(t *testing.T) { // F21
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		var mu sync.Mutex
		var won []string
		var told []string
		var wg sync.WaitGroup
		for i := range 12 {
			a := []bot.Actor{r.olha, r.ivan}[i%2]
			wg.Go(func() {
				_, err := r.Move(context.Background(), ticket.ID, bot.TicketTake, a)
				mu.Lock()
				defer mu.Unlock()
				var refused *bot.MoveError
				switch {
				case err == nil:
					won = append(won, a.Login)
				case errors.As(err, &refused):
					told = append(told, refused.Login)
				default:
					r.Error(err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 || len(told) != 11 || len(r.audited(ticket)) != 1 {
			r.Fatalf("won %v, told %v, audited %q", won, told, r.audited(ticket))
		}
		for _, login := range told {
			if login != won[0] {
				r.Errorf("told %q, but %q won", login, won[0])
			}
		}
	})
}

// TestWhoLeadsReturnsAColleaguesTicket: to its old place, and the customer hears it;
// others who do not hold it learn that they may not.
func TestWhoLeadsReturnsAColleaguesTicket(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket := r.opens(bot.Reachable)
		asked := r.now(ticket).TurnAt
		r.must(ticket, bot.TicketTake, r.olha)
		r.answers(ticket, r.olha, bot.Sent)
		var forbidden *bot.ForbiddenError
		if _, err := r.Move(r.Context(), ticket.ID, bot.TicketReturn, r.ivan); !errors.As(err, &forbidden) || forbidden.Permission != bot.LeadDesk {
			r.Errorf("without the lead: %v", err)
		}
		lead := r.ivan
		lead.Lead = true
		r.refused(ticket, bot.TicketRelease, lead, "olha")
		r.refused(ticket, bot.TicketClose, lead, "olha")
		r.must(ticket, bot.TicketReturn, lead)
		if is := r.now(ticket); is.State != bot.TicketWaiting || is.Holder != "" || is.Turn != bot.TurnOurs || !is.TurnAt.Equal(asked) {
			r.Errorf("%+v", is)
		}
		if got := r.told(); !slices.Equal(got, []string{"taken пані olha", "released пані ivan"}) {
			r.Errorf("heard %q", got)
		}
		want := lead.User + ` ticket.return {"from":"taken","holder":"` + r.olha.User + `","to":"waiting"}`
		if got := r.audited(ticket); len(got) == 0 || got[len(got)-1] != want {
			r.Errorf("audit %q, want %q", got, want)
		}
	})
}
