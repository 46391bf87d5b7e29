package dialog

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// erasing is a book whose one step erases the person on a word, and otherwise
// says where they stand.
func erasing(t *testing.T) flows.Book {
	t.Helper()
	here := func(flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Say{
			Texts: []flows.Text{words("тут", "здесь")}, Buttons: [][]flows.Button{flows.Row(words("Далі", "Дальше"), "on")},
		}}
	}
	book, err := flows.NewBook("talk/one", nil, flows.Flow{Name: "talk", Steps: []flows.Step{
		{
			Name: "one", Enter: here, Else: flows.Transition{Label: "anything", To: "one"},
			On: []flows.Transition{{
				Label: "erase", To: "gone", When: func(t flows.Turn) bool { return t.Event.Text == "видаліть мене, будь ласка" },
				Do: func(flows.Turn) []flows.Effect {
					return []flows.Effect{flows.HandOff{Reason: bot.ReasonAsked}, flows.Erase{}}
				},
			}},
		},
		{Name: "gone", Else: flows.Transition{Label: "anything", To: "one"}, Enter: func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Say{Texts: []flows.Text{words("прощавайте", "прощайте")}}}
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestAnErasingTurnWritesNothingElse(t *testing.T) {
	r := rehearse(t)
	r.Engine.Book = erasing(t)
	do(t, r, typed("привіт"), noon)
	person := r.loaded.Contact.ID
	got := do(t, r, typed("видаліть мене, будь ласка"), noon)
	w := got.Write
	if w.Erase == nil || w.Erase.Contact != person || !slices.Equal(w.Erase.Addresses, []bot.Address{{Bot: "telegram", Chat: "1"}}) {
		t.Fatalf("erases %+v", w.Erase)
	}
	if w.Conversation != nil || w.Contact != nil || w.Open != nil || len(w.History)+len(w.Timers)+len(w.Marks)+len(w.Tellings) > 0 {
		t.Errorf("something of the person would stay: %+v", w)
	}
	if heard(got) != "прощавайте" || got.To.Chat != "1" {
		t.Errorf("%v hears %q", got.To, heard(got))
	}
	if again := do(t, r, typed("привіт"), noon); again.Write.Contact.ID == person || again.Write.Conversation.Version != 1 {
		t.Errorf("not a stranger: %+v", again.Write.Contact)
	}
}

func TestAMentionIsMadeOnceAndKept(t *testing.T) {
	both := bot.Bilingual{UK: "зміна", RU: "изменение"}
	changes := []bot.Change{
		{ID: "a", Kind: bot.Tariff, State: bot.ChangeAnnounced, Title: both, From: noon},
		{ID: "partners", Kind: bot.Tariff, State: bot.ChangeAnnounced, Title: both, From: noon, Audience: bot.In("kind", "partner")},
	}
	marks := func(r Result) (all []bot.Mark) {
		for _, told := range r.Write.Tellings {
			if told.Rendering.Change != "a" {
				t.Errorf("%q does not concern them", told.Rendering.Change)
			}
			all = append(all, told.Rendering.Part.Mark())
		}
		return all
	}
	mentioned := []bot.Mark{bot.MarkMentioned}
	for name, c := range map[string]struct {
		known storage.Known
		wish  bot.Wishes
		want  []bot.Mark
	}{
		"unknown":          {storage.Known{Change: "a"}, bot.Wishes{}, mentioned},
		"mentioned":        {storage.Known{Change: "a", Mentioned: true}, bot.Wishes{}, nil},
		"told":             {storage.Known{Change: "a", Told: true}, bot.Wishes{}, nil},
		"on its way":       {storage.Known{Change: "a", OnItsWay: true}, bot.Wishes{}, nil},
		"may have arrived": {storage.Known{Change: "a", Unsure: true}, bot.Wishes{}, nil},
		"acknowledged":     {storage.Known{Change: "a", Acknowledged: true}, bot.Wishes{}, nil},
		"another topic":    {storage.Known{Change: "a"}, bot.Wishes{Muted: []bot.ChangeKind{bot.Outage}}, mentioned},
		"an unwanted one":  {storage.Known{Change: "a"}, bot.Wishes{Muted: []bot.ChangeKind{bot.Tariff}}, nil},
		"a pause":          {storage.Known{Change: "a"}, bot.Wishes{PausedUntil: noon.Add(time.Second)}, nil},
		"a pause is over":  {storage.Known{Change: "a"}, bot.Wishes{PausedUntil: noon}, mentioned},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			r.Content.Changes = changes
			r.loaded.Contact = bot.Contact{ID: "c", Language: bot.Ukrainian, Wishes: c.wish}
			r.loaded.Known = []storage.Known{c.known}
			if got := marks(do(t, r, typed("так"), noon)); !slices.Equal(got, c.want) {
				t.Errorf("marks %v, want %v", got, c.want)
			}
			if got := marks(do(t, r, typed("так"), noon)); len(got) > 0 {
				t.Errorf("again: %v", got)
			}
		})
	}
	t.Run("a stranger counts as a client", func(t *testing.T) {
		r := rehearse(t)
		r.Content.Changes = changes
		if got := marks(do(t, r, typed("так"), noon)); !slices.Equal(got, mentioned) {
			t.Errorf("marks %v", got)
		}
	})
}
