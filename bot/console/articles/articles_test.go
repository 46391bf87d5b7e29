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
	"visnyk/bot/editor"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct {
	*consoletest.House
	articles *editor.Editor
	changes  *change.Changes
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
		ID: "a", Title: "Як повернути товар", State: "draft", Version: 3, Note: "Немає строку.", Here: "article", Edits: true, Kept: true, By: "Олена", At: at,
		Blanks: []string{"[[строк]]"}, Change: "tariff", ChangeTitle: "Нові тарифи", Silent: true, Valid: "later", From: at, Until: at, Done: "saved",
	}
	read := head
	read.Edits, read.State = false, "approved"
	read.Moves = []moveView{{Name: "approve", Main: true}, {Name: "approve", Why: "articles.blanks_why"}, {Name: "return", Notes: true}, {Name: "retire"}}
	read.Moves = append(read.Moves[:1:1], read.Moves[2:]...)
	other := &otherView{"b", "Коли працюєте"}
	words := wordsView{"question", "Як?", "Как?", 1, "Задовге.", []string{"Задовге."}, nil, "at-question", "at-question-uk", "at-question-ru"}
	differences := []differenceView{{"answer", bot.Ukrainian, []console.Piece{{Text: "а"}, {Text: "б", Gone: true}, {Text: "в", New: true}}, "аб", "ав"}, {"valid_from", "", nil, "", "x"}}
	changes := []changeView{{"tariff", "Нові тарифи", true}}
	page := articlePage{
		Head: head, Words: []wordsView{words}, Changes: changes, Spans: []spanView{{"", "own", true}, {"since", "since", false}},
		Facts:    []factView{{"valid_from", "2027-01-01T00:00", at, "Ні.", "at-valid-from"}, {"valid_to", "", time.Time{}, "", "at-valid-to"}},
		Replaces: other, Warnings: []warningView{{"Сплутають.", other, false}, {Words: "Строк минув."}}, Offers: []offerView{{"a.1", "хочу здати", bot.Ukrainian, 3, true}},
		Offered: []offeredView{{"uk назад", "назад", bot.Ukrainian, 0}}, Base: 2, Rev: 4, Clash: &clashView{"Петро", 3, differences}, Tabbed: true, Faults: console.Faults{"span": "Ні."},
	}
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

// asked sends a form and wants to be led on.
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
	id := strings.TrimPrefix(at, "/console/articles/")
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
	_ = id
}
