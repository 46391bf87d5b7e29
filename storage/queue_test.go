package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// queued opens a ticket for each name, a minute apart, and gives their ids.
func queued(t *testing.T, s *storage.Store, n int) []string {
	t.Helper()
	l := lease(t, s, telegram, "me")
	ids := make([]string, n)
	for i := range n {
		chat := fmt.Sprintf("q%02d", i)
		ids[i] = "ticket-" + chat
		turn(t, s, l, chat, storage.TurnWrite{
			Conversation: conversation(chat, 1), Contact: contact(chat),
			Open: &bot.Ticket{ID: ids[i], Address: at(chat), Contact: "contact-" + chat, OpenedAt: noon.Add(time.Duration(i) * time.Minute)},
		})
	}
	return ids
}

func idsOf(rows []storage.QueueRow) []string {
	ids := []string{}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// TestQueueIsReadByPages: every list, page by page, is the whole of it, each ticket
// once and in its order.
func TestQueueIsReadByPages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ids := queued(t, s, 9)
		for i, m := range []bot.TicketMove{"", "", "", bot.TicketTake, bot.TicketTake, bot.TicketTake, bot.TicketClose, bot.TicketClose, ""} {
			if m != "" {
				user := "olha"
				if i == 5 {
					user = "ivan"
				}
				must[bot.Ticket](t)(move(t, s, ids[i], m, user))
			}
		}
		for tab, want := range map[storage.QueueTab][]string{
			storage.QueueWaiting: {ids[0], ids[1], ids[2], ids[8]},
			storage.QueueMine:    {ids[3], ids[4]},
			storage.QueueTaken:   {ids[3], ids[4], ids[5]},
			storage.QueueTheirs:  nil,
			storage.QueueOpen:    {ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[8]},
			storage.QueueClosed:  {ids[7], ids[6]},
		} {
			f := storage.QueueFilter{Tab: tab, Limit: 2}
			if tab == storage.QueueMine {
				f.User = "olha"
			}
			var got []string
			for {
				rows := must[[]storage.QueueRow](t)(s.Queue(t.Context(), f))
				got = append(got, idsOf(rows)...)
				if len(rows) < f.Limit {
					break
				}
				f.After = rows[len(rows)-1].Place(tab)
			}
			if tab == storage.QueueClosed { // both at about the same moment
				slices.Sort(got)
				slices.Sort(want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", tab, diff)
			}
		}
		c := must[storage.QueueCounts](t)(s.QueueCounts(t.Context()))
		want := storage.QueueCounts{
			Waiting: 4, Open: 7, Closed: 2, Oldest: noon, Held: map[string]storage.Held{"olha": {Ours: 2}, "ivan": {Ours: 1}},
		}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("counts: %s", diff)
		}
	})
}

// TestQueueRowSaysWhatItIsAbout: the person, the holder, the change, and the last
// words of the customer, not those of the bot.
func TestQueueRowSaysWhatItIsAbout(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		ok(t, s.PutChanges(t.Context(), []bot.Change{change("tariff", bot.ChangeAnnounced)}))
		ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.AddUser(t.Context(), storage.User{ID: "olha", Login: "olha", Role: bot.Operator})
		}))
		long := entry("1", "u2", "Коли саме?\n"+string(make([]rune, 400)))
		photo := bot.Entry{Address: at("2"), At: noon, Cause: "u3", Kind: "attached", Detail: []byte(`{"attachment":{"kind":"photo"}}`)}
		says := func(chat string) bot.Entry {
			return bot.Entry{Address: at(chat), At: noon, Out: true, Cause: "turn/x", Kind: "say", Text: "Кличу людину."}
		}
		for chat, said := range map[string][]bot.Entry{"1": {entry("1", "u1", "Перше"), long, says("1")}, "2": {photo, says("2")}, "3": {says("3")}} {
			turn(t, s, l, chat, storage.TurnWrite{
				Conversation: conversation(chat, 1), Contact: contact(chat), History: said,
				Open: &bot.Ticket{ID: "t" + chat, Address: at(chat), Contact: "contact-" + chat, Reason: bot.ReasonChange, Topic: "tariff"},
			})
		}
		must[bot.Ticket](t)(move(t, s, "t1", bot.TicketTake, "olha"))
		rows := must[[]storage.QueueRow](t)(s.QueueRows(t.Context(), []string{"t1", "t2", "t3", "none"}))
		slices.SortFunc(rows, func(a, b storage.QueueRow) int { return cmpString(a.ID, b.ID) })
		if len(rows) != 3 {
			t.Fatalf("%d rows", len(rows))
		}
		one := rows[0]
		if one.Name == "" || one.HolderName != "olha" || one.Title == (bot.Bilingual{}) || one.Language == "" {
			t.Errorf("%+v", one)
		}
		if n := len([]rune(one.Last.Text)); n < 10 || n > 300 || one.Last.Ours || one.Last.Text[:len("Коли")] != "Коли" {
			t.Errorf("last words: %d characters of %+v", n, one.Last)
		}
		if last := rows[1].Last; last.Text != "" || last.Attachment != bot.Photo {
			t.Errorf("a picture: %+v", last)
		}
		if last := rows[2].Last; last != (storage.QueueLine{}) {
			t.Errorf("nothing was said: %+v", last)
		}
	})
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// TestNextTicket: the longest waiting first, none twice however many ask, and what
// is offered to somebody else only when the offer is over.
func TestNextTicket(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const operators = 12
		ids := queued(t, s, 8)
		var mu sync.Mutex
		got := map[string]string{}
		var wg sync.WaitGroup
		for i := range operators {
			wg.Go(func() {
				user := fmt.Sprintf("user-%d", i)
				var id string
				err := s.InTx(context.Background(), func(tx *storage.Tx) (err error) {
					if id, err = tx.NextTicket(context.Background(), user); err != nil {
						return err
					}
					_, _, err = tx.MoveTicket(context.Background(), id, bot.TicketTake, bot.Actor{User: user})
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, storage.ErrNotFound):
				case err != nil:
					t.Error(err)
				case got[id] != "":
					t.Errorf("%s went to %s and to %s", id, got[id], user)
				default:
					got[id] = user
				}
			})
		}
		wg.Wait()
		if len(got) != len(ids) {
			t.Errorf("%d of %d were taken", len(got), len(ids))
		}
	})
}

func TestNextTicketIsTheLongestWaitingThatIsNotAnothersFirst(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		open := func(id, chat string, version int64) {
			turn(t, s, l, chat, storage.TurnWrite{
				Conversation: conversation(chat, version), Contact: contact(chat),
				Open: &bot.Ticket{ID: id, Address: at(chat), Contact: "contact-" + chat, OpenedAt: noon.Add(time.Duration(len(id)) * time.Minute)},
			})
		}
		open("a", "1", 1)
		ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
			err := tx.AddUser(t.Context(), storage.User{ID: "olha", Login: "olha", Role: bot.Operator})
			_, _, err2 := tx.EndTicket(t.Context(), "a", bot.TicketClose, bot.OutcomeSolved, bot.Actor{User: "olha"})
			return errors.Join(err, err2)
		}))
		open("bb", "1", 2) // follows what olha closed, so it is hers first
		open("ccc", "2", 1)
		if offered := must[bot.Ticket](t)(s.Ticket(t.Context(), "bb")); offered.Offered != "olha" {
			t.Fatalf("offered to %q", offered.Offered)
		}
		for user, want := range map[string]string{"olha": "bb", "ivan": "ccc"} {
			ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
				id, err := tx.NextTicket(t.Context(), user)
				if id != want {
					t.Errorf("%s gets %q, want %q", user, id, want)
				}
				return err
			}))
		}
	})
}

// TestDeskNews: what changed since, and who is signed out, and nothing else.
func TestDeskNews(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ids := queued(t, s, 3)
		start := must[storage.DeskNews](t)(s.DeskNews(t.Context(), time.Time{}, 10))
		if len(start.Changed) != 0 || start.Now.IsZero() {
			t.Errorf("at first: %+v", start)
		}
		all := must[storage.DeskNews](t)(s.DeskNews(t.Context(), start.Now.Add(-time.Minute), 10))
		if len(all.Changed) != 3 {
			t.Errorf("%d changed of late, want 3", len(all.Changed))
		}
		must[bot.Ticket](t)(move(t, s, ids[1], bot.TicketTake, "olha"))
		before := all.Changed
		all = must[storage.DeskNews](t)(s.DeskNews(t.Context(), start.Now.Add(-time.Minute), 10))
		for _, m := range all.Changed {
			i := slices.IndexFunc(before, func(b storage.TicketMark) bool { return b.ID == m.ID })
			if grown := m.Revision > before[i].Revision; grown != (m.ID == ids[1]) {
				t.Errorf("%s: revision %d after %d", m.ID, m.Revision, before[i].Revision)
			}
		}
		if few := must[storage.DeskNews](t)(s.DeskNews(t.Context(), start.Now.Add(-time.Minute), 2)); len(few.Changed) != 2 {
			t.Errorf("%d, want the first 2", len(few.Changed))
		}
	})
}
