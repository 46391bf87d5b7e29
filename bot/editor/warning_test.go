package editor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// entry is an approved article with the question in both languages.
func entry(id, uk, ru string, aliases ...string) bot.Article {
	a := bot.Article{
		ID: id, State: bot.ArticleApproved, Question: bot.Bilingual{UK: uk, RU: ru}, Answer: bot.Bilingual{UK: "Так.", RU: "Да."},
		Aliases: bot.Aliases{RU: []string{ru + " подскажите"}},
	}
	a.Aliases.UK = append([]string{uk + " підкажіть"}, aliases...)
	return a
}

// codes writes warnings short: code, field and the other article.
func codes(all []Warning) (short []string) {
	for _, w := range all {
		if words := w.Detail(); strings.ContainsAny(words, "{}") {
			short = append(short, words)
		}
		line := strings.TrimSuffix(string(w.Code), "_too") + " " + w.Field
		if w.Article != "" {
			line += " " + w.Article
		}
		short = append(short, line)
	}
	slices.Sort(short)
	return slices.Compact(short)
}

func TestWarnings(t *testing.T) {
	delivery := entry("delivery", "Скільки коштує доставка?", "Сколько стоит доставка?")
	returns := entry("return", "Як повернути товар?", "Как вернуть товар?")
	hours := entry("hours", "Коли Ви працюєте?", "Когда вы работаете?")
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	edit := func(a bot.Article, f func(*bot.Article)) bot.Article {
		f(&a)
		return a
	}
	for name, c := range map[string]struct {
		a      bot.Article
		others []bot.Article
		want   []string
	}{
		"good": {delivery, []bot.Article{returns, hours}, nil},
		"caught": {
			entry("return", "Як повернути товар?", "Как вернуть товар?", "скільки коштує доставка назад"),
			[]bot.Article{delivery, hours},
			[]string{"caught aliases.uk delivery"},
		},
		"catches": {
			delivery,
			[]bot.Article{entry("return", "Як повернути товар?", "Как вернуть товар?", "скільки коштує доставка назад"), hours},
			[]string{"catches aliases return"},
		},
		"the same wording": {
			entry("other", "Чи є розстрочка?", "Есть ли рассрочка?", "як повернути товар"),
			[]bot.Article{returns},
			[]string{"same aliases.uk return"},
		},
		"a retired one does not count": {
			entry("other", "Чи є розстрочка?", "Есть ли рассрочка?", "як повернути товар"),
			[]bot.Article{edit(returns, func(a *bot.Article) { a.State = bot.ArticleRetired })},
			nil,
		},
		"a word of any step": {
			entry("staff", "Хто в нас працює?", "Кто у нас работает?", "оператор"), nil, []string{"command aliases.uk"},
		},
		"no phrase": {
			edit(hours, func(a *bot.Article) { a.Aliases = bot.Aliases{RU: []string{"график"}} }), nil, []string{"no_phrase aliases.uk"},
		},
		"bars itself": {
			edit(hours, func(a *bot.Article) { a.Negatives.RU = []string{"вы работаете"} }), nil,
			[]string{"barred aliases.ru", "barred question.ru"},
		},
		"long": {
			edit(hours, func(a *bot.Article) {
				a.Question.RU = "Когда вы работаете по будням, в выходные и в дни больших праздников?"
			}), nil,
			[]string{"long_title question.ru"},
		},
		"signs that are shown or lost": {
			edit(hours, func(a *bot.Article) {
				a.Answer = bot.Bilingual{UK: "Щодня* з ** 9 ** до 18, *111*4#, **крім** неділі.", RU: "Каждый день, *111*4#."}
				a.Question.RU = "Когда вы **работаете**?"
			}), nil, []string{"stray answer.uk", "stray question.ru"},
		},
		"over": {edit(hours, func(a *bot.Article) { a.Until = noon }), nil, []string{"over valid_to"}},
		"one after the other": {
			edit(hours, func(a *bot.Article) { a.From = day(10) }),
			[]bot.Article{edit(hours, func(a *bot.Article) { a.ID, a.Until = "before", day(10) })},
			nil,
		},
		"at the same time": {
			edit(hours, func(a *bot.Article) { a.From = day(9) }),
			[]bot.Article{edit(hours, func(a *bot.Article) { a.ID, a.Until = "before", day(10) })},
			[]string{"same aliases.ru before", "same aliases.uk before", "same question.ru before", "same question.uk before"},
		},
		"a gap": {
			edit(hours, func(a *bot.Article) { a.From = day(11) }),
			[]bot.Article{edit(hours, func(a *bot.Article) { a.ID, a.Until = "before", day(10) })},
			[]string{"gap valid_from before"},
		},
		"retired": {edit(hours, func(a *bot.Article) { a.State, a.Aliases = bot.ArticleRetired, bot.Aliases{} }), []bot.Article{hours}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			stored := c.a
			stored.Aliases = bot.Aliases{UK: []string{"щось інше"}} // the shelf may hold an older wording
			for what, s := range map[string]*Shelf{
				"new": NewShelf(nil, c.others), "edited": NewShelf(nil, append(slices.Clone(c.others), stored)),
			} {
				if got := codes(Warnings(s, c.a, noon)); fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("%s: %v, want %v", what, got, c.want)
				}
			}
		})
	}
}

// A wording that is a change's title is said to be, in either language, while people
// hear of the change.
func TestWarnsOfAChangesTitle(t *testing.T) {
	change := bot.Change{ID: "move", State: bot.ChangeAnnounced, Title: bot.Bilingual{UK: "Офіс переїжджає", RU: "Офис переезжает"}}
	a := bot.Article{
		ID: "a", State: bot.ArticleApproved, Question: bot.Bilingual{UK: "Де офіс?", RU: "Где офис?"},
		Aliases: bot.Aliases{UK: []string{"офіс ПЕРЕЇЖДЖАЄ!"}, RU: []string{"офис переезжает", "офис"}},
	}
	titled := func(c bot.Change) (fields []string) {
		for _, w := range Warnings(NewShelf(nil, nil, c), a, noon) {
			if w.Code == bot.WarnTitle {
				fields = append(fields, w.Field+" "+fmt.Sprint(w.Data["Change"]))
			}
		}
		return fields
	}
	if got, want := fmt.Sprint(titled(change)), "[aliases.uk move aliases.ru move]"; got != want {
		t.Errorf("warned of %s, want %s", got, want)
	}
	change.State = bot.ChangeClosed
	if got := titled(change); got != nil {
		t.Errorf("a closed change: %v", got)
	}
}

// An answer that speaks of a button or a change which its reader may not have is said
// to; what everybody has, and any other word in quotes, is not.
func TestWarnsOfWhatTheReaderLacks(t *testing.T) {
	move := bot.Change{ID: "move", State: bot.ChangeAnnounced, Title: bot.Bilingual{UK: "Офіс переїжджає", RU: "Офис переезжает"}}
	few := move
	few.Audience = bot.Segment{Condition: bot.Condition{Field: "tier", Op: bot.OpIn, Values: []string{"vip"}}}
	over := move
	over.State = bot.ChangeClosed
	for _, c := range []struct {
		name, answer string
		of           string
		changes      []bot.Change
		want         int
	}{
		{"the list, and nothing changes", "Натисніть «Що змінюється».", "", nil, 1},
		{"the list, and something changes for everybody", "Натисніть «Що змінюється».", "", []bot.Change{move}, 0},
		{"the list, and it changes for a few", "Подробиці в розділі «що змінюється».", "move", []bot.Change{few}, 1},
		{"the list, and it is over", "Натисніть «**Що змінюється**».", "", []bot.Change{over}, 1},
		{"a button within a change", "Натисніть \"Зрозуміло\".", "move", []bot.Change{move}, 1},
		{"a button of the queue", "Натисніть „Скасувати запит“.", "", nil, 1},
		{"a change that few hear of", "Читайте «Офіс переїжджає».", "", []bot.Change{few}, 1},
		{"a change that everybody hears of", "Читайте «Офіс переїжджає».", "", []bot.Change{move}, 0},
		{"what everybody has", "Натисніть «Оператор» або «Мої налаштування», потім «Меню».", "", nil, 0},
		{"other words", "Тариф «Домашній» і кнопка «Бездротова мережа» в роутері, «", "", nil, 0},
	} {
		a := bot.Article{
			ID: "a", State: bot.ArticleApproved, Change: c.of, Question: bot.Bilingual{UK: "Де офіс?", RU: "Где офис?"},
			Answer: bot.Bilingual{UK: c.answer, RU: "Нигде."}, Aliases: bot.Aliases{UK: []string{"офіс"}, RU: []string{"офис"}},
		}
		got := 0
		for _, w := range Warnings(NewShelf(nil, nil, c.changes...), a, noon) {
			if w.Code == bot.WarnLacks && w.Field == "answer.uk" {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%s: %d warnings, want %d", c.name, got, c.want)
		}
	}
}
