package storage_test

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// While a file is read, those it brought wait, and nobody else does; once it is over all
// of them are found.
func TestThoseOfAFileAreFoundOnceItIsRead(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Now().UnixMicro()
		put(t, s, `INSERT INTO imports (id, file, name, size, made_by, state, made_at, begun_at) VALUES ('i', '', '', 1, 'u', 'running', $1, $1)`, now)
		people := make([]storage.ContactRow, 25)
		for i := range people {
			people[i] = named(fmt.Sprint(i), "Олена")
		}
		importPeople(t, s, people...)
		meets(t, s, at("1"), bot.Contact{ID: storage.NewID(), Name: "Юрій"}, "")
		for _, filled := range []int{1, 0} {
			if n := must[int](t)(s.FillSearch(ctx)); n != filled {
				t.Errorf("%d are found beside the file, want %d", n, filled)
			}
		}
		if must[bool](t)(s.SearchDue(ctx)) {
			t.Error("somebody is due while the file is read")
		}
		put(t, s, `UPDATE imports SET state = 'done'`)
		if !must[bool](t)(s.SearchDue(ctx)) {
			t.Error("nobody is due once the file is read")
		}
		if n := must[int](t)(s.FillSearch(ctx)); n != len(people) {
			t.Errorf("%d are found once the file is read, want %d", n, len(people))
		}
	})
}
