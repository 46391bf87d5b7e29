package vibertest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// maxRequest is Viber's limit of a request, in bytes.
const maxRequest = 30 << 10

// refusal is an answer whose status is not 0.
type refusal struct {
	status int
	why    string
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// Request is one call of the API, as it came and as it ended.
type Request struct {
	Method string
	Header http.Header
	Body   []byte
	Status int    // the status in the answer; -1 where a fault answered
	Reason string // why it was refused
}

// call is a request being served.
type call struct {
	Request
	fault Fault
	// after is what the call brings about once the answer is on its way, or
	// instead of one.
	after []func()
}

// finish brings that about.
func (c *call) finish() {
	for _, f := range c.after {
		f()
	}
	c.after = nil
}

// serve is the API.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, mediaPath) {
		s.serveMedia(w, r)
		return
	}
	method, ok := strings.CutPrefix(r.URL.Path, "/pa/")
	serve := s.method(method)
	if !ok || serve == nil || r.Method != http.MethodPost {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<html><body>Not found</body></html>")
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	c := &call{Request: Request{Method: method, Header: r.Header.Clone(), Body: body}}
	s.mu.Lock()
	if len(s.next) > 0 {
		c.fault, s.next = s.next[0], s.next[1:]
	}
	s.mu.Unlock()
	fields, refused := s.authentic(c)
	var answer map[string]any
	if refused == nil && c.fault.takes() {
		answer, refused = serve(c, fields)
	}
	s.finish(c, refused)
	s.answer(w, r, c, answer, refused)
	c.finish()
}

func (s *Server) method(name string) func(*call, document) (map[string]any, *refusal) {
	switch name {
	case "set_webhook":
		return s.setWebhook
	case "send_message":
		return s.sendMessage
	case "broadcast_message":
		return s.broadcastMessage
	case "get_account_info":
		return s.accountInfo
	case "get_user_details":
		return s.userDetails
	case "get_online":
		return s.online
	}
	return nil
}

// authentic reads the document and checks the token, which comes in a header
// or in the document.
func (s *Server) authentic(c *call) (document, *refusal) {
	token := c.Header.Get("X-Viber-Auth-Token")
	if token != "" && token != s.opts.Token {
		return nil, refuse(2, "invalidAuthToken")
	}
	if len(c.Body) > maxRequest {
		return nil, refuse(3, "badData: %d bytes, at most %d", len(c.Body), maxRequest)
	}
	doc, refused := read(c.Body)
	if refused != nil {
		return nil, refused
	}
	if token == "" {
		if token, refused = doc.text("auth_token", false, 0); refused != nil {
			return nil, refused
		}
		switch token {
		case "":
			return nil, refuse(2, "missing_auth_token")
		case s.opts.Token:
		default:
			return nil, refuse(2, "invalidAuthToken")
		}
	}
	return doc, nil
}

// finish records how the call ends.
func (s *Server) finish(c *call, refused *refusal) {
	switch {
	case refused != nil:
		c.Status, c.Reason = refused.status, refused.why
	case c.fault.answers():
		c.Status, c.Reason = -1, "fault"
	case c.fault.Status != 0:
		c.Status, c.Reason = c.fault.Status, "fault"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, c.Request)
	s.tell()
}

// answer writes the answer, or what the fault makes of it.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, c *call, answer map[string]any, refused *refusal) {
	f := c.fault
	if f.answers() {
		c.finish()
	}
	switch {
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.answers():
		for k, v := range f.Header {
			w.Header()[k] = v
		}
		w.WriteHeader(f.HTTP)
		_, _ = io.WriteString(w, f.Body)
		return
	}
	out := map[string]any{"status": 0, "status_message": "ok", "chat_hostname": "SN-CHAT-05_"}
	for k, v := range answer {
		out[k] = v
	}
	if refused == nil && f.Status != 0 {
		refused = &refusal{f.Status, cmp.Or(f.Words, "scripted")}
	}
	if refused != nil {
		out = map[string]any{"status": refused.status, "status_message": refused.why, "chat_hostname": "SN-CHAT-05_"}
	}
	if f.Quoted {
		out["status"] = strconv.Itoa(out["status"].(int))
	}
	w.Header().Set("Content-Type", "application/json")
	text := encode(out)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text)
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
}

// Requests returns every call so far, in the order of their answers.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Refused returns the calls that the fake refused by itself: in a healthy run
// there are none but those a test asks for.
func (s *Server) Refused() []Request {
	var out []Request
	for _, r := range s.Requests() {
		if r.Status > 0 && r.Reason != "fault" {
			out = append(out, r)
		}
	}
	return out
}

// encode writes JSON as Viber does: raw UTF-8.
func encode(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("vibertest: %v", err)) // only our own plain types come here
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
