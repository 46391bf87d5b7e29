package storage_test

import (
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What the door put aside without a chat is nobody's that an erasure or an
// export could find: it leaves after 30 days, whatever the setting says.
func TestStrayUpdatesAreForgotten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		receive(t, s, "1", "hers")
		ok(t, s.Park(ctx, l, "hers", "because"))
		var in []storage.Incoming
		for _, id := range []string{"old", "young"} {
			in = append(in, storage.Incoming{
				Source: storage.SourceChannel, Update: bot.Update{Bot: telegram, ID: id, Payload: []byte("Олена"), Defect: "not one JSON document"},
			})
		}
		must[[]bool](t)(s.Receive(ctx, in))
		older(t, s, "inbox", "settled_at", "id <> 'young'", 30*day+hour)
		older(t, s, "inbox", "settled_at", "id = 'young'", 30*day-hour)
		for setting, want := range map[string][]string{"never": {"hers", "young"}, "400": {"hers", "young"}} {
			ok(t, s.PutSetting(ctx, "keep.parked", setting))
			_, err := retain(t, s)
			ok(t, err)
			var left []string
			for _, p := range must[[]storage.ParkedRow](t)(s.Parked(ctx, 10)) {
				left = append(left, p.ID)
			}
			if slices.Sort(left); !slices.Equal(left, want) {
				t.Errorf("%s: left are %q, want %q", setting, left, want)
			}
		}
	})
}
