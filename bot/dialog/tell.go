package dialog

import (
	"encoding/json"
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/flows"
)

// tells notes what the message about to be spoken tells of changes. Each text is
// made a second time with its slots open, as it is the same for everybody.
func (t *turn) tells(s flows.Say) error {
	for _, told := range s.Tells {
		filled, err := t.paragraphs(told.Texts, t.words)
		if err != nil {
			return err
		}
		template, err := t.paragraphs(told.Texts, t.template)
		if err != nil {
			return err
		}
		t.write.Tellings = append(t.write.Tellings, bot.Telling{
			Address: t.conv.Address, Cause: t.cause(len(t.said)), Contact: t.contact.ID, TextHash: bot.HashText(filled),
			Rendering: bot.Rendering{
				Change: told.Change.ID, Version: told.Change.Version, Language: t.language(), Part: told.Part, Template: template,
			},
		})
	}
	return nil
}

// paragraphs returns the texts as one, each made by words.
func (t *turn) paragraphs(texts []flows.Text, words func(flows.Text, func(string) string) (string, error)) (string, error) {
	var all []string
	for _, text := range texts {
		p, err := words(text, markup.Escape)
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
		if _, own := v.(bot.Words); !own {
			v = slot(name)
		}
		open.Data[name] = v
	}
	return t.words(open, quote)
}

// slot is the open place of a value in a template.
type slot string

func (s slot) String() string { return "{{." + string(s) + "}}" }

// rendered puts the templates of the turn's tellings into the channel's own form.
func rendered(ch bot.Channel, name string, tellings []bot.Telling) error {
	for i := range tellings {
		r := &tellings[i].Rendering
		parts, err := ch.Render(bot.Message{Text: r.Template})
		if err != nil {
			return fmt.Errorf("render the template of a telling: %w", err)
		}
		bodies := make([]json.RawMessage, len(parts))
		for n, p := range parts {
			bodies[n] = p.Body
		}
		form, err := json.Marshal(bodies)
		if err != nil {
			return fmt.Errorf("encode the template of a telling: %w", err)
		}
		r.Channel, r.Template = name, string(form)
	}
	return nil
}
