package viber_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"visnyk/bot"
	"visnyk/bot/viber"
	"visnyk/bot/viber/vibertest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// testToken is the key of the published test vector of signatures.
const testToken = "44b935abea139fd6-53fa53b32559c4a6-12dbd3d883b06835"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// channel makes a channel from a working configuration, changed by f.
func channel(t testing.TB, f func(*viber.Config)) *viber.Channel {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	c := viber.Config{Token: testToken, SenderName: "Вісник", Transport: transport}
	if f != nil {
		f(&c)
	}
	ch, err := viber.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// connected makes a channel of the fake's account. The webhook is set, to an
// endpoint that answers 200 to all.
func connected(t *testing.T, o vibertest.Options, f func(*viber.Config)) (*viber.Channel, *vibertest.Server) {
	t.Helper()
	o.Token = testToken
	fake := vibertest.Start(t, o)
	ch := channel(t, func(c *viber.Config) {
		c.APIURL = fake.URL()
		if f != nil {
			f(c)
		}
	})
	hook := webhook(t, func(http.ResponseWriter, *http.Request) {})
	if err := ch.SetWebhook(timeout(t), hook); err != nil {
		t.Fatal(err)
	}
	return ch, fake
}

func timeout(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// signed returns the headers of an authentic request.
func signed(body []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(testToken))
	mac.Write(body)
	h := http.Header{}
	h.Set("X-Viber-Content-Signature", hex.EncodeToString(mac.Sum(nil)))
	return h
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", filepath.Base(path), diff)
	}
}

func TestConfig(t *testing.T) {
	good := viber.Config{Token: testToken, SenderName: "Вісник"}
	tests := []struct {
		name   string
		change func(*viber.Config)
		want   []string // parts of the error; none when it is fine
	}{
		{"as it is", func(*viber.Config) {}, nil},
		{"no token", func(c *viber.Config) { c.Token = "" }, []string{"token"}},
		{"token of two lines", func(c *viber.Config) { c.Token = "SECRET\nX" }, []string{"token"}},
		{"no sender", func(c *viber.Config) { c.SenderName = " " }, []string{"sender name"}},
		{"long sender", func(c *viber.Config) { c.SenderName = strings.Repeat("ї", 29) }, []string{"28", "29"}},
		{"sender of 28", func(c *viber.Config) { c.SenderName = strings.Repeat("ї", 28) }, nil},
		{"all wrong at once", func(c *viber.Config) { *c = viber.Config{APIURL: "ftp://x"} }, []string{"token", "sender name", "API address"}},
		{"plain http", func(c *viber.Config) { c.APIURL = "http://chatapi.viber.com/pa/" }, []string{"loopback"}},
		{"plain http here", func(c *viber.Config) { c.APIURL = "http://127.0.0.1:1/pa" }, nil},
		{"greeting of two messages", func(c *viber.Config) {
			c.Greeting = func() bot.Message { return bot.Message{Text: strings.Repeat("слово ", 2000)} }
		}, []string{"greeting"}},
		{"greeting with a wrong button", func(c *viber.Config) {
			c.Greeting = func() bot.Message {
				return bot.Message{Text: "x", Buttons: [][]bot.Button{{{Label: "x", Action: "A B"}}}}
			}
		}, []string{"greeting", "action"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.change(&c)
			_, err := viber.New(c)
			if (err != nil) != (len(tt.want) > 0) {
				t.Fatalf("error %v, want one with %q", err, tt.want)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q names no %q", err, part)
				}
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Errorf("the token is in the error %q", err)
			}
		})
	}
}
