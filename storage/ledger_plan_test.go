package storage_test

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

// What a batch of the walk costs must not grow with the rows that stand already.
// While the statistics are those of an empty table, they say that reading all
// rows of a change is as good as asking for a few of them by their keys.
func TestLedgerIsAskedByKeyWhileItIsYoung(t *testing.T) {
	const people, batch = 4000, 200
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	ctx := t.Context()
	ok(t, s.PutChanges(ctx, []bot.Change{concerning("a", bot.ChangeAnnounced, bot.Audience{Regions: []string{"Київ"}})}))
	w := s.DB().Writer()
	for _, statement := range []string{
		`ALTER TABLE ledger SET (autovacuum_enabled = false)`,
		`INSERT INTO contacts (id, region, created_at) SELECT 'p' || (100000 + i), 'Київ', 1 FROM generate_series(1, 4000) i`,
		`ANALYZE contacts`, `TRUNCATE ledger`, `ANALYZE ledger`,
		`INSERT INTO ledger (contact, change_id, created_at) SELECT id, 'a', 1 FROM contacts`,
		`UPDATE contacts SET region = 'Львів' WHERE id = 'p100007'`,
	} {
		if _, err := w.Exec(ctx, statement); err != nil {
			t.Fatal(statement, err)
		}
	}
	ids := make([]string, batch)
	for i := range ids {
		ids[i] = fmt.Sprintf("p%d", 100001+i)
	}
	var read, left int
	err := s.DB().InTx(ctx, func(c db.Conn) error {
		if err := s.Within(ctx, c, func(tx *storage.Tx) error { return errOf(tx.ExpandLedger(ctx, "a", ids)) }); err != nil {
			return err
		}
		if err := c.Get(ctx, &read, `SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger'`); err != nil {
			return err
		}
		return c.Get(ctx, &left, `SELECT count(*) FROM ledger`)
	})
	ok(t, err)
	if read > 2*batch || left != people-1 {
		t.Errorf("%d rows read for %d people, of %d; %d left", read, batch, people, left)
	}
}
