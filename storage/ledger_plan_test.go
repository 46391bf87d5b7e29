package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

// Turns are at work while the ledger has no rows yet, and keep the plans of then for the
// first change that is listed. No index may look as good as the key to them.
func TestTurnsAskTheLedgerByItsKeyWhateverIsKnownOfIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, w := t.Context(), s.DB().Writer().Plainly()
		explain, key := "EXPLAIN (FORMAT JSON) ", `"ledger_pkey"`
		if w.SQLite() {
			explain, key = "EXPLAIN QUERY PLAN ", "x USING PRIMARY KEY ((contact,change_id)>(?,?))"
		} else { // as it is made: a database that was used before knows of the rows it had then
			must[int](t)(s.Exec(ctx, `TRUNCATE ledger`))
			must[int](t)(s.Exec(ctx, `DELETE FROM pg_statistic WHERE starelid = CAST('ledger' AS regclass)`))
		}
		look := func(when string) {
			t.Helper()
			var plan string
			ok(t, w.EachRow(ctx, explain+storage.LoadedOfTurns, nil, [][]any{{"telegram", "1"}}, func(rows *sqlx.Rows) error {
				cells, err := rows.SliceScan()
				plan += fmt.Sprintf("%s\n", cells)
				return err
			}))
			if !strings.Contains(plan, key) {
				t.Errorf("%s:\n%s", when, plan)
			}
		}
		look("nothing is known")
		must[int](t)(s.Exec(ctx, `ANALYZE`))
		look("there were none")
		must[int](t)(s.Exec(ctx, `WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
			INSERT INTO ledger (contact, change_id, created_at) SELECT 'k' || i, 'c', 1 FROM n`))
		look("the statistics are old")
		must[int](t)(s.Exec(ctx, `ANALYZE`))
		look("all are listed")
	})
}

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
	var read, beside, left int
	err := s.DB().InTx(ctx, func(c db.Conn) error {
		if err := s.Within(ctx, c, func(tx *storage.Tx) error { return errOf(tx.ExpandLedger(ctx, "a", ids)) }); err != nil {
			return err
		}
		if err := c.Get(ctx, &read, `SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger'`); err != nil {
			return err
		}
		if err := c.Get(ctx, &beside, `SELECT pg_stat_get_xact_numscans('ledger_standing'::regclass)`); err != nil {
			return err
		}
		return c.Get(ctx, &left, `SELECT count(*) FROM ledger`)
	})
	ok(t, err)
	if read > 2*batch || beside > 0 || left != people-1 {
		t.Errorf("%d rows read for %d people, of %d, and not by their key %d times; %d left", read, batch, people, beside, left)
	}
}
