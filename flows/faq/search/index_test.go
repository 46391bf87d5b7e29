package search

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

func library() *Index {
	turn := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	article := func(id, uk, ru string, aliases ...string) bot.Article {
		return bot.Article{
			ID: id, State: bot.ArticleApproved, Question: bot.Bilingual{UK: uk, RU: ru}, Answer: bot.Bilingual{UK: id, RU: id},
			Aliases: bot.Aliases{UK: aliases},
		}
	}
	before := article("price-old", "Скільки коштує прибирання?", "Сколько стоит уборка?", "ціни")
	before.Until = turn
	after := article("price-new", "Скільки коштує прибирання?", "Сколько стоит уборка?", "ціни")
	after.From = turn
	draft := article("draft", "Чи миєте ви вікна?", "Моете ли вы окна?")
	draft.State = bot.ArticleDraft
	return NewIndex([]bot.Article{
		before, after, draft,
		article("pets", "Чи можна залишити вдома кота?", "Можно ли оставить дома кота?", "домашні тварини", "собака вдома"),
		article("keys", "Кому віддати ключі від квартири?", "Кому отдать ключи от квартиры?", "ключі"),
		article("cancel", "Як скасувати замовлення прибирання?", "Как отменить заказ уборки?"),
	})
}

func TestIndexFinds(t *testing.T) {
	x := library()
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		text   string
		answer string // "" when it must not be answered at once
	}{
		{"Скільки коштує прибирання?", "price-old"},
		{"  скільки КОШТУЄ прибирання  ", "price-old"},
		{"Сколько стоит уборка", "price-old"},
		{"ЦІНИ!", "price-old"},
		{"ключи", "keys"},           // the word of the other language, in its own spelling
		{"домашня тварина", "pets"}, // other endings
		{"кому віддавати ключі квартири", "keys"},
		{"скасування замовлення на прибирання", "cancel"},
		{"чи миєте ви вікна", ""},
		{"скільки коштує велосипед", ""},
		{"прибирання", ""},
		{"", ""},
		{"що це", ""},
		{"👍", ""},
	} {
		found, answer := x.Find(c.text, bot.Ukrainian, now), ""
		if found.Outcome == flows.Sure {
			answer = found.Matches[0].Article.ID
		}
		if answer != c.answer {
			t.Errorf("%q is answered by %q, want %q: %v", c.text, answer, c.answer, found)
		}
	}
}

func TestIndexObeysDates(t *testing.T) {
	x := library()
	before := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	after := before.Add(time.Second)
	for now, want := range map[time.Time]string{before: "price-old", after: "price-new"} {
		found := x.Find("ціни", bot.Ukrainian, now)
		if found.Outcome != flows.Sure || found.Matches[0].Article.ID != want {
			t.Errorf("at %v: %v, want %q", now, found, want)
		}
		for _, m := range found.Matches {
			if !m.Article.Valid(now) {
				t.Errorf("at %v: %q is found", now, m.Article.ID)
			}
		}
	}
	if _, ok := x.Article("price-old", after); ok {
		t.Error("an article is told after its last day")
	}
	if _, ok := x.Article("draft", before); ok {
		t.Error("a draft is told")
	}
	if a, ok := x.Article("keys", before); !ok || a.ID != "keys" {
		t.Error("an approved article is not told")
	}
	for _, m := range x.Find("вікна", bot.Ukrainian, before).Matches {
		if m.Article.ID == "draft" {
			t.Error("a draft is found")
		}
	}
}

func TestIndexOrdersByScore(t *testing.T) {
	x := library()
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"прибирання ключі кота", "ключі", "скільки коштує кіт вдома"} {
		last := 1.0
		for _, m := range x.Find(text, bot.Ukrainian, now).Matches {
			if m.Score > last || m.Score <= 0 {
				t.Errorf("%q: score %v of %q after %v", text, m.Score, m.Article.ID, last)
			}
			last = m.Score
		}
	}
}

func TestEmptyIndex(t *testing.T) {
	x := NewIndex(nil)
	if found := x.Find("ціни", bot.Ukrainian, time.Now()); len(found.Matches) != 0 || found.Outcome != flows.Nothing {
		t.Errorf("found %v in nothing", found)
	}
}

func TestStem(t *testing.T) {
	for _, forms := range [][]string{
		{"тариф", "тарифи", "тарифу", "тарифом", "тарифів", "тарифах", "тарифы", "тарифов"},
		{"роутер", "роутера", "роутером", "роутери", "роутеры"},
		{"доставка", "доставки", "доставку", "доставкою", "доставкой"},
		{"швидкість", "швидкості", "швидкістю"},
		{"оплата", "оплати", "оплатити"},
		{"пароль", "пароля", "паролем", "паролі", "пароли"},
	} {
		want := stem(fold(forms[0]))
		for _, f := range forms[1:] {
			if got := stem(fold(f)); got != want {
				t.Errorf("stem of %q is %q, of %q is %q", forms[0], show(want), f, show(got))
			}
		}
	}
	for _, w := range []string{"і", "кіт", "дім", "ви"} {
		if got := stem(fold(w)); got != fold(w) {
			t.Errorf("the short word %q became %q", w, got)
		}
	}
}
