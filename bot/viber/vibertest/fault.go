package vibertest

import "net/http"

// Fault is how one call goes wrong. The zero value is no fault.
type Fault struct {
	Accept bool        // the call takes effect before it goes wrong
	Status int         // answer this status
	Words  string      // what the status is explained with; "scripted" if ""
	Quoted bool        // write the status as a string
	HTTP   int         // answer this HTTP code with Header and Body
	Header http.Header //
	Body   string      //
	Hang   bool        // never answer
	Cut    bool        // close the connection instead of an answer
	Failed string      // take the message, and tell later that the device refused it
}

// takes reports whether the call takes effect.
func (f Fault) takes() bool {
	return f.Accept || f.Failed != "" || !f.Hang && !f.Cut && !f.answers() && f.Status == 0
}

// answers reports whether the fault is the whole answer.
func (f Fault) answers() bool { return f.HTTP != 0 || f.Hang || f.Cut }

// Refuse answers a status of Viber's.
func Refuse(status int) Fault { return Fault{Status: status} }

// RefuseKeyboard answers as Viber does to buttons that are not in its schema.
func RefuseKeyboard() Fault {
	return Fault{Status: 3, Words: `keyboard is not valid. [instance value ("share-phone") not found in enum (possible values: ["reply","open-url",""])]`}
}

// HTTP answers an HTTP code and a body that is not Viber's.
func HTTP(code int, body string) Fault { return Fault{HTTP: code, Body: body} }

// HTML answers 200 with a page, as a proxy in between does.
func HTML() Fault {
	return Fault{HTTP: 200, Body: "<html><body>Service temporarily unavailable</body></html>"}
}

// Redirect sends the caller elsewhere.
func Redirect(to string) Fault {
	return Fault{HTTP: http.StatusFound, Header: http.Header{"Location": {to}}}
}

// Hang never answers; the message is not taken.
func Hang() Fault { return Fault{Hang: true} }

// Mute takes the message and never answers.
func Mute() Fault { return Fault{Accept: true, Hang: true} }

// CutAfterAccept takes the message and closes the connection without a word.
func CutAfterAccept() Fault { return Fault{Accept: true, Cut: true} }

// FailLater takes the message and tells later, by a failed callback, that the
// person's device refused it.
func FailLater(desc string) Fault { return Fault{Failed: desc} }

// NextCall scripts the next calls of the API, one fault each.
func (s *Server) NextCall(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, faults...)
}

// NextSend scripts the next messages to one person, one fault each.
func (s *Server) NextSend(user string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(user)
	u.faults = append(u.faults, faults...)
}

// Scripted tells how many faults still wait for a message to the person.
func (s *Server) Scripted(user string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.user(user).faults)
}

// Heal ends the faults that wait for messages to the person.
func (s *Server) Heal(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user(user).faults = nil
}

// none reports whether nothing goes wrong.
func (f Fault) none() bool {
	return !f.answers() && f.Status == 0 && !f.Quoted && f.Failed == ""
}
