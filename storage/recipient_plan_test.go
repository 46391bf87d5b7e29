package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

// While the statistics are those of a table without rows, they say that reading all who
// wait is as good as asking for a few by their keys: a broadcast would be slower with
// each of its people.
func TestRecipientsAreAskedByKeyWhileTheyAreYoung(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	must[int](t)(s.Exec(t.Context(), `ANALYZE`))
	for name, is := range storage.RecipientsByKey() {
		var steps []struct {
			ID      int    `db:"id"`
			Parent  int    `db:"parent"`
			NotUsed int    `db:"notused"`
			Detail  string `db:"detail"`
		}
		rows := [][]any{is.Row, is.Row}
		ok(t, db.SelectRows(t.Context(), s.DB().Writer().Plainly(), &steps, "EXPLAIN QUERY PLAN "+is.Query, is.Head, rows))
		for _, step := range steps {
			for _, table := range []string{"recipients", "r", "x"} {
				if strings.HasPrefix(step.Detail, "SCAN "+table+" ") || step.Detail == "SCAN "+table {
					t.Errorf("%s: %s", name, step.Detail)
				}
			}
		}
	}
}

// Whoever releases goes along those who wait, in their order, whatever the statistics say:
// a plan that reads and sorts all of them costs a broadcast the square of its people.
func TestWaitingRecipientsAreReadInTheirOrder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, explain := t.Context(), "EXPLAIN "
		if s.DB().Writer().SQLite() {
			explain = "EXPLAIN QUERY PLAN "
		}
		plan := func() (text string) {
			rows := must[*sqlx.Rows](t)(s.DB().Writer().Plainly().Query(ctx, explain+storage.WaitingRecipients, "b", "telegram", 100, 0, ""))
			defer rows.Close()
			for rows.Next() {
				for _, cell := range must[[]any](t)(rows.SliceScan()) {
					text += fmt.Sprintf("%s ", cell)
				}
				text += "\n"
			}
			ok(t, rows.Err())
			return text
		}
		look := func(when string) {
			if is := plan(); !strings.Contains(is, "recipients_waiting") {
				t.Errorf("%s:\n%s", when, is)
			}
		}
		look("nothing is known")
		must[int](t)(s.Exec(ctx, `ANALYZE`))
		look("there were none")
		must[int](t)(s.Exec(ctx, `WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
			INSERT INTO recipients (broadcast, key, contact, bot, chat, listed_at) SELECT 'b', 'k' || i, 'k' || i, 'telegram', CAST(i AS TEXT), 1 FROM n`))
		look("the statistics are old")
		must[int](t)(s.Exec(ctx, `ANALYZE`))
		look("all wait")
	})
}
