package channeltest

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"visnyk/bot"
)

// render renders twice and compares.
func render(t *testing.T, ch bot.Channel, m bot.Message) ([]bot.Part, error) {
	t.Helper()
	first, err1 := ch.Render(m)
	second, err2 := ch.Render(m)
	if !reflect.DeepEqual(first, second) || fmt.Sprint(err1) != fmt.Sprint(err2) {
		t.Errorf("rendered twice: %v, %v and %v, %v", first, err1, second, err2)
	}
	return first, err1
}

// say renders and sends a message and gives what the person saw of it.
func (w World) say(t *testing.T, m bot.Message) []Shown {
	t.Helper()
	parts, err := render(t, w.Channel, m)
	if err != nil {
		t.Fatalf("render: %v", err)
	}
	before := len(w.Shown())
	seen := map[string]bool{}
	for i, p := range parts {
		if p.Kind != bot.Say || p.Kind.Idempotent() {
			t.Errorf("part %d is %q", i, p.Kind)
		}
		if bytes.Contains(p.Body, []byte(w.Chat)) {
			t.Errorf("part %d names its receiver", i)
		}
		id, err := w.send(t, p)
		if err != nil {
			t.Errorf("part %d of %d is refused: %v", i, len(parts), err)
		} else if id == "" || seen[id] {
			t.Errorf("part %d has the id %q", i, id)
		}
		seen[id] = true
	}
	return w.Shown()[before:]
}

func (w World) send(t *testing.T, p bot.Part) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	body := bytes.Clone(p.Body)
	id, err := w.Channel.Send(ctx, w.address(), p)
	if !bytes.Equal(body, p.Body) {
		t.Error("Send changed the part")
	}
	return id, err
}

func (w World) address() bot.Address { return bot.Address{Bot: w.Channel.Name(), Chat: w.Chat} }

// counted makes n different words, so that a lost one is noticed.
func counted(n int, sep string) (text string, words []string) {
	for i := range n {
		words = append(words, fmt.Sprintf("слово%05d", i))
	}
	return strings.Join(words, sep), words
}

// textsOut: everything that can be said arrives whole, in order, within the
// messenger's limits, and the buttons come last.
func textsOut(t *testing.T, c Case) {
	long, words := counted(1000, " ")
	paragraphs, paragraphWords := counted(1000, "\n\n")
	lines, lineWords := counted(1000, "\n")
	var bold strings.Builder
	for _, word := range words {
		fmt.Fprintf(&bold, "**%s** _і_ ~~ні~~ `код` [тут](https://a.ua/?a=1&b=2) ", word)
	}
	keyboard := [][]bot.Button{
		{{Label: "Так", Action: "yes"}, {Label: "Ні & <ні>", Action: "no"}},
		{{Label: "Сайт", URL: "https://example.com/?a=1&b=«2»"}},
	}
	for _, tt := range []struct {
		name, text string
		words      []string // must be seen, in this order
	}{
		{"one word", "Привіт", []string{"Привіт"}},
		{"10,000 characters", long, words},
		{"many paragraphs", paragraphs, paragraphWords},
		{"many lines", lines, lineWords},
		{"all features over and over", bold.String(), words},
		{"one word of 10,000 characters", strings.Repeat("ї", 10_000), []string{"її"}},
		{"4,096 emoji", strings.Repeat("😀", 4096), []string{"😀😀"}},
		{"families", strings.Repeat("👨‍👩‍👧", 1500), []string{"👨‍👩‍👧"}},
		{"HTML", "<script>alert(1)</script> <b>x</b> &amp; &lt; </b>", []string{"<script>alert(1)</script>", "<b>x</b>", "&amp;", "&lt;", "</b>"}},
		{"HTML of 10,000", strings.Repeat("<b>&amp;\"'", 1000), []string{"<b>&amp;"}},
		{"right to left", "שלום \u202eעולם\u202c 123", []string{"שלום", "עולם"}},
		{
			"every mark", "# Заголовок\n\n**жирний _і курсив_** ~~ні~~ `код`\n\n- раз\n- два\n  1. три\n\n> цитата\n\n```\n<код>\n```\n\n[сайт](https://a.ua) [дзвоніть](tel:+380441112233)",
			[]string{"Заголовок", "жирний", "курсив", "ні", "код", "раз", "два", "три", "цитата", "<код>", "сайт", "дзвоніть"},
		},
		{"open marks", "**не закрито _так `і [це](https:// ", []string{"не закрито", "так", "це"}},
		{"a dangerous link", "[натисніть](javascript:alert(1))", []string{"натисніть"}},
		{"marks of all messengers", `\*x\* \_y\_ \~z\~ a*b*c <u>_ .!-=|{}()`, []string{"x", "y", "z", "c"}},
		{"dirt", "a\x00b\xffc\r\nd", []string{"a", "b", "c", "d"}},
		{"a quote of 9,000", "> " + strings.Repeat("цитата ", 1300), []string{"цитата цитата"}},
		{"code of 9,000", "```\n" + strings.Repeat("код <код>\n", 900) + "```", []string{"код <код>"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := c.New(t)
			shown := w.say(t, bot.Message{Text: tt.text, Buttons: keyboard, Screen: 7})
			if len(shown) == 0 {
				t.Fatal("nothing is shown")
			}
			var all strings.Builder
			for i, s := range shown {
				all.WriteString(s.Text + "\n")
				if i < len(shown)-1 && len(s.Labels) > 0 {
					t.Errorf("message %d of %d has the buttons %q", i+1, len(shown), s.Labels)
				}
				if most := w.Channel.Capabilities().Limits.Text; most > 0 && len(utf16.Encode([]rune(s.Text))) > most {
					t.Errorf("message %d has %d characters, more than its table says", i+1, len([]rune(s.Text)))
				}
			}
			checkKeyboard(t, w.Channel.Capabilities(), shown[len(shown)-1])
			rest := all.String()
			for _, word := range tt.words {
				_, after, found := strings.Cut(rest, word)
				if !found {
					t.Errorf("%q is not seen in its place: %.200q", word, rest)
					break
				}
				rest = after
			}
			if strings.Contains(all.String(), "javascript:") {
				t.Error("a dangerous link left")
			}
			if n := w.Refused(); n != 0 {
				t.Errorf("%d sends were refused", n)
			}
		})
	}
}

// checkKeyboard checks that the last message offers what was to be offered: as
// buttons, or in its text where there is nothing to press. A link may be either.
func checkKeyboard(t *testing.T, can bot.Capabilities, last Shown) {
	t.Helper()
	for _, label := range []string{"Так", "Ні & <ні>"} {
		if pressed := slices.Contains(last.Labels, label); pressed != can.Buttons || !pressed && !strings.Contains(last.Text, label) {
			t.Errorf("%q is offered nowhere: %q", label, last.Labels)
		}
	}
	if !slices.Contains(last.Labels, "Сайт") && !strings.Contains(last.Text, "https://example.com/?a=1&b=«2»") {
		t.Errorf("the link is nowhere: %q", last.Labels)
	}
}

// unsayable: what no messenger takes is an error before it is queued.
func unsayable(t *testing.T, c Case) {
	w := c.New(t)
	button := func(b bot.Button) bot.Message {
		return bot.Message{Text: "x", Buttons: [][]bot.Button{{b}}, Screen: 1}
	}
	for name, m := range map[string]bot.Message{
		"nothing":              {},
		"only spaces":          {Text: " \n\t \u00a0 "},
		"only invisible":       {Text: "\u200b\u200f\u2060"},
		"only marks":           {Text: "****"},
		"action too long":      button(bot.Button{Label: "x", Action: strings.Repeat("a", bot.MaxAction+1)}),
		"action with a space":  button(bot.Button{Label: "x", Action: "a b"}),
		"action in capitals":   button(bot.Button{Label: "x", Action: "A"}),
		"action in Cyrillic":   button(bot.Button{Label: "x", Action: "так"}),
		"button for nothing":   button(bot.Button{Label: "x"}),
		"button for two":       button(bot.Button{Label: "x", Action: "a", URL: "https://a.ua"}),
		"button without label": button(bot.Button{Label: " ", Action: "a"}),
		"dangerous button":     button(bot.Button{Label: "x", URL: "javascript:alert(1)"}),
	} {
		if name == "only marks" { // whether markup shows is the reader's business, but it must not panic
			_, _ = render(t, w.Channel, m)
			continue
		}
		if parts, err := render(t, w.Channel, m); err == nil {
			t.Errorf("%s: rendered to %d parts", name, len(parts))
		}
	}
	parts, err := render(t, w.Channel, bot.Message{Press: "4815", Text: "Готово"})
	if err != nil {
		t.Errorf("the answer to a press: %v", err)
	}
	for _, p := range parts {
		if p.Kind != bot.Answer || !p.Kind.Idempotent() {
			t.Errorf("the answer to a press is %q", p.Kind)
		}
	}
}

// press: a button that left comes back as the same action of the same screen.
func press(t *testing.T, c Case) {
	w := c.New(t)
	for _, screen := range []int{0, 1, 9, 35, 36, 46655, 1<<31 - 1} {
		for _, action := range []string{"a", "faq:1", "menu.settings_2-x", strings.Repeat("z", bot.MaxAction), "0", ":", "-"} {
			w.say(t, bot.Message{Text: "Оберіть", Screen: screen, Buttons: [][]bot.Button{
				{{Label: "Інше", Action: "other"}}, {{Label: "Це", Action: action}},
			}})
			if err := w.Press("Це"); err != nil {
				t.Fatalf("screen %d, action %s: %v", screen, action, err)
			}
			_, u := w.next(t)
			e := w.event(t, u)
			if e.Kind != bot.Tapped || e.Press == nil || e.Press.Screen != screen || e.Press.Action != action {
				t.Errorf("screen %d, action %s comes back as %s %+v", screen, action, e.Kind, e.Press)
			}
			if e.From != w.address() {
				t.Errorf("pressed by %v", e.From)
			}
		}
	}
}

// lasting: a lasting button comes back as the same action, and where buttons stay
// under their messages it does so after others were shown.
func lasting(t *testing.T, c Case) {
	w := c.New(t)
	action := bot.LastingAction("0123456789", "ack")
	w.say(t, bot.Message{Text: "Зміна", Buttons: [][]bot.Button{{{Label: "Зрозуміло", Action: action}}}, Screen: 4})
	if w.PressOld != nil {
		w.say(t, bot.Message{Text: "Далі", Buttons: [][]bot.Button{{{Label: "Меню", Action: "menu"}}}, Screen: 5})
	}
	pressed := w.Press
	if w.PressOld != nil {
		pressed = w.PressOld
	}
	if err := pressed("Зрозуміло"); err != nil {
		t.Fatal(err)
	}
	_, u := w.next(t)
	if e := w.event(t, u); e.Kind != bot.Tapped || e.Press == nil || e.Press.Action != action {
		t.Errorf("comes back as %s %+v", e.Kind, e.Press)
	}
}

// edit: a message that was sent changes where the messenger can do that, as often
// as it is asked to; elsewhere an edit is nothing, and never an error.
func edit(t *testing.T, c Case) {
	w := c.New(t)
	parts, err := render(t, w.Channel, bot.Message{Text: "Раз", Buttons: [][]bot.Button{{{Label: "Так", Action: "yes"}}}, Screen: 1})
	if err != nil {
		t.Fatal(err)
	}
	id, err := w.send(t, parts[0])
	if err != nil {
		t.Fatal(err)
	}
	shown := len(w.Shown())
	for _, e := range []struct {
		edit bot.Message
		want Shown
	}{
		{bot.Message{Edit: id, Buttons: [][]bot.Button{{{Label: "Готово ✓", Action: "done"}}}}, Shown{"Раз", []string{"Готово ✓"}}},
		{bot.Message{Edit: id, Text: "**Два**", Buttons: [][]bot.Button{{{Label: "Ні", Action: "no"}}}}, Shown{"Два", []string{"Ні"}}},
		{bot.Message{Edit: id}, Shown{"Два", nil}},
	} {
		parts, err := render(t, w.Channel, e.edit)
		if err != nil {
			t.Fatal(err)
		}
		if can := w.Channel.Capabilities().Edits; can != (len(parts) > 0) {
			t.Fatalf("edits: %v, and an edit has %d parts", can, len(parts))
		}
		for range 2 { // the second changes nothing
			for _, p := range parts {
				if p.Kind != bot.Edit || !p.Kind.Idempotent() {
					t.Errorf("an edit is %q", p.Kind)
				}
				if id, err := w.send(t, p); err != nil || id != "" {
					t.Errorf("id %q, %v", id, err)
				}
			}
		}
		all := w.Shown()
		if len(all) != shown {
			t.Fatalf("an edit says something: %v", all[shown:])
		}
		if got := all[shown-1]; len(parts) > 0 && !reflect.DeepEqual(got, e.want) {
			t.Errorf("it shows %+v, want %+v", got, e.want)
		}
	}
}
