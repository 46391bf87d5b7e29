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

// look is how the company's chat looks and greets, as far as the content has been
// read.
func (s *service) look(context.Context) bot.Look {
	if s.store.Load() == nil {
		return bot.Look{}
	}
	return s.parts.library.Now().Look
}

// greeting is what a person reads before we know their language, as the company is
// called and greets at the moment.
func (s *service) greeting() bot.Message {
	ctx := context.Background()
	return greeting(s.engine.Texts, s.companyName(ctx), s.look(ctx).Greeting)
}

// greeting speaks both languages, and has a button for each. In a language with words
// of the company's own it says those. The texts were checked when the engine was made.
func greeting(texts *locales.Bundle, company, own bot.Bilingual) (m bot.Message) {
	key, quoted := "greeting.text", company.Quoted()
	if company.Complete() {
		key = "greeting.text_company"
	}
	for _, l := range bot.Languages() {
		text, _ := texts.Text(l, key, map[string]any{"Company": markup.Value(quoted.In(l))}, nil)
		if words := own.In(l); words != "" {
			text, _ = texts.Text(l, "welcome.hello", nil, nil)
			text += " " + markup.Escape(words)
		}
		label, _ := texts.Text(l, "greeting.language", nil, nil)
		if m.Text != "" {
			m.Text += "\n\n"
		}
		m.Text += text
		m.Buttons = append(m.Buttons, []bot.Button{{Label: label, Word: true}}) // no screen stands behind a greeting
	}
	return m
}
