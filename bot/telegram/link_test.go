package telegram_test

import (
	"strings"
	"testing"

	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// The bot's name is asked for once, and only when it is needed.
func TestDeepLink(t *testing.T) {
	fake := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Username: "odud_bot"})
	ch, err := telegram.New(telegram.Config{Token: fake.Token(), APIURL: fake.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ch.Close)
	link, err := ch.DeepLink(t.Context(), "join_AZaz09-_")
	if err != nil || link != "https://t.me/odud_bot?start=join_AZaz09-_" {
		t.Errorf("%q, %v", link, err)
	}
	for _, bad := range []string{"a b", "a&x=1", "ї", strings.Repeat("a", 65)} {
		if link, err := ch.DeepLink(t.Context(), bad); err == nil {
			t.Errorf("%q gives %q", bad, link)
		}
	}
	fake.Close()
	if link, err := ch.DeepLink(t.Context(), "x"); err != nil || link != "https://t.me/odud_bot?start=x" {
		t.Errorf("once known: %q, %v", link, err)
	}
	away, err := telegram.New(telegram.Config{Token: fake.Token(), APIURL: fake.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	if link, err := away.DeepLink(t.Context(), "x"); err == nil || strings.Contains(err.Error(), fake.Token()) {
		t.Errorf("away: %q, %v", link, err)
	}
}
