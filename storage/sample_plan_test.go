package storage_test

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// What is told from a sample costs what the sample does, whatever is asked: neither all
// people nor all that is known of them is read for one in a hundred.
func TestSampleIsAskedByKey(t *testing.T) {
	t.Parallel()
	const people, sampled = 4096, 41
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	ctx, now := t.Context(), bot.Calendar{Now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	for _, statement := range []string{
		`INSERT INTO contacts (id, kind, created_at) SELECT 'p' || (100000 + i) || lpad(to_hex(i), 3, '0'), 'client', 1 FROM generate_series(0, 4095) i`,
		`INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at) SELECT 'telegram', id, id, 1, 'open', 1764000000000000, 1764000000000000 FROM contacts`,
		`INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at) SELECT 'telegram', id, id, id, 'closed', 'complaint', 'tariff', 1 FROM contacts`,
		`INSERT INTO ledger (contact, change_id, told_at, created_at) SELECT id, 'tariff', 1, 1 FROM contacts`,
		`INSERT INTO recipients (broadcast, key, contact, bot, chat, language, outcome, listed_at) SELECT b, id, id, 'telegram', id, 'uk', 'sent', 1 FROM contacts CROSS JOIN (VALUES ('a'), ('b')) x (b)`,
		`ANALYZE`,
	} {
		put(t, s, statement)
	}
	const tables = "contacts conversations tickets ledger recipients"
	for _, c := range []bot.Segment{
		bot.In("kind", "client"), bot.In("bot", "telegram"), bot.In("ticket.reason", "complaint"),
		{Condition: bot.Condition{Field: "last", Op: bot.OpOver, Values: []string{"2 days"}}},
		{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpTold, Values: []string{"tariff"}}},
		bot.None(bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpUntold, Values: []string{"tariff"}}}),
	} {
		rows, n, err := s.SampleReads(ctx, c, now, tables)
		if err != nil || n.In != sampled || n.Of != sampled {
			t.Errorf("%+v: %+v, %v", c, n, err)
		}
		if rows > 4*sampled {
			t.Errorf("%+v: %d rows are read of %d people for %d of them", c, rows, people, sampled)
		}
		rows, told, err := s.SplitReads(ctx, "b", c, now, tables)
		if err != nil || told != sampled {
			t.Errorf("%+v: %d were told, %v", c, told, err)
		}
		if rows > 6*sampled {
			t.Errorf("%+v: %d rows are read of %d recipients for %d of them", c, rows, people, sampled)
		}
	}
	of, none, err := s.SplitRecipients(ctx, "b", []bot.Segment{bot.In("kind", "client"), bot.In("kind", "staff")}, now, people)
	if err != nil || of[0].Sent != people || of[1].Planned != 0 || none.Planned != 0 {
		t.Errorf("about %+v and %+v, %v", of, none, err)
	}
}
