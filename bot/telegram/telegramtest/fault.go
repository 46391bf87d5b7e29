package telegramtest

import (
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"
)

// Fault is one way the server can treat a call badly.
type Fault struct {
	kind   faultKind
	code   int
	words  string
	retry  int
	moved  int64
	body   string
	mime   string
	header map[string]string
}

type faultKind int

const (
	none    faultKind = iota
	answers           // with an error of the API
	says              // something that is not the API's at all
	hangs
	cuts
	mutes
)

// Refuse answers with an error of the API: its code and its words.
func Refuse(code int, description string) Fault {
	return Fault{kind: answers, code: code, words: description}
}

// Blocked is the answer for a person who blocked the bot.
func Blocked() Fault { return Refuse(403, "Forbidden: bot was blocked by the user") }

// Deactivated is the answer for a deleted account.
func Deactivated() Fault { return Refuse(403, "Forbidden: user is deactivated") }

// Migrated is the answer for a group that became a supergroup.
func Migrated(to int64) Fault {
	f := Refuse(400, "Bad Request: group chat was upgraded to a supergroup chat")
	f.moved = to
	return f
}

// TooMany answers 429 and forbids sends to the chat, or to all chats when it
// comes by Next, for so many seconds.
func TooMany(seconds int) Fault {
	return Fault{kind: answers, code: 429, retry: seconds}
}

// Internal is a failure of the server that it tells of.
func Internal() Fault { return Refuse(500, "Internal Server Error: restart") }

// BadGateway is the page of a proxy that does not reach the server.
func BadGateway() Fault { return Gateway(http.StatusBadGateway) }

// Gateway is a proxy's own page with the code, whatever it means by it: of the call
// behind it nothing is known but that it was not carried out.
func Gateway(code int) Fault {
	title := strconv.Itoa(code) + " " + http.StatusText(code)
	return Say(code, "text/html", "<html><head><title>"+title+"</title></head><body><center><h1>"+title+"</h1></center>nginx</body></html>")
}

// Say answers with any bytes.
func Say(code int, mime, body string) Fault {
	return Fault{kind: says, code: code, mime: mime, body: body}
}

// Redirect answers with 302 to another address.
func Redirect(to string) Fault {
	f := Say(http.StatusFound, "text/html", "")
	f.header = map[string]string{"Location": to}
	return f
}

// With puts a field into the header of the answer.
func (f Fault) With(name, value string) Fault {
	f.header = maps.Clone(f.header)
	if f.header == nil {
		f.header = map[string]string{}
	}
	f.header[name] = value
	return f
}

// Hang never answers; the call is not carried out.
func Hang() Fault { return Fault{kind: hangs} }

// Cut carries the call out and cuts the connection instead of answering.
func Cut() Fault { return Fault{kind: cuts} }

// Mute carries the call out and never answers.
func Mute() Fault { return Fault{kind: mutes} }

// Script gives each of the next calls that name the chat one of the faults, in
// order.
func (s *Server) Script(chat int64, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chat)
	c.script = append(c.script, faults...)
}

// Always gives every call that names the chat the fault, until Heal.
func (s *Server) Always(chat int64, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(chat).always = f
}

// Heal ends the faults and bans of the chat.
func (s *Server) Heal(chat int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chat)
	c.script, c.always, c.bans = nil, Fault{}, limits{}
}

// Scripted tells how many faults still wait for a call that names the chat.
func (s *Server) Scripted(chat int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.chat(chat).script)
}

// Next gives each of the next calls one of the faults, in order, whatever chat
// they name. It comes before Script.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, faults...)
}

// fault takes the fault that is meant for the call, and begins the ban it may
// bring. The lock is held.
func (s *Server) fault(chat int64) Fault {
	var f Fault
	l := &s.bans
	switch c := s.chats[chat]; {
	case len(s.next) > 0:
		f, s.next = s.next[0], s.next[1:]
	case c == nil:
	case len(c.script) > 0:
		f, c.script, l = c.script[0], c.script[1:], &c.bans
	default:
		f, l = c.always, &c.bans
	}
	if f.retry > 0 {
		l.until = time.Now().Add(time.Duration(f.retry) * s.opts.Second)
	}
	return f
}

// refusal returns a fault in the API's words. The lock is held.
func (s *Server) refusal(f Fault) reply {
	if f.retry > 0 {
		return tooMany(f.retry)
	}
	r := refuse(f.code, f.words)
	if f.moved != 0 {
		r.Parameters = &parameters{MigrateTo: f.moved}
	}
	return r
}

// limits are the sends of a chat, or of the bot, within the last second, and
// until when none is allowed.
type limits struct {
	sends []time.Time
	until time.Time
}

// perSecond is how many messages the bot may send within any second.
const perSecond = 30

// admit reports whether a message may be sent to the chat now, and answers the
// 429 when not. The lock is held.
func (s *Server) admit(chat int64) (reply, bool) {
	now := time.Now()
	c := s.chat(chat)
	for _, l := range []*limits{&s.bans, &c.bans} {
		if left := l.until.Sub(now); left > 0 {
			s.stats.InBan++
			return tooMany(int(math.Ceil(float64(left) / float64(s.opts.Second)))), false
		}
	}
	if !s.opts.Strict {
		return reply{}, true
	}
	for _, l := range []struct {
		*limits
		most int
	}{{&c.bans, 1}, {&s.bans, perSecond}} {
		// A network's jitter may bring two messages a little closer than they left.
		l.forget(now.Add(-s.opts.Second + s.opts.Second/50))
		if len(l.sends) >= l.most {
			s.stats.Violations++
			l.until = now.Add(s.opts.Second)
			return tooMany(1), false
		}
	}
	c.bans.sends = append(c.bans.sends, now)
	s.bans.sends = append(s.bans.sends, now)
	return reply{}, true
}

// forget drops the sends before t.
func (l *limits) forget(t time.Time) {
	i := 0
	for i < len(l.sends) && l.sends[i].Before(t) {
		i++
	}
	l.sends = l.sends[i:]
}
