package search

import (
	"testing"

	"visnyk/bot"
	"visnyk/flows"
)

// TestWhatHoldsNoWordIsForNobody: a hand on the keys calls nobody, and nobody is
// offered; a call misspelt in every word, or of a single one, is heard all the same.
func TestWhatHoldsNoWordIsForNobody(t *testing.T) {
	articles, _ := readBase(t, "water")
	x := NewIndex(articles)
	for _, text := range []string{"фівапр", "фывапр", "asdfgh", "ыва ыва пролд!!!", "пвавпав ваіваі", "хзщшг", "ХЗЩШГ ЩГШ", "zxcv zxcv", "йцукен йцукен йцукен"} {
		if f := x.Find(text, bot.Ukrainian, spring); f.Outcome.ForHuman() || f.Doubtful {
			t.Errorf("%q is %q, a person offered: %v", text, f.Outcome, f.Doubtful)
		}
	}
	for _, text := range []string{"апиратора", "пакличте чилавека", "операторра", "шулери", "шахраї!", "верніть дєньгі"} {
		if f := x.Find(text, bot.Ukrainian, spring); !f.Outcome.ForHuman() && !f.Doubtful {
			t.Errorf("%q is %q, and nobody is offered", text, f.Outcome)
		}
	}
}

// TestWhyItIsDearAsksOfTheChange: who asks why a price has risen is told the change
// that raised it; who is told of none, or does not ask, finds it dear.
func TestWhyItIsDearAsksOfTheChange(t *testing.T) {
	articles, _ := readBase(t, "water")
	raised := bot.Change{
		ID: "raised", Kind: bot.Tariff, State: bot.ChangeAnnounced, From: spring,
		Title:   bot.Bilingual{UK: "Новий тариф на воду", RU: "Новый тариф на воду"},
		Summary: bot.Bilingual{UK: "Кубометр коштуватиме 32 грн замість 28 грн.", RU: "Кубометр будет стоить 32 грн вместо 28 грн."},
	}
	x := NewIndex(articles, raised)
	told := x.Knowing([]string{"raised"})
	for _, text := range []string{"навіщо ви підняли ціну", "зачем вы подняли цену", "чому підняли тариф", "почему подняли цены"} {
		if f := told.Find(text, bot.Ukrainian, spring); len(f.Matches) == 0 || f.Matches[0].Article.Change != "raised" || f.Outcome != flows.Sure && f.Outcome != flows.Unclear {
			t.Errorf("%q is %q", text, f.Outcome)
		}
	}
	for _, text := range []string{"як дорого", "ціни у вас космос"} {
		for name, f := range map[string]flows.Finder{"told": told, "not told": x} {
			if f := f.Find(text, bot.Ukrainian, spring); f.Outcome != flows.FindsDear {
				t.Errorf("%q, %s, is %q", text, name, f.Outcome)
			}
		}
	}
}
