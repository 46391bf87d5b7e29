package telegram_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/channeltest"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

func TestSuite(t *testing.T) {
	const (
		token  = "100200300:SUITE-token_0123456789"
		secret = "suite-secret_42"
	)
	connect := func(t *testing.T, api string, timeout time.Duration) *telegram.Channel {
		t.Helper()
		transport := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(transport.CloseIdleConnections)
		ch, err := telegram.New(telegram.Config{Token: token, Secret: secret, APIURL: api, Transport: transport, Timeout: timeout})
		if err != nil {
			t.Fatal(err)
		}
		return ch
	}
	files, err := filepath.Glob("testdata/updates/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d sample updates, %v", len(files), err)
	}
	var genuine [][]byte
	for i, f := range files {
		if i%24 > 0 && len(genuine) > 0 { // each is spoiled in hundreds of ways
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		genuine = append(genuine, body)
	}

	channeltest.Run(t, channeltest.Case{
		New: func(t *testing.T) channeltest.World {
			fake := telegramtest.Start(t, telegramtest.Options{Token: token, AllowHTTP: true})
			ch := connect(t, fake.URL(), 2*time.Second)
			hook := channeltest.NewHook(t)
			if err := ch.SetWebhook(t.Context(), hook.URL); err != nil {
				t.Fatal(err)
			}
			const user = 48151623
			person := fake.Person(user, "Оля", "uk").Join()
			fault := func(name string, f telegramtest.Fault, want bot.Outcome) channeltest.Fault {
				return channeltest.Fault{Name: name, Arm: func() { fake.Script(user, f) }, Want: want}
			}
			limited := fault("flood", telegramtest.TooMany(7), bot.Later)
			limited.After = 7 * time.Second
			cut := fault("cut after it was taken", telegramtest.Cut(), bot.Unknown)
			cut.Arrives = true
			return channeltest.World{
				Channel: ch, Chat: "48151623", Hook: hook,
				Write: func(text string) { person.Write(text) },
				Press: func(label string) error {
					all := fake.Messages(user)
					_, err := person.Press(all[len(all)-1], label)
					return err
				},
				PressOld: func(label string) error {
					all := fake.Messages(user)
					_, err := person.Press(all[len(all)-2], label)
					return err
				},
				Shown: func() []channeltest.Shown {
					var shown []channeltest.Shown
					for _, m := range fake.Messages(user) {
						shown = append(shown, channeltest.Shown{Text: m.Text, Labels: m.Labels()})
					}
					return shown
				},
				Refused: func() int {
					n := 0
					for _, c := range fake.Calls() {
						if c.Code != http.StatusOK {
							n++
						}
					}
					return n
				},
				Heal: func() { fake.Heal(user) },
				Faults: []channeltest.Fault{
					limited, cut,
					fault("blocked", telegramtest.Blocked(), bot.Gone),
					fault("deleted account", telegramtest.Deactivated(), bot.Gone),
					fault("chat not found", telegramtest.Refuse(400, "Bad Request: chat not found"), bot.Gone),
					fault("moved", telegramtest.Migrated(-100123), bot.Gone),
					fault("500", telegramtest.Internal(), bot.Later),
					fault("502 of a proxy", telegramtest.BadGateway(), bot.Unknown),
					fault("a page that echoes us", telegramtest.Say(502, "text/html", "<h1>Bad gateway: /bot"+token+"/sendMessage</h1>"), bot.Unknown),
					fault("a refusal that echoes us", telegramtest.Refuse(400, "Bad Request: /bot"+token+"/sendMessage is wrong"), bot.Malformed),
					fault("200 of somebody else", telegramtest.Say(200, "text/html", "<html>"+token), bot.Unknown),
					fault("half an answer", telegramtest.Say(200, "application/json", `{"ok":true,"result":{"mess`), bot.Unknown),
					fault("no answer", telegramtest.Hang(), bot.Unknown),
					fault("redirect", telegramtest.Redirect("http://127.0.0.1:1/"), bot.Later),
					fault("bad token", telegramtest.Refuse(401, "Unauthorized"), bot.Halted),
					fault("unknown bot", telegramtest.Refuse(404, "Not Found"), bot.Halted),
					fault("too long", telegramtest.Refuse(400, "Bad Request: message is too long"), bot.Malformed),
				},
			}
		},
		Unreachable: func(t *testing.T) bot.Channel { return connect(t, "http://127.0.0.1:1", time.Second) },
		Auth:        "X-Telegram-Bot-Api-Secret-Token",
		Sign:        func([]byte) string { return secret },
		Secrets:     []string{token, "SUITE-token_0123456789", secret},
		Genuine:     genuine,
	})
}
