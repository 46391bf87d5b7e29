package dialog

import (
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

func tariff() bot.Change {
	both := func(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: ru} }
	return bot.Change{
		ID: "a", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 3, From: noon.AddDate(0, 1, 0),
		Title: both("Тарифи", "Тарифы"), Summary: both("Дорожче на 40 грн", "Дороже на 40 грн"),
	}
}

// teller is a book that tells the change to whoever writes "card", and otherwise
// only answers.
func teller(t *testing.T) flows.Book {
	t.Helper()
	c := tariff()
	texts := []flows.Text{flows.T("change.head", "Title", c.Title), flows.T("change.since", "FromSince", c.From), flows.Own(c.Summary)}
	book, err := flows.NewBook("talk/one", []flows.Transition{{
		Label: "card", When: func(t flows.Turn) bool { return t.Event.Text == "card" }, To: "talk/one",
		Do: func(t flows.Turn) []flows.Effect {
			return []flows.Effect{
				flows.Say{Texts: []flows.Text{flows.T("press.gone")}},
				flows.Say{Texts: texts, Tells: []flows.Telling{{Change: c, Part: bot.PartCard, Texts: texts}}},
			}
		},
	}}, flows.Flow{Name: "talk", Steps: []flows.Step{{
		Name: "one", Else: flows.Transition{Label: "anything", To: "one"},
		Enter: func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Say{Texts: []flows.Text{words("відповідь", "ответ")}, Buttons: [][]flows.Button{flows.Row(words("Далі", "Дальше"), "x")}}}
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestTellingIsOfWhatWasSaid(t *testing.T) {
	told := func(l bot.Language, when time.Time) (Result, bot.Telling) {
		r := rehearse(t)
		r.Engine.Book, r.Engine.Channels = teller(t), map[string]flows.Messenger{"telegram": {Kind: "telegram"}}
		r.Engine.Render = func(_ string, m bot.Message) ([]bot.Part, error) { return wire{}.Render(m) }
		r.Content.Changes = []bot.Change{tariff()}
		r.loaded.Contact = bot.Contact{ID: "c", Language: l}
		got := do(t, r, typed("card"), when)
		if len(got.Write.Tellings) != 1 {
			t.Fatalf("tellings %+v", got.Write.Tellings)
		}
		return got, got.Write.Tellings[0]
	}
	got, card := told(bot.Ukrainian, noon)
	said := got.Write.History[len(got.Write.History)-1]
	if card.Cause != said.Cause || card.Address != said.Address || card.Contact != "c" {
		t.Errorf("%+v tells what %+v says", card, said)
	}
	_, own, _ := strings.Cut(said.Text, "\n\n") // the message says something else first
	own, _, _ = strings.Cut(own, "\n\nвідповідь")
	if !strings.Contains(own, "40 грн") || card.TextHash != bot.HashText(own) {
		t.Errorf("the hash is not that of %q", own)
	}
	r := card.Rendering
	if r.Change != "a" || r.Version != 3 || r.Language != bot.Ukrainian || r.Channel != "telegram" || r.Part != bot.PartCard {
		t.Errorf("got %+v", r)
	}
	if !strings.HasPrefix(r.Template, `["`) || !strings.Contains(r.Template, "{{.FromSince}}") || !strings.Contains(r.Template, "Тарифи") {
		t.Errorf("the template is %s", r.Template)
	}
	_, far := told(bot.Ukrainian, noon.AddDate(-1, 0, 0)) // the date is said with its year then
	_, russian := told(bot.Russian, noon)
	if far.Rendering.Hash() != r.Hash() || far.TextHash == card.TextHash || russian.Rendering.Hash() == r.Hash() {
		t.Errorf("a rendering is a text with its slots open, in one language:\n%+v\n%+v\n%+v", card, far, russian)
	}
}

// What did not reach a person told them nothing, and is offered again; meanwhile it
// is offered once.
func TestWhatToldNothingIsOfferedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		if err := r.store.PutChanges(ctx, []bot.Change{tariff()}); err != nil {
			t.Fatal(err)
		}
		r.worker.Engine.Book = teller(t)
		if err := r.worker.Library.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		parts := func() (all []string) {
			if err := r.db.Select(&all, `SELECT part FROM tellings ORDER BY created_at, cause`); err != nil {
				t.Fatal(err)
			}
			return all
		}
		fails := func() {
			lease, _, _, err := r.store.Acquire(ctx, "telegram", "expirer", time.Minute)
			if err == nil {
				_, err = r.store.Expire(ctx, lease, 0)
			}
			if err == nil {
				err = r.store.Release(ctx, lease)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		want := func(what string, all ...string) {
			t.Helper()
			r.run(true, "the turn is made", r.idle)
			if got := parts(); !slices.Equal(got, all) {
				t.Fatalf("%s: told %q, want %q", what, got, all)
			}
		}
		r.receive("1", "card")
		want("opened", "card")
		r.receive("1", "привіт")
		want("on its way", "card")
		fails()
		r.receive("1", "привіт")
		want("expired", "card", "digest line")
		r.receive("1", "привіт")
		want("the mention is on its way", "card", "digest line")
		fails()
		r.receive("1", "привіт")
		want("the mention expired", "card", "digest line", "digest line")
	})
}
