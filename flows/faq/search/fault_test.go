package search

import (
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/flows"
)

// provider is a base of a trade in which people tell of faults.
func provider() *Index {
	article := func(id, uk, ru, answer string, aliases bot.Aliases) bot.Article {
		return bot.Article{
			ID: id, State: bot.ArticleApproved, Question: bot.Bilingual{UK: uk, RU: ru}, Answer: bot.Bilingual{UK: answer, RU: answer}, Aliases: aliases,
		}
	}
	return NewIndex([]bot.Article{
		article("down", "Не працює інтернет, що робити?", "Не работает интернет, что делать?", "Вимкніть роутер на десять секунд.",
			bot.Aliases{UK: []string{"немає інтернету", "зник інтернет"}, RU: []string{"нет интернета", "пропал интернет"}}),
		article("slow", "Чому інтернет повільний?", "Почему интернет медленный?", "Виміряйте швидкість кабелем.",
			bot.Aliases{UK: []string{"інтернет гальмує"}, RU: []string{"интернет тормозит"}}),
		article("setup", "Як налаштувати роутер?", "Как настроить роутер?", "Вставте кабель у гніздо.",
			bot.Aliases{UK: []string{"налаштування роутера"}, RU: []string{"настройка роутера"}}),
		article("back", "Гроші пішли не на той договір, як повернути?", "Деньги ушли не на тот договор, как вернуть?", "Надішліть чек.",
			bot.Aliases{UK: []string{"помилковий платіж", "повернення коштів"}, RU: []string{"ошибочный платёж", "возврат средств"}}),
		article("tariff", "Як змінити тариф?", "Как сменить тариф?", "У кабінеті.",
			bot.Aliases{UK: []string{"перейти на інший тариф", "дешевший тариф"}, RU: []string{"перейти на другой тариф", "более дешёвый тариф"}}),
		article("cover", "Чи є ваша мережа в моєму будинку?", "Есть ли ваша сеть в моём доме?", "Перевірте адресу на карті.",
			bot.Aliases{UK: []string{"карта покриття", "чи можна підключити мою адресу"}, RU: []string{"карта покрытия", "можно ли подключить мой адрес"}}),
	})
}

// TestFaultsAreAnsweredFirst: who tells of a fault gets its article, and a person beside
// it where they may want one; who blames, threatens or shouts gets the person.
func TestFaultsAreAnsweredFirst(t *testing.T) {
	x := provider()
	for text, want := range map[string]string{
		"інета нема вже третю годину": "down", "инета нет уже третий час": "down", "інтернет постійно відвалюється": "down", "инет отвалился": "down",
		"вайфай не ловить": "down", "знову інет зависає": "down", "інтернет тупить": "slow", "инет лагает": "slow", "інтернет ледве повзе": "slow",
		"интернет еле ползет вечером": "slow", "интернет подвисает": "slow", "переведіть мене на інший тариф": "tariff", "переведите меня на другой тариф": "tariff",
		"вул. Шевченка 48, можете провести?": "cover", "ул. Садовая 17 кв 5, можете протянуть?": "cover", "до нас у село тягнете?": "cover",
	} {
		f := x.Find(text, bot.Ukrainian, spring)
		told := f.Offered()
		if f.Outcome == flows.Sure {
			told = told[:1]
		}
		if f.Outcome != flows.Sure && f.Outcome != flows.Unclear || !slices.ContainsFunc(told, func(m flows.Match) bool { return m.Article.ID == want }) {
			t.Errorf("%q is %q, want %s", text, f.Outcome, want)
		}
	}
	for _, text := range []string{
		"скільки можна, ви знову нас відключили, це знущання!!!", "третій день без інтернету, ви там зовсім охрініли, поверніть гроші!!!", "инета нет, вы мошенники",
		"інтернету нема, подам на вас до суду", "инет отвалился, позовите оператора",
	} {
		if f := x.Find(text, bot.Ukrainian, spring); !f.Outcome.ForHuman() {
			t.Errorf("%q is %q", text, f.Outcome)
		}
	}
	if f := x.Find("коли повернуть кошти за той обрив", bot.Ukrainian, spring); f.Outcome == flows.Sure {
		t.Errorf("money back for a break of the line is surely %s", f.Matches[0].Article.ID)
	}
}

// TestSignsAreHeardByWhoever: a sign says the same to who knows of a change and to who
// does not, with help from outside and without.
func TestSignsAreHeardByWhoever(t *testing.T) {
	told := bot.Change{ID: "move", State: bot.ChangeAnnounced, Title: bot.Bilingual{UK: "Переїзд", RU: "Переезд"}}
	x := NewIndex(nil, told)
	for sign, want := range map[string]flows.Outcome{"👍": flows.SaysYes, "👎": flows.Unhelped, "😡": flows.Complains} {
		for _, finder := range []flows.Finder{x, Reranked{Index: x}, x.Knowing([]string{"move"})} {
			if f := finder.Find(sign, bot.Ukrainian, spring); f.Outcome != want {
				t.Errorf("%s is %q to %T, want %q", sign, f.Outcome, finder, want)
			}
		}
	}
}

// TestWhatNoArticleSpeaksOf: a matter of its own of which no article says a word is said
// not to be there, whatever words stand around it.
func TestWhatNoArticleSpeaksOf(t *testing.T) {
	x := provider()
	for _, text := range []string{"налаштуйте мені принтер", "настройте мне принтер", "яка завтра погода", "какая завтра погода", "чи є тариф для пенсіонерів", "ви даєте есім", "у вас есть симки"} {
		f := x.Find(text, bot.Ukrainian, spring)
		if f.Outcome != flows.Nothing && (f.Outcome != flows.Unclear || !f.Elsewhere) {
			t.Errorf("%q is %q, elsewhere %v", text, f.Outcome, f.Elsewhere)
		}
	}
	for _, text := range []string{"налаштуйте мені роутер", "как сменить тариф", "чи є у вас інтернет у моєму будинку"} {
		if f := x.Find(text, bot.Ukrainian, spring); f.Elsewhere || !f.Undecided() && f.Outcome != flows.Sure {
			t.Errorf("%q is %q, elsewhere %v", text, f.Outcome, f.Elsewhere)
		}
	}
}
