package broadcast

import (
	"context"
	"errors"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// The keys of what stands around an answer that is told to who asked.
const (
	askedText = "told.asked"
	moreText  = "told.more_button"
)

// askedMost is how many letters of their own question somebody is reminded of.
const askedMost = 120

// Answering is the broadcast that tells an article to those who asked it, as each of them
// reads it but for their own words. kept is the article as it was approved, dated that
// with the dates it has by its change. *bot.InvalidError where it does not fit one message.
func (s *Broadcasts) Answering(kept, dated bot.Article) (bot.Broadcast, error) {
	b := bot.Broadcast{
		ID: bot.AnsweringID(kept), Title: kept.Question.UK, Titles: kept.Question, Until: dated.Until, Fallback: bot.UsualFallback,
		Answers: &bot.Answering{Article: kept.ID, Hash: kept.ApprovedHash()},
	}
	var texts, labels [2]string
	for i, l := range bot.Languages() {
		asked, err := s.texts.Text(l, askedText, bot.Data{"Asked": "{{" + bot.AskedVariable + "|…}}"}, nil)
		if err != nil {
			return b, err
		}
		answer, err := s.answer(dated, l)
		if err != nil {
			return b, err
		}
		if labels[i], err = s.texts.Text(l, moreText, nil, nil); err != nil {
			return b, err
		}
		texts[i] = asked + "\n\n" + strings.ReplaceAll(answer, "{{", `{\{`) // an answer has no variables
	}
	b.Text, b.Buttons = inBoth(texts), []bot.BroadcastButton{{Label: inBoth(labels), Do: "ask"}}
	_, err := s.Renderings(b)
	return b, err
}

// inBoth are texts in the order of bot.Languages.
func inBoth(texts [2]string) (both bot.Bilingual) {
	for i, l := range bot.Languages() {
		if l == bot.Russian {
			both.RU = texts[i]
		} else {
			both.UK = texts[i]
		}
	}
	return both
}

// TellAskers has an article told to those who asked one of the questions and have no
// answer yet, in the transaction that finds it approved and valid: from its commit on
// they are listed. It returns how many they are; where they were told once, and where
// there is nobody, nothing comes of it.
func (s *Broadcasts) TellAskers(ctx context.Context, tx *storage.Tx, kept, dated bot.Article, asked []bot.Question) (people int, err error) {
	b, err := s.Answering(kept, dated)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Broadcast(ctx, b.ID); !errors.Is(err, storage.ErrNotFound) {
		return 0, err
	}
	if people, err = tx.AnswerQuestions(ctx, b.ID, kept.ID, asked); err != nil || people == 0 {
		return 0, err
	}
	b.State, b.Version = bot.BroadcastSending, 1
	m := storage.Mailing{Broadcast: b, Started: s.now()}
	if err := s.keeps(ctx, tx, &m); err != nil {
		return 0, err
	}
	m.Version = 0 // the first version is what goes on
	return people, s.goesOn(ctx, tx, m)
}

// asking are the variables of who is told an answer: what they asked, in short.
func asking(asked string) map[string]string {
	if letters := []rune(asked); len(letters) > askedMost {
		asked = strings.TrimRight(string(letters[:askedMost-1]), " ") + "…"
	}
	return map[string]string{bot.AskedVariable: asked}
}
