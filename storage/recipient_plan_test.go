package storage_test

import (
	"strings"
	"testing"

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
