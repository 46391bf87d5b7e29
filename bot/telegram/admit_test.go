package telegram_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram"
)

func TestAdmit(t *testing.T) {
	const name = "X-Telegram-Bot-Api-Secret-Token"
	for _, test := range []struct {
		name   string
		secret string
		values []string
		want   error
	}{
		{"right", testSecret, []string{testSecret}, nil},
		{"none", testSecret, nil, bot.ErrForged},
		{"empty", testSecret, []string{""}, bot.ErrForged},
		{"wrong, same length", testSecret, []string{strings.Repeat("x", len(testSecret))}, bot.ErrForged},
		{"longer", testSecret, []string{testSecret + "x"}, bot.ErrForged},
		{"shorter", testSecret, []string{testSecret[1:]}, bot.ErrForged},
		{"other case", testSecret, []string{strings.ToUpper(testSecret)}, bot.ErrForged},
		{"with a space", testSecret, []string{" " + testSecret}, bot.ErrForged},
		{"twice, both right", testSecret, []string{testSecret, testSecret}, bot.ErrForged},
		{"twice, one right", testSecret, []string{"x", testSecret}, bot.ErrForged},
		{"of another bot", "another-secret", []string{testSecret}, bot.ErrForged},
		{"we have none", "", []string{""}, bot.ErrForged},
		{"we have none and none came", "", nil, bot.ErrForged},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := telegram.New(telegram.Config{Token: testToken, Secret: test.secret})
			if err != nil {
				t.Fatal(err)
			}
			h := http.Header{name: test.values}
			if err := c.Admit(bot.Request{Header: h}); !errors.Is(err, test.want) {
				t.Errorf("admit: %v", err)
			}
			if _, _, err := c.Accept(bot.Request{Header: h, Body: []byte(`{"update_id":1}`)}); !errors.Is(err, test.want) {
				t.Errorf("accept: %v", err)
			}
		})
	}
}

func TestNew(t *testing.T) {
	good := telegram.Config{Token: testToken, Secret: testSecret}
	for _, test := range []struct {
		name  string
		spoil func(*telegram.Config)
		want  string // part of the error; "" for none
	}{
		{"good", func(*telegram.Config) {}, ""},
		{"local API server", func(c *telegram.Config) { c.APIURL = "http://127.0.0.1:8081" }, ""},
		{"another https API server", func(c *telegram.Config) { c.APIURL = "https://api.example.org/" }, ""},
		{"no token", func(c *telegram.Config) { c.Token = "" }, "token is missing"},
		{"token with a path", func(c *telegram.Config) { c.Token += "/../x" }, "characters"},
		{"token with a line", func(c *telegram.Config) { c.Token += "\n" }, "characters"},
		{"secret with a space", func(c *telegram.Config) { c.Secret = "a b" }, "secret"},
		{"secret too long", func(c *telegram.Config) { c.Secret = strings.Repeat("a", 257) }, "secret"},
		{"name with a colon", func(c *telegram.Config) { c.Name = "a:b" }, "name"},
		{"plain http", func(c *telegram.Config) { c.APIURL = "http://api.example.org" }, "https"},
		{"no host", func(c *telegram.Config) { c.APIURL = "https://" }, "like"},
		{"broken", func(c *telegram.Config) { c.APIURL = "https://bad host\x7f/" + testToken }, "like"},
		{"another scheme", func(c *telegram.Config) { c.APIURL = "ftp://example.org" }, "https"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := good
			test.spoil(&config)
			_, err := telegram.New(config)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want it to say %q", err, test.want)
			}
			if err != nil && (strings.Contains(err.Error(), config.Token) && config.Token != "" || strings.Contains(err.Error(), "TEST-token")) {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}
