package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// crowd writes to the service as Telegram delivers: the updates of one chat in
// order, the next only after the last was acknowledged, each repeated until it
// is; chats side by side. Some updates come twice.
type crowd struct {
	address  string
	chats    int
	each     int // updates of one chat
	doubles  float64
	acked    atomic.Int64
	refused  atomic.Int64 // 503 answers
	wrong    atomic.Int64 // answers that are neither 200 nor 503 with Retry-After
	client   *http.Client
	firstAck atomic.Int64 // time of the first 200 after a 503, µs; see resetFirstAck
}

func newCrowd(address string, chats, each int) *crowd {
	return &crowd{
		address: address, chats: chats, each: each, doubles: 0.05,
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
}

// write delivers everything, 32 chats at a time, and returns when every update
// is acknowledged.
func (c *crowd) write(ctx context.Context) error {
	var wg sync.WaitGroup
	chats := make(chan int)
	for range 32 {
		wg.Go(func() {
			for chat := range chats {
				for n := range c.each {
					c.deliver(ctx, chat, n)
					if rand.Float64() < c.doubles {
						c.deliver(ctx, chat, n)
					}
				}
			}
		})
	}
	for chat := range c.chats {
		select {
		case chats <- chat:
		case <-ctx.Done():
		}
	}
	close(chats)
	wg.Wait()
	return ctx.Err()
}

// updateID is unique, and not in the order of time.
func (c *crowd) updateID(chat, n int) int { return 1_000_000 + n*c.chats + chat }

// deliver repeats one update until it is acknowledged.
func (c *crowd) deliver(ctx context.Context, chat, n int) {
	body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":"Chaos","language_code":"uk"},"text":"номер %d"}}`,
		c.updateID(chat, n), n+1, time.Now().Unix(), 5000+chat, 5000+chat, n)
	for wait := 10 * time.Millisecond; ctx.Err() == nil; wait = min(2*wait, time.Second) {
		if c.post(ctx, body) {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func (c *crowd) post(ctx context.Context, body string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.address+"/webhooks/telegram", strings.NewReader(body))
	if err != nil {
		c.wrong.Add(1)
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	resp, err := c.client.Do(req)
	if err != nil {
		return false // killed, or not up yet: Telegram comes again
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
		c.acked.Add(1)
		c.firstAck.CompareAndSwap(0, time.Now().UnixMicro())
		return true
	case resp.StatusCode == http.StatusServiceUnavailable:
		c.refused.Add(1)
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || s < 1 {
			c.wrong.Add(1)
		}
	default:
		c.wrong.Add(1)
	}
	return false
}

// total is how many different updates the crowd writes.
func (c *crowd) total() int { return c.chats * c.each }

// finish waits for write and fails the test on any answer that a messenger
// would not understand.
func (c *crowd) finish(t *testing.T, done <-chan error) {
	t.Helper()
	if err := <-done; err != nil {
		t.Fatalf("not every update was acknowledged in time: %v", err)
	}
	if n := c.wrong.Load(); n > 0 {
		t.Errorf("%d answers were neither 200 nor 503 with Retry-After", n)
	}
}
