package search

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// shopOf is a base of a few articles; lost is that of a payment which did not arrive, and
// ends tells how the television is ended.
func shopOf(lost, ends bool) *Index {
	article := func(id, uk, ru, answerUK, answerRU string, alias ...string) bot.Article {
		return bot.Article{
			ID: id, State: bot.ArticleApproved, Question: bot.Bilingual{UK: uk, RU: ru}, Answer: bot.Bilingual{UK: answerUK, RU: answerRU},
			Aliases: bot.Aliases{UK: alias, RU: alias},
		}
	}
	all := []bot.Article{
		article("due", "До якого числа потрібно платити?", "До какого числа нужно платить?", "До 5 числа.", "До 5 числа.", "коли вимкнуть за борг", "когда отключат за долг"),
		article("promise", "Що таке обіцяний платіж?", "Что такое обещанный платёж?", "Інтернет у борг.", "Интернет в долг.", "інтернет у борг", "интернет в долг"),
		article("change", "Як змінити тариф?", "Как сменить тариф?", "У кабінеті.", "В кабинете.", "перейти на інший тариф", "перейти на другой тариф"),
		article("price", "Скільки коштує інтернет?", "Сколько стоит интернет?", "Тариф «Затишний» — 220 грн.", "Тариф «Уютный» — 220 грн.", "які у вас тарифи", "какие у вас тарифы"),
		article("map", "Чи є ваша мережа в моєму будинку?", "Есть ли ваша сеть в моём доме?", "Дивіться на карті.", "Смотрите на карте.", "карта покриття", "карта покрытия"),
	}
	tv := article("tv", "Чи є у вас телебачення?", "Есть ли у вас телевидение?", "Так, 120 каналів.", "Да, 120 каналов.", "телеканали", "телеканалы", "підключити тб", "подключить тв")
	if ends {
		tv.Aliases.UK, tv.Aliases.RU = append(tv.Aliases.UK, "вимкнути телебачення"), append(tv.Aliases.RU, "отключить телевидение")
	}
	all = append(all, tv)
	if lost {
		all = append(all, article("lost", "Оплатив, а борг лишився, що робити?", "Оплатил, а долг остался, что делать?", "Надішліть чек.", "Пришлите чек."))
	}
	return NewIndex(all)
}

func TestWhatAnArticleMayNotAnswer(t *testing.T) {
	find := func(x *Index, text string) flows.Finding { return x.Find(text, bot.Ukrainian, time.Now()) }
	for _, text := range []string{"борг лишився, хоча я все оплатила", "отключили за долги, а я оплатил"} {
		if f := find(shopOf(false, false), text); !f.Outcome.ForHuman() && (f.Outcome != flows.Nothing || !f.Doubtful) {
			t.Errorf("%q is %q, a person is not offered: %t", text, f.Outcome, !f.Doubtful)
		}
		if f := find(shopOf(true, false), text); f.Outcome == flows.Nothing || f.Matches[0].Article.ID != "lost" && f.Offered()[1].Article.ID != "lost" {
			t.Errorf("%q is %q, and not led to the article of it", text, f.Outcome)
		}
	}
	for _, text := range []string{"вимкніть ТБ", "отключите ТВ"} {
		if f := find(shopOf(false, false), text); f.Outcome == flows.Sure {
			t.Errorf("%q is surely answered by %s", text, f.Matches[0].Article.ID)
		}
		if f := find(shopOf(false, true), text); f.Outcome != flows.Sure || f.Matches[0].Article.ID != "tv" {
			t.Errorf("%q is %q where the article tells how", text, f.Outcome)
		}
	}
	for text, want := range map[string]string{"що входить у Затишний": "price", "Уютный": "price", "ви є в Броварах?": "map", "есть вы в Одессе?": "map"} {
		if f := find(shopOf(false, false), text); f.Outcome != flows.Sure && f.Outcome != flows.Unclear || f.Matches[0].Article.ID != want {
			t.Errorf("%q is %q, want %s first", text, f.Outcome, want)
		}
	}
	for _, text := range []string{"что такое", "опишите", "переведіть мене на Затишний"} {
		if f := find(shopOf(false, false), text); f.Outcome == flows.Sure {
			t.Errorf("%q is surely answered by %s", text, f.Matches[0].Article.ID)
		}
	}
}
