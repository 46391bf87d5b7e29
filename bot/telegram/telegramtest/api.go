package telegramtest

import (
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is one call of the API as it came.
type Call struct {
	Method string
	Params map[string]string // nested values as the JSON they came in
	Code   int               // of our answer; 0 when the connection was cut or left hanging
	At     time.Time
}

// Calls returns every call so far, in order of arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// reply is an answer of the API.
type reply struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	Code        int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`

	breach bool // the call itself was wrong, whatever the state of the chat
}

type parameters struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

func ok(result any) reply { return reply{OK: true, Result: result} }

func bad(description string) reply { return refuse(400, "Bad Request: "+description) }

// wrong refuses what no call may be like.
func wrong(description string) reply {
	r := bad(description)
	r.breach = true
	return r
}

func refuse(code int, description string) reply {
	return reply{Code: code, Description: description}
}

func tooMany(seconds int) reply {
	r := refuse(429, "Too Many Requests: retry after "+strconv.Itoa(seconds))
	r.Parameters = &parameters{RetryAfter: seconds}
	return r
}

// ServeHTTP is the API. Method names count in any case, parameters come by
// query, form, multipart or JSON.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path, ok := strings.CutPrefix(r.URL.Path, "/file/bot"+s.opts.Token+"/"); ok {
		s.serveFile(w, r, path)
		return
	}
	token, name, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	name = strings.TrimPrefix(name, "test/")
	switch {
	case !found || !strings.HasPrefix(r.URL.Path, "/bot") || !strings.Contains(token, ":"):
		write(w, refuse(404, "Not Found"))
		return
	case token != s.opts.Token:
		write(w, refuse(401, "Unauthorized"))
		return
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		write(w, refuse(405, "Method Not Allowed"))
		return
	}
	values, err := s.parse(r)
	if err != nil {
		s.unreadable(w, name, err)
		return
	}
	s.handle(w, r, name, values)
}

// handle runs one call, with the fault that is meant for it.
func (s *Server) handle(w http.ResponseWriter, r *http.Request, name string, v values) {
	m, known := methods()[strings.ToLower(name)]
	chat, _ := strconv.ParseInt(v["chat_id"], 10, 64)

	s.mu.Lock()
	s.stats.Calls++
	if !known {
		s.breached(name, "no such method")
		s.mu.Unlock()
		write(w, refuse(404, "Not Found: method not found"))
		return
	}
	for field := range v {
		if _, known := FieldNamed(API().Methods[m.name].Params, field); !known {
			s.stats.Unknown[m.name+"."+field]++
		}
	}
	breach := API().breach(m.name, v)
	fault := s.fault(chat)
	at := len(s.calls)
	if !s.opts.Unrecorded {
		s.calls = append(s.calls, Call{Method: m.name, Params: maps.Clone(v), At: time.Now()})
	}
	s.change()
	s.mu.Unlock()

	if fault.kind == hangs {
		s.hang(r)
		return
	}
	answer, raw := s.answer(r, m, v, chat, fault, breach)
	switch fault.kind {
	case cuts:
		sever(w)
		return
	case mutes:
		s.hang(r)
		return
	}
	s.mu.Lock()
	if breach == "" && answer.breach {
		breach = answer.Description
	}
	if breach != "" {
		s.breached(m.name, breach)
	}
	if !s.opts.Unrecorded {
		s.calls[at].Code = answer.Code
		if answer.OK {
			s.calls[at].Code = 200
		}
	}
	s.change()
	s.mu.Unlock()
	for k, v := range fault.header {
		w.Header().Set(k, v)
	}
	if raw {
		w.Header().Set("Content-Type", fault.mime)
		w.WriteHeader(fault.code)
		_, _ = w.Write([]byte(fault.body))
		return
	}
	write(w, answer)
}

// unreadable refuses a call whose parameters cannot be read.
func (s *Server) unreadable(w http.ResponseWriter, name string, err error) {
	s.mu.Lock()
	s.breached(name, err.Error())
	s.mu.Unlock()
	if errors.Is(err, errLarge) {
		write(w, refuse(http.StatusRequestEntityTooLarge, errLarge.Error()))
		return
	}
	write(w, bad("can't parse the request: "+err.Error()))
}

// breached notes a call that breaks the table. The lock is held.
func (s *Server) breached(method, why string) {
	if len(s.stats.Breaches) < mostBreaches {
		s.stats.Breaches = append(s.stats.Breaches, method+": "+why)
	}
}

// mostBreaches is how many are told of.
const mostBreaches = 100

// hang lets the caller wait until it loses patience.
func (s *Server) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
}

// answer returns what the API says to the call; raw when the fault has its own
// words instead.
// A call that breaks the table is refused in the server's own words where the
// method has some, in ours otherwise.
func (s *Server) answer(r *http.Request, m method, v values, chat int64, fault Fault, breach string) (answer reply, raw bool) {
	if fault.kind == says {
		return reply{Code: fault.code}, true
	}
	if m.waits != nil && fault.kind == none {
		if breach != "" {
			return wrong(breach), false
		}
		return m.waits(s, r, v), false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change()
	if fault.kind == answers {
		return s.refusal(fault), false
	}
	if m.run == nil { // a poll that is cut brings nothing
		return reply{}, false
	}
	if m.sends {
		if banned, ok := s.admit(chat); !ok {
			return banned, false
		}
	}
	s.breach = breach
	answer = m.run(s, v)
	if answer.OK && breach != "" {
		answer = wrong(breach)
	}
	return answer, false
}

func write(w http.ResponseWriter, r reply) {
	code := 200
	if !r.OK {
		code = r.Code
	}
	if r.Parameters != nil && r.Parameters.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(r.Parameters.RetryAfter))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(r)
}

// sever cuts the connection without an answer.
func sever(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
