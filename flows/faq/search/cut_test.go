package search

import (
	"fmt"
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search/eval"
)

// TestTwinsRaiseTheCut: where articles catch each other's wordings, the bot answers only
// what it is surer of, and says which they are.
func TestTwinsRaiseTheCut(t *testing.T) {
	t.Parallel()
	at := NewAtlas(trades()[:2]...)
	all, _ := readBase(t, "shop")
	plain := at.NewIndex(all[:20])
	if got := plain.ToldFrom(); got != shipped().Atlas.Alone {
		t.Errorf("articles that are told apart are told from %.2f", got)
	}
	twins := slices.Clone(all[:20])
	for _, a := range all[:20] {
		a.ID += "-2"
		a.Aliases = bot.Aliases{UK: []string{"а " + a.Question.UK}, RU: a.Aliases.RU}
		twins = append(twins, a)
	}
	x := at.NewIndex(twins)
	if got := x.ToldFrom(); got <= plain.ToldFrom() || got > shipped().Atlas.Answer {
		t.Errorf("twins are told from %.2f", got)
	}
	found := x.Twins()
	if len(found) < 10 || found[0].Article != found[0].Other+"-2" && found[0].Other != found[0].Article+"-2" {
		t.Errorf("of twins it says %v", found)
	}
}

// TestWordingsFromElsewhere: an article is offered how others are asked for it, and
// nothing where nobody asks for the like.
func TestWordingsFromElsewhere(t *testing.T) {
	t.Parallel()
	of := trades()[0]
	at := NewAtlas(of)
	a := of.Articles[0]
	want := a.Aliases.UK[0]
	a.Aliases = bot.Aliases{}
	if got := at.Wordings(a); !slices.Contains(got.UK, want) {
		t.Errorf("of %q it offers %v, not %q", a.Question.UK, got, want)
	}
	if got := at.Wordings(of.Articles[0]); slices.Contains(got.UK, want) {
		t.Errorf("it offers what the article has: %q", want)
	}
	if got := at.Wordings(bot.Article{Question: bot.Bilingual{UK: "Ъ", RU: "Ъ"}}); len(got.UK)+len(got.RU) > 0 {
		t.Errorf("of nothing it offers %v", got)
	}
}

// TestHowMuchIsNotWhy: what is alike in letters alone is another word.
func TestHowMuchIsNotWhy(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"почём", "Почему?"}, {"чек", "Чек"}, {"тек", "Чек"}, {"сорт", "Торт"}} {
		x := NewIndex([]bot.Article{{ID: "a", State: bot.ArticleApproved, Question: bot.Bilingual{RU: c[1]}}})
		same := tokens(c[0])[0].word == tokens(c[1])[0].word
		if found := x.similar(tokens(c[0])[0], nil); len(found) > 0 != same {
			t.Errorf("%q means %q: %v", c[0], c[1], found)
		}
	}
}

// TestTwinsAreNotMixedUp: a company of two towns has each article twice. Nobody is told
// what holds in one town who asks of the other, or of neither.
func TestTwinsAreNotMixedUp(t *testing.T) {
	t.Parallel()
	towns := [...]bot.Bilingual{{UK: "у Львові", RU: "во Львове"}, {UK: "в Одесі", RU: "в Одессе"}}
	articles, queries := readBase(t, "gym")
	var all []bot.Article
	for _, a := range articles {
		for i, town := range towns {
			twin := a
			twin.ID = fmt.Sprint(a.ID, "-", i)
			twin.Question = bot.Bilingual{UK: a.Question.UK + " " + town.UK, RU: a.Question.RU + " " + town.RU}
			twin.Aliases = bot.Aliases{}
			for _, l := range bot.Languages() {
				for _, alias := range a.Aliases.In(l) {
					twin.Aliases = twin.Aliases.With(l, alias+" "+town.In(l))
				}
			}
			all = append(all, twin)
		}
	}
	x := NewAtlas(trades()...).NewIndex(all)
	asked, wrong, right := 0, 0, 0
	ask := func(text, want string) {
		asked++
		if f := x.Find(text, bot.Ukrainian, spring); f.Outcome == flows.Sure {
			if f.Matches[0].Article.ID == want {
				right++
			} else {
				wrong++
				t.Logf("%q is answered by %s", text, f.Matches[0].Article.ID)
			}
		}
	}
	for i, q := range queries {
		ask(q.Text, "")
		if q.Expect != eval.ExpectNone && q.Expect != eval.ExpectHuman {
			ask(q.Text+" "+towns[i%2].RU, fmt.Sprint(q.Expect, "-", i%2))
		}
	}
	if 1000*wrong > 15*asked || right == 0 {
		t.Errorf("of %d questions %d are answered wrong and %d right", asked, wrong, right)
	}
}
