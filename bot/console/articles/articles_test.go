package articles

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	changepages "visnyk/bot/console/changes"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/console/drafting"
	"visnyk/bot/editor"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct {
	*consoletest.House
	articles *editor.Editor
	changes  *change.Changes
	lease    storage.Lease
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{}
	store := storagetest.Open(t, storagetest.SQLiteURL(t))
	h.articles, h.changes = editor.NewEditor(store, time.Now), change.New(store, nil, time.Now)
	h.House = consoletest.Open(t, store, nil, func(c *console.Console) {
		changepages.Add(c, changepages.Config{Changes: func() *change.Changes { return h.changes }}) // whose style is ours
		Add(c, Config{
			Articles: func() *editor.Editor { return h.articles }, Changes: func() *change.Changes { return h.changes }, Zone: time.UTC,
			Name: func(_ context.Context, user string) string { return user },
			Show: func(a bot.Article) (all []Shown, err error) {
				for _, l := range bot.Languages() {
					said := []bot.Bubble{{Runs: []bot.Run{{Text: a.Answer.In(l)}}, Buttons: [][]string{{"Так", "Ні"}}}}
					all = append(all, Shown{"telegram", l, said, 4096}, Shown{"viber", l, said, 7000})
				}
				return all, nil
			},
		})
	})
	return h
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	consoletest.Templates(t, h.Console, files, samples())
}

func samples() map[string]any {
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	head := headView{
		ID: "a", Title: "Як повернути товар", State: "draft", Version: 3, Note: "Немає строку.", Here: "article", Edits: true, By: "Олена", At: at,
		Blanks: []string{"[[строк]]"}, Change: "tariff", ChangeTitle: "Нові тарифи", Silent: true, Valid: "later", From: at, Until: at, Done: "saved",
	}
	read := head
	read.Edits, read.State = false, "approved"
	read.Moves = []moveView{{Name: "approve", Main: true}, {Name: "approve", Why: "articles.blanks_why"}, {Name: "return", Notes: true}, {Name: "retire"}}
	read.Moves = append(read.Moves[:1:1], read.Moves[2:]...)
	other := &otherView{"b", "Коли працюєте"}
	words := wordsView{"question", "Як?", "Как?", 1, "Задовге.", []string{"Задовге."}, nil, "at-question", "at-question-uk", "at-question-ru"}
	differences := []console.Difference{{Field: "Відповідь", Language: bot.Ukrainian, Pieces: []console.Piece{{Text: "а"}, {Text: "б", Gone: true}, {Text: "в", New: true}}, Before: "аб", After: "ав"}, {Field: "Діє з", After: "x"}}
	changes := []changeView{{"tariff", "Нові тарифи", true}}
	page := articlePage{
		View: drafting.View{At: "/articles/a", Base: 2, Rev: 4, Kept: true, Clash: &drafting.Clash{By: "Петро", Version: 3, Differences: differences}, Tabbed: true, Faults: console.Faults{"span": "Ні."}},
		Head: head, Words: []wordsView{words}, Changes: changes, Spans: []spanView{{"", "own", true}, {"since", "since", false}},
		Facts:    []factView{{"valid_from", "2027-01-01T00:00", at, "Ні.", "at-valid-from"}, {"valid_to", "", time.Time{}, "", "at-valid-to"}},
		Replaces: other, Warnings: []warningView{{"Сплутають.", other}, {Words: "Строк минув."}}, Offers: []offerView{{"a.1", "хочу здати", bot.Ukrainian, 3, true}},
		Offered: []offeredView{{"uk назад", "назад", bot.Ukrainian, 0}},
	}
	page.Askers = &askersView{true, true, 3, false, 30, []toldView{{Channel: "channel.telegram", Language: bot.Ukrainian, Messages: []bot.Bubble{{Runs: []bot.Run{{Text: "Так"}}}}}}, "Задовге.", ""}
	rows := []wantedView{{[]string{"чи є знижки", "скидки есть?"}, 3, 2, 1, at, other, 40, "draft"}, {Examples: []string{"оплата"}}}
	bubble := bot.Bubble{Runs: []bot.Run{{Text: "Так", Bold: true}}, Buttons: [][]string{{"Так", "Ні"}}}
	return map[string]any{
		"articles": listPage{
			Query: listQuery{Words: "ціна", Tab: "all", Change: "tariff", Valid: "now", Lack: "aliases", Count: 56}, Done: "begun", Edits: true, Asks: true, Chosen: true, Unfilled: 3,
			Tabs: []tabView{{"all", true, 4, "/console/articles"}, {"in_review", false, 0, "/console/articles?tab=in_review"}}, Changes: changes,
			Valids: []validKey{"now"}, Lacks: []lackKey{"filled"}, Next: "/console/articles?after=a", First: "/console/articles",
			Rows: []rowView{{"a", "Як повернути", "draft", "later", at, at, "Нові тарифи", 2, true}, {ID: "b"}},
		},
		"article":          page,
		"article-versions": versionsPage{read, []versionView{{3, "Петро", at, false, true}, {Version: 2, From: true}}, 2, 3, differences},
		"article-view": viewPage{
			Head: read, Language: bot.Ukrainian, Channel: "telegram", Ways: []wayView{{"telegram", bot.Ukrainian, true}, {"viber", bot.Russian, false}}, Messages: []bot.Bubble{bubble}, Chars: 3,
		},
		"wanted":  wantedPage{rows, 12, 90, true},
		"asked":   askedPage{"tariff", "Нові тарифи", rows, 12, 5, 1, true},
		"starter": starterPage{[]baseView{{"gym", "Спортзал", 56, []exampleView{{"Ціни", "Місяць — [[ціна]]."}}, true}}, "gym"},
	}
}

// TestTheReader: what who does not write it sees is sound too.
func TestTheReader(t *testing.T) {
	h := newHouse(t)
	page := samples()["article"].(articlePage)
	page.Head.Edits, page.Head.State, page.Clash = false, "approved", nil
	page.Head.Moves = []moveView{{Name: "approve", Main: true}, {Name: "return", Notes: true}, {Name: "retire"}}
	for _, l := range bot.Languages() {
		out, err := h.Console.Example(l, "article", page, "Олена")
		h.OK(err)
		for _, fault := range consoletest.Judge(out) {
			t.Error(fault)
		}
	}
	page.Head.Moves = []moveView{{Name: "approve", Why: "articles.blanks_why"}}
	out, err := h.Console.Example(bot.Ukrainian, "article", page, "Олена")
	h.OK(err)
	h.Says(string(out), "Поверніть її, щоб їх заповнили.", "disabled")
}

// sends sends a form and returns where it leads.
func (h *house) sends(as bot.Role, path string, form url.Values) string {
	h.Helper()
	_, to := h.As(as, http.StatusSeeOther, http.MethodPost, path, form)
	return strings.TrimSuffix(to, "?done=made")
}

// form is what a browser sends of an article.
func form(version, rev string, words map[string]string) url.Values {
	all := url.Values{"version": {version}, "rev": {rev}}
	for name, text := range words {
		all.Set(name, text)
	}
	return all
}

// whole is an article that lacks nothing.
func whole() map[string]string {
	return map[string]string{
		"question_uk": "Як повернути товар", "question_ru": "Как вернуть товар", "answer_uk": "Протягом 14 днів.", "answer_ru": "В течение 14 дней.",
		"aliases_uk": "хочу здати куртку\n\n хочу здати куртку ", "aliases_ru": "хочу сдать куртку", "negatives_uk": "", "negatives_ru": "",
		"valid_from": "", "valid_to": "", "change": "", "span": "",
	}
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	at := h.sends(bot.Marketer, "/console/articles", nil)
	sheet, err := h.changes.Create(t.Context(), bot.Actor{User: "marketer", Role: bot.Marketer}, bot.Change{Kind: bot.Tariff})
	h.OK(err)
	writers, readers := []bot.Role{bot.Marketer, bot.Admin}, []bot.Role{bot.Marketer, bot.Approver, bot.Admin}
	written := form("1", "0", whole()).Encode()
	h.Matrix(map[string]consoletest.Row{
		"GET /console/articles":              {May: readers, Want: http.StatusOK},
		"POST /console/articles":             {May: writers, Want: http.StatusSeeOther},
		"GET /console/articles/:id":          {May: readers, Want: http.StatusOK, Path: at},
		"POST /console/articles/:id/keep":    {May: writers, Want: http.StatusOK, Path: at + "/keep", Form: written},
		"POST /console/articles/:id/save":    {May: writers, Want: http.StatusOK, Path: at + "/save", Form: strings.Replace(written, "rev=0", "rev=1&do=take+0", 1)},
		"POST /console/articles/:id/leave":   {May: writers, Want: http.StatusNoContent, Path: at + "/leave", Form: written},
		"POST /console/articles/:id/move":    {May: readers, Want: http.StatusBadRequest, Path: at + "/move", Form: "do=nothing"},
		"POST /console/articles/:id/offer":   {May: writers, Want: http.StatusBadRequest, Path: at + "/offer", Form: "do=accept&offer=x"},
		"GET /console/articles/:id/versions": {May: readers, Want: http.StatusOK, Path: at + "/versions"},
		"GET /console/articles/:id/view":     {May: readers, Want: http.StatusOK, Path: at + "/view"},
		"GET /console/wanted":                {May: readers, Want: http.StatusOK},
		"GET /console/wanted/:change":        {May: readers, Want: http.StatusOK, Path: "/console/wanted/" + sheet.ID},
		"GET /console/starter":               {May: writers, Want: http.StatusOK},
		"POST /console/starter":              {May: writers, Want: http.StatusSeeOther, Form: "base=gym"},
	}, "/articles", "/wanted", "/starter")
}

// TestWritten: an article is kept as it is written, has its wording from a starter base
// with one press, is submitted, returned with a note, mended and approved by another; a
// blank stops it on every page.
func TestWritten(t *testing.T) {
	h := newHouse(t)
	at := h.sends(bot.Marketer, "/console/articles", nil)
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "[[Як клієнт про це спитає]]", "Лишилося 4 порожні місця", `type="button" disabled`)
	words := whole()
	words["question_uk"], words["question_ru"], words["aliases_uk"], words["aliases_ru"] = "Прийти до вас один раз", "Прийти к вам один раз", "", ""
	words["answer_uk"] = "Так, це [[ціна]]."
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", form("1", "0", words))
	h.Says(page, "Лишилося 1 порожнє місце", "прийти один раз", "Збережено як чернетку")
	page, _ = h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at+"/save", with(form("1", "1", words), "do", "submit"))
	h.Says(page, "[[ціна]]")
	words["answer_uk"] = "Так, це 150 грн."
	taken := with(form("2", "0", words), "do", "take all")
	taken["offered"] = []string{"uk прийти один раз", "ru прийти один раз"}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/save", taken)
	h.Says(page, `name="aliases_uk" rows="3" lang="uk"`, "прийти один раз")
	h.SaysNot(page, `value="take all"`)
	words["aliases_uk"], words["aliases_ru"] = "прийти один раз", "прийти один раз"
	if to := h.sends(bot.Marketer, at+"/save", with(form("2", "1", words), "do", "submit")); to != at+"?done=submitted" {
		t.Fatal(to)
	}
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "на погодженні", "Погодити відповідь", "Відповідь почують усі, хто про це спитає.")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.SaysNot(page, "Погодити відповідь")
	h.As(bot.Approver, http.StatusUnprocessableEntity, http.MethodPost, at+"/move", url.Values{"do": {"return"}, "version": {"3"}, "note": {" "}})
	h.sends(bot.Approver, at+"/move", url.Values{"do": {"return"}, "version": {"3"}, "note": {"А дітям?"}})
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Повернено:", "А дітям?")
	words["answer_uk"] = "Так, це 150 грн, дітям 80."
	h.sends(bot.Marketer, at+"/save", with(form("3", "0", words), "do", "submit"))
	h.As(bot.Approver, http.StatusConflict, http.MethodPost, at+"/move", url.Values{"do": {"approve"}, "version": {"3"}})
	if to := h.sends(bot.Approver, at+"/move", url.Values{"do": {"approve"}, "version": {"4"}}); to != at+"?done=approved" {
		t.Fatal(to)
	}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/versions?from=3&to=4", nil)
	h.Says(page, "<ins>, дітям 80</ins>")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at+"/view?channel=viber&language=ru", nil)
	h.Says(page, "В течение 14 дней.", `data-channel="viber"`)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/articles?q=діт&tab=approved", nil)
	h.Says(page, "Прийти до вас один раз")
	again := h.sends(bot.Marketer, "/console/articles", url.Values{"replaces": {strings.TrimPrefix(at, "/console/articles/")}})
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, again, nil)
	h.Says(page, "Замінює статтю", "дітям 80")
}

// with adds a field to a form.
func with(form url.Values, name, value string) url.Values {
	form.Set(name, value)
	return form
}

// TestMeanwhile: what a colleague saved is not written over, and both are seen.
func TestMeanwhile(t *testing.T) {
	h := newHouse(t)
	at := h.sends(bot.Marketer, "/console/articles", nil)
	mine, theirs := whole(), whole()
	mine["answer_uk"], theirs["answer_uk"] = "Протягом 20 днів.", "Протягом 30 днів."
	h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", form("1", "0", mine))
	h.sends(bot.Admin, at+"/save", form("1", "0", theirs))
	page, _ := h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/save", form("1", "1", mine))
	h.Says(page, "Протягом 30 днів.", "Протягом 20 днів.", `value="mine 2"`)
	h.sends(bot.Marketer, at+"/save", with(form("1", "1", mine), "do", "mine 2"))
	a, err := h.articles.Read(t.Context(), bot.System(), strings.TrimPrefix(at, "/console/articles/"))
	if err != nil || a.Answer.UK != "Протягом 20 днів." || a.Version != 3 {
		t.Errorf("%+v, %v", a, err)
	}
	h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", form("3", "0", theirs))
	page, _ = h.As(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/keep", form("3", "0", mine))
	h.Says(page, "в іншій вкладці")
}

// TestAskedOfAChange: what people asked of it and complained of stands on its page, one
// press from a draft in their words that belongs to it.
func TestAskedOfAChange(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	sheet, err := h.changes.Create(ctx, bot.Actor{User: "marketer", Role: bot.Marketer}, bot.Change{
		ID: "tariff", Kind: bot.Tariff, Title: bot.Bilingual{UK: "Нові тарифи", RU: "Новые тарифы"}, From: time.Date(2027, time.February, 1, 0, 0, 0, 0, time.UTC),
	})
	h.OK(err)
	h.asks("a", "чи можна лишитися на старому тарифі", bot.EndedUnanswered, sheet.ID)
	h.asks("b", "можна лишитися на старому тарифі?", bot.EndedUnhelped, sheet.ID)
	h.asks("c", "это грабёж", bot.EndedComplained, sheet.ID)
	h.asks("d", "де ваш офіс на Подолі", bot.EndedUnanswered, "")
	page, _ := h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/wanted/tariff", nil)
	h.Says(page, "<dd>3</dd>", "<dd>2</dd>", "<dd>1</dd>", "можна лишитися на старому тарифі", "это грабёж", "2 людини", "1 скарга")
	h.SaysNot(page, "Подолі", "Написати відповідь")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/wanted", nil)
	h.Says(page, "де ваш офіс на Подолі", "Написати відповідь")
	h.SaysNot(page, "это грабёж")
	at := h.sends(bot.Marketer, "/console/articles", url.Values{"wording": {"чи можна лишитися на старому тарифі", "а если не хочу новый тариф"}, "change": {"tariff"}})
	a, err := h.articles.Read(ctx, bot.System(), strings.TrimPrefix(at, "/console/articles/"))
	if err != nil || a.Change != "tariff" || a.Question.UK != "чи можна лишитися на старому тарифі" || a.Question.RU != "а если не хочу новый тариф" || len(editor.Unfilled(a)) != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	words := whole()
	words["change"], words["span"] = "tariff", "since"
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", form("1", "0", words))
	h.Says(page, "мовчить, доки зміну не оголошено", `value="since" selected`)
	h.sends(bot.Marketer, at+"/save", form("1", "1", words))
	if a, err = h.articles.Read(ctx, bot.System(), a.ID); err != nil || !a.From.Equal(sheet.From) || a.Span != bot.SpanSince {
		t.Errorf("%+v, %v: want the date of the change", a, err)
	}
}

// TestStarter: an empty company is shown where to begin, and with one press has drafts
// whose blanks can be found; what is unknown is refused.
func TestStarter(t *testing.T) {
	h := newHouse(t)
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/articles", nil)
	h.Says(page, "Почати з готової бази")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/articles", nil)
	h.SaysNot(page, "Почати з готової бази")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/starter", nil)
	h.Says(page, "Спортзал і басейн", "56 статей", "Створити 56 чернеток", "[[ціна за місяць]]")
	h.Says(page, `<a href="/console/articles" aria-current="page">`)
	h.As(bot.Marketer, http.StatusBadRequest, http.MethodPost, "/console/starter", url.Values{"base": {"nothing"}})
	to := h.sends(bot.Marketer, "/console/starter", url.Values{"base": {"gym"}})
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "Створено 56 чернеток", "порожн", "Ціни на абонементи")
}

// asks has somebody ask what ends so, about the change.
func (h *house) asks(who, text string, how bot.Ending, change string) {
	h.Helper()
	ctx := h.Context()
	if h.lease.Bot == "" {
		lease, _, ours, err := h.Store.Acquire(ctx, "telegram", "me", time.Hour)
		if err != nil || !ours {
			h.Fatal(ours, err)
		}
		h.lease = lease
	}
	id := storage.NewID()
	_, err := h.Store.Receive(ctx, []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: id, Chat: who, Payload: []byte("{}")}}})
	h.OK(err)
	_, err = h.Store.CommitTurns(ctx, h.lease, []storage.TurnWrite{{Bot: "telegram", InboxID: id, Questions: []bot.Question{{
		Address: bot.Address{Bot: "telegram", Chat: who}, Cause: id, Contact: who, Text: text, Language: bot.Ukrainian, Ending: how, Change: change,
	}}}})
	h.OK(err)
}
