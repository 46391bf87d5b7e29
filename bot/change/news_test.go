package change

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A stage whose moment came while nobody looked is told by the version that is announced
// meanwhile; one of before the first version still is not.
func TestAStageThatCameUnseenIsTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		at := noon
		c := rolling(t, s, &at)
		first := sheet("a")
		first.From = noon.AddDate(0, 1, 0)
		for _, hours := range []int{-1, 2} {
			first.Stages = append(first.Stages, bot.Stage{At: noon.Add(time.Duration(hours) * time.Hour), Text: bot.Bilingual{UK: "етап", RU: "этап"}})
		}
		must(t)(c.Create(t.Context(), writer, first))
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, writer, "a", bot.ChangeAnnounce)
		at = noon.Add(3 * time.Hour)
		next := move(t, c, second, "a", bot.ChangeCorrect).Change
		next.Reason.UK = "бо так"
		must(t)(c.Replace(t.Context(), second, next))
		move(t, c, second, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, second, "a", bot.ChangeAnnounce)
		if got := told(t, s); !slices.Equal(got, []string{"stage 2, wrong [] of version 3: sending"}) {
			t.Errorf("%q", got)
		}
	})
}
