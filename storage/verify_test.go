package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

func TestVerify(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		stock(t, s)
		l := lease(t, s, telegram, "again")
		if _, _, err := s.RecoverSending(ctx, l); err != nil {
			t.Fatal(err)
		}
		found := func() string {
			t.Helper()
			return strings.Join(must[[]string](t)(upkeep.Verify(ctx, s)), "\n")
		}
		if got := found(); got != "" {
			t.Fatalf("a whole database: %s", got)
		}
		at := must[int](t)(s.Count(ctx, `SELECT max(version_id) FROM goose_db_version`))
		before := must[int](t)(s.Count(ctx, `SELECT max(version_id) FROM goose_db_version WHERE version_id < $1`, at))
		for _, c := range []struct{ spoil, mend, say string }{
			{
				`UPDATE conversations SET contact = 'x' WHERE chat = '1'`, `UPDATE conversations SET contact = 'contact-1' WHERE chat = '1'`,
				"conversations without their contact: 1, one is telegram:1",
			},
			{
				`UPDATE tickets SET chat = 'x' WHERE id = 't1'`, `UPDATE tickets SET chat = '1' WHERE id = 't1'`,
				"open tickets without their conversation: 1, one is t1",
			},
			{
				`UPDATE outbox SET state = 'lost' WHERE chat = '2'`, `UPDATE outbox SET state = 'pending' WHERE chat = '2'`,
				"messages in a state that does not exist: 1, one is telegram/turn/u/0/0",
			},
			{
				`UPDATE inbox SET state = '' WHERE id IN ('u1', 'u2')`, `UPDATE inbox SET state = 'waiting' WHERE id IN ('u1', 'u2')`,
				"updates in a state that does not exist: 2, one is telegram/u1",
			},
			{`UPDATE outbox SET state = 'sending' WHERE chat = '2'`, `UPDATE bots SET lease_until = lease_until + 1`, ""}, // somebody may be sending it
			{
				`UPDATE bots SET lease_until = 1`, `UPDATE outbox SET state = 'pending' WHERE chat = '2'`,
				"messages being sent while nobody has the bot's lease (the service settles them when it starts): 1, one is telegram/turn/u/0/0",
			},
			{
				`UPDATE ledger SET contact = 'x' WHERE contact = 'contact-1'`, `UPDATE ledger SET contact = 'contact-1' WHERE contact = 'x'`,
				"rows of the ledger without their contact: 1, one is x",
			},
			{
				`UPDATE ledger SET change_id = 'x' WHERE contact = 'contact-1'`, `UPDATE ledger SET change_id = 'a' WHERE contact = 'contact-1'`,
				"rows of the ledger without their change: 1, one is x",
			},
			{`UPDATE tokens SET user_id = 'x'`, `UPDATE tokens SET user_id = 'u'`, "tokens without their user: 1, one is x"},
			{`UPDATE content SET id = 2`, `UPDATE content SET id = 1`, ""},
			{
				`DROP INDEX tickets_closed`, `CREATE INDEX tickets_closed ON tickets (closed_at) WHERE state = 'closed'`,
				"the index tickets_closed is missing or broken",
			},
			{
				`ALTER TABLE contacts RENAME COLUMN zone TO place`, `ALTER TABLE contacts RENAME COLUMN place TO zone`,
				"the column zone of contacts is missing or not TEXT\nthe table contacts has a column place that no migration makes",
			},
			{`ALTER TABLE receipts RENAME TO slips`, `ALTER TABLE slips RENAME TO receipts`, "the table receipts is missing"},
			{
				fmt.Sprintf(`DELETE FROM goose_db_version WHERE version_id = %d`, at),
				fmt.Sprintf(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (%d, TRUE)`, at),
				fmt.Sprintf("the database is at migration %d of %d: run visnyk migrate", before, at),
			},
		} {
			must[int](t)(s.Exec(ctx, c.spoil))
			if got := found(); !strings.HasPrefix(got, c.say) || (c.say == "") != (got == "") {
				t.Errorf("%s:\ngot  %q\nwant %q", c.spoil, got, c.say)
			}
			must[int](t)(s.Exec(ctx, c.mend))
		}
		if got := found(); got != "" {
			t.Errorf("mended, and yet: %s", got)
		}
	})
}
