package approval

import (
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Whoever decides about a broadcast takes the calls to it back in the same commit.
func TestADecidedBroadcastCallsNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		o := newOffice(t, s)
		texts, err := locales.New()
		o.ok(err)
		all := broadcast.New(broadcast.Config{
			Store: s, Messengers: map[string]broadcast.Messenger{"telegram": {Channel: paper{}, Kind: "telegram"}}, Texts: texts, Zone: time.UTC, Now: time.Now,
		})
		w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + " їґ", RU: s + " ыъ"} }
		m, err := all.Create(t.Context(), o.actor("olha"), bot.Broadcast{
			ID: "sale", Title: "Знижки", Topic: "news", Digest: w("рядок"), Text: w("текст"),
			Buttons: []bot.BroadcastButton{{Label: w("далі"), URL: "https://example.com/sale"}},
		})
		o.ok(err)
		for _, decided := range []bot.BroadcastMove{bot.BroadcastReturn, bot.BroadcastApprove} {
			m, err = all.Move(t.Context(), o.actor("olha"), m.ID, bot.BroadcastSubmit, m.Version, broadcast.Moved{})
			o.ok(err)
			if called := o.calls(time.Now()); !slices.Contains(called, "iryna: uk broadcast/sale false olha pending") {
				t.Errorf("called: %q", called)
			}
			m, err = all.Move(t.Context(), o.actor("iryna"), m.ID, decided, m.Version, broadcast.Moved{Note: "коротше"})
			o.ok(err)
			for _, one := range o.outbox() {
				if !strings.HasSuffix(one, "skipped") {
					t.Errorf("%s, and on its way: %s", decided, one)
				}
			}
		}
	})
}
