package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestProblem(t *testing.T) {
	type larger struct {
		Problem
		More string `json:"more"`
	}
	rec := httptest.NewRecorder()
	p := larger{Problem{Type: "urn:x:y", Title: "T", Status: 401, Detail: "D", Code: "y", Wait: 1500 * time.Millisecond, Realm: "house"}, "m"}
	if err := WriteProblem(rec, httptest.NewRequest(http.MethodGet, "/", nil), &p.Problem, p); err != nil {
		t.Fatal(err)
	}
	h := rec.Header()
	if rec.Code != 401 || h.Get("Retry-After") != "2" || h.Get("WWW-Authenticate") != `Bearer realm="house"` || h.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v", rec.Code, h)
	}
	var got map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != "map[code:y detail:D more:m status:401 title:T type:urn:x:y]" {
		t.Errorf("%v", got)
	}
}

// The connection goes on after a body that is in, and ends before one that is
// not.
func TestProblemHangsUp(t *testing.T) {
	door := New(Config{}).Door(Caps{Pace: PersonPace()})
	for limit, ends := range map[int64]bool{100: false, 2: true} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("body"))
		r.ContentLength = -1
		rec := httptest.NewRecorder()
		body, err := door.Read(rec, r, limit)
		if ends != errors.Is(err, ErrTooLarge) {
			t.Fatal(err)
		}
		if err == nil {
			body.Close()
		}
		if err := WriteProblem(rec, r, &Problem{Status: 400}, nil); err != nil {
			t.Fatal(err)
		}
		if got := rec.Header().Get("Connection") == "close"; got != ends {
			t.Errorf("of at most %d: the connection ends %v", limit, got)
		}
	}
}

func TestUnread(t *testing.T) {
	for err, want := range map[error]int{ErrTooLarge: 413, ErrEncoded: 415, ErrSlow: 408, ErrBusy: 503, io.ErrUnexpectedEOF: 400} {
		status, wait := Unread(fmt.Errorf("reading: %w", err))
		if status != want || (wait > 0) != (want == 503) {
			t.Errorf("%v is %d, %v", err, status, wait)
		}
	}
}
