package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// paper is a messenger that shows a message as its text.
type paper struct {
	bot.Channel
	can bot.Capabilities
}

func (paper) Name() string { return telegram }

func (p paper) Capabilities() bot.Capabilities { return p.can }

func (paper) Render(m bot.Message) ([]bot.Part, error) {
	body, err := json.Marshal(m.Text)
	return []bot.Part{{Kind: bot.Say, Body: body}}, err
}

// mailing is a broadcast that goes through its engine by hand, one step at a time.
type mailing struct {
	t     *testing.T
	s     *storage.Store
	b     *broadcast.Broadcasts
	id    string
	tries map[string]int // messages that may have arrived, by chat
	stops map[string]bool
}

func newMailing(t *testing.T, s *storage.Store) *mailing {
	t.Helper()
	m := sending(t, s, bot.Broadcast{Text: bot.Bilingual{UK: "Вітаю, {{name|друже}}", RU: "Здравствуйте, {{name|друг}}"}})
	m.awake()
	return m
}

// awake lets everybody be told at any hour, as often as there is something to tell.
func (m *mailing) awake() {
	m.t.Helper()
	must[int](m.t)(m.s.Exec(m.t.Context(), `UPDATE contacts SET quiet = $1`, bot.QuietNever))
	for _, setting := range []string{bot.CapDaySetting, bot.CapWeekSetting} {
		ok(m.t, m.s.PutSetting(m.t.Context(), setting, "none"))
	}
}

func (m *mailing) now() storage.Mailing {
	return must[storage.Mailing](m.t)(m.s.Broadcast(m.t.Context(), m.id))
}

// moves makes the move where it is legal.
func (m *mailing) moves(move bot.BroadcastMove, with broadcast.Moved) {
	m.t.Helper()
	_, err := m.b.Move(m.t.Context(), bot.System(), m.id, move, m.now().Version, with)
	var illegal *bot.MoveError
	if err != nil && !errors.As(err, &illegal) {
		m.t.Fatalf("%s: %v", move, err)
	}
}

func (m *mailing) release(l storage.Lease) {
	m.t.Helper()
	r := m.b.Releaser(broadcast.Release{Bot: telegram, Rate: 4})
	must[bool](m.t)(r.Pass(m.t.Context(), l))
}

// sends claims what may leave and ends each as how says; "" is a death before the end
// is written.
func (m *mailing) sends(l storage.Lease, how func() bot.Outcome) (claimed int) {
	m.t.Helper()
	ctx := m.t.Context()
	rows := must[[]storage.OutboxRow](m.t)(m.s.Pending(ctx, telegram, bot.LaneBulk, 100))
	if len(rows) == 0 {
		return 0
	}
	var outcomes []storage.SendOutcome
	for i, mine := range must[[]bool](m.t)(m.s.Claim(ctx, l, rows)) {
		if !mine {
			continue
		}
		claimed++
		r := rows[i]
		if m.stops[r.To.Chat] {
			m.t.Errorf("%s stopped, and a message was claimed", r.To.Chat)
		}
		outcome := how()
		if outcome != bot.Later && outcome != bot.Gone && outcome != bot.Malformed {
			m.tries[r.To.Chat]++
		}
		if outcome != "" {
			outcomes = append(outcomes, storage.SendOutcome{Row: r, Outcome: outcome, ExternalID: map[bool]string{true: r.To.Chat}[outcome == bot.Sent]})
		}
	}
	ok(m.t, m.s.RecordOutcomes(ctx, l, outcomes))
	return claimed
}

// sum checks that the report adds up and is what a recount says.
func (m *mailing) sum(after string) bot.Report {
	m.t.Helper()
	r := must[bot.Report](m.t)(m.s.Report(m.t.Context(), m.id))
	if r.Planned != r.Sum() {
		m.t.Fatalf("after %s: %+v", after, r)
	}
	rows := must[int](m.t)(m.s.Count(m.t.Context(), `SELECT count(*) FROM recipients WHERE broadcast = $1`, m.id))
	if rows != r.Planned {
		m.t.Fatalf("after %s: %d rows, planned %d", after, rows, r.Planned)
	}
	return r
}

// F20, S75: whatever happens to a broadcast on its way and to its people, the sum is
// exact in every commit, nobody is told twice, and nothing is claimed for somebody
// after their «стоп».
func TestBroadcastAddsUp(t *testing.T) {
	const people, steps = 40, 120
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		chat := func(i int) string { return fmt.Sprintf("c%02d", i) }
		for i := range people {
			meets(t, s, at(chat(i)), bot.Contact{ID: "k" + chat(i), Name: "n", Language: bot.Ukrainian}, "")
		}
		m := newMailing(t, s)
		seed := uint64(time.Now().UnixNano())
		t.Log("seed", seed)
		random := rand.New(rand.NewPCG(seed, 1))
		outcome := func() bot.Outcome {
			return []bot.Outcome{bot.Sent, bot.Sent, bot.Sent, bot.Unknown, bot.Later, bot.Gone, bot.Malformed, ""}[random.IntN(8)]
		}
		l := lease(t, s, telegram, "me")
		recovered := func() {
			l = lease(t, s, telegram, "me")
			_, _, err := s.RecoverSending(ctx, l)
			ok(t, err)
		}
		someone := func() string { return chat(random.IntN(people)) }
		ops := map[string]func(){
			"list":    func() { expanded(t, s) },
			"release": func() { m.release(l) },
			"send":    func() { m.sends(l, outcome) },
			"kill":    recovered,
			"pause":   func() { m.moves(bot.BroadcastPause, broadcast.Moved{}) },
			"resume":  func() { m.moves(bot.BroadcastResume, broadcast.Moved{}) },
			"stop": func() {
				c := someone()
				p := person(t, s, at(c))
				if p.Conversation.Contact == "" {
					return
				}
				ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
					return tx.AddConsent(ctx, bot.Consent{Contact: p.Conversation.Contact, Source: bot.ConsentStaff})
				}))
				for i := range people {
					if person(t, s, at(chat(i))).Conversation.Contact == p.Conversation.Contact {
						m.stops[chat(i)] = true
					}
				}
			},
			"erase": func() {
				p := person(t, s, at(someone()))
				if p.Conversation.Contact != "" && random.IntN(3) == 0 {
					ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: p.Conversation.Contact}) }))
				}
			},
			"join": func() {
				a, b := at(someone()), at(someone())
				if person(t, s, a).Conversation.Contact == "" || person(t, s, b).Conversation.Contact == "" {
					return
				}
				code, err := s.CreateInvite(ctx, a, time.Hour)
				if err == nil {
					err = follows(t, s, b, code)
				}
				if err != nil && !errors.Is(err, storage.ErrConflict) {
					t.Fatal(err)
				}
				if m.stops[a.Chat] || m.stops[b.Chat] {
					m.stops[a.Chat], m.stops[b.Chat] = false, false // whose word counts then is another test's
				}
				recovered()
			},
			"tidy": func() { keeps(t, m.b) },
		}
		names := []string{"list", "release", "release", "release", "send", "send", "send", "kill", "pause", "resume", "resume", "stop", "erase", "join", "tidy"}
		for range steps {
			op := names[random.IntN(len(names))]
			ops[op]()
			m.sum(op)
		}
		recovered()
		expanded(t, s)
		m.moves(bot.BroadcastResume, broadcast.Moved{})
		for range 4 * people {
			m.release(l)
			if m.sends(l, func() bot.Outcome { return bot.Sent }) == 0 && m.sum("the end").Pending == 0 {
				break
			}
		}
		keeps(t, m.b)
		r := m.sum("the end")
		if m.now().State != bot.BroadcastSent || r.Pending != 0 {
			t.Errorf("%s with %+v", m.now().State, r)
		}
		for chat, n := range m.tries {
			if n > 1 {
				t.Errorf("%s may have been told %d times", chat, n)
			}
		}
		sound(t, s)
	})
}

// A pause holds with its commit, a cancellation leaves nobody waiting, a retry tells
// exactly those again whom it names; 429 fails nobody.
func TestBroadcastMoves(t *testing.T) {
	const people = 6
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i := range people {
			meets(t, s, at(fmt.Sprint("m", i)), bot.Contact{ID: fmt.Sprint("id", i), Language: bot.Russian}, "")
		}
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 100))
		if len(rows) != people {
			t.Fatalf("%d released, want %d", len(rows), people)
		}
		m.moves(bot.BroadcastPause, broadcast.Moved{})
		for i, mine := range must[[]bool](t)(s.Claim(ctx, l, rows)) {
			if mine {
				t.Errorf("%d was claimed after the pause", i)
			}
		}
		m.moves(bot.BroadcastResume, broadcast.Moved{})
		m.release(l)
		outcomes := []bot.Outcome{bot.Malformed, bot.Malformed, bot.Later, bot.Sent, bot.Unknown, bot.Sent}
		m.sends(l, func() (o bot.Outcome) { o, outcomes = outcomes[0], outcomes[1:]; return o })
		if r := m.sum("a 429"); r.Pending != 1 || r.Failed[bot.ReasonMalformed] != 2 || r.Unknown != 1 || r.Sent != 2 {
			t.Fatalf("%+v", r)
		}
		m.moves(bot.BroadcastRetry, broadcast.Moved{Outcome: bot.RecipientFailed, Reason: bot.ReasonMalformed})
		if r := m.sum("a retry"); r.Pending != 3 || len(r.Failed) != 0 {
			t.Fatalf("%+v", r)
		}
		m.release(l)
		if n := m.sends(l, func() bot.Outcome { return bot.Sent }); n != 3 {
			t.Errorf("%d were told again, want 3", n)
		}
		keeps(t, m.b)
		if m.now().State != bot.BroadcastSent {
			t.Errorf("it is %s", m.now().State)
		}
		other := newMailing(t, s)
		expanded(t, s)
		other.moves(bot.BroadcastCancel, broadcast.Moved{})
		keeps(t, other.b)
		if r := other.sum("a cancellation"); r.Skipped[bot.ReasonCancelled] != people || r.Pending != 0 {
			t.Errorf("%+v", r)
		}
		sound(t, s)
	})
}

// Who may be told now is asked when a message is released, whatever was true when they
// were listed.
func TestReleaseIsGoverned(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		meets(t, s, at("a"), bot.Contact{ID: "ida"}, "")
		m := newMailing(t, s)
		expanded(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET paused_until = $1`, time.Now().Add(72*time.Hour).UnixMicro()))
		l := lease(t, s, telegram, "me")
		m.release(l)
		if rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10)); len(rows) > 0 || m.sum("a pause").Pending != 1 {
			t.Errorf("somebody who wants a pause is told: %+v", rows)
		}
		m.release(l) // it is put off, so no look by anybody releases it before its time
		if rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10)); len(rows) > 0 {
			t.Errorf("who was put off is told: %+v", rows)
		}
	})
}

// What nobody could claim for minutes goes back, to be judged anew: by then it may be
// night. What has been tried stays.
func TestReleaseGrowsOld(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b", "tried"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET created_at = created_at - $1`, 3*time.Minute.Microseconds()))
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET attempts = 1 WHERE chat = $1`, "tried"))
		ok(t, s.TakeBackStrays(ctx, l))
		rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10))
		if len(rows) != 1 || rows[0].To.Chat != "tried" || m.sum("old").Pending != 3 {
			t.Errorf("%+v", rows)
		}
		m.release(l)
		if rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10)); len(rows) != 3 {
			t.Errorf("%d are released again", len(rows)-1)
		}
	})
}

// Receipts are the recipients', whether the message is in the outbox or left it.
func TestBroadcastReceipts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		m.sends(l, func() bot.Outcome { return bot.Sent })
		must[int](t)(s.Exec(ctx, `DELETE FROM outbox WHERE chat = 'b' AND broadcast <> $1`, ""))
		for _, chat := range []string{"a", "b"} {
			ok(t, turns(t, s, at(chat), func(w *storage.TurnWrite) {
				w.Receipts = []storage.Receipt{
					{Kind: bot.Delivered, Address: at(chat), Message: chat}, {Kind: bot.Seen, Address: at(chat), Message: chat},
					{Kind: bot.Seen, Address: at(chat), Message: chat},
				}
			}))
		}
		if r := m.sum("receipts"); r.Delivered != 2 || r.Seen != 2 {
			t.Errorf("%+v", r)
		}
		sound(t, s)
	})
}

// keeps does what goes by itself.
func keeps(t *testing.T, b *broadcast.Broadcasts) {
	t.Helper()
	_, err := b.Keeper(nil).Keep(t.Context())
	ok(t, err)
}
