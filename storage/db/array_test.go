package db

import (
	"fmt"
	"testing"
)

// BenchmarkColumns writes what the turns of one commit say, as arrays.
func BenchmarkColumns(b *testing.B) {
	rows := make([][]any, 43)
	for i := range rows {
		rows[i] = []any{
			"telegram", fmt.Sprint(1_000_000 + i), int64(0), true, fmt.Sprintf("turn/%036d/0", i), "message",
			"Доставка коштує вісімдесят гривень, а від тисячі вона безкоштовна.", make([]byte, 500), i,
		}
	}
	kinds := []string{"TEXT", "TEXT", "BIGINT", "BOOLEAN", "TEXT", "TEXT", "TEXT", "BYTEA", "BIGINT"}
	d := &dialect{}
	b.ReportAllocs()
	for b.Loop() {
		room := d.takeRoom()
		into := room.rows(kinds)
		into.Put(rows)
		into.ended()
		room.values(nil, true)
		d.leaveRoom(room)
	}
}
