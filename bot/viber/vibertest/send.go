package vibertest

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// Limits of broadcast_message.
const (
	maxReceivers     = 300
	maxBroadcasts    = 500 // in broadcastsWindow
	broadcastsWindow = 10 * time.Second
	replyWindow      = time.Hour
)

func (s *Server) sendMessage(c *call, d document) (map[string]any, *refusal) {
	receiver, refused := d.filled("receiver", 0)
	if refused != nil {
		return nil, refused
	}
	m, refused := message(d)
	if refused != nil {
		return nil, refused
	}
	m.Raw = c.Body
	s.mu.Lock()
	if u := s.users[receiver]; u != nil && len(u.faults) > 0 && c.fault.none() {
		c.fault, u.faults = u.faults[0], u.faults[1:]
	}
	if !c.fault.takes() {
		s.mu.Unlock()
		return nil, nil
	}
	if refused := s.reachable(receiver, m); refused != nil {
		s.mu.Unlock()
		return nil, refused
	}
	m.Token = s.newToken()
	receipts := s.take(receiver, m, c.fault.Failed)
	s.mu.Unlock()
	s.receipts(c, receipts)
	return map[string]any{"message_token": m.Token, "billing_status": 1}, nil
}

func (s *Server) broadcastMessage(c *call, d document) (map[string]any, *refusal) {
	var list []string
	if !d.has("broadcast_list") {
		return nil, refuse(4, "missingData: broadcast_list")
	}
	if json.Unmarshal(d["broadcast_list"], &list) != nil || len(list) == 0 || len(list) > maxReceivers {
		return nil, refuse(3, "badData: broadcast_list wants 1 to %d ids", maxReceivers)
	}
	m, refused := message(d)
	if refused != nil {
		return nil, refused
	}
	m.Raw = c.Body
	s.mu.Lock()
	if s.webhook.url == "" {
		s.mu.Unlock()
		return nil, refuse(10, "webhookNotSet")
	}
	now := s.opts.Now()
	s.broadcasts = since(s.broadcasts, now.Add(-broadcastsWindow))
	if len(s.broadcasts) >= maxBroadcasts {
		s.mu.Unlock()
		return nil, refuse(12, "tooManyRequests")
	}
	s.broadcasts = append(s.broadcasts, now)
	m.Token = s.newToken()
	failed := []map[string]any{}
	var receipts []func()
	for _, id := range list {
		if refused := s.reachable(id, m); refused != nil {
			failed = append(failed, map[string]any{"receiver": id, "status": refused.status, "status_message": refused.why})
			continue
		}
		receipts = append(receipts, s.take(id, m, c.fault.Failed)...)
	}
	s.mu.Unlock()
	s.receipts(c, receipts)
	return map[string]any{"message_token": m.Token, "failed_list": failed}, nil
}

// reachable tells why the message may not go to the person. The caller holds mu.
func (s *Server) reachable(id string, m Message) *refusal {
	u := s.users[id]
	switch {
	case s.webhook.url == "":
		return refuse(10, "webhookNotSet")
	case u == nil:
		return refuse(5, "receiverNotRegistered")
	case !u.subscribed:
		return refuse(6, "receiverNotSubscribed")
	case m.MinAPIVersion > u.apiVersion:
		return refuse(13, "apiVersionNotSupported")
	}
	u.unanswered = since(u.unanswered, s.opts.Now().Add(-replyWindow))
	if s.opts.HourlyLimit > 0 && len(u.unanswered) >= s.opts.HourlyLimit {
		return refuse(12, "tooManyRequests")
	}
	return nil
}

// take shows the message to the person, and gives the callbacks that tell of
// it. The caller holds mu.
func (s *Server) take(id string, m Message, failed string) []func() {
	u := s.users[id]
	m.To, m.At = id, s.opts.Now()
	m.Text = fill(m.Text, u)
	m.Failed = failed
	u.unanswered = append(u.unanswered, m.At)
	u.show(m)
	s.tell()
	if failed != "" {
		return []func(){func() { s.event(id, "failed", receipt{Token: m.Token, User: id, Desc: failed}) }}
	}
	u.unread = append(u.unread, m.Token)
	return []func(){func() { s.delivered(id, m.Token) }}
}

// receipts tells of messages after the answer, or before it where the options
// say so. They count as pending from here on, so that Drain waits for them.
func (s *Server) receipts(c *call, tell []func()) {
	s.pend(len(tell))
	for _, f := range tell {
		c.after = append(c.after, func() {
			f()
			s.pend(-1)
		})
	}
	if s.opts.ReceiptsFirst {
		c.finish()
		_ = s.Drain(s.ctx)
	}
}

// fill puts the receiver's data into Viber's placeholders.
func fill(text string, u *user) string {
	return strings.NewReplacer(
		"replace_me_with_receiver_id", u.id,
		"replace_me_with_url_encoded_receiver_id", url.QueryEscape(u.id),
		"replace_me_with_user_name", u.name,
	).Replace(text)
}

// since drops the moments before from.
func since(moments []time.Time, from time.Time) []time.Time {
	for len(moments) > 0 && !moments[0].After(from) {
		moments = moments[1:]
	}
	return moments
}
