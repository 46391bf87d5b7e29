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
func (d Engine) Bind(all []flows.Telling) (renderings []bot.Rendering, words bot.BoundWords, err error) {
	kinds := map[string]string{} // the bot that stands for each
	for _, name := range slices.Sorted(maps.Keys(d.Channels)) {
		if kind := d.Channels[name].Kind; kinds[kind] == "" {
			kinds[kind] = name
		}
	}
	words = bot.BoundWords{}
	made := map[string]bool{}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, l := range bot.Languages() {
			t := &turn{d: d, spoken: l, conv: bot.Conversation{Address: bot.Address{Bot: kinds[kind]}}}
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
		template, err := t.template(text, plain)
		if err != nil {
			return err
		}
		words[l][text.Key] = template
	}
	return nil
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
