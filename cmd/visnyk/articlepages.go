package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
	articlepages "visnyk/bot/console/articles"
	"visnyk/bot/editor"
	"visnyk/flows"
	"visnyk/flows/faq"
	"visnyk/locales"
)

// articlePages is what the pages of articles need.
func (s *service) articlePages() articlepages.Config {
	return articlepages.Config{
		Articles: s.articles, Changes: s.changes, Live: s.live, Zone: s.cfg.Zone, Show: s.shownArticle, Name: s.colleague,
		ShowAskers: s.shownToAskers, Told: s.toldAskers,
	}
}

// articles are what editors do with articles; nil while the database is not there yet.
func (s *service) articles() *editor.Editor {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Articles
}

// shownArticle is what each kind of messenger shows of the article, as the flow answers
// with it.
func (s *service) shownArticle(a bot.Article) (all []articlepages.Shown, err error) {
	for _, ch := range s.channels {
		shower, ok := ch.(bot.Shower)
		if !ok || shownBefore(all, s.kindOf(ch.Name())) {
			continue
		}
		for _, l := range bot.Languages() {
			message, err := s.answered(a, l)
			if err != nil {
				return nil, err
			}
			parts, err := ch.Render(message)
			if err != nil {
				return nil, fmt.Errorf("render article %s: %w", a.ID, err)
			}
			one := articlepages.Shown{Channel: s.kindOf(ch.Name()), Language: l, Room: ch.Capabilities().Limits.Text}
			for _, part := range parts {
				bubble, err := shower.Show(part)
				if err != nil {
					return nil, fmt.Errorf("show article %s: %w", a.ID, err)
				}
				one.Messages = append(one.Messages, bubble.Joined())
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// shownToAskers is what each kind of messenger shows of the article to who asked it before
// it was there, in the words of its own question.
func (s *service) shownToAskers(a bot.Article) (all []articlepages.Shown, err error) {
	b, err := s.parts.api.Broadcasts.Answering(a, a)
	if err != nil {
		return nil, err
	}
	for _, l := range bot.Languages() {
		shown, err := s.shownBroadcast(b, l, map[string]string{bot.AskedVariable: a.Question.In(l)})
		if err != nil {
			return nil, err
		}
		for _, one := range shown {
			all = append(all, articlepages.Shown{Channel: one.Channel, Language: l, Messages: one.Messages})
		}
	}
	return all, nil
}

// toldAskers is the broadcast that told the article to who asked it.
func (s *service) toldAskers(ctx context.Context, by bot.Actor, a bot.Article) (string, error) {
	m, err := s.parts.api.Broadcasts.Read(ctx, by, bot.AnsweringID(a))
	return m.ID, err
}

func shownBefore(all []articlepages.Shown, kind string) bool {
	for _, one := range all {
		if one.Channel == kind {
			return true
		}
	}
	return false
}

// answered is the message that answers with the article.
func (s *service) answered(a bot.Article, l bot.Language) (bot.Message, error) {
	now := time.Now().In(s.cfg.Zone)
	say := faq.Answer(a, now)
	var texts []string
	for _, text := range say.Texts {
		words, err := saidIn(s.engine.Texts, s.cfg.Zone, l, text, now)
		if err != nil {
			return bot.Message{}, err
		}
		texts = append(texts, words)
	}
	message := bot.Message{Text: strings.Join(texts, "\n\n")}
	for _, row := range say.Buttons {
		var buttons []bot.Button
		for _, b := range row {
			label, err := saidIn(s.engine.Texts, s.cfg.Zone, l, b.Label, now)
			if err != nil {
				return bot.Message{}, err
			}
			buttons = append(buttons, bot.Button{Label: label, Action: b.Action})
		}
		message.Buttons = append(message.Buttons, buttons)
	}
	return message, nil
}

// answerOf is what the article answers just now in the language.
func answerOf(texts *locales.Bundle, zone *time.Location) func(bot.Article, bot.Language) (string, error) {
	return func(a bot.Article, l bot.Language) (string, error) {
		now := time.Now().In(zone)
		var words []string
		for _, text := range faq.Told(a, now) {
			said, err := saidIn(texts, zone, l, text, now)
			if err != nil {
				return "", err
			}
			words = append(words, said)
		}
		return strings.Join(words, "\n\n"), nil
	}
}

// saidIn is a text of a flow in the language.
func saidIn(texts *locales.Bundle, zone *time.Location, l bot.Language, text flows.Text, now time.Time) (string, error) {
	if text.Key == "" {
		return text.Own.In(l), nil
	}
	data := map[string]any{}
	for name, value := range text.Data {
		if at, ok := value.(time.Time); ok {
			value = locales.Moment(l, name, at.In(zone), now)
		}
		data[name] = value
	}
	return texts.Text(l, text.Key, data, nil)
}
