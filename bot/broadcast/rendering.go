package broadcast

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Messenger is a bot by which broadcasts leave.
type Messenger struct {
	bot.Channel
	Kind string  // of the messenger, as renderings have it
	Rate float64 // messages a second at most, of what goes to many; 0: no limit of ours
}

// off begins what the last button of every broadcast does: the person hears no more of
// the topic behind it.
const off = "off."

// offText is the key of what is written on it.
const offText = "told.off_button"

// slotText begins the keys of what slots are called.
const slotText = "told.slot_"

// Texts are the keys of what is said here.
func Texts() []string {
	keys := append(digestTexts(), ackText, askText, offText, trialText, askedText, moreText, templateText, endText)
	for _, slot := range bot.Slots() {
		keys = append(keys, slotText+string(slot))
	}
	return append(append(append(keys, waveTexts()...), haltTexts()...), endsText, unfitText)
}

// Renderings are what the broadcast is to everybody: for each kind of messenger and
// each language, what it shows, with the variables open. *bot.InvalidError where a
// text does not fit one message.
func (s *Broadcasts) Renderings(b bot.Broadcast) (all []bot.Rendering, err error) {
	kinds := map[string]Messenger{}
	for _, name := range slices.Sorted(maps.Keys(s.messengers)) {
		if m := s.messengers[name]; kinds[m.Kind].Channel == nil {
			kinds[m.Kind] = m
		}
	}
	var f faults
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, l := range []bot.Language{bot.Ukrainian, bot.Russian} {
			m, err := s.message(b, l, b.Text.In(l), open, open)
			if err != nil {
				return nil, err
			}
			messages := map[bool]bot.Message{false: m}
			if b.Digest.Complete() {
				messages[true] = bot.Message{Text: bot.InLine(b.Digest.In(l))}
			}
			for _, digest := range []bool{false, true} {
				if _, is := messages[digest]; !is {
					continue
				}
				parts, err := kinds[kind].Render(messages[digest])
				if err != nil {
					return nil, fmt.Errorf("render for %s: %w", kind, err)
				}
				if len(parts) != 1 {
					f.wrong(map[bool]string{false: "text/", true: "digest/"}[digest]+string(l), bot.FaultOneMessage, bot.Data{"Channel": kind})
					continue
				}
				all = append(all, bot.Rendering{
					Change: b.Change, Version: tells(b), Channel: kind, Language: l, Part: bot.BroadcastPart(b.ID, digest), Template: string(parts[0].Body),
				})
			}
		}
	}
	return all, f.err()
}

// tells is the version that its renderings carry: that of the change which it tells, so
// that a press under them speaks of no other.
func tells(b bot.Broadcast) int {
	if b.Change == "" {
		return b.Version
	}
	return b.ChangeVersion
}

// open leaves what it is given open, as an approver sees it.
func open(as string) string { return as }

// linked finds where a text of ours leads.
var linked = regexp.MustCompile(`(\]\()(https?://[^\s()<>]+)(\))`)

// Message is the broadcast as one recipient, with the key, is told it in the language,
// under the rendering with the hash. Its links are followed through us.
func (s *Broadcasts) Message(b bot.Broadcast, l bot.Language, rendering string, vars map[string]string, key string) (bot.Message, error) {
	return s.messageTo(b, l, rendering, vars, s.follow(b.ID, key))
}

// Preview is the broadcast as a person is told it of whom the variables are known, with
// its links as they are.
func (s *Broadcasts) Preview(b bot.Broadcast, l bot.Language, vars map[string]string) (bot.Message, error) {
	return s.messageTo(b, l, "", vars, open)
}

func (s *Broadcasts) messageTo(b bot.Broadcast, l bot.Language, rendering string, vars map[string]string, follow func(string) string) (bot.Message, error) {
	words, err := s.named(b, l)
	if err != nil {
		return bot.Message{}, err
	}
	text, err := fill(words, vars, follow)
	if err != nil {
		return bot.Message{}, err
	}
	id := bot.RenderingID(rendering)
	return s.message(b, l, text, follow, func(do string) string { return bot.LastingAction(id, do) })
}

// named is the text of the broadcast; of a template with the names of its slots in them,
// as whoever writes or approves it sees them.
func (s *Broadcasts) named(b bot.Broadcast, l bot.Language) (string, error) {
	text := b.Text.In(l)
	if !b.Template {
		return text, nil
	}
	values := map[string]string{}
	for _, slot := range bot.Slots() {
		name, err := s.texts.Text(l, slotText+string(slot), nil, nil)
		if err != nil {
			return "", err
		}
		values[string(slot)] = name
	}
	return markup.Fill(text, values), nil
}

// follow makes addresses of a broadcast those by which the recipient follows them.
func (s *Broadcasts) follow(id, key string) func(string) string {
	return func(address string) string { return s.tracker.Of(bot.TrackedLinkOf(id, address), key) }
}

// fill returns the text as it is said to somebody.
func fill(text string, vars map[string]string, follow func(string) string) (string, error) {
	return markup.Expand(linked.ReplaceAllStringFunc(text, func(found string) string {
		m := linked.FindStringSubmatch(found)
		return m[1] + follow(m[2]) + m[3]
	}), vars)
}

func (s *Broadcasts) message(b bot.Broadcast, l bot.Language, text string, follow, action func(string) string) (bot.Message, error) {
	m := bot.Message{Text: text, Media: b.Media.In(l)}
	for _, button := range b.Buttons {
		out := bot.Button{Label: button.Label.In(l), Lasts: true}
		if button.URL != "" {
			out.URL = follow(button.URL)
		} else {
			out.Action = action(button.Does())
		}
		m.Buttons = append(m.Buttons, []bot.Button{out})
	}
	if b.Answers != nil { // who asked is owed an answer: there is no topic to refuse
		return m, nil
	}
	label, err := s.texts.Text(l, offText, nil, nil)
	m.Buttons = append(m.Buttons, []bot.Button{{Label: label, Action: action(off + b.Topic), Lasts: true}})
	return m, err
}

// Links are those of the broadcast that are followed through us.
func Links(b bot.Broadcast) []bot.TrackedLink {
	found := map[string]bool{}
	for _, text := range []string{b.Text.UK, b.Text.RU, b.Digest.UK, b.Digest.RU} {
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			found[m[2]] = true
		}
	}
	for _, button := range b.Buttons {
		if button.URL != "" {
			found[button.URL] = true
		}
	}
	var all []bot.TrackedLink
	for _, address := range slices.Sorted(maps.Keys(found)) {
		if l := bot.TrackedLinkOf(b.ID, address); l.Genuine() && !strings.Contains(address, "{{") {
			all = append(all, l)
		}
	}
	return all
}
