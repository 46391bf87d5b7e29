package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// taken is an inbox that takes everything at once.
type taken struct{}

func (taken) Receive(_ context.Context, in []storage.Incoming) ([]bool, error) {
	return make([]bool, len(in)), nil
}

// BenchmarkDoor accepts updates of many connections at once, without a database:
// what the door itself takes of the machine.
func BenchmarkDoor(b *testing.B) {
	s := New(Config{
		Channels: []bot.Channel{fakeChannel{name: "fake", secret: "s1"}}, Inbox: taken{}, Log: slog.New(slog.DiscardHandler),
		Limits: Limits{Waiting: 4096, Readers: 4096, OfClient: 4096},
	})
	handler := s.Handler()
	body := " " + strings.Repeat("x", 700)
	var id atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(512)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest(http.MethodPost, "/webhooks/fake", strings.NewReader(fmt.Sprint(id.Add(1))+body))
			r.Header.Set(secretHeader, "s1")
			answer := httptest.NewRecorder()
			if handler.ServeHTTP(answer, r); answer.Code != http.StatusOK {
				b.Errorf("answered %d", answer.Code)
			}
		}
	})
}
