package vibertest

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// webhook is where callbacks go.
type webhook struct {
	url      string
	events   []string // those that can be chosen
	sendName bool
}

// wants reports whether callbacks of the event are delivered. Some cannot be declined.
func (w webhook) wants(event string) bool {
	switch event {
	case "message", "subscribed", "unsubscribed", "webhook":
		return true
	}
	return slices.Contains(w.events, event)
}

// setWebhook calls back before it answers, and wants 200.
func (s *Server) setWebhook(_ *call, d document) (map[string]any, *refusal) {
	address, refused := d.text("url", true, maxAddress)
	if refused != nil {
		return nil, refused
	}
	w := webhook{url: address, events: []string{"delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"}}
	if d.has("event_types") {
		var events []string
		if json.Unmarshal(d["event_types"], &events) != nil {
			return nil, refuse(3, "badData: event_types")
		}
		for _, e := range events {
			if !slices.Contains(w.events, e) && e != "message" && e != "webhook" && e != "client_status" {
				return nil, refuse(3, "badData: event_types %q", e)
			}
		}
		w.events = events
	}
	if d.has("send_name") && json.Unmarshal(d["send_name"], &w.sendName) != nil {
		return nil, refuse(3, "badData: send_name")
	}
	if address != "" {
		if !secure(address) {
			return nil, refuse(1, "invalidUrl: want https")
		}
		s.mu.Lock()
		body := encode(ping{Event: "webhook", Timestamp: s.millis(), Host: "SN-CHAT-03_", Token: s.newToken()})
		s.mu.Unlock()
		if a := s.post(address, body, s.opts.CallbackTimeout); a.Status != http.StatusOK {
			return nil, refuse(1, "Result[HttpRequest[POST] > HttpResponse[HTTP/1.1 %d]] null", a.Status)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = w
	s.tell()
	if address == "" {
		return nil, nil
	}
	return map[string]any{"event_types": w.events}, nil
}

// secure reports whether Viber would call the address; plain http on loopback
// alone, where no certificate can be had.
func secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func (s *Server) accountInfo(*call, document) (map[string]any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	subscribers := 0
	for _, u := range s.users {
		if u.subscribed {
			subscribers++
		}
	}
	return map[string]any{
		"id": "pa:75346594275468546724", "name": s.opts.Name, "uri": s.opts.URI,
		"category": "Companies", "subcategory": "Services", "country": "UA",
		"webhook": s.webhook.url, "event_types": s.webhook.events, "subscribers_count": subscribers,
		"members": []any{},
	}, nil
}

// userDetails answers at most twice in 12 hours for one person.
func (s *Server) userDetails(_ *call, d document) (map[string]any, *refusal) {
	id, refused := d.filled("id", 0)
	if refused != nil {
		return nil, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[id]
	if u == nil {
		return nil, refuse(5, "receiverNotRegistered")
	}
	now := s.opts.Now()
	if u.asked = since(u.asked, now.Add(-12*time.Hour)); len(u.asked) >= 2 {
		return nil, refuse(12, "tooManyRequests")
	}
	u.asked = append(u.asked, now)
	return map[string]any{"message_token": s.newToken(), "user": map[string]any{
		"id": u.id, "name": u.name, "country": "UA", "language": u.lang, "api_version": u.apiVersion,
		"primary_device_os": "android 15", "viber_version": "25.0.0", "mcc": 255, "mnc": 1, "device_type": "phone",
	}}, nil
}

func (s *Server) online(_ *call, d document) (map[string]any, *refusal) {
	var ids []string
	if !d.has("ids") {
		return nil, refuse(4, "missingData: ids")
	}
	if json.Unmarshal(d["ids"], &ids) != nil || len(ids) == 0 || len(ids) > 100 {
		return nil, refuse(3, "badData: ids wants 1 to 100 ids")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	users := make([]map[string]any, len(ids))
	for i, id := range ids {
		users[i] = map[string]any{"id": id, "online_status": 4, "online_status_message": "unavailable"}
		if s.users[id] != nil {
			users[i] = map[string]any{"id": id, "online_status": 0, "online_status_message": "online"}
		}
	}
	return map[string]any{"users": users}, nil
}
