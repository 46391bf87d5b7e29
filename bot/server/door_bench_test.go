package server

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// taken is an inbox that takes everything at once.
type taken struct{}

func (taken) ReceiveNext(_ context.Context, next func() []storage.Incoming) ([]bool, error) {
	return make([]bool, len(next())), nil
}

func benched() *Server {
	return New(Config{
		Channels: []bot.Channel{fakeChannel{name: "fake", secret: "s1"}}, Inbox: taken{}, Log: slog.New(slog.DiscardHandler),
		Limits: Limits{Waiting: 4096, Readers: 4096, OfClient: 4096},
	})
}

// BenchmarkDoor accepts updates of many connections at once, without a database:
// what the door itself takes of the machine.
func BenchmarkDoor(b *testing.B) {
	handler := benched().Handler()
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

// BenchmarkDoorOverTCP is the same over real connections, and tells the processor time
// besides, of both ends: whoever asks here only writes bytes and reads what comes.
func BenchmarkDoorOverTCP(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	over := make(chan error, 1)
	go func() { over <- benched().Serve(ctx, l) }()
	const connections = 64
	body := " " + strings.Repeat("x", 700)
	var left, id atomic.Int64
	left.Store(int64(b.N))
	b.ReportAllocs()
	began := processorTime()
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Error(err)
				return
			}
			defer c.Close()
			in, out := bufio.NewReader(c), []byte(nil)
			for left.Add(-1) >= 0 {
				n := strconv.FormatInt(id.Add(1), 10)
				out = fmt.Appendf(out[:0], "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\nUser-Agent: bench\r\nContent-Type: application/json\r\n%s: s1\r\nContent-Length: %d\r\n\r\n%s%s",
					secretHeader, len(n)+len(body), n, body)
				if _, err := c.Write(out); err != nil {
					b.Error(err)
					return
				}
				if line, _ := in.ReadSlice('\n'); !strings.HasPrefix(string(line), "HTTP/1.1 200") {
					b.Errorf("answered %q", line)
					return
				}
				for {
					if line, err := in.ReadSlice('\n'); err != nil || len(line) <= 2 {
						break
					}
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64((processorTime()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
	stop()
	if err := <-over; err != nil {
		b.Error(err)
	}
}

// processorTime is what this process has taken of the processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
