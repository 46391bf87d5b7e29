package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// sent sends a short message and gives the error, which must be a *SendError.
func sent(t *testing.T, c *telegram.Channel) *bot.SendError {
	t.Helper()
	return sentWith(t, t.Context(), c)
}

func sentWith(t *testing.T, ctx context.Context, c *telegram.Channel) *bot.SendError {
	t.Helper()
	parts, err := c.Render(bot.Message{Text: "привіт"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Send(ctx, olena, parts[0])
	if err == nil {
		return nil
	}
	failed, ok := err.(*bot.SendError)
	if !ok {
		t.Fatalf("not a *SendError: %T %v", err, err)
	}
	noToken(t, err)
	return failed
}

// noToken looks for the token in every error of the chain.
func noToken(t *testing.T, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		for _, secret := range []string{testToken, "TEST-token", testSecret} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("a secret stands in the error %q", err)
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	refuse := telegramtest.Refuse
	page := func(code int) telegramtest.Fault {
		return telegramtest.Gateway(code)
	}
	says := func(code int, body string) telegramtest.Fault {
		return telegramtest.Say(code, "application/json", body)
	}
	later := func(after time.Duration, whole bool) *bot.SendError {
		return &bot.SendError{Outcome: bot.Later, After: after, Whole: whole}
	}
	is := func(o bot.Outcome) *bot.SendError { return &bot.SendError{Outcome: o} }

	for _, test := range []struct {
		name  string
		fault telegramtest.Fault
		want  *bot.SendError // nil: success
	}{
		// Gone for good.
		{"blocked", telegramtest.Blocked(), is(bot.Gone)},
		{"deactivated", telegramtest.Deactivated(), is(bot.Gone)},
		{"never started", refuse(403, "Forbidden: bot can't initiate conversation with a user"), is(bot.Gone)},
		{"to a bot", refuse(403, "Forbidden: the bot can't send messages to the bot"), is(bot.Gone)},
		{"kicked", refuse(403, "Forbidden: bot was kicked from the supergroup chat"), is(bot.Gone)},
		{"not a member", refuse(403, "Forbidden: bot is not a member of the channel chat"), is(bot.Gone)},
		{"group deleted", refuse(403, "Forbidden: the group chat was deleted"), is(bot.Gone)},
		{"chat not found", refuse(400, "Bad Request: chat not found"), is(bot.Gone)},
		{"peer invalid", refuse(400, "Bad Request: PEER_ID_INVALID"), is(bot.Gone)},
		{"migrated", telegramtest.Migrated(-1001234567890), is(bot.Gone)},
		// The message is to blame.
		{"empty", refuse(400, "Bad Request: message text is empty"), is(bot.Malformed)},
		{"too long", refuse(400, "Bad Request: message is too long"), is(bot.Malformed)},
		{"button data", refuse(400, "Bad Request: BUTTON_DATA_INVALID"), is(bot.Malformed)},
		{"button address", refuse(400, "Bad Request: BUTTON_URL_INVALID"), is(bot.Malformed)},
		{"markup too long", refuse(400, "Bad Request: reply markup is too long"), is(bot.Malformed)},
		{"file id", refuse(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), is(bot.Malformed)},
		{"file address", refuse(400, "Bad Request: wrong HTTP URL specified"), is(bot.Malformed)},
		{"file content", refuse(400, "Bad Request: failed to get HTTP URL content"), is(bot.Malformed)},
		{"file too big", refuse(400, "Bad Request: file is too big"), is(bot.Malformed)},
		{"no chat", refuse(400, "Bad Request: chat_id is empty"), is(bot.Malformed)},
		{"thread", refuse(400, "Bad Request: message thread not found"), is(bot.Malformed)},
		{"entity too large", refuse(413, "Request Entity Too Large"), is(bot.Malformed)},
		{"unheard of", refuse(400, "Bad Request: the stars are not right"), is(bot.Malformed)},
		// As good as done.
		{"not modified", refuse(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"), nil},
		{"query too old", refuse(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"), nil},
		{"delete not found", refuse(400, "Bad Request: message to delete not found"), nil},
		// Wait.
		{"429 of the chat", telegramtest.TooMany(1), later(time.Second, false)},
		{"429 at the edge", telegramtest.TooMany(5), later(5*time.Second, false)},
		{"429 of the bot", telegramtest.TooMany(35), later(35*time.Second, true)},
		{"429 without a time", says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests"}`), later(time.Second, false)},
		{"429 negative", says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":-1}}`), later(time.Second, false)},
		{"429 absurd", says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":1000000000}}`), later(24*time.Hour, true)},
		{"429 unreadable", says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":"7"}}`), later(7*time.Second, true)},
		{"429 in its words", says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35"}`), later(35*time.Second, true)},
		{"429 in the header", says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests"}`).With("Retry-After", "35"), later(35*time.Second, true)},
		{"429 in all three", says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":3}}`).With("Retry-After", "4"), later(3*time.Second, false)},
		{"429 with a date", says(429, `{"ok":false,"error_code":429,"description":"x"}`).With("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"), later(time.Second, false)},
		{"429 in a fraction", says(429, `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":2.5}}`), later(2500*time.Millisecond, false)},
		{"429 with other parameters", says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 6","parameters":[]}`), later(6*time.Second, true)},
		{"429 without its number", says(429, `{"ok":false,"description":"Too Many Requests: retry after 35"}`), later(35*time.Second, true)},
		{"429 in a 200", says(200, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35"}`), later(35*time.Second, true)},
		{"429 from behind", says(400, `{"ok":false,"error_code":400,"description":"Bad Request: FLOOD_WAIT_35"}`), later(35*time.Second, true)},
		{"420", says(420, `{"ok":false,"error_code":420,"description":"FLOOD_WAIT_3"}`), later(3*time.Second, false)},
		{"429 page", page(429), later(time.Second, false)},
		{"429 page with a time", page(429).With("Retry-After", "35"), later(35*time.Second, true)},
		{"500", telegramtest.Internal(), is(bot.Later)},
		{"500 in a 200", says(200, `{"ok":false,"error_code":500,"description":"Internal Server Error"}`), is(bot.Later)},
		{"502 in the API's words", refuse(502, "Bad Gateway"), is(bot.Later)},
		{"conflict", refuse(409, "Conflict: terminated by other getUpdates request"), is(bot.Later)},
		{"redirect", telegramtest.Redirect("http://127.0.0.1:1/bot" + testToken), is(bot.Later)},
		{"403 of a proxy", page(403), is(bot.Later)},
		// The account.
		{"401", refuse(401, "Unauthorized"), is(bot.Halted)},
		{"401 invalid token", refuse(401, "Unauthorized: invalid token specified"), is(bot.Halted)},
		{"404", refuse(404, "Not Found"), is(bot.Halted)},
		{"404 page", page(404), is(bot.Halted)},
		{"401 page", page(401), is(bot.Halted)},
		{"404 in its words", refuse(404, "Not Found: method not found"), is(bot.Halted)},
		{"400 page", page(400), is(bot.Later)},
		{"408 page", page(408), is(bot.Later)},
		{"413 page", page(413), is(bot.Malformed)},
		// Nobody knows.
		{"502 page", telegramtest.BadGateway(), is(bot.Unknown)},
		{"502 page with the token", telegramtest.Say(502, "text/html", "<html>/bot"+testToken+"/sendMessage</html>"), is(bot.Unknown)},
		{"503 page", page(503), is(bot.Unknown)},
		{"503 page with a time", page(503).With("Retry-After", "35"), is(bot.Unknown)},
		{"500 page", page(500), is(bot.Unknown)},
		{"520 page", page(520), is(bot.Unknown)},
		{"504 page", page(504), is(bot.Unknown)},
		{"500 empty", says(500, ""), is(bot.Unknown)},
		{"500 of some other API", says(500, `{"error":"timeout"}`), is(bot.Unknown)},
		{"200 page", page(200), is(bot.Unknown)},
		{"200 empty", says(200, ""), is(bot.Unknown)},
		{"200 cut JSON", says(200, `{"ok":true,"result":{"message_`), is(bot.Unknown)},
		{"200 no result", says(200, `{"ok":true}`), is(bot.Unknown)},
		{"200 null result", says(200, `{"ok":true,"result":null}`), is(bot.Unknown)},
		{"200 no message id", says(200, `{"ok":true,"result":{}}`), is(bot.Unknown)},
		{"200 null", says(200, `null`), is(bot.Unknown)},
		{"200 ok false alone", says(200, `{"ok":false}`), is(bot.Unknown)},
		{"200 deep", says(200, `{"ok":true,"result":`+strings.Repeat("[", 20_000)), is(bot.Unknown)},
		{"cut after accepting", telegramtest.Cut(), is(bot.Unknown)},
		// Taken, whatever else the library stumbles over.
		{"200 with a new kind", says(200, `{"ok":true,"result":{"message_id":9,"forward_origin":{"type":"new"}}}`), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			s.Script(1111111, test.fault)
			got := sent(t, c)
			switch {
			case test.want == nil && got != nil:
				t.Errorf("failed: %v", got)
			case test.want != nil && got == nil:
				t.Error("no error")
			case test.want != nil && (got.Outcome != test.want.Outcome || got.After != test.want.After || got.Whole != test.want.Whole):
				t.Errorf("outcome %+v (%v), want %+v", *got, got, *test.want)
			}
			if n := len(s.Calls()); n != 1 {
				t.Errorf("%d calls", n)
			}
		})
	}
}

// Buttons that can no longer be changed are no fault of ours that somebody has to
// look at; whoever blocked us is gone by that as by any message.
func TestButtonsThatStay(t *testing.T) {
	buttons := bot.Message{Edit: "7", Buttons: [][]bot.Button{{{Label: "так", Action: "yes"}}}}
	words := bot.Message{Edit: "7", Text: "так"}
	for name, test := range map[string]struct {
		message bot.Message
		code    int
		says    string
		want    bot.Outcome
	}{
		"too old":           {buttons, 400, "Bad Request: message can't be edited", ""},
		"no such message":   {buttons, 400, "Bad Request: MESSAGE_ID_INVALID", ""},
		"as they are":       {buttons, 400, "Bad Request: message is not modified: exactly the same", ""},
		"deleted":           {buttons, 400, "Bad Request: message to edit not found", ""},
		"refused":           {buttons, 400, "Bad Request: BUTTON_DATA_INVALID", bot.Malformed},
		"blocked":           {buttons, 403, "Forbidden: bot was blocked by the user", bot.Gone},
		"in its own words":  {buttons, 400, "Bad Request: MESSAGE_NOT_MODIFIED", ""},
		"words as they are": {words, 400, "Bad Request: message is not modified: exactly the same", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			s.Script(1111111, telegramtest.Refuse(test.code, test.says))
			parts, err := c.Render(test.message)
			if err != nil || len(parts) != 1 {
				t.Fatal(len(parts), err)
			}
			_, err = c.Send(t.Context(), olena, parts[0])
			failed, _ := errors.AsType[*bot.SendError](err)
			switch {
			case test.want == "" && err != nil, test.want != "" && (failed == nil || failed.Outcome != test.want):
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func TestMovedTellsWhere(t *testing.T) {
	s, _, c := pair(t, telegramtest.Options{})
	s.Script(1111111, telegramtest.Migrated(-1001234567890))
	moved, ok := errors.AsType[*telegram.MovedError](sent(t, c))
	if !ok || moved.Chat != "-1001234567890" {
		t.Errorf("moved %+v", moved)
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := sent(t, at(t, address, time.Minute)); got == nil || got.Outcome != bot.Later {
		t.Errorf("outcome %v", got)
	}
}

// TestTLSFails: the handshake comes before the first byte of the request.
func TestTLSFails(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)
	got := sent(t, at(t, s.URL, time.Minute)) // with a certificate nobody signed
	if got == nil || got.Outcome != bot.Later || !strings.Contains(got.Error(), "certificate") {
		t.Errorf("outcome %v", got)
	}
}

func TestHang(t *testing.T) {
	s, _, _ := pair(t, telegramtest.Options{})
	c := at(t, s.URL(), 50*time.Millisecond)
	s.Script(1111111, telegramtest.Hang())
	got := sent(t, c)
	if got == nil || got.Outcome != bot.Unknown || !errors.Is(got, context.DeadlineExceeded) {
		t.Errorf("outcome %v", got)
	}
}

func TestCancelled(t *testing.T) {
	s, _, c := pair(t, telegramtest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := sentWith(t, ctx, c)
	if got == nil || got.Outcome != bot.Later || !errors.Is(got, context.Canceled) {
		t.Errorf("before: %v", got)
	}

	s.Script(1111111, telegramtest.Hang())
	ctx, cancel = context.WithCancel(t.Context())
	arrived := make(chan error, 1)
	go func() {
		arrived <- s.Wait(t.Context(), func() bool { return len(s.Calls()) == 1 })
		cancel()
	}()
	got = sentWith(t, ctx, c)
	if got == nil || got.Outcome != bot.Unknown {
		t.Errorf("while the server works on it: %v", got)
	}
	if err := <-arrived; err != nil {
		t.Error(err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var hits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(elsewhere.Close)
	for _, code := range []int{301, 302, 303, 307, 308} {
		api := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/bot"+testToken, code))
		t.Cleanup(api.Close)
		c := at(t, api.URL, time.Minute)
		if got := sent(t, c); got == nil || got.Outcome != bot.Later {
			t.Errorf("%d: %v", code, got)
		}
		noToken(t, c.SetWebhook(t.Context(), "https://example.org/"))
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestHugeAnswer(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"message_id":9,"x":%q}}`, strings.Repeat("x", 1<<20))
	}))
	t.Cleanup(api.Close)
	if got := sent(t, at(t, api.URL, time.Minute)); got == nil || got.Outcome != bot.Unknown {
		t.Errorf("outcome %v", got)
	}
}

// TestAnswerCutAfterItsHeader: neither a 200 nor a 500 says enough in its first
// line, for that may be a gateway's; a 400 does.
func TestAnswerCutAfterItsHeader(t *testing.T) {
	for code, want := range map[int]bot.Outcome{200: bot.Unknown, 500: bot.Unknown, 400: bot.Malformed} {
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(code)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}))
		t.Cleanup(api.Close)
		if got := sent(t, at(t, api.URL, time.Minute)); got == nil || got.Outcome != want {
			t.Errorf("%d: %v, want %s", code, got, want)
		}
	}
}

func TestTokenNeverInError(t *testing.T) {
	echo := `{"ok":false,"error_code":400,"description":"Bad Request: /bot` + testToken +
		`/x and 100200300%3ATEST-token_0123456789 and TEST-token_0123456789 and ` + testSecret + `"}`
	for name, f := range map[string]telegramtest.Fault{
		"description": telegramtest.Say(400, "application/json", echo),
		"page":        telegramtest.Say(200, "text/html", "<a href='/bot"+testToken+"/'>"),
		"redirect":    telegramtest.Redirect("http://127.0.0.1:1/bot" + testToken + "/x"),
		"cut":         telegramtest.Cut(),
		"bad header":  telegramtest.Say(200, testToken, testToken),
	} {
		t.Run(name, func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			s.Next(f, f, f, f)
			if got := sent(t, c); got == nil {
				t.Error("no error")
			}
			_, err := c.WebhookInfo(t.Context())
			noToken(t, err)
			noToken(t, c.SetWebhook(t.Context(), "https://example.org/"))
			noToken(t, c.DeleteWebhook(t.Context()))
		})
	}
	t.Run("not HTTP", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = conn.Write([]byte("/bot" + testToken + "/ is no HTTP\r\n\r\n"))
				_ = conn.Close()
			}
		}()
		if got := sent(t, at(t, "http://"+l.Addr().String(), time.Minute)); got == nil {
			t.Error("no error")
		}
	})
}

// TestErrorsQuoteNobody: what the API quotes may be what somebody wrote.
func TestErrorsQuoteNobody(t *testing.T) {
	s, _, c := pair(t, telegramtest.Options{})
	s.Script(1111111, telegramtest.Refuse(400, `Bad Request: no such thing as "SENTINEL" here`))
	got := sent(t, c)
	if got == nil || strings.Contains(got.Error(), "SENTINEL") || !strings.Contains(got.Error(), "no such thing") {
		t.Errorf("error %v", got)
	}
}

func TestSendRefuses(t *testing.T) {
	_, _, c := pair(t, telegramtest.Options{})
	body := []byte(`{"method":"sendMessage","params":{"text":"x"}}`)
	for name, test := range map[string]struct {
		to   bot.Address
		body []byte
	}{
		"another bot":    {bot.Address{Bot: "viber", Chat: "1111111"}, body},
		"no number":      {bot.Address{Bot: "telegram", Chat: "x"}, body},
		"no JSON":        {olena, []byte(`x`)},
		"other method":   {olena, []byte(`{"method":"deleteMessage"}`)},
		"nothing at all": {olena, nil},
	} {
		_, err := c.Send(t.Context(), test.to, bot.Part{Kind: bot.Say, Body: test.body})
		failed, ok := err.(*bot.SendError)
		if !ok || failed.Outcome != bot.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// at makes a channel that calls the address.
func at(t *testing.T, url string, timeout time.Duration) *telegram.Channel {
	t.Helper()
	c, err := telegram.New(telegram.Config{Token: testToken, Secret: testSecret, APIURL: url, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// TestProbe asks Telegram without a message to anybody.
func TestProbe(t *testing.T) {
	s, _, _ := pair(t, telegramtest.Options{})
	c := at(t, s.URL(), 300*time.Millisecond)
	for _, test := range []struct {
		fault telegramtest.Fault
		want  bot.Outcome // "": it answers
	}{
		{telegramtest.Fault{}, ""},
		{telegramtest.Refuse(401, "Unauthorized"), bot.Halted},
		{telegramtest.BadGateway(), bot.Unknown},
		{telegramtest.Internal(), bot.Later},
		{telegramtest.Hang(), bot.Unknown},
		{telegramtest.Say(200, "text/html", "<html>"+testToken), bot.Unknown},
	} {
		s.Next(test.fault)
		err := c.Probe(t.Context())
		failed, ok := err.(*bot.SendError)
		if test.want == "" && err != nil || test.want != "" && (!ok || failed.Outcome != test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
		noToken(t, err)
	}
	for _, call := range s.Calls() {
		if call.Method != "getMe" {
			t.Errorf("a call of %s", call.Method)
		}
	}
}

// TestWaitOfTheHeader: where the body does not say how long, the header does.
func TestWaitOfTheHeader(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "35")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35"}`))
	}))
	t.Cleanup(api.Close)
	if got := sent(t, at(t, api.URL, time.Minute)); got == nil || got.Outcome != bot.Later || got.After != 35*time.Second || !got.Whole {
		t.Errorf("outcome %+v", got)
	}
}
