package web

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := httptest.NewRecorder()
		h := NewHub(StreamCaps{})
		ear := join(t, h, "a", "", "k")
		s := NewStream(rec, time.Second)
		var heard []News
		ended := make(chan bool)
		go func() {
			s.Follow(t.Context(), ear, time.Minute, func(n News) error {
				heard = append(heard, n)
				s.Event("news", "7", []byte("{}\n{}"))
				return nil
			})
			close(ended)
		}()
		synctest.Wait()
		h.Tell("k", "note")
		synctest.Wait()
		time.Sleep(time.Minute)
		synctest.Wait()
		h.Close()
		<-ended
		if len(heard) != 3 || !heard[0].All || !heard[1].Has("note") || heard[1].All || !heard[2].All {
			t.Errorf("it was told %v", heard)
		}
		const event = "event: news\nid: 7\ndata: {}\ndata: {}\n\n"
		if got := rec.Body.String(); got != "retry: 2000\n\n"+event+event+":\n\n"+event {
			t.Errorf("%q", got)
		}
		if rec.Header().Get("Content-Type") != "text/event-stream; charset=utf-8" || rec.Header().Get("X-Accel-Buffering") != "no" {
			t.Errorf("%v", rec.Header())
		}
	})
}

// What is written before the end goes out, also the words that say why it ends.
func TestStreamEnds(t *testing.T) {
	for name, end := range map[string]func(*Hub, context.CancelFunc) error{
		"the page goes": func(_ *Hub, cancel context.CancelFunc) error { cancel(); return nil },
		"a stop":        func(h *Hub, _ context.CancelFunc) error { h.Close(); return nil },
		"told so":       func(*Hub, context.CancelFunc) error { return errors.New("the role is lost") },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			rec := httptest.NewRecorder()
			h := NewHub(StreamCaps{})
			s := NewStream(rec, time.Second)
			s.Follow(ctx, join(t, h, "a", "", "k"), time.Hour, func(News) error {
				s.Event("last", "", []byte("1"))
				return end(h, cancel)
			})
			if !strings.HasSuffix(rec.Body.String(), "event: last\ndata: 1\n\n") || !rec.Flushed {
				t.Errorf("%q, flushed %v", rec.Body.String(), rec.Flushed)
			}
		})
	}
}
