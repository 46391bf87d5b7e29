package storage_test

import (
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestAnnouncementsWaitWhileAnOperatorHoldsThePerson: at every address of theirs, also
// what was read before the ticket was taken; replies go on, and afterwards all leave.
func TestAnnouncementsWaitWhileAnOperatorHoldsThePerson(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		for chat, person := range map[string]string{"1": "anna", "2": "anna", "3": "other"} {
			c := conversation(chat, 1)
			c.Contact = person
			w := storage.TurnWrite{Conversation: c, Contact: &bot.Contact{ID: person}}
			if chat == "1" {
				w.Open = &bot.Ticket{ID: "t", Address: at(chat), Contact: person}
			}
			turn(t, s, l, chat, w)
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			var rows []bot.Queued
			for _, chat := range []string{"1", "2", "3"} {
				rows = append(rows, said(chat, "bcast/1/0", bot.LaneBulk), said(chat, "turn/1/0", bot.LaneReply))
			}
			_, err := tx.Enqueue(ctx, rows)
			return err
		}))
		count := func(lane bot.Lane) int {
			t.Helper()
			return len(must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, lane, 10)))
		}
		early := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10))
		if len(early) != 3 {
			t.Fatalf("%d announcements may leave", len(early))
		}
		must[bot.Ticket](t)(move(t, s, "t", bot.TicketTake, "olha"))
		if bulk, replies := count(bot.LaneBulk), count(bot.LaneReply); bulk != 1 || replies != 3 {
			t.Errorf("while one is held %d announcements and %d replies may leave", bulk, replies)
		}
		for i, got := range must[[]bool](t)(s.Claim(ctx, l, early)) {
			if got != (early[i].To.Chat == "3") {
				t.Errorf("claimed %v to %s", got, early[i].To)
			}
		}
		must[bot.Ticket](t)(move(t, s, "t", bot.TicketClose, "olha"))
		if n := count(bot.LaneBulk); n != 2 {
			t.Errorf("%d announcements leave afterwards", n)
		}
	})
}

func said(chat, cause string, lane bot.Lane) bot.Queued {
	return bot.Queued{Lane: lane, To: at(chat), Cause: cause, Part: bot.Part{Kind: bot.Say, Body: []byte(`"x"`)}}
}
