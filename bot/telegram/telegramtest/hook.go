package telegramtest

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// hook is where updates are delivered. The server's lock guards it.
type hook struct {
	url            string
	secret         string
	maxConnections int
	allowed        []string // nil: all
	lastError      string
	lastErrorAt    time.Time
}

// allows reports whether updates of the kind are wanted.
func (h hook) allows(kind string) bool {
	return len(h.allowed) == 0 || slices.Contains(h.allowed, kind)
}

func (s *Server) setWebhook(v values) reply {
	now := time.Now()
	if s.opts.Strict && now.Sub(s.setHookAt) < s.opts.Second {
		return tooMany(1)
	}
	s.setHookAt = now
	if v["url"] == "" {
		return s.deleteWebhook(v)
	}
	if err := s.checkHook(v["url"], v["secret_token"]); err != nil {
		return wrong(err.Error())
	}
	if s.breach != "" {
		return wrong(s.breach)
	}
	s.allow(v)
	if n, err := strconv.Atoi(v["max_connections"]); err == nil {
		s.hook.maxConnections = max(1, min(n, 100))
	}
	if v["drop_pending_updates"] == "true" {
		s.drop()
	}
	r := ok(true)
	r.Description = "Webhook was set"
	if s.hook.url == v["url"] && s.hook.secret == v["secret_token"] {
		r.Description = "Webhook is already set"
	}
	s.hook.url, s.hook.secret = v["url"], v["secret_token"]
	s.dispatch()
	return r
}

// allow reads allowed_updates: what is missing or broken keeps what was set.
func (s *Server) allow(v values) {
	var kinds []string
	if json.Unmarshal([]byte(v["allowed_updates"]), &kinds) == nil {
		s.hook.allowed = kinds
	}
}

// checkHook applies the rules for a webhook's address and secret.
func (s *Server) checkHook(address, secret string) error {
	if len(secret) > 256 {
		return errors.New("secret token is too long")
	}
	if strings.ContainsFunc(secret, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) {
		return errors.New("secret token contains unallowed characters")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return errors.New("bad webhook: An HTTPS URL must be provided for webhook")
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if s.opts.AllowHTTP && loopback && (u.Scheme == "http" || u.Scheme == "https") {
		return nil
	}
	switch {
	case u.Scheme != "https":
		return errors.New("bad webhook: An HTTPS URL must be provided for webhook")
	case !slices.Contains([]string{"", "80", "88", "443", "8443"}, u.Port()):
		return errors.New("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	case ip != nil && ip.To4() == nil:
		return errors.New("bad webhook: IPv6-only addresses are not allowed")
	case ip != nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified()):
		return errors.New("bad webhook: IP address " + ip.String() + " is reserved")
	}
	return nil
}

func (s *Server) deleteWebhook(v values) reply {
	r := ok(true)
	r.Description = "Webhook was deleted"
	if s.hook.url == "" {
		r.Description = "Webhook is already deleted"
	}
	s.hook.url, s.hook.secret = "", ""
	if v["drop_pending_updates"] == "true" {
		s.drop()
	}
	return r
}

func (s *Server) getWebhookInfo(values) reply {
	info := map[string]any{
		"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": s.stats.Pending,
		"max_connections": s.hook.maxConnections,
	}
	if s.hook.allowed != nil {
		info["allowed_updates"] = s.hook.allowed
	}
	if s.hook.lastError != "" {
		info["last_error_date"], info["last_error_message"] = s.hook.lastErrorAt.Unix(), s.hook.lastError
	}
	return ok(info)
}

// What a poller hears that must not poll.
const (
	besideWebhook = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	anotherPoller = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)

// getUpdates waits for updates and gives them. An offset confirms all before it.
func (s *Server) getUpdates(r *http.Request, v values) reply {
	offset, _ := strconv.ParseInt(v["offset"], 10, 64)
	limit, err := strconv.Atoi(v["limit"])
	if err != nil || limit < 1 || limit > 100 {
		limit = 100
	}
	seconds, _ := strconv.Atoi(v["timeout"])
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(seconds)*s.opts.Second)
	defer cancel()

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook.url != "" {
		return refuse(409, besideWebhook)
	}
	if s.poller != nil {
		close(s.poller)
	}
	mine := make(chan struct{})
	s.poller = mine
	s.allow(v)
	s.confirm(offset)
	s.change()
	for {
		if s.hook.url != "" {
			s.poller = nil
			return refuse(409, besideWebhook)
		}
		if waiting := s.waiting(offset, limit); len(waiting) > 0 || ctx.Err() != nil {
			s.poller = nil
			return ok(waiting)
		}
		changed := s.changed
		s.mu.Unlock()
		taken := false
		select {
		case <-changed:
		case <-ctx.Done():
		case <-s.ctx.Done():
			cancel()
		case <-mine:
			taken = true
		}
		s.mu.Lock()
		if taken {
			return refuse(409, anotherPoller)
		}
	}
}

// Polling reports whether a long poll is under way.
func (s *Server) Polling() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.poller != nil
}

// waiting returns the updates from offset on, or, when it is negative, so many of
// the last. The lock is held.
func (s *Server) waiting(offset int64, limit int) []json.RawMessage {
	var all []*update
	for _, q := range s.queues {
		all = append(all, q.items...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].serial < all[j].serial })
	if offset < 0 {
		all = all[max(0, len(all)+int(offset)):]
	}
	bodies := make([]json.RawMessage, 0, min(limit, len(all)))
	for _, u := range all {
		if len(bodies) < limit {
			bodies = append(bodies, u.body)
		}
	}
	return bodies
}

// confirm takes away every update before the offset. The lock is held.
func (s *Server) confirm(offset int64) {
	for key, q := range s.queues {
		kept := q.items[:0:0]
		for _, u := range q.items {
			if u.id < offset {
				s.stats.Acked++
				s.stats.Pending--
				s.read(u)
				continue
			}
			kept = append(kept, u)
		}
		q.items = kept
		if len(kept) == 0 && !q.running {
			delete(s.queues, key)
		}
	}
}

// drop takes away every update that waits. The lock is held.
func (s *Server) drop() {
	for _, q := range s.queues {
		s.stats.Dropped += len(q.items)
		s.stats.Pending -= len(q.items)
		q.items = nil
	}
}
