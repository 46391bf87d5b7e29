package broadcast

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// shouting is a messenger as another version of this program shows it.
type shouting struct{ paper }

func (s shouting) Render(m bot.Message) ([]bot.Part, error) {
	m.Text = strings.ToUpper(m.Text)
	return s.paper.Render(m)
}

// loud puts another version of the program into the place of this one.
func (p *pressroom) loud() {
	c := p.config
	c.Messengers = map[string]Messenger{"telegram": {Channel: shouting{}, Kind: "telegram"}}
	p.Broadcasts = New(c)
}

// Whoever made a template is reminded once, by day, that its approval ends, and once of
// its being shown otherwise by now; nobody is of what is a draft again.
func TestEndingApprovalIsSaidOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		p := newPressroom(t, s)
		marketer := string(bot.Marketer)
		p.ok(s.InTx(ctx, func(tx *storage.Tx) error {
			if err := tx.AddUser(ctx, storage.User{ID: marketer, Login: marketer, Role: bot.Marketer, Language: bot.Russian, Password: "none"}); err != nil {
				return err
			}
			return tx.LinkStaff(ctx, marketer, bot.Address{Bot: "telegram", Chat: "7"})
		}))
		m := p.approved(outage())
		until, err := p.Holds(ctx, m)
		p.ok(err)
		reminds := func(at time.Time, want int) {
			t.Helper()
			p.now = at
			ids, err := p.RemindEnding(ctx)
			if err != nil || len(ids) != want {
				t.Errorf("at %v: %v, %v", at, ids, err)
			}
		}
		day := time.Date(until.Year(), until.Month(), until.Day(), 12, 0, 0, 0, time.UTC)
		reminds(day.AddDate(0, 0, -8), 0)
		reminds(day.AddDate(0, 0, -6).Add(-10*time.Hour), 0) // it is two at night
		reminds(day.AddDate(0, 0, -6), 1)
		reminds(day.AddDate(0, 0, -5), 0)
		reminds(day.AddDate(0, 0, 2), 0)
		said, err := s.Pending(ctx, "telegram", bot.LaneDesk, 10)
		p.ok(err)
		if len(said) != 1 || said[0].To.Chat != "7" || !strings.Contains(string(said[0].Part.Body), "Согласование шаблона «Вода» заканчивается") {
			t.Errorf("they read %d messages", len(said))
		}
		p.loud()
		reminds(day.AddDate(0, 0, -60), 1)
		reminds(day.AddDate(0, 0, -59), 0)
		said, err = s.Pending(ctx, "telegram", bot.LaneDesk, 10)
		p.ok(err)
		if len(said) != 2 || !strings.Contains(string(said[1].Part.Body), "ПОСЛЕ ОБНОВЛЕНИЯ ПРОГРАММЫ ШАБЛОН «ВОДА»") {
			t.Errorf("they read %d messages", len(said))
		}
		if holds, err := p.Holding(ctx, m); err != nil || holds {
			t.Errorf("it holds: %v, %v", holds, err)
		}
		p.ok(p.moves(m.ID, bot.BroadcastReturn))
		reminds(day.AddDate(0, 0, -4), 0)
	})
}
