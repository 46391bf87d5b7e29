package dialog

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/locales"
)

// say turns a Say into a message in the person's language. Its buttons become
// the new screen: older buttons no longer count.
func (t *turn) say(s flows.Say) error {
	if t.unheard() {
		return nil
	}
	if s.Language.Known() {
		defer func(l bot.Language) { t.spoken = l }(t.spoken)
		t.spoken = s.Language
	}
	t.telling = slices.Concat(s.Tells, s.Under)
	defer func() { t.telling = nil }()
	text, err := t.paragraphs(s.Texts, t.words)
	if err != nil {
		return err
	}
	if err := t.tells(s); err != nil {
		return err
	}
	m := bot.Message{Text: text}
	if len(s.Buttons) > 0 {
		id, err := t.stands(s)
		if err != nil {
			return err
		}
		made, err := t.made(s.Buttons, id)
		if err != nil {
			return err
		}
		t.conv.State.Screen++
		t.conv.State.Buttons = made
		m.Screen, m.Buttons = t.conv.State.Screen, flows.Paired(s.Buttons, made)
		if s.Opens || id != "" && !s.Repeats() { // what repeats them leaves them where they stand
			m.Buttons = bot.Staying(m.Buttons)
		}
	}
	t.speak(m)
	return nil
}

// sayKey says one of our own texts, without buttons.
func (t *turn) sayKey(key string) error {
	if t.unheard() {
		return nil
	}
	text, err := t.text(key)
	if err != nil {
		return err
	}
	t.speak(bot.Message{Text: text})
	return nil
}

// unheard reports whether the person has blocked us: then time, operators and old
// messages go on changing the conversation, and nothing is said.
func (t *turn) unheard() bool { return t.conv.Reach == bot.Blocked }

// speak adds a message to what the turn says, and to the history.
func (t *turn) speak(m bot.Message) {
	entry := bot.Entry{
		Address: t.conv.Address, At: t.s.Now, Out: true, Kind: "say", Text: m.Text,
		Cause: t.cause(len(t.said)), Detail: t.detail(m),
	}
	t.write.History = append(t.write.History, entry)
	t.said = append(t.said, Said{Message: m, Language: t.language()})
	if t.press { // presses are counted by themselves
		return
	}
	if passed(t.s.Now, t.conv.BurstAt, burstSpan) {
		t.conv.Burst, t.conv.BurstAt = 0, t.s.Now
	}
	t.conv.Burst++
}

// detail is what the history keeps of a message beside its text: the language, the
// buttons row by row, and the step.
func (t *turn) detail(m bot.Message) []byte {
	var room [1024]byte
	to := bot.AppendJSON(append(room[:0], `{"language":`...), string(t.language()))
	for i, row := range m.Buttons {
		between := `,`
		if i == 0 {
			between = `,"buttons":[`
		}
		to = bot.AppendButtons(append(to, between...), row)
	}
	if len(m.Buttons) > 0 {
		to = append(to, ']')
	}
	return bytes.Clone(append(bot.AppendJSON(append(to, `,"step":`...), t.conv.State.Flow+"/"+t.conv.State.Step), '}'))
}

// cause names the n-th message of this turn.
func (t *turn) cause(n int) string { return "turn/" + t.s.Inbox + "/" + strconv.Itoa(n) }

// text returns one of our own texts, without data.
func (t *turn) text(key string) (string, error) { return t.words(flows.T(key), plain) }

// plain leaves a value as it is, but in one line, for places where no markup is read.
func plain(s string) string { return bot.InLine(s) }

// words returns a text in the language of the answer. Values that people wrote
// go through quote, so that they never become markup, nor break that of ours.
func (t *turn) words(text flows.Text, quote func(string) string) (string, error) {
	l := t.language()
	if text.Key == "" {
		own := text.Own.In(l)
		if own == "" {
			return "", fmt.Errorf("approved text has no %q words", l)
		}
		return own, nil
	}
	var data map[string]any
	if len(text.Data) > 0 { // most have none
		data = make(map[string]any, len(text.Data))
	}
	for k, v := range text.Data {
		switch v := v.(type) {
		case time.Time:
			data[k] = locales.Moment(l, k, v.In(t.d.Zone), t.s.Now.In(t.d.Zone))
		case bot.Bilingual: // a title: approved, and words all the same
			data[k] = quote(v.In(l))
		case flows.Fact:
			data[k] = quote(bot.Bilingual(v).In(l))
		case flows.FactDay:
			data[k] = locales.Fact(l, time.Time(v).In(t.d.Zone))
		case flows.Text: // a text of ours inside another
			inner, err := t.words(v, quote)
			if err != nil {
				return "", err
			}
			data[k] = inner
		case string:
			data[k] = quote(v)
		default:
			data[k] = v
		}
	}
	if template, ok := t.bound(text); ok {
		return fill(template, data), nil
	}
	var count *int
	if text.Plural {
		count = &text.Count
	}
	s, err := t.d.Texts.Text(l, text.Key, data, count)
	if err != nil {
		return "", fmt.Errorf("text %q: %w", text.Key, err)
	}
	return s, nil
}

// Texts are the keys that dialog itself says, beside those of the flows.
func Texts() []string {
	return []string{"colleague.linked", "colleague.over", "press.gone", "press.often", rehearsalHead, rehearsalMark, rehearsalPress, "late.apology", "loop.handoff"}
}
