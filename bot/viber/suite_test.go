package viber_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/channeltest"
	"visnyk/bot/viber"
	"visnyk/bot/viber/vibertest"
)

func TestSuite(t *testing.T) {
	const token = "suite-44b935abea139fd6-53fa53b32559c4a6"
	connect := func(t *testing.T, api string, timeout time.Duration) *viber.Channel {
		t.Helper()
		transport := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(transport.CloseIdleConnections)
		ch, err := viber.New(viber.Config{
			Token: token, SenderName: "Вісник", APIURL: api, Transport: transport, Timeout: timeout,
			Greeting: func() bot.Message {
				return bot.Message{Text: "Вітаємо", Buttons: [][]bot.Button{{{Label: "Почати", Action: "start"}}}}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return ch
	}
	files, err := filepath.Glob("testdata/callbacks/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var genuine [][]byte
	for _, f := range files {
		if strings.Contains(filepath.Base(f), "-") {
			continue // a variation; the plain kinds are enough to spoil, and the fuzz target begins with all
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		genuine = append(genuine, body)
	}
	if len(genuine) < 10 {
		t.Fatalf("%d sample callbacks of %d", len(genuine), len(files))
	}
	// The signature depends on the token alone.
	sign := vibertest.Start(t, vibertest.Options{Token: token}).Sign

	channeltest.Run(t, channeltest.Case{
		New: func(t *testing.T) channeltest.World {
			fake := vibertest.Start(t, vibertest.Options{Token: token, NoReceipts: true, HourlyLimit: -1})
			ch := connect(t, fake.URL(), 2*time.Second)
			hook := channeltest.NewHook(t)
			if err := ch.SetWebhook(t.Context(), hook.URL); err != nil {
				t.Fatal(err)
			}
			const user = "01234567890ABCDEFGHIJA=="
			person := fake.Person(user, "Оля", "uk")
			if _, err := person.Subscribe().Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			hook.Forget()
			fault := func(name string, f vibertest.Fault, want bot.Outcome) channeltest.Fault {
				return channeltest.Fault{Name: name, Arm: func() { fake.NextSend(user, f) }, Want: want}
			}
			cut := fault("cut after it was taken", vibertest.CutAfterAccept(), bot.Unknown)
			cut.Arrives = true
			flood := fault("429 with a wait", vibertest.Fault{HTTP: 429, Header: http.Header{"Retry-After": {"7"}}}, bot.Later)
			flood.After = 7 * time.Second
			return channeltest.World{
				Channel: ch, Chat: user, Hook: hook,
				Write: func(text string) { person.Write(text) },
				Press: func(label string) error {
					_, err := person.Press(label)
					return err
				},
				Shown: func() []channeltest.Shown {
					var shown []channeltest.Shown
					for _, m := range vibertest.Read(fake.Messages(user)) {
						shown = append(shown, channeltest.Shown{Text: m.Text, Labels: m.Labels()})
					}
					return shown
				},
				Refused: func() int { return len(fake.Refused()) },
				Faults: []channeltest.Fault{
					cut, flood,
					fault("too many in an hour", vibertest.Refuse(12), bot.Later),
					fault("not subscribed", vibertest.Refuse(6), bot.Gone),
					fault("no such person", vibertest.Refuse(5), bot.Gone),
					fault("a status in quotes", vibertest.Fault{Status: 6, Quoted: true}, bot.Gone),
					fault("bad token", vibertest.Refuse(2), bot.Halted),
					fault("no webhook", vibertest.Refuse(10), bot.Halted),
					fault("bad data", vibertest.Refuse(3), bot.Malformed),
					fault("an unheard-of status", vibertest.Refuse(99), bot.Later),
					fault("500", vibertest.HTTP(500, "oops"), bot.Unknown),
					fault("a page that echoes us", vibertest.HTTP(502, "<h1>"+token+"</h1>"), bot.Unknown),
					fault("200 of somebody else", vibertest.HTML(), bot.Unknown),
					fault("half an answer", vibertest.HTTP(200, `{"status":`), bot.Unknown),
					fault("no answer", vibertest.Hang(), bot.Unknown),
					fault("redirect", vibertest.Redirect("http://127.0.0.1:1/"), bot.Later),
				},
			}
		},
		Unreachable: func(t *testing.T) bot.Channel { return connect(t, "http://127.0.0.1:1/pa/", time.Second) },
		Auth:        "X-Viber-Content-Signature",
		Signs:       true,
		Sign:        sign,
		Secrets:     []string{token},
		Genuine:     genuine,
	})
}
