package storage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// judged is a person in the database, and the same as the governor is told of them.
type judged struct {
	waits storage.Waiting
	is    bot.Governed
}

// anybody makes a person up, in the database and in Go.
func anybody(t *testing.T, s *storage.Store, r *rand.Rand, l storage.Lease, n int, now time.Time) judged {
	t.Helper()
	pick := func(of int) bool { return r.IntN(of) == 0 }
	id, chat := fmt.Sprintf("c%d", n), fmt.Sprint(n)
	c := &bot.Contact{ID: id, Stopped: pick(9), Zone: []string{"", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Mars/Base"}[r.IntN(5)]}
	c.Wishes.Quiet = []bot.Quiet{bot.QuietUsual, bot.QuietLater, bot.QuietShort, bot.QuietNever, bot.QuietNever}[r.IntN(5)]
	if pick(4) {
		c.Wishes.PausedUntil = now.Add(time.Duration(r.IntN(200)-100) * time.Hour).Truncate(time.Microsecond)
	}
	if pick(5) {
		c.Wishes.Muted = []bot.ChangeKind{bot.Tariff}
	}
	if pick(2) {
		c.Wishes.Granted = []string{bot.TopicNews}
	}
	is := bot.Governed{Stopped: c.Stopped, Zone: c.Zone, Wishes: c.Wishes}
	conv := &bot.Conversation{Address: at(chat), Contact: id, Version: 1, Hushed: pick(12), Reach: bot.Reachable}
	switch {
	case pick(15):
		conv.Reach = bot.Blocked
	case pick(15):
		conv.Reach = bot.Opened
	}
	is.Stopped, is.Reach = is.Stopped || conv.Hushed, conv.Reach
	turn(t, s, l, chat, storage.TurnWrite{Contact: c, Conversation: conv})
	if pick(10) {
		is.Held = true
		ok(t, errOf(s.Exec(t.Context(), `INSERT INTO tickets (bot, id, chat, contact, state, holder, opened_at) VALUES ($1, $2, $3, $4, 'taken', 'u', 1)`, telegram, "t"+chat, chat, id)))
	}
	for i := range r.IntN(4) {
		released := now.Add(-time.Duration(r.IntN(9*24*60)) * time.Minute).Truncate(time.Microsecond)
		outcome := []string{"pending", "sent", "unknown", "failed", "skipped"}[r.IntN(5)]
		putRecipient(t, s, fmt.Sprintf("old%d", i), id, chat, outcome, released)
		if i := slices.Index([]string{"pending", "sent", "unknown"}, outcome); i >= 0 && released.After(now.AddDate(0, 0, -8)) {
			is.Told = append(is.Told, released)
		}
	}
	return judged{storage.Waiting{Broadcast: "b", Key: id, Contact: bot.Contact{ID: id}, To: at(chat)}, is}
}

// putRecipient writes a recipient as if their message had been released then.
func putRecipient(t *testing.T, s *storage.Store, broadcast, id, chat, outcome string, released time.Time) {
	t.Helper()
	ok(t, errOf(s.Exec(t.Context(), `INSERT INTO recipients (broadcast, key, contact, bot, chat, outcome, listed_at, released_at) VALUES ($1, $2, $2, $3, $4, $5, 1, $6)`,
		broadcast, id, telegram, chat, outcome, released)))
}

// What the database says of people is what the governor in Go says of the same people.
func TestGovernIsTheGovernors(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		r := rand.New(rand.NewPCG(7, 7))
		now := time.Now()
		var all []judged
		for n := range 60 {
			all = append(all, anybody(t, s, r, l, n, now))
		}
		all = append(all, judged{storage.Waiting{Broadcast: "b", Key: "nobody", Contact: bot.Contact{ID: "nobody"}, To: at("none")}, bot.Governed{Gone: true}})
		ok(t, s.PutSetting(t.Context(), bot.CapWeekSetting, "2"))
		topics := []bot.Topic{{ID: "tariff", Starts: true}, {ID: bot.TopicNews}}
		for round := range 8 {
			waiting := make([]storage.Waiting, len(all))
			for i, j := range all {
				apart := now.Add(30 * time.Minute) // from every full hour: the clocks that judge are a moment apart
				push := bot.Push{Topic: topics[r.IntN(2)], Urgent: round == 1, Correction: round == 2, Effective: apart.Add(time.Duration(r.IntN(24)) * time.Hour)}
				if r.IntN(3) == 0 {
					push.Until = apart.Add(time.Duration(r.IntN(30)-3) * time.Hour)
				}
				waiting[i] = j.waits
				waiting[i].Push = push
			}
			var got []bot.Verdict
			ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
				_, now, _ = tx.MayRelease(t.Context())
				if now.IsZero() {
					now = time.Now()
				}
				g, err := tx.Governor(t.Context(), time.UTC)
				if err != nil {
					return err
				}
				got, err = tx.Govern(t.Context(), g, waiting)
				return err
			}))
			why := map[bot.Withheld]int{}
			for i, j := range all {
				g := bot.Governor{Cap: bot.Cap{Day: 1, Week: 2}, Zone: time.UTC}
				want := g.Judge(waiting[i].Push, j.is, now)
				why[want.Why]++
				// The clocks are a moment apart; what is held is asked about a minute later.
				if got[i].Why != want.Why || got[i].Until.Sub(want.Until).Abs() > 2*time.Minute || got[i].Ends() != want.Ends() {
					t.Errorf("round %d, %+v: got %+v, want %+v", round, j.is, got[i], want)
				}
			}
			if round == 0 && len(why) < 7 {
				t.Errorf("hardly anything is tried: %v", why)
			}
		}
	})
}

// The cap is one over all that releases at once: of ten messages to one person one
// leaves, whoever releases them.
func TestCapHoldsAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		w := bot.Wishes{Quiet: bot.QuietNever}
		turn(t, s, l, "1", storage.TurnWrite{Contact: &bot.Contact{ID: "c", Wishes: w}, Conversation: &bot.Conversation{Address: at("1"), Contact: "c", Version: 1}})
		ok(t, errOf(s.Beat(ctx)))
		topic := bot.Topic{ID: "tariff", Starts: true}
		var wg sync.WaitGroup
		for i := range 10 {
			b := fmt.Sprintf("b%d", i)
			putRecipient(t, s, b, "c", "1", "pending", time.Time{})
			wg.Go(func() {
				err := s.InTx(ctx, func(tx *storage.Tx) error {
					if may, _, err := tx.MayRelease(ctx); err != nil || !may {
						return fmt.Errorf("may not: %w", err)
					}
					g, err := tx.Governor(ctx, time.UTC)
					if err != nil {
						return err
					}
					v, err := tx.Govern(ctx, g, []storage.Waiting{{Push: bot.Push{Topic: topic}, Broadcast: b, Key: "c", Contact: bot.Contact{ID: "c"}, To: at("1")}})
					if err == nil && v[0].Goes() {
						_, err = tx.ExecFor(ctx, `UPDATE recipients SET released_at = {now} WHERE broadcast = $1 AND key = 'c'`, b)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE released_at > 0`)); n != 1 {
			t.Errorf("%d were released", n)
		}
	})
}

// Of several messages to one person in one batch the first leaves.
func TestCapHoldsWithinABatch(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{
			Contact:      &bot.Contact{ID: "c", Wishes: bot.Wishes{Quiet: bot.QuietNever}},
			Conversation: &bot.Conversation{Address: at("1"), Contact: "c", Version: 1},
		})
		var got []bot.Verdict
		ok(t, s.InTx(t.Context(), func(tx *storage.Tx) (err error) {
			push := bot.Push{Topic: bot.Topic{ID: "tariff", Starts: true}}
			c := storage.Waiting{Push: push, Broadcast: "b", Key: "c", Contact: bot.Contact{ID: "c"}, To: at("1")}
			d := c
			d.Broadcast = "d"
			g, err := tx.Governor(t.Context(), time.UTC)
			if err == nil {
				got, err = tx.Govern(t.Context(), g, []storage.Waiting{c, d})
			}
			return err
		}))
		if !got[0].Goes() || got[1].Why != bot.WithheldCap {
			t.Errorf("%+v", got)
		}
	})
}
