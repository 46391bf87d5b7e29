package telegramtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// chat is a private chat with one person. The server's lock guards it.
type chat struct {
	id      int64
	started bool // the person wrote first, so the bot may write
	blocked bool
	gone    bool // the account is deleted
	thread  []Message
	threads map[int64]bool // that the person has opened
	last    int64          // the last message_id
	script  []Fault
	always  Fault
	bans    limits
	twice   bool // the next update of the chat is delivered once more
}

// Message is one message of a chat.
type Message struct {
	ID       int64
	Chat     int64
	Thread   int64 // of the chat; 0 is the chat itself
	FromBot  bool
	Text     string // as it is seen; a caption too
	HTML     string // as the bot sent it
	Photo    string // the address or file
	Document string
	What     string     // what a person sent: "text", "photo", "sticker" and so on
	File     string     // the id of the file that a person sent
	Keyboard [][]Button // under the message
	Reply    [][]Button // in place of the person's own keyboard
	Edited   bool
	Read     bool // a person's message, whose update the bot has acknowledged
	At       time.Time
}

// Button is one button under a message or of a reply keyboard.
type Button struct {
	Text    string
	Data    string
	URL     string
	Contact bool // asks for the phone number
}

// Button finds the button with the label.
func (m Message) Button(label string) (Button, bool) {
	for _, rows := range [][][]Button{m.Keyboard, m.Reply} {
		for _, row := range rows {
			for _, b := range row {
				if b.Text == label {
					return b, true
				}
			}
		}
	}
	return Button{}, false
}

// Labels lists the labels of the buttons, row after row.
func (m Message) Labels() []string {
	var labels []string
	for _, rows := range [][][]Button{m.Keyboard, m.Reply} {
		for _, row := range rows {
			for _, b := range row {
				labels = append(labels, b.Text)
			}
		}
	}
	return labels
}

// chat returns the chat, making it at need. The lock is held.
func (s *Server) chat(id int64) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{id: id}
		s.chats[id] = c
	}
	return c
}

// record adds a message to its chat. The lock is held.
func (s *Server) record(c *chat, m Message) Message {
	c.last++
	m.ID, m.Chat, m.At = c.last, c.id, time.Now()
	if s.opts.Unrecorded {
		c.thread = c.thread[:0]
	}
	c.thread = append(c.thread, m)
	s.change()
	return m
}

// find returns a message by its id; nil when it is not there. The lock is held.
func (c *chat) find(id int64) *Message {
	i := slices.IndexFunc(c.thread, func(m Message) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return &c.thread[i]
}

// Thread returns the whole chat, both sides, in order.
func (s *Server) Thread(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chat]
	if c == nil {
		return nil
	}
	return slices.Clone(c.thread)
}

// Messages returns what the bot sent to the chat, in order.
func (s *Server) Messages(chat int64) []Message {
	return slices.DeleteFunc(s.Thread(chat), func(m Message) bool { return !m.FromBot })
}

// WaitMessages waits until the bot has sent at least n messages to the chat and
// gives them.
func (s *Server) WaitMessages(ctx context.Context, chat int64, n int) ([]Message, error) {
	var got []Message
	err := s.Wait(ctx, func() bool {
		got = s.Messages(chat)
		return len(got) >= n
	})
	if err != nil {
		err = fmt.Errorf("%d of %d messages: %w", len(got), n, err)
	}
	return got, err
}

// WaitText waits until the bot's last message holding the words is there.
func (s *Server) WaitText(ctx context.Context, chat int64, words string) (Message, error) {
	var found Message
	err := s.Wait(ctx, func() bool {
		for _, m := range slices.Backward(s.Messages(chat)) {
			if strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		err = fmt.Errorf("no message with %q: %w", words, err)
	}
	return found, err
}

// Answer is one answer to a press.
type Answer struct {
	Press string // the id of the callback query
	User  int64
	Text  string
	Alert bool
	At    time.Time
}

// Answers returns every answer to a press, in order.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answers)
}
