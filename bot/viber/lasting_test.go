package viber_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber/vibertest"
)

const ack = "_0123456789_ack"

// card is a message that tells something, with buttons that stay and one of the screen.
func card() bot.Message {
	return bot.Message{Text: "Тариф змінюється", Screen: 7, Buttons: bot.Staying([][]bot.Button{
		{{Label: "Зрозуміло", Action: ack}, {Label: "Маю запитання", Action: "_0123456789_ask"}},
		{{Label: "Сайт", URL: "https://x.example/?a=1&b=2"}},
		{{Label: "Меню", Action: "menu"}},
	})}
}

// TestLastingForm holds what Viber is given, to the byte: the words with all buttons in the
// keyboard, and beneath them those that stay.
func TestLastingForm(t *testing.T) {
	part := one(t, channel(t, nil), card())
	key := func(columns int, kind, body, label, silent string) string {
		return fmt.Sprintf(`{"Columns":%d,"Rows":1,"ActionType":%q,"ActionBody":%q,"Text":%q,"TextSize":"regular"%s}`, columns, kind, body, label, silent)
	}
	stay := key(3, "reply", "Зрозуміло ·#7~_0123456789_ack", "Зрозуміло", `,"Silent":true`) + "," +
		key(3, "reply", "Маю запитання ·#7~_0123456789_ask", "Маю запитання", `,"Silent":true`) + "," +
		key(6, "open-url", "https://x.example/?a=1&b=2", "Сайт", "")
	menu := key(6, "reply", "Меню ·#7~menu", "Меню", `,"Silent":true`)
	keyboard := func(keys string) string { return `{"Type":"keyboard","DefaultHeight":false,"Buttons":[` + keys + `]}` }
	want := `{"words":{"min_api_version":1,"sender":{"name":"Вісник"},"type":"text","text":"Тариф змінюється","keyboard":` + keyboard(stay+","+menu) + `},` +
		`"lasting":{"min_api_version":7,"sender":{"name":"Вісник"},"type":"rich_media","keyboard":` + keyboard(menu) + `,` +
		`"rich_media":{"Type":"rich_media","ButtonsGroupColumns":6,"ButtonsGroupRows":2,"BgColor":"#FFFFFF","Buttons":[` + stay + `]},` +
		`"alt_text":"Зрозуміло\nМаю запитання\nСайт: https://x.example/?a=1&b=2"}}`
	if got := string(part.Body); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := channel(t, nil).Calls(part); n != 2 {
		t.Errorf("it takes %d calls", n)
	}
	shown, err := channel(t, nil).Show(part)
	if err != nil || !shown.Stays || fmt.Sprint(shown.Buttons) != "[[Зрозуміло Маю запитання] [Сайт] [Меню]]" || shown.Text() != "Тариф змінюється" {
		t.Errorf("shown as %+v, %v", shown, err)
	}
}

// TestLastingLevels: on a client of level 7 a button that stays is pressed after more was
// said; an older one has it in the keyboard of the words, until then. Nobody is told less.
func TestLastingLevels(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	for level, calls := range map[int]int{1: 1, 6: 1, 7: 2, 10: 2} {
		p := fake.Person(fmt.Sprintf("level%d=", level), "Іван", "uk").APIVersion(level)
		p.Write("привіт")
		to := bot.Address{Bot: "viber", Chat: p.ID()}
		id, err := ch.Send(timeout(t), to, one(t, ch, card()))
		if err != nil || id == "" {
			t.Fatalf("level %d: %q, %v", level, id, err)
		}
		got := p.Messages()
		if len(got) != calls || fmt.Sprint(got[0].Token) != id || got[0].Text != "Тариф змінюється" {
			t.Fatalf("level %d: %d messages, the first %+v", level, len(got), got[0])
		}
		labels := []string{"Зрозуміло", "Маю запитання", "Сайт", "Меню"}
		if shown := vibertest.Read(got); len(shown) != 1 || !slices.Equal(shown[0].Labels(), labels) {
			t.Errorf("level %d: shown %+v", level, shown)
		}
		if _, err := p.Press("Меню"); err != nil {
			t.Errorf("level %d: %v", level, err)
		}
		if _, err := ch.Send(timeout(t), to, one(t, ch, bot.Message{Text: "Ще слово"})); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Press("Зрозуміло"); (err == nil) != (level >= 7) {
			t.Errorf("level %d, after more was said: %v", level, err)
		}
	}
	for _, r := range fake.Refused() {
		if r.Status != 13 {
			t.Errorf("refused with %d: %s", r.Status, r.Reason)
		}
	}
	if n := len(fake.Refused()); n != 2 {
		t.Errorf("%d refusals", n)
	}
}

// TestLastingPressIsRead: a press comes back as a text, or as what it was pressed on.
func TestLastingPressIsRead(t *testing.T) {
	ch := channel(t, nil)
	for _, kind := range []string{"text", "rich_media"} {
		body := []byte(`{"event":"message","message_token":49,"sender":{"id":"A="},"message":{"type":"` + kind + `","text":"Зрозуміло ·#7~` + ack + `"}}`)
		u, _ := accepted(t, ch, signed(body), body)
		events, err := ch.Decode(u)
		if err != nil || len(events) != 1 || events[0].Kind != bot.Tapped || events[0].Press.Action != ack || events[0].Press.Screen != 7 {
			t.Errorf("%s: %+v, %v", kind, events, err)
		}
	}
}

// TestLastingRefused: whatever becomes of the buttons beneath, the words were said, with all
// buttons in their keyboard, and the bot learns of it.
func TestLastingRefused(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	n := 0
	for name, f := range map[string]vibertest.Fault{
		"bad data": vibertest.Refuse(3), "too many": vibertest.Refuse(12), "a gateway": vibertest.HTTP(502, "oops"), "cut": {Cut: true},
	} {
		n++
		p := fake.Person(fmt.Sprintf("refused%d=", n), "Іван", "uk")
		p.Write("привіт")
		fake.NextSend(p.ID(), vibertest.Fault{}, f)
		id, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: p.ID()}, one(t, ch, card()))
		if e := outcome(t, err); e.Outcome != bot.Sent || id == "" {
			t.Errorf("%s: %q, %v", name, id, err)
		}
		if got := p.Messages(); len(got) != 1 || len(got[0].Labels()) != 4 {
			t.Errorf("%s: %d messages", name, len(got))
		}
	}
	p := fake.Person("gone=", "Іван", "uk") // never wrote
	if _, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: p.ID()}, one(t, ch, card())); outcome(t, err).Outcome != bot.Gone {
		t.Errorf("who is not subscribed: %v", err)
	}
}

// TestLastingLayout: more rows than stand below each other make blocks of one size; of more
// than a keyboard has, all are lines of the words.
func TestLastingLayout(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	p := fake.Person("rows=", "Іван", "uk")
	p.Write("привіт")
	for rows, high := range map[int]int{1: 1, 7: 7, 8: 4, 15: 5, 24: 6, 25: 0} {
		m := bot.Message{Text: "x"}
		for i := range rows {
			m.Buttons = append(m.Buttons, []bot.Button{{Label: fmt.Sprint("Кнопка ", i), Action: fmt.Sprint("_0123456789_", i), Lasts: true}})
		}
		part := one(t, ch, m)
		if _, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: p.ID()}, part); err != nil {
			t.Errorf("%d rows: %v", rows, err)
		}
		var body struct {
			Lasting struct {
				Rich struct {
					Rows int `json:"ButtonsGroupRows"`
				} `json:"rich_media"`
			}
		}
		if err := json.Unmarshal(part.Body, &body); err != nil || body.Lasting.Rich.Rows != high {
			t.Errorf("%d rows: %d in a block, %v", rows, body.Lasting.Rich.Rows, err)
		}
	}
	if n := len(fake.Refused()); n > 0 {
		t.Errorf("%d refusals: %+v", n, fake.Refused()[0])
	}
	picture := card()
	picture.Media, picture.Text = &bot.Media{Kind: bot.Photo, URL: "https://x.example/1.jpg"}, strings.Repeat("слово ", 200)
	parts, err := ch.Render(picture)
	if err != nil || len(parts) != 2 || ch.Calls(parts[0]) != 1 || ch.Calls(parts[1]) != 2 {
		t.Errorf("a picture under a long text: %d parts, %v", len(parts), err)
	}
}

// TestBeneath: what a broadcast takes away of the screen stands beneath it again, for new
// clients and old ones; what stays elsewhere does not, and what does not fit is left out.
func TestBeneath(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	screen := bot.State{Screen: 5, Buttons: []bot.Button{{Label: "Зрозуміло", Action: "_fedcba9876_ack"}, {Label: "Меню", Action: "menu"}, {Label: "Номер", Phone: true}}}
	told := bot.Message{Text: "Знижки", Buttons: bot.Staying([][]bot.Button{{{Label: "Не надсилати", Action: "_0123456789_off.tariff"}}})}
	for level, calls := range map[int]int{6: 1, 7: 2} {
		p := fake.Person(fmt.Sprintf("beneath%d=", level), "Іван", "uk").APIVersion(level)
		p.Write("привіт")
		for _, m := range []bot.Message{told, {Text: "Без кнопок"}} {
			if _, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: p.ID()}, ch.Beneath(one(t, ch, m), screen)); err != nil {
				t.Fatal(err)
			}
		}
		shown := vibertest.Read(p.Messages())
		if len(p.Messages()) != calls+1 || fmt.Sprint(shown[0].Labels()) != "[Не надсилати Меню Номер]" || fmt.Sprint(shown[1].Labels()) != "[Меню Номер]" {
			t.Errorf("level %d: %d messages, %q, %q", level, len(p.Messages()), shown[0].Labels(), shown[1].Labels())
		}
		if k := p.Keyboard(); k == nil || k.Buttons[0].ActionBody != "Меню ·#5~menu" {
			t.Errorf("level %d: %+v", level, k)
		}
	}
	plain := one(t, ch, told)
	for name, s := range map[string]bot.State{
		"no screen": {}, "all of it stays": {Buttons: screen.Buttons[:1]}, "nobody can press it": {Buttons: []bot.Button{{Label: "x"}}},
		"too many": {Buttons: slices.Repeat(screen.Buttons[1:2], 24)},
	} {
		if got := ch.Beneath(plain, s); string(got.Body) != string(plain.Body) {
			t.Errorf("%s: %s", name, got.Body)
		}
	}
	if n := len(fake.Refused()); n != 1 || fake.Refused()[0].Status != 13 {
		t.Errorf("%d refusals: %+v", n, fake.Refused())
	}
}
