package demo

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"visnyk/bot/viber/vibertest"
)

// viberPhone shows the fake Viber as one person sees it.
type viberPhone struct {
	server   *vibertest.Server
	person   *vibertest.Person
	switches *switches
}

func (p viberPhone) screen(time.Time) screen {
	thread := p.person.Thread()
	s := screen{Bot: Viber, Begun: len(thread) > 0, Unread: p.person.Unread()}
	spoken := false
	for _, l := range recent(thread) {
		if m := l.Message; m.Rich != nil && len(s.Bubbles) > 0 && !s.Bubbles[len(s.Bubbles)-1].Mine { // beneath its words
			s.Bubbles[len(s.Bubbles)-1].Keys = viberKeys(m.Rich.Buttons)
			continue
		}
		if l.Bot {
			s.Bubbles = append(s.Bubbles, bubble{
				ID: strconv.FormatUint(l.Message.Token, 10), Lines: viberSpans(l.Message.Text), Media: l.Message.Media, At: l.At,
			})
			continue
		}
		b := bubble{ID: strconv.FormatUint(l.Token, 10), Mine: true, Lines: []span{{Text: l.Sent.Text}}, At: l.At, Ticks: 1}
		if c := l.Sent.Contact; c != nil {
			b.Lines[0].Text = "+" + c.Phone
		}
		if l.Arrived {
			b.Ticks = 2
		}
		spoken = true
		s.Bubbles = append(s.Bubbles, b)
	}
	s.Blocked = spoken && !p.person.Subscribed()
	if k := p.person.Keyboard(); k != nil {
		s.Keys = viberKeys(k.Buttons)
	}
	s.Faults = shown(p.switches.left(p.person.ID(), p.server.Scripted(p.person.ID())), p.person.Doubled())
	return s
}

// viberKeys lays buttons out in rows of six columns.
func viberKeys(buttons []vibertest.Button) [][]key {
	var rows [][]key
	at := 0
	for _, b := range buttons {
		if at == 0 {
			rows = append(rows, nil)
		}
		k := key{Label: b.Label, Columns: b.Columns}
		switch b.ActionType {
		case "open-url":
			k.URL = b.ActionBody
		case "none":
			k.Dead = true
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], k)
		at = (at + b.Columns) % 6
	}
	return rows
}

// viberSpans reads Viber's own formatting: *bold*, _italic_, ~strike~, and
// addresses, which the messenger makes links of.
func viberSpans(text string) []span {
	var spans []span
	plain := 0
	flush := func(to int) { spans = append(spans, links(text[plain:to])...) }
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '*' && c != '_' && c != '~' || !opens(text, i) {
			continue
		}
		end := closing(text, i)
		if end < 0 {
			continue
		}
		flush(i)
		spans = append(spans, span{Text: text[i+1 : end], Bold: c == '*', Italic: c == '_', Strike: c == '~'})
		i, plain = end, end+1
	}
	flush(len(text))
	return spans
}

// opens reports whether the sign at i may begin a style: a border before it, a
// word after it.
func opens(text string, i int) bool {
	before := []rune(text[:i])
	after := []rune(text[i+1:])
	return (len(before) == 0 || border(before[len(before)-1])) && len(after) > 0 && !unicode.IsSpace(after[0])
}

// closing finds the sign that ends what begins at i, on the same line; -1 when
// there is none.
func closing(text string, i int) int {
	for j := i + 2; j < len(text) && text[j] != '\n'; j++ {
		after := []rune(text[j+1:])
		if text[j] == text[i] && text[j-1] != ' ' && (len(after) == 0 || border(after[0])) {
			return j
		}
	}
	return -1
}

func border(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) }

// links makes spans of a plain text, its web addresses apart.
func links(text string) []span {
	var spans []span
	for text != "" {
		i := strings.Index(text, "https://")
		if i < 0 {
			return append(spans, span{Text: text})
		}
		end := i + strings.IndexFunc(text[i:]+" ", func(r rune) bool { return unicode.IsSpace(r) || r == ')' })
		if i > 0 {
			spans = append(spans, span{Text: text[:i]})
		}
		url := strings.TrimRight(text[i:end], ".,:;!?")
		spans = append(spans, span{Text: url, URL: url})
		text = text[i+len(url):]
	}
	return spans
}

func (p viberPhone) begin(payload string) { p.person.Open(payload) }
func (p viberPhone) write(text string)    { p.person.Write(text) }
func (p viberPhone) read()                { p.person.Read() }

func (p viberPhone) block(on bool) {
	if on {
		p.person.Leave()
		return
	}
	p.person.Subscribe()
}

// press presses a button of those that stay under the message, or of the keyboard.
func (p viberPhone) press(message, label string) error {
	if token, err := strconv.ParseUint(message, 10, 64); err == nil {
		_, err = p.person.PressUnder(token, label)
		return err
	}
	_, err := p.person.Press(label)
	return err
}

func (p viberPhone) script(name string, on bool) {
	id := p.person.ID()
	if name == twice {
		p.person.Twice(on)
		return
	}
	list := p.switches.set(id, name, on, p.server.Scripted(id))
	p.server.Heal(id)
	for _, f := range list {
		switch f {
		case tooMany:
			p.server.NextSend(id, vibertest.Fault{
				HTTP: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {strconv.Itoa(wait)}},
			})
		case blocked:
			p.server.NextSend(id, vibertest.Refuse(6))
		case timeout:
			p.server.NextSend(id, vibertest.Mute())
		}
	}
}
