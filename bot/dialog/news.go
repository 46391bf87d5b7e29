package dialog

import (
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// NewsTexts makes messages of what is told of a change outside of any turn, in the words
// that its approval has bound: one for each kind of messenger in each language, under the
// rendering that it is. now is when it is told.
func (d *Engine) NewsTexts(all []flows.Telling, bound bot.Bound, now time.Time) (texts []bot.NewsText, err error) {
	for _, kind := range d.kinds() {
		for _, l := range bot.Languages() {
			t := &turn{d: d, spoken: l, conv: bot.Conversation{Address: bot.Address{Bot: kind.bot}}, s: &TurnInput{Now: now}}
			t.s.Content.Bound = map[string]bot.Bound{}
			for _, told := range all {
				t.s.Content.Bound[told.Change.ID] = bound
				text, err := t.newsText(told)
				if err != nil {
					return nil, err
				}
				texts = append(texts, text)
			}
		}
	}
	return texts, nil
}

func (t *turn) newsText(told flows.Telling) (text bot.NewsText, err error) {
	t.telling = []flows.Telling{told}
	r, err := t.rendering(told)
	if err != nil {
		return text, err
	}
	text = bot.NewsText{Channel: r.Channel, Language: r.Language, Part: told.Part, Hash: r.Hash()}
	if text.Message.Text, err = t.paragraphs(told.Texts, t.words); err != nil {
		return text, err
	}
	buttons, err := t.buttons(told.Buttons, bot.RenderingID(text.Hash))
	text.Message.Buttons = bot.Staying(buttons)
	return text, err
}
