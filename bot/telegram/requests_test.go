package telegram_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// pair starts a fake server, a person who may be written to, and the channel.
func pair(t testing.TB, o telegramtest.Options) (*telegramtest.Server, *telegramtest.Person, *telegram.Channel) {
	t.Helper()
	s := telegramtest.Start(t, o)
	c, err := telegram.New(telegram.Config{
		Token: s.Token(), Secret: testSecret, APIURL: s.URL(), Timeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return s, s.Person(1111111, "Олена", "uk").Join(), c
}

var olena = bot.Address{Bot: "telegram", Chat: "1111111"}

func button(label, action string) []bot.Button {
	return []bot.Button{{Label: label, Action: action}}
}

// TestRequests renders and sends messages, and compares what the server
// received with testdata, every parameter byte for byte.
func TestRequests(t *testing.T) {
	paragraph := strings.Repeat("Слово за словом. ", 60)
	for _, test := range []struct {
		name string
		m    bot.Message
	}{
		{"text", bot.Message{Text: "Тариф зміниться 1 грудня."}},
		{"styles", bot.Message{Text: "# Новий тариф\n\nЧому: **важливо**, *трохи* і ~~старе~~ `код`.\n\n- раз\n- два\n  - глибше\n\n1. перше\n2. друге\n\n> цитата\n> далі\n\n```\na < b && c\n```\n\n[сайт](https://example.org/?a=1&b=%22)"}},
		{"nested_styles", bot.Message{Text: "***все* одразу** [**жирне** посилання](https://example.org)"}},
		{"escaped", bot.Message{Text: `a<b & c "d" 'e' <script>alert(1)</script> &nbsp; &lt;`}},
		{"other_links", bot.Message{Text: "[Дзвоніть](tel:+380501234567), <tel:+380441112233>, [пишіть](mailto:help@example.org)"}},
		{"invisible_kept_out", bot.Message{Text: "а\x00б\xffв"}},
		{"buttons", bot.Message{Text: "Меню", Screen: 46, Buttons: [][]bot.Button{
			{{Label: "Що змінюється", Action: "changes"}, {Label: "Питання", Action: "faq:1"}},
			{{Label: " Сайт \n ", URL: "https://example.org/a?b=c&d=e"}},
		}}},
		{"button_longest", bot.Message{Text: "x", Screen: 1 << 40, Buttons: [][]bot.Button{button("x", strings.Repeat("z", bot.MaxAction))}}},
		{"phone", bot.Message{Text: "Поділіться номером", Buttons: [][]bot.Button{{{Label: "Мій номер", Phone: true}}}}},
		{"phone_and_buttons", bot.Message{Text: "Поділіться номером", Screen: 2, Buttons: [][]bot.Button{
			{{Label: "Мій <номер>", Phone: true}}, button("Назад", "back"),
		}}},
		{"split", bot.Message{Text: strings.Repeat(paragraph+"\n\n", 6), Screen: 3, Buttons: [][]bot.Button{button("Далі", "next")}}},
		{"split_emoji", bot.Message{Text: strings.Repeat("👩‍🔧", 1000)}},
		{"photo", bot.Message{Text: "**Підпис**", Screen: 1, Buttons: [][]bot.Button{button("Так", "yes")}, Media: &bot.Media{Kind: bot.Photo, URL: "https://example.org/a.jpg"}}},
		{"photo_alone", bot.Message{Media: &bot.Media{Kind: bot.Photo, URL: "https://example.org/a.jpg"}}},
		{"photo_long_text", bot.Message{Text: paragraph + paragraph, Screen: 1, Buttons: [][]bot.Button{button("Так", "yes")}, Media: &bot.Media{Kind: bot.Photo, URL: "https://example.org/a.jpg"}}},
		{"file", bot.Message{Text: "Договір", Media: &bot.Media{Kind: bot.File, URL: "https://example.org/d.pdf", Name: "d.pdf", Size: 9}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			parts, err := c.Render(test.m)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range parts {
				if p.Kind != bot.Say {
					t.Errorf("part %d is %q", i, p.Kind)
				}
				id, err := c.Send(t.Context(), olena, p)
				if err != nil || id != fmt.Sprint(i+1) {
					t.Errorf("part %d: id %q, %v", i, id, err)
				}
			}
			golden(t, "testdata/requests/"+test.name+".golden", dump(s.Calls()))
			if unknown := s.Stats().Unknown; len(unknown) > 0 {
				t.Errorf("parameters the API does not have: %v", unknown)
			}
		})
	}
}

func dump(calls []telegramtest.Call) string {
	var out strings.Builder
	for _, c := range calls {
		fmt.Fprintf(&out, "%s -> %d\n", c.Method, c.Code)
		for _, name := range slices.Sorted(maps.Keys(c.Params)) {
			fmt.Fprintf(&out, "%s: %s\n", name, c.Params[name])
		}
		out.WriteString("\n")
	}
	return out.String()
}

func TestAnswerToPress(t *testing.T) {
	s, p, c := pair(t, telegramtest.Options{})
	parts, err := c.Render(bot.Message{Text: "Меню", Screen: 5, Buttons: [][]bot.Button{button("Так", "yes")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(t.Context(), olena, parts[0]); err != nil {
		t.Fatal(err)
	}
	press, err := p.Press(s.Messages(p.ID)[0], "Так")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Ця кнопка *вже* не діє", "", strings.Repeat("ї", 200)} {
		parts, err = c.Render(bot.Message{Press: press, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) != 1 || parts[0].Kind != bot.Answer || !parts[0].Kind.Idempotent() {
			t.Fatalf("parts %v", parts)
		}
		if id, err := c.Send(t.Context(), olena, parts[0]); err != nil || id != "" {
			t.Errorf("id %q, %v", id, err)
		}
	}
	if got := s.Answers(); len(got) != 3 || got[0].Press != press || got[0].Text != "Ця кнопка вже не діє" {
		t.Errorf("answers %+v", got)
	}
	// What the press says comes back as it was rendered.
	updates := polled(t, s)
	u, _ := accepted(t, c, signed(), updates[0])
	events, err := c.Decode(u)
	if err != nil {
		t.Fatal(err)
	}
	if got := events[0].Press; got == nil || got.Screen != 5 || got.Action != "yes" || got.ID != press {
		t.Errorf("press %+v", got)
	}
	late, err := c.Render(bot.Message{Press: "unknown", Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(t.Context(), olena, late[0]); err != nil {
		t.Errorf("a press too old to answer: %v", err)
	}
}

func TestRenderRefuses(t *testing.T) {
	c := channel(t)
	with := func(b bot.Button) bot.Message {
		return bot.Message{Text: "x", Screen: 1, Buttons: [][]bot.Button{{b}}}
	}
	for _, test := range []struct {
		name, want string
		m          bot.Message
	}{
		{"nothing", "nothing to see", bot.Message{}},
		{"spaces", "nothing to see", bot.Message{Text: " \n\t"}},
		{"unseen", "nothing to see", bot.Message{Text: "\u200b\u2060\ufe0f"}},
		{"buttons alone", "nothing to see", bot.Message{Screen: 1, Buttons: [][]bot.Button{button("x", "y")}}},
		{"no label", "no label", with(bot.Button{Label: " \u200b", Action: "a"})},
		{"no purpose", "exactly one", with(bot.Button{Label: "x"})},
		{"two purposes", "exactly one", with(bot.Button{Label: "x", Action: "a", URL: "https://example.org"})},
		{"phone and action", "exactly one", with(bot.Button{Label: "x", Action: "a", Phone: true})},
		{"long action", "1 to 48", with(bot.Button{Label: "x", Action: strings.Repeat("a", 49)})},
		{"cyrillic action", "1 to 48", with(bot.Button{Label: "x", Action: "так"})},
		{"upper case action", "1 to 48", with(bot.Button{Label: "x", Action: "Yes"})},
		{"action with the mark", "1 to 48", with(bot.Button{Label: "x", Action: "a~b"})},
		{"javascript", "http or https", with(bot.Button{Label: "x", URL: "javascript:alert(1)"})},
		{"address without host", "http or https", with(bot.Button{Label: "x", URL: "https:///x"})},
		{"negative screen", "negative", bot.Message{Text: "x", Screen: -1, Buttons: [][]bot.Button{button("x", "y")}}},
		{"voice", "cannot be sent", bot.Message{Media: &bot.Media{Kind: bot.Voice, URL: "https://example.org/a"}}},
		{"file from a disk", "address", bot.Message{Media: &bot.Media{Kind: bot.File, URL: "file:///etc/passwd"}}},
		{"long notice", "at most 200", bot.Message{Press: "1", Text: strings.Repeat("ї", 201)}},
		{"notice with buttons", "text alone", bot.Message{Press: "1", Buttons: [][]bot.Button{button("x", "y")}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			parts, err := c.Render(test.m)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want it to say %q; parts %s", err, test.want, parts)
			}
		})
	}
}

// TestPlainWhenHTMLIsRefused: a message that Telegram cannot read goes once
// more without markup, and only once.
func TestPlainWhenHTMLIsRefused(t *testing.T) {
	s, _, c := pair(t, telegramtest.Options{})
	refusal := telegramtest.Refuse(400, `Bad Request: can't parse entities: Unsupported start tag "x" at byte offset 3`)
	parts, err := c.Render(bot.Message{Text: "**Ціна** < 5 & > 3"})
	if err != nil {
		t.Fatal(err)
	}
	s.Script(1111111, refusal)
	if _, err := c.Send(t.Context(), olena, parts[0]); !otherwise(err) {
		t.Fatal(err)
	}
	got := s.Messages(1111111)
	if len(got) != 1 || got[0].Text != "Ціна < 5 & > 3" || got[0].HTML != "" {
		t.Errorf("messages %+v", got)
	}
	s.Script(1111111, refusal, refusal, refusal)
	before := len(s.Calls())
	if _, err := c.Send(t.Context(), olena, parts[0]); err == nil {
		t.Error("no error")
	}
	if n := len(s.Calls()) - before; n != 2 {
		t.Errorf("%d calls", n)
	}
}

func TestWebhookMethods(t *testing.T) {
	s, p, c := pair(t, telegramtest.Options{AllowHTTP: true, Breaking: true})
	hook := newHook(t)
	if err := c.SetWebhook(t.Context(), hook.URL); err != nil {
		t.Fatal(err)
	}
	p.Write("привіт")
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	request := <-hook.requests
	if u, _ := accepted(t, c, request.header, request.body); u.Chat != "1111111" {
		t.Errorf("update %+v", u)
	}
	info, err := c.WebhookInfo(t.Context())
	if err != nil || info.URL != hook.URL || info.Pending != 0 || info.About != "0 updates wait there" {
		t.Errorf("info %+v, %v", info, err)
	}
	if err := c.DeleteWebhook(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err = c.WebhookInfo(t.Context()); err != nil || info.URL != "" {
		t.Errorf("info %+v, %v", info, err)
	}
	if err := c.SetWebhook(t.Context(), "http://example.org/hook"); err == nil || !strings.Contains(err.Error(), "HTTPS URL must be provided") {
		t.Errorf("plain http: %v", err)
	}
}

func polled(t *testing.T, s *telegramtest.Server) [][]byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	bodies, err := poll(ctx, s, 0)
	if err != nil || len(bodies) == 0 {
		t.Fatalf("no updates: %v", err)
	}
	return bodies
}
