package vibertest

// The bodies of callbacks, in the order of Viber's documentation.
type (
	ping struct {
		Event     string `json:"event"`
		Timestamp int64  `json:"timestamp"`
		Host      string `json:"chat_hostname"`
		Token     uint64 `json:"message_token"`
	}
	// receipt is delivered, seen, failed and unsubscribed.
	receipt struct {
		Event     string `json:"event"`
		Timestamp int64  `json:"timestamp"`
		Token     uint64 `json:"message_token"`
		User      string `json:"user_id"`
		Desc      string `json:"desc,omitempty"`
	}
	opened struct {
		Event      string  `json:"event"`
		Timestamp  int64   `json:"timestamp"`
		Token      uint64  `json:"message_token"`
		Type       string  `json:"type"`
		Context    string  `json:"context,omitempty"`
		User       profile `json:"user"`
		Subscribed bool    `json:"subscribed"`
	}
	joined struct {
		Event     string  `json:"event"`
		Timestamp int64   `json:"timestamp"`
		User      profile `json:"user"`
		Token     uint64  `json:"message_token"`
	}
	wrote struct {
		Event     string  `json:"event"`
		Timestamp int64   `json:"timestamp"`
		Host      string  `json:"chat_hostname"`
		Token     uint64  `json:"message_token"`
		Sender    profile `json:"sender"`
		Message   Sent    `json:"message"`
		Silent    bool    `json:"silent"`
	}
	profile struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		Avatar     string `json:"avatar,omitempty"`
		Country    string `json:"country"`
		Language   string `json:"language"`
		APIVersion int    `json:"api_version"`
	}
)

// Sent is what a person sends.
type Sent struct {
	Type         string      `json:"type"`
	Text         string      `json:"text,omitempty"`
	Media        string      `json:"media,omitempty"`
	Thumbnail    string      `json:"thumbnail,omitempty"`
	FileName     string      `json:"file_name,omitempty"`
	FileSize     int64       `json:"file_size,omitempty"`
	Duration     int64       `json:"duration,omitempty"`
	StickerID    int64       `json:"sticker_id,omitempty"`
	Location     *Coordinate `json:"location,omitempty"`
	Contact      *Card       `json:"contact,omitempty"`
	TrackingData string      `json:"tracking_data,omitempty"`
}

// Coordinate is a place on the map.
type Coordinate struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// Card is a contact from somebody's address book.
type Card struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone_number,omitempty"`
}

// millis is the clock of callbacks.
func (s *Server) millis() int64 { return s.opts.Now().UnixMilli() }

// event delivers a receipt.
func (s *Server) event(user, kind string, r receipt) *Delivery {
	r.Event, r.Timestamp = kind, s.millis()
	return s.callback(user, kind, r, nil)
}

// delivered tells, once per device, that a message arrived: the bot's, and the
// person's own, too.
func (s *Server) delivered(user string, token uint64) {
	if s.opts.NoReceipts {
		return
	}
	s.mu.Lock()
	devices := s.user(user).devices
	s.mu.Unlock()
	for range devices {
		s.event(user, "delivered", receipt{Token: token, User: user})
	}
}

// callback delivers an event, if the webhook wants its kind.
func (s *Server) callback(user, kind string, body any, then func(Attempt)) *Delivery {
	s.mu.Lock()
	wanted := s.webhook.wants(kind)
	s.mu.Unlock()
	if !wanted {
		d := &Delivery{Body: encode(body), server: s, key: user, done: make(chan struct{}), err: ErrDeclined}
		close(d.done)
		return d
	}
	raw := encode(body)
	d := s.enqueue(user, raw, then)
	s.mu.Lock()
	twice := kind != "delivered" && kind != "seen" && s.user(user).twice
	if twice {
		s.user(user).twice = false
	}
	s.mu.Unlock()
	if twice {
		d.Again()
	}
	return d
}

// profile returns a person as callbacks show them. The caller holds mu.
func (s *Server) profile(u *user) profile {
	name := u.name
	if !s.webhook.sendName {
		name = "Subscriber"
	}
	return profile{ID: u.id, Name: name, Country: "UA", Language: u.lang, APIVersion: u.apiVersion}
}
