package search

import (
	"testing"

	"visnyk/bot"
	"visnyk/flows"
)

// TestToldAlone: an article that nothing comes near is told a little earlier.
func TestToldAlone(t *testing.T) {
	x := &Index{ranking: &Ranking{Answer: 0.84, Alone: 0.75, Clarify: 0.33}}
	for _, c := range []struct {
		scores []float64
		want   flows.Outcome
	}{
		{[]float64{0.85, 0.1}, flows.Sure},
		{[]float64{0.77, 0.02}, flows.Sure},
		{[]float64{0.77}, flows.Sure},
		{[]float64{0.77, 0.1}, flows.Unclear},
		{[]float64{0.74, 0.01}, flows.Unclear},
	} {
		var found []flows.Match
		for _, s := range c.scores {
			found = append(found, flows.Match{Score: s})
		}
		if f := x.judge(found, 0, [intents]float64{asks: 1}, -9, false, false); f.Outcome != c.want {
			t.Errorf("%v is %q, want %q", c.scores, f.Outcome, c.want)
		}
	}
}

// TestToldClose: with an atlas a likely article is told where its wordings are close to
// the message and nothing else is likely; where they are not, it is offered.
func TestToldClose(t *testing.T) {
	x := &Index{ranking: &Ranking{Answer: 0.95, Alone: 0.7, Clarify: 0.27}, placed: &chart{}}
	for _, c := range []struct {
		score, second, close float64
		want                 flows.Outcome
	}{
		{0.96, 0.03, 0, flows.Sure},
		{0.75, 0.09, 0.5, flows.Sure},
		{0.75, 0.11, 0.5, flows.Unclear},
		{0.75, 0.02, 0.3, flows.Unclear},
		{0.65, 0.02, 0.9, flows.Unclear},
	} {
		found := []flows.Match{{Article: &bot.Article{ID: "a"}, Score: c.score}, {Article: &bot.Article{ID: "b"}, Score: c.second}}
		if f := x.judge(found, c.close, [intents]float64{asks: 1}, -9, false, false); f.Outcome != c.want {
			t.Errorf("score %v beside %v, close %v: %q, want %q", c.score, c.second, c.close, f.Outcome, c.want)
		}
	}
}

// TestStance: the same words are told apart by how they stand to the reader.
func TestStance(t *testing.T) {
	for text, want := range map[string]stance{
		"як подати скаргу":                {asks: true},
		"ви зняли мої гроші":              {past: true, you: true, me: true},
		"не приехал ваш мастер":           {denies: true, past: true, you: true},
		"пожалуйста, перенесите доставку": {begs: true},
		"возврат возможен?":               {asks: true},
		"я цього не підключала":           {denies: true, past: true, me: true},
	} {
		if got := stanceOf(tokens(text)); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

// TestSentForAndDisputed: who wants somebody sent, or denies a charge, wants a person;
// who asks about either is answered.
func TestSentForAndDisputed(t *testing.T) {
	articles, _ := readBase(t, "mobile")
	x := NewIndex(articles)
	for _, text := range []string{
		"пришліть когось до нас, стовп іскрить", "пришлите уже кого-нибудь, кабель висит над дорогой", "відправте майстра, у нас аварія", "направьте ко мне техника пожалуйста",
		"зняли гроші за те, чого я не замовляла", "списали сто гривен за подписку, которую я не оформлял", "я цю послугу не підключала, поверніть", "нарахували зайвого, я цим не користувався",
	} {
		if f := x.Find(text, bot.Ukrainian, spring); !f.Outcome.ForHuman() && !f.Doubtful {
			t.Errorf("%q is %q, and nobody is offered", text, f.Outcome)
		}
	}
	for _, text := range []string{
		"скільки коштує виклик майстра", "когда приходит мастер", "чи приїжджає майстер у суботу", "за що списують плату під час паузи", "как отключить платную подписку", "як подати скаргу", "повернення товару за 14 днів", "коли вийде на зв'язок оператор",
	} {
		if f := x.Find(text, bot.Ukrainian, spring); f.Outcome.ForHuman() {
			t.Errorf("%q is %q", text, f.Outcome)
		}
	}
}
