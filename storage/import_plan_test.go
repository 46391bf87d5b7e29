package storage_test

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

// What some rows of an import cost must not grow with those before them. Their
// statements are planned while the tables are empty, and an import is over before
// anybody counts the tables anew.
func TestImportIsAskedByKeyWhileItIsYoung(t *testing.T) {
	t.Parallel()
	const people, batch = 3000, 100
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	ctx := t.Context()
	w := s.DB().Writer()
	run := func(statements ...string) {
		t.Helper()
		for _, statement := range statements {
			if _, err := w.Exec(ctx, statement); err != nil {
				t.Fatal(statement, err)
			}
		}
	}
	for _, table := range []string{"contacts", "tombstones", "search_people", "search_words", "search_due"} {
		run(`ALTER TABLE `+table+` SET (autovacuum_enabled = false)`, `ANALYZE `+table)
	}
	external := make([]string, batch)
	rows := make([]storage.ContactRow, batch)
	for i := range external {
		external[i] = fmt.Sprintf("e%d", 100001+i)
		rows[i].Contact = bot.Contact{ID: storage.NewID(), External: external[i], Name: "Інша"}
	}
	asks := func(tx *storage.Tx) error {
		known, err := tx.Known(ctx, external)
		if err != nil {
			return err
		}
		if _, err := tx.Erased(ctx, external); err != nil {
			return err
		}
		differ, err := tx.ImportDiffers(ctx, rows)
		if err == nil && len(differ) != len(known) {
			err = fmt.Errorf("%d of %d are another", len(differ), len(known))
		}
		return err
	}
	read := func(c db.Conn) (n int, err error) {
		err = c.Get(ctx, &n, `SELECT COALESCE(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables
			WHERE relname IN ('contacts', 'tombstones', 'search_people', 'search_words', 'search_due')`)
		return n, err
	}
	for range 8 { // the plans of prepared statements are kept from the sixth time on
		ok(t, s.InTx(ctx, asks))
	}
	run(`INSERT INTO contacts (id, external_id, name, created_at) SELECT 'p' || (100000 + i), 'e' || (100000 + i), 'Олена', 1 FROM generate_series(1, 3000) i`,
		`INSERT INTO tombstones (mark, erased_at) SELECT 'm' || i, 1 FROM generate_series(1, 3000) i`)
	few := func(what string, f func(*storage.Tx) error) {
		t.Helper()
		before, after := 0, 0
		ok(t, s.DB().InTx(ctx, func(c db.Conn) (err error) {
			if before, err = read(c); err != nil {
				return err
			}
			if err := s.Within(ctx, c, f); err != nil {
				return err
			}
			after, err = read(c)
			return err
		}))
		if n := after - before; n > 4*batch {
			t.Errorf("%d rows are read to %s %d people among %d", n, what, batch, people)
		}
	}
	few("look for", asks)

	run(`INSERT INTO search_due (contact, bulk) SELECT id, TRUE FROM contacts`)
	for range 8 {
		if _, err := s.FillSearch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	few("find", func(tx *storage.Tx) error {
		ids := make([]string, batch)
		for i := range ids {
			ids[i] = fmt.Sprintf("p%d", 102001+i)
		}
		return tx.FillSearchOf(ctx, ids)
	})
}
