package viber_test

import (
	"bytes"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber"
	"visnyk/bot/viber/vibertest"
)

func greeting() bot.Message {
	return bot.Message{
		Text: "**Вітаємо!** Оберіть мову.\n\n**Здравствуйте!** Выберите язык.",
		Buttons: [][]bot.Button{{
			{Label: "Українська", Action: "lang:uk"}, {Label: "Русский", Action: "lang:ru"},
		}, {
			{Label: "Меню", Word: true},
		}},
		Screen: 1,
	}
}

func TestGreet(t *testing.T) {
	ch := channel(t, func(c *viber.Config) { c.Greeting = greeting })
	tests := []struct {
		name, body string
		greeted    bool
	}{
		{"first opening", `{"event":"conversation_started","message_token":5,"user":{"id":"A="},"subscribed":false}`, true},
		{"E103 by a deep link", `{"event":"conversation_started","message_token":6,"context":"x","user":{"id":"A="}}`, true},
		{"E101 subscribed", `{"event":"conversation_started","message_token":5,"user":{"id":"A="},"subscribed":true}`, false},
		{"subscription", `{"event":"subscribed","message_token":5,"user":{"id":"A="}}`, false},
		{"defect", `{"event":"conversation_started","message_token":5,"subscribed":false}`, false},
		{"garbage", `[]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, reply := accepted(t, ch, signed([]byte(tt.body)), []byte(tt.body))
			if (reply != nil) != tt.greeted {
				t.Fatalf("answered with %+v", reply)
			}
			if reply == nil {
				return
			}
			if !reply.Greets || reply.Status != 0 || reply.Type != "application/json" {
				t.Errorf("reply %+v", reply)
			}
			golden(t, "testdata/greeting.golden", append(bytes.Clone(reply.Body), '\n'))
			reply.Body[0] = 'x' // a caller may do as it likes with its copy
			if _, again := accepted(t, ch, signed([]byte(tt.body)), []byte(tt.body)); bytes.Equal(again.Body, reply.Body) {
				t.Error("the greeting changed between two calls")
			}
		})
	}
}

// The greeting is the one of the moment.
func TestGreetingChanges(t *testing.T) {
	now := greeting()
	ch := channel(t, func(c *viber.Config) { c.Greeting = func() bot.Message { return now } })
	body := []byte(`{"event":"conversation_started","message_token":5,"user":{"id":"A="}}`)
	now.Text = "Це бот «Одуд»."
	if _, reply := accepted(t, ch, signed(body), body); reply == nil || !bytes.Contains(reply.Body, []byte("Одуд")) {
		t.Errorf("greeted with %+v", reply)
	}
}

func TestNoGreeting(t *testing.T) {
	body := []byte(`{"event":"conversation_started","message_token":5,"user":{"id":"A="}}`)
	if _, reply := accepted(t, channel(t, nil), signed(body), body); reply != nil {
		t.Errorf("greeted with %+v", reply)
	}
}

// TestWelcome has the strict fake judge the greeting, and a person press its button.
func TestWelcome(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{Token: testToken})
	ch := channel(t, func(c *viber.Config) { c.APIURL, c.Greeting = fake.URL(), greeting })
	events := serveDoor(t, ch)
	if err := ch.SetWebhook(timeout(t), events.url); err != nil {
		t.Fatal(err)
	}
	p := fake.Person("01234567890A=", "Іван", "uk")
	if _, err := p.Open("ref_1").Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	got := p.Messages()
	if len(got) != 1 || !got[0].Welcome || got[0].TrackingData != "welcome" {
		t.Fatalf("welcome %+v, refused %+v", got, fake.Refused())
	}
	d, err := p.Press("Русский")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	if d, err = p.Press("Меню"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	if e := events.next(t); e.Kind != bot.Started || e.Text != "ref_1" || e.Subscribed || e.Profile.Name != "Іван" {
		t.Errorf("opening: %+v", e)
	}
	e := events.next(t)
	if e.Kind != bot.Tapped || *e.Press != (bot.Press{Screen: 1, Action: "lang:ru"}) {
		t.Errorf("press: %+v", e)
	}
	if e := events.next(t); e.Kind != bot.Typed || e.Text != "Меню" {
		t.Errorf("word: %+v", e)
	}
}
