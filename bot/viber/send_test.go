package viber_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/viber"
	"visnyk/bot/viber/vibertest"
)

func one(t *testing.T, ch *viber.Channel, m bot.Message) bot.Part {
	t.Helper()
	parts, err := ch.Render(m)
	if err != nil || len(parts) != 1 {
		t.Fatalf("%d parts, error %v", len(parts), err)
	}
	return parts[0]
}

// outcome returns the class of err and sees that it keeps the secret.
func outcome(t *testing.T, err error) *bot.SendError {
	t.Helper()
	var e *bot.SendError
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no SendError", err)
	}
	for _, secret := range []string{testToken, testToken[:16], "таємний текст"} {
		for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", e.Err)} {
			if strings.Contains(shown, secret) {
				t.Errorf("the error %q holds %q", shown, secret)
			}
		}
	}
	return e
}

// TestSend sends every kind of message to the strict fake, and looks at the
// bytes that came there.
func TestSend(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	p := fake.Person("a+/=", "Іван", "uk")
	p.Write("привіт")
	to := bot.Address{Bot: "viber", Chat: "a+/="}
	long := strings.Repeat("слово ", 3000)
	messages := []bot.Message{
		{Text: "**Тариф** <змінюється> & *зростає*"},
		greeting(),
		{Text: "Поділіться номером", Screen: 2, Buttons: [][]bot.Button{{{Label: "Поділитися", Phone: true}}}},
		{Text: "Сайт", Buttons: [][]bot.Button{{{Label: "A & B", URL: "https://x.example/?a=1&b=2"}}}},
		{Text: "Підпис", Media: &bot.Media{Kind: bot.Photo, URL: "https://x.example/1.jpg"}},
		{Media: &bot.Media{Kind: bot.File, URL: "https://x.example/1", Name: "Умови.pdf", Size: 5}},
		{Text: long, Buttons: greeting().Buttons},
	}
	n, last := 0, ""
	for _, m := range messages {
		rows, err := bot.Queue(ch, bot.Outgoing{To: to, Message: m, Cause: "turn/1/0"})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range rows {
			id, err := ch.Send(timeout(t), q.To, q.Part)
			if err != nil {
				t.Fatal(err)
			}
			n++
			got := p.Messages()[n-1]
			if want := `{"receiver":"a+/=",` + string(q.Part.Body[1:]); string(got.Raw) != want {
				t.Errorf("came  %s\nwanted %s", got.Raw, want)
			}
			if id != fmt.Sprint(got.Token) || id == last {
				t.Errorf("external id %q, token %d, the one before %q", id, got.Token, last)
			}
			last = id
		}
	}
	if r := fake.Refused(); len(r) > 0 {
		t.Errorf("refused %+v", r)
	}
	for _, r := range fake.Requests() {
		if got := r.Header.Get("X-Viber-Auth-Token"); got != testToken || r.Header.Get("Idempotency-Key") != "" {
			t.Errorf("%s: headers %v", r.Method, r.Header)
		}
	}
	if _, err := p.Press("Українська"); err != nil {
		t.Error(err)
	}
}

func TestSharedPhone(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{Token: testToken})
	ch := channel(t, func(c *viber.Config) { c.APIURL = fake.URL() })
	events := serveDoor(t, ch)
	if err := ch.SetWebhook(timeout(t), events.url); err != nil {
		t.Fatal(err)
	}
	p := fake.Person("A=", "Іван", "uk").Phone("380501234567")
	p.Write("так")
	events.next(t)
	ask := bot.Message{Text: "Номер?", Buttons: [][]bot.Button{{{Label: "Поділитися", Phone: true}}}}
	if _, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, ask)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Press("Поділитися"); err != nil {
		t.Fatal(err)
	}
	if a := events.next(t).Attachment; a == nil || a.Own || !a.Given || a.Phone != "380501234567" {
		t.Errorf("shared: %+v", a)
	}
	if _, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, bot.Message{Text: "Дякуємо"})); err != nil {
		t.Fatal(err)
	}
	p.Contact("Петро", "+380671112233")
	if a := events.next(t).Attachment; a == nil || a.Own || a.Given || a.Name != "Петро" {
		t.Errorf("from the address book: %+v", a)
	}
}

// TestStatuses has the right reaction to every status: who is not reached any more,
// what is put aside, when sending pauses, and what goes again.
func TestStatuses(t *testing.T) {
	const less, more = true, false // whether a message with buttons goes once more without
	tests := []struct {
		code int
		want bot.Outcome
		less bool
	}{
		{1, bot.Halted, more},
		{2, bot.Halted, more},
		{3, bot.Malformed, less},
		{4, bot.Malformed, less},
		{5, bot.Gone, more},
		{6, bot.Gone, more},
		{7, bot.Halted, more},
		{8, bot.Halted, more},
		{9, bot.Halted, more},
		{10, bot.Halted, more},
		{11, bot.Gone, more},
		{12, bot.Later, more},
		{13, bot.Gone, more},
		{14, bot.Malformed, less},
		{15, bot.Halted, more},
		{16, bot.Malformed, more},
		{17, bot.Malformed, more},
		{18, bot.Halted, more},
		{19, bot.Halted, more},
		{20, bot.Halted, more},
		{21, bot.Gone, more},
		{22, bot.Halted, more},
		{23, bot.Halted, more},
		{24, bot.Halted, more},
		{25, bot.Later, more},
		{99, bot.Later, more},
		{100500, bot.Later, more},
	}
	ch, fake := connected(t, vibertest.Options{}, nil)
	fake.Person("A=", "Іван", "uk").Write("так")
	to := bot.Address{Bot: "viber", Chat: "A="}
	plain := one(t, ch, bot.Message{Text: "таємний текст"})
	rich := one(t, ch, bot.Message{Text: "таємний текст", Buttons: [][]bot.Button{{{Label: "Далі", Action: "next"}}}})
	for _, tt := range tests {
		for _, quoted := range []bool{false, true} {
			for _, part := range []bot.Part{plain, rich} {
				fault := vibertest.Fault{Status: tt.code, Quoted: quoted, Words: "таємний текст is not valid"}
				less := tt.less && string(part.Body) == string(rich.Body)
				fake.NextSend("A=", fault)
				id, err := ch.Send(timeout(t), to, part)
				e := outcome(t, err)
				if less {
					if e.Outcome != bot.Sent || id == "" {
						t.Errorf("status %d: %q, %v, want it without its buttons", tt.code, id, err)
					}
					fake.NextSend("A=", fault, fault) // refused again, and not sent a third time
					_, err = ch.Send(timeout(t), to, part)
					e = outcome(t, err)
				}
				if n := fake.Scripted("A="); n != 0 {
					t.Errorf("status %d: %d sends too few", tt.code, n)
				}
				if e.Outcome != tt.want || e.Whole || (e.After == 5*time.Second && e.Most == 5*time.Minute) != (tt.code == 12) || e.Alone != (tt.code == 12) {
					t.Errorf("status %d: %+v, want %s", tt.code, e, tt.want)
				}
				if (e.Tries == 3) != (tt.code > 24) {
					t.Errorf("status %d is tried %d times", tt.code, e.Tries)
				}
				if !strings.Contains(err.Error(), fmt.Sprint("status ", tt.code)) {
					t.Errorf("status %d is not in %q", tt.code, err)
				}
			}
		}
	}
	fake.NextSend("A=", vibertest.Fault{Quoted: true})
	if id, err := ch.Send(timeout(t), to, plain); err != nil || id == "" {
		t.Errorf("status \"0\": %q, %v", id, err)
	}
}

func TestRefusedByTheFakeItself(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{HourlyLimit: 1}, nil)
	part := one(t, ch, bot.Message{Text: "x"})
	send := func(chat string) bot.Outcome {
		_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: chat}, part)
		if err == nil {
			return bot.Sent
		}
		return outcome(t, err).Outcome
	}
	if got := send("unknown="); got != bot.Gone {
		t.Errorf("unknown person: %s", got)
	}
	p := fake.Person("A=", "Іван", "uk")
	p.Open("")
	if got := send("A="); got != bot.Gone { // E104
		t.Errorf("opened, and did not write: %s", got)
	}
	p.Write("так")
	if got := send("A="); got != bot.Sent {
		t.Errorf("after writing: %s", got)
	}
	if got := send("A="); got != bot.Later {
		t.Errorf("over the limit: %s", got)
	}
	p.Write("ще")
	if got := send("A="); got != bot.Sent {
		t.Errorf("after writing again: %s", got)
	}
	p.Leave()
	if got := send("A="); got != bot.Gone {
		t.Errorf("after leaving: %s", got)
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault vibertest.Fault
		want  bot.Outcome
		whole bool
		after time.Duration
		shown int // messages the person got
	}{
		{"E118 page", vibertest.HTML(), bot.Unknown, false, 0, 0},
		{"E118 empty", vibertest.HTTP(200, ""), bot.Unknown, false, 0, 0},
		{"null", vibertest.HTTP(200, "null"), bot.Unknown, false, 0, 0},
		{"no status", vibertest.HTTP(200, `{"message_token":5}`), bot.Unknown, false, 0, 0},
		{"odd status", vibertest.HTTP(200, `{"status":{}}`), bot.Unknown, false, 0, 0},
		{"fractional status", vibertest.HTTP(200, `{"status":0.5}`), bot.Unknown, false, 0, 0},
		{"cut document", vibertest.HTTP(200, `{"status":0,`), bot.Unknown, false, 0, 0},
		{"204", vibertest.HTTP(204, ""), bot.Unknown, false, 0, 0},
		{"500", vibertest.HTTP(500, "таємний текст"), bot.Unknown, false, 0, 0},
		{"502 page", vibertest.HTTP(502, "<html>"), bot.Unknown, false, 0, 0},
		{"504 page", vibertest.HTTP(504, "<html>"), bot.Unknown, false, 0, 0},
		{"500 that says it went well", vibertest.HTTP(500, `{"status":0}`), bot.Unknown, false, 0, 0},
		{"500 with a status", vibertest.HTTP(500, `{"status":99}`), bot.Later, false, 0, 0},
		{"503 with a status and a wait", vibertest.Fault{HTTP: 503, Body: `{"status":99}`, Header: http.Header{"Retry-After": {"7"}}}, bot.Later, true, 7 * time.Second, 0},
		{"429", vibertest.HTTP(429, ""), bot.Later, true, 0, 0},
		{"429 with a long wait", vibertest.Fault{HTTP: 429, Header: http.Header{"Retry-After": {"999999"}}}, bot.Later, true, time.Hour, 0},
		{"429 with a negative wait", vibertest.Fault{HTTP: 429, Header: http.Header{"Retry-After": {"-5"}}}, bot.Later, true, 0, 0},
		{"429 of the chat", vibertest.HTTP(429, `{"status":12}`), bot.Later, false, 5 * time.Second, 0},
		{"401 with a status", vibertest.HTTP(401, `{"status":2,"status_message":"invalidAuthToken"}`), bot.Halted, false, 0, 0},
		{"401 without", vibertest.HTTP(401, ""), bot.Halted, false, 0, 0},
		{"404", vibertest.HTTP(404, "<html>"), bot.Halted, false, 0, 0},
		{"400", vibertest.HTTP(400, ""), bot.Malformed, false, 0, 0},
		{"413", vibertest.HTTP(413, ""), bot.Malformed, false, 0, 0},
		{"cut before it was taken", vibertest.Fault{Cut: true}, bot.Unknown, false, 0, 0},
		{"cut after it was taken", vibertest.CutAfterAccept(), bot.Unknown, false, 0, 1},
		{"endless answer", vibertest.HTTP(200, strings.Repeat(" ", 1<<20)+`{"status":0}`), bot.Unknown, false, 0, 0},
		{"deep answer", vibertest.HTTP(200, strings.Repeat(`[`, 1<<20)), bot.Unknown, false, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ch, fake := connected(t, vibertest.Options{}, nil)
			p := fake.Person("A=", "Іван", "uk")
			p.Write("так")
			fake.NextSend("A=", tt.fault)
			_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, bot.Message{Text: "таємний текст"}))
			e := outcome(t, err)
			if e.Outcome != tt.want || e.Whole != tt.whole || e.After != tt.after {
				t.Errorf("got %s, whole %v, after %s: %v", e.Outcome, e.Whole, e.After, err)
			}
			if got := len(p.Messages()); got != tt.shown {
				t.Errorf("the person got %d messages", got)
			}
		})
	}
}

func TestAnswerWithOddFields(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	fake.NextCall(vibertest.HTTP(200, `{"status":0,"message_token":"18446744073709551615","id":7}`), vibertest.HTTP(200, `{"status":0}`))
	for _, want := range []string{"18446744073709551615", ""} {
		id, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, bot.Message{Text: "x"}))
		if err != nil || id != want {
			t.Errorf("id %q, error %v, want %q", id, err, want)
		}
	}
}

func TestNoAnswer(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	part := one(t, ch, bot.Message{Text: "таємний текст"})
	to := bot.Address{Bot: "viber", Chat: "A="}
	fake.NextCall(vibertest.Hang(), vibertest.Hang())
	hasty := channel(t, func(c *viber.Config) { c.APIURL, c.Timeout = fake.URL(), 50*time.Millisecond })
	_, err := hasty.Send(timeout(t), to, part)
	if e := outcome(t, err); e.Outcome != bot.Unknown {
		t.Errorf("our own time is over: %v", err)
	}
	ctx, cancel := context.WithCancel(timeout(t))
	came := fake.Changed()
	go func() {
		<-came // the request is there, and hangs
		cancel()
	}()
	if _, err = ch.Send(ctx, to, part); outcome(t, err).Outcome != bot.Unknown {
		t.Errorf("cancelled while Viber had the request: %v", err)
	}
	if _, err = ch.Send(ctx, to, part); outcome(t, err).Outcome != bot.Later {
		t.Errorf("cancelled before: %v", err)
	}
}

func TestNothingWritten(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "http://" + closed.Addr().String()
	closed.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of our refusal
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	for name, address := range map[string]string{"refused": gone, "untrusted certificate": untrusted.URL} {
		t.Run(name, func(t *testing.T) {
			ch := channel(t, func(c *viber.Config) { c.APIURL = address })
			_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, bot.Message{Text: "таємний текст"}))
			if e := outcome(t, err); e.Outcome != bot.Later {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) { // S24
	hits := make(chan string, 1)
	elsewhere := webhook(t, func(_ http.ResponseWriter, r *http.Request) { hits <- r.Header.Get("X-Viber-Auth-Token") })
	ch, fake := connected(t, vibertest.Options{}, nil)
	fake.NextCall(vibertest.Redirect(elsewhere))
	_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, bot.Message{Text: "x"}))
	if e := outcome(t, err); e.Outcome != bot.Later || !e.Whole {
		t.Errorf("got %v", err)
	}
	select {
	case got := <-hits:
		t.Errorf("the redirect was followed with the token %q", got)
	default:
	}
}

func TestSendRefusesByItself(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	before := len(fake.Requests())
	body := json.RawMessage(`{"type":"text","text":"x"}`)
	for name, in := range map[string]struct {
		to bot.Address
		p  bot.Part
	}{
		"another bot":    {bot.Address{Bot: "telegram", Chat: "A="}, bot.Part{Kind: bot.Say, Body: body}},
		"no chat":        {bot.Address{Bot: "viber"}, bot.Part{Kind: bot.Say, Body: body}},
		"an odd chat":    {bot.Address{Bot: "viber", Chat: "a\nb"}, bot.Part{Kind: bot.Say, Body: body}},
		"an answer":      {bot.Address{Bot: "viber", Chat: "A="}, bot.Part{Kind: bot.Answer, Body: body}},
		"no body":        {bot.Address{Bot: "viber", Chat: "A="}, bot.Part{Kind: bot.Say}},
		"not an object":  {bot.Address{Bot: "viber", Chat: "A="}, bot.Part{Kind: bot.Say, Body: json.RawMessage(`[]`)}},
		"an empty one":   {bot.Address{Bot: "viber", Chat: "A="}, bot.Part{Kind: bot.Say, Body: json.RawMessage(`{ }`)}},
		"half an object": {bot.Address{Bot: "viber", Chat: "A="}, bot.Part{Kind: bot.Say, Body: json.RawMessage(`{"a"`)}},
	} {
		_, err := ch.Send(timeout(t), in.to, in.p)
		if outcome(t, err).Outcome != bot.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(fake.Requests()) != before {
		t.Error("something left")
	}
}

// TestProbe asks Viber without a message to anybody.
func TestProbe(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	fake.Person("A=", "Іван", "uk").Write("так")
	for _, tt := range []struct {
		fault vibertest.Fault
		want  bot.Outcome // "": it answers
	}{
		{vibertest.Fault{}, ""},
		{vibertest.Refuse(2), bot.Halted},
		{vibertest.HTTP(502, "<html>"), bot.Unknown},
		{vibertest.Hang(), bot.Unknown},
	} {
		fake.NextCall(tt.fault)
		within := time.Minute // nothing takes that long unless it fails
		if tt.fault.Hang {
			within = 300 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), within)
		err := ch.Probe(ctx)
		cancel()
		if tt.want == "" {
			if err != nil {
				t.Error(err)
			}
		} else if e := outcome(t, err); e.Outcome != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	if n := len(fake.Person("A=", "Іван", "uk").Messages()); n != 0 {
		t.Errorf("the person got %d messages", n)
	}
}
