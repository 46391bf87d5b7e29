package storage_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestChatThread(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		hers, his := bot.Address{Bot: "webchat", Chat: "her"}, bot.Address{Bot: "webchat", Chat: "him"}
		add := func(a bot.Address, l storage.ChatLine) int64 {
			t.Helper()
			return must[int64](t)(s.AddChatLine(ctx, a, l))
		}
		first := add(hers, storage.ChatLine{ID: "a", Body: []byte(`{"text":"раз"}`)})
		second := add(hers, storage.ChatLine{Out: true, Body: []byte(`{"text":"два"}`)})
		third := add(hers, storage.ChatLine{Out: true, Body: []byte(`{"text":"три"}`)})
		if first >= second || second >= third {
			t.Errorf("numbers %d, %d, %d", first, second, third)
		}
		if again := add(hers, storage.ChatLine{ID: "a", Body: []byte(`{"text":"інше"}`)}); again != first {
			t.Errorf("sent again it is line %d, was %d", again, first)
		}
		add(his, storage.ChatLine{ID: "a", Body: []byte(`{}`)}) // the same id in another chat

		want := []storage.ChatLine{
			{Seq: first, ID: "a", Body: []byte(`{"text":"раз"}`)},
			{Seq: second, Out: true, Body: []byte(`{"text":"два"}`)},
			{Seq: third, Out: true, Body: []byte(`{"text":"три"}`)},
		}
		lines := func(all []storage.ChatLine, err error) []storage.ChatLine {
			t.Helper()
			ok(t, err)
			return all
		}
		for name, tt := range map[string]struct{ got, want []storage.ChatLine }{
			"all":               {lines(s.ChatLinesAfter(ctx, hers, 0, 10)), want},
			"after the first":   {lines(s.ChatLinesAfter(ctx, hers, first, 10)), want[1:]},
			"one after":         {lines(s.ChatLinesAfter(ctx, hers, first, 1)), want[1:2]},
			"the last two":      {lines(s.ChatLinesBefore(ctx, hers, third+1, 2)), want[1:]},
			"before the last":   {lines(s.ChatLinesBefore(ctx, hers, third, 10)), want[:2]},
			"nobody's":          {lines(s.ChatLinesAfter(ctx, bot.Address{Bot: "webchat", Chat: "x"}, 0, 10)), []storage.ChatLine{}},
			"of another bot":    {lines(s.ChatLinesAfter(ctx, bot.Address{Bot: "other", Chat: "her"}, 0, 10)), []storage.ChatLine{}},
			"nothing after all": {lines(s.ChatLinesAfter(ctx, hers, third, 10)), []storage.ChatLine{}},
		} {
			if diff := cmp.Diff(tt.want, tt.got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestChatMarksOnlyGrow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), bot.Address{Bot: "webchat", Chat: "her"}
		ok(t, s.MarkChat(ctx, a, storage.ChatMarks{Delivered: 5, Seen: 5})) // of a chat that is not there
		seq := must[int64](t)(s.AddChatLine(ctx, a, storage.ChatLine{Out: true, Body: []byte("{}")}))
		for _, step := range []struct{ tell, want storage.ChatMarks }{
			{storage.ChatMarks{}, storage.ChatMarks{}},
			{storage.ChatMarks{Delivered: seq - 1}, storage.ChatMarks{Delivered: seq - 1}},
			{storage.ChatMarks{Delivered: 7, Seen: 8}, storage.ChatMarks{Delivered: seq - 1, Seen: 8}},
			{storage.ChatMarks{Delivered: seq + 1000, Seen: 1 << 62}, storage.ChatMarks{Delivered: seq, Seen: seq}},
			{storage.ChatMarks{Delivered: 1, Seen: 1}, storage.ChatMarks{Delivered: seq, Seen: seq}},
		} {
			ok(t, s.MarkChat(ctx, a, step.tell))
			if got := must[storage.ChatMarks](t)(s.ChatMarks(ctx, a)); got != step.want {
				t.Errorf("after %+v: %+v, want %+v", step.tell, got, step.want)
			}
		}
	})
}

// A reader that goes on from the last number it saw misses nothing, however
// many write at once.
func TestChatReaderMissesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), bot.Address{Bot: "webchat", Chat: "busy"}
		const writers, each = 6, 20
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range each {
					if _, err := s.AddChatLine(ctx, a, storage.ChatLine{ID: fmt.Sprint(w, "-", i), Body: []byte("{}")}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { all.Wait(); close(done) }()
		seen, after := 0, int64(0)
		for over := false; !over; {
			select {
			case <-done:
				over = true // one more look
			default:
			}
			for {
				lines := must[[]storage.ChatLine](t)(s.ChatLinesAfter(ctx, a, after, 7))
				if len(lines) == 0 {
					break
				}
				seen, after = seen+len(lines), lines[len(lines)-1].Seq
			}
		}
		if seen != writers*each {
			t.Errorf("the reader saw %d of %d", seen, writers*each)
		}
	})
}

func TestRetentionOfChats(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), bot.Address{Bot: "webchat", Chat: "her"}
		old := must[int64](t)(s.AddChatLine(ctx, a, storage.ChatLine{ID: "old", Body: []byte("{}")}))
		must[int64](t)(s.AddChatLine(ctx, a, storage.ChatLine{ID: "new", Body: []byte("{}")}))
		for _, id := range []string{"old", "new"} {
			must[storage.File](t)(putFile(ctx, s, a, storage.File{ID: id}, []byte("x"), 10))
		}
		older(t, s, "webchat_lines", "seq", fmt.Sprint("seq = ", old), 400*day+hour)
		older(t, s, "files", "created_at", "id = 'old'", 400*day+hour)
		removed, err := retain(t, s)
		ok(t, err)
		if removed["webchat"] != 1 || removed["files"] != 1 {
			t.Errorf("removed %v", removed)
		}
		lines := must[[]storage.ChatLine](t)(s.ChatLinesAfter(ctx, a, 0, 10))
		if len(lines) != 1 || lines[0].ID != "new" {
			t.Errorf("left: %+v", lines)
		}
	})
}
