package search

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

func small() []bot.Article {
	entry := func(id, uk, ru string) bot.Article {
		return bot.Article{
			ID: id, State: bot.ArticleApproved, Question: bot.Bilingual{UK: uk, RU: ru}, Answer: bot.Bilingual{UK: "Так.", RU: "Да."},
		}
	}
	return []bot.Article{
		entry("delivery", "Скільки коштує доставка?", "Сколько стоит доставка?"),
		entry("return", "Як повернути товар?", "Как вернуть товар?"),
		entry("bonus", "Як списати бонуси?", "Как списать бонусы?"),
	}
}

func TestNegatives(t *testing.T) {
	articles := small()
	articles[0].Negatives = bot.Aliases{UK: []string{"доставка за кордон"}, RU: []string{"доставка за границу"}}
	x := NewIndex(articles)
	for text, lead := range map[string]bool{
		"скільки коштує доставка":                     true,
		"Скільки коштує доставка?":                    true,
		"доставка за кордон":                          false,
		"скільки коштує доставка за кордон до Польщі": false,
		"сколько стоит доставка за границу":           false,
		"скільки каштує даставка за кордонн":          false, // slips
		"ljcnfdrf pf rjhljy": false, // another layout
		"доставка":           true,
		"скільки коштує доставка, я їду потім за межу": true,
	} {
		found := x.Find(text, bot.Ukrainian, time.Now())
		led := false
		for _, m := range found.Matches {
			led = led || m.Article.ID == "delivery"
		}
		if led != lead || !lead && found.Outcome == flows.Sure {
			t.Errorf("%q leads to the article: %v, want %v (%q)", text, led, lead, found.Outcome)
		}
	}
	// The very question, and a phrase that bans it: the editor's no counts.
	articles[1].Negatives = bot.Aliases{UK: []string{articles[1].Question.UK}}
	if found := NewIndex(articles).Find(articles[1].Question.UK, bot.Ukrainian, time.Now()); len(found.Matches) > 0 && found.Matches[0].Article.ID == "return" {
		t.Errorf("led to %+v", found.Matches[0])
	}
}

func TestPulls(t *testing.T) {
	x := NewIndex(small())
	got := x.Pulls("скільки коштує доставка", time.Now())
	if len(got) == 0 || got[0].Article != "delivery" || got[0].Odds < 1 {
		t.Errorf("%+v", got)
	}
	if got := x.Pulls("", time.Now()); len(got) > 0 {
		t.Errorf("nothing leads somewhere: %+v", got)
	}
}

func TestPhrase(t *testing.T) {
	x := NewIndex(small())
	for text, want := range map[string]string{
		"Як повернути куртку?":               "Як повернути куртку?",
		"номер ••• не проходить оплата, •••": "номер не проходить оплата",
		"cgbcfnb ,jyecb": "списати бонуси",
		"оператор":       "",
		"ну і як":        "",
		"•••":            "",
		"":               "",
		"дуже довга історія про те, як ми замовляли і чекали, а потім ніхто не приїхав, і ми знову дзвонили та писали, доки не набридло": "",
	} {
		got, ok := x.Phrase(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q is learnt as %q, want %q", text, got, want)
		}
	}
	if PhraseID("Як списати бонуси?") != PhraseID("  як СПИСАТИ, бонуси") || PhraseID("бонуси") == PhraseID("товар") {
		t.Error("a phrase is named by its words")
	}
}
