package broadcast

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
)

const (
	maxWhere = 150 // characters in the slot that says where
	// slotFar is how far from now the moments in slots may be: what is farther is mistyped.
	slotFar = 31 * 24 * time.Hour
)

// bareSlot finds a slot without a fallback, addressedSlot one within an address.
var (
	bareSlot      = regexp.MustCompile(`\{\{[ \t]*(where|from|until)[ \t]*(?:\|[ \t]*)?\}\}`)
	addressedSlot = regexp.MustCompile(`(?:\]\([^)\n]*|[a-z]+://\S*)\{\{[ \t]*(where|from|until)\b`)
)

// finds reports whether the slot is among what is found in the text.
func finds(in *regexp.Regexp, text string, slot bot.Slot) bool {
	return slices.ContainsFunc(in.FindAllStringSubmatch(text, -1), func(m []string) bool { return m[1] == string(slot) })
}

// slotsIn returns the slots that stand in a text; those in need have no fallback there.
func slotsIn(text string) (all, need []bot.Slot) {
	for _, slot := range bot.Slots() {
		const never = "{" // which no fallback holds
		if markup.Fill(text, map[string]string{string(slot): never}) == markup.Fill(text, map[string]string{string(slot): ""}) {
			continue
		}
		all = append(all, slot)
		if finds(bareSlot, text, slot) {
			need = append(need, slot)
		}
	}
	return all, need
}

// SlotsOf returns the slots that a template asks for, in either language, and those of
// them that may not be left empty.
func SlotsOf(b bot.Broadcast) (all, need []bot.Slot) {
	for _, l := range bot.Languages() {
		in, must := slotsIn(b.Text.In(l))
		all, need = append(all, in...), append(need, must...)
	}
	order := func(list []bot.Slot) []bot.Slot {
		return slices.DeleteFunc(bot.Slots(), func(s bot.Slot) bool { return !slices.Contains(list, s) })
	}
	return order(all), order(need)
}

// The keys of what a template begins with, and of what stands for an end that nobody knows.
const (
	templateText = "told.template"
	endText      = "told.template_end"
)

// NewTemplate returns what a template is written from.
func (s *Broadcasts) NewTemplate() (b bot.Broadcast, err error) {
	var texts [2]string
	for i, l := range bot.Languages() {
		end, err := s.texts.Text(l, endText, nil, nil)
		if err != nil {
			return b, err
		}
		data := bot.Data{"Where": "{{where}}", "Since": "{{from}}", "End": "{{until|" + end + "}}"}
		if texts[i], err = s.texts.Text(l, templateText, data, nil); err != nil {
			return b, err
		}
	}
	return bot.Broadcast{Template: true, Topic: string(bot.Outage), Text: inBoth(texts), Fallback: bot.UsualFallback}, nil
}

// checkTemplate finds what a template may not have: it tells no change, leaves at once
// whenever it is filled, by night too, and so is never in a digest.
func checkTemplate(f *faults, b bot.Broadcast) {
	if !b.Template {
		return
	}
	if b.Topic != string(bot.Outage) {
		f.wrong("topic", bot.FaultChoice, bot.Data{"Choices": []string{string(bot.Outage)}})
	}
	for field, has := range map[string]bool{
		"change": b.Change != "", "start": !b.Start.IsZero(), "until": !b.Until.IsZero(), "digest": b.Digest != (bot.Bilingual{}),
		"correction": b.Correction, "must_acknowledge": b.Must,
	} {
		if has {
			f.wrong(field, bot.FaultLeftOut, nil)
		}
	}
	for _, l := range bot.Languages() {
		for _, slot := range bot.Slots() {
			if finds(addressedSlot, b.Text.In(l), slot) {
				f.wrong("text/"+string(l), bot.FaultSlotLink, bot.Data{"Name": string(slot)})
			}
		}
	}
}

// slotBlanks says what a template lacks to be submitted.
func slotBlanks(f *faults, b bot.Broadcast) {
	uk, _ := slotsIn(b.Text.UK)
	ru, _ := slotsIn(b.Text.RU)
	if len(uk) == 0 || !slices.Equal(uk, ru) {
		f.wrong("text", bot.FaultSlots, bot.Data{"Choices": bot.Choices(bot.Slots())})
	}
	if b.Urgent == "" {
		f.wrong("urgent", bot.FaultBlank, nil)
	}
}

// Filling is what somebody puts into the slots of a template.
type Filling struct {
	Where       bot.Bilingual
	From, Until time.Time
}

// tidy brings what was typed into one line, with a space behind each dot that a word
// follows: else a messenger might make a link of both.
func tidy(s string) string {
	var out strings.Builder
	var last rune
	for _, r := range bot.InLine(s) {
		if last == '.' && unicode.Is(unicode.Cyrillic, r) {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		last = r
	}
	return out.String()
}

// signs are those that may stand in a slot beside letters, digits and spaces.
const signs = ` ,.:;-–—’'ʼ"«»()/№&%`

// linking finds what messengers make a link, a mention or a command of.
var linking = regexp.MustCompile(`\.\p{Latin}|:/|//|(?:^|[^\pL\pN])/|(?i)\bwww\b`)

// literal reports whether the text is words that every messenger shows as they are.
func literal(s string) bool {
	return !linking.MatchString(s) && strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.IsDigit(r) && !strings.ContainsRune(signs, r)
	}) < 0
}

// checkFilling finds what may not stand in the slots of the template, as it is now.
func checkFilling(f *faults, b bot.Broadcast, with Filling, now time.Time) {
	all, need := SlotsOf(b)
	asks := func(s bot.Slot) bool { return slices.Contains(all, s) }
	needs := func(s bot.Slot) bool { return slices.Contains(need, s) }
	where := with.Where
	switch {
	case !asks(bot.SlotWhere):
		if where != (bot.Bilingual{}) {
			f.wrong("where", bot.FaultLeftOut, nil)
		}
	case !where.Complete() && (needs(bot.SlotWhere) || where != (bot.Bilingual{})):
		f.wrong("where", bot.FaultBlank, nil)
	}
	for _, l := range bot.Languages() {
		switch words := where.In(l); {
		case utf8.RuneCountInString(words) > maxWhere:
			f.wrong("where/"+string(l), bot.FaultLong, bot.Data{"Max": maxWhere})
		case !literal(words):
			f.wrong("where/"+string(l), bot.FaultSlotPlain, nil)
		}
	}
	for _, at := range []struct {
		slot bot.Slot
		time.Time
	}{{bot.SlotFrom, with.From}, {bot.SlotUntil, with.Until}} {
		switch away := at.Sub(now).Abs(); {
		case at.IsZero() && needs(at.slot):
			f.wrong(string(at.slot), bot.FaultBlank, nil)
		case at.IsZero():
		case !asks(at.slot):
			f.wrong(string(at.slot), bot.FaultLeftOut, nil)
		case !bot.ValidMoment(at.Time) || away > slotFar:
			f.wrong(string(at.slot), bot.FaultSlotFar, bot.Data{"Days": int(slotFar.Hours() / 24)})
		}
	}
	switch {
	case with.Until.IsZero():
	case !with.From.IsZero() && !with.From.Before(with.Until):
		f.wrong("from", bot.FaultOrder, bot.Data{"Other": "until"})
	case !with.Until.After(now):
		f.wrong("until", bot.FaultWindow, nil)
	}
}
