package desk

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Colleagues hear once that somebody waits while nobody looks: in their language,
// within working hours, and only those who work at the desk.
func TestNotice(t *testing.T) {
	onBoth(t, func(r *room) {
		ctx, now := r.Context(), time.Now()
		set := func(name, value string) {
			r.Helper()
			if err := r.store.PutSetting(ctx, name, value); err != nil {
				r.Fatal(err)
			}
			r.hours.Store(nil)
		}
		always, never := `[{"from":"00:00","to":"24:00"}]`, `[]`
		week := func(day string) string {
			return fmt.Sprintf(`{"days":[%[1]s,%[1]s,%[1]s,%[1]s,%[1]s,%[1]s,%[1]s]}`, day)
		}
		set(bot.HoursSetting, week(always))
		link := func(user, chat string) {
			r.Helper()
			if err := r.store.InTx(ctx, func(tx *storage.Tx) error {
				return tx.LinkStaff(ctx, user, bot.Address{Bot: "telegram", Chat: chat})
			}); err != nil {
				r.Fatal(err)
			}
		}
		link(r.olha.User, "901")
		link(r.marketer.User, "902") // who does not work at the desk
		link(r.ivan.User, "903")
		if _, err := r.db.Exec(`UPDATE users SET language = 'ru' WHERE login = 'ivan'`); err != nil {
			r.Fatal(err)
		}
		told := func(at time.Time) (chats []string) {
			r.Helper()
			r.wire.said = nil
			if err := r.Notice(ctx, at, func(l bot.Language, waiting int) string { return fmt.Sprintf("%s %d", l, waiting) }); err != nil {
				r.Fatal(err)
			}
			if err := r.db.Select(&chats, `SELECT chat FROM outbox WHERE cause LIKE 'notice/%' ORDER BY chat`); err != nil {
				r.Fatal(err)
			}
			return chats
		}
		later := now.Add(bot.NoticeAfter + time.Minute)
		if got := told(later); len(got) != 0 {
			r.Errorf("nobody waits, and %q are told", got)
		}
		first := r.opens(bot.Reachable)
		r.opens(bot.Reachable)
		if got := told(now.Add(bot.NoticeAfter - time.Minute)); len(got) != 0 {
			r.Errorf("too soon: %q", got)
		}
		set(bot.HoursSetting, week(never))
		if got := told(later); len(got) != 0 {
			r.Errorf("nobody works now, and %q are told", got)
		}
		set(bot.HoursSetting, week(always))
		set(bot.NoticeSetting, "0")
		if got := told(later); len(got) != 0 {
			r.Errorf("never is set, and %q are told", got)
		}
		set(bot.NoticeSetting, "5")
		if err := r.store.InTx(ctx, func(tx *storage.Tx) error { return tx.AddSession(ctx, "s", r.ivan.User, "d", "", "") }); err != nil {
			r.Fatal(err)
		}
		if _, err := r.db.Exec(`UPDATE sessions SET used_at = $1`, later.Add(-time.Minute).UnixMicro()); err != nil {
			r.Fatal(err)
		}
		if got := told(later); len(got) != 0 {
			r.Errorf("somebody has just used the desk, and %q are told", got)
		}
		if got := told(later.Add(bot.NoticeAfter)); !slices.Equal(got, []string{"901", "903"}) {
			r.Errorf("told: %q", got)
		}
		var texts []string
		for _, m := range r.wire.said {
			texts = append(texts, m.Text)
		}
		if !slices.Equal(texts, []string{"uk 2", "ru 2"}) {
			r.Errorf("said: %q", texts)
		}
		r.opens(bot.Reachable) // of the same burst
		if got := told(later.Add(time.Hour)); len(got) != 2 {
			r.Errorf("told again: %q", got)
		}
		r.must(first, bot.TicketTake, r.olha) // another waits longest, and nobody looks again
		if got := told(later.Add(2 * time.Hour)); len(got) != 4 {
			r.Errorf("of the next: %q", got)
		}
	})
}
