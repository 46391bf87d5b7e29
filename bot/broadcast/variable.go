package broadcast

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/storage"
)

// Variables are what a text may say of its reader: their name, the company's words for
// them, and what was declared of people. What nobody knows of somebody is missing, so
// each has its fallback.
func Variables(c bot.Contact, attributes map[string]string) map[string]string {
	vars := map[string]string{}
	for _, name := range ours() {
		vars[name] = valueOf(c, attributes, name)
	}
	maps.Copy(vars, attributes)
	return vars
}

// ours are the variables that are not declared: what the company knows of everybody.
func ours() []string { return []string{"name", "kind", "tier", "region", "external_id"} }

// valueOf returns what a variable is for one person; "" where nobody knows.
func valueOf(c bot.Contact, attributes map[string]string, name string) string {
	if value, is := attributes[name]; is {
		return value
	}
	switch name {
	case "name":
		return c.Name
	case "kind":
		return c.Kind
	case "tier":
		return c.Tier
	case "region":
		return c.Region
	case "external_id":
		return c.External
	}
	return ""
}

// named finds a variable in a text that is a template.
var named = regexp.MustCompile(`(?:^|[^\\])\{\{[ \t]*([\pL_][\pL\pN_.-]*)`)

// checkTexts finds what a text may not be: too long, or no template of ours.
func checkTexts(ctx context.Context, tx *storage.Tx, f *faults, b bot.Broadcast) error {
	known := slices.Sorted(maps.Keys(Variables(bot.Contact{}, nil)))
	declared, err := tx.Attributes(ctx)
	if err != nil {
		return err
	}
	for _, a := range declared {
		known = append(known, a.Name)
	}
	slots := map[string]string{}
	if b.Template {
		for _, slot := range bot.Slots() {
			known, slots[string(slot)] = append(known, string(slot)), string(slot)
		}
	}
	for _, text := range []struct {
		field, words string
		most         int
	}{
		{"text/uk", b.Text.UK, TextMost}, {"text/ru", b.Text.RU, TextMost}, {"digest/uk", b.Digest.UK, DigestMost}, {"digest/ru", b.Digest.RU, DigestMost},
	} {
		if utf8.RuneCountInString(text.words) > text.most {
			f.wrong(text.field, bot.FaultLong, bot.Data{"Max": text.most})
		}
		// With nothing known of the reader: every variable needs its fallback, but for slots.
		switch _, err := markup.Expand(text.words, slots); {
		case errors.Is(err, markup.ErrUnknown):
			f.wrong(text.field, bot.FaultFallback, nil)
			continue
		case err != nil:
			f.wrong(text.field, bot.FaultTemplate, nil)
			continue
		}
		for _, m := range named.FindAllStringSubmatch(text.words, -1) {
			if !slices.Contains(known, m[1]) {
				f.wrong(text.field, bot.FaultVariable, bot.Data{"Name": m[1], "Choices": known})
				break
			}
		}
	}
	return nil
}
