package dialog

import (
	"encoding/json"
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/flows"
)

// tells notes what the message about to be spoken tells of changes.
func (t *turn) tells(s flows.Say) error {
	for _, told := range s.Tells {
		filled, err := t.paragraphs(told.Texts, t.words)
		if err != nil {
			return err
		}
		r, err := t.rendering(told)
		if err != nil {
			return err
		}
		t.write.Tellings = append(t.write.Tellings, bot.Telling{
			Address: t.conv.Address, Cause: t.cause(len(t.said)), Contact: t.contact.ID, TextHash: bot.HashText(filled), Rendering: r,
			TellsSeen: t.d.Channels[t.conv.Address.Bot].Receipts.Seen,
		})
	}
	if s.Opens && t.s.Opens != nil && t.s.Opens.As.Change != "" {
		t.write.Tellings = append(t.write.Tellings, bot.Telling{
			Address: t.conv.Address, Cause: t.cause(len(t.said)), Contact: t.contact.ID, TextHash: bot.HashText(t.s.Opens.Message.Text), Rendering: t.s.Opens.As,
			TellsSeen: t.d.Channels[t.conv.Address.Bot].Receipts.Seen,
		})
	}
	return nil
}

// rendering returns what the messenger of the chat shows everybody who is told
// this: each text is made a second time with its slots open, as it is the same for
// all of them.
func (t *turn) rendering(told flows.Telling) (bot.Rendering, error) {
	r := bot.Rendering{
		Change: told.Change.ID, Version: told.Change.Version, Channel: t.d.Channels[t.conv.Address.Bot].Kind,
		Language: t.language(), Part: told.Part,
	}
	m := bot.Message{}
	var err error
	if m.Text, err = t.paragraphs(told.Texts, t.template); err != nil {
		return r, err
	}
	if m.Buttons, err = t.buttons(told.Buttons, ""); err == nil {
		r.Template, err = t.d.form(t.conv.Address.Bot, m)
	}
	return r, err
}

// form puts a message into the form of the bot's messenger.
func (d *Engine) form(name string, m bot.Message) (string, error) {
	if d.Render == nil {
		return m.Text, nil
	}
	parts, err := d.Render(name, m)
	if err != nil {
		return "", fmt.Errorf("render the template of a telling: %w", err)
	}
	bodies := make([]json.RawMessage, len(parts))
	for i, p := range parts {
		bodies[i] = p.Body
	}
	form, err := json.Marshal(bodies)
	return string(form), err
}

// paragraphs returns the texts as one, each made by words.
func (t *turn) paragraphs(texts []flows.Text, words func(flows.Text, func(string) string) (string, error)) (string, error) {
	all := make([]string, 0, len(texts))
	for _, text := range texts {
		p, err := words(text, markup.Value)
		if err != nil {
			return "", err
		}
		all = append(all, p)
	}
	return strings.Join(all, "\n\n"), nil
}

// template returns the text with what is not of the change itself left open.
func (t *turn) template(text flows.Text, quote func(string) string) (string, error) {
	open := text
	open.Data = make(map[string]any, len(text.Data))
	for name, v := range text.Data {
		switch v.(type) {
		case bot.Bilingual, flows.Fact, flows.FactDay:
		default:
			v = slot(name)
		}
		open.Data[name] = v
	}
	return t.words(open, quote)
}

// slot is the open place of a value in a template.
type slot string

func (s slot) String() string { return "{{." + string(s) + "}}" }
