package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/bot/channeltest"
	settings "visnyk/cmd/visnyk/config"
	"visnyk/storage/storagetest"
)

// paperKind is a line in the table of kinds: all that a messenger needs besides
// its folder.
func paperKind(name string, ch bot.Channel) kind {
	return kind{
		Kind: settings.Kind{Name: name, Check: func(bot.Account, bool) []error { return nil }},
		open: func(bot.Account, ours) (bot.Channel, error) { return ch, nil },
	}
}

// paperWorld is the service with two messengers of paper beside its own.
type paperWorld struct {
	*world
	whatsapp *channeltest.WhatsAppServer
	sms      *channeltest.SMSGateway
	db       *sqlx.DB
}

// TestPaperThroughTheLine: two messengers of other shapes go from their door to
// their API with a line in the table of kinds, and nothing else of the house
// knows of them.
func TestPaperThroughTheLine(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			whatsapp, w := channeltest.StartWhatsApp(t, "whatsapp", 5*time.Second)
			sms, m := channeltest.StartSMS(t, "sms", 5*time.Second)
			url := database(t)
			s := newWorld(t, url, sandboxOptions{
				kinds: []kind{paperKind("whatsapp", w), paperKind("sms", m)},
				more:  []botConfig{{Name: "whatsapp", Channel: "whatsapp"}, {Name: "sms", Channel: "sms"}},
			})
			sms.Hook = "http://" + s.address + "/webhooks/sms"
			if err := whatsapp.Connect("http://" + s.address + "/webhooks/whatsapp"); err != nil {
				t.Fatal(err)
			}
			p := &paperWorld{world: s, whatsapp: whatsapp, sms: sms, db: look(t, url)}
			p.strangers()
			p.batches()
			p.texts()
		})
	}
}

// hears waits until the person was told so many messages, and gives them.
func (s *paperWorld) hears(shown func(string) []channeltest.Shown, chat string, n int) []channeltest.Shown {
	s.t.Helper()
	s.await(fmt.Sprintf("%s to hear %d messages", chat, n), func() bool { return len(shown(chat)) >= n })
	s.idle()
	all := shown(chat)
	if len(all) != n {
		s.t.Fatalf("%s hears %d messages, want %d: %+v", chat, len(all), n, all)
	}
	return all
}

func (s *paperWorld) count(query string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.Get(&n, query, args...); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// called waits until an operator is called to the chat.
func (s *paperWorld) called(to bot.Address) {
	s.t.Helper()
	s.await("an operator to be called", func() bool {
		tickets, err := s.service.store.Load().OpenTickets(context.Background())
		return err == nil && slices.ContainsFunc(tickets, func(k bot.Ticket) bool { return k.Address == to })
	})
}

// batches: three people write in one delivery, and each is answered; a redelivery adds
// nothing; a press from the list is a press; statuses are receipts.
func (s *paperWorld) batches() {
	s.t.Helper()
	people := []string{"380500000001", "380500000002", "380500000003"}
	var items []map[string]any
	for _, p := range people {
		items = append(items, s.whatsapp.Said(p, "Привіт"))
	}
	hello := s.whatsapp.Batch(items...)
	for range 2 {
		if a, err := s.whatsapp.Deliver(hello); err != nil || a.Status != http.StatusOK || a.Body != "" {
			s.t.Fatalf("answered %+v, %v", a, err)
		}
	}
	operator := s.words(bot.Ukrainian, "button.operator")
	for _, p := range people {
		if all := s.hears(s.whatsapp.Shown, p, 1); !slices.Contains(all[0].Labels, operator) {
			s.t.Errorf("%s sees %q", p, all[0].Labels)
		}
	}
	press, err := s.whatsapp.Pressed(people[1], operator)
	if err != nil {
		s.t.Fatal(err)
	}
	var sent string
	if err := s.db.Get(&sent, `SELECT external_id FROM outbox WHERE bot = 'whatsapp' AND chat = $1`, people[0]); err != nil {
		s.t.Fatal(err)
	}
	read := []map[string]any{s.whatsapp.Status(people[0], sent, "sent"), s.whatsapp.Status(people[0], sent, "delivered"), s.whatsapp.Status(people[0], sent, "read")}
	if a, err := s.whatsapp.Deliver(s.whatsapp.Batch(append(read, press, map[string]any{"id": 7})...)); err != nil || a.Status != http.StatusOK {
		s.t.Fatalf("answered %+v, %v", a, err)
	}
	s.hears(s.whatsapp.Shown, people[1], 2)
	s.hears(s.whatsapp.Shown, people[0], 1)
	s.called(bot.Address{Bot: "whatsapp", Chat: people[1]})
	if n := s.count(`SELECT count(*) FROM outbox WHERE bot = 'whatsapp' AND chat = $1 AND delivered_at > 0 AND seen_at > 0`, people[0]); n != 1 {
		s.t.Errorf("%d messages are delivered and seen", n)
	}
	if n := s.count(`SELECT count(*) FROM inbox WHERE bot = 'whatsapp' AND state = 'parked'`); n != 1 {
		s.t.Errorf("%d parked, want the malformed one", n)
	}
	if n := s.count(`SELECT count(*) FROM inbox WHERE bot = 'whatsapp'`); n != 8 {
		s.t.Errorf("%d rows in the inbox", n)
	}
	if s.whatsapp.Refused() != 0 {
		s.t.Errorf("%d sends broke a rule", s.whatsapp.Refused())
	}
}

// texts: a person reached by SMS has nothing to press and writes the label; the gateway
// hears in its own words that it was taken, and twice the same.
func (s *paperWorld) texts() {
	s.t.Helper()
	const chat = "380671234567"
	hello := s.sms.Said(chat, "Привіт")
	var first channeltest.PaperAnswer
	for i := range 2 {
		a, err := s.sms.Deliver(hello)
		if err != nil || a.Status != http.StatusAccepted || a.Type != "text/xml" || !strings.HasPrefix(a.Body, "<taken><id>in-") || i > 0 && a != first {
			s.t.Fatalf("answered %+v, %v", a, err)
		}
		first = a
	}
	operator := s.words(bot.Ukrainian, "button.operator")
	s.await("an answer", func() bool { return len(s.sms.Shown(chat)) > 0 })
	s.idle()
	said := s.sms.Shown(chat)
	if last := said[len(said)-1]; len(last.Labels) > 0 || !strings.Contains(last.Text, operator) {
		s.t.Errorf("hears %+v", last)
	}
	if _, err := s.sms.Deliver(s.sms.Said(chat, strings.ToLower(operator))); err != nil {
		s.t.Fatal(err)
	}
	s.called(bot.Address{Bot: "sms", Chat: chat})
	s.idle()
	if s.sms.Refused() != 0 {
		s.t.Errorf("%d sends broke a rule", s.sms.Refused())
	}
}

// strangers get nowhere, at either door.
func (s *paperWorld) strangers() {
	s.t.Helper()
	at := "http://" + s.address + "/webhooks/"
	if a, err := s.whatsapp.Handshake(at+"whatsapp", "guess", "<script>"); err != nil || a.Status != http.StatusUnauthorized || a.Body != "" {
		s.t.Errorf("a handshake with a guess is answered %+v, %v", a, err)
	}
	for _, path := range []string{"sms", "telegram", "viber"} {
		if a, err := s.whatsapp.Handshake(at+path, "paper-verify-token", "x"); err != nil || a.Status != http.StatusMethodNotAllowed || a.Body != "" {
			s.t.Errorf("a handshake at %s is answered %+v, %v", path, a, err)
		}
	}
	hook := s.sms.Hook
	defer func() { s.sms.Hook = hook }()
	s.sms.Hook = at + "whatsapp" // signed for one door, brought to another
	if a, err := s.sms.Deliver(s.sms.Said("380671234567", "Привіт")); err != nil || a.Status != http.StatusUnauthorized {
		s.t.Errorf("another's form is answered %+v, %v", a, err)
	}
	if n := s.count(`SELECT count(*) FROM inbox WHERE bot IN ('whatsapp', 'sms')`); n != 0 {
		s.t.Errorf("%d rows in the inbox", n)
	}
}
