package api

import (
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// Where the disk has no room to spare, nothing new is written; reading and
// erasing go on.
func TestNoRoomForWrites(t *testing.T) {
	store := storagetest.Open(t, storagetest.SQLiteURL(t))
	if err := store.PutSetting(t.Context(), "disk.reserve", "1000000000"); err != nil { // a petabyte
		t.Fatal(err)
	}
	h := newHouse(t, store, Limits{Burst: 100_000})
	h.problem(bot.Admin, 503, "unavailable", "POST", "/contacts", `{"contacts":[{"external_id":"1"}]}`)
	h.as(bot.Admin, 200, "GET", "/contacts", "")
	h.problem(bot.Admin, 404, "not_found", "DELETE", "/contacts/x", "")
}
