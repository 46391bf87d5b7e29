package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// request is one HTTP request at the door, right but for what a row changes.
type request struct {
	method, path string // POST /webhooks/telegram
	body         string
	chunked      bool
	header       map[string]string // "" takes the header away
}

type reply struct {
	status int
	header http.Header
	body   string
}

const (
	telegramSecretHeader = "X-Telegram-Bot-Api-Secret-Token"
	viberSignature       = "X-Viber-Content-Signature"
)

// send carries out a request.
func (s *theatre) send(r request) (reply, error) {
	if r.method == "" {
		r.method = http.MethodPost
	}
	if r.path == "" {
		r.path = "/webhooks/telegram"
	}
	var body io.Reader = strings.NewReader(r.body)
	if r.chunked {
		body = io.MultiReader(body) // of unknown length
	}
	req, err := http.NewRequest(r.method, "http://"+s.address+r.path, body)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	switch r.path {
	case "/webhooks/telegram":
		req.Header.Set(telegramSecretHeader, "sandbox")
	case "/webhooks/viber":
		req.Header.Set(viberSignature, s.box.viber.Sign([]byte(r.body)))
	}
	for k, v := range r.header {
		if req.Header.Del(k); v != "" {
			req.Header.Set(k, v)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(resp.Body); err != nil {
		return reply{}, err
	}
	return reply{resp.StatusCode, resp.Header, answer.String()}, nil
}

// asks sends a request and wants the status, and no body.
func (s *scene) asks(r request, status int) reply {
	s.t.Helper()
	got, err := s.send(r)
	if err != nil {
		s.t.Fatal(err)
	}
	if got.status != status || got.body != "" {
		s.t.Errorf("answered %d %q, want %d without a body", got.status, got.body, status)
	}
	return got
}

// telegram delivers bytes as Telegram does and wants 200.
func (s *scene) telegram(body string) {
	s.t.Helper()
	s.asks(request{body: body}, http.StatusOK)
}

// viber delivers bytes as Viber does and wants 200.
func (s *scene) viber(body string) {
	s.t.Helper()
	s.asks(request{path: "/webhooks/viber", body: body}, http.StatusOK)
}

// updateOf makes an update of the kind with the document's fields.
func (s *scene) updateOf(kind, fields string) string {
	return fmt.Sprintf("{\"update_id\":%d,\n%q:{%s}}", s.nextUpdate(), kind, fields)
}

func (s *scene) nextUpdate() int64 { return s.update.Add(1) }

// from is who writes, as Telegram tells it.
func (s *scene) from() string {
	return fmt.Sprintf(`{"id":%d,"is_bot":false,"first_name":"Олена","language_code":"uk"}`, s.id)
}

// private are the fields of every private message but its content.
func (s *scene) private(date int64) string {
	return fmt.Sprintf(`"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":%s`,
		s.update.Load()%100_000, date, s.id, s.from())
}

// message makes an update of a private message that holds the fields.
func (s *scene) message(fields string) string {
	return s.updateOf("message", s.private(time.Now().Unix())+","+fields)
}

// pressOf makes the update of a press of data under the message.
func (s *scene) pressOf(data, message string) string {
	if message != "" {
		message = `,"message":` + message
	}
	return s.updateOf("callback_query", fmt.Sprintf(`"id":"press-%d","from":%s,"chat_instance":"1","data":%s%s`,
		s.update.Load(), s.from(), quoted(data), message))
}

// under is the message that a pressed button stands under.
func (s *scene) under() string {
	return fmt.Sprintf(`{"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"text":"?"}`, time.Now().Unix(), s.id)
}

// callback makes a callback of Viber's with a fresh token.
func (s *scene) callback(event, fields string) string {
	return fmt.Sprintf(`{"event":%q,"timestamp":%d,"chat_hostname":"SN-CHAT-01_","message_token":%d,%s}`,
		event, time.Now().UnixMilli(), s.token.Add(1), fields)
}

// sender is who writes, as Viber tells it.
func (s *scene) sender() string {
	return fmt.Sprintf(`{"id":%q,"name":"Олена","country":"UA","language":"uk","api_version":10}`, s.user)
}

// viberMessage makes the callback of a message.
func (s *scene) viberMessage(fields string) string {
	return s.callback("message", `"sender":`+s.sender()+`,"message":{`+fields+`}`)
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// figure returns a figure of the service by a pattern of its line in /metrics.
func (s *theatre) figure(line string) float64 {
	all := regexp.MustCompile(`(?m)^`+line+` (\S+)$`).FindAllStringSubmatch(s.metrics(), -1)
	sum := 0.0
	for _, m := range all {
		var v float64
		fmt.Sscan(m[1], &v)
		sum += v
	}
	return sum
}

// counts waits until the figure has grown by one since before.
func (s *scene) counts(line string, before float64) {
	s.t.Helper()
	s.await("the count of "+line, func() bool { return s.figure(line) >= before+1 })
	if n := s.figure(line) - before; n != 1 {
		s.t.Errorf("%s counted %v times", line, n)
	}
}

// metrics reads /metrics of the private listener.
func (s *theatre) metrics() string {
	internal := regexp.MustCompile(`msg=ready .*internal=(\S+)`).FindAllStringSubmatch(s.logs.String(), -1)
	if len(internal) == 0 {
		s.t.Fatal("the log does not say where the figures are")
	}
	resp, err := http.Get("http://" + internal[len(internal)-1][1] + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}
