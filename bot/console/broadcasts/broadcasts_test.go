package broadcasts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/console"
	changepages "visnyk/bot/console/changes"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/console/drafting"
	"visnyk/bot/contact"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct {
	*consoletest.House
	broadcasts *broadcast.Broadcasts
	changes    *change.Changes
	people     *audience.Audiences
	contacts   *contact.Contacts
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	people, contacts := audience.New(s, time.UTC, time.Now), contact.New(s, time.Now)
	h := &house{
		broadcasts: broadcast.New(broadcast.Config{Store: s, Texts: texts, Zone: time.UTC, Now: time.Now, Counting: people.Number, Doors: []bot.Door{{Flow: "settings", Text: "menu.settings"}}}),
		changes:    change.New(s, nil, time.Now), people: people, contacts: contacts,
	}
	h.House = consoletest.Open(t, s, nil, func(c *console.Console) {
		changepages.Add(c, changepages.Config{Changes: func() *change.Changes { return h.changes }}) // whose style is ours
		Add(c, Config{
			Broadcasts: func() *broadcast.Broadcasts { return h.broadcasts }, Zone: time.UTC,
			Changes: func() *change.Changes { return h.changes }, Audiences: func() *audience.Audiences { return people }, Attributes: contacts.Attributes,
			Show: func(b bot.Broadcast, l bot.Language, vars map[string]string) ([]Shown, error) {
				m, err := h.broadcasts.Preview(b, l, vars)
				shown := []bot.Bubble{{Runs: []bot.Run{{Text: m.Text}}}}
				return []Shown{{"telegram", shown}, {"viber", shown}}, err
			},
			Name: func(_ context.Context, user string) string { return user },
		})
	})
	return h
}

func actor(r bot.Role) bot.Actor { return bot.Actor{User: string(r), Login: string(r), Role: r} }

// drafted makes a draft that could be submitted.
func (h *house) drafted(id string) int {
	h.Helper()
	m, err := h.broadcasts.Create(h.Context(), actor(bot.Marketer), bot.Broadcast{
		ID: id, Title: "Знижки", Topic: "news", Text: bot.Bilingual{UK: "{{name|Вітаємо}}, знижки!", RU: "{{name|Здравствуйте}}, скидки!"}, Fallback: bot.UsualFallback,
	})
	h.OK(err)
	return m.Version
}

// templated makes a template of a message about an outage.
func (h *house) templated(id string) {
	h.Helper()
	b, err := h.broadcasts.NewTemplate()
	h.OK(err)
	b.ID, b.Title, b.Urgent = id, "Вода", "аварія на мережі"
	_, err = h.broadcasts.Create(h.Context(), actor(bot.Marketer), b)
	h.OK(err)
}

// moved makes the move as who may.
func (h *house) moved(id string, m bot.BroadcastMove) {
	h.Helper()
	is, err := h.broadcasts.Read(h.Context(), actor(bot.Marketer), id)
	h.OK(err)
	by := bot.Marketer
	if m == bot.BroadcastApprove {
		by = bot.Approver
	}
	_, err = h.broadcasts.Move(h.Context(), actor(by), id, m, is.Version, broadcast.Moved{})
	h.OK(err)
}

// composed is the form of a broadcast as it stands on its page.
func composed(version, rev string, more ...string) url.Values {
	form := url.Values{
		"version": {version}, "rev": {rev}, "title": {"Знижки"}, "topic": {"news"}, "text_uk": {"{{name|Вітаємо}}, знижки!"}, "text_ru": {"{{name|Здравствуйте}}, скидки!"},
		"fallback": {"24"}, "do": {""},
	}
	for i := 0; i < len(more); i += 2 {
		form.Add(more[i], more[i+1])
		if values := form[more[i]]; values[0] == "" || more[i] == "text_uk" || more[i] == "text_ru" {
			form[more[i]] = values[len(values)-1:]
		}
	}
	return form
}

func TestTemplates(t *testing.T) {
	h, at := newHouse(t), time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	bubble := bot.Bubble{File: "знижки.png", Picture: "/media/a", Buttons: [][]string{{"Так", "Ні"}}, Runs: []bot.Run{{Text: "Тариф", Bold: true}}}
	row := rowView{"a", "Знижки", "draft", "Марина", "tariff", true, true, true, at, true, true, at, at, "Олег", at}
	consoletest.Templates(t, h.Console, files, map[string]any{
		"broadcast": composePage{
			drafting.View{At: "/broadcasts/a", Base: 3, Rev: 1, Kept: true, Clash: &drafting.Clash{By: "Олег", Version: 4, Differences: []console.Difference{{Field: "Текст", Language: bot.Ukrainian, Before: "а", After: "б"}}}, Tabbed: true, Faults: console.Faults{"title": "Ні."}},
			headView{"a", "Знижки", "draft", 3, "Коротше.", "old", "wrong", 2, "message", true, true, "Марина", at, "saved", true, "water"},
			"Знижки",
			drafting.Room{Most: 120, Near: true, Left: 1},
			[]choiceView{{"news", "", "Новини", true}},
			[]choiceView{{"", "broadcasts.no_change", "", true}, {"t", "", "Тарифи", false}},
			[]choiceView{{"=", "broadcasts.as_written", "", true}},
			"{}", "VIP",
			[]wordsView{{"uk", "text_uk", "Вітаємо", drafting.Room{Most: 3000, Over: 2}, []driftView{{"sum_untold", "5 грн", 0, 0}, {"date_unlisted", "5 травня", 1, 3}}, "Ні."}},
			[]wordsView{{"ru", "digest_ru", "Скидки", drafting.Room{}, nil, ""}},
			[]nameView{{"name", "ім’я"}},
			[]nameView{{"where", "де"}},
			[]buttonView{{1, 0, "Так", "Да", "https://a.example", []choiceView{{"ack", "broadcasts.does.ack", "", true}}, []choiceView{{"flow.menu", "button.menu", "", false}, {"flow.gone", "", "gone", true}}, "Ні."}},
			false,
			pictureView{"/media/a", "/media/a", "знижки.png", 12, 1, []altView{{"uk", "Графік цін"}, {"ru", "График цен"}}},
			"2026-11-23T09:00", "2026-11-24T09:00", "Europe/Kyiv", true, true, "Аварія.", 24, "500 грн",
			previewView{[]choiceView{{"longest", "broadcasts.as.longest", "", true}}, "Олена", []languageView{{"uk", "Ні.", []shownView{{[]textKey{"channel.viber"}, []bot.Bubble{bubble}, true, 12}}}}},
		},
		"broadcast-message": messagePage{
			headView{"a", "Знижки", "approved", 3, "", "", "", 0, "message", false, true, "Марина", at, "", false, ""},
			"tariff", "VIP",
			previewView{[]choiceView{{"longest", "broadcasts.as.longest", "", true}}, "Олена", []languageView{{"uk", "", []shownView{{nil, []bot.Bubble{bubble}, false, 12}}}}},
		},
		"broadcast-new": freshPage{[]pastView{{"t", "Тарифи"}}, []pastView{{"a", "Знижки"}}, "t", "a"},
		"forecast": forecastPage{
			headView{"a", "Знижки", "approved", 3, "", "", "", 2, "forecast", false, false, "Марина", at, "submitted", true, ""},
			"VIP", "вт, 24 листопада, 12:00", "ср, 25 листопада", "Europe/Kyiv", "15,00 €", "Аварія.", true,
			&numbersView{true, 5000, 4218, at, at, []channelView{{"channel.viber", "viber", 4000, at, false}, {"channel.webchat", "web", 218, at, true}}, []countView{{"blocked", 700}, {"quiet", 82}}, []countView{{"quiet", 82}}, []countView{{"cap", 5}}, 3, 900, 2, []string{"18,00 €"}, "15,00 €", true},
			"crowd", false,
			[]wayOn{{"schedule", true, true, ""}, {"cancel", false, false, "role"}},
			true, true, 3, 40, true,
			[]string{"Текст: ні."},
		},
		"fill": fillPage{
			headView{ID: "a", Title: "Вода", State: "approved", Version: 3, Template: true},
			3, "Europe/Kyiv", "Аварія.", at, false, true, false, "клієнт", true, true,
			slotsView{true, true, true, true, true, false, "вул. Лісова", "ул. Лесная", "2026-11-23T09:00", ""},
			&aheadView{"abc", at, false, true, 4218, 5000, &grownView{4000, 5000, true, true}, &anewView{false, true, 5100}, previewView{[]choiceView{{"longest", "broadcasts.as.longest", "", true}}, "Олена", []languageView{{"uk", "", []shownView{{nil, []bot.Bubble{bubble}, false, 12}}}}}},
			true,
			console.Faults{"where/uk": "Ні.", "from": "Ні."},
			[]string{"Ні."},
			[]rowView{row},
		},
		"broadcasts": listPage{[]tabView{{"all", true, 2}, {"draft", false, 1}}, []rowView{row, {State: "sent"}}, true, false},
		"calendar": calendarPage{"m12", 2026, "2026-11", "2027-01", false, []dayView{{"вт, 1 грудня", true, []dateView{
			{"send", "10:00", "broadcasts/a", "Знижки", "", "broadcasts.state.scheduled", "scheduled", "Марина", 0, []besideView{{"hour", []string{"Тарифи", "Новини"}, 2, 1}, {"cap", []string{"Тарифи"}, 2, 1}}},
			{"stage", "", "changes/t", "Тарифи", "Захід", "changes.state.announced", "announced", "", 2, []besideView{{"date", []string{"Новини"}, 2, 1}}},
		}}}, []collisionView{{"hour", 1}, {"cap", 2}, {"date", 5}}, true},
		"report": reportSample(at),
		"split":  splitSample(at),
	})
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	reads, writes := []bot.Role{bot.Marketer, bot.Approver, bot.Admin}, []bot.Role{bot.Marketer, bot.Admin}
	h.drafted("sale")
	h.drafted("done")
	h.moved("done", bot.BroadcastSubmit)
	h.templated("water")
	rows := map[string]consoletest.Row{
		"GET /console/calendar":                 {May: reads, Want: http.StatusOK},
		"GET /console/broadcasts":               {May: reads, Want: http.StatusOK},
		"GET /console/broadcasts/new":           {May: writes, Want: http.StatusOK},
		"POST /console/broadcasts/new":          {May: writes, Want: http.StatusSeeOther, Form: "do=empty"},
		"GET /console/broadcasts/:id":           {May: reads, Want: http.StatusSeeOther, Path: "/console/broadcasts/done"},
		"POST /console/broadcasts/:id/keep":     {May: writes, Want: http.StatusBadRequest, Path: "/console/broadcasts/sale/keep", Form: "else=1"},
		"POST /console/broadcasts/:id/save":     {May: writes, Want: http.StatusBadRequest, Path: "/console/broadcasts/sale/save", Form: "else=1"},
		"POST /console/broadcasts/:id/picture":  {May: writes, Want: http.StatusBadRequest, Path: "/console/broadcasts/sale/picture", Form: "else=1"},
		"POST /console/broadcasts/:id/leave":    {May: writes, Want: http.StatusBadRequest, Path: "/console/broadcasts/sale/leave", Form: "else=1"},
		"POST /console/broadcasts/:id/estimate": {May: writes, Want: http.StatusOK, Path: "/console/broadcasts/sale/estimate"},
		"POST /console/broadcasts/:id/count":    {May: writes, Want: http.StatusOK, Path: "/console/broadcasts/sale/count"},
		"GET /console/broadcasts/:id/message":   {May: reads, Want: http.StatusOK, Path: "/console/broadcasts/sale/message"},
		"GET /console/broadcasts/:id/forecast":  {May: reads, Want: http.StatusOK, Path: "/console/broadcasts/sale/forecast"},
		"POST /console/broadcasts/:id/forecast": {May: reads, Want: http.StatusOK, Path: "/console/broadcasts/sale/forecast"},
		"GET /console/broadcasts/:id/fill":      {May: reads, Want: http.StatusSeeOther, Path: "/console/broadcasts/water/fill"},
		"POST /console/broadcasts/:id/fill":     {May: writes, Want: http.StatusBadRequest, Path: "/console/broadcasts/water/fill", Form: "else=1"},
		"POST /console/broadcasts/:id/go":       {May: reads, Want: http.StatusConflict, Path: "/console/broadcasts/sale/go", Form: "do=cancel&version=99"},
	}
	maps.Copy(rows, h.reportRights())
	h.Matrix(rows, "/broadcasts", "/calendar")
}

// An empty list has its first action for who may take it; what is made stands there with
// its state and who made it, under the tabs of its state.
func TestList(t *testing.T) {
	h := newHouse(t)
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts", nil)
	h.Says(page, "Розсилок ще немає", `href="/console/broadcasts/new"`)
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/broadcasts", nil)
	h.SaysNot(page, `href="/console/broadcasts/new"`)
	h.drafted("sale")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts?tab=draft", nil)
	h.Says(page, `href="/console/broadcasts/sale"`, "Знижки", "чернетка", "marketer", "натисканням")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts?tab=over", nil)
	h.Says(page, "Тут зараз нічого немає.")
	h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, "/console/broadcasts?tab=else", nil)
}

// What is written is kept as one writes and becomes a version by the button; it is shown
// as the longest reader gets it, and a variable without a fallback is said at once.
func TestComposed(t *testing.T) {
	h := newHouse(t)
	_, to := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/broadcasts/new", url.Values{"do": {"empty"}})
	at, _, _ := strings.Cut(to, "?")
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "Чернетку створено.", `name="text_uk"`, `name="text_ru"`, "{{name|…}}", "До прогнозу")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("1", "0", "button_uk", "Так", "button_ru", "Да", "button_do", "ack", "button_url", ""))
	h.Says(page, "Збережено", "Олександра-Вікторія Заболотна-Криворучко, скидки!", `name="rev" value="1"`, "в усіх месенджерах однаково")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("1", "1", "as", "unknown", "do", "add buttons"))
	h.Says(page, "Вітаємо, знижки!", `name="button_uk"`)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("1", "2", "text_uk", "{{name}}!"))
	h.Says(page, "{{name}}!</textarea>", `class="fault"`)
	h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/keep", composed("1", "1"))
	h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at+"/save", composed("1", "3", "text_uk", "{{name}}!"))
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("1", "3", "digest_uk", strings.Repeat("я", 201), "digest_ru", strings.Repeat("я", 199)))
	h.Says(page, "Задовго на 1 знак. Може бути щонайбільше 200 знаків.", "Залишився 1 знак.")
	_, to = h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/save", composed("1", "4", "do", "next"))
	if to != at+"/forecast" {
		t.Errorf("the way on leads to %s", to)
	}
	m, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), strings.TrimPrefix(at, "/console/broadcasts/"))
	if h.OK(err); m.Text.UK != "{{name|Вітаємо}}, знижки!" || m.Version != 2 || m.Topic != "news" {
		t.Errorf("saved as %+v", m.Broadcast)
	}
	_, to = h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/broadcasts/new", url.Values{"do": {"copy"}, "from": {m.ID}})
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "{{name|Здравствуйте}}, скидки!</textarea>")
}

// A button may open a flow that is made to be opened so, by the name that customers know
// it by; one that is not there is not saved.
func TestButtonOpensAFlow(t *testing.T) {
	h := newHouse(t)
	h.drafted("sale")
	const at = "/console/broadcasts/sale"
	button := func(version, does string) url.Values {
		return composed(version, "0", "button_uk", "Далі", "button_ru", "Дальше", "button_do", does, "button_url", "https://a.example")
	}
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/save", button("1", "flow.settings"))
	m, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), "sale")
	if h.OK(err); len(m.Buttons) != 1 || m.Buttons[0].Flow != "settings" || m.Buttons[0].URL+m.Buttons[0].Do != "" {
		t.Errorf("saved as %+v", m.Buttons)
	}
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, `<optgroup label="відкриває розділ"><option value="flow.settings" selected>Мої налаштування</option>`)
	page, _ = h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at+"/save", button("2", "flow.gone"))
	h.Says(page, `<option value="flow.gone" selected>gone</option>`, `class="fault"`)
}

// An hour that clocks go past is no moment: that is said, instead of another being put in
// its place. One that comes twice is its first, unless it stood there as its second: a moment
// that was given exactly stays what it was.
func TestAnHourThatIsNone(t *testing.T) {
	h := newHouse(t)
	m, err := h.broadcasts.Create(t.Context(), actor(bot.Marketer), bot.Broadcast{ID: "sale", Title: "Знижки", Zone: "Europe/Kyiv"})
	h.OK(err)
	at, version := "/console/broadcasts/"+m.ID+"/save", strconv.Itoa(m.Version)
	page, _ := h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at, composed(version, "0", "start", "2099-03-29T03:30"))
	h.Says(page, "Такої години того дня немає")
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at, composed(version, "0", "start", "2099-10-25T03:30"))
	m, err = h.broadcasts.Read(t.Context(), actor(bot.Marketer), "sale")
	if h.OK(err); !m.Start.Equal(time.Date(2099, time.October, 25, 0, 30, 0, 0, time.UTC)) {
		t.Errorf("it starts at %s", m.Start)
	}
	exactly := time.Date(2099, time.October, 25, 1, 30, 20, 0, time.UTC)
	m.Start = exactly
	m, err = h.broadcasts.Replace(t.Context(), actor(bot.Marketer), m.Broadcast)
	h.OK(err)
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at, composed(strconv.Itoa(m.Version), "0", "start", "2099-10-25T03:30", "text_uk", "{{name|Вітаємо}}, знижки взимку!"))
	m, err = h.broadcasts.Read(t.Context(), actor(bot.Marketer), "sale")
	if h.OK(err); !m.Start.Equal(exactly) || !strings.Contains(m.Text.UK, "взимку") {
		t.Errorf("saved as %q, it starts at %s", m.Text.UK, m.Start)
	}
}

// What a colleague saved meanwhile is not written over: both are seen, field by field, and
// the reader chooses.
func TestMeanwhile(t *testing.T) {
	h := newHouse(t)
	h.drafted("sale")
	const at = "/console/broadcasts/sale"
	mine := composed("1", "0", "text_uk", "Моє", "must", "true", "button_uk", "Так", "button_ru", "Да", "button_do", "ack", "button_url", "")
	h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", mine)
	h.As(bot.Admin, http.StatusSeeOther, http.MethodPost, at+"/save", composed("1", "0", "text_uk", "Колеги"))
	mine.Set("rev", "1")
	page, _ := h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/save", mine)
	h.Says(page, "Поки Ви писали, з’явилася інша версія", "Автор версії 2:", "<bdi>admin</bdi>", "<bdi>Колеги</bdi>", "<bdi>Моє</bdi>", "<bdi>1. Так · ", "Має натиснути «Зрозуміло»</h3>", `value="mine 2"`)
	mine.Set("do", "mine 2")
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/save", mine)
	m, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), "sale")
	if h.OK(err); m.Text.UK != "Моє" || m.Version != 3 {
		t.Errorf("saved as %+v", m.Broadcast)
	}
}

// A broadcast that tells a change begins with the words of its sheet; where it says
// something else of dates and sums, it says so beside the text, and is not submitted.
func TestDrift(t *testing.T) {
	h := newHouse(t)
	w := func(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: ru} }
	_, err := h.changes.Create(t.Context(), actor(bot.Marketer), bot.Change{
		ID: "tariff", Kind: bot.Tariff, Title: w("Тарифи з 1 березня", "Тарифы с 1 марта"), Summary: w("250 грн", "250 грн"), Reason: w("р", "р"), Consequence: w("н", "п"), Benefit: w("к", "в"), ToDo: w("д", "д"),
		From: time.Date(2099, time.March, 1, 0, 0, 0, 0, time.UTC), Particulars: bot.Particulars{Sums: []bot.Sum{{What: w("Абонплата", "Абонплата"), Amount: "250", Currency: "UAH"}}},
	})
	h.OK(err)
	_, to := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/broadcasts/new", url.Values{"do": {"change"}, "change": {"tariff"}})
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "**Тарифи з 1 березня**", "**Тарифы с 1 марта**", "Зрозуміло", "Есть вопрос")
	h.SaysNot(page, "немає в аркуші зміни", "В аркуші зміни є")
	at, _, _ := strings.Cut(to, "?")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("1", "0", "change", "tariff", "text_uk", "З 2 березня 300 грн", "text_ru", "С 1 марта 250 грн"))
	h.Says(page, "В аркуші зміни є сума «250 грн», а тут її немає.", "Суми «300 грн» немає в аркуші зміни.", "В аркуші зміни є дата «01.03.2099», а тут її немає.", "Дати «2 березня» немає в аркуші зміни.")
	if n := strings.Count(page, `class="stops"`); n != 4 {
		t.Errorf("%d findings", n)
	}
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/save", composed("1", "1", "change", "tariff", "text_uk", "З 2 березня 300 грн", "text_ru", "С 1 марта 250 грн"))
	id := strings.TrimPrefix(at, "/console/broadcasts/")
	_, err = h.broadcasts.Move(t.Context(), actor(bot.Marketer), id, bot.BroadcastSubmit, 2, broadcast.Moved{})
	if wrong := new(bot.InvalidError); !errors.As(err, &wrong) || len(wrong.Faults) != 4 || wrong.Faults[0].Field != "text/uk" {
		t.Errorf("submitted with another sum: %v", err)
	}
}

// The way from a draft to its moment: submitted with what is kept, approved by somebody
// else, scheduled; what is scheduled is only called off.
func TestGoesOn(t *testing.T) {
	h := newHouse(t)
	m, err := h.broadcasts.Create(t.Context(), actor(bot.Marketer), bot.Broadcast{
		ID: "sale", Title: "Знижки", Topic: "news", Text: bot.Bilingual{UK: "Знижки!", RU: "Скидки!"}, Start: time.Now().AddDate(0, 0, 2), Zone: "Europe/Kyiv",
	})
	h.OK(err)
	const at = "/console/broadcasts/sale"
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/forecast", nil)
	h.Says(page, "людей отримають", "Надіслати на погодження", "Europe/Kyiv")
	h.SaysNot(page, "Запланувати", "Порахувати")
	goes := func(who bot.Role, status int, do string, version int) (string, string) {
		t.Helper()
		return h.As(who, status, http.MethodPost, at+"/go", url.Values{"do": {do}, "version": {fmt.Sprint(version)}})
	}
	m.Text.RU = ""
	_, err = h.broadcasts.Drafts().Keep(t.Context(), actor(bot.Marketer), m.Broadcast, 0)
	h.OK(err)
	page, _ = goes(bot.Marketer, http.StatusUnprocessableEntity, "submit", 1)
	h.Says(page, "Далі не піде, поки це не виправлено", "Текст: ")
	m.Text.RU, m.Version = "Скидки, скидки!", 2
	_, err = h.broadcasts.Drafts().Keep(t.Context(), actor(bot.Marketer), m.Broadcast, 0)
	h.OK(err)
	_, to := goes(bot.Marketer, http.StatusSeeOther, "submit", 2)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, strings.TrimSuffix(to, "#approval"), nil)
	h.Says(page, "Надіслано на погодження. Погодить хтось інший.", "Чекає на погодження.")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at+"/forecast", nil)
	h.Says(page, "/console/approvals/broadcasts/sale")
	h.moved("sale", bot.BroadcastApprove)
	page, _ = goes(bot.Marketer, http.StatusConflict, "schedule", 4)
	h.Says(page, "Поки Ви дивилися, розсилка змінилася.", "Запланувати")
	goes(bot.Marketer, http.StatusSeeOther, "schedule", 5)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/forecast", nil)
	h.Says(page, "заплановано", "Скасувати розсилку", "/console/broadcasts/new?from=sale")
	h.SaysNot(page, `value="schedule"`, `value="start"`)
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodGet, at, nil)
	is, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), "sale")
	if h.OK(err); is.State != bot.BroadcastScheduled || is.Text.RU != "Скидки, скидки!" {
		t.Errorf("it is %s and says %s", is.State, is.Text.RU)
	}
	h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/keep", composed("6", "0"))
}

// What says of its change only what was approved with it says so, and is scheduled with
// nobody's approval; with one letter changed it is approved like any other.
func TestScheduledAsItIs(t *testing.T) {
	h := newHouse(t)
	w := func(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: ru} }
	c := bot.Change{
		ID: "tariff", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 3, Title: w("Тарифи", "Тарифы"), Summary: w("с", "с"), Reason: w("р", "р"), Consequence: w("н", "п"), Benefit: w("к", "в"), ToDo: w("д", "д"),
		From: time.Date(2099, time.March, 1, 0, 0, 0, 0, time.UTC),
	}
	bound := bot.Bound{Words: bot.BoundWords{
		bot.Ukrainian: {"change.understood": "Зрозуміло", "change.question": "Маю запитання"}, bot.Russian: {"change.understood": "Понятно", "change.question": "Есть вопрос"},
	}}
	sheet := storage.Sheet{Change: c, Bound: bound, Hash: c.ApprovedHash(bound), Announced: time.Now()}
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error {
		if err := tx.PutSheets(t.Context(), []storage.Sheet{sheet}); err != nil {
			return err
		}
		return tx.Audit(t.Context(), storage.AuditEntry{Actor: actor(bot.Approver), Action: "change.approve", Object: "change/tariff", Detail: map[string]any{"hash": sheet.Hash}})
	}))
	const none, starts = "Погодження не потрібне: усе вже погоджено у версії 3 зміни.", "Щоб запланувати, вкажіть, коли почати."
	_, to := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/broadcasts/new", url.Values{"do": {"change"}, "change": {"tariff"}})
	at, _, _ := strings.Cut(to, "?")
	id := strings.TrimPrefix(at, "/console/broadcasts/")
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, none)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/forecast", nil)
	h.Says(page, none, starts, `value="submit"`)
	h.SaysNot(page, `value="schedule"`)

	keeps := func(edit func(*bot.Broadcast), version, rev int) {
		t.Helper()
		m, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), id)
		h.OK(err)
		m.Version, m.Start = version, time.Now().AddDate(0, 0, 2).Truncate(time.Minute)
		edit(&m.Broadcast)
		_, err = h.broadcasts.Drafts().Keep(t.Context(), actor(bot.Marketer), m.Broadcast, rev)
		h.OK(err)
	}
	keeps(func(b *bot.Broadcast) { b.Text.RU += "!" }, 1, 0)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/forecast", nil)
	h.SaysNot(page, none, `value="schedule"`)
	h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/go", url.Values{"do": {"schedule"}, "version": {"1"}})
	keeps(func(b *bot.Broadcast) { b.Text.RU = strings.TrimSuffix(b.Text.RU, "!") }, 2, 0)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/forecast", nil)
	h.Says(page, none, `class="main" name="do" value="schedule"`, `<button name="do" value="submit"`)
	h.SaysNot(page, starts)
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/go", url.Values{"do": {"schedule"}, "version": {"2"}})
	if m, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), id); err != nil || m.State != bot.BroadcastScheduled || m.ChangeVersion != 3 {
		t.Errorf("%+v: %v", m, err)
	}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/forecast", nil)
	h.SaysNot(page, none)
}
