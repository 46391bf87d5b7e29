package contact

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A link is a key to somebody's record: who may not have files of people has none of
// them, and none is sent to a number that nobody vouches for.
func TestLinksAreKept(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	c := New(s, time.Now)
	at := bot.Address{Bot: "tg", Chat: "1"}
	l, _, _, err := s.Acquire(t.Context(), at.Bot, "me", time.Minute)
	if err == nil {
		_, err = s.Receive(t.Context(), []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: at.Bot, Chat: at.Chat, ID: "u", Payload: []byte("{}")}}})
	}
	if err == nil {
		_, err = s.CommitTurns(t.Context(), l, []storage.TurnWrite{{
			Bot: at.Bot, InboxID: "u", Contact: &bot.Contact{ID: "olena", Name: "Олена"}, Phone: &storage.SharedPhone{Number: "+380509998877"},
			Conversation: &bot.Conversation{Address: at, Contact: "olena", Version: 1, Reach: bot.Blocked},
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
	write := func(by bot.Actor) (string, error) {
		all := [][]Linking{{{ID: "olena", Why: "blocked"}}, nil}
		var file strings.Builder
		_, err := c.WriteLinks(t.Context(), by, &file, LinkFile{Page: "https://visnyk.example/join/"}, func() ([]Linking, error) {
			part := all[0]
			all = all[1:]
			return part, nil
		})
		return file.String(), err
	}
	for _, by := range []bot.Actor{operator, marketer, {Login: "anna", Role: bot.Approver}} {
		if file, err := write(by); err == nil || file != "" {
			t.Errorf("%s has the file %q, %v", by.Role, file, err)
		}
	}
	file, err := write(admin)
	if err != nil || !strings.Contains(file, "Олена") || strings.Contains(file, "0509998877") {
		t.Errorf("%q, %v", file, err)
	}
}
