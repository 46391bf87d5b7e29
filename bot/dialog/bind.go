package dialog

import (
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// Bind makes what an approval binds of what is told: its renderings on every kind of
// messenger in every language, and the words of ours in them, with their slots open.
func (d *Engine) Bind(all []flows.Telling) (renderings []bot.Rendering, words bot.BoundWords, err error) {
	words = bot.BoundWords{}
	made := map[string]bool{}
	for _, kind := range d.kinds() {
		for _, l := range bot.Languages() {
			t := &turn{d: d, spoken: l, conv: bot.Conversation{Address: bot.Address{Bot: kind.bot}}, s: &TurnInput{}}
			for _, told := range all {
				r, err := t.rendering(told)
				if err != nil {
					return nil, nil, err
				}
				if hash := r.Hash(); !made[hash] {
					made[hash] = true
					renderings = append(renderings, r)
				}
				if err := t.bindWords(told, words); err != nil {
					return nil, nil, err
				}
			}
		}
	}
	return renderings, words, nil
}

// standsFor is a bot that stands for its kind of messenger.
type standsFor struct{ kind, bot string }

// kinds are the kinds of messenger that there are, each with the first bot of it.
func (d *Engine) kinds() (all []standsFor) {
	for _, name := range slices.Sorted(maps.Keys(d.Channels)) {
		kind := d.Channels[name].Kind
		if !slices.ContainsFunc(all, func(s standsFor) bool { return s.kind == kind }) {
			all = append(all, standsFor{kind, name})
		}
	}
	slices.SortFunc(all, func(a, b standsFor) int { return strings.Compare(a.kind, b.kind) })
	return all
}

// bindWords adds the words of ours that the telling is made of.
func (t *turn) bindWords(told flows.Telling, words bot.BoundWords) error {
	l := t.language()
	if words[l] == nil {
		words[l] = map[string]string{}
	}
	texts := slices.Clone(told.Texts)
	for _, b := range slices.Concat(told.Buttons...) {
		texts = append(texts, b.Label)
	}
	for _, text := range texts {
		if text.Key == "" {
			continue
		}
		template, err := t.template(opened(text), plain)
		if err != nil {
			return err
		}
		words[l][text.Key] = template
	}
	return nil
}

// opened is the text with the facts in it open: another text of its key has others.
func opened(text flows.Text) flows.Text {
	data := make(map[string]any, len(text.Data))
	for name, v := range text.Data {
		switch v.(type) {
		case flows.Fact, flows.FactDay:
			v = slot(name)
		}
		data[name] = v
	}
	text.Data = data
	return text
}

// bound returns the words that were approved for the text of a change that is being
// told; false where none were.
func (t *turn) bound(text flows.Text) (words string, ok bool) {
	title, titled := text.Data["Title"].(bot.Bilingual)
	for _, told := range t.telling {
		if titled && title != told.Change.Title {
			continue
		}
		if words, ok = t.s.Content.Bound[told.Change.ID].Words[t.language()][text.Key]; ok {
			return words, true
		}
	}
	return "", false
}

// fill puts values into the slots of a template.
func fill(template string, data map[string]any) string {
	for name, v := range data {
		if s, ok := v.(string); ok {
			template = strings.ReplaceAll(template, slot(name).String(), s)
		}
	}
	return template
}
