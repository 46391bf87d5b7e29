package viber_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/bot/viber"
	"visnyk/bot/viber/vibertest"
)

func TestAccount(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{Token: testToken, Name: "Вісник", URI: "visnyk"})
	ch := channel(t, func(c *viber.Config) { c.APIURL = fake.URL() })
	door := serveDoor(t, ch)
	if err := ch.SetWebhook(timeout(t), door.url); err != nil {
		t.Fatal(err)
	}
	fake.Person("A=", "Іван", "uk").Write("так")
	got, err := ch.AccountInfo(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	want := viber.Account{
		ID: "pa:75346594275468546724", Name: "Вісник", URI: "visnyk", Webhook: door.url, Subscribers: 1,
		EventTypes: []string{"delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	const body = `{"event_types":["delivered","seen","failed","subscribed","unsubscribed","conversation_started"],"send_name":true,"send_photo":false,"url":`
	if r := fake.Requests()[0]; r.Method != "set_webhook" || !strings.HasPrefix(string(r.Body), body) {
		t.Errorf("%s %s", r.Method, r.Body)
	}
	if err := ch.DeleteWebhook(timeout(t)); err != nil {
		t.Fatal(err)
	}
	if got, err = ch.AccountInfo(timeout(t)); err != nil || got.Webhook != "" {
		t.Errorf("webhook %q, error %v", got.Webhook, err)
	}
}

func TestSetWebhookFails(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{Token: testToken})
	ch := channel(t, func(c *viber.Config) { c.APIURL = fake.URL() })
	hook := webhook(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	err := ch.SetWebhook(timeout(t), hook)
	if outcome(t, err).Outcome != bot.Halted || !strings.Contains(err.Error(), "invalidUrl") || !strings.Contains(err.Error(), "418") {
		t.Errorf("error %v", err)
	}
	for name, answer := range map[string]string{ // E119
		"no message":           `{"status":1}`,
		"the token in it":      `{"status":1,"status_message":"` + strings.Repeat("x", 190) + testToken + `"}`,
		"lines in the message": `{"status":1,"status_message":"a\nb"}`,
	} {
		fake.NextCall(vibertest.HTTP(200, answer))
		err := ch.SetWebhook(timeout(t), hook)
		if outcome(t, err).Outcome != bot.Halted || !strings.Contains(err.Error(), "invalidUrl") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q", name, err)
		}
	}
}

// The account's URI is asked for once, and only when it is needed.
func TestDeepLink(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{Token: testToken, URI: "visnyk"})
	ch := channel(t, func(c *viber.Config) { c.APIURL = fake.URL() })
	for range 2 {
		link, err := ch.DeepLink(timeout(t), "join_a-b&c")
		if err != nil || link != "viber://pa?chatURI=visnyk&context=join_a-b%26c" {
			t.Errorf("%q, %v", link, err)
		}
	}
	if n := len(fake.Requests()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
