package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"visnyk/bot/telegram/telegramtest"
)

// telegramPhone shows the fake Telegram as one person sees it.
type telegramPhone struct {
	server   *telegramtest.Server
	person   *telegramtest.Person
	number   string // theirs, which Telegram knows
	switches *switches
}

// noticeLife is how long an answer to a press stands over the chat.
const noticeLife = 4 * time.Second

func (p telegramPhone) chat() string { return strconv.FormatInt(p.person.ID, 10) }

func (p telegramPhone) screen(now time.Time) screen {
	thread := p.server.Thread(p.person.ID)
	s := screen{Bot: Telegram, Begun: len(thread) > 0, Blocked: p.person.Blocks()}
	for _, m := range recent(thread) {
		b := bubble{
			ID: strconv.FormatInt(m.ID, 10), Mine: !m.FromBot, Lines: telegramSpans(m), Media: m.Photo + m.Document,
			At: m.At, Edited: m.Edited, Keys: telegramKeys(m.Keyboard),
		}
		if m.What == "contact" {
			b.Lines = []span{{Text: p.number}}
		}
		if b.Mine {
			if strings.HasPrefix(m.Text, "/start ") { // what a link carries, its owner does not see
				b.Lines = []span{{Text: "/start"}}
			}
			b.Ticks = 1
			if m.Read {
				b.Ticks = 2
			}
		}
		s.Bubbles = append(s.Bubbles, b)
		s.Keys = replyKeys(m.Reply)
	}
	for _, a := range p.server.Answers() {
		if a.User == p.person.ID && a.Text != "" && now.Sub(a.At) < noticeLife {
			s.Notice = &notice{a.Press, a.Text}
		}
	}
	s.Faults = shown(p.switches.left(p.chat(), p.server.Scripted(p.person.ID)), p.person.Doubled())
	return s
}

func telegramKeys(rows [][]telegramtest.Button) [][]key {
	var out [][]key
	for _, row := range rows {
		var keys []key
		for _, b := range row {
			keys = append(keys, key{Label: b.Text, URL: b.URL, Dead: b.Data == "" && b.URL == ""})
		}
		out = append(out, keys)
	}
	return out
}

// replyKeys are the keys in place of the person's own keyboard.
func replyKeys(rows [][]telegramtest.Button) [][]key {
	var out [][]key
	for _, row := range rows {
		var keys []key
		for _, b := range row {
			keys = append(keys, key{Label: b.Text})
		}
		out = append(out, keys)
	}
	return out
}

// telegramSpans cuts a message where its formatting changes.
func telegramSpans(m telegramtest.Message) []span {
	text, entities, err := telegramtest.ParseHTML(m.HTML)
	if !m.FromBot || err != nil || text != m.Text || len(entities) == 0 {
		return []span{{Text: m.Text}}
	}
	units := utf16.Encode([]rune(text))
	var spans []span
	for from := 0; from < len(units); {
		var s span
		to := len(units)
		for _, e := range entities {
			end := e.Offset + e.Length
			switch {
			case e.Offset > from:
				to = min(to, e.Offset)
				continue
			case end <= from:
				continue
			}
			to = min(to, end)
			switch e.Tag {
			case "b", "strong":
				s.Bold = true
			case "i", "em":
				s.Italic = true
			case "s", "strike", "del":
				s.Strike = true
			case "code", "pre":
				s.Code = true
			case "a":
				s.URL = e.Argument
			}
		}
		s.Text = string(utf16.Decode(units[from:to]))
		spans = append(spans, s)
		from = to
	}
	return spans
}

func (p telegramPhone) begin(payload string) { p.person.Start(payload) }
func (p telegramPhone) write(text string)    { p.person.Write(text) }
func (p telegramPhone) read()                {}

func (p telegramPhone) block(on bool) {
	if on {
		p.person.Block()
		return
	}
	p.person.Unblock()
}

func (p telegramPhone) press(message, label string) error {
	if message == "" {
		return p.pressReply(label)
	}
	for _, m := range p.server.Messages(p.person.ID) {
		if strconv.FormatInt(m.ID, 10) == message {
			_, err := p.person.Press(m, label)
			return err
		}
	}
	return fmt.Errorf("no message %q", message)
}

// pressReply presses a key in place of the person's own keyboard: it says its label, or
// shares their number where it asks for that.
func (p telegramPhone) pressReply(label string) error {
	all := p.server.Messages(p.person.ID)
	if len(all) == 0 {
		return fmt.Errorf("no key %q", label)
	}
	for _, b := range slices.Concat(all[len(all)-1].Reply...) {
		if b.Text != label {
			continue
		}
		if b.Contact {
			p.person.Contact(strings.TrimPrefix(p.number, "+"))
		} else {
			p.person.Write(label)
		}
		return nil
	}
	return fmt.Errorf("no key %q", label)
}

func (p telegramPhone) script(name string, on bool) {
	if name == twice {
		p.person.Twice(on)
		return
	}
	list := p.switches.set(p.chat(), name, on, p.server.Scripted(p.person.ID))
	p.server.Heal(p.person.ID)
	for _, f := range list {
		switch f {
		case tooMany:
			p.server.Script(p.person.ID, telegramtest.TooMany(wait))
		case blocked:
			p.server.Script(p.person.ID, telegramtest.Blocked())
		case timeout:
			p.server.Script(p.person.ID, telegramtest.Mute())
		}
	}
}
