package storage_test

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/expand"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// sentBy has the bot send what is released by it, and returns the chats.
func (m *mailing) sentBy(name string, outcome bot.Outcome) (chats []string) {
	m.t.Helper()
	ctx := m.t.Context()
	l := lease(m.t, m.s, name, "me")
	must[bool](m.t)(m.b.Releaser(broadcast.Release{Bot: name}).Pass(ctx, l))
	rows := must[[]storage.OutboxRow](m.t)(m.s.Pending(ctx, name, bot.LaneBulk, 100))
	if len(rows) == 0 {
		return nil
	}
	must[[]bool](m.t)(m.s.Claim(ctx, l, rows))
	var all []storage.SendOutcome
	for _, r := range rows {
		all = append(all, storage.SendOutcome{Row: r, Outcome: outcome, ExternalID: map[bool]string{true: r.To.Chat}[outcome == bot.Sent]})
		chats = append(chats, r.To.Chat)
	}
	ok(m.t, m.s.RecordOutcomes(ctx, l, all))
	slices.Sort(chats)
	return chats
}

// listed lists everybody, where a web chat is visited.
func (m *mailing) listed() {
	m.t.Helper()
	ok(m.t, expand.New(expand.Config{Store: m.s, Owner: storage.NewID(), Visited: m.b.Visited()}).Work(m.t.Context()))
}

// also gives the person another address, where they were last before the first.
func also(t *testing.T, s *storage.Store, contact string, a bot.Address) {
	t.Helper()
	must[int](t)(s.Exec(t.Context(), `INSERT INTO conversations (bot, chat, contact, version, reach, last_at, joined_at) VALUES ($1, $2, $3, 1, $4, 1, 1)`, a.Bot, a.Chat, contact, bot.Reachable))
}

// What a messenger that tells of delivery has not told of within the hours goes to the
// next address, once; what it told of, what may have arrived, and whoever has no other
// address stays as it is, and the sum is exact at both bots.
func TestFallback(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		on := func(chat string) bot.Address { return bot.Address{Bot: "viber", Chat: chat} }
		for _, chat := range []string{"arrives", "lost", "late", "alone", "unknown"} {
			meets(t, s, on(chat), bot.Contact{ID: "id" + chat}, "")
			must[int](t)(s.Exec(ctx, `UPDATE conversations SET last_at = 5 WHERE chat = $1`, chat))
			if chat != "alone" {
				also(t, s, "id"+chat, at("t"+chat))
			}
		}
		b := news("новина")
		b.Fallback = 6
		m := sending(t, s, b)
		m.awake()
		m.listed()
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = $1 WHERE chat = 'unknown'`, time.Now().Add(time.Hour).UnixMicro()))
		if got := m.sentBy("viber", bot.Sent); len(got) != 4 {
			t.Fatalf("told %v", got)
		}
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = 0`))
		m.sentBy("viber", bot.Unknown)
		arrives := func(chat string) {
			t.Helper()
			ok(t, turns(t, s, on(chat), func(w *storage.TurnWrite) {
				w.Receipts = []storage.Receipt{{Kind: bot.Delivered, Address: on(chat), Message: chat}}
			}))
		}
		arrives("arrives")
		keeps(t, m.b)
		if m.now().State != bot.BroadcastSent {
			t.Fatalf("it is %s", m.now().State)
		}
		ago := (7 * time.Hour).Microseconds()
		for _, query := range []string{`UPDATE recipients SET sent_at = sent_at - $1 WHERE sent_at > 0`, `UPDATE broadcasts SET started_at = started_at - $1`} {
			must[int](t)(s.Exec(ctx, query, ago))
		}
		keeps(t, m.b)
		if r := m.sum("falling back"); m.now().State != bot.BroadcastSending || r.Pending != 2 || r.Sent != 2 || r.Unknown != 1 {
			t.Fatalf("%s: %+v", m.now().State, r)
		}
		// What the first messenger delivers before the next one is asked tells nobody twice.
		arrives("late")
		if r := m.sum("arriving after all"); r.Pending != 1 || r.Sent != 3 || r.Delivered != 2 {
			t.Fatalf("%+v", r)
		}
		for _, c := range must[storage.Progress](t)(s.Progress(ctx, m.id)).Counts {
			if c.What == "delivered" && (c.Bot != "viber" || c.N != 2) {
				t.Errorf("delivered: %+v", c)
			}
		}
		sound(t, s)
		if got := m.sentBy(telegram, bot.Sent); !slices.Equal(got, []string{"tlost"}) {
			t.Errorf("told at the next address: %v", got)
		}
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET sent_at = sent_at - $1 WHERE sent_at > 0`, ago))
		for range 2 {
			keeps(t, m.b)
		}
		// Afterwards it is known of the person, who stands where they were told last.
		arrives("lost")
		if r := m.sum("the end"); m.now().State != bot.BroadcastSent || r.Pending != 0 || r.Sent != 4 || r.Delivered != 3 {
			t.Errorf("once more: %s, %+v", m.now().State, r)
		}
		sound(t, s)
	})
}

// windowEnds has the window be over, as if one that ends by now had been approved.
func (m *mailing) windowEnds() {
	m.t.Helper()
	s, ctx := m.s, m.t.Context()
	must[int](m.t)(s.Exec(ctx, `UPDATE broadcasts SET until_at = $1 WHERE id = $2`, time.Now().Add(-time.Second).UnixMicro(), m.id))
	hash := m.now().ApprovedHash()
	must[int](m.t)(s.Exec(ctx, `UPDATE broadcasts SET hash = $1 WHERE id = $2`, hash, m.id))
	ok(m.t, s.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: bot.Actor{User: "approver", Role: bot.Approver}, Action: "broadcast.approve", Object: "broadcast/" + m.id, Detail: map[string]string{"hash": hash}})
	}))
}

// Whoever can only be told on our page waits for their next visit: that one tells them,
// by night too, and who does not come before the window ends is told nothing. Whoever
// has a messenger is told there.
func TestToldAtTheNextVisit(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		on := func(chat string) bot.Address { return bot.Address{Bot: "webchat", Chat: chat} }
		for _, chat := range []string{"comes", "late", "both"} {
			meets(t, s, on(chat), bot.Contact{ID: "id" + chat}, "")
		}
		also(t, s, "idboth", at("tboth"))
		b := news("новина")
		b.Until = time.Now().Add(time.Hour)
		m := sending(t, s, b)
		m.awake()
		m.listed()
		if got := m.sentBy(telegram, bot.Sent); !slices.Equal(got, []string{"tboth"}) {
			t.Errorf("told by a messenger: %v", got)
		}
		if got := m.sentBy("webchat", bot.Sent); len(got) != 0 || m.sum("before a visit").Pending != 2 {
			t.Errorf("told though they have not come: %v", got)
		}
		// Everybody sleeps at every hour of this day.
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET quiet = '', zone = $1`, sleeping(time.Now())))
		l := lease(t, s, "webchat", "me")
		r := m.b.Releaser(broadcast.Release{Bot: "webchat"})
		must[bool](t)(r.Pass(ctx, l)) // it sends, so visits are noted from now on
		r.Visited([]string{"comes"})
		must[bool](t)(r.Pass(ctx, l))
		if got := m.sentBy("webchat", bot.Sent); !slices.Equal(got, []string{"comes"}) {
			t.Errorf("told at a visit: %v", got)
		}
		m.windowEnds()
		keeps(t, m.b)
		if r := m.sum("the end"); r.Skipped[bot.ReasonTooLate] != 1 || r.Sent != 2 || m.now().State != bot.BroadcastSent {
			t.Errorf("%s: %+v", m.now().State, r)
		}
		sound(t, s)
	})
}

// sleeping is a zone in which it is night.
func sleeping(now time.Time) string {
	for _, zone := range []string{"UTC", "Asia/Tokyo", "America/New_York", "Pacific/Auckland"} {
		if bot.QuietUsual.Sleeps(now, bot.ZoneOf(zone, nil)) && bot.QuietUsual.Sleeps(now.Add(5*time.Minute), bot.ZoneOf(zone, nil)) {
			return zone
		}
	}
	panic("it is night nowhere")
}
