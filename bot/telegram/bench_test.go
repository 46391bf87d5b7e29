package telegram_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram"
)

// answers is a way to an API that takes everything at once.
type answers struct{}

// RoundTrip implements http.RoundTripper.
func (answers) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	said := []byte(`{"ok":true,"result":{"message_id":7,"date":1790000000,"chat":{"id":1,"type":"private"}}}`)
	if r.URL.Path[len(r.URL.Path)-len("Query"):] == "Query" {
		said = []byte(`{"ok":true,"result":true}`)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(said)), ContentLength: int64(len(said)),
	}, nil
}

// benched returns a channel without a network, and updates as Telegram writes them: of
// words, and of a press under a message with buttons.
func benched(b *testing.B) (*telegram.Channel, map[string][]byte) {
	c, err := telegram.New(telegram.Config{Token: testToken, Secret: testSecret, Transport: answers{}})
	if err != nil {
		b.Fatal(err)
	}
	parts, err := c.Render(menu())
	if err != nil {
		b.Fatal(err)
	}
	var r struct {
		Params struct {
			Markup json.RawMessage `json:"reply_markup"`
		} `json:"params"`
	}
	if err := json.Unmarshal(parts[0].Body, &r); err != nil {
		b.Fatal(err)
	}
	const olena = `{"id":1111111,"is_bot":false,"first_name":"Олена","last_name":"Коваль","username":"olena","language_code":"uk"}`
	const chat = `{"id":1111111,"first_name":"Олена","last_name":"Коваль","username":"olena","type":"private"}`
	return c, map[string][]byte{
		"words": []byte(`{"update_id":812345678,"message":{"message_id":4711,"from":` + olena + `,"chat":` + chat + `,"date":1790000000,"text":"Що робити, коли зник інтернет?"}}`),
		"press": fmt.Appendf(nil, `{"update_id":812345679,"callback_query":{"id":"4382bfdwdsb323b2d9","from":%s,"message":{"message_id":4712,"from":{"id":5,"is_bot":true,"first_name":"Бот","username":"a_bot"},"chat":%s,"date":1790000001,"text":"Оберіть, будь ласка:","reply_markup":%s},"chat_instance":"-42","data":"5~faq"}}`, olena, chat, r.Params.Markup),
	}
}

func menu() bot.Message {
	return bot.Message{Text: "Оберіть, **будь ласка**:", Screen: 5, Buttons: [][]bot.Button{
		{{Label: "Що змінюється", Action: "changes"}}, {{Label: "Питання", Action: "faq"}}, {{Label: "Людина", Action: "human"}},
	}}
}

func BenchmarkAccept(b *testing.B) {
	c, updates := benched(b)
	for name, body := range updates {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				accepted(b, c, signed(), body)
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	c, updates := benched(b)
	for name, body := range updates {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if all, err := c.Decode(bot.Update{Bot: "telegram", Payload: body}); err != nil || all[0].Kind == bot.Ignored {
					b.Fatal(all, err)
				}
			}
		})
	}
}

func BenchmarkSend(b *testing.B) {
	c, _ := benched(b)
	for name, m := range map[string]bot.Message{"words": menu(), "press": {Press: "4382bfdwdsb323b2d9"}} {
		parts, err := c.Render(m)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Send(b.Context(), olena, parts[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSendOverTCP sends words from as many goroutines as the outbox does, each with a
// deadline of its own, to an end that only reads bytes and writes the same answer. It tells the
// processor time besides, of both ends.
func BenchmarkSendOverTCP(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerAll(c)
		}
	}()
	c, err := telegram.New(telegram.Config{Token: testToken, Secret: testSecret, APIURL: "http://" + l.Addr().String()})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	parts, err := c.Render(menu())
	if err != nil {
		b.Fatal(err)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ReportAllocs()
	began := processorTime()
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				ctx, cancel := context.WithTimeout(b.Context(), 6*time.Second)
				if _, err := c.Send(ctx, olena, parts[0]); err != nil {
					b.Error(err)
				}
				cancel()
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64((processorTime()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// answerAll takes every request of a connection.
func answerAll(c net.Conn) {
	defer c.Close()
	const said = `{"ok":true,"result":{"message_id":7,"date":1790000000,"chat":{"id":1,"type":"private"}}}`
	answer := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Mon, 30 Nov 2026 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n%s", len(said), said)
	in, size := bufio.NewReader(c), 0
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		if n, is := bytes.CutPrefix(line, []byte("Content-Length: ")); is {
			size, _ = strconv.Atoi(string(bytes.TrimSpace(n)))
		}
		if len(line) > 2 {
			continue
		}
		if _, err := in.Discard(size); err != nil {
			return
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

// processorTime is what this process has taken of the processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
