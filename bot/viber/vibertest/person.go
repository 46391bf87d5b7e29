package vibertest

import (
	"fmt"
	"slices"
)

// Person is somebody with a phone. What they do returns at once; the Delivery
// tells when the bot has been told.
type Person struct {
	server *Server
	id     string
}

// Person finds the person with the id, or makes one, who has Viber and does not
// know the bot yet. Language is a locale such as "uk".
func (s *Server) Person(id, name, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(id)
	u.name, u.lang = name, language
	return &Person{s, id}
}

// ID is the person's id at this account.
func (p *Person) ID() string { return p.id }

// set changes the person.
func (p *Person) set(f func(*user)) *Person {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	f(p.server.user(p.id))
	p.server.tell()
	return p
}

// Phone gives the person a phone number.
func (p *Person) Phone(number string) *Person { return p.set(func(u *user) { u.phone = number }) }

// Devices has the person read on n devices.
func (p *Person) Devices(n int) *Person { return p.set(func(u *user) { u.devices = n }) }

// APIVersion gives the person a client of that API level.
func (p *Person) APIVersion(n int) *Person { return p.set(func(u *user) { u.apiVersion = n }) }

// Subscribed reports whether the bot may write to the person.
func (p *Person) Subscribed() bool {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.server.user(p.id).subscribed
}

// Join lets the bot write to the person, as if they had written long ago.
func (p *Person) Join() *Person { return p.set(func(u *user) { u.subscribed = true }) }

// Unread tells how many messages of the bot the person has not read.
func (p *Person) Unread() int {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return len(p.server.user(p.id).unread)
}

// Twice has the next callback of what the person does delivered once more.
func (p *Person) Twice(on bool) *Person { return p.set(func(u *user) { u.twice = on }) }

// Doubled reports whether that callback is still to come.
func (p *Person) Doubled() bool {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.server.user(p.id).twice
}

// Messages returns what the bot has said to the person.
func (p *Person) Messages() []Message { return p.server.Messages(p.id) }

// Keyboard returns the keyboard that stands there now; nil when there is none.
func (p *Person) Keyboard() *Keyboard {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.server.user(p.id).keyboard
}

// Open opens the chat, by a deep link if context is not "". The bot's answer, if
// it has a body, is the welcome; a wrong one is recorded as a refused request.
func (p *Person) Open(context string) *Delivery {
	s := p.server
	s.mu.Lock()
	u := s.user(p.id)
	body := opened{
		Event: "conversation_started", Timestamp: s.millis(), Token: s.newToken(),
		Type: "open", Context: context, User: s.profile(u), Subscribed: u.subscribed,
	}
	s.mu.Unlock()
	return s.callback(p.id, body.Event, body, func(a Attempt) { s.welcome(p.id, a.Body) })
}

// welcome shows what the bot answered to conversation_started.
func (s *Server) welcome(id string, body []byte) {
	if len(body) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.tell()
	d, refused := read(body)
	if refused == nil && len(body) > maxRequest {
		refused = refuse(3, "badData: %d bytes, at most %d", len(body), maxRequest)
	}
	if refused == nil && (d.has("receiver") || d.has("auth_token")) {
		refused = refuse(3, "badData: a welcome has no receiver and no auth_token")
	}
	var m Message
	if refused == nil {
		m, refused = message(d)
	}
	if refused != nil {
		s.requests = append(s.requests, Request{Method: "welcome", Body: body, Status: refused.status, Reason: refused.why})
		return
	}
	u := s.user(id)
	m.Token, m.To, m.At, m.Welcome, m.Raw = s.newToken(), id, s.opts.Now(), true, body
	m.Text = fill(m.Text, u)
	u.show(m)
}

// Subscribe presses the subscribe button.
func (p *Person) Subscribe() *Delivery {
	s := p.server
	s.mu.Lock()
	u := s.user(p.id)
	u.subscribed = true
	body := joined{Event: "subscribed", Timestamp: s.millis(), User: s.profile(u), Token: s.newToken()}
	s.mu.Unlock()
	return s.callback(p.id, body.Event, body, nil)
}

// Leave unsubscribes, even who is not subscribed.
func (p *Person) Leave() *Delivery {
	s := p.server
	s.mu.Lock()
	u := s.user(p.id)
	u.subscribed, u.keyboard = false, nil
	token := s.newToken()
	s.mu.Unlock()
	return s.event(p.id, "unsubscribed", receipt{Token: token, User: p.id})
}

// Read reads everything. Viber says so once, by the newest message.
func (p *Person) Read() *Delivery {
	s := p.server
	s.mu.Lock()
	u := s.user(p.id)
	unread := u.unread
	u.unread = nil
	s.mu.Unlock()
	if len(unread) == 0 {
		d := &Delivery{server: s, key: p.id, done: make(chan struct{})}
		close(d.done)
		return d
	}
	return s.event(p.id, "seen", receipt{Token: unread[len(unread)-1], User: p.id})
}

// Send sends anything. Who writes is subscribed from then on, without a
// subscribed callback. The tracking data of the bot's last message goes along.
func (p *Person) Send(m Sent) *Delivery { return p.send(m, false) }

func (p *Person) send(m Sent, silent bool) *Delivery {
	s := p.server
	s.mu.Lock()
	u := s.user(p.id)
	if m.TrackingData == "" {
		m.TrackingData = u.tracking
	}
	u.subscribed, u.unanswered = true, nil
	body := wrote{
		Event: "message", Timestamp: s.millis(), Host: "SN-CHAT-03_", Token: s.newToken(),
		Sender: s.profile(u), Message: m, Silent: silent,
	}
	if !silent {
		u.thread = append(u.thread, Line{Sent: m, Token: body.Token, At: s.opts.Now()})
	}
	s.tell()
	s.mu.Unlock()
	d := s.callback(p.id, body.Event, body, func(Attempt) { s.arrived(p.id, body.Token) })
	s.delivered(p.id, body.Token)
	return d
}

// Write writes a text.
func (p *Person) Write(text string) *Delivery { return p.Send(Sent{Type: "text", Text: text}) }

// SendPicture sends a picture with a caption.
func (p *Person) SendPicture(media, caption string) *Delivery {
	return p.Send(Sent{Type: "picture", Text: caption, Media: media, Thumbnail: media})
}

// SendFile sends a file of size bytes.
func (p *Person) SendFile(media, name string, size int64) *Delivery {
	return p.Send(Sent{Type: "file", Media: media, FileName: name, FileSize: size})
}

// Sticker sends a sticker.
func (p *Person) Sticker(id int64) *Delivery { return p.Send(Sent{Type: "sticker", StickerID: id}) }

// Contact sends a contact from the address book.
func (p *Person) Contact(name, phone string) *Delivery {
	return p.Send(Sent{Type: "contact", Contact: &Card{Name: name, Phone: phone}})
}

// Location sends a place.
func (p *Person) Location(lat, lon float64) *Delivery {
	return p.Send(Sent{Type: "location", Location: &Coordinate{lat, lon}})
}

// Press presses the button with the label on the keyboard that stands there now, else the
// newest of those that stay in the chat. On a client that does not know Silent the body
// stands in the chat, as words of the person. A reply comes to the bot as a text, like
// anything typed.
func (p *Person) Press(label string) (*Delivery, error) {
	boards := []*Keyboard{p.Keyboard()}
	for _, m := range slices.Backward(p.Messages()) {
		if m.Failed == "" {
			boards = append(boards, m.Rich)
		}
	}
	return p.press(boards, label)
}

// PressUnder presses the button with the label of those that stay beneath the words with the
// token.
func (p *Person) PressUnder(token uint64, label string) (*Delivery, error) {
	for _, m := range Read(p.Messages()) {
		if m.Token == token {
			return p.press([]*Keyboard{m.Rich}, label)
		}
	}
	return nil, fmt.Errorf("press %q: no such message", label)
}

// press presses the first button with the label.
func (p *Person) press(boards []*Keyboard, label string) (*Delivery, error) {
	var b Button
	for _, k := range boards {
		if k == nil || b.Label != "" {
			continue
		}
		if i := slices.IndexFunc(k.Buttons, func(b Button) bool { return b.Label == label }); i >= 0 {
			b = k.Buttons[i]
		}
	}
	if b.Label == "" {
		return nil, fmt.Errorf("press %q: no such button", label)
	}
	switch b.ActionType {
	case "reply":
		p.server.mu.Lock()
		silent := b.Silent && p.server.user(p.id).apiVersion >= silentLevel
		p.server.mu.Unlock()
		return p.send(Sent{Type: "text", Text: b.ActionBody}, silent), nil
	case "share-phone":
		p.server.mu.Lock()
		number := p.server.user(p.id).phone
		p.server.mu.Unlock()
		return p.Send(Sent{Type: "contact", Contact: &Card{Phone: number}}), nil
	case "location-picker":
		return p.Location(50.4501, 30.5234), nil
	default:
		return nil, fmt.Errorf("press %q: %s tells the bot nothing", label, b.ActionType)
	}
}
