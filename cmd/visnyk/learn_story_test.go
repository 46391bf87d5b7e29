package main

import (
	"context"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/storage/storagetest"
)

// poolArticles adds two articles, that one word does not tell apart, to the
// sample's.
func (s *world) poolArticles() {
	s.t.Helper()
	entry := func(id string, question, answer bot.Bilingual) bot.Article {
		return bot.Article{ID: id, State: bot.ArticleApproved, Question: question, Answer: answer}
	}
	if err := s.service.store.Load().PutArticles(context.Background(), []bot.Article{
		entry("pool-buy", bot.Bilingual{UK: "Як купити абонемент у басейн?", RU: "Как купить абонемент в бассейн?"}, bot.Bilingual{UK: "Прийдіть із паспортом.", RU: "Приходите с паспортом."}),
		entry("pool-renew", bot.Bilingual{UK: "Як поновити абонемент у басейн?", RU: "Как обновить абонемент в бассейн?"}, bot.Bilingual{UK: "Напишіть заяву.", RU: "Напишите заявление."}),
	}); err != nil {
		s.t.Fatal(err)
	}
	s.refreshed()
}

// TestQuestionsTeach: what a person picked is offered to the editor, and once it
// is accepted the next one is answered at once, in the other language too; what
// nobody could answer is on the list of wanted answers, without the number that
// was in it.
func TestQuestionsTeach(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		ctx := context.Background()
		s.withdrawAll()
		s.poolArticles()
		articles := s.service.parts.api.Articles
		article, err := articles.Read(ctx, writer, "pool-buy")
		if err != nil {
			t.Fatal(err)
		}
		first := s.onTelegram(739184027556, "Олена", bot.Ukrainian)
		first.begins()
		first.write("абонемент у басейн")
		first.hears("@faq.mean")
		first.taps(article.Question.UK)
		first.hears(article.Answer.UK)
		first.taps("@faq.yes")
		first.hears("@faq.glad")
		s.idle()

		suggestions, err := articles.Suggestions(ctx, writer, "pool-buy")
		if err != nil || len(suggestions) != 1 || suggestions[0].Phrase != "абонемент у басейн" || suggestions[0].Language != bot.Ukrainian ||
			suggestions[0].Helped != 1 || suggestions[0].Found {
			t.Fatalf("offered %+v, %v", suggestions, err)
		}
		first.write("абонемент у басейн")
		first.hears("@faq.mean") // nothing is learnt by itself
		if _, err := articles.Decide(ctx, writer, suggestions[0].ID, editor.SuggestionAccept); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		second := s.onViber("QzXyWvUt890A+/b5CdEfGg==", "Елена", bot.Russian)
		second.begins()
		second.write("абонемент в бассейн")
		second.hears(article.Answer.RU, "@faq.helped")
		second.taps("@faq.no")
		second.hears("@faq.unhelped")

		someone := s.onTelegram(5511, "Петро", bot.Ukrainian)
		someone.begins()
		someone.write("чи є знижки студентам, мій телефон 0671234567")
		someone.hears("@faq.unknown")
		s.idle()
		list, err := articles.Wanted(ctx, writer, 10)
		if err != nil || list.Questions != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		found := false
		for _, w := range list.Items {
			for _, text := range w.Examples {
				found = found || strings.Contains(text, "знижки студентам")
				if strings.Contains(text, "0671") {
					t.Errorf("a number is kept: %q", text)
				}
			}
		}
		if !found {
			t.Errorf("wanted: %+v", list.Items)
		}

		// Who asked to be forgotten is, and what they asked too.
		contacts, _, err := s.service.parts.api.Contacts.List(ctx, admin, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range contacts {
			if err := s.service.parts.api.Contacts.Erase(ctx, admin, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if list, err = articles.Wanted(ctx, writer, 10); err != nil || list.Questions > 0 {
			t.Errorf("after erasing: %+v, %v", list, err)
		}
	})
}

// TestChangesAreAskedAbout: what people ask of a change that nobody can answer, and their
// complaints of it, are known as that change's; what else they ask is not.
func TestChangesAreAskedAbout(t *testing.T) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
	first := s.onTelegram(739184027556, "Олена", bot.Ukrainian)
	first.write("/start change-office-move")
	first.hears()
	first.taps("@change.question")
	first.hears()
	first.write("чи буде в новому офісі басейн")
	first.hears("@faq.about_change")
	second := s.onViber("QzXyWvUt890A+/b5CdEfGg==", "Елена", bot.Russian)
	second.begins()
	second.write("есть ли скидки студентам")
	second.hears("@faq.unknown")
	s.idle()
	of, err := s.service.parts.api.Articles.OfChange(t.Context(), writer, "office-move", 10)
	if err != nil || of.Questions != 1 || of.Missed != 1 || len(of.Items) != 1 || of.Items[0].Examples[0] != "чи буде в новому офісі басейн" {
		t.Errorf("%+v, %v", of, err)
	}
}
