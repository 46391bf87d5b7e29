package storage_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// peopled makes so many people, each with a chat that is their number.
func peopled(t *testing.T, s *storage.Store, people int) {
	t.Helper()
	const rows = `WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) `
	for _, query := range []string{
		`INSERT INTO contacts (id, name, language, created_at) ` + rows + `SELECT 'k' || (1000000 + i), 'n' || i, CASE i % 2 WHEN 0 THEN 'uk' ELSE 'ru' END, 1 FROM n`,
		`INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at) ` + rows +
			`SELECT '` + telegram + `', CAST(i AS TEXT), 'k' || (1000000 + i), 1, 'open', 1, 1 FROM n`,
	} {
		must[int](t)(s.Exec(t.Context(), query, people))
	}
}

// F20: twenty thousand are told, each once, and the sum is exact, however their
// messages end: those that end well in one statement, the others beside them.
func TestBroadcastToTwentyThousand(t *testing.T) {
	const people = 20_000
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		peopled(t, s, people)
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		var handed []storage.OutboxRow
		r := m.b.Releaser(broadcast.Release{Bot: telegram, Sent: func(rows []storage.OutboxRow) { handed = append(handed, rows...) }})
		var want bot.Report
		for first := true; ; first = false {
			handed = nil
			must[bool](t)(r.Pass(ctx, l))
			if len(handed) == 0 {
				break
			}
			if first {
				if diff := cmp.Diff(must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, people)), handed); diff != "" {
					t.Fatalf("what is handed is not what waits: %s", diff)
				}
			}
			var sent, others []storage.SendOutcome
			for i, mine := range must[[]bool](t)(s.Claim(ctx, l, handed)) {
				row := handed[i]
				if m.tries[row.To.Chat]++; !mine || m.tries[row.To.Chat] > 1 {
					t.Fatalf("%s: claimed %v, the %d. time", row.To.Chat, mine, m.tries[row.To.Chat])
				}
				switch n, _ := strconv.Atoi(row.To.Chat); n % 500 {
				case 1:
					others = append(others, storage.SendOutcome{Row: row, Outcome: bot.Unknown})
					want.Unknown++
				case 2:
					others = append(others, storage.SendOutcome{Row: row, Outcome: bot.Malformed})
				default:
					sent = append(sent, storage.SendOutcome{Row: row, Outcome: bot.Sent, ExternalID: row.To.Chat})
					want.Sent++
				}
			}
			ok(t, s.RecordOutcomes(ctx, l, sent))
			ok(t, s.RecordOutcomes(ctx, l, others))
			if first { // a repeat changes nothing
				ok(t, s.RecordOutcomes(ctx, l, sent))
			}
			m.sum("a pass")
		}
		keeps(t, m.b)
		want.Planned, want.Skipped, want.Failed = people, map[string]int{}, map[string]int{bot.ReasonMalformed: people / 500}
		if diff := cmp.Diff(want, m.sum("the end")); diff != "" {
			t.Error(diff)
		}
		if state := m.now().State; state != bot.BroadcastSent || len(m.tries) != people {
			t.Errorf("it is %s, %d were told", state, len(m.tries))
		}
		recount := bot.Report{Planned: want.Planned, Skipped: map[string]int{}, Failed: map[string]int{}}
		for outcome, reason := range map[bot.RecipientOutcome]string{bot.RecipientSent: "", bot.RecipientUnknown: "", bot.RecipientFailed: bot.ReasonMalformed} {
			n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE outcome = $1 AND reason = $2 AND (external_id = chat) = (outcome = 'sent')`, outcome, reason))
			recount.Add(string(outcome), reason, n)
		}
		recount.Planned = want.Planned
		if diff := cmp.Diff(want, recount); diff != "" {
			t.Error(diff)
		}
	})
}

// What became of each recipient stands with the recipients: their messages leave the
// outbox as early as replies, and the report says the same as before.
func TestBroadcastLeavesTheOutbox(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		peopled(t, s, 4)
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		outcomes := []bot.Outcome{bot.Sent, bot.Unknown, bot.Malformed, bot.Sent}
		m.sends(l, func() (o bot.Outcome) { o, outcomes = outcomes[0], outcomes[1:]; return o })
		before := m.sum("sends")
		ordinary := say("5", "bulk") // no recipient stands for it
		ordinary.Lane = bot.LaneBulk
		enqueue(t, s, ordinary)
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET state = 'sent', sent_at = id WHERE chat = '5'`))

		older(t, s, "outbox", "id", "lane = 2", 48*hour-time.Minute)
		older(t, s, "outbox", "sent_at", "lane = 2 AND state = 'sent'", 48*hour-time.Minute)
		if removed, err := retain(t, s); err != nil || removed["broadcasts"] != 0 {
			t.Errorf("a minute before two days: %v, %v", removed, err)
		}
		older(t, s, "outbox", "id", "lane = 2", 2*time.Minute)
		older(t, s, "outbox", "sent_at", "lane = 2 AND state = 'sent'", 2*time.Minute)
		removed, err := retain(t, s)
		if err != nil || removed["broadcasts"] != 4 {
			t.Errorf("a minute after two days: %v, %v", removed, err)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM outbox`)); n != 1 {
			t.Errorf("%d rows stay, want the announcement that is none of a broadcast", n)
		}
		if diff := cmp.Diff(before, m.sum("retention")); diff != "" {
			t.Error(diff)
		}
	})
}
