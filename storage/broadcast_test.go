package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
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
		other := sending(t, s, bot.Broadcast{Text: bot.Bilingual{UK: "інше", RU: "другое"}})
		other.awake()
		expanded(t, s)
		other.moves(bot.BroadcastCancel, broadcast.Moved{})
		keeps(t, other.b)
		if r := other.sum("a cancellation"); r.Skipped[bot.ReasonCancelled] != people || r.Pending != 0 {
			t.Errorf("%+v", r)
		}
		sound(t, s)
	})
}

// Who became one person since is told again once, and not at all what they were told as
// the other.
func TestRetryAfterAJoin(t *testing.T) {
	for name, c := range map[string]struct {
		first []bot.Outcome
		want  int
	}{
		"both failed":           {[]bot.Outcome{bot.Malformed, bot.Malformed}, 1},
		"the other was told":    {[]bot.Outcome{bot.Malformed, bot.Sent}, 0},
		"the other is in doubt": {[]bot.Outcome{bot.Unknown, bot.Malformed}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				ctx := t.Context()
				for _, chat := range []string{"a", "b"} {
					meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
				}
				m := newMailing(t, s)
				expanded(t, s)
				l := lease(t, s, telegram, "me")
				m.release(l)
				first := c.first // of both databases
				m.sends(l, func() (o bot.Outcome) { o, first = first[0], first[1:]; return o })
				ok(t, follows(t, s, at("b"), must[string](t)(s.CreateInvite(ctx, at("a"), time.Hour))))
				m.moves(bot.BroadcastRetry, broadcast.Moved{Outcome: bot.RecipientFailed, Reason: bot.ReasonMalformed})
				l = lease(t, s, telegram, "me")
				m.release(l)
				if n := m.sends(l, func() bot.Outcome { return bot.Sent }); n != c.want {
					t.Errorf("%d messages to the one person, want %d", n, c.want)
				}
				sound(t, s)
			})
		})
	}
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

// What nobody could claim for minutes is claimed no more and goes back, to be judged
// anew: by then it may be night. So does what has been tried, and how often it was stays.
func TestReleaseGrowsOld(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "tried"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET attempts = 2 WHERE chat = $1`, "tried"))
		early := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10))
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET created_at = created_at - $1`, bot.WordHolds))
		rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10))
		claimed := must[[]bool](t)(s.Claim(ctx, l, early))
		if len(early) != 2 || len(rows) != 0 || slices.Contains(claimed, true) {
			t.Errorf("of %d, %d may leave still, claimed %v", len(early), len(rows), claimed)
		}
		ok(t, s.TakeBackStrays(ctx, l))
		if m.sum("old").Pending != 2 {
			t.Errorf("%+v", m.sum("old"))
		}
		m.release(l)
		rows = must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10))
		tries := map[string]int{}
		for _, r := range rows {
			tries[r.To.Chat] = r.Attempts
		}
		if len(rows) != 2 || tries["tried"] != 2 || tries["a"] != 0 {
			t.Errorf("released again %v", tries)
		}
	})
}

// Whatever is wrong with the counts of a broadcast, or with a recipient, verify names
// the broadcast.
func TestVerifyFindsWrongCounts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b", "c"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		outcomes := []bot.Outcome{bot.Sent, bot.Malformed, bot.Unknown}
		m.sends(l, func() (o bot.Outcome) { o, outcomes = outcomes[0], outcomes[1:]; return o })
		keeps(t, m.b)
		sound(t, s)
		for spoilt, back := range map[string]string{
			`UPDATE broadcast_counts SET n = n + 1 WHERE what = 'sent'`:          `UPDATE broadcast_counts SET n = n - 1 WHERE what = 'sent'`,
			`UPDATE broadcast_counts SET what = 'seen' WHERE what = 'unknown'`:   `UPDATE broadcast_counts SET what = 'unknown' WHERE what = 'seen'`,
			`UPDATE broadcast_counts SET reason = 'x' WHERE what = 'failed'`:     `UPDATE broadcast_counts SET reason = 'malformed' WHERE what = 'failed'`,
			`UPDATE recipients SET outcome = 'skipped' WHERE outcome = 'sent'`:   `UPDATE recipients SET outcome = 'sent' WHERE outcome = 'skipped'`,
			`UPDATE recipients SET outcome = 'pending' WHERE outcome = 'sent'`:   `UPDATE recipients SET outcome = 'sent' WHERE outcome = 'pending'`,
			`UPDATE recipients SET language = 'ru' WHERE outcome = 'failed'`:     `UPDATE recipients SET language = 'uk' WHERE outcome = 'failed'`,
			`UPDATE recipients SET clicked_at = 1 WHERE outcome = 'sent'`:        `UPDATE recipients SET clicked_at = 0 WHERE outcome = 'sent'`,
			`UPDATE recipients SET broadcast = 'other' WHERE outcome = 'failed'`: `UPDATE recipients SET broadcast = '` + m.id + `' WHERE outcome = 'failed'`,
		} {
			if must[int](t)(s.Exec(ctx, spoilt)) == 0 {
				t.Fatalf("%s: nothing is spoilt", spoilt)
			}
			problems := must[[]string](t)(upkeep.Breaches(ctx, s))
			if len(problems) == 0 || !strings.Contains(strings.Join(problems, "\n"), "broadcasts whose counts are not those of their recipients: ") {
				t.Errorf("%s: %q", spoilt, problems)
			}
			must[int](t)(s.Exec(ctx, back))
			sound(t, s)
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
					{Kind: bot.Delivered, Address: at(chat), Message: chat},
					{Kind: bot.Seen, Address: at(chat), Message: chat},
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
