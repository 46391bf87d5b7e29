package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What is sent goes to the thread where the person last was, unless whoever sends
// it says which.
func TestThreads(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		in := func(thread string, q bot.Queued) bot.Queued {
			q.Part.Thread = thread
			return q
		}
		var handed []storage.OutboxRow
		write := func(id string, version int64, thread string, rows ...bot.Queued) {
			t.Helper()
			receive(t, s, "1", id)
			c := conversation("1", version)
			c.Thread = thread
			leaving, err := s.CommitTurns(t.Context(), l, []storage.TurnWrite{{Bot: telegram, InboxID: id, Conversation: c, Outbox: rows}})
			if err != nil {
				t.Fatal(err)
			}
			handed = append(handed, leaving...)
		}
		write("a", 1, "7", in("7", say("1", "turn/a/0/0")))
		enqueued(t, s, say("1", "desk/a/0"), say("2", "desk/b/0"))
		write("b", 2, "", in("", say("1", "turn/b/0/0"))) // back in the chat itself
		enqueued(t, s, say("1", "desk/c/0"), in("9", say("1", "desk/d/0")))
		write("c", 3, "8", in("8", say("1", "turn/c/0/0")), in("", say("2", "turn/c/1/0")))

		loaded, err := s.LoadTurns(t.Context(), []bot.Address{at("1"), at("2")})
		if err != nil {
			t.Fatal(err)
		}
		if one, two := loaded[at("1")].Conversation.Thread, loaded[at("2")].Conversation.Thread; one != "8" || two != "" {
			t.Errorf("the conversations are in %q and %q", one, two)
		}
		got, out := map[string]string{}, map[string]string{}
		for _, r := range pending(t, s, bot.LaneReply) {
			got[r.Cause] = r.Part.Thread
		}
		for _, r := range handed {
			out[r.Cause] = r.Part.Thread
		}
		turns := map[string]string{"turn/a/0/0": "7", "turn/b/0/0": "", "turn/c/0/0": "8", "turn/c/1/0": ""}
		if diff := cmp.Diff(turns, out); diff != "" {
			t.Errorf("handed over:\n%s", diff)
		}
		turns["desk/a/0"], turns["desk/b/0"], turns["desk/c/0"], turns["desk/d/0"] = "7", "", "", "9"
		if diff := cmp.Diff(turns, got); diff != "" {
			t.Error(diff)
		}
	})
}
