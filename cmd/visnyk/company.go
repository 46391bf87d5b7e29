package main

import (
	"context"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/locales"
)

// companyName is whose bot it is, as far as anybody has said and the content has
// been read.
func (s *service) companyName(context.Context) bot.Bilingual {
	if s.store.Load() == nil {
		return bot.Bilingual{}
	}
	return s.parts.library.Now().Company
}

// greeting is what a person reads before we know their language, as the company is
// called at the moment.
func (s *service) greeting() bot.Message {
	return greeting(s.engine.Texts, s.companyName(context.Background()))
}

// greeting speaks both languages, and has a button for each. The texts were checked
// when the engine was made.
func greeting(texts *locales.Bundle, company bot.Bilingual) (m bot.Message) {
	key, quoted := "greeting.text", company.Quoted()
	if company.Complete() {
		key = "greeting.text_company"
	}
	for _, l := range bot.Languages() {
		text, _ := texts.Text(l, key, map[string]any{"Company": markup.Value(quoted.In(l))}, nil)
		label, _ := texts.Text(l, "greeting.language", nil, nil)
		if m.Text != "" {
			m.Text += "\n\n"
		}
		m.Text += text
		m.Buttons = append(m.Buttons, []bot.Button{{Label: label, Word: true}}) // no screen stands behind a greeting
	}
	return m
}
