package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// Problem is a refusal as RFC 9457 writes it. Type and Code are stable; Title
// and Detail are for people and say what to do next. A door that has more to say
// embeds it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`

	Wait  time.Duration `json:"-"` // before the next try; 0 says nothing of it
	Realm string        `json:"-"` // of the tokens that a 401 asks for
}

// WriteProblem answers with the document, whose head is p, and hangs up where
// there is more of the request's body.
func WriteProblem(w http.ResponseWriter, r *http.Request, p *Problem, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	h := w.Header()
	if p.Wait > 0 {
		RetryAfter(h, p.Wait)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="`+p.Realm+`"`)
	}
	HangUp(w, r)
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, err = w.Write(body)
	return err
}

// busyWait is when a body may come again for which there was no room.
const busyWait = 2 * time.Second

// Unread returns which status answers a body that Door did not take, for the
// reason it gave, and when it may come again; 0 says nothing of that.
func Unread(err error) (status int, wait time.Duration) {
	switch {
	case errors.Is(err, ErrTooLarge):
		return http.StatusRequestEntityTooLarge, 0
	case errors.Is(err, ErrEncoded):
		return http.StatusUnsupportedMediaType, 0
	case errors.Is(err, ErrSlow):
		return http.StatusRequestTimeout, 0
	case errors.Is(err, ErrBusy):
		return http.StatusServiceUnavailable, busyWait
	}
	return http.StatusBadRequest, 0
}
