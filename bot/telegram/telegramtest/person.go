package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"
)

// Person is somebody who talks to the bot in a private chat. What a person does
// becomes an update, delivered in the order in which Telegram would.
type Person struct {
	ID   int64
	s    *Server
	name string
	lang string

	thread int64 // where they speak; 0 is the chat itself
}

// Person returns the person with the id, who is also the chat, making them at
// need. lang is the language of their client; "" when it does not tell.
func (s *Server) Person(id int64, name, lang string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[id]
	if p == nil {
		p = &Person{ID: id, s: s}
		s.people[id] = p
	}
	p.name, p.lang = name, lang
	s.chat(id)
	return p
}

// Join lets the bot write to the person, as if they had written long ago.
func (p *Person) Join() *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.chat(p.ID).started = true
	return p
}

// Write sends a text.
func (p *Person) Write(text string) Message {
	return p.say(Message{What: "text", Text: text}, map[string]any{"text": text})
}

// WriteLong sends a text of any length as a client does: in messages of 4096 UTF-16
// units, one right after the other.
func (p *Person) WriteLong(text string) []Message {
	var sent []Message
	for units := utf16.Encode([]rune(text)); len(units) > 0; {
		end := min(4096, len(units))
		if end < len(units) && units[end] >= 0xdc00 && units[end] < 0xe000 {
			end-- // no letter is cut in two
		}
		sent = append(sent, p.Write(string(utf16.Decode(units[:end]))))
		units = units[end:]
	}
	return sent
}

// Start presses the START of a deep link.
func (p *Person) Start(payload string) Message {
	if payload != "" {
		payload = " " + payload
	}
	return p.Write("/start" + payload)
}

// Send sends any content: the fields of the message besides its envelope.
func (p *Person) Send(what, caption string, fields map[string]any) Message {
	if caption != "" {
		fields["caption"] = caption
	}
	return p.say(Message{What: what, Text: caption, File: fileIn(fields)}, fields)
}

// fileIn returns the id of the file in the fields of a message, the largest of a
// photo; "" when there is none.
func fileIn(fields map[string]any) (id string) {
	for _, v := range fields {
		if all, ok := v.([]any); ok && len(all) > 0 {
			v = all[len(all)-1]
		}
		if f, ok := v.(map[string]any); ok {
			id, _ = f["file_id"].(string)
		}
		if id != "" {
			return id
		}
	}
	return ""
}

// Contact shares the person's own phone number.
func (p *Person) Contact(phone string) Message {
	p.s.mu.Lock()
	own := map[string]any{"phone_number": phone, "first_name": p.name, "user_id": p.ID}
	p.s.mu.Unlock()
	return p.Send("contact", "", map[string]any{"contact": own})
}

// ContactOf shares the contact of somebody else.
func (p *Person) ContactOf(other *Person, phone string) Message {
	return p.Send("contact", "", map[string]any{"contact": map[string]any{"phone_number": phone, "first_name": other.name, "user_id": other.ID}})
}

// Locate sends a place.
func (p *Person) Locate(lat, lon float64) Message {
	return p.Send("location", "", map[string]any{"location": map[string]any{"latitude": lat, "longitude": lon}})
}

// Edit changes the text of an earlier message.
func (p *Person) Edit(id int64, text string) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	c := p.s.chat(p.ID)
	m := c.find(id)
	if m == nil || m.FromBot {
		return fmt.Errorf("fake telegram: no message %d of the person", id)
	}
	m.Text, m.Edited = text, true
	doc := p.envelope(*m)
	doc["text"], doc["edit_date"] = text, time.Now().Unix()
	p.s.post(p.ID, "edited_message", p.key("chat"), encode(doc))
	return nil
}

// Press presses the button with the label under the message and gives the id of
// the callback query. A button that opens a link or asks for a phone number
// makes none.
func (p *Person) Press(m Message, label string) (string, error) {
	b, found := m.Button(label)
	switch {
	case !found:
		return "", fmt.Errorf("fake telegram: message %d has no button %q", m.ID, label)
	case b.Data == "":
		return "", errors.New("fake telegram: the button makes no callback query")
	}
	return p.PressData(m, b.Data), nil
}

// PressData sends a callback query with any data, as a bad client can.
func (p *Person) PressData(m Message, data string) string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.serial++
	id := fmt.Sprintf("%d%09d", 4382+p.ID%1000, p.s.serial)
	p.s.presses[id] = press{user: p.ID, at: time.Now()}
	p.s.post(p.ID, "callback_query", p.key("user"), encode(map[string]any{
		"id": id, "from": p.user(), "message": p.s.json(m), "chat_instance": strconv.FormatInt(p.ID*7, 10), "data": data,
	}))
	return id
}

// Twice has the next update of what the person does delivered once more, at the
// same moment.
func (p *Person) Twice(on bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.chat(p.ID).twice = on
	p.s.change()
}

// Doubled reports whether that update is still to come.
func (p *Person) Doubled() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.chat(p.ID).twice
}

// Blocks reports whether the person blocked the bot.
func (p *Person) Blocks() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.chat(p.ID).blocked
}

// Block blocks the bot.
func (p *Person) Block() { p.member("member", "kicked") }

// Unblock lets the bot write again.
func (p *Person) Unblock() { p.member("kicked", "member") }

// Deactivate deletes the account. Telegram tells no bot of it.
func (p *Person) Deactivate() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.chat(p.ID).gone = true
}

func (p *Person) member(from, to string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	c := p.s.chat(p.ID)
	if c.blocked == (to == "kicked") {
		return
	}
	c.blocked = to == "kicked"
	c.started = true
	status := func(s string) map[string]any {
		m := map[string]any{"status": s, "user": p.s.me()}
		if s == "kicked" {
			m["until_date"] = 0
		}
		return m
	}
	p.s.post(p.ID, "my_chat_member", p.key("member"), encode(map[string]any{
		"chat": p.room(), "from": p.user(), "date": time.Now().Unix(),
		"old_chat_member": status(from), "new_chat_member": status(to),
	}))
}

// say puts the person's message into the chat and queues its update. Who writes
// to a bot they blocked unblocks it first.
func (p *Person) say(m Message, fields map[string]any) Message {
	p.Unblock()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	c := p.s.chat(p.ID)
	c.started = true
	m.Thread = p.thread
	m = p.s.record(c, m)
	doc := p.envelope(m)
	for k, v := range fields {
		doc[k] = v
	}
	if u := p.s.post(p.ID, "message", p.key("chat"), encode(doc)); u != nil {
		u.chat, u.message = p.ID, m.ID
	}
	return m
}

// key names the queue of what the person does: Telegram keeps the messages of a
// chat in order, and apart from it the presses of a user.
func (p *Person) key(of string) string { return of + ":" + strconv.FormatInt(p.ID, 10) }

func (p *Person) room() map[string]any {
	return map[string]any{"id": p.ID, "type": "private", "first_name": p.name}
}

func (p *Person) user() map[string]any {
	u := map[string]any{"id": p.ID, "is_bot": false, "first_name": p.name}
	if p.lang != "" {
		u["language_code"] = p.lang
	}
	return u
}

func (p *Person) envelope(m Message) map[string]any {
	return placed(map[string]any{"message_id": m.ID, "date": m.At.Unix(), "chat": p.room(), "from": p.user()}, m.Thread)
}

// json returns a message of the bot as the API shows it. The lock is held.
func (s *Server) json(m Message) map[string]any {
	room := map[string]any{"id": m.Chat, "type": "private"}
	if p := s.people[m.Chat]; p != nil {
		room["first_name"] = p.name
	}
	doc := placed(map[string]any{"message_id": m.ID, "from": s.me(), "chat": room, "date": m.At.Unix()}, m.Thread)
	switch {
	case m.Photo != "":
		small := map[string]any{"file_id": "SMALL", "file_unique_id": "s", "width": 90, "height": 60} // nobody can send it on
		doc["photo"] = []map[string]any{small, {"file_id": s.named(m.Photo), "file_unique_id": "u", "width": 1280, "height": 853}}
	case m.Document != "":
		doc["document"] = map[string]any{"file_id": s.named(m.Document), "file_unique_id": "u"}
	}
	switch {
	case m.Photo == "" && m.Document == "":
		doc["text"] = m.Text
	case m.Text != "":
		doc["caption"] = m.Text
	}
	if len(m.Keyboard) > 0 {
		doc["reply_markup"] = map[string]any{"inline_keyboard": inlineKeyboard(m.Keyboard)}
	}
	return doc
}

// named is what the bot may call a file that it has sent. The lock is held.
func (s *Server) named(file string) string {
	if _, known := s.files[file]; known {
		return file
	}
	return "FETCHED"
}

func inlineKeyboard(rows [][]Button) [][]map[string]any {
	out := make([][]map[string]any, len(rows))
	for i, row := range rows {
		for _, b := range row {
			doc := map[string]any{"text": b.Text}
			if b.URL != "" {
				doc["url"] = b.URL
			} else {
				doc["callback_data"] = b.Data
			}
			out[i] = append(out[i], doc)
		}
	}
	return out
}

func encode(doc map[string]any) []byte {
	raw, err := json.Marshal(doc)
	if err != nil { // only what a caller of Send put in can be to blame
		panic(fmt.Sprintf("fake telegram: %v", err))
	}
	return raw
}
