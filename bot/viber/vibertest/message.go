package vibertest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Message is one message of the bot, as the person has it.
type Message struct {
	Token         uint64
	To            string
	Type          string // "text", "picture", …; "" for a keyboard alone
	Text          string
	Media         string
	FileName      string
	Size          int
	Sender        string
	TrackingData  string
	MinAPIVersion int
	Keyboard      *Keyboard // nil when there is none
	Rich          *Keyboard // the buttons that stay, where it is nothing but them
	Alt           string    // what stands for those where they are not shown
	Raw           []byte    // the request, or the welcome, byte for byte
	At            time.Time
	Welcome       bool   // it was the answer to conversation_started
	Failed        string // why the person's device refused it; "" when it did not
}

// Labels returns the labels of the buttons of the message: those that stay, and those
// under it.
func (m Message) Labels() (labels []string) {
	for _, k := range []*Keyboard{m.Rich, m.Keyboard} {
		if k == nil {
			continue
		}
		for _, b := range k.Buttons {
			labels = append(labels, b.Label)
		}
	}
	return labels
}

// Read returns the messages as a person reads them: buttons that stay belong to the words
// above them, and so does the keyboard that came with them.
func Read(messages []Message) (all []Message) {
	for _, m := range messages {
		if last := len(all) - 1; m.Rich != nil && last >= 0 {
			all[last].Rich, all[last].Keyboard = m.Rich, m.Keyboard
			continue
		}
		all = append(all, m)
	}
	return all
}

// user is a person, as Viber knows them.
type user struct {
	id, name, lang string
	phone          string
	apiVersion     int
	devices        int
	subscribed     bool
	unanswered     []time.Time // messages since they last wrote
	unread         []uint64
	asked          []time.Time // calls of get_user_details
	tracking       string      // goes back with what they send next
	keyboard       *Keyboard
	messages       []Message
	thread         []Line
	faults         []Fault
	twice          bool // the next callback of what they do is delivered once more
}

// show puts the message on the person's screen. Its keyboard takes the place
// of the one before, also when it has none.
func (u *user) show(m Message) {
	u.messages = append(u.messages, m)
	if m.Failed == "" {
		u.thread = append(u.thread, Line{Message: m, Bot: true, At: m.At})
		u.keyboard, u.tracking = m.Keyboard, m.TrackingData
	}
}

// Line is one line of a chat as the person sees it.
type Line struct {
	Bot     bool
	Message Message // of the bot
	Sent    Sent    // of the person; what a silent button says is not shown where the client knows Silent
	Token   uint64
	At      time.Time
	Arrived bool // the bot was told of what the person sent
}

// Thread returns the whole chat, both sides, in order.
func (p *Person) Thread() []Line {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return slices.Clone(p.server.user(p.id).thread)
}

// arrived marks what the person sent as told to the bot.
func (s *Server) arrived(id string, token uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.tell()
	for i := range s.user(id).thread {
		if l := &s.user(id).thread[i]; l.Token == token {
			l.Arrived = true
		}
	}
}

// user finds a person, or makes one. The caller holds mu.
func (s *Server) user(id string) *user {
	u := s.users[id]
	if u == nil {
		u = &user{id: id, name: "Subscriber", lang: "uk", phone: "380671234567", apiVersion: topLevel, devices: 1}
		s.users[id] = u
	}
	return u
}

// Messages returns what the bot has said to the person, the welcome included.
func (s *Server) Messages(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[user]; u != nil {
		return slices.Clone(u.messages)
	}
	return nil
}

// WaitMessages returns what the bot has said to the person as soon as it is at
// least n messages.
func (s *Server) WaitMessages(ctx context.Context, user string, n int) ([]Message, error) {
	err := s.await(ctx, func() bool {
		u := s.users[user]
		return u != nil && len(u.messages) >= n
	})
	got := s.Messages(user)
	if err != nil {
		return got, fmt.Errorf("%d messages to %s, waited for %d: %w", len(got), user, n, err)
	}
	return got, nil
}
