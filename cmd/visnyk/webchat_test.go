package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
	settings "visnyk/cmd/visnyk/config"
	"visnyk/cmd/visnyk/sample"
	"visnyk/storage/storagetest"
)

// visitorPhone is a page of the web chat as a phone of the stories.
type visitorPhone struct {
	t       *testing.T
	visitor *webchattest.Visitor
}

func (v *visitorPhone) name() string { return "webchat" }

func (v *visitorPhone) write(text string) {
	v.t.Helper()
	send := func() error { return v.visitor.Write(v.t.Context(), text) }
	if text == "/start" {
		send = func() error { return v.visitor.Start(v.t.Context(), "") }
	}
	if err := send(); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitorPhone) shown() (list []screen) {
	for _, l := range v.visitor.Shown() {
		list = append(list, screen{l.Text(), l.Labels()})
	}
	return list
}

func (v *visitorPhone) press(label string) error { return v.visitor.Press(v.t.Context(), label) }

// onWebchat returns somebody on the page, with a stream that comes back.
func (s *world) onWebchat(l bot.Language) (*actor, *webchattest.Visitor) {
	s.t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	s.t.Cleanup(transport.CloseIdleConnections)
	v := webchattest.New("http://"+s.address, webchattest.Options{Locale: string(l), Client: &http.Client{Transport: transport}})
	if err := v.Open(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	listening.Go(func() { _ = v.Listen(ctx) })
	s.t.Cleanup(func() { cancel(); listening.Wait() })
	return &actor{phone: &visitorPhone{s.t, v}, s: s, lang: l}, v
}

// chatOf returns the chat's id of a visitor.
func (s *world) chatOf(v *webchattest.Visitor) string {
	s.t.Helper()
	in, _, err := s.service.chat.Accept(bot.Request{Header: http.Header{"Authorization": {"Bearer " + v.Token()}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return in[0].Chat
}

// withChat puts on the story once on each database, with a web chat.
func withChat(t *testing.T, limits webchat.Limits, story func(t *testing.T, s *world)) {
	t.Helper()
	onEachOf(t, chatting(limits), story)
}

// chatting is a service with our own chat too.
func chatting(limits webchat.Limits) sandboxOptions {
	return sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: limits}
}

// unhurried are limits that no story meets.
func unhurried() webchat.Limits {
	r := web.Rate{PerSecond: 1000, Burst: 1000}
	return webchat.Limits{Messages: r, Receipts: r, ClientSessions: r, ClientMessages: r, ClientReads: r}
}

func TestStoryOfAVisitor(t *testing.T) {
	changes, err := sample.Changes(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	changes = slices.DeleteFunc(changes, func(c bot.Change) bool { return !c.Told() || !c.Audience.Matches(bot.Person{}, bot.Calendar{}) })
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		for _, l := range bot.Languages() {
			t.Run(string(l), func(t *testing.T) {
				s.t = t
				a, v := s.onWebchat(l)
				a.write("/start")
				a.hears("@welcome.about")
				visit(s, a, s.chatOf(v), changes)
				if faults := v.Faults(); len(faults) > 0 {
					t.Errorf("no page could use %v", faults)
				}
			})
		}
	})
}

// Files that are chosen together come one by one, and have one polite word.
func TestFilesAtOnceHaveOnePoliteWord(t *testing.T) {
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		a, v := s.onWebchat(bot.Ukrainian)
		a.write("/start")
		a.hears("@welcome.about")
		for i := range 4 {
			file, err := v.Upload(t.Context(), fmt.Sprint("f", i), fmt.Sprintf("договір %d.txt", i), []byte("договір"))
			if err == nil {
				err = v.Attach(t.Context(), file, "")
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		a.hears("@polite.file")
		a.write("меню")
		a.hears("@menu.choose")
	})
}

func TestOperatorIsSeenWriting(t *testing.T) {
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		a, v := s.onWebchat(bot.Ukrainian)
		a.write("/start")
		a.hears("@welcome.about")
		a.write("покличте людину")
		a.hears("@handoff.called")
		ticket := a.ticket(s.chatOf(v))
		typing := func() {
			t.Helper()
			if err := s.service.parts.desk.Typing(t.Context(), ticket.ID, maryna()); err != nil {
				t.Fatal(err)
			}
		}
		typing() // nobody has taken it yet
		s.desk(ticket, bot.TicketTake)
		a.hears("Марина")
		if v.Typing() != 0 {
			t.Error("somebody writes who does not hold the chat")
		}
		typing()
		s.await("typing", func() bool { return v.Typing() > 0 })
	})
}

// What the page tells of our messages is what the outbox knows of them.
func TestVisitorsReceipts(t *testing.T) {
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		a, v := s.onWebchat(bot.Ukrainian)
		a.write("/start")
		a.hears("@welcome.about")
		line := v.Shown()[0].Seq
		if err := v.Tell(t.Context(), []int64{line}, line); err != nil {
			t.Fatal(err)
		}
		s.idle()
		if logs := s.logs.String(); strings.Contains(logs, "parked") {
			t.Error(logs)
		}
		page, err := v.Fetch(t.Context(), 0)
		if err != nil || page.Seen != line || page.Delivered != line {
			t.Errorf("marks %+v, %v", page, err)
		}
	})
}

// A stop waits for no stream, and a visitor's messages have one door.
func TestStopWithOpenStreams(t *testing.T) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}})
	_, v := s.onWebchat(bot.Ukrainian)
	if err := v.Start(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	s.await("the stream", func() bool { return len(v.Lines()) > 0 })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/webhooks/webchat", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+v.Token())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("the webhook of the web chat is %d", res.StatusCode)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.logs.String(), "requests were cut") {
		t.Error("the stop waited for a stream until it had to cut it")
	}
}

func TestChatOrigins(t *testing.T) {
	cfg, err := readConfig(goodEnv("VISNYK_CHAT_ORIGINS=https://shop.example, https://www.shop.example"))
	if err != nil {
		t.Fatal(err)
	}
	last := cfg.Bots[len(cfg.Bots)-1]
	if last.Name != "webchat" || last.Channel != "webchat" || len(cfg.ChatOrigins) != 2 {
		t.Errorf("bot %+v for %q", last, cfg.ChatOrigins)
	}
	if cfg, err = readConfig(goodEnv()); err != nil || len(cfg.Bots) != 2 {
		t.Errorf("without it there are %d bots, %v", len(cfg.Bots), err)
	}
	for _, wrong := range []string{"*", "http://shop.example", "https://shop.example/page", "https://ok.example,shop.example"} {
		_, err := readConfig(goodEnv("VISNYK_CHAT_ORIGINS=" + wrong))
		var usage *settings.WrongError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), "VISNYK_CHAT_ORIGINS") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
